//! Whether a program does what is expected of it.

use std::sync::Arc;

use super::directive::Kind;
use super::model::{Limits, Model, Unanswered};
use super::plan::{Expectation, Wanted};
use super::search::{self, Counterexample, Verdict};
use super::{outcomes, run};
use crate::base::{Place, Source};
use crate::diagnostic::Diagnostic;

/// A program, and how its expectations stand.
#[derive(Clone, Debug)]
pub struct Tested {
    /// Its text, under the name that people gave it.
    pub source: Source,
    /// How each expectation stands, in the order of the text.
    pub cases: Vec<Case>,
    /// What is wrong with its text, or with a run that it asks for.
    pub errors: Vec<Diagnostic>,
}

/// An expectation, and how it stands.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is expected.
    pub kind: Kind,
    /// The kind, and the name where there is one.
    pub title: String,
    /// Where the program says so.
    pub place: Place,
    /// The file that holds what is expected, where one does.
    pub file: Option<String>,
    /// How it stands.
    pub status: Status,
}

/// How an expectation stands.
#[derive(Clone, Debug)]
pub enum Status {
    /// It is as expected.
    Ok,
    /// What was found was written as what is expected from now on.
    Blessed,
    /// Nothing says yet what is expected; this was found.
    Missing(String),
    /// The file says something else than was found.
    Differs {
        /// What it says.
        expected: String,
        /// What was found.
        found: String,
    },
    /// The verdict is another one.
    Verdict {
        /// The one that the program states.
        expected: Verdict,
        /// The one that was found.
        found: Verdict,
        /// Runs to what was not expected.
        examples: Vec<Counterexample>,
    },
    /// A limit was reached before there was an answer.
    Limit(String),
}

/// What a run or a search came to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A text, to be held against that of a file.
    Text(String),
    /// How a verdict stands.
    Status(Status),
}

/// Does what an expectation asks for.
///
/// # Errors
/// When a limit was reached before there was an answer, or a fault cannot happen where it is to happen.
pub fn find(model: &Model, expectation: &Expectation<'_>, limits: Limits<'_>) -> Result<Found, Unanswered> {
    let request = &expectation.request;
    if expectation.directive.kind == Kind::Trace {
        return run::trace(model, request, limits).map(Found::Text);
    }
    let report = search::complete(model, request, limits)?;
    let Wanted::Verdict(expected) = &expectation.wanted else {
        return Ok(Found::Text(outcomes::text(model, &Arc::new(request.settings.clone()), &report)));
    };
    let found = Verdict::of(&report, request);
    if found == *expected {
        return Ok(Found::Status(Status::Ok));
    }
    let unexpected = |name: &str| !expected.0.iter().any(|own| own == name);
    let examples = search::counterexamples(model, request, &report, limits, &unexpected);
    Ok(Found::Status(Status::Verdict { expected: expected.clone(), found, examples }))
}

impl Status {
    /// How a text stands against the one in a file; line ends may be those of another system.
    pub fn of_texts(expected: Option<String>, found: String) -> Status {
        match expected {
            None => Status::Missing(found),
            Some(expected) if expected.lines().eq(found.lines()) => Status::Ok,
            Some(expected) => Status::Differs { expected, found },
        }
    }
}
