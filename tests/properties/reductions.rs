//! Reductions may drop configurations, never an outcome, a violation or a verdict; and threads change nothing at all. Held
//! to over generated programs that race. `LACUNA_PROGRAMS=N` takes N programs in place of the few that always run.

use std::cell::Cell;
use std::sync::Arc;

use lacuna::calculus::Program;
use lacuna::explore::report::Reductions;
use lacuna::explore::{Options, Report, explore};
use lacuna::semantics::settings::{Budget, Network, Order, Scheduling, Settings};

use crate::generate::{Races, racing, telling};
use crate::hands::Hands;
use crate::harness::{compiled, for_all_tapes};

/// Programs where nobody asks for more.
const PROGRAMS: u32 = 56;

/// Configurations of a search without reductions, at most; what has more is left out. Messages that are lost and doubled make
/// many.
const WHOLE: u64 = 4_000;
const WHOLE_OF_MESSAGES: u64 = 12_000;

/// A kind of program and the settings it is searched under.
struct Kind {
    name: &'static str,
    write: fn(Vec<u8>) -> String,
    settings: fn(u64) -> Settings,
}

const KINDS: [Kind; 7] = [
    Kind { name: "preemptive", write: plain, settings: |_| Settings::check() },
    Kind { name: "cooperative", write: plain, settings: |_| cooperative() },
    Kind { name: "faults", write: plain, settings: one_fault },
    Kind { name: "fifo", write: plain, settings: first_in_first_out },
    Kind {
        name: "dist",
        write: |tape| racing(Races { all_dist: true, ..PLAIN }, tape),
        settings: |_| Settings::check(),
    },
    Kind {
        name: "eventually",
        write: |tape| racing(Races { eventually: true, ..PLAIN }, tape),
        settings: |number| if number.is_multiple_of(2) { Settings::check() } else { cooperative() },
    },
    Kind { name: "messages", write: telling, settings: told_or_not },
];

const PLAIN: Races = Races { all_dist: false, eventually: false };

fn plain(tape: Vec<u8>) -> String {
    racing(PLAIN, tape)
}

fn cooperative() -> Settings {
    Settings { scheduling: Scheduling::Cooperative, ..Settings::check() }
}

fn one_fault(number: u64) -> Settings {
    let none = Budget::default();
    let budgets = [
        Budget { crashes: 1, ..none },
        Budget { suspicions: 1, ..none },
        Budget { losses: 1, ..none },
        Budget { duplicates: 1, ..none },
    ];
    Settings { budget: budgets[number as usize % budgets.len()], ..Settings::check() }
}

/// Messages are lost or doubled, or both, or a node crashes, or nothing goes wrong.
fn told_or_not(number: u64) -> Settings {
    let none = Budget::default();
    let budgets = [
        Budget { losses: 1, ..none },
        Budget { duplicates: 1, ..none },
        Budget { losses: 1, duplicates: 1, ..none },
        Budget { crashes: 1, ..none },
        none,
    ];
    Settings { budget: budgets[number as usize % budgets.len()], ..Settings::check() }
}

fn first_in_first_out(number: u64) -> Settings {
    let [order, network] = [!number.is_multiple_of(3), number % 3 != 1];
    Settings {
        order: if order { Order::Fifo } else { Order::Bag },
        network: if network { Network::Fifo } else { Network::Unordered },
        ..Settings::check()
    }
}

fn search(program: &Arc<Program>, settings: &Arc<Settings>, reductions: Reductions, threads: usize) -> Report {
    let messages = settings.budget.losses > 0 || settings.budget.duplicates > 0;
    let whole = if messages { WHOLE_OF_MESSAGES } else { WHOLE };
    let options = Options { reductions, crew: &Hands(threads), max_states: Some(whole), ..Options::default() };
    explore(program, settings, &options, &|_| 0, &mut |_| true)
}

/// What no reduction may change: the outcomes, and what is wrong.
fn verdict(report: &Report) -> (Vec<&str>, Vec<&str>) {
    let outcomes = report.outcomes.iter().map(|found| &*found.json).collect();
    (outcomes, report.violations.iter().map(|violation| &*violation.name).collect())
}

/// What no number of threads may change: everything.
fn told(report: &Report) -> String {
    let outcomes: Vec<_> = report.outcomes.iter().map(|found| (&found.json, found.finals, &found.way)).collect();
    let wrong: Vec<_> = report.violations.iter().map(|v| (&v.name, v.kind, &v.way, v.repeats_from)).collect();
    format!("{outcomes:?} {wrong:?} {:?} {:?}", report.progress, report.cut)
}

/// What was compared, of one kind.
#[derive(Default)]
struct Tally {
    programs: Cell<u32>,
    /// Where the reductions dropped something.
    smaller: Cell<u32>,
    /// Where something is wrong.
    violated: Cell<u32>,
    /// Where the order of steps matters.
    racing: Cell<u32>,
}

fn count(cell: &Cell<u32>, it_is: bool) {
    cell.set(cell.get() + u32::from(it_is));
}

/// The programs that are looked at.
fn programs() -> u32 {
    let asked_for = std::env::var("LACUNA_PROGRAMS").ok();
    asked_for.map_or(PROGRAMS, |number| number.parse().expect("LACUNA_PROGRAMS is a number"))
}

#[test]
fn reductions_drop_no_outcome_no_violation_and_no_verdict_of_programs_that_race() {
    let tallies: [Tally; 7] = Default::default();
    let kind = |seed: u64| seed as usize % KINDS.len();
    let write = |tape: &[u8], seed: u64| (KINDS[kind(seed)].write)(tape.to_vec());
    for_all_tapes(programs(), write, |tape, seed| {
        let (_, program) = compiled(&write(&tape, seed));
        let settings = Arc::new((KINDS[kind(seed)].settings)(seed / KINDS.len() as u64));
        let whole = search(&program, &settings, Reductions::NONE, 1);
        if !whole.is_complete() {
            return;
        }
        let reduced = search(&program, &settings, Reductions::DEFAULT, 1);
        assert!(reduced.is_complete(), "{}: with reductions it is not smaller", KINDS[kind(seed)].name);
        assert_eq!(verdict(&reduced), verdict(&whole), "{}: reduced, and whole", KINDS[kind(seed)].name);
        let by_two = search(&program, &settings, Reductions::DEFAULT, 2);
        assert_eq!(told(&by_two), told(&reduced), "{}: two threads, and one", KINDS[kind(seed)].name);
        let tally = &tallies[kind(seed)];
        count(&tally.programs, true);
        count(&tally.smaller, reduced.progress.states < whole.progress.states);
        count(&tally.violated, !whole.violations.is_empty());
        count(&tally.racing, whole.outcomes.len() > 1);
    });
    let mut sums = [0; 4];
    for (kind, tally) in KINDS.iter().zip(&tallies) {
        let counts = [&tally.programs, &tally.smaller, &tally.violated, &tally.racing].map(Cell::get);
        let [compared, smaller, violated, racing] = counts;
        println!("{}: {compared} programs, {smaller} smaller, {violated} violated, {racing} racing", kind.name);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    assert!(sums.iter().all(|sum| *sum >= programs() / 5), "the programs say too little: {sums:?}");
}
