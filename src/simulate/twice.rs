//! The self-check: a run that is taken twice has the same trace both times, byte for byte.

use std::ops::ControlFlow;

use super::plan::Plan;
use super::walk::Walker;
use super::watch::Watch;
use crate::semantics::system::System;
use crate::trace::event::Step;
use crate::trace::record::{Detail, Recorder};
use crate::trace::walk::walk;

/// Takes a run twice; the number of the first step, from 1, whose line differs.
pub fn difference(plan: &Plan<'_>, run: u64) -> Option<u64> {
    let [one, other] = [trace(plan, run), trace(plan, run)];
    if one == other {
        return None;
    }
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    Some(same as u64 + 1)
}

/// The lines of the trace of a run, every step as JSON.
fn trace(plan: &Plan<'_>, run: u64) -> Vec<String> {
    let ran = Walker::new(plan, &mut Watch::new(&plan.program)).random(run);
    let mut sys = ran.report().start(&plan.program, &plan.settings);
    let mut lines = Vec::new();
    let mut sink = |_: &System, step: Step| {
        // A step that cannot be written is a line of its own kind.
        lines.push(serde_json::to_string(&step).unwrap_or_else(|error| error.to_string()));
        ControlFlow::Continue(())
    };
    let mut recorder = Recorder::new(plan.source, Detail::All, &mut sink);
    walk(&mut sys, &ran.way, &mut [&mut recorder]);
    lines
}
