//! Every invariant can be broken, and says so: each has a violator here, which takes a configuration in which it holds and
//! breaks it by hand.

use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::{Address, Edge, NodeId, Path, Value};
use lacuna::elaborate::compile;
use lacuna::semantics::invariant::{self, INVARIANTS, STEP_INVARIANTS};
use lacuna::semantics::schedule::{Fifo, Scheduler};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::stack::Label;
use lacuna::semantics::step;
use lacuna::semantics::system::{Answer, Origin, Promise, Settled, StackId, System, TaskState};

const PROGRAM: &str = "
    async fn nap() {
        await sleep(10);
    }

    async fn main() -> int {
        print(\"good night\");
        await nap();
        return 1;
    }
";

/// The deterministic run of the program, up to where `rule` comes next, or to its end.
fn before(rule: &str) -> System {
    let (program, diagnostics) = compile(&Source::new("program.lac", PROGRAM));
    assert!(diagnostics.is_empty(), "it compiles without a warning");
    let program = Arc::new(program.expect("it compiles"));
    let mut sys = System::start(program, Arc::new(Settings::run()));
    let mut scheduler = Fifo::new(Prng::new(0));
    while let Some(choice) = scheduler.choose(&mut sys).filter(|choice| choice.rule.name != rule) {
        assert!(step::fire(&mut sys, choice).is_ok(), "what is chosen is enabled");
    }
    sys
}

/// The start: the stack of main is ready.
fn at_start() -> System {
    before("Print")
}

/// Both frames are parked: main's on the task main.0, nap's on the timer main.0.0.
fn asleep() -> System {
    before("Fire")
}

fn at_end() -> System {
    before("no rule")
}

fn nap(sys: &mut System) -> Path {
    sys.names.child(Path::MAIN, Edge::Child(0))
}

fn timer(sys: &mut System) -> Path {
    let nap = nap(sys);
    sys.names.child(nap, Edge::Child(0))
}

/// A configuration, and how to break it.
type Violator = (&'static str, fn() -> System, fn(&mut System));

const VIOLATORS: [Violator; 11] = [
    ("ownership", asleep, |sys| {
        let nap = nap(sys);
        for (_, parked) in &mut sys.parked {
            parked.stack.frames.iter_mut().for_each(|frame| {
                if frame.label == Label::Task(nap) {
                    frame.label = Label::Body;
                }
            });
        }
    }),
    ("body_at_bottom", at_start, |sys| {
        for (_, stack) in &mut sys.stacks {
            stack.frames[0].label = Label::Sync;
        }
    }),
    ("one_driver", at_start, |sys| {
        let main = sys.stacks[sys.ready[0].0 as usize].clone();
        sys.push_ready(main);
    }),
    ("parked_is_listed", asleep, |sys| {
        let timer = timer(sys);
        sys.promise_mut(timer).waiters.clear();
    }),
    ("parked_has_callback", asleep, |sys| {
        let timer = timer(sys);
        sys.promise_mut(timer).callbacks.clear();
    }),
    ("callbacks_unique", asleep, |sys| {
        let timer = timer(sys);
        let again = sys.promise(timer).callbacks.clone();
        sys.promise_mut(timer).callbacks.extend(again);
    }),
    ("nothing_runs_down", asleep, |sys| sys.node_mut(NodeId(0)).up = false),
    ("ready_is_stacks", at_start, |sys| sys.ready.push_back(StackId(7))),
    ("holder_is_possible", at_start, |sys| {
        if let Some(holder) = &mut sys.promise_mut(Path::MAIN).holder {
            holder.incarnation += 1;
        }
    }),
    ("answers_are_settled", at_start, |sys| {
        let name = nap(sys);
        sys.promises.insert(name, Promise::new(Origin::Answer(Answer::Any), Address::Node(NodeId(0)), None));
    }),
    ("timers_are_pending", asleep, |sys| sys.timers.clear()),
];

const STEP_VIOLATORS: [Violator; 5] = [
    ("single_assignment", at_end, |sys| {
        sys.promise_mut(Path::MAIN).state = Some(Settled::Done(Value::Int(2)));
    }),
    ("single_assignment", at_end, |sys| {
        let nap = nap(sys);
        let state = TaskState::Running(Vec::new());
        sys.tasks.get_mut(nap).expect("the task of nap").state = state;
    }),
    ("store_only_grows", reversioned, |sys| sys.promise_mut(Path::MAIN).version = 0),
    ("time_goes_on", at_end, |sys| sys.now = 9),
    ("prints_stay", at_end, |sys| sys.printed.clear()),
];

/// As at the start, but this is the second attempt at main.
fn reversioned() -> System {
    let mut sys = at_start();
    sys.promise_mut(Path::MAIN).version = 1;
    sys
}

#[test]
fn every_invariant_has_a_violator() {
    let mut names: Vec<&str> = VIOLATORS.iter().chain(&STEP_VIOLATORS).map(|(name, ..)| *name).collect();
    names.dedup();
    let all: Vec<&str> = INVARIANTS.iter().map(|i| i.name).chain(STEP_INVARIANTS.iter().map(|i| i.name)).collect();
    assert_eq!(names, all);
}

#[test]
fn what_is_broken_is_found() {
    for (name, start, break_it) in VIOLATORS {
        let check = INVARIANTS.iter().find(|invariant| invariant.name == name).expect("its invariant").check;
        let mut sys = start();
        assert_eq!(check(&sys), None, "{name} holds in what the run has reached");
        break_it(&mut sys);
        assert!(check(&sys).is_some_and(|what| !what.is_empty()), "{name} is broken");
    }
}

#[test]
fn what_a_step_breaks_is_found() {
    for (name, start, break_it) in STEP_VIOLATORS {
        let check = STEP_INVARIANTS.iter().find(|invariant| invariant.name == name).expect("its invariant").check;
        let before = start();
        let mut after = before.clone();
        assert_eq!(check(&before, &after), None, "{name} holds where nothing changes");
        break_it(&mut after);
        assert!(check(&before, &after).is_some_and(|what| !what.is_empty()), "{name} is broken");
    }
}

#[test]
#[should_panic(expected = "invariant timers_are_pending (the clock's list holds exactly the pending timers) is broken")]
fn a_broken_configuration_is_a_panic_that_names_the_invariant() {
    let mut sys = asleep();
    sys.timers.clear();
    invariant::check(&sys);
}

#[test]
#[should_panic(expected = "invariant time_goes_on (the clock does not go back) is broken: now went from 10 to 9")]
fn a_step_that_breaks_an_invariant_is_a_panic_that_names_it() {
    let before = at_end();
    let after = System { now: 9, ..before.clone() };
    invariant::check_step(&before, &after);
}
