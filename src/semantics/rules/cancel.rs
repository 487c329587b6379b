//! Section 8, cancellation and atomicity.

use super::messages::reaches;
use crate::calculus::{NodeId, Path, Stmt, Value};
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::Stack;
use crate::semantics::system::{Body, Exec, Origin, ParkId, Settled, System, Task, TaskState};

/// What a cancel would do.
pub(super) struct Reach {
    /// The local tasks that it marks.
    tasks: Vec<Path>,
    /// The promises that it cancels.
    pub(super) promises: Vec<Path>,
}

/// What a cancel of `target` by `exec` reaches: the target and what was created below it, as far as it is not settled. Of
/// tasks those of the execution itself; of promises that wait for a resolve only the target.
pub(super) fn reach(sys: &System, exec: Exec, target: &Value) -> Reach {
    let (target, external) = match target {
        Value::Task(o) => (sys.names.without_attempt(*o), None),
        Value::Promise(q) => (*q, Some(*q)),
        other => panic!("only tasks and promises are cancelled, not {other:?}"),
    };
    let mut reach = Reach { tasks: Vec::new(), promises: Vec::new() };
    for path in sys.names.subtree(target) {
        if sys.tasks.get(path).is_some_and(|task| task.owner == exec && task.settled().is_none()) {
            reach.tasks.push(path);
        }
        let cancels = sys.promises.get(path).is_some_and(|promise| {
            promise.is_pending() && (external == Some(path) || promise.origin != Origin::External)
        });
        if cancels {
            reach.promises.push(path);
        }
    }
    reach
}

/// The thing to be cancelled, if the top frame comes to a cancel.
pub(super) fn target(sys: &System, stack: &Stack) -> Option<Value> {
    match stack.stmt(&sys.program) {
        Stmt::Cancel { y } => Some(stack.get(&sys.program, y).clone()),
        _ => None,
    }
}

/// Whether a cancel has to do with D, which a stale execution may not change.
pub(super) fn touches_store(sys: &System, stack: &Stack, target: &Value) -> bool {
    matches!(target, Value::Promise(_)) || !reach(sys, stack.exec, target).promises.is_empty()
}

rule! {
    /// A task or promise that is not settled is cancelled, and with it everything not settled that was created below it. A
    /// local task is marked: at its next await it raises "cancelled"; if it is parked it comes back for that. A promise
    /// becomes cancelled; its holder gets a Cancel, and its callbacks a Resume, unless the same step cancels them too.
    /// Promises below it that wait for a resolve stay as they are.
    CANCEL: "Cancel" in Cancel("cancel") {
        target: "t = L(y) is not settled";
        live: "c is not stale, or t is a task with no promise below it";
        -----
        "⟨L, cancel(y); s̄⟩^ℓ ∘ FS" =>
        "⟨L, s̄⟩^ℓ ∘ FS,  the tasks of c at and below t are marked,  D' = D[q↦cancelled | q at or below t],  \
         M' = M ⊎ Cancel(q,w) to their holders ⊎ Resume to their callbacks"
    }
    source "ours";
    apply Stack cancel;
}
fn cancel(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(target) = target(sys, stack));
    premise!(cancel::target, if sys.settled(&target).is_none());
    premise!(cancel::live, if !(sys.is_stale(stack.exec) && touches_store(sys, stack, &target)));
    conclude!(sys);
    let Reach { tasks, promises } = reach(sys, stack.exec, &target);
    stack.advance();
    for q in &promises {
        let told = promises.clone();
        let of_this_step = move |exec: Exec| matches!(exec, Exec::Attempt(p, _) if told.contains(&p));
        sys.settle_promise(*q, Settled::Cancelled, |callback| !of_this_step(callback.exec));
        let promise = sys.promise(*q);
        if let Some(to) = promise.holder {
            let version = promise.version;
            sys.send(None, Body::Cancel { to, promise: *q, version });
        }
    }
    for o in tasks {
        mark_task(sys, o);
    }
    Ok(())
}

rule! {
    /// A cancel of what is settled already does nothing.
    CANCEL_SETTLED: "Cancel-Settled" in Cancel("cancel") {
        settled: "t = L(y) is settled";
        live: "c is not stale, or t is a task with no promise below it";
        -----
        "⟨L, cancel(y); s̄⟩^ℓ ∘ FS" => "⟨L, s̄⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack cancel_settled;
}
fn cancel_settled(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(target) = target(sys, stack));
    premise!(cancel_settled::settled, if sys.settled(&target).is_some());
    premise!(cancel_settled::live, if !(sys.is_stale(stack.exec) && touches_store(sys, stack, &target)));
    conclude!(sys);
    stack.advance();
    Ok(())
}

rule! {
    /// A Cancel reaches the holder: the frame of the attempt and those of its tasks are marked; those that are parked become
    /// stacks. A second Cancel of the same attempt does nothing.
    CANCELLED: "Cancelled" in Cancel("cancel") {
        alive: "n#i is alive, and no stack of n is in atomic";
        -----
        "⟨n#i, Cancel(q,w)⟩ ∈ M" =>
        "the frames of d(q,w) and of its tasks are marked, and come back if they are parked,  the message is consumed"
    }
    source "ours";
    apply Message cancelled;
}
pub(in crate::semantics) fn cancelled(sys: &mut System, at: usize, n: NodeId) -> Attempt {
    shape!(let Body::Cancel { to, promise: q, version: w } = sys.messages[at].body);
    shape!(if to.node == n);
    premise!(cancelled::alive, if reaches(sys, to));
    conclude!(sys);
    sys.take_message(at, Some(n));
    if std::mem::replace(&mut sys.promise_mut(q).cancel_taken, true) {
        return Ok(());
    }
    sys.promise_mut(q).marked = true;
    let exec = Exec::Attempt(q, w);
    let of_exec = |task: &Task| task.owner == exec && task.settled().is_none();
    let tasks: Vec<Path> = sys.tasks.iter().filter(|(_, task)| of_exec(task)).map(|(o, _)| o).collect();
    for o in tasks {
        mark_task(sys, o);
    }
    let parked: Vec<ParkId> =
        sys.parked.iter().filter(|(_, p)| p.stack.exec == exec).map(|(id, _)| ParkId(id as u32)).collect();
    for id in parked {
        sys.wake(id, None);
    }
    Ok(())
}

/// Marks the frame of a running task; if it is parked it becomes a stack again.
fn mark_task(sys: &mut System, o: Path) {
    let Some(task) = sys.tasks.get_mut(o) else { return };
    if !matches!(task.state, TaskState::Running(_)) {
        return;
    }
    task.marked = true;
    if let Some(id) = task.parked {
        sys.wake(id, None);
    }
}

rule! {
    /// From here to the end of the block nothing else on this node steps, nothing is delivered to it, and it does not crash.
    ATOMIC_BEGIN: "Atomic-Begin" in Cancel("cancel") {
        -----
        "⟨L, atomic begin; s̄⟩^ℓ ∘ FS" => "⟨L, s̄⟩^ℓ ∘ FS has node n to itself"
    }
    source "ours";
    apply Stack atomic_begin;
}
fn atomic_begin(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::AtomicBegin = stack.stmt(&sys.program));
    conclude!(sys);
    let frame = stack.frames.len() as u32 - 1;
    stack.atomic = stack.atomic.or(Some(frame));
    stack.advance();
    Ok(())
}

rule! {
    /// The block ends; one inside of another, in a function called there, ends with the outer one.
    ATOMIC_END: "Atomic-End" in Cancel("cancel") {
        -----
        "⟨L, atomic end; s̄⟩^ℓ ∘ FS has node n to itself" => "⟨L, s̄⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack atomic_end;
}
fn atomic_end(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::AtomicEnd = stack.stmt(&sys.program));
    conclude!(sys);
    if stack.atomic == Some(stack.frames.len() as u32 - 1) {
        stack.atomic = None;
    }
    stack.advance();
    Ok(())
}
