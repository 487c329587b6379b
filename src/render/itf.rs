//! A run in the Informal Trace Format of Apalache: a state for each moment, with what the events of the trace say about it.
//! Integers are `#bigint`, names and values are strings in display form.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::view::{Index, Phase, View};
use super::words;
use crate::trace::event::State;

/// The variables of a state.
const VARS: [&str; 10] = ["step", "rule", "node", "now", "up", "frames", "tasks", "promises", "cells", "messages"];

/// The trace.
pub fn draw(view: &View) -> String {
    let mut now = 0;
    let states = (0..view.moments.len()).map(|at| {
        now = view.moments[at].now.unwrap_or(now);
        state(view, at, now)
    });
    let states: Vec<Value> = states.collect();
    let trace = json!({
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "source": view.program,
            "description": view.ending,
        },
        "vars": VARS.into_iter().chain(["prints"]).collect::<Vec<&str>>(),
        "states": states,
    });
    format!("{trace:#}\n")
}

fn state(view: &View, at: Index, now: i64) -> Value {
    let moment = &view.moments[at];
    let mut meta = Map::from_iter([(String::from("index"), json!(at))]);
    if let Some(place) = moment.at {
        meta.insert(String::from("line"), json!(place.line));
        meta.insert(String::from("column"), json!(place.column));
    }
    meta.insert(String::from("description"), json!(moment.text));
    json!({
        "#meta": meta,
        "step": integer(moment.step as i64),
        "rule": moment.rule,
        "node": moment.node.map_or("", |node| view.nodes[node].name.as_str()),
        "now": integer(now),
        "up": set(view.nodes.iter().filter(|node| !is_down(&node.down, at)).map(|node| json!(node.name))),
        "frames": frames(view, at),
        "tasks": tasks(view, at),
        "promises": promises(view, at),
        "cells": cells(view, at),
        "messages": messages(view, at),
        "prints": prints(view, at),
    })
}

fn is_down(down: &[(Index, Option<Index>)], at: Index) -> bool {
    down.iter().any(|(from, to)| *from <= at && to.is_none_or(|to| at < to))
}

fn frames(view: &View, at: Index) -> Value {
    let there = view.frames.iter().filter(|frame| frame.born <= at);
    map(there.filter_map(|frame| {
        let phase = match frame.phase(at)? {
            Phase::Top => variant("Top", unit()),
            Phase::Below => variant("Below", unit()),
            Phase::Parked(on) => variant("Parked", set(on.iter().map(|name| json!(name)))),
        };
        Some((json!(frame.name), phase))
    }))
}

fn tasks(view: &View, at: Index) -> Value {
    let tasks = view.frames.iter().filter(|frame| frame.parent.is_some() && frame.born <= at);
    map(tasks.map(|frame| (json!(frame.name), settled(frame.settled.as_ref(), at, "Running"))))
}

fn promises(view: &View, at: Index) -> Value {
    let made = view.promises.iter().filter(|promise| promise.made <= at);
    map(made.map(|promise| (json!(promise.name), settled(promise.settled.as_ref(), at, "Pending"))))
}

/// What became of a task or a promise by then.
fn settled(settled: Option<&(Index, State)>, at: Index, open: &str) -> Value {
    match settled.filter(|(when, _)| *when <= at) {
        None => variant(open, unit()),
        Some((_, State::Done(value))) => variant("Done", json!(value)),
        Some((_, State::Failed(error))) => variant("Failed", json!(error)),
        Some((_, State::Cancelled(_))) => variant("Cancelled", unit()),
    }
}

/// The cells that were written so far: what they held before is in no event.
fn cells(view: &View, at: Index) -> Value {
    let mut cells: BTreeMap<(Index, &str), &str> = BTreeMap::new();
    for write in view.writes.iter().filter(|write| write.at <= at) {
        cells.insert((write.node, &write.cell), &write.value);
    }
    map(cells.into_iter().map(|((node, cell), value)| (json!({"#tup": [view.nodes[node].name, cell]}), json!(value))))
}

fn messages(view: &View, at: Index) -> Value {
    let flying = view.flights.iter().filter(|f| f.sent <= at && f.fate.at().is_none_or(|landed| landed > at));
    let message = flying.map(|f| json!({"message": words::message(&f.message.body), "to": f.message.to}));
    Value::Array(message.collect())
}

fn prints(view: &View, at: Index) -> Value {
    let printed = view.prints.iter().filter(|(when, ..)| *when <= at);
    Value::Array(printed.map(|(_, node, text)| json!({"node": view.nodes[*node].name, "text": text})).collect())
}

fn integer(value: i64) -> Value {
    json!({"#bigint": value.to_string()})
}

fn unit() -> Value {
    json!({"#tup": []})
}

fn variant(tag: &str, value: Value) -> Value {
    json!({"tag": tag, "value": value})
}

fn set(items: impl Iterator<Item = Value>) -> Value {
    json!({"#set": items.collect::<Vec<Value>>()})
}

fn map(pairs: impl Iterator<Item = (Value, Value)>) -> Value {
    json!({"#map": pairs.map(|(key, value)| json!([key, value])).collect::<Vec<Value>>()})
}
