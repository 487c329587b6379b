//! Taking every step of one configuration. Nothing here looks at the search as a whole, so many configurations can be
//! expanded at once, and what comes of it does not depend on who did it.

use std::sync::Arc;

use super::canon::{Canon, Fingerprint};
use super::property::{self, Verdict};
use super::report::Coverage;
use super::silent::{self, Facts};
use super::way::Place;
use crate::base::Span;
use crate::calculus::term::PropertyKind;
use crate::calculus::{Names, Program};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::outcome::{Ending, Outcome, outcome};
use crate::semantics::rules::sequential;
use crate::semantics::step;
use crate::semantics::system::System;
use crate::trace::wire;

/// What comes of a configuration.
pub(super) struct Expansion {
    /// Its steps, in the order of `enabled`.
    pub(super) steps: Vec<Step>,
    /// What it is, if it is final.
    pub(super) end: Option<End>,
    /// The assertions that failed on the way, and where.
    pub(super) asserts: Vec<(Span, Place)>,
}

/// A step from a configuration, with the silent steps behind it.
pub(super) struct Step {
    /// The step.
    pub(super) choice: Choice,
    /// Who takes it.
    pub(super) actor: u64,
    /// The fingerprint of the configuration that it leads to.
    pub(super) fingerprint: Fingerprint,
    /// That configuration without its names, and what it shows; `None` where it was known before.
    pub(super) next: Option<(System, Look)>,
}

/// What a configuration shows to the properties.
#[derive(Default)]
pub(super) struct Look {
    /// The invariants that do not hold, by their place among the properties.
    pub(super) broken: Vec<(usize, Verdict)>,
    /// For each `eventually` whether it does not hold.
    pub(super) fails: Vec<bool>,
}

/// A final configuration.
pub(super) struct End {
    /// Its outcome.
    pub(super) outcome: Outcome,
    /// Its outcome as compact JSON.
    pub(super) json: String,
    /// The `finally` that do not hold, by their place among the properties.
    pub(super) broken: Vec<(usize, Verdict)>,
}

/// Takes steps. Each thread of a search has one.
pub(super) struct Expander {
    pub(super) program: Arc<Program>,
    /// What makes steps silent; `None`: no step is taken for silent.
    pub(super) silent: Option<Facts>,
    pub(super) canon: Canon,
    /// The table of names: a configuration that waits for its expansion has none of its own.
    pub(super) names: Names,
    /// What was seen since somebody took it.
    pub(super) coverage: Coverage,
}

impl Expander {
    /// Takes every step of the configuration `at`, which is `sys` without its names; `known` says which configurations the
    /// search has visited.
    pub(super) fn expand(&mut self, at: u32, mut sys: System, known: impl Fn(Fingerprint) -> bool) -> Expansion {
        let mut expansion = Expansion { steps: Vec::new(), end: None, asserts: Vec::new() };
        std::mem::swap(&mut sys.names, &mut self.names);
        let enabled = step::enabled(&mut sys);
        if is_final(&enabled) {
            expansion.end = Some(self.end(&mut sys));
        }
        self.take_names(&mut sys);
        let mut rest = Some(sys);
        let last = enabled.len().saturating_sub(1);
        for (i, choice) in enabled.into_iter().enumerate() {
            // The last step may have the configuration itself.
            let next = if i == last { rest.take() } else { rest.clone() };
            let Some(mut next) = next else { break };
            std::mem::swap(&mut next.names, &mut self.names);
            let (fingerprint, actor) = self.step(&mut next, at, choice, &mut expansion.asserts);
            let look = (!known(fingerprint)).then(|| self.look(&mut next));
            self.take_names(&mut next);
            expansion.steps.push(Step { choice, actor, fingerprint, next: look.map(|look| (next, look)) });
        }
        expansion
    }

    /// What the configuration `sys`, without its names, is if it is final, and whether a step leads on from it: all that is
    /// asked where a limit forbids to take it.
    pub(super) fn stop_at(&mut self, mut sys: System) -> (Option<End>, bool) {
        std::mem::swap(&mut sys.names, &mut self.names);
        let enabled = step::enabled(&mut sys);
        let end = is_final(&enabled).then(|| self.end(&mut sys));
        self.take_names(&mut sys);
        (end, !enabled.is_empty())
    }

    /// As [`Expander::expand`], with `names` for the table of names; nothing where the table does not have all the names
    /// that its steps make: the numbers of new names must not depend on who makes them first.
    pub(super) fn expand_known(
        &mut self,
        at: u32,
        sys: System,
        names: &Names,
        known: impl Fn(Fingerprint) -> bool,
    ) -> Option<Expansion> {
        if self.names.len() != names.len() {
            self.names = names.clone();
        }
        let expansion = self.expand(at, sys, known);
        if self.names.len() == names.len() {
            return Some(expansion);
        }
        self.names = names.clone();
        self.canon.forget_from(names.len());
        None
    }

    /// Takes the table of names back from a configuration.
    pub(super) fn take_names(&mut self, sys: &mut System) {
        self.names = std::mem::take(&mut sys.names);
    }

    fn step(
        &mut self,
        sys: &mut System,
        at: u32,
        choice: Choice,
        asserts: &mut Vec<(Span, Place)>,
    ) -> (Fingerprint, u64) {
        self.coverage.see(sys, choice);
        let actor = self.canon.actor(sys, choice);
        if choice.rule == &sequential::ASSERT_ERROR {
            asserts.extend(self.assertion(sys, choice, Place::Step { from: at, choice: Some(choice), silent: 0 }));
        }
        if let Err(premise) = step::fire(sys, choice) {
            panic!("{choice:?} is enabled, and {} refuses it", premise.text);
        }
        if cfg!(debug_assertions) {
            crate::semantics::invariant::check(sys);
        }
        self.settle_down(sys, at, Some(choice), asserts);
        (self.canon.fingerprint(sys), actor)
    }

    /// Takes the silent steps behind a step, or at the start.
    pub(super) fn settle_down(
        &mut self,
        sys: &mut System,
        from: u32,
        choice: Option<Choice>,
        asserts: &mut Vec<(Span, Place)>,
    ) {
        let Some(facts) = self.silent else { return };
        let mut silent = 0;
        silent::settle_down(sys, facts, |sys, step| {
            self.coverage.see(sys, step);
            silent += 1;
            if step.rule == &sequential::ASSERT_ERROR {
                asserts.extend(self.assertion(sys, step, Place::Step { from, choice, silent }));
            }
        });
    }

    fn assertion(&self, sys: &System, choice: Choice, place: Place) -> Option<(Span, Place)> {
        let Focus::Stack(id) = choice.focus else { return None };
        Some((self.program.span(sys.stacks.get(id.0 as usize)?.top().pc), place))
    }

    /// Evaluates what must hold in every configuration, or at some; inside atomic nobody looks.
    pub(super) fn look(&mut self, sys: &mut System) -> Look {
        let atomic = property::is_hidden(sys);
        let broken =
            if atomic { Vec::new() } else { property::broken(sys, PropertyKind::Invariant, &mut self.coverage) };
        let mut look = Look { broken, fails: Vec::new() };
        let program = self.program.clone();
        for (i, property) in program.properties.iter().enumerate() {
            if property.kind == PropertyKind::Eventually {
                let holds = !atomic && property::verdict(sys, i, &mut self.coverage) == Verdict::Holds;
                look.fails.push(!holds);
            }
        }
        look
    }

    fn end(&mut self, sys: &mut System) -> End {
        let outcome = outcome(sys);
        let json = wire::outcome(sys, &outcome).to_string();
        let diverged = matches!(outcome.result, Ending::Diverged(_));
        let broken =
            if diverged { Vec::new() } else { property::broken(sys, PropertyKind::Finally, &mut self.coverage) };
        End { outcome, json, broken }
    }
}

/// Whether nothing can happen but faults that a budget pays (calculus 10).
fn is_final(enabled: &[Choice]) -> bool {
    enabled.iter().all(|choice| choice.rule.fault.is_some())
}
