//! What a statement reads: the operand that figures call y, and all others. Each function names every statement, so that
//! nobody adds one without saying what it reads.

use super::term::{Address, Args, Operand, Program, Stmt};

impl Stmt {
    /// The operand that figures call y, where the statement has one.
    pub fn y(self) -> Option<Operand> {
        match self {
            Stmt::Move { y, .. }
            | Stmt::Write { y, .. }
            | Stmt::Branch { y, .. }
            | Stmt::Await { y, .. }
            | Stmt::AwaitMany { y, .. }
            | Stmt::Wait { y, .. }
            | Stmt::Resolve { y, .. }
            | Stmt::Reject { y, .. }
            | Stmt::Cancel { y }
            | Stmt::IsDone { y, .. }
            | Stmt::Sleep { y, .. }
            | Stmt::Choose { y, .. }
            | Stmt::Assert { y, .. }
            | Stmt::Return { y }
            | Stmt::Throw { y } => Some(y),
            Stmt::Op { .. }
            | Stmt::OpN { .. }
            | Stmt::Read { .. }
            | Stmt::ReadAt { .. }
            | Stmt::Outcome { .. }
            | Stmt::Goto { .. }
            | Stmt::Call { .. }
            | Stmt::Async { .. }
            | Stmt::SpawnLocal { .. }
            | Stmt::SpawnDist { .. }
            | Stmt::Send { .. }
            | Stmt::Yield
            | Stmt::Promise { .. }
            | Stmt::Now { .. }
            | Stmt::Here { .. }
            | Stmt::AtomicBegin
            | Stmt::AtomicEnd
            | Stmt::Print { .. } => None,
        }
    }
}

/// Shows every operand of a statement: what it reads, and its constants.
pub fn operands(program: &Program, stmt: Stmt, see: &mut impl FnMut(Operand)) {
    let all = |args: Args, see: &mut dyn FnMut(Operand)| program.args(args).iter().for_each(|y| see(*y));
    stmt.y().into_iter().for_each(&mut *see);
    match stmt {
        Stmt::Op { a, b, .. } => [a, b].into_iter().for_each(see),
        Stmt::Resolve { z, .. } | Stmt::Reject { z, .. } => see(z),
        Stmt::Assert { m, .. } => see(m),
        Stmt::AwaitMany { guard, .. } => guard.into_iter().for_each(|z| see(Operand::slot(z))),
        Stmt::OpN { args, .. }
        | Stmt::Call { args, .. }
        | Stmt::Async { args, .. }
        | Stmt::SpawnLocal { args, .. }
        | Stmt::Print { args } => all(args, see),
        Stmt::SpawnDist { args, on, .. } | Stmt::Send { args, on, .. } => {
            all(args, see);
            match &program.addresses[on as usize] {
                Address::Node(n) => see(*n),
                Address::Any(g) => see(*g),
                Address::Prefer(g, n) => [*g, *n].into_iter().for_each(see),
            }
        }
        Stmt::Move { .. }
        | Stmt::Write { .. }
        | Stmt::Branch { .. }
        | Stmt::Await { .. }
        | Stmt::Wait { .. }
        | Stmt::Cancel { .. }
        | Stmt::IsDone { .. }
        | Stmt::Sleep { .. }
        | Stmt::Choose { .. }
        | Stmt::Return { .. }
        | Stmt::Throw { .. }
        | Stmt::Read { .. }
        | Stmt::ReadAt { .. }
        | Stmt::Outcome { .. }
        | Stmt::Goto { .. }
        | Stmt::Yield
        | Stmt::Promise { .. }
        | Stmt::Now { .. }
        | Stmt::Here { .. }
        | Stmt::AtomicBegin
        | Stmt::AtomicEnd => {}
    }
}
