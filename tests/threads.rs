//! The answer of a search does not depend on the number of its threads.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lacuna::base::Source;
use lacuna::elaborate::compile;
use lacuna::explore::{Options, Report, explore};
use lacuna::semantics::settings::Settings;

#[path = "tool/hands.rs"]
mod hands;

use hands::Hands;

fn search(text: &str, settings: &Settings, threads: usize) -> Report {
    let source = Source::new("threads.lac", text);
    let (program, diagnostics) = compile(&source);
    let program = Arc::new(program.unwrap_or_else(|| panic!("it does not compile: {diagnostics:#?}")));
    let options = Options { crew: &Hands(threads), max_states: Some(6_000), ..Options::default() };
    explore(&program, &Arc::new(settings.clone()), &options, &|span| source.place(span.start).line, &mut |_| true)
}

/// Everything that a report says, ways included.
fn told(report: &Report) -> String {
    let outcomes: Vec<_> = report.outcomes.iter().map(|o| (&o.json, o.finals, &o.way)).collect();
    let wrong: Vec<_> = report.violations.iter().map(|v| (&v.name, v.kind, &v.way, v.repeats_from)).collect();
    format!("{outcomes:?} {wrong:?} {:?} {:?}", report.progress, report.cut)
}

#[test]
fn one_two_and_five_threads_say_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let counter = fs::read_to_string(folder.join("benches/explore/counter_4_3.lac")).expect("a program");
    let saga = fs::read_to_string(folder.join("tests/litmus/saga_dist.lac")).expect("a program");
    let mut faulty = Settings::check();
    faulty.budget.crashes = 2;
    for (text, settings) in [(counter, Settings::check()), (saga, faulty)] {
        let one = told(&search(&text, &settings, 1));
        for threads in [2, 5] {
            assert!(one == told(&search(&text, &settings, threads)), "{threads} threads say something else");
        }
    }
}
