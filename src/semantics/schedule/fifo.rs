//! The deterministic run (calculus 9).

use super::Scheduler;
use crate::base::Prng;
use crate::calculus::Path;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rules::time;
use crate::semantics::step;
use crate::semantics::system::{StackId, System};

/// The running stack that stepped last goes on; else the stack that became ready first, on any node; else the oldest
/// message that can be taken, at its first taker in the order of declaration; else recovery, in the order of names; else
/// the clock. Only `choose` goes by the seed. For cooperative scheduling.
pub struct Fifo {
    prng: Prng,
    last: Option<StackId>,
}

impl Fifo {
    /// The deterministic run whose `choose` picks by `prng`.
    pub fn new(prng: Prng) -> Fifo {
        Fifo { prng, last: None }
    }

    /// The step of a ready stack, if it has one and its node lets it.
    fn step_of(&mut self, sys: &mut System, id: StackId) -> Option<Choice> {
        let node = sys.stacks.get(id.0 as usize)?.node;
        if sys.turn(node).is_some_and(|turn| turn != id) {
            return None;
        }
        let steps = step::enabled_at(sys, id);
        match steps.len() {
            0 => None,
            1 => steps.first().copied(),
            n => steps.get(self.prng.below(n)).copied(),
        }
    }

    fn of_stacks(&mut self, sys: &mut System) -> Option<Choice> {
        if let Some(last) = self.last.take()
            && let Some(node) = sys.stacks.get(last.0 as usize).map(|stack| stack.node)
            && sys.turn(node) == Some(last)
            && let Some(choice) = self.step_of(sys, last)
        {
            return Some(choice);
        }
        (0..sys.ready.len()).find_map(|at| {
            let id = *sys.ready.get(at)?;
            self.step_of(sys, id)
        })
    }
}

impl Scheduler for Fifo {
    fn choose(&mut self, sys: &mut System) -> Option<Choice> {
        if sys.diverged.is_some() {
            return None;
        }
        let choice =
            self.of_stacks(sys).or_else(|| of_messages(sys)).or_else(|| of_recovery(sys)).or_else(|| of_clock(sys));
        self.last = choice.and_then(|choice| choice.focus.stack());
        choice
    }

    fn runs_on(&self) -> bool {
        true
    }
}

fn of_messages(sys: &mut System) -> Option<Choice> {
    let mut found = Vec::new();
    (0..sys.messages.len() as u32).find_map(|at| {
        step::collect_message(sys, &mut found, at);
        found.first().copied()
    })
}

fn of_recovery(sys: &mut System) -> Option<Choice> {
    let mut found = Vec::new();
    step::collect_recovery(sys, &mut found);
    let name = |choice: &Choice| match choice.focus {
        Focus::Promise(q) | Focus::Callback(q, _) => Some(sys.names.key(q)),
        _ => None,
    };
    found.into_iter().min_by_key(name)
}

fn of_clock(sys: &mut System) -> Option<Choice> {
    let due: Option<Path> = step::due_timers(sys).first().copied();
    due.map(|q| Choice { rule: &time::FIRE, focus: Focus::Promise(q) })
}
