//! `lacuna check`: everything that can happen.

use std::sync::Arc;

use super::args::{CheckArgs, CheckFormat, Format};
use super::baseline;
use super::exit::Exit;
use super::input::{self, Loaded};
use super::output::{Failure, Output};
use super::paranoid;
use super::picture;
use super::save;
use super::search::{Search, Searched};
use super::step;
use super::stop::Stop;
use crate::explore::Report;
use crate::explore::report::Reductions;
use crate::explore::vacuity::Vacuity;
use crate::render::check::wrong::Wrong;
use crate::render::check::{Answer, Limit, Verdict, count, json, samples, text, vacuity};
use crate::semantics::settings::Settings;

/// Searches everything that a program can do, and says what it found.
///
/// # Errors
/// When the command line does not fit the program, or something cannot be read or written.
pub fn check(args: &CheckArgs, out: &mut Output) -> Result<Exit, Failure> {
    step::refuse(args.step, args.program.format == CheckFormat::Answer(Format::Text))?;
    let stop = Stop::new(args.search.time_limit);
    let reductions = args.search.reductions().map_err(Failure::Usage)?;
    let loaded = match input::load(&args.program.program(), out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let settings = args.relation.settings(&args.faults, Settings::check(), &loaded.program).map_err(Failure::Usage)?;
    if args.program.format == CheckFormat::Dot {
        return picture::states(args, &loaded, &Arc::new(settings), out);
    }
    let search = Checking { args, loaded: &loaded, settings: Arc::new(settings), stop };
    let Searched { report, limits, seconds } = search.run(reductions, None);
    let answer = search.answer(&report, &limits);
    let unreduced = search.unreduced(&answer);
    let whole = report.reductions == Reductions::NONE;
    let answer = Answer { unreduced: if whole { Some(&report) } else { unreduced.as_ref() }, ..answer };
    match args.program.program().format {
        Format::Text => search.tell(&answer, seconds, out)?,
        Format::Json => search.tell_programs(&answer, seconds, out)?,
    }
    if args.verify_reduction && !search.verify(&answer, out)? {
        return Ok(Exit::Internal);
    }
    if args.paranoid
        && let Some(exit) = paranoid::check(args, &loaded, &search.settings, &search.stop, out)?
    {
        return Ok(exit);
    }
    Ok(match answer.verdict() {
        Verdict::Holds => Exit::Ok,
        Verdict::Violated => Exit::Failed,
        Verdict::Limit => Exit::Limit,
    })
}

/// One search for one command line.
struct Checking<'a> {
    args: &'a CheckArgs,
    loaded: &'a Loaded,
    settings: Arc<Settings>,
    stop: Stop,
}

impl Checking<'_> {
    fn run(&self, reductions: Reductions, most: Option<(u64, u64)>) -> Searched {
        let Loaded { source, program } = self.loaded;
        let (settings, stop) = (&self.settings, &self.stop);
        Search { source, program, settings, args: &self.args.search, stop }.run(reductions, most)
    }

    /// A search without reductions for the shortest runs to what is violated.
    fn unreduced(&self, answer: &Answer<'_>) -> Option<Report> {
        let most = answer.again().filter(|_| !self.args.outcomes)?;
        Some(self.run(Reductions::NONE, Some(most)).report)
    }

    fn answer<'r>(&'r self, report: &'r Report, limits: &'r [Limit]) -> Answer<'r> {
        Answer {
            source: &self.loaded.source,
            program: &self.loaded.program,
            settings: &self.settings,
            report,
            unreduced: None,
            allowed: &self.args.allow,
            limits,
        }
    }

    /// The answer for people.
    fn tell(&self, answer: &Answer<'_>, seconds: f64, out: &mut Output) -> Result<(), Failure> {
        let paint = out.paint;
        out.text(&text::summary(answer, seconds))?;
        if let Some(path) = &self.args.baseline
            && let Some(compared) = baseline::compare(path, answer)?
        {
            out.text(&compared.text)?;
        }
        out.line("")?;
        out.text(&text::outcomes(answer, self.args.outcomes, paint))?;
        if self.args.outcomes {
            out.line("")?;
            return out.text(&(text::limits(answer, paint) + &text::verdict(answer, paint)));
        }
        let wrongs: Vec<Wrong<'_>> = answer.violations().map(|violation| answer.wrong(violation)).collect();
        let saved = save::violations(self.args.save.as_deref(), &wrongs, out)?;
        for (at, wrong) in wrongs.iter().enumerate() {
            let file = saved.get(at).map(|path| path.display().to_string());
            out.line("")?;
            out.text(&text::violation(answer, wrong, &wrongs[..at], file.as_deref(), paint))?;
        }
        for (at, (found, run)) in samples::of(answer, self.args.show).iter().enumerate() {
            out.line("")?;
            out.text(&text::sample(answer, at + 1, found, run, paint))?;
        }
        out.line("")?;
        out.text(&text::limits(answer, paint))?;
        out.text(&text::verdict(answer, paint))?;
        let found = vacuity_of(answer);
        let mut remarks = vacuity::remarks(&found, answer.source, self.args.verbose, "whatever happened");
        remarks.extend(vacuity::asymmetries(&answer.report.asymmetries, answer.source));
        out.note(&vacuity::text(&remarks, out.paint_err));
        step::offer(self.args.step, self.loaded, wrongs.first(), out)
    }

    /// The answer for programs.
    fn tell_programs(&self, answer: &Answer<'_>, seconds: f64, out: &mut Output) -> Result<(), Failure> {
        let wrongs: Vec<Wrong<'_>> = answer.violations().map(|violation| answer.wrong(violation)).collect();
        save::violations(self.args.save.as_deref(), &wrongs, out)?;
        let compared = match &self.args.baseline {
            Some(path) => baseline::compare(path, answer)?.map(|compared| compared.json),
            None => None,
        };
        let found = vacuity_of(answer);
        let samples = samples::of(answer, self.args.show).into_iter().map(json::sample).collect();
        let wire = json::wire(answer, wrongs, &found, samples, compared, seconds);
        let line = match self.args.outcomes {
            true => wire.outcomes_only(),
            false => serde_json::to_string(&wire).map_err(std::io::Error::from)?,
        };
        out.line(&line)
    }

    /// Searches without reductions and compares; whether both agree.
    fn verify(&self, with: &Answer<'_>, out: &mut Output) -> Result<bool, Failure> {
        let Searched { report, limits, .. } = self.run(Reductions::NONE, None);
        let without = self.answer(&report, &limits);
        let size = |answer: &Answer<'_>, name: &str| {
            let progress = answer.report.progress;
            let (states, steps) = (count(progress.states, "state"), count(progress.transitions, "step"));
            format!("{name}: {states}, {steps}\n")
        };
        let names = with.report.reductions.names().join(", ");
        let mut text = size(with, &names) + &size(&without, "no reduction");
        let complete = with.report.is_complete() && report.is_complete();
        let differs = text::difference(with, &without);
        text.push_str(&match &differs {
            _ if !complete => String::from("not compared: a limit cut one of the two\n"),
            None => String::from("both have the same outcomes, the same violations and the same verdict\n"),
            Some(what) => format!("they differ, which is a bug in Lacuna: {what}\n"),
        });
        match self.args.program.program().format {
            Format::Text => out.text(&text)?,
            Format::Json => out.note(&text),
        }
        Ok(!complete || differs.is_none())
    }
}

fn vacuity_of(answer: &Answer<'_>) -> Vacuity {
    Vacuity::of(&answer.report.coverage, answer.report.is_complete(), answer.program, answer.source)
}
