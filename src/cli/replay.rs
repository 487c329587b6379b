//! `lacuna replay`: exactly the steps that a schedule has written down.

use std::path::Path;
use std::sync::Arc;

use super::args::ReplayArgs;
use super::exit::Exit;
use super::input;
use super::output::{Failure, Output};
use super::session::Session;
use super::trace::View;
use super::why;
use crate::base::Prng;
use crate::semantics::schedule::{Random, Scheduler};
use crate::trace::replay::{Replay, ReplayEnd};
use crate::trace::schedule::Schedule;
use crate::trace::wire::{self, Limit};

/// Runs a program by a schedule and shows its steps.
///
/// # Errors
/// When the schedule cannot be read or does not fit the program, or something cannot be read or written.
pub fn replay(args: &ReplayArgs, out: &mut Output) -> Result<Exit, Failure> {
    let both = args.program.file == Path::new("-") && args.schedule == Path::new("-");
    if both {
        return Err(Failure::Usage(String::from("program and schedule cannot both come from standard input")));
    }
    let loaded = match input::load(&args.program.program(), out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let loaded = if args.local { loaded.near() } else { loaded };
    let file = args.schedule.display().to_string();
    let (schedule, lines) = Schedule::parse(&input::read(&args.schedule)?)
        .map_err(|error| Failure::Usage(format!("{file}:{}: {error}", error.line)))?;
    let settings = schedule.settings(&loaded.program).map_err(|why| Failure::Usage(format!("{file}: {why}")))?;
    if schedule.sha256 != wire::fingerprint(&loaded.source) {
        let program = loaded.source.name();
        out.note(&format!("{program} is not the text that {file} was written for; its steps are looked up by name\n"));
    }
    let again = || {
        let replay = Replay::new(&schedule, lines.clone());
        if args.go_on { replay.and_then(Random::new(Prng::new(args.seed))) } else { replay }
    };
    let scheduler = || -> Box<dyn Scheduler> { Box::new(again()) };
    let mut view = View::new(args.program.format, args.show, args.why.part(args.picture), None)?;
    let limits = view.limits(args.limits);
    let session = Session { loaded: &loaded, settings: Arc::new(settings), scheduler: &scheduler, limits };
    let mut replay = again();
    if args.why.why.is_some() {
        return why::tell(&session, &mut replay, &args.why, args.picture.at, args.program.format, out);
    }
    let mut ended = view.watch(&session, &mut replay, &mut [], out)?;
    match replay.end() {
        Some(ReplayEnd::Misfit(misfit)) if args.go_on => {
            out.note(&format!(
                "{}\nfrom there on the choices are those of seed {}\n",
                misfit.explain(&file),
                args.seed
            ));
        }
        Some(ReplayEnd::Stopped) if args.go_on => {}
        Some(ReplayEnd::Misfit(misfit)) => return Err(Failure::Usage(misfit.explain(&file))),
        Some(ReplayEnd::Stopped) => ended.outcome = Err(Limit::Schedule),
        None => {}
    }
    view.end(&session, &mut ended, out)
}
