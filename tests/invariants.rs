//! Every invariant can be broken, and says so: each has a violator here, which takes a configuration in which it holds and
//! breaks it by hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::{Address, Edge, NodeId, Path, Value};
use lacuna::elaborate::compile;
use lacuna::explore::{Options, paranoid};
use lacuna::semantics::invariant::{self, ABSENT, INVARIANTS, STEP_INVARIANTS, Step};
use lacuna::semantics::schedule::{Fifo, Scheduler};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::stack::Label;
use lacuna::semantics::step;
use lacuna::semantics::system::{Answer, Body, Callback, Exec, Origin, Promise, Settled, StackId, System, TaskState};

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

const BETWEEN_NODES: &str = "
    node client;
    node server;

    async fn work() -> int {
        return 1;
    }

    async fn main() -> int {
        let p = spawn dist work() on server;
        return await p;
    }
";

/// The first attempt at main.
const MAIN: Exec = Exec::Attempt(Path::MAIN, 0);

/// The deterministic run of a program, up to where `rule` comes next, or to its end.
fn before_in(text: &str, rule: &str) -> System {
    let (program, diagnostics) = compile(&Source::new("program.lac", text));
    assert!(diagnostics.is_empty(), "it compiles without a warning");
    let program = Arc::new(program.expect("it compiles"));
    let mut sys = System::start(program, Arc::new(Settings::run()));
    let mut scheduler = Fifo::new(Prng::new(0));
    while let Some(choice) = scheduler.choose(&mut sys).filter(|choice| choice.rule.name != rule) {
        assert!(step::fire(&mut sys, choice).is_ok(), "what is chosen is enabled");
    }
    sys
}

fn before(rule: &str) -> System {
    before_in(PROGRAM, rule)
}

/// The work is offered, and main is parked on it.
fn offered() -> System {
    before_in(BETWEEN_NODES, "Invoke")
}

/// The work is done, and main has still to hear of it.
fn settled() -> System {
    before_in(BETWEEN_NODES, "Resume")
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

fn first(sys: &mut System) -> Path {
    sys.names.child(Path::MAIN, Edge::Child(0))
}

fn timer(sys: &mut System) -> Path {
    let nap = first(sys);
    sys.names.child(nap, Edge::Child(0))
}

/// A configuration, and how to break it.
type Violator = (&'static str, fn() -> System, fn(&mut System));

const VIOLATORS: &[Violator] = &[
    ("ownership", asleep, |sys| {
        let nap = first(sys);
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
        let name = first(sys);
        sys.promises.insert(name, Promise::new(Origin::Answer(Answer::Any), Address::Node(NodeId(0)), None));
    }),
    ("timers_are_pending", asleep, |sys| sys.timers.clear()),
    ("only_calls_are_held", asleep, |sys| {
        let timer = timer(sys);
        sys.promise_mut(timer).version = 1;
    }),
    ("driver_is_holder", at_start, |sys| sys.promise_mut(Path::MAIN).holder = None),
    ("holder_drives", at_start, |sys| {
        for (_, stack) in &mut sys.stacks {
            stack.exec = Exec::Message(Path::MAIN);
        }
    }),
    ("offer_in_flight", offered, |sys| sys.messages.clear()),
    ("messages_not_ahead", offered, |sys| {
        if let Body::Invoke { version, .. } = &mut sys.messages[0].body {
            *version = 3;
        }
    }),
    ("invoke_fits", offered, |sys| {
        if let Body::Invoke { to, .. } = &mut sys.messages[0].body {
            *to = Address::Node(NodeId(0));
        }
    }),
    ("resume_names_settled", settled, |sys| {
        let work = first(sys);
        sys.promise_mut(work).state = None;
    }),
    ("cancel_names_cancelled", offered, |sys| {
        let (promise, to) = (first(sys), sys.holder(NodeId(1)));
        sys.send(None, Body::Cancel { to, promise, version: 0 });
    }),
    ("no_lost_resume", settled, |sys| sys.messages.clear()),
];

const STEP_VIOLATORS: &[Violator] = &[
    ("single_assignment", at_end, |sys| {
        sys.promise_mut(Path::MAIN).state = Some(Settled::Done(Value::Int(2)));
    }),
    ("single_assignment", at_end, |sys| {
        let nap = first(sys);
        let state = TaskState::Running(Vec::new());
        sys.tasks.get_mut(nap).expect("the task of nap").state = state;
    }),
    ("settled_record_frozen", at_end, |sys| sys.promise_mut(Path::MAIN).holder = None),
    ("store_only_grows", at_end, |sys| sys.promises.retain(|q, _| q != Path::MAIN)),
    ("birth_fields_frozen", at_start, |sys| sys.promise_mut(Path::MAIN).origin = Origin::External),
    ("birth_fields_frozen", at_start, |sys| sys.promise_mut(Path::MAIN).addr = Address::Node(NodeId(1))),
    ("version_only_grows", at_start, |sys| sys.promise_mut(Path::MAIN).version = 2),
    ("version_only_grows", reversioned, |sys| sys.promise_mut(Path::MAIN).version = 0),
    ("version_only_grows", at_end, |sys| sys.promise_mut(Path::MAIN).version = 1),
    ("holder_stable", at_start, |sys| sys.promise_mut(Path::MAIN).holder = None),
    ("callbacks_stay", asleep, |sys| {
        let timer = timer(sys);
        sys.promise_mut(timer).callbacks.clear();
    }),
    ("callback_is_of_a_parked_frame", at_start, |sys| {
        let callback = Callback { exec: MAIN, at: sys.holder(NodeId(0)) };
        sys.promise_mut(Path::MAIN).callbacks.push(callback);
    }),
    ("born_clean", at_start, |sys| {
        let name = first(sys);
        let promise = Promise { version: 1, ..Promise::new(Origin::External, Address::Node(NodeId(0)), None) };
        sys.promises.insert(name, promise);
    }),
    ("no_spontaneous_wake", asleep, |sys| {
        let parked = std::mem::take(&mut sys.parked);
        for (_, parked) in parked {
            sys.push_ready(parked.stack);
        }
    }),
    ("stale_changes_nothing", reversioned, |sys| {
        let name = first(sys);
        sys.promises.insert(name, Promise::new(Origin::External, Address::Node(NodeId(0)), None));
    }),
    ("stale_changes_nothing", reversioned, |sys| sys.promise_mut(Path::MAIN).state = Some(Settled::Cancelled)),
    ("time_goes_on", at_end, |sys| sys.now = 9),
    ("prints_stay", at_end, |sys| sys.printed.clear()),
];

/// As at the start, but this is the second attempt at main.
fn reversioned() -> System {
    let mut sys = at_start();
    sys.promise_mut(Path::MAIN).version = 1;
    sys
}

/// A step that the first attempt at main takes.
fn taken<'a>(before: &'a System, after: &'a System) -> Step<'a> {
    Step { before, by: Some(MAIN), after }
}

/// The properties of the catalogue that are about a language.
const CATALOGUE: [u8; 55] = [
    5, 6, 9, 11, 13, 14, 17, 21, 22, 24, 25, 26, 31, 32, 35, 36, 37, 39, 40, 41, 44, 45, 46, 47, 48, 49, 50, 51, 52,
    53, 54, 55, 56, 57, 58, 61, 62, 63, 64, 66, 67, 68, 69, 71, 72, 73, 75, 79, 80, 81, 83, 84, 89, 90, 95,
];

#[test]
fn each_property_of_the_catalogue_is_an_invariant_or_absent_for_a_reason() {
    let one = INVARIANTS.iter().flat_map(|invariant| invariant.catalogue);
    let held: BTreeSet<u8> = one.chain(STEP_INVARIANTS.iter().flat_map(|i| i.catalogue)).copied().collect();
    let absent: BTreeSet<u8> = ABSENT.iter().flat_map(|absent| absent.catalogue).copied().collect();
    assert_eq!(held.intersection(&absent).next(), None);
    let missing = CATALOGUE.iter().find(|number| !held.contains(number) && !absent.contains(number));
    assert_eq!(missing, None);
}

#[test]
fn every_invariant_has_a_violator() {
    let mut names: Vec<&str> = VIOLATORS.iter().chain(STEP_VIOLATORS).map(|(name, ..)| *name).collect();
    names.dedup();
    let all: Vec<&str> = INVARIANTS.iter().map(|i| i.name).chain(STEP_INVARIANTS.iter().map(|i| i.name)).collect();
    assert_eq!(names, all);
}

#[test]
fn what_is_broken_is_found() {
    for &(name, start, break_it) in VIOLATORS {
        let check = INVARIANTS.iter().find(|invariant| invariant.name == name).expect("its invariant").check;
        let mut sys = start();
        assert_eq!(check(&sys), None, "{name} holds in what the run has reached");
        break_it(&mut sys);
        assert!(check(&sys).is_some_and(|what| !what.is_empty()), "{name} is broken");
    }
}

#[test]
fn what_a_step_breaks_is_found() {
    for &(name, start, break_it) in STEP_VIOLATORS {
        let check = STEP_INVARIANTS.iter().find(|invariant| invariant.name == name).expect("its invariant").check;
        let before = start();
        let mut after = before.clone();
        assert_eq!(check(&taken(&before, &after)), None, "{name} holds where nothing changes");
        break_it(&mut after);
        assert!(check(&taken(&before, &after)).is_some_and(|what| !what.is_empty()), "{name} is broken");
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
    invariant::check_step(&taken(&before, &after));
}

#[test]
fn a_paranoid_visit_says_which_invariant_is_broken_and_after_which_steps() {
    let found = paranoid::visit(offered(), &Options::default(), &mut || true);
    assert!(found.cut.is_empty() && found.broken.is_none());
    // A loss that no budget has paid for: nobody offers the work again.
    let mut sys = offered();
    sys.budget.losses = 1;
    let (broken, way) = paranoid::visit(sys, &Options::default(), &mut || true).broken.expect("it is broken");
    let rules: Vec<&str> = way.iter().map(|choice| choice.rule.name).collect();
    assert_eq!((broken.name, rules), ("offer_in_flight", vec!["Lose"]));
}
