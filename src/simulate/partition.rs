//! Partitions: for a while the nodes stand on two sides, and no message is delivered across. That is no rule of the calculus
//! but a way to choose: a message may be on its way as long as it likes, and here it is, because who chooses passes it over.

use super::hold::wakes_sleeper;
use crate::base::Prng;
use crate::calculus::NodeId;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::system::System;

/// How often the nodes are cut into two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partitions {
    /// Partitions of one run, at most.
    pub most: u32,
    /// How likely one begins at each choice at which there is none, in 0..=1.
    pub rate: f64,
}

/// How many partitions there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cuts {
    /// That began.
    pub begun: u64,
    /// That healed before their run ended.
    pub healed: u64,
}

impl Cuts {
    /// Adds those of another run.
    pub fn add(&mut self, other: Cuts) {
        self.begun += other.begun;
        self.healed += other.healed;
    }
}

/// A partition: who stands on the other side, and for how many choices more.
#[derive(Clone, Debug)]
pub struct Cut {
    /// For each node whether it stands on the other side; last the promise store, which sends what is about promises.
    other_side: Vec<bool>,
    left: u32,
}

/// A partition lasts at most 2 to this power choices, and short ones are as likely as long ones: the power is drawn first.
const LONGEST: usize = 8;

impl Cut {
    /// A partition of so many nodes and the store, with somebody on either side.
    pub fn draw(prng: &mut Prng, nodes: usize) -> Cut {
        let mut other_side: Vec<bool> = (0..=nodes).map(|_| prng.below(2) == 1).collect();
        if other_side.iter().all(|side| *side == other_side[0]) {
            let alone = prng.below(other_side.len());
            other_side[alone] = !other_side[alone];
        }
        let most = 1_usize << prng.below(LONGEST + 1);
        Cut { other_side, left: 1 + prng.below(most) as u32 }
    }

    /// Whether it is over with this choice.
    pub fn ends(&mut self) -> bool {
        self.left -= 1;
        self.left == 0
    }

    /// Whether the step delivers a message across.
    pub fn is_across(&self, sys: &System, choice: &Choice) -> bool {
        let Focus::Message(at, NodeId(to)) = choice.focus else { return false };
        if wakes_sleeper(sys, at) {
            return false;
        }
        let store = self.other_side.len() - 1;
        let from = sys.messages[at as usize].from.map_or(store, |NodeId(from)| from as usize);
        self.other_side[from] != self.other_side[to as usize]
    }
}
