//! Expressions but calls and operators: names, literals, data, fields and elements, awaits.

use super::mismatch::Because;
use super::pattern::listed;
use super::{Checker, Place};
use crate::base::Span;
use crate::calculus::term::Awaited;
use crate::calculus::value::deep;
use crate::calculus::{NodeId, Op, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::builtin::builtin;
use crate::elaborate::globals::Global;
use crate::elaborate::report::a;
use crate::elaborate::typed::{Act, Expr, ExprKind};
use crate::elaborate::types::{Bound, Shape, Ty};
use crate::syntax::ast::{self, Ident, PropertyKind};

impl<'s> Checker<'_, 's> {
    /// Checks an expression; `hint` is the type that is wanted, where one is, so that its parts can be checked against
    /// the parts of that. Whether it fits in the end is the caller's question.
    pub(super) fn infer(&mut self, e: &ast::Expr<'s>, hint: Option<Ty>) -> Expr {
        deep(|| self.infer_here(e, hint))
    }

    fn infer_here(&mut self, e: &ast::Expr<'s>, hint: Option<Ty>) -> Expr {
        let span = e.span;
        match &e.kind {
            ast::ExprKind::Int(magnitude) => match self.int(false, *magnitude, span) {
                Some(value) => literal(Value::Int(value), Ty::INT, span),
                None => Expr::error(span),
            },
            ast::ExprKind::Bool(b) => literal(Value::Bool(*b), Ty::BOOL, span),
            ast::ExprKind::Str(text) => literal(Value::text(text.as_str()), Ty::STR, span),
            ast::ExprKind::Unit => literal(Value::Unit, Ty::UNIT, span),
            ast::ExprKind::Name(name) => self.name(name, span),
            ast::ExprKind::At { cell, node } => self.cell_at(*cell, **node, span),
            ast::ExprKind::Call(call) => self.call(call, hint),
            ast::ExprKind::Struct { name, fields } => self.structure(**name, fields, span),
            ast::ExprKind::Field { base, name } => self.field(base, *name, span),
            ast::ExprKind::Method { base, name, args } => self.method(base, **name, args, span),
            ast::ExprKind::Index { base, index } => {
                let base = self.infer(base, None);
                let (index, ty) = self.index_of(base.ty, base.span, index);
                self.data(Op::Index, vec![base, index], ty, span)
            }
            ast::ExprKind::List(items) => self.list(items, hint, span),
            ast::ExprKind::Map(entries) => self.map(entries, hint, span),
            ast::ExprKind::Some(inner) => {
                let wanted = self.part(hint, |shape| if let Shape::Option(inner) = shape { Some(inner) } else { None });
                let inner = self.infer_towards(inner, wanted);
                let ty = self.e.types.make(Shape::Option(inner.ty));
                self.data(Op::Some, vec![inner], ty, span)
            }
            ast::ExprKind::None => {
                let inner = self.e.types.open();
                literal(Value::None, self.e.types.make(Shape::Option(inner)), span)
            }
            ast::ExprKind::Choose(items) => {
                self.effect(span, "`choose`", None);
                let items = self.elements(items, hint);
                let ty = items.1;
                let list = self.e.types.make(Shape::List(ty));
                let list = self.data(Op::List, items.0, list, span);
                Expr { kind: ExprKind::Act(Act::Choose, vec![list]), ty, span }
            }
            ast::ExprKind::ChooseRange(from, to) => {
                self.effect(span, "`choose`", None);
                let bound = Because::Takes("a range");
                let (from, to) = (self.expect(from, Ty::INT, bound), self.expect(to, Ty::INT, bound));
                let list = self.e.types.make(Shape::List(Ty::INT));
                let list = Expr { kind: ExprKind::Op(Op::Range, vec![from, to]), ty: list, span };
                Expr { kind: ExprKind::Act(Act::Choose, vec![list]), ty: Ty::INT, span }
            }
            ast::ExprKind::Unary { op, operand } => self.unary(*op, operand, span),
            ast::ExprKind::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right, span),
            ast::ExprKind::Await(inner) => self.await_(Awaited::One, inner, span),
            ast::ExprKind::AwaitAll(inner) => self.await_(Awaited::All, inner, span),
            ast::ExprKind::AwaitAny(inner) => self.await_(Awaited::Any, inner, span),
            ast::ExprKind::SpawnLocal(call) => self.spawn(call, None, span),
            ast::ExprKind::SpawnDist { call, on } => self.spawn(call, Some(on), span),
            ast::ExprKind::Error => Expr::error(span),
        }
    }

    /// Checks an expression that should be of the type `wanted`, if there is one.
    pub(super) fn infer_towards(&mut self, e: &ast::Expr<'s>, wanted: Option<Ty>) -> Expr {
        let mut checked = self.infer(e, wanted);
        // Where it fits, the container is of the wanted type from the start; where not, the caller sees the whole.
        if let Some(wanted) = wanted
            && self.e.types.flows(checked.ty, wanted)
        {
            checked.ty = wanted;
        }
        checked
    }

    /// A part of the type that is wanted.
    fn part(&self, hint: Option<Ty>, part: impl FnOnce(Shape) -> Option<Ty>) -> Option<Ty> {
        hint.and_then(|ty| part(self.e.types.shape(ty)))
    }

    /// The value of an integer literal.
    pub(super) fn int(&mut self, negative: bool, magnitude: u64, span: Span) -> Option<i64> {
        let value = if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        if value.is_none() {
            // The parser lets the least int pass behind a minus, which may be that of `-9223372036854775808.x`.
            let error = Diagnostic::error(Code::Syntax, span, "this integer is too large", "does not fit an `int`");
            let help = "an `int` has 64 bits: from -9223372036854775808 to 9223372036854775807";
            self.e.report.add(error.help(help));
        }
        value
    }

    /// An operation that makes data: of literals it is a literal too.
    pub(super) fn data(&mut self, op: Op, args: Vec<Expr>, ty: Ty, span: Span) -> Expr {
        let makes = matches!(op, Op::List | Op::Map | Op::Some | Op::Struct(_) | Op::Variant(..));
        if !makes || args.iter().any(|arg| !matches!(arg.kind, ExprKind::Value(_))) {
            return Expr { kind: ExprKind::Op(op, args), ty, span };
        }
        let values: Vec<Value> = args
            .into_iter()
            .filter_map(|arg| if let ExprKind::Value(value) = arg.kind { Some(value) } else { None })
            .collect();
        match self.e.compute(op, &values) {
            Ok(value) => literal(value, ty, span),
            Err(_) => Expr::error(span),
        }
    }

    fn name(&mut self, name: &'s str, span: Span) -> Expr {
        if let Some(local) = self.local(name) {
            let info = &mut self.locals[local.0 as usize];
            info.used = true;
            return Expr { kind: ExprKind::Local(local), ty: info.ty, span };
        }
        if name == "result" && matches!(self.place, Place::Property(_)) {
            return self.outcome(span);
        }
        match self.e.globals.look_up(name) {
            Some(Global::Node(id)) => literal(Value::Node(id), Ty::NODE, span),
            Some(Global::Cell(id)) => {
                if let Place::Property(_) = self.place {
                    let message = format!("a property must say of which node `{name}` is the cell");
                    let error = Diagnostic::error(Code::Cell, span, message, "there is one on every node");
                    let node = self.e.globals.nodes.first().map_or("main", |node| node.text);
                    self.e.report.add(error.help(format!("name the node: `{name}@{node}`")));
                    return Expr::error(span);
                }
                if self.effect(span, "a cell", None) {
                    return Expr::error(span);
                }
                Expr { kind: ExprKind::Cell(id), ty: self.e.globals.cell(id).ty, span }
            }
            Some(Global::Const(at)) => {
                let decl = &self.e.globals.consts[at];
                match &decl.value {
                    Some(Value::List(_) | Value::Map(_) | Value::Struct(_) | Value::Enum(_) | Value::Some(_))
                    | None => Expr { kind: ExprKind::Const(at as u32), ty: decl.ty, span },
                    Some(small) => literal(small.clone(), decl.ty, span),
                }
            }
            Some(other) => {
                let message = format!("`{name}` is {}, not a value", other.word());
                let error = Diagnostic::error(Code::Name, span, message, "not a value");
                let error = error.label(self.e.globals.declared_at(other), "declared here");
                self.e.report.add(error.help(match other {
                    Global::Group(_) => format!("its nodes as a list are `nodes({name})`; an address is `any {name}`"),
                    Global::Enum(_) => format!("name a variant: `{name}.…`"),
                    _ => format!("make one: `{name}(…)`"),
                }));
                Expr::error(span)
            }
            None => {
                self.unknown(name, span);
                Expr::error(span)
            }
        }
    }

    fn unknown(&mut self, name: &str, span: Span) {
        let function = self.e.globals.function_names.contains_key(name) || builtin(name).is_some();
        if function {
            let message = format!("`{name}` is a function, not a value");
            let error = Diagnostic::error(Code::Name, span, message, "not a value");
            self.e.report.add(error.help(format!("call it: `{name}(…)`")));
            return;
        }
        let locals = self.visible.iter().filter(|(_, same)| !same.is_empty()).map(|(name, _)| *name);
        let all = locals.chain(self.e.globals.names.keys().copied());
        let candidates: Vec<&str> = if self.e.report.guesses() { all.collect() } else { Vec::new() };
        let instead = format!("declare it before: `let {name} = …;`");
        self.e.report.unknown("variable", name, span, candidates, &instead);
    }

    fn outcome(&mut self, span: Span) -> Expr {
        if self.place != Place::Property(PropertyKind::Finally) {
            let error = Diagnostic::error(Code::Name, span, "`result` is known at the end only", "not known yet");
            self.e.report.add(error.help("only a `finally` may name the result of main"));
            return Expr::error(span);
        }
        self.uses_result = true;
        let main = self.e.globals.function_names.get("main");
        let ty = main.map_or(Ty::ERROR, |f| self.e.globals.function(*f).result);
        Expr { kind: ExprKind::Outcome, ty, span }
    }

    fn cell_at(&mut self, cell: Ident<'s>, node: Ident<'s>, span: Span) -> Expr {
        let found = self.e.globals.look_up(cell.text);
        let Some(Global::Cell(id)) = found else {
            let cells = self.e.globals.cells.iter().map(|decl| decl.name.text);
            let instead = format!("`x@n` is the cell `x` of node `n`: declare `var {}: … = …;`", cell.text);
            self.e.report.unknown("cell", cell.text, cell.span, cells, &instead);
            return Expr::error(span);
        };
        let node: Option<NodeId> = match self.e.globals.names.get(node.text) {
            Some(Global::Node(node)) => Some(*node),
            _ => {
                self.e.unknown_node(node);
                None
            }
        };
        if !matches!(self.place, Place::Property(_)) {
            let message = "a cell of another node is out of reach here";
            let error = Diagnostic::error(Code::Cell, span, message, "only a property may look at other nodes");
            let help =
                format!("`{}` alone is the cell of this node; to read another's, spawn a function there", cell.text);
            self.e.report.add(error.help(help));
            return Expr::error(span);
        }
        match node {
            Some(node) => Expr { kind: ExprKind::CellAt(id, node), ty: self.e.globals.cell(id).ty, span },
            None => Expr::error(span),
        }
    }

    fn field(&mut self, base: &ast::Expr<'s>, name: Ident<'s>, span: Span) -> Expr {
        if let Some(id) = self.enum_base(base) {
            let Some(variant) = self.variant_named(id, name) else { return Expr::error(span) };
            return self.variant(id, variant, &[], span);
        }
        let base = self.infer(base, None);
        let (field, ty) = self.field_of(base.ty, base.span, name);
        if ty == Ty::ERROR {
            return Expr::error(span);
        }
        Expr { kind: ExprKind::Op(Op::Field(field), vec![base]), ty, span }
    }

    /// The enum that stands before a `.`, if one does.
    pub(super) fn enum_base(&mut self, base: &ast::Expr<'s>) -> Option<crate::calculus::TypeId> {
        let ast::ExprKind::Name(name) = &base.kind else { return None };
        if self.local(name).is_some() {
            return None;
        }
        match self.e.globals.names.get(name) {
            Some(Global::Enum(_)) => self.enum_named(Ident { text: name, span: base.span }),
            _ => None,
        }
    }

    /// The number and type of a field of a value of type `base`.
    pub(super) fn field_of(&mut self, base: Ty, at: Span, name: Ident<'s>) -> (u16, Ty) {
        match self.e.types.shape(base) {
            Shape::Error => (0, Ty::ERROR),
            Shape::Struct(id) => {
                let decl = self.e.globals.structure(id);
                let found = decl.fields.iter().position(|(field, _)| field.text == name.text);
                match found {
                    Some(i) => (i as u16, decl.fields[i].1),
                    None => {
                        let what = format!("field of `{}` called", decl.name.text);
                        let all: Vec<&str> = decl.fields.iter().map(|(field, _)| field.text).collect();
                        let instead = format!("it has {}", listed(&all));
                        self.e.report.unknown(&what, name.text, name.span, all, &instead);
                        (0, Ty::ERROR)
                    }
                }
            }
            Shape::Open(_) => (0, self.not_known_yet(base, at)),
            shape => {
                let found = self.e.types.show(base);
                let message = format!("{} has no fields", a(&found));
                let error = Diagnostic::error(Code::Type, name.span, message, "no such field");
                let help = match shape {
                    Shape::Task(_) | Shape::Promise(_) => "await it first: `(await …).field`",
                    Shape::Option(_) => "it may be empty: take the value out with `match`",
                    _ => "only structs have fields",
                };
                self.e.report.add(error.label(at, format!("this is {}", a(&found))).help(help));
                (0, Ty::ERROR)
            }
        }
    }

    /// The type of a value is needed and still open.
    pub(super) fn not_known_yet(&mut self, ty: Ty, at: Span) -> Ty {
        let error = Diagnostic::error(Code::Infer, at, "the type of this is not known yet", "what is it?");
        self.e.report.add(error.help("say so where it is declared: `let x: list<int> = …;`"));
        self.e.types.give_up(ty);
        Ty::ERROR
    }

    /// The index into a value of type `base`, and the type of what is found there.
    pub(super) fn index_of(&mut self, base: Ty, at: Span, index: &ast::Expr<'s>) -> (Expr, Ty) {
        match self.e.types.shape(base) {
            Shape::List(element) => (self.expect(index, Ty::INT, Because::Takes("the index of a list")), element),
            Shape::Map(key, value) => (self.expect(index, key, Because::Takes("the key of this map")), value),
            Shape::Error => (self.infer(index, None), Ty::ERROR),
            Shape::Open(_) => {
                let ty = self.not_known_yet(base, at);
                (self.infer(index, None), ty)
            }
            shape => {
                let found = self.e.types.show(base);
                let message = format!("{} has no elements", a(&found));
                let error = Diagnostic::error(Code::Type, at, message, "cannot be indexed");
                self.e.report.add(error.help(match shape {
                    Shape::Task(_) | Shape::Promise(_) => "await it first: `(await …)[i]`",
                    Shape::Option(_) => "it may be empty: take the value out with `match`",
                    Shape::Str => "strings have no index; `contains` and `len` look into them",
                    _ => "lists have elements by index, maps by key",
                }));
                (self.infer(index, None), Ty::ERROR)
            }
        }
    }

    fn list(&mut self, items: &[ast::Expr<'s>], hint: Option<Ty>, span: Span) -> Expr {
        let wanted = self.part(hint, |shape| if let Shape::List(element) = shape { Some(element) } else { None });
        let (items, element) = self.elements(items, wanted);
        let ty = self.e.types.make(Shape::List(element));
        self.data(Op::List, items, ty, span)
    }

    /// Expressions of one type: the one that is wanted, or else the widest of theirs.
    fn elements(&mut self, items: &[ast::Expr<'s>], wanted: Option<Ty>) -> (Vec<Expr>, Ty) {
        let mut checked: Vec<Expr> = Vec::with_capacity(items.len());
        let mut ty = wanted;
        for item in items {
            let item = self.infer(item, ty);
            let because = checked.first().map_or(Because::Part, |first| Because::Earlier(first.span));
            ty = Some(self.joined(&item, ty, wanted, because));
            checked.push(item);
        }
        let ty = ty.unwrap_or_else(|| self.e.types.open());
        (checked, ty)
    }

    /// The type of what holds `item` beside others of type `before`; a wanted type stays as it is.
    fn joined(&mut self, item: &Expr, before: Option<Ty>, wanted: Option<Ty>, because: Because) -> Ty {
        let joined = match (before, wanted) {
            (_, Some(wanted)) => self.e.types.flows(item.ty, wanted).then_some(wanted),
            (None, None) => Some(item.ty),
            (Some(before), None) => self.e.types.join(before, item.ty),
        };
        joined.unwrap_or_else(|| {
            let before = before.unwrap_or(Ty::ERROR);
            self.mismatch(item.span, item.ty, before, if wanted.is_some() { Because::Part } else { because });
            before
        })
    }

    fn map(&mut self, entries: &[(ast::Expr<'s>, ast::Expr<'s>)], hint: Option<Ty>, span: Span) -> Expr {
        let key = self.part(hint, |shape| if let Shape::Map(key, _) = shape { Some(key) } else { None });
        let wanted = self.part(hint, |shape| if let Shape::Map(_, value) = shape { Some(value) } else { None });
        let key = key.unwrap_or_else(|| self.e.types.make(Shape::Open(Bound::Key)));
        let mut value = wanted;
        let mut checked = Vec::with_capacity(2 * entries.len());
        for (k, v) in entries {
            let mut k = self.infer(k, Some(key));
            if !self.fits(k.ty, Bound::Key) {
                self.e.bad_key(k.ty, k.span);
                self.e.types.give_up(key);
                k.ty = Ty::ERROR;
            } else if !self.e.types.same(k.ty, key) {
                self.mismatch(k.span, k.ty, key, Because::Takes("the key of this map"));
            }
            let v = self.infer(v, value);
            let because = checked.get(1).map_or(Because::Part, |first: &Expr| Because::Earlier(first.span));
            value = Some(self.joined(&v, value, wanted, because));
            checked.extend([k, v]);
        }
        let value = value.unwrap_or_else(|| self.e.types.open());
        let ty = self.e.types.make(Shape::Map(key, value));
        self.data(Op::Map, checked, ty, span)
    }

    fn await_(&mut self, how: Awaited, inner: &ast::Expr<'s>, span: Span) -> Expr {
        let word = Span::new(span.start as usize, span.start as usize + "await".len());
        let what = "an `await`";
        let reported = self.must_be_async(word, what, true)
            || self.effect(word, what, Some("waits until something else has happened"));
        let inner = self.inside(reported, |this| this.infer(inner, None));
        let ty = match how {
            Awaited::One | Awaited::Settled => self.awaited(inner.ty, inner.span, "`await`"),
            Awaited::All | Awaited::Any => {
                let element = self.e.types.open();
                let list = self.e.types.make(Shape::List(element));
                if !self.e.types.flows(inner.ty, list) {
                    self.not_a_list(&inner, how);
                    return Expr::error(span);
                }
                let value = self.awaited(element, inner.span, "the list of an `await`");
                if how == Awaited::All { self.e.types.make(Shape::List(value)) } else { value }
            }
        };
        Expr { kind: ExprKind::Await(how, Box::new(inner)), ty, span }
    }

    fn not_a_list(&mut self, inner: &Expr, how: Awaited) {
        let word = if how == Awaited::All { "all" } else { "any" };
        let found = a(&self.e.types.show(inner.ty));
        let message = format!("`await {word}(…)` takes a list of tasks or promises, not {found}");
        let error = Diagnostic::error(Code::Type, inner.span, message, format!("this is {found}"));
        self.e.report.add(error.help(match self.e.types.shape(inner.ty) {
            Shape::Task(_) | Shape::Promise(_) => {
                format!("one alone is awaited with `await`; for several write `{word}([a, b])`")
            }
            Shape::Map(..) => format!("await what is in it: `await {word}(values(…))`"),
            _ => format!("give a list: `await {word}([a, b])`"),
        }));
    }

    /// The type of what a task or promise of type `ty` will hold.
    pub(super) fn awaited(&mut self, ty: Ty, at: Span, who: &str) -> Ty {
        match self.e.types.shape(ty) {
            Shape::Task(inner) | Shape::Promise(inner) => inner,
            Shape::Error => Ty::ERROR,
            Shape::Open(_) => {
                let inner = self.e.types.open();
                let task = self.e.types.make(Shape::Task(inner));
                self.e.types.flows(ty, task);
                inner
            }
            shape => {
                let found = self.e.types.show(ty);
                let message = format!("{who} takes a task or a promise, not {}", a(&found));
                let error = Diagnostic::error(Code::Type, at, message, format!("this is {}", a(&found)));
                self.e.report.add(error.help(match shape {
                    Shape::List(_) => "a list is awaited with `await all(…)` or `await any(…)`",
                    Shape::Option(_) => "it may be empty: take the task out with `match`",
                    _ => "the value is there already: use it as it is",
                }));
                Ty::ERROR
            }
        }
    }
}

pub(super) fn literal(value: Value, ty: Ty, span: Span) -> Expr {
    Expr { kind: ExprKind::Value(value), ty, span }
}
