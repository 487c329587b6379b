//! `lacuna run`: what the program prints, as it happens, then its result.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::args::{Format, RunArgs};
use super::exit::Exit;
use super::input;
use super::output::{Failure, Output};
use super::session::{self, Session};
use crate::semantics::focus::Choice;
use crate::semantics::schedule::Observer;
use crate::semantics::system::System;
use crate::trace::wire;

/// Runs a program once.
///
/// # Errors
/// When the command line does not fit the program, or something cannot be read or written.
pub fn run(args: &RunArgs, out: &mut Output) -> Result<Exit, Failure> {
    let loaded = match input::load(&args.program, out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let settings = Arc::new(args.how.settings(&loaded.program).map_err(Failure::Usage)?);
    let script = args.how.script().map_err(Failure::Usage)?;
    let seed = session::seed(&args.how, out);
    let scheduler = || args.how.scheduler(seed, &script);
    let session = Session { loaded: &loaded, settings, scheduler: &scheduler, limits: args.limits };
    let show = args.program.format == Format::Text;
    let mut prints = Prints { out, nodes: args.nodes, shown: 0, show, failed: None };
    let mut ended = match &args.how.save {
        None => session.run_fast(&mut |sys| prints.catch_up(sys))?,
        Some(path) => {
            let mut writer = session.writer();
            let ended = session.run_observed(&mut *(session.scheduler)(), &mut [&mut writer, &mut prints]);
            session::follows(&script)?;
            session::save(writer, &ended, path)?;
            ended
        }
    };
    prints.catch_up(&ended.sys)?;
    if let Some(failure) = prints.failed {
        return Err(failure);
    }
    session::follows(&script)?;
    match args.program.format {
        Format::Text => session.report(&mut ended, out),
        Format::Json => {
            let (line, exit) = match &ended.outcome {
                Ok(outcome) => (session.outcome(&ended, outcome), Exit::of(outcome)),
                Err(limit) => (wire::last(Err((*limit, ended.steps))), Exit::Limit),
            };
            out.line(&line.to_string())?;
            Ok(exit)
        }
    }
}

/// Hands on what the program prints.
struct Prints<'a> {
    out: &'a mut Output,
    nodes: bool,
    shown: usize,
    show: bool,
    failed: Option<Failure>,
}

impl Prints<'_> {
    fn catch_up(&mut self, sys: &System) -> Result<(), Failure> {
        if !self.show || self.shown == sys.printed.len() {
            return Ok(());
        }
        for (node, text) in sys.printed.iter().skip(self.shown) {
            if self.nodes {
                self.out.text(sys.program.node(*node))?;
                self.out.text(": ")?;
            }
            self.out.line(text)?;
        }
        self.shown = sys.printed.len();
        self.out.flush()
    }
}

impl Observer for Prints<'_> {
    fn before(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn after(&mut self, sys: &mut System, _: Choice) -> ControlFlow<()> {
        match self.catch_up(sys) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                self.failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    }
}
