//! The steps of a configuration, asked of the relation once for each local situation.
//!
//! A step is a function of the parts that it reads (`footprint`). What `semantics::step` makes of them is kept by their
//! numbers, and where they come together again the step is not taken but repeated: the parts that it leaves take the place
//! of those that it read. There is no second interpreter: all that is kept here was done by a rule.

use std::sync::Arc;

use smallvec::SmallVec;

use super::bundle::{Run, Seen};
use super::canon::Canon;
use super::footprint::{self, Footprint, Place, Thing};
use super::hashed::Numbers;
use super::liveness::Liveness;
use super::nameless::Nameless;
use super::partial::Partial;
use super::parts::{self, Layout, Part};
use super::report::Coverage;
use super::silent::{Facts, Perils};
use super::store::{Kind, NO_PART, PartId, Store};
use super::symmetry::{self, Places};
use crate::base::Span;
use crate::calculus::term::PropertyKind;
use crate::calculus::{Names, Program};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::invariant;
use crate::semantics::rules::sequential;
use crate::semantics::settings::{Network, Settings};
use crate::semantics::step;
use crate::semantics::system::{Body, Exec, StackId, System};

/// A configuration: the numbers of its parts. First what there is once, then the status and the cells of each node (see
/// [`Layout`]), then all else in the order in which it came: stacks in the order in which they became ready, messages as they were sent.
pub type Config = [PartId];

/// What a step does to a configuration.
#[derive(Debug)]
pub struct Deed {
    /// The step, in the numbers of Σ as it was put together.
    pub choice: Choice,
    /// What each part that was read has become; [`NO_PART`]: it is gone.
    pub(super) became: Box<[PartId]>,
    /// The parts that came, in the order in which they did.
    pub(super) came: Box<[PartId]>,
    /// Who takes it; 0 where nobody asks.
    pub actor: u64,
    /// The assertion that fails.
    pub assertion: Option<Span>,
}

/// Every step of a stack or message in one situation.
#[derive(Debug, Default)]
pub struct Steps {
    /// The steps, in the order of `enabled`.
    pub deeds: Vec<Deed>,
    /// Under which perils the first is silent, by their numbers as bits.
    pub(super) silent: u16,
    /// The situation is more than the parts that were read.
    is_wider: bool,
}

/// The places in a configuration of the parts that a step reads; [`NOWHERE`]: there is no such part.
pub type Reads = SmallVec<[u32; 12]>;

/// The place of a part that is not there.
pub const NOWHERE: u32 = u32::MAX;

/// The places of all parts.
pub fn everything(config: &Config) -> Reads {
    (0..config.len() as u32).collect()
}

/// What was asked of the relation, and what it has said.
#[derive(Debug)]
pub struct Memo {
    pub(super) program: Arc<Program>,
    pub(super) settings: Arc<Settings>,
    pub(super) layout: Layout,
    /// What makes steps silent; `None`: no step is taken for silent.
    pub(super) silent: Option<Facts>,
    pub(super) store: Store,
    /// The table of names: the paths in parts are numbers in it.
    pub(super) names: Names,
    /// Which steps could be taken.
    pub(super) coverage: Coverage,
    canon: Canon,
    /// Whether stacks or messages stand in line.
    pub(super) in_line: bool,
    /// Whether there are no faults at all.
    pub(super) is_faultless: bool,
    pub(super) liveness: Liveness,
    /// Whether somebody asks who takes a step.
    actors: bool,
    /// What the steps of each part read, wherever it is.
    footprints: Vec<Footprint>,
    steps: Vec<Steps>,
    /// The steps by what is asked and the numbers of the parts that are read.
    asked: Numbers,
    deeds: usize,
    /// The places that bundles have read, by the number of the part.
    pub(super) seen: Vec<Seen>,
    /// Every run, bundle by bundle, and where each bundle begins; one more at the end.
    pub(super) runs: Vec<Run>,
    pub(super) bundles: Vec<u32>,
    /// The bundles by how they begin and the perils, and by the numbers of the parts that are read.
    pub(super) bundled: Numbers,
    /// A property that does not say the same of every node that may change places.
    pub(super) asymmetric: Option<usize>,
}

/// In the keys of steps: those of a stack or message are asked for.
const STEPS: u32 = 0;

/// In the keys of steps: the faults of a message in flight are asked for.
pub(super) const FLIGHT: u32 = 1;

/// What is asked of a stack or a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The faults of a message in flight, and not its steps.
    pub(super) flight: bool,
    /// The parts that are read are all that there are.
    pub(super) whole: bool,
}

/// Steps that are kept, by their number, or that were taken for one configuration only.
pub enum Found {
    /// Kept.
    Kept(u32),
    /// For this configuration.
    Made(Steps),
}

impl Found {
    /// Steps that were taken for one configuration.
    pub fn made(deeds: Vec<Deed>) -> Found {
        Found::Made(Steps { deeds, ..Steps::default() })
    }
}

/// A step is not known yet.
#[derive(Clone, Copy, Debug)]
pub struct Unknown;

impl Memo {
    /// Nothing was asked yet. `actors`: somebody asks who takes a step; `permutations`: how nodes may change places.
    pub fn new(
        program: &Arc<Program>,
        settings: &Arc<Settings>,
        silent: Option<Facts>,
        actors: bool,
        permutations: Vec<Places>,
    ) -> Memo {
        let nameless = silent.map_or_else(Nameless::default, |_| Nameless::of(program));
        Memo {
            program: program.clone(),
            settings: settings.clone(),
            layout: Layout::of(program),
            silent,
            store: Store::new(permutations),
            names: Names::default(),
            coverage: Coverage::none(program),
            canon: Canon::new(parts::in_line(settings), actors, nameless),
            in_line: parts::in_line(settings),
            is_faultless: settings.budget.is_spent(),
            liveness: Liveness::of(program),
            actors,
            footprints: Vec::new(),
            steps: Vec::new(),
            asked: Numbers::default(),
            deeds: 0,
            seen: Vec::new(),
            runs: Vec::new(),
            bundles: vec![0],
            bundled: Numbers::default(),
            asymmetric: None,
        }
    }

    /// The configuration of the start.
    pub fn start(&mut self) -> Vec<PartId> {
        let mut sys = System::start(self.program.clone(), self.settings.clone());
        std::mem::swap(&mut self.names, &mut sys.names);
        self.take_apart(&mut sys)
    }

    /// Every part of Σ, as a configuration. Takes the names.
    pub fn take_apart(&mut self, sys: &mut System) -> Vec<PartId> {
        if sys.names.len() > self.names.len() {
            std::mem::swap(&mut self.names, &mut sys.names);
        }
        let mut config = self.fixed(sys, self.layout.end());
        let rest = self.movable(sys);
        config.extend(rest.stacks.into_iter().chain(rest.parked).chain(rest.messages));
        config.extend(rest.entries.into_iter().map(|(_, id)| id));
        config
    }

    /// Takes the table of names back from Σ.
    pub(super) fn take_names(&mut self, sys: &mut System) {
        self.names = std::mem::take(&mut sys.names);
    }

    pub(super) fn intern(&mut self, part: Part) -> PartId {
        let (program, silent) = (&self.program, self.silent);
        let may_be_silent = |part: &Part| silent.is_some_and(|facts| facts.may_be_silent(program, part));
        let id = self.store.intern(&mut self.canon, &self.names, part, may_be_silent);
        if id as usize == self.footprints.len() {
            self.footprints.push(footprint::of(&self.program, &self.settings, self.store.part(id)));
        }
        id
    }

    /// About how many bytes are in use.
    pub fn bytes(&self) -> usize {
        self.store.bytes()
            + size_of_val(&*self.footprints)
            + self.steps.len() * size_of::<Steps>()
            + self.asked.bytes()
            + self.deeds * size_of::<Deed>()
            + self.bundles.len() * size_of::<u32>()
            + self.bundled.bytes()
            + self.runs.len() * size_of::<Run>()
            + self.seen.len() * size_of::<Seen>()
    }

    /// The steps that were found.
    #[inline]
    pub fn steps<'m>(&'m self, found: &'m Found) -> &'m Steps {
        match found {
            Found::Kept(number) => &self.steps[*number as usize],
            Found::Made(steps) => steps,
        }
    }

    /// Whether the step of a part reads everything.
    pub fn reads_all(&self, id: PartId) -> bool {
        self.footprints[id as usize] == Footprint::Whole
    }

    /// The steps of the stack or message at place `at`, if they are known, and the places that they read.
    ///
    /// # Errors
    /// They are not, or they read everything.
    #[inline]
    pub fn find(&self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown> {
        let id = config[at];
        let Footprint::Parts(places) = &self.footprints[id as usize] else { return Err(Unknown) };
        reads.clear();
        reads.push(at as u32);
        self.gather(config, places, reads);
        let number = self.find_steps(config, reads, STEPS).ok_or(Unknown)?;
        if self.steps[number as usize].is_wider { Err(Unknown) } else { Ok(Found::Kept(number)) }
    }

    /// The places of the parts that are read.
    pub(super) fn gather(&self, config: &Config, places: &[Place], reads: &mut Reads) {
        self.each_read(config, places, |at| reads.push(at));
    }

    /// Shows `see` the places of the parts that are read, one behind the other.
    #[inline]
    fn each_read(&self, config: &Config, places: &[Place], mut see: impl FnMut(u32)) {
        // What is asked for behind another mostly stands behind it.
        let mut next = 0;
        for place in places {
            match *place {
                Place::World => see(0),
                Place::Status(n) => see(self.layout.status(n)),
                Place::Cells(n, group) => see(self.layout.cells(n, group)),
                Place::Entry(thing) => {
                    let is_it = config.get(next).is_some_and(|id| self.store.thing(*id) == Some(thing));
                    let at = if is_it { next as u32 } else { self.entry(config, thing) };
                    next = (at as usize).wrapping_add(1);
                    see(at);
                }
                Place::Waiters(thing) => self.waiters(config, thing, &mut see),
            }
        }
    }

    /// The hash of a question, the number of a part, and those at the places that it reads, as [`key`] has it.
    #[inline]
    pub(super) fn key(&self, question: u32, config: &Config, at: u32, places: &[Place]) -> u128 {
        let mut hash = with(begun(question), config, at);
        self.each_read(config, places, |at| hash = with(hash, config, at));
        hash
    }

    /// The place of an entry of T or D.
    #[inline]
    pub(super) fn entry(&self, config: &Config, thing: Thing) -> u32 {
        let from = self.behind_nodes();
        let is_it = |id: &PartId| self.store.thing(*id) == Some(thing);
        config[from..].iter().position(is_it).map_or(NOWHERE, |at| (from + at) as u32)
    }

    /// The places of the frames that are parked on a task or promise, and of whatever else they are parked on.
    fn waiters(&self, config: &Config, thing: Thing, see: &mut impl FnMut(u32)) {
        let (Thing::Task(path) | Thing::Promise(path)) = thing;
        let mut others: SmallVec<[u32; 4]> = SmallVec::new();
        for (at, id) in config.iter().enumerate().skip(self.behind_nodes()) {
            if !self.store.names(*id, path) {
                continue;
            }
            let Part::Parked(parked) = self.store.part(*id) else { continue };
            if parked.on.iter().any(|on| Thing::of(on) == Some(thing)) {
                see(at as u32);
                for other in parked.on.iter().filter_map(Thing::of).filter(|other| *other != thing) {
                    let place = self.entry(config, other);
                    if !others.contains(&place) {
                        others.push(place);
                        see(place);
                    }
                }
            }
        }
    }

    /// The first place behind the nodes.
    pub fn behind_nodes(&self) -> usize {
        self.layout.end()
    }

    /// As [`Memo::find`], asking the relation where it has to.
    pub fn find_or_ask(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Found {
        if let Ok(found) = self.find(config, at, reads) {
            return found;
        }
        let all = |reads: &mut Reads| {
            *reads = everything(config);
        };
        let Footprint::Parts(places) = &self.footprints[config[at] as usize] else {
            all(reads);
            return Found::Made(self.ask(config, at, reads, Question { flight: false, whole: true }));
        };
        reads.clear();
        reads.push(at as u32);
        self.gather(config, places, reads);
        let number = match self.find_steps(config, reads, STEPS) {
            Some(number) => number,
            None => {
                let steps = self.ask(config, at, reads, Question { flight: false, whole: false });
                self.keep_steps(config, reads, STEPS, steps)
            }
        };
        if self.steps[number as usize].is_wider {
            all(reads);
            return Found::Made(self.ask(config, at, reads, Question { flight: false, whole: true }));
        }
        Found::Kept(number)
    }

    /// The number of the steps that were kept for a question and the parts that are read.
    #[inline]
    pub(super) fn find_steps(&self, config: &Config, reads: &[u32], question: u32) -> Option<u32> {
        self.asked.get(key(question, config, reads))
    }

    /// Keeps steps; their number.
    pub(super) fn keep_steps(&mut self, config: &Config, reads: &[u32], question: u32, steps: Steps) -> u32 {
        self.deeds += steps.deeds.len();
        self.steps.push(steps);
        let (number, is_new) = self.asked.insert(key(question, config, reads));
        debug_assert!(is_new, "steps are kept once");
        number
    }

    /// Asks the relation for the steps of the stack or message at place `at`; what it reads is at `reads`, which is all
    /// there is, or the part itself first.
    pub(super) fn ask(&mut self, config: &Config, at: usize, reads: &[u32], question: Question) -> Steps {
        let is_all = question.whole;
        let number = if is_all { self.number(config, at) } else { 0 };
        let mut partial = self.partial(config, reads);
        let sys = &mut partial.sys;
        if !question.flight && !question.whole && is_wider(sys) {
            self.take_names(sys);
            return Steps { is_wider: true, ..Steps::default() };
        }
        let mut choices = Vec::new();
        if question.flight {
            step::collect_flight_faults(sys, &mut choices, number);
        } else if matches!(self.store.tag(config[at]).kind, Kind::Stack(..)) {
            choices = step::enabled_at(sys, StackId(number));
        } else {
            step::collect_message(sys, &mut choices, number);
        }
        let silent = self.silent.map_or(0, |facts| silent_under(facts, sys, number, &choices));
        let deeds = self.deeds(config, reads, is_all, partial, choices);
        let steps = Steps { deeds, silent, is_wider: false };
        if cfg!(debug_assertions) && !is_all {
            self.compare(config, at, reads, &steps, question);
        }
        steps
    }

    /// The deeds of some choices; gives the names back.
    fn deeds(
        &mut self,
        config: &Config,
        reads: &[u32],
        is_all: bool,
        partial: Partial,
        choices: Vec<Choice>,
    ) -> Vec<Deed> {
        let mut deeds = Vec::with_capacity(choices.len());
        let mut ready = Some(partial);
        for choice in choices {
            let mut partial = match ready.take() {
                Some(partial) => partial,
                None => self.partial(config, reads),
            };
            let (actor, assertion) = self.fire(&mut partial, choice, is_all);
            self.take_names(&mut partial.sys);
            let left = match is_all {
                true => self.all_of(&partial.sys, config),
                false => self.some_of(&partial, config, reads),
            };
            deeds.push(Deed { choice, became: left.0, came: left.1, actor, assertion });
        }
        if let Some(mut partial) = ready {
            self.take_names(&mut partial.sys);
        }
        deeds
    }

    /// Takes an enabled step of some of Σ, or of all of it; says who takes it, and which assertion fails.
    pub(super) fn fire(&mut self, partial: &mut Partial, choice: Choice, is_all: bool) -> (u64, Option<Span>) {
        let sys = &mut partial.sys;
        self.coverage.see(sys, choice);
        let actor = if self.actors { self.canon.actor(sys, choice) } else { 0 };
        let assertion = assertion(sys, choice);
        let fired = match is_all {
            true => invariant::watched(sys, choice, |sys| step::fire(sys, choice)),
            false => step::fire(sys, choice),
        };
        if let Err(premise) = fired {
            panic!("{choice:?} is enabled, and {} refuses it", premise.text);
        }
        partial.see_who_left();
        (actor, assertion)
    }

    /// The steps of recovery, of the clock and of faults, but those of messages that are asked one by one. `busy`: something
    /// else has a step.
    pub fn beside(&mut self, config: &Config, busy: bool) -> Vec<Deed> {
        let all = everything(config);
        let mut partial = self.partial(config, &all);
        let choices = step::enabled_beside(&mut partial.sys, busy, self.settings.network == Network::Fifo);
        self.deeds(config, &all, true, partial, choices)
    }

    /// Finds out whether a property tells nodes apart that may change places.
    pub(super) fn compare_places(&mut self, sys: &mut System, kind: PropertyKind) {
        let permutations = self.store.permutations();
        if permutations.len() > 1 && self.asymmetric.is_none() {
            self.asymmetric = symmetry::differing(sys, kind, permutations, &mut self.coverage);
        }
    }

    /// How many parts of the same kind stand before the one at `at`.
    pub fn number(&self, config: &Config, at: usize) -> u32 {
        let same = std::mem::discriminant(&self.store.tag(config[at]).kind);
        let is_same = |id: &&PartId| std::mem::discriminant(&self.store.tag(**id).kind) == same;
        config[..at].iter().filter(is_same).count() as u32
    }
}

/// Odd, and otherwise without a pattern: numbers are hashed as what a polynomial has at this place, modulo 2^128.
const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The hash of what is read up to the part at a place.
#[inline]
fn with(hash: u128, config: &Config, at: u32) -> u128 {
    let id = config.get(at as usize).copied().unwrap_or(NO_PART); // It is NOWHERE.
    hash.wrapping_add(u128::from(id) + 1).wrapping_mul(FACTOR)
}

/// The hash of a question and of the numbers of the parts that are read.
#[inline]
pub(super) fn key(question: u32, config: &Config, reads: &[u32]) -> u128 {
    reads.iter().fold(begun(question), |hash, at| with(hash, config, *at))
}

/// The hash of a question about which nothing is read.
#[inline]
fn begun(question: u32) -> u128 {
    u128::from(question).wrapping_mul(FACTOR)
}

/// Whether what the first stack or message would do depends on more than its footprint says: its execution is stale, or the
/// place that it goes to is no more.
fn is_wider(sys: &System) -> bool {
    match (sys.ready.front(), sys.messages.front().map(|message| &message.body)) {
        (Some(id), _) => is_known_stale(sys, sys.stacks[id.0 as usize].exec),
        (None, Some(Body::Resume { callback, .. })) => is_known_stale(sys, callback.exec) || !sys.is_alive(callback.at),
        _ => false,
    }
}

/// Whether an execution is stale, as far as some of Σ says.
pub(super) fn is_known_stale(sys: &System, exec: Exec) -> bool {
    match exec {
        Exec::Attempt(q, _) => sys.promises.contains(q) && sys.is_stale(exec),
        Exec::Message(_) => false,
    }
}

/// Under which perils the first of the steps is silent.
fn silent_under(facts: Facts, sys: &System, number: u32, choices: &[Choice]) -> u16 {
    let is_silent = |perils: Perils| match choices.first().map(|choice| (choice, choice.focus)) {
        Some((choice, Focus::Stack(id))) => facts.of_stack_in(choice.rule, sys, id, perils),
        Some((_, Focus::Message(..) | Focus::Flight(_))) => facts.of_delivery(sys, number, choices, perils),
        _ => false,
    };
    Perils::all().filter(|perils| is_silent(*perils)).fold(0, |silent, perils| silent | 1 << perils.number())
}

impl Steps {
    /// Whether the first is silent.
    #[inline]
    pub fn is_silent(&self, perils: Perils) -> bool {
        self.silent >> perils.number() & 1 != 0
    }
}

/// Where the assertion stands that fails in this step.
fn assertion(sys: &System, choice: Choice) -> Option<Span> {
    let Focus::Stack(id) = choice.focus else { return None };
    let fails = choice.rule == &sequential::ASSERT_ERROR;
    fails.then(|| sys.program.span(sys.stacks[id.0 as usize].top().pc))
}
