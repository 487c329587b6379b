//! Runs as pictures: the events are gathered while the program runs, and drawn when it has ended.

use super::args::{LimitArgs, PictureArgs, PictureFormat, ShowArgs};
use super::exit::Exit;
use super::output::{Failure, Output};
use super::session::{Ended, Session};
use crate::render::outcome as text;
use crate::render::svg::{self, PAGE, Part};
use crate::render::view::fold::{self, Show};
use crate::render::view::{Builder, View};
use crate::trace::wire;

/// A run of more steps than this is cut where nobody has asked for more: nobody looks at such a picture.
const MOST: u64 = 20_000;

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
    ///
    /// # Errors
    /// When an option is given that it would ignore.
    pub fn new(format: PictureFormat, show: ShowArgs, part: PictureArgs) -> Result<Drawing, Failure> {
        if show.config {
            return Err(Failure::Usage(String::from("--config is for a trace as text or json")));
        }
        Ok(Drawing { format, show, part })
    }

    /// How far a run goes that is drawn.
    pub fn limits(limits: LimitArgs) -> LimitArgs {
        LimitArgs { max_steps: limits.max_steps.or(Some(MOST)), ..limits }
    }

    /// A view of a run that has not begun.
    pub fn begin(session: &Session<'_>) -> Builder {
        Builder::new(wire::file_name(&session.loaded.source), &session.loaded.program.nodes)
    }

    /// Draws a run that has ended.
    ///
    /// # Errors
    /// When there is no such part of it, or the output cannot be written.
    pub fn end(&self, builder: Builder, ended: &Ended, out: &mut Output) -> Result<Exit, Failure> {
        let exit = ended.outcome.as_ref().map_or(Exit::Limit, Exit::of);
        let view = builder.finish(text::ending(&ended.sys, ended.outcome.as_ref().map_err(|_| ended.steps)));
        match self.format {
            PictureFormat::Svg => self.svg(&view, out)?,
        }
        Ok(exit)
    }

    fn svg(&self, view: &View, out: &mut Output) -> Result<(), Failure> {
        let show = Show { all: self.show.all, fold: !self.part.no_fold };
        let part = match (self.part.page, self.part.steps) {
            (Some(page), _) => Part::Page(page.get()),
            (None, Some((from, to))) => Part::Steps(from, to),
            (None, None) if fold::rows(view, show).len() > PAGE => Part::Page(1),
            (None, None) => Part::Whole,
        };
        let picture = svg::draw(view, show, &part).map_err(Failure::Usage)?;
        out.text(&picture.svg)?;
        let (page, pages) = picture.page;
        if pages > 1 && self.part.page.is_none() {
            out.note(&format!("page {page} of {pages}: --page 2 shows the next, --steps A..B those steps\n"));
        }
        Ok(())
    }
}

impl PictureArgs {
    /// Refuses every option, which are those of `what`.
    ///
    /// # Errors
    /// A sentence, when one is given.
    pub fn refuse(&self, what: &str) -> Result<(), Failure> {
        let given = [("--page", self.page.is_some()), ("--steps", self.steps.is_some()), ("--no-fold", self.no_fold)];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) => Err(Failure::Usage(format!("{option} is for {what}"))),
            None => Ok(()),
        }
    }
}
