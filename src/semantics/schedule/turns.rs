//! Everybody in turn: fair scheduling, for runs that are to come to an end.

use std::collections::BTreeMap;

use super::Actor;
use crate::base::Prng;
use crate::semantics::focus::Choice;
use crate::semantics::system::System;

/// Of those who have a step whoever waits longest takes it: since their last step, or since they first had one. So no step
/// stays enabled for ever without being taken (calculus 10, Fair).
pub struct Turns {
    prng: Prng,
    /// Since when each waits, in choices.
    since: BTreeMap<Actor, u64>,
    choices: u64,
}

impl Turns {
    /// Nobody has had a turn. Who has several steps, as at a `choose`, takes any of them by `prng`.
    pub fn new(prng: Prng) -> Turns {
        Turns { prng, since: BTreeMap::new(), choices: 0 }
    }

    /// Picks one of the steps, which are enabled and at least one.
    pub fn pick(&mut self, sys: &System, steps: &[Choice]) -> Choice {
        let actors: Vec<Actor> = steps.iter().map(|choice| Actor::of(sys, choice)).collect();
        self.choices += 1;
        let since = actors.iter().map(|actor| *self.since.entry(*actor).or_insert(self.choices));
        let (next, _) = since.enumerate().min_by_key(|(_, since)| *since).unwrap_or_default();
        self.since.insert(actors[next], self.choices);
        let own: Vec<&Choice> =
            steps.iter().zip(&actors).filter(|(_, a)| **a == actors[next]).map(|(c, _)| c).collect();
        *own[self.prng.below(own.len())]
    }
}
