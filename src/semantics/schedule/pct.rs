//! Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi, Nagarakatte, *A Randomized Scheduler with
//! Probabilistic Guarantees of Finding Bugs*, ASPLOS 2010.

use std::collections::BTreeMap;

use super::Actor;
use crate::base::Prng;
use crate::semantics::focus::Choice;
use crate::semantics::rules::tasks;
use crate::semantics::system::System;

/// Whoever is enabled and has the highest priority goes on. Priorities are drawn when somebody is first seen; at d−1
/// choices, drawn from the first k, the one chosen falls below everybody who was not lowered before. With n actors a bug of
/// depth d is found with probability at least 1/(n·k^(d−1)).
pub struct Pct {
    prng: Prng,
    /// High numbers go first; those of lowered actors are below `LOWEST_DRAWN`.
    priorities: BTreeMap<Actor, u64>,
    /// The choices, counted from 0, at which somebody is lowered; sorted.
    changes: Vec<u64>,
    choices: u64,
    lowered: u64,
}

/// Drawn priorities are at least this, lowered ones below.
const LOWEST_DRAWN: u64 = 1 << 62;

impl Pct {
    /// The strategy for bugs of depth `depth` (at least 1) in runs of about `length` choices.
    pub fn new(mut prng: Prng, depth: u32, length: u64) -> Pct {
        let length = usize::try_from(length.max(1)).unwrap_or(usize::MAX);
        let mut changes: Vec<u64> = (1..depth).map(|_| prng.below(length) as u64).collect();
        changes.sort_unstable();
        Pct { prng, priorities: BTreeMap::new(), changes, choices: 0, lowered: 0 }
    }

    /// Picks one of the steps, which are enabled and at least one. Who has several, as at a `choose`, takes any of them.
    pub fn pick(&mut self, sys: &System, steps: &[Choice]) -> Choice {
        let actors: Vec<Actor> = steps.iter().map(|choice| Actor::of(sys, choice)).collect();
        for actor in &actors {
            let prng = &mut self.prng;
            self.priorities.entry(*actor).or_insert_with(|| LOWEST_DRAWN | prng.next_u64() >> 2);
        }
        let mut first = self.first(&actors);
        while self.changes.first().is_some_and(|at| *at <= self.choices) {
            self.changes.remove(0);
            self.lower(first);
            first = self.first(&actors);
        }
        self.choices += 1;
        let own: Vec<Choice> = steps.iter().zip(&actors).filter(|(_, a)| **a == first).map(|(c, _)| *c).collect();
        let chosen = own[self.prng.below(own.len())];
        // Who yields asks for others to go first; without that a loop that waits for somebody would never end.
        if chosen.rule == &tasks::YIELD {
            self.lower(first);
        }
        chosen
    }

    fn lower(&mut self, actor: Actor) {
        self.lowered += 1;
        self.priorities.insert(actor, LOWEST_DRAWN - self.lowered);
    }

    fn first(&self, actors: &[Actor]) -> Actor {
        let highest = actors.iter().max_by_key(|actor| self.priorities.get(actor));
        *highest.unwrap_or_else(|| unreachable!("somebody is enabled"))
    }
}
