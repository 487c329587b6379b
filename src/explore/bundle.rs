//! A step of a stack and the silent steps of the same stack behind it, as one: they are taken on one Σ, one behind the other,
//! and only what they leave together is kept. A bundle reads what any of its steps reads, the step before which it ends among
//! them: whether that one is silent is what ended it.

use std::ops::Range;

use super::calm::Calm;
use super::canon::Fingerprint;
use super::footprint::{self, Place, Thing};
use super::memo::{Config, Memo, NOWHERE, Reads, Unknown, everything, is_known_stale, key};
use super::partial::Partial;
use super::parts::Turn;
use super::silent::Perils;
use super::store::{Kind, NO_PART, PartId};
use crate::base::Span;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::settings::{Order, Scheduling};
use crate::semantics::step;
use crate::semantics::system::StackId;

/// Silent steps in one bundle, at most: a stack that does nothing else must not hold the search up.
const LONGEST: usize = 10_000;

/// With what a bundle begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With any step: there is a run for each.
    Any,
    /// With a silent step, if there is one: there is one run.
    Silent,
}

/// A step, or none, and the silent steps of the same stack behind it.
#[derive(Debug)]
pub struct Run {
    /// Who takes it; 0 where nobody asks.
    pub actor: u64,
    /// How many silent steps there are.
    pub silent: usize,
    /// The assertions that fail, each behind so many silent steps.
    pub asserts: Vec<(Span, usize)>,
    /// What each part that was read has become; [`NO_PART`]: it is gone.
    became: Box<[PartId]>,
    /// The parts that came, in the order in which they did.
    came: Box<[PartId]>,
    /// Whether it leaves everybody else as they were.
    pub calm: Calm,
    /// By how much it changes the fingerprint.
    pub change: Fingerprint,
}

/// The runs of a stack.
pub enum Bundle {
    /// The runs of these numbers.
    Kept(Range<u32>),
    /// The first step reads all of the configuration.
    Whole,
}

/// The places that bundles of one part have read so far, by how they begin.
pub(super) type Seen = [Option<Box<[Place]>>; 2];

/// A run that was taken.
pub(super) struct Taken {
    /// What it has left. The names are where they belong.
    pub(super) partial: Partial,
    /// The steps, in the numbers that they have in all of Σ.
    pub(super) trail: Vec<Choice>,
    /// What any of them has read.
    places: Vec<Place>,
    /// How many steps there were to begin with.
    first_of: usize,
    asserts: Vec<(Span, usize)>,
    silent: usize,
    actor: u64,
}

/// Where a run is taken.
#[derive(Clone, Copy)]
pub(super) struct Scene<'c> {
    config: &'c Config,
    /// The number of the stack, in the Σ that it steps on.
    id: StackId,
    /// In all of Σ.
    number: u32,
    perils: Perils,
    /// It steps on all of Σ.
    is_all: bool,
}

impl Memo {
    /// The runs of a bundle, by their numbers.
    #[inline]
    fn runs_of(&self, bundle: u32) -> Range<u32> {
        self.bundles[bundle as usize]..self.bundles[bundle as usize + 1]
    }

    /// The run of this number.
    #[inline]
    pub fn run(&self, number: u32) -> &Run {
        &self.runs[number as usize]
    }

    /// The runs of the stack at place `at`, if they are known.
    ///
    /// # Errors
    /// They are not.
    #[inline]
    pub fn find_bundle(&self, config: &Config, at: usize, begin: Begin) -> Result<Range<u32>, Unknown> {
        let places = self.seen_places(config[at], begin).ok_or(Unknown)?;
        let key = self.key(self.question(config, begin), config, at as u32, places);
        self.bundled.get(key).map(|bundle| self.runs_of(bundle)).ok_or(Unknown)
    }

    /// The places that the runs of a part have read so far.
    #[inline]
    fn seen_places(&self, id: PartId, begin: Begin) -> Option<&[Place]> {
        self.seen.get(id as usize).and_then(|seen| seen[begin as usize].as_deref())
    }

    /// The places that the runs of the stack at a place read, which are known: its own first.
    pub fn bundle_reads(&self, config: &Config, at: u32, begin: Begin) -> Reads {
        let mut reads: Reads = [at].into_iter().collect();
        self.gather(config, self.seen_places(config[at as usize], begin).unwrap_or_default(), &mut reads);
        reads
    }

    /// As [`Memo::find_bundle`], asking the relation where it has to.
    #[inline]
    pub fn find_bundle_or_ask(&mut self, config: &Config, at: usize, begin: Begin) -> Bundle {
        match self.find_bundle(config, at, begin) {
            Ok(runs) => Bundle::Kept(runs),
            Err(Unknown) => self.ask_for_bundle(config, at, begin),
        }
    }

    /// Asks the relation for the runs of the stack at place `at`, and keeps them.
    #[cold]
    fn ask_for_bundle(&mut self, config: &Config, at: usize, begin: Begin) -> Bundle {
        let first = (begin == Begin::Any).then_some(0);
        let Some(taken) = self.take_run(config, at, first) else { return Bundle::Whole };
        let (count, mut taken) = (taken.first_of, vec![taken]);
        taken.extend((1..count).filter_map(|i| self.take_run(config, at, Some(i))));
        self.see(config[at], begin, &taken);
        let reads = self.bundle_reads(config, at as u32, begin);
        if begin == Begin::Any && count == 0 {
            taken.clear();
        }
        for taken in taken {
            let run = self.keep_run(config, &reads, taken);
            self.runs.push(run);
        }
        self.bundles.push(self.runs.len() as u32);
        let (bundle, is_new) = self.bundled.insert(key(self.question(config, begin), config, &reads));
        debug_assert!(is_new, "a bundle is kept once");
        Bundle::Kept(self.runs_of(bundle))
    }

    /// What is asked in the keys of the bundles of a configuration: what is silent depends on its perils.
    #[inline]
    fn question(&self, config: &Config, begin: Begin) -> u32 {
        let perils = if self.is_faultless { 0 } else { Perils::of(self, config).number() };
        begin as u32 + 2 * perils
    }

    /// The steps of a run, in the numbers that they have in all of Σ.
    pub fn trail(&mut self, config: &Config, at: usize, first: Option<usize>) -> Vec<Choice> {
        self.take_run(config, at, first).map(|taken| taken.trail).unwrap_or_default()
    }

    /// Adds the places that were read now to those that a part's bundles have read so far.
    fn see(&mut self, id: PartId, begin: Begin, taken: &[Taken]) {
        let at = id as usize;
        if self.seen.len() <= at {
            self.seen.resize_with(at + 1, Seen::default);
        }
        let mut places = self.seen[at][begin as usize].take().unwrap_or_default().into_vec();
        for place in taken.iter().flat_map(|taken| &taken.places) {
            if !places.contains(place) {
                places.push(*place);
            }
        }
        self.seen[at][begin as usize] = Some(places.into());
    }

    /// Takes the step `first` of the stack at place `at`, if one is given, and the silent steps behind it; `None`: that step
    /// reads everything.
    fn take_run(&mut self, config: &Config, at: usize, first: Option<usize>) -> Option<Taken> {
        let (perils, number) = (Perils::of(self, config), self.number(config, at));
        let taken = self.partial(config, &[at as u32]);
        let taken = self.run_on(Scene { config, id: StackId(0), number, perils, is_all: false }, taken, first)?;
        if cfg!(debug_assertions) {
            let all = everything(config);
            let whole = self.partial(config, &all);
            let whole = self.run_on(Scene { config, id: StackId(number), number, perils, is_all: true }, whole, first);
            self.compare_runs(config, at, &taken, whole.as_ref());
        }
        Some(taken)
    }

    /// Takes the steps on some of Σ, or on all of it, and the names out of it.
    fn run_on(&mut self, scene: Scene<'_>, partial: Partial, first: Option<usize>) -> Option<Taken> {
        let mut taken = Taken {
            partial,
            trail: Vec::new(),
            places: Vec::new(),
            first_of: 0,
            asserts: Vec::new(),
            silent: 0,
            actor: 0,
        };
        let begun = first.map_or(Some(()), |first| self.begin_run(scene, &mut taken, first));
        if begun.is_some() {
            self.go_on(scene, &mut taken);
        }
        self.take_names(&mut taken.partial.sys);
        begun.map(|()| taken)
    }

    fn begin_run(&mut self, scene: Scene<'_>, taken: &mut Taken, first: usize) -> Option<()> {
        let choices = self.next_steps(scene, taken)?;
        taken.first_of = choices.len();
        if let Some(choice) = choices.get(first) {
            taken.actor = self.take_step(scene, taken, *choice);
        }
        Some(())
    }

    fn go_on(&mut self, scene: Scene<'_>, taken: &mut Taken) {
        let Some(facts) = self.silent else { return };
        while taken.silent < LONGEST && self.is_free_there(scene, &taken.partial) {
            let stack = &taken.partial.sys.stacks[scene.id.0 as usize];
            if !facts.stack_may_be_silent(&self.program, stack, scene.perils) {
                return;
            }
            let Some(choices) = self.next_steps(scene, taken) else { return };
            let sys = &taken.partial.sys;
            let is_silent = |choice: &&Choice| facts.of_stack_in(choice.rule, sys, scene.id, scene.perils);
            let Some(choice) = choices.first().filter(is_silent) else { return };
            taken.silent += 1;
            self.take_step(scene, taken, *choice);
            if !scene.is_all {
                self.go_on_plainly(scene, taken);
            }
        }
    }

    /// Takes the sequential steps that the stack comes to now without looking at each: they read no more than the one before
    /// them, and are silent as it was. (On all of Σ, where debug builds compare, each is looked at.)
    fn go_on_plainly(&mut self, scene: Scene<'_>, taken: &mut Taken) {
        if !self.is_free_there(scene, &taken.partial) {
            return;
        }
        let sys = &mut taken.partial.sys;
        let (trail, coverage) = (&mut taken.trail, &mut self.coverage);
        let before = trail.len();
        step::advance_plainly(sys, scene.id, LONGEST - taken.silent, |rule, at| {
            trail.push(numbered(Choice { rule, focus: Focus::Stack(scene.id) }, scene.number));
            coverage.statements[at.0 as usize] = true;
            coverage.see_rule(rule);
        });
        taken.silent += taken.trail.len() - before;
    }

    /// The steps of the stack, with all that they read put in; `None`: that is not known.
    fn next_steps(&mut self, scene: Scene<'_>, taken: &mut Taken) -> Option<Vec<Choice>> {
        let sys = &taken.partial.sys;
        let stack = &sys.stacks[scene.id.0 as usize];
        let has_turn = sys.turn(stack.node) == Some(scene.id);
        let places = footprint::of_ready(&self.program, &self.settings, stack, has_turn)?;
        let exec = stack.exec;
        let meets_store = places.contains(&Place::Entry(Thing::Promise(exec.path())));
        let before = taken.places.len();
        for place in places {
            if !taken.places.contains(&place) {
                taken.places.push(place);
            }
        }
        if taken.places.len() > before {
            self.put_places(&mut taken.partial, scene.config, &taken.places[before..]);
        }
        if meets_store && is_known_stale(&taken.partial.sys, exec) {
            return None; // What a stale execution does at the promise store depends on more than its footprint says.
        }
        Some(step::enabled_at(&mut taken.partial.sys, scene.id))
    }

    fn take_step(&mut self, scene: Scene<'_>, taken: &mut Taken, choice: Choice) -> u64 {
        let (actor, assertion) = self.fire(&mut taken.partial, choice, scene.is_all);
        taken.asserts.extend(assertion.map(|span| (span, taken.silent)));
        taken.trail.push(numbered(choice, scene.number));
        actor
    }

    /// Whether the stack is still there, and takes no turn that another could have had.
    fn is_free_there(&self, scene: Scene<'_>, partial: &Partial) -> bool {
        let sys = &partial.sys;
        if !sys.ready.contains(&scene.id) {
            return false;
        }
        let n = sys.stacks[scene.id.0 as usize].node;
        match sys.turn(n) {
            Some(turn) => turn == scene.id,
            // If the status of the node was not put in, it is what it was.
            None => self.is_bag() && (partial.has(self.layout.status(n)) || self.turn(scene.config, n) == Turn::Free),
        }
    }

    fn is_bag(&self) -> bool {
        self.settings.scheduling == Scheduling::Preemptive && self.settings.order == Order::Bag
    }

    fn keep_run(&mut self, config: &Config, reads: &[u32], taken: Taken) -> Run {
        let (became, came) = self.some_of(&taken.partial, config, reads);
        let Taken { asserts, silent, actor, .. } = taken;
        // What is read twice has changed once.
        let once = |i: usize| reads[i] != NOWHERE && !reads[..i].contains(&reads[i]);
        let gone = (0..reads.len()).filter(|i| once(*i)).map(|i| config[reads[i] as usize]);
        let left = (0..reads.len()).filter(|i| once(*i)).map(|i| became[i]).filter(|id| *id != NO_PART);
        let sum = |ids: &mut dyn Iterator<Item = PartId>| {
            ids.fold(0, |sum: Fingerprint, id| sum.wrapping_add(self.store.hash(id)))
        };
        let change = sum(&mut left.chain(came.iter().copied())).wrapping_sub(sum(&mut gone.into_iter()));
        let calm = if silent < LONGEST { self.calm(config, reads, &became, &came) } else { Calm::No };
        Run { actor, silent, asserts, became, came, calm, change }
    }

    /// Whether at a place there is a stack that takes no turn that another could have had.
    #[inline]
    pub fn is_free(&self, config: &Config, at: usize) -> bool {
        let Kind::Stack(n, has_turn) = self.store.tag(config[at]).kind else { return false };
        if self.turn(config, n) == Turn::Free { self.is_bag() } else { has_turn }
    }
}

/// A choice in the numbers of the Σ that all of a configuration is put together to.
pub(super) fn numbered(choice: Choice, number: u32) -> Choice {
    let focus = match choice.focus {
        Focus::Stack(_) => Focus::Stack(StackId(number)),
        Focus::Alternative(_, i) => Focus::Alternative(StackId(number), i),
        Focus::Message(_, n) => Focus::Message(number, n),
        Focus::Flight(_) => Focus::Flight(number),
        other => other,
    };
    Choice { focus, ..choice }
}

/// Puts what the parts that were read have become in their places, and what came behind all.
pub(super) fn replace(config: &mut Vec<PartId>, reads: &[u32], became: &[PartId], came: &[PartId]) {
    let mut gone = false;
    for (at, id) in reads.iter().zip(became) {
        if *at != NOWHERE {
            config[*at as usize] = *id;
            gone |= *id == NO_PART;
        }
    }
    if gone {
        config.retain(|id| *id != NO_PART);
    }
    config.extend_from_slice(came);
}

impl Run {
    /// Where the stack that steps, the first of `reads`, is behind the run; `None`: it is gone.
    pub(super) fn place_behind(&self, reads: &[u32]) -> Option<usize> {
        let own = reads[0];
        let is_gone = |i: &usize| self.became[*i] == NO_PART && reads[*i] < own && !reads[..*i].contains(&reads[*i]);
        let gone = (1..reads.len()).filter(is_gone).count();
        (self.became[0] != NO_PART).then_some(own as usize - gone)
    }

    /// Does what the run does to a configuration.
    #[inline]
    pub fn apply(&self, config: &mut Vec<PartId>, reads: &[u32]) {
        replace(config, reads, &self.became, &self.came);
    }
}
