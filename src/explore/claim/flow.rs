//! Where the promise of an execution may be settled by hand: which slots may hold one, followed through the whole program
//! without regard to the order of statements.

use super::Case;
use crate::base::Span;
use crate::calculus::Program;
use crate::calculus::term::{Args, FnId, Operand, OperandKind, Slot, Stmt, Target};

/// The `resolve` and `reject` statements whose target may be the promise of an execution.
pub(super) fn settled_by_hand(case: &Case<'_>) -> Vec<Span> {
    let code: Vec<(Target, Stmt)> = case.code().collect();
    let mut flow = Flow::new(case.program);
    while code.iter().fold(false, |grown, (at, stmt)| flow.follow(*at, *stmt) || grown) {}
    let settles = code.iter().filter(|(at, stmt)| match stmt {
        Stmt::Resolve { y, .. } | Stmt::Reject { y, .. } => flow.holds(*at, *y),
        _ => false,
    });
    settles.map(|(at, _)| case.program.span(*at)).collect()
}

/// Which slots may hold the promise of an execution, or something that does.
struct Flow<'a> {
    program: &'a Program,
    /// The function of each statement.
    function: Vec<FnId>,
    /// By function and slot.
    slots: Vec<Vec<bool>>,
    /// By function: what a call of it returns.
    returns: Vec<bool>,
    /// What cells hold, and what an await may yield.
    shared: bool,
}

impl<'a> Flow<'a> {
    fn new(program: &'a Program) -> Flow<'a> {
        let mut function = vec![FnId(0); program.code.len()];
        for (f, own) in program.functions.iter().enumerate() {
            function[own.entry.0 as usize..own.end.0 as usize].fill(FnId(f as u32));
        }
        let slots = program.functions.iter().map(|f| vec![false; f.slots.len()]).collect();
        Flow { program, function, slots, returns: vec![false; program.functions.len()], shared: false }
    }

    fn at(&self, at: Target) -> usize {
        self.function[at.0 as usize].0 as usize
    }

    fn holds(&self, at: Target, y: Operand) -> bool {
        match y.kind() {
            OperandKind::Slot(slot) => self.slots[self.at(at)][slot.0 as usize],
            OperandKind::Constant(_) => false,
        }
    }

    /// Follows one statement; whether something is known that was not.
    fn follow(&mut self, at: Target, stmt: Stmt) -> bool {
        match stmt {
            Stmt::SpawnLocal { x, f, args } | Stmt::SpawnDist { x, f, args, .. } => {
                self.mark(at, x, true) | self.pass(at, f, args)
            }
            Stmt::Send { f, args, .. } | Stmt::Async { f, args, .. } => self.pass(at, f, args),
            Stmt::Call { x, f, args } => {
                let returned = self.returns[f.0 as usize];
                self.mark(at, x, returned) | self.pass(at, f, args)
            }
            Stmt::Move { x, y } | Stmt::Choose { x, y } => self.mark(at, x, self.holds(at, y)),
            Stmt::Op { x, a, b, .. } => self.mark(at, x, self.holds(at, a) || self.holds(at, b)),
            Stmt::OpN { x, args, .. } => {
                let any = self.program.args(args).iter().any(|y| self.holds(at, *y));
                self.mark(at, x, any)
            }
            Stmt::Return { y } => {
                let f = self.at(at);
                let held = self.holds(at, y);
                self.share(held) | (held && !std::mem::replace(&mut self.returns[f], true))
            }
            Stmt::Write { y, .. } | Stmt::Resolve { z: y, .. } => self.share(self.holds(at, y)),
            Stmt::Read { x, .. } | Stmt::Await { x, .. } | Stmt::AwaitMany { x, .. } | Stmt::Wait { x, .. } => {
                self.mark(at, x, self.shared)
            }
            _ => false,
        }
    }

    fn mark(&mut self, at: Target, x: Slot, holds: bool) -> bool {
        let f = self.at(at);
        holds && !std::mem::replace(&mut self.slots[f][x.0 as usize], true)
    }

    fn share(&mut self, holds: bool) -> bool {
        holds && !std::mem::replace(&mut self.shared, true)
    }

    /// Arguments become parameters.
    fn pass(&mut self, at: Target, f: FnId, args: Args) -> bool {
        let holding: Vec<bool> = self.program.args(args).iter().map(|y| self.holds(at, *y)).collect();
        let params = self.slots[f.0 as usize].iter_mut().zip(holding);
        params.fold(false, |grown, (slot, holds)| (holds && !std::mem::replace(slot, true)) || grown)
    }
}
