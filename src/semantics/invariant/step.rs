//! The invariants over a step: what may change, and who may change it.

use std::collections::BTreeSet;

use super::Step;
use crate::calculus::{Path, Value};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Callback, Exec, Origin, Parked, Promise, System};

/// The first promise of Σ that the step has changed as it must not; one that is gone is not asked about.
fn find(step: &Step<'_>, wrong: impl Fn(&Promise, &Promise) -> bool) -> Option<String> {
    let is_wrong = |(q, was): &(Path, &Promise)| step.after.promises.get(*q).is_some_and(|now| wrong(was, now));
    step.before.promises.iter().find(is_wrong).map(|(q, _)| step.after.names.show(q))
}

pub(super) fn single_assignment(step: &Step<'_>) -> Option<String> {
    let Step { before, after, .. } = step;
    for (o, task) in before.tasks.iter() {
        if let (Some(was), Some(now)) = (task.settled(), after.tasks.get(o))
            && now.settled() != Some(was)
        {
            return Some(after.names.show(o));
        }
    }
    find(step, |was, now| was.state.is_some() && now.state != was.state)
}

/// Whether both are one record: what has been seen of it, and what is left of its attempt, aside.
fn is_same(was: &Promise, now: &Promise) -> bool {
    now.state == was.state
        && now.origin == was.origin
        && now.addr == was.addr
        && now.version == was.version
        && now.holder == was.holder
        && now.callbacks == was.callbacks
}

pub(super) fn settled_record_frozen(step: &Step<'_>) -> Option<String> {
    find(step, |was, now| was.state.is_some() && !is_same(was, now))
}

pub(super) fn store_only_grows(step: &Step<'_>) -> Option<String> {
    let is_gone = |q: &Path| step.after.promises.get(*q).is_none();
    step.before.promises.iter().map(|(q, _)| q).find(is_gone).map(|q| step.before.names.show(q))
}

pub(super) fn birth_fields_frozen(step: &Step<'_>) -> Option<String> {
    find(step, |was, now| now.origin != was.origin || now.version == was.version && now.addr != was.addr)
}

pub(super) fn version_only_grows(step: &Step<'_>) -> Option<String> {
    let may_grow = |was: &Promise, now: &Promise| {
        let is_new = now.holder.is_none_or(|holder| step.after.is_alive(holder));
        let runs = was.is_pending() && matches!(was.origin, Origin::Call(..));
        now.version == was.version + 1 && runs && is_new
    };
    find(step, |was, now| now.version != was.version && !may_grow(was, now))
}

pub(super) fn holder_stable(step: &Step<'_>) -> Option<String> {
    find(step, |was, now| now.version == was.version && was.holder.is_some() && now.holder != was.holder)
}

pub(super) fn callbacks_stay(step: &Step<'_>) -> Option<String> {
    find(step, |was, now| match was.is_pending() {
        true => !now.callbacks.starts_with(&was.callbacks),
        false => now.callbacks != was.callbacks,
    })
}

pub(super) fn callback_is_of_a_parked_frame(step: &Step<'_>) -> Option<String> {
    let after = step.after;
    let is_there = |q: Path, callback: &Callback| {
        let parked = |parked: &Parked| {
            let Stack { exec, node, .. } = *parked.stack;
            exec == callback.exec && after.holder(node) == callback.at && parked.on.contains(&Value::Promise(q))
        };
        after.parked.iter().any(|(_, frame)| parked(frame))
    };
    let is_wrong = |(q, now): &(Path, &Promise)| {
        let old = step.before.promises.get(*q).map_or(&[][..], |was| &was.callbacks);
        now.callbacks.iter().any(|callback| !old.contains(callback) && !is_there(*q, callback))
    };
    after.promises.iter().find(is_wrong).map(|(q, _)| after.names.show(q))
}

pub(super) fn born_clean(step: &Step<'_>) -> Option<String> {
    let is_clean = |now: &Promise| {
        now.version == 0
            && now.callbacks.is_empty()
            && !(now.observed || now.cancel_taken || now.marked)
            && now.is_pending() != matches!(now.origin, Origin::Answer(_))
    };
    let born = step.after.promises.iter().filter(|(q, _)| step.before.promises.get(*q).is_none());
    born.filter(|(_, now)| !is_clean(now)).map(|(q, _)| step.after.names.show(q)).next()
}

/// A parked frame, whatever its place.
fn frame(parked: &Parked) -> (Exec, Option<Path>) {
    let task = match parked.stack.top().label {
        Label::Task(o) => Some(o),
        Label::Body | Label::Sync => None,
    };
    (parked.stack.exec, task)
}

fn is_settled(sys: &System, thing: &Value) -> bool {
    match thing {
        Value::Task(o) => sys.tasks.get(*o).is_none_or(|task| task.settled().is_some()),
        Value::Promise(q) => !sys.promise(*q).is_pending(),
        _ => false,
    }
}

pub(super) fn no_spontaneous_wake(step: &Step<'_>) -> Option<String> {
    let Step { before, after, .. } = step;
    let left: BTreeSet<(Exec, Option<Path>)> = after.parked.iter().map(|(_, parked)| frame(parked)).collect();
    let may_go = |parked: &Parked| {
        let stack = &parked.stack;
        parked.on.iter().any(|thing| is_settled(after, thing))
            || after.is_marked(stack)
            || !after.is_alive(before.holder(stack.node))
            || after.is_stale(stack.exec)
    };
    let woken = before.parked.iter().map(|(_, parked)| parked).filter(|parked| !left.contains(&frame(parked)));
    woken.filter(|parked| !may_go(parked)).map(|parked| after.names.show(parked.stack.exec.path())).next()
}

pub(super) fn stale_changes_nothing(step: &Step<'_>) -> Option<String> {
    let Step { before, by, after } = step;
    let exec = by.filter(|exec| before.is_stale(*exec))?;
    let of_store = |sys: &System| sys.messages.iter().filter(|message| message.from.is_none()).count();
    let is_wrong = after.promises.iter().count() != before.promises.iter().count()
        || of_store(after) != of_store(before)
        || find(step, |was, now| !is_same(was, now)).is_some();
    is_wrong.then(|| after.names.show(exec.path()))
}

pub(super) fn time_goes_on(step: &Step<'_>) -> Option<String> {
    let (was, now) = (step.before.now, step.after.now);
    (now < was).then(|| format!("now went from {was} to {now}"))
}

pub(super) fn prints_stay(step: &Step<'_>) -> Option<String> {
    (!step.after.printed.starts_with(&step.before.printed)).then(|| String::from("O lost a print"))
}
