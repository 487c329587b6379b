//! Claims over single runs, under every setting and with faults: what holds after each step, what holds at the end, and
//! that a run can be had again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use lacuna::base::Prng;
use lacuna::calculus::config::Config;
use lacuna::calculus::op::Naming;
use lacuna::calculus::print::{self, Notes};
use lacuna::calculus::{Path, Value};
use lacuna::semantics::focus::Choice;
use lacuna::semantics::invariant::{self, Step};
use lacuna::semantics::outcome::deadlock;
use lacuna::semantics::schedule::{End, Fifo, Observer, Random, Scheduler, run_fast, run_observed};
use lacuna::semantics::settings::{Budget, Network, Order, Scheduling, Settings, Timing};
use lacuna::semantics::stack::{Label, Stack};
use lacuna::semantics::step;
use lacuna::semantics::system::{Callback, Exec, Holder, Settled, System};
use lacuna::trace::record::{Detail, Recorder};
use lacuna::trace::replay::{Replay, ReplayEnd};
use lacuna::trace::schedule::{Schedule, Writer};

use crate::generate::Features;
use crate::harness::{Generated, for_all, outcome_of};

/// Steps of a run, at most.
const STEPS: u64 = 600;

/// Any setting, by a number; every second one has faults to spend.
fn settings(number: u64) -> Arc<Settings> {
    let is = |bit: u32| number >> bit & 1 == 1;
    let budget = Budget { crashes: 1, suspicions: 1, losses: 1, duplicates: 1 };
    Arc::new(Settings {
        scheduling: if is(0) { Scheduling::Preemptive } else { Scheduling::Cooperative },
        order: if is(1) { Order::Bag } else { Order::Fifo },
        timing: if is(2) { Timing::Free } else { Timing::Urgent },
        network: if is(3) { Network::Unordered } else { Network::Fifo },
        budget: if is(4) { budget } else { Budget::default() },
        ..Settings::run()
    })
}

/// A random run, shown step by step; its last Σ, and whether that is final.
fn walk(generated: &Generated, see: impl FnMut(&System, Choice, &System)) -> (System, bool) {
    walk_from(System::start(generated.program.clone(), settings(generated.seed)), generated, see)
}

/// As [`walk`], from this start.
fn walk_from(mut sys: System, generated: &Generated, mut see: impl FnMut(&System, Choice, &System)) -> (System, bool) {
    let mut random = Random::new(Prng::new(generated.seed));
    for _ in 0..STEPS {
        let Some(choice) = random.choose(&mut sys) else { return (sys, true) };
        let before = sys.clone();
        if let Err(premise) = step::fire(&mut sys, choice) {
            panic!("{} is enabled and refuses: {}", choice.rule.name, premise.text);
        }
        see(&before, choice, &sys);
    }
    (sys, false)
}

/// Σ in the notation of the calculus.
fn written(sys: &System) -> String {
    print::config(&Config::of(sys), Naming { program: &sys.program, names: &sys.names }, Notes::Statements)
}

#[test]
fn the_invariants_hold_after_every_step() {
    for_all(500, Features::ALL, |generated| {
        walk(generated, |before, choice, after| {
            invariant::check(after);
            invariant::check_step(&Step::of(before, choice, after));
        });
    });
}

#[test]
fn in_the_room_of_another_run_everything_begins_anew() {
    for_all(300, Features::ALL, |generated| {
        let (mut sys, _) = walk(generated, |_, _, _| {});
        sys.start_again(generated.program.clone(), settings(generated.seed));
        let start = System::start(generated.program.clone(), settings(generated.seed));
        assert_eq!((written(&sys), sys.names.len()), (written(&start), start.names.len()));
        let (again, ended) = walk_from(sys, generated, |_, _, _| {});
        let (first, first_ended) = walk_from(start, generated, |_, _, _| {});
        assert_eq!((written(&again), ended), (written(&first), first_ended));
    });
}

/// What is settled in Σ: promises, and tasks with their attempts.
fn settled(sys: &System) -> BTreeMap<(bool, Path), Settled> {
    let promises = sys.promises.iter().filter_map(|(q, promise)| Some(((true, q), promise.state.clone()?)));
    let tasks = sys.tasks.iter().filter_map(|(o, task)| Some(((false, o), task.settled()?.clone())));
    promises.chain(tasks).collect()
}

#[test]
fn what_is_settled_stays_as_it_is() {
    for_all(300, Features::ALL, |generated| {
        let mut known = BTreeMap::new();
        walk(generated, |_, _, after| {
            for (key, state) in settled(after) {
                let first = known.entry(key).or_insert_with(|| state.clone());
                assert!(*first == state, "{} is written twice", after.names.show(key.1));
            }
        });
    });
}

fn stacks(sys: &System) -> impl Iterator<Item = &Stack> {
    sys.stacks.iter().map(|(_, stack)| &**stack).chain(sys.parked.iter().map(|(_, parked)| &*parked.stack))
}

#[test]
fn no_two_frames_of_live_attempts_create_one_name() {
    for_all(300, Features::ALL, |generated| {
        walk(generated, |_, _, after| {
            let mut creators = BTreeSet::new();
            for stack in stacks(after).filter(|stack| !after.is_stale(stack.exec)) {
                for frame in stack.frames.iter().filter(|frame| frame.label != Label::Sync) {
                    assert!(creators.insert(frame.path), "{} has two frames", after.names.show(frame.path));
                }
            }
        });
    });
}

#[test]
fn in_no_final_configuration_is_a_live_frame_parked_on_something_settled() {
    for_all(600, Features::ALL, |generated| {
        let (sys, is_final) = walk(generated, |_, _, _| {});
        if !is_final || sys.diverged.is_some() {
            return;
        }
        for (_, parked) in sys.parked.iter().filter(|(_, parked)| !sys.is_stale(parked.stack.exec)) {
            for thing in &parked.on {
                let is_settled = match thing {
                    Value::Task(o) => sys.tasks.get(*o).is_none_or(|task| task.settled().is_some()),
                    Value::Promise(q) => !sys.promise(*q).is_pending(),
                    _ => true,
                };
                assert!(!is_settled, "a resume was lost:\n{}", written(&sys));
            }
        }
    });
}

#[test]
fn in_a_final_configuration_every_stack_that_is_left_waits() {
    for_all(300, Features::ALL, |generated| {
        let (mut sys, is_final) = walk(generated, |_, _, _| {});
        if !is_final || sys.diverged.is_some() {
            return;
        }
        let held = deadlock(&mut sys);
        for (frame, node) in &held.starved {
            let blocker = held.waiting.iter().any(|waiting| waiting.blocks && waiting.node == *node);
            assert!(sys.is_cooperative() && blocker, "{} could go on", sys.names.show(*frame));
        }
    });
}

type Stored = (Option<Settled>, u32, Option<Holder>, Vec<Callback>);

/// What a fenced execution may not touch: the store.
fn store(sys: &System) -> Vec<(Path, Stored)> {
    let stored = |(q, promise): (Path, &lacuna::semantics::system::Promise)| {
        (q, (promise.state.clone(), promise.version, promise.holder, promise.callbacks.clone()))
    };
    sys.promises.iter().map(stored).collect()
}

#[test]
fn a_stale_execution_changes_nothing_in_the_store() {
    let stale_steps = std::cell::Cell::new(0);
    for_all(600, Features::ALL, |generated| {
        let suspicious = Generated { seed: generated.seed | 1 << 4, ..generated.clone() };
        walk(&suspicious, |before, choice, after| {
            let stack = choice.focus.stack().and_then(|id| before.stacks.get(id.0 as usize));
            if stack.is_some_and(|stack| before.is_stale(stack.exec)) {
                stale_steps.set(stale_steps.get() + 1);
                assert!(store(before) == store(after), "{} of a stale execution reaches the store", choice.rule.name);
            }
        });
    });
    assert!(stale_steps.get() > 500, "stale executions step: {}", stale_steps.get());
}

/// Sees a run for two.
struct Both<'a>(&'a mut dyn Observer, &'a mut dyn Observer);

impl Observer for Both<'_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.1.before(sys, choice)?;
        self.0.before(sys, choice)
    }

    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.1.after(sys, choice)?;
        self.0.after(sys, choice)
    }
}

/// A run as others can have it again: its trace as JSON Lines, its outcome behind them, and its schedule.
fn recorded(generated: &Generated, settings: &Arc<Settings>, scheduler: &mut dyn Scheduler) -> (Vec<String>, Schedule) {
    let mut lines = Vec::new();
    let mut sys = System::start(generated.program.clone(), settings.clone());
    let mut sink = |_: &System, step| {
        lines.push(serde_json::to_string(&step).expect("a step is JSON"));
        ControlFlow::Continue(())
    };
    let mut recorder = Recorder::new(&generated.source, Detail::All, &mut sink);
    let mut writer = Writer::new(Schedule::new(&generated.source, &generated.program, settings));
    let run = run_observed(&mut sys, scheduler, STEPS, &mut Both(&mut recorder, &mut writer));
    lines.push(outcome_of(&sys));
    lines.push(written(&sys));
    (lines, writer.finish(run.end != End::Final))
}

#[test]
fn a_run_with_the_same_seed_is_the_same_to_the_byte() {
    for_all(100, Features::ALL, |generated| {
        let settings = settings(generated.seed);
        let run = || recorded(generated, &settings, &mut Random::new(Prng::new(generated.seed)));
        let ((lines, schedule), (again, schedule_again)) = (run(), run());
        assert_eq!(lines, again);
        assert_eq!(schedule.to_string(), schedule_again.to_string());
    });
}

#[test]
fn the_replay_of_a_schedule_is_the_run_that_it_was_written_from() {
    for_all(200, Features::ALL, |generated| {
        let (lines, schedule) =
            recorded(generated, &settings(generated.seed), &mut Random::new(Prng::new(generated.seed)));
        let text = schedule.to_string();
        let (read, places) = Schedule::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        assert_eq!(read, schedule);
        let settings = Arc::new(read.settings(&generated.program).expect("the settings of the run"));
        let mut replay = Replay::new(&read, places);
        let (again, _) = recorded(generated, &settings, &mut replay);
        let fits = matches!(replay.end(), None | Some(ReplayEnd::Stopped));
        assert!(fits, "the schedule fits:\n{text}");
        assert_eq!(lines, again);
    });
}

struct Nobody;

impl Observer for Nobody {
    fn before(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn after(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[test]
fn a_run_that_nobody_watches_takes_the_same_steps() {
    for_all(400, Features::ALL, |generated| {
        let limit = if generated.seed % 2 == 0 { 20_000 } else { generated.seed % 200 };
        let start = || System::start(generated.program.clone(), Arc::new(Settings::run()));
        let (mut fast, mut slow) = (start(), start());
        let fifo = || Fifo::new(Prng::new(generated.seed));
        let fast_run = run_fast(&mut fast, &mut fifo(), limit, &mut |_| true);
        let slow_run = run_observed(&mut slow, &mut fifo(), limit, &mut Nobody);
        assert_eq!(fast_run, slow_run);
        assert_eq!(written(&fast), written(&slow));
        assert_eq!(outcome_of(&fast), outcome_of(&slow));
    });
}

#[test]
fn a_list_of_choices_and_the_names_it_speaks_of_are_enough_to_have_a_run_again() {
    for_all(300, Features::ALL, |generated| {
        let mut choices = Vec::new();
        let (sys, _) = walk(generated, |_, choice, _| choices.push(choice));
        let mut again = System::start(generated.program.clone(), settings(generated.seed));
        again.names = sys.names.clone();
        for choice in choices {
            assert!(step::fire(&mut again, choice).is_ok(), "{} fires again", choice.rule.name);
        }
        assert_eq!(written(&again), written(&sys));
    });
}

#[test]
fn an_execution_is_stale_only_after_its_promise_has_gone_on() {
    for_all(200, Features::ALL, |generated| {
        walk(generated, |_, _, after| {
            for stack in stacks(after) {
                if let Exec::Attempt(q, w) = stack.exec {
                    assert!(w <= after.promise(q).version, "an attempt is ahead of its promise");
                }
            }
        });
    });
}
