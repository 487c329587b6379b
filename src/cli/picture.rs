//! Runs as pictures: the events are gathered while the program runs, and drawn when it has ended.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::args::{CheckArgs, LimitArgs, PictureArgs, PictureFormat, ShowArgs, TraceFormat};
use super::exit::Exit;
use super::input::Loaded;
use super::output::{Failure, Output};
use super::session::{Ended, Session};
use crate::base::Source;
use crate::calculus::config::Config;
use crate::calculus::print::{self, Notes};
use crate::explore::states;
use crate::render::check::vacuity;
use crate::render::outcome as text;
use crate::render::svg::{self, PAGE, Part};
use crate::render::view::fold::{self, Show};
use crate::render::view::{Builder, Premise, View};
use crate::render::{dot, html, itf, mermaid, perfetto, shiviz, why};
use crate::semantics::focus::Choice;
use crate::semantics::schedule::Observer;
use crate::semantics::settings::Settings;
use crate::semantics::system::System;
use crate::trace::event::Step;
use crate::trace::record::{Detail, Recorder};
use crate::trace::settings::Word;
use crate::trace::wire;

/// A run of more steps than this is cut where nobody has asked for more: nobody looks at such a picture.
const MOST: u64 = 20_000;

/// The same for a page, which holds Σ after each step.
const MOST_OF_PAGE: u64 = 3_000;

/// What is to be drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Drawing {
    /// The kind of picture.
    format: PictureFormat,
    /// What it shows of each step.
    show: ShowArgs,
    /// What part of the run it shows.
    part: PictureArgs,
}

impl Drawing {
    /// A picture of this kind.
    pub fn new(format: PictureFormat, show: ShowArgs, part: PictureArgs) -> Drawing {
        Drawing { format, show, part }
    }

    /// Whether it is a page, which shows more of each step than a picture has room for.
    pub fn is_page(&self) -> bool {
        self.format == PictureFormat::Html
    }

    /// How far a run goes that is drawn.
    pub fn limits(&self, limits: LimitArgs) -> LimitArgs {
        let most = if self.is_page() { MOST_OF_PAGE } else { MOST };
        LimitArgs { max_steps: limits.max_steps.or(Some(most)), ..limits }
    }

    /// A view of a run that has not begun.
    pub fn begin(&self, session: &Session<'_>) -> Builder {
        let builder = Builder::new(wire::file_name(&session.loaded.source), &session.loaded.program.nodes);
        match self.config(&session.start()) {
            Some(config) => builder.with_config(config),
            None => builder,
        }
    }

    /// Σ as text, if the picture shows it.
    pub fn config(&self, sys: &System) -> Option<String> {
        self.is_page().then(|| print::config(&Config::of(sys), sys.naming(), Notes::Statements))
    }

    /// Takes a run to its end; its view.
    pub fn view(&self, session: &Session<'_>) -> View {
        let mut builder = self.begin(session);
        let mut sink = |sys: &System, step: Step| {
            builder.step(&Step { config: self.config(sys), ..step });
            ControlFlow::Continue(())
        };
        let mut recorder = Recorder::new(&session.loaded.source, Detail::All, &mut sink);
        let mut premises = Premises::new(&session.loaded.source);
        let ended = session.run_observed(&mut *(session.scheduler)(), &mut [&mut premises, &mut recorder]);
        builder.premises(premises.told);
        builder.finish(ending(&ended))
    }

    /// Draws a run that has ended.
    ///
    /// # Errors
    /// When there is no such part of it, or the output cannot be written.
    pub fn end(
        &self,
        builder: Builder,
        session: &Session<'_>,
        ended: &Ended,
        out: &mut Output,
    ) -> Result<Exit, Failure> {
        let exit = ended.outcome.as_ref().map_or(Exit::Limit, Exit::of);
        let view = builder.finish(ending(ended));
        match self.format {
            PictureFormat::Svg => self.svg(&view, out)?,
            PictureFormat::Html => {
                let run = html::Run { name: &view.program, view: &view, source: session.loaded.source.text() };
                out.text(&html::render(run, self.shown()))?;
            }
            PictureFormat::Mermaid => self.mermaid(&view, out)?,
            PictureFormat::Dot => {
                let last = view.moments.last().map_or(0, |moment| moment.step);
                out.text(&dot::waits(&view, self.part.at.unwrap_or(last)).map_err(Failure::Usage)?)?;
            }
            PictureFormat::Shiviz => out.text(&shiviz::draw(&view, self.shown()))?,
            PictureFormat::Perfetto => out.text(&perfetto::draw(&view))?,
            PictureFormat::Itf => out.text(&itf::draw(&view))?,
        }
        Ok(exit)
    }

    /// What of a run is shown.
    pub fn shown(&self) -> Show {
        Show { all: self.show.all, fold: !self.part.no_fold }
    }

    fn mermaid(&self, view: &View, out: &mut Output) -> Result<(), Failure> {
        let part = self.part.steps.map_or(Part::Whole, |(from, to)| Part::Steps(from, to));
        let diagram = mermaid::draw(view, self.shown(), &part).map_err(Failure::Usage)?;
        out.text(&diagram.text)?;
        if let Some(step) = diagram.rest {
            let last = view.moments.last().map_or(0, |moment| moment.step);
            out.note(&format!("too much for one diagram: --steps {step}..{last} shows the rest\n"));
        }
        Ok(())
    }

    fn svg(&self, view: &View, out: &mut Output) -> Result<(), Failure> {
        let show = self.shown();
        let part = match (self.part.page, self.part.steps) {
            (Some(page), _) => Part::Page(page.get()),
            (None, Some((from, to))) => Part::Steps(from, to),
            (None, None) if fold::rows(view, show).len() > PAGE => Part::Page(1),
            (None, None) => Part::Whole,
        };
        let picture = svg::draw(view, show, &part, "").map_err(Failure::Usage)?;
        out.text(&picture.svg)?;
        let (page, pages) = picture.page;
        if pages > 1 && self.part.page.is_none() {
            out.note(&format!("page {page} of {pages}: --page 2 shows the next, --steps A..B those steps\n"));
        }
        Ok(())
    }
}

/// Watches a run for the premises of its steps.
pub struct Premises<'a> {
    source: &'a Source,
    /// Those of each step.
    pub told: Vec<Vec<Premise>>,
}

impl<'a> Premises<'a> {
    /// Watches a run of the program with this text.
    pub fn new(source: &'a Source) -> Premises<'a> {
        Premises { source, told: Vec::new() }
    }
}

impl Observer for Premises<'_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        let why = why::why(sys, self.source, choice.rule, choice.focus);
        let premise = |told: why::Told| {
            let here = told.here.into_iter().map(|fact| (fact.term, fact.value)).collect();
            Premise { text: told.text, here }
        };
        self.told.push(why.premises.into_iter().map(premise).collect());
        ControlFlow::Continue(())
    }

    fn after(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How a run ended, in a line.
fn ending(ended: &Ended) -> String {
    text::ending(&ended.sys, ended.outcome.as_ref().map_err(|_| ended.steps))
}

/// A graph of more configurations than this is drawn where somebody asks for it only: Graphviz is slow, and nobody can read it.
const MOST_STATES: u64 = 250;

/// Draws the first configurations of a program. That is no verdict on what is not drawn, nor on what has to happen some day:
/// the exit says whether something that is drawn must not be.
///
/// # Errors
/// When an option is given that the graph would ignore, or the output cannot be written.
pub fn states(args: &CheckArgs, loaded: &Loaded, settings: &Arc<Settings>, out: &mut Output) -> Result<Exit, Failure> {
    let search = &args.search;
    let given = [
        ("--outcomes", args.outcomes),
        ("--show", args.show > 0),
        ("--save", args.save.is_some()),
        ("--allow", !args.allow.is_empty()),
        ("--baseline", args.baseline.is_some()),
        ("--verbose", args.verbose),
        ("--threads", search.threads.is_some()),
        ("--verify-reduction", args.verify_reduction),
        ("--paranoid", args.paranoid),
        ("--max-depth", search.max_depth.is_some()),
        ("--max-memory", search.max_memory.is_some()),
        ("--time-limit", search.time_limit.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        return Err(Failure::Usage(format!("{option} goes with --format text or json")));
    }
    let reductions = search.reductions().map_err(Failure::Usage)?;
    let most = search.max_states.unwrap_or(MOST_STATES);
    let states = states::states(&loaded.program, settings, reductions, most as usize);
    out.text(&dot::states(wire::file_name(&loaded.source), loaded.program.nodes.len(), &states))?;
    if states.more {
        let shown = states.reached.len();
        out.note(&format!("these are the first {shown} configurations: --max-states N draws more\n"));
    }
    out.note(&vacuity::text(&vacuity::asymmetries(&states.asymmetries, &loaded.source), out.paint_err));
    let wrong = states.reached.iter().any(|reached| {
        let fails = reached.outcome.as_ref().is_some_and(|outcome| outcome["result"].get("returned").is_none());
        fails || !reached.broken.is_empty()
    });
    Ok(match states.more {
        _ if wrong => Exit::Failed,
        true => Exit::Limit,
        false => Exit::Ok,
    })
}

/// The options that a way to show a run takes; it would ignore the others.
fn takes(format: TraceFormat) -> &'static [&'static str] {
    match format {
        TraceFormat::Lines(_) => &["--all", "--config"],
        TraceFormat::Picture(PictureFormat::Svg) => &["--all", "--page", "--steps", "--no-fold"],
        TraceFormat::Picture(PictureFormat::Html) => &["--all", "--no-fold"],
        TraceFormat::Picture(PictureFormat::Mermaid) => &["--all", "--steps", "--no-fold"],
        TraceFormat::Picture(PictureFormat::Dot) => &["--at"],
        TraceFormat::Picture(PictureFormat::Shiviz) => &["--all"],
        TraceFormat::Picture(PictureFormat::Perfetto | PictureFormat::Itf) => &[],
    }
}

/// Refuses an option that would be ignored.
///
/// # Errors
/// When there is one; it says what the option is for.
pub fn refuse(format: TraceFormat, show: ShowArgs, part: PictureArgs) -> Result<(), Failure> {
    let given = [
        ("--all", show.all),
        ("--config", show.config),
        ("--page", part.page.is_some()),
        ("--steps", part.steps.is_some()),
        ("--no-fold", part.no_fold),
        ("--at", part.at.is_some()),
    ];
    let ignored = |(option, given): &&(&str, bool)| *given && !takes(format).contains(option);
    let Some((option, _)) = given.iter().find(ignored) else { return Ok(()) };
    let names = TraceFormat::WORDS.iter().filter(|(_, format)| takes(*format).contains(option));
    let names: Vec<&str> = names.map(|(name, _)| *name).collect();
    let why = if *option == "--at" { ", or with --why" } else { "" };
    Err(Failure::Usage(format!("{option} goes with --format {}{why}", names.join(" or "))))
}
