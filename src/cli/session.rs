//! One run of a program, from its start to what is said about its end. `run`, `trace` and `replay` differ in who chooses
//! the steps and in what they show of them.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::args::{HowArgs, LimitArgs};
use super::exit::Exit;
use super::input::Loaded;
use super::output::{Failure, Output};
use super::save;
use super::stop::Stop;
use crate::render::{outcome as text, stuck};
use crate::semantics::focus::Choice;
use crate::semantics::outcome::{self, Ending, Outcome};
use crate::semantics::schedule::{self, End, Observer, Run, Scheduler};
use crate::semantics::settings::Settings;
use crate::semantics::system::System;
use crate::trace::divergence::{Divergence, Watch as Watched};
use crate::trace::event::Step;
use crate::trace::fault::Script;
use crate::trace::origin::Origins;
use crate::trace::record::{Detail, Recorder};
use crate::trace::schedule::{Schedule, Writer};
use crate::trace::wire::{self, Limit};

/// A run of at most so many steps is taken again to say more about its end.
const AGAIN: u64 = 5_000_000;

/// The seed of a run: the one given, or one that is made up and told, or 0 where only `choose` goes by it.
pub fn seed(how: &HowArgs, out: &mut Output) -> u64 {
    if how.has_idle_faults() {
        out.note("the deterministic run takes no faults; with a --seed they happen at random\n");
    }
    match how.seed {
        Some(seed) => seed,
        None if !how.is_random() => 0,
        None => {
            let seed = made_up_seed();
            out.note(&format!("seed {seed}: --seed {seed} makes the same choices again\n"));
            seed
        }
    }
}

/// Whether all has happened that a script says.
///
/// # Errors
/// When something could not; what could instead.
pub fn follows(script: &Script) -> Result<(), Failure> {
    script.misfit().map_or(Ok(()), |misfit| Err(Failure::Usage(misfit.to_string())))
}

/// A seed that nobody has asked for, short enough to be typed again.
pub fn made_up_seed() -> u64 {
    RandomState::new().hash_one(0) % 1_000_000_000
}

/// A run that can be had again.
pub struct Session<'a> {
    /// The program.
    pub loaded: &'a Loaded,
    /// The parameters of the relation.
    pub settings: Arc<Settings>,
    /// Makes the scheduler that chooses the steps, the same each time.
    pub scheduler: &'a dyn Fn() -> Box<dyn Scheduler>,
    /// When to stop.
    pub limits: LimitArgs,
}

/// How a run ended.
pub struct Ended {
    /// Σ at its end.
    pub sys: System,
    /// How many steps it took.
    pub steps: u64,
    /// The outcome, or what ended the run before there was one.
    pub outcome: Result<Outcome, Limit>,
}

impl Session<'_> {
    /// Σ at the start.
    pub fn start(&self) -> System {
        System::start(self.loaded.program.clone(), self.settings.clone())
    }

    /// Runs to the end, as fast as it goes. `go_on` is called now and then; what it returns with `Err` ends the run.
    ///
    /// # Errors
    /// What `go_on` returned.
    pub fn run_fast(&self, go_on: &mut dyn FnMut(&System) -> Result<(), Failure>) -> Result<Ended, Failure> {
        let (mut sys, stop) = (self.start(), Stop::new(self.limits.time_limit));
        let (mut asked, mut failed) = (None, None);
        let run = schedule::run_fast(&mut sys, &mut *(self.scheduler)(), self.max_steps(), &mut |sys| {
            asked = stop.asked();
            failed = go_on(sys).err();
            asked.is_none() && failed.is_none()
        });
        match failed {
            Some(failure) => Err(failure),
            None => Ok(ended(sys, run, asked)),
        }
    }

    /// Runs to the end with these observers.
    pub fn run_observed(&self, scheduler: &mut dyn Scheduler, observers: &mut [&mut dyn Observer]) -> Ended {
        let (mut sys, stop) = (self.start(), Stop::new(self.limits.time_limit));
        let mut watch = Watch { observers, stop: &stop, steps: 0, asked: None };
        let run = schedule::run_observed(&mut sys, scheduler, self.max_steps(), &mut watch);
        let asked = watch.asked;
        ended(sys, run, asked)
    }

    fn max_steps(&self) -> u64 {
        self.limits.max_steps.unwrap_or(u64::MAX)
    }

    /// Says how the run ended: its result on standard output, what else there is to know on standard error.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn report(&self, ended: &mut Ended, out: &mut Output) -> Result<Exit, Failure> {
        let paint = out.paint_err;
        let mut made = BTreeMap::new();
        let Ok(found) = &ended.outcome else { return Ok(self.report_limit(ended, out)) };
        out.line(&text::result(&ended.sys, found, out.paint))?;
        out.note(&text::unobserved(found, paint));
        if found.result == Ending::Deadlock {
            let deadlock = outcome::deadlock(&mut ended.sys);
            let wanted = stuck::unresolved(&ended.sys, &deadlock);
            if !wanted.is_empty() && ended.steps <= AGAIN {
                let mut origins = Origins::new(&self.loaded.source, wanted);
                self.run_observed(&mut *(self.scheduler)(), &mut [&mut origins]);
                made = origins.found;
            }
            let report = stuck::Report { sys: &ended.sys, source: &self.loaded.source, made: &made, paint };
            out.note(&report.deadlock(&deadlock));
        }
        let report = stuck::Report { sys: &ended.sys, source: &self.loaded.source, made: &made, paint };
        out.note(&report.divergence(self.divergence(ended).as_ref()));
        Ok(Exit::of(found))
    }

    /// Why the run diverged, if it did: it is taken again to see.
    pub fn divergence(&self, ended: &Ended) -> Option<Divergence> {
        if ended.sys.diverged.is_none() || ended.steps > AGAIN {
            return None;
        }
        let mut watch = Watched::default();
        let mut sink = |_: &System, step: Step| {
            watch.see(&step);
            ControlFlow::Continue(())
        };
        let mut recorder = Recorder::new(&self.loaded.source, Detail::All, &mut sink);
        self.run_observed(&mut *(self.scheduler)(), &mut [&mut recorder]);
        watch.found()
    }

    /// The outcome of a run for programs; of one that diverged with the reason.
    pub fn outcome(&self, ended: &Ended, outcome: &Outcome) -> Value {
        let mut wire = wire::outcome(&ended.sys, outcome);
        if let (Value::Object(members), Some(divergence)) = (&mut wire, self.divergence(ended)) {
            members.insert(String::from("divergence"), serde_json::to_value(divergence).unwrap_or_default());
        }
        wire
    }

    /// Says how far a run came that has no outcome.
    pub fn report_limit(&self, ended: &Ended, out: &mut Output) -> Exit {
        let (made, paint) = (BTreeMap::new(), out.paint_err);
        let report = stuck::Report { sys: &ended.sys, source: &self.loaded.source, made: &made, paint };
        if let Err(limit) = ended.outcome {
            out.note(&report.limit(limit, ended.steps));
        }
        Exit::Limit
    }

    /// A schedule of this run, not begun.
    pub fn writer(&self) -> Writer {
        Writer::new(Schedule::new(&self.loaded.source, &self.loaded.program, &self.settings))
    }
}

/// Writes a schedule to a file.
///
/// # Errors
/// When it cannot be written.
pub fn save(writer: Writer, ended: &Ended, path: &Path) -> Result<(), Failure> {
    save::schedule(&writer.finish(ended.outcome.is_err()), path)
}

fn ended(sys: System, run: Run, asked: Option<Limit>) -> Ended {
    let outcome = match run.end {
        End::Final => Ok(outcome::outcome(&sys)),
        End::Limit => Err(Limit::Steps),
        End::Stopped => Err(asked.unwrap_or(Limit::Interrupt)),
    };
    Ended { sys, steps: run.steps, outcome }
}

/// Several observers as one, which also stops when it is asked to.
struct Watch<'a, 'o> {
    observers: &'a mut [&'o mut dyn Observer],
    stop: &'a Stop,
    steps: u32,
    asked: Option<Limit>,
}

impl Observer for Watch<'_, '_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.observers.iter_mut().try_for_each(|observer| observer.before(sys, choice))
    }

    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.observers.iter_mut().try_for_each(|observer| observer.after(sys, choice))?;
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(256) {
            self.asked = self.stop.asked();
        }
        if self.asked.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
