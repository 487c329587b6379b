//! Sample runs: what the program can do, for whoever wants to see it though nothing is wrong.

use super::Answer;
use super::run::Run;
use super::text;
use crate::base::Prng;
use crate::explore::report::OutcomeFound;
use crate::semantics::focus::Choice;
use crate::semantics::outcome::outcome;
use crate::semantics::schedule::{Random, Scheduler};
use crate::semantics::step;
use crate::trace::wire;

/// A random run of more steps is no sample.
const LONGEST: usize = 10_000;

/// For each sample that is wanted so many random runs are tried.
const TRIES: usize = 8;

/// At most `wanted` runs, each with the outcome that it ends in: first the shortest to each outcome, then random ones, no
/// two the same.
pub fn of<'a>(answer: &Answer<'a>, wanted: usize) -> Vec<(&'a OutcomeFound, Run)> {
    let outcomes = text::ordered(answer);
    let mut ways: Vec<(&OutcomeFound, Vec<Choice>)> =
        outcomes.iter().take(wanted).map(|found| (*found, found.way.clone())).collect();
    for seed in 0..(wanted * TRIES) as u64 {
        if ways.len() >= wanted {
            break;
        }
        let Some((json, way)) = random(answer, seed) else { continue };
        let found = outcomes.iter().find(|found| found.json == json);
        if let Some(found) = found
            && !ways.iter().any(|(_, other)| *other == way)
        {
            ways.push((found, way));
        }
    }
    ways.into_iter().map(|(found, way)| (found, answer.run(&way, None))).collect()
}

/// A random run to its end, with its outcome as JSON.
fn random(answer: &Answer<'_>, seed: u64) -> Option<(String, Vec<Choice>)> {
    let mut sys = answer.report.start(answer.program, answer.settings);
    let mut scheduler = Random::new(Prng::new(seed));
    let mut way = Vec::new();
    while let Some(choice) = scheduler.choose(&mut sys) {
        if way.len() == LONGEST || step::fire(&mut sys, choice).is_err() {
            return None;
        }
        way.push(choice);
    }
    let outcome = outcome(&sys);
    Some((wire::outcome(&sys, &outcome).to_string(), way))
}
