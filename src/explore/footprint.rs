//! What a step reads: for each statement that a stack can come to and each message, the parts of Σ that the rules for it look
//! at or change. A step is a function of these parts, so what it does is asked of the relation once for each of their values
//! (`memo`). Where this page does not know, a step reads everything.
//!
//! A premise that looks at a part which is not listed here would make the search wrong, so debug builds take every step once
//! more on the whole of Σ and compare.

use smallvec::SmallVec;

use super::parts::{Layout, Part};
use crate::calculus::config::{Addr, Exec};
use crate::calculus::{Address, NodeId, Operand, Path, Program, Stmt, Value};
use crate::semantics::settings::{Network, Scheduling, Settings};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Body, Message};

/// Where a part of Σ is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What there is once.
    World,
    /// A node, less its cells.
    Status(NodeId),
    /// The cells of a group at a node.
    Cells(NodeId, u32),
    /// An entry of T, or of D.
    Entry(Thing),
    /// The frames that are parked on it.
    Waiters(Thing),
}

/// A task or a promise. Attempts that chose differently may give one path to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An entry of T.
    Task(Path),
    /// An entry of D.
    Promise(Path),
}

impl Thing {
    /// The task or promise that a value names.
    pub fn of(value: &Value) -> Option<Thing> {
        match value {
            Value::Task(o) => Some(Thing::Task(*o)),
            Value::Promise(q) => Some(Thing::Promise(*q)),
            _ => None,
        }
    }
}

/// What a step reads besides the stack or message that takes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Footprint {
    /// These parts.
    Parts(Box<[Place]>),
    /// Everything, as far as is known.
    Whole,
}

/// Places that a step reads.
pub type Places = SmallVec<[Place; 6]>;

/// What the step of a stack or message reads.
pub fn of(program: &Program, settings: &Settings, part: &Part) -> Footprint {
    match part {
        Part::Stack(stack, has_turn) => known(of_ready(program, settings, stack, *has_turn)),
        // In line a message waits for those before it.
        Part::Message(message) if settings.network == Network::Unordered => {
            let mut places = Places::new();
            known(of_message(message, &mut places).map(|()| places))
        }
        _ => Footprint::Whole,
    }
}

/// What the step of a ready stack reads, which has its node to itself or not, perhaps more than once; `None`: everything.
pub fn of_ready(program: &Program, settings: &Settings, stack: &Stack, has_turn: bool) -> Option<Places> {
    let mut places = Places::new();
    if has_turn || stack.atomic.is_some() || settings.scheduling == Scheduling::Cooperative {
        places.push(Place::Status(stack.node));
    }
    of_stack(program, !settings.budget.is_spent(), stack, &mut places).map(|()| places)
}

fn known(places: Option<Places>) -> Footprint {
    let Some(places) = places else { return Footprint::Whole };
    let mut once = Places::new();
    places.into_iter().for_each(|place| {
        if !once.contains(&place) {
            once.push(place);
        }
    });
    Footprint::Parts(once.into_vec().into())
}

fn of_stack(program: &Program, faults: bool, stack: &Stack, places: &mut Places) -> Option<()> {
    if stack.raising.is_some() {
        let is_caught = stack.handler(program).is_some() || stack.top().label == Label::Sync;
        return if is_caught { Some(()) } else { of_end(stack, true, places) };
    }
    let node = stack.node;
    match stack.stmt(program) {
        Stmt::Move { .. }
        | Stmt::Op { .. }
        | Stmt::OpN { .. }
        | Stmt::Goto { .. }
        | Stmt::Branch { .. }
        | Stmt::Call { .. }
        | Stmt::Async { .. }
        | Stmt::Yield
        | Stmt::Here { .. }
        | Stmt::Choose { .. }
        | Stmt::Send { .. }
        | Stmt::Assert { .. }
        | Stmt::Throw { .. } => {}
        Stmt::AtomicBegin | Stmt::AtomicEnd => places.push(Place::Status(node)),
        Stmt::Read { g, .. } | Stmt::Write { g, .. } => places.push(Place::Cells(node, Layout::of(program).group(g))),
        Stmt::Now { .. } | Stmt::Print { .. } => places.push(Place::World),
        Stmt::Return { .. } if stack.top().label == Label::Sync => {}
        Stmt::Return { .. } => of_end(stack, false, places)?,
        Stmt::Await { y, .. } => of_await(program, stack, &[y], places)?,
        // In a replay the answer may be recorded.
        Stmt::AwaitMany { y, guard, .. } if !faults => {
            let z = guard.map(Operand::slot);
            let things: SmallVec<[Operand; 2]> = [Some(y), z].into_iter().flatten().collect();
            of_await(program, stack, &things, places)?;
        }
        Stmt::Wait { y, .. } | Stmt::IsDone { y, .. } => entries(stack.get(program, y), places)?,
        Stmt::Resolve { y, .. } | Stmt::Reject { y, .. } => {
            of_exec(stack.exec, places);
            entries(stack.get(program, y), places)?;
        }
        // In a replay the name may be taken.
        Stmt::SpawnLocal { .. } | Stmt::SpawnDist { .. } | Stmt::Promise { .. } if !faults => {
            of_exec(stack.exec, places);
            places.push(Place::Status(node));
        }
        Stmt::Sleep { .. } if !faults => {
            of_exec(stack.exec, places);
            places.push(Place::World);
        }
        _ => return None,
    }
    Some(())
}

/// The end of a frame that is not synchronous settles its task or promise; or the body of a message fails, which counts in
/// the outcome.
fn of_end(stack: &Stack, raises: bool, places: &mut Places) -> Option<()> {
    match (stack.top().label, stack.exec) {
        (Label::Task(o), _) => places.extend([Place::Entry(Thing::Task(o)), Place::Waiters(Thing::Task(o))]),
        (Label::Body, Exec::Attempt(q, _)) => places.push(Place::Entry(Thing::Promise(q))),
        (Label::Body, Exec::Message(_)) if raises => places.push(Place::World),
        (Label::Body, Exec::Message(_)) => {}
        (Label::Sync, _) => return None,
    }
    Some(())
}

/// An await looks at what it awaits, whether its frame is marked, whether its execution is stale, and at the incarnation of
/// its node, which it registers.
fn of_await(program: &Program, stack: &Stack, things: &[Operand], places: &mut Places) -> Option<()> {
    of_exec(stack.exec, places);
    if let Label::Task(o) = stack.top().label {
        places.push(Place::Entry(Thing::Task(o)));
    }
    places.push(Place::Status(stack.node));
    things.iter().try_for_each(|y| entries(stack.get(program, *y), places))
}

fn of_exec(exec: Exec, places: &mut Places) {
    if let Exec::Attempt(q, _) = exec {
        places.push(Place::Entry(Thing::Promise(q)));
    }
}

/// The entries of T and D that a value names: a task, a promise, or a list of them; of a child that its scope has cancelled
/// the name stands in a `some`.
fn entries(value: &Value, places: &mut Places) -> Option<()> {
    match value {
        Value::Task(_) | Value::Promise(_) => entry(value, places)?,
        Value::List(items) => items.iter().try_for_each(|item| match item {
            Value::Some(inner) => entry(inner, places),
            other => entry(other, places),
        })?,
        _ => return None,
    }
    Some(())
}

fn entry(value: &Value, places: &mut Places) -> Option<()> {
    places.push(Place::Entry(Thing::of(value)?));
    Some(())
}

fn of_message(message: &Message, places: &mut Places) -> Option<()> {
    match &message.body {
        Body::Invoke { to, promise, .. } => {
            of_address(to, places);
            places.push(Place::Entry(Thing::Promise(*promise)));
        }
        Body::Call { to, .. } => of_address(to, places),
        Body::Resume { callback, promise } => {
            places.push(Place::Status(callback.at.node));
            of_exec(callback.exec, places);
            places.extend([Place::Entry(Thing::Promise(*promise)), Place::Waiters(Thing::Promise(*promise))]);
        }
        Body::Cancel { .. } => return None,
    }
    Some(())
}

fn of_address(to: &Addr, places: &mut Places) {
    match to {
        Address::Node(n) => places.push(Place::Status(*n)),
        Address::Any(group) => places.extend(group.iter().map(|n| Place::Status(*n))),
        Address::Prefer(group, n) => places.extend(group.iter().chain([n]).map(|n| Place::Status(*n))),
    }
}
