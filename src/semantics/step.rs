//! The relation Σ → Σ': what may happen (`enabled`), doing it (`fire`), and why something does not (`refusals`).
//!
//! `candidates` says which rules have to do with which statement; the rules themselves say when they fire. A stack is
//! checked out of Σ while it steps, so that a rule can change both.

use smallvec::SmallVec;

use super::catalogue::CATALOGUE;
use super::focus::{Choice, Focus};
use super::rule::{Apply, Attempt, Premise, Rule, SHAPE};
use super::rules::{awaits, cancel, executions, failure, messages, promises, sequential, tasks, time};
use super::settings::{Network, Order, Timing};
use super::stack::Stack;
use super::system::{Body, StackId, System};
use crate::calculus::{Address, NodeId, Path, Program, Stmt, Target, Value};

/// A list of rules, made once.
macro_rules! rules {
    ($($rule:path),*) => {
        const { &[$(&$rule),*] as &'static [&'static Rule] }
    };
}

/// The rules that may fire where the top frame comes to `stmt`; the one that usually does comes first.
fn candidates(stmt: Stmt) -> &'static [&'static Rule] {
    match stmt {
        Stmt::Move { .. } => rules![sequential::MOVE],
        Stmt::Op { .. } | Stmt::OpN { .. } => rules![sequential::OP, sequential::OP_ERROR],
        Stmt::Read { .. } => rules![sequential::READ],
        Stmt::Write { .. } => rules![sequential::WRITE],
        Stmt::ReadAt { .. } | Stmt::Outcome { .. } => rules![],
        Stmt::Goto { .. } => rules![sequential::GOTO],
        Stmt::Branch { .. } => rules![sequential::BRANCH],
        Stmt::Call { .. } => rules![sequential::CALL, sequential::CALL_DEPTH],
        Stmt::Async { .. } => rules![tasks::ASYNC_CALL, sequential::CALL_DEPTH],
        Stmt::SpawnLocal { .. } => {
            rules![executions::SPAWN_LOCAL, failure::SPAWN_REPLAY, failure::DIVERGE, failure::FENCE]
        }
        Stmt::SpawnDist { .. } => {
            rules![messages::SPAWN_DIST, messages::NO_TAKER, failure::SPAWN_REPLAY, failure::DIVERGE, failure::FENCE]
        }
        Stmt::Send { .. } => rules![messages::SEND, messages::NO_TAKER],
        Stmt::Await { .. } => rules![
            tasks::AWAIT_CONTINUE,
            tasks::AWAIT,
            promises::DIST_AWAIT_CONTINUE,
            promises::DIST_AWAIT,
            tasks::AWAIT_THROW,
            promises::DIST_AWAIT_THROW,
            tasks::AWAIT_CANCELLED,
            failure::FENCE
        ],
        Stmt::AwaitMany { .. } => rules![
            awaits::AWAIT_ANY,
            awaits::AWAIT_ALL,
            awaits::AWAIT_GUARD,
            awaits::AWAIT_PARK,
            tasks::AWAIT_CANCELLED,
            failure::DIVERGE,
            failure::FENCE
        ],
        Stmt::Wait { .. } => rules![tasks::WAIT_CONTINUE],
        Stmt::Yield => rules![tasks::YIELD],
        Stmt::Promise { .. } => rules![promises::NEW_PROMISE, failure::SPAWN_REPLAY, failure::DIVERGE, failure::FENCE],
        Stmt::Resolve { .. } => rules![promises::RESOLVE, failure::FENCE],
        Stmt::Reject { .. } => rules![promises::REJECT, failure::FENCE],
        Stmt::Cancel { .. } => rules![cancel::CANCEL, cancel::CANCEL_SETTLED, failure::FENCE],
        Stmt::IsDone { .. } => rules![tasks::IS_DONE],
        Stmt::Sleep { .. } => rules![time::SLEEP, failure::SPAWN_REPLAY, failure::DIVERGE, failure::FENCE],
        Stmt::Now { .. } => rules![time::NOW],
        Stmt::Here { .. } => rules![time::HERE],
        Stmt::Choose { .. } => rules![time::CHOOSE, time::CHOOSE_ERROR],
        Stmt::AtomicBegin => rules![cancel::ATOMIC_BEGIN],
        Stmt::AtomicEnd => rules![cancel::ATOMIC_END],
        Stmt::Print { .. } => rules![sequential::PRINT],
        Stmt::Assert { .. } => rules![sequential::ASSERT, sequential::ASSERT_ERROR],
        Stmt::Return { .. } => rules![
            sequential::RETURN,
            tasks::ASYNC_RETURN,
            promises::DIST_RETURN,
            messages::MESSAGE_RETURN,
            promises::LATE,
            failure::FENCE
        ],
        Stmt::Throw { .. } => rules![sequential::THROW],
    }
}

/// The rules that may fire where the top frame is raising an error.
static RAISING: &[&Rule] = &[
    &sequential::CATCH,
    &sequential::UNWIND,
    &tasks::ASYNC_THROW,
    &promises::DIST_THROW,
    &messages::MESSAGE_THROW,
    &promises::LATE,
    &failure::FENCE,
];

fn candidates_of(program: &Program, stack: &Stack) -> &'static [&'static Rule] {
    if stack.raising.is_some() { RAISING } else { candidates(stack.stmt(program)) }
}

/// Whether the next step of a stack can be by a rule of some kind.
pub fn may_be(program: &Program, stack: &Stack, kind: impl Fn(&Rule) -> bool) -> bool {
    candidates_of(program, stack).iter().any(|rule| kind(rule))
}

/// One step of a stack that is checked out of Σ: the rule that fired, or `None` when the stack has no step (it waits) or
/// comes to a choice, which needs an alternative. Whoever holds the stack puts it back, or lets it vanish when it is empty.
#[inline]
pub fn advance(sys: &mut System, stack: &mut Stack) -> Option<&'static Rule> {
    if stack.raising.is_none() {
        // The steps that programs spend their time in, called by name so that they are compiled into one loop. They are the
        // functions of the rules: tests/properties holds such runs against runs that fire each rule through its block.
        let (rule, attempt): (&'static Rule, Attempt) = match stack.stmt(&sys.program) {
            Stmt::Move { .. } => (&sequential::MOVE, sequential::move_(sys, stack)),
            Stmt::Op { .. } => (&sequential::OP, sequential::op(sys, stack)),
            Stmt::Branch { .. } => (&sequential::BRANCH, sequential::branch(sys, stack)),
            Stmt::Goto { .. } => (&sequential::GOTO, sequential::goto(sys, stack)),
            Stmt::Async { .. } => (&tasks::ASYNC_CALL, tasks::async_call(sys, stack)),
            Stmt::Await { .. } => (&tasks::AWAIT_CONTINUE, tasks::await_continue(sys, stack)),
            Stmt::Return { .. } => (&tasks::ASYNC_RETURN, tasks::async_return(sys, stack)),
            _ => (&sequential::MOVE, Err(&SHAPE)),
        };
        if attempt.is_ok() {
            return Some(rule);
        }
    }
    first(candidates_of(&sys.program, stack), sys, stack)
}

/// Takes the sequential steps that a stack comes to, one behind the other, at most so many, and shows `see` the rule of each
/// and the statement that it was for. It ends before any statement but the plainest.
pub fn advance_plainly(sys: &mut System, id: StackId, most: usize, mut see: impl FnMut(&'static Rule, Target)) {
    let mut stack = check_out(sys, id);
    for _ in 0..most {
        let plain = matches!(
            stack.stmt(&sys.program),
            Stmt::Move { .. } | Stmt::Op { .. } | Stmt::OpN { .. } | Stmt::Branch { .. } | Stmt::Goto { .. }
        );
        if stack.raising.is_some() || !plain {
            break;
        }
        let at = stack.top().pc;
        let Some(rule) = advance(sys, &mut stack) else { break };
        see(rule, at);
    }
    put_back(sys, id, stack);
}

#[inline(never)]
fn first(rules: &'static [&'static Rule], sys: &mut System, stack: &mut Stack) -> Option<&'static Rule> {
    rules.iter().copied().find(|rule| apply_stack(rule, sys, stack).is_ok())
}

#[inline(always)]
fn apply_stack(rule: &'static Rule, sys: &mut System, stack: &mut Stack) -> Attempt {
    match rule.apply {
        Apply::Stack(apply) => apply(sys, stack),
        _ => Err(&SHAPE),
    }
}

/// Applies `rule` at `focus`, or probes it.
fn apply(sys: &mut System, rule: &'static Rule, focus: Focus) -> Attempt {
    match (rule.apply, focus) {
        (Apply::Stack(apply), Focus::Stack(id)) => checked_out(sys, id, apply),
        (Apply::Alternative(apply), Focus::Alternative(id, i)) => {
            checked_out(sys, id, |sys, stack| apply(sys, stack, i as usize))
        }
        (Apply::Message(apply), Focus::Message(at, n)) if (at as usize) < sys.messages.len() => {
            apply(sys, at as usize, n)
        }
        (Apply::Flight(apply), Focus::Flight(at)) if (at as usize) < sys.messages.len() => apply(sys, at as usize),
        (Apply::Promise(apply), Focus::Promise(q)) if sys.promises.contains(q) => apply(sys, q),
        (Apply::Callback(apply), Focus::Callback(q, i)) if sys.promises.contains(q) => apply(sys, q, i as usize),
        (Apply::Node(apply), Focus::Node(n)) if (n.0 as usize) < sys.nodes.len() => apply(sys, n),
        _ => Err(&SHAPE),
    }
}

/// Takes a ready stack out of Σ, lets `f` step it, and puts back what is left.
fn checked_out(sys: &mut System, id: StackId, f: impl FnOnce(&mut System, &mut Stack) -> Attempt) -> Attempt {
    if !sys.stacks.contains(id.0 as usize) {
        return Err(&SHAPE);
    }
    let mut stack = check_out(sys, id);
    let result = f(sys, &mut stack);
    put_back(sys, id, stack);
    result
}

/// Puts a stack back that was checked out: an empty one vanishes, and the turn of its node follows.
pub(super) fn put_back(sys: &mut System, id: StackId, stack: Stack) {
    let (node, empty, atomic) = (stack.node, stack.frames.is_empty(), stack.atomic.is_some());
    // What stands there is what `check_out` left: it holds nothing that has to be given back.
    std::mem::forget(std::mem::replace(&mut *sys.stacks[id.0 as usize], stack));
    if sys.probing {
        return;
    }
    if empty {
        sys.vanish(id);
    } else {
        let keeps = sys.is_cooperative() || atomic;
        sys.node_mut(node).turn = keeps.then_some(id);
    }
}

/// Checks out a ready stack; `put_back` must follow.
pub(super) fn check_out(sys: &mut System, id: StackId) -> Stack {
    std::mem::take(&mut *sys.stacks[id.0 as usize])
}

/// Whether `rule` would fire at `focus`.
fn holds(sys: &mut System, rule: &'static Rule, focus: Focus) -> bool {
    probe(sys, rule, focus).is_ok()
}

/// Whether `rule` would fire at `focus`; Σ stays as it is.
///
/// # Errors
/// The first premise that does not hold, or that of the shape.
pub fn probe(sys: &mut System, rule: &'static Rule, focus: Focus) -> Attempt {
    let before = std::mem::replace(&mut sys.probing, true);
    let attempt = apply(sys, rule, focus);
    sys.probing = before;
    attempt
}

/// Takes a step.
///
/// # Errors
/// The premise that refuses it; then Σ is as it was.
pub fn fire(sys: &mut System, choice: Choice) -> Attempt {
    if sys.diverged.is_some() {
        return Err(&SHAPE);
    }
    apply(sys, choice.rule, choice.focus)
}

/// Every step that may be taken, in a fixed order: stacks, messages, recovery, the clock, then faults that a budget pays.
/// Empty when Σ is final (calculus 10) but for such faults; they can be told by their rule.
pub fn enabled(sys: &mut System) -> Vec<Choice> {
    let mut found = Vec::new();
    enabled_into(sys, &mut found);
    found
}

fn enabled_into(sys: &mut System, found: &mut Vec<Choice>) {
    if sys.diverged.is_none() {
        collect_steps(sys, found);
        collect_clock(sys, found);
        collect_paid_faults(sys, found);
    }
}

/// For each statement the rule that usually fires there, but where a frame may block or comes to a choice.
#[derive(Clone, Debug)]
pub struct Usual(Vec<Option<&'static Rule>>);

impl Usual {
    /// The rules that usually fire in a program.
    pub fn of(program: &Program) -> Usual {
        let asks = |stmt: Stmt| matches!(stmt, Stmt::Wait { .. } | Stmt::Choose { .. });
        let usual = |stmt: &Stmt| candidates(*stmt).first().copied().filter(|_| !asks(*stmt));
        Usual(program.code.iter().map(usual).collect())
    }
}

/// As [`enabled`], in a list that was used before, and without asking of stacks by which rule they step: it is the one that
/// usually fires there. How many of them are no faults; those come first.
pub fn enabled_roughly(sys: &mut System, usual: &Usual, found: &mut Vec<Choice>) -> usize {
    found.clear();
    if sys.diverged.is_some() {
        return 0;
    }
    collect_stacks(sys, found, |sys, found, id| collect_roughly(sys, usual, found, id));
    collect_messages(sys, found);
    collect_recovery(sys, found);
    collect_clock(sys, found);
    let steps = found.len();
    collect_paid_faults(sys, found);
    steps
}

/// The step of one ready stack by the rule that usually fires where it is. A frame always has some step but where it blocks or
/// comes to a choice.
#[inline(always)]
fn collect_roughly(sys: &mut System, Usual(usual): &Usual, found: &mut Vec<Choice>, id: StackId) {
    let stack = &sys.stacks[id.0 as usize];
    match usual[stack.top().pc.0 as usize] {
        Some(rule) if stack.raising.is_none() => {
            debug_assert_eq!(enabled_at(sys, id).len(), 1, "a stack that does not wait has a step");
            found.push(Choice { rule, focus: Focus::Stack(id) });
        }
        _ => collect_stack(sys, found, id),
    }
}

/// The steps of recovery, of the clock and of faults, in the order of [`enabled`]; `busy` says that a stack or a message has
/// a step, and `flights` that messages in flight are asked, too, whether they are lost or doubled.
pub fn enabled_beside(sys: &mut System, busy: bool, flights: bool) -> Vec<Choice> {
    let mut found = Vec::new();
    if sys.diverged.is_some() {
        return found;
    }
    collect_recovery(sys, &mut found);
    if !busy || sys.settings.timing == Timing::Free {
        collect_clock(sys, &mut found);
    }
    collect_faults(sys, &mut found, flights);
    found
}

/// Whether no step is enabled, the clock and budgeted faults aside.
pub fn is_idle(sys: &mut System) -> bool {
    let mut found = Vec::new();
    collect_steps(sys, &mut found);
    found.is_empty()
}

fn collect_steps(sys: &mut System, found: &mut Vec<Choice>) {
    collect_stacks(sys, found, collect_stack);
    collect_messages(sys, found);
    collect_recovery(sys, found);
}

/// The timers that may fire beside what was found.
#[inline(always)]
fn collect_clock(sys: &mut System, found: &mut Vec<Choice>) {
    if sys.settings.timing == Timing::Free || found.is_empty() {
        collect_timers(sys, found);
    }
}

fn collect_timers(sys: &mut System, found: &mut Vec<Choice>) {
    for q in due_timers(sys) {
        push(sys, found, &time::FIRE, Focus::Promise(q));
    }
}

fn push(sys: &mut System, found: &mut Vec<Choice>, rule: &'static Rule, focus: Focus) {
    if holds(sys, rule, focus) {
        found.push(Choice { rule, focus });
    }
}

#[inline(always)]
fn collect_stacks(
    sys: &mut System,
    found: &mut Vec<Choice>,
    of_stack: impl Fn(&mut System, &mut Vec<Choice>, StackId),
) {
    let fifo = sys.settings.order == Order::Fifo;
    let mut served: SmallVec<[NodeId; 8]> = SmallVec::new();
    for at in 0..sys.ready.len() {
        let id = sys.ready[at];
        let node = sys.stacks[id.0 as usize].node;
        let turn = sys.turn(node);
        let in_line = fifo && turn.is_none();
        if turn.is_some_and(|turn| turn != id) || (in_line && served.contains(&node)) {
            continue;
        }
        let before = found.len();
        of_stack(sys, found, id);
        if in_line && found.len() > before {
            served.push(node);
        }
    }
}

/// The steps of one ready stack, whoever's turn it is: one, one for each alternative of a choice, or none while it waits.
pub fn enabled_at(sys: &mut System, id: StackId) -> Vec<Choice> {
    let mut found = Vec::new();
    collect_stack(sys, &mut found, id);
    found
}

fn collect_stack(sys: &mut System, found: &mut Vec<Choice>, id: StackId) {
    let stack = &sys.stacks[id.0 as usize];
    if stack.raising.is_none()
        && let Stmt::Choose { y, .. } = stack.stmt(&sys.program)
        && let Value::List(items) = stack.get(&sys.program, y)
        && !items.is_empty()
    {
        let alternatives = 0..items.len() as u32;
        found.extend(alternatives.map(|i| Choice { rule: &time::CHOOSE, focus: Focus::Alternative(id, i) }));
        return;
    }
    let rules = candidates_of(&sys.program, stack);
    let before = std::mem::replace(&mut sys.probing, true);
    let mut stack = check_out(sys, id);
    let rule = first(rules, sys, &mut stack);
    put_back(sys, id, stack);
    sys.probing = before;
    found.extend(rule.map(|rule| Choice { rule, focus: Focus::Stack(id) }));
}

fn collect_messages(sys: &mut System, found: &mut Vec<Choice>) {
    for at in 0..sys.messages.len() as u32 {
        collect_message(sys, found, at);
    }
}

/// The ways in which the message at a place of M may be consumed, budgeted faults aside, in the order of the nodes. What
/// somebody takes is not void, so of the rest alone it is asked whether it is.
pub fn collect_message(sys: &mut System, found: &mut Vec<Choice>, at: u32) {
    let before = (found.len(), std::mem::replace(&mut sys.probing, true));
    if sys.settings.network != Network::Fifo || !waits_its_turn(sys, at as usize) {
        match only_taker(sys, at as usize) {
            Some(n) => collect_delivery(sys, found, at, n),
            None => (0..sys.nodes.len() as u32).for_each(|n| collect_delivery(sys, found, at, NodeId(n))),
        }
    }
    debug_assert!(found.len() == before.0 || !messages::is_void(sys, at as usize), "what somebody takes is not void");
    if found.len() == before.0 && messages::discard(sys, at as usize).is_ok() {
        found.push(Choice { rule: &messages::DISCARD, focus: Focus::Flight(at) });
    }
    sys.probing = before.1;
}

/// How a node may take the message at a place of M: by one rule, since the premises of those for one kind of message exclude
/// each other. Chance asks this of every message before each step, so the functions of the rules are called by name here, too.
fn collect_delivery(sys: &mut System, found: &mut Vec<Choice>, at: u32, n: NodeId) {
    let place = at as usize;
    let (rule, attempt): (&'static Rule, Attempt) = match &sys.messages[place].body {
        Body::Invoke { .. } => (&messages::INVOKE, messages::invoke(sys, place, n)),
        Body::Call { .. } => (&messages::RECEIVE, messages::receive(sys, place, n)),
        Body::Resume { .. } => match messages::resume(sys, place, n) {
            Ok(()) => (&messages::RESUME, Ok(())),
            Err(_) => match failure::fence_resume(sys, place, n) {
                Ok(()) => (&failure::FENCE_RESUME, Ok(())),
                Err(_) => (&messages::RESUME_ELSEWHERE, messages::resume_elsewhere(sys, place, n)),
            },
        },
        Body::Cancel { .. } => (&cancel::CANCELLED, cancel::cancelled(sys, place, n)),
    };
    if attempt.is_ok() {
        found.push(Choice { rule, focus: Focus::Message(at, n) });
    }
}

/// With network = fifo: whether an earlier message of the same sender to the same single receiver is to be taken first.
fn waits_its_turn(sys: &System, at: usize) -> bool {
    let Some(receiver) = single_receiver(sys, at) else { return false };
    (0..at).any(|earlier| {
        sys.messages[earlier].from == sys.messages[at].from
            && single_receiver(sys, earlier) == Some(receiver)
            && !messages::is_void(sys, earlier)
    })
}

#[inline(always)]
fn single_receiver(sys: &System, at: usize) -> Option<NodeId> {
    match &sys.messages[at].body {
        Body::Invoke { to, .. } | Body::Call { to, .. } => match to {
            Address::Node(n) => Some(*n),
            _ => None,
        },
        Body::Resume { callback, .. } => sys.is_alive(callback.at).then_some(callback.at.node),
        Body::Cancel { to, .. } => sys.is_alive(*to).then_some(to.node),
    }
}

/// The only node that may take a message as things are, if there is only one.
fn only_taker(sys: &System, at: usize) -> Option<NodeId> {
    match &sys.messages[at].body {
        Body::Invoke { to: Address::Prefer(_, n), .. } | Body::Call { to: Address::Prefer(_, n), .. } => {
            sys.node(*n).up.then_some(*n)
        }
        _ => single_receiver(sys, at),
    }
}

/// The timers that may fire next: those that share the least deadline, in the order of creation.
pub(super) fn due_timers(sys: &System) -> Vec<Path> {
    let mut allowed = sys.timers.iter().filter(|(_, q)| time::may_fire(sys, **q)).peekable();
    let Some(least) = allowed.peek().map(|((deadline, _), _)| *deadline) else { return Vec::new() };
    allowed.take_while(|((deadline, _), _)| *deadline == least).map(|(_, q)| *q).collect()
}

#[inline]
pub(super) fn collect_recovery(sys: &mut System, found: &mut Vec<Choice>) {
    // Where no fault has happened yet there is nothing to mend.
    if sys.budget != sys.settings.budget {
        collect_mending(sys, found);
    }
}

fn collect_mending(sys: &mut System, found: &mut Vec<Choice>) {
    for n in 0..sys.nodes.len() as u32 {
        push(sys, found, &failure::RESTART, Focus::Node(NodeId(n)));
    }
    let promises: Vec<(Path, usize)> = sys.promises.iter().map(|(q, promise)| (q, promise.callbacks.len())).collect();
    for (q, callbacks) in promises {
        push(sys, found, &failure::EXPIRE, Focus::Promise(q));
        push(sys, found, &failure::REDISPATCH, Focus::Promise(q));
        for i in 0..callbacks as u32 {
            push(sys, found, &failure::REDISPATCH_RESUME, Focus::Callback(q, i));
        }
    }
}

#[inline]
fn collect_paid_faults(sys: &mut System, found: &mut Vec<Choice>) {
    if !sys.budget.is_spent() {
        collect_faults(sys, found, true);
    }
}

fn collect_faults(sys: &mut System, found: &mut Vec<Choice>, flights: bool) {
    for n in 0..sys.nodes.len() as u32 {
        push(sys, found, &failure::CRASH, Focus::Node(NodeId(n)));
    }
    let promises: Vec<Path> = sys.promises.iter().map(|(q, _)| q).collect();
    for q in promises {
        push(sys, found, &failure::SUSPECT, Focus::Promise(q));
    }
    for at in 0..sys.messages.len() as u32 {
        if flights {
            collect_flight_faults(sys, found, at);
        }
        for n in 0..sys.nodes.len() as u32 {
            push(sys, found, &messages::SUSPECT_PREFERRED, Focus::Message(at, NodeId(n)));
        }
    }
}

/// The faults of the message at a place of M.
pub fn collect_flight_faults(sys: &mut System, found: &mut Vec<Choice>, at: u32) {
    push(sys, found, &failure::LOSE, Focus::Flight(at));
    push(sys, found, &failure::DUPLICATE, Focus::Flight(at));
}

/// A rule that does not fire at a focus, and the first of its premises that does not hold.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The rule.
    pub rule: &'static Rule,
    /// The premise.
    pub premise: &'static Premise,
}

/// Why rules do not fire at `focus`: every rule of the catalogue that is about such a focus and refuses, in its order.
pub fn refusals(sys: &mut System, focus: Focus) -> Vec<Refusal> {
    let fits = |rule: &Rule| {
        matches!(
            (rule.apply, focus),
            (Apply::Stack(_), Focus::Stack(_))
                | (Apply::Alternative(_), Focus::Alternative(..))
                | (Apply::Message(_), Focus::Message(..))
                | (Apply::Flight(_), Focus::Flight(_))
                | (Apply::Promise(_), Focus::Promise(_))
                | (Apply::Callback(_), Focus::Callback(..))
                | (Apply::Node(_), Focus::Node(_))
        )
    };
    let rules: Vec<&'static Rule> = CATALOGUE.iter().copied().filter(|rule| fits(rule)).collect();
    rules.into_iter().filter_map(|rule| Some(Refusal { rule, premise: probe(sys, rule, focus).err()? })).collect()
}
