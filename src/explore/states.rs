//! The first configurations that a program can reach, breadth first, as a graph to look at: small, and with what the steps
//! between them are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::ask::Known;
use super::canon::Fingerprint;
use super::expand::{Expander, Room};
use super::look::Looks;
use super::memo::{Config, Memo};
use super::report::{Asymmetry, Reductions};
use super::silent::Facts;
use super::symmetry::{self, Places};
use crate::calculus::Program;
use crate::semantics::focus::Choice;
use crate::semantics::settings::Settings;
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
    /// Where symmetry was asked for: the groups whose nodes do not change places.
    pub asymmetries: Vec<Asymmetry>,
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
    let (permutations, mut asymmetries) = symmetry::asked(program, settings, reductions.symmetry);
    let (mut states, asymmetric) = walk(program, settings, reductions, permutations, most);
    if let Some(property) = asymmetric {
        states = walk(program, settings, reductions, symmetry::none(program), most).0;
        asymmetries.push(symmetry::told_apart(program, property));
    }
    States { asymmetries, ..states }
}

/// One walk; and the property that tells nodes apart which changed places, if there is one: then it was for nothing.
fn walk(
    program: &Arc<Program>,
    settings: &Arc<Settings>,
    reductions: Reductions,
    permutations: Vec<Places>,
    most: usize,
) -> (States, Option<usize>) {
    let silent = reductions.fuse.then(|| Facts::of(program, settings, reductions.partial_order));
    let memo = Memo::new(program, settings, silent, false, permutations);
    let mut walk = Walk::new(Known { memo, looks: Looks::of(program) }, most);
    let (start, mut room) = (walk.known.memo.start(), Room::default());
    if let Ok(reached) = Expander::new(&mut walk.known, &mut room, false).settle(start) {
        let config: Box<Config> = reached.config.into();
        walk.reach(walk.known.memo.fingerprint(&config), config);
    }
    while let Some((at, config)) = walk.frontier.pop_front() {
        walk.take(at, &config);
    }
    (walk.states, walk.known.memo.asymmetric)
}

struct Walk {
    known: Known,
    numbers: BTreeMap<Fingerprint, usize>,
    frontier: VecDeque<(usize, Box<Config>)>,
    states: States,
    most: usize,
}

impl Walk {
    fn new(known: Known, most: usize) -> Walk {
        Walk { known, numbers: BTreeMap::new(), frontier: VecDeque::new(), states: States::default(), most }
    }

    fn name(&self, property: usize) -> String {
        self.known.memo.program.properties[property].name.clone()
    }

    /// The place of a configuration, if it is known or there is room for it.
    fn reach(&mut self, fingerprint: Fingerprint, config: Box<Config>) -> Option<usize> {
        if let Some(at) = self.numbers.get(&fingerprint) {
            return Some(*at);
        }
        let at = self.states.reached.len();
        if at >= self.most {
            self.states.more = true;
            return None;
        }
        let look = self.known.looks.find_or_look(&mut self.known.memo, &config);
        let broken = &self.known.looks.get(look).broken;
        let broken = broken.iter().map(|(property, _)| self.name(*property)).collect();
        self.numbers.insert(fingerprint, at);
        self.states.reached.push(Reached { outcome: None, broken, taken: false });
        self.frontier.push_back((at, config));
        Some(at)
    }

    fn take(&mut self, at: usize, config: &Config) {
        let mut steps: Vec<(Fingerprint, Box<Config>, Option<Choice>)> = Vec::new();
        let is_final = Expander::new(&mut self.known, &mut Room::default(), true).steps(config, |_, reached| {
            steps.push((reached.arrival.fingerprint, reached.config.into(), reached.trail.first().copied()));
            Ok(())
        });
        self.states.reached[at].taken = true;
        if is_final.is_ok_and(|is_final| is_final) {
            let end = self.known.end(config);
            let broken: Vec<String> = end.broken.iter().map(|(property, _)| self.name(*property)).collect();
            let reached = &mut self.states.reached[at];
            reached.outcome = serde_json::from_str(&end.json).ok();
            reached.broken.extend(broken);
        }
        let choices: Vec<Choice> = steps.iter().filter_map(|(.., choice)| *choice).collect();
        let labels = self.labels(config, &choices);
        for (((fingerprint, next, _), choice), (node, who)) in steps.into_iter().zip(choices).zip(labels) {
            let rule = choice.rule;
            match self.reach(fingerprint, next) {
                Some(to) => {
                    let fault = rule.fault.is_some();
                    self.states.edges.push(Taken { from: at, to, rule: rule.name, node, who, fault });
                }
                None => self.states.reached[at].taken = false,
            }
        }
    }

    /// The node and the frame, or else the execution, of each of some steps from a configuration.
    fn labels(&mut self, config: &Config, choices: &[Choice]) -> Vec<(Option<String>, Option<String>)> {
        let mut sys = self.known.memo.assemble_all(config);
        let words = Words::whole(&sys);
        let label = |choice: &Choice| {
            let scene = Scene::of(&sys, *choice);
            let exec = scene.exec.map(|exec| words.exec(exec));
            (scene.node.map(|n| words.node(n)), scene.frame.or(exec))
        };
        let labels = choices.iter().map(label).collect();
        self.known.memo.take_names(&mut sys);
        labels
    }
}
