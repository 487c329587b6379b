//! `lacuna step`: the stepper on this terminal. What it shows and does is said in `crate::debug`.

use std::io::{IsTerminal, stdin, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;
use ratatui::layout::Rect;

use super::args::{Format, HowArgs, ProgramArgs};
use super::ask;
use super::exit::Exit;
use super::input::{self, Loaded};
use super::output::{Failure, Output};
use super::{save, session};
use crate::debug::action::{Action, Jump};
use crate::debug::draw::{Look, draw};
use crate::debug::input::action;
use crate::debug::model::{AHEAD, Model};
use crate::debug::timeline::Timeline;
use crate::render::check::wrong::Wrong;
use crate::semantics::settings::Settings;
use crate::trace::replay::{Replay, ReplayEnd};
use crate::trace::schedule::Schedule;
use crate::trace::wire;

/// Arguments of `step`.
#[derive(Debug, Args)]
pub struct StepArgs {
    /// The program; or a schedule, whose program lies beside it or in this folder
    #[arg(value_name = "FILE|SCHEDULE")]
    pub file: PathBuf,
    /// The schedule, where the program lies elsewhere; its settings are used
    #[arg(value_name = "SCHEDULE")]
    pub replay: Option<PathBuf>,
    #[command(flatten)]
    pub how: HowArgs,
    /// Take at most so many steps before somebody goes on by hand
    #[arg(long, value_name = "N", default_value_t = AHEAD, help_heading = "Limits")]
    pub max_steps: usize,
}

/// What a schedule begins with, comments aside.
const SCHEDULE: &str = "lacuna schedule ";

/// Opens the stepper.
///
/// # Errors
/// When there is no terminal, the command line does not fit the program, or something cannot be read or written.
pub fn step(args: &StepArgs, out: &mut Output) -> Result<Exit, Failure> {
    needs_terminal()?;
    let (file, schedule) = files(args)?;
    let loaded = match input::load(&ProgramArgs { file, format: Format::Text }, out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let timeline = match schedule {
        Some(path) => {
            let text = input::read(&path)?;
            let file = path.display().to_string();
            of_schedule(&loaded, &text, &file, out)?
        }
        None => {
            let settings = args.how.settings(&loaded.program).map_err(Failure::Usage)?;
            let seed = session::seed(&args.how, out);
            let mut timeline = begin(&loaded, settings);
            let script = args.how.script().map_err(Failure::Usage)?;
            timeline.extend(&mut *args.how.scheduler(seed, &script), args.max_steps);
            session::follows(&script)?;
            timeline
        }
    };
    let saved = args.how.save.clone().unwrap_or_else(|| saved(&loaded));
    walk(Model::new(timeline), &saved, out)?;
    Ok(Exit::Ok)
}

/// The program and the schedule that the command line names: a schedule alone names its program.
fn files(args: &StepArgs) -> Result<(PathBuf, Option<PathBuf>), Failure> {
    if args.replay.is_some() || args.file == Path::new("-") {
        return Ok((args.file.clone(), args.replay.clone()));
    }
    let text = input::read(&args.file)?;
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    if !first.is_some_and(|line| line.starts_with(SCHEDULE)) {
        return Ok((args.file.clone(), None));
    }
    let file = args.file.display();
    let (schedule, _) = parsed(&text, &file.to_string())?;
    let name = PathBuf::from(&schedule.program);
    let beside = args.file.parent().map(|folder| folder.join(&name));
    match beside.into_iter().chain([name]).find(|path| path.is_file()) {
        Some(program) => Ok((program, Some(args.file.clone()))),
        None => Err(Failure::Usage(format!(
            "{} is neither beside {file} nor here; write lacuna step PROGRAM {file}",
            schedule.program
        ))),
    }
}

fn parsed(text: &str, file: &str) -> Result<(Schedule, Vec<usize>), Failure> {
    Schedule::parse(text).map_err(|error| Failure::Usage(format!("{file}:{}: {error}", error.line)))
}

/// The run of a schedule.
fn of_schedule(loaded: &Loaded, text: &str, file: &str, out: &mut Output) -> Result<Timeline, Failure> {
    let (schedule, lines) = parsed(text, file)?;
    let settings = schedule.settings(&loaded.program).map_err(|why| Failure::Usage(format!("{file}: {why}")))?;
    if schedule.sha256 != wire::fingerprint(&loaded.source) {
        let program = loaded.source.name();
        out.note(&format!("{program} is not the text that {file} was written for; its steps are looked up by name\n"));
    }
    let mut replay = Replay::new(&schedule, lines);
    let mut timeline = begin(loaded, settings);
    timeline.extend(&mut replay, usize::MAX);
    match replay.end() {
        Some(ReplayEnd::Misfit(misfit)) => Err(Failure::Usage(misfit.explain(file))),
        Some(ReplayEnd::Stopped) | None => Ok(timeline),
    }
}

fn begin(loaded: &Loaded, settings: Settings) -> Timeline {
    Timeline::new(Arc::new(loaded.source.clone()), loaded.program.clone(), Arc::new(settings))
}

/// Where `s` writes if nobody says where: beside the program, under its name.
fn saved(loaded: &Loaded) -> PathBuf {
    let name = if loaded.source.name() == "-" { "stdin" } else { loaded.source.name() };
    Path::new(name).with_extension("schedule")
}

/// Refuses `--step` where nobody is there to step.
///
/// # Errors
/// When it is given and the answer is no text, or there is no terminal.
pub fn refuse(step: bool, is_text: bool) -> Result<(), Failure> {
    match (step, is_text) {
        (false, _) => Ok(()),
        (true, false) => Err(Failure::Usage(String::from("--step is for an answer as text"))),
        (true, true) => needs_terminal(),
    }
}

/// Opens the stepper at the end of the run to what is wrong, if that is asked for. Else whoever sits there is offered to.
///
/// # Errors
/// As [`step`].
pub fn offer(step: bool, loaded: &Loaded, wrong: Option<&Wrong<'_>>, out: &mut Output) -> Result<(), Failure> {
    let Some(wrong) = wrong else { return Ok(()) };
    if !step && !wanted(wrong, out)? {
        return Ok(());
    }
    let file = wrong.file_name();
    let timeline = of_schedule(loaded, &wrong.run.schedule.to_string(), &file, out)?;
    let model = Model::new(timeline).update(Action::Forward(Jump::Limit));
    walk(model, Path::new(&file), out)
}

/// Whether somebody wants to walk through a run.
fn wanted(wrong: &Wrong<'_>, out: &mut Output) -> Result<bool, Failure> {
    if !ask::somebody() {
        return Ok(false);
    }
    let name = &wrong.violation.name;
    let question = format!("press s to step through the run to {name}, any other key to leave ");
    Ok(ask::key(&question, out)? == Some('s'))
}

fn needs_terminal() -> Result<(), Failure> {
    if stdin().is_terminal() && stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::Usage(String::from("the stepper needs a terminal; lacuna trace shows the same run as text")))
}

/// The terminal while the stepper has it: it is given back however this ends.
struct Screen(DefaultTerminal);

impl Screen {
    fn open() -> Result<Screen, Failure> {
        let screen = Screen(ratatui::try_init()?);
        execute!(stdout(), EnableMouseCapture)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that has gone away needs nothing given back.
        let _ = execute!(stdout(), DisableMouseCapture);
        // On a panic ratatui has given it back before the message was written; twice would write over that.
        if !std::thread::panicking() {
            let _ = ratatui::try_restore();
        }
    }
}

fn walk(mut model: Model, saved: &Path, out: &mut Output) -> Result<(), Failure> {
    out.flush()?;
    let look = Look { colour: out.paint.0 };
    let mut screen = Screen::open()?;
    while !model.quit {
        screen.0.draw(|frame| draw(frame, &model, look))?;
        let event = event::read()?;
        let size = screen.0.size()?;
        let Some(action) = action(&model, Rect::new(0, 0, size.width, size.height), &event) else { continue };
        model = model.update(action);
        if let Some(schedule) = &model.to_save {
            let written = save::schedule(schedule, saved).map(|()| saved.display().to_string());
            let result = written.map_err(|failure| match failure {
                Failure::Usage(why) => why,
                Failure::Closed => String::from("nobody reads it any more"),
            });
            model = model.update(Action::Saved(result));
        }
    }
    Ok(())
}
