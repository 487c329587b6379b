//! The litmus programs: each with its complete set of outcomes, for every setting that its .json lists. One test per program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::Program;
use lacuna::elaborate::compile;
use lacuna::expect::directive::{self, Directive};
use lacuna::explore::report::{Kind, Reductions};
use lacuna::explore::{Options, Report, explore};
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::schedule::{End, Fifo, Random, Scheduler, run_fast};
use lacuna::semantics::settings::{Budget, Scheduling, Settings};
use lacuna::semantics::step::fire;
use lacuna::semantics::system::System;
use lacuna::trace::wire;
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
            .map(|d| json!({"line": source.place(d.span().start).line, "code": d.code.name()}))
            .collect();
        return same("errors", errors, &Value::Array(found));
    }
    let program = Arc::new(program.ok_or_else(|| format!("it does not compile: {diagnostics:#?}"))?);
    for run in expected["runs"].as_array().into_iter().flatten() {
        let words: Vec<&str> = run["options"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let options = words.join(" ");
        let request = Directive::of_options(directive::Kind::Check, &options).request(&program);
        let settings = Arc::new(request.map_err(|wrong| wrong.message)?.settings);
        run_by_chance(&program, &settings, &run["outcomes"]).map_err(|error| format!("{words:?}: {error}"))?;
        let line = |span: lacuna::base::Span| source.place(span.start).line;
        let options = Options { max_states: Some(2_000_000), ..Options::default() };
        let report = explore(&program, &settings, &options, &line, &mut |_| true);
        if !report.is_complete() {
            return Err(format!("{words:?}: not complete").into());
        }
        let outcomes =
            report.outcomes.iter().map(|found| serde_json::from_str(&found.json)).collect::<Result<_, _>>()?;
        same(&format!("outcomes under {words:?}"), &run["outcomes"], &Value::Array(outcomes))?;
        let wrong = report.violations.iter().filter(|violation| violation.kind != Kind::Failed);
        for way in report.outcomes.iter().map(|found| &found.way).chain(report.violations.iter().map(|v| &v.way)) {
            let mut sys = report.start(&program, &settings);
            for choice in way {
                fire(&mut sys, *choice).map_err(|premise| format!("a way is refused: {}", premise.text))?;
            }
        }
        let wrong = wrong.map(|violation| Value::String(violation.name.clone())).collect();
        same(&format!("violations under {words:?}"), &run["violations"], &Value::Array(wrong))?;
        if !program.groups.is_empty() {
            let reductions = Reductions { symmetry: true, ..Reductions::DEFAULT };
            let symmetric = explore(&program, &settings, &Options { reductions, ..options }, &line, &mut |_| true);
            if !agree(&report, &symmetric) {
                return Err(format!("{words:?}: with symmetry other than without").into());
            }
        }
        let options = Options { reductions: Reductions::NONE, max_states: Some(20_000), ..options };
        let plain = explore(&program, &settings, &options, &line, &mut |_| true);
        if plain.is_complete() && !agree(&report, &plain) {
            return Err(format!("{words:?}: with reductions other than without").into());
        }
    }
    Ok(())
}

/// The deterministic run, where the setting is one that it could have, and 200 seeded runs end in expected outcomes.
fn run_by_chance(program: &Arc<Program>, settings: &Arc<Settings>, expected: &Value) -> Result<(), String> {
    let expected: BTreeSet<String> = expected.as_array().into_iter().flatten().map(Value::to_string).collect();
    let deterministic = settings.scheduling == Scheduling::Cooperative && settings.budget == Budget::default();
    let of_seed = |seed| Box::new(Random::new(Prng::new(seed))) as Box<dyn Scheduler>;
    let schedulers = (0..200).map(of_seed).chain(deterministic.then(|| Box::new(Fifo::new(Prng::new(0))) as _));
    for (i, mut scheduler) in schedulers.enumerate() {
        let mut sys = System::start(program.clone(), settings.clone());
        let run = run_fast(&mut sys, &mut *scheduler, 2_000, &mut |_| true);
        let found = wire::outcome(&sys, &outcome(&sys)).to_string();
        if run.end == End::Final && !expected.contains(&found) {
            return Err(format!("run {i} ends in {found}"));
        }
    }
    Ok(())
}

/// Whether two reports have the same outcomes and the same violations.
fn agree(a: &Report, b: &Report) -> bool {
    let outcomes = |report: &Report| report.outcomes.iter().map(|found| found.json.clone()).collect::<Vec<_>>();
    let wrong = |report: &Report| report.violations.iter().map(|violation| violation.name.clone()).collect::<Vec<_>>();
    outcomes(a) == outcomes(b) && wrong(a) == wrong(b)
}

fn same(what: &str, expected: &Value, found: &Value) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    Err(format!("{what}:\n expected {expected:#}\n found {found:#}").into())
}
