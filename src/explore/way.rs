//! From a configuration of the search to the run that leads to it: every choice from the start, silent steps included.

use std::sync::Arc;

use super::report::Way;
use super::silent::{self, Facts};
use crate::calculus::{Names, Program};
use crate::semantics::focus::Choice;
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::System;

/// Where in a search something was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// At a configuration.
    State(u32),
    /// At the step `choice` from a configuration, `silent` silent steps behind it.
    Step {
        /// The configuration.
        from: u32,
        /// The step; `None`: the silent steps at the start.
        choice: Option<Choice>,
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

/// Walks from the start `sys` along `choices`, the steps that are not silent, and `extra` silent steps of the last.
pub fn concrete(mut sys: System, silent: Option<Facts>, choices: &[Choice], extra: Option<usize>) -> Way {
    let (mut way, last) = walk(&mut sys, silent, choices);
    if let Some(extra) = extra {
        way.truncate(last + extra);
    }
    way
}

/// Takes `choices` from the start `sys`, and the silent steps before and behind each. All of them, and how many stand
/// before the silent steps of the last.
pub fn walk(sys: &mut System, silent: Option<Facts>, choices: &[Choice]) -> (Way, usize) {
    let mut way = Vec::new();
    let settle = |sys: &mut System, way: &mut Way| {
        let before = way.len();
        if let Some(facts) = silent {
            silent::settle_down(sys, facts, |_, choice| way.push(choice));
        }
        before
    };
    let mut before = settle(sys, &mut way);
    for choice in choices {
        way.push(*choice);
        if let Err(premise) = step::fire(sys, *choice) {
            panic!("a step of the search is refused when it is taken again: {}", premise.text);
        }
        before = settle(sys, &mut way);
    }
    (way, before)
}
