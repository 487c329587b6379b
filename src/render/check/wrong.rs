//! What is wrong at the end of a run, in one sentence and a few facts.

use std::collections::BTreeMap;

use super::run::{Run, Sides};
use super::{Answer, count};
use crate::calculus::Value;
use crate::calculus::term::PropertyKind;
use crate::explore::property::{self, Found, Verdict};
use crate::explore::report::{Kind, Violation};
use crate::render::{Paint, outcome as text, stuck};
use crate::semantics::focus::Choice;
use crate::semantics::outcome::{self, Ending};
use crate::semantics::system::System;
use crate::trace::Words;
use crate::trace::walk::walk;

/// A violation, told.
pub struct Wrong<'a> {
    /// What the search says.
    pub violation: &'a Violation,
    /// The line of the property or assertion.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// More about it, in lines.
    pub details: Vec<String>,
    /// The run that shows it.
    pub run: Run,
    /// No run that shows it has fewer steps.
    pub shortest: bool,
}

const LIVELOCK: &str = "no final state can be reached from here, so the program goes on for ever, whatever happens";
const UNFINISHED: &str =
    "the program has not ended in the quiet phase, where no faults happen and everybody gets a turn";

impl<'a> Answer<'a> {
    /// Tells a violation, with a shortest run if one is known.
    pub fn wrong(&self, violation: &'a Violation) -> Wrong<'a> {
        match self.shortest(violation) {
            Some((answer, violation)) => answer.wrong_by(violation, true),
            None => self.wrong_by(violation, false),
        }
    }

    fn wrong_by(&self, violation: &'a Violation, shortest: bool) -> Wrong<'a> {
        let mut run = self.run(&violation.way, violation.repeats_from);
        let (what, details) = match violation.kind {
            Kind::Invariant | Kind::Finally => self.property(violation, &mut run.end),
            Kind::Eventually => (self.never(violation, &mut run.end, run.repeats_from.is_some()), Vec::new()),
            Kind::Assert => self.assertion(&run),
            Kind::Deadlock => self.deadlock(violation, &mut run.end),
            Kind::Failed => self.failure(&run.end),
            Kind::Diverged => self.divergence(&run),
            Kind::Livelock => self.standing(LIVELOCK, &run.end),
            Kind::Unfinished => self.standing(UNFINISHED, &run.end),
        };
        Wrong { violation, line: self.line(violation), what, details, run, shortest }
    }

    fn inspect(&self, name: &str, kind: PropertyKind, sys: &mut System) -> Option<Found> {
        let property = self.program.properties.iter().find(|own| own.name == name && own.kind == kind)?;
        Some(property::inspect(sys, property))
    }

    fn property(&self, violation: &Violation, end: &mut System) -> (String, Vec<String>) {
        let kind = if violation.kind == Kind::Finally { PropertyKind::Finally } else { PropertyKind::Invariant };
        let Some(found) = self.inspect(&violation.name, kind, end) else { return (String::new(), Vec::new()) };
        let expression = self.one_line(self.source.slice(found.span));
        if let Verdict::Undefined(error) = &found.verdict {
            if violation.error.as_deref() == Some(property::NO_RESULT) {
                return (format!("{expression} is false: {error}"), self.cells(&found, end));
            }
            return (format!("{expression} has no value: {error}"), self.cells(&found, end));
        }
        let sides = found.sides.clone().map(|(left, right)| Sides { span: found.span, left, right });
        let what = format!("{expression} is false{}", self.sides(sides.as_ref(), end));
        (what, self.cells(&found, end))
    }

    /// The cells that a property read, unless its one comparison has shown the only one.
    fn cells(&self, found: &Found, sys: &System) -> Vec<String> {
        let is_side = |value: &Value| found.sides.as_ref().is_some_and(|(a, b)| a == value || b == value);
        if matches!(found.cells.as_slice(), [(_, _, value)] if is_side(value)) {
            return Vec::new();
        }
        let name = |cell, node| format!("{}@{}", self.program.cell(cell), self.program.node(node));
        let all = found
            .cells
            .iter()
            .map(|(cell, n, value)| format!("{} = {}", name(*cell, *n), Words::brief(sys).value(value)));
        let all: Vec<String> = all.collect();
        if all.is_empty() { Vec::new() } else { vec![format!("where {}", all.join(", "))] }
    }

    /// `: 150`, or `: 150 against 200` where neither side is written out.
    fn sides(&self, sides: Option<&Sides>, sys: &System) -> String {
        let Some(Sides { span, left, right }) = sides else { return String::new() };
        let [left, right] = [left, right].map(|value| Words::brief(sys).value(value));
        let expression = self.source.slice(*span);
        if expression.ends_with(&format!(" {right}")) {
            format!(": {left}")
        } else if expression.starts_with(&format!("{left} ")) {
            format!(": {right}")
        } else {
            format!(": {left} against {right}")
        }
    }

    fn never(&self, violation: &Violation, end: &mut System, goes_on: bool) -> String {
        let found = self.inspect(&violation.name, PropertyKind::Eventually, end);
        let expression = found.map(|found| self.one_line(self.source.slice(found.span))).unwrap_or_default();
        match goes_on {
            true => format!(
                "{expression} never holds on a run that goes round for ever, and on which everybody gets a turn"
            ),
            false => format!("{expression} never holds on a run that comes to its end"),
        }
    }

    fn assertion(&self, run: &Run) -> (String, Vec<String>) {
        let Some((span, sides)) = &run.assertion else { return (String::new(), Vec::new()) };
        let condition = condition(self.source.slice(*span));
        let whole = sides.as_ref().filter(|sides| self.source.slice(sides.span) == condition);
        let what = format!("{} is false{}", self.one_line(condition), self.sides(whole, &run.end));
        (what, Vec::new())
    }

    /// The lines of the program that a deadlock is about, and who waits there for what.
    fn deadlock(&self, violation: &Violation, end: &mut System) -> (String, Vec<String>) {
        let found = outcome::deadlock(end);
        let made = self.origins(&violation.way, stuck::unresolved(end, &found));
        let report = stuck::Report { sys: end, source: self.source, made: &made, paint: Paint(false) };
        let mut lines = report.deadlock(&found).lines().map(str::to_owned).collect::<Vec<String>>().into_iter();
        let what = lines.next().unwrap_or_default();
        (what, lines.skip_while(String::is_empty).collect())
    }

    /// Why main has no result at the end of this way, which is a deadlock; one line.
    pub fn why_pending(&self, way: &[Choice]) -> String {
        let mut end = self.report.start(self.program, self.settings);
        walk(&mut end, way, &mut []);
        let found = outcome::deadlock(&mut end);
        let made = self.origins(way, stuck::unresolved(&end, &found));
        stuck::Report { sys: &end, source: self.source, made: &made, paint: Paint(false) }.main_waits(&found)
    }

    fn failure(&self, end: &System) -> (String, Vec<String>) {
        match &outcome::outcome(end).result {
            Ending::Failed(error) => (format!("main fails: {}", text::one_line(error)), Vec::new()),
            _ => (String::from("main fails"), Vec::new()),
        }
    }

    fn divergence(&self, run: &Run) -> (String, Vec<String>) {
        let made = BTreeMap::new();
        let report = stuck::Report { sys: &run.end, source: self.source, made: &made, paint: Paint(false) };
        let mut lines =
            report.divergence(run.divergence.as_ref()).lines().map(str::to_owned).collect::<Vec<String>>().into_iter();
        let what = lines.next().unwrap_or_default();
        (what, lines.skip_while(String::is_empty).collect())
    }

    fn standing(&self, what: &str, end: &System) -> (String, Vec<String>) {
        let made = BTreeMap::new();
        let report = stuck::Report { sys: end, source: self.source, made: &made, paint: Paint(false) };
        (what.to_owned(), report.standing().lines().map(str::to_owned).collect())
    }

    fn one_line(&self, code: &str) -> String {
        if code.contains('\n') { code.split_whitespace().collect::<Vec<&str>>().join(" ") } else { code.to_owned() }
    }
}

impl Wrong<'_> {
    /// `7 steps, shortest`, or the two parts of a run that goes round.
    pub fn length(&self) -> String {
        let length = self.run.length;
        match self.run.repeats_from {
            Some(from) => format!("{}, then {} again and again", count(from, "step"), count(length - from, "step")),
            None if length == 0 => String::from("at the start"),
            None if self.shortest => format!("{}, shortest", count(length, "step")),
            None => count(length, "step"),
        }
    }

    /// Whether the run is that of another violation, or begins with it.
    pub fn goes_on_from(&self, other: &Wrong<'_>) -> bool {
        let (mine, its) = (&self.run, &other.run);
        its.repeats_from.is_none() && its.length > 0 && its.length <= mine.length && mine.steps.starts_with(&its.steps)
    }

    /// The name of the file that keeps its schedule.
    pub fn file_name(&self) -> String {
        format!("{}.schedule", self.violation.name.replace(':', "-"))
    }
}

/// The condition of an `assert` statement, without its message.
fn condition(statement: &str) -> &str {
    let text = statement.strip_prefix("assert").unwrap_or(statement).trim();
    let text = text.trim_end_matches(';').trim_end();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return text[..at].trim_end(),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::condition;

    #[test]
    fn a_condition_ends_at_its_message() {
        assert_eq!(condition("assert f(1, [2, 3]) == \"a, b\", \"lost\";"), "f(1, [2, 3]) == \"a, b\"");
        assert_eq!(condition("assert done;"), "done");
    }
}
