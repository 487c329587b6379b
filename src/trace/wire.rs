//! A trace as JSON Lines, version 1: a header, one [`Step`](super::event::Step) a line, and how the run ended.
//! docs/trace.schema.json describes it.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::settings;
use super::words::Words;
use crate::base::Source;
use crate::semantics::outcome::{Ending, Outcome};
use crate::semantics::settings::Settings;
use crate::semantics::system::System;

/// The version of the wire format.
pub const SCHEMA: u32 = 1;

/// The SHA-256 of a program's text, in hexadecimal: what a trace or a schedule is of.
pub fn fingerprint(source: &Source) -> String {
    Sha256::digest(source.text().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last part of the name of a program's file; traces do not say where it lay.
pub fn file_name(source: &Source) -> &str {
    source.name().rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The first line of a trace. `seed` is that of the random choices; `None` where a schedule makes them.
pub fn header(source: &Source, sys: &System, settings: &Settings, seed: Option<u64>) -> Value {
    json!({
        "lacuna": env!("CARGO_PKG_VERSION"),
        "schema": SCHEMA,
        "program": file_name(source),
        "sha256": fingerprint(source),
        "nodes": sys.program.nodes,
        "settings": Value::Object(settings::to_json(settings, &sys.program)),
        "seed": seed,
    })
}

/// An outcome of Σ: `{"result": …, "prints": […], "unobserved": […]}`.
pub fn outcome(sys: &System, outcome: &Outcome) -> Value {
    let words = Words::whole(sys);
    let result = match &outcome.result {
        Ending::Returned(value) => json!({"returned": words.value(value)}),
        Ending::Failed(error) => json!({"failed": error.as_str()}),
        Ending::Deadlock => json!({"deadlock": true}),
        Ending::Diverged(promise) => json!({"diverged": words.path(*promise)}),
    };
    let print = |(node, text): &(_, crate::calculus::Text)| json!({"node": words.node(*node), "text": text.as_str()});
    json!({
        "result": result,
        "prints": outcome.prints.iter().map(print).collect::<Vec<Value>>(),
        "unobserved": outcome.unobserved.iter().map(|error| error.as_str()).collect::<Vec<&str>>(),
    })
}

/// What ended a run before there was an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// `--max-steps`
    Steps,
    /// `--time-limit`
    Time,
    /// Ctrl-C
    Interrupt,
    /// The schedule that is replayed ends here.
    Schedule,
}

impl Limit {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Limit::Steps => "max_steps",
            Limit::Time => "time_limit",
            Limit::Interrupt => "interrupted",
            Limit::Schedule => "schedule",
        }
    }
}

/// The last line of a trace, `{"outcome": …}`, or `{"limit": …}` where the run did not come to an outcome.
pub fn last(ended: Result<Value, (Limit, u64)>) -> Value {
    let (key, value) = match ended {
        Ok(outcome) => ("outcome", outcome),
        Err((limit, steps)) => ("limit", json!({"reason": limit.name(), "steps": steps})),
    };
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}
