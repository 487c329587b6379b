//! Every step of every configuration, taken whole and by its rule, with every invariant checked behind it.
//!
//! The search repeats steps that it has seen and leaves out those that nothing depends on. Here nothing is repeated or left
//! out, and nothing is put together from parts: Σ itself goes from step to step. Only which configurations are one is
//! told as the search tells it.

use std::collections::VecDeque;

use super::hashed::Visited;
use super::memo::Memo;
use super::report::Way;
use super::symmetry;
use crate::calculus::Names;
use crate::semantics::focus::Choice;
use crate::semantics::invariant::{self, Broken, Step};
use crate::semantics::step;
use crate::semantics::system::System;

/// What was found.
#[derive(Debug, Default)]
pub struct Paranoia {
    /// Configurations visited.
    pub states: u64,
    /// Steps taken and checked.
    pub steps: u64,
    /// The first invariant that is broken, and the way there.
    pub broken: Option<(Broken, Way)>,
    /// Every step was taken.
    pub complete: bool,
    /// The names that were given.
    pub names: Names,
}

/// The visit of everything that can be reached.
struct Visit {
    memo: Memo,
    seen: Visited,
    /// From which configuration each was reached first, and by which step.
    parents: Vec<Option<(usize, Choice)>>,
    /// Those whose steps are still to be taken; the table of names is with the memo.
    waiting: VecDeque<(usize, System)>,
    found: Paranoia,
}

/// Takes every step from `start` on, of at most so many configurations, as long as `go_on` says so for their number.
pub fn visit(start: System, max_states: Option<u64>, go_on: &mut dyn FnMut(u64) -> bool) -> Paranoia {
    let memo = Memo::new(&start.program, &start.settings, None, false, symmetry::none(&start.program));
    let (seen, parents, waiting) = (Visited::default(), Vec::new(), VecDeque::new());
    let mut visit = Visit { memo, seen, parents, waiting, found: Paranoia::default() };
    if let Some(broken) = invariant::broken(&start) {
        visit.found.broken = Some((broken, Way::new()));
        return visit.found;
    }
    visit.take_in(start, None);
    while let Some((at, mut sys)) = visit.waiting.pop_front() {
        let is_over = max_states.is_some_and(|most| visit.found.states > most);
        if is_over || !go_on(visit.found.states) || !visit.expand(at, &mut sys) {
            visit.found.names = visit.memo.names;
            return visit.found;
        }
    }
    Paranoia { complete: true, names: visit.memo.names, ..visit.found }
}

impl Visit {
    /// Takes every step of a configuration; says whether the invariants hold behind each.
    fn expand(&mut self, at: usize, sys: &mut System) -> bool {
        sys.names = std::mem::take(&mut self.memo.names);
        let choices = step::enabled(sys);
        self.memo.names = std::mem::take(&mut sys.names);
        for choice in choices {
            sys.names = std::mem::take(&mut self.memo.names);
            let mut next = sys.clone();
            if let Err(premise) = step::fire(&mut next, choice) {
                panic!("{choice:?} is enabled, and {} refuses it", premise.text);
            }
            self.found.steps += 1;
            let taken = Step::of(sys, choice, &next);
            let broken = invariant::broken_by(&taken).or_else(|| invariant::broken(&next));
            sys.names = Names::default();
            self.take_in(next, Some((at, choice)));
            if let Some(broken) = broken {
                self.found.broken = Some((broken, self.way(at, choice)));
                return false;
            }
        }
        true
    }

    /// Keeps a configuration that is new. Takes the names.
    fn take_in(&mut self, mut sys: System, by: Option<(usize, Choice)>) {
        let mut config = self.memo.take_apart(&mut sys);
        self.memo.forget(&mut config);
        sys.names = Names::default();
        if self.seen.insert(self.memo.fingerprint(&config)).1 {
            self.found.states += 1;
            self.waiting.push_back((self.parents.len(), sys));
            self.parents.push(by);
        }
    }

    fn way(&self, mut at: usize, last: Choice) -> Way {
        let mut way = vec![last];
        while let Some((before, choice)) = self.parents[at] {
            way.push(choice);
            at = before;
        }
        way.reverse();
        way
    }
}
