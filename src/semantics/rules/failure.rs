//! Section 7: failure and recovery. Faults are rules like any other; what they cost is a budget.

use super::awaits::{self, ManyAwait, Plan};
use super::cancel;
use super::messages::{claim, reaches, reversion};
use super::promises::{body_of, ends};
use super::sequential::bind;
use crate::calculus::term::Awaited;
use crate::calculus::{Address, NodeId, Path, Stmt, Value};
use crate::semantics::effect::Effect;
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::Stack;
use crate::semantics::system::{Body, Divergence, Exec, Origin, ParkId, Settled, StackId, System, Task, TaskState};
use crate::semantics::verbs::{CANCELLED, error};

rule! {
    /// A node goes down: its stacks, tasks and parked frames vanish, and its volatile cells take their initial values.
    CRASH: "Crash" in Failure("failure") {
        budget: "a crash is left, and n is a node that may crash";
        up: "n is up, and no stack of it is in atomic";
        -----
        "N(n) = ⟨up, i, S, T, K, V⟩" =>
        "N'(n) = ⟨down, i, ∅, ∅, ∅, V₀⟩,  V₀ = V, its volatile cells at their initial values"
    }
    source "[DE] node failure";
    fault Crash;
    apply Node crash;
}
fn crash(sys: &mut System, n: NodeId) -> Attempt {
    let may = sys.settings.crash_nodes.as_ref().is_none_or(|nodes| nodes.contains(&n));
    premise!(crash::budget, if sys.budget.crashes > 0 && may);
    premise!(crash::up, if sys.node(n).up && !sys.is_atomic(n));
    conclude!(sys);
    sys.budget.crashes -= 1;
    let stacks: Vec<StackId> = sys.ready.iter().copied().filter(|id| sys.stacks[id.0 as usize].node == n).collect();
    for id in stacks {
        sys.vanish(id);
    }
    let parked: Vec<ParkId> =
        sys.parked.iter().filter(|(_, p)| p.stack.node == n).map(|(id, _)| ParkId(id as u32)).collect();
    for id in parked {
        sys.forget_parked(id);
    }
    let tasks: Vec<Path> = sys.tasks.iter().filter(|(_, task)| task.node == n).map(|(o, _)| o).collect();
    for o in tasks {
        sys.tasks.remove(o);
    }
    let program = sys.program.clone();
    let node = sys.node_mut(n);
    node.up = false;
    node.turn = None;
    for (value, cell) in node.cells.iter_mut().zip(&program.cells) {
        if !cell.durable {
            *value = cell.initial.clone();
        }
    }
    sys.report(|| Effect::NodeCrashed { node: n });
    Ok(())
}

rule! {
    /// A node comes up again in its next incarnation.
    RESTART: "Restart" in Failure("failure") {
        restarts: "restarts are not switched off";
        down: "n is down";
        -----
        "N(n) = ⟨down, i, ∅, ∅, ∅, V⟩" => "N'(n) = ⟨up, i+1, ∅, ∅, ∅, V⟩"
    }
    source "[DE] node failure";
    apply Node restart;
}
fn restart(sys: &mut System, n: NodeId) -> Attempt {
    premise!(restart::restarts, if sys.settings.restarts);
    premise!(restart::down, if !sys.node(n).up);
    conclude!(sys);
    let node = sys.node_mut(n);
    node.up = true;
    node.incarnation += 1;
    let incarnation = node.incarnation;
    sys.report(|| Effect::NodeRestarted { node: n, incarnation });
    Ok(())
}

rule! {
    /// The holder of a pending execution is gone: the execution is offered again, at its next version.
    EXPIRE: "Expire" in Failure("failure") {
        pending: "D(q) = ⟨pending, f(v̄), a, w, h, C⟩";
        gone: "h = m#i, which is not alive";
        -----
        "D, M" => "D[q.version↦w+1, q.holder↦⊥],  M ⊎ {⟨a, Invoke(q,w+1)⟩}"
    }
    source "[DAA] a lease ends, deviation 3";
    apply Promise expire;
}
fn expire(sys: &mut System, q: Path) -> Attempt {
    premise!(expire::pending, if is_pending_call(sys, q));
    premise!(expire::gone, if sys.promise(q).holder.is_some_and(|holder| !sys.is_alive(holder)));
    conclude!(sys);
    offer_again(sys, q);
    Ok(())
}

rule! {
    /// As Expire, though the holder is alive: a lease ran out and nobody died.
    SUSPECT: "Suspect" in Failure("failure") {
        budget: "a suspicion is left";
        pending: "D(q) = ⟨pending, f(v̄), a, w, h, C⟩";
        alive: "h = m#i, which is alive";
        -----
        "D, M" => "D[q.version↦w+1, q.holder↦⊥],  M ⊎ {⟨a, Invoke(q,w+1)⟩}"
    }
    source "[DAA] a lease ends, deviation 3";
    fault Suspicion;
    apply Promise suspect;
}
fn suspect(sys: &mut System, q: Path) -> Attempt {
    premise!(suspect::budget, if sys.budget.suspicions > 0);
    premise!(suspect::pending, if is_pending_call(sys, q));
    premise!(suspect::alive, if sys.promise(q).holder.is_some_and(|holder| sys.is_alive(holder)));
    conclude!(sys);
    sys.budget.suspicions -= 1;
    offer_again(sys, q);
    Ok(())
}

rule! {
    /// A message disappears.
    LOSE: "Lose" in Failure("failure") {
        budget: "a loss is left";
        -----
        "M ⊎ {message}" => "M"
    }
    source "ours";
    fault Loss;
    apply Flight lose;
}
fn lose(sys: &mut System, at: usize) -> Attempt {
    premise!(lose::budget, if sys.budget.losses > 0);
    conclude!(sys);
    sys.budget.losses -= 1;
    if let Some(message) = sys.messages.remove(at) {
        sys.report(|| Effect::MessageLost { message });
    }
    Ok(())
}

rule! {
    /// A message is there twice: the copy stands behind its original, and the k-th copy of a one-way message id is id′k.
    DUPLICATE: "Duplicate" in Failure("failure") {
        budget: "a duplicate is left";
        -----
        "M ⊎ {message}" => "M ⊎ {message, message′}"
    }
    source "ours";
    fault Duplicate;
    apply Flight duplicate;
}
fn duplicate(sys: &mut System, at: usize) -> Attempt {
    premise!(duplicate::budget, if sys.budget.duplicates > 0);
    conclude!(sys);
    sys.budget.duplicates -= 1;
    let original = &mut sys.messages[at];
    original.copies += 1;
    let (k, mut copy) = (original.copies, original.clone());
    copy.copies = 0;
    if let Body::Call { id, .. } = &mut copy.body {
        *id = sys.names.child(*id, crate::calculus::Edge::Copy(k));
    }
    sys.report(|| Effect::MessageSent { message: copy.clone() });
    sys.messages.insert(at + 1, copy);
    Ok(())
}

rule! {
    /// What was lost is sent again: the Invoke of an execution that nobody holds, or the Cancel that the holder of a cancelled
    /// promise has not had while something of the attempt is left there.
    REDISPATCH: "Redispatch" in Failure("failure") {
        owed: "D(q) = ⟨pending, f(v̄), a, w, ⊥, C⟩; \
         or D(q) = ⟨cancelled, f(v̄), a, w, m#i, C⟩, and m#i is alive and has not had the Cancel, and something \
         of d(q,w) is left there";
        lost: "no such message is in flight";
        -----
        "M" => "M ⊎ {⟨a, Invoke(q,w)⟩},  or M ⊎ {⟨m#i, Cancel(q,w)⟩}"
    }
    source "[DAA] re-dispatch";
    apply Promise redispatch;
}
fn redispatch(sys: &mut System, q: Path) -> Attempt {
    premise!(redispatch::owed, let Some(body) = owed(sys, q));
    premise!(redispatch::lost, if !in_flight(sys, &body));
    conclude!(sys);
    sys.send(None, body);
    Ok(())
}

rule! {
    /// A Resume that was lost is sent again, for a frame that is still parked on a settled promise.
    REDISPATCH_RESUME: "Redispatch-Resume" in Failure("failure") {
        parked: "D(q) is settled, and c has a frame in K(q) at n#i, alive";
        live: "c is not stale, nor still to have its Cancel";
        lost: "no such message is in flight";
        -----
        "M" => "M ⊎ {⟨n#i, Resume(c,q)⟩}"
    }
    source "[DAA] re-dispatch";
    apply Callback redispatch_resume;
}
fn redispatch_resume(sys: &mut System, q: Path, at: usize) -> Attempt {
    let promise = sys.promise(q);
    shape!(let Some(callback) = promise.callbacks.get(at).copied());
    let waits = promise.waiters.iter().any(|id| {
        let stack = &sys.parked[id.0 as usize].stack;
        stack.exec == callback.exec && stack.node == callback.at.node
    });
    premise!(redispatch_resume::parked, if waits && !promise.is_pending() && sys.is_alive(callback.at));
    premise!(redispatch_resume::live, if !sys.is_stale(callback.exec) && !awaits_cancel(sys, callback.exec));
    let body = Body::Resume { callback, promise: q };
    premise!(redispatch_resume::lost, if !in_flight(sys, &body));
    conclude!(sys);
    sys.send(None, body);
    Ok(())
}

rule! {
    /// A stale execution comes to the promise store, and learns that it is stale: all its stacks and parked frames on this node
    /// vanish, and its running tasks fail with "cancelled". What it printed, sent, or wrote to a cell before is not undone.
    FENCE: "Fence" in Failure("failure") {
        stale: "D(q).version ≠ w, where c = d(q,w)";
        store: "s is a creation in D, or a resolve, reject or cancel of a promise, or an await that parks on \
         one, or ends c";
        -----
        "S ⊎ {⟨L, s; s̄⟩^ℓ ∘ FS} ⊎ {the other stacks of c}" =>
        "S,  no frame of c is parked on n,  T' = T[o↦failed(\"cancelled\") | o of c, running on n]"
    }
    source "[DAA] fencing";
    apply Stack fence;
}
fn fence(sys: &mut System, stack: &mut Stack) -> Attempt {
    premise!(fence::stale, if sys.is_stale(stack.exec));
    premise!(fence::store, if comes_to_store(sys, stack));
    conclude!(sys);
    let (exec, node) = (stack.exec, stack.node);
    *stack = Stack { exec, node, ..Stack::default() };
    end_stale(sys, exec, node);
    Ok(())
}

rule! {
    /// A stale execution is sent a Resume: it learns that it is stale, as by Fence.
    FENCE_RESUME: "Fence-Resume" in Failure("failure") {
        alive: "n#i is alive, and no stack of n is in atomic";
        stale: "D(p).version ≠ w, where c = d(p,w)";
        -----
        "⟨n#i, Resume(c,q)⟩ ∈ M" => "as Fence, for c at n,  the message is consumed"
    }
    source "[DAA] fencing";
    apply Message fence_resume;
}
pub(in crate::semantics) fn fence_resume(sys: &mut System, at: usize, n: NodeId) -> Attempt {
    shape!(let Body::Resume { callback, .. } = sys.messages[at].body);
    shape!(if callback.at.node == n);
    premise!(fence_resume::alive, if reaches(sys, callback.at));
    premise!(fence_resume::stale, if sys.is_stale(callback.exec));
    conclude!(sys);
    sys.take_message(at, Some(n));
    end_stale(sys, callback.exec, n);
    Ok(())
}

rule! {
    /// An execution that runs again comes to a creation whose name is in D: of the same kind, with the same function and
    /// arguments, it is that promise, and nothing is sent. A local spawn whose holder is gone is started again here.
    SPAWN_REPLAY: "Spawn-Replay" in Failure("failure") {
        live: "c is not stale";
        recorded: "q = π.i ∈ dom D";
        same: "D(q).call is what s would create: its kind, function and arguments, or duration";
        -----
        "⟨L, x = s; s̄⟩^ℓ ∘ FS" =>
        "⟨L[x↦q], s̄⟩^ℓ ∘ FS,  if s is spawn local, D(q) pending, its holder ⊥ or not alive: d(q,w+1) starts \
         here,  D' = D[q.version↦w+1, q.addr↦node n, q.holder↦n#i]"
    }
    source "[DAA] replay";
    apply Stack spawn_replay;
}
fn spawn_replay(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some((x, wanted)) = creation(sys, stack));
    premise!(spawn_replay::live, if !sys.is_stale(stack.exec));
    let q = stack.next_name(sys);
    premise!(spawn_replay::recorded, let Some(promise) = sys.promises.get(q));
    premise!(spawn_replay::same, if same(&promise.origin, &wanted));
    conclude!(sys);
    let held = promise.holder.is_some_and(|holder| sys.is_alive(holder));
    let local = matches!(stack.stmt(&sys.program), Stmt::SpawnLocal { .. });
    let restart = local && promise.is_pending() && !held;
    stack.count_creation(q);
    if restart {
        reversion(sys, q);
        let promise = sys.promise_mut(q);
        promise.addr = Address::Node(stack.node);
        let version = promise.version;
        claim(sys, q, version, stack.node);
    }
    bind(sys, stack, x, Value::Promise(q))
}

rule! {
    /// An execution that runs again comes to a creation whose name is in D with something else: it is not deterministic. The
    /// whole program stops, diverged.
    DIVERGE: "Diverge" in Failure("failure") {
        live: "c is not stale";
        differs: "π.k ∈ dom D, and D(π.k) is not what s would create or record";
        -----
        "Σ" => "diverged at π.k"
    }
    source "[DAA] replay";
    apply Stack diverge;
}
fn diverge(sys: &mut System, stack: &mut Stack) -> Attempt {
    premise!(diverge::live, if !sys.is_stale(stack.exec));
    premise!(diverge::differs, let Some((promise, wanted)) = mismatch(sys, stack));
    conclude!(sys);
    let recorded = sys.promise(promise).origin.clone();
    sys.diverged = Some(Box::new(Divergence { promise, exec: stack.exec, recorded, wanted }));
    Ok(())
}

fn is_pending_call(sys: &System, q: Path) -> bool {
    let promise = sys.promise(q);
    promise.is_pending() && matches!(promise.origin, Origin::Call(..))
}

fn offer_again(sys: &mut System, q: Path) {
    reversion(sys, q);
    let promise = sys.promise(q);
    let (to, version) = (promise.addr.clone(), promise.version);
    sys.send(None, Body::Invoke { to, promise: q, version });
}

/// The message that the store owes for q.
fn owed(sys: &System, q: Path) -> Option<Body> {
    let promise = sys.promise(q);
    let version = promise.version;
    match (&promise.state, promise.holder) {
        (None, None) if is_pending_call(sys, q) => Some(Body::Invoke { to: promise.addr.clone(), promise: q, version }),
        (Some(Settled::Cancelled), Some(to)) => {
            let exec = Exec::Attempt(q, version);
            let left = sys.stacks.iter().any(|(_, stack)| stack.exec == exec)
                || sys.parked.iter().any(|(_, parked)| parked.stack.exec == exec);
            (awaits_cancel(sys, exec) && left).then_some(Body::Cancel { to, promise: q, version })
        }
        _ => None,
    }
}

/// Whether the execution's promise is cancelled and its holder, alive, has not had the Cancel.
fn awaits_cancel(sys: &System, exec: Exec) -> bool {
    let Exec::Attempt(q, _) = exec else { return false };
    let promise = sys.promise(q);
    promise.state == Some(Settled::Cancelled)
        && !promise.cancel_taken
        && promise.holder.is_some_and(|holder| sys.is_alive(holder))
}

fn in_flight(sys: &System, body: &Body) -> bool {
    sys.messages.iter().any(|message| match (&message.body, body) {
        (Body::Invoke { promise: q, version: w, .. }, Body::Invoke { promise, version, .. }) => {
            (q, w) == (promise, version)
        }
        (other, body) => other == body,
    })
}

/// Whether what the top frame does next has to do with the promise store.
fn comes_to_store(sys: &mut System, stack: &Stack) -> bool {
    if body_of(stack).is_some() && ends(sys, stack) {
        return true;
    }
    if stack.raising.is_some() {
        return false;
    }
    match stack.stmt(&sys.program) {
        Stmt::SpawnLocal { .. } | Stmt::SpawnDist { .. } | Stmt::Promise { .. } | Stmt::Sleep { .. } => true,
        Stmt::Resolve { .. } | Stmt::Reject { .. } => true,
        Stmt::Cancel { .. } => cancel::target(sys, stack).is_some_and(|t| cancel::touches_store(sys, stack, &t)),
        Stmt::Await { y, .. } => {
            let handle = stack.get(&sys.program, y).clone();
            matches!(handle, Value::Promise(_)) && sys.settled(&handle).is_none() && !sys.is_marked(stack)
        }
        Stmt::AwaitMany { .. } if sys.is_marked(stack) => false,
        Stmt::AwaitMany { .. } => awaits::many(sys, stack).is_some_and(|many| many_comes_to_store(sys, stack, &many)),
        _ => false,
    }
}

fn many_comes_to_store(sys: &mut System, stack: &Stack, many: &ManyAwait) -> bool {
    many.guard.is_some()
        || match awaits::plan(sys, stack, many) {
            Plan::Go(go) => !go.answers.is_empty(),
            Plan::Park(on) => on.iter().any(|thing| matches!(thing, Value::Promise(_))),
            Plan::Diverge(_) => many.w != Awaited::One,
        }
}

/// All that is left of a stale execution on a node vanishes; its running tasks fail.
fn end_stale(sys: &mut System, exec: Exec, node: NodeId) {
    let of_exec = |stack: &Stack| stack.exec == exec && stack.node == node && !stack.frames.is_empty();
    let stacks: Vec<StackId> = sys.ready.iter().copied().filter(|id| of_exec(&sys.stacks[id.0 as usize])).collect();
    for id in stacks {
        sys.vanish(id);
    }
    let parked: Vec<ParkId> =
        sys.parked.iter().filter(|(_, p)| of_exec(&p.stack)).map(|(id, _)| ParkId(id as u32)).collect();
    for id in parked {
        sys.forget_parked(id);
    }
    sys.report(|| Effect::ExecutionFenced { exec, node });
    let running = |task: &Task| task.owner == exec && task.node == node && matches!(task.state, TaskState::Running(_));
    let tasks: Vec<Path> = sys.tasks.iter().filter(|(_, task)| running(task)).map(|(o, _)| o).collect();
    for o in tasks {
        sys.settle_task(o, Settled::Failed(error(CANCELLED)));
    }
}

/// The slot and the call of the creation in D that the top frame comes to; recorded answers aside.
fn creation(sys: &System, stack: &Stack) -> Option<(crate::calculus::Slot, Origin)> {
    if stack.raising.is_some() {
        return None;
    }
    let call = |f, args| Origin::Call(f, stack.get_all(&sys.program, args).into());
    match stack.stmt(&sys.program) {
        Stmt::SpawnLocal { x, f, args } | Stmt::SpawnDist { x, f, args, .. } => Some((x, call(f, args))),
        Stmt::Promise { x } => Some((x, Origin::External)),
        Stmt::Sleep { x, y } => match stack.get(&sys.program, y) {
            Value::Int(duration) => Some((x, Origin::Timer { duration: *duration, deadline: sys.now })),
            _ => None,
        },
        _ => None,
    }
}

fn same(recorded: &Origin, wanted: &Origin) -> bool {
    match (recorded, wanted) {
        (Origin::Timer { duration: a, .. }, Origin::Timer { duration: b, .. }) => a == b,
        (a, b) => a == b,
    }
}

/// The name that is in D with something else than the top frame would create or record, and what that is.
fn mismatch(sys: &mut System, stack: &Stack) -> Option<(Path, Origin)> {
    if let Some((_, wanted)) = creation(sys, stack) {
        let q = stack.next_name(sys);
        let promise = sys.promises.get(q)?;
        return (!same(&promise.origin, &wanted)).then_some((q, wanted));
    }
    if stack.raising.is_some() || sys.is_marked(stack) {
        return None;
    }
    let many = awaits::many(sys, stack)?;
    match awaits::plan(sys, stack, &many) {
        Plan::Diverge(awaits::Mismatch { at, wanted }) => Some((at, Origin::Answer(wanted))),
        _ => None,
    }
}
