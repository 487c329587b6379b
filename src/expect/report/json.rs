//! How everything stands, as one JSON object. docs/test.schema.json describes it.

use serde::Serialize;
use serde_json::Value;

use super::Report;
use crate::diagnostic;
use crate::expect::judge::{Case, Status, Tested};
use crate::expect::search::Counterexample;
use crate::trace::event::Step;
use crate::trace::settings::Word;
use crate::trace::wire;

#[derive(Serialize)]
struct Wire<'a> {
    schema: u32,
    conclusion: &'static str,
    programs: Vec<Program<'a>>,
    orphans: &'a [String],
}

#[derive(Serialize)]
struct Program<'a> {
    program: &'a str,
    sha256: String,
    expectations: Vec<Expectation<'a>>,
    diagnostics: Value,
}

#[derive(Serialize)]
struct Expectation<'a> {
    title: &'a str,
    kind: &'static str,
    line: usize,
    file: Option<&'a str>,
    status: &'static str,
    /// A sentence; empty where it stands as it should.
    what: String,
    /// What the file says, or the verdict that the program states, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    counterexamples: Vec<Example<'a>>,
}

#[derive(Serialize)]
struct Example<'a> {
    property: &'a str,
    what: &'a str,
    line: Option<usize>,
    trace: &'a [Step],
}

/// The object.
///
/// # Errors
/// Never: what is in it can be written as JSON.
pub fn text(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string(&Wire {
        schema: wire::SCHEMA,
        conclusion: report.conclusion().name(),
        programs: report.programs.iter().map(program).collect(),
        orphans: &report.orphans,
    })
}

fn program(tested: &Tested) -> Program<'_> {
    Program {
        program: tested.source.name(),
        sha256: wire::fingerprint(&tested.source),
        expectations: tested.cases.iter().map(expectation).collect(),
        diagnostics: diagnostic::json(&tested.errors, &tested.source),
    }
}

fn expectation(case: &Case) -> Expectation<'_> {
    let (expected, found, examples) = match &case.status {
        Status::Differs { expected, found } => (Some(expected.clone()), Some(found.clone()), &[][..]),
        Status::Missing(found) => (None, Some(found.clone()), &[][..]),
        Status::Verdict { expected, found, examples } => {
            (Some(expected.to_string()), Some(found.to_string()), examples.as_slice())
        }
        Status::Ok | Status::Blessed | Status::Limit(_) => (None, None, &[][..]),
    };
    Expectation {
        title: &case.title,
        kind: case.kind.word(),
        line: case.place.line,
        file: case.file.as_deref(),
        status: case.status.name(),
        what: case.sentence(),
        expected,
        found,
        counterexamples: examples.iter().map(example).collect(),
    }
}

fn example(example: &Counterexample) -> Example<'_> {
    Example { property: &example.name, what: &example.what, line: example.line, trace: &example.steps }
}
