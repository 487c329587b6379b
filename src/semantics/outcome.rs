//! What is observed of a final Σ (calculus 10): the result of main, what was printed, and the failures that nobody saw.

use super::system::{Exec, Settled, StackId, System};
use crate::calculus::{NodeId, Path, Stmt, Target, Text, Value};

/// The outcome of a final Σ.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What became of main.
    pub result: Ending,
    /// O
    pub prints: Vec<(NodeId, Text)>,
    /// The unobserved failures, sorted.
    pub unobserved: Vec<Text>,
}

/// What became of main.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// It returned this.
    Returned(Value),
    /// It failed with this error.
    Failed(Text),
    /// It is pending, and nothing can happen any more.
    Deadlock,
    /// The program stopped at this promise (section 7, Diverge).
    Diverged(Path),
}

/// The outcome of Σ, taken as final.
pub fn outcome(sys: &System) -> Outcome {
    Outcome { result: ending(sys), prints: sys.printed.clone(), unobserved: unobserved(sys) }
}

fn ending(sys: &System) -> Ending {
    if let Some(divergence) = &sys.diverged {
        return Ending::Diverged(divergence.promise);
    }
    match &sys.promise(Path::MAIN).state {
        None => Ending::Deadlock,
        Some(Settled::Done(value)) => Ending::Returned(value.clone()),
        Some(failed) => Ending::Failed(failed.error().unwrap_or_default()),
    }
}

/// U, every failed task still in T and every rejected promise, main aside, that no await or wait saw; "cancelled" never
/// counts.
fn unobserved(sys: &System) -> Vec<Text> {
    let tasks = sys.tasks.iter().filter(|(_, task)| !task.observed).filter_map(|(_, task)| task.settled());
    let promises = sys
        .promises
        .iter()
        .filter(|(q, promise)| *q != Path::MAIN && !promise.observed)
        .filter_map(|(_, promise)| promise.state.as_ref());
    let failed = tasks.chain(promises).filter(|settled| !settled.is_cancelled()).filter_map(Settled::error);
    let mut errors: Vec<Text> =
        sys.unobservable.iter().filter(|e| e.as_str() != "cancelled").cloned().chain(failed).collect();
    errors.sort();
    errors
}

/// A frame that waits, and for what.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The frame: its task, or its execution.
    pub frame: Path,
    /// The execution that owns it.
    pub exec: Exec,
    /// Where it is.
    pub node: NodeId,
    /// The statement that it waits at.
    pub at: Target,
    /// The tasks and promises of which it waits for one.
    pub on: Vec<Value>,
    /// It blocks its stack (`wait`), and under cooperative scheduling its node.
    pub blocks: bool,
}

/// Why nothing goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deadlock {
    /// Every frame that waits, in the order of their names.
    pub waiting: Vec<Waiting>,
    /// Frames that are ready, but whose node is held by a stack that waits: their names and nodes.
    pub starved: Vec<(Path, NodeId)>,
    /// Places in `waiting`, each waiting for the next and the last for the first; empty when there is no cycle.
    pub cycle: Vec<usize>,
}

/// Who waits for what in Σ, and the first cycle among them.
pub fn deadlock(sys: &mut System) -> Deadlock {
    let mut found = Deadlock::default();
    let ids: Vec<StackId> = sys.ready.iter().copied().collect();
    for id in ids {
        let stack = sys.stacks[id.0 as usize].clone();
        let frame = stack.frame_name(sys);
        match stack.stmt(&sys.program) {
            Stmt::Wait { y, .. } if stack.raising.is_none() && sys.settled(stack.get(&sys.program, y)).is_none() => {
                let on = vec![stack.get(&sys.program, y).clone()];
                let (exec, node, at) = (stack.exec, stack.node, stack.top().pc);
                found.waiting.push(Waiting { frame, exec, node, at, on, blocks: true });
            }
            _ => found.starved.push((frame, stack.node)),
        }
    }
    let parked: Vec<_> = sys.parked.iter().map(|(_, parked)| parked.clone()).collect();
    for parked in parked {
        let stack = parked.stack;
        let frame = stack.frame_name(sys);
        let (exec, node, at) = (stack.exec, stack.node, stack.top().pc);
        found.waiting.push(Waiting { frame, exec, node, at, on: parked.on, blocks: false });
    }
    found.waiting.sort_by_key(|waiting| sys.names.key(waiting.frame));
    found.cycle = cycle(sys, &found);
    found
}

/// The first cycle: a depth-first walk over "waits for a thing that this frame would settle".
fn cycle(sys: &System, found: &Deadlock) -> Vec<usize> {
    let next: Vec<Vec<usize>> = found.waiting.iter().map(|waiting| settlers(sys, found, waiting)).collect();
    let mut done = vec![false; next.len()];
    for start in 0..next.len() {
        let mut walk: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, branch)) = walk.last_mut() {
            let (here, choice) = (*at, *branch);
            *branch += 1;
            match next[here].get(choice) {
                None => {
                    done[here] = true;
                    walk.pop();
                }
                Some(to) => {
                    if let Some(from) = walk.iter().position(|(on_walk, _)| on_walk == to) {
                        return walk[from..].iter().map(|(on_walk, _)| *on_walk).collect();
                    }
                    if !done[*to] {
                        walk.push((*to, 0));
                    }
                }
            }
        }
    }
    Vec::new()
}

/// The waiting frames that would have to go on for one of the things that `waiting` waits for to be settled.
fn settlers(sys: &System, found: &Deadlock, waiting: &Waiting) -> Vec<usize> {
    let settles = |other: &Waiting, thing: &Value| match thing {
        Value::Task(o) => other.frame == *o,
        Value::Promise(q) => {
            other.exec == Exec::Attempt(*q, sys.promise(*q).version) && !sys.tasks.contains(other.frame)
        }
        _ => false,
    };
    let of_thing =
        |thing| found.waiting.iter().enumerate().filter(move |(_, other)| settles(other, thing)).map(|(i, _)| i);
    waiting.on.iter().flat_map(of_thing).collect()
}
