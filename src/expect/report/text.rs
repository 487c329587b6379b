//! How everything stands, for people: a line for each expectation, what differs below it, and a sum.

use std::fmt::Write;

use super::diff::diff;
use super::{ORPHAN, Report};
use crate::diagnostic::{self, Style};
use crate::expect::judge::{Case, Status};
use crate::render::Paint;
use crate::render::check::count;

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct Show {
    /// How each text differs from the one that is expected.
    pub diff: bool,
    /// Colours.
    pub paint: Paint,
    /// How diagnostics are drawn.
    pub style: Style,
}

/// Columns for how an expectation stands: the longest of the words.
const WIDTH: usize = "blessed".len();

/// The report.
pub fn text(report: &Report, show: Show) -> String {
    let mut text = String::new();
    for tested in &report.programs {
        for case in &tested.cases {
            let word = format!("{:<WIDTH$}", case.status.name());
            let word = if case.status.is_good() { show.paint.good(&word) } else { show.paint.bad(&word) };
            let _ = writeln!(text, "{word}  {}  {}", tested.source.name(), case.title);
            details(&mut text, case, show);
        }
        if !tested.errors.is_empty() {
            let word = show.paint.bad(&format!("{:<WIDTH$}", "errors"));
            let _ = writeln!(text, "{word}  {}\n", tested.source.name());
            text.push_str(&diagnostic::render(&tested.errors, &tested.source, show.style));
        }
    }
    for orphan in &report.orphans {
        let _ = writeln!(text, "{}  {orphan}  {ORPHAN}", show.paint.bad(&format!("{:<WIDTH$}", "orphan")));
    }
    text.push_str(&sum(report, show));
    text
}

/// What there is to say below the line of an expectation.
fn details(text: &mut String, case: &Case, show: Show) {
    let indented = |text: &mut String, lines: &str| {
        lines.lines().for_each(|line| {
            let _ = writeln!(text, "{}", format!("{:WIDTH$}  {line}", "").trim_end());
        });
    };
    if case.status.is_good() {
        return;
    }
    match &case.status {
        Status::Differs { expected, found } if show.diff => {
            indented(text, &diff(case.kind, expected, found, show.paint));
        }
        Status::Verdict { examples, .. } if show.diff => {
            indented(text, &case.sentence());
            examples.iter().for_each(|example| indented(text, &example.text));
        }
        Status::Differs { .. } => {
            let file = case.file.as_deref().unwrap_or_default();
            indented(text, &format!("{file}, {}", case.sentence()));
        }
        _ => indented(text, &case.sentence()),
    }
}

/// `4 expectations of 2 programs: 3 ok, 1 differs`, and what can be done.
fn sum(report: &Report, show: Show) -> String {
    const WORDS: [&str; 6] = ["ok", "blessed", "missing", "differs", "verdict", "limit"];
    let number = |word: &str| report.cases().filter(|case| case.status.name() == word).count();
    let mut parts: Vec<String> = WORDS
        .into_iter()
        .map(|word| (number(word), word))
        .filter(|(number, word)| *number > 0 || *word == "ok")
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let errors = report.programs.iter().filter(|tested| !tested.errors.is_empty()).count();
    if errors > 0 {
        parts.push(format!("{} with errors", count(errors as u64, "program")));
    }
    if !report.orphans.is_empty() {
        parts.push(count(report.orphans.len() as u64, "orphan"));
    }
    let programs = report.programs.iter().filter(|tested| !tested.cases.is_empty()).count() as u64;
    let cases = report.cases().count() as u64;
    let mut text = format!("{} of {}: {}\n", count(cases, "expectation"), count(programs, "program"), parts.join(", "));
    if number("differs") + number("verdict") > 0 && !show.diff {
        text.push_str("--diff shows how; --bless takes what was found as what is expected, in files\n");
    }
    text
}
