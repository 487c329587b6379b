//! Calls: declared functions, built-in ones, structs, variants; spawns, sends and their addresses.

use super::mismatch::Because;
use super::pattern::{listed, values};
use super::{Checker, Later, Place};
use crate::base::Span;
use crate::calculus::{FnId, Op, TypeId, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::builtin::{self, Builtin, Count, builtin};
use crate::elaborate::globals::Global;
use crate::elaborate::report::a;
use crate::elaborate::typed::{Act, Address, Expr, ExprKind, How, StmtKind};
use crate::elaborate::types::{Shape, Ty};
use crate::syntax::ast::{self, Call, Ident};

impl<'s> Checker<'_, 's> {
    pub(super) fn call(&mut self, call: &Call<'s>, hint: Option<Ty>) -> Expr {
        let name = call.name.text;
        if let Some(f) = self.e.globals.function_names.get(name).copied() {
            return self.call_declared(f, call);
        }
        if let Some((builtin, count, usage)) = builtin(name) {
            return self.call_builtin(builtin, count, usage, call, hint);
        }
        if let Some(Global::Struct(id)) = self.e.globals.names.get(name).copied() {
            self.e.globals.look_up(name);
            if call.args.is_empty() {
                return self.build(id, call.name.span, &[], call.span);
            }
            let decl = self.e.globals.structure(id);
            let fields: Vec<String> = decl.fields.iter().map(|(field, _)| format!("{}: …", field.text)).collect();
            let message = format!("the fields of `{name}` are given by name");
            let error = Diagnostic::error(Code::Type, call.span, message, "values without names");
            self.e.report.add(error.help(format!("write `{name}({})`", fields.join(", "))));
        } else {
            self.unknown_function(call.name);
        }
        self.rest(&call.args);
        Expr::error(call.span)
    }

    fn unknown_function(&mut self, name: Ident<'s>) {
        let declared = match (self.local(name.text), self.e.globals.names.get(name.text)) {
            (Some(local), _) => Some((self.locals[local.0 as usize].name.span, "a variable")),
            (None, Some(global)) => Some((self.e.globals.declared_at(*global), global.word())),
            (None, None) => None,
        };
        if let Some((at, word)) = declared {
            let message = format!("`{}` is {word}, not a function", name.text);
            let error = Diagnostic::error(Code::Name, name.span, message, "cannot be called");
            self.e
                .report
                .add(error.label(at, "declared here").help("only functions are called; there are no function values"));
            return;
        }
        let declared = self.e.globals.function_names.keys().copied();
        let structs = self.e.globals.structs.iter().map(|decl| decl.name.text);
        let all = declared.chain(structs).chain(builtin::names());
        let candidates: Vec<&str> = if self.e.report.guesses() { all.collect() } else { Vec::new() };
        let instead = format!("declare it: `fn {}(…) {{ … }}`", name.text);
        self.e.report.unknown("function", name.text, name.span, candidates, &instead);
    }

    /// Checks what could not be checked against anything.
    fn rest(&mut self, args: &[ast::Expr<'s>]) -> Vec<Expr> {
        args.iter().map(|arg| self.infer(arg, None)).collect()
    }

    fn call_declared(&mut self, f: FnId, call: &Call<'s>) -> Expr {
        let (is_async, result) = {
            let signature = &mut self.e.globals.functions[f.0 as usize];
            signature.used = true;
            (signature.is_async, signature.result)
        };
        let name = call.name.text;
        let reported = match (self.place, is_async) {
            (Place::Function(_), false) => {
                self.summary.calls.push(f);
                if self.atomics > 0 && !self.muted {
                    self.e.called_in_atomic.push((f, call.name.span));
                }
                false
            }
            (_, true) => {
                let what = format!("a call of the async function `{name}`");
                self.effect(call.name.span, &what, Some("starts a task"))
            }
            (_, false) => self.effect(call.name.span, &format!("a call of `{name}`"), None),
        };
        let args = self.inside(reported, |this| this.arguments(f, call));
        if reported && !matches!(self.place, Place::Function(_)) {
            return Expr::error(call.span);
        }
        let (how, ty) = match is_async {
            true => (How::Async, self.e.types.make(Shape::Task(result))),
            false => (How::Sync, result),
        };
        Expr { kind: ExprKind::Call(how, f, args), ty, span: call.span }
    }

    fn arguments(&mut self, f: FnId, call: &Call<'s>) -> Vec<Expr> {
        let types: Vec<Ty> = self.e.globals.function(f).params.iter().map(|(_, ty)| *ty).collect();
        if types.len() == call.args.len() {
            let pairs = call.args.iter().zip(types).enumerate();
            return pairs.map(|(i, (arg, ty))| self.expect(arg, ty, Because::Param(f, i))).collect();
        }
        let signature = self.e.globals.function(f);
        let params: Vec<String> =
            signature.params.iter().map(|(name, ty)| format!("{}: {}", name.text, self.e.types.show(*ty))).collect();
        let message = format!("`{}` takes {}, not {}", call.name.text, values(types.len()), call.args.len());
        let error = Diagnostic::error(Code::Arity, call.span, message, "wrong number of arguments");
        let error = error.label(signature.name.span, "declared here");
        self.e.report.add(error.help(format!("call it as `{}({})`", call.name.text, params.join(", "))));
        self.rest(&call.args)
    }

    pub(super) fn spawn(&mut self, call: &Call<'s>, on: Option<&ast::Address<'s>>, span: Span) -> Expr {
        let word = Span::new(span.start as usize, span.start as usize + "spawn".len());
        let reported = self.effect(word, "a `spawn`", Some("starts something that others run"));
        self.inside(reported, |this| {
            let started = this.started(call, "the argument of a spawn", "its result would be put into a promise", span);
            let how = match on {
                Some(on) => How::SpawnDist(this.address(on)),
                None => How::SpawnLocal,
            };
            let Some((f, args)) = started else { return Expr::error(span) };
            let result = this.e.globals.function(f).result;
            let ty = this.e.types.make(Shape::Promise(result));
            Expr { kind: ExprKind::Call(how, f, args), ty, span }
        })
    }

    pub(super) fn send(&mut self, call: &Call<'s>, on: &ast::Address<'s>, span: Span) -> StmtKind {
        let word = Span::new(span.start as usize, span.start as usize + "send".len());
        let reported = self.effect(word, "a `send`", Some("starts something that others run"));
        self.inside(reported, |this| {
            let started = this.started(call, "the argument of a send", "it would run on another node", span);
            let on = this.address(on);
            match started {
                Some((f, args)) => StmtKind::Send { f, args, on },
                None => StmtKind::Expr(Expr::error(span)),
            }
        })
    }

    /// The function that is spawned or sent, and its arguments.
    fn started(
        &mut self,
        call: &Call<'s>,
        arg: &'static str,
        label: &'static str,
        span: Span,
    ) -> Option<(FnId, Vec<Expr>)> {
        let name = call.name.text;
        let Some(f) = self.e.globals.function_names.get(name).copied() else {
            if builtin(name).is_some() {
                let message = format!("the built-in function `{name}` cannot be spawned or sent");
                let error = Diagnostic::error(Code::Type, call.name.span, message, "built in");
                self.e.report.add(error.help(format!("put it into a function of your own, which calls `{name}`")));
            } else {
                self.unknown_function(call.name);
            }
            self.rest(&call.args);
            return None;
        };
        let signature = &mut self.e.globals.functions[f.0 as usize];
        signature.used = true;
        signature.spawned.get_or_insert(span);
        let (ty, declared) = (signature.result, signature.result_span);
        let args = self.arguments(f, call);
        for checked in &args {
            let (ty, span) = (checked.ty, checked.span);
            self.later(Later::Leaves { ty, span, what: arg, label: "would leave this node" });
        }
        if let Some(part) = self.e.not_portable(ty) {
            let message = format!("the result of `{name}` must be portable, but {part}");
            let error = Diagnostic::error(Code::Portable, call.span, message, label);
            let error = error.label(declared, "declared here");
            self.e.report.add(error.help(
                "a local task is known on its own node only: let the function return the value (`await` it there), or a promise",
            ));
        }
        Some((f, args))
    }

    fn address(&mut self, on: &ast::Address<'s>) -> Address {
        match on {
            ast::Address::Node(node) => Address::Node(Box::new(self.node(node))),
            ast::Address::Any(group) => {
                let group = self.group(group);
                self.nobody(&group);
                Address::Any(Box::new(group))
            }
            ast::Address::Prefer(group, node) => {
                let (group, node) = (self.group(group), self.node(node));
                self.nobody(&group);
                self.outsider(&group, &node);
                Address::Prefer(Box::new(group), Box::new(node))
            }
        }
    }

    fn node(&mut self, node: &ast::Expr<'s>) -> Expr {
        if self.group_named(node).is_some() {
            let message = "a group is not a node";
            let error = Diagnostic::error(Code::Type, node.span, message, "this is a group");
            self.e.report.add(error.help("let any of its nodes take it: `on any …`"));
            return Expr::error(node.span);
        }
        self.expect(node, Ty::NODE, Because::Takes("an address"))
    }

    /// A group, or a list of nodes, as a list of nodes.
    fn group(&mut self, group: &ast::Expr<'s>) -> Expr {
        let list = self.e.types.make(Shape::List(Ty::NODE));
        match self.group_named(group) {
            Some(members) => Expr { kind: ExprKind::Value(members), ty: list, span: group.span },
            None => {
                let checked = self.infer(group, Some(list));
                if self.e.types.flows(checked.ty, list) {
                    return checked;
                }
                let found = self.e.types.show(checked.ty);
                let message = format!("`any` takes a group or a list of nodes, not {}", a(&found));
                let error = Diagnostic::error(Code::Type, group.span, message, format!("this is {}", a(&found)));
                self.e.report.add(error.help(match self.e.types.shape(checked.ty) {
                    Shape::Node => "one node needs no `any`: write `on` and the node",
                    _ => "write `any` and the name of a group, or `any [a, b]`",
                }));
                Expr::error(group.span)
            }
        }
    }

    /// The nodes of the group that an expression names.
    fn group_named(&mut self, e: &ast::Expr<'s>) -> Option<Value> {
        let ast::ExprKind::Name(name) = &e.kind else { return None };
        if self.local(name).is_some() {
            return None;
        }
        match self.e.globals.names.get(name) {
            Some(Global::Group(at)) => {
                let group = &mut self.e.globals.groups[*at];
                group.used = true;
                Some(Value::list(group.members.iter().map(|member| Value::Node(*member))))
            }
            _ => None,
        }
    }

    /// Warns of an address that nobody has.
    fn nobody(&mut self, group: &Expr) {
        if let Some(Value::List(nodes)) = self.known(group)
            && nodes.is_empty()
        {
            let warning =
                Diagnostic::warning(Code::Address, group.span, "`any` over no node at all", "no node can take it");
            self.e.report.add(warning.help("this raises \"no taker\" whenever it runs; name at least one node"));
        }
    }

    /// Warns of a preference for a node that is not in the group.
    fn outsider(&mut self, group: &Expr, node: &Expr) {
        let (Some(Value::List(nodes)), Some(preferred)) = (self.known(group), self.known(node)) else { return };
        if !nodes.is_empty() && !nodes.contains(preferred) {
            let message = "the preferred node is not in the group";
            let warning = Diagnostic::warning(Code::Address, node.span, message, "takes it while it is up");
            let warning = warning.label(group.span, "these take it while the preferred one is down");
            self.e.report.add(warning.help("prefer a node of the group, or add this one to it"));
        }
    }

    /// The value of an expression that is known before the program runs.
    fn known<'v>(&'v self, e: &'v Expr) -> Option<&'v Value> {
        match &e.kind {
            ExprKind::Value(value) => Some(value),
            ExprKind::Const(at) => self.e.globals.consts[*at as usize].value.as_ref(),
            _ => None,
        }
    }

    pub(super) fn structure(&mut self, name: Ident<'s>, fields: &[(Ident<'s>, ast::Expr<'s>)], span: Span) -> Expr {
        if let Some(Global::Struct(id)) = self.e.globals.look_up(name.text) {
            return self.build(id, name.span, fields, span);
        }
        if self.e.globals.function_names.contains_key(name.text) || builtin(name.text).is_some() {
            let message = format!("`{}` is a function, not a struct", name.text);
            let error = Diagnostic::error(Code::Name, name.span, message, "not a struct");
            self.e.report.add(error.help("arguments have no names: give the values in order"));
        } else {
            let structs: Vec<&str> = self.e.globals.structs.iter().map(|decl| decl.name.text).collect();
            let instead = format!("declare it: `struct {} {{ … }}`", name.text);
            self.e.report.unknown("struct", name.text, name.span, structs, &instead);
        }
        for (_, value) in fields {
            self.infer(value, None);
        }
        Expr::error(span)
    }

    /// A struct of its fields, given in any order: they are evaluated as written.
    fn build(&mut self, id: TypeId, name: Span, fields: &[(Ident<'s>, ast::Expr<'s>)], span: Span) -> Expr {
        let declared: Vec<(Ident<'s>, Ty)> = self.e.globals.structure(id).fields.clone();
        let mut given: Vec<Option<Expr>> = Vec::new();
        given.resize_with(declared.len(), || None);
        let mut places = Vec::with_capacity(fields.len());
        for (field, value) in fields {
            let Some(i) = declared.iter().position(|(name, _)| name.text == field.text) else {
                let ty = self.e.types.make(Shape::Struct(id));
                self.field_of(ty, name, *field);
                self.infer(value, None);
                continue;
            };
            let value = self.expect(value, declared[i].1, Because::Field(id, i));
            if given[i].is_some() {
                let earlier = fields.iter().find(|(name, _)| name.text == field.text);
                self.e.duplicate(*field, earlier.map_or(field.span, |(name, _)| name.span));
                continue;
            }
            places.push(i);
            given[i] = Some(value);
        }
        let missing: Vec<&str> =
            declared.iter().zip(&given).filter(|(_, given)| given.is_none()).map(|((name, _), _)| name.text).collect();
        let ty = self.e.types.make(Shape::Struct(id));
        if !missing.is_empty() {
            let decl = self.e.globals.structure(id).name;
            let message = format!("`{}` is made without {}", decl.text, listed(&missing));
            let error = Diagnostic::error(Code::Arity, name, message, "not all fields are given");
            let help = format!("give {} too: `{}: …`", listed(&missing), missing[0]);
            self.e.report.add(error.label(decl.span, "declared here").help(help));
            return Expr { kind: ExprKind::Error, ty, span };
        }
        let values: Vec<Expr> = given.into_iter().flatten().collect();
        if places.is_sorted() {
            return self.data(Op::Struct(id), values, ty, span);
        }
        Expr { kind: ExprKind::Struct(id, places, values), ty, span }
    }

    /// `e.name(args)`: a variant with what it carries.
    pub(super) fn method(&mut self, base: &ast::Expr<'s>, name: Ident<'s>, args: &[ast::Expr<'s>], span: Span) -> Expr {
        if let Some(id) = self.enum_base(base) {
            let Some(variant) = self.variant_named(id, name) else {
                self.rest(args);
                return Expr::error(span);
            };
            return self.variant(id, variant, args, span);
        }
        self.infer(base, None);
        self.rest(args);
        let message = format!("there is no method `{}`: values have none", name.text);
        let error = Diagnostic::error(Code::Name, name.span, message, "not found");
        let function = builtin(name.text).is_some() || self.e.globals.function_names.contains_key(name.text);
        self.e.report.add(error.help(match function {
            true => format!("it is a function: `{}(…, …)`", name.text),
            false => "functions are called as `f(x)`, variants made as `Enum.Variant(x)`".to_owned(),
        }));
        Expr::error(span)
    }

    pub(super) fn variant(&mut self, id: TypeId, variant: usize, args: &[ast::Expr<'s>], span: Span) -> Expr {
        let payload = self.e.globals.enumeration(id).variants[variant].payload.clone();
        let ty = self.e.types.make(Shape::Enum(id));
        if payload.len() != args.len() {
            self.wrong_payload(id, variant, span, args.len());
            self.rest(args);
            return Expr { kind: ExprKind::Error, ty, span };
        }
        let because = Because::Payload(id, variant);
        let args = args.iter().zip(payload).map(|(arg, ty)| self.expect(arg, ty, because)).collect();
        self.data(Op::Variant(id, variant as u16), args, ty, span)
    }

    fn call_builtin(
        &mut self,
        builtin: Builtin,
        count: Count,
        usage: &'static str,
        call: &Call<'s>,
        hint: Option<Ty>,
    ) -> Expr {
        let (name, span) = (call.name.text, call.span);
        if let Count::Exactly(wanted) = count
            && wanted != call.args.len()
        {
            let message = format!("`{name}` takes {}, not {}", values(wanted), call.args.len());
            let error = Diagnostic::error(Code::Arity, span, message, "wrong number of arguments");
            self.e.report.add(error.help(format!("call it as `{usage}`")));
            self.rest(&call.args);
            return Expr::error(span);
        }
        match builtin {
            Builtin::Pure(op) => self.pure(op, usage, call),
            Builtin::Nodes => self.nodes(&call.args[0], span),
            Builtin::Act(act) => {
                let mut reported = false;
                if act == Act::Yield {
                    reported = self.must_be_async(call.name.span, "a `yield_now`");
                }
                reported = reported || self.effect(call.name.span, &format!("`{name}`"), act.breaks_atomic());
                let checked = self.inside(reported, |this| this.act(act, usage, call, hint));
                let nowhere = reported && !matches!(self.place, Place::Function(_));
                if nowhere { Expr::error(span) } else { checked }
            }
        }
    }

    fn nodes(&mut self, group: &ast::Expr<'s>, span: Span) -> Expr {
        let ty = self.e.types.make(Shape::List(Ty::NODE));
        let Some(members) = self.group_named(group) else {
            let groups: Vec<&str> = self.e.globals.groups.iter().map(|group| group.name.text).collect();
            match &group.kind {
                ast::ExprKind::Name(name) if !self.e.globals.names.contains_key(name) && self.local(name).is_none() => {
                    let instead = format!("declare it: `group {name} = [ … ];`");
                    self.e.report.unknown("group", name, group.span, groups, &instead);
                }
                _ => {
                    let error = Diagnostic::error(Code::Type, group.span, "`nodes` takes a group", "not a group");
                    self.e.report.add(error.help("name a group: `group g = [a, b];` and `nodes(g)`"));
                }
            }
            return Expr { kind: ExprKind::Error, ty, span };
        };
        Expr { kind: ExprKind::Value(members), ty, span }
    }

    fn act(&mut self, act: Act, usage: &'static str, call: &Call<'s>, hint: Option<Ty>) -> Expr {
        let (args, span) = (&call.args, call.span);
        let because = Because::Usage(usage);
        let (args, ty) = match act {
            Act::Wait => {
                let it = self.infer(&args[0], None);
                let ty = self.awaited(it.ty, it.span, "`wait`");
                (vec![it], ty)
            }
            Act::Promise => {
                let wanted = hint.map(|hint| self.e.types.shape(hint));
                let inner = match wanted {
                    Some(Shape::Promise(inner) | Shape::Task(inner)) => inner,
                    _ => self.e.types.open(),
                };
                let ty = self.e.types.make(Shape::Promise(inner));
                self.later(Later::Promise { ty: inner, span });
                (Vec::new(), ty)
            }
            Act::Resolve => {
                let (promise, inner) = self.promise(&args[0], usage);
                let value = self.expect(&args[1], inner, Because::Resolves(args[0].span));
                let (ty, span) = (value.ty, value.span);
                self.later(Later::Stored { promise: inner, ty, span });
                (vec![promise, value], Ty::UNIT)
            }
            Act::Reject => {
                let (promise, _) = self.promise(&args[0], usage);
                (vec![promise, self.expect(&args[1], Ty::STR, because)], Ty::UNIT)
            }
            Act::Cancel | Act::IsDone => {
                let it = self.infer(&args[0], None);
                self.awaited(it.ty, it.span, &format!("`{}`", call.name.text));
                (vec![it], if act == Act::IsDone { Ty::BOOL } else { Ty::UNIT })
            }
            Act::Sleep => (vec![self.expect(&args[0], Ty::INT, because)], self.e.types.make(Shape::Promise(Ty::UNIT))),
            Act::Now => (Vec::new(), Ty::INT),
            Act::Here => (Vec::new(), Ty::NODE),
            Act::Print => (self.rest(args), Ty::UNIT),
            Act::Yield | Act::Choose => (Vec::new(), Ty::UNIT),
        };
        Expr { kind: ExprKind::Act(act, args), ty, span }
    }

    /// A promise, and what it holds.
    fn promise(&mut self, e: &ast::Expr<'s>, usage: &'static str) -> (Expr, Ty) {
        let checked = self.infer(e, None);
        let inner = match self.e.types.shape(checked.ty) {
            Shape::Promise(inner) => inner,
            Shape::Error => Ty::ERROR,
            _ => {
                let inner = self.e.types.open();
                let wanted = self.e.types.make(Shape::Promise(inner));
                if !self.e.types.flows(checked.ty, wanted) {
                    self.mismatch(checked.span, checked.ty, wanted, Because::Usage(usage));
                }
                inner
            }
        };
        (checked, inner)
    }

    /// A built-in function that computes.
    fn pure(&mut self, op: Op, usage: &'static str, call: &Call<'s>) -> Expr {
        let (args, span) = (&call.args, call.span);
        let because = Because::Usage(usage);
        let (args, ty) = match op {
            Op::Min | Op::Max => (args.iter().map(|arg| self.expect(arg, Ty::INT, because)).collect(), Ty::INT),
            Op::Abs => (vec![self.expect(&args[0], Ty::INT, because)], Ty::INT),
            Op::Range => {
                let list = self.e.types.make(Shape::List(Ty::INT));
                (args.iter().map(|arg| self.expect(arg, Ty::INT, because)).collect(), list)
            }
            Op::Str => (vec![self.infer(&args[0], None)], Ty::STR),
            _ => return self.on_data(op, usage, args, span),
        };
        Expr { kind: ExprKind::Op(op, args), ty, span }
    }

    /// A built-in function that takes a list, a map or a string first.
    fn on_data(&mut self, op: Op, usage: &'static str, args: &[ast::Expr<'s>], span: Span) -> Expr {
        let because = Because::Usage(usage);
        let first = self.infer(&args[0], None);
        let base = first.ty;
        let shape = self.e.types.shape(base);
        let rest = &args[1..];
        let (rest, ty) = match (op, shape) {
            (Op::Len, Shape::List(_) | Shape::Map(..) | Shape::Str) => (Vec::new(), Ty::INT),
            (Op::Push, Shape::List(element)) => {
                let (value, ty) = self.widened(&rest[0], element, because);
                (vec![value], self.e.types.make(Shape::List(ty)))
            }
            (Op::Put, Shape::List(element)) => {
                let index = self.expect(&rest[0], Ty::INT, because);
                let (value, ty) = self.widened(&rest[1], element, because);
                (vec![index, value], self.e.types.make(Shape::List(ty)))
            }
            (Op::Put, Shape::Map(key, value)) => {
                let key_given = self.expect(&rest[0], key, because);
                let (value, ty) = self.widened(&rest[1], value, because);
                (vec![key_given, value], self.e.types.make(Shape::Map(key, ty)))
            }
            (Op::Get, Shape::List(part)) => {
                (vec![self.expect(&rest[0], Ty::INT, because)], self.e.types.make(Shape::Option(part)))
            }
            (Op::Get, Shape::Map(key, part)) => {
                (vec![self.expect(&rest[0], key, because)], self.e.types.make(Shape::Option(part)))
            }
            (Op::Remove, Shape::List(_)) => (vec![self.expect(&rest[0], Ty::INT, because)], base),
            (Op::Remove, Shape::Map(key, _)) => (vec![self.expect(&rest[0], key, because)], base),
            (Op::Contains, Shape::List(part) | Shape::Map(part, _)) => {
                (vec![self.widened(&rest[0], part, because).0], Ty::BOOL)
            }
            (Op::Contains, Shape::Str) => (vec![self.expect(&rest[0], Ty::STR, because)], Ty::BOOL),
            (Op::Concat, Shape::Str) => (vec![self.expect(&rest[0], Ty::STR, because)], Ty::STR),
            (Op::Concat, Shape::List(_)) => {
                let (value, ty) = self.widened(&rest[0], base, because);
                (vec![value], ty)
            }
            (Op::Keys, Shape::Map(key, _)) => (Vec::new(), self.e.types.make(Shape::List(key))),
            (Op::Values, Shape::Map(_, value)) => (Vec::new(), self.e.types.make(Shape::List(value))),
            (_, Shape::Error) => (self.rest(rest), Ty::ERROR),
            (_, Shape::Open(_)) => {
                let ty = self.not_known_yet(base, first.span);
                (self.rest(rest), ty)
            }
            _ => {
                self.not_for(op, &first, usage);
                (self.rest(rest), if op == Op::Len { Ty::INT } else { Ty::ERROR })
            }
        };
        let mut args = vec![first];
        args.extend(rest);
        Expr { kind: ExprKind::Op(op, args), ty, span }
    }

    /// A value that joins others of type `before`, and the type of all of them together.
    fn widened(&mut self, e: &ast::Expr<'s>, before: Ty, because: Because) -> (Expr, Ty) {
        let value = self.infer(e, Some(before));
        match self.e.types.join(before, value.ty) {
            Some(ty) => (value, ty),
            None => {
                self.mismatch(value.span, value.ty, before, because);
                (value, before)
            }
        }
    }

    fn not_for(&mut self, op: Op, first: &Expr, usage: &'static str) {
        let found = self.e.types.show(first.ty);
        let name = usage.split('(').next().unwrap_or(usage);
        let message = format!("`{name}` does not take {}", a(&found));
        let error = Diagnostic::error(Code::Type, first.span, message, format!("this is {}", a(&found)));
        self.e.report.add(error.help(match (op, self.e.types.shape(first.ty)) {
            (_, Shape::Task(_) | Shape::Promise(_)) => {
                "the value is there once it is awaited: put `await` before it".to_owned()
            }
            (_, Shape::Option(_)) => "an option may be empty: take the value out with `match`".to_owned(),
            _ => format!("call it as `{usage}`"),
        }));
    }
}
