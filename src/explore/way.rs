//! From a configuration of the search to the run that leads to it: every choice from the start, silent steps included.
//!
//! The search keeps of each configuration its fingerprint and from which one it came. So a run is found again by taking the
//! steps of each on the way and looking for the next; beside it goes a Σ, so that every choice is one of that run, and every
//! step of it is fired once more by its rule.

use std::sync::Arc;

use super::ask::Known;
use super::canon::Fingerprint;
use super::expand::{Expander, Room};
use super::report::Way;
use super::store::PartId;
use crate::calculus::{Names, Program};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::{StackId, System};

/// Where in a search something was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// At a configuration.
    State(u32),
    /// At a step from a configuration, `silent` silent steps behind it.
    Step {
        /// The configuration.
        from: u32,
        /// The number of the step among those of the configuration; `None`: the silent steps at the start.
        step: Option<usize>,
        /// How many silent steps behind it.
        silent: usize,
    },
}

/// The start, with the names that a search has given: the paths in its choices are numbers in that table.
pub fn start(program: &Arc<Program>, settings: &Arc<Settings>, names: &Names) -> System {
    let mut sys = System::start(program.clone(), settings.clone());
    sys.names = names.clone();
    sys
}

/// A walk from the start.
pub(super) struct Walk<'k> {
    known: &'k mut Known,
    sys: System,
    config: Vec<PartId>,
    /// Every step so far.
    pub(super) way: Way,
}

impl<'k> Walk<'k> {
    /// Stands at the start, behind the silent steps there, or behind the first `silent` of them.
    pub(super) fn new(known: &'k mut Known, silent: Option<usize>) -> Walk<'k> {
        let memo = &known.memo;
        let sys = start(&memo.program, &memo.settings, &memo.names);
        let config = known.memo.start();
        let mut walk = Walk { known, sys, config: config.clone(), way: Vec::new() };
        let mut room = Room::default();
        let mut expander = Expander::new(walk.known, &mut room, true);
        let Ok(reached) = expander.settle(config) else { return walk };
        let trail = reached.trail.to_vec();
        walk.config = reached.config.to_vec();
        let count = silent.unwrap_or(trail.len());
        walk.take(&trail[..count]);
        walk
    }

    /// Takes the first step that leads to a configuration with this fingerprint, and the silent ones behind it.
    pub(super) fn to(&mut self, fingerprint: Fingerprint) {
        let mut found: Option<(Vec<PartId>, Vec<Choice>)> = None;
        let steps = Expander::new(self.known, &mut Room::default(), true).steps(&self.config, |_, reached| {
            if found.is_none() && reached.arrival.fingerprint == fingerprint {
                found = Some((reached.config.to_vec(), reached.trail.to_vec()));
            }
            Ok(())
        });
        match (steps, found) {
            (Ok(_), Some((config, trail))) => {
                self.take(&trail);
                self.config = config;
            }
            _ => panic!("a step of the search is not found when it is taken again"),
        }
    }

    /// Takes the step of this number, and so many silent ones behind it.
    pub(super) fn take_step(&mut self, number: usize, silent: usize) {
        let mut trails = Vec::new();
        let steps = Expander::new(self.known, &mut Room::default(), true).steps(&self.config, |_, reached| {
            trails.push(reached.trail.to_vec());
            Ok(())
        });
        match (steps, trails.get(number)) {
            (Ok(_), Some(trail)) => self.take(&trail[..=silent]),
            _ => panic!("a step of the search is not found when it is taken again"),
        }
    }

    fn take(&mut self, trail: &[Choice]) {
        for choice in trail {
            let choice = Choice { focus: self.focus(choice.focus), ..*choice };
            self.way.push(choice);
            if let Err(premise) = step::fire(&mut self.sys, choice) {
                panic!("a step of the search is refused when it is taken again: {}", premise.text);
            }
        }
    }

    /// A focus of a Σ that was put together from parts, in this one: stacks are numbered in the order in which they became
    /// ready.
    fn focus(&self, focus: Focus) -> Focus {
        let stack = |id: StackId| self.sys.ready.get(id.0 as usize).copied().unwrap_or(id);
        match focus {
            Focus::Stack(id) => Focus::Stack(stack(id)),
            Focus::Alternative(id, i) => Focus::Alternative(stack(id), i),
            other => other,
        }
    }
}
