//! Traces as data: what `trace --format json` writes is what docs/trace.schema.json describes, line by line, and a schedule
//! that was written is a run that can be had again.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::Program;
use lacuna::elaborate::compile;
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::schedule::{End, Fifo, Observer, Random, Scheduler, run_observed};
use lacuna::semantics::settings::{Budget, Settings};
use lacuna::semantics::system::System;
use lacuna::trace::event::Step;
use lacuna::trace::record::{Detail, Recorder};
use lacuna::trace::replay::{Replay, ReplayEnd};
use lacuna::trace::schedule::{Schedule, Writer};
use lacuna::trace::wire::{self, Limit};
use serde_json::Value;

/// Some programs do not end, or only after long.
const STEPS: u64 = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every program of the examples and the litmus programs that compiles, in the order of their names.
fn programs() -> Vec<(Source, Arc<Program>)> {
    let folders = ["examples", "tests/litmus"].map(|folder| fs::read_dir(root().join(folder)).expect("a folder"));
    let mut paths: Vec<PathBuf> = folders.into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "lac"));
    paths.sort();
    let sources =
        paths.iter().map(|path| Source::new(path.display().to_string(), fs::read_to_string(path).expect("a program")));
    sources
        .filter_map(|source| Some((compile(&source).0?, source)))
        .map(|(program, source)| (source, Arc::new(program)))
        .collect()
}

struct Ran {
    sys: System,
    end: End,
    steps: Vec<Step>,
    schedule: Schedule,
}

fn run(source: &Source, program: &Arc<Program>, settings: Settings, scheduler: &mut dyn Scheduler) -> Ran {
    let mut sys = System::start(program.clone(), Arc::new(settings.clone()));
    let mut steps = Vec::new();
    let mut sink = |_: &System, step: Step| {
        steps.push(step);
        ControlFlow::Continue(())
    };
    let mut writer = Writer::new(Schedule::new(source, program, &settings));
    let mut both = Both(Recorder::new(source, Detail::All, &mut sink), &mut writer);
    let end = run_observed(&mut sys, scheduler, STEPS, &mut both).end;
    let schedule = writer.finish(end != End::Final);
    Ran { sys, end, steps, schedule }
}

struct Both<'a>(Recorder<'a>, &'a mut Writer);

impl Observer for Both<'_> {
    fn before(&mut self, sys: &mut System, choice: lacuna::semantics::focus::Choice) -> ControlFlow<()> {
        self.1.before(sys, choice)?;
        self.0.before(sys, choice)
    }

    fn after(&mut self, sys: &mut System, choice: lacuna::semantics::focus::Choice) -> ControlFlow<()> {
        self.0.after(sys, choice)
    }
}

fn faulty() -> Settings {
    Settings { budget: Budget { crashes: 1, suspicions: 1, losses: 1, duplicates: 1 }, ..Settings::check() }
}

fn validator() -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("docs/trace.schema.json")).expect("the schema");
    jsonschema::draft202012::new(&serde_json::from_str(&text).expect("the schema is JSON")).expect("it is a schema")
}

fn assert_valid(validator: &jsonschema::Validator, line: &Value) {
    let errors: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{line}\nis not as the schema says: {}", errors.join("; "));
}

#[test]
fn every_line_of_every_trace_is_as_the_schema_says() {
    let validator = validator();
    for (source, program) in programs() {
        let deterministic = run(&source, &program, Settings::run(), &mut Fifo::new(Prng::new(0)));
        let random = run(&source, &program, faulty(), &mut Random::new(Prng::new(7)));
        for (settings, Ran { sys, end, steps, .. }) in [(Settings::run(), deterministic), (faulty(), random)] {
            assert_valid(&validator, &wire::header(&source, &sys, &settings, Some(7)));
            for step in &steps {
                let line = serde_json::to_value(step).expect("a step is JSON");
                assert_valid(&validator, &line);
                let is_fault =
                    ["Crash", "Suspect", "Suspect-Preferred", "Lose", "Duplicate"].contains(&step.rule.as_str());
                assert_eq!(line.get("fault"), is_fault.then_some(&Value::Bool(true)), "{line}");
                assert_eq!(&serde_json::from_value::<Step>(line).expect("a line is a step"), step);
                assert!(!step.text.is_empty(), "{}: {} says nothing", source.name(), step.rule);
            }
            let last = match end {
                End::Final => Ok(wire::outcome(&sys, &outcome(&sys))),
                End::Limit | End::Stopped => Err((Limit::Steps, STEPS)),
            };
            assert_valid(&validator, &wire::last(last));
        }
    }
}

#[test]
fn what_the_tool_writes_is_as_the_schema_says() {
    let validator = validator();
    for options in [&["--all", "--config"][..], &["--max-steps", "9"], &["--crashes", "2", "--seed", "5"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_lacuna"))
            .args(["trace", "--format", "json", "examples/price.lac"])
            .args(options)
            .current_dir(root())
            .output()
            .expect("the tool starts");
        let text = String::from_utf8(output.stdout).expect("it is text");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
        lines.iter().for_each(|line| assert_valid(&validator, line));
        let [header, steps @ .., last] = lines.as_slice() else { panic!("there are few lines: {text}") };
        assert!(header["lacuna"].is_string() && steps.len() > 3, "{text}");
        assert!(last["outcome"].is_object() || last["limit"].is_object(), "{last}");
        assert!(steps.iter().all(|step| step["step"].is_u64()), "{text}");
        assert!(steps.iter().all(|step| step["config"].is_string() == options.contains(&"--config")), "{text}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_line_of_a_trace() {
    let validator = validator();
    let lines = [
        r#"{"outcome": {"result": {"returned": "1"}, "prints": []}}"#,
        r#"{"limit": {"reason": "boredom", "steps": 1}}"#,
        r#"{"step": 0, "rule": "Await", "node": null, "execution": null, "attempt": 0, "frame": null, "at": null, "text": "", "effects": []}"#,
        r#"{"step": 1, "rule": "Await", "node": null, "execution": null, "attempt": 0, "frame": null, "at": null, "text": "", "effects": [{"effect": "printed", "node": "main"}]}"#,
    ];
    for line in lines {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        assert!(!validator.is_valid(&line), "{line}");
    }
}

#[test]
fn a_schedule_is_the_run_that_it_was_written_from() {
    for (source, program) in programs() {
        for seed in 0..4 {
            let ran = run(&source, &program, faulty(), &mut Random::new(Prng::new(seed)));
            let text = ran.schedule.to_string();
            let (schedule, lines) = Schedule::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
            assert_eq!(schedule, ran.schedule);
            let settings = schedule.settings(&program).expect("the settings fit");
            assert_eq!(settings, faulty());
            let mut replay = Replay::new(&schedule, lines);
            let again = run(&source, &program, settings, &mut replay);
            let stopped = (ran.end == End::Limit).then_some(ReplayEnd::Stopped);
            assert_eq!(replay.end(), stopped.as_ref(), "{} with seed {seed}", source.name());
            assert_eq!(again.steps, ran.steps, "{} with seed {seed}", source.name());
        }
    }
}

#[test]
fn a_run_without_choices_is_an_empty_schedule() {
    let source = Source::new("one.lac", "async fn main() -> int { return 1; }");
    let program = Arc::new(compile(&source).0.expect("it compiles"));
    let ran = run(&source, &program, Settings::run(), &mut Fifo::new(Prng::new(0)));
    assert!(ran.schedule.entries.is_empty() && ran.schedule.stop.is_none());
}

/// Of a list or map that grows each line looks different; as JSON nothing is cut.
#[test]
fn a_long_value_is_cut_and_says_how_much_there_is() {
    let text = r#"
var seen: list<int> = [];
var squares: map<int, int> = {};

async fn main() -> int {
    for n in 10..50 {
        seen = push(seen, n);
        squares[n] = n * n;
    }
    return len(seen) + squares[49];
}
"#;
    let source = Source::new("grows.lac", text);
    let program = Arc::new(compile(&source).0.expect("it is a program"));
    let steps = run(&source, &program, Settings::run(), &mut Fifo::new(Prng::new(0))).steps;
    let written: Vec<&Step> = steps.iter().filter(|step| step.rule == "Write").collect();
    let [lists, maps] = [0, 1].map(|of| written.iter().skip(of).step_by(2).copied().collect::<Vec<&Step>>());
    for of_one in [&lists, &maps] {
        assert!(of_one.windows(2).all(|pair| pair[0].text != pair[1].text), "{of_one:#?}");
    }
    let first = "seen = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20";
    assert_eq!(lists[14].text, format!("{first}, 21, 22, 23, 24]"), "60 characters stay");
    assert_eq!(lists[15].text, format!("{first}, … (16 in all)]"));
    assert_eq!(maps[39].text, "squares = {10: 100, 11: 121, 12: 144, 13: 169, 14: 196, … (40 in all)}");
    let effects = serde_json::to_string(&lists[39].effects).expect("effects are JSON");
    assert!(effects.contains("[10, 11, ") && effects.contains(", 48, 49]"), "{effects}");
}
