//! What a search found, told for people and for programs: outcomes, violations with the runs that show them, what a limit
//! cut, what was never looked at. [`run`] takes a way again and watches it, [`wrong`] says what is wrong at its end,
//! [`samples`] are runs for whoever wants to see some, [`text`] and [`json`] spell it all out.

pub mod json;
pub mod run;
pub mod samples;
pub mod text;
pub mod vacuity;
pub mod wrong;

use std::sync::Arc;

use crate::base::Source;
use crate::calculus::Program;
use crate::explore::report::{Kind, Reductions, Report, Violation};
use crate::semantics::settings::Settings;

/// A search and its answer.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The text of the program.
    pub source: &'a Source,
    /// The program.
    pub program: &'a Arc<Program>,
    /// The parameters of the relation.
    pub settings: &'a Arc<Settings>,
    /// What was found.
    pub report: &'a Report,
    /// What a search without reductions found, which may have been cut: its runs are the shortest.
    pub unreduced: Option<&'a Report>,
    /// The kinds that are no violation here.
    pub allowed: &'a [Kind],
    /// The limits that cut something.
    pub limits: &'a [Limit],
}

/// So many states take no time worth speaking of.
pub const SMALL: u64 = 10_000;

/// A limit that cut something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its name and value as people would write it.
    pub option: String,
    /// How many configurations were not expanded for it.
    pub unexpanded: u64,
}

/// What a search has to say about a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that can happen was looked at, and nothing is wrong.
    Holds,
    /// Something is wrong; there may be more of it where a limit cut the search.
    Violated,
    /// Nothing is wrong in what was looked at, and a limit cut the rest.
    Limit,
}

impl<'a> Answer<'a> {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        match (self.violations().next(), self.report.is_complete()) {
            (Some(_), _) => Verdict::Violated,
            (None, true) => Verdict::Holds,
            (None, false) => Verdict::Limit,
        }
    }

    /// The violations that are not allowed: those of the program's own properties first.
    pub fn violations(&self) -> impl Iterator<Item = &'a Violation> {
        let wanted = |violation: &&Violation| !self.allowed.contains(&violation.kind);
        let mut found: Vec<&'a Violation> = self.report.violations.iter().filter(wanted).collect();
        found.sort_by_key(|violation| violation.span.is_none());
        found.into_iter()
    }

    /// The same violation in a search without reductions, if there was one and it came that far. A run that goes on for ever
    /// has no length.
    pub fn shortest(&self, violation: &Violation) -> Option<(Answer<'a>, &'a Violation)> {
        let report = self.unreduced.filter(|_| violation.kind != Kind::Eventually)?;
        let found = report.violations.iter().find(|other| other.name == violation.name)?;
        Some((Answer { report, ..*self }, found))
    }

    /// How many states a search without reductions may take, and how deep it has to go, to find the shortest runs to what is
    /// violated: silent steps count there. It takes an eighth of the states of the search before it, give or take: a shorter
    /// run is worth no more time than that. `None` where it would find no other runs.
    pub fn again(&self) -> Option<(u64, u64)> {
        let most = self.report.progress.states / 8 + SMALL;
        // Only a complete search can tell a livelock, and without reductions there are no fewer states.
        let may_be_complete = self.report.progress.states <= most;
        let depth = |violation: &Violation| match violation.kind {
            Kind::Eventually => None,
            Kind::Livelock => may_be_complete.then_some(u64::MAX),
            _ => Some(violation.way.len() as u64 + 1),
        };
        let depth = self.violations().filter_map(depth).max()?;
        let is_reduced = self.report.reductions != Reductions::NONE;
        is_reduced.then_some((most, depth))
    }

    /// The line on which a violated property or assertion stands.
    pub fn line(&self, violation: &Violation) -> Option<usize> {
        violation.span.map(|span| self.source.place(span.start).line)
    }
}

/// `1 state`, `1,204 states`
pub fn count(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", super::outcome::grouped(number))
}
