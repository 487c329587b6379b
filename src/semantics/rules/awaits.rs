//! Section 4, continued: awaits of several things, and awaits with a guard.
//!
//! What such an await does is decided once and recorded in D, so that a replay does the same. `plan` says what the await
//! at the top of a stack would do: go on (recording what it has to), park, or find that the execution diverges. The rules
//! are the cases of that plan.

use super::sequential::{bind, raise};
use crate::calculus::term::Awaited;
use crate::calculus::{Address, Path, Slot, Stmt, Text, Value};
use crate::semantics::rule::{Attempt, conclude, premise, rule, shape};
use crate::semantics::stack::Stack;
use crate::semantics::system::{Answer, Origin, Promise, Settled, System};
use crate::semantics::verbs::error;

/// What an await would do.
pub(super) enum Plan {
    /// Go on.
    Go(Go),
    /// Wait for any of these.
    Park(Vec<Value>),
    /// D records something that this await cannot do again.
    Diverge(Mismatch),
}

/// How an await goes on.
#[derive(Default)]
pub(super) struct Go {
    /// The answers that it creates, in the order of their names.
    pub(super) answers: Vec<(Answer, i64)>,
    /// What it yields, or the error that it raises.
    outcome: Option<Result<Value, Text>>,
    /// Whose failure is seen by that.
    seen: Option<Value>,
}

/// A recorded answer that does not fit.
pub(super) struct Mismatch {
    /// The name of the answer.
    pub(super) at: Path,
    /// What this attempt wants to record there.
    pub(super) wanted: Answer,
}

/// The parts of an await of several things or with a guard.
pub(super) struct ManyAwait {
    pub(super) x: Slot,
    pub(super) w: Awaited,
    pub(super) y: Value,
    pub(super) guard: Option<Value>,
}

/// The await of several things or with a guard at the top of `stack`, if it comes to one.
pub(super) fn many(sys: &System, stack: &Stack) -> Option<ManyAwait> {
    match stack.stmt(&sys.program) {
        Stmt::AwaitMany { x, w, y, guard } => {
            let y = stack.get(&sys.program, y).clone();
            Some(ManyAwait { x, w, y, guard: guard.map(|z| stack.local(z).clone()) })
        }
        _ => None,
    }
}

/// What the await would do.
pub(super) fn plan(sys: &mut System, stack: &Stack, many: &ManyAwait) -> Plan {
    let first = stack.next_name(sys);
    let Some(z) = &many.guard else { return plan_own(sys, many, first) };
    let children = elements(z);
    match recorded(sys, first, Answer::Guard) {
        Recorded::Other => Plan::Diverge(Mismatch { at: first, wanted: Answer::Guard }),
        Recorded::Answer(0) => {
            let own = stack.name_behind(sys, first);
            with_answer(plan_own(sys, many, own), Answer::Guard, 0)
        }
        Recorded::Answer(i) => {
            let child = usize::try_from(i - 1).ok().and_then(|i| children.get(i));
            let again = again(sys, child, false, Mismatch { at: first, wanted: Answer::Guard });
            with_answer(again, Answer::Guard, i)
        }
        Recorded::Nothing => {
            if let Some((i, child, e)) = first_failure(sys, &children, true) {
                let answers = vec![(Answer::Guard, i as i64 + 1)];
                return Plan::Go(Go { answers, outcome: Some(Err(e)), seen: Some(child) });
            }
            let own = stack.name_behind(sys, first);
            match with_answer(plan_own(sys, many, own), Answer::Guard, 0) {
                Plan::Park(mut on) => {
                    on.extend(children.iter().map(disowned).filter(|child| sys.settled(child).is_none()).cloned());
                    Plan::Park(on)
                }
                other => other,
            }
        }
    }
}

/// What the await would do without its guard; `name` is that of the answer it may record.
fn plan_own(sys: &System, many: &ManyAwait, name: Path) -> Plan {
    match many.w {
        Awaited::One => element(sys, &many.y, Vec::new()),
        Awaited::Settled => {
            let children = elements(&many.y);
            let pending: Vec<Value> =
                children.iter().map(disowned).filter(|c| sys.settled(c).is_none()).cloned().collect();
            if pending.is_empty() { Plan::Go(Go::yields(Value::Unit)) } else { Plan::Park(pending) }
        }
        Awaited::Any => plan_any(sys, &elements(&many.y), name),
        Awaited::All => plan_all(sys, &elements(&many.y), name),
    }
}

fn plan_any(sys: &System, items: &[Value], name: Path) -> Plan {
    if items.is_empty() {
        return Plan::Go(Go { outcome: Some(Err(error("any of nothing"))), ..Go::default() });
    }
    let mismatch = Mismatch { at: name, wanted: Answer::Any };
    match recorded(sys, name, Answer::Any) {
        Recorded::Other => Plan::Diverge(mismatch),
        Recorded::Answer(i) => {
            let item = usize::try_from(i).ok().and_then(|i| items.get(i));
            with_answer(again(sys, item, true, mismatch), Answer::Any, i)
        }
        Recorded::Nothing => match items.iter().position(|item| sys.settled(item).is_some()) {
            Some(i) => element(sys, &items[i], vec![(Answer::Any, i as i64)]),
            None => Plan::Park(items.to_vec()),
        },
    }
}

fn plan_all(sys: &System, items: &[Value], name: Path) -> Plan {
    let mismatch = Mismatch { at: name, wanted: Answer::All };
    let record = recorded(sys, name, Answer::All);
    if let Recorded::Answer(i) = record {
        let item = usize::try_from(i).ok().and_then(|i| items.get(i));
        return with_answer(again(sys, item, false, mismatch), Answer::All, i);
    }
    if let Some((i, item, e)) = first_failure(sys, items, false) {
        if matches!(record, Recorded::Other) {
            return Plan::Diverge(mismatch);
        }
        return Plan::Go(Go { answers: vec![(Answer::All, i as i64)], outcome: Some(Err(e)), seen: Some(item) });
    }
    let pending: Vec<Value> = items.iter().filter(|item| sys.settled(item).is_none()).cloned().collect();
    if !pending.is_empty() {
        return Plan::Park(pending);
    }
    let done = items.iter().filter_map(|item| match sys.settled(item) {
        Some(Settled::Done(v)) => Some(v.clone()),
        _ => None,
    });
    Plan::Go(Go::yields(Value::list(done)))
}

impl Go {
    fn yields(value: Value) -> Go {
        Go { outcome: Some(Ok(value)), ..Go::default() }
    }
}

/// Going on as an await of one element, which records `answers`.
fn element(sys: &System, item: &Value, answers: Vec<(Answer, i64)>) -> Plan {
    match sys.settled(item) {
        None => Plan::Park(vec![item.clone()]),
        Some(Settled::Done(v)) => Plan::Go(Go { answers, outcome: Some(Ok(v.clone())), seen: None }),
        Some(failed) => Plan::Go(Go { answers, outcome: failed.error().map(Err), seen: Some(item.clone()) }),
    }
}

/// Going on as the recorded answer says: as an await of that element alone. The answer was given because the element had
/// failed, unless it `may_be_done`.
fn again(sys: &System, item: Option<&Value>, may_be_done: bool, mismatch: Mismatch) -> Plan {
    let Some(item) = item.map(disowned) else { return Plan::Diverge(mismatch) };
    match sys.settled(item) {
        Some(Settled::Done(_)) if !may_be_done => Plan::Diverge(mismatch),
        _ => element(sys, item, Vec::new()),
    }
}

/// The plan, with an answer before those that it records.
fn with_answer(plan: Plan, answer: Answer, i: i64) -> Plan {
    match plan {
        Plan::Go(mut go) => {
            go.answers.insert(0, (answer, i));
            Plan::Go(go)
        }
        other => other,
    }
}

/// The failed element of lowest index, those that were cancelled last. As children of a guard only those count whose
/// failure nobody has seen, and not the "cancelled" of one that the block itself has cancelled.
fn first_failure(sys: &System, items: &[Value], guard: bool) -> Option<(usize, Value, Text)> {
    let mut cancelled = None;
    for (i, item) in items.iter().enumerate() {
        let child = disowned(item);
        let Some(settled) = sys.settled(child) else { continue };
        let Some(e) = settled.error() else { continue };
        if guard && (sys.is_observed(child) || (settled.is_cancelled() && matches!(item, Value::Some(_)))) {
            continue;
        }
        if !settled.is_cancelled() {
            return Some((i, child.clone(), e));
        }
        cancelled = cancelled.or(Some((i, child.clone(), e)));
    }
    cancelled
}

/// A child of a scope: the block's own cancel wraps it in `some` ([`crate::calculus::Op::Disown`]).
fn disowned(child: &Value) -> &Value {
    match child {
        Value::Some(inner) => inner,
        other => other,
    }
}

fn elements(list: &Value) -> Vec<Value> {
    match list {
        Value::List(items) => items.iter().cloned().collect(),
        other => panic!("all, any and guards take lists, not {other:?}"),
    }
}

enum Recorded {
    Nothing,
    Answer(i64),
    Other,
}

/// What D holds under the name of an answer.
fn recorded(sys: &System, name: Path, wanted: Answer) -> Recorded {
    match sys.promises.get(name) {
        None => Recorded::Nothing,
        Some(Promise { origin: Origin::Answer(kind), state: Some(Settled::Done(Value::Int(i))), .. })
            if *kind == wanted =>
        {
            Recorded::Answer(*i)
        }
        Some(_) => Recorded::Other,
    }
}

/// Records the answers and goes on.
fn go(sys: &mut System, stack: &mut Stack, x: Slot, go: Go) -> Attempt {
    for (answer, i) in go.answers {
        let name = stack.next_name(sys);
        if sys.promises.contains(name) {
            stack.count_creation(name);
            continue;
        }
        let mut promise = Promise::new(Origin::Answer(answer), Address::Node(stack.node), None);
        promise.state = Some(Settled::Done(Value::Int(i)));
        sys.create(stack, name, promise);
    }
    if let Some(seen) = go.seen {
        sys.observe(&seen);
    }
    match go.outcome {
        Some(Ok(value)) => bind(sys, stack, x, value),
        Some(Err(e)) => raise(sys, stack, e),
        None => unreachable!("an await that goes on yields or raises"),
    }
}

/// The plan of the await at the top, if its form is one of `forms` and it has a guard or not, as told.
fn planned(sys: &mut System, stack: &Stack, fits: impl Fn(&ManyAwait) -> bool) -> Option<(Slot, Plan)> {
    let many = many(sys, stack).filter(fits)?;
    let plan = plan(sys, stack, &many);
    Some((many.x, plan))
}

/// Whether going on writes to D, which a stale execution may not.
fn records(go: &Go) -> bool {
    !go.answers.is_empty()
}

rule! {
    /// An await of the first of several things goes on: the settled one of lowest index, whose number is recorded. The race
    /// is decided once: in replay the recorded number counts. Of an empty list it raises "any of nothing".
    AWAIT_ANY: "Await-Any" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        some: "element i of L(y) is settled: the one that D(π.k) records, else the first that is; or L(y) is empty";
        live: "c is not stale, or nothing is recorded";
        -----
        "⟨L, x = await any(y); s̄⟩^ℓ ∘ FS" =>
        "as Await-Continue or Await-Throw of element i,  D' = D[π.k↦⟨resolved i, answer(any), …⟩]"
    }
    source "ours";
    apply Stack await_any;
}
fn await_any(sys: &mut System, stack: &mut Stack) -> Attempt {
    let planned = planned(sys, stack, |many| many.w == Awaited::Any && many.guard.is_none());
    shape!(let Some((x, plan)) = planned);
    premise!(await_any::unmarked, if !sys.is_marked(stack));
    premise!(await_any::some, let Plan::Go(plan) = plan);
    premise!(await_any::live, if !(records(&plan) && sys.is_stale(stack.exec)));
    conclude!(sys);
    go(sys, stack, x, plan)
}

rule! {
    /// An await of several things goes on when all are done, with the list of their values, or when one has failed, with its
    /// error: the failed one of lowest index, those that were cancelled last. Which one is recorded.
    AWAIT_ALL: "Await-All" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        all: "all elements of L(y) are done: v̄; or element i has failed: the one that D(π.k) records, else the first";
        live: "c is not stale, or nothing is recorded";
        -----
        "⟨L, x = await all(y); s̄⟩^ℓ ∘ FS" =>
        "⟨L[x↦v̄], s̄⟩^ℓ ∘ FS,  or as Await-Throw of element i,  D' = D[π.k↦⟨resolved i, answer(all), …⟩]"
    }
    source "ours";
    apply Stack await_all;
}
fn await_all(sys: &mut System, stack: &mut Stack) -> Attempt {
    let planned = planned(sys, stack, |many| many.w == Awaited::All && many.guard.is_none());
    shape!(let Some((x, plan)) = planned);
    premise!(await_all::unmarked, if !sys.is_marked(stack));
    premise!(await_all::all, let Plan::Go(plan) = plan);
    premise!(await_all::live, if !(records(&plan) && sys.is_stale(stack.exec)));
    conclude!(sys);
    go(sys, stack, x, plan)
}

rule! {
    /// An await inside a scope goes on when a child of an enclosing scope has failed with nobody having seen it, raising that
    /// child's error (lowest index, cancelled last), or else when its own condition holds. What it did is recorded: 0 its
    /// own way, i+1 child i; an any or all inside then records its own answer under the next name.
    AWAIT_GUARD: "Await-Guard" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        live: "c is not stale";
        ready: "child i of L(z) has failed with e, unseen; or else await w would go on; \
         in replay the one that D(π.k) records";
        -----
        "⟨L, x = await w guard z; s̄⟩^ℓ ∘ FS" =>
        "⟨L, raise e⟩^ℓ ∘ FS for child i,  or as await w,  D' = D[π.k↦⟨resolved i+1 or 0, answer(guard), …⟩]"
    }
    source "ours";
    apply Stack await_guard;
}
fn await_guard(sys: &mut System, stack: &mut Stack) -> Attempt {
    let planned = planned(sys, stack, |many| many.guard.is_some());
    shape!(let Some((x, plan)) = planned);
    premise!(await_guard::unmarked, if !sys.is_marked(stack));
    premise!(await_guard::live, if !sys.is_stale(stack.exec));
    premise!(await_guard::ready, let Plan::Go(plan) = plan);
    conclude!(sys);
    go(sys, stack, x, plan)
}

rule! {
    /// An await of several things, or with a guard, that cannot go on parks its frame once, listed with everything that it
    /// waits for: its elements, and the children of its guard. The first to settle takes it off all. (In replay, with what
    /// the record names alone.)
    AWAIT_PARK: "Await-Park" in Tasks("tasks") {
        unmarked: "the frame is not marked";
        waits: "await w would not go on, and no child of L(z) has failed unseen; \
         in replay what D(π.k) records would not";
        live: "c is not stale, or the frame has no guard and waits for tasks only";
        -----
        "S ⊎ {F ∘ FS},  F = ⟨L, x = await w [guard z]; s̄⟩^ℓ" =>
        "S ⊎ {FS},  T'(o) = running(W ⊎ {F}), K'(q) = K(q) ⊎ {F}, ⟨c, n#i⟩ ∈ D'(q).callbacks,  \
         for each o, q of w and z that is not settled"
    }
    source "ours";
    apply Stack await_park;
}
fn await_park(sys: &mut System, stack: &mut Stack) -> Attempt {
    let guarded = many(sys, stack).is_some_and(|many| many.guard.is_some());
    shape!(let Some((_, plan)) = planned(sys, stack, |_| true));
    premise!(await_park::unmarked, if !sys.is_marked(stack));
    premise!(await_park::waits, let Plan::Park(on) = plan);
    let volatile = !guarded && on.iter().all(|thing| matches!(thing, Value::Task(_)));
    premise!(await_park::live, if volatile || !sys.is_stale(stack.exec));
    conclude!(sys);
    sys.park(stack, on.into());
    Ok(())
}
