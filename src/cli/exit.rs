//! The exit codes: the one place where what happened becomes a number.

use crate::semantics::outcome::{Ending, Outcome};

/// The exit codes, for the help texts.
pub const HELP: &str = "\
Exit codes:
  0  it ran; it holds
  1  main failed, deadlocked or diverged; something that was checked is violated or not formatted
  2  wrong usage: an option, a file that cannot be read, a schedule that does not fit
  3  the program has static errors
  4  a limit was reached, or Ctrl-C pressed, before there was an answer
  5  an internal error: a bug in Lacuna";

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It ran; it holds.
    Ok = 0,
    /// main failed, deadlocked or diverged; something that was checked is violated or not formatted.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// The program has static errors.
    Errors = 3,
    /// A limit was reached before there was an answer.
    Limit = 4,
    /// A bug of ours.
    Internal = 5,
}

impl Exit {
    /// The exit of a run with this outcome.
    pub fn of(outcome: &Outcome) -> Exit {
        match outcome.result {
            Ending::Returned(_) => Exit::Ok,
            Ending::Failed(_) | Ending::Deadlock | Ending::Diverged(_) => Exit::Failed,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit as u8)
    }
}
