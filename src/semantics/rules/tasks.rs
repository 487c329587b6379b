//! Section 4: async and await on one node, the three rules of *Pause 'n' Play* first. What an await of several things or
//! with a guard adds is in `awaits.rs`.

use smallvec::smallvec;

use super::sequential::{bind, bind_copy, raise};
use crate::calculus::{Stmt, Value};
use crate::semantics::effect::Effect;
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Settled, System, Task, TaskState};
use crate::semantics::verbs::{CANCELLED, error};

rule! {
    /// An async function is called: its frame runs at once, on the caller's stack ("hot"). The caller holds the task
    /// already and waits for control only.
    ASYNC_CALL: "Async-Call" in Tasks("tasks") {
        depth: "the stack has fewer frames than the limit";
        -----
        "⟨L, x = async f(ȳ); s̄⟩^ℓ ∘ FS" =>
        "⟨L_f, body_f⟩^a(o) ∘ ⟨L[x↦o], s̄⟩^ℓ ∘ FS,  T' = T[o↦running(∅)],  o = π.i"
    }
    source "[PnP] E-Async-Method";
    apply Stack async_call;
}
#[inline(always)]
pub(in crate::semantics) fn async_call(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Async { x, f, args } = stack.stmt(&sys.program));
    premise!(async_call::depth, if stack.frames.len() < sys.settings.max_call_depth);
    conclude!(sys);
    let path = stack.next_name(sys);
    let o = stack.key(sys, path);
    if sys.effects.is_some() {
        let args = stack.get_all(&sys.program, args);
        sys.report(|| Effect::TaskCreated { task: o, f, args });
    }
    let (owner, node) = (stack.exec, stack.node);
    let state = TaskState::Running(Vec::new());
    sys.tasks.insert(o, Task { owner, node, parked: None, state, marked: false, observed: false });
    stack.count_creation(path);
    let caller = stack.frames.len() - 1;
    stack.push(&sys.program, f, args, Label::Task(o), path);
    let at = (stack.frames[caller].base + x.0) as usize;
    stack.slots[at].set(|| Value::Task(o));
    stack.frames[caller].pc.0 += 1;
    Ok(())
}

rule! {
    /// The body of a task returns: the task is done, and each frame that waits for it becomes a stack of its own. There
    /// is no separate resume rule.
    ASYNC_RETURN: "Async-Return" in Tasks("tasks") {
        running: "T(o) = running({F1..Fk})";
        -----
        "S ⊎ {⟨L, return y⟩^a(o) ∘ FS}" =>
        "S ⊎ {FS} ⊎ {F1 ∘ ε, …, Fk ∘ ε},  T' = T[o↦done(L(y))]"
    }
    source "[PnP] E-Async-Return";
    apply Stack async_return;
}
#[inline(always)]
pub(in crate::semantics) fn async_return(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Return { y } = stack.stmt(&sys.program));
    shape!(let Label::Task(o) = stack.top().label);
    premise!(async_return::running, let Some(Task { state: TaskState::Running(_), .. }) = sys.tasks.get(o));
    conclude!(sys);
    let value = stack.get(&sys.program, y).copy();
    sys.end_frame(stack);
    sys.settle_task(o, Settled::Done(value));
    Ok(())
}

rule! {
    /// The body of a task raises an error that it does not handle: the task has failed. The caller below is not disturbed.
    ASYNC_THROW: "Async-Throw" in Tasks("tasks") {
        no_handler: "no handler of the frame covers s̄";
        -----
        "S ⊎ {⟨L, raise e⟩^a(o) ∘ FS},  T(o) = running({F1..Fk})" =>
        "S ⊎ {FS} ⊎ {F1 ∘ ε, …, Fk ∘ ε},  T' = T[o↦failed(e)]"
    }
    source "[PnP] E-Async-Throw";
    apply Stack async_throw;
}
fn async_throw(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(e) = stack.raising.clone());
    shape!(let Label::Task(o) = stack.top().label);
    premise!(async_throw::no_handler, if stack.handler(&sys.program).is_none());
    conclude!(sys);
    sys.end_frame(stack);
    stack.raising = None;
    sys.leave_atomic(stack);
    sys.settle_task(o, Settled::Failed(e));
    Ok(())
}

rule! {
    /// A task that is done is awaited: its value is bound and the frame goes on. Nothing else moves.
    AWAIT_CONTINUE: "Await-Continue" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        done: "T(L(y)) = done(v)";
        -----
        "⟨L, x = await y; s̄⟩^ℓ ∘ FS" => "⟨L[x↦v], s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Await-Continue";
    apply Stack await_continue;
}
#[inline(always)]
pub(in crate::semantics) fn await_continue(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Await { x, y } = stack.stmt(&sys.program));
    shape!(let Value::Task(o) = *stack.get(&sys.program, y));
    premise!(await_continue::unmarked, if !sys.is_marked(stack));
    premise!(await_continue::done, let Some(Settled::Done(v)) = sys.tasks.get(o).and_then(Task::settled));
    conclude!(sys);
    bind_copy!(sys, stack, x, v)
}

rule! {
    /// A task that is running is awaited: the frame leaves its stack and waits with the task; what is below it goes on.
    /// Testing and parking are one step: that is why no wake-up is lost. The frame comes back to its await.
    AWAIT: "Await" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        running: "T(o) = running(W),  o = L(y)";
        -----
        "S ⊎ {F ∘ FS},  F = ⟨L, x = await y; s̄⟩^ℓ" => "S ⊎ {FS},  T' = T[o↦running(W ⊎ {F})]"
    }
    source "[PnP] E-Await, deviation 1";
    apply Stack await_;
}
fn await_(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Await { y, .. } = stack.stmt(&sys.program));
    shape!(let Value::Task(o) = *stack.get(&sys.program, y));
    premise!(await_::unmarked, if !sys.is_marked(stack));
    premise!(await_::running, let Some(Task { state: TaskState::Running(_), .. }) = sys.tasks.get(o));
    conclude!(sys);
    sys.park(stack, smallvec![Value::Task(o)]);
    Ok(())
}

rule! {
    /// A task that has failed is awaited: its error is raised here, and counts as observed.
    AWAIT_THROW: "Await-Throw" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        failed: "T(L(y)) = failed(e)";
        -----
        "⟨L, x = await y; s̄⟩^ℓ ∘ FS" => "⟨L, raise e⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Task-GetResult-Failure";
    apply Stack await_throw;
}
fn await_throw(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Await { y, .. } = stack.stmt(&sys.program));
    shape!(let Value::Task(o) = *stack.get(&sys.program, y));
    premise!(await_throw::unmarked, if !sys.is_marked(stack));
    premise!(await_throw::failed, let Some(e) = sys.tasks.get(o).and_then(Task::settled).and_then(Settled::error));
    conclude!(sys);
    sys.observe(&Value::Task(o));
    raise(sys, stack, e)
}

rule! {
    /// A frame that a cancel has marked comes to an await, of anything: it raises "cancelled" and is marked no more.
    AWAIT_CANCELLED: "Await-Cancelled" in Tasks("tasks") {
        marked: "the frame is marked";
        -----
        "⟨L, x = await w [guard z]; s̄⟩^ℓ ∘ FS" => "⟨L, raise \"cancelled\"⟩^ℓ ∘ FS,  unmarked"
    }
    source "ours (8, Cancel)";
    apply Stack await_cancelled;
}
fn await_cancelled(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let (Stmt::Await { .. } | Stmt::AwaitMany { .. }) = stack.stmt(&sys.program));
    premise!(await_cancelled::marked, if sys.is_marked(stack));
    conclude!(sys);
    sys.unmark(stack);
    raise(sys, stack, error(CANCELLED))
}

rule! {
    /// The stack blocks until the thing is settled (sync over async), in a frame of any label: then its value is bound, or
    /// its error raised and observed. Until then the stack has no step, and under cooperative scheduling it holds its
    /// node. No guard and no mark touches a wait.
    WAIT_CONTINUE: "Wait-Continue" in Tasks("tasks") {
        settled: "T(L(y)) or D(L(y)) is settled, with v or with e";
        -----
        "⟨L, x = wait y; s̄⟩^ℓ ∘ FS" => "⟨L[x↦v], s̄⟩^ℓ ∘ FS,  or ⟨L, raise e⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Result, deviation 2";
    apply Stack wait_continue;
}
fn wait_continue(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Wait { x, y } = stack.stmt(&sys.program));
    let handle = stack.get(&sys.program, y);
    premise!(wait_continue::settled, let Some(settled) = sys.settled(handle));
    conclude!(sys);
    let (handle, settled) = (handle.clone(), settled.clone());
    match (settled.error(), settled) {
        (Some(e), _) => {
            sys.observe(&handle);
            raise(sys, stack, e)
        }
        (None, Settled::Done(value)) => bind(sys, stack, x, value),
        (None, _) => unreachable!("what was settled without an error was settled with a value"),
    }
}

rule! {
    /// The frame gives its place away: it becomes a stack of its own, behind all that are ready, and what is below it goes
    /// on.
    YIELD: "Yield" in Tasks("tasks") {
        -----
        "S ⊎ {⟨L, yield; s̄⟩^ℓ ∘ FS}" => "S ⊎ {FS} ⊎ {⟨L, s̄⟩^ℓ ∘ ε}"
    }
    source "ours";
    apply Stack yield_;
}
fn yield_(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Yield = stack.stmt(&sys.program));
    conclude!(sys);
    stack.advance();
    let frame = Box::new(stack.split_top());
    sys.start_stack(frame);
    Ok(())
}

rule! {
    /// Whether a task or promise is settled, without awaiting it.
    IS_DONE: "Is-Done" in Tasks("tasks") {
        -----
        "⟨L, x = is_done(y); s̄⟩^ℓ ∘ FS" =>
        "⟨L[x↦b], s̄⟩^ℓ ∘ FS,  b = true if T(L(y)) or D(L(y)) is settled, else false"
    }
    source "ours";
    apply Stack is_done;
}
fn is_done(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::IsDone { x, y } = stack.stmt(&sys.program));
    conclude!(sys);
    let done = sys.settled(stack.get(&sys.program, y)).is_some();
    bind(sys, stack, x, Value::Bool(done))
}
