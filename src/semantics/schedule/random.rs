//! A seeded random run: every step that is enabled is as likely as any other.

use super::Scheduler;
use crate::base::Prng;
use crate::semantics::focus::Choice;
use crate::semantics::step;
use crate::semantics::system::System;

/// Picks uniformly among all enabled steps, faults that a budget pays included. The clock, which under free timing could
/// always run ahead, is one step among them.
pub struct Random {
    prng: Prng,
}

impl Random {
    /// The random run that `prng` makes.
    pub fn new(prng: Prng) -> Random {
        Random { prng }
    }
}

impl Scheduler for Random {
    fn choose(&mut self, sys: &mut System) -> Option<Choice> {
        let enabled = step::enabled(sys);
        if enabled.iter().all(|choice| choice.rule.fault.is_some()) {
            return None;
        }
        enabled.get(self.prng.below(enabled.len())).copied()
    }
}
