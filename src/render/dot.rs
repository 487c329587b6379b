//! Graphs in the language of Graphviz: who waits for whom at a step of a run, and the configurations that a program can
//! reach.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::svg::cut;
use super::view::{Frame, Index, Phase, View};
use crate::explore::states::{Reached, States};

/// Letters of a line of a label, at most.
const LINE: usize = 48;

/// Who waits for whom behind a step: a frame for the one on top of it, a parked frame for what it is parked on, a task or a
/// promise for the frame that is to settle it. What is on a cycle waits for ever, and is drawn bold.
///
/// # Errors
/// A sentence, where the run has no such step.
pub fn waits(view: &View, step: u64) -> Result<String, String> {
    let last = view.moments.last().map_or(0, |moment| moment.step);
    let found = view.moments.iter().rposition(|moment| moment.step <= step).filter(|_| step <= last);
    let at = found.ok_or_else(|| format!("there is no step {step}: this run has {last}"))?;
    let graph = Waits::of(view, at);
    let mut out = String::from(
        "digraph waits {\n  rankdir=LR;\n  node [fontname=\"monospace\", fontsize=11];\n  edge [fontname=\"monospace\", fontsize=10];\n",
    );
    let title = format!("{}: who waits for whom behind step {}", view.program, view.moments[at].step);
    let _ = writeln!(out, "  label={};\n  labelloc=t;", quoted(&title));
    for (node, name) in view.nodes.iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_{node} {{\n    label={};\n    style=rounded;", quoted(&name.name));
        for (frame, there) in live(view, at).filter(|(_, frame)| view.executions[frame.execution].node == node) {
            let (state, style) = match there.phase(at) {
                Some(Phase::Parked(_)) => ("parked", "dashed"),
                Some(Phase::Below) => ("below on its stack", "solid"),
                _ => ("on top of its stack", "filled"),
            };
            let label = lines(&[&there.name, &there.call(), state]);
            let _ = writeln!(
                out,
                "    f{frame} [shape=box, style=\"rounded,{style}\", label={label}{}];",
                graph.bold(Thing::Frame(frame))
            );
        }
        out.push_str("  }\n");
    }
    for promise in graph.things.iter().filter_map(|thing| if let Thing::Promise(at) = thing { Some(*at) } else { None })
    {
        let there = &view.promises[promise];
        let _ = writeln!(
            out,
            "  p{promise} [shape=ellipse, label={}{}];",
            lines(&[&there.name, &there.what]),
            graph.bold(Thing::Promise(promise))
        );
    }
    for (from, to, why) in &graph.edges {
        let bold =
            if graph.cycle.contains(from) && graph.cycle.contains(to) { ", style=bold, penwidth=2.5" } else { "" };
        let _ = writeln!(out, "  {} -> {} [label={}{bold}];", from.id(), to.id(), quoted(why));
    }
    out.push_str("}\n");
    Ok(out)
}

/// What waits, or is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Frame(Index),
    Promise(Index),
}

impl Thing {
    fn id(self) -> String {
        match self {
            Thing::Frame(at) => format!("f{at}"),
            Thing::Promise(at) => format!("p{at}"),
        }
    }
}

struct Waits {
    things: BTreeSet<Thing>,
    edges: Vec<(Thing, Thing, &'static str)>,
    /// What is on a cycle.
    cycle: BTreeSet<Thing>,
}

fn live(view: &View, at: Index) -> impl Iterator<Item = (Index, &Frame)> {
    view.frames.iter().enumerate().filter(move |(_, frame)| frame.born <= at && frame.phase(at).is_some())
}

impl Waits {
    fn of(view: &View, at: Index) -> Waits {
        let mut edges = Vec::new();
        let frame_of = |name: &str| live(view, at).filter(|(_, frame)| frame.name == name).map(|(at, _)| at).last();
        for (frame, there) in live(view, at) {
            match there.phase(at) {
                Some(Phase::Parked(on)) => {
                    let awaited = on.iter().filter_map(|name| {
                        let promise =
                            view.promises.iter().rposition(|promise| promise.name == *name && promise.made <= at);
                        promise.map(Thing::Promise).or_else(|| frame_of(name).map(Thing::Frame))
                    });
                    edges.extend(awaited.map(|thing| (Thing::Frame(frame), thing, "awaits")));
                }
                Some(Phase::Below) => {
                    let above = live(view, at).filter(|(_, other)| other.parent == Some(frame));
                    let above = above.filter(|(_, other)| !matches!(other.phase(at), Some(Phase::Parked(_)))).last();
                    edges.extend(above.map(|(above, _)| (Thing::Frame(frame), Thing::Frame(above), "is below")));
                }
                Some(Phase::Top) | None => {}
            }
        }
        let promised: BTreeSet<Index> =
            edges.iter().filter_map(|(_, to, _)| if let Thing::Promise(p) = to { Some(*p) } else { None }).collect();
        for promise in promised {
            let name = &view.promises[promise].name;
            let body = live(view, at)
                .filter(|(_, frame)| frame.parent.is_none() && frame.name.split('@').next() == Some(name));
            edges.extend(body.last().map(|(frame, _)| (Thing::Promise(promise), Thing::Frame(frame), "is settled by")));
        }
        let mut things: BTreeSet<Thing> = live(view, at).map(|(at, _)| Thing::Frame(at)).collect();
        things.extend(edges.iter().flat_map(|(from, to, _)| [*from, *to]));
        let cycle = cycle(&things, &edges);
        Waits { things, edges, cycle }
    }

    fn bold(&self, thing: Thing) -> &'static str {
        if self.cycle.contains(&thing) { ", penwidth=2.5" } else { "" }
    }
}

/// What is on a cycle: what is left when all that waits for nothing is taken away again and again, and then all that nothing
/// waits for.
fn cycle(things: &BTreeSet<Thing>, edges: &[(Thing, Thing, &'static str)]) -> BTreeSet<Thing> {
    let mut left = things.clone();
    loop {
        let inside: Vec<_> = edges.iter().filter(|(from, to, _)| left.contains(from) && left.contains(to)).collect();
        let waits: BTreeSet<Thing> = inside.iter().map(|(from, ..)| *from).collect();
        let waited: BTreeSet<Thing> = inside.iter().map(|(_, to, _)| *to).collect();
        let kept: BTreeSet<Thing> =
            left.iter().filter(|thing| waits.contains(thing) && waited.contains(thing)).copied().collect();
        if kept.len() == left.len() {
            return kept;
        }
        left = kept;
    }
}

/// The configurations that a program can reach, as far as they were looked at. One that is final is drawn with a double
/// line and its outcome, one whose steps are not all shown with dots, one in which something that must hold does not is filled, and the start is bold.
pub fn states(program: &str, nodes: usize, states: &States) -> String {
    let mut out = String::from(
        "digraph states {\n  node [shape=circle, fontname=\"monospace\", fontsize=11];\n  edge [fontname=\"monospace\", fontsize=10];\n",
    );
    let cut = if states.more { format!(", the first {} configurations", states.reached.len()) } else { String::new() };
    let _ = writeln!(out, "  label={};\n  labelloc=t;", quoted(&format!("{program}{cut}")));
    for (at, reached) in states.reached.iter().enumerate() {
        let _ = writeln!(out, "  {at} [{}];", look(at, reached));
    }
    for edge in &states.edges {
        let who: Vec<&str> = edge.node.iter().filter(|_| nodes > 1).chain(&edge.who).map(String::as_str).collect();
        let label = lines(&[&who.join(" "), edge.rule]);
        let style = if edge.fault { ", style=dashed" } else { "" };
        let _ = writeln!(out, "  {} -> {} [label={label}{style}];", edge.from, edge.to);
    }
    out.push_str("}\n");
    out
}

fn look(at: usize, reached: &Reached) -> String {
    let mut parts = vec![format!("{at}")];
    parts.extend(reached.outcome.as_ref().map(outcome));
    parts.extend(reached.broken.iter().map(|name| format!("violates {name}")));
    let mut look = format!("label={}", lines(&parts.iter().map(String::as_str).collect::<Vec<&str>>()));
    if reached.outcome.is_some() {
        look.push_str(", shape=box, peripheries=2");
    }
    if !reached.broken.is_empty() {
        look.push_str(", style=filled, fillcolor=\"#ffd7d5\", color=\"#cf222e\"");
    }
    if at == 0 {
        look.push_str(", penwidth=2.5");
    }
    if !reached.taken {
        look.push_str(", style=dotted");
    }
    look
}

/// `returned 3`, `failed no stock`, `deadlock`
fn outcome(json: &Value) -> String {
    let result = json["result"].as_object().and_then(|result| result.iter().next());
    match result {
        Some((kind, Value::String(what))) => format!("{kind} {what}"),
        Some((kind, _)) => kind.clone(),
        None => String::new(),
    }
}

/// A label of several lines, each cut where it would be too long.
fn lines(texts: &[&str]) -> String {
    let texts: Vec<String> =
        texts.iter().filter(|text| !text.is_empty()).map(|text| escaped(&cut(text, LINE))).collect();
    format!("\"{}\"", texts.join("\\n"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Text inside of quotes. A backslash would begin an escape of the labels, so it is doubled.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
