//! How everything stands, as SARIF 2.1.0 (OASIS): a result for all that does not stand as it should. A run that shows a
//! violation is a code flow (section 3.36) with a thread flow (3.37) for each execution; `executionOrder` (3.38.11) is the
//! step, so that a viewer can put the executions together again.

use serde_json::{Value, json};

use super::{LOST, ORPHAN, Report, lost};
use crate::base::Place;
use crate::expect::judge::{Case, Status, Tested};
use crate::expect::search::Counterexample;
use crate::trace::event::Step;

/// Where the schema of the format lies.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What can be wrong, with what it means.
const RULES: [(&str, &str); 6] = [
    ("missing", "Nothing says yet what is expected."),
    ("differs", "A trace or a set of outcomes is not the one in the file beside the program."),
    ("verdict", "The verdict of a search is not the one that the program states."),
    ("limit", "A limit was reached before there was an answer."),
    ("errors", "The program, or a directive in it, has an error."),
    ("orphan", "A file holds an expectation that no program has."),
];

/// The log.
pub fn text(report: &Report) -> String {
    let mut results: Vec<Value> = report.programs.iter().flat_map(of_program).collect();
    results.extend(report.orphans.iter().map(|orphan| result("orphan", ORPHAN, &location(orphan, None, None))));
    let rules: Vec<Value> =
        RULES.iter().map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}})).collect();
    let driver = json!({"name": "lacuna", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let run = json!({"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results});
    json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}).to_string()
}

fn of_program(tested: &Tested) -> Vec<Value> {
    let name = tested.source.name();
    let mut results: Vec<Value> = tested.cases.iter().flat_map(|case| of_case(name, case)).collect();
    results.extend(tested.errors.iter().map(|error| {
        let span = error.span();
        let places = (tested.source.place(span.start), tested.source.place(span.end));
        let text = format!("{}: {}", error.code.name(), error.message);
        result("errors", &text, &location(name, Some(places.0), Some(places.1)))
    }));
    results
}

/// A result for each run that shows something unexpected, and for each violation that is missing.
fn of_case(name: &str, case: &Case) -> Vec<Value> {
    let here = location(name, Some(case.place), None);
    match &case.status {
        status if status.is_good() => Vec::new(),
        Status::Verdict { expected, found, examples } => {
            let lost = lost(expected, found).into_iter();
            let lost = lost.map(|violated| result("verdict", &format!("{}: {LOST}: {violated}", case.title), &here));
            examples.iter().map(|example| of_example(name, case, example)).chain(lost).collect()
        }
        status => vec![result(status.name(), &format!("{}: {}", case.title, case.sentence()), &here)],
    }
}

fn of_example(name: &str, case: &Case, example: &Counterexample) -> Value {
    let place = example.line.map_or(case.place, |line| Place { line, column: 1 });
    let text = format!("{} is violated: {}", example.name, example.what);
    let mut result = result("verdict", &text, &location(name, Some(place), None));
    let mut threads: Vec<(String, Vec<Value>)> = Vec::new();
    for step in &example.steps {
        let id = step.execution_name().unwrap_or_else(|| String::from("between executions"));
        let at = threads.iter().position(|(own, _)| *own == id).unwrap_or_else(|| {
            threads.push((id, Vec::new()));
            threads.len() - 1
        });
        threads[at].1.push(of_step(name, step));
    }
    let flows: Vec<Value> =
        threads.into_iter().map(|(id, locations)| json!({"id": id, "locations": locations})).collect();
    if !flows.is_empty() {
        result["codeFlows"] = json!([{"message": {"text": example.what}, "threadFlows": flows}]);
    }
    result
}

fn of_step(name: &str, step: &Step) -> Value {
    let text = format!("{}: {}", step.rule, step.text);
    let text = text.trim_end_matches(": ");
    let message = match &step.node {
        Some(node) => format!("{node}: {text}"),
        None => text.to_owned(),
    };
    let mut location = match step.at {
        Some(at) => {
            let end = Place { line: at.end_line, column: at.end_column };
            location(name, Some(Place { line: at.line, column: at.column }), Some(end))
        }
        None => json!({}),
    };
    location["message"] = json!({"text": message});
    json!({"executionOrder": step.step, "location": location})
}

fn result(rule: &str, text: &str, location: &Value) -> Value {
    let index = RULES.iter().position(|(id, _)| *id == rule);
    json!({"ruleId": rule, "ruleIndex": index, "level": "error", "message": {"text": text}, "locations": [location]})
}

fn location(file: &str, from: Option<Place>, to: Option<Place>) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(file)}});
    if let Some(from) = from {
        place["region"] = json!({"startLine": from.line, "startColumn": from.column});
    }
    if let Some(to) = to {
        place["region"]["endLine"] = json!(to.line);
        place["region"]["endColumn"] = json!(to.column);
    }
    json!({"physicalLocation": place})
}

/// A path as a reference (RFC 3986): what may not stand there is escaped byte by byte.
fn uri(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'\\' => text.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("a b\\ü.lac"), "a%20b/%C3%BC.lac");
    }
}
