//! A program, and what it does, as text: for expectations beside a program, and for tests of a Rust project.

use std::fmt::{self, Write};
use std::sync::Arc;

use super::directive::{Directive, Kind, Request};
use super::{outcomes, run, search};
use crate::base::Source;
use crate::calculus::Program;
use crate::diagnostic::{self, Diagnostic, Style};
use crate::elaborate::compile;

/// A program that runs.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its text.
    pub source: Source,
    /// Its core.
    pub program: Arc<Program>,
}

/// Why there is no answer, as text for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// How far an answer may go.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Steps of a run, at most, where its directive does not say.
    pub max_steps: u64,
    /// Configurations of a search, at most, where its directive does not say.
    pub max_states: u64,
    /// Bytes for the configurations of a search, at most.
    pub max_memory: Option<u64>,
    /// Asked now and then: whether to go on.
    pub go_on: &'a dyn Fn() -> bool,
}

impl Limits<'_> {
    /// Enough for a model that is to be read by people.
    pub const DEFAULT: Limits<'static> =
        Limits { max_steps: 1_000_000, max_states: 2_000_000, max_memory: None, go_on: &|| true };
}

/// The limit that ended an answer before it was complete, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut(pub String);

/// Why an expectation has no answer.
#[derive(Clone, Debug)]
pub enum Unanswered {
    /// A limit came first.
    Cut(Cut),
    /// A fault cannot happen as the step that its directive says.
    Misfit(Diagnostic),
}

impl From<Cut> for Unanswered {
    fn from(cut: Cut) -> Unanswered {
        Unanswered::Cut(cut)
    }
}

impl Model {
    /// Reads a program; `name` is how messages call it.
    ///
    /// # Errors
    /// The diagnostics, when the text is no program.
    ///
    /// ```
    /// let model = lacuna::expect::Model::new("one.lac", "async fn main() -> int { return 1; }")?;
    /// assert!(model.trace("")?.ends_with("result: 1\n"));
    /// # Ok::<(), lacuna::expect::Refused>(())
    /// ```
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Result<Model, Refused> {
        let source = Source::new(name, text);
        Model::read(&source).map_err(|found| Refused(diagnostic::render(&found, &source, Style::PLAIN)))
    }

    /// Reads a program.
    ///
    /// # Errors
    /// All that is wrong with it, and at least one error.
    pub fn read(source: &Source) -> Result<Model, Vec<Diagnostic>> {
        let (program, found) = compile(source);
        match program {
            Some(program) => Ok(Model { source: source.clone(), program: Arc::new(program) }),
            None => Err(found),
        }
    }

    /// The reductions of one run: what `lacuna trace OPTIONS` shows, a line a step, and how it ends.
    ///
    /// # Errors
    /// When an option is none of `lacuna trace`, a fault cannot happen where it is to happen, or the run is not over
    /// after a million steps.
    pub fn trace(&self, options: &str) -> Result<String, Refused> {
        let request = self.request(Kind::Trace, options)?;
        run::trace(self, &request, Limits::DEFAULT).map_err(|unanswered| match unanswered {
            Unanswered::Cut(cut) => refused(cut),
            Unanswered::Misfit(wrong) => wrong_options(wrong, options),
        })
    }

    /// Everything that can come of the program, as `lacuna check OPTIONS` finds it: each outcome, and below it what is
    /// printed on the way.
    ///
    /// # Errors
    /// When an option is none of `lacuna check`, or there are more states than two millions.
    pub fn outcomes(&self, options: &str) -> Result<String, Refused> {
        let request = self.request(Kind::Outcomes, options)?;
        let report = search::complete(self, &request, Limits::DEFAULT).map_err(refused)?;
        Ok(outcomes::text(self, &Arc::new(request.settings), &report))
    }

    /// What `lacuna check OPTIONS` says of the program, `holds` or `violated: …`, and a run to each violation.
    ///
    /// # Errors
    /// As [`Model::outcomes`].
    pub fn check(&self, options: &str) -> Result<String, Refused> {
        let request = self.request(Kind::Check, options)?;
        let report = search::complete(self, &request, Limits::DEFAULT).map_err(refused)?;
        let found = search::Verdict::of(&report, &request);
        let mut text = format!("{found}\n");
        for example in search::counterexamples(self, &request, &report, Limits::DEFAULT, &|_| true) {
            let _ = write!(text, "\n{}", example.text);
        }
        Ok(text)
    }

    fn request<'t>(&self, kind: Kind, options: &'t str) -> Result<Request<'t>, Refused> {
        let found = Directive::of_options(kind, options).request(&self.program);
        let request = found.and_then(|request| match request.words.first() {
            None => Ok(request),
            Some(word) => Err(super::no_option(*word)),
        });
        request.map_err(|wrong| wrong_options(wrong, options))
    }
}

fn wrong_options(wrong: Diagnostic, options: &str) -> Refused {
    Refused(diagnostic::render(&[wrong], &Source::new("options", options), Style::PLAIN))
}

fn refused(Cut(what): Cut) -> Refused {
    Refused(format!("there is no answer: {what}"))
}
