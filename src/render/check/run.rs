//! A run that a search found, taken again and watched: its steps as events, the schedule that takes it again, and Σ at
//! its end.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::Answer;
use crate::base::Span;
use crate::calculus::{Stmt, Value};
use crate::explore::property;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rules::sequential;
use crate::semantics::schedule::Observer;
use crate::semantics::step;
use crate::semantics::system::{StackId, System};
use crate::trace::divergence::{Divergence, Watch};
use crate::trace::event::Step;
use crate::trace::origin::Origins;
use crate::trace::record::{self, Detail, Recorder};
use crate::trace::schedule::{Schedule, Writer};
use crate::trace::walk::walk;

/// A run.
pub struct Run {
    /// Its steps that people want to see.
    pub steps: Vec<Step>,
    /// How many steps it takes, all counted.
    pub length: u64,
    /// For a run that goes on for ever: how many steps it takes before it repeats itself.
    pub repeats_from: Option<u64>,
    /// What takes it again.
    pub schedule: Schedule,
    /// Σ at its end.
    pub end: System,
    /// Why it diverged, if it did.
    pub divergence: Option<Divergence>,
    /// Where the assertion stands that its last step found false, and both sides of its comparison with their place.
    pub assertion: Option<(Span, Option<Sides>)>,
}

/// Both sides of a comparison, and where it stands.
#[derive(Clone, Debug)]
pub struct Sides {
    /// Where.
    pub span: Span,
    /// The left side.
    pub left: Value,
    /// The right side.
    pub right: Value,
}

impl Answer<'_> {
    /// Takes a way of the report again.
    pub fn run(&self, way: &[Choice], repeats_from: Option<usize>) -> Run {
        let mut sys = self.report.start(self.program, self.settings);
        let repeats_from = repeats_from.map(|at| at as u64);
        let mut steps: Vec<(bool, Step)> = Vec::new();
        let mut writer = Writer::new(Schedule::new(self.source, self.program, self.settings));
        let mut comparisons = Comparisons::default();
        // What a frame reads from a cell depends on who has written it: where steps interleave, that is worth seeing.
        let is_quiet = |choice: &Choice| record::is_quiet(choice.rule) && choice.rule != &sequential::READ;
        let mut quiet = way.iter().map(is_quiet);
        let mut watch = Watch::default();
        let mut sink = |_: &System, step: Step| {
            watch.see(&step);
            steps.push((quiet.next().unwrap_or(false), step));
            ControlFlow::Continue(())
        };
        let mut recorder = Recorder::new(self.source, Detail::All, &mut sink);
        walk(&mut sys, way, &mut [&mut writer, &mut comparisons, &mut recorder]);
        sys.effects = None;
        // A loop of which nothing would be left is shown step by step.
        let in_loop = |step: &Step| repeats_from.is_some_and(|from| step.step > from);
        let bare = !steps.iter().any(|(quiet, step)| in_loop(step) && !quiet);
        let shown = steps.into_iter().filter(|(quiet, step)| !quiet || (bare && in_loop(step)));
        let steps = shown.map(|(_, step)| step).collect();
        let stopped = step::enabled(&mut sys).iter().any(|choice| choice.rule.fault.is_none());
        let schedule = writer.finish(stopped);
        Run {
            steps,
            length: way.len() as u64,
            repeats_from,
            schedule,
            end: sys,
            divergence: watch.found(),
            assertion: comparisons.failed,
        }
    }

    /// The lines on which the promises of these names were made on a way of the report.
    pub fn origins(&self, way: &[Choice], wanted: Vec<String>) -> BTreeMap<String, usize> {
        let mut origins = Origins::new(self.source, wanted);
        if !origins.is_content() {
            walk(&mut self.report.start(self.program, self.settings), way, &mut [&mut origins]);
        }
        origins.found
    }
}

/// Watches a run for the comparison that an assertion is about: the operands are gone by the time it fails.
#[derive(Default)]
struct Comparisons {
    last: BTreeMap<StackId, Sides>,
    failed: Option<(Span, Option<Sides>)>,
}

impl Observer for Comparisons {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.failed = None;
        let Focus::Stack(id) = choice.focus else { return ControlFlow::Continue(()) };
        let Some(stack) = sys.stacks.get(id.0 as usize) else { return ControlFlow::Continue(()) };
        let span = sys.program.span(stack.top().pc);
        match stack.stmt(&sys.program) {
            Stmt::Op { op, a, b, .. } if property::is_comparison(op) => {
                let [left, right] = [a, b].map(|y| stack.get(&sys.program, y).clone());
                self.last.insert(id, Sides { span, left, right });
            }
            _ if choice.rule == &sequential::ASSERT_ERROR => {
                let inside = |sides: &Sides| span.start <= sides.span.start && sides.span.end <= span.end;
                self.failed = Some((span, self.last.remove(&id).filter(inside)));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn after(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
