//! Calls of declared functions, spawns and sends; structs and variants.

use super::mismatch::Because;
use super::pattern::{counted, listed};
use super::{Checker, Later, Place};
use crate::base::Span;
use crate::calculus::{FnId, Op, TypeId};
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::builtin::{self, builtin};
use crate::elaborate::globals::Global;
use crate::elaborate::typed::{Expr, ExprKind, How, StmtKind};
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
    pub(super) fn rest(&mut self, args: &[ast::Expr<'s>]) -> Vec<Expr> {
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
        let message =
            format!("`{}` takes {}, not {}", call.name.text, counted(types.len(), "argument"), call.args.len());
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
                self.e.duplicate(*field, earlier.map_or(field.span, |(name, _)| name.span), "given");
                continue;
            }
            places.push(i);
            given[i] = Some(value);
        }
        let ty = self.e.types.make(Shape::Struct(id));
        if given.iter().any(Option::is_none) {
            self.incomplete(id, name, fields);
            return Expr { kind: ExprKind::Error, ty, span };
        }
        let values: Vec<Expr> = given.into_iter().flatten().collect();
        if places.is_sorted() {
            return self.data(Op::Struct(id), values, ty, span);
        }
        Expr { kind: ExprKind::Struct(id, places, values), ty, span }
    }

    fn incomplete(&mut self, id: TypeId, name: Span, fields: &[(Ident<'s>, ast::Expr<'s>)]) {
        let decl = self.e.globals.structure(id);
        let is_given = |field: &str| fields.iter().any(|(name, _)| name.text == field);
        let missing: Vec<&str> = decl.fields.iter().map(|(field, _)| field.text).filter(|f| !is_given(f)).collect();
        // None where one is declared twice, which has been reported.
        let Some(first) = missing.first() else { return };
        let message = format!("`{}` is made without {}", decl.name.text, listed(&missing));
        let error = Diagnostic::error(Code::Arity, name, message, "not all fields are given");
        let help = format!("give {} too: `{first}: …`", listed(&missing));
        self.e.report.add(error.label(decl.name.span, "declared here").help(help));
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
}
