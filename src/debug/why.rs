//! Why a rule does not fire: at every focus that it is about, the first of its premises that does not hold.

use crate::calculus::NodeId;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rule::{Apply, Rule};
use crate::semantics::step;
use crate::semantics::system::System;
use crate::trace::choice;

/// So many places are looked at, at most: nobody reads more.
const MOST: usize = 200;

/// What a rule says at one focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where: `client main.0`.
    pub place: String,
    /// Whether it fires there, and why not.
    pub verdict: Verdict,
}

/// Whether a rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is enabled.
    Enabled,
    /// Its premises hold, but the settings of schedule, order, timing or network let others go first.
    Waits,
    /// This premise does not hold.
    Refused(&'static str),
}

/// What `rule` says at each focus that it is about; `enabled` are the steps that may be taken.
pub fn why(sys: &mut System, enabled: &[Choice], rule: &'static Rule) -> Vec<Answer> {
    foci(sys, rule.apply).into_iter().take(MOST).map(|focus| answer(sys, enabled, Choice { rule, focus })).collect()
}

fn answer(sys: &mut System, enabled: &[Choice], choice: Choice) -> Answer {
    let refusal = step::refusals(sys, choice.focus).into_iter().find(|refusal| refusal.rule == choice.rule);
    let verdict = match refusal {
        Some(refusal) => Verdict::Refused(refusal.premise.text),
        None if enabled.contains(&choice) => Verdict::Enabled,
        None => Verdict::Waits,
    };
    let names = choice::names(sys, &[choice]);
    let place = names.first().map_or_else(String::new, |name| format!("{} {}", name.node, name.who));
    Answer { place, verdict }
}

/// Every focus that a rule of this kind is about.
fn foci(sys: &System, apply: Apply) -> Vec<Focus> {
    let messages = 0..sys.messages.len() as u32;
    let nodes = || (0..sys.nodes.len() as u32).map(NodeId);
    match apply {
        Apply::Stack(_) => sys.ready.iter().map(|id| Focus::Stack(*id)).collect(),
        Apply::Alternative(_) => sys.ready.iter().map(|id| Focus::Alternative(*id, 0)).collect(),
        Apply::Message(_) => messages.flat_map(|at| nodes().map(move |n| Focus::Message(at, n))).collect(),
        Apply::Flight(_) => messages.map(Focus::Flight).collect(),
        Apply::Promise(_) => sys.promises.iter().map(|(q, _)| Focus::Promise(q)).collect(),
        Apply::Callback(_) => {
            let places = |q, count: usize| (0..count as u32).map(move |i| Focus::Callback(q, i));
            sys.promises.iter().flat_map(|(q, promise)| places(q, promise.callbacks.len())).collect()
        }
        Apply::Node(_) => nodes().map(Focus::Node).collect(),
    }
}
