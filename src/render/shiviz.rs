//! A run as a log for ShiViz, which draws what happened before what. A host is an execution, or a node where a step is of no
//! execution; each event ticks the clock of its host, and one that takes a message, or is the first of an execution that was
//! started here, has seen what the sender had.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::view::fold::{self, Show};
use super::view::{Fate, Index, LinkKind, View};

/// The first two lines: how to read an event, and that there is one run only.
const HEAD: &str = "(?<step>\\d+) (?<rule>\\S+) (?<event>.*)\\n(?<host>\\S+) (?<clock>\\{.*\\})\n\n";

type Clock = BTreeMap<String, u64>;

/// The log.
pub fn draw(view: &View, show: Show) -> String {
    let mut clocks: BTreeMap<String, Clock> = BTreeMap::new();
    let mut behind: Vec<Clock> = Vec::new();
    let mut out = String::from(HEAD);
    let shown = fold::rows(view, Show { fold: false, ..show });
    let mut shown = shown.iter().map(|row| row.moments.start).peekable();
    for at in 0..view.moments.len() {
        // What is not shown happens between two events, and has seen what the host has.
        let host = host(view, at);
        if shown.next_if_eq(&at).is_none() {
            behind.push(clocks.get(&host).cloned().unwrap_or_default());
            continue;
        }
        let seen: Vec<Clock> = causes(view, at).into_iter().map(|cause| behind[cause].clone()).collect();
        let clock = clocks.entry(host.clone()).or_default();
        for (host, ticks) in seen.into_iter().flatten() {
            let own = clock.entry(host).or_default();
            *own = ticks.max(*own);
        }
        *clock.entry(host.clone()).or_default() += 1;
        behind.push(clock.clone());
        write_event(&mut out, view, at, &host, clock);
    }
    out
}

fn write_event(out: &mut String, view: &View, at: Index, host: &str, clock: &Clock) {
    let moment = &view.moments[at];
    let rule = if moment.rule.is_empty() { "Start" } else { &moment.rule };
    let text: String = moment.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clock = serde_json::to_string(clock).unwrap_or_default();
    let _ = write!(out, "{} {rule} {text}\n{host} {clock}\n", moment.step);
}

/// Where a moment happens.
fn host(view: &View, at: Index) -> String {
    let moment = &view.moments[at];
    match (moment.frame, moment.node) {
        (Some(frame), _) => view.executions[view.frames[frame].execution].name.clone(),
        (None, Some(node)) => format!("node:{}", view.nodes[node].name),
        (None, None) => String::from("network"),
    }
}

/// The moments, of other hosts, that this one has to come after: those that sent what it takes, that started its execution,
/// or that it is an answer to.
fn causes(view: &View, at: Index) -> Vec<Index> {
    let mut causes: Vec<Index> = Vec::new();
    for flight in &view.flights {
        match flight.fate {
            Fate::Taken { at: taken, .. } | Fate::Discarded { at: taken } | Fate::Lost { at: taken } if taken == at => {
                causes.push(flight.sent);
            }
            _ => {}
        }
    }
    let execution = view.moments[at].frame.map(|frame| view.frames[frame].execution);
    for link in view.links.iter().filter(|link| link.kind == LinkKind::Spawn) {
        let first = view.frames[link.to].execution;
        if Some(first) == execution && link.at < at {
            causes.push(link.at);
        }
    }
    causes
}
