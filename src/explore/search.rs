//! Breadth-first search over everything that can happen: the first way to a configuration is a shortest one.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::canon::{Canon, Fingerprint};
use super::expand::{End, Expander, Expansion, Look, Step};
use super::graph::{Edge, Graph};
use super::liveness::Liveness;
use super::property::Verdict;
use super::report::{Coverage, Crew, Cut, Job, Kind, Options, OutcomeFound, Progress, Report, Violation, Way};
use super::silent::{self, Facts};
use super::way::{self, Place};
use crate::base::Span;
use crate::calculus::term::{Property, PropertyKind};
use crate::calculus::{Names, Program};
use crate::semantics::focus::Choice;
use crate::semantics::outcome::Outcome;
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::System;

/// Searches everything that `program` can do under `settings`. `line` gives the line of a place in the source, for the
/// names of assertions; `watch` is shown now and then how far the search has come, and stops it by saying no.
pub fn explore(
    program: &Arc<Program>,
    settings: &Arc<Settings>,
    options: &Options<'_>,
    line: &dyn Fn(Span) -> usize,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Report {
    let mut search = Search::new(program, settings, options, line);
    search.start();
    search.run(watch);
    search.report()
}

/// Fingerprints are hashes already.
#[derive(Default)]
struct Uniform(u64);

impl Hasher for Uniform {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u128(&mut self, fingerprint: u128) {
        self.0 = fingerprint as u64;
    }
}

type Visited = HashMap<Fingerprint, u32, BuildHasherDefault<Uniform>>;

/// How many configurations are expanded between two looks at the limits.
const STRETCH: usize = 2048;

/// Fewer are not worth a thread.
const LEAST_PARALLEL: usize = 256;

/// What comes of a configuration; nothing where it has to be expanded by the search's own expander.
type Expanded = (u32, Option<Expansion>);

/// Expands a stretch by all helpers, each a part of it.
fn expand_all(
    crew: &dyn Crew,
    helpers: &mut [Expander],
    mut stretch: VecDeque<(u32, System)>,
    names: &Names,
    visited: &Visited,
) -> Vec<Expanded> {
    let size = stretch.len().div_ceil(helpers.len());
    let mut expanded: Vec<Vec<Expanded>> = helpers.iter().map(|_| Vec::new()).collect();
    let jobs = helpers.iter_mut().zip(&mut expanded).map(|(helper, expanded)| {
        let part: Vec<(u32, System)> = stretch.drain(..size.min(stretch.len())).collect();
        Box::new(move || {
            let known = |fingerprint| visited.contains_key(&fingerprint);
            expanded.extend(part.into_iter().map(|(at, sys)| (at, helper.expand_known(at, sys, names, known))));
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

struct Node {
    parent: u32,
    choice: Option<Choice>,
    depth: u32,
}

struct Search<'a> {
    program: Arc<Program>,
    settings: Arc<Settings>,
    options: &'a Options<'a>,
    line: &'a dyn Fn(Span) -> usize,
    /// The search's own expander; its table of names is the one that numbers in the frontier speak of.
    expander: Expander,
    /// Those of the other threads.
    helpers: Vec<Expander>,
    visited: Visited,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    finals: Vec<u32>,
    /// For each `eventually`, and each configuration, whether it does not hold there.
    fails: Vec<(Property, Vec<bool>)>,
    frontier: VecDeque<(u32, System)>,
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
        line: &'a dyn Fn(Span) -> usize,
    ) -> Search<'a> {
        let eventually = program.properties.iter().filter(|p| p.kind == PropertyKind::Eventually);
        // Where fairness counts, only steps that touch their own stack are taken at once: see docs/exploration.md.
        let confluence = options.reductions.partial_order && eventually.clone().next().is_none();
        let canon = Canon::new(Liveness::of(program));
        let expander = || Expander {
            program: program.clone(),
            silent: options.reductions.fuse.then(|| Facts::of(program, settings, confluence)),
            canon: canon.clone(),
            names: Names::default(),
            coverage: Coverage::none(program),
        };
        Search {
            expander: expander(),
            helpers: (0..options.crew.hands()).filter(|_| options.crew.hands() > 1).map(|_| expander()).collect(),
            program: program.clone(),
            settings: settings.clone(),
            options,
            line,
            visited: HashMap::default(),
            nodes: Vec::new(),
            edges: Vec::new(),
            finals: Vec::new(),
            fails: eventually.map(|property| (property.clone(), Vec::new())).collect(),
            frontier: VecDeque::new(),
            outcomes: BTreeMap::new(),
            wrong: BTreeMap::new(),
            transitions: 0,
            cut: Vec::new(),
        }
    }

    fn start(&mut self) {
        let mut sys = System::start(self.program.clone(), self.settings.clone());
        let mut asserts = Vec::new();
        self.expander.settle_down(&mut sys, 0, None, &mut asserts);
        let fingerprint = self.expander.canon.fingerprint(&sys);
        let look = self.expander.look(&mut sys);
        self.expander.take_names(&mut sys);
        self.asserts(asserts);
        self.visit(fingerprint, Some((sys, look)), None);
    }

    /// Expands the frontier, a stretch of it at a time, and takes in what comes of it in the order of the frontier: so the
    /// answer is that of a search by one thread.
    fn run(&mut self, watch: &mut dyn FnMut(Progress) -> bool) {
        while let Some((first, _)) = self.frontier.front() {
            let progress = self.progress(*first);
            let over = [
                (Cut::Memory, self.options.max_memory.is_some_and(|limit| progress.bytes > limit)),
                (Cut::Stopped, !watch(progress)),
            ];
            if let Some((cut, _)) = over.into_iter().find(|(_, over)| *over) {
                self.cut.push((cut, self.frontier.len() as u64));
                return;
            }
            let stretch = self.frontier.len().min(STRETCH);
            let stretch: VecDeque<(u32, System)> = self.frontier.drain(..stretch).collect();
            if !self.take_stretch(stretch) {
                return;
            }
        }
    }

    /// Expands a stretch; says whether the limits let the search go on.
    fn take_stretch(&mut self, stretch: VecDeque<(u32, System)>) -> bool {
        let (deep, stretch): (VecDeque<_>, VecDeque<_>) = stretch.into_iter().partition(|(at, _)| self.is_deep(*at));
        deep.into_iter().for_each(|(at, sys)| self.stop_at(at, sys));
        let mut left = stretch.len() as u64;
        let parallel = !self.helpers.is_empty() && stretch.len() >= LEAST_PARALLEL;
        if parallel {
            let expanded =
                expand_all(self.options.crew, &mut self.helpers, stretch, &self.expander.names, &self.visited);
            expanded.into_iter().all(|(at, expansion)| {
                left -= 1;
                self.take_one(at, left, |search| expansion.unwrap_or_else(|| search.expand(at, search.again(at))))
            })
        } else {
            stretch.into_iter().all(|(at, sys)| {
                left -= 1;
                self.take_one(at, left, |search| search.expand(at, sys))
            })
        }
    }

    /// Takes in what comes of one configuration, with `left` of its stretch behind it; says whether the limits let the
    /// search go on.
    fn take_one(&mut self, at: u32, left: u64, expansion: impl FnOnce(&mut Self) -> Expansion) -> bool {
        if self.options.max_states.is_some_and(|limit| self.nodes.len() as u64 > limit) {
            self.cut.push((Cut::States, self.frontier.len() as u64 + left + 1));
            return false;
        }
        let expansion = expansion(self);
        self.take_in(at, expansion);
        true
    }

    fn expand(&mut self, at: u32, sys: System) -> Expansion {
        let visited = &self.visited;
        self.expander.expand(at, sys, |fingerprint| visited.contains_key(&fingerprint))
    }

    /// The configuration `at`, made again from the start: some helper has used it up.
    fn again(&self, at: u32) -> System {
        let mut sys = way::start(&self.program, &self.settings, &self.expander.names);
        way::walk(&mut sys, self.expander.silent, &self.choices(at));
        sys.names = Names::default();
        sys
    }

    /// A configuration as deep as the search may go: it may be final, and if it goes on something is cut.
    fn stop_at(&mut self, at: u32, sys: System) {
        let (end, goes_on) = self.expander.stop_at(sys);
        if let Some(end) = end {
            self.finish(at, end);
        }
        if goes_on {
            self.cut_depth();
        }
    }

    fn is_deep(&self, at: u32) -> bool {
        let depth = u64::from(self.nodes[at as usize].depth);
        self.options.max_depth.is_some_and(|limit| depth >= limit)
    }

    /// Takes in what comes of the configuration `at`.
    fn take_in(&mut self, at: u32, expansion: Expansion) {
        self.asserts(expansion.asserts);
        if let Some(end) = expansion.end {
            self.finish(at, end);
        }
        for Step { choice, actor, fingerprint, next } in expansion.steps {
            self.transitions += 1;
            let to = self.visit(fingerprint, next, Some((at, choice)));
            if choice.rule.fault.is_none() {
                self.edges.push(Edge { from: at, to, actor });
            }
        }
    }

    fn asserts(&mut self, asserts: Vec<(Span, Place)>) {
        for (span, place) in asserts {
            self.violated(format!("assert:{}", (self.line)(span)), Kind::Assert, Some(span), None, place);
        }
    }

    /// Takes a configuration in, if it is new; its number.
    fn visit(&mut self, fingerprint: Fingerprint, next: Option<(System, Look)>, by: Option<(u32, Choice)>) -> u32 {
        let new = self.nodes.len() as u32;
        let at = *self.visited.entry(fingerprint).or_insert(new);
        let Some((sys, look)) = next.filter(|_| at == new) else { return at };
        let depth = by.map_or(0, |(parent, _)| self.nodes[parent as usize].depth + 1);
        let parent = by.map_or(u32::MAX, |(parent, _)| parent);
        self.nodes.push(Node { parent, choice: by.map(|(_, choice)| choice), depth });
        self.broken(Kind::Invariant, look.broken, at);
        for ((_, all), fails) in self.fails.iter_mut().zip(look.fails) {
            all.push(fails);
        }
        self.frontier.push_back((at, sys));
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
        let of_node = size_of::<Node>() + size_of::<(Fingerprint, u32)>() * 2;
        let of_frontier = self.frontier.front().map_or(0, |(_, sys)| weight(sys));
        let bytes =
            self.nodes.len() * of_node + self.edges.len() * size_of::<Edge>() + self.frontier.len() * of_frontier;
        Progress {
            states: self.nodes.len() as u64,
            transitions: self.transitions,
            depth: self.nodes.get(at as usize).map_or(0, |node| u64::from(node.depth)),
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
        let progress = Progress { frontier: self.frontier.len() as u64, ..self.progress(self.nodes.len() as u32 - 1) };
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
        let Search { expander, helpers, cut, options, .. } = self;
        let Expander { names, mut coverage, .. } = expander;
        helpers.into_iter().for_each(|helper| coverage.add(helper.coverage));
        Report { outcomes, violations, progress, cut, coverage, reductions: options.reductions, names }
    }

    fn look_at_graph(&mut self) {
        let graph = Graph::new(self.nodes.len(), std::mem::take(&mut self.edges));
        if let Some(at) = graph.livelock(&self.finals) {
            self.violated(Kind::Livelock.name().to_owned(), Kind::Livelock, None, None, Place::State(at));
        }
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

    /// The steps that are not silent on the first way to a configuration.
    fn choices(&self, mut at: u32) -> Vec<Choice> {
        let mut choices = Vec::new();
        while let Node { parent, choice: Some(choice), .. } = self.nodes[at as usize] {
            choices.push(choice);
            at = parent;
        }
        choices.reverse();
        choices
    }

    fn way(&self, place: Place) -> Way {
        let (choices, extra) = match place {
            Place::State(at) => (self.choices(at), None),
            Place::Step { from, choice, silent } => {
                let mut choices = self.choices(from);
                choices.extend(choice);
                (choices, Some(silent))
            }
        };
        let start = way::start(&self.program, &self.settings, &self.expander.names);
        way::concrete(start, self.expander.silent, &choices, extra)
    }

    /// The run along a stem and once round a loop, and where the loop begins. The edges lead through configurations that
    /// were reached another way first, so each step is found again by what it leads to.
    fn lasso(&mut self, stem: &[Edge], round: &[Edge]) -> (Way, Option<usize>) {
        let mut sys = way::start(&self.program, &self.settings, &self.expander.names);
        let mut way = Vec::new();
        if let Some(facts) = self.expander.silent {
            silent::settle_down(&mut sys, facts, |_, choice| way.push(choice));
        }
        let mut repeats_from = None;
        for (i, edge) in stem.iter().chain(round).enumerate() {
            if i == stem.len() {
                repeats_from = Some(way.len());
            }
            for choice in step::enabled(&mut sys) {
                let mut next = sys.clone();
                let mut steps = vec![choice];
                if step::fire(&mut next, choice).is_err() {
                    continue;
                }
                if let Some(facts) = self.expander.silent {
                    silent::settle_down(&mut next, facts, |_, choice| steps.push(choice));
                }
                if self.visited.get(&self.expander.canon.fingerprint(&next)) == Some(&edge.to) {
                    sys = next;
                    way.append(&mut steps);
                    break;
                }
            }
        }
        (way, if round.is_empty() { None } else { repeats_from })
    }
}

/// About how many bytes a configuration takes.
fn weight(sys: &System) -> usize {
    let frames: usize =
        sys.stacks.iter().map(|(_, stack)| 120 + stack.frames.len() * 48 + stack.slots.len() * 16).sum();
    let parked: usize =
        sys.parked.iter().map(|(_, p)| 160 + p.stack.frames.len() * 48 + p.stack.slots.len() * 16).sum();
    let names = sys.names.len().max(sys.tasks.iter().count() + sys.promises.iter().count());
    size_of::<System>() + frames + parked + names * 160 + sys.messages.len() * 96 + sys.printed.len() * 24
}
