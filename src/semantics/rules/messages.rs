//! Section 6, messages: what crosses nodes. Everything does through `System::send` and `System::takers`: unicast, anycast,
//! and anycast with preference.

use super::sequential::{bind, raise};
use crate::calculus::{Address, NodeId, Path, Stmt, Value};
use crate::semantics::effect::Effect;
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Addr, Body, Callback, Exec, Holder, Origin, Promise, System};
use crate::semantics::verbs::error;

rule! {
    /// A function is spawned at an address: a promise in D that nobody holds yet, and an Invoke in flight.
    SPAWN_DIST: "Spawn-Dist" in Messages("messages") {
        live: "c is not stale";
        fresh: "q = π.i ∉ dom D";
        taker: "a is not any of nobody";
        -----
        "⟨L, x = spawn dist f(ȳ) on a; s̄⟩^ℓ ∘ FS" =>
        "⟨L[x↦q], s̄⟩^ℓ ∘ FS,  D' = D[q↦⟨pending, f(v̄), a, 0, ⊥, ∅⟩],  M' = M ⊎ {⟨a, Invoke(q,0)⟩}"
    }
    source "[DE] Spawn-Async";
    apply Stack spawn_dist;
}
fn spawn_dist(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::SpawnDist { x, f, args, on } = stack.stmt(&sys.program));
    premise!(spawn_dist::live, if !sys.is_stale(stack.exec));
    let q = stack.next_name(sys);
    premise!(spawn_dist::fresh, if !sys.promises.contains(q));
    let to = sys.address(stack, on);
    premise!(spawn_dist::taker, if !is_empty(&to));
    conclude!(sys);
    let origin = Origin::Call(f, stack.get_all(&sys.program, args).into());
    sys.create(stack, q, Promise::new(origin, to.clone(), None));
    sys.send(None, Body::Invoke { to, promise: q, version: 0 });
    bind(sys, stack, x, Value::Promise(q))
}

rule! {
    /// A spawn or a send to an empty group raises "no taker".
    NO_TAKER: "No-Taker" in Messages("messages") {
        empty: "a is any of nobody: its group is empty";
        fresh: "for a spawn: q = π.i ∉ dom D, and c is not stale";
        -----
        "⟨L, x = spawn dist f(ȳ) on a; s̄⟩^ℓ ∘ FS,  or send f(ȳ) on a" => "⟨L, raise \"no taker\"⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack no_taker;
}
fn no_taker(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let (Stmt::SpawnDist { on, .. } | Stmt::Send { on, .. }) = stack.stmt(&sys.program));
    let to = sys.address(stack, on);
    premise!(no_taker::empty, if is_empty(&to));
    let spawns = matches!(stack.stmt(&sys.program), Stmt::SpawnDist { .. });
    let q = stack.next_name(sys);
    premise!(no_taker::fresh, if !spawns || !(sys.promises.contains(q) || sys.is_stale(stack.exec)));
    conclude!(sys);
    raise(sys, stack, error("no taker"))
}

rule! {
    /// A node that may take it takes an Invoke: it becomes the holder and starts the body.
    INVOKE: "Invoke" in Messages("messages") {
        taker: "n ∈ takers(a)";
        up: "n is up, and no stack of it is in atomic";
        claimable: "D(q) = ⟨pending, f(v̄), _, w, ⊥, C⟩";
        -----
        "⟨a, Invoke(q,w)⟩ ∈ M,  S_n" => "S_n ⊎ {⟨L_f, body_f⟩^d(q,w)},  D' = D[q.holder↦n#i],  the message is consumed"
    }
    source "[DE] Spawn-Exec";
    apply Message invoke;
}
pub(in crate::semantics) fn invoke(sys: &mut System, at: usize, n: NodeId) -> Attempt {
    shape!(let Body::Invoke { to, promise, version } = &sys.messages[at].body);
    let (q, w) = (*promise, *version);
    premise!(invoke::taker, if sys.is_taker(to, n));
    premise!(invoke::up, if receives(sys, n));
    premise!(invoke::claimable, if is_claimable(sys, q, w));
    conclude!(sys);
    sys.take_message(at, Some(n));
    claim(sys, q, w, n);
    Ok(())
}

rule! {
    /// A message that prefers a node is taken by another member of its group though that node is up: somebody suspected
    /// wrongly.
    SUSPECT_PREFERRED: "Suspect-Preferred" in Messages("messages") {
        budget: "a suspicion is left";
        passed_over: "a = any G prefer m,  m is up,  n ∈ G,  n ≠ m";
        up: "n is up, and no stack of it is in atomic";
        claimable: "of an Invoke(q,w): D(q) = ⟨pending, f(v̄), _, w, ⊥, C⟩";
        -----
        "⟨a, Invoke(q,w) or Call(id, f, v̄)⟩ ∈ M,  S_n" => "as Invoke or Receive at n"
    }
    source "[DAA] anycast with preference";
    fault Suspicion;
    apply Message suspect_preferred;
}
fn suspect_preferred(sys: &mut System, at: usize, n: NodeId) -> Attempt {
    let body = sys.messages[at].body.clone();
    shape!(let (Body::Invoke { to, .. } | Body::Call { to, .. }) = &body);
    shape!(let Address::Prefer(group, preferred) = to);
    premise!(suspect_preferred::budget, if sys.budget.suspicions > 0);
    premise!(suspect_preferred::passed_over, if sys.node(*preferred).up && group.contains(&n) && n != *preferred);
    premise!(suspect_preferred::up, if receives(sys, n));
    let claimable = match body {
        Body::Invoke { promise, version, .. } => is_claimable(sys, promise, version),
        _ => true,
    };
    premise!(suspect_preferred::claimable, if claimable);
    conclude!(sys);
    sys.budget.suspicions -= 1;
    sys.take_message(at, Some(n));
    match body {
        Body::Invoke { promise, version, .. } => claim(sys, promise, version, n),
        Body::Call { id, f, args, .. } => {
            sys.start_body(n, Exec::Message(id), f, &args);
        }
        _ => unreachable!("only calls have addresses"),
    }
    Ok(())
}

rule! {
    /// A Resume reaches the place that registered the callback: the frames that the execution has parked there on the promise
    /// become stacks of their own (perhaps none: they came back another way).
    RESUME: "Resume" in Messages("messages") {
        alive: "n#i is alive, and no stack of n is in atomic";
        live: "c is not stale";
        -----
        "⟨n#i, Resume(c,q)⟩ ∈ M,  K(q) = K₀ ⊎ {F1..Fk of c}" =>
        "S_n ⊎ {F1 ∘ ε, …, Fk ∘ ε},  K'(q) = K₀,  the message is consumed"
    }
    source "[DAA] resume";
    apply Message resume;
}
pub(in crate::semantics) fn resume(sys: &mut System, at: usize, n: NodeId) -> Attempt {
    shape!(let Body::Resume { callback, promise: q } = sys.messages[at].body);
    shape!(if callback.at.node == n);
    premise!(resume::alive, if reaches(sys, callback.at));
    premise!(resume::live, if !sys.is_stale(callback.exec));
    conclude!(sys);
    sys.take_message(at, Some(n));
    wake_parked(sys, callback, q);
    Ok(())
}

rule! {
    /// A Resume whose registrant is gone reaches an equivalent process: a node of the waiting execution's address claims that
    /// execution and starts its body from the top.
    RESUME_ELSEWHERE: "Resume-Elsewhere" in Messages("messages") {
        gone: "n#i, where c = d(p,w) registered, is not alive";
        pending: "D(p) is pending at version w";
        address: "m ∈ addr(p): of any G prefer n in G, or n";
        up: "m is up, and no stack of it is in atomic";
        -----
        "⟨n#i, Resume(c,q)⟩ ∈ M,  S_m" =>
        "S_m ⊎ {⟨L_f, body_f⟩^d(p,w+1)},  D' = D[p.version↦w+1, p.holder↦m#j],  the message is consumed"
    }
    source "[DAA] anycast with preference";
    apply Message resume_elsewhere;
}
pub(in crate::semantics) fn resume_elsewhere(sys: &mut System, at: usize, m: NodeId) -> Attempt {
    shape!(let Body::Resume { callback, .. } = sys.messages[at].body);
    shape!(let Exec::Attempt(p, w) = callback.exec);
    premise!(resume_elsewhere::gone, if !sys.is_alive(callback.at));
    premise!(resume_elsewhere::pending, if sys.promise(p).is_pending() && sys.promise(p).version == w);
    premise!(resume_elsewhere::address, if members(&sys.promise(p).addr).contains(&m));
    premise!(resume_elsewhere::up, if receives(sys, m));
    conclude!(sys);
    sys.take_message(at, Some(m));
    reversion(sys, p);
    claim(sys, p, w + 1, m);
    Ok(())
}

rule! {
    /// A message that can have no effect any more is consumed: an Invoke whose promise is settled, re-versioned or claimed; a
    /// Resume or Cancel whose place is not alive and whose execution is re-versioned, settled, or the body of a message.
    DISCARD: "Discard" in Messages("messages") {
        void: "an Invoke(q,w), and D(q) is not ⟨pending, f(v̄), _, w, ⊥, C⟩; \
         or a Resume(c,_) or Cancel(c) to n#i, which is not alive, and c is re-versioned, settled, or an m(id)";
        -----
        "M ⊎ {message}" => "M"
    }
    source "[DAA] the store refuses what is out of date";
    apply Flight discard;
}
pub(in crate::semantics) fn discard(sys: &mut System, at: usize) -> Attempt {
    premise!(discard::void, if is_void(sys, at));
    conclude!(sys);
    sys.take_message(at, None);
    Ok(())
}

rule! {
    /// A function is called at an address, one way: there is no promise, and nobody learns of its result or error.
    SEND: "Send" in Messages("messages") {
        taker: "a is not any of nobody";
        -----
        "⟨L, send f(ȳ) on a; s̄⟩^ℓ ∘ FS" => "⟨L, s̄⟩^ℓ ∘ FS,  M' = M ⊎ {⟨a, Call(π.i, f, v̄)⟩}"
    }
    source "[DE] send";
    apply Stack send;
}
fn send(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Send { f, args, on } = stack.stmt(&sys.program));
    let to = sys.address(stack, on);
    premise!(send::taker, if !is_empty(&to));
    conclude!(sys);
    let name = stack.next_name(sys);
    let id = stack.key(sys, name);
    stack.count_creation(name);
    let args = stack.get_all(&sys.program, args).into();
    sys.send(Some(stack.node), Body::Call { to, id, f, args });
    stack.advance();
    Ok(())
}

rule! {
    /// A node that may take it takes a one-way message and starts its body.
    RECEIVE: "Receive" in Messages("messages") {
        taker: "n ∈ takers(a)";
        up: "n is up, and no stack of it is in atomic";
        -----
        "⟨a, Call(id, f, v̄)⟩ ∈ M,  S_n" => "S_n ⊎ {⟨L_f, body_f⟩^m(id)},  the message is consumed"
    }
    source "[DE] receive";
    apply Message receive;
}
pub(in crate::semantics) fn receive(sys: &mut System, at: usize, n: NodeId) -> Attempt {
    shape!(let Body::Call { to, id, f, args } = &sys.messages[at].body);
    premise!(receive::taker, if sys.is_taker(to, n));
    premise!(receive::up, if receives(sys, n));
    conclude!(sys);
    let (id, f, args) = (*id, *f, args.clone());
    sys.take_message(at, Some(n));
    sys.start_body(n, Exec::Message(id), f, &args);
    Ok(())
}

rule! {
    /// The body of a one-way message returns: the stack ends.
    MESSAGE_RETURN: "Message-Return" in Messages("messages") {
        -----
        "S ⊎ {⟨L, return y⟩^m(id)}" => "S"
    }
    source "ours";
    apply Stack message_return;
}
fn message_return(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Return { .. } = stack.stmt(&sys.program));
    shape!(if is_message(stack));
    conclude!(sys);
    sys.end_frame(stack);
    Ok(())
}

rule! {
    /// The body of a one-way message raises an error that it does not handle: nobody can await it, so it is an unobserved
    /// failure.
    MESSAGE_THROW: "Message-Throw" in Messages("messages") {
        no_handler: "no handler of the frame covers s̄";
        -----
        "S ⊎ {⟨L, raise e⟩^m(id)},  U" => "S,  U' = U ⊎ {e}"
    }
    source "ours (3, Throw)";
    apply Stack message_throw;
}
fn message_throw(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(e) = stack.raising.clone());
    shape!(if is_message(stack));
    premise!(message_throw::no_handler, if stack.handler(&sys.program).is_none());
    conclude!(sys);
    sys.end_frame(stack);
    stack.raising = None;
    stack.atomic = None;
    sys.unobservable.push(e);
    Ok(())
}

fn is_message(stack: &Stack) -> bool {
    stack.top().label == Label::Body && matches!(stack.exec, Exec::Message(_))
}

fn is_empty(addr: &Addr) -> bool {
    match addr {
        Address::Node(_) => false,
        Address::Any(group) | Address::Prefer(group, _) => group.is_empty(),
    }
}

/// Every node that an address names.
fn members(addr: &Addr) -> Vec<NodeId> {
    match addr {
        Address::Node(n) => vec![*n],
        Address::Any(group) => group.to_vec(),
        Address::Prefer(group, n) => group.iter().copied().chain([*n]).collect(),
    }
}

/// Whether n is up and something may be delivered to it.
fn receives(sys: &System, n: NodeId) -> bool {
    sys.node(n).up && !sys.is_atomic(n)
}

/// Whether n#i is alive and something may be delivered to it.
pub(super) fn reaches(sys: &System, at: Holder) -> bool {
    sys.is_alive(at) && !sys.is_atomic(at.node)
}

fn is_claimable(sys: &System, q: Path, w: u32) -> bool {
    let promise = sys.promise(q);
    promise.is_pending() && promise.version == w && promise.holder.is_none()
}

/// n claims q at version w and starts its body.
pub(super) fn claim(sys: &mut System, q: Path, w: u32, n: NodeId) {
    let holder = sys.holder(n);
    sys.promise_mut(q).holder = Some(holder);
    sys.report(|| Effect::PromiseClaimed { promise: q, version: w, holder });
    let Origin::Call(f, args) = sys.promise(q).origin.clone() else {
        panic!("only executions are claimed");
    };
    sys.start_body(n, Exec::Attempt(q, w), f, &args);
}

/// Another attempt at q: the former holder is refused from now on.
pub(super) fn reversion(sys: &mut System, q: Path) {
    let promise = sys.promise_mut(q);
    promise.version += 1;
    promise.holder = None;
    promise.cancel_taken = false;
    promise.marked = false;
    let version = promise.version;
    sys.report(|| Effect::PromiseReversioned { promise: q, version });
}

/// The frames that the callback's execution has parked on q at its place become stacks, in the order in which they parked.
fn wake_parked(sys: &mut System, callback: Callback, q: Path) {
    let Callback { exec, at } = callback;
    let waiters = std::mem::take(&mut sys.promise_mut(q).waiters);
    let (woken, left): (Vec<_>, Vec<_>) = waiters.into_iter().partition(|id| {
        let stack = &sys.parked[id.0 as usize].stack;
        stack.exec == exec && stack.node == at.node
    });
    sys.promise_mut(q).waiters = left;
    for id in woken {
        sys.wake(id, Some(&Value::Promise(q)));
    }
}

/// Whether a message can have no effect any more.
pub(crate) fn is_void(sys: &System, at: usize) -> bool {
    let lost = |place: Holder, exec: Exec| {
        let over = match exec {
            Exec::Attempt(p, w) => sys.promise(p).version != w || !sys.promise(p).is_pending(),
            Exec::Message(_) => true,
        };
        !sys.is_alive(place) && over
    };
    match &sys.messages[at].body {
        Body::Invoke { promise, version, .. } => !is_claimable(sys, *promise, *version),
        Body::Resume { callback, .. } => lost(callback.at, callback.exec),
        Body::Cancel { to, promise, version } => lost(*to, Exec::Attempt(*promise, *version)),
        Body::Call { .. } => false,
    }
}
