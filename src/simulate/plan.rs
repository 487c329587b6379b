//! How runs are made: everything that a run depends on but its number.

use std::sync::Arc;

use super::hold::Holds;
use super::walk::Walker;
use super::watch::Watch;
use crate::base::{Prng, Source};
use crate::calculus::Program;
use crate::explore::report::Kind;
use crate::semantics::rule::Fault;
use crate::semantics::settings::Settings;

/// Who chooses among the steps that are enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Each is as likely as any other.
    Uniform,
    /// Probabilistic concurrency testing, for bugs of this depth.
    Pct(u32),
}

/// How likely a fault of each kind is at each choice, in 0..=1, where the budget has one left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// A node crashes.
    pub crash: f64,
    /// A lease runs out though nobody died.
    pub suspicion: f64,
    /// A message is lost.
    pub loss: f64,
    /// A message arrives twice.
    pub duplicate: f64,
}

impl Rates {
    /// The rate of a kind of fault.
    pub fn of(&self, fault: Fault) -> f64 {
        match fault {
            Fault::Crash => self.crash,
            Fault::Suspicion => self.suspicion,
            Fault::Loss => self.loss,
            Fault::Duplicate => self.duplicate,
        }
    }
}

/// Whether something of this rate happens now: 53 bits make a number in 0..1 exactly.
pub fn happens(prng: &mut Prng, rate: f64) -> bool {
    ((prng.next_u64() >> 11) as f64) < rate * (1_u64 << 53) as f64
}

/// How runs are made.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The text of the program.
    pub source: &'a Source,
    /// The program.
    pub program: Arc<Program>,
    /// The parameters of the relation.
    pub settings: Arc<Settings>,
    /// Who chooses.
    pub strategy: Strategy,
    /// How likely faults are.
    pub rates: Rates,
    /// What is held back for a while.
    pub holds: Holds,
    /// What all runs are made from.
    pub seed: u64,
    /// Steps of one run, at most; the quiet phase aside.
    pub max_steps: u64,
    /// Where that limit is reached, so many steps more are taken without faults and by turns, in which the run must end.
    pub quiet: Option<u64>,
    /// What is not wrong here.
    pub allowed: &'a [Kind],
    /// About how many choices a run has, for the strategies that need to know; see [`Plan::measured`].
    pub length: u64,
}

impl Plan<'_> {
    /// The plan with the length of its runs measured: that of run 0 under uniform choice, whoever makes the runs.
    pub fn measured(mut self) -> Self {
        if let Strategy::Pct(_) = self.strategy {
            let uniform = Plan { strategy: Strategy::Uniform, ..self.clone() };
            self.length = Walker::new(&uniform, &mut Watch::new(&self.program)).random(0).choices.max(1);
        }
        self
    }

    /// The generator of run `run`: two runs of one plan have nothing to do with each other, nor have runs of two seeds.
    pub fn prng(&self, run: u64) -> Prng {
        let mixed = Prng::new(self.seed).next_u64().wrapping_add(run);
        Prng::new(Prng::new(mixed).next_u64())
    }
}
