//! How the expectations of all programs stand, told: [`text`] for people, with [`diff`]; [`json`], [`junit`], [`github`] and
//! [`sarif`] for the programs that watch over a project.

pub mod diff;
pub mod github;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod text;

use super::judge::{Case, Status, Tested};
use super::search::Verdict;
use diff::first_difference;

/// How everything stands.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The programs, in the order of their names.
    pub programs: Vec<Tested>,
    /// Files with expectations that no program has.
    pub orphans: Vec<String>,
}

/// What a report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Everything is as expected.
    Ok,
    /// Something is not.
    Failed,
    /// A program, or a directive in it, has errors.
    Errors,
    /// Nothing is other than expected, and a limit kept some of it from being known.
    Limit,
}

/// What an expectation file without an expectation is told.
const ORPHAN: &str = "no program here expects this";

/// What a violation is told that is not there.
const LOST: &str = "expected to be violated, and not";

/// The violations that are expected and not there.
fn lost<'v>(expected: &'v Verdict, found: &Verdict) -> Vec<&'v str> {
    expected.0.iter().filter(|name| !found.0.contains(name)).map(String::as_str).collect()
}

impl Report {
    /// What it comes to.
    pub fn conclusion(&self) -> Conclusion {
        let failed = |case: &Case| !matches!(case.status, Status::Ok | Status::Blessed | Status::Limit(_));
        if self.programs.iter().any(|tested| !tested.errors.is_empty()) {
            Conclusion::Errors
        } else if self.cases().any(failed) || !self.orphans.is_empty() {
            Conclusion::Failed
        } else if self.cases().any(|case| matches!(case.status, Status::Limit(_))) {
            Conclusion::Limit
        } else {
            Conclusion::Ok
        }
    }

    /// Whether nothing at all was expected, so that nothing was tested.
    pub fn is_empty(&self) -> bool {
        self.orphans.is_empty()
            && self.programs.iter().all(|tested| tested.cases.is_empty() && tested.errors.is_empty())
    }

    /// Every expectation.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.programs.iter().flat_map(|tested| &tested.cases)
    }
}

impl Conclusion {
    /// Its word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Conclusion::Ok => "ok",
            Conclusion::Failed => "failed",
            Conclusion::Errors => "errors",
            Conclusion::Limit => "limit",
        }
    }
}

impl Status {
    /// Its word.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Blessed => "blessed",
            Status::Missing(_) => "missing",
            Status::Differs { .. } => "differs",
            Status::Verdict { .. } => "verdict",
            Status::Limit(_) => "limit",
        }
    }

    /// Whether it stands as it should.
    pub fn is_good(&self) -> bool {
        matches!(self, Status::Ok | Status::Blessed)
    }
}

impl Case {
    /// What is to be said about it, in a sentence; empty where it stands as it should.
    pub fn sentence(&self) -> String {
        match &self.status {
            Status::Ok | Status::Blessed => String::new(),
            Status::Missing(_) => String::from("nothing says yet what is expected; --bless writes down what was found"),
            Status::Differs { expected, found } => first_difference(expected, found),
            Status::Verdict { expected, found, examples } => {
                let new: Vec<&str> = examples.iter().map(|example| example.name.as_str()).collect();
                let parts = [("violated, and not expected to be", new), (LOST, lost(expected, found))];
                let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
                parts.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect::<Vec<_>>().join("; ")
            }
            Status::Limit(what) => what.clone(),
        }
    }
}
