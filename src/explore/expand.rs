//! Taking every step of one configuration. Nothing here looks at the search as a whole, so many configurations can be
//! expanded at once, and what comes of it does not depend on who did it.

use super::apart::apply;
use super::ask::Ask;
use super::bundle::{Begin, Bundle, Run, numbered};
use super::calm::Calm;
use super::canon::Fingerprint;
use super::expansion::{Arrival, Expansion, Reached, See, TakeDown};
use super::memo::{Config, Found, Memo, Reads, Unknown, everything};
use super::parts::Turn;
use super::settle::FUEL;
use super::store::{Kind, PartId};
use super::visited::{Behind, LookedUp, Visited};
use crate::base::Span;
use crate::calculus::NodeId;
use crate::semantics::focus::Choice;
use crate::semantics::settings::Order;

/// What runs from one configuration have in common.
#[derive(Clone, Copy)]
struct Base<'v> {
    fingerprint: Fingerprint,
    /// Those that the search has visited.
    visited: Option<&'v Visited>,
    /// No message could be woken by what a run changes, and no place in a line counts.
    is_plain: bool,
    /// Every silent step was taken: there was an end to them. Found out in debug builds only.
    is_settled: bool,
}

impl<'v> Base<'v> {
    fn of(memo: &Memo, config: &Config, visited: Option<(u32, &'v Visited)>) -> Base<'v> {
        let fingerprint = visited.map(|(at, visited)| visited.fingerprint(at));
        let fingerprint = fingerprint.unwrap_or_else(|| memo.fingerprint(config));
        debug_assert_eq!(fingerprint, memo.fingerprint(config), "a configuration is visited under its fingerprint");
        let is_plain = !memo.in_line && memo.store.permutations().len() == 1;
        Base { fingerprint, visited: visited.map(|(_, visited)| visited), is_plain, is_settled: false }
    }

    /// Where a run of the stack at a place leads to; there is a fingerprint where all is plain.
    #[inline]
    fn behind(self, memo: &Memo, config: &Config, at: u32, run: &Run) -> Behind {
        let is_calm = self.is_plain
            && match run.calm {
                Calm::Yes => true,
                Calm::IfNamed { promise, by_read } => memo.is_only_named(config, at, promise, by_read),
                Calm::No => false,
            };
        Behind { fingerprint: self.fingerprint.wrapping_add(run.change), looked_up: LookedUp::Not, is_calm }
    }
}

/// What a stack or a message whose turn it is can do.
enum Due {
    /// A run of the stack at a place: of this number, and that of its step `first`.
    Run { at: u32, run: u32, first: u32 },
    /// Steps, and the places that they read.
    Steps(Box<(Found, Reads)>),
}

/// What there is in a configuration.
#[derive(Default)]
struct Kinds {
    /// A stack or message has a step.
    busy: bool,
    messages: bool,
    timers: bool,
}

/// A run that is being taken.
#[derive(Clone, Default)]
pub(super) struct Now {
    /// Where it has come.
    pub(super) config: Vec<PartId>,
    /// Its steps, where they are to be written down.
    trail: Vec<Choice>,
    /// The assertions that failed, each behind so many silent steps.
    asserts: Vec<(Span, usize)>,
    /// How many steps were taken behind the first.
    pub(super) silent: usize,
}

impl Now {
    /// Its configuration without the part at a place.
    pub(super) fn without(&self, at: usize) -> Vec<PartId> {
        [&self.config[..at], &self.config[at + 1..]].concat()
    }
}

/// What is at hand while steps are taken, and room to be used again.
#[derive(Default)]
pub(super) struct Room {
    pub(super) now: Now,
    due: Vec<Due>,
    /// For each of these where it leads to, as far as that is known of a run.
    behind: Vec<Behind>,
}

/// Takes the steps of one configuration.
pub(super) struct Expander<'a, A: Ask> {
    pub(super) ask: &'a mut A,
    pub(super) room: &'a mut Room,
    /// Whether the steps are to be written down.
    traces: bool,
}

impl<'a, A: Ask> Expander<'a, A> {
    /// Takes steps by asking `ask`; `traces`: and writes them down.
    pub(super) fn new(ask: &'a mut A, room: &'a mut Room, traces: bool) -> Self {
        Expander { ask, room, traces }
    }

    /// Takes every step of the configuration `at`; `visited` are those that the search has come to. What comes of it is
    /// written over `expansion`.
    ///
    /// # Errors
    /// Some step is not known to whoever is asked.
    pub(super) fn expand(
        &mut self,
        at: u32,
        config: &Config,
        visited: &Visited,
        expansion: &mut Expansion,
    ) -> Result<(), Unknown> {
        expansion.clear();
        let is_final = self.steps_unless(config, Some((at, visited)), &mut TakeDown { at, visited, expansion })?;
        expansion.is_final = is_final;
        Ok(())
    }

    /// The start, with the silent steps behind it.
    pub(super) fn settle(&mut self, config: Vec<PartId>) -> Result<Reached<'_>, Unknown> {
        self.room.now = Now { config, ..Now::default() };
        self.settle_down()?;
        let fingerprint = self.fingerprint();
        let Now { config, asserts, trail, .. } = &self.room.now;
        Ok(Reached { config, asserts, trail, arrival: Arrival::of(fingerprint, false, 0) })
    }

    /// Shows `see` every step of a configuration, in the order of `enabled`; says whether it is final.
    ///
    /// # Errors
    /// Some step is not known to whoever is asked, or an error of `see`.
    pub(super) fn steps(
        &mut self,
        config: &Config,
        mut see: impl FnMut(&mut A, Reached<'_>) -> Result<(), Unknown>,
    ) -> Result<bool, Unknown> {
        self.steps_unless(config, None, &mut see)
    }

    /// As [`Expander::steps`]; where a search asks, with the number of the configuration, those that it has visited need not be
    /// made.
    fn steps_unless(
        &mut self,
        config: &Config,
        visited: Option<(u32, &Visited)>,
        see: &mut impl See<A>,
    ) -> Result<bool, Unknown> {
        let memo = &self.ask.known().memo;
        if memo.store.tag(config[0]).kind == (Kind::World { diverged: true }) {
            return Ok(true);
        }
        let mut base = Base::of(memo, config, visited);
        base.is_settled = cfg!(debug_assertions) && self.is_settled(config)?;
        let kinds = self.collect(config, base)?;
        base.is_plain &= !kinds.messages;
        self.look_behind(base);
        let due = std::mem::take(&mut self.room.due);
        for (at, due) in due.iter().enumerate() {
            match due {
                Due::Run { at: stack, run, first } => {
                    let behind = self.room.behind[at];
                    self.take_run(config, base, (*stack, *run, *first as usize), behind, see)?;
                }
                Due::Steps(steps) => self.one_by_one(config, &steps.0, &steps.1, see)?,
            }
        }
        self.room.due = due;
        let goes_on = self.beside(config, &kinds, see)?;
        Ok(!kinds.busy && !goes_on)
    }

    /// Collects what the stacks and messages can do whose turn it is, in the order of `enabled`.
    fn collect(&mut self, config: &Config, base: Base<'_>) -> Result<Kinds, Unknown> {
        self.room.due.clear();
        self.room.behind.clear();
        let memo = &self.ask.known().memo;
        let (from, in_order) = (memo.behind_nodes(), memo.settings.order != Order::Bag);
        let mut served: Vec<NodeId> = Vec::new();
        let Kinds { mut busy, mut messages, mut timers } = Kinds::default();
        for (at, id) in config.iter().enumerate().skip(from) {
            match self.ask.known().memo.store.tag(*id).kind {
                Kind::Stack(n, has_turn) if self.has_turn(config, n, has_turn, &served) => {
                    let has_step = self.collect_stack(config, base, at)?;
                    busy |= has_step;
                    if has_step && in_order {
                        served.push(n);
                    }
                }
                Kind::Message => messages = true,
                Kind::Timer(_) => timers = true,
                _ => {}
            }
        }
        if messages {
            for at in from..config.len() {
                if self.ask.known().memo.store.tag(config[at]).kind == Kind::Message {
                    busy |= self.collect_steps(config, at)?;
                }
            }
        }
        Ok(Kinds { busy, messages, timers })
    }

    /// The runs of the stack at a place; says whether it has a step.
    #[inline]
    fn collect_stack(&mut self, config: &Config, base: Base<'_>, at: usize) -> Result<bool, Unknown> {
        let Bundle::Kept(runs) = self.ask.bundle(config, at, Begin::Any)? else {
            return self.collect_steps(config, at);
        };
        let (memo, at, start) = (&self.ask.known().memo, at as u32, runs.start);
        for run in runs.clone() {
            self.room.due.push(Due::Run { at, run, first: run - start });
            self.room.behind.push(base.behind(memo, config, at, memo.run(run)));
        }
        Ok(!runs.is_empty())
    }

    /// The steps of the stack or message at a place; says whether there are any.
    #[cold]
    fn collect_steps(&mut self, config: &Config, at: usize) -> Result<bool, Unknown> {
        let mut reads = Reads::new();
        let found = self.ask.find(config, at, &mut reads)?;
        let has_step = !self.ask.known().memo.steps(&found).deeds.is_empty();
        if has_step {
            self.room.due.push(Due::Steps(Box::new((found, reads))));
            self.room.behind.push(Behind { fingerprint: 0, is_calm: false, looked_up: LookedUp::Not });
        }
        Ok(has_step)
    }

    /// Looks up at once which of the configurations were visited that runs lead to, or what comes of them: the memory that they
    /// are looked up in is far away, and so it answers many questions in the time of one.
    fn look_behind(&mut self, base: Base<'_>) {
        match base.visited {
            _ if !base.is_plain => self.room.behind.iter_mut().for_each(|behind| behind.is_calm = false),
            Some(visited) => visited.look_up(&mut self.room.behind),
            None => {}
        }
    }

    /// Shows `see` what may happen to messages in flight, and beside all stacks and messages; says whether that is more than
    /// faults.
    fn beside(&mut self, config: &Config, kinds: &Kinds, see: &mut impl See<A>) -> Result<bool, Unknown> {
        if kinds.messages && self.ask.known().memo.loses(config) {
            let mut reads = Reads::new();
            for at in self.ask.known().memo.behind_nodes()..config.len() {
                if self.ask.known().memo.store.tag(config[at]).kind == Kind::Message {
                    let found = self.ask.flight(config, at, &mut reads)?;
                    self.one_by_one(config, &found, &reads, see)?;
                }
            }
        }
        if !self.ask.known().memo.acts_beside(config, kinds.timers) {
            return Ok(false);
        }
        let deeds = self.ask.beside(config, kinds.busy)?;
        let goes_on = deeds.iter().any(|deed| deed.choice.rule.fault.is_none());
        self.one_by_one(config, &Found::made(deeds), &everything(config), see)?;
        Ok(goes_on)
    }

    /// Whether a stack may step as far as turns go.
    fn has_turn(&self, config: &Config, n: NodeId, has_turn: bool, served: &[NodeId]) -> bool {
        let memo = &self.ask.known().memo;
        match memo.turn(config, n) {
            Turn::Free => memo.settings.order == Order::Bag || !served.contains(&n),
            _ => has_turn,
        }
    }

    /// Shows `see` a run of the stack at a place: of this number, and that of its step `first`.
    #[inline]
    fn take_run(
        &mut self,
        config: &Config,
        base: Base<'_>,
        (at, run, first): (u32, u32, usize),
        behind: Behind,
        see: &mut impl See<A>,
    ) -> Result<(), Unknown> {
        if let LookedUp::Visited(to) = behind.looked_up {
            if let Some(visited) = base.visited.filter(|_| base.is_settled) {
                self.set_out(config, at, run, first);
                self.settle_down()?;
                let is_it = self.fingerprint() == visited.fingerprint(to) || self.room.now.silent >= FUEL;
                assert!(is_it, "what was looked up is not where the run leads to");
            }
            see.visited(self.ask.known().memo.run(run), to);
            return Ok(());
        }
        let actor = self.ask.known().memo.run(run).actor;
        let arrival = Arrival { looked_up: behind.looked_up, ..Arrival::of(behind.fingerprint, false, actor) };
        self.set_out(config, at, run, first);
        if behind.is_calm {
            if base.is_settled {
                let reached = self.room.now.config.clone();
                assert!(self.is_settled(&reached)?, "behind a calm run there is a silent step, or something to forget");
                assert_eq!(behind.fingerprint, self.fingerprint(), "a calm run changes the fingerprint otherwise");
            }
            return self.show(arrival, see);
        }
        self.settle_down()?;
        let unsettled = (base.is_plain && self.room.now.silent < FUEL).then_some(behind.fingerprint);
        let (fingerprint, looked_up) = (self.fingerprint(), LookedUp::Not);
        self.show(Arrival { fingerprint, looked_up, unsettled, ..arrival }, see)
    }

    /// Takes a run of the stack at a place of a configuration, that of its step `first`.
    fn set_out(&mut self, config: &Config, at: u32, run: u32, first: usize) {
        self.begin(config);
        let reads = self.ask.known().memo.bundle_reads(config, at, Begin::Any);
        self.run(run, &reads, at as usize, Some(first));
    }

    /// The fingerprint of where the run is.
    fn fingerprint(&self) -> Fingerprint {
        self.ask.known().memo.fingerprint(&self.room.now.config)
    }

    /// Shows `see` every step that was found.
    fn one_by_one(
        &mut self,
        config: &Config,
        found: &Found,
        reads: &[u32],
        see: &mut impl See<A>,
    ) -> Result<(), Unknown> {
        let count = self.ask.known().memo.steps(found).deeds.len();
        let is_delivered = self.would_be_silent(config, found);
        for i in 0..count {
            self.begin(config);
            let deed = &self.ask.known().memo.steps(found).deeds[i];
            let (is_fault, actor) = (deed.choice.rule.fault.is_some(), deed.actor);
            let mut settle_and_show = |expander: &mut Self| {
                expander.settle_down()?;
                expander.show(Arrival::of(expander.fingerprint(), is_fault, actor), see)
            };
            if is_delivered {
                self.deliver(found, reads, &mut settle_and_show)?;
            } else {
                self.apply(found, i, reads);
                settle_and_show(self)?;
            }
        }
        Ok(())
    }

    /// The run that is being taken, to go back to.
    pub(super) fn mark(&self) -> Now {
        self.room.now.clone()
    }

    /// Goes back to where the run was.
    pub(super) fn go_back(&mut self, mark: &Now) {
        self.room.now.clone_from(mark);
    }

    pub(super) fn begin(&mut self, config: &Config) {
        self.room.now.config.clear();
        self.room.now.config.extend_from_slice(config);
        self.room.now.trail.clear();
        self.room.now.asserts.clear();
        self.room.now.silent = 0;
    }

    /// Takes a run of the part at a place; it is that of the step `first`.
    pub(super) fn run(&mut self, run: u32, reads: &[u32], at: usize, first: Option<usize>) {
        if self.traces {
            let trail = self.ask.trail(&self.room.now.config, at, first);
            self.room.now.trail.extend(trail);
        }
        let run = self.ask.known().memo.run(run);
        self.room.now.asserts.extend(run.asserts.iter().map(|(span, silent)| (*span, self.room.now.silent + silent)));
        self.room.now.silent += run.silent;
        run.apply(&mut self.room.now.config, reads);
    }

    /// Takes a step that was found.
    pub(super) fn apply(&mut self, found: &Found, i: usize, reads: &[u32]) {
        let memo = &self.ask.known().memo;
        let deed = &memo.steps(found).deeds[i];
        if let Some(span) = deed.assertion {
            self.room.now.asserts.push((span, self.room.now.silent));
        }
        if self.traces {
            self.room.now.trail.push(match found {
                Found::Kept(_) => numbered(deed.choice, memo.number(&self.room.now.config, reads[0] as usize)),
                Found::Made(_) => deed.choice,
            });
        }
        apply(&mut self.room.now.config, reads, deed);
    }

    /// Shows `see` where the run has come.
    fn show(&mut self, arrival: Arrival, see: &mut impl See<A>) -> Result<(), Unknown> {
        let Now { config, asserts, trail, .. } = &self.room.now;
        see.reached(self.ask, Reached { config, asserts, trail, arrival })
    }
}
