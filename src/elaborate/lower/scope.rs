//! `scope { … }`: children, guards, and the two ways out (language.md, "Meaning").
//!
//! A scope keeps the list of its children in a slot. Its normal end, and every jump out of it, waits until all are
//! settled. An error in it cancels the children, awaits them one by one, and goes on.

use super::build::Builder;
use super::jump::Kind;
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
            self.settle(self.regions.len() - 1, children, body.close);
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

    /// The lists of children of the scopes among the first `count` regions, as one: in a slot of its own if need be.
    pub(super) fn guard(&mut self, count: usize, span: Span) -> Option<Slot> {
        let lists = self.regions[..count].iter().filter_map(|region| match region.kind {
            Kind::Scope(children) => Some(children),
            _ => None,
        });
        let lists: Vec<Slot> = lists.collect();
        let (first, rest) = lists.split_first()?;
        if rest.is_empty() {
            return Some(*first);
        }
        let joined = self.temp();
        let mut a = *first;
        for list in rest {
            let (a_operand, b) = (Operand::slot(a), Operand::slot(*list));
            self.emit(Stmt::Op { x: joined, op: Op::Concat, a: a_operand, b }, span);
            a = joined;
        }
        Some(joined)
    }

    /// Waits until all children of the scope at `at` are settled.
    pub(super) fn settle(&mut self, at: usize, children: Slot, span: Span) {
        let before = self.in_use;
        let guard = self.guard(at + 1, span);
        let x = self.temp();
        self.emit(Stmt::AwaitMany { x, w: Awaited::Settled, y: Operand::slot(children), guard }, span);
        self.in_use = before;
    }

    /// A task or spawn that was created here is a child of the innermost scope.
    pub(super) fn adopt(&mut self, child: Slot, span: Span) {
        if let Some(x) = self.innermost_scope() {
            let (a, b) = (Operand::slot(x), Operand::slot(child));
            self.emit(Stmt::Op { x, op: Op::Push, a, b }, span);
        }
    }

    fn innermost_scope(&self) -> Option<Slot> {
        self.regions.iter().rev().find_map(|region| match region.kind {
            Kind::Scope(children) => Some(children),
            _ => None,
        })
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
