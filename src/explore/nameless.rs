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
        let functions = greatest(program, |functions, stmt| {
            is_plain(stmt, functions, functions) && !matches!(stmt, Stmt::Await { .. })
        });
        // A synchronous function counts in the frame that has called it, and that may await.
        let callees = greatest(program, |callees, stmt| is_plain(stmt, &functions, callees));
        let mut counts = vec![false; program.code.len()];
        for function in &program.functions {
            let range = function.entry.0 as usize..function.end.0 as usize;
            let mut changed = true;
            while changed {
                changed = false;
                for at in range.clone().rev() {
                    let (stmt, here) = (program.code[at], Target(at as u32));
                    let covering = function.handlers.iter().filter(|h| h.start <= here && here < h.end);
                    let mut next = successors(stmt, at).into_iter().flatten().filter(|next| range.contains(next));
                    let count = !is_plain(stmt, &functions, &callees)
                        || next.any(|next| counts[next])
                        || covering.map(|h| h.target.0 as usize).any(|target| counts[target]);
                    changed |= count && !counts[at];
                    counts[at] = count;
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

/// The most functions all of whose statements are so where those that they call and send are.
fn greatest(program: &Program, is_so: impl Fn(&[bool], Stmt) -> bool) -> Vec<bool> {
    let mut all = vec![true; program.functions.len()];
    let is_out =
        |all: &[bool], at: &usize| all[*at] && !program.body(FnId(*at as u32)).iter().all(|stmt| is_so(all, *stmt));
    while let Some(at) = (0..all.len()).find(|at| is_out(&all, at)) {
        all[at] = false;
    }
    all
}

/// Whether a statement creates nothing but a message of `sent`, and calls nothing but `called`. Any other is taken to create
/// something.
fn is_plain(stmt: Stmt, sent: &[bool], called: &[bool]) -> bool {
    match stmt {
        Stmt::Send { f, .. } => sent[f.0 as usize],
        Stmt::Call { f, .. } => called[f.0 as usize],
        stmt => matches!(
            stmt,
            Stmt::Move { .. }
                | Stmt::Op { .. }
                | Stmt::OpN { .. }
                | Stmt::Read { .. }
                | Stmt::Write { .. }
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
                | Stmt::Throw { .. }
        ),
    }
}
