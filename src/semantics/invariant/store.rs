//! The invariants over one Σ that speak of the promise store, of who holds what, and of the messages about promises.

use std::collections::BTreeSet;

use super::state::all_stacks;
use crate::calculus::{Path, Value};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Body, Callback, Exec, Holder, Origin, Promise, Settled, System};

/// The first promise of which `wrong` says something.
fn find(sys: &System, wrong: impl Fn(Path, &Promise) -> bool) -> Option<String> {
    sys.promises.iter().find(|(q, promise)| wrong(*q, promise)).map(|(q, _)| sys.names.show(q))
}

fn is_call(promise: &Promise) -> bool {
    matches!(promise.origin, Origin::Call(..))
}

pub(super) fn only_calls_are_held(sys: &System) -> Option<String> {
    find(sys, |_, promise| !is_call(promise) && (promise.holder.is_some() || promise.version > 0))
}

pub(super) fn driver_is_holder(sys: &System) -> Option<String> {
    let strays = |stack: &&Stack| {
        let Exec::Attempt(q, w) = stack.exec else { return false };
        let Some(promise) = sys.promises.get(q) else { return true };
        let here = sys.holder(stack.node);
        promise.version < w || promise.version == w && promise.holder != Some(here)
    };
    all_stacks(sys).find(strays).map(|stack| sys.names.show(stack.exec.path()))
}

pub(super) fn holder_drives(sys: &System) -> Option<String> {
    let has_body = |stack: &&Stack| stack.frames.iter().any(|frame| frame.label == Label::Body);
    let driven: BTreeSet<Exec> = all_stacks(sys).filter(has_body).map(|stack| stack.exec).collect();
    find(sys, |q, promise| {
        promise.is_pending()
            && promise.holder.is_some_and(|holder| sys.is_alive(holder))
            && !driven.contains(&Exec::Attempt(q, promise.version))
    })
}

/// Whether a message may have been lost.
fn has_lost(sys: &System) -> bool {
    sys.budget.losses < sys.settings.budget.losses
}

pub(super) fn offer_in_flight(sys: &System) -> Option<String> {
    if has_lost(sys) {
        return None;
    }
    let offers = sys.messages.iter().filter_map(|message| match message.body {
        Body::Invoke { promise, version, .. } => Some((promise, version)),
        _ => None,
    });
    let offers: BTreeSet<(Path, u32)> = offers.collect();
    find(sys, |q, promise| {
        promise.is_pending() && is_call(promise) && promise.holder.is_none() && !offers.contains(&(q, promise.version))
    })
}

/// The first message of which `wrong` says something; it is shown by the path that it is about.
fn message(sys: &System, wrong: impl Fn(&Body) -> Option<Path>) -> Option<String> {
    sys.messages.iter().find_map(|message| wrong(&message.body)).map(|q| sys.names.show(q))
}

pub(super) fn messages_not_ahead(sys: &System) -> Option<String> {
    let is_ahead = |q: Path, w: u32| sys.promises.get(q).is_none_or(|promise| promise.version < w);
    message(sys, |body| match *body {
        Body::Invoke { promise: q, version: w, .. }
        | Body::Cancel { promise: q, version: w, .. }
        | Body::Resume { callback: Callback { exec: Exec::Attempt(q, w), .. }, .. } => is_ahead(q, w).then_some(q),
        _ => None,
    })
}

pub(super) fn invoke_fits(sys: &System) -> Option<String> {
    message(sys, |body| {
        let Body::Invoke { to, promise: q, version } = body else { return None };
        let fits = |promise: &Promise| is_call(promise) && (promise.version != *version || promise.addr == *to);
        (!sys.promises.get(*q).is_some_and(fits)).then_some(*q)
    })
}

pub(super) fn resume_names_settled(sys: &System) -> Option<String> {
    message(sys, |body| {
        let Body::Resume { promise: q, .. } = body else { return None };
        sys.promises.get(*q).is_none_or(Promise::is_pending).then_some(*q)
    })
}

pub(super) fn cancel_names_cancelled(sys: &System) -> Option<String> {
    message(sys, |body| {
        let Body::Cancel { promise: q, version, .. } = body else { return None };
        let fits = |promise: &Promise| promise.state == Some(Settled::Cancelled) && promise.version == *version;
        (!sys.promises.get(*q).is_some_and(fits)).then_some(*q)
    })
}

/// Whether the execution is cancelled and has not been told.
fn awaits_cancel(sys: &System, exec: Exec) -> bool {
    let Exec::Attempt(q, _) = exec else { return false };
    let promise = sys.promise(q);
    promise.state == Some(Settled::Cancelled) && !promise.cancel_taken
}

pub(super) fn no_lost_resume(sys: &System) -> Option<String> {
    if has_lost(sys) {
        return None;
    }
    let resumes = sys.messages.iter().filter_map(|message| match message.body {
        Body::Resume { callback, promise } => Some((callback, promise)),
        _ => None,
    });
    let resumes: BTreeSet<(Callback, Path)> = resumes.collect();
    for (_, parked) in &sys.parked {
        let Stack { exec, node, .. } = *parked.stack;
        if sys.is_stale(exec) || awaits_cancel(sys, exec) {
            continue;
        }
        let at: Holder = sys.holder(node);
        let is_lost = |thing: &&Value| match thing {
            Value::Promise(q) => !sys.promise(*q).is_pending() && !resumes.contains(&(Callback { exec, at }, *q)),
            _ => false,
        };
        if let Some(Value::Promise(q)) = parked.on.iter().find(is_lost) {
            return Some(format!("{} stays parked on {}", sys.names.show(exec.path()), sys.names.show(*q)));
        }
    }
    None
}
