//! `lacuna sim`: many seeded runs.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};

use super::args::{self, FaultArgs, Format, ProgramArgs, RelationArgs};
use super::exit::Exit;
use super::input::{self, Loaded};
use super::output::{Failure, Output};
use super::progress::Line;
use super::step;
use super::stop::Stop;
use super::threads::Threads;
use super::{save, session};
use crate::calculus::term::PropertyKind;
use crate::explore::report::{Kind, Report};
use crate::explore::vacuity::Vacuity;
use crate::render::check::wrong::Wrong;
use crate::render::check::{Answer, count, text, vacuity};
use crate::render::outcome::grouped;
use crate::semantics::catalogue::CATALOGUE;
use crate::semantics::settings::{Budget, Settings, Timing};
use crate::simulate::shrink::{Size, shrink};
use crate::simulate::walk::Walker;
use crate::simulate::watch::Watch;
use crate::simulate::{Cuts, Delay, Holds, Partitions, Plan, Rates, Strategy, Tally, many, twice};
use crate::trace::settings;
use crate::trace::wire::{self, Limit};

/// Arguments of `sim`.
#[derive(Debug, Args)]
pub struct SimArgs {
    #[command(flatten)]
    pub program: ProgramArgs,
    /// Take N runs [default: 1000, or as many as --time-limit leaves time for]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: Option<u64>,
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
    /// Open the stepper at the end of the short run to the first thing that is wrong
    #[arg(long, conflicts_with = "twice")]
    pub step: bool,
    /// Let the program do this: deadlock, failed, diverged
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = args::allowed(&[Kind::Deadlock, Kind::Failed, Kind::Diverged]), hide_possible_values = true)]
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
    #[command(flatten, next_help_heading = "Messages that are held back")]
    pub holds: HoldArgs,
    /// Stop a run after so many steps
    #[arg(long, value_name = "N", default_value_t = 100_000, help_heading = "Limits")]
    pub max_steps: u64,
    /// Let a run that --max-steps would stop go on for N steps without faults, everybody in turn; there it must end
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub quiet: Option<u64>,
    /// Start no more runs after a time: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", help_heading = "Limits", value_parser = crate::trace::settings::duration)]
    pub time_limit: Option<Duration>,
}

/// How likely faults are. Where a rate is given and no number of such faults, there may be any.
#[derive(Clone, Copy, Debug, Args)]
pub struct RateArgs {
    /// How likely a crash is at each choice, from 0 to 1 [default: 0.05 where --crashes allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub crash_rate: Option<f64>,
    /// How likely it is at each choice that a lease runs out though nobody died [default: 0.05 where --suspicions allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub suspicion_rate: Option<f64>,
    /// How likely a loss is at each choice with a message in flight [default: 0.05 where --losses allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub loss_rate: Option<f64>,
    /// How likely a message is doubled at each choice [default: 0.05 where --duplicates allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub duplicate_rate: Option<f64>,
}

/// What is held back for a while.
#[derive(Clone, Copy, Debug, Args)]
pub struct HoldArgs {
    /// Cut the nodes and the promise store into two sides up to N times in a run; each time it heals
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub partitions: u32,
    /// How likely a partition begins at each choice [default: 0.05 where --partitions allows any]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub partition_rate: Option<f64>,
    /// Let each message be on its way for a time: fixed:D, uniform:A..B or exp:MEAN, in the units of sleep; with --timing free
    #[arg(long, value_name = "TIME", value_parser = Delay::parse)]
    pub delay: Option<Delay>,
}

/// How many runs there are where nobody says.
const RUNS: u64 = 1_000;

/// How likely a fault is where its number is given and its rate is not.
const RATE: f64 = 0.05;

fn rate(text: &str) -> Result<f64, String> {
    let rate: Option<f64> = text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| format!("{text} is no rate; write a number from 0 to 1"))
}

/// The rate of what may happen so often; what has a rate and no number may happen any number of times.
fn rate_of(most: &mut u32, rate: Option<f64>) -> f64 {
    if rate.is_some() && *most == 0 {
        *most = u32::MAX;
    }
    rate.unwrap_or(RATE)
}

impl RateArgs {
    fn of(&self, budget: &mut Budget) -> Rates {
        Rates {
            crash: rate_of(&mut budget.crashes, self.crash_rate),
            suspicion: rate_of(&mut budget.suspicions, self.suspicion_rate),
            loss: rate_of(&mut budget.losses, self.loss_rate),
            duplicate: rate_of(&mut budget.duplicates, self.duplicate_rate),
        }
    }
}

impl HoldArgs {
    fn of(&self, timing: Timing) -> Result<Holds, Failure> {
        if self.delay.is_some() && timing == Timing::Urgent {
            let why = "--delay needs --timing free: under urgent timing no timer fires while a message is on its way";
            return Err(Failure::Usage(why.to_owned()));
        }
        let mut most = self.partitions;
        let rate = rate_of(&mut most, self.partition_rate);
        // What never happens has no rate either, so that it can be told from what may.
        let partitions = if most == 0 { Holds::NONE.partitions } else { Partitions { most, rate } };
        Ok(Holds { partitions, delay: self.delay })
    }
}

/// Runs a program many times, and says what is wrong.
///
/// # Errors
/// When the command line does not fit the program, or something cannot be read or written.
pub fn sim(args: &SimArgs, out: &mut Output) -> Result<Exit, Failure> {
    step::refuse(args.step, args.program.format == Format::Text)?;
    let stop = Stop::new(args.time_limit);
    let loaded = match input::load(&args.program, out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let mut settings =
        args.relation.settings(&args.faults, Settings::run(), &loaded.program).map_err(Failure::Usage)?;
    let rates = args.rates.of(&mut settings.budget);
    let holds = args.holds.of(settings.timing)?;
    let seed = args.seed.unwrap_or_else(session::made_up_seed);
    let plan = Plan {
        source: &loaded.source,
        program: loaded.program.clone(),
        settings: Arc::new(settings),
        strategy: args.pct.map_or(Strategy::Uniform, Strategy::Pct),
        rates,
        holds,
        seed,
        max_steps: args.max_steps,
        quiet: args.quiet,
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
    before: Size,
    after: Size,
    report: Report,
}

impl Sim<'_> {
    fn numbers(&self) -> std::ops::Range<u64> {
        let all = self.args.runs.unwrap_or(if self.args.time_limit.is_some() { u64::MAX } else { RUNS });
        self.args.run.map_or(0..all, |run| run..run.saturating_add(1))
    }

    /// Whether fewer runs were taken than were asked for. Who asks for a time alone gets what it is enough for.
    fn is_short(&self, taken: u64) -> bool {
        let only_time = self.args.runs.is_none() && self.stop.asked() == Some(Limit::Time);
        let numbers = self.numbers();
        taken == 0 || (taken < numbers.end - numbers.start && !only_time)
    }

    fn once(&self, out: &mut Output) -> Result<Exit, Failure> {
        let (started, crew, mut line) = (Instant::now(), Threads::new(self.args.threads), Line::new());
        let tally = many(&self.plan, self.numbers(), self.args.keep_going, &crew, &mut |tally| {
            line.show(|seconds| progress(tally, seconds));
            self.stop.asked().is_none()
        });
        line.clear();
        let seconds = started.elapsed().as_secs_f64();
        let shown: Vec<Shown> = tally.found.values().map(|number| self.shrink(*number)).collect();
        let wrongs: Vec<(Answer<'_>, Wrong<'_>)> = shown.iter().filter_map(|shown| self.wrong(shown)).collect();
        let found: Vec<&Wrong<'_>> = wrongs.iter().map(|(_, wrong)| wrong).collect();
        let files = save::violations(self.args.save.as_deref(), &found, out)?;
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
                step::offer(self.args.step, self.loaded, wrongs.first().map(|(_, wrong)| wrong), out)?;
            }
            Format::Json => out.line(&self.json(&tally, &wrongs, &shown, &remarks, seconds).to_string())?,
        }
        Ok(match (tally.failures, self.is_short(tally.runs) || tally.cut > 0) {
            (1.., _) => Exit::Failed,
            (0, true) => Exit::Limit,
            (0, false) => Exit::Ok,
        })
    }

    fn shrink(&self, number: u64) -> Shown {
        let run = Walker::new(&self.plan, &mut Watch::new(&self.plan.program)).random(number);
        let before = Size::of(&run);
        let small = shrink(&self.plan, run, self.args.shrink_steps).run;
        Shown { number, before, after: Size::of(&small), report: small.report() }
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
        let rules = format!("{} of {} rules", tally.coverage.fired().len(), CATALOGUE.len());
        let mut parts = vec![count(tally.runs, "run"), count(tally.steps, "step"), rules];
        if tally.cut > 0 {
            parts.push(format!("{} cut at --max-steps {}", count(tally.cut, "run"), self.plan.max_steps));
        }
        if self.plan.holds.partitions.most > 0 {
            let Cuts { begun, healed } = tally.cuts;
            parts.push(format!("{}, {} healed", count(begun, "partition"), grouped(healed)));
        }
        parts.push(format!("seed {}", self.plan.seed));
        format!("{}: {} · {seconds:.2} s\n", self.loaded.source.name(), parts.join(" · "))
    }

    /// Where a run comes from, and how much smaller it was made: `steps 16 → 14, switches 6 → 5`.
    fn origin(&self, shown: &Shown) -> String {
        let again = format!("--seed {} --run {}", self.plan.seed, shown.number);
        let from = format!("          found in run {} ({again})", shown.number);
        if shown.before == shown.after {
            return format!("{from}, which is shown as it was");
        }
        let both = shown.before.parts().into_iter().zip(shown.after.parts());
        let changed = both.filter(|(before, after)| before != after);
        let parts =
            changed.map(|((name, before), (_, after))| format!("{name} {} → {}", grouped(before), grouped(after)));
        format!("{from}, made smaller: {}", parts.collect::<Vec<String>>().join(", "))
    }

    fn remarks(&self, tally: &Tally) -> Vec<String> {
        // A single run never comes to everything.
        if tally.failures > 0 || self.args.run.is_some() {
            return Vec::new();
        }
        let Loaded { program, source, .. } = self.loaded;
        let mut found = Vacuity::of(&tally.coverage, true, program, source);
        let eventually = program.properties.iter().filter(|property| property.kind == PropertyKind::Eventually);
        let names: Vec<&String> = eventually.map(|property| &property.name).collect();
        found.properties.retain(|name| !names.contains(&name));
        let only_check = |name: &&String| format!("{name} is an eventually, which only lacuna check can look at");
        let mut remarks: Vec<String> = names.iter().map(only_check).collect();
        remarks.extend(vacuity::remarks(&found, source, self.args.verbose, "in any of the runs"));
        remarks
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
                "step_before": shown.before.steps,
                "size": size(shown.after),
                "size_before": size(shown.before),
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
            "partitions": { "begun": tally.cuts.begun, "healed": tally.cuts.healed },
            "failures": tally.failures,
            "violations": violations,
            "rules": tally.coverage.fired(),
            "remarks": remarks,
            "seconds": seconds,
        })
    }

    /// The self-check.
    fn twice(&self, out: &mut Output) -> Result<Exit, Failure> {
        let (mut runs, mut differs) = (0, None);
        for run in self.numbers() {
            if differs.is_some() || self.stop.asked().is_some() {
                break;
            }
            differs = twice::difference(&self.plan, run).map(|step| (run, step));
            runs += 1;
        }
        match self.args.program.format {
            Format::Text => out.line(&match differs {
                Some((run, step)) => format!("run {run} differs from itself at step {step}, which is a bug in Lacuna"),
                None => {
                    let name = self.loaded.source.name();
                    format!("{name}: {} taken twice, each with the same trace both times", count(runs, "run"))
                }
            })?,
            Format::Json => out.line(
                &json!({
                    "schema": wire::SCHEMA,
                    "program": wire::file_name(&self.loaded.source),
                    "seed": self.plan.seed,
                    "runs": runs,
                    "differs": differs.map(|(run, step)| json!({ "run": run, "step": step })),
                })
                .to_string(),
            )?,
        }
        Ok(match differs {
            Some(_) => Exit::Internal,
            None if self.is_short(runs) => Exit::Limit,
            None => Exit::Ok,
        })
    }
}

fn size(size: Size) -> Value {
    Value::Object(size.parts().into_iter().map(|(name, number)| (name.to_owned(), json!(number))).collect())
}

/// The last line.
fn verdict(tally: &Tally) -> String {
    let names: Vec<&str> = tally.found.keys().map(String::as_str).collect();
    match tally.failures {
        0 => format!("nothing found in {}", count(tally.runs, "run")),
        failures => format!("violated: {} ({} of {})", names.join(", "), failures, count(tally.runs, "run")),
    }
}

/// What there is to say while runs are taken.
fn progress(tally: &Tally, seconds: f64) -> Vec<String> {
    let statements = &tally.coverage.statements;
    let seen = statements.iter().filter(|seen| **seen).count();
    vec![
        count(tally.runs, "run"),
        format!("{}/s", grouped((tally.runs as f64 / seconds) as u64)),
        format!("{} of {} rules", tally.coverage.fired().len(), CATALOGUE.len()),
        format!("{seen} of {} statements", statements.len()),
        format!("{} failed", grouped(tally.failures)),
    ]
}
