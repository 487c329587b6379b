//! Schedulers: who picks among the steps that are enabled. A scheduler adds no behaviour: it only chooses.

mod actor;
mod fifo;
mod pct;
mod random;
mod turns;

pub use actor::Actor;
pub use fifo::Fifo;
pub use pct::Pct;
pub use random::Random;
pub use turns::Turns;

use std::ops::ControlFlow;

use super::focus::Choice;
use super::forget::Forgetting;
use super::rule::Rule;
use super::settings::{Order, Timing};
use super::step;
use super::system::{StackId, System};
use crate::calculus::Target;

/// Picks the next step.
pub trait Scheduler {
    /// A step that is enabled, or `None` when the scheduler would take none: Σ is final.
    fn choose(&mut self, sys: &mut System) -> Option<Choice>;

    /// Whether the stack that stepped last goes on as long as it can. Then nobody needs to ask between its steps.
    fn runs_on(&self) -> bool {
        false
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The scheduler had nothing more to choose.
    Final,
    /// The observer stopped it.
    Stopped,
    /// The limit of steps was reached.
    Limit,
}

/// A run: how it ended, and after how many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// How many steps it took.
    pub steps: u64,
}

/// How many steps a stack takes on its own before the observer of a fast run is asked whether to go on.
const BURST: u64 = 1 << 16;

/// Runs Σ step by step until nothing is left to choose, `max_steps` are taken, or `observe` breaks off. The observer is
/// called before each step with the choice, and after it with what it did in `sys.effects`.
pub fn run_observed(
    sys: &mut System,
    scheduler: &mut dyn Scheduler,
    max_steps: u64,
    observer: &mut dyn Observer,
) -> Run {
    let mut steps = 0;
    let mut forgetting = Forgetting::default();
    while steps < max_steps {
        let Some(choice) = scheduler.choose(sys) else { return Run { end: End::Final, steps } };
        if observer.before(sys, choice).is_break() {
            return Run { end: End::Stopped, steps };
        }
        fire_chosen(sys, choice);
        steps += 1;
        if observer.after(sys, choice).is_break() {
            return Run { end: End::Stopped, steps };
        }
        forgetting.at_times(sys);
    }
    let end = if scheduler.choose(sys).is_none() { End::Final } else { End::Limit };
    Run { end, steps }
}

/// Sees every step of a run.
pub trait Observer {
    /// The step that is about to be taken.
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()>;
    /// The step that was taken; `sys.effects` holds its effects, if they are recorded.
    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()>;
}

/// Runs Σ until nothing is left to choose, `max_steps` are taken, or `go_on`, asked now and then, says no. The same steps
/// as [`run_observed`], by the same rules; only nobody looks in between.
pub fn run_fast(
    sys: &mut System,
    scheduler: &mut dyn Scheduler,
    max_steps: u64,
    go_on: &mut dyn FnMut(&mut System) -> bool,
) -> Run {
    let mut steps = 0;
    let mut asked = 0;
    let mut forgetting = Forgetting::default();
    while steps < max_steps {
        let Some(choice) = scheduler.choose(sys) else { return Run { end: End::Final, steps } };
        fire_chosen(sys, choice);
        steps += 1;
        if scheduler.runs_on()
            && let Some(id) = choice.focus.stack()
            && is_running(sys, id)
        {
            steps += run_on(sys, id, BURST.min(max_steps - steps));
        }
        forgetting.at_times(sys);
        if steps - asked >= BURST {
            asked = steps;
            if !go_on(sys) {
                return Run { end: End::Stopped, steps };
            }
        }
    }
    let end = if scheduler.choose(sys).is_none() { End::Final } else { End::Limit };
    Run { end, steps }
}

fn fire_chosen(sys: &mut System, choice: Choice) {
    if let Err(premise) = super::invariant::watched(sys, choice, |sys| step::fire(sys, choice)) {
        panic!("a scheduler chose {:?}, which {} refuses: {}", choice, premise.rule, premise.text);
    }
}

fn is_running(sys: &System, id: StackId) -> bool {
    let Some(stack) = sys.stacks.get(id.0 as usize) else { return false };
    sys.turn(stack.node) == Some(id)
}

/// Lets a stack go on by itself until it has no step, is empty, or has taken `fuel` steps; says how many it took.
fn run_on(sys: &mut System, id: StackId, fuel: u64) -> u64 {
    let mut stack = step::check_out(sys, id);
    let mut steps = 0;
    while steps < fuel && !stack.frames.is_empty() && step::advance(sys, &mut stack).is_some() {
        steps += 1;
        if sys.diverged.is_some() {
            break;
        }
    }
    step::put_back(sys, id, stack);
    #[cfg(debug_assertions)]
    super::invariant::check(sys);
    steps
}

/// Lets a ready stack take steps by itself, at most `fuel` of them, until it has none, comes to a choice, or `see` breaks off
/// behind one: it is shown Σ without the stack, the place in the code, and the rule.
pub fn run_burst(
    sys: &mut System,
    id: StackId,
    fuel: u64,
    mut see: impl FnMut(&System, Target, &'static Rule) -> ControlFlow<()>,
) {
    let mut stack = step::check_out(sys, id);
    let mut steps = 0;
    while steps < fuel && sys.diverged.is_none() && !stack.frames.is_empty() {
        let at = stack.top().pc;
        let Some(rule) = step::advance(sys, &mut stack) else { break };
        steps += 1;
        if see(sys, at, rule).is_break() {
            break;
        }
    }
    step::put_back(sys, id, stack);
    #[cfg(debug_assertions)]
    super::invariant::check(sys);
}

/// Whether stacks take their turns one after the other and nothing else can happen: on one node, in the order in which they
/// became ready, no message is in flight, no timer may fire and no fault is possible or is to be mended.
pub fn is_in_line(sys: &System) -> bool {
    sys.settings.order == Order::Fifo && sys.nodes.len() == 1 && is_quiet(sys)
}

/// Whether, as long as a stack that has just stepped has a step, nothing else can happen: no other stack may take a turn, no
/// message is in flight, no timer may fire and no fault is possible or is to be mended.
pub fn is_alone(sys: &System) -> bool {
    let keeps_its_turn = sys.is_cooperative() && sys.nodes.len() == 1;
    (sys.ready.len() == 1 || keeps_its_turn) && is_quiet(sys)
}

/// Whether nothing happens but steps of stacks, while there are any.
fn is_quiet(sys: &System) -> bool {
    let settings = &sys.settings;
    sys.messages.is_empty()
        && (settings.timing == Timing::Urgent || sys.timers.is_empty())
        && settings.budget.is_spent()
}
