//! What is looked at in runs, and what they come to see. One watch serves one run after another: what was seen is seen.

use std::sync::Arc;

use super::recall::Recall;
use crate::calculus::term::{CellId, PropertyKind};
use crate::calculus::{NodeId, Program, Stmt, Target};
use crate::explore::property::{self, Reads, Verdict};
use crate::explore::report::Coverage;
use crate::semantics::focus::Choice;
use crate::semantics::rule::{Family, Rule};
use crate::semantics::rules::{cancel, messages, promises, sequential, tasks};
use crate::semantics::settings::Settings;
use crate::semantics::step::Usual;
use crate::semantics::system::System;

/// What is looked at in the runs of a program, and what they have come to see.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What the runs have come to see.
    pub coverage: Coverage,
    /// The rules that usually fire.
    pub usual: Usual,
    /// For each statement the two rules that fired there last, the last one first: mostly one of them fires again.
    fired: Vec<[Option<Seen>; 2]>,
    /// The rules that fired elsewhere than in a stack.
    elsewhere: Vec<Seen>,
    /// The invariants, by their place among the properties, and what they read.
    invariants: Vec<(usize, Reads)>,
    /// For each property what it has said lately.
    recalls: Vec<Recall>,
    /// Σ of a run that is over: the next one starts in its room.
    room: Option<System>,
}

/// A rule that fired somewhere, and what its steps there are to who looks on.
type Seen = (&'static Rule, Glance);

/// What the steps by a rule, at a place in the code if they are of a frame, are to who looks on: the same each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Nobody else can tell when they happen.
    pub is_local: bool,
    /// When something may be wrong behind them.
    look: Look,
}

/// When something may be wrong behind a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Never,
    /// The step is a false `assert`.
    Failed,
    /// An invariant may have become false.
    Always,
    /// An invariant may, if one reads this cell of the node that wrote it.
    Written(CellId),
    /// An invariant may have inside `atomic`, where nobody looked.
    Unseen,
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

impl Glance {
    /// The step is a false `assert`.
    pub fn is_failed(self) -> bool {
        self.look == Look::Failed
    }

    /// The cell that the step of a frame on this node wrote, if an invariant may read it.
    pub fn written(self, node: NodeId) -> Option<(CellId, NodeId)> {
        match self.look {
            Look::Written(g) => Some((g, node)),
            _ => None,
        }
    }
}

impl Watch {
    /// Nothing of `program` has been seen.
    pub fn new(program: &Program) -> Watch {
        let reads: Vec<Reads> = program.properties.iter().map(|property| Reads::of(program, property)).collect();
        let recalls = reads.iter().map(Recall::of).collect();
        let invariants = reads.into_iter().enumerate();
        Watch {
            coverage: Coverage::none(program),
            usual: Usual::of(program),
            fired: vec![[None; 2]; program.code.len()],
            elsewhere: Vec::new(),
            invariants: invariants.filter(|(i, _)| program.properties[*i].kind == PropertyKind::Invariant).collect(),
            recalls,
            room: None,
        }
    }

    /// Σ at the start of a run.
    pub fn start(&mut self, program: &Arc<Program>, settings: &Arc<Settings>) -> System {
        match self.room.take() {
            Some(mut sys) => {
                sys.start_again(program.clone(), settings.clone());
                sys
            }
            None => System::start(program.clone(), settings.clone()),
        }
    }

    /// A run is over, and nobody needs its Σ any more.
    pub fn give_back(&mut self, sys: System) {
        self.room = Some(sys);
    }

    /// Sees a step of a frame, by a rule at a place in the code; what it is to who looks on.
    #[inline]
    pub fn see(&mut self, program: &Program, at: Target, rule: &'static Rule) -> Glance {
        match self.fired[at.0 as usize] {
            [Some((before, glance)), _] if std::ptr::eq(before, rule) => glance,
            _ => self.see_another(program, at, rule),
        }
    }

    fn see_another(&mut self, program: &Program, at: Target, rule: &'static Rule) -> Glance {
        let [last, before] = self.fired[at.0 as usize];
        let seen = before.filter(|(before, _)| std::ptr::eq(*before, rule)).unwrap_or_else(|| {
            self.coverage.statements[at.0 as usize] = true;
            self.coverage.see_rule(rule);
            (rule, self.glance(program, Some(at), rule))
        });
        self.fired[at.0 as usize] = [Some(seen), last];
        seen.1
    }

    /// Sees a step that is about to be taken; what it is to who looks on.
    pub fn see_choice(&mut self, sys: &System, choice: Choice) -> Glance {
        if let Some(id) = choice.focus.stack() {
            return self.see(&sys.program, sys.stacks[id.0 as usize].top().pc, choice.rule);
        }
        if let Some((_, glance)) = self.elsewhere.iter().find(|(rule, _)| std::ptr::eq(*rule, choice.rule)) {
            return *glance;
        }
        let glance = self.glance(&sys.program, None, choice.rule);
        self.elsewhere.push((choice.rule, glance));
        self.coverage.see_rule(choice.rule);
        glance
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
        if self.recalls[property].holds(sys) {
            return Verdict::Holds;
        }
        let verdict = property::verdict(sys, property, &mut self.coverage);
        if verdict == Verdict::Holds {
            self.recalls[property].keep(sys);
        }
        verdict
    }

    /// Whether something may be wrong behind a step, of a frame on this node if there is one. `unseen` says that something
    /// happened inside `atomic` before, where nobody looked.
    #[inline]
    pub fn is_looked_at(&self, glance: Glance, node: Option<NodeId>, unseen: bool) -> bool {
        match glance.look {
            Look::Never => false,
            Look::Failed | Look::Always => true,
            Look::Written(g) => self.invariants(node.map(|n| (g, n))).next().is_some(),
            Look::Unseen => unseen,
        }
    }

    /// Invariants see cells and the result of main, and nobody looks inside `atomic`.
    fn glance(&self, program: &Program, at: Option<Target>, rule: &'static Rule) -> Glance {
        let sees_result = || self.invariants.iter().any(|(_, reads)| reads.result);
        let look = match rule.family {
            Family::Sequential if rule == &sequential::ASSERT_ERROR => Look::Failed,
            _ if self.invariants.is_empty() => Look::Never,
            Family::Failure => Look::Always,
            Family::Sequential if rule == &sequential::WRITE => written(program, at),
            Family::Cancel if rule == &cancel::ATOMIC_END => Look::Unseen,
            Family::Cancel | Family::Promises if sees_result() => Look::Always,
            _ if LEAVING.contains(&rule) => Look::Unseen,
            _ => Look::Never,
        };
        Glance { is_local: sequential::is_local(rule), look }
    }
}

/// A statement at this place in the code wrote a cell.
fn written(program: &Program, at: Option<Target>) -> Look {
    match at.map(|at| program.code[at.0 as usize]) {
        Some(Stmt::Write { g, .. }) => Look::Written(g),
        _ => Look::Never,
    }
}
