//! The schemas of docs, for the tests that hold answers against them.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The validator of a schema of docs that refers to the one of traces: its definitions are taken in under names of their
/// own.
pub fn validator(name: &str) -> jsonschema::Validator {
    let read = |name: &str| -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("the schema is JSON")
    };
    let text = read(name).to_string().replace("trace.schema.json#/$defs/", "#/$defs/trace_");
    let mut schema: Value = serde_json::from_str(&text).expect("it stays JSON");
    let trace = read("trace.schema.json");
    for (name, definition) in trace["$defs"].as_object().expect("definitions") {
        let text = definition.to_string().replace("#/$defs/", "#/$defs/trace_");
        schema["$defs"][format!("trace_{name}")] = serde_json::from_str(&text).expect("it stays JSON");
    }
    jsonschema::draft202012::new(&schema).expect("it is a schema")
}
