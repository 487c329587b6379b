//! One run as text: what `lacuna trace` shows of it, and what there is to say of its end.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::directive::Request;
use super::model::{Cut, Limits, Model, Unanswered};
use crate::render::outcome::{self as words, grouped};
use crate::render::table::Table;
use crate::render::{Paint, stuck};
use crate::semantics::focus::Choice;
use crate::semantics::outcome::{self, Ending};
use crate::semantics::schedule::{End, Observer, run_observed};
use crate::semantics::system::System;
use crate::trace::event::Step;
use crate::trace::origin::Origins;
use crate::trace::record::{Detail, Recorder};

/// How often somebody is asked whether to go on, in steps.
const PATIENCE: u64 = 256;

/// The trace of the run that is asked for. One that the request itself stops is shown as far as it goes.
///
/// # Errors
/// When another limit ends it, or a fault cannot happen where it is to happen.
pub fn trace(model: &Model, request: &Request<'_>, limits: Limits<'_>) -> Result<String, Unanswered> {
    let table = Table::new(&model.program, Paint(false));
    let mut text = format!("{}\n", table.head());
    let mut sink = |_: &System, step: Step| {
        text.push_str(&table.row(&step));
        text.push('\n');
        ControlFlow::Continue(())
    };
    let mut recorder = Recorder::new(&model.source, Detail::Essential, &mut sink);
    let max_steps = request.max_steps.unwrap_or(limits.max_steps);
    let mut sys = System::start(model.program.clone(), Arc::new(request.settings.clone()));
    let mut watch = Patient { observer: &mut recorder, go_on: limits.go_on, steps: 0 };
    let run = run_observed(&mut sys, &mut *request.scheduler(), max_steps, &mut watch);
    if let Some(misfit) = request.script.misfit() {
        return Err(Unanswered::Misfit(request.misfit(misfit)));
    }
    text.push('\n');
    match run.end {
        End::Final => text.push_str(&ending(model, request, &mut sys, run.steps)),
        End::Limit if request.max_steps.is_some() => {
            text.push_str(&format!("{}\n", words::ending(&sys, Err(run.steps))));
        }
        End::Limit => return Err(Cut(format!("the run goes on after {} steps", grouped(run.steps))).into()),
        End::Stopped => return Err(Cut(format!("the run was stopped after {} steps", grouped(run.steps))).into()),
    }
    Ok(text)
}

/// What became of main; of a deadlock who waits for whom, as it is told to people.
fn ending(model: &Model, request: &Request<'_>, sys: &mut System, steps: u64) -> String {
    let outcome = outcome::outcome(sys);
    let result = words::result(sys, &outcome, Paint(false));
    let unobserved = words::unobserved(&outcome, Paint(false));
    let mut text = format!("{result}\n{unobserved}");
    if outcome.result == Ending::Deadlock {
        let found = outcome::deadlock(sys);
        let mut origins = Origins::new(&model.source, stuck::unresolved(sys, &found));
        if !origins.is_content() {
            let mut again = System::start(model.program.clone(), Arc::new(request.settings.clone()));
            run_observed(&mut again, &mut *request.scheduler(), steps, &mut origins);
        }
        let report = stuck::Report { sys, source: &model.source, made: &origins.found, paint: Paint(false) };
        text.push_str(&report.deadlock(&found));
    }
    text
}

/// Watches a run for somebody, and stops it when it is asked to.
struct Patient<'a> {
    observer: &'a mut dyn Observer,
    go_on: &'a dyn Fn() -> bool,
    steps: u64,
}

impl Observer for Patient<'_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.observer.before(sys, choice)
    }

    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.observer.after(sys, choice)?;
        self.steps += 1;
        let stop = self.steps.is_multiple_of(PATIENCE) && !(self.go_on)();
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
