//! Everything that a program can do: the verdict, and the runs that show what nobody expected.

use std::fmt;
use std::sync::Arc;

use super::directive::{Directive, Request};
use super::model::{Cut, Limits, Model};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::explore::report::{Cut as Limit, Reductions};
use crate::explore::{Options, Report, explore, report};
use crate::render::Paint;
use crate::render::check::{Answer, text};
use crate::render::outcome::grouped;
use crate::trace::event::Step;

/// What is said of a program: nothing is wrong, or the names of what is, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict(pub Vec<String>);

/// A run that shows something wrong.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The name of what is violated.
    pub name: String,
    /// What is wrong, in a sentence.
    pub what: String,
    /// Where the property or the assertion stands.
    pub line: Option<usize>,
    /// The steps that people want to see.
    pub steps: Vec<Step>,
    /// All that as text.
    pub text: String,
}

/// The words of a verdict.
const HOLDS: &str = "holds";
const VIOLATED: &str = "violated";

impl Verdict {
    /// The verdict that a directive expects.
    ///
    /// # Errors
    /// When it names none.
    pub fn expected(directive: &Directive<'_>, request: &Request<'_>) -> Result<Verdict, Diagnostic> {
        let wrong = |span: Span, message: &str| {
            Diagnostic::error(Code::Directive, span, message, "here")
                .help("write `holds`, or `violated` and the names of what is: `violated conserved, deadlock`")
        };
        let [first, names @ ..] = request.words.as_slice() else {
            return Err(wrong(directive.span, "no verdict is expected"));
        };
        let names = names.iter().flat_map(|word| word.text.split(',')).filter(|name| !name.is_empty());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        match (first.text.trim_end_matches(':'), names.is_empty()) {
            (HOLDS, true) => Ok(Verdict(Vec::new())),
            (HOLDS, false) => Err(wrong(directive.span, "nothing is violated where it holds")),
            (VIOLATED, false) => Ok(Verdict(names)),
            (VIOLATED, true) => Err(wrong(first.span, "nothing is said to be violated")),
            _ => Err(wrong(first.span, "this is no verdict")),
        }
    }

    /// The verdict of a complete search.
    pub fn of(report: &Report, request: &Request<'_>) -> Verdict {
        let wanted = report.violations.iter().filter(|violation| !request.allowed.contains(&violation.kind));
        let mut names: Vec<String> = wanted.map(|violation| violation.name.clone()).collect();
        names.sort();
        Verdict(names)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str(HOLDS),
            names => write!(f, "{VIOLATED} {}", names.join(", ")),
        }
    }
}

/// A search that came to its end.
///
/// # Errors
/// When a limit cut it: what it found then is part of an answer, and no answer.
pub fn complete(model: &Model, request: &Request<'_>, limits: Limits<'_>) -> Result<Report, Cut> {
    let options = Options {
        max_states: Some(request.max_states.unwrap_or(limits.max_states)),
        max_depth: request.max_steps,
        max_memory: limits.max_memory,
        reductions: Reductions::DEFAULT,
        ..Options::default()
    };
    let report = search(model, request, limits, &options);
    let Some((cut, _)) = report.cut.first() else { return Ok(report) };
    let states = grouped(report.progress.states);
    Err(Cut(match cut {
        Limit::States => format!("the search is not complete with {} states", grouped(options.max_states.unwrap_or(0))),
        Limit::Depth => format!("the search goes deeper than {} steps", grouped(request.max_steps.unwrap_or(0))),
        Limit::Memory => format!("the search takes more memory than there is, after {states} states"),
        Limit::Stopped => format!("the search was stopped after {states} states"),
    }))
}

fn search(model: &Model, request: &Request<'_>, limits: Limits<'_>, options: &Options<'_>) -> Report {
    let line = |span: Span| model.source.place(span.start).line;
    let settings = Arc::new(request.settings.clone());
    explore(&model.program, &settings, options, &line, &mut |_| (limits.go_on)())
}

/// A run to each violation that is not allowed and whose name is `wanted`: the shortest, as far as a search without
/// reductions that is not longer finds one.
pub fn counterexamples(
    model: &Model,
    request: &Request<'_>,
    report: &Report,
    limits: Limits<'_>,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<Counterexample> {
    let settings = Arc::new(request.settings.clone());
    let answer = Answer {
        source: &model.source,
        program: &model.program,
        settings: &settings,
        report,
        unreduced: None,
        allowed: &request.allowed,
        limits: &[],
    };
    let unreduced = answer.again().map(|(states, depth)| {
        let (max_states, max_depth) = (Some(states), Some(depth));
        let options = Options {
            max_states,
            max_depth,
            max_memory: limits.max_memory,
            reductions: Reductions::NONE,
            ..Options::default()
        };
        search(model, request, limits, &options)
    });
    let answer = Answer { unreduced: unreduced.as_ref(), ..answer };
    let violations = answer.violations().filter(|violation: &&report::Violation| wanted(&violation.name));
    let tell = |violation| {
        let wrong = answer.wrong(violation);
        let (statement, length) = (text::statement(&wrong, Paint(false)), wrong.length());
        let text = format!("{statement}          {length}\n{}", text::table(&answer, &wrong.run, 0, Paint(false)));
        let report::Violation { name, .. } = violation;
        Counterexample { name: name.clone(), what: wrong.what, line: wrong.line, steps: wrong.run.steps, text }
    };
    violations.map(tell).collect()
}
