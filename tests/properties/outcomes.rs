//! Claims over everything that a program can do.

use std::sync::Arc;

use lacuna::base::Prng;
use lacuna::explore::report::Reductions;
use lacuna::explore::{Options, explore};
use lacuna::semantics::schedule::{Fifo, Random, Scheduler, run_fast};
use lacuna::semantics::settings::{Budget, Order, Scheduling, Settings, Timing};
use lacuna::semantics::step;
use lacuna::semantics::system::System;

use crate::generate::Features;
use crate::harness::{Generated, Searches, compiled, for_all, outcome_of};

const NO_WAIT: Features = Features { wait: false, ..Features::ALL };

/// The outcome of one run; `None` where it does not end.
fn run(generated: &Generated, settings: &Arc<Settings>, scheduler: &mut dyn Scheduler) -> Option<String> {
    let mut sys = System::start(generated.program.clone(), settings.clone());
    let run = run_fast(&mut sys, scheduler, 20_000, &mut |_| true);
    (run.end == lacuna::semantics::schedule::End::Final).then(|| outcome_of(&sys))
}

fn cooperative() -> Settings {
    Settings { scheduling: Scheduling::Cooperative, ..Settings::check() }
}

#[test]
fn the_deterministic_run_is_among_the_cooperative_outcomes() {
    let searches = Searches::within(1_000);
    for_all(100, Features::ALL, |generated| {
        let Some(outcomes) = searches.outcomes(&generated.program, &Arc::new(cooperative())) else { return };
        for seed in 0..3 {
            let found = run(generated, &Arc::new(Settings::run()), &mut Fifo::new(Prng::new(seed)));
            let found = found.expect("a generated program ends");
            assert!(outcomes.contains(&found), "{found} is not among\n{outcomes:#?}");
        }
    });
}

#[test]
fn a_random_run_is_among_the_outcomes_under_its_settings() {
    let searches = Searches::within(1_000);
    for_all(100, Features::ALL, |generated| {
        let number = generated.seed;
        let base = if number % 2 == 0 { Settings::check() } else { cooperative() };
        let timing = if number / 2 % 2 == 0 { Timing::Free } else { Timing::Urgent };
        let order = if number / 4 % 2 == 0 { Order::Bag } else { Order::Fifo };
        let settings = Arc::new(Settings { timing, order, ..base });
        let Some(outcomes) = searches.outcomes(&generated.program, &settings) else { return };
        for seed in 0..5 {
            let found = run(generated, &settings, &mut Random::new(Prng::new(seed)));
            let found = found.expect("a generated program ends");
            assert!(outcomes.contains(&found), "{found} is not among\n{outcomes:#?}");
        }
    });
}

#[test]
fn a_random_run_with_faults_is_among_the_outcomes_with_faults() {
    let searches = Searches::within(1_500);
    for_all(60, Features::ALL, |generated| {
        let budgets = [
            Budget { crashes: 1, ..Budget::default() },
            Budget { suspicions: 1, ..Budget::default() },
            Budget { losses: 1, ..Budget::default() },
            Budget { duplicates: 1, ..Budget::default() },
        ];
        let budget = budgets[generated.seed as usize % budgets.len()];
        let settings = Arc::new(Settings { budget, ..Settings::check() });
        let Some(outcomes) = searches.outcomes(&generated.program, &settings) else { return };
        for seed in 0..5 {
            let Some(found) = run(generated, &settings, &mut Random::new(Prng::new(seed))) else { continue };
            assert!(outcomes.contains(&found), "{found} is not among\n{outcomes:#?}");
        }
    });
}

#[test]
fn what_can_happen_cooperatively_can_happen_preemptively() {
    let searches = Searches::within(1_000);
    for_all(100, NO_WAIT, |generated| {
        let timing = if generated.seed % 2 == 0 { Timing::Free } else { Timing::Urgent };
        let order = if generated.seed / 2 % 2 == 0 { Order::Bag } else { Order::Fifo };
        let of = |scheduling| {
            let settings = Settings { scheduling, timing, order, ..Settings::run() };
            searches.outcomes(&generated.program, &Arc::new(settings))
        };
        let (Some(few), Some(many)) = (of(Scheduling::Cooperative), of(Scheduling::Preemptive)) else { return };
        let missing: Vec<&String> = few.difference(&many).collect();
        assert!(missing.is_empty(), "{missing:#?} are not among\n{many:#?}");
    });
}

/// Searches a program with and without reductions; whether both searches came to their end. Reductions that drop an outcome
/// or a violation are a failure.
fn reductions_drop_nothing(searches: &Searches, generated: &Generated, settings: &Arc<Settings>) -> bool {
    let Some(reduced) = searches.explore(&generated.program, settings) else { return false };
    let options = Options { reductions: Reductions::NONE, max_states: Some(6_000), ..Options::default() };
    let whole = explore(&generated.program, settings, &options, &|_| 0, &mut |_| true);
    if !whole.is_complete() {
        return false;
    }
    let outcomes = |report: &lacuna::explore::Report| -> Vec<String> {
        report.outcomes.iter().map(|found| found.json.clone()).collect()
    };
    let violations = |report: &lacuna::explore::Report| -> Vec<String> {
        report.violations.iter().map(|violation| violation.name.clone()).collect()
    };
    assert_eq!(outcomes(&reduced), outcomes(&whole));
    assert_eq!(violations(&reduced), violations(&whole));
    true
}

#[test]
fn reductions_drop_no_outcome_and_no_violation() {
    let searches = Searches::within(400);
    for_all(80, Features::ALL, |generated| {
        let settings = Arc::new(if generated.seed % 2 == 0 { Settings::check() } else { cooperative() });
        reductions_drop_nothing(&searches, generated, &settings);
    });
}

/// How many programs are tried; the environment variable LACUNA_PROGRAMS asks for another number than the usual one.
fn programs(usual: u32) -> u32 {
    std::env::var("LACUNA_PROGRAMS").map_or(usual, |number| number.parse().expect("LACUNA_PROGRAMS is a number"))
}

#[test]
fn reductions_drop_nothing_where_there_are_faults() {
    for features in [Features::FAILURE, Features::ALL] {
        reductions_drop_nothing_under_faults(programs(30), features);
    }
}

fn reductions_drop_nothing_under_faults(number: u32, features: Features) {
    let searches = Searches::within(1_500);
    let compared = std::cell::Cell::new(0);
    for_all(number, features, |generated| {
        let seed = generated.seed;
        let of = |bit: u64| u32::from(seed >> bit & 1 == 1);
        let budget = match seed % 6 {
            0 => Budget { crashes: 1, ..Budget::default() },
            1 => Budget { suspicions: 1, ..Budget::default() },
            2 => Budget { losses: 1, ..Budget::default() },
            3 => Budget { duplicates: 1, ..Budget::default() },
            _ => Budget { crashes: of(4), suspicions: of(5), losses: of(6), duplicates: of(7) },
        };
        let base = if seed % 5 == 0 { cooperative() } else { Settings::check() };
        let timing = if seed % 7 < 2 { Timing::Urgent } else { Timing::Free };
        let settings = Arc::new(Settings { budget, timing, restarts: seed % 4 != 0, ..base });
        compared.set(compared.get() + u32::from(reductions_drop_nothing(&searches, generated, &settings)));
    });
    assert!(
        compared.get() > number / 4,
        "programs are small enough for the search without reductions: {}",
        compared.get()
    );
}

#[test]
fn reductions_let_a_promise_be_settled_by_hand_before_its_execution_starts() {
    let (_, program) = compiled(
        "node a, b;
        async fn f() { print(1); }
        async fn main() { let p: promise<unit> = spawn dist f() on b; resolve(p, ()); }",
    );
    let outcomes = Searches::within(100).outcomes(&program, &Arc::new(Settings::check())).expect("a small program");
    let prints = |json: &&String| json.contains(r#""text":"1""#);
    assert_eq!((outcomes.len(), outcomes.iter().filter(prints).count()), (2, 1), "{outcomes:#?}");
}

#[test]
fn the_way_to_an_outcome_leads_there() {
    let searches = Searches::within(600);
    for_all(60, Features::ALL, |generated| {
        let settings = Arc::new(Settings::check());
        let Some(report) = searches.explore(&generated.program, &settings) else { return };
        for found in &report.outcomes {
            let mut sys = report.start(&generated.program, &settings);
            for choice in &found.way {
                assert!(step::fire(&mut sys, *choice).is_ok(), "{} fires on the way", choice.rule.name);
            }
            assert_eq!(outcome_of(&sys), found.json);
        }
    });
}

/// A main that awaits a function which parks first, or has long returned, and hands on what comes of it.
fn awaiting(start: &str, pause: &str) -> String {
    format!(
        "async fn subject(k: int, m: int) -> int {{
            {start}
            if k == 0 {{ throw \"zero\"; }}
            let deep: int = await inner(k);
            return deep / m;
        }}
        async fn inner(k: int) -> int {{ if k > 2 {{ throw \"inner\"; }} return k * 7; }}
        async fn main() -> string {{
            let mut text: string = \"\";
            for k in 0..4 {{
                for m in 0..2 {{
                    let t = HOW(k, m);
                    {pause}
                    try {{ text = text + str(await t) + \" \"; }} catch e {{ text = text + e + \"; \"; }}
                }}
            }}
            return text;
        }}"
    )
}

#[test]
fn an_await_that_goes_on_at_once_and_one_that_parks_get_the_same() {
    let rules_and_outcome = |text: &str| {
        let (source, program) = compiled(text);
        let generated = Generated { source, program, seed: 0 };
        let mut sys = System::start(generated.program.clone(), Arc::new(Settings::run()));
        let mut fifo = Fifo::new(Prng::new(0));
        let mut rules = std::collections::BTreeMap::<&str, u32>::new();
        while let Some(choice) = fifo.choose(&mut sys) {
            *rules.entry(choice.rule.name).or_default() += 1;
            assert!(step::fire(&mut sys, choice).is_ok(), "what is chosen fires");
        }
        (rules, outcome_of(&sys))
    };
    for (how, parks, goes_on) in
        [("subject", "Await", "Await-Continue"), ("spawn local subject", "Dist-Await", "Dist-Await-Continue")]
    {
        let parked = awaiting("yield_now();", "").replace("HOW", how);
        let at_once = awaiting("", "yield_now();").replace("HOW", how);
        let ((parked_rules, parked), (rules, at_once)) = (rules_and_outcome(&parked), rules_and_outcome(&at_once));
        assert_eq!(parked, at_once);
        let times = |rules: &std::collections::BTreeMap<&str, u32>, rule| rules.get(rule).copied().unwrap_or(0);
        assert!(times(&parked_rules, parks) > times(&rules, parks), "{parks} is taken where the callee is not done");
        assert!(times(&rules, goes_on) > 0, "{goes_on} is taken where it is");
    }
}
