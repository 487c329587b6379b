//! Where a rule may fire. Every choice that the calculus leaves open (which stack, which message at which node, which
//! timer, which alternative) is a focus; so a rule at a focus is deterministic, and a run is a list of choices.

use super::rule::Rule;
use super::system::StackId;
use crate::calculus::{NodeId, Path};

/// Where a rule may fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Focus {
    /// The top frame of a stack.
    Stack(StackId),
    /// The top frame of a stack, and which of its alternatives.
    Alternative(StackId, u32),
    /// A message, by its place in M, at a node that may take it.
    Message(u32, NodeId),
    /// A message in flight, by its place in M.
    Flight(u32),
    /// A promise: a timer that may fire, an execution to be recovered.
    Promise(Path),
    /// A callback of a promise, by its place.
    Callback(Path, u32),
    /// A node.
    Node(NodeId),
}

impl Focus {
    /// The stack that steps, if one does.
    pub fn stack(self) -> Option<StackId> {
        match self {
            Focus::Stack(id) | Focus::Alternative(id, _) => Some(id),
            _ => None,
        }
    }
}

/// A step that may be taken. Paths and places in it are numbers of the Σ that it was found in: it can be taken again in a
/// run with the same table of names; what outlives a run is a schedule (`trace::schedule`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The rule.
    pub rule: &'static Rule,
    /// Where.
    pub focus: Focus,
}
