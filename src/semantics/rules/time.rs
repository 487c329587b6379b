//! Section 8, time and choice. A sleep is a promise that the clock settles.

use super::sequential::{bind, raise};
use crate::calculus::{Address, Path, Stmt, Value};
use crate::semantics::effect::Effect;
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::settings::Timing;
use crate::semantics::stack::Stack;
use crate::semantics::step;
use crate::semantics::system::{Origin, Promise, Settled, System};
use crate::semantics::verbs::error;

rule! {
    /// A promise that the clock resolves when the time has come.
    SLEEP: "Sleep" in Time("time") {
        live: "c is not stale";
        fresh: "q = π.i ∉ dom D";
        -----
        "⟨L, x = sleep(y); s̄⟩^ℓ ∘ FS" => "⟨L[x↦q], s̄⟩^ℓ ∘ FS,  D' = D[q↦⟨pending, timer(L(y), now+L(y)), …⟩]"
    }
    source "[DAA] a promise with a timeout";
    apply Stack sleep;
}
fn sleep(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Sleep { x, y } = stack.stmt(&sys.program));
    shape!(let Value::Int(duration) = *stack.get(&sys.program, y));
    premise!(sleep::live, if !sys.is_stale(stack.exec));
    let q = stack.next_name(sys);
    premise!(sleep::fresh, if !sys.promises.contains(q));
    conclude!(sys);
    let deadline = sys.now.saturating_add(duration);
    let origin = Origin::Timer { duration, deadline };
    sys.create(stack, q, Promise::new(origin, Address::Node(stack.node), None));
    sys.timers.insert((deadline, sys.timers_made), q);
    sys.timers_made += 1;
    bind(sys, stack, x, Value::Promise(q))
}

rule! {
    /// The clock goes on to the least deadline of the pending timers that may fire, and resolves that timer. Under urgent
    /// timing only when nothing else can happen; under cooperative scheduling the timers of a node wait while a stack of it
    /// runs.
    FIRE: "Fire" in Time("time") {
        idle: "timing is free, or no other step is enabled, budgeted faults aside";
        allowed: "scheduling is preemptive, or no stack of q's node is running";
        least: "D(q) = ⟨pending, timer(t, d), …⟩, and d is the least deadline of the pending timers that may fire";
        -----
        "D, M, now" => "D[q↦resolved ()],  M ⊎ Resume to the callbacks of q,  now' = max(now, d)"
    }
    source "ours";
    apply Promise fire;
}
fn fire(sys: &mut System, q: Path) -> Attempt {
    shape!(let Origin::Timer { deadline, .. } = sys.promise(q).origin);
    shape!(if sys.promise(q).is_pending());
    premise!(fire::idle, if sys.settings.timing == Timing::Free || step::is_idle(sys));
    premise!(fire::allowed, if may_fire(sys, q));
    let least = sys.timers.iter().find(|(_, timer)| may_fire(sys, **timer)).map(|((deadline, _), _)| *deadline);
    premise!(fire::least, if least == Some(deadline));
    conclude!(sys);
    if deadline > sys.now {
        sys.now = deadline;
        sys.report(|| Effect::TimeAdvanced { now: deadline });
    }
    sys.settle_promise(q, Settled::Done(Value::Unit), |_| true);
    Ok(())
}

/// Whether the node that made the timer lets it fire.
pub(crate) fn may_fire(sys: &System, q: Path) -> bool {
    match sys.promise(q).addr {
        Address::Node(n) if sys.is_cooperative() => sys.node(n).turn.is_none(),
        _ => true,
    }
}

rule! {
    /// The time of the clock.
    NOW: "Now" in Time("time") {
        -----
        "⟨L, x = now; s̄⟩^ℓ ∘ FS" => "⟨L[x↦now], s̄⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack now;
}
fn now(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Now { x } = stack.stmt(&sys.program));
    conclude!(sys);
    let value = Value::Int(sys.now);
    bind(sys, stack, x, value)
}

rule! {
    /// The node that the frame is on.
    HERE: "Here" in Time("time") {
        -----
        "⟨L, x = here; s̄⟩^ℓ ∘ FS" => "⟨L[x↦n], s̄⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack here;
}
fn here(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Here { x } = stack.stmt(&sys.program));
    conclude!(sys);
    let value = Value::Node(stack.node);
    bind(sys, stack, x, value)
}

rule! {
    /// One step for each alternative.
    CHOOSE: "Choose" in Time("time") {
        alternative: "L(y) has an i-th element v";
        -----
        "⟨L, x = choose(y); s̄⟩^ℓ ∘ FS" => "⟨L[x↦v], s̄⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Alternative choose;
}
fn choose(sys: &mut System, stack: &mut Stack, i: usize) -> Attempt {
    shape!(let Stmt::Choose { x, y } = stack.stmt(&sys.program));
    shape!(let Value::List(items) = stack.get(&sys.program, y));
    premise!(choose::alternative, let Some(value) = items.get(i).cloned());
    conclude!(sys);
    bind(sys, stack, x, value)
}

rule! {
    /// A choice among nothing raises "empty choice".
    CHOOSE_ERROR: "Choose-Error" in Time("time") {
        empty: "L(y) is empty";
        -----
        "⟨L, x = choose(y); s̄⟩^ℓ ∘ FS" => "⟨L, raise \"empty choice\"⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack choose_error;
}
fn choose_error(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Choose { y, .. } = stack.stmt(&sys.program));
    shape!(let Value::List(items) = stack.get(&sys.program, y));
    premise!(choose_error::empty, if items.is_empty());
    conclude!(sys);
    raise(sys, stack, error("empty choice"))
}
