//! What must hold in every Σ. Checked after each step in debug builds and in tests; a violation is a bug of ours.
//!
//! Each invariant has a name and says what is wrong where. Those that speak of change (a settled promise stays as it is,
//! versions only grow) are checked between two configurations.

use std::collections::BTreeSet;

use super::stack::{Label, Stack};
use super::system::{Exec, Holder, Origin, System, TaskState};
use crate::calculus::{Path, Value};

/// An invariant over one Σ: its name, and a description of the first thing that breaks it.
pub struct Invariant {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub claim: &'static str,
    /// The first thing that breaks it.
    pub check: fn(&System) -> Option<String>,
}

/// An invariant over a step.
pub struct StepInvariant {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub claim: &'static str,
    /// The first thing that breaks it, between Σ and Σ'.
    pub check: fn(&System, &System) -> Option<String>,
}

/// Every invariant over one Σ.
pub static INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "ownership",
        claim: "every running task has one frame, on a stack or parked, once",
        check: ownership,
    },
    Invariant {
        name: "body_at_bottom",
        claim: "d and m frames are at the bottom of their stack, and only there",
        check: body_at_bottom,
    },
    Invariant { name: "one_driver", claim: "an attempt has at most one body frame", check: one_driver },
    Invariant {
        name: "parked_is_listed",
        claim: "a parked frame stands on the list of each thing that it waits for, once, and on no other",
        check: parked_is_listed,
    },
    Invariant {
        name: "parked_has_callback",
        claim: "an execution that is parked on a promise is registered there",
        check: parked_has_callback,
    },
    Invariant { name: "callbacks_unique", claim: "no callback is registered twice", check: callbacks_unique },
    Invariant {
        name: "nothing_runs_down",
        claim: "a node that is down has no stacks, tasks or parked frames",
        check: nothing_runs_down,
    },
    Invariant {
        name: "ready_is_stacks",
        claim: "the order of readiness names each stack once",
        check: ready_is_stacks,
    },
    Invariant {
        name: "holder_is_possible",
        claim: "a holder's incarnation is not in the future",
        check: holder_is_possible,
    },
    Invariant {
        name: "answers_are_settled",
        claim: "a recorded answer is resolved with a number",
        check: answers_are_settled,
    },
    Invariant {
        name: "timers_are_pending",
        claim: "the clock's list holds exactly the pending timers",
        check: timers_are_pending,
    },
];

/// Every invariant over a step.
pub static STEP_INVARIANTS: &[StepInvariant] = &[
    StepInvariant {
        name: "single_assignment",
        claim: "a settled task or promise never changes",
        check: single_assignment,
    },
    StepInvariant {
        name: "store_only_grows",
        claim: "no promise leaves D, and versions only grow",
        check: store_only_grows,
    },
    StepInvariant {
        name: "time_goes_on",
        claim: "the clock does not go back",
        check: |before, after| {
            (after.now < before.now).then(|| format!("now went from {} to {}", before.now, after.now))
        },
    },
    StepInvariant {
        name: "prints_stay",
        claim: "what was observed stays observed",
        check: |before, after| (!after.printed.starts_with(&before.printed)).then(|| String::from("O lost a print")),
    },
];

/// Checks every invariant over one Σ.
///
/// # Panics
/// When one does not hold; the message names it.
pub fn check(sys: &System) {
    for invariant in INVARIANTS {
        if let Some(what) = (invariant.check)(sys) {
            panic!("invariant {} ({}) is broken: {what}", invariant.name, invariant.claim);
        }
    }
}

/// Checks every invariant over the step from `before` to `after`.
///
/// # Panics
/// When one does not hold; the message names it.
pub fn check_step(before: &System, after: &System) {
    for invariant in STEP_INVARIANTS {
        if let Some(what) = (invariant.check)(before, after) {
            panic!("invariant {} ({}) is broken: {what}", invariant.name, invariant.claim);
        }
    }
}

fn all_stacks(sys: &System) -> impl Iterator<Item = &Stack> {
    sys.stacks.iter().map(|(_, stack)| &**stack).chain(sys.parked.iter().map(|(_, parked)| &*parked.stack))
}

fn ownership(sys: &System) -> Option<String> {
    let mut owners: BTreeSet<Path> = BTreeSet::new();
    for stack in all_stacks(sys) {
        for frame in &stack.frames {
            let Label::Task(o) = frame.label else { continue };
            if !owners.insert(o) {
                return Some(format!("{} has two frames", sys.names.show(o)));
            }
            match sys.tasks.get(o) {
                Some(task) if task.owner == stack.exec && task.node == stack.node => {}
                _ => return Some(format!("{} runs where it does not belong", sys.names.show(o))),
            }
        }
    }
    let running = sys.tasks.iter().filter(|(_, task)| matches!(task.state, TaskState::Running(_)));
    running.map(|(o, _)| o).find(|o| !owners.contains(o)).map(|o| format!("{} runs without a frame", sys.names.show(o)))
}

fn body_at_bottom(sys: &System) -> Option<String> {
    for stack in all_stacks(sys) {
        let above = stack.frames.iter().skip(1).any(|frame| frame.label == Label::Body);
        let sync = stack.frames.first().is_some_and(|frame| frame.label == Label::Sync);
        if above || sync {
            return Some(format!("a stack of {:?} is put together wrongly", stack.exec));
        }
    }
    None
}

fn one_driver(sys: &System) -> Option<String> {
    let mut seen: BTreeSet<Exec> = BTreeSet::new();
    let bodies = all_stacks(sys).filter(|stack| stack.frames.iter().any(|frame| frame.label == Label::Body));
    bodies.map(|stack| stack.exec).find(|exec| !seen.insert(*exec)).map(|exec| format!("{exec:?} runs twice"))
}

fn parked_is_listed(sys: &System) -> Option<String> {
    let mut listed = 0;
    for (_, task) in sys.tasks.iter() {
        if let TaskState::Running(waiters) = &task.state {
            listed += waiters.len();
        }
    }
    listed += sys.promises.iter().map(|(_, promise)| promise.waiters.len()).sum::<usize>();
    let mut standing = 0;
    for (id, parked) in &sys.parked {
        for thing in &parked.on {
            let waiters = match thing {
                Value::Task(o) => match sys.tasks.get(*o).map(|task| &task.state) {
                    Some(TaskState::Running(waiters)) => waiters,
                    _ => return Some(format!("a frame is parked on {}, which does not run", sys.names.show(*o))),
                },
                Value::Promise(q) => &sys.promise(*q).waiters,
                _ => return Some(String::from("a frame is parked on something that is never settled")),
            };
            if waiters.iter().filter(|waiter| waiter.0 as usize == id).count() != 1 {
                return Some(String::from("a parked frame does not stand on a list of its"));
            }
            standing += 1;
        }
    }
    (standing != listed).then(|| format!("{listed} places on lists, {standing} of parked frames"))
}

fn parked_has_callback(sys: &System) -> Option<String> {
    for (_, parked) in &sys.parked {
        let at = Holder { node: parked.stack.node, incarnation: sys.node(parked.stack.node).incarnation };
        for thing in &parked.on {
            let Value::Promise(q) = thing else { continue };
            let exec = parked.stack.exec;
            if !sys.promise(*q).callbacks.iter().any(|callback| callback.exec == exec && callback.at == at) {
                return Some(format!("{exec:?} is parked on {} without a callback", sys.names.show(*q)));
            }
        }
    }
    None
}

fn callbacks_unique(sys: &System) -> Option<String> {
    let twice = |q: Path| {
        let mut seen = BTreeSet::new();
        sys.promise(q).callbacks.iter().any(|callback| !seen.insert(*callback))
    };
    sys.promises.iter().map(|(q, _)| q).find(|q| twice(*q)).map(|q| sys.names.show(q))
}

fn nothing_runs_down(sys: &System) -> Option<String> {
    let down = |stack: &&Stack| !sys.node(stack.node).up;
    all_stacks(sys).find(down).map(|stack| format!("{:?} is on {}", stack.exec, sys.program.node(stack.node)))
}

fn ready_is_stacks(sys: &System) -> Option<String> {
    let ids: BTreeSet<usize> = sys.ready.iter().map(|id| id.0 as usize).collect();
    let stacks: BTreeSet<usize> = sys.stacks.iter().map(|(id, _)| id).collect();
    (ids != stacks || ids.len() != sys.ready.len()).then(|| String::from("they differ"))
}

fn holder_is_possible(sys: &System) -> Option<String> {
    let impossible = |holder: Holder| holder.incarnation > sys.node(holder.node).incarnation;
    sys.promises.iter().find(|(_, promise)| promise.holder.is_some_and(impossible)).map(|(q, _)| sys.names.show(q))
}

fn answers_are_settled(sys: &System) -> Option<String> {
    use super::system::Settled;
    let wrong = |(q, promise): (Path, &super::system::Promise)| match (&promise.origin, &promise.state) {
        (Origin::Answer(_), Some(Settled::Done(Value::Int(_)))) => None,
        (Origin::Answer(_), _) => Some(sys.names.show(q)),
        _ => None,
    };
    sys.promises.iter().find_map(wrong)
}

fn timers_are_pending(sys: &System) -> Option<String> {
    let listed: BTreeSet<Path> = sys.timers.values().copied().collect();
    let is_timer = |promise: &super::system::Promise| matches!(promise.origin, Origin::Timer { .. });
    let pending: BTreeSet<Path> =
        sys.promises.iter().filter(|(_, p)| p.is_pending() && is_timer(p)).map(|(q, _)| q).collect();
    (listed != pending).then(|| format!("{} listed, {} pending", listed.len(), pending.len()))
}

fn single_assignment(before: &System, after: &System) -> Option<String> {
    for (q, promise) in before.promises.iter() {
        if promise.state.is_some() && after.promises.get(q).is_none_or(|now| now.state != promise.state) {
            return Some(after.names.show(q));
        }
    }
    for (o, task) in before.tasks.iter() {
        if let (Some(was), Some(now)) = (task.settled(), after.tasks.get(o))
            && now.settled() != Some(was)
        {
            return Some(after.names.show(o));
        }
    }
    None
}

fn store_only_grows(before: &System, after: &System) -> Option<String> {
    let shrinks = |(q, promise): &(Path, &super::system::Promise)| {
        after.promises.get(*q).is_none_or(|now| now.version < promise.version)
    };
    before.promises.iter().find(shrinks).map(|(q, _)| after.names.show(q))
}
