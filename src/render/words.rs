//! How the parts of a view are spelled, in every kind of picture alike.

use super::view::{Flight, Index, View};
use crate::trace::event::{Body, State};

/// A name with the attempt where that is not the first: `main.1@2`.
pub fn attempt(name: &str, version: u32) -> String {
    if version == 0 { name.to_owned() } else { format!("{name}@{version}") }
}

/// `Invoke main.2`
pub fn message(body: &Body) -> String {
    match body {
        Body::Invoke { promise, version } => format!("Invoke {}", attempt(promise, *version)),
        Body::Resume { execution, attempt: w, .. } => format!("Resume {}", attempt(execution, *w)),
        Body::Cancel { promise, version } => format!("Cancel {}", attempt(promise, *version)),
        Body::Call { id, function, .. } => format!("Call {function} {id}"),
    }
}

/// `= 30`, `fails: no stock`, `is cancelled`
pub fn state(state: &State) -> String {
    match state {
        State::Done(value) => format!("= {value}"),
        State::Failed(error) => format!("fails: {error}"),
        State::Cancelled(_) => String::from("is cancelled"),
    }
}

/// The node that a message goes to or, as far as one can tell, is meant for.
pub fn addressee(view: &View, flight: &Flight) -> Index {
    let word = |word: &str| view.nodes.iter().position(|node| word.split('#').next() == Some(&node.name));
    let meant = flight.message.to.split(' ').rev().find_map(word);
    let sender = flight.from.map(|frame| view.executions[view.frames[frame].execution].node);
    let other = || (0..view.nodes.len()).find(|node| Some(*node) != sender);
    meant.or_else(other).unwrap_or(0)
}
