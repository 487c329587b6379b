//! Why an execution did not create again what it had created before: what it had looked at, then and now. Steps of a run go
//! in, one after the other; Σ remembers neither what a frame has read nor when.

use std::collections::BTreeMap;

use serde::Serialize;

use super::event::{At, Effect, Step};
use crate::semantics::rules::{failure, sequential, tasks, time};

/// Both sides of a divergence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Divergence {
    /// The promise whose name both creations have.
    pub promise: String,
    /// The execution that ran again.
    pub execution: String,
    /// The attempt that made the promise; `None` where its making was not seen.
    pub recorded: Option<Side>,
    /// The attempt that would have made another.
    pub replayed: Side,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Its number.
    pub attempt: u32,
    /// Where it creates the promise.
    pub at: Option<At>,
    /// What it had looked at before: the first look that differs from the other attempt's, or else the last one.
    pub look: Option<Look>,
}

/// A step whose result may be another one when it is taken again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    /// The name of the rule.
    pub rule: String,
    /// Where the statement stands.
    pub at: Option<At>,
    /// What it found.
    pub text: String,
}

/// Of each attempt so many looks are kept.
const LOOKS: usize = 10_000;

/// Watches the steps of a run.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    looks: BTreeMap<(String, u32), Vec<Look>>,
    /// By promise: the attempt that made it, where, and how many looks it had taken.
    made: BTreeMap<String, (u32, Option<At>, usize)>,
    found: Option<Divergence>,
}

impl Watch {
    /// Sees the next step.
    pub fn see(&mut self, step: &Step) {
        let Some(execution) = &step.execution else { return };
        let looks = self.looks.entry((execution.clone(), step.attempt)).or_default();
        if is_look(&step.rule) && looks.len() < LOOKS {
            looks.push(Look { rule: step.rule.clone(), at: step.at, text: step.text.clone() });
        }
        let taken = looks.len();
        for effect in &step.effects {
            if let Effect::PromiseCreated { promise, .. } = effect {
                self.made.insert(promise.clone(), (step.attempt, step.at, taken));
            }
        }
        if step.rule == failure::DIVERGE.name
            && let Some((promise, _)) = step.text.split_once(' ')
        {
            self.found = Some(self.divergence(promise, execution, step));
        }
    }

    /// The divergence that the run ended in, if it did.
    pub fn found(self) -> Option<Divergence> {
        self.found
    }

    fn divergence(&self, promise: &str, execution: &str, step: &Step) -> Divergence {
        let none = Vec::new();
        let of = |attempt| self.looks.get(&(execution.to_owned(), attempt)).unwrap_or(&none);
        let now = of(step.attempt);
        let side = |attempt, at, look: Option<&Look>| Side { attempt, at, look: look.cloned() };
        let (promise, execution) = (promise.to_owned(), execution.to_owned());
        let Some((attempt, at, taken)) = self.made.get(&promise).copied() else {
            return Divergence {
                promise,
                execution,
                recorded: None,
                replayed: side(step.attempt, step.at, now.last()),
            };
        };
        let before = &of(attempt)[..taken];
        let differs = before.iter().zip(now).position(|(one, other)| one != other);
        let [one, other] = match differs {
            Some(at) => [before.get(at), now.get(at)],
            None => [before.last(), now.last()],
        };
        let recorded = Some(side(attempt, at, one));
        Divergence { promise, execution, recorded, replayed: side(step.attempt, step.at, other) }
    }
}

fn is_look(rule: &str) -> bool {
    [&sequential::READ, &time::CHOOSE, &time::NOW, &time::HERE, &tasks::IS_DONE].iter().any(|own| own.name == rule)
}
