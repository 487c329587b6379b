//! The top level: which names there are, and what the declarations state about them.

use super::Elaborator;
use super::builtin::builtin;
use super::globals::{CellDecl, ConstDecl, EnumDecl, FnSignature, Global, Globals, Group, StructDecl, VariantDecl};
use super::types::{Bound, Shape, Ty};
use crate::base::Span;
use crate::calculus::value::deep;
use crate::calculus::{CellId, FnId, NodeId, TypeId};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Ident, ItemKind, TypeKind};

/// The core numbers structs, enums, fields and variants with 16 bits.
const MOST: usize = 1 << 16;

impl<'s> Elaborator<'s> {
    /// Gives every declaration its number and its name.
    pub(super) fn register(&mut self, tree: &ast::Program<'s>) {
        for item in &tree.items {
            self.register_item(item);
        }
        if self.globals.nodes.is_empty() {
            let nowhere = Span::default();
            self.globals.nodes.push(Ident { text: "main", span: nowhere });
            self.globals.names.entry("main").or_insert(Global::Node(NodeId(0)));
        }
        let first_struct = self.globals.structs.get(MOST).map(|decl| ("structs", decl.name.span));
        let first_enum = self.globals.enums.get(MOST).map(|decl| ("enums", decl.name.span));
        for (kinds, span) in first_struct.into_iter().chain(first_enum) {
            self.too_many(span, kinds);
        }
    }

    fn register_item(&mut self, item: &ast::Item<'s>) {
        let globals = &mut self.globals;
        let used = false;
        match &item.kind {
            ItemKind::Node(names) => {
                for name in names {
                    let id = NodeId(self.globals.nodes.len() as u32);
                    self.globals.nodes.push(*name);
                    self.claim(*name, Global::Node(id));
                }
            }
            ItemKind::Group { name, .. } => {
                globals.groups.push(Group { name: *name, members: Vec::new(), used });
                let at = globals.groups.len() - 1;
                self.claim(*name, Global::Group(at));
            }
            ItemKind::Cell { durable, name, ty, .. } => {
                let (durable, name, ty_span) = (*durable, *name, ty.span);
                globals.cells.push(CellDecl { name, durable, ty: Ty::ERROR, ty_span, used });
                let id = CellId(globals.cells.len() as u32 - 1);
                self.claim(name, Global::Cell(id));
            }
            ItemKind::Const { name, ty, .. } => {
                globals.consts.push(ConstDecl { name: *name, ty: Ty::ERROR, ty_span: ty.span, value: None, used });
                let at = globals.consts.len() - 1;
                self.claim(*name, Global::Const(at));
            }
            ItemKind::Struct { name, .. } => {
                globals.structs.push(StructDecl { name: *name, fields: Vec::new(), used });
                let id = TypeId((globals.structs.len() - 1) as u16);
                self.types.structs.push(name.text.to_owned());
                self.claim(*name, Global::Struct(id));
            }
            ItemKind::Enum { name, variants } => {
                globals.enums.push(EnumDecl { name: *name, variants: Vec::new(), used });
                let id = TypeId((globals.enums.len() - 1) as u16);
                let bare = variants.iter().all(|variant| variant.payload.is_empty());
                self.types.enums.push((name.text.to_owned(), bare));
                self.claim(*name, Global::Enum(id));
            }
            ItemKind::Fn(decl) => self.register_function(decl),
            ItemKind::Property { name, .. } => self.claim_property(*name),
        }
    }

    fn register_function(&mut self, decl: &ast::FnDecl<'s>) {
        let result_span = decl.result.as_ref().map_or(decl.name.span, |ty| ty.span);
        let (name, is_async) = (decl.name, decl.is_async);
        let (params, result) = (Vec::new(), Ty::UNIT);
        let signature = FnSignature { name, is_async, params, result, result_span, used: false, spawned: None };
        self.globals.functions.push(signature);
        let id = FnId(self.globals.functions.len() as u32 - 1);
        if self.taken_by_builtin(name) {
            return;
        }
        let before = match self.globals.names.get(name.text) {
            Some(Global::Node(_)) | None => {
                self.globals.function_names.get(name.text).map(|f| self.globals.function(*f).name.span)
            }
            Some(other) => Some(self.globals.declared_at(*other)),
        };
        match before {
            Some(before) => self.duplicate(name, before, "declared"),
            None => drop(self.globals.function_names.insert(name.text, id)),
        }
    }

    fn claim(&mut self, name: Ident<'s>, global: Global) {
        if matches!(global, Global::Struct(_)) && self.taken_by_builtin(name) {
            return;
        }
        let Globals { names, function_names, .. } = &self.globals;
        let function = function_names.get(name.text).filter(|_| !matches!(global, Global::Node(_)));
        let before = match (names.get(name.text), function) {
            (Some(before), _) => Some(self.globals.declared_at(*before)),
            (None, Some(f)) => Some(self.globals.function(*f).name.span),
            (None, None) => None,
        };
        match before {
            Some(before) => self.duplicate(name, before, "declared"),
            None => drop(self.globals.names.insert(name.text, global)),
        }
    }

    fn claim_property(&mut self, name: Ident<'s>) {
        match self.properties.get(name.text) {
            Some(before) => self.duplicate(name, *before, "declared"),
            None => drop(self.properties.insert(name.text, name.span)),
        }
    }

    fn taken_by_builtin(&mut self, name: Ident<'s>) -> bool {
        let taken = builtin(name.text).is_some();
        if taken {
            let message = format!("`{}` is a built-in function", name.text);
            let error = Diagnostic::error(Code::Duplicate, name.span, message, "taken by the language");
            self.report.add(error.help(format!("choose another name, say `my_{}`", name.text)));
        }
        taken
    }

    /// A name is declared, listed or given (`how`) a second time.
    pub(super) fn duplicate(&mut self, name: Ident<'s>, before: Span, how: &str) {
        let message = format!("`{}` is {how} twice", name.text);
        let error = Diagnostic::error(Code::Duplicate, name.span, message, format!("{how} again here"));
        let help = if how == "declared" { "rename one of the two, or remove it" } else { "once is enough: remove one" };
        self.report.add(error.label(before, format!("{how} first here")).help(help));
    }

    fn too_many(&mut self, span: Span, kinds: &str) {
        let message = format!("more than {MOST} {kinds}");
        self.report.add(Diagnostic::error(Code::Syntax, span, message, "too many").help("split the program up"));
    }

    /// Resolves what the declarations state.
    pub(super) fn resolve_declarations(&mut self, tree: &ast::Program<'s>) {
        let mut next = [0usize; 6];
        let mut count = |kind: usize| {
            next[kind] += 1;
            next[kind] - 1
        };
        for item in &tree.items {
            match &item.kind {
                ItemKind::Group { members, .. } => self.resolve_group(count(0), members),
                ItemKind::Cell { ty, .. } => self.globals.cells[count(1)].ty = self.written(ty),
                ItemKind::Const { ty, .. } => self.globals.consts[count(2)].ty = self.written(ty),
                ItemKind::Struct { fields, .. } => self.globals.structs[count(3)].fields = self.fields(fields),
                ItemKind::Enum { variants, .. } => self.globals.enums[count(4)].variants = self.variants(variants),
                ItemKind::Fn(decl) => {
                    let params = decl.params.iter().map(|param| (param.name, self.written(&param.ty))).collect();
                    let result = decl.result.as_ref().map_or(Ty::UNIT, |ty| self.written(ty));
                    let signature = &mut self.globals.functions[count(5)];
                    (signature.params, signature.result) = (params, result);
                }
                ItemKind::Node(_) | ItemKind::Property { .. } => {}
            }
        }
    }

    fn resolve_group(&mut self, at: usize, members: &[Ident<'s>]) {
        for (i, member) in members.iter().enumerate() {
            match self.globals.names.get(member.text).copied() {
                Some(Global::Node(id)) if self.globals.groups[at].members.contains(&id) => {
                    let before = members[..i].iter().find(|earlier| earlier.text == member.text);
                    self.duplicate(*member, before.map_or(member.span, |earlier| earlier.span), "listed");
                }
                Some(Global::Node(id)) => self.globals.groups[at].members.push(id),
                Some(other) => {
                    let message = format!("`{}` is {}, not a node", member.text, other.word());
                    let error = Diagnostic::error(Code::Type, member.span, message, "not a node");
                    let error = error.label(self.globals.declared_at(other), "declared here");
                    self.report.add(error.help("a group lists nodes"));
                }
                None => self.unknown_node(*member),
            }
        }
    }

    /// A name that should have been a node's.
    pub(super) fn unknown_node(&mut self, name: Ident<'_>) {
        let nodes = self.globals.nodes.iter().map(|node| node.text);
        let instead = format!("declare it: `node {};`", name.text);
        self.report.unknown("node", name.text, name.span, nodes, &instead);
    }

    fn fields(&mut self, fields: &[ast::Field<'s>]) -> Vec<(Ident<'s>, Ty)> {
        self.distinct(fields.iter().map(|field| field.name));
        if let Some(first) = fields.get(MOST) {
            self.too_many(first.name.span, "fields");
        }
        fields.iter().map(|field| (field.name, self.written(&field.ty))).collect()
    }

    fn variants(&mut self, variants: &[ast::Variant<'s>]) -> Vec<VariantDecl<'s>> {
        self.distinct(variants.iter().map(|variant| variant.name));
        if let Some(first) = variants.get(MOST) {
            self.too_many(first.name.span, "variants");
        }
        let payload = |this: &mut Self, types: &[ast::Type<'s>]| types.iter().map(|ty| this.written(ty)).collect();
        variants.iter().map(|v| VariantDecl { name: v.name, payload: payload(self, &v.payload) }).collect()
    }

    fn distinct(&mut self, names: impl Iterator<Item = Ident<'s>>) {
        let mut seen = std::collections::BTreeMap::new();
        for name in names {
            if let Some(before) = seen.insert(name.text, name.span) {
                self.duplicate(name, before, "declared");
            }
        }
    }

    /// The type that was written.
    pub(super) fn written(&mut self, ty: &ast::Type<'s>) -> Ty {
        deep(|| match &ty.kind {
            TypeKind::Int => Ty::INT,
            TypeKind::Bool => Ty::BOOL,
            TypeKind::String => Ty::STR,
            TypeKind::Unit => Ty::UNIT,
            TypeKind::Node => Ty::NODE,
            TypeKind::Named(name) => self.named(name, ty.span),
            TypeKind::Task(inner) => self.container(Shape::Task, inner),
            TypeKind::Promise(inner) => self.container(Shape::Promise, inner),
            TypeKind::List(inner) => self.container(Shape::List, inner),
            TypeKind::Option(inner) => self.container(Shape::Option, inner),
            TypeKind::Map(key, value) => {
                let (key_ty, value) = (self.written(key), self.written(value));
                if !self.types.fits(key_ty, Bound::Key) {
                    self.bad_key(key_ty, key.span);
                    return Ty::ERROR;
                }
                self.types.make(Shape::Map(key_ty, value))
            }
        })
    }

    fn container(&mut self, shape: fn(Ty) -> Shape, inner: &ast::Type<'s>) -> Ty {
        let inner = self.written(inner);
        self.types.make(shape(inner))
    }

    /// `ty` is not one that the key of a map may have.
    pub(super) fn bad_key(&mut self, ty: Ty, span: Span) {
        let message = format!("`{}` may not be the key of a map", self.types.show(ty));
        let error = Diagnostic::error(Code::Type, span, message, "not a key");
        self.report.add(error.help("keys are int, bool, string, node, or an enum whose variants carry nothing"));
    }

    fn named(&mut self, name: &'s str, span: Span) -> Ty {
        match self.globals.look_up(name) {
            Some(Global::Struct(id)) => self.types.make(Shape::Struct(id)),
            Some(Global::Enum(id)) => self.types.make(Shape::Enum(id)),
            Some(other) => {
                let message = format!("`{name}` is {}, not a type", other.word());
                let error = Diagnostic::error(Code::Name, span, message, "not a type");
                let error = error.label(self.globals.declared_at(other), "declared here");
                self.report.add(error.help("a struct, an enum, or a type of the language is wanted here"));
                Ty::ERROR
            }
            None => {
                let types = self.types.structs.iter().chain(self.types.enums.iter().map(|(name, _)| name));
                let own = ["int", "bool", "string", "unit", "node", "task", "promise", "list", "map", "option"];
                let candidates = types.map(String::as_str).chain(own);
                let instead = format!("declare it: `struct {name} {{ … }}` or `enum {name} {{ … }}`");
                self.report.unknown("type", name, span, candidates, &instead);
                Ty::ERROR
            }
        }
    }
}
