//! Every step of every configuration, taken whole and by its rule, with every invariant checked behind it.
//!
//! The search repeats steps that it has seen and leaves out those that nothing depends on. Here nothing is repeated or left
//! out, and nothing is put together from parts: Σ itself goes from step to step. Only which configurations are one is
//! told as the search tells it.

use std::collections::VecDeque;

use super::hashed::Numbers;
use super::memo::Memo;
use super::report::{Cut, Options, Way};
use super::symmetry;
use crate::calculus::Names;
use crate::semantics::focus::Choice;
use crate::semantics::invariant::{self, Broken, Step};
use crate::semantics::stack::Stack;
use crate::semantics::step;
use crate::semantics::system::{Message, Node, Parked, Promise, System, Task};

/// What was found.
#[derive(Debug, Default)]
pub struct Paranoia {
    /// Configurations visited.
    pub states: u64,
    /// Steps taken and checked.
    pub steps: u64,
    /// The first invariant that is broken, and the way there.
    pub broken: Option<(Broken, Way)>,
    /// What cut the visit, and how many configurations were not looked behind for it.
    pub cut: Vec<(Cut, u64)>,
    /// The names that were given.
    pub names: Names,
}

/// The visit of everything that can be reached.
struct Visit {
    memo: Memo,
    seen: Numbers,
    /// From which configuration each was reached first, and by which step.
    parents: Vec<Option<(usize, Choice)>>,
    /// Those whose steps are still to be taken; the table of names is with the memo.
    waiting: VecDeque<Waiting>,
    /// The bytes of those that wait.
    bytes: usize,
    found: Paranoia,
}

/// A configuration whose steps are still to be taken.
struct Waiting {
    at: usize,
    /// Steps from the start.
    depth: u64,
    sys: System,
}

/// Takes every step from `start` on, as far as the limits of `options` let it and as long as `go_on` says so.
pub fn visit(start: System, options: &Options<'_>, go_on: &mut dyn FnMut() -> bool) -> Paranoia {
    let memo = Memo::new(&start.program, &start.settings, None, false, symmetry::none(&start.program));
    let (seen, parents, waiting) = (Numbers::default(), Vec::new(), VecDeque::new());
    let mut visit = Visit { memo, seen, parents, waiting, bytes: 0, found: Paranoia::default() };
    if let Some(broken) = invariant::broken(&start) {
        visit.found.broken = Some((broken, Way::new()));
        return visit.found;
    }
    visit.take_in(start, 0, None);
    visit.run(options, go_on);
    Paranoia { names: visit.memo.names, ..visit.found }
}

impl Visit {
    fn run(&mut self, options: &Options<'_>, go_on: &mut dyn FnMut() -> bool) {
        let is_more = |limit: Option<u64>, number: u64| limit.is_some_and(|limit| number > limit);
        let mut deep = 0;
        while !self.waiting.is_empty() {
            let over = [
                (Cut::States, is_more(options.max_states, self.found.states)),
                (Cut::Memory, is_more(options.max_memory, self.bytes_in_use())),
                (Cut::Stopped, !go_on()),
            ];
            if let Some((cut, _)) = over.into_iter().find(|(_, over)| *over) {
                self.found.cut.push((cut, self.waiting.len() as u64));
                break;
            }
            let Some(mut waiting) = self.waiting.pop_front() else { break };
            self.bytes -= weight(&waiting.sys);
            let choices = self.choices(&mut waiting.sys);
            if !choices.is_empty() && options.max_depth.is_some_and(|most| waiting.depth >= most) {
                deep += 1;
            } else if !self.expand(&mut waiting, choices) {
                break;
            }
        }
        if deep > 0 {
            self.found.cut.push((Cut::Depth, deep));
        }
    }

    fn choices(&mut self, sys: &mut System) -> Vec<Choice> {
        sys.names = std::mem::take(&mut self.memo.names);
        let choices = step::enabled(sys);
        self.memo.names = std::mem::take(&mut sys.names);
        choices
    }

    /// Takes every step of a configuration; says whether the invariants hold behind each.
    fn expand(&mut self, Waiting { at, depth, sys }: &mut Waiting, choices: Vec<Choice>) -> bool {
        for choice in choices {
            sys.names = std::mem::take(&mut self.memo.names);
            let mut next = sys.clone();
            if let Err(premise) = step::fire(&mut next, choice) {
                panic!("{choice:?} is enabled, and {} refuses it", premise.text);
            }
            self.found.steps += 1;
            let taken = Step::of(sys, choice, &next);
            let broken = invariant::broken_by(&taken).or_else(|| invariant::broken(&next));
            sys.names = Names::default();
            self.take_in(next, *depth + 1, Some((*at, choice)));
            if let Some(broken) = broken {
                self.found.broken = Some((broken, self.way(*at, choice)));
                return false;
            }
        }
        true
    }

    /// Keeps a configuration that is new. Takes the names.
    fn take_in(&mut self, mut sys: System, depth: u64, by: Option<(usize, Choice)>) {
        let mut config = self.memo.take_apart(&mut sys);
        self.memo.forget(&mut config);
        sys.names = Names::default();
        if self.seen.insert(self.memo.fingerprint(&config)).1 {
            self.found.states += 1;
            self.bytes += weight(&sys);
            self.waiting.push_back(Waiting { at: self.parents.len(), depth, sys });
            self.parents.push(by);
        }
    }

    fn bytes_in_use(&self) -> u64 {
        let parents = size_of_val(self.parents.as_slice());
        (self.memo.bytes() + self.seen.bytes() + parents + self.bytes) as u64
    }

    fn way(&self, mut at: usize, last: Choice) -> Way {
        let mut way = vec![last];
        while let Some((before, choice)) = self.parents[at] {
            way.push(choice);
            at = before;
        }
        way.reverse();
        way
    }
}

/// About how many bytes a configuration takes that waits.
fn weight(sys: &System) -> usize {
    let node = |node: &Node| size_of::<Node>() + size_of_val(node.cells.as_slice());
    let inside = |stack: &Stack| size_of_val(stack.frames.as_slice()) + size_of_val(stack.slots.as_slice());
    let stacks = sys.stacks.iter().map(|(_, stack)| size_of::<Stack>() + inside(stack));
    let parked = sys.parked.iter().map(|(_, parked)| size_of::<Parked>() + inside(&parked.stack));
    size_of::<Waiting>()
        + sys.nodes.iter().map(node).sum::<usize>()
        + stacks.chain(parked).sum::<usize>()
        + sys.tasks.iter().count() * size_of::<Task>()
        + sys.promises.iter().count() * size_of::<Promise>()
        + sys.messages.len() * size_of::<Message>()
        + size_of_val(sys.printed.as_slice())
}
