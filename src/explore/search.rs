//! Breadth-first search over everything that can happen.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::canon::{Canon, Fingerprint};
use super::liveness::Liveness;
use super::property::{self, Verdict};
use crate::calculus::term::PropertyKind;
use crate::calculus::{Names, Program};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::outcome::{Ending, Outcome, outcome};
use crate::semantics::rule::Fault;
use crate::semantics::rules::{sequential, tasks};
use crate::semantics::settings::{Order, Settings};
use crate::semantics::step;
use crate::semantics::system::{StackId, System};

/// What a search may use up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Configurations, at most.
    pub states: usize,
}

/// A way to something: the choices from the start.
pub type Way = Vec<Choice>;

/// Something that is wrong, and the first way to it.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Its name: a property's, `assert:LINE`, `deadlock`, `diverged`, `livelock`.
    pub name: String,
    /// The state it was found in.
    pub state: u32,
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// Every outcome, by its canonical key, with the first state that has it and how many do.
    pub outcomes: BTreeMap<String, (Outcome, u32, usize)>,
    /// What is wrong, by name.
    pub violations: BTreeMap<String, Violation>,
    /// How many configurations were visited.
    pub states: usize,
    /// How many steps lead from one to another.
    pub transitions: usize,
    /// Whether everything that can be reached was visited.
    pub complete: bool,
}

struct Node {
    parent: u32,
    choice: Option<Choice>,
}

/// Searches everything that `program` can do under `settings`. `key` tells outcomes apart.
pub fn search(
    program: Arc<Program>,
    settings: Arc<Settings>,
    limits: Limits,
    line: &dyn Fn(crate::base::Span) -> usize,
    key: &dyn Fn(&System, &Outcome) -> String,
) -> Found {
    let mut search = Search {
        canon: Canon::new(Liveness::of(&program)),
        program: program.clone(),
        names: Names::default(),
        visited: HashMap::new(),
        nodes: Vec::new(),
        edges: Vec::new(),
        finals: Vec::new(),
        frontier: VecDeque::new(),
        found: Found {
            outcomes: BTreeMap::new(),
            violations: BTreeMap::new(),
            states: 0,
            transitions: 0,
            complete: true,
        },
        line,
        key,
    };
    let mut start = System::start(program, settings);
    search.settle_down(&mut start);
    search.names = std::mem::take(&mut start.names);
    search.visit(start, u32::MAX, None, true);
    while let Some((at, sys)) = search.frontier.pop_front() {
        if search.nodes.len() > limits.states {
            search.found.complete = false;
            break;
        }
        search.expand(at, sys);
    }
    if search.found.complete {
        search.livelocks();
    }
    search.found.states = search.nodes.len();
    search.found
}

struct Search<'a> {
    program: Arc<Program>,
    canon: Canon,
    names: Names,
    visited: HashMap<Fingerprint, u32>,
    nodes: Vec<Node>,
    /// From, to, by steps that are no faults.
    edges: Vec<(u32, u32)>,
    finals: Vec<u32>,
    frontier: VecDeque<(u32, System)>,
    found: Found,
    line: &'a dyn Fn(crate::base::Span) -> usize,
    key: &'a dyn Fn(&System, &Outcome) -> String,
}

impl Search<'_> {
    fn expand(&mut self, at: u32, mut sys: System) {
        std::mem::swap(&mut sys.names, &mut self.names);
        let enabled = step::enabled(&mut sys);
        if enabled.iter().all(|choice| choice.rule.fault.is_some()) {
            self.finish(at, &mut sys);
        }
        for choice in enabled {
            let names = std::mem::take(&mut sys.names);
            let mut next = sys.clone();
            next.names = names;
            if let Err(premise) = step::fire(&mut next, choice) {
                panic!("{choice:?} is enabled, and {} refuses it", premise.text);
            }
            if cfg!(debug_assertions) {
                crate::semantics::invariant::check(&next);
            }
            self.asserts(&next, choice, at);
            self.settle_down(&mut next);
            sys.names = std::mem::take(&mut next.names);
            std::mem::swap(&mut sys.names, &mut self.names);
            self.found.transitions += 1;
            self.visit(next, at, Some(choice), choice.rule.fault.is_none());
            std::mem::swap(&mut sys.names, &mut self.names);
        }
        std::mem::swap(&mut sys.names, &mut self.names);
    }

    /// Steps that touch their own frame only commute with everything: they are taken at once.
    fn settle_down(&mut self, sys: &mut System) {
        let mut at = 0;
        let mut fuel = 10_000;
        while at < sys.ready.len() && fuel > 0 {
            let id = sys.ready[at];
            if may_run_on(sys, id)
                && let [choice] = step::enabled_at(sys, id)[..]
                && is_local(sys, choice)
            {
                fuel -= 1;
                self.asserts_local(sys, choice);
                if step::fire(sys, choice).is_err() {
                    break;
                }
            } else {
                at += 1;
            }
        }
    }

    fn asserts(&mut self, _sys: &System, choice: Choice, at: u32) {
        if choice.rule == &sequential::ASSERT_ERROR {
            let name = String::from("assert");
            self.found.violations.entry(name.clone()).or_insert(Violation { name, state: at });
        }
    }

    fn asserts_local(&mut self, sys: &System, choice: Choice) {
        if choice.rule == &sequential::ASSERT_ERROR
            && let Focus::Stack(id) = choice.focus
        {
            let span = self.program.span(sys.stacks[id.0 as usize].top().pc);
            let name = format!("assert:{}", (self.line)(span));
            let state = self.nodes.len() as u32;
            self.found.violations.entry(name.clone()).or_insert(Violation { name, state });
        }
    }

    fn visit(&mut self, mut sys: System, parent: u32, choice: Option<Choice>, fair: bool) {
        std::mem::swap(&mut sys.names, &mut self.names);
        let fingerprint = self.canon.fingerprint(&sys);
        let next = self.nodes.len() as u32;
        let to = *self.visited.entry(fingerprint).or_insert(next);
        if fair && parent != u32::MAX {
            self.edges.push((parent, to));
        }
        if to == next {
            self.nodes.push(Node { parent, choice });
            self.invariants(next, &mut sys);
            std::mem::swap(&mut sys.names, &mut self.names);
            self.frontier.push_back((next, sys));
        } else {
            std::mem::swap(&mut sys.names, &mut self.names);
        }
    }

    fn invariants(&mut self, at: u32, sys: &mut System) {
        let program = self.program.clone();
        let atomic = (0..sys.nodes.len()).any(|n| sys.is_atomic(crate::calculus::NodeId(n as u32)));
        for property in program.properties.iter().filter(|p| p.kind == PropertyKind::Invariant && !atomic) {
            if property::evaluate(sys, property) != Verdict::Holds {
                self.violated(&property.name, at);
            }
        }
    }

    fn violated(&mut self, name: &str, state: u32) {
        self.found.violations.entry(name.into()).or_insert(Violation { name: name.into(), state });
    }

    fn finish(&mut self, at: u32, sys: &mut System) {
        self.finals.push(at);
        let outcome = outcome(sys);
        let key = (self.key)(sys, &outcome);
        match outcome.result {
            Ending::Deadlock => self.violated("deadlock", at),
            Ending::Diverged(_) => self.violated("diverged", at),
            _ => {}
        }
        let program = self.program.clone();
        if !matches!(outcome.result, Ending::Diverged(_)) {
            for property in program.properties.iter().filter(|p| p.kind == PropertyKind::Finally) {
                if property::evaluate(sys, property) != Verdict::Holds {
                    self.violated(&property.name, at);
                }
            }
        }
        self.found.outcomes.entry(key).or_insert((outcome, at, 0)).2 += 1;
    }

    /// States from which no final state can be reached.
    fn livelocks(&mut self) {
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (from, to) in &self.edges {
            back[*to as usize].push(*from);
        }
        let mut good = vec![false; self.nodes.len()];
        let mut work = self.finals.clone();
        while let Some(at) = work.pop() {
            if !std::mem::replace(&mut good[at as usize], true) {
                work.extend(&back[at as usize]);
            }
        }
        if let Some(at) = good.iter().position(|good| !good) {
            self.violated("livelock", at as u32);
        }
        let _ = self.nodes.first().map(|node| (node.parent, node.choice));
    }
}

/// Whether a stack may take a step of its own now without taking a turn that another could have had.
fn may_run_on(sys: &System, id: StackId) -> bool {
    let node = sys.stacks[id.0 as usize].node;
    match sys.turn(node) {
        Some(turn) => turn == id,
        None => !sys.is_cooperative() && sys.settings.order == Order::Bag,
    }
}

/// Whether a step touches its own frame only.
fn is_local(sys: &System, choice: Choice) -> bool {
    let _ = Fault::Crash;
    let Focus::Stack(_) = choice.focus else { return false };
    let _ = sys;
    let local = [
        &sequential::MOVE,
        &sequential::OP,
        &sequential::OP_ERROR,
        &sequential::GOTO,
        &sequential::BRANCH,
        &sequential::CALL,
        &sequential::CALL_DEPTH,
        &sequential::RETURN,
        &sequential::ASSERT,
        &sequential::ASSERT_ERROR,
        &sequential::THROW,
        &sequential::CATCH,
        &sequential::UNWIND,
        &tasks::AWAIT_CONTINUE,
    ];
    local.contains(&choice.rule) && choice.rule != &tasks::AWAIT_CONTINUE
}
