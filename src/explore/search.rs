//! Breadth-first search over everything that can happen: the first way to a configuration is a shortest one.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::canon::{Canon, Fingerprint};
use super::graph::{Edge, Graph};
use super::liveness::Liveness;
use super::property::{self, Verdict};
use super::report::{Coverage, Cut, Kind, Options, OutcomeFound, Progress, Report, Violation, Way};
use super::silent::{self, Facts};
use super::way::{self, Place};
use crate::base::Span;
use crate::calculus::term::{Property, PropertyKind};
use crate::calculus::{Names, NodeId, Program};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::outcome::{Ending, Outcome, outcome};
use crate::semantics::rules::sequential;
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::System;
use crate::trace::wire;

/// Searches everything that `program` can do under `settings`. `line` gives the line of a place in the source, for the
/// names of assertions; `watch` is shown now and then how far the search has come, and stops it by saying no.
pub fn explore(
    program: &Arc<Program>,
    settings: &Arc<Settings>,
    options: &Options,
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

/// How often `watch` is asked, in configurations.
const WATCH: u64 = 256;

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
    options: &'a Options,
    line: &'a dyn Fn(Span) -> usize,
    canon: Canon,
    /// What makes steps silent; `None`: no step is taken for silent.
    silent: Option<Facts>,
    /// The one table of names: a configuration in the frontier has none of its own.
    names: Names,
    visited: HashMap<Fingerprint, u32, BuildHasherDefault<Uniform>>,
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
    coverage: Coverage,
}

impl<'a> Search<'a> {
    fn new(
        program: &Arc<Program>,
        settings: &Arc<Settings>,
        options: &'a Options,
        line: &'a dyn Fn(Span) -> usize,
    ) -> Search<'a> {
        let eventually = program.properties.iter().filter(|p| p.kind == PropertyKind::Eventually);
        // Where fairness counts, only steps that touch their own stack are taken at once: see docs/exploration.md.
        let confluence = options.reductions.partial_order && eventually.clone().next().is_none();
        Search {
            silent: options.reductions.fuse.then(|| Facts::of(program, settings, confluence)),
            canon: Canon::new(Liveness::of(program)),
            program: program.clone(),
            settings: settings.clone(),
            options,
            line,
            names: Names::default(),
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
            coverage: Coverage {
                statements: vec![false; program.code.len()],
                evaluated: vec![0; program.properties.len()],
                ..Coverage::default()
            },
        }
    }

    fn start(&mut self) {
        let mut sys = System::start(self.program.clone(), self.settings.clone());
        self.settle_down(&mut sys, 0, None);
        self.visit(sys, None);
    }

    fn run(&mut self, watch: &mut dyn FnMut(Progress) -> bool) {
        let mut looked_at = 0;
        while let Some((at, sys)) = self.frontier.pop_front() {
            let asked = looked_at % WATCH == 0;
            let progress = if asked { self.progress(at) } else { Progress::default() };
            let states = self.nodes.len() as u64;
            let over = [
                (Cut::States, self.options.max_states.is_some_and(|limit| states > limit)),
                (Cut::Memory, asked && self.options.max_memory.is_some_and(|limit| progress.bytes > limit)),
                (Cut::Stopped, asked && !watch(progress)),
            ];
            if let Some((cut, _)) = over.into_iter().find(|(_, over)| *over) {
                self.cut.push((cut, self.frontier.len() as u64 + 1));
                return;
            }
            looked_at += 1;
            let depth = u64::from(self.nodes[at as usize].depth);
            if self.options.max_depth.is_some_and(|limit| depth >= limit) {
                self.cut_depth();
                continue;
            }
            self.expand(at, sys);
        }
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

    fn expand(&mut self, at: u32, mut sys: System) {
        std::mem::swap(&mut sys.names, &mut self.names);
        let enabled = step::enabled(&mut sys);
        if enabled.iter().all(|choice| choice.rule.fault.is_some()) {
            self.finish(at, &mut sys);
        }
        let names = std::mem::take(&mut sys.names);
        self.names = names;
        let mut sys = Some(sys);
        let last = enabled.len().saturating_sub(1);
        for (i, choice) in enabled.into_iter().enumerate() {
            // The last step may have the configuration itself: nobody looks at it again.
            let next = if i == last { sys.take() } else { sys.clone() };
            if let Some(next) = next {
                self.step(at, next, choice);
            }
        }
    }

    /// Takes one step from the configuration `at`, which is `sys` without its names.
    fn step(&mut self, at: u32, mut sys: System, choice: Choice) {
        std::mem::swap(&mut sys.names, &mut self.names);
        self.see(&sys, choice);
        let actor = self.canon.actor(&mut sys, choice);
        if choice.rule == &sequential::ASSERT_ERROR {
            self.assert_failed(&sys, choice, Place::Step { from: at, choice: Some(choice), silent: 0 });
        }
        if let Err(premise) = step::fire(&mut sys, choice) {
            panic!("{choice:?} is enabled, and {} refuses it", premise.text);
        }
        if cfg!(debug_assertions) {
            crate::semantics::invariant::check(&sys);
        }
        self.settle_down(&mut sys, at, Some(choice));
        self.transitions += 1;
        let to = self.visit(sys, Some((at, choice)));
        if choice.rule.fault.is_none() {
            self.edges.push(Edge { from: at, to, actor });
        }
    }

    fn settle_down(&mut self, sys: &mut System, from: u32, choice: Option<Choice>) {
        let Some(facts) = self.silent else { return };
        let mut silent = 0;
        silent::settle_down(sys, facts, |sys, step| {
            self.see(sys, step);
            silent += 1;
            if step.rule == &sequential::ASSERT_ERROR {
                self.assert_failed(sys, step, Place::Step { from, choice, silent });
            }
        });
    }

    /// A step that is about to be taken is counted.
    fn see(&mut self, sys: &System, choice: Choice) {
        self.coverage.fired(choice.rule);
        if let Some(id) = choice.focus.stack()
            && let Some(stack) = sys.stacks.get(id.0 as usize)
        {
            self.coverage.statements[stack.top().pc.0 as usize] = true;
        }
    }

    fn assert_failed(&mut self, sys: &System, choice: Choice, place: Place) {
        let Focus::Stack(id) = choice.focus else { return };
        let Some(stack) = sys.stacks.get(id.0 as usize) else { return };
        let span = self.program.span(stack.top().pc);
        let name = format!("assert:{}", (self.line)(span));
        self.violated(name, Kind::Assert, Some(span), None, place);
    }

    /// Takes a configuration in, if it is new; its number.
    fn visit(&mut self, mut sys: System, by: Option<(u32, Choice)>) -> u32 {
        let fingerprint = self.canon.fingerprint(&sys);
        let next = self.nodes.len() as u32;
        let at = *self.visited.entry(fingerprint).or_insert(next);
        if at == next {
            let depth = by.map_or(0, |(parent, _)| self.nodes[parent as usize].depth + 1);
            let parent = by.map_or(u32::MAX, |(parent, _)| parent);
            self.nodes.push(Node { parent, choice: by.map(|(_, choice)| choice), depth });
            self.look(at, &mut sys);
        }
        self.names = std::mem::take(&mut sys.names);
        if at == next {
            self.frontier.push_back((at, sys));
        }
        at
    }

    /// Evaluates what must hold in every configuration; inside atomic nobody looks.
    fn look(&mut self, at: u32, sys: &mut System) {
        let program = self.program.clone();
        let atomic = (0..sys.nodes.len()).any(|n| sys.is_atomic(NodeId(n as u32)));
        for (i, property) in program.properties.iter().enumerate().filter(|_| !atomic) {
            if property.kind == PropertyKind::Invariant {
                self.evaluate(i, property, sys, Place::State(at));
            }
        }
        let mut fails = std::mem::take(&mut self.fails);
        for (property, fails) in &mut fails {
            let statements = &mut self.coverage.statements;
            let holds = !atomic && property::evaluate(sys, property, statements) == Verdict::Holds;
            fails.push(!holds);
        }
        self.fails = fails;
        if !atomic {
            let eventually = program.properties.iter().enumerate().filter(|(_, p)| p.kind == PropertyKind::Eventually);
            eventually.for_each(|(i, _)| self.coverage.evaluated[i] += 1);
        }
    }

    fn evaluate(&mut self, i: usize, property: &Property, sys: &mut System, place: Place) {
        self.coverage.evaluated[i] += 1;
        let kind = match property.kind {
            PropertyKind::Invariant => Kind::Invariant,
            PropertyKind::Finally => Kind::Finally,
            PropertyKind::Eventually => Kind::Eventually,
        };
        match property::evaluate(sys, property, &mut self.coverage.statements) {
            Verdict::Holds => {}
            Verdict::Fails => self.violated(property.name.clone(), kind, Some(property.span), None, place),
            Verdict::Undefined(error) => {
                self.violated(property.name.clone(), kind, Some(property.span), Some(error.to_string()), place);
            }
        }
    }

    fn violated(&mut self, name: String, kind: Kind, span: Option<Span>, error: Option<String>, place: Place) {
        self.wrong.entry(name).or_insert(Wrong { kind, span, error, place, repeats: None });
    }

    /// A final configuration: its outcome, and what must hold in the end.
    fn finish(&mut self, at: u32, sys: &mut System) {
        self.finals.push(at);
        let outcome = outcome(sys);
        let json = wire::outcome(sys, &outcome).to_string();
        let wrong = match outcome.result {
            Ending::Returned(_) => None,
            Ending::Failed(_) => Some(Kind::Failed),
            Ending::Deadlock => Some(Kind::Deadlock),
            Ending::Diverged(_) => Some(Kind::Diverged),
        };
        if let Some(kind) = wrong {
            self.violated(kind.name().to_owned(), kind, None, None, Place::State(at));
        }
        let program = self.program.clone();
        if wrong != Some(Kind::Diverged) {
            for (i, property) in program.properties.iter().enumerate() {
                if property.kind == PropertyKind::Finally {
                    self.evaluate(i, property, sys, Place::State(at));
                }
            }
        }
        self.outcomes.entry(json).or_insert((outcome, at, 0)).2 += 1;
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
        let Search { names, cut, coverage, options, .. } = self;
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
        let start = way::start(&self.program, &self.settings, &self.names);
        way::concrete(start, self.silent, &choices, extra)
    }

    /// The run along a stem and once round a loop, and where the loop begins. The edges lead through configurations that
    /// were reached another way first, so each step is found again by what it leads to.
    fn lasso(&mut self, stem: &[Edge], round: &[Edge]) -> (Way, Option<usize>) {
        let mut sys = way::start(&self.program, &self.settings, &self.names);
        let mut way = Vec::new();
        if let Some(facts) = self.silent {
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
                if let Some(facts) = self.silent {
                    silent::settle_down(&mut next, facts, |_, choice| steps.push(choice));
                }
                if self.visited.get(&self.canon.fingerprint(&next)) == Some(&edge.to) {
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
