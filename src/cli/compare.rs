//! `lacuna compare`: everything that can happen under two settings, side by side.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{ArgGroup, Args};

use super::args::{FaultArgs, Format, ProgramArgs, SearchArgs, words};
use super::exit::Exit;
use super::input::{self, Loaded};
use super::output::{Failure, Output};
use super::pair;
use super::save::{self, Named};
use super::search::{Search, Searched};
use super::stop::Stop;
use crate::calculus::Program;
use crate::explore::claim::{Case, Claim};
use crate::explore::compare::{self, By, Row, Side, Standing, Verdict};
use crate::explore::report::{Coverage, Reductions};
use crate::render::check::text::{OUTCOMES, rank};
use crate::render::check::{Answer, SMALL};
use crate::render::compare::{Claimed, Comparison, Only, Party, json, text};
use crate::semantics::settings::{Budget, Network, Order, Scheduling, Settings, Timing};
use crate::trace::settings::{self, Word};

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("question").required(true).multiple(true))]
pub struct CompareArgs {
    /// The program, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to print; html shows a run that only one side has beside one of the other side [default: text]
    #[arg(long, value_name = "text|json|html", value_parser = words::<CompareFormat>(), hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub format: CompareFormat,
    /// Do faults add results? Without any, and with those below [default: one crash]
    #[arg(long = "faults", group = "question", group = "ready", help_heading = "Questions")]
    pub with_faults: bool,
    /// Does it matter where things run? As written, and with every spawn dist a spawn local
    #[arg(long, group = "question", group = "ready", help_heading = "Questions")]
    pub local: bool,
    /// Does it matter when stacks switch? Cooperative, and preemptive
    #[arg(long, group = "question", group = "ready", help_heading = "Questions")]
    pub schedule: bool,
    /// Does it matter who gets the turn? First come first served, and anybody
    #[arg(long, group = "question", group = "ready", help_heading = "Questions")]
    pub order: bool,
    /// Does it matter how long things take? Timers when nothing else can happen, and at any moment
    #[arg(long, group = "question", group = "ready", help_heading = "Questions")]
    pub timing: bool,
    /// Does it matter in what order messages arrive? As they were sent, and in any
    #[arg(long, group = "question", group = "ready", help_heading = "Questions")]
    pub network: bool,
    /// A setting of the left side, such as crashes=1 or timing=urgent; may be given again
    #[arg(long, value_name = "NAME=VALUE", group = "question", conflicts_with = "ready", help_heading = "Questions")]
    pub left: Vec<String>,
    /// A setting of the right side
    #[arg(long, value_name = "NAME=VALUE", group = "question", conflicts_with = "ready", help_heading = "Questions")]
    pub right: Vec<String>,
    /// A setting of both sides [default: schedule=preemptive, order=bag, timing=free]
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub both: Vec<String>,
    /// When two outcomes are the same: if their outcome is, their result and prints, or their result alone [default: what the
    /// question is about]
    #[arg(long, value_name = "outcome|prints|result", value_parser = words::<By>(), hide_possible_values = true)]
    pub by: Option<By>,
    /// Write the schedules of what only one side can do, for replay: of the first to a file, or of all to a folder
    #[arg(long, value_name = "PATH")]
    pub save: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Faults")]
    pub faults: FaultArgs,
    #[command(flatten)]
    pub search: SearchArgs,
}

/// How to show a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareFormat {
    /// An answer.
    Answer(Format),
    /// A page with two runs side by side.
    Html,
}

impl Word for CompareFormat {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("text", CompareFormat::Answer(Format::Text)),
        ("json", CompareFormat::Answer(Format::Json)),
        ("html", CompareFormat::Html),
    ];
}

impl CompareArgs {
    /// What to compare; diagnostics are for people, unless the answer is for programs.
    fn program(&self) -> ProgramArgs {
        let format = match self.format {
            CompareFormat::Answer(format) => format,
            CompareFormat::Html => Format::Text,
        };
        ProgramArgs { file: self.file.clone(), format }
    }
}

impl Word for By {
    const WORDS: &'static [(&'static str, Self)] =
        &[("outcome", By::Outcome), ("prints", By::Prints), ("result", By::Result)];
}

/// What is compared.
struct Question {
    names: [String; 2],
    settings: [Settings; 2],
    /// Whether the right side has every `spawn dist` as a `spawn local`.
    local: bool,
    by: By,
    claim: Option<Claim>,
}

/// Searches everything that a program can do under two settings, and says how they differ.
///
/// # Errors
/// When the command line does not fit the program, or something cannot be read or written.
pub fn compare(args: &CompareArgs, out: &mut Output) -> Result<Exit, Failure> {
    let stop = Stop::new(args.search.time_limit);
    let reductions = args.search.reductions().map_err(Failure::Usage)?;
    let loaded = match input::load(&args.program(), out)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let question = args.question(&loaded.program).map_err(Failure::Usage)?;
    let near = if question.local { Arc::new(loaded.program.near()) } else { loaded.program.clone() };
    let programs = [&loaded.program, &near];
    let settings = question.settings.clone().map(Arc::new);
    let Loaded { source, .. } = &loaded;
    let searches = [0, 1].map(|at| Search {
        source,
        program: programs[at],
        settings: &settings[at],
        args: &args.search,
        stop: &stop,
    });
    let found = searches.map(|search| search.run(reductions, None));
    let reports = [&found[0].report, &found[1].report];
    let mut rows = compare::rows(reports, question.by);
    rows.sort_by_cached_key(|row| row.found().map(|(_, found)| rank(found)));
    let closer = Closer { searches: &searches, by: question.by, reduced: reductions != Reductions::NONE };
    let nearer = Side::BOTH.map(|side| closer.search(side, &rows));
    let parties = [0, 1].map(|at| Party {
        name: question.names[at].clone(),
        local: question.local && at == 1,
        answer: answer(&searches[at], &found[at]),
        seconds: found[at].seconds,
    });
    let only = rows.iter().enumerate().filter_map(|(at, row)| closer.only(at + 1, row, &nearer, &parties)).collect();
    let claimed = question.claim.map(|claim| claimed(claim, &loaded.program, &settings, &found));
    let verdict = compare::verdict(reports, &rows);
    tell(args, Comparison { parties, by: question.by, rows, only, claimed, verdict }, out)
}

fn answer<'a>(search: &Search<'a>, found: &'a Searched) -> Answer<'a> {
    Answer {
        source: search.source,
        program: search.program,
        settings: search.settings,
        report: &found.report,
        unreduced: None,
        allowed: &[],
        limits: &found.limits,
    }
}

/// Says how the two sides differ.
fn tell(args: &CompareArgs, compared: Comparison<'_>, out: &mut Output) -> Result<Exit, Failure> {
    let named = compared.only.iter().map(|only| Named {
        name: format!("outcome {}", only.number),
        file: format!("only-{}.schedule", only.number),
        schedule: &only.run.schedule,
    });
    let saved = save::schedules(args.save.as_deref(), &named.collect::<Vec<_>>(), out)?;
    let verdict = compared.verdict;
    match args.format {
        CompareFormat::Html => out.text(&pair::page(&compared)?)?,
        CompareFormat::Answer(Format::Json) => {
            let line = serde_json::to_string(&json::wire(compared)).map_err(std::io::Error::from)?;
            out.line(&line)?;
        }
        CompareFormat::Answer(Format::Text) => {
            let paint = out.paint;
            out.text(&text::summary(&compared))?;
            out.line("")?;
            out.text(&text::outcomes(&compared, paint))?;
            for (at, only) in compared.only.iter().take(OUTCOMES).enumerate() {
                let file = saved.get(at).map(|path| path.display().to_string());
                out.line("")?;
                out.text(&text::only(&compared, only, file.as_deref(), paint))?;
            }
            out.line("")?;
            if let Some(claimed) = &compared.claimed {
                out.text(&text::claim(claimed, compared.parties[0].answer.source, paint))?;
            }
            out.text(&text::limits(&compared, paint))?;
            out.text(&text::verdict(&compared, paint))?;
        }
    }
    Ok(match verdict {
        Verdict::Same => Exit::Ok,
        Verdict::Differ => Exit::Failed,
        Verdict::Limit => Exit::Limit,
    })
}

/// Looks for shortest runs to what only one side has.
struct Closer<'a> {
    searches: &'a [Search<'a>; 2],
    by: By,
    /// Whether what was found was found with reductions.
    reduced: bool,
}

impl Closer<'_> {
    /// A search without reductions for what only this side has, no deeper and hardly larger than needed.
    fn search(&self, side: Side, rows: &[Row<'_>]) -> Option<Searched> {
        let search = &self.searches[side.places().0];
        let alone = rows.iter().filter(|row| row.only() == Some(side)).filter_map(Row::found);
        let deepest = alone.map(|(_, found)| found.way.len() as u64 + 1).max()?;
        self.reduced.then(|| search.run(Reductions::NONE, Some((SMALL * 10, deepest))))
    }

    fn only<'r>(
        &self,
        number: usize,
        row: &Row<'r>,
        nearer: &'r [Option<Searched>; 2],
        parties: &[Party<'_>; 2],
    ) -> Option<Only<'r>> {
        let side = row.only()?;
        let (_, found) = row.found()?;
        let at = side.places().0;
        let key = self.by.key(found);
        let closest = nearer[at].as_ref().and_then(|nearer| {
            let same = nearer.report.outcomes.iter().filter(|other| self.by.key(other) == key);
            Some((nearer, same.min_by_key(|other| other.way.len())?))
        });
        let (run, shortest) = match closest {
            Some((nearer, other)) => (answer(&self.searches[at], nearer).run(&other.way, None), true),
            None => (parties[at].answer.run(&found.way, None), !self.reduced),
        };
        Some(Only { side, number, found, run, shortest })
    }
}

/// How a claim stands for the program.
fn claimed(claim: Claim, program: &Program, settings: &[Arc<Settings>; 2], found: &[Searched; 2]) -> Claimed {
    let complete = found.iter().all(|searched| searched.report.is_complete());
    let mut seen = Coverage::none(program);
    found.iter().for_each(|searched| seen.add(searched.report.coverage.clone()));
    let case = Case { program, settings: [&settings[0], &settings[1]], seen: complete.then_some(&seen) };
    let broken = claim.broken(&case);
    let reports = [&found[0].report, &found[1].report];
    let holds = match claim {
        Claim::Scheduling => !compare::rows(reports, By::Outcome).iter().any(|row| row.only() == Some(Side::Left)),
        Claim::Location => compare::rows(reports, By::Prints).iter().all(|row| row.only().is_none()),
        Claim::Failure => compare::rows(reports, By::Result).iter().all(|row| row.only().is_none()),
    };
    let standing = match (broken.is_empty(), complete, holds) {
        (false, ..) => Standing::NotPromised,
        (true, false, _) => Standing::Unknown,
        (true, true, true) => Standing::Kept,
        (true, true, false) => Standing::Contradicted,
    };
    Claimed { claim, standing, broken }
}

impl CompareArgs {
    /// What the command line asks.
    fn question(&self, program: &Program) -> Result<Question, String> {
        let FaultArgs { crash_nodes, no_restart, .. } = &self.faults;
        let mut both = Settings { budget: self.faults.budget(), restarts: !no_restart, ..Settings::check() };
        if let Some(names) = crash_nodes {
            both.crash_nodes =
                Some(names.iter().map(|name| settings::node(program, name)).collect::<Result<_, String>>()?);
        }
        set(&mut both, program, &self.both)?;
        let mut question = self.ask(both);
        if self.with_faults {
            let name = format!("with {}", faults(question.settings[1].budget));
            question.names[1] = name;
        }
        for (at, given) in [&self.left, &self.right].into_iter().enumerate() {
            set(&mut question.settings[at], program, given)?;
            if !given.is_empty() {
                question.names[at] = given.join(" ");
            }
        }
        Ok(Question { by: self.by.unwrap_or(question.by), ..question })
    }

    /// The question, of what both sides have in common.
    fn ask(&self, both: Settings) -> Question {
        let mut sides = [both.clone(), both];
        let (names, by, claim) = if self.with_faults {
            let [calm, hit] = &mut sides;
            if hit.budget == Budget::default() {
                hit.budget.crashes = 1;
            }
            calm.budget = Budget::default();
            (["without faults", "with faults"], By::Result, Some(Claim::Failure))
        } else if self.local {
            (["as written", "all local"], By::Prints, Some(Claim::Location))
        } else if self.schedule {
            [sides[0].scheduling, sides[1].scheduling] = [Scheduling::Cooperative, Scheduling::Preemptive];
            (["cooperative", "preemptive"], By::Outcome, Some(Claim::Scheduling))
        } else if self.order {
            [sides[0].order, sides[1].order] = [Order::Fifo, Order::Bag];
            (["fifo", "bag"], By::Outcome, None)
        } else if self.timing {
            [sides[0].timing, sides[1].timing] = [Timing::Urgent, Timing::Free];
            (["urgent", "free"], By::Outcome, None)
        } else if self.network {
            [sides[0].network, sides[1].network] = [Network::Fifo, Network::Unordered];
            (["fifo", "unordered"], By::Outcome, None)
        } else {
            (["default", "default"], By::Outcome, None)
        };
        Question { names: names.map(str::to_owned), settings: sides, local: self.local, by, claim }
    }
}

/// Changes the settings by what stands on the command line as `NAME=VALUE`.
fn set(own: &mut Settings, program: &Program, given: &[String]) -> Result<(), String> {
    for text in given {
        let (name, value) =
            text.split_once('=').ok_or_else(|| format!("{text} is no setting; write crashes=1 or timing=urgent"))?;
        settings::set(own, program, name.trim(), value.trim())?;
    }
    Ok(())
}

/// `1 crash, 2 losses`
fn faults(budget: Budget) -> String {
    let kinds = [
        (budget.crashes, "crash", "crashes"),
        (budget.suspicions, "suspicion", "suspicions"),
        (budget.losses, "loss", "losses"),
        (budget.duplicates, "duplicate", "duplicates"),
    ];
    let some = kinds.into_iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> =
        some.map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many })).collect();
    parts.join(", ")
}
