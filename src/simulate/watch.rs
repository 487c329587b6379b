//! What is looked at in runs, and what they come to see. One watch serves one run after another: what was seen is seen.

use super::recall::Recall;
use crate::calculus::term::{CellId, PropertyKind};
use crate::calculus::{NodeId, Program, Stmt, Target};
use crate::explore::property::{self, Reads, Verdict};
use crate::explore::report::Coverage;
use crate::semantics::focus::Choice;
use crate::semantics::rule::{Family, Rule};
use crate::semantics::rules::{cancel, messages, promises, sequential, tasks};
use crate::semantics::system::System;

/// What is looked at in the runs of a program, and what they have come to see.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What the runs have come to see.
    pub coverage: Coverage,
    /// For each statement the rule that fired there last: mostly the same fires again.
    fired: Vec<Option<&'static Rule>>,
    /// The rules that fired elsewhere than in a stack.
    elsewhere: Vec<&'static Rule>,
    /// The invariants, by their place among the properties, and what they read.
    invariants: Vec<(usize, Reads)>,
    /// For each of them what it has said lately.
    recalls: Vec<Recall>,
}

/// The rules by which an error may leave an `atomic`: what it has changed is seen then. Those of failure are looked at anyway.
static LEAVING: [&Rule; 6] = [
    &sequential::CATCH,
    &sequential::UNWIND,
    &tasks::ASYNC_THROW,
    &messages::MESSAGE_THROW,
    &promises::DIST_THROW,
    &promises::LATE,
];

impl Watch {
    /// Nothing of `program` has been seen.
    pub fn new(program: &Program) -> Watch {
        let properties = program.properties.iter().enumerate();
        let invariants = properties.filter(|(_, property)| property.kind == PropertyKind::Invariant);
        let invariants: Vec<(usize, Reads)> =
            invariants.map(|(i, property)| (i, Reads::of(program, property))).collect();
        Watch {
            coverage: Coverage::none(program),
            fired: vec![None; program.code.len()],
            elsewhere: Vec::new(),
            recalls: invariants.iter().map(|(_, reads)| Recall::of(reads)).collect(),
            invariants,
        }
    }

    /// Sees a step of a frame, by a rule at a place in the code.
    pub fn see(&mut self, at: Target, rule: &'static Rule) {
        let place = at.0 as usize;
        if self.fired[place].is_none_or(|before| !std::ptr::eq(before, rule)) {
            self.fired[place] = Some(rule);
            self.coverage.statements[place] = true;
            self.coverage.rules.insert(rule.name);
        }
    }

    /// Sees a step that is about to be taken.
    pub fn see_choice(&mut self, sys: &System, choice: Choice) {
        if let Some(id) = choice.focus.stack() {
            self.see(sys.stacks[id.0 as usize].top().pc, choice.rule);
        } else if !self.elsewhere.iter().any(|rule| std::ptr::eq(*rule, choice.rule)) {
            self.elsewhere.push(choice.rule);
            self.coverage.rules.insert(choice.rule.name);
        }
    }

    /// Whether there are invariants.
    pub fn has_invariants(&self) -> bool {
        !self.invariants.is_empty()
    }

    /// The invariants that may have become false, by their place among the properties: those that read the cell that was
    /// written, or all.
    pub fn invariants(&self, written: Option<(CellId, NodeId)>) -> impl Iterator<Item = usize> {
        let is_read = move |reads: &Reads| written.is_none_or(|(g, n)| reads.cell(g, n));
        self.invariants.iter().filter(move |(_, reads)| is_read(reads)).map(|(i, _)| *i)
    }

    /// What a property says of Σ.
    pub fn verdict(&mut self, sys: &mut System, property: usize) -> Verdict {
        let recall = self.invariants.iter().position(|(i, _)| *i == property);
        if recall.is_some_and(|at| self.recalls[at].holds(sys)) {
            return Verdict::Holds;
        }
        let verdict = property::verdict(sys, property, &mut self.coverage);
        if let (Some(at), Verdict::Holds) = (recall, &verdict) {
            self.recalls[at].keep(sys);
        }
        verdict
    }

    /// Whether an invariant may have become false by a step of this rule, which wrote this cell if it did: they see cells and
    /// the result of main, and nobody looks inside `atomic`. `unseen` says that there was nobody who looked before.
    pub fn is_looked_at(&self, written: Option<(CellId, NodeId)>, rule: &Rule, unseen: bool) -> bool {
        if self.invariants.is_empty() {
            return false;
        }
        let sees_result = || self.invariants.iter().any(|(_, reads)| reads.result);
        match rule.family {
            Family::Failure => true,
            Family::Sequential if rule == &sequential::WRITE => self.invariants(written).next().is_some(),
            Family::Cancel if rule == &cancel::ATOMIC_END => unseen,
            Family::Cancel => sees_result(),
            Family::Promises if sees_result() => true,
            _ => unseen && LEAVING.contains(&rule),
        }
    }
}

/// The cell that a step of this rule wrote, at this place in the code of this node.
pub fn written(program: &Program, at: Option<(Target, NodeId)>, rule: &Rule) -> Option<(CellId, NodeId)> {
    let (at, n) = at.filter(|_| rule == &sequential::WRITE)?;
    let Stmt::Write { g, .. } = program.code[at.0 as usize] else { return None };
    Some((g, n))
}
