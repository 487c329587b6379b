//! A run that can be looked at after any of its steps, and that can be left for another one anywhere.
//!
//! A step is its choice: a rule at a focus is deterministic, so Σ after step k is the nearest copy of Σ before it with the
//! choices in between taken again. Copies are kept evenly over the run, and never more than `COPIES`: so going anywhere
//! takes a bounded share of the run, and memory does not grow with its length but for the events.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::base::Source;
use crate::calculus::term::PropertyKind;
use crate::calculus::{Names, Program};
use crate::explore::property::{self, Verdict};
use crate::explore::report::Kind;
use crate::render::outcome as text;
use crate::semantics::focus::Choice;
use crate::semantics::outcome::outcome;
use crate::semantics::rule::Family;
use crate::semantics::rules::sequential;
use crate::semantics::schedule::{Observer, Scheduler};
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::System;
use crate::trace::event::Step;
use crate::trace::record::{Detail, Recorder};
use crate::trace::schedule::{Schedule, Writer};
use crate::trace::walk::walk;

/// So many copies of Σ are kept, at most.
const COPIES: usize = 128;

/// How far apart copies are in a run that has just begun.
const GAP: usize = 32;

/// How a run ends, as far as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Σ is final; its result as a line.
    Final(String),
    /// Nobody has gone on from here.
    Open,
}

/// Something wrong that a run shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// After how many steps it shows.
    pub after: usize,
    /// What it is, in a few words: `conserved is false`, `deadlock`.
    pub what: String,
}

/// A run.
#[derive(Clone)]
pub struct Timeline {
    source: Arc<Source>,
    start: System,
    /// Every name of the run: the paths in its choices are numbers in this table.
    names: Names,
    way: Vec<Choice>,
    steps: Vec<Step>,
    copies: Vec<(usize, System)>,
    gap: usize,
    wrongs: Vec<Wrong>,
    end: End,
}

impl Timeline {
    /// A run that has not begun.
    pub fn new(source: Arc<Source>, program: Arc<Program>, settings: Arc<Settings>) -> Timeline {
        let start = System::start(program, settings);
        let names = start.names.clone();
        let empty = Timeline {
            source,
            start,
            names,
            way: Vec::new(),
            steps: Vec::new(),
            copies: Vec::new(),
            gap: GAP,
            wrongs: Vec::new(),
            end: End::Open,
        };
        let mut begun = empty;
        begun.wrongs = begun.broken(&mut begun.start.clone(), PropertyKind::Invariant, 0);
        begun
    }

    /// The text of its program.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The parameters of its relation.
    pub fn settings(&self) -> &Settings {
        &self.start.settings
    }

    /// How many steps it has.
    pub fn len(&self) -> usize {
        self.way.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.way.is_empty()
    }

    /// The choice that is taken after `at` steps, if one is.
    pub fn choice(&self, at: usize) -> Option<Choice> {
        self.way.get(at).copied()
    }

    /// Its steps as events.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What is wrong with it, in the order in which it shows.
    pub fn wrongs(&self) -> &[Wrong] {
        &self.wrongs
    }

    /// How it ends.
    pub fn end(&self) -> &End {
        &self.end
    }

    /// Σ after `at` steps, or after all where there are fewer.
    pub fn state(&self, at: usize) -> System {
        let at = at.min(self.way.len());
        let behind = self.copies.partition_point(|(own, _)| *own <= at);
        let (from, mut sys) = match behind.checked_sub(1) {
            Some(nearest) => self.copies[nearest].clone(),
            None => (0, self.start.clone()),
        };
        sys.names = self.names.clone();
        walk(&mut sys, &self.way[from..at], &mut []);
        sys
    }

    /// Goes on from the end as `scheduler` chooses, for `most` steps or until it chooses nothing.
    pub fn extend(&mut self, scheduler: &mut dyn Scheduler, most: usize) {
        let mut sys = self.state(self.way.len());
        let (source, before) = (self.source.clone(), self.steps.len() as u64);
        let mut steps = std::mem::take(&mut self.steps);
        let mut sink = |_: &System, step: Step| {
            steps.push(Step { step: before + step.step, ..step });
            ControlFlow::Continue(())
        };
        let mut recorder = Recorder::new(&source, Detail::All, &mut sink);
        for _ in 0..most {
            let Some(choice) = scheduler.choose(&mut sys) else { break };
            let wrong = self.asserted(&sys, choice);
            // A recorder never breaks off.
            let _ = recorder.before(&mut sys, choice);
            walk(&mut sys, &[choice], &mut []);
            let _ = recorder.after(&mut sys, choice);
            self.way.push(choice);
            self.wrongs.extend(wrong);
            self.look(&mut sys, choice);
            self.keep(&mut sys);
        }
        self.steps = steps;
        self.finish(&mut sys);
        self.names = sys.names;
    }

    /// Leaves the run after `at` steps by another choice.
    pub fn branch(&mut self, at: usize, choice: Choice) {
        self.way.truncate(at);
        self.steps.truncate(at);
        self.wrongs.retain(|wrong| wrong.after <= at);
        self.copies.retain(|(own, _)| *own <= at);
        self.end = End::Open;
        self.extend(&mut Once(Some(choice)), 1);
    }

    /// The run up to `at` as a schedule.
    pub fn schedule(&self, at: usize) -> Schedule {
        let mut writer = Writer::new(Schedule::new(&self.source, &self.start.program, &self.start.settings));
        let mut sys = System { names: self.names.clone(), ..self.start.clone() };
        let at = at.min(self.way.len());
        walk(&mut sys, &self.way[..at], &mut [&mut writer]);
        writer.finish(!is_final(&mut sys))
    }

    /// Keeps a copy of Σ where one is due, and every other of them where they are too many.
    fn keep(&mut self, sys: &mut System) {
        if !self.way.len().is_multiple_of(self.gap) {
            return;
        }
        let names = std::mem::take(&mut sys.names); // Every state is given the names of the whole run.
        self.copies.push((self.way.len(), sys.clone()));
        sys.names = names;
        if self.copies.len() > COPIES {
            self.gap *= 2;
            let gap = self.gap;
            self.copies.retain(|(at, _)| at.is_multiple_of(gap));
        }
    }

    fn finish(&mut self, sys: &mut System) {
        if !is_final(sys) {
            self.end = End::Open;
            return;
        }
        let found = outcome(sys);
        self.end = End::Final(text::ending(sys, Ok(&found)));
        let kind = Kind::of_ending(&found.result);
        if kind != Some(Kind::Diverged) {
            let broken = self.broken(sys, PropertyKind::Finally, self.way.len());
            self.wrongs.extend(broken);
        }
        self.wrongs.extend(kind.map(|kind| Wrong { after: self.way.len(), what: kind.name().to_owned() }));
    }

    /// An assertion that this step finds false.
    fn asserted(&self, sys: &System, choice: Choice) -> Option<Wrong> {
        let id = choice.focus.stack().filter(|_| *choice.rule == sequential::ASSERT_ERROR)?;
        let span = sys.program.span(sys.stacks[id.0 as usize].top().pc);
        let what = format!("the assertion of line {} is false", self.source.place(span.start).line);
        Some(Wrong { after: self.way.len() + 1, what })
    }

    /// Evaluates the invariants; inside `atomic` nobody looks. Of what a frame does by itself only Write changes what they
    /// see.
    fn look(&mut self, sys: &mut System, choice: Choice) {
        let seen = choice.rule.family != Family::Sequential || *choice.rule == sequential::WRITE;
        if seen && !property::is_hidden(sys) {
            let broken = self.broken(sys, PropertyKind::Invariant, self.way.len());
            let is_new = |wrong: &Wrong| !self.wrongs.iter().any(|own| own.what == wrong.what);
            let broken: Vec<Wrong> = broken.into_iter().filter(is_new).collect();
            self.wrongs.extend(broken);
        }
    }

    fn broken(&self, sys: &mut System, kind: PropertyKind, after: usize) -> Vec<Wrong> {
        let program = sys.program.clone();
        let of_kind = program.properties.iter().filter(|property| property.kind == kind);
        let verdicts = of_kind.filter_map(|property| {
            let what = match property::inspect(sys, property).verdict {
                Verdict::Holds => return None,
                Verdict::Fails => format!("{} is false", property.name),
                Verdict::Undefined(error) => format!("{}: {}", property.name, text::one_line(&error)),
            };
            Some(Wrong { after, what })
        });
        verdicts.collect()
    }
}

/// Whether nothing but a fault can happen.
fn is_final(sys: &mut System) -> bool {
    step::enabled(sys).iter().all(|choice| choice.rule.fault.is_some())
}

/// Takes one choice.
struct Once(Option<Choice>);

impl Scheduler for Once {
    fn choose(&mut self, _: &mut System) -> Option<Choice> {
        self.0.take()
    }
}

/// Takes the first step that is enabled, and no fault.
pub struct First;

impl Scheduler for First {
    fn choose(&mut self, sys: &mut System) -> Option<Choice> {
        step::enabled(sys).into_iter().find(|choice| choice.rule.fault.is_none())
    }
}
