//! What is observed of a final Σ (calculus 10): the result of main, what was printed, and the failures that nobody saw.

use std::collections::BTreeMap;

use super::system::{Exec, Settled, StackId, System};
use crate::calculus::{Names, NodeId, Path, Stmt, Target, Text, Value};

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

/// What became of main in Σ, taken as final.
pub fn ending(sys: &System) -> Ending {
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
    /// Places in `waiting` of frames that wait for nothing that another of them would settle: what the others wait for in
    /// the end.
    pub roots: Vec<usize>,
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
        found.waiting.push(Waiting { frame, exec, node, at, on: parked.on.into_vec(), blocks: false });
    }
    let order = preorder(&sys.names);
    found.waiting.sort_by_key(|waiting| order.get(&waiting.frame).copied());
    let settlers = settlers(sys, &found);
    let is_root = |waiting: &Waiting| !waiting.on.iter().any(|thing| settlers.contains_key(thing));
    found.roots = (0..found.waiting.len()).filter(|at| is_root(&found.waiting[*at])).collect();
    found.cycle = cycle(&found, &settlers);
    found
}

/// The place of every name in their natural order, without spelling one out: a name may have a million parts.
fn preorder(names: &Names) -> BTreeMap<Path, usize> {
    let mut order = BTreeMap::new();
    let mut walk = vec![Path::MAIN];
    while let Some(path) = walk.pop() {
        order.insert(path, order.len());
        let first = walk.len();
        walk.extend(names.children(path));
        walk[first..].reverse();
    }
    order
}

/// The first cycle: a depth-first walk over "waits for a thing that this frame would settle".
fn cycle(found: &Deadlock, settlers: &BTreeMap<Value, usize>) -> Vec<usize> {
    let next = |at: usize| found.waiting[at].on.iter().filter_map(|thing| settlers.get(thing).copied());
    let mut seen = vec![Seen::Never; found.waiting.len()];
    for start in 0..found.waiting.len() {
        if seen[start] != Seen::Never {
            continue;
        }
        seen[start] = Seen::OnWalk;
        let mut walk = vec![(start, next(start))];
        while let Some((at, branches)) = walk.last_mut() {
            let (at, to) = (*at, branches.next());
            match to.map(|to| (to, seen[to])) {
                None => {
                    seen[at] = Seen::Done;
                    walk.pop();
                }
                Some((_, Seen::Done)) => {}
                Some((to, Seen::Never)) => {
                    seen[to] = Seen::OnWalk;
                    walk.push((to, next(to)));
                }
                Some((to, Seen::OnWalk)) => {
                    let on_walk = walk.iter().map(|(at, _)| *at);
                    return on_walk.skip_while(|at| *at != to).collect();
                }
            }
        }
    }
    Vec::new()
}

/// What a walk knows of a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    OnWalk,
    Done,
}

/// By task and promise, the waiting frame that would have to go on for it to be settled.
fn settlers(sys: &System, found: &Deadlock) -> BTreeMap<Value, usize> {
    let thing = |waiting: &Waiting| match waiting.exec {
        _ if sys.tasks.contains(waiting.frame) => Some(Value::Task(waiting.frame)),
        Exec::Attempt(q, w) if sys.promise(q).version == w => Some(Value::Promise(q)),
        _ => None,
    };
    found.waiting.iter().enumerate().filter_map(|(at, waiting)| Some((thing(waiting)?, at))).collect()
}
