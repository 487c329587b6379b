//! Where an execution may end before it has awaited a task or spawn that it created (calculus 10, "structured"). Every path
//! from the creation has to come to an await of what the creation was bound to, or of a collection that it was put into,
//! before it comes to an end. A loop that awaits, behind a loop that creates, is taken to go round as often.

use super::Case;
use crate::base::Span;
use crate::calculus::term::{Awaited, FnId, Function, Operand, OperandKind, Slot, Stmt, Target};
use crate::calculus::{Op, Program};

/// Where the statements stand whose creation may be left alone.
pub(super) fn left_alone(case: &Case<'_>) -> Vec<Span> {
    let throws = case.throws();
    let of = |at: Target| case.program.function_at(at);
    let created = case.code().filter_map(|(at, stmt)| Some((of(at)?, at, creation(stmt)?)));
    let alone = created.filter(|(f, at, x)| Paths::new(case.program, *f, *x, throws).may_end(*at));
    alone.map(|(_, at, _)| case.program.span(at)).collect()
}

fn creation(stmt: Stmt) -> Option<Slot> {
    match stmt {
        Stmt::Async { x, .. } | Stmt::SpawnLocal { x, .. } | Stmt::SpawnDist { x, .. } => Some(x),
        _ => None,
    }
}

/// The paths of a function, as far as one creation is concerned.
struct Paths<'a> {
    program: &'a Program,
    function: &'a Function,
    throws: bool,
    /// The slots that may hold what was created, or a collection of it.
    held: Vec<bool>,
    /// Whether it is put into a collection with others.
    collected: bool,
}

impl<'a> Paths<'a> {
    fn new(program: &'a Program, f: FnId, x: Slot, throws: bool) -> Paths<'a> {
        let function = program.function(f);
        let mut held = vec![false; function.slots.len()];
        held[x.0 as usize] = true;
        let mut paths = Paths { program, function, throws, held, collected: false };
        while paths.grow() {}
        paths
    }

    fn code(&self) -> impl Iterator<Item = (Target, Stmt)> + use<'a> {
        let (program, range) = (self.program, self.function.entry.0..self.function.end.0);
        range.map(|at| (Target(at), program.code[at as usize]))
    }

    fn holds(&self, y: Operand) -> bool {
        matches!(y.kind(), OperandKind::Slot(slot) if self.held[slot.0 as usize])
    }

    /// Follows every statement of the function once; whether a slot was added.
    fn grow(&mut self) -> bool {
        let mut grown = false;
        for (_, stmt) in self.code() {
            let (x, from, collects) = match stmt {
                Stmt::Move { x, y } => (x, self.holds(y), false),
                Stmt::Op { x, op, a, b } if carries(op) => (x, self.holds(a) || self.holds(b), true),
                Stmt::OpN { x, op, args } if carries(op) => {
                    (x, self.program.args(args).iter().any(|y| self.holds(*y)), true)
                }
                _ => continue,
            };
            if from && !self.held[x.0 as usize] {
                self.held[x.0 as usize] = true;
                self.collected |= collects;
                grown = true;
            }
        }
        grown
    }

    /// Whether the function may end, from behind the creation at `made` on, before the creation is awaited.
    fn may_end(&self, made: Target) -> bool {
        let heads = self.awaiting_loops(made);
        let mut seen = vec![false; (self.function.end.0 - self.function.entry.0) as usize];
        let mut open = vec![Target(made.0 + 1)];
        while let Some(at) = open.pop() {
            let place = (at.0 - self.function.entry.0) as usize;
            if heads.contains(&at) || std::mem::replace(&mut seen[place], true) {
                continue;
            }
            let stmt = self.program.code[at.0 as usize];
            if self.awaits(stmt) {
                continue;
            }
            let again = !self.collected && creation(stmt).is_some_and(|x| self.held[x.0 as usize]);
            if again || matches!(stmt, Stmt::Return { .. } | Stmt::Throw { .. }) || self.throws && may_raise(stmt) {
                return true;
            }
            match stmt {
                Stmt::Goto { l } => open.push(l),
                Stmt::Branch { l, .. } => open.extend([l, Target(at.0 + 1)]),
                _ => open.push(Target(at.0 + 1)),
            }
        }
        false
    }

    /// Whether a statement awaits what was created: all of a collection, or it alone.
    fn awaits(&self, stmt: Stmt) -> bool {
        match stmt {
            Stmt::Await { y, .. } => !self.collected && self.holds(y),
            Stmt::AwaitMany { w: Awaited::All | Awaited::Settled, y, guard, .. } => {
                self.holds(y) || guard.is_some_and(|z| self.held[z.0 as usize])
            }
            _ => false,
        }
    }

    /// The heads of the loops that await the elements of a collection, and in which the creation itself is not.
    fn awaiting_loops(&self, made: Target) -> Vec<Target> {
        let element = |stmt: Stmt| matches!(stmt, Stmt::Await { y, .. } if self.holds(y));
        let loops = self.code().filter_map(|(end, stmt)| match stmt {
            Stmt::Goto { l } | Stmt::Branch { l, .. } if l <= end => Some((l, end)),
            _ => None,
        });
        let body = |(from, to): (Target, Target)| &self.program.code[from.0 as usize..=to.0 as usize];
        let awaiting = loops.filter(|range| body(*range).iter().any(|stmt| element(*stmt)));
        awaiting.filter(|(from, to)| !(*from <= made && made <= *to)).map(|(head, _)| head).collect()
    }
}

/// Whether a value that the operation yields may hold one of its operands.
fn carries(op: Op) -> bool {
    use Op::{
        Concat, Disown, Field, Get, Index, List, Map, Payload, Push, Put, Remove, Some, Struct, Unwrap, Values, Variant,
        WithField,
    };
    matches!(
        op,
        Concat | Disown | Field(_) | Get | Index | List | Map | Payload(_) | Push | Put | Remove | Some | Struct(_)
            | Unwrap | Values | Variant(..) | WithField(_)
    )
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
            | Stmt::SpawnDist { .. }
            | Stmt::Send { .. }
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
