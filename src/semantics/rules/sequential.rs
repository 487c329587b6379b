//! Section 3: what one frame does by itself. An error that a statement raises is raised in one step and goes where it
//! goes in the next: Catch, Unwind, or the throw of the frame's label.

use crate::calculus::op::{Scalar, has_room, push};
use crate::calculus::{Op, Operand, Slot, Stmt, Value};
use crate::semantics::effect::Effect;
use crate::semantics::rule::{Attempt, Family, Rule, SHAPE, conclude, premise, rule, shape};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::System;
use crate::semantics::verbs::error;

/// Whether a rule reads and changes the top frames of its own stack, and nothing else: nobody else can tell when it fires.
pub fn is_local(rule: &Rule) -> bool {
    rule.family == Family::Sequential && ![&READ, &WRITE, &PRINT].contains(&rule)
}

rule! {
    /// A slot takes the value of another, or a constant.
    MOVE: "Move" in Sequential("sequential") {
        -----
        "⟨L, x = y; s̄⟩^ℓ ∘ FS" => "⟨L[x↦L(y)], s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Var, E-Const";
    apply Stack move_;
}
#[inline(always)]
pub(in crate::semantics) fn move_(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Move { x, y } = stack.stmt(&sys.program));
    conclude!(sys);
    bind_copy!(sys, stack, x, stack.get(&sys.program, y))
}

rule! {
    /// A slot takes the result of an operation on data.
    OP: "Op" in Sequential("sequential") {
        result: "op(L(ȳ)) = v";
        -----
        "⟨L, x = op(ȳ); s̄⟩^ℓ ∘ FS" => "⟨L[x↦v], s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Op";
    apply Stack op;
}
#[inline(always)]
pub(in crate::semantics) fn op(sys: &mut System, stack: &mut Stack) -> Attempt {
    let (x, result) = match stack.stmt(&sys.program) {
        Stmt::Op { x, op, a: first, b } => {
            let (a, b) = (stack.get(&sys.program, first), stack.get(&sys.program, b));
            match op.on_numbers(a, b) {
                Some(Scalar::Int(value)) => return number(sys, stack, x, || Value::Int(value)),
                Some(Scalar::Bool(value)) => return number(sys, stack, x, || Value::Bool(value)),
                None if op == Op::Push && first == Operand::slot(x) && has_room(a) => {
                    return grow(sys, stack, x, b.clone());
                }
                None => (x, op.apply(a, b, sys.naming())),
            }
        }
        Stmt::OpN { x, op, args } => (x, op.apply_many(&stack.get_all(&sys.program, args), sys.naming())),
        _ => return Err(&SHAPE),
    };
    premise!(op::result, let Ok(value) = result);
    conclude!(sys);
    bind(sys, stack, x, value)
}

/// x = push(x, v): a list that no other value shares grows in its place. Through a copy, a loop that fills a list would
/// copy a part of it each time.
fn grow(sys: &mut System, stack: &mut Stack, x: Slot, v: Value) -> Attempt {
    conclude!(sys);
    let list = std::mem::take(stack.local_mut(x));
    bind(sys, stack, x, push(list, v))
}

#[inline(always)]
fn number(sys: &mut System, stack: &mut Stack, x: Slot, make: impl FnOnce() -> Value) -> Attempt {
    conclude!(sys);
    bind_with(sys, stack, x, make)
}

rule! {
    /// An operation without a result raises its error: overflow, division by zero, an index out of range, a missing key.
    OP_ERROR: "Op-Error" in Sequential("sequential") {
        no_result: "op(L(ȳ)) has no result, but the error e";
        -----
        "⟨L, x = op(ȳ); s̄⟩^ℓ ∘ FS" => "⟨L, raise e⟩^ℓ ∘ FS"
    }
    source "[PnP] exceptions";
    apply Stack op_error;
}
fn op_error(sys: &mut System, stack: &mut Stack) -> Attempt {
    let result = match stack.stmt(&sys.program) {
        Stmt::Op { op, a, b, .. } => op.apply(stack.get(&sys.program, a), stack.get(&sys.program, b), sys.naming()),
        Stmt::OpN { op, args, .. } => op.apply_many(&stack.get_all(&sys.program, args), sys.naming()),
        _ => return Err(&SHAPE),
    };
    premise!(op_error::no_result, let Err(e) = result);
    conclude!(sys);
    raise(sys, stack, e)
}

rule! {
    /// A slot takes what a cell of this node holds.
    READ: "Read" in Sequential("sequential") {
        -----
        "⟨L, x = g; s̄⟩^ℓ ∘ FS" => "⟨L[x↦V(g)], s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Field";
    apply Stack read;
}
#[inline(always)]
fn read(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Read { x, g } = stack.stmt(&sys.program));
    conclude!(sys);
    let value = sys.node(stack.node).cells[g.0 as usize].clone();
    bind(sys, stack, x, value)
}

rule! {
    /// A cell of this node takes a value.
    WRITE: "Write" in Sequential("sequential") {
        -----
        "⟨L, g = y; s̄⟩^ℓ ∘ FS" => "⟨L, s̄⟩^ℓ ∘ FS,  V' = V[g↦L(y)]"
    }
    source "[PnP] E-Field-Assign";
    apply Stack write;
}
#[inline(always)]
fn write(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Write { g, y } = stack.stmt(&sys.program));
    conclude!(sys);
    let value = stack.get(&sys.program, y).clone();
    let node = stack.node;
    sys.report(|| Effect::CellWritten { node, cell: g, value: value.clone() });
    sys.node_mut(node).cells[g.0 as usize] = value;
    stack.advance();
    Ok(())
}

rule! {
    /// Control goes to a label.
    GOTO: "Goto" in Sequential("sequential") {
        -----
        "⟨L, goto l; s̄⟩^ℓ ∘ FS" => "⟨L, s̄_l⟩^ℓ ∘ FS"
    }
    source "[PnP] E-While";
    apply Stack goto;
}
#[inline(always)]
pub(in crate::semantics) fn goto(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Goto { l } = stack.stmt(&sys.program));
    conclude!(sys);
    stack.top_mut().pc = l;
    Ok(())
}

rule! {
    /// Control goes to a label if a slot is true, and on to the next statement if not.
    BRANCH: "Branch" in Sequential("sequential") {
        -----
        "⟨L, if y goto l; s̄⟩^ℓ ∘ FS" => "⟨L, s̄_l⟩^ℓ ∘ FS if L(y), else ⟨L, s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Cond-True, E-Cond-False";
    apply Stack branch;
}
#[inline(always)]
pub(in crate::semantics) fn branch(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Branch { y, l } = stack.stmt(&sys.program));
    conclude!(sys);
    let taken = matches!(stack.get(&sys.program, y), Value::Bool(true));
    let frame = stack.top_mut();
    frame.pc = if taken { l } else { crate::calculus::Target(frame.pc.0 + 1) };
    Ok(())
}

rule! {
    /// A synchronous function is called: its frame goes on top, and the caller waits for its return.
    CALL: "Call" in Sequential("sequential") {
        depth: "the stack has fewer frames than the limit";
        -----
        "⟨L, x = call f(ȳ); s̄⟩^ℓ ∘ FS" => "⟨L_f, body_f⟩^s ∘ ⟨L, x = □; s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Method";
    apply Stack call;
}
#[inline(always)]
fn call(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Call { f, args, .. } = stack.stmt(&sys.program));
    premise!(call::depth, if stack.frames.len() < sys.settings.max_call_depth);
    conclude!(sys);
    let path = stack.top().path;
    if sys.effects.is_some() {
        let args = stack.get_all(&sys.program, args);
        sys.report(|| Effect::FunctionEntered { f, args });
    }
    stack.push(&sys.program, f, args, Label::Sync, path);
    Ok(())
}

rule! {
    /// A call that would make the stack too deep raises "call depth exceeded" in the caller.
    CALL_DEPTH: "Call-Depth" in Sequential("sequential") {
        deep: "the stack has as many frames as the limit";
        -----
        "⟨L, x = call f(ȳ) or async f(ȳ); s̄⟩^ℓ ∘ FS" => "⟨L, raise \"call depth exceeded\"⟩^ℓ ∘ FS"
    }
    source "language.md, errors of the machine";
    apply Stack call_depth;
}
fn call_depth(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let (Stmt::Call { .. } | Stmt::Async { .. }) = stack.stmt(&sys.program));
    premise!(call_depth::deep, if stack.frames.len() >= sys.settings.max_call_depth);
    conclude!(sys);
    raise(sys, stack, error("call depth exceeded"))
}

rule! {
    /// A synchronous function returns: its frame is popped and the caller's slot is bound.
    RETURN: "Return" in Sequential("sequential") {
        -----
        "⟨L', return y⟩^s ∘ ⟨L, x = □; s̄⟩^ℓ ∘ FS" => "⟨L[x↦L'(y)], s̄⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Return";
    apply Stack return_;
}
#[inline(always)]
fn return_(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Return { y } = stack.stmt(&sys.program));
    shape!(if stack.top().label == Label::Sync);
    conclude!(sys);
    let value = stack.get(&sys.program, y).clone();
    let f = stack.pop().f;
    sys.report(|| Effect::FunctionLeft { f });
    match stack.stmt(&sys.program) {
        Stmt::Call { x, .. } => bind(sys, stack, x, value),
        other => panic!("a synchronous frame stands on the call that made it, not on {other:?}"),
    }
}

rule! {
    /// An observer outside sees the arguments, from this node.
    PRINT: "Print" in Sequential("sequential") {
        -----
        "⟨L, print ȳ; s̄⟩^ℓ ∘ FS,  O" => "⟨L, s̄⟩^ℓ ∘ FS,  O' = O · ⟨n, L(ȳ)⟩"
    }
    source "ours";
    apply Stack print;
}
fn print(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Print { args } = stack.stmt(&sys.program));
    conclude!(sys);
    let shown: Vec<String> =
        sys.program.args(args).iter().map(|y| sys.naming().bare(stack.get(&sys.program, *y))).collect();
    let (node, text) = (stack.node, error(shown.join(" ")));
    sys.report(|| Effect::Printed { node, text: text.clone() });
    sys.printed.push((node, text));
    stack.advance();
    Ok(())
}

rule! {
    /// What is asserted holds: the frame goes on.
    ASSERT: "Assert" in Sequential("sequential") {
        holds: "L(y) = true";
        -----
        "⟨L, assert y; s̄⟩^ℓ ∘ FS" => "⟨L, s̄⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack assert;
}
fn assert(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Assert { y, .. } = stack.stmt(&sys.program));
    premise!(assert::holds, if matches!(stack.get(&sys.program, y), Value::Bool(true)));
    conclude!(sys);
    stack.advance();
    Ok(())
}

rule! {
    /// What is asserted does not hold: "assertion failed" is raised, with the message if there is one.
    ASSERT_ERROR: "Assert-Error" in Sequential("sequential") {
        fails: "L(y) = false";
        -----
        "⟨L, assert y; s̄⟩^ℓ ∘ FS" => "⟨L, raise \"assertion failed\"⟩^ℓ ∘ FS"
    }
    source "ours";
    apply Stack assert_error;
}
fn assert_error(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Assert { y, m } = stack.stmt(&sys.program));
    premise!(assert_error::fails, if matches!(stack.get(&sys.program, y), Value::Bool(false)));
    conclude!(sys);
    let e = match stack.get(&sys.program, m) {
        Value::Str(message) => format!("assertion failed: {message}"),
        _ => String::from("assertion failed"),
    };
    raise(sys, stack, error(e))
}

rule! {
    /// The top frame raises an error.
    THROW: "Throw" in Sequential("sequential") {
        -----
        "⟨L, throw y; s̄⟩^ℓ ∘ FS" => "⟨L, raise L(y)⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Throw";
    apply Stack throw;
}
fn throw(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Stmt::Throw { y } = stack.stmt(&sys.program));
    conclude!(sys);
    match stack.get(&sys.program, y).clone() {
        Value::Str(e) => raise(sys, stack, e),
        other => panic!("errors are strings, not {other:?}: the type checker lets nothing else through"),
    }
}

rule! {
    /// A handler in the frame takes the error. An atomic block that the jump leaves is ended.
    CATCH: "Catch" in Sequential("sequential") {
        handler: "a handler of the frame covers s̄: it is at l and binds x";
        -----
        "⟨L, raise e⟩^ℓ ∘ FS" => "⟨L[x↦e], s̄_l⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Catch";
    apply Stack catch;
}
fn catch(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(let Some(e) = stack.raising.clone());
    premise!(catch::handler, let Some(handler) = stack.handler(&sys.program));
    conclude!(sys);
    stack.raising = None;
    if let Some(x) = handler.error {
        bind(sys, stack, x, Value::Str(e))?;
    }
    stack.top_mut().pc = handler.target;
    sys.leave_atomic(stack);
    Ok(())
}

rule! {
    /// A synchronous frame without handler is popped, and the frame below raises the error.
    UNWIND: "Unwind" in Sequential("sequential") {
        no_handler: "no handler of the frame covers s̄";
        -----
        "⟨L', raise e⟩^s ∘ ⟨L, x = □; s̄⟩^ℓ ∘ FS" => "⟨L, raise e⟩^ℓ ∘ FS"
    }
    source "[PnP] E-Unwind";
    apply Stack unwind;
}
fn unwind(sys: &mut System, stack: &mut Stack) -> Attempt {
    shape!(if stack.raising.is_some() && stack.top().label == Label::Sync);
    premise!(unwind::no_handler, if stack.handler(&sys.program).is_none());
    conclude!(sys);
    let f = stack.pop().f;
    sys.report(|| Effect::FunctionLeft { f });
    sys.leave_atomic(stack);
    Ok(())
}

/// L[x ↦ v] for a `&Value`, reported. A number goes from its place to the slot through a register, which a function that
/// is given a [`Value`] could not promise.
macro_rules! bind_copy {
    ($sys:expr, $stack:expr, $x:expr, $value:expr) => {
        match $value {
            Value::Int(i) => {
                let i = *i;
                $crate::semantics::rules::sequential::bind_with($sys, $stack, $x, || Value::Int(i))
            }
            other => {
                let value = other.clone();
                $crate::semantics::rules::sequential::bind($sys, $stack, $x, value)
            }
        }
    };
}
pub(super) use bind_copy;

/// L[x ↦ v], reported.
#[inline(always)]
pub(super) fn bind(sys: &mut System, stack: &mut Stack, x: Slot, value: Value) -> Attempt {
    bind_with(sys, stack, x, || value)
}

/// L[x ↦ make()], reported.
#[inline(always)]
pub(super) fn bind_with(sys: &mut System, stack: &mut Stack, x: Slot, make: impl FnOnce() -> Value) -> Attempt {
    stack.bind_with(x, make);
    sys.report(|| Effect::Bound { slot: x, value: stack.local(x).clone() });
    Ok(())
}

/// The top frame raises an error, reported.
pub(super) fn raise(sys: &mut System, stack: &mut Stack, e: crate::calculus::Text) -> Attempt {
    sys.report(|| Effect::Failed { error: e.clone() });
    stack.raise(e);
    Ok(())
}
