//! Configurations as plain data: what the notation prints of a Σ in the middle of a run is that Σ, whole. It is read back
//! as the same, and a run that goes on from there ends as the run ended that it was taken from.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::config::Config;
use lacuna::calculus::op::Naming;
use lacuna::calculus::print::{self, Notes};
use lacuna::calculus::{Program, parse};
use lacuna::elaborate::compile;
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::schedule::{Fifo, Random, Scheduler, run_fast};
use lacuna::semantics::settings::{Budget, Settings};
use lacuna::semantics::step;
use lacuna::semantics::system::System;
use lacuna::trace::wire;

/// Every program of the examples and the litmus programs that compiles, by its path.
fn programs() -> Vec<(String, Arc<Program>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["examples", "tests/litmus"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder of programs") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "lac") {
                let source = Source::new("program.lac", fs::read_to_string(&path).expect("a program"));
                if let (Some(program), _) = compile(&source) {
                    found.push((path.display().to_string(), Arc::new(program)));
                }
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// Σ, printed and read and made again.
fn again(sys: &System) -> System {
    let config = Config::of(sys);
    let naming = Naming { program: &sys.program, names: &sys.names };
    let text = print::config(&config, naming, Notes::Statements);
    let mut names = sys.names.clone();
    let read = parse::config(&text, &sys.program, &mut names).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let restored = System::of(&read, sys.program.clone(), names, sys.settings.clone())
        .unwrap_or_else(|why| panic!("{why} in\n{text}"));
    let naming = Naming { program: &restored.program, names: &restored.names };
    assert_eq!(print::config(&Config::of(&restored), naming, Notes::Statements), text);
    restored
}

/// How a deterministic run ends that goes on from Σ, and how many steps it takes.
fn rest(mut sys: System) -> (String, u64) {
    let run = run_fast(&mut sys, &mut Fifo::new(Prng::new(0)), 20_000, &mut |_| true);
    (wire::outcome(&sys, &outcome(&sys)).to_string(), run.steps)
}

#[test]
fn a_deterministic_run_goes_on_from_what_was_printed() {
    for (path, program) in programs() {
        let mut sys = System::start(program, Arc::new(Settings::run()));
        let mut fifo = Fifo::new(Prng::new(0));
        for at in 0..400 {
            if at % 7 == 0 {
                assert_eq!(rest(again(&sys)), rest(sys.clone()), "{path} from step {at} on");
            }
            let Some(choice) = fifo.choose(&mut sys) else { break };
            step::fire(&mut sys, choice).expect("a scheduler chooses what is enabled");
        }
    }
}

#[test]
fn every_configuration_on_the_way_of_a_faulty_run_is_read_back_as_the_same() {
    let budget = Budget { crashes: 1, suspicions: 1, losses: 1, duplicates: 1 };
    for (path, program) in programs() {
        for seed in 0..3 {
            let mut sys = System::start(program.clone(), Arc::new(Settings { budget, ..Settings::check() }));
            let mut random = Random::new(Prng::new(seed));
            for at in 0..150 {
                let restored = again(&sys);
                let steps = |mut sys: System| {
                    let enabled = step::enabled(&mut sys);
                    lacuna::trace::choice::names(&sys, &enabled)
                };
                let (mut was, mut is) = (steps(sys.clone()), steps(restored));
                was.sort();
                is.sort();
                assert_eq!(was, is, "{path}, seed {seed}: enabled before step {at}");
                let Some(choice) = random.choose(&mut sys) else { break };
                step::fire(&mut sys, choice).expect("a scheduler chooses what is enabled");
            }
        }
    }
}
