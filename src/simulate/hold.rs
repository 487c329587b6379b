//! What a random run holds back for a while, though the relation has it: what comes from the other side of a partition, and
//! what has not been on its way for its time. No run is new by that. The calculus lets every message be as late as it likes,
//! and only makes it unlikely: holding back is choosing, and makes it likely.

use super::delay::{Clock, Delay};
use super::partition::{Cut, Cuts, Partitions};
use super::plan::happens;
use crate::base::Prng;
use crate::semantics::focus::Choice;
use crate::semantics::system::{Body, Origin, System};

/// What is held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holds {
    /// What comes from the other side, while there are sides.
    pub partitions: Partitions,
    /// What has not been on its way for so long.
    pub delay: Option<Delay>,
}

impl Holds {
    /// Nothing.
    pub const NONE: Holds = Holds { partitions: Partitions { most: 0, rate: 0.0 }, delay: None };
}

/// What one run holds back.
#[derive(Clone, Debug)]
pub struct Holding {
    partitions: Partitions,
    prng: Prng,
    cut: Option<Cut>,
    clock: Option<Clock>,
    /// How many partitions there were.
    pub cuts: Cuts,
}

impl Holding {
    /// Nothing yet; `None` where nothing ever will be.
    pub fn new(holds: &Holds, mut prng: Prng) -> Option<Holding> {
        let clock = holds.delay.map(|delay| Clock::new(delay, Prng::new(prng.next_u64())));
        let Holds { partitions, .. } = *holds;
        (*holds != Holds::NONE).then(|| Holding { partitions, prng, cut: None, clock, cuts: Cuts::default() })
    }

    /// Those of the steps that are not held back. Of one step or more some are left: a partition heals where nobody else has a
    /// step, and there the time goes on.
    pub fn let_through(&mut self, sys: &System, steps: &[Choice]) -> Vec<Choice> {
        self.cut(sys);
        let is_across = |choice: &Choice| self.cut.as_ref().is_some_and(|cut| cut.is_across(sys, choice));
        let mut free: Vec<Choice> = steps.iter().filter(|choice| !is_across(choice)).copied().collect();
        if free.is_empty() {
            self.heal();
            free = steps.to_vec();
        }
        match &mut self.clock {
            Some(clock) => {
                clock.see(sys);
                clock.due(&free)
            }
            None => free,
        }
    }

    /// A partition begins, or goes on, or heals.
    fn cut(&mut self, sys: &System) {
        let Partitions { most, rate } = self.partitions;
        if let Some(cut) = &mut self.cut {
            if cut.ends() {
                self.heal();
            }
        } else if self.cuts.begun < u64::from(most) && happens(&mut self.prng, rate) {
            self.cut = Some(Cut::draw(&mut self.prng, sys.nodes.len()));
            self.cuts.begun += 1;
        }
    }

    /// There are no sides any more.
    pub fn heal(&mut self) {
        self.cuts.healed += u64::from(self.cut.take().is_some());
    }
}

/// Whether the message at a place of M wakes somebody who slept. It comes from the clock of the node that sleeps there, and is
/// not held back: who sleeps for ten units of time wakes ten units later.
pub fn wakes_sleeper(sys: &System, at: u32) -> bool {
    let Body::Resume { promise, .. } = sys.messages[at as usize].body else { return false };
    matches!(sys.promise(promise).origin, Origin::Timer { .. })
}
