//! Names that nobody will ever say. What a frame creates is named by how many things it has created before; where all that
//! it will still create are one-way messages whose executions create no more than that, await nothing and are awaited by
//! nobody, neither its count nor the names of those executions can be observed any more.

use crate::calculus::term::Stmt;
use crate::calculus::{FnId, Program, Target};
use crate::semantics::stack::{Frame, Label, Stack};
use crate::semantics::system::Exec;

use super::liveness::successors;

/// Which functions and statements need no names.
#[derive(Clone, Debug, Default)]
pub struct Nameless {
    /// By function: its execution by a message could have any name.
    functions: Vec<bool>,
    /// By statement: from it on, its frame may create something that is named.
    counts: Vec<bool>,
}

impl Nameless {
    /// What holds of a program. Where something may be cancelled every name counts: it says what was created below what.
    pub fn of(program: &Program) -> Nameless {
        if program.code.iter().any(|stmt| matches!(stmt, Stmt::Cancel { .. })) {
            return Nameless::default();
        }
        let functions = greatest(program, |functions, f| {
            program.body(f).iter().all(|stmt| is_plain(*stmt, functions) && !matches!(stmt, Stmt::Await { .. }))
        });
        // A synchronous function counts in the frame that has called it.
        let callees = greatest(program, |callees, f| {
            program.body(f).iter().all(|stmt| match stmt {
                Stmt::Call { f, .. } => callees[f.0 as usize],
                stmt => is_plain(*stmt, &functions),
            })
        });
        let mut counts = vec![false; program.code.len()];
        for function in &program.functions {
            let range = function.entry.0 as usize..function.end.0 as usize;
            let mut changed = true;
            while changed {
                changed = false;
                for at in range.clone().rev() {
                    let stmt = program.code[at];
                    let named = match stmt {
                        Stmt::Call { f, .. } => !callees[f.0 as usize],
                        stmt => !is_plain(stmt, &functions),
                    };
                    let here = Target(at as u32);
                    let covering = function.handlers.iter().filter(|h| h.start <= here && here < h.end);
                    let mut next = successors(stmt, at).into_iter().flatten().filter(|next| range.contains(next));
                    let here = named
                        || next.any(|next| counts[next])
                        || covering.map(|h| h.target.0 as usize).any(|target| counts[target]);
                    changed |= here && !counts[at];
                    counts[at] = here;
                }
            }
        }
        Nameless { functions, counts }
    }

    /// Whether the execution of a stack could have any name.
    pub fn hides(&self, stack: &Stack) -> bool {
        matches!(stack.exec, Exec::Message(_)) && stack.frames.first().is_some_and(|frame| self.function(frame.f))
    }

    /// Whether an execution of a function by a message could have any name.
    pub fn function(&self, f: FnId) -> bool {
        self.functions.get(f.0 as usize).is_some_and(|nameless| *nameless)
    }

    /// How many creations a frame of a stack has made, as far as that can still be observed: not where all that it will
    /// create needs no name. `above` are the frames above it.
    pub fn made(&self, frame: &Frame, above: &[Frame]) -> u32 {
        let counts = |frame: &Frame| self.counts.get(frame.pc.0 as usize).is_none_or(|counts| *counts);
        let called = above.iter().take_while(|frame| frame.label == Label::Sync);
        if counts(frame) || called.into_iter().any(counts) { frame.made } else { 0 }
    }
}

/// The most functions of which each is so if those that it calls and sends are.
fn greatest(program: &Program, is_so: impl Fn(&[bool], FnId) -> bool) -> Vec<bool> {
    let mut all = vec![true; program.functions.len()];
    while let Some(at) = (0..all.len()).find(|at| all[*at] && !is_so(&all, FnId(*at as u32))) {
        all[at] = false;
    }
    all
}

/// Whether a statement creates nothing, or a message whose execution could have any name.
fn is_plain(stmt: Stmt, functions: &[bool]) -> bool {
    match stmt {
        Stmt::Send { f, .. } | Stmt::Call { f, .. } => functions[f.0 as usize],
        Stmt::Move { .. }
        | Stmt::Op { .. }
        | Stmt::OpN { .. }
        | Stmt::Read { .. }
        | Stmt::Write { .. }
        | Stmt::ReadAt { .. }
        | Stmt::Outcome { .. }
        | Stmt::Goto { .. }
        | Stmt::Branch { .. }
        | Stmt::Await { .. }
        | Stmt::Yield
        | Stmt::Resolve { .. }
        | Stmt::Reject { .. }
        | Stmt::IsDone { .. }
        | Stmt::Here { .. }
        | Stmt::AtomicBegin
        | Stmt::AtomicEnd
        | Stmt::Print { .. }
        | Stmt::Assert { .. }
        | Stmt::Return { .. }
        | Stmt::Throw { .. } => true,
        Stmt::Async { .. }
        | Stmt::SpawnLocal { .. }
        | Stmt::SpawnDist { .. }
        | Stmt::AwaitMany { .. }
        | Stmt::Wait { .. }
        | Stmt::Promise { .. }
        | Stmt::Cancel { .. }
        | Stmt::Sleep { .. }
        | Stmt::Now { .. }
        | Stmt::Choose { .. } => false,
    }
}
