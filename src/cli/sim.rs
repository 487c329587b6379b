//! `lacuna sim`: many seeded runs.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::args::{self, FaultArgs, Format, ProgramArgs, RelationArgs};
use super::exit::Exit;
use super::input::{self, Loaded};
use super::output::{Failure, Output};
use super::stop::Stop;
use super::threads::Threads;
use crate::explore::report::{Kind, Report};
use crate::explore::vacuity::Vacuity;
use crate::render::check::wrong::Wrong;
use crate::render::check::{Answer, count, text, vacuity};
use crate::semantics::catalogue::CATALOGUE;
use crate::semantics::settings::Settings;
use crate::simulate::shrink::{Shrunk, shrink};
use crate::simulate::walk::{Ran, Walker};
use crate::simulate::{Plan, Rates, Strategy, Tally, many, twice};
use crate::trace::{settings, wire};

/// Arguments of `sim`.
#[derive(Debug, Args)]
pub struct SimArgs {
    #[command(flatten)]
    pub program: ProgramArgs,
    /// Take N runs
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub runs: u64,
    /// Take only run number I of this seed
    #[arg(long, value_name = "I", conflicts_with = "runs")]
    pub run: Option<u64>,
    /// Make all runs from this seed
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Take all runs, and show each different thing that is wrong
    #[arg(long)]
    pub keep_going: bool,
    /// Take each run twice, and compare the traces byte for byte
    #[arg(long, conflicts_with = "keep_going")]
    pub twice: bool,
    /// Write the schedules of the short runs, for replay: of the first to a file, or of all to a folder
    #[arg(long, value_name = "PATH")]
    pub save: Option<PathBuf>,
    /// Let the program do this: deadlock, failed, diverged
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = args::allowed(), hide_possible_values = true)]
    pub allow: Vec<Kind>,
    /// Say also which rules never fired
    #[arg(long)]
    pub verbose: bool,
    /// Choose by probabilistic concurrency testing, for bugs that need D orderings; else every step is as likely as any
    #[arg(long, value_name = "D", value_parser = clap::value_parser!(u32).range(1..))]
    pub pct: Option<u32>,
    /// Take at most N steps to look for a shorter run; 0: show the run as it was found
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub shrink_steps: u64,
    /// Run with N threads; the answer does not depend on it [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    #[command(flatten, next_help_heading = "Choices [default: cooperative, fifo, urgent]")]
    pub relation: RelationArgs,
    #[command(flatten, next_help_heading = "Faults")]
    pub faults: FaultArgs,
    #[command(flatten, next_help_heading = "Faults")]
    pub rates: RateArgs,
    /// Stop a run after so many steps
    #[arg(long, value_name = "N", default_value_t = 100_000, help_heading = "Limits")]
    pub max_steps: u64,
    /// Start no more runs after a time: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", help_heading = "Limits", value_parser = args::duration)]
    pub time_limit: Option<Duration>,
}

/// How likely faults are. Where a rate is given and no number of such faults, there may be any.
#[derive(Clone, Copy, Debug, Args)]
pub struct RateArgs {
    /// How likely a crash is at each choice, from 0 to 1 [default: 0.05 where --crashes allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub crash_rate: Option<f64>,
    /// How likely a loss is at each choice with a message in flight [default: 0.05 where --losses allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub loss_rate: Option<f64>,
    /// How likely a message is doubled at each choice [default: 0.05 where --duplicates allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub duplicate_rate: Option<f64>,
}

/// How likely a fault is where its number is given and its rate is not.
const RATE: f64 = 0.05;

fn rate(text: &str) -> Result<f64, String> {
    let rate: Option<f64> = text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| format!("{text} is no rate; write a number from 0 to 1"))
}

/// Runs a program many times, and says what is wrong.
///
/// # Errors
/// When the command line does not fit the program, or something cannot be read or written.
pub fn sim(args: &SimArgs, out: &mut Output) -> Result<Exit, Failure> {
    let stop = Stop::new(args.time_limit);
    let loaded = match input::load(&args.program, out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let mut settings =
        args.relation.settings(&args.faults, Settings::run(), &loaded.program).map_err(Failure::Usage)?;
    let budget = &mut settings.budget;
    let rates = [args.rates.crash_rate, args.rates.loss_rate, args.rates.duplicate_rate];
    for (budget, rate) in [&mut budget.crashes, &mut budget.losses, &mut budget.duplicates].into_iter().zip(rates) {
        if rate.is_some() && *budget == 0 {
            *budget = u32::MAX;
        }
    }
    let [crash, loss, duplicate] = rates.map(|rate| rate.unwrap_or(RATE));
    // Short enough to be typed again.
    let seed = args.seed.unwrap_or_else(|| RandomState::new().hash_one(0) % 1_000_000_000);
    let plan = Plan {
        source: &loaded.source,
        program: loaded.program.clone(),
        settings: Arc::new(settings),
        strategy: args.pct.map_or(Strategy::Uniform, Strategy::Pct),
        rates: Rates { crash, suspicion: RATE, loss, duplicate },
        seed,
        max_steps: args.max_steps,
        allowed: &args.allow,
        length: 1,
    };
    let sim = Sim { args, loaded: &loaded, plan: plan.measured(), stop };
    if args.twice { sim.twice(out) } else { sim.once(out) }
}

/// One command line.
struct Sim<'a> {
    args: &'a SimArgs,
    loaded: &'a Loaded,
    plan: Plan<'a>,
    stop: Stop,
}

/// Something wrong: the run that it was found in, the short one, and that as the report of a search.
struct Shown {
    number: u64,
    before: u64,
    shrunk: Shrunk,
    report: Report,
}

impl Sim<'_> {
    fn numbers(&self) -> std::ops::Range<u64> {
        self.args.run.map_or(0..self.args.runs, |run| run..run.saturating_add(1))
    }

    fn once(&self, out: &mut Output) -> Result<Exit, Failure> {
        let (started, crew, mut bar) = (Instant::now(), Threads::new(self.args.threads), Bar::new());
        let tally = many(&self.plan, self.numbers(), self.args.keep_going, &crew, &mut |tally| {
            bar.show(tally, started);
            self.stop.asked().is_none()
        });
        bar.bar.finish_and_clear();
        let seconds = started.elapsed().as_secs_f64();
        let shown: Vec<Shown> = tally.found.values().map(|number| self.shrink(*number)).collect();
        let wrongs: Vec<(Answer<'_>, Wrong<'_>)> = shown.iter().filter_map(|shown| self.wrong(shown)).collect();
        let files = self.save(&wrongs, out)?;
        let remarks = self.remarks(&tally);
        match self.args.program.format {
            Format::Text => {
                out.text(&self.summary(&tally, seconds))?;
                for (at, ((answer, wrong), shown)) in wrongs.iter().zip(&shown).enumerate() {
                    out.line("")?;
                    let file = files.get(at).map(|path| path.display().to_string());
                    out.text(&text::violation(answer, wrong, &[], file.as_deref(), out.paint))?;
                    out.line(&self.origin(shown))?;
                }
                out.line("")?;
                out.line(&verdict(&tally))?;
                out.note(&vacuity::text(&remarks, out.paint_err));
            }
            Format::Json => out.line(&self.json(&tally, &wrongs, &shown, &remarks, seconds).to_string())?,
        }
        let missing = self.numbers().count() as u64 > tally.runs;
        Ok(match (tally.failures, missing || tally.cut > 0) {
            (1.., _) => Exit::Failed,
            (0, true) => Exit::Limit,
            (0, false) => Exit::Ok,
        })
    }

    fn shrink(&self, number: u64) -> Shown {
        let run = Walker::new(&self.plan).random(number);
        let before = run.way.len() as u64;
        let shrunk = shrink(&self.plan, run, self.args.shrink_steps);
        let report = Ran::report(&shrunk.run);
        Shown { number, before, shrunk, report }
    }

    fn wrong<'r>(&'r self, shown: &'r Shown) -> Option<(Answer<'r>, Wrong<'r>)> {
        let answer = self.answer(&shown.report);
        Some((answer, answer.wrong(shown.report.violations.first()?)))
    }

    fn answer<'r>(&'r self, report: &'r Report) -> Answer<'r> {
        let Plan { source, program, settings, allowed, .. } = &self.plan;
        Answer { source, program, settings, report, unreduced: None, allowed, limits: &[] }
    }

    /// `a.lac: 1,000 runs · 12,345 steps · 31 of 82 rules · seed 7 · 0.02 s`
    fn summary(&self, tally: &Tally, seconds: f64) -> String {
        let rules = format!("{} of {} rules", tally.coverage.rules.len(), CATALOGUE.len());
        let mut parts = vec![count(tally.runs, "run"), count(tally.steps, "step"), rules];
        if tally.cut > 0 {
            parts.push(format!("{} cut at --max-steps {}", count(tally.cut, "run"), self.plan.max_steps));
        }
        parts.push(format!("seed {}", self.plan.seed));
        format!("{}: {} · {seconds:.2} s\n", self.loaded.source.name(), parts.join(" · "))
    }

    /// Where a run comes from, and how much of it is gone.
    fn origin(&self, shown: &Shown) -> String {
        let after = shown.shrunk.run.way.len() as u64;
        let again = format!("--seed {} --run {}", self.plan.seed, shown.number);
        let from = format!("          found in run {} ({again})", shown.number);
        match shown.before.saturating_sub(after) {
            0 => format!("{from}, as long as it is shown"),
            less => format!("{from}, which took {}; {less} of them were not needed", count(shown.before, "step")),
        }
    }

    fn remarks(&self, tally: &Tally) -> Vec<String> {
        // A single run never comes to everything.
        if tally.failures > 0 || self.args.run.is_some() {
            return Vec::new();
        }
        let run = Walker::new(&self.plan).guided(&crate::calculus::Names::default(), &[], 0);
        let report = Report { coverage: tally.coverage.clone(), ..run.report() };
        let found = Vacuity::of(&report, &self.loaded.program, &self.loaded.source);
        vacuity::remarks(&found, &self.loaded.source, self.args.verbose, "in any of the runs")
    }

    fn save(&self, wrongs: &[(Answer<'_>, Wrong<'_>)], out: &mut Output) -> Result<Vec<PathBuf>, Failure> {
        let Some(path) = &self.args.save else { return Ok(Vec::new()) };
        let failed = |path: &Path, error| Failure::Usage(format!("{} cannot be written: {error}", path.display()));
        let folder = path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\']);
        if folder {
            std::fs::create_dir_all(path).map_err(|error| failed(path, error))?;
        } else if wrongs.len() > 1 {
            out.note(&format!("{} keeps the first; a folder would keep all\n", path.display()));
        }
        let kept = if folder { wrongs } else { &wrongs[..wrongs.len().min(1)] };
        let write = |(_, wrong): &(Answer<'_>, Wrong<'_>)| {
            let path = if folder { path.join(wrong.file_name()) } else { path.clone() };
            std::fs::write(&path, wrong.run.schedule.to_string()).map_err(|error| failed(&path, error))?;
            Ok(path)
        };
        kept.iter().map(write).collect()
    }

    fn json(
        &self,
        tally: &Tally,
        wrongs: &[(Answer<'_>, Wrong<'_>)],
        shown: &[Shown],
        remarks: &[String],
        seconds: f64,
    ) -> Value {
        let violation = |((_, wrong), shown): (&(Answer<'_>, Wrong<'_>), &Shown)| {
            json!({
                "property": wrong.violation.name,
                "kind": wrong.violation.kind.name(),
                "line": wrong.line,
                "what": wrong.what,
                "run": shown.number,
                "step": wrong.run.length,
                "step_before": shown.before,
                "schedule": wrong.run.schedule.entries.iter()
                    .map(|entry| format!("{}  {}", entry.step, entry.choice)).collect::<Vec<String>>(),
                "trace": wrong.run.steps,
            })
        };
        let violations: Vec<Value> = wrongs.iter().zip(shown).map(violation).collect();
        json!({
            "schema": wire::SCHEMA,
            "program": wire::file_name(&self.loaded.source),
            "sha256": wire::fingerprint(&self.loaded.source),
            "settings": settings::to_json(&self.plan.settings, &self.loaded.program),
            "seed": self.plan.seed,
            "verdict": if tally.failures > 0 { "violated" } else { "nothing_found" },
            "runs": tally.runs,
            "steps": tally.steps,
            "cut": tally.cut,
            "failures": tally.failures,
            "violations": violations,
            "rules": tally.coverage.rules,
            "remarks": remarks,
            "seconds": seconds,
        })
    }

    /// The self-check.
    fn twice(&self, out: &mut Output) -> Result<Exit, Failure> {
        let mut runs = 0;
        for run in self.numbers() {
            if self.stop.asked().is_some() {
                break;
            }
            if let Some(step) = twice::difference(&self.plan, run) {
                out.line(&format!("run {run} differs from itself at step {step}, which is a bug in Lacuna"))?;
                return Ok(Exit::Internal);
            }
            runs += 1;
        }
        let name = self.loaded.source.name();
        out.line(&format!("{name}: {} taken twice, each with the same trace both times", count(runs, "run")))?;
        Ok(if runs < self.numbers().count() as u64 { Exit::Limit } else { Exit::Ok })
    }
}

/// The last line.
fn verdict(tally: &Tally) -> String {
    let names: Vec<&str> = tally.found.keys().map(String::as_str).collect();
    match tally.failures {
        0 => format!("nothing found in {}", count(tally.runs, "run")),
        failures => format!("violated: {} ({} of {})", names.join(", "), failures, count(tally.runs, "run")),
    }
}

/// A line on a terminal that changes while runs are taken.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Bar {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        Bar { bar }
    }

    fn show(&mut self, tally: &Tally, started: Instant) {
        if self.bar.is_hidden() {
            return;
        }
        let rate = tally.runs as f64 / started.elapsed().as_secs_f64().max(0.001);
        let seen = tally.coverage.statements.iter().filter(|seen| **seen).count();
        self.bar.set_message(format!(
            "{} · {}/s · {} of {} rules · {} of {} statements · {} failed",
            count(tally.runs, "run"),
            rate as u64,
            tally.coverage.rules.len(),
            CATALOGUE.len(),
            seen,
            tally.coverage.statements.len(),
            tally.failures,
        ));
        self.bar.tick();
    }
}
