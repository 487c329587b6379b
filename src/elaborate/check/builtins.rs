//! Calls of built-in functions.

use super::mismatch::Because;
use super::pattern::counted;
use super::{Checker, Later, Place};
use crate::base::Span;
use crate::calculus::Op;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::builtin::{Builtin, Count, called};
use crate::elaborate::report::a;
use crate::elaborate::typed::{Act, Expr, ExprKind};
use crate::elaborate::types::{Shape, Ty};
use crate::syntax::ast::{self, Call};

impl<'s> Checker<'_, 's> {
    pub(super) fn call_builtin(
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
            let message = format!("`{name}` takes {}, not {}", counted(wanted, "argument"), call.args.len());
            let error = Diagnostic::error(Code::Arity, span, message, "wrong number of arguments");
            self.e.report.add(error.help(format!("call it as {}", called(usage))));
            self.rest(&call.args);
            return Expr::error(span);
        }
        match builtin {
            Builtin::Pure(op) => self.pure(op, usage, call),
            Builtin::Nodes => self.nodes(&call.args[0], span),
            Builtin::Act(act) => {
                let mut reported = false;
                if act == Act::Yield {
                    reported = self.must_be_async(call.name.span, "a `yield_now`", false);
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
            match self.undeclared(group) {
                Some(name) => self.unknown_group(name),
                None => {
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
            _ => format!("call it as {}", called(usage)),
        }));
    }
}
