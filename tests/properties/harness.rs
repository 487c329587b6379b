//! Claims over many programs: the same programs each time, and the smallest that fails is shown.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use lacuna::base::Source;
use lacuna::calculus::Program;
use lacuna::elaborate::compile;
use lacuna::explore::{Options, Report, explore};
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;
use lacuna::trace::wire;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use crate::generate::{Features, program};

/// A generated program, compiled.
#[derive(Clone)]
pub struct Generated {
    pub source: Source,
    pub program: Arc<Program>,
    /// A number that goes with it, for whatever is random in the claim.
    pub seed: u64,
}

/// Checks a claim over `cases` tapes of numbers; on failure shows what `show` makes of the smallest tape that fails.
pub fn for_all_tapes(cases: u32, show: impl Fn(&[u8], u64) -> String, claim: impl Fn(Vec<u8>, u64)) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tapes = (vec(any::<u8>(), 60..300), 0..u64::from(u16::MAX));
    let result = runner.run(&tapes, |(tape, seed)| {
        claim(tape, seed);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, (tape, seed))) => panic!("{why}\nseed {seed}\n{}", show(&tape, seed)),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// Checks a claim over `cases` programs.
pub fn for_all(cases: u32, features: Features, claim: impl Fn(&Generated)) {
    let show = |tape: &[u8], _| program(features, tape.to_vec());
    for_all_tapes(cases, show, |tape, seed| {
        let (source, program) = compiled(&program(features, tape));
        claim(&Generated { source, program, seed });
    });
}

/// A program that compiles.
pub fn compiled(text: &str) -> (Source, Arc<Program>) {
    let source = Source::new("program.lac", text);
    let (program, diagnostics) = compile(&source);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let errors: Vec<String> =
        errors.map(|error| format!("{}: {}", source.place(error.span().start).line, error.message)).collect();
    match program {
        Some(program) if errors.is_empty() => (source, Arc::new(program)),
        _ => panic!("it does not compile:\n{}\n{text}", errors.join("\n")),
    }
}

/// Σ taken as final, as the JSON of its outcome.
pub fn outcome_of(sys: &System) -> String {
    wire::outcome(sys, &outcome(sys)).to_string()
}

/// Searches that are given up when they grow too large, but not too many of them.
pub struct Searches {
    max_states: u64,
    complete: Cell<u32>,
    given_up: Cell<u32>,
}

impl Searches {
    pub fn within(max_states: u64) -> Searches {
        Searches { max_states, complete: Cell::new(0), given_up: Cell::new(0) }
    }

    /// Everything that a program can do, or `None` when it is too much.
    pub fn explore(&self, program: &Arc<Program>, settings: &Arc<Settings>) -> Option<Report> {
        let options = Options { max_states: Some(self.max_states), ..Options::default() };
        let report = explore(program, settings, &options, &|_| 0, &mut |_| true);
        let count = if report.is_complete() { &self.complete } else { &self.given_up };
        count.set(count.get() + 1);
        report.is_complete().then_some(report)
    }

    /// The outcomes of a program, or `None` when it can do too much.
    pub fn outcomes(&self, program: &Arc<Program>, settings: &Arc<Settings>) -> Option<BTreeSet<String>> {
        let report = self.explore(program, settings)?;
        Some(report.outcomes.into_iter().map(|found| found.json).collect())
    }
}

impl Drop for Searches {
    fn drop(&mut self) {
        let (complete, given_up) = (self.complete.get(), self.given_up.get());
        println!("{complete} searches, {given_up} given up");
        if !std::thread::panicking() {
            assert!(complete > given_up, "most programs are small enough: {given_up} were not, {complete} were");
        }
    }
}
