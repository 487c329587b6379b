//! Two runs that a comparison has found, as a page: one that only one side can take, beside the one of the other side that goes
//! along with it for longest.

use super::args::{LimitArgs, PictureArgs, PictureFormat, ShowArgs};
use super::input::Loaded;
use super::output::Failure;
use super::picture::Drawing;
use super::session::Session;
use crate::explore::compare::Side;
use crate::explore::report::OutcomeFound;
use crate::render::compare::{Comparison, Party};
use crate::render::html::{self, Run, parting};
use crate::render::view::View;
use crate::semantics::schedule::Scheduler;
use crate::trace::replay::Replay;
use crate::trace::schedule::Schedule;

/// So many runs of the other side are looked at.
const CANDIDATES: usize = 12;

/// The page of the first outcome that one side has alone. Where there is none it shows how both come to the first that they
/// have.
///
/// # Errors
/// When neither side has an outcome: there is no run to show.
pub fn page(compared: &Comparison<'_>) -> Result<String, Failure> {
    let side = compared.only.first().map_or(Side::Left, |only| only.side);
    let (own, other) = side.places();
    let own_view = match compared.only.first() {
        Some(only) => Some(view(&compared.parties[own], &only.run.schedule)?),
        None => first(compared, own)?,
    };
    let Some(own_view) = own_view else {
        return Err(Failure::Usage(String::from("there is no run to show: neither side has come to an outcome")));
    };
    let other_view = closest(compared, other, &own_view)?;
    let name = |at: usize| compared.parties[at].name.as_str();
    let text = compared.parties[own].answer.source.text();
    let own_run = Run { name: name(own), view: &own_view, source: text };
    let show = Drawing::of_page().shown();
    Ok(match &other_view {
        None => html::render(own_run, show),
        Some(view) => {
            let other_run = Run { name: name(other), view, source: text };
            let [left, right] = if own == 0 { [own_run, other_run] } else { [other_run, own_run] };
            html::render_pair(left, right, show)
        }
    })
}

/// The outcomes of a party, in the order of the table.
fn outcomes<'c>(compared: &'c Comparison<'_>, at: usize) -> impl Iterator<Item = &'c OutcomeFound> {
    compared.rows.iter().filter_map(move |row| row.sides[at])
}

fn first(compared: &Comparison<'_>, at: usize) -> Result<Option<View>, Failure> {
    let party = &compared.parties[at];
    let run = outcomes(compared, at).next().map(|found| party.answer.run(&found.way, None));
    run.map(|run| view(party, &run.schedule)).transpose()
}

/// Of the first runs of a party the one that does for longest what `with` does.
fn closest(compared: &Comparison<'_>, at: usize, with: &View) -> Result<Option<View>, Failure> {
    let party = &compared.parties[at];
    let mut best: Option<(usize, View)> = None;
    for found in outcomes(compared, at).take(CANDIDATES) {
        let other = view(party, &party.answer.run(&found.way, None).schedule)?;
        let common = parting(with, &other).unwrap_or(usize::MAX);
        if best.as_ref().is_none_or(|(longest, _)| common > *longest) {
            best = Some((common, other));
        }
    }
    Ok(best.map(|(_, view)| view))
}

/// The view of the run of a schedule.
fn view(party: &Party<'_>, schedule: &Schedule) -> Result<View, Failure> {
    let answer = &party.answer;
    let loaded = Loaded { source: answer.source.clone(), program: answer.program.clone() };
    let lines: Vec<usize> = (1..=schedule.entries.len()).collect();
    let again = || -> Box<dyn Scheduler> { Box::new(Replay::new(schedule, lines.clone())) };
    let limits = LimitArgs { max_steps: None, time_limit: None };
    let settings = answer.settings.clone();
    let drawing = Drawing::of_page();
    let session = Session { loaded: &loaded, settings, scheduler: &again, limits: drawing.limits(limits) };
    Ok(drawing.view(&session))
}

impl Drawing {
    /// A page with nothing asked for besides.
    fn of_page() -> Drawing {
        let show = ShowArgs { all: false, config: false };
        let part = PictureArgs { page: None, steps: None, no_fold: false, at: None };
        Drawing::new(PictureFormat::Html, show, part)
    }
}
