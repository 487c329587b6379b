//! The answer of a search for programs, as one JSON object. docs/check.schema.json describes it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::run::Run;
use super::wrong::Wrong;
use super::{Answer, Verdict};
use crate::explore::report::OutcomeFound;
use crate::explore::vacuity::Vacuity;
use crate::trace::divergence::Divergence;
use crate::trace::event::Step;
use crate::trace::{settings, wire};

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct Wire {
    schema: u32,
    program: String,
    sha256: String,
    settings: Map<String, Value>,
    verdict: &'static str,
    outcomes: Vec<Value>,
    /// How many final states have each of the outcomes.
    finals: Vec<u64>,
    violations: Vec<Violated>,
    limits: Vec<Limit>,
    states: u64,
    transitions: u64,
    depth: u64,
    seconds: f64,
    reductions: Vec<&'static str>,
    /// Where symmetry was asked for, and nodes stay where they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asymmetries: Vec<String>,
    never: Never,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    samples: Vec<Sample>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
}

/// A violation.
#[derive(Clone, Debug, Serialize)]
struct Violated {
    property: String,
    kind: &'static str,
    line: Option<usize>,
    what: String,
    /// How many steps the run takes.
    step: u64,
    /// Whether no run that shows it takes fewer.
    shortest: bool,
    /// After how many of them it repeats itself for ever.
    repeats_from: Option<u64>,
    /// The lines of the schedule that are steps.
    schedule: Vec<String>,
    trace: Vec<Step>,
    /// Why an execution did not create again what it had created.
    #[serde(skip_serializing_if = "Option::is_none")]
    divergence: Option<Divergence>,
}

/// A limit that cut something.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    limit: &'static str,
    unexpanded: u64,
}

/// What the search never came to.
#[derive(Clone, Debug, Serialize)]
struct Never {
    evaluated: Vec<String>,
    ran: Vec<Unreached>,
    fired: Vec<&'static str>,
}

/// Code that never ran.
#[derive(Clone, Debug, Serialize)]
struct Unreached {
    function: String,
    first_line: usize,
    last_line: usize,
}

/// A sample run.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    outcome: Value,
    schedule: Vec<String>,
    trace: Vec<Step>,
}

/// How the numbers have changed since the last run.
#[derive(Clone, Debug, Serialize)]
pub struct Baseline {
    /// The states of the last run.
    pub states: u64,
    /// In per cent, more or less; `None` where there is nothing to compare with.
    pub change: Option<f64>,
}

impl Verdict {
    /// Its word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Violated => "violated",
            Verdict::Limit => "limit",
        }
    }
}

/// The object, and what is told besides the answer itself.
pub fn wire(
    answer: &Answer<'_>,
    wrongs: Vec<Wrong<'_>>,
    vacuity: &Vacuity,
    samples: Vec<Sample>,
    baseline: Option<Baseline>,
    seconds: f64,
) -> Wire {
    let progress = answer.report.progress;
    let outcomes = answer.report.outcomes.iter();
    let ran = vacuity.code.iter().map(|code| Unreached {
        function: code.function.clone(),
        first_line: code.lines.0,
        last_line: code.lines.1,
    });
    let parts = vacuity.parts.iter().map(|part| answer.source.slice(part.span).to_owned());
    Wire {
        schema: wire::SCHEMA,
        program: wire::file_name(answer.source).to_owned(),
        sha256: wire::fingerprint(answer.source),
        settings: settings::to_json(answer.settings, answer.program),
        verdict: answer.verdict().name(),
        outcomes: outcomes.clone().map(|found| serde_json::from_str(&found.json).unwrap_or_default()).collect(),
        finals: outcomes.map(|found| found.finals).collect(),
        violations: wrongs.into_iter().map(violated).collect(),
        limits: answer.limits.iter().map(limit).collect(),
        states: progress.states,
        transitions: progress.transitions,
        depth: progress.depth,
        seconds,
        reductions: answer.report.reductions.names(),
        asymmetries: super::vacuity::asymmetries(&answer.report.asymmetries, answer.source),
        never: Never {
            evaluated: vacuity.properties.iter().cloned().chain(parts).collect(),
            ran: ran.collect(),
            fired: vacuity.rules.clone(),
        },
        samples,
        baseline,
    }
}

/// A sample run and the outcome that it ends in.
pub fn sample((found, run): (&OutcomeFound, Run)) -> Sample {
    let outcome = serde_json::from_str(&found.json).unwrap_or_default();
    Sample { outcome, schedule: schedule(&run), trace: run.steps }
}

impl Wire {
    /// The set of outcomes alone.
    pub fn outcomes_only(&self) -> String {
        Value::Array(self.outcomes.clone()).to_string()
    }
}

/// A limit that cut something, for programs.
pub fn limit(limit: &super::Limit) -> Limit {
    Limit { limit: limit.name, unexpanded: limit.unexpanded }
}

/// The lines of a run's schedule that are steps.
pub fn schedule(run: &Run) -> Vec<String> {
    let entries = run.schedule.entries.iter().map(|entry| format!("{}  {}", entry.step, entry.choice));
    entries.chain(run.schedule.stop.map(|step| format!("{step}  stop"))).collect()
}

fn violated(wrong: Wrong<'_>) -> Violated {
    Violated {
        property: wrong.violation.name.clone(),
        kind: wrong.violation.kind.name(),
        line: wrong.line,
        schedule: schedule(&wrong.run),
        step: wrong.run.length,
        shortest: wrong.shortest,
        repeats_from: wrong.run.repeats_from,
        what: wrong.what,
        divergence: wrong.run.divergence,
        trace: wrong.run.steps,
    }
}
