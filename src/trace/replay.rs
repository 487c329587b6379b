//! Takes a run again that a schedule has written down.

use std::fmt::Write;

use super::choice::{self, ChoiceName};
use super::schedule::{Entry, Schedule, is_forced};
use crate::semantics::focus::Choice;
use crate::semantics::schedule::{Random, Scheduler};
use crate::semantics::step;
use crate::semantics::system::System;

/// The scheduler that chooses what a schedule says.
pub struct Replay {
    entries: Vec<Entry>,
    lines: Vec<usize>,
    stop: Option<u64>,
    next: usize,
    steps: u64,
    end: Option<ReplayEnd>,
    beyond: Option<Random>,
}

/// Why a replay goes no further, if not because Σ is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayEnd {
    /// The schedule ends here, as the run did that it was written from, or because its lines are used up.
    Stopped,
    /// A line of the schedule does not fit.
    Misfit(Misfit),
}

/// A line of a schedule that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The line in the schedule's text, from 1.
    pub line: usize,
    /// What the line says.
    pub wanted: ChoiceName,
    /// The number of the step that was to be taken, from 1.
    pub step: u64,
    /// What could be done instead; empty when the run is over.
    pub enabled: Vec<ChoiceName>,
}

impl Misfit {
    /// What went wrong, for people, with the enabled steps as lines that could stand in the schedule.
    pub fn explain(&self, file: &str) -> String {
        let Misfit { line, wanted, step, enabled } = self;
        let mut text = format!("{file}:{line}: the schedule no longer fits\n  step {step} was to be   {wanted}\n");
        if enabled.is_empty() {
            text.push_str("  but the run is over by then: no step is enabled");
            return text;
        }
        text.push_str("  but what is enabled there is");
        for name in enabled {
            let _ = write!(text, "\n{step:>6}  {name}");
        }
        text
    }
}

impl Replay {
    /// The replay of a schedule whose entries stand in these lines of its text.
    pub fn new(schedule: &Schedule, lines: Vec<usize>) -> Replay {
        let Schedule { entries, stop, .. } = schedule;
        Replay { entries: entries.clone(), lines, stop: *stop, next: 0, steps: 0, end: None, beyond: None }
    }

    /// Where the schedule does not fit or ends before the run does, `beyond` goes on.
    pub fn and_then(self, beyond: Random) -> Replay {
        Replay { beyond: Some(beyond), ..self }
    }

    /// Why the replay goes no further, if not because Σ is final.
    pub fn end(&self) -> Option<&ReplayEnd> {
        self.end.as_ref()
    }

    fn misfit(&self, enabled: Vec<ChoiceName>) -> Option<ReplayEnd> {
        let wanted = self.entries.get(self.next)?.choice.clone();
        let line = self.lines.get(self.next).copied().unwrap_or_default();
        Some(ReplayEnd::Misfit(Misfit { line, wanted, step: self.steps + 1, enabled }))
    }
}

impl Scheduler for Replay {
    fn choose(&mut self, sys: &mut System) -> Option<Choice> {
        if self.end.is_none()
            && let Some(choice) = self.by_schedule(sys)
        {
            return Some(choice);
        }
        match (&self.end, &mut self.beyond) {
            (Some(_), Some(beyond)) => beyond.choose(sys),
            _ => None,
        }
    }
}

impl Replay {
    fn by_schedule(&mut self, sys: &mut System) -> Option<Choice> {
        if self.stop == Some(self.steps) {
            self.end = Some(ReplayEnd::Stopped);
            return None;
        }
        let enabled = step::enabled(sys);
        let chosen = match enabled.first() {
            Some(only) if is_forced(&enabled) => Some(*only),
            None => {
                self.end = self.misfit(Vec::new());
                None
            }
            Some(_) => match self.entries.get(self.next) {
                Some(entry) => {
                    let names = choice::names(sys, &enabled);
                    match names.iter().position(|name| *name == entry.choice) {
                        Some(at) => {
                            self.next += 1;
                            enabled.get(at).copied()
                        }
                        None => {
                            self.end = self.misfit(names);
                            None
                        }
                    }
                }
                None => {
                    let is_final = enabled.iter().all(|choice| choice.rule.fault.is_some());
                    self.end = (!is_final).then_some(ReplayEnd::Stopped);
                    None
                }
            },
        };
        self.steps += u64::from(chosen.is_some());
        chosen
    }
}
