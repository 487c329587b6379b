//! How everything stands, as JUnit XML, which most services for continuous integration read: a suite for each program, a
//! case for each expectation. There are no times in it: the same programs give the same bytes.

use std::fmt::Write;

use super::diff::diff;
use super::{ORPHAN, Report};
use crate::diagnostic::{self, Style};
use crate::expect::judge::{Case, Status, Tested};
use crate::render::Paint;
use crate::render::svg::escape;

/// One suite, put together.
#[derive(Default)]
struct Suite {
    tests: usize,
    failures: usize,
    errors: usize,
    cases: String,
}

/// The document.
pub fn text(report: &Report) -> String {
    let mut suites: Vec<(&str, Suite)> =
        report.programs.iter().map(|tested| (tested.source.name(), suite(tested))).collect();
    suites.retain(|(_, suite)| suite.tests > 0);
    if !report.orphans.is_empty() {
        let mut suite = Suite::default();
        report
            .orphans
            .iter()
            .for_each(|orphan| suite.add("orphan", orphan, 1, Some(("failure", "orphan", ORPHAN, ""))));
        suites.push(("orphans", suite));
    }
    let sum = |part: fn(&Suite) -> usize| suites.iter().map(|(_, suite)| part(suite)).sum::<usize>();
    let counts = (sum(|suite| suite.tests), sum(|suite| suite.failures), sum(|suite| suite.errors));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"lacuna test\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        counts.0, counts.1, counts.2
    );
    for (name, Suite { tests, failures, errors, cases }) in &suites {
        let name = escape(name);
        let _ = writeln!(
            text,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">\n{cases}  </testsuite>"
        );
    }
    text + "</testsuites>\n"
}

fn suite(tested: &Tested) -> Suite {
    let (mut suite, name) = (Suite::default(), tested.source.name());
    for case in &tested.cases {
        let (what, body) = (case.sentence(), body(case));
        let element = if matches!(case.status, Status::Limit(_)) { "error" } else { "failure" };
        let wrong = (!case.status.is_good()).then_some((element, case.status.name(), what.as_str(), body.as_str()));
        suite.add(&case.title, name, case.place.line, wrong);
    }
    if let Some(first) = tested.errors.first() {
        let body = diagnostic::render(&tested.errors, &tested.source, Style::PLAIN);
        let line = tested.source.place(first.span().start).line;
        suite.add("compiles", name, line, Some(("error", first.code.name(), &first.message, &body)));
    }
    suite
}

/// What there is to see of it.
fn body(case: &Case) -> String {
    match &case.status {
        Status::Differs { expected, found } => diff(case.kind, expected, found, Paint(false)),
        Status::Verdict { examples, .. } => examples.iter().map(|example| example.text.as_str()).collect(),
        Status::Missing(found) => found.clone(),
        Status::Ok | Status::Blessed | Status::Limit(_) => String::new(),
    }
}

impl Suite {
    /// Adds a case; of one that is wrong the element, its type, its message, and what stands in it.
    fn add(&mut self, title: &str, file: &str, line: usize, wrong: Option<(&str, &str, &str, &str)>) {
        self.tests += 1;
        let (title, file) = (escape(title), escape(file));
        let head = format!("    <testcase name=\"{title}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\"");
        let Some((element, kind, message, body)) = wrong else {
            let _ = writeln!(self.cases, "{head}/>");
            return;
        };
        if element == "error" {
            self.errors += 1
        } else {
            self.failures += 1
        }
        let lines: String = body.lines().map(|line| escape(line) + "\n").collect();
        let _ = writeln!(
            self.cases,
            "{head}>\n      <{element} type=\"{}\" message=\"{}\">{lines}</{element}>\n    </testcase>",
            escape(kind),
            escape(message)
        );
    }
}
