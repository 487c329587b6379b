//! `lacuna trace`: one line a step, then the result.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::args::{Format, LimitArgs, PictureArgs, ShowArgs, TraceArgs, TraceFormat};
use super::exit::Exit;
use super::input;
use super::output::{Failure, Output};
use super::picture::{self, Drawing, Premises};
use super::session::{self, Ended, Session};
use super::why;
use crate::calculus::config::Config;
use crate::calculus::print::{self, Notes};
use crate::render::config::Configs;
use crate::render::table::Table;
use crate::render::view::Builder;
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
    let loaded = match input::load(&args.program.program(), out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let settings = Arc::new(args.how.settings(&loaded.program).map_err(Failure::Usage)?);
    let script = args.how.script().map_err(Failure::Usage)?;
    let seed = session::seed(&args.how, out);
    let mut view = View::new(args.program.format, args.show, args.why.part(args.picture), Some(seed))?;
    let limits = view.limits(args.limits);
    let scheduler = || args.how.scheduler(seed, &script);
    let session = Session { loaded: &loaded, settings, scheduler: &scheduler, limits };
    let mut scheduler = (session.scheduler)();
    if args.why.why.is_some() {
        let exit = why::tell(&session, &mut *scheduler, &args.why, args.picture.at, args.program.format, out)?;
        return session::follows(&script).map(|()| exit);
    }
    let mut ended = match &args.how.save {
        None => view.watch(&session, &mut *scheduler, &mut [], out)?,
        Some(path) => {
            let mut writer = session.writer();
            let ended = view.watch(&session, &mut *scheduler, &mut [&mut writer], out)?;
            session::follows(&script)?;
            session::save(writer, &ended, path)?;
            ended
        }
    };
    session::follows(&script)?;
    view.end(&session, &mut ended, out)
}

/// What is shown of a run, and how.
pub struct View {
    shown: Shown,
    show: ShowArgs,
    /// The seed of the choices; `None` where a schedule makes them.
    seed: Option<u64>,
}

/// How a run is shown.
enum Shown {
    /// A line a step, for people.
    Text,
    /// A line a step, for programs.
    Json,
    /// As a picture, for which the events are gathered first.
    Picture(Drawing, Option<Box<Builder>>),
}

impl View {
    /// Nothing was shown so far. `seed` is that of the choices; `None` where a schedule makes them.
    ///
    /// # Errors
    /// When an option is given that would be ignored.
    pub fn new(format: TraceFormat, show: ShowArgs, part: PictureArgs, seed: Option<u64>) -> Result<View, Failure> {
        picture::refuse(format, show, part)?;
        let shown = match format {
            TraceFormat::Lines(Format::Text) => Shown::Text,
            TraceFormat::Lines(Format::Json) => Shown::Json,
            TraceFormat::Picture(format) => Shown::Picture(Drawing::new(format, show, part), None),
        };
        Ok(View { shown, show, seed })
    }

    /// How far a run goes that is shown like this.
    pub fn limits(&self, limits: LimitArgs) -> LimitArgs {
        match &self.shown {
            Shown::Text | Shown::Json => limits,
            Shown::Picture(drawing, _) => drawing.limits(limits),
        }
    }

    /// Runs and shows the steps; `others` watch as well.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn watch(
        &mut self,
        session: &Session<'_>,
        scheduler: &mut dyn Scheduler,
        others: &mut [&mut dyn Observer],
        out: &mut Output,
    ) -> Result<Ended, Failure> {
        let mut configs = Configs::new(out.paint);
        self.begin(session, &mut configs, out)?;
        let table = Table::new(&session.loaded.program, out.paint);
        let (detail, looks) = (self.detail(), self.looks_at_premises());
        let mut failed = None;
        let mut sink = |sys: &System, step: Step| match self.step(sys, step, table, &mut configs, out) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        };
        let mut recorder = Recorder::new(&session.loaded.source, detail, &mut sink);
        let mut premises = Premises::new(&session.loaded.source);
        let mut observers: Vec<&mut dyn Observer> = others.iter_mut().map(|other| &mut **other as _).collect();
        if looks {
            observers.push(&mut premises);
        }
        observers.push(&mut recorder);
        let ended = session.run_observed(scheduler, &mut observers);
        if let Shown::Picture(_, Some(builder)) = &mut self.shown {
            builder.premises(premises.told);
        }
        match failed {
            Some(failure) => Err(failure),
            None => Ok(ended),
        }
    }

    /// Which steps are events. A picture is made from all: what it leaves out changes what it shows.
    fn detail(&self) -> Detail {
        match self.shown {
            Shown::Picture(..) => Detail::All,
            Shown::Text | Shown::Json if self.show.all => Detail::All,
            Shown::Text | Shown::Json => Detail::Essential,
        }
    }

    /// Whether the premises of each step are shown.
    fn looks_at_premises(&self) -> bool {
        matches!(&self.shown, Shown::Picture(drawing, _) if drawing.is_page())
    }

    fn begin(&mut self, session: &Session<'_>, configs: &mut Configs, out: &mut Output) -> Result<(), Failure> {
        let start = session.start();
        match &mut self.shown {
            Shown::Json => {
                let header = wire::header(&session.loaded.source, &start, &session.settings, self.seed);
                out.line(&header.to_string())
            }
            Shown::Text => {
                out.line(&Table::new(&session.loaded.program, out.paint).head())?;
                if self.show.config { out.text(&configs.show(&start)) } else { Ok(()) }
            }
            Shown::Picture(drawing, builder) => {
                *builder = Some(Box::new(drawing.begin(session)));
                Ok(())
            }
        }
    }

    fn step(
        &mut self,
        sys: &System,
        mut step: Step,
        table: Table,
        configs: &mut Configs,
        out: &mut Output,
    ) -> Result<(), Failure> {
        match &mut self.shown {
            Shown::Text => {
                out.line(&table.row(&step))?;
                if self.show.config { out.text(&configs.show(sys)) } else { Ok(()) }
            }
            Shown::Json => {
                step.config = self.show.config.then(|| print::config(&Config::of(sys), sys.naming(), Notes::None));
                let line = serde_json::to_string(&step).map_err(std::io::Error::from)?;
                out.line(&line)
            }
            Shown::Picture(drawing, builder) => {
                if let Some(builder) = builder {
                    step.config = drawing.config(sys);
                    builder.step(&step);
                }
                Ok(())
            }
        }
    }

    /// Says how the run ended.
    ///
    /// # Errors
    /// When the output cannot be written, or there is no picture of this.
    pub fn end(&mut self, session: &Session<'_>, ended: &mut Ended, out: &mut Output) -> Result<Exit, Failure> {
        match &mut self.shown {
            Shown::Text => {
                out.line("")?;
                session.report(ended, out)
            }
            Shown::Json => {
                let (last, exit) = match &ended.outcome {
                    Ok(outcome) => (wire::last(Ok(session.outcome(ended, outcome))), Exit::of(outcome)),
                    Err(limit) => (wire::last(Err((*limit, ended.steps))), Exit::Limit),
                };
                out.line(&last.to_string())?;
                Ok(exit)
            }
            Shown::Picture(drawing, builder) => {
                let builder = builder.take().map_or_else(|| drawing.begin(session), |builder| *builder);
                drawing.end(builder, session, ended, out)
            }
        }
    }
}
