//! The litmus programs: each with its complete set of outcomes, for every setting that its .json lists. One test per program.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lacuna::base::Source;
use lacuna::elaborate::compile;
use lacuna::explore::search::{Limits, search};
use lacuna::semantics::outcome::{Ending, Outcome};
use lacuna::semantics::settings::{Network, Scheduling, Settings, Timing};
use lacuna::semantics::system::System;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/litmus");
    let mut programs: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of litmus programs")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "lac"))
        .collect();
    programs.sort();
    let trials = programs.into_iter().map(|path| {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Trial::test(name, move || run(&path))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn run(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let expected: Value = serde_json::from_str(&fs::read_to_string(path.with_extension("json"))?)?;
    let source = Source::new("litmus.lac", text);
    let (program, diagnostics) = compile(&source);
    if let Some(errors) = expected.get("errors") {
        let found: Vec<Value> = diagnostics
            .iter()
            .filter(|d| d.is_error())
            .map(|d| json!({"line": source.place(d.span().start).line, "code": format!("lacuna::{}", format!("{:?}", d.code).to_lowercase())}))
            .collect();
        return same("errors", errors, &Value::Array(found));
    }
    let program = Arc::new(program.ok_or_else(|| format!("it does not compile: {diagnostics:#?}"))?);
    for run in expected["runs"].as_array().into_iter().flatten() {
        let options: Vec<&str> = run["options"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let settings = Arc::new(settings(&options));
        let line = |span: lacuna::base::Span| source.place(span.start).line;
        let found = search(program.clone(), settings, Limits { states: 2_000_000 }, &line, &key);
        if !found.complete {
            return Err(format!("{options:?}: not complete").into());
        }
        let outcomes: Vec<Value> =
            found.outcomes.keys().map(|key| serde_json::from_str(key).expect("a key is JSON")).collect();
        same(&format!("outcomes under {options:?}"), &run["outcomes"], &Value::Array(outcomes))?;
        let violations = found.violations.keys().cloned().map(Value::String).collect();
        same(&format!("violations under {options:?}"), &run["violations"], &Value::Array(violations))?;
    }
    Ok(())
}

fn same(what: &str, expected: &Value, found: &Value) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    Err(format!("{what}:\n expected {expected:#}\n found {found:#}").into())
}

fn key(sys: &System, outcome: &Outcome) -> String {
    let result = match &outcome.result {
        Ending::Returned(value) => json!({"returned": sys.naming().quoted(value)}),
        Ending::Failed(error) => json!({"failed": **error}),
        Ending::Deadlock => json!({"deadlock": true}),
        Ending::Diverged(q) => json!({"diverged": sys.names.show(*q)}),
    };
    let prints: Vec<Value> =
        outcome.prints.iter().map(|(n, text)| json!({"node": sys.program.node(*n), "text": **text})).collect();
    let unobserved: Vec<Value> = outcome.unobserved.iter().map(|e| json!(**e)).collect();
    json!({"result": result, "prints": prints, "unobserved": unobserved}).to_string()
}

fn settings(options: &[&str]) -> Settings {
    let mut settings = Settings::check();
    let mut words = options.iter();
    while let Some(option) = words.next() {
        let mut number = || words.next().and_then(|n| n.parse().ok()).expect("a number");
        match *option {
            "--crashes" => settings.budget.crashes = number(),
            "--suspicions" => settings.budget.suspicions = number(),
            "--losses" => settings.budget.losses = number(),
            "--duplicates" => settings.budget.duplicates = number(),
            "--max-call-depth" => settings.max_call_depth = number() as usize,
            "--no-restart" => settings.restarts = false,
            "--schedule" => {
                words.next();
                settings.scheduling = Scheduling::Cooperative;
            }
            "--timing" => {
                words.next();
                settings.timing = Timing::Urgent;
            }
            "--network" => {
                words.next();
                settings.network = Network::Fifo;
            }
            other => panic!("unknown option {other}"),
        }
    }
    settings
}
