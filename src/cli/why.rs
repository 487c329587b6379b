//! `--why RULE --at N`: why a rule fires before a step of a run, or does not.

use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::args::Format;
use super::args::{PictureArgs, TraceFormat, WhyArgs};
use super::exit::Exit;
use super::explain;
use super::output::{Failure, Output};
use super::session::Session;
use crate::render::why::{self, Standing, Why, text};
use crate::semantics::catalogue;
use crate::semantics::focus::Choice;
use crate::semantics::schedule::{Observer, Scheduler};
use crate::semantics::system::System;
use crate::trace::wire;

/// Takes the run up to the step that is asked about, and answers there.
///
/// # Errors
/// When there is no such rule or no such step, or the output cannot be written.
pub fn tell(
    session: &Session<'_>,
    scheduler: &mut dyn Scheduler,
    args: &WhyArgs,
    at: Option<u64>,
    format: TraceFormat,
    out: &mut Output,
) -> Result<Exit, Failure> {
    let name = args.why.as_deref().unwrap_or_default();
    let rule = catalogue::find(name).ok_or_else(|| Failure::Usage(explain::unknown(name)))?;
    let mut until = Until { before: at, taken: 0 };
    let mut ended = session.run_observed(scheduler, &mut [&mut until]);
    if let Some(at) = at.filter(|at| *at > until.taken + 1) {
        let steps = crate::render::check::count(until.taken, "step");
        return Err(Failure::Usage(format!("there is no step {at}: the run takes {steps}")));
    }
    let (sys, source) = (&mut ended.sys, &session.loaded.source);
    match format {
        TraceFormat::Lines(Format::Text) => {
            let text = text::everywhere(sys, source, rule, out.paint);
            out.text(text.trim_end())?;
            out.line("")?;
        }
        TraceFormat::Lines(Format::Json) => {
            let found = why::everywhere(sys, source, rule);
            let places: Vec<Value> = found.iter().filter(|why| why.fits).map(place).collect();
            let answer = json!({"schema": wire::SCHEMA, "rule": rule.name, "step": until.taken + 1, "places": places});
            out.line(&answer.to_string())?;
        }
        TraceFormat::Picture(_) => {
            return Err(Failure::Usage(String::from("--why is answered as text or as JSON; leave --format out")));
        }
    }
    Ok(Exit::Ok)
}

impl WhyArgs {
    /// What part of the run a picture shows: where there is a question, `--at` belongs to it.
    pub fn part(&self, part: PictureArgs) -> PictureArgs {
        PictureArgs { at: part.at.filter(|_| self.why.is_none()), ..part }
    }
}

fn place(why: &Why) -> Value {
    let standing = |standing| match standing {
        Standing::Holds => "holds",
        Standing::Fails => "fails",
        Standing::NotReached => "not_reached",
    };
    let premises = why.premises.iter().map(|told| {
        let here: serde_json::Map<String, Value> =
            told.here.iter().map(|fact| (fact.term.to_owned(), json!(fact.value))).collect();
        json!({"name": told.name, "text": told.text, "standing": standing(told.standing), "here": here})
    });
    json!({"place": why.place, "enabled": why.enabled, "premises": premises.collect::<Vec<Value>>()})
}

/// Ends a run before a step.
struct Until {
    before: Option<u64>,
    taken: u64,
}

impl Observer for Until {
    fn before(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        if self.before.is_some_and(|before| before <= self.taken + 1) {
            return ControlFlow::Break(());
        }
        self.taken += 1;
        ControlFlow::Continue(())
    }

    fn after(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
