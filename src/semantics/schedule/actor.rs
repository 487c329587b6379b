//! Who takes a step, by name: what a strategy gives priorities to, and what stays the same when steps before it are left
//! out. A focus will not do: the places in it are used again.

use crate::calculus::{NodeId, Path};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Body, Exec, System};

/// Who takes a step, or what a step is about. Paths are numbers in one table of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A stack: its execution, and the path of the task or promise that its lowest frame is of.
    Stack(Exec, Path),
    /// A message, by what it is about and whom it wakes, at a node, by a rule.
    Message(Path, Option<Exec>, Option<NodeId>, &'static str),
    /// A promise, by a rule.
    Promise(Path, &'static str),
    /// A callback of a promise.
    Callback(Path, u32, &'static str),
    /// A node, by a rule.
    Node(NodeId, &'static str),
}

impl Actor {
    /// A stack that has a frame.
    pub fn of_stack(stack: &Stack) -> Actor {
        let path = match stack.frames.first().map(|frame| frame.label) {
            Some(Label::Task(o)) => o,
            _ => stack.exec.path(),
        };
        Actor::Stack(stack.exec, path)
    }

    /// The message at a place of M, whoever takes it.
    pub fn of_message(sys: &System, at: u32) -> Actor {
        Actor::message(sys, at, None, "")
    }

    fn message(sys: &System, at: u32, node: Option<NodeId>, rule: &'static str) -> Actor {
        let (about, wakes) = match &sys.messages[at as usize].body {
            Body::Invoke { promise, version, .. } => (*promise, Some(Exec::Attempt(*promise, *version))),
            Body::Resume { callback, promise } => (*promise, Some(callback.exec)),
            Body::Cancel { promise, .. } => (*promise, None),
            Body::Call { id, .. } => (*id, None),
        };
        Actor::Message(about, wakes, node, rule)
    }

    /// Who would take `choice`, which is enabled in Σ.
    pub fn of(sys: &System, choice: &Choice) -> Actor {
        let rule = choice.rule.name;
        match choice.focus {
            Focus::Stack(id) | Focus::Alternative(id, _) => Actor::of_stack(&sys.stacks[id.0 as usize]),
            Focus::Message(at, n) => Actor::message(sys, at, Some(n), rule),
            Focus::Flight(at) => Actor::message(sys, at, None, rule),
            Focus::Promise(q) => Actor::Promise(q, rule),
            Focus::Callback(q, i) => Actor::Callback(q, i, rule),
            Focus::Node(n) => Actor::Node(n, rule),
        }
    }
}
