//! What comes of a configuration: where its steps lead to, for whoever asks; and for a search, only what it does not have yet.

use super::ask::Ask;
use super::bundle::Run;
use super::canon::Fingerprint;
use super::memo::{Config, Unknown};
use super::store::PartId;
use super::visited::{LookedUp, Visited};
use super::way::Place;
use crate::base::Span;
use crate::semantics::focus::Choice;

/// What comes of a configuration.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    /// Its steps, in the order of `enabled`.
    pub(super) steps: Vec<Step>,
    /// Nothing can happen but faults that a budget pays (calculus 10).
    pub(super) is_final: bool,
    /// The assertions that failed on the way, and where.
    pub(super) asserts: Vec<(Span, Place)>,
    /// The configurations that were not known before, in the order in which steps lead to them.
    pub(super) new: Vec<New>,
    /// Their parts, one behind the other.
    pub(super) parts: Vec<PartId>,
    /// The fingerprints of what steps lead to before the silent ones behind them, by the number of the step, where it is worth
    /// while to keep them in mind.
    pub(super) unsettled: Vec<(usize, Fingerprint)>,
}

impl Expansion {
    /// Nothing any more.
    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.asserts.clear();
        self.new.clear();
        self.parts.clear();
        self.unsettled.clear();
    }
}

/// A step from a configuration, with the silent steps behind it.
#[derive(Debug)]
pub(super) struct Step {
    /// Whether a budget pays for it.
    pub(super) is_fault: bool,
    /// Who takes it; 0 where nobody asks.
    pub(super) actor: u64,
    /// The configuration that it leads to, by its number if it was visited; it is the next of the new ones if not.
    pub(super) to: Option<u32>,
}

/// A configuration that was not known before.
#[derive(Clone, Copy, Debug)]
pub(super) struct New {
    /// Its fingerprint.
    pub(super) fingerprint: Fingerprint,
    /// Where it ends among the parts of all.
    pub(super) end: usize,
    /// The number of its look.
    pub(super) look: u32,
}

/// Where a step has led to.
pub(super) struct Reached<'s> {
    /// The configuration behind its silent steps.
    pub(super) config: &'s Config,
    /// The assertions that failed, each behind so many silent steps.
    pub(super) asserts: &'s [(Span, usize)],
    /// The step and the silent ones behind it, in the numbers of each Σ, where somebody asked for them.
    pub(super) trail: &'s [Choice],
    /// What else there is to say.
    pub(super) arrival: Arrival,
}

/// How a step has come to where it led to.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    /// The fingerprint of the configuration.
    pub(super) fingerprint: Fingerprint,
    /// Whether it was visited.
    pub(super) looked_up: LookedUp,
    /// The fingerprint from which silent steps have led to it, where it is worth while to keep that in mind.
    pub(super) unsettled: Option<Fingerprint>,
    /// Whether a budget pays for the step.
    pub(super) is_fault: bool,
    /// Who takes it; 0 where nobody asks.
    pub(super) actor: u64,
}

impl Arrival {
    /// That of a step, where there is no more to say.
    pub(super) fn of(fingerprint: Fingerprint, is_fault: bool, actor: u64) -> Arrival {
        Arrival { fingerprint, looked_up: LookedUp::Not, unsettled: None, is_fault, actor }
    }
}

/// Who is shown the steps of a configuration, in the order of `enabled`.
pub(super) trait See<A> {
    /// A step has led here.
    ///
    /// # Errors
    /// Something about it is not known to whoever is asked.
    fn reached(&mut self, ask: &mut A, reached: Reached<'_>) -> Result<(), Unknown>;

    /// A run leads to a configuration that was visited, of this number: nobody has made it. Only a search has visited any.
    fn visited(&mut self, _run: &Run, _to: u32) {}
}

impl<A, F: FnMut(&mut A, Reached<'_>) -> Result<(), Unknown>> See<A> for F {
    fn reached(&mut self, ask: &mut A, reached: Reached<'_>) -> Result<(), Unknown> {
        self(ask, reached)
    }
}

/// A search that takes down what comes of one of its configurations.
pub(super) struct TakeDown<'s> {
    /// The configuration.
    pub(super) at: u32,
    pub(super) visited: &'s Visited,
    pub(super) expansion: &'s mut Expansion,
}

impl TakeDown<'_> {
    fn asserts(&mut self, asserts: &[(Span, usize)]) {
        let (from, step) = (self.at, Some(self.expansion.steps.len()));
        let place = |silent: usize| Place::Step { from, step, silent };
        self.expansion.asserts.extend(asserts.iter().map(|(span, silent)| (*span, place(*silent))));
    }
}

impl<A: Ask> See<A> for TakeDown<'_> {
    fn reached(&mut self, ask: &mut A, reached: Reached<'_>) -> Result<(), Unknown> {
        let Arrival { fingerprint, looked_up, unsettled, is_fault, actor } = reached.arrival;
        let to = match looked_up {
            LookedUp::Visited(to) => Some(to),
            LookedUp::New => None,
            LookedUp::Not => self.visited.get(fingerprint),
        };
        self.asserts(reached.asserts);
        let expansion = &mut *self.expansion;
        expansion.unsettled.extend(unsettled.map(|unsettled| (expansion.steps.len(), unsettled)));
        expansion.steps.push(Step { is_fault, actor, to });
        if to.is_none() {
            expansion.parts.extend_from_slice(reached.config);
            let (end, look) = (expansion.parts.len(), ask.look(reached.config)?);
            expansion.new.push(New { fingerprint, end, look });
        }
        Ok(())
    }

    #[inline]
    fn visited(&mut self, run: &Run, to: u32) {
        if !run.asserts.is_empty() {
            self.asserts(&run.asserts);
        }
        self.expansion.steps.push(Step { is_fault: false, actor: run.actor, to: Some(to) });
    }
}
