//! Fusing: a step that touches its own frame only commutes with every step of every other stack, and no property can see
//! it. So it is taken at once, and only the configuration behind it is kept.

use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rule::Rule;
use crate::semantics::rules::sequential;
use crate::semantics::settings::Order;
use crate::semantics::step;
use crate::semantics::system::{StackId, System};

/// Local steps that are fused to one step at most: a loop that does nothing else must not hold the search up.
const FUEL: usize = 10_000;

/// The rules that read and change the top frames of their own stack, and nothing else.
static LOCAL: &[&Rule] = &[
    &sequential::MOVE,
    &sequential::OP,
    &sequential::OP_ERROR,
    &sequential::GOTO,
    &sequential::BRANCH,
    &sequential::CALL,
    &sequential::CALL_DEPTH,
    &sequential::RETURN,
    &sequential::ASSERT,
    &sequential::ASSERT_ERROR,
    &sequential::THROW,
    &sequential::CATCH,
    &sequential::UNWIND,
];

/// Whether a rule touches its own stack only.
pub fn is_local(rule: &Rule) -> bool {
    LOCAL.contains(&rule)
}

/// Takes every local step that may be taken, stack by stack in the order of readiness; `see` is shown each before it is
/// taken.
pub fn settle_down(sys: &mut System, mut see: impl FnMut(&System, Choice)) {
    let mut at = 0;
    let mut fuel = FUEL;
    while at < sys.ready.len() && fuel > 0 {
        match local_step(sys, sys.ready[at]) {
            Some(choice) => {
                fuel -= 1;
                see(sys, choice);
                if let Err(premise) = step::fire(sys, choice) {
                    panic!("{choice:?} is enabled, and {} refuses it", premise.text);
                }
            }
            None => at += 1,
        }
    }
}

/// The next step of a stack, if it is local and takes no turn that another stack could have had.
fn local_step(sys: &mut System, id: StackId) -> Option<Choice> {
    let stack = &sys.stacks[id.0 as usize];
    let free = match sys.turn(stack.node) {
        Some(turn) => turn == id,
        None => !sys.is_cooperative() && sys.settings.order == Order::Bag,
    };
    if !free || !step::may_be(sys, stack, is_local) {
        return None;
    }
    let choice = step::enabled_at(sys, id).first().copied()?;
    (is_local(choice.rule) && matches!(choice.focus, Focus::Stack(_))).then_some(choice)
}
