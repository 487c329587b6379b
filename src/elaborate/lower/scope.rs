//! `scope { … }`: children, guards, and the two ways out (language.md, "Meaning").
//!
//! A scope keeps the list of its children in a slot. Its normal end, and every jump out of it, waits until all are
//! settled. An error in it cancels the children, awaits them one by one, and goes on.

use super::build::Builder;
use super::jump::{Kind, Region};
use crate::base::Span;
use crate::calculus::term::Awaited;
use crate::calculus::{Op, Operand, Slot, Stmt, Target, Value};
use crate::elaborate::typed::Block;

impl Builder<'_, '_> {
    pub(super) fn scope(&mut self, body: &Block, span: Span) {
        let mark = self.mark();
        let children = self.hidden("scope");
        let none = self.constant(&Value::list([]));
        self.emit(Stmt::Move { x: children, y: none }, span);
        self.open(Kind::Scope(children));
        self.block(body);
        if body.falls {
            let before = self.in_use;
            let guard = self.guard(body.close);
            self.settle(children, guard, body.close);
            self.in_use = before;
        }
        let stretches = self.close();
        let behind = self.label();
        if body.falls {
            self.goto(behind, body.close);
        }
        self.clean_up(stretches, children, body.close);
        self.put(behind);
        self.release(mark);
    }

    /// Of each open scope the list of its children, the outermost scope first.
    fn scopes(&self) -> Vec<Slot> {
        let children = |region: &Region| match region.kind {
            Kind::Scope(children) => Some(children),
            _ => None,
        };
        self.regions.iter().filter_map(children).collect()
    }

    /// The children of all open scopes in one list; `None` outside of every scope.
    pub(super) fn guard(&mut self, span: Span) -> Option<Slot> {
        let scopes = self.scopes();
        let (&first, rest) = scopes.split_first()?;
        if rest.is_empty() {
            return Some(first);
        }
        let joined = self.temp();
        rest.iter().fold(first, |a, b| {
            self.operate(joined, Op::Concat, &[Operand::slot(a), Operand::slot(*b)], span);
            joined
        });
        Some(joined)
    }

    /// Of each open scope, the children of it and of all around it in one list, the outermost scope first.
    pub(super) fn guards(&mut self, span: Span) -> Vec<Slot> {
        let mut lists = self.scopes();
        for i in 1..lists.len() {
            let joined = self.temp();
            self.operate(joined, Op::Concat, &[lists[i - 1], lists[i]].map(Operand::slot), span);
            lists[i] = joined;
        }
        lists
    }

    /// Waits until all of the children are settled.
    pub(super) fn settle(&mut self, children: Slot, guard: Option<Slot>, span: Span) {
        let x = self.temp();
        self.emit(Stmt::AwaitMany { x, w: Awaited::Settled, y: Operand::slot(children), guard }, span);
        self.in_use -= 1;
    }

    /// A task or spawn that was created here is a child of the innermost scope.
    pub(super) fn adopt(&mut self, child: Slot, span: Span) {
        let innermost = self.regions.iter().rev().find_map(|region| match region.kind {
            Kind::Scope(children) => Some(children),
            _ => None,
        });
        if let Some(x) = innermost {
            let (a, b) = (Operand::slot(x), Operand::slot(child));
            self.emit(Stmt::Op { x, op: Op::Push, a, b }, span);
        }
    }

    /// `y` is cancelled here: where it is a child of an enclosing scope, that is no failure.
    pub(super) fn disown(&mut self, y: Operand, span: Span) {
        for at in 0..self.regions.len() {
            if let Kind::Scope(x) = self.regions[at].kind {
                self.emit(Stmt::Op { x, op: Op::Disown, a: Operand::slot(x), b: y }, span);
            }
        }
    }

    /// The way out after an error: cancel all children, await each, and let the error go on.
    fn clean_up(&mut self, stretches: Vec<(Target, Target)>, children: Slot, span: Span) {
        let before = self.in_use;
        let error = self.temp();
        self.handle(stretches, Some(error));
        self.each_child(children, span, |this, child| {
            this.emit(Stmt::Cancel { y: Operand::slot(child) }, span);
        });
        self.each_child(children, span, |this, child| {
            let (again, done) = (this.label(), this.label());
            this.put(again);
            let x = this.temp();
            this.open(Kind::Try);
            this.emit(Stmt::Await { x, y: Operand::slot(child) }, span);
            let stretches = this.close();
            this.goto(done, span);
            // Either the child has failed, or this execution was cancelled meanwhile: only the first is the end of it.
            this.handle(stretches, None);
            this.emit(Stmt::IsDone { x, y: Operand::slot(child) }, span);
            this.goto_if(Operand::slot(x), done, span);
            this.goto(again, span);
            this.put(done);
        });
        self.emit(Stmt::Throw { y: Operand::slot(error) }, span);
        self.in_use = before;
    }

    /// A loop over the children; those that the block has cancelled itself stand in the list as `some(child)`.
    fn each_child(&mut self, children: Slot, span: Span, body: impl FnOnce(&mut Self, Slot)) {
        let before = self.in_use;
        let [count, at, child, test] = [self.temp(), self.temp(), self.temp(), self.temp()];
        let [zero, one] = [0, 1].map(|n| self.constant(&Value::Int(n)));
        let list = Operand::slot(children);
        let [next, check, plain] = [self.label(), self.label(), self.label()];
        self.operate(count, Op::Len, &[list], span);
        self.emit(Stmt::Move { x: at, y: zero }, span);
        self.goto(check, span);
        self.put(next);
        self.operate(child, Op::Index, &[list, Operand::slot(at)], span);
        self.operate(test, Op::IsSome, &[Operand::slot(child)], span);
        self.operate(test, Op::Not, &[Operand::slot(test)], span);
        self.goto_if(Operand::slot(test), plain, span);
        self.operate(child, Op::Unwrap, &[Operand::slot(child)], span);
        self.put(plain);
        body(self, child);
        self.operate(at, Op::Add, &[Operand::slot(at), one], span);
        self.put(check);
        self.operate(test, Op::Lt, &[Operand::slot(at), Operand::slot(count)], span);
        self.goto_if(Operand::slot(test), next, span);
        self.in_use = before;
    }
}
