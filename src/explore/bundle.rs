//! A step and the silent steps of the same stack behind it, as one: what is asked again and again is where they lead
//! together. A bundle reads what any of its steps reads, the step before which it ends among them: whether that one is
//! silent is what ended it.

use super::footprint::{Footprint, Place};
use super::memo::{Config, Found, Memo, NOWHERE, Reads, Unknown, key};
use super::parts::Turn;
use super::silent::Perils;
use super::store::{Kind, NO_PART, PartId};
use crate::base::Span;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::settings::{Order, Scheduling};
use crate::semantics::system::StackId;

/// Silent steps in one bundle, at most: a stack that does nothing else must not hold the search up.
const LONGEST: usize = 1_000;

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
    /// The first step is a fault.
    pub is_fault: bool,
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
}

/// The runs of a part, and where the next ones will look.
pub enum Bundle {
    /// The runs of this number.
    Kept(u32),
    /// The first step reads all of the configuration.
    Whole,
}

/// The places that bundles of one part have read so far, by how they begin.
pub(super) type Seen = [Option<Box<[Place]>>; 2];

/// A run that is being taken. Parts that are gone leave a gap in its configuration, so that places stay as they are.
struct Taken {
    config: Vec<PartId>,
    places: Vec<Place>,
    trail: Vec<Choice>,
    asserts: Vec<(Span, usize)>,
    silent: usize,
    is_fault: bool,
    actor: u64,
}

impl Memo {
    /// The runs of this number.
    #[inline]
    pub fn runs(&self, number: u32) -> &[Run] {
        &self.bundles[number as usize]
    }

    /// The runs of the stack or message at place `at`, if they are known, and the places that they read.
    ///
    /// # Errors
    /// They are not.
    #[inline]
    pub fn find_bundle(&self, config: &Config, at: usize, begin: Begin, reads: &mut Reads) -> Result<u32, Unknown> {
        let seen = self.seen.get(config[at] as usize).ok_or(Unknown)?;
        let places = seen[begin as usize].as_deref().ok_or(Unknown)?;
        reads.clear();
        reads.push(at as u32);
        self.gather(config, places, reads);
        self.bundled[self.table(config, begin)].get(key(config, reads)).ok_or(Unknown)
    }

    /// As [`Memo::find_bundle`], asking the relation where it has to.
    pub fn find_bundle_or_ask(&mut self, config: &Config, at: usize, begin: Begin, reads: &mut Reads) -> Bundle {
        if let Ok(number) = self.find_bundle(config, at, begin, reads) {
            return Bundle::Kept(number);
        }
        let taken: Vec<Taken> = match begin {
            Begin::Silent => vec![self.take_run(config, at, None)],
            Begin::Any => match self.find_or_ask(config, at, reads) {
                Found::Made(_) => return Bundle::Whole,
                found @ Found::Kept(_) => {
                    let count = self.steps(&found).deeds.len();
                    (0..count).map(|i| self.take_run(config, at, Some(i))).collect()
                }
            },
        };
        let places = self.see(config[at], begin, &taken);
        reads.clear();
        reads.push(at as u32);
        self.gather(config, &places, reads);
        self.seen[config[at] as usize][begin as usize] = Some(places.into());
        let runs: Vec<Run> = taken.into_iter().map(|taken| run(config.len(), reads, taken)).collect();
        let number = self.bundles.len() as u32;
        self.runs += runs.len();
        self.bundles.push(runs);
        let table = self.table(config, begin);
        self.bundled[table].insert(key(config, reads), number);
        Bundle::Kept(number)
    }

    /// The table of the bundles of a configuration: what is silent depends on its perils.
    #[inline]
    fn table(&self, config: &Config, begin: Begin) -> usize {
        let perils = if self.settings.budget.is_spent() { 0 } else { Perils::of(self, config).number() };
        begin as usize + 2 * perils
    }

    /// The steps of a run, in the numbers of each Σ on the way.
    pub fn trail(&mut self, config: &Config, at: usize, first: Option<usize>) -> Vec<Choice> {
        self.take_run(config, at, first).trail
    }

    /// The places that a part's bundles have read so far, and those that were read now.
    fn see(&mut self, id: PartId, begin: Begin, taken: &[Taken]) -> Vec<Place> {
        let at = id as usize;
        if self.seen.len() <= at {
            self.seen.resize_with(at + 1, Seen::default);
        }
        let mut places = self.seen[at][begin as usize].take().unwrap_or_default().into_vec();
        let own = self.places(id).unwrap_or_default();
        for place in taken.iter().flat_map(|taken| &taken.places).chain(&own) {
            if !places.contains(place) {
                places.push(*place);
            }
        }
        places
    }

    /// What the steps of a part read, unless that is everything.
    fn places(&mut self, id: PartId) -> Option<Vec<Place>> {
        self.learn(id);
        match self.footprint(id) {
            Some(Footprint::Parts(places)) => Some(places.to_vec()),
            _ => None,
        }
    }

    /// Takes the step `first` of the stack or message at place `at`, if one is given, and the silent steps behind it.
    fn take_run(&mut self, config: &Config, at: usize, first: Option<usize>) -> Taken {
        let perils = Perils::of(self, config);
        let mut taken = Taken {
            config: config.to_vec(),
            places: Vec::new(),
            trail: Vec::new(),
            asserts: Vec::new(),
            silent: 0,
            is_fault: false,
            actor: 0,
        };
        let mut reads = Reads::new();
        if let Some(first) = first {
            let found = self.find_or_ask(config, at, &mut reads);
            self.do_step(&mut taken, &found, first, &reads, at);
            let deed = &self.steps(&found).deeds[first];
            (taken.is_fault, taken.actor) = (deed.choice.rule.fault.is_some(), deed.actor);
        }
        while taken.silent < LONGEST && self.is_free(&taken.config, at) {
            let Some(places) = self.places(taken.config[at]) else { break };
            if !self.may_be_silent(taken.config[at]).unwrap_or(false) {
                break;
            }
            taken.places.extend(places);
            let found = self.find_or_ask(&taken.config, at, &mut reads);
            if matches!(found, Found::Made(_)) || !self.steps(&found).is_silent(perils) {
                break;
            }
            taken.silent += 1;
            self.do_step(&mut taken, &found, 0, &reads, at);
        }
        taken
    }

    fn do_step(&self, taken: &mut Taken, found: &Found, i: usize, reads: &[u32], at: usize) {
        let deed = &self.steps(found).deeds[i];
        if let Some(span) = deed.assertion {
            taken.asserts.push((span, taken.silent));
        }
        taken.trail.push(numbered(deed.choice, self.number(&taken.config, at)));
        for (at, id) in reads.iter().zip(&deed.became).filter(|(at, _)| **at != NOWHERE) {
            taken.config[*at as usize] = *id;
        }
        taken.config.extend_from_slice(&deed.came);
    }

    /// Whether at a place there is a stack that takes no turn that another could have had.
    #[inline]
    pub fn is_free(&self, config: &Config, at: usize) -> bool {
        if config[at] == NO_PART {
            return false;
        }
        let Kind::Stack(n, has_turn) = self.store.tag(config[at]).kind else { return false };
        let bag = self.settings.scheduling == Scheduling::Preemptive && self.settings.order == Order::Bag;
        if self.turn(config, n) == Turn::Free { bag } else { has_turn }
    }
}

/// A run as it is kept: what became of the `before` parts that were there.
fn run(before: usize, reads: &[u32], taken: Taken) -> Run {
    let Taken { config, asserts, silent, is_fault, actor, .. } = taken;
    let became = reads.iter().map(|at| if *at == NOWHERE { NO_PART } else { config[*at as usize] });
    let came = config[before..].iter().copied().filter(|id| *id != NO_PART);
    Run { is_fault, actor, silent, asserts, became: became.collect(), came: came.collect() }
}

/// A choice in the numbers of the Σ that all of a configuration is put together to.
fn numbered(choice: Choice, number: u32) -> Choice {
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
    /// Does what the run does to a configuration.
    #[inline]
    pub fn apply(&self, config: &mut Vec<PartId>, reads: &[u32]) {
        replace(config, reads, &self.became, &self.came);
    }
}
