//! Section 5: executions. A spawn starts a stack of its own, where an async call goes on on the caller's; its result lives
//! in D, and a spawn that has completed is never run again: that is what makes it a checkpoint.

use super::sequential::bind;
use crate::calculus::{Address, Stmt, Value};
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::Stack;
use crate::semantics::system::{Exec, Origin, Promise, System};

rule! {
    /// A function is spawned on this node: a promise in D, held by this node, and a stack of its own.
    SPAWN_LOCAL: "Spawn-Local" in Executions("executions") {
        live: "c is not stale";
        fresh: "q = π.i ∉ dom D";
        -----
        "S ⊎ {⟨L, x = spawn local f(ȳ); s̄⟩^ℓ ∘ FS}" =>
        "S ⊎ {⟨L[x↦q], s̄⟩^ℓ ∘ FS} ⊎ {⟨L_f, body_f⟩^d(q,0)},  D' = D[q↦⟨pending, f(v̄), node n, 0, n#i, ∅⟩]"
    }
    source "[DAA] local invocation";
    apply Stack spawn_local;
}
fn spawn_local(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::SpawnLocal { x, f, args } = stack.stmt(&sys.program));
    premise!(spawn_local::live, if !sys.is_stale(stack.exec));
    let q = stack.next_name(sys);
    premise!(spawn_local::fresh, if !sys.promises.contains(q));
    conclude!(sys);
    let args = stack.get_all(&sys.program, args);
    let holder = sys.holder(stack.node);
    let promise = Promise::new(Origin::Call(f, args.as_slice().into()), Address::Node(stack.node), Some(holder));
    sys.create(stack, q, promise);
    sys.start_body(stack.node, Exec::Attempt(q, 0), f, &args);
    bind(sys, stack, x, Value::Promise(q))
}
