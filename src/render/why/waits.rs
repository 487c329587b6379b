//! What goes first where a step waits though every premise of its rule holds: settings choose among what the rules allow.

use crate::calculus::NodeId;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::settings::Order;
use crate::semantics::system::{StackId, System};

/// What goes before `choice`, which no premise refuses and which is not enabled.
pub(super) fn reason(sys: &System, choice: Choice, enabled: &[Choice]) -> &'static str {
    if sys.diverged.is_some() {
        return "the run is over: it diverged";
    }
    match choice.focus {
        Focus::Stack(id) | Focus::Alternative(id, _) => of_stack(sys, id, enabled),
        Focus::Message(..) => "an earlier message of its sender is taken first (network fifo)",
        Focus::Flight(_) | Focus::Promise(_) | Focus::Callback(..) | Focus::Node(_) => "others go first",
    }
}

fn of_stack(sys: &System, id: StackId, enabled: &[Choice]) -> &'static str {
    let node_of = |id: StackId| -> Option<NodeId> { sys.stacks.get(id.0 as usize).map(|stack| stack.node) };
    let Some(node) = node_of(id) else { return "others go first" };
    let others = || enabled.iter().filter_map(|other| other.focus.stack()).filter(|other| *other != id);
    match sys.turn(node) {
        Some(turn) if turn != id && sys.is_atomic(node) => "another stack of its node is in atomic",
        Some(turn) if turn != id => "another stack of its node has the turn (schedule cooperative)",
        None if sys.settings.order == Order::Fifo && others().any(|other| node_of(other) == Some(node)) => {
            "another stack of its node has waited longer (order fifo)"
        }
        _ => "another rule comes before it here",
    }
}
