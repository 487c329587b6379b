//! The answer of a search for people: a line of numbers, the table of outcomes, each violation with its run, the verdict.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::run::Run;
use super::wrong::Wrong;
use super::{Answer, Limit, Verdict, count};
use crate::calculus::Value;
use crate::explore::report::{Kind, OutcomeFound, Progress};
use crate::render::outcome::{grouped, one_line};
use crate::render::table::Table;
use crate::render::{Paint, check};
use crate::semantics::outcome::Ending;
use crate::trace::{Words, event::Step};

/// Of many outcomes so many are shown, where not all are asked for.
pub const OUTCOMES: usize = 20;

/// What stands in front of the table of a run.
const INDENT: &str = "   ";

/// Of many prints of one outcome so many are shown.
pub const PRINTS: usize = 12;

/// `bank.lac: 3 outcomes · 1,204 states · 2,910 steps · depth 41 · 0.02 s`
pub fn summary(answer: &Answer<'_>, seconds: f64) -> String {
    let Progress { states, transitions, depth, .. } = answer.report.progress;
    let parts = [
        count(answer.report.outcomes.len() as u64, "outcome"),
        count(states, "state"),
        count(transitions, "step"),
        format!("depth {}", grouped(depth)),
        format!("{seconds:.2} s"),
    ];
    format!("{}: {}\n", answer.source.name(), parts.join(" · "))
}

/// A row of a table of outcomes.
pub struct Row {
    /// What became of main.
    pub outcome: String,
    /// Whether it has no result.
    pub bad: bool,
    /// How many final configurations have this outcome.
    pub finals: String,
    /// What was printed.
    pub prints: String,
    /// What there is to say below the row.
    pub below: Vec<String>,
}

/// The table of outcomes; with `all` every row of it.
pub fn outcomes(answer: &Answer<'_>, all: bool, paint: Paint) -> String {
    let found = ordered(answer);
    if found.is_empty() {
        return String::from("no outcome: no final state was reached\n");
    }
    let start = answer.report.start(answer.program, answer.settings);
    let shown = if all { found.len() } else { OUTCOMES };
    let rows = |words: Words<'_>, prints: usize| -> Vec<Row> {
        found.iter().take(shown).map(|found| row(answer, words, prints, found)).collect()
    };
    // Two outcomes must not look like one because what tells them apart was cut off.
    let brief = rows(Words::brief(&start), PRINTS);
    let looks: BTreeSet<_> = brief.iter().map(|row| (&row.outcome, &row.prints, &row.below)).collect();
    let rows = if looks.len() < brief.len() { rows(Words::whole(&start), usize::MAX) } else { brief };
    let number = found.len().to_string().len();
    let width = |text: &dyn Fn(&Row) -> usize, head: &str| rows.iter().map(text).max().unwrap_or(0).max(head.len());
    let outcome = width(&|row| row.outcome.chars().count(), "outcome");
    let finals = width(&|row| row.finals.len(), "final states");
    let head = format!("{:number$}  {:<outcome$}  {:>finals$}  prints", "", "outcome", "final states");
    let mut text = format!("{}\n", paint.dim(head.trim_end()));
    for (at, row) in rows.iter().enumerate() {
        let padded = format!("{:<outcome$}", row.outcome);
        let painted = if row.bad { paint.bad(&padded) } else { paint.good(&padded) };
        let line = format!("{:>number$}  {painted}  {:>finals$}  {}", at + 1, row.finals, row.prints);
        let _ = writeln!(text, "{}", line.trim_end());
        for below in &row.below {
            let _ = writeln!(text, "{:number$}    {below}", "");
        }
    }
    if found.len() > shown {
        let _ = writeln!(text, "… and {} more: --outcomes shows all", grouped((found.len() - shown) as u64));
    }
    text
}

/// The outcomes in the order in which people want to see them: results, failures, deadlock, divergence.
pub fn ordered<'a>(answer: &Answer<'a>) -> Vec<&'a OutcomeFound> {
    let mut found: Vec<&OutcomeFound> = answer.report.outcomes.iter().collect();
    found.sort_by_cached_key(|found| rank(found));
    found
}

/// Where an outcome stands among others: first by what became of main, then by its result.
pub fn rank(found: &OutcomeFound) -> (u8, Option<Value>) {
    match &found.outcome.result {
        Ending::Returned(value) => (0, Some(value.clone())),
        Ending::Failed(_) => (1, None),
        Ending::Deadlock => (2, None),
        Ending::Diverged(_) => (3, None),
    }
}

/// An outcome in words, with at most so many of its prints.
pub fn row(answer: &Answer<'_>, words: Words<'_>, most: usize, found: &OutcomeFound) -> Row {
    let mut below = Vec::new();
    let outcome = match &found.outcome.result {
        Ending::Returned(value) => format!("returned {}", words.value(value)),
        Ending::Failed(error) => format!("failed {}", words.error(error)),
        Ending::Diverged(promise) => format!("diverged {}", words.path(*promise)),
        Ending::Deadlock => {
            below.push(answer.why_pending(&found.way));
            String::from("deadlock")
        }
    };
    below.extend(found.outcome.unobserved.iter().map(|error| format!("nobody saw this failure: {}", one_line(error))));
    let node = |n| if answer.program.nodes.len() > 1 { format!("{}: ", words.node(n)) } else { String::new() };
    let prints = &found.outcome.prints;
    let mut shown: Vec<String> =
        prints.iter().take(most).map(|(n, text)| format!("{}{}", node(*n), one_line(text))).collect();
    if prints.len() > most {
        shown.push(format!("… {} in all", prints.len()));
    }
    let bad = !matches!(found.outcome.result, Ending::Returned(_));
    Row { outcome, bad, finals: grouped(found.finals), prints: shown.join(" · "), below }
}

/// What is wrong, in a sentence and a few facts.
pub fn statement(wrong: &Wrong<'_>, paint: Paint) -> String {
    let name = paint.bold(&wrong.violation.name);
    let head = match (wrong.violation.kind, wrong.line) {
        (kind @ (Kind::Invariant | Kind::Finally | Kind::Eventually), Some(line)) => {
            format!("{name}  ({}, line {line})", kind.name())
        }
        _ => name,
    };
    let mut text = format!("{}  {head}: {}\n", paint.bad("violated"), wrong.what);
    for detail in &wrong.details {
        let _ = writeln!(text, "{}", format!("          {detail}").trim_end());
    }
    text
}

/// A violation: what is wrong, how long the run is, how to have it again, and the run; where that goes on from the end of
/// one in `told`, only the rest of it. `replay` is the file that keeps the schedule, if one does.
pub fn violation(
    answer: &Answer<'_>,
    wrong: &Wrong<'_>,
    told: &[Wrong<'_>],
    replay: Option<&str>,
    paint: Paint,
) -> String {
    let mut text = statement(wrong, paint);
    let replay = match replay {
        Some(file) => format!("replay: lacuna replay {} {file}", answer.source.name()),
        None => String::from("--save keeps it for lacuna replay"),
    };
    let _ = writeln!(text, "          {}; {replay}", wrong.length());
    match told.iter().filter(|other| wrong.goes_on_from(other)).max_by_key(|other| other.run.length) {
        None if wrong.run.length == 0 => text,
        None => text + &table(answer, &wrong.run, 0, paint),
        Some(other) if other.run.length == wrong.run.length => {
            text + &format!("          the run is that of {}\n", other.violation.name)
        }
        Some(other) => {
            let _ = writeln!(text, "          the run begins as that of {}, and goes on", other.violation.name);
            text + &table(answer, &wrong.run, other.run.length, paint)
        }
    }
}

/// A sample run.
pub fn sample(answer: &Answer<'_>, number: usize, found: &OutcomeFound, run: &Run, paint: Paint) -> String {
    let words = Words::brief(&run.end);
    let end = match &found.outcome.result {
        Ending::Returned(value) => format!("returns {}", words.value(value)),
        Ending::Failed(error) => format!("fails with {}", words.error(error)),
        Ending::Deadlock => String::from("ends in deadlock"),
        Ending::Diverged(promise) => format!("diverges at {}", words.path(*promise)),
    };
    let head = paint.bold(&format!("run {number}"));
    format!("{head}: main {end} after {}\n{}", count(run.length, "step"), table(answer, run, 0, paint))
}

/// What two searches of one program do not agree on.
pub fn difference(one: &Answer<'_>, other: &Answer<'_>) -> Option<String> {
    let outcomes = |answer: &Answer<'_>| -> Vec<String> {
        answer.report.outcomes.iter().map(|found| found.json.clone()).collect()
    };
    let violations = |answer: &Answer<'_>| -> Vec<String> {
        answer.report.violations.iter().map(|violation| violation.name.clone()).collect()
    };
    let only = |mine: &[String], theirs: &[String]| mine.iter().find(|item| !theirs.contains(item)).cloned();
    let both = [("outcome", outcomes(one), outcomes(other)), ("violation", violations(one), violations(other))];
    both.into_iter().find_map(|(what, with, without)| {
        let lost = only(&without, &with).map(|item| format!("the {what} {item} is found without reductions only"));
        lost.or_else(|| only(&with, &without).map(|item| format!("the {what} {item} is found with reductions only")))
    })
}

/// The steps of a run behind the first few as the table of a trace, indented; of one that goes round, both parts.
pub fn table(answer: &Answer<'_>, run: &Run, behind: u64, paint: Paint) -> String {
    let table = Table::new(answer.program, paint);
    let mut text = format!("{INDENT}{}\n", table.head());
    let rows = |text: &mut String, steps: &mut dyn Iterator<Item = &Step>| {
        steps.for_each(|step| {
            let _ = writeln!(text, "{INDENT}{}", table.row(step));
        });
    };
    let Some(from) = run.repeats_from else {
        rows(&mut text, &mut run.steps.iter().filter(|step| step.step > behind));
        return text;
    };
    rows(&mut text, &mut run.steps.iter().filter(|step| step.step > behind && step.step <= from));
    let _ = writeln!(text, "{INDENT}{}", paint.bold("      ↓ from here on again and again"));
    rows(&mut text, &mut run.steps.iter().filter(|step| step.step > from));
    let _ = writeln!(text, "{INDENT}{}", paint.bold(&format!("      ↑ back to where it was before step {}", from + 1)));
    text
}

/// What limits cut, and what was not looked at for it; empty when the search was complete.
pub fn limits(answer: &Answer<'_>, paint: Paint) -> String {
    if answer.report.is_complete() {
        return String::new();
    }
    let mut text = String::new();
    answer.limits.iter().for_each(|limit| text.push_str(&cut(limit, paint)));
    let eventually =
        answer.program.properties.iter().filter(|p| p.kind == crate::calculus::term::PropertyKind::Eventually);
    let mut missing: Vec<&str> = eventually.map(|property| property.name.as_str()).collect();
    missing.push("livelock");
    let missing = missing.join(", ");
    let _ = writeln!(text, "{} only a complete search can tell: {missing}", paint.bold("cut:"));
    text
}

/// A limit that cut something: `cut: --max-states 10: what comes after 2 states was not looked at`
pub fn cut(limit: &Limit, paint: Paint) -> String {
    let left = count(limit.unexpanded, "state");
    format!("{} {}: what comes after {left} was not looked at\n", paint.bold("cut:"), limit.option)
}

/// The last line: `verdict: holds (complete)`.
pub fn verdict(answer: &Answer<'_>, paint: Paint) -> String {
    let complete = if answer.report.is_complete() { "complete" } else { "not complete" };
    let verdict = match answer.verdict() {
        check::Verdict::Holds => paint.good("holds"),
        Verdict::Violated => {
            let names: Vec<&str> = answer.violations().map(|violation| violation.name.as_str()).collect();
            paint.bad(&format!("violated: {}", names.join(", ")))
        }
        Verdict::Limit => paint.bold("nothing found within the limits"),
    };
    format!("verdict: {verdict} ({complete})\n")
}
