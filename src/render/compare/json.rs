//! A comparison for programs, as one JSON object. docs/compare.schema.json describes it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Claimed, Comparison, Only, Party};
use crate::base::Source;
use crate::explore::compare::{By, Side, Standing, Verdict};
use crate::render::check::json::{Limit, limit, schedule};
use crate::trace::divergence::Divergence;
use crate::trace::event::Step;
use crate::trace::{settings, wire};

/// The comparison.
#[derive(Debug, Serialize)]
pub struct Wire {
    schema: u32,
    program: String,
    sha256: String,
    by: &'static str,
    sides: Vec<Searched>,
    outcomes: Vec<Outcome>,
    only: Vec<Alone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<Claim>,
    verdict: &'static str,
}

/// One side.
#[derive(Debug, Serialize)]
struct Searched {
    name: String,
    local: bool,
    settings: Map<String, Value>,
    complete: bool,
    limits: Vec<Limit>,
    states: u64,
    transitions: u64,
    depth: u64,
    seconds: f64,
}

/// An outcome, and whether each side has it; `null`: not seen within the limits.
#[derive(Debug, Serialize)]
struct Outcome {
    outcome: Value,
    left: Option<bool>,
    right: Option<bool>,
}

/// An outcome that one side has alone.
#[derive(Debug, Serialize)]
struct Alone {
    side: &'static str,
    /// Its place in `outcomes`, from 0.
    outcome: usize,
    step: u64,
    shortest: bool,
    schedule: Vec<String>,
    trace: Vec<Step>,
    /// Why an execution did not create again what it had created.
    #[serde(skip_serializing_if = "Option::is_none")]
    divergence: Option<Divergence>,
}

#[derive(Debug, Serialize)]
struct Claim {
    name: &'static str,
    says: &'static str,
    standing: &'static str,
    broken: Vec<Broken>,
}

#[derive(Debug, Serialize)]
struct Broken {
    precondition: &'static str,
    what: &'static str,
    lines: Vec<usize>,
}

impl By {
    /// Its word on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            By::Outcome => "outcome",
            By::Prints => "prints",
            By::Result => "result",
        }
    }
}

/// The object.
pub fn wire(compared: Comparison<'_>) -> Wire {
    let source = compared.parties[0].answer.source;
    let outcomes = compared.rows.iter().filter_map(|row| {
        let (_, found) = row.found()?;
        let has = |side: Side| match row.sides[side.places().0] {
            Some(_) => Some(true),
            None => compared.is_certain(side).then_some(false),
        };
        let outcome = serde_json::from_str(&found.json).unwrap_or_default();
        Some(Outcome { outcome, left: has(Side::Left), right: has(Side::Right) })
    });
    Wire {
        schema: wire::SCHEMA,
        program: wire::file_name(source).to_owned(),
        sha256: wire::fingerprint(source),
        by: compared.by.name(),
        outcomes: outcomes.collect(),
        sides: compared.parties.iter().map(searched).collect(),
        only: compared.only.into_iter().map(alone).collect(),
        claim: compared.claimed.map(|claimed| claim(&claimed, source)),
        verdict: match compared.verdict {
            Verdict::Same => "same",
            Verdict::Differ => "differ",
            Verdict::Limit => "limit",
        },
    }
}

fn searched(party: &Party<'_>) -> Searched {
    let (answer, progress) = (&party.answer, party.answer.report.progress);
    Searched {
        name: party.name.clone(),
        local: party.local,
        settings: settings::to_json(answer.settings, answer.program),
        complete: answer.report.is_complete(),
        limits: answer.limits.iter().map(limit).collect(),
        states: progress.states,
        transitions: progress.transitions,
        depth: progress.depth,
        seconds: party.seconds,
    }
}

fn alone(only: Only<'_>) -> Alone {
    let side = match only.side {
        Side::Left => "left",
        Side::Right => "right",
    };
    let (schedule, shortest) = (schedule(&only.run), only.shortest);
    Alone {
        side,
        outcome: only.number - 1,
        step: only.run.length,
        shortest,
        schedule,
        divergence: only.run.divergence,
        trace: only.run.steps,
    }
}

fn claim(claimed: &Claimed, source: &Source) -> Claim {
    let standing = match claimed.standing {
        Standing::Kept => "kept",
        Standing::NotPromised => "not_promised",
        Standing::Contradicted => "contradicted",
        Standing::Unknown => "unknown",
    };
    let broken = claimed.broken.iter().map(|broken| Broken {
        precondition: broken.name,
        what: broken.what,
        lines: broken.places.iter().map(|span| source.place(span.start).line).collect(),
    });
    Claim { name: claimed.claim.name(), says: claimed.claim.text(), standing, broken: broken.collect() }
}
