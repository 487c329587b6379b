//! Section 6, promises: await between nodes is the same three rules over D, and a Resume message where Async-Return wakes
//! the frame itself.

use smallvec::smallvec;

use super::sequential::{bind, raise};
use crate::calculus::{Address, Path, Stmt, Value};
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Exec, Origin, Promise, Settled, System};

rule! {
    /// A promise that is resolved is awaited: its value is bound and the frame goes on.
    DIST_AWAIT_CONTINUE: "Dist-Await-Continue" in Promises("promises") {
        unmarked: "the frame is not marked";
        resolved: "D(L(y)) = resolved v";
        -----
        "⟨L, x = await y; s̄⟩^ℓ ∘ FS" => "⟨L[x↦v], s̄⟩^ℓ ∘ FS"
    }
    source "[DAA] the early answer to a suspend request";
    apply Stack dist_await_continue;
}
#[inline(always)]
fn dist_await_continue(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some((x, q)) = awaited(sys, stack));
    premise!(dist_await_continue::unmarked, if !sys.is_marked(stack));
    premise!(dist_await_continue::resolved, let Some(Settled::Done(v)) = &sys.promise(q).state);
    conclude!(sys);
    let value = v.clone();
    bind(sys, stack, x, value)
}

rule! {
    /// A promise that is pending is awaited: the frame is parked on it on this node, and the execution is registered as a
    /// callback, so that whoever settles the promise sends a Resume to this node.
    DIST_AWAIT: "Dist-Await" in Promises("promises") {
        unmarked: "the frame is not marked";
        pending: "D(q) = pending,  q = L(y)";
        live: "c is not stale";
        -----
        "S ⊎ {F ∘ FS},  F = ⟨L, x = await y; s̄⟩^ℓ" =>
        "S ⊎ {FS},  K'(q) = K(q) ⊎ {F},  D'(q).callbacks = D(q).callbacks ∪ {⟨c, n#i⟩}"
    }
    source "[DAA] suspend";
    apply Stack dist_await;
}
fn dist_await(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some((_, q)) = awaited(sys, stack));
    premise!(dist_await::unmarked, if !sys.is_marked(stack));
    premise!(dist_await::pending, if sys.promise(q).is_pending());
    premise!(dist_await::live, if !sys.is_stale(stack.exec));
    conclude!(sys);
    sys.park(stack, smallvec![Value::Promise(q)]);
    Ok(())
}

rule! {
    /// A promise that is rejected or cancelled is awaited: its error, or "cancelled", is raised here and counts as observed.
    DIST_AWAIT_THROW: "Dist-Await-Throw" in Promises("promises") {
        unmarked: "the frame is not marked";
        failed: "D(L(y)) = rejected e, or cancelled: e = \"cancelled\"";
        -----
        "⟨L, x = await y; s̄⟩^ℓ ∘ FS" => "⟨L, raise e⟩^ℓ ∘ FS"
    }
    source "[DAA] a rejected promise";
    apply Stack dist_await_throw;
}
fn dist_await_throw(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some((_, q)) = awaited(sys, stack));
    premise!(dist_await_throw::unmarked, if !sys.is_marked(stack));
    premise!(dist_await_throw::failed, let Some(e) = sys.promise(q).state.as_ref().and_then(Settled::error));
    conclude!(sys);
    sys.observe(&Value::Promise(q));
    raise(sys, stack, e)
}

rule! {
    /// The body of an execution returns: its promise is resolved, and a Resume goes to every execution that waits for it.
    DIST_RETURN: "Dist-Return" in Promises("promises") {
        current: "D(q) has version w";
        pending: "D(q) = pending";
        -----
        "S ⊎ {⟨L, return y⟩^d(q,w)}" =>
        "S,  D' = D[q↦resolved L(y)],  M' = M ⊎ {⟨n#i, Resume(c,q)⟩ | ⟨c, n#i⟩ ∈ D(q).callbacks}"
    }
    source "[DAA] settle, resume";
    apply Stack dist_return;
}
fn dist_return(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Return { y } = stack.stmt(&sys.program));
    shape!(let Some(q) = body_of(stack));
    premise!(dist_return::current, if !sys.is_stale(stack.exec));
    premise!(dist_return::pending, if sys.promise(q).is_pending());
    conclude!(sys);
    let value = stack.get(&sys.program, y).clone();
    sys.end_frame(stack);
    sys.settle_promise(q, Settled::Done(value), |_| true);
    Ok(())
}

rule! {
    /// The body of an execution raises an error that it does not handle: its promise is rejected.
    DIST_THROW: "Dist-Throw" in Promises("promises") {
        no_handler: "no handler of the frame covers s̄";
        current: "D(q) has version w";
        pending: "D(q) = pending";
        -----
        "S ⊎ {⟨L, raise e⟩^d(q,w)}" =>
        "S,  D' = D[q↦rejected e],  M' = M ⊎ {⟨n#i, Resume(c,q)⟩ | ⟨c, n#i⟩ ∈ D(q).callbacks}"
    }
    source "[DAA] settle, resume";
    apply Stack dist_throw;
}
fn dist_throw(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(e) = stack.raising.clone());
    shape!(let Some(q) = body_of(stack));
    premise!(dist_throw::no_handler, if stack.handler(&sys.program).is_none());
    premise!(dist_throw::current, if !sys.is_stale(stack.exec));
    premise!(dist_throw::pending, if sys.promise(q).is_pending());
    conclude!(sys);
    sys.end_frame(stack);
    stack.raising = None;
    stack.atomic = None;
    sys.settle_promise(q, Settled::Failed(e), |_| true);
    Ok(())
}

rule! {
    /// The body of an execution ends, by return or error, and its promise is settled already, cancelled or resolved by hand:
    /// the stack just ends.
    LATE: "Late" in Promises("promises") {
        ends: "the frame returns, or raises an error that no handler of it covers";
        current: "D(q) has version w";
        settled: "D(q) is settled";
        -----
        "S ⊎ {⟨L, return y or raise e⟩^d(q,w)}" => "S"
    }
    source "[DAA] a promise is settled once";
    apply Stack late;
}
fn late(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(q) = body_of(stack));
    premise!(late::ends, if ends(sys, stack));
    premise!(late::current, if !sys.is_stale(stack.exec));
    premise!(late::settled, if !sys.promise(q).is_pending());
    conclude!(sys);
    sys.end_frame(stack);
    stack.raising = None;
    stack.atomic = None;
    Ok(())
}

rule! {
    /// A promise that nobody executes: it is settled by a resolve, a reject or a cancel.
    NEW_PROMISE: "New-Promise" in Promises("promises") {
        live: "c is not stale";
        fresh: "q = π.i ∉ dom D";
        -----
        "⟨L, x = promise; s̄⟩^ℓ ∘ FS" => "⟨L[x↦q], s̄⟩^ℓ ∘ FS,  D' = D[q↦⟨pending, external, …⟩]"
    }
    source "[DAA] promise.create";
    apply Stack new_promise;
}
fn new_promise(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Promise { x } = stack.stmt(&sys.program));
    premise!(new_promise::live, if !sys.is_stale(stack.exec));
    let q = stack.next_name(sys);
    premise!(new_promise::fresh, if !sys.promises.contains(q));
    conclude!(sys);
    let promise = Promise::new(Origin::External, Address::Node(stack.node), None);
    sys.create(stack, q, promise);
    bind(sys, stack, x, Value::Promise(q))
}

rule! {
    /// A pending promise is resolved, and a Resume goes to its callbacks. A settled one stays as it is: a promise is written
    /// once, and which write won is read from the promise.
    RESOLVE: "Resolve" in Promises("promises") {
        live: "c is not stale";
        -----
        "⟨L, resolve(y, z); s̄⟩^ℓ ∘ FS" =>
        "⟨L, s̄⟩^ℓ ∘ FS,  and if D(L(y)) = pending: D' = D[L(y)↦resolved L(z)], Resume to its callbacks"
    }
    source "[DAA] promise.settle";
    apply Stack resolve;
}
fn resolve(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Resolve { y, z } = stack.stmt(&sys.program));
    shape!(let Value::Promise(q) = *stack.get(&sys.program, y));
    premise!(resolve::live, if !sys.is_stale(stack.exec));
    conclude!(sys);
    let value = stack.get(&sys.program, z).clone();
    settle_by_hand(sys, stack, q, Settled::Done(value))
}

rule! {
    /// A pending promise is rejected, and a Resume goes to its callbacks. A settled one stays as it is.
    REJECT: "Reject" in Promises("promises") {
        live: "c is not stale";
        -----
        "⟨L, reject(y, z); s̄⟩^ℓ ∘ FS" =>
        "⟨L, s̄⟩^ℓ ∘ FS,  and if D(L(y)) = pending: D' = D[L(y)↦rejected L(z)], Resume to its callbacks"
    }
    source "[DAA] promise.settle";
    apply Stack reject;
}
fn reject(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Reject { y, z } = stack.stmt(&sys.program));
    shape!(let Value::Promise(q) = *stack.get(&sys.program, y));
    premise!(reject::live, if !sys.is_stale(stack.exec));
    conclude!(sys);
    match stack.get(&sys.program, z).clone() {
        Value::Str(e) => settle_by_hand(sys, stack, q, Settled::Failed(e)),
        other => panic!("errors are strings, not {other:?}: the type checker lets nothing else through"),
    }
}

fn settle_by_hand(sys: &mut System, stack: &mut Stack, q: Path, settled: Settled) -> Attempt {
    if sys.promise(q).is_pending() {
        sys.settle_promise(q, settled, |_| true);
    }
    stack.advance();
    Ok(())
}

/// The promise of a plain await at the top, and the slot that takes its value.
#[inline(always)]
fn awaited(sys: &System, stack: &Stack) -> Option<(crate::calculus::Slot, Path)> {
    match stack.stmt(&sys.program) {
        Stmt::Await { x, y } => match *stack.get(&sys.program, y) {
            Value::Promise(q) => Some((x, q)),
            _ => None,
        },
        _ => None,
    }
}

/// q, where the top frame is the body of d(q,w).
pub(super) fn body_of(stack: &Stack) -> Option<Path> {
    match (stack.top().label, stack.exec) {
        (Label::Body, Exec::Attempt(q, _)) => Some(q),
        _ => None,
    }
}

/// Whether the top frame returns, or raises an error that it has no handler for.
pub(super) fn ends(sys: &System, stack: &Stack) -> bool {
    match &stack.raising {
        Some(_) => stack.handler(&sys.program).is_none(),
        None => matches!(stack.stmt(&sys.program), Stmt::Return { .. }),
    }
}
