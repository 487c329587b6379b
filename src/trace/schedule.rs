//! A run written down: the settings, and the steps that were not forced. A step is forced when exactly one was enabled.
//!
//! ```text
//! lacuna schedule 1
//! program  lost_update.lac
//! sha256   3b1f…
//! schedule preemptive
//! …
//!
//!     12  client main.1  Await-Continue
//!     15  client main    Choose  "tails"
//! ```
//!
//! Lines that begin with `#` and empty ones mean nothing. The numbers are for people: a replay takes the lines in their
//! order, one wherever a step is not forced, so a schedule may survive a change of its program.

use std::fmt::{self, Write};
use std::ops::ControlFlow;

use super::choice::{self, ChoiceName};
use super::{settings, wire};
use crate::base::Source;
use crate::calculus::Program;
use crate::semantics::catalogue;
use crate::semantics::focus::Choice;
use crate::semantics::schedule::Observer;
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::System;

/// The first line of every schedule.
pub const TITLE: &str = "lacuna schedule 1";

/// A schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The file name of the program.
    pub program: String,
    /// The SHA-256 of its text.
    pub sha256: String,
    /// The settings, by name.
    pub settings: Vec<(String, String)>,
    /// The steps that were not forced.
    pub entries: Vec<Entry>,
    /// The run was stopped after this many steps; `None`: it came to its end.
    pub stop: Option<u64>,
}

/// A step that was not forced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the run, from 1.
    pub step: u64,
    /// Which of the enabled ones it was.
    pub choice: ChoiceName,
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// Line, from 1.
    pub line: usize,
    /// One plain sentence, lower case, no full stop.
    pub message: String,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// A schedule of this program under these settings, without a step so far.
    pub fn new(source: &Source, program: &Program, settings: &Settings) -> Schedule {
        Schedule {
            program: wire::file_name(source).to_owned(),
            sha256: wire::fingerprint(source),
            settings: settings::to_text(settings, program),
            entries: Vec::new(),
            stop: None,
        }
    }

    /// The settings, for a program.
    ///
    /// # Errors
    /// The first setting that does not fit the program.
    pub fn settings(&self, program: &Program) -> Result<Settings, String> {
        let mut found = Settings::run();
        for (key, text) in &self.settings {
            settings::set(&mut found, program, key, text)?;
        }
        Ok(found)
    }

    /// Reads a schedule; with it, the line of each of its entries.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn parse(text: &str) -> Result<(Schedule, Vec<usize>), ScheduleError> {
        let mut found = Schedule::default();
        let mut at = Vec::new();
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((_, TITLE)) => {}
            other => {
                let message = format!("a schedule begins with `{TITLE}`");
                return Err(ScheduleError { line: other.map_or(1, |(line, _)| line), message });
            }
        }
        for (line, text) in lines {
            let fail = |message| ScheduleError { line, message };
            if found.stop.is_some() {
                return Err(fail(String::from("nothing stands behind the line that says `stop`")));
            }
            match head(text) {
                (number, rest) if number.starts_with(|c: char| c.is_ascii_digit()) => {
                    let step = number.parse().map_err(|_| fail(format!("{number} is no number of a step")))?;
                    if rest == "stop" {
                        found.stop = Some(step);
                    } else {
                        found.entries.push(Entry { step, choice: parse_choice(rest).map_err(fail)? });
                        at.push(line);
                    }
                }
                (key, _) if !found.entries.is_empty() => {
                    return Err(fail(format!("a step begins with its number, not with {key}")));
                }
                ("program", name) => found.program = name.to_owned(),
                ("sha256", hash) => found.sha256 = hash.to_owned(),
                (key, value) => found.settings.push((key.to_owned(), value.to_owned())),
            }
        }
        Ok((found, at))
    }
}

/// The first word, and what comes behind it.
fn head(text: &str) -> (&str, &str) {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn parse_choice(text: &str) -> Result<ChoiceName, String> {
    let (node, rest) = head(text);
    let (who, rest) = head(rest);
    let (rule, detail) = head(rest);
    if rule.is_empty() {
        return Err(String::from(
            "a step is a number, a node, a frame and a rule: `12  client main.1  Await-Continue`",
        ));
    }
    let Some(found) = catalogue::find(rule) else { return Err(format!("there is no rule {rule}")) };
    let [node, who, rule, detail] = [node, who, found.name, detail].map(str::to_owned);
    Ok(ChoiceName { node, who, rule, detail })
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        let first = [("program", &self.program), ("sha256", &self.sha256)];
        let settings = self.settings.iter().map(|(key, value)| (key.as_str(), value));
        for (key, value) in first.into_iter().chain(settings) {
            writeln!(f, "{key:<14} {value}")?;
        }
        f.write_char('\n')?;
        for Entry { step, choice } in &self.entries {
            writeln!(f, "{step:>6}  {choice}")?;
        }
        match self.stop {
            Some(step) => writeln!(f, "{step:>6}  stop"),
            None => Ok(()),
        }
    }
}

/// Writes a run down while it happens.
pub struct Writer {
    schedule: Schedule,
    steps: u64,
}

impl Writer {
    /// The writer of a run that has not begun.
    pub fn new(schedule: Schedule) -> Writer {
        Writer { schedule, steps: 0 }
    }

    /// What was written. A run that was `stopped` before its end is to be stopped there again.
    pub fn finish(mut self, stopped: bool) -> Schedule {
        self.schedule.stop = stopped.then_some(self.steps);
        self.schedule
    }
}

impl Observer for Writer {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        let enabled = step::enabled(sys);
        if !is_forced(&enabled)
            && let Some(at) = enabled.iter().position(|other| *other == choice)
        {
            let choice = choice::names(sys, &enabled).swap_remove(at);
            self.schedule.entries.push(Entry { step: self.steps + 1, choice });
        }
        self.steps += 1;
        ControlFlow::Continue(())
    }

    fn after(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Whether a step needs no line: exactly one is enabled. A fault is never forced: a run may end without it.
pub(super) fn is_forced(enabled: &[Choice]) -> bool {
    matches!(enabled, [only] if only.rule.fault.is_none())
}
