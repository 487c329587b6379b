//! A run as a trace for Perfetto and chrome://tracing. A process is a node, a thread a frame: a slice where it is on a stack, and
//! in it one for each step. Promises are asynchronous slices, messages are flows. A step takes a millisecond: what counts is
//! the order; virtual time is a counter.

use serde_json::{Value, json};

use super::view::{Fate, Frame, Index, Phase, Promise, View};
use super::words;

/// Microseconds of a step.
const STEP: usize = 1000;

/// The trace.
pub fn draw(view: &View) -> String {
    let mut events = names(view);
    for (at, frame) in view.frames.iter().enumerate() {
        events.extend(on_stacks(view, at, frame));
    }
    for at in 0..view.moments.len() {
        events.extend(step(view, at));
    }
    for promise in &view.promises {
        events.extend(life(view, promise));
    }
    for at in 0..view.flights.len() {
        events.extend(flow(view, at));
    }
    let about = json!({
        "program": view.program,
        "ending": view.ending,
        "time": "a step takes 1 ms; virtual time is the counter `now`",
    });
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    format!("{{\"displayTimeUnit\":\"ms\",\"otherData\":{about},\"traceEvents\":[\n{}\n]}}\n", lines.join(",\n"))
}

/// The process and the thread of a frame.
fn place(view: &View, frame: Index) -> (usize, usize) {
    (view.executions[view.frames[frame].execution].node + 1, frame + 1)
}

/// The thread of a node itself.
const NODE: usize = 0;

/// Where a moment happens: at its frame, or at its node. What happens between nodes is shown at the first.
fn place_of(view: &View, at: Index) -> (usize, usize) {
    let moment = &view.moments[at];
    match moment.frame {
        Some(frame) => place(view, frame),
        None => (moment.node.unwrap_or(0) + 1, NODE),
    }
}

fn names(view: &View) -> Vec<Value> {
    let mut events = Vec::new();
    let mut name = |what: &str, pid: usize, tid: usize, args: Value| {
        events.push(json!({"ph": "M", "name": what, "pid": pid, "tid": tid, "ts": 0, "args": args}));
    };
    for (at, node) in view.nodes.iter().enumerate() {
        name("process_name", at + 1, NODE, json!({"name": node.name}));
        name("process_sort_index", at + 1, NODE, json!({"sort_index": at}));
        name("thread_name", at + 1, NODE, json!({"name": "the node itself"}));
    }
    for (at, frame) in view.frames.iter().enumerate() {
        let (pid, tid) = place(view, at);
        name("thread_name", pid, tid, json!({"name": format!("{} {}", frame.name, frame.function)}));
        name("thread_sort_index", pid, tid, json!({"sort_index": tid}));
    }
    events
}

/// A slice for each time that a frame is on a stack.
fn on_stacks(view: &View, at: Index, frame: &Frame) -> Vec<Value> {
    let (pid, tid) = place(view, at);
    let end = frame.end.map_or(view.moments.len(), |(end, _)| end + 1);
    let ends = frame.phases.iter().skip(1).map(|(to, _)| *to).chain([end]);
    let mut slices: Vec<(usize, usize)> = Vec::new();
    for ((from, phase), to) in frame.phases.iter().zip(ends) {
        match slices.last_mut() {
            _ if matches!(phase, Phase::Parked(_)) => {}
            Some((_, last)) if *last == *from => *last = to,
            _ => slices.push((*from, to)),
        }
    }
    // The step that parks a frame is still one of its own.
    let slice = |(from, to): (usize, usize)| {
        let to = if to < end { to + 1 } else { to };
        json!({
            "ph": "X", "name": frame.call(), "cat": "frame", "pid": pid, "tid": tid,
            "ts": from * STEP, "dur": (to - from) * STEP, "args": {"frame": frame.name},
        })
    };
    joined(slices, end).into_iter().map(slice).collect()
}

/// Slices without an overlap: one that begins with the step by which another ends goes on from it.
fn joined(slices: Vec<(usize, usize)>, end: usize) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (from, to) in slices {
        match out.last_mut() {
            Some((_, last)) if *last < end && from < *last + 1 => *last = to,
            _ => out.push((from, to)),
        }
    }
    out
}

fn step(view: &View, at: Index) -> Vec<Value> {
    let moment = &view.moments[at];
    let (pid, tid) = place_of(view, at);
    let name = if moment.rule.is_empty() { "Start" } else { &moment.rule };
    let line = moment.at.map(|at| at.line);
    let mut events = vec![json!({
        "ph": "X", "name": name, "cat": "step", "pid": pid, "tid": tid, "ts": at * STEP, "dur": STEP,
        "args": {"step": moment.step, "what": moment.text, "line": line},
    })];
    if let Some(now) = moment.now {
        events.push(json!({"ph": "C", "name": "now", "pid": 1, "tid": NODE, "ts": at * STEP, "args": {"now": now}}));
    }
    events
}

/// A promise from where it is made to where it is settled.
fn life(view: &View, promise: &Promise) -> [Value; 2] {
    let pid = promise.by.map_or(1, |frame| place(view, frame).0);
    let (end, state) = match &promise.settled {
        Some((at, state)) => ((at + 1) * STEP, words::state(state)),
        None => (view.moments.len() * STEP, String::from("is pending")),
    };
    let event = |phase: &str, ts: usize, args: Value| {
        json!({
            "ph": phase, "name": format!("{} {}", promise.name, promise.what), "cat": "promise", "id": promise.name,
            "pid": pid, "tid": NODE, "ts": ts, "args": args,
        })
    };
    [event("b", promise.made * STEP, json!({})), event("e", end, json!({"state": state}))]
}

/// A message, from the step that sent it to the one that it ended with.
fn flow(view: &View, at: Index) -> Vec<Value> {
    let flight = &view.flights[at];
    let name = words::message(&flight.message.body);
    let event = |phase: &str, moment: Index| {
        let (pid, tid) = place_of(view, moment);
        let ts = moment * STEP + STEP / 2;
        json!({"ph": phase, "name": name, "cat": "message", "id": at + 1, "pid": pid, "tid": tid, "ts": ts})
    };
    let Some(landed) = flight.fate.at() else { return Vec::new() };
    let mut end = event("f", landed);
    end["bp"] = json!("e");
    end["args"] = json!({"fate": match flight.fate {
        Fate::Lost { .. } => "lost",
        Fate::Discarded { .. } => "discarded",
        Fate::Taken { .. } | Fate::Flying => "taken",
    }});
    vec![event("s", flight.sent), end]
}
