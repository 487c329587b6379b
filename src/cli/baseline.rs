//! The numbers of the last run, kept in a file when asked to: a state space that grows is noticed when it grows.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::output::Failure;
use crate::render::check::{Answer, json};
use crate::render::outcome::grouped;
use crate::trace::{settings, wire};

/// What is kept of a run.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    schema: u32,
    program: String,
    sha256: String,
    settings: Map<String, Value>,
    reductions: Vec<String>,
    states: u64,
    transitions: u64,
    outcomes: u64,
}

/// What the last run was, against this one.
pub struct Compared {
    /// For people, a line.
    pub text: String,
    /// For programs.
    pub json: json::Baseline,
}

/// Compares with the run that `path` keeps, if it keeps one, and keeps this one there if it is complete.
///
/// # Errors
/// When the file holds something else, or cannot be read or written.
pub fn compare(path: &Path, answer: &Answer<'_>) -> Result<Option<Compared>, Failure> {
    let name = path.display();
    let last: Option<Kept> = match fs::read_to_string(path) {
        Ok(text) => Some(
            serde_json::from_str(&text)
                .map_err(|error| Failure::Usage(format!("{name} keeps no numbers of a run: {error}")))?,
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::Usage(format!("{name} cannot be read: {error}"))),
    };
    let progress = answer.report.progress;
    let now = Kept {
        schema: wire::SCHEMA,
        program: wire::file_name(answer.source).to_owned(),
        sha256: wire::fingerprint(answer.source),
        settings: settings::to_json(answer.settings, answer.program),
        reductions: answer.report.reductions.names().into_iter().map(str::to_owned).collect(),
        states: progress.states,
        transitions: progress.transitions,
        outcomes: answer.report.outcomes.len() as u64,
    };
    let complete = answer.report.is_complete();
    if complete {
        let text = serde_json::to_string_pretty(&now).map_err(std::io::Error::from)? + "\n";
        fs::write(path, text).map_err(|error| Failure::Usage(format!("{name} cannot be written: {error}")))?;
    }
    Ok(last.map(|last| told(&last, &now, complete)))
}

fn told(last: &Kept, now: &Kept, complete: bool) -> Compared {
    let states = last.states;
    let other = [
        (last.program != now.program, "was another program"),
        (last.settings != now.settings, "had other settings"),
        (last.reductions != now.reductions, "had other reductions"),
        (!complete, "was complete, and this one is not"),
    ];
    if let Some((_, why)) = other.into_iter().find(|(differs, _)| *differs) {
        let text = format!("the last run {why}: {} states\n", grouped(states));
        return Compared { text, json: json::Baseline { states, change: None } };
    }
    let change = (now.states as f64 - states as f64) / (states.max(1) as f64) * 100.0;
    let text = match now.states == states {
        true => String::from("as many states as in the last run\n"),
        false => format!("{change:+.0} % states since the last run\n"),
    };
    Compared { text, json: json::Baseline { states, change: Some(change) } }
}
