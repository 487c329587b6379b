//! `lacuna trace`: one line a step, then the result.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::args::{Format, ShowArgs, TraceArgs};
use super::exit::Exit;
use super::input;
use super::output::{Failure, Output};
use super::session::{self, Ended, Session};
use crate::calculus::config::Config;
use crate::calculus::print::{self, Notes};
use crate::render::config::Configs;
use crate::render::table::Table;
use crate::semantics::schedule::{Observer, Scheduler};
use crate::semantics::system::System;
use crate::trace::event::Step;
use crate::trace::record::{Detail, Recorder};
use crate::trace::wire;

/// Runs a program once and shows its steps.
///
/// # Errors
/// When the command line does not fit the program, or something cannot be read or written.
pub fn trace(args: &TraceArgs, out: &mut Output) -> Result<Exit, Failure> {
    let loaded = match input::load(&args.program, out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let settings = Arc::new(args.how.settings(&loaded.program).map_err(Failure::Usage)?);
    let seed = session::seed(&args.how, out);
    let session = Session { loaded: &loaded, settings, scheduler: &|| args.how.scheduler(seed), limits: args.limits };
    let view = View { format: args.program.format, show: args.show, seed: Some(seed) };
    let mut scheduler = (session.scheduler)();
    let mut ended = match &args.how.save {
        None => view.watch(&session, &mut *scheduler, &mut [], out)?,
        Some(path) => {
            let mut writer = session.writer();
            let ended = view.watch(&session, &mut *scheduler, &mut [&mut writer], out)?;
            session::save(writer, &ended, path)?;
            ended
        }
    };
    view.end(&session, &mut ended, out)
}

/// What is shown of a run, and how.
pub struct View {
    /// For whom.
    pub format: Format,
    /// What is shown.
    pub show: ShowArgs,
    /// The seed of the choices; `None` where a schedule makes them.
    pub seed: Option<u64>,
}

impl View {
    /// Runs and shows the steps; `others` watch as well.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn watch(
        &self,
        session: &Session<'_>,
        scheduler: &mut dyn Scheduler,
        others: &mut [&mut dyn Observer],
        out: &mut Output,
    ) -> Result<Ended, Failure> {
        let start = session.start();
        let table = Table::new(&session.loaded.program, out.paint);
        match self.format {
            Format::Json => {
                let header = wire::header(&session.loaded.source, &start, &session.settings, self.seed);
                out.line(&header.to_string())?;
            }
            Format::Text => out.line(&table.head())?,
        }
        let mut configs = Configs::new(out.paint);
        if self.show.config && self.format == Format::Text {
            out.text(&configs.show(&start))?;
        }
        let mut failed = None;
        let mut sink = |sys: &System, step: Step| match self.step(sys, step, table, &mut configs, out) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        };
        let detail = if self.show.all { Detail::All } else { Detail::Essential };
        let mut recorder = Recorder::new(&session.loaded.source, detail, &mut sink);
        let mut observers: Vec<&mut dyn Observer> = others.iter_mut().map(|other| &mut **other as _).collect();
        observers.push(&mut recorder);
        let ended = session.run_observed(scheduler, &mut observers);
        match failed {
            Some(failure) => Err(failure),
            None => Ok(ended),
        }
    }

    fn step(
        &self,
        sys: &System,
        mut step: Step,
        table: Table,
        configs: &mut Configs,
        out: &mut Output,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Text => {
                out.line(&table.row(&step))?;
                if self.show.config { out.text(&configs.show(sys)) } else { Ok(()) }
            }
            Format::Json => {
                step.config = self.show.config.then(|| print::config(&Config::of(sys), sys.naming(), Notes::None));
                let line = serde_json::to_string(&step).map_err(std::io::Error::from)?;
                out.line(&line)
            }
        }
    }

    /// Says how the run ended.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn end(&self, session: &Session<'_>, ended: &mut Ended, out: &mut Output) -> Result<Exit, Failure> {
        if self.format == Format::Text {
            out.line("")?;
            return session.report(ended, out);
        }
        let (last, exit) = match &ended.outcome {
            Ok(outcome) => (wire::last(Ok(wire::outcome(&ended.sys, outcome))), Exit::of(outcome)),
            Err(limit) => (wire::last(Err((*limit, ended.steps))), Exit::Limit),
        };
        out.line(&last.to_string())?;
        Ok(exit)
    }
}
