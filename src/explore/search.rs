//! Breadth-first search over everything that can happen: the first way to a configuration is a shortest one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::ask::{End, Frozen, Known};
use super::canon::Fingerprint;
use super::expand::{Expander, Room};
use super::expansion::{Expansion, New, Step};
use super::frontier::{Layer, make_room};
use super::graph::{Edge, Edges, Graph};
use super::look::Looks;
use super::memo::{Config, Memo};
use super::property::Verdict;
use super::report::{Crew, Cut, Job, Kind, Options, OutcomeFound, Progress, Reductions, Report, Violation, Way};
use super::silent::Facts;
use super::symmetry::{self, Places};
use super::visited::Visited;
use super::way::{Place, Walk};
use crate::base::Span;
use crate::calculus::Program;
use crate::calculus::term::{Property, PropertyKind};
use crate::semantics::outcome::Outcome;
use crate::semantics::settings::Settings;

/// Searches everything that `program` can do under `settings`. `line` gives the line of a place in the source, for the
/// names of assertions; `watch` is shown now and then how far the search has come, and stops it by saying no.
pub fn explore(
    program: &Arc<Program>,
    settings: &Arc<Settings>,
    options: &Options<'_>,
    line: &dyn Fn(Span) -> usize,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Report {
    let (permutations, mut asymmetries) = symmetry::asked(program, settings, options.reductions.symmetry);
    let on = Reductions { symmetry: permutations.len() > 1, ..options.reductions };
    let (report, asymmetric) =
        search(program, settings, &Options { reductions: on, ..*options }, permutations, line, watch);
    let Some(property) = asymmetric else { return Report { asymmetries, ..report } };
    // What was found has to be found again: without symmetry.
    let off = Reductions { symmetry: false, ..options.reductions };
    let options = Options { reductions: off, ..*options };
    let (report, _) = search(program, settings, &options, symmetry::none(program), line, watch);
    asymmetries.push(symmetry::told_apart(program, property));
    Report { asymmetries, ..report }
}

/// One search; and the property that tells nodes apart which changed places, if there is one: then it was for nothing.
fn search(
    program: &Arc<Program>,
    settings: &Arc<Settings>,
    options: &Options<'_>,
    permutations: Vec<Places>,
    line: &dyn Fn(Span) -> usize,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> (Report, Option<usize>) {
    let mut search = Search::new(program, settings, options, permutations, line);
    search.start();
    search.run(watch);
    let asymmetric = search.known.memo.asymmetric;
    (search.report(), asymmetric)
}

/// How many configurations are expanded between two looks at the limits.
const STRETCH: usize = 4096;

/// Fewer are not worth a thread.
const LEAST_PARALLEL: usize = 512;

/// Expands a stretch of a layer by as many hands as there are, each a part of it; nothing comes of a configuration of which a
/// step was not known. What is known is not added to: so it is the same whoever is first.
fn expand_all(
    crew: &dyn Crew,
    known: &Known,
    visited: &Visited,
    layer: &Layer,
    stretch: Range<usize>,
) -> Vec<Option<Expansion>> {
    let size = stretch.len().div_ceil(crew.hands());
    let mut expanded: Vec<Vec<Option<Expansion>>> = (0..crew.hands()).map(|_| Vec::new()).collect();
    let parts = (0..).map(|hand| stretch.start + hand * size).map(|start| start..(start + size).min(stretch.end));
    let jobs = expanded.iter_mut().zip(parts).map(|(expanded, part)| {
        Box::new(move || {
            let (mut frozen, mut room) = (Frozen(known), Room::default());
            let mut expander = Expander::new(&mut frozen, &mut room, false);
            expanded.extend(part.map(|i| {
                let mut expansion = Expansion::default();
                let known = expander.expand(layer.number(i), layer.config(i), visited, &mut expansion);
                known.ok().map(|()| expansion)
            }));
        }) as Job<'_>
    });
    crew.work(jobs.collect());
    expanded.into_iter().flatten().collect()
}

/// What was found wrong and where, before its way is known.
struct Wrong {
    kind: Kind,
    span: Option<Span>,
    error: Option<String>,
    place: Place,
    /// The edges of the loop, for a run that goes on for ever.
    repeats: Option<(Vec<Edge>, Vec<Edge>)>,
}

struct Search<'a> {
    program: Arc<Program>,
    options: &'a Options<'a>,
    line: &'a dyn Fn(Span) -> usize,
    known: Known,
    visited: Visited,
    /// From which configuration each was reached first.
    parents: Vec<u32>,
    /// The first configuration of each depth.
    depths: Vec<u32>,
    edges: Edges,
    finals: Vec<u32>,
    /// For each `eventually`, and each configuration, whether it does not hold there.
    fails: Vec<(Property, Vec<bool>)>,
    /// The configurations that are expanded now, and from which on they wait.
    layer: Layer,
    waits_from: usize,
    /// Those of the next depth.
    next: Layer,
    /// Room for what comes of one configuration.
    room: Room,
    expansion: Expansion,
    outcomes: BTreeMap<String, (Outcome, u32, u64)>,
    wrong: BTreeMap<String, Wrong>,
    transitions: u64,
    cut: Vec<(Cut, u64)>,
}

impl<'a> Search<'a> {
    fn new(
        program: &Arc<Program>,
        settings: &Arc<Settings>,
        options: &'a Options<'a>,
        permutations: Vec<Places>,
        line: &'a dyn Fn(Span) -> usize,
    ) -> Search<'a> {
        let eventually: Vec<&Property> =
            program.properties.iter().filter(|p| p.kind == PropertyKind::Eventually).collect();
        // Where fairness counts, only steps that touch their own stack are taken at once: see docs/exploration.md.
        let confluence = options.reductions.partial_order && eventually.is_empty();
        let silent = options.reductions.fuse.then(|| Facts::of(program, settings, confluence));
        let memo = Memo::new(program, settings, silent, !eventually.is_empty(), permutations);
        Search {
            known: Known { memo, looks: Looks::of(program) },
            program: program.clone(),
            options,
            line,
            visited: Visited::default(),
            parents: Vec::new(),
            depths: Vec::new(),
            edges: Edges::default(),
            finals: Vec::new(),
            fails: eventually.into_iter().map(|property| (property.clone(), Vec::new())).collect(),
            layer: Layer::default(),
            waits_from: 0,
            next: Layer::default(),
            room: Room::default(),
            expansion: Expansion::default(),
            outcomes: BTreeMap::new(),
            wrong: BTreeMap::new(),
            transitions: 0,
            cut: Vec::new(),
        }
    }

    fn start(&mut self) {
        let config = self.known.memo.start();
        let mut expander = Expander::new(&mut self.known, &mut self.room, false);
        let Ok(reached) = expander.settle(config) else { return };
        let asserts = reached.asserts.iter();
        let asserts: Vec<_> =
            asserts.map(|(span, silent)| (*span, Place::Step { from: 0, step: None, silent: *silent })).collect();
        let config: Box<Config> = reached.config.into();
        self.asserts(&asserts);
        let look = self.known.looks.find_or_look(&mut self.known.memo, &config);
        self.visit(self.known.memo.fingerprint(&config), &config, look, None);
    }

    /// Expands one layer behind the other, a stretch of it at a time, and takes in what comes of it in the order of the layer:
    /// so the answer is that of a search by one thread.
    fn run(&mut self, watch: &mut dyn FnMut(Progress) -> bool) {
        loop {
            if self.waits_from == self.layer.len() {
                std::mem::swap(&mut self.layer, &mut self.next);
                self.next.clear();
                self.waits_from = 0;
            }
            if self.layer.len() == 0 {
                return;
            }
            let progress = self.progress(self.layer.number(self.waits_from));
            let over = [
                (Cut::Stopped, self.known.memo.asymmetric.is_some()),
                (Cut::Memory, self.options.max_memory.is_some_and(|limit| progress.bytes > limit)),
                (Cut::Stopped, !watch(progress)),
            ];
            if let Some((cut, _)) = over.into_iter().find(|(_, over)| *over) {
                self.cut.push((cut, self.waiting()));
                return;
            }
            let layer = std::mem::take(&mut self.layer);
            let goes_on = self.take_stretch(&layer);
            self.layer = layer;
            if !goes_on {
                return;
            }
        }
    }

    /// How many configurations wait for their expansion.
    fn waiting(&self) -> u64 {
        (self.layer.len() - self.waits_from + self.next.len()) as u64
    }

    /// Expands a stretch of the layer; says whether the limits let the search go on.
    fn take_stretch(&mut self, layer: &Layer) -> bool {
        let stretch = self.waits_from..layer.len().min(self.waits_from + STRETCH);
        if self.is_deep(layer.number(stretch.start)) {
            stretch.clone().for_each(|i| self.stop_at(layer.number(i), layer.config(i)));
            self.waits_from = stretch.end;
            return true;
        }
        let mut expanded = match self.options.crew.hands() > 1 && stretch.len() >= LEAST_PARALLEL {
            true => expand_all(self.options.crew, &self.known, &self.visited, layer, stretch.clone()),
            false => Vec::new(),
        }
        .into_iter();
        for i in stretch {
            if self.options.max_states.is_some_and(|limit| self.visited.len() as u64 > limit) {
                self.cut.push((Cut::States, (layer.len() - i + self.next.len()) as u64));
                return false;
            }
            let (at, config) = (layer.number(i), layer.config(i));
            match expanded.next().flatten() {
                Some(expansion) => self.expansion = expansion,
                None => self.expand(at, config),
            }
            self.take_in(at, config);
            self.waits_from = i + 1;
        }
        true
    }

    fn expand(&mut self, at: u32, config: &Config) {
        let mut expander = Expander::new(&mut self.known, &mut self.room, false);
        if expander.expand(at, config, &self.visited, &mut self.expansion).is_err() {
            unreachable!("what is not known is asked for");
        }
    }

    /// A configuration as deep as the search may go: it may be final, and if it goes on something is cut.
    fn stop_at(&mut self, at: u32, config: &Config) {
        self.expand(at, config);
        if self.expansion.is_final {
            let end = self.known.end(config);
            self.finish(at, end);
        }
        if !self.expansion.steps.is_empty() {
            self.cut_depth();
        }
    }

    fn depth(&self, at: u32) -> u64 {
        self.depths.partition_point(|first| *first <= at) as u64 - 1
    }

    fn is_deep(&self, at: u32) -> bool {
        self.options.max_depth.is_some_and(|limit| self.depth(at) >= limit)
    }

    /// Takes in what comes of the configuration `at`.
    fn take_in(&mut self, at: u32, config: &Config) {
        let expansion = std::mem::take(&mut self.expansion);
        self.asserts(&expansion.asserts);
        if expansion.is_final {
            let end = self.known.end(config);
            self.finish(at, end);
        }
        let (mut new, mut start, actors) = (expansion.new.iter(), 0, !self.fails.is_empty());
        let mut unsettled = expansion.unsettled.iter().peekable();
        self.transitions += expansion.steps.len() as u64;
        for (i, Step { is_fault, actor, to }) in expansion.steps.iter().enumerate() {
            let to = to.or_else(|| {
                let New { fingerprint, end, look } = new.next()?;
                let config = &expansion.parts[std::mem::replace(&mut start, *end)..*end];
                Some(self.visit(*fingerprint, config, *look, Some(at)))
            });
            let Some(to) = to else { unreachable!("a step leads to a configuration that is not there") };
            if let Some((_, fingerprint)) = unsettled.next_if(|(step, _)| *step == i) {
                self.visited.keep(*fingerprint, to);
            }
            if !is_fault {
                self.edges.push(to, actors.then_some(*actor));
            }
        }
        self.edges.end(at);
        self.expansion = expansion;
    }

    fn asserts(&mut self, asserts: &[(Span, Place)]) {
        for (span, place) in asserts {
            self.violated(format!("assert:{}", (self.line)(*span)), Kind::Assert, Some(*span), None, *place);
        }
    }

    /// Takes a configuration in, if it is new; its number.
    fn visit(&mut self, fingerprint: Fingerprint, config: &Config, look: u32, by: Option<u32>) -> u32 {
        let (at, is_new) = self.visited.insert(fingerprint);
        if !is_new {
            return at;
        }
        make_room(&mut self.parents, 1);
        self.parents.push(by.unwrap_or(u32::MAX));
        // Numbers are given in the order of depths: deeper than any before is what comes of a configuration of the last.
        if by.is_none_or(|by| self.depths.last().is_some_and(|first| by >= *first)) {
            self.depths.push(at);
        }
        let look = self.known.looks.get(look);
        for ((_, all), fails) in self.fails.iter_mut().zip(&look.fails) {
            all.push(*fails);
        }
        if !look.broken.is_empty() {
            let broken = look.broken.clone();
            self.broken(Kind::Invariant, broken, at);
        }
        self.next.push(at, config);
        at
    }

    /// Properties that do not hold at a configuration.
    fn broken(&mut self, kind: Kind, broken: Vec<(usize, Verdict)>, at: u32) {
        for (i, verdict) in broken {
            let Property { name, span, .. } = self.program.properties[i].clone();
            self.violated(name, kind, Some(span), verdict.error(), Place::State(at));
        }
    }

    /// A final configuration: its outcome, and what must hold in the end.
    fn finish(&mut self, at: u32, end: End) {
        self.finals.push(at);
        if let Some(kind) = Kind::of_ending(&end.outcome.result) {
            self.violated(kind.name().to_owned(), kind, None, None, Place::State(at));
        }
        self.broken(Kind::Finally, end.broken, at);
        self.outcomes.entry(end.json).or_insert((end.outcome, at, 0)).2 += 1;
    }

    fn cut_depth(&mut self) {
        match self.cut.iter_mut().find(|(cut, _)| *cut == Cut::Depth) {
            Some((_, configurations)) => *configurations += 1,
            None => self.cut.push((Cut::Depth, 1)),
        }
    }

    fn progress(&self, at: u32) -> Progress {
        let bytes = self.known.memo.bytes()
            + self.known.looks.bytes()
            + self.visited.bytes()
            + self.parents.len() * size_of::<u32>()
            + self.edges.bytes()
            + self.layer.bytes()
            + self.next.bytes();
        Progress {
            states: self.visited.len() as u64,
            transitions: self.transitions,
            depth: self.depth(at),
            frontier: self.waiting(),
            bytes: bytes as u64,
        }
    }

    fn violated(&mut self, name: String, kind: Kind, span: Option<Span>, error: Option<String>, place: Place) {
        self.wrong.entry(name).or_insert(Wrong { kind, span, error, place, repeats: None });
    }

    fn report(mut self) -> Report {
        if self.cut.is_empty() {
            self.look_at_graph();
        }
        let progress = Progress { frontier: self.waiting(), ..self.progress(self.visited.len() as u32 - 1) };
        let outcomes = std::mem::take(&mut self.outcomes);
        let outcomes = outcomes.into_iter().map(|(json, (outcome, at, finals))| {
            let way = self.way(Place::State(at));
            OutcomeFound { outcome, json, finals, way }
        });
        let outcomes: Vec<OutcomeFound> = outcomes.collect();
        let wrong = std::mem::take(&mut self.wrong);
        let violations = wrong.into_iter().map(|(name, wrong)| {
            let (way, repeats_from) = match &wrong.repeats {
                None => (self.way(wrong.place), None),
                Some((stem, round)) => self.lasso(stem, round),
            };
            Violation { name, kind: wrong.kind, span: wrong.span, error: wrong.error, way, repeats_from }
        });
        let violations = violations.collect();
        let Search { known: Known { memo, .. }, cut, options, .. } = self;
        let Memo { names, coverage, .. } = memo;
        Report {
            outcomes,
            violations,
            progress,
            cut,
            coverage,
            reductions: options.reductions,
            asymmetries: Vec::new(),
            names,
        }
    }

    fn look_at_graph(&mut self) {
        let (states, edges) = (self.visited.len(), std::mem::take(&mut self.edges));
        if let Some(at) = edges.livelock(states, &self.finals) {
            self.violated(Kind::Livelock.name().to_owned(), Kind::Livelock, None, None, Place::State(at));
        }
        if self.fails.is_empty() {
            return;
        }
        let graph = Graph::new(states, &edges);
        for (property, fails) in std::mem::take(&mut self.fails) {
            if let Some(repeats) = graph.never(&fails, &self.finals) {
                let wrong = Wrong {
                    kind: Kind::Eventually,
                    span: Some(property.span),
                    error: None,
                    place: Place::State(0),
                    repeats: Some(repeats),
                };
                self.wrong.entry(property.name).or_insert(wrong);
            }
        }
    }

    /// The configurations on the first way to one, behind the start.
    fn ancestry(&self, mut at: u32) -> Vec<u32> {
        let mut ancestry = Vec::new();
        while self.parents[at as usize] != u32::MAX {
            ancestry.push(at);
            at = self.parents[at as usize];
        }
        ancestry.reverse();
        ancestry
    }

    fn way(&mut self, place: Place) -> Way {
        let (state, last) = match place {
            Place::State(at) => (at, None),
            Place::Step { step: None, silent, .. } => return Walk::new(&mut self.known, Some(silent)).way,
            Place::Step { from, step: Some(step), silent } => (from, Some((step, silent))),
        };
        let ancestry = self.ancestry(state);
        let mut walk = Walk::new(&mut self.known, None);
        ancestry.into_iter().for_each(|at| walk.to(self.visited.fingerprint(at)));
        if let Some((step, silent)) = last {
            walk.take_step(step, silent);
        }
        walk.way
    }

    /// The run along a stem and once round a loop, and where the loop begins.
    fn lasso(&mut self, stem: &[Edge], round: &[Edge]) -> (Way, Option<usize>) {
        let mut walk = Walk::new(&mut self.known, None);
        let mut repeats_from = None;
        for (i, edge) in stem.iter().chain(round).enumerate() {
            if i == stem.len() {
                repeats_from = Some(walk.way.len());
            }
            walk.to(self.visited.fingerprint(edge.to));
        }
        (walk.way, repeats_from)
    }
}
