//! The invariants over one Σ that speak of stacks, tasks and parked frames, and of what is listed twice.

use std::collections::BTreeSet;

use crate::calculus::{Path, Value};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Exec, Holder, Origin, Promise, Settled, System, TaskState};

/// The stacks that are ready, and the parked frames.
pub(super) fn all_stacks(sys: &System) -> impl Iterator<Item = &Stack> {
    sys.stacks.iter().map(|(_, stack)| &**stack).chain(sys.parked.iter().map(|(_, parked)| &*parked.stack))
}

pub(super) fn ownership(sys: &System) -> Option<String> {
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

pub(super) fn body_at_bottom(sys: &System) -> Option<String> {
    for stack in all_stacks(sys) {
        let above = stack.frames.iter().skip(1).any(|frame| frame.label == Label::Body);
        let sync = stack.frames.first().is_some_and(|frame| frame.label == Label::Sync);
        if above || sync {
            return Some(format!("a stack of {:?} is put together wrongly", stack.exec));
        }
    }
    None
}

pub(super) fn one_driver(sys: &System) -> Option<String> {
    let mut seen: BTreeSet<Exec> = BTreeSet::new();
    let bodies = all_stacks(sys).filter(|stack| stack.frames.iter().any(|frame| frame.label == Label::Body));
    bodies.map(|stack| stack.exec).find(|exec| !seen.insert(*exec)).map(|exec| format!("{exec:?} runs twice"))
}

pub(super) fn parked_is_listed(sys: &System) -> Option<String> {
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

pub(super) fn parked_has_callback(sys: &System) -> Option<String> {
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

pub(super) fn callbacks_unique(sys: &System) -> Option<String> {
    let twice = |q: Path| {
        let mut seen = BTreeSet::new();
        sys.promise(q).callbacks.iter().any(|callback| !seen.insert(*callback))
    };
    sys.promises.iter().map(|(q, _)| q).find(|q| twice(*q)).map(|q| sys.names.show(q))
}

pub(super) fn nothing_runs_down(sys: &System) -> Option<String> {
    let down = |stack: &&Stack| !sys.node(stack.node).up;
    all_stacks(sys).find(down).map(|stack| format!("{:?} is on {}", stack.exec, sys.program.node(stack.node)))
}

pub(super) fn ready_is_stacks(sys: &System) -> Option<String> {
    let ids: BTreeSet<usize> = sys.ready.iter().map(|id| id.0 as usize).collect();
    let stacks: BTreeSet<usize> = sys.stacks.iter().map(|(id, _)| id).collect();
    (ids != stacks || ids.len() != sys.ready.len()).then(|| String::from("they differ"))
}

pub(super) fn holder_is_possible(sys: &System) -> Option<String> {
    let impossible = |holder: Holder| holder.incarnation > sys.node(holder.node).incarnation;
    sys.promises.iter().find(|(_, promise)| promise.holder.is_some_and(impossible)).map(|(q, _)| sys.names.show(q))
}

pub(super) fn answers_are_settled(sys: &System) -> Option<String> {
    let wrong = |(q, promise): (Path, &Promise)| match (&promise.origin, &promise.state) {
        (Origin::Answer(_), Some(Settled::Done(Value::Int(_)))) => None,
        (Origin::Answer(_), _) => Some(sys.names.show(q)),
        _ => None,
    };
    sys.promises.iter().find_map(wrong)
}

pub(super) fn timers_are_pending(sys: &System) -> Option<String> {
    let listed: BTreeSet<Path> = sys.timers.values().copied().collect();
    let is_timer = |promise: &Promise| matches!(promise.origin, Origin::Timer { .. });
    let pending: BTreeSet<Path> =
        sys.promises.iter().filter(|(_, p)| p.is_pending() && is_timer(p)).map(|(q, _)| q).collect();
    (listed != pending).then(|| format!("{} listed, {} pending", listed.len(), pending.len()))
}
