//! Which slots a frame may still read: what it cannot read any more is no part of its state.

use crate::calculus::term::{OperandKind, Stmt};
use crate::calculus::{Program, Slot, Target, operands};

/// For every statement of a program the slots that are read at it or behind it before they are written, as sorted lists.
#[derive(Clone, Debug)]
pub struct Liveness {
    before: Vec<Box<[u32]>>,
    after: Vec<Box<[u32]>>,
}

impl Liveness {
    /// The liveness of every function, by the usual backward iteration to a fixed point.
    pub fn of(program: &Program) -> Liveness {
        let mut sets: Vec<Vec<bool>> = vec![Vec::new(); program.code.len()];
        let mut outs = sets.clone();
        for function in &program.functions {
            let slots = function.slots.len();
            let range = function.entry.0 as usize..function.end.0 as usize;
            for at in range.clone() {
                sets[at] = vec![false; slots];
                outs[at] = vec![false; slots];
            }
            let mut changed = true;
            while changed {
                changed = false;
                for at in range.clone().rev() {
                    let stmt = program.code[at];
                    let mut out = vec![false; slots];
                    for next in successors(stmt, at).into_iter().flatten().filter(|next| range.contains(next)) {
                        merge(&mut out, &sets[next]);
                    }
                    let here = Target(at as u32);
                    let covering = function.handlers.iter().find(|h| h.start <= here && here < h.end);
                    let mut live = out.clone();
                    if let Some(x) = written(stmt) {
                        live[x.0 as usize] = false;
                    }
                    if let Some(handler) = covering {
                        let mut caught = sets[handler.target.0 as usize].clone();
                        if let Some(x) = handler.error {
                            caught[x.0 as usize] = false;
                        }
                        merge(&mut live, &caught);
                        merge(&mut out, &caught);
                    }
                    read(program, stmt, &mut |slot| live[slot.0 as usize] = true);
                    if live != sets[at] || out != outs[at] {
                        sets[at] = live;
                        outs[at] = out;
                        changed = true;
                    }
                }
            }
        }
        let lists = |sets: Vec<Vec<bool>>| {
            let list =
                |set: Vec<bool>| set.iter().enumerate().filter(|(_, live)| **live).map(|(i, _)| i as u32).collect();
            sets.into_iter().map(list).collect()
        };
        Liveness { before: lists(sets), after: lists(outs) }
    }

    /// The slots that a frame may read whose next statement is the one at `at`.
    pub fn before(&self, at: Target) -> &[u32] {
        &self.before[at.0 as usize]
    }

    /// The slots that a frame may read that has called at `at` and waits for the return; the slot that the call binds
    /// among them.
    pub fn after(&self, at: Target) -> &[u32] {
        &self.after[at.0 as usize]
    }
}

fn merge(into: &mut [bool], from: &[bool]) {
    for (a, b) in into.iter_mut().zip(from) {
        *a |= *b;
    }
}

/// The statements, by their places, that may come next without an error.
pub(super) fn successors(stmt: Stmt, at: usize) -> [Option<usize>; 2] {
    match stmt {
        Stmt::Goto { l } => [Some(l.0 as usize), None],
        Stmt::Branch { l, .. } => [Some(l.0 as usize), Some(at + 1)],
        Stmt::Return { .. } | Stmt::Throw { .. } => [None, None],
        _ => [Some(at + 1), None],
    }
}

/// The slot that a statement binds.
pub fn written(stmt: Stmt) -> Option<Slot> {
    match stmt {
        Stmt::Move { x, .. }
        | Stmt::Op { x, .. }
        | Stmt::OpN { x, .. }
        | Stmt::Read { x, .. }
        | Stmt::ReadAt { x, .. }
        | Stmt::Outcome { x }
        | Stmt::Call { x, .. }
        | Stmt::Async { x, .. }
        | Stmt::SpawnLocal { x, .. }
        | Stmt::SpawnDist { x, .. }
        | Stmt::Await { x, .. }
        | Stmt::AwaitMany { x, .. }
        | Stmt::Wait { x, .. }
        | Stmt::Promise { x }
        | Stmt::IsDone { x, .. }
        | Stmt::Sleep { x, .. }
        | Stmt::Now { x }
        | Stmt::Here { x }
        | Stmt::Choose { x, .. } => Some(x),
        Stmt::Write { .. }
        | Stmt::Goto { .. }
        | Stmt::Branch { .. }
        | Stmt::Send { .. }
        | Stmt::Yield
        | Stmt::Resolve { .. }
        | Stmt::Reject { .. }
        | Stmt::Cancel { .. }
        | Stmt::AtomicBegin
        | Stmt::AtomicEnd
        | Stmt::Print { .. }
        | Stmt::Assert { .. }
        | Stmt::Return { .. }
        | Stmt::Throw { .. } => None,
    }
}

/// Shows every slot that a statement reads.
pub(super) fn read(program: &Program, stmt: Stmt, see: &mut impl FnMut(Slot)) {
    operands(program, stmt, &mut |y| {
        if let OperandKind::Slot(slot) = y.kind() {
            see(slot);
        }
    });
}
