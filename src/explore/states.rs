//! The first configurations that a program can reach, breadth first, as a graph to look at: small, and with what the steps
//! between them are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::canon::{Canon, Fingerprint};
use super::expand::{Expander, Expansion, Look};
use super::liveness::Liveness;
use super::report::{Coverage, Reductions};
use super::silent::Facts;
use crate::calculus::{Names, Program};
use crate::semantics::settings::Settings;
use crate::semantics::step;
use crate::semantics::system::System;
use crate::trace::Words;
use crate::trace::record::Scene;

/// A part of the graph of configurations: those that are nearest to the start, which is the first.
#[derive(Clone, Debug, Default)]
pub struct States {
    /// The configurations, in the order in which they were reached.
    pub reached: Vec<Reached>,
    /// The steps between them.
    pub edges: Vec<Taken>,
    /// Whether there are more.
    pub more: bool,
}

/// A configuration.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// Its outcome as JSON, if it is final.
    pub outcome: Option<Value>,
    /// The names of the invariants and of the `finally` that do not hold in it.
    pub broken: Vec<String>,
    /// Whether its steps were taken.
    pub taken: bool,
}

/// A step, with the silent steps behind it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The configuration that it starts from.
    pub from: usize,
    /// The one that it leads to.
    pub to: usize,
    /// The name of its rule.
    pub rule: &'static str,
    /// The node that it is a step of.
    pub node: Option<String>,
    /// The frame that takes it, or else the execution that it is about.
    pub who: Option<String>,
    /// Whether it is a fault.
    pub fault: bool,
}

/// The first `most` configurations of the program, at most.
pub fn states(program: &Arc<Program>, settings: &Arc<Settings>, reductions: Reductions, most: usize) -> States {
    let mut walk = Walk::new(program, settings, reductions, most);
    let mut sys = System::start(program.clone(), settings.clone());
    walk.expander.settle_down(&mut sys, 0, None, &mut Vec::new());
    let fingerprint = walk.expander.canon.fingerprint(&sys);
    let look = walk.expander.look(&mut sys);
    walk.expander.take_names(&mut sys);
    walk.reach(fingerprint, Some((sys, look)));
    while let Some((at, sys)) = walk.frontier.pop_front() {
        walk.take(at, sys);
    }
    walk.states
}

struct Walk {
    expander: Expander,
    known: BTreeMap<Fingerprint, usize>,
    frontier: VecDeque<(usize, System)>,
    states: States,
    most: usize,
}

impl Walk {
    fn new(program: &Arc<Program>, settings: &Arc<Settings>, reductions: Reductions, most: usize) -> Walk {
        let expander = Expander {
            program: program.clone(),
            silent: reductions.fuse.then(|| Facts::of(program, settings, reductions.partial_order)),
            canon: Canon::new(Liveness::of(program)),
            names: Names::default(),
            coverage: Coverage::none(program),
        };
        let (known, frontier) = (BTreeMap::new(), VecDeque::new());
        Walk { expander, known, frontier, states: States::default(), most }
    }

    fn name(&self, property: usize) -> String {
        self.expander.program.properties[property].name.clone()
    }

    /// The place of a configuration, if it is known or there is room for it.
    fn reach(&mut self, fingerprint: Fingerprint, next: Option<(System, Look)>) -> Option<usize> {
        if let Some(at) = self.known.get(&fingerprint) {
            return Some(*at);
        }
        let (sys, look) = next?;
        let at = self.states.reached.len();
        if at >= self.most {
            self.states.more = true;
            return None;
        }
        let broken = look.broken.iter().map(|(property, _)| self.name(*property)).collect();
        self.known.insert(fingerprint, at);
        self.states.reached.push(Reached { outcome: None, broken, taken: false });
        self.frontier.push_back((at, sys));
        Some(at)
    }

    fn take(&mut self, at: usize, mut sys: System) {
        let labels = self.labels(&mut sys);
        let known = &self.known;
        let Expansion { steps, end, .. } =
            self.expander.expand(at as u32, sys, |fingerprint| known.contains_key(&fingerprint));
        self.states.reached[at].taken = true;
        if let Some(end) = end {
            let broken: Vec<String> = end.broken.iter().map(|(property, _)| self.name(*property)).collect();
            let reached = &mut self.states.reached[at];
            reached.outcome = serde_json::from_str(&end.json).ok();
            reached.broken.extend(broken);
        }
        for (found, (node, who)) in steps.into_iter().zip(labels) {
            let rule = found.choice.rule;
            match self.reach(found.fingerprint, found.next) {
                Some(to) => {
                    let fault = rule.fault.is_some();
                    self.states.edges.push(Taken { from: at, to, rule: rule.name, node, who, fault });
                }
                None => self.states.reached[at].taken = false,
            }
        }
    }

    /// The node and the frame, or else the execution, of each step from a configuration without its names.
    fn labels(&mut self, sys: &mut System) -> Vec<(Option<String>, Option<String>)> {
        std::mem::swap(&mut sys.names, &mut self.expander.names);
        let enabled = step::enabled(sys);
        let words = Words::whole(sys);
        let label = |choice| {
            let scene = Scene::of(sys, choice);
            let exec = scene.exec.map(|exec| words.exec(exec));
            (scene.node.map(|n| words.node(n)), scene.frame.or(exec))
        };
        let labels = enabled.into_iter().map(label).collect();
        self.expander.take_names(sys);
        labels
    }
}
