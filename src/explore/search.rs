//! Breadth-first search over everything that can happen: the first way to a configuration is a shortest one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::expand::{End, Expander, Expansion, Frozen, Known, Step};
use super::graph::{Edge, Edges, Graph};
use super::hashed::Visited;
use super::look::Looks;
use super::memo::{Config, Memo};
use super::property::Verdict;
use super::report::{
    Asymmetry, Crew, Cut, Job, Kind, Options, OutcomeFound, Progress, Reductions, Report, Violation, Way,
};
use super::silent::Facts;
use super::symmetry::{self, Places};
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
    let (permutations, asymmetries) = match options.reductions.symmetry {
        true => symmetry::of(program, settings),
        false => (symmetry::none(program), Vec::new()),
    };
    let on = Reductions { symmetry: permutations.len() > 1, ..options.reductions };
    let (report, asymmetric) =
        search(program, settings, &Options { reductions: on, ..*options }, permutations, line, watch);
    let Some(property) = asymmetric else { return Report { asymmetries, ..report } };
    // What was found has to be found again: without symmetry.
    let off = Reductions { symmetry: false, ..options.reductions };
    let options = Options { reductions: off, ..*options };
    let (report, _) = search(program, settings, &options, symmetry::none(program), line, watch);
    let Property { name, span, .. } = &program.properties[property];
    let why = format!("`{name}` says different things of nodes that could");
    let told_apart = Asymmetry { group: String::new(), why, span: Some(*span) };
    Report { asymmetries: asymmetries.into_iter().chain([told_apart]).collect(), ..report }
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

/// A configuration that waits for its expansion, by its number.
type Waiting = (u32, Box<Config>);

/// What comes of a configuration; nothing where a step was not known.
type Expanded = (Waiting, Option<Expansion>);

/// Expands a stretch by as many hands as there are, each a part of it. What is known is not added to: so it is the same
/// whoever is first.
fn expand_all(crew: &dyn Crew, known: &Known, visited: &Visited, mut stretch: VecDeque<Waiting>) -> Vec<Expanded> {
    let size = stretch.len().div_ceil(crew.hands());
    let mut expanded: Vec<Vec<Expanded>> = (0..crew.hands()).map(|_| Vec::new()).collect();
    let jobs = expanded.iter_mut().map(|expanded| {
        let part: Vec<Waiting> = stretch.drain(..size.min(stretch.len())).collect();
        Box::new(move || {
            let mut frozen = Frozen(known);
            let mut expander = Expander::new(&mut frozen, false);
            expanded.extend(part.into_iter().map(|(at, config)| {
                let expansion = expander.expand(at, &config, |fingerprint| visited.get(fingerprint).is_some());
                ((at, config), expansion.ok())
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
    frontier: VecDeque<Waiting>,
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
            frontier: VecDeque::new(),
            outcomes: BTreeMap::new(),
            wrong: BTreeMap::new(),
            transitions: 0,
            cut: Vec::new(),
        }
    }

    fn start(&mut self) {
        let config = self.known.memo.start();
        let mut expander = Expander::new(&mut self.known, false);
        let Ok(reached) = expander.settle(config) else { return };
        let asserts = reached.asserts.into_iter();
        let asserts = asserts.map(|(span, silent)| (span, Place::Step { from: 0, step: None, silent })).collect();
        let config: Box<Config> = reached.config.into();
        self.asserts(asserts);
        let look = self.known.looks.find_or_look(&mut self.known.memo, &config);
        self.visit(self.known.memo.fingerprint(&config), Some((config, look)), None);
    }

    /// Expands the frontier, a stretch of it at a time, and takes in what comes of it in the order of the frontier: so the
    /// answer is that of a search by one thread.
    fn run(&mut self, watch: &mut dyn FnMut(Progress) -> bool) {
        while let Some((first, _)) = self.frontier.front() {
            let progress = self.progress(*first);
            let over = [
                (Cut::Stopped, self.known.memo.asymmetric.is_some()),
                (Cut::Memory, self.options.max_memory.is_some_and(|limit| progress.bytes > limit)),
                (Cut::Stopped, !watch(progress)),
            ];
            if let Some((cut, _)) = over.into_iter().find(|(_, over)| *over) {
                self.cut.push((cut, self.frontier.len() as u64));
                return;
            }
            let stretch = self.frontier.len().min(STRETCH);
            let stretch: VecDeque<Waiting> = self.frontier.drain(..stretch).collect();
            if !self.take_stretch(stretch) {
                return;
            }
        }
    }

    /// Expands a stretch; says whether the limits let the search go on.
    fn take_stretch(&mut self, stretch: VecDeque<Waiting>) -> bool {
        let (deep, stretch): (VecDeque<_>, VecDeque<_>) = stretch.into_iter().partition(|(at, _)| self.is_deep(*at));
        deep.into_iter().for_each(|(at, config)| self.stop_at(at, &config));
        let mut left = stretch.len() as u64;
        if self.options.crew.hands() > 1 && stretch.len() >= LEAST_PARALLEL {
            let expanded = expand_all(self.options.crew, &self.known, &self.visited, stretch);
            expanded.into_iter().all(|(waiting, expansion)| {
                left -= 1;
                self.take_one(waiting, left, expansion)
            })
        } else {
            stretch.into_iter().all(|waiting| {
                left -= 1;
                self.take_one(waiting, left, None)
            })
        }
    }

    /// Takes in what comes of one configuration, with `left` of its stretch behind it; says whether the limits let the
    /// search go on.
    fn take_one(&mut self, (at, config): Waiting, left: u64, expansion: Option<Expansion>) -> bool {
        if self.options.max_states.is_some_and(|limit| self.visited.len() as u64 > limit) {
            self.cut.push((Cut::States, self.frontier.len() as u64 + left + 1));
            return false;
        }
        let expansion = expansion.unwrap_or_else(|| self.expand(at, &config));
        self.take_in(at, &config, expansion);
        true
    }

    fn expand(&mut self, at: u32, config: &Config) -> Expansion {
        let visited = &self.visited;
        let mut expander = Expander::new(&mut self.known, false);
        match expander.expand(at, config, |fingerprint| visited.get(fingerprint).is_some()) {
            Ok(expansion) => expansion,
            Err(_) => unreachable!("what is not known is asked for"),
        }
    }

    /// A configuration as deep as the search may go: it may be final, and if it goes on something is cut.
    fn stop_at(&mut self, at: u32, config: &Config) {
        let expansion = self.expand(at, config);
        if expansion.is_final {
            let end = self.known.end(config);
            self.finish(at, end);
        }
        if !expansion.steps.is_empty() {
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
    fn take_in(&mut self, at: u32, config: &Config, expansion: Expansion) {
        self.asserts(expansion.asserts);
        if expansion.is_final {
            let end = self.known.end(config);
            self.finish(at, end);
        }
        for Step { is_fault, actor, fingerprint, next } in expansion.steps {
            self.transitions += 1;
            let to = self.visit(fingerprint, next, Some(at));
            if !is_fault {
                self.edges.push(at, to, (!self.fails.is_empty()).then_some(actor));
            }
        }
    }

    fn asserts(&mut self, asserts: Vec<(Span, Place)>) {
        for (span, place) in asserts {
            self.violated(format!("assert:{}", (self.line)(span)), Kind::Assert, Some(span), None, place);
        }
    }

    /// Takes a configuration in, if it is new; its number.
    fn visit(&mut self, fingerprint: u128, next: Option<(Box<Config>, u32)>, by: Option<u32>) -> u32 {
        let (at, is_new) = self.visited.insert(fingerprint);
        if !is_new {
            return at;
        }
        let Some((config, look)) = next else { unreachable!("a configuration that nobody knew is whole") };
        self.parents.push(by.unwrap_or(u32::MAX));
        // Numbers are given in the order of depths: deeper than any before is what comes of a configuration of the last.
        if by.is_none_or(|by| self.depths.last().is_some_and(|first| by >= *first)) {
            self.depths.push(at);
        }
        let look = self.known.looks.get(look);
        let broken = look.broken.clone();
        for ((_, all), fails) in self.fails.iter_mut().zip(&look.fails) {
            all.push(*fails);
        }
        self.broken(Kind::Invariant, broken, at);
        self.frontier.push_back((at, config));
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
        let of_waiting = self.frontier.front().map_or(0, |(_, config)| size_of_val(&**config) + size_of::<Waiting>());
        let bytes = self.known.memo.bytes()
            + self.known.looks.bytes()
            + self.visited.bytes()
            + self.parents.len() * size_of::<u32>()
            + self.edges.bytes()
            + self.frontier.len() * of_waiting;
        Progress {
            states: self.visited.len() as u64,
            transitions: self.transitions,
            depth: self.depth(at),
            frontier: self.frontier.len() as u64,
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
        let progress =
            Progress { frontier: self.frontier.len() as u64, ..self.progress(self.visited.len() as u32 - 1) };
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
