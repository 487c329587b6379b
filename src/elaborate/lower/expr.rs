//! Expressions: into an operand, into a slot, for their effect, or into a jump.

use super::build::{Builder, Label};
use crate::calculus::term::Awaited;
use crate::calculus::value::deep;
use crate::calculus::{Address, FnId, Op, Operand, Slot, Stmt, Value};
use crate::elaborate::constant::overloaded;
use crate::elaborate::typed::{self, Act, Expr, ExprKind, How};

impl Builder<'_, '_> {
    /// The value of an expression as an operand. A temporary that it needs stays in use.
    pub(super) fn value(&mut self, e: &Expr) -> Operand {
        match &e.kind {
            ExprKind::Value(value) => self.constant(value),
            ExprKind::Const(number) => self.core.declared(self.globals, *number),
            ExprKind::Local(local) => Operand::slot(self.place(*local)),
            ExprKind::Act(act, args) if !act.has_result() => {
                self.act(*act, args, e);
                self.unit()
            }
            _ => Operand::slot(deep(|| self.compute(e, None))),
        }
    }

    /// The value of an expression, in `x`.
    pub(super) fn into(&mut self, e: &Expr, x: Slot) {
        match &e.kind {
            ExprKind::Value(_) | ExprKind::Const(_) | ExprKind::Local(_) => {
                let y = self.value(e);
                self.emit(Stmt::Move { x, y }, e.span);
            }
            ExprKind::Act(act, args) if !act.has_result() => {
                self.act(*act, args, e);
                let y = self.unit();
                self.emit(Stmt::Move { x, y }, e.span);
            }
            _ => drop(deep(|| self.compute(e, Some(x)))),
        }
    }

    /// What an expression does, without its value.
    pub(super) fn effect(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Value(_) | ExprKind::Const(_) | ExprKind::Local(_) => {}
            _ => {
                let before = self.in_use;
                self.value(e);
                self.in_use = before;
            }
        }
    }

    fn values(&mut self, exprs: &[Expr]) -> Vec<Operand> {
        exprs.iter().map(|e| self.value(e)).collect()
    }

    /// The place of a result: `x`, or the temporary behind the first `before`. What the operands used is free again,
    /// and may well be that temporary: a statement reads before it writes.
    fn result(&mut self, before: usize, x: Option<Slot>) -> Slot {
        self.in_use = before;
        x.unwrap_or_else(|| self.temp())
    }

    fn compute(&mut self, e: &Expr, x: Option<Slot>) -> Slot {
        let before = self.in_use;
        match &e.kind {
            ExprKind::Op(op, args) => {
                let args = self.values(args);
                let x = self.result(before, x);
                self.operate(x, overloaded(self.types, *op, e), &args, e.span);
                x
            }
            ExprKind::Struct(id, order, fields) => {
                let unit = self.unit();
                let mut args = vec![unit; fields.len()];
                for at in order {
                    args[*at] = self.value(&fields[*at]);
                }
                let x = self.result(before, x);
                self.operate(x, Op::Struct(*id), &args, e.span);
                x
            }
            ExprKind::And(both) | ExprKind::Or(both) => self.short_circuit(e, &both.0, &both.1, x),
            ExprKind::Call(how, f, args) => self.call(how, *f, args, e, x),
            ExprKind::Await(how, inner) => self.await_(*how, inner, e, x),
            ExprKind::Act(act, args) => {
                let y = args.first().map(|arg| self.value(arg));
                let x = self.result(before, x);
                let y = y.unwrap_or(Operand::slot(x));
                self.emit(with_result(*act, x, y), e.span);
                x
            }
            ExprKind::Cell(g) => {
                let x = self.result(before, x);
                self.emit(Stmt::Read { x, g: *g }, e.span);
                x
            }
            ExprKind::CellAt(g, n) => {
                let x = self.result(before, x);
                self.emit(Stmt::ReadAt { x, g: *g, n: *n }, e.span);
                x
            }
            ExprKind::Outcome => {
                let x = self.result(before, x);
                self.emit(Stmt::Outcome { x }, e.span);
                x
            }
            ExprKind::Value(_) | ExprKind::Const(_) | ExprKind::Local(_) | ExprKind::Error => {
                let y = if let ExprKind::Error = e.kind { self.unit() } else { self.value(e) };
                let x = self.result(before, x);
                self.emit(Stmt::Move { x, y }, e.span);
                x
            }
        }
    }

    /// `a && b`, `a || b`. The place is written last, on every way: it may be a variable that the operands read.
    fn short_circuit(&mut self, e: &Expr, a: &Expr, b: &Expr, x: Option<Slot>) -> Slot {
        let before = self.in_use;
        let decides = matches!(e.kind, ExprKind::Or(_));
        let (decided, behind) = (self.label(), self.label());
        self.branch(a, decides, decided);
        let x = self.result(before, x);
        self.into(b, x);
        self.goto(behind, e.span);
        self.put(decided);
        let y = self.constant(&Value::Bool(decides));
        self.emit(Stmt::Move { x, y }, e.span);
        self.put(behind);
        x
    }

    fn call(&mut self, how: &How, f: FnId, args: &[Expr], e: &Expr, x: Option<Slot>) -> Slot {
        let before = self.in_use;
        let operands = self.values(args);
        let on = match how {
            How::SpawnDist(on) => self.address(on),
            _ => 0,
        };
        let args = self.args(&operands);
        let x = self.result(before, x);
        let stmt = match how {
            How::Sync => Stmt::Call { x, f, args },
            How::Async => Stmt::Async { x, f, args },
            How::SpawnLocal => Stmt::SpawnLocal { x, f, args },
            How::SpawnDist(_) => Stmt::SpawnDist { x, f, args, on },
        };
        self.emit(stmt, e.span);
        if e.makes_child() {
            self.adopt(x, e.span);
        }
        x
    }

    pub(super) fn address(&mut self, on: &typed::Address) -> u32 {
        let address = match on {
            typed::Address::Node(node) => Address::Node(self.value(node)),
            typed::Address::Any(group) => Address::Any(self.value(group)),
            typed::Address::Prefer(group, node) => {
                let group = self.value(group);
                Address::Prefer(group, self.value(node))
            }
        };
        self.core.program.addresses.push(address);
        self.core.program.addresses.len() as u32 - 1
    }

    fn await_(&mut self, w: Awaited, inner: &Expr, e: &Expr, x: Option<Slot>) -> Slot {
        let before = self.in_use;
        let y = self.value(inner);
        let guard = self.guard(e.span);
        let x = self.result(before, x);
        let stmt = match (w, guard) {
            (Awaited::One, None) => Stmt::Await { x, y },
            _ => Stmt::AwaitMany { x, w, y, guard },
        };
        self.emit(stmt, e.span);
        x
    }

    /// A built-in function without a result.
    fn act(&mut self, act: Act, args: &[Expr], e: &Expr) {
        let before = self.in_use;
        let operands = self.values(args);
        let stmt = match (act, operands.as_slice()) {
            (Act::Resolve, [y, z]) => Stmt::Resolve { y: *y, z: *z },
            (Act::Reject, [y, z]) => Stmt::Reject { y: *y, z: *z },
            (Act::Cancel, [y]) => Stmt::Cancel { y: *y },
            (Act::Print, _) => Stmt::Print { args: self.args(&operands) },
            _ => Stmt::Yield,
        };
        self.emit(stmt, e.span);
        if let Stmt::Cancel { y } = stmt {
            self.disown(y, e.span);
        }
        self.in_use = before;
    }

    /// Goes to `label` if the condition is `when`, and on otherwise.
    pub(super) fn branch(&mut self, e: &Expr, when: bool, label: Label) {
        deep(|| self.branch_here(e, when, label));
    }

    fn branch_here(&mut self, e: &Expr, when: bool, label: Label) {
        let before = self.in_use;
        match &e.kind {
            ExprKind::Value(Value::Bool(known)) => {
                if *known == when {
                    self.goto(label, e.span);
                }
            }
            ExprKind::Op(Op::Not, args) => self.branch(&args[0], !when, label),
            ExprKind::And(both) | ExprKind::Or(both) => {
                let decides = matches!(e.kind, ExprKind::Or(_));
                if decides == when {
                    self.branch(&both.0, when, label);
                    self.branch(&both.1, when, label);
                } else {
                    let behind = self.label();
                    self.branch(&both.0, decides, behind);
                    self.branch(&both.1, when, label);
                    self.put(behind);
                }
            }
            ExprKind::Op(op, args) if let Some(opposite) = opposite(*op) => {
                let args = self.values(args);
                let x = self.result(before, None);
                self.operate(x, if when { *op } else { opposite }, &args, e.span);
                self.goto_if(Operand::slot(x), label, e.span);
            }
            _ => {
                let y = self.value(e);
                if when {
                    self.goto_if(y, label, e.span);
                } else {
                    let behind = self.label();
                    self.goto_if(y, behind, e.span);
                    self.goto(label, e.span);
                    self.put(behind);
                }
            }
        }
        self.in_use = before;
    }
}

/// The comparison that holds where this one does not; `None` of what is no comparison.
fn opposite(op: Op) -> Option<Op> {
    Some(match op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Lt => Op::Ge,
        Op::Ge => Op::Lt,
        Op::Gt => Op::Le,
        Op::Le => Op::Gt,
        _ => return None,
    })
}

/// A built-in function with a result, as a statement; `y` is its operand if it takes one.
fn with_result(act: Act, x: Slot, y: Operand) -> Stmt {
    match act {
        Act::Wait => Stmt::Wait { x, y },
        Act::IsDone => Stmt::IsDone { x, y },
        Act::Sleep => Stmt::Sleep { x, y },
        Act::Choose => Stmt::Choose { x, y },
        Act::Now => Stmt::Now { x },
        Act::Here => Stmt::Here { x },
        Act::Promise => Stmt::Promise { x },
        Act::Resolve | Act::Reject | Act::Cancel | Act::Print | Act::Yield => {
            panic!("{act:?} has no result: it is lowered for its effect")
        }
    }
}

impl Act {
    fn has_result(self) -> bool {
        !matches!(self, Act::Resolve | Act::Reject | Act::Cancel | Act::Print | Act::Yield)
    }
}
