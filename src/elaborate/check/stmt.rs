//! Statements.

use super::mismatch::Because;
use super::{Checker, Later, Origin, Place};
use crate::base::Span;
use crate::calculus::Value;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::report::a;
use crate::elaborate::typed::{Block, Expr, ExprKind, Stmt, StmtKind};
use crate::elaborate::types::{Shape, Ty};
use crate::syntax::ast::{self, Ident};

impl<'s> Checker<'_, 's> {
    /// A statement, and whether control goes on behind it.
    pub(super) fn stmt(&mut self, stmt: &ast::Stmt<'s>) -> (Stmt, bool) {
        let span = stmt.span;
        let (kind, falls) = match &stmt.kind {
            ast::StmtKind::Let { mutable, name, ty, init } => (self.let_(*mutable, *name, ty.as_ref(), init), true),
            ast::StmtKind::Expr(e) => (self.expression(e), true),
            ast::StmtKind::Assign { place, value } => (self.assign(place, value), true),
            ast::StmtKind::If { arms, otherwise } => self.if_(arms, otherwise.as_ref()),
            ast::StmtKind::While { cond, body } => self.while_(cond, body),
            ast::StmtKind::For { name, from, to, body } => (self.for_(*name, from, to.as_ref(), body), true),
            ast::StmtKind::Match { subject, arms } => self.match_(subject, arms, span),
            ast::StmtKind::Try { body, error, handler } => self.try_(body, *error, handler),
            ast::StmtKind::Scope(body) => self.scope(body, span),
            ast::StmtKind::Atomic(body) => {
                self.atomics += 1;
                let body = self.block(body);
                self.atomics -= 1;
                let falls = body.falls;
                (StmtKind::Atomic(body), falls)
            }
            ast::StmtKind::Return(value) => (self.return_(value.as_ref(), span), false),
            ast::StmtKind::Throw(e) => (StmtKind::Throw(self.expect(e, Ty::STR, Because::Takes("`throw`"))), false),
            ast::StmtKind::Break => {
                self.jump("break", span);
                if let Some(breaks) = self.loops.last_mut() {
                    *breaks = true;
                }
                (StmtKind::Break, false)
            }
            ast::StmtKind::Continue => {
                self.jump("continue", span);
                (StmtKind::Continue, false)
            }
            ast::StmtKind::Assert { cond, message } => {
                let cond = self.condition(cond, "`assert`");
                let because = Because::Takes("the message of an `assert`");
                let message = message.as_ref().map(|m| self.expect(m, Ty::STR, because));
                (StmtKind::Assert { cond, message }, true)
            }
            ast::StmtKind::Send { call, on } => (self.send(call, on, span), true),
        };
        (Stmt { kind, span }, falls)
    }

    fn let_(&mut self, mutable: bool, name: Ident<'s>, ty: Option<&ast::Type<'s>>, init: &ast::Expr<'s>) -> StmtKind {
        let (init, ty) = match ty {
            Some(written) => {
                let ty = self.e.written(written);
                (self.expect(init, ty, Because::Written(written.span)), ty)
            }
            None => {
                let init = self.infer(init, None);
                let ty = init.ty;
                (init, ty)
            }
        };
        let local = self.declare(name, ty, if mutable { Origin::Mut } else { Origin::Let });
        if let Some(local) = local {
            self.later(Later::Variable { ty, name });
            self.locals[local.0 as usize].child = self.scopes > 0 && init.makes_child();
        }
        StmtKind::Let(local, init)
    }

    fn expression(&mut self, e: &ast::Expr<'s>) -> StmtKind {
        let checked = self.infer(e, None);
        if self.scopes == 0 || !checked.makes_child() {
            self.later(Later::Dropped { ty: checked.ty, span: checked.span });
        }
        StmtKind::Expr(checked)
    }

    pub(super) fn condition(&mut self, cond: &ast::Expr<'s>, of: &'static str) -> Expr {
        self.expect(cond, Ty::BOOL, Because::Takes(of))
    }

    fn if_(
        &mut self,
        arms: &[(ast::Expr<'s>, ast::Block<'s>)],
        otherwise: Option<&ast::Block<'s>>,
    ) -> (StmtKind, bool) {
        let mut falls = otherwise.is_none();
        let mut checked = Vec::with_capacity(arms.len());
        for (cond, body) in arms {
            let cond = self.condition(cond, "`if`");
            let body = self.block(body);
            falls |= body.falls;
            checked.push((cond, body));
        }
        let otherwise = otherwise.map(|block| self.block(block));
        falls |= otherwise.as_ref().is_some_and(|block| block.falls);
        (StmtKind::If { arms: checked, otherwise }, falls)
    }

    fn while_(&mut self, cond: &ast::Expr<'s>, body: &ast::Block<'s>) -> (StmtKind, bool) {
        let cond = self.condition(cond, "`while`");
        let for_ever = matches!(cond.kind, ExprKind::Value(Value::Bool(true)));
        let (body, breaks) = self.loop_body(|this| this.block(body));
        (StmtKind::While { cond, body }, breaks || !for_ever)
    }

    fn loop_body(&mut self, check: impl FnOnce(&mut Self) -> Block) -> (Block, bool) {
        self.loops.push(false);
        let body = check(self);
        (body, self.loops.pop() == Some(true))
    }

    fn for_(
        &mut self,
        name: Ident<'s>,
        from: &ast::Expr<'s>,
        to: Option<&ast::Expr<'s>>,
        body: &ast::Block<'s>,
    ) -> StmtKind {
        let bound = Because::Takes("a range");
        let (from, to, element) = match to {
            Some(to) => (self.expect(from, Ty::INT, bound), Some(self.expect(to, Ty::INT, bound)), Ty::INT),
            None => {
                let list = self.infer(from, None);
                let element = self.element(&list);
                (list, None, element)
            }
        };
        self.open_block();
        let var = self.declare(name, element, Origin::Bound("the variable of a `for`"));
        let (body, _) = self.loop_body(|this| this.block(body));
        self.close_block();
        match to {
            Some(to) => StmtKind::ForRange { var, from, to, body },
            None => StmtKind::ForList { var, list: from, body },
        }
    }

    /// The type of the elements of what a `for` goes over.
    fn element(&mut self, list: &Expr) -> Ty {
        match self.e.types.shape(list.ty) {
            Shape::List(element) => element,
            Shape::Error => Ty::ERROR,
            Shape::Open(_) => {
                let element = self.e.types.open();
                let wanted = self.e.types.make(Shape::List(element));
                self.e.types.flows(list.ty, wanted);
                element
            }
            other => {
                let found = self.e.types.show(list.ty);
                let message = format!("`for` goes over a list or a range, not over {}", a(&found));
                let help = match other {
                    Shape::Map(..) => "go over its keys: `for k in keys(…)`",
                    Shape::Int => "count with a range: `for i in 0..n`",
                    _ => "give a list, or a range `from..to`",
                };
                let label = format!("this is {}", a(&found));
                self.e.report.add(Diagnostic::error(Code::Type, list.span, message, label).help(help));
                Ty::ERROR
            }
        }
    }

    fn try_(&mut self, body: &ast::Block<'s>, error: Ident<'s>, handler: &ast::Block<'s>) -> (StmtKind, bool) {
        let body = self.block(body);
        self.open_block();
        let error = self.declare(error, Ty::STR, Origin::Bound("the error of a `catch`"));
        let handler = self.block(handler);
        self.close_block();
        let falls = body.falls || handler.falls;
        (StmtKind::Try { body, error, handler }, falls)
    }

    fn scope(&mut self, body: &ast::Block<'s>, span: Span) -> (StmtKind, bool) {
        let word = Span::new(span.start as usize, span.start as usize + "scope".len());
        let reported = self.must_be_async(word, "a `scope`, which awaits its children at its end,", false)
            || self.effect(word, "a `scope`", Some("its end waits for the children"));
        self.scopes += 1;
        let body = self.inside(reported, |this| this.block(body));
        self.scopes -= 1;
        let falls = body.falls;
        (StmtKind::Scope(body), falls)
    }

    fn return_(&mut self, value: Option<&ast::Expr<'s>>, span: Span) -> StmtKind {
        if self.atomics > 0 {
            // Not an effect: returning is nothing that the callers of a function could suffer from.
            let message = "a `return` may not stand in an atomic block";
            let error = Diagnostic::error(Code::Atomic, span, message, "leaves the function from inside the block");
            self.e.report.add(error.help("put the value into a variable, and return behind the block"));
        }
        let Place::Function(f) = self.place else { return StmtKind::Return(None) };
        let (result, at) = (self.e.globals.function(f).result, self.e.globals.function(f).result_span);
        match value {
            Some(value) => {
                let value = self.inside(self.atomics > 0, |this| this.expect(value, result, Because::Result(at)));
                StmtKind::Return(Some(value))
            }
            None => {
                if !self.e.types.flows(Ty::UNIT, result) {
                    self.mismatch(span, Ty::UNIT, result, Because::Result(at));
                }
                StmtKind::Return(None)
            }
        }
    }

    fn jump(&mut self, word: &str, span: Span) {
        if self.loops.is_empty() {
            let message = format!("`{word}` stands outside of every loop");
            let error = Diagnostic::error(Code::Loop, span, message, "there is no loop to leave or go on with");
            self.e.report.add(error.help("it belongs into a `while` or `for`; `return` leaves the function"));
        }
    }

    /// Reports `what`, instead of which one might `wait`, if this function is synchronous. Constants and properties report it as an effect.
    pub(super) fn must_be_async(&mut self, span: Span, what: &str, can_wait: bool) -> bool {
        let Place::Function(f) = self.place else { return false };
        if self.e.globals.function(f).is_async || self.muted {
            return false;
        }
        let name = self.e.globals.function(f).name;
        let message = format!("{what} may stand in an `async fn` only");
        let error = Diagnostic::error(Code::Await, span, message, "this may park the function");
        let error = error.label(name.span, format!("`{}` is not async", name.text));
        let or =
            if can_wait { ", or use `wait(…)`, which blocks the whole stack until the value is there" } else { "" };
        self.e.report.add(error.help(format!("write `async fn {}`{or}", name.text)));
        true
    }
}
