//! Where an execution may end before it has awaited a task or spawn that it created (calculus 10, "structured"). Every path
//! from the creation has to come to an await of it, or of all of a collection that it is in, before it comes to an end. A loop
//! that awaits the elements of a collection one by one may go round too few times, for all that the text says.

use std::collections::BTreeSet;

use super::Case;
use crate::base::Span;
use crate::calculus::term::{Awaited, FnId, Function, Operand, OperandKind, Slot, Stmt, Target};
use crate::calculus::{Op, Program};
use crate::explore::liveness::written;

/// Where the statements stand whose creation may be left alone.
pub(super) fn left_alone(case: &Case<'_>) -> Vec<Span> {
    let throws = case.throws();
    let of = |at: Target| case.program.function_at(at);
    let created = case.code().filter_map(|(at, stmt)| Some((of(at)?, at, creation(stmt)?)));
    let alone = created.filter(|(f, at, x)| Paths::new(case.program, *f, throws).may_end(*at, *x));
    alone.map(|(_, at, _)| case.program.span(at)).collect()
}

fn creation(stmt: Stmt) -> Option<Slot> {
    match stmt {
        Stmt::Async { x, .. } | Stmt::SpawnLocal { x, .. } | Stmt::SpawnDist { x, .. } => Some(x),
        _ => None,
    }
}

/// The slots that hold a creation for certain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    /// By itself.
    alone: BTreeSet<Slot>,
    /// In a collection.
    among: BTreeSet<Slot>,
}

/// The paths of a function.
struct Paths<'a> {
    program: &'a Program,
    function: &'a Function,
    throws: bool,
}

impl<'a> Paths<'a> {
    fn new(program: &'a Program, f: FnId, throws: bool) -> Paths<'a> {
        Paths { program, function: program.function(f), throws }
    }

    /// Whether the function may end, from behind the creation at `made` on, before the creation is awaited.
    fn may_end(&self, made: Target, x: Slot) -> bool {
        let mut known: Vec<Option<Held>> = vec![None; (self.function.end.0 - self.function.entry.0) as usize];
        let mut open = vec![(Target(made.0 + 1), Held { alone: BTreeSet::from([x]), among: BTreeSet::new() })];
        while let Some((at, held)) = open.pop() {
            let place = &mut known[(at.0 - self.function.entry.0) as usize];
            let held = match place {
                None => held,
                Some(known) => known.both(&held),
            };
            if place.as_ref() == Some(&held) {
                continue;
            }
            *place = Some(held.clone());
            let stmt = self.program.code[at.0 as usize];
            if held.is_awaited(stmt) {
                continue;
            }
            let ends = matches!(stmt, Stmt::Return { .. } | Stmt::Throw { .. });
            if ends || at == made || self.throws && may_raise(stmt) {
                return true;
            }
            let held = held.behind(stmt, self.program);
            match stmt {
                Stmt::Goto { l } => open.push((l, held)),
                Stmt::Branch { l, .. } => open.extend([(l, held.clone()), (Target(at.0 + 1), held)]),
                _ => open.push((Target(at.0 + 1), held)),
            }
        }
        false
    }
}

impl Held {
    /// What is held for certain whichever way one came.
    fn both(&self, other: &Held) -> Held {
        Held { alone: &self.alone & &other.alone, among: &self.among & &other.among }
    }

    /// Whether a statement awaits the creation.
    fn is_awaited(&self, stmt: Stmt) -> bool {
        match stmt {
            Stmt::Await { y, .. } => has(&self.alone, y),
            Stmt::AwaitMany { w: Awaited::All | Awaited::Settled, y, guard, .. } => {
                has(&self.among, y) || guard.is_some_and(|z| self.among.contains(&z))
            }
            _ => false,
        }
    }

    /// What is held behind a statement.
    fn behind(mut self, stmt: Stmt, program: &Program) -> Held {
        let holds = |held: &Held, y: Operand| has(&held.alone, y) || has(&held.among, y);
        let (x, alone, among) = match stmt {
            Stmt::Move { x, y } => (x, has(&self.alone, y), has(&self.among, y)),
            Stmt::Op { x, op: Op::Push | Op::List | Op::Concat | Op::Disown, a, b } => {
                (x, false, holds(&self, a) || holds(&self, b))
            }
            Stmt::OpN { x, op: Op::List, args } => (x, false, program.args(args).iter().any(|y| holds(&self, *y))),
            _ => match written(stmt) {
                Some(x) => (x, false, false),
                None => return self,
            },
        };
        let put = |slots: &mut BTreeSet<Slot>, holds: bool| if holds { slots.insert(x) } else { slots.remove(&x) };
        put(&mut self.alone, alone);
        put(&mut self.among, among);
        self
    }
}

fn has(slots: &BTreeSet<Slot>, y: Operand) -> bool {
    matches!(y.kind(), OperandKind::Slot(slot) if slots.contains(&slot))
}

/// Whether a statement may raise an error.
fn may_raise(stmt: Stmt) -> bool {
    !matches!(
        stmt,
        Stmt::Move { .. }
            | Stmt::Read { .. }
            | Stmt::Write { .. }
            | Stmt::Goto { .. }
            | Stmt::Branch { .. }
            | Stmt::SpawnLocal { .. }
            | Stmt::Yield
            | Stmt::Promise { .. }
            | Stmt::IsDone { .. }
            | Stmt::Now { .. }
            | Stmt::Here { .. }
            | Stmt::AtomicBegin
            | Stmt::AtomicEnd
            | Stmt::Print { .. }
            | Stmt::Op { op: Op::Push | Op::List | Op::Eq | Op::Lt | Op::Len, .. }
            | Stmt::OpN { op: Op::List, .. }
    )
}
