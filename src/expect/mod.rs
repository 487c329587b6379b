//! What a program is expected to do, and whether it does: `lacuna test`, and the same for tests of a Rust project.
//!
//! [`directive`] reads what a program asks for in its leading comments, [`plan`] what is expected and in which file it
//! stands; `run`, `outcomes` and [`search`] say what the program does; [`judge`] puts both together; [`report`] tells
//! it, to people and to the programs that watch over a project. [`Model`] is the door for Rust.

pub mod directive;
pub mod judge;
mod model;
mod outcomes;
pub mod plan;
pub mod report;
mod run;
pub mod search;

pub use model::{Cut, Limits, Model, Refused, Unanswered};

use crate::diagnostic::{Code, Diagnostic};
use directive::Piece;

/// A word where only options may stand.
fn no_option(word: Piece<'_>) -> Diagnostic {
    let message = format!("{} is no option", word.text);
    Diagnostic::error(Code::Directive, word.span, message, "not this").help("options begin with --, as in --seed 4")
}
