//! Two searches side by side, told for people and for programs: the outcomes of both, a run to each that only one has, and
//! what the calculus claims of such a pair.

pub mod json;
pub mod text;

use super::check::Answer;
use super::check::run::Run;
use crate::explore::claim::{Broken, Claim};
use crate::explore::compare::{By, Row, Side, Standing, Verdict};
use crate::explore::report::OutcomeFound;

/// One side of a comparison.
#[derive(Clone)]
pub struct Party<'a> {
    /// What it is called: `without faults`.
    pub name: String,
    /// Whether every `spawn dist` is a `spawn local` here.
    pub local: bool,
    /// What was found.
    pub answer: Answer<'a>,
    /// How long it took.
    pub seconds: f64,
}

/// An outcome that one side has alone, and a run to it.
pub struct Only<'a> {
    /// Which side.
    pub side: Side,
    /// Its number in the table, from 1.
    pub number: usize,
    /// The outcome.
    pub found: &'a OutcomeFound,
    /// A run to it.
    pub run: Run,
    /// No run to it has fewer steps.
    pub shortest: bool,
}

/// What the calculus claims of the pair.
pub struct Claimed {
    /// The claim.
    pub claim: Claim,
    /// How it stands.
    pub standing: Standing,
    /// The preconditions that the program does not keep to.
    pub broken: Vec<Broken>,
}

/// The whole comparison.
pub struct Comparison<'a> {
    /// The two sides.
    pub parties: [Party<'a>; 2],
    /// When two outcomes are the same one.
    pub by: By,
    /// The outcomes, in the order in which people want to see them.
    pub rows: Vec<Row<'a>>,
    /// Those that one side has alone.
    pub only: Vec<Only<'a>>,
    /// What is claimed, if something is.
    pub claimed: Option<Claimed>,
    /// What it comes to.
    pub verdict: Verdict,
}

impl Comparison<'_> {
    /// How many outcomes a side has alone.
    pub fn alone(&self, side: Side) -> usize {
        self.rows.iter().filter(|row| row.only() == Some(side)).count()
    }

    /// Whether an outcome that a side has not is none that it could have: its search was complete.
    pub fn is_certain(&self, side: Side) -> bool {
        self.parties[side.places().0].answer.report.is_complete()
    }
}
