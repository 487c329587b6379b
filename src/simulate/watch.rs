//! What is looked at in runs, and what they come to see. One watch serves one run after another: what was seen is seen.

use crate::calculus::term::PropertyKind;
use crate::calculus::{NodeId, Program, Stmt, Target};
use crate::explore::property::Reads;
use crate::explore::report::Coverage;
use crate::semantics::focus::Choice;
use crate::semantics::rule::{Family, Rule};
use crate::semantics::rules::{messages, promises, sequential, tasks};
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
    /// What invariants read; `None` where there is no invariant.
    reads: Option<Reads>,
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
        let has_any = program.properties.iter().any(|property| property.kind == PropertyKind::Invariant);
        Watch {
            coverage: Coverage::none(program),
            fired: vec![None; program.code.len()],
            elsewhere: Vec::new(),
            reads: has_any.then(|| Reads::of(program, PropertyKind::Invariant)),
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
        self.reads.is_some()
    }

    /// Whether an invariant may have become false by a step of this rule, if a frame took it at this place in the code of this
    /// node: they see cells and the result of main, and nobody looks inside `atomic`.
    pub fn is_looked_at(&self, program: &Program, at: Option<(Target, NodeId)>, rule: &Rule) -> bool {
        let Some(reads) = &self.reads else { return false };
        match rule.family {
            Family::Failure | Family::Cancel => true,
            Family::Promises => reads.result || LEAVING.contains(&rule),
            Family::Sequential if rule == &sequential::WRITE => {
                match at.map(|(at, n)| (program.code[at.0 as usize], n)) {
                    Some((Stmt::Write { g, .. }, n)) => reads.cell(g, n),
                    _ => true,
                }
            }
            _ => LEAVING.contains(&rule),
        }
    }
}
