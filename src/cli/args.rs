//! The command line: every option once, with its help.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use super::exit;
use crate::base::Prng;
use crate::calculus::Program;
use crate::explore::report::{Kind, Reductions};
use crate::semantics::schedule::{Fifo, Random, Scheduler};
use crate::semantics::settings::{Budget, Dialect, Network, Order, Scheduling, Settings, Timing};
use crate::trace::fault::{Script, ScriptedFault};
use crate::trace::settings::{self, Word, duration};

/// Run async programs by their formal semantics: step by step, each step by the name of its rule.
#[derive(Debug, Parser)]
#[command(
    name = "lacuna",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = exit::HELP,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a program once; print what it prints, then its result
    Run(RunArgs),
    /// Run a program once; show each step: number, node, execution, rule, what it did
    Trace(TraceArgs),
    /// Run exactly the steps of a schedule that --save has written
    Replay(ReplayArgs),
    /// Look at everything that can happen: the outcomes, and what is wrong, each with a run that shows it
    Check(Box<CheckArgs>),
    /// Run a program many times at random; stop at the first thing that is wrong, with a short run that shows it
    Sim(Box<super::sim::SimArgs>),
    /// Look at everything that can happen under two settings, side by side
    Compare(Box<super::compare::CompareArgs>),
    /// Walk through a run in the terminal, forwards and backwards, one rule at a time
    Step(super::step::StepArgs),
    /// Type declarations and statements, and see each reduction as it happens
    Repl(super::repl::ReplArgs),
    /// Hold programs against what they say is expected of them: traces, outcomes, verdicts
    Test(super::test::TestArgs),
    /// Serve a page on this machine: an editor, everything that can happen, and runs to step through
    Serve(super::serve::ServeArgs),
    /// Explain a rule or the code of a diagnostic; without a name, list them all
    Explain(ExplainArgs),
    /// Lay out programs in the one way there is, in place
    Fmt(FmtArgs),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Word for Format {
    const WORDS: &'static [(&'static str, Self)] = &[("text", Format::Text), ("json", Format::Json)];
}

/// How to show a run: as lines, or as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceFormat {
    /// A line a step.
    Lines(Format),
    /// A picture of the whole.
    Picture(PictureFormat),
}

/// The kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// A space-time diagram.
    Svg,
    /// A page to go back and forth in.
    Html,
    /// A sequence diagram.
    Mermaid,
    /// Who waits for whom at a step.
    Dot,
    /// A log of what happened before what.
    Shiviz,
    /// A trace for Perfetto.
    Perfetto,
    /// A trace of states.
    Itf,
}

impl Word for TraceFormat {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("text", TraceFormat::Lines(Format::Text)),
        ("json", TraceFormat::Lines(Format::Json)),
        ("svg", TraceFormat::Picture(PictureFormat::Svg)),
        ("html", TraceFormat::Picture(PictureFormat::Html)),
        ("mermaid", TraceFormat::Picture(PictureFormat::Mermaid)),
        ("dot", TraceFormat::Picture(PictureFormat::Dot)),
        ("shiviz", TraceFormat::Picture(PictureFormat::Shiviz)),
        ("perfetto", TraceFormat::Picture(PictureFormat::Perfetto)),
        ("itf", TraceFormat::Picture(PictureFormat::Itf)),
    ];
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub program: ProgramArgs,
    /// Put the name of its node before each line that the program prints
    #[arg(long)]
    pub nodes: bool,
    #[command(flatten)]
    pub how: HowArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    #[command(flatten)]
    pub program: TracedArgs,
    #[command(flatten)]
    pub show: ShowArgs,
    #[command(flatten)]
    pub picture: PictureArgs,
    #[command(flatten)]
    pub why: WhyArgs,
    #[command(flatten)]
    pub how: HowArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub program: TracedArgs,
    /// The schedule; its settings are used
    #[arg(value_name = "SCHEDULE")]
    pub schedule: PathBuf,
    /// Where the schedule does not fit any more, or ends, go on at random
    #[arg(long = "continue")]
    pub go_on: bool,
    /// Go on by this seed
    #[arg(long, value_name = "N", default_value_t = 0, requires = "go_on")]
    pub seed: u64,
    /// Take every spawn dist as a spawn local, as compare --local does
    #[arg(long)]
    pub local: bool,
    #[command(flatten)]
    pub show: ShowArgs,
    #[command(flatten)]
    pub picture: PictureArgs,
    #[command(flatten)]
    pub why: WhyArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule, such as Await-Continue, or a code, such as lacuna::type
    #[arg(value_name = "RULE|CODE")]
    pub name: Option<String>,
    /// How to print [default: text]
    #[arg(long, value_name = "text|json", value_parser = words::<Format>(), hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub format: Format,
}

/// Arguments of `fmt`.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// The programs; without any, or for -, standard input is formatted onto standard output
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    pub files: Vec<PathBuf>,
    /// Change nothing; show what would change, and end with 1 if anything would
    #[arg(long)]
    pub check: bool,
}

/// How to show what a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckFormat {
    /// An answer.
    Answer(Format),
    /// The graph of the configurations.
    Dot,
}

impl Word for CheckFormat {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("text", CheckFormat::Answer(Format::Text)),
        ("json", CheckFormat::Answer(Format::Json)),
        ("dot", CheckFormat::Dot),
    ];
}

/// What to search, and how to show what was found.
#[derive(Debug, Args)]
pub struct CheckedArgs {
    /// The program, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to print; dot draws the first configurations and the steps between them [default: text]
    #[arg(long, value_name = "text|json|dot", value_parser = words::<CheckFormat>(), hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub format: CheckFormat,
}

impl CheckedArgs {
    /// What to search; diagnostics are for people, unless the answer is for programs.
    pub fn program(&self) -> ProgramArgs {
        let format = match self.format {
            CheckFormat::Answer(format) => format,
            CheckFormat::Dot => Format::Text,
        };
        ProgramArgs { file: self.file.clone(), format }
    }
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub program: CheckedArgs,
    /// Show the outcomes only
    #[arg(long, conflicts_with = "step")]
    pub outcomes: bool,
    /// Show N sample runs, of different outcomes as far as there are
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub show: usize,
    /// Write the schedules of what is violated, for replay: of the first to a file, or of all to a folder
    #[arg(long, value_name = "PATH")]
    pub save: Option<PathBuf>,
    /// Open the stepper at the end of the run to the first thing that is violated
    #[arg(long)]
    pub step: bool,
    /// Let the program do this: deadlock, failed, diverged, livelock
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = allowed(&Kind::ALLOWED), hide_possible_values = true)]
    pub allow: Vec<Kind>,
    /// Compare the number of states with that of the last run, kept in this file, and keep this one's there
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Say also which rules never fired
    #[arg(long)]
    pub verbose: bool,
    /// Search again without reductions, and compare
    #[arg(long, conflicts_with = "no_reduction", help_heading = "Search")]
    pub verify_reduction: bool,
    /// Take every step whole as well, and check every invariant of the calculus behind it
    #[arg(long, help_heading = "Search")]
    pub paranoid: bool,
    #[command(flatten, next_help_heading = "Choices [default: preemptive, bag, free]")]
    pub relation: RelationArgs,
    #[command(flatten, next_help_heading = "Faults")]
    pub faults: FaultArgs,
    #[command(flatten)]
    pub search: SearchArgs,
}

/// How to search, and when to stop.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Search")]
pub struct SearchArgs {
    /// Search with N threads; the answer does not depend on it [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Take every step by itself and in every order
    #[arg(long, conflicts_with = "reductions")]
    pub no_reduction: bool,
    /// Take configurations for one in which the nodes of a group have changed places
    #[arg(long, conflicts_with_all = ["no_reduction", "reductions"])]
    pub symmetry: bool,
    /// Use only these: fuse, partial-order, symmetry [default: fuse,partial-order]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = Reductions::NAMES, hide_possible_values = true)]
    pub reductions: Option<Vec<String>>,
    /// Stop at so many states
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_states: Option<u64>,
    /// Do not go further than N steps from the start
    #[arg(long, value_name = "N", help_heading = "Limits", alias = "max-steps")]
    pub max_depth: Option<u64>,
    /// Stop when so much memory is used: 500M, 4G [default: three quarters of what is free]
    #[arg(long, value_name = "SIZE", help_heading = "Limits", value_parser = size)]
    pub max_memory: Option<u64>,
    /// Stop after a time: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", help_heading = "Limits", value_parser = duration)]
    pub time_limit: Option<Duration>,
}

/// What to run, and how to print.
#[derive(Debug, Args)]
pub struct ProgramArgs {
    /// The program, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to print [default: text]
    #[arg(long, value_name = "text|json", value_parser = words::<Format>(), hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub format: Format,
}

/// What to run, and how to show it.
#[derive(Debug, Args)]
pub struct TracedArgs {
    /// The program, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to show the run: as lines, text or json; as a picture, svg, mermaid or dot; as a page, html; for other tools,
    /// shiviz, perfetto or itf [default: text]
    #[arg(long, value_name = "NAME", value_parser = words::<TraceFormat>(), hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub format: TraceFormat,
}

impl TracedArgs {
    /// What to run; diagnostics are for people, unless the run is for programs.
    pub fn program(&self) -> ProgramArgs {
        let format = match self.format {
            TraceFormat::Lines(format) => format,
            TraceFormat::Picture(_) => Format::Text,
        };
        ProgramArgs { file: self.file.clone(), format }
    }
}

/// What part of a run a picture shows.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub struct PictureArgs {
    /// Show this page, of a run of several [default: the first]
    #[arg(long, value_name = "N", conflicts_with = "steps")]
    pub page: Option<NonZeroUsize>,
    /// Show these steps
    #[arg(long, value_name = "A..B", value_parser = steps)]
    pub steps: Option<(u64, u64)>,
    /// Draw each round of a loop
    #[arg(long)]
    pub no_fold: bool,
    /// The step that --format dot and --why are about: who waits for whom behind it [default: the last]
    #[arg(long, value_name = "N")]
    pub at: Option<u64>,
}

/// What to show of a trace.
#[derive(Clone, Copy, Debug, Args)]
pub struct ShowArgs {
    /// Show every step, also what a frame does by itself: Move, Op, Branch, …
    #[arg(long)]
    pub all: bool,
    /// Show the whole configuration after each step, with what changed
    #[arg(long)]
    pub config: bool,
}

/// What to say instead of showing steps.
#[derive(Clone, Debug, Args)]
pub struct WhyArgs {
    /// Say why this rule can fire, or why not: each premise with its values; with --at N before step N, else at the end
    #[arg(long, value_name = "RULE")]
    pub why: Option<String>,
}

/// When to stop.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Stop after so many steps
    #[arg(long, value_name = "N")]
    pub max_steps: Option<u64>,
    /// Stop after a time: 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub time_limit: Option<Duration>,
}

/// Who chooses among the steps that are enabled, and which are.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Choices [default: cooperative, fifo, urgent]")]
pub struct HowArgs {
    /// Make every random choice by this seed
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub relation: RelationArgs,
    /// Write the steps that were chosen to a file, for replay
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Let this happen as that step of the run: 'crash w1 @ 12', 'lose main.0 @ 7', 'suspect main.0 @ 5', 'restart w1 @ 20'
    #[arg(long, value_name = "FAULT", value_parser = ScriptedFault::parse, help_heading = "Faults (they happen where choices are random)")]
    pub fault: Vec<ScriptedFault>,
    #[command(flatten, next_help_heading = "Faults (they happen where choices are random)")]
    pub faults: FaultArgs,
}

/// Which steps are enabled.
#[derive(Clone, Debug, Args)]
pub struct RelationArgs {
    /// Who may step on a node
    #[arg(long, value_name = "cooperative|preemptive", value_parser = words::<Scheduling>(), hide_possible_values = true)]
    pub schedule: Option<Scheduling>,
    /// In what order ready stacks get their turn
    #[arg(long, value_name = "fifo|bag", value_parser = words::<Order>(), hide_possible_values = true)]
    pub order: Option<Order>,
    /// When timers fire: when nothing else can happen, or at any moment
    #[arg(long, value_name = "urgent|free", value_parser = words::<Timing>(), hide_possible_values = true)]
    pub timing: Option<Timing>,
    /// In what order messages arrive [default: unordered]
    #[arg(long, value_name = "unordered|fifo", value_parser = words::<Network>(), hide_possible_values = true)]
    pub network: Option<Network>,
    /// Which language's rules [default: paper]
    #[arg(long, value_name = "NAME", value_parser = words::<Dialect>())]
    pub dialect: Option<Dialect>,
    /// Let a call fail that would put more than N frames on one stack [default: 1000000]
    #[arg(long, value_name = "N", default_value_t = 1_000_000, hide_default_value = true, help_heading = "Limits")]
    pub max_call_depth: usize,
}

/// The faults that may happen.
#[derive(Clone, Debug, Args)]
pub struct FaultArgs {
    /// Let up to N nodes crash
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub crashes: u32,
    /// Let up to N leases run out though nobody died
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub suspicions: u32,
    /// Let up to N messages get lost
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub losses: u32,
    /// Let up to N messages arrive twice
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub duplicates: u32,
    /// Let only these nodes crash
    #[arg(long, value_name = "NODES", value_delimiter = ',')]
    pub crash_nodes: Option<Vec<String>>,
    /// Leave nodes that crashed down
    #[arg(long)]
    pub no_restart: bool,
}

impl HowArgs {
    /// The settings, for a program.
    ///
    /// # Errors
    /// A sentence, when a node is named that the program does not declare.
    pub fn settings(&self, program: &Program) -> Result<Settings, String> {
        let mut settings = self.relation.settings(&self.faults, Settings::run(), program)?;
        self.script()?.pay(&mut settings.budget);
        Ok(settings)
    }

    /// The faults that are to happen as certain steps.
    ///
    /// # Errors
    /// A sentence, when two are to be the same step.
    pub fn script(&self) -> Result<Script, String> {
        Script::new(&self.fault)
    }

    /// Whether steps are chosen at random: asked for by a schedule, an order or a seed. Else the run is the deterministic
    /// one, and only `choose` goes by the seed.
    pub fn is_random(&self) -> bool {
        self.relation.schedule.is_some() || self.relation.order.is_some() || self.seed.is_some()
    }

    /// Whether faults are asked for that no step will be.
    pub fn has_idle_faults(&self) -> bool {
        !self.is_random() && self.faults.budget() != Budget::default()
    }

    /// Who chooses the steps of which the script says nothing.
    pub fn scheduler(&self, seed: u64, script: &Script) -> Box<dyn Scheduler> {
        let prng = Prng::new(seed);
        script.before(if self.is_random() { Box::new(Random::new(prng)) } else { Box::new(Fifo::new(prng)) })
    }
}

impl FaultArgs {
    /// How many may happen.
    pub fn budget(&self) -> Budget {
        let FaultArgs { crashes, suspicions, losses, duplicates, .. } = *self;
        Budget { crashes, suspicions, losses, duplicates }
    }
}

impl SearchArgs {
    /// The reductions that are asked for.
    ///
    /// # Errors
    /// A sentence, when partial-order is asked for alone: what it takes at once is joined again by steps that fuse takes.
    pub fn reductions(&self) -> Result<Reductions, String> {
        if self.no_reduction {
            return Ok(Reductions::NONE);
        }
        let Some(names) = &self.reductions else {
            return Ok(Reductions { symmetry: self.symmetry, ..Reductions::DEFAULT });
        };
        match Reductions::of_names(names.iter().map(String::as_str)) {
            Reductions { fuse: false, partial_order: true, .. } => {
                Err(String::from("partial-order builds on fuse; write --reductions fuse,partial-order"))
            }
            reductions => Ok(reductions),
        }
    }
}

impl RelationArgs {
    /// The settings, for a program: what the command line leaves open is as in `default`.
    ///
    /// # Errors
    /// A sentence, when a node is named that the program does not declare.
    pub fn settings(&self, faults: &FaultArgs, default: Settings, program: &Program) -> Result<Settings, String> {
        let FaultArgs { crash_nodes, no_restart, .. } = faults;
        let crash_nodes = match crash_nodes {
            None => None,
            Some(names) => Some(names.iter().map(|name| settings::node(program, name)).collect::<Result<_, _>>()?),
        };
        Ok(Settings {
            scheduling: self.schedule.unwrap_or(default.scheduling),
            order: self.order.unwrap_or(default.order),
            timing: self.timing.unwrap_or(default.timing),
            network: self.network.unwrap_or(default.network),
            dialect: self.dialect.unwrap_or(default.dialect),
            budget: faults.budget(),
            crash_nodes,
            restarts: !no_restart,
            max_call_depth: self.max_call_depth,
        })
    }
}

pub(super) fn words<T: Word + Send + Sync>() -> impl TypedValueParser<Value = T> {
    let parser = PossibleValuesParser::new(T::WORDS.iter().map(|(word, _)| *word));
    parser.try_map(|word| T::of_word(&word).ok_or_else(|| format!("{word} is none of them")))
}

/// What `--allow` takes: the names of these kinds.
pub(super) fn allowed(kinds: &'static [Kind]) -> impl TypedValueParser<Value = Kind> {
    let parser = PossibleValuesParser::new(kinds.iter().map(|kind| kind.name()));
    parser.try_map(move |word| {
        kinds.iter().copied().find(|kind| kind.name() == word).ok_or_else(|| format!("{word} is none of them"))
    })
}

/// `3..20`
fn steps(text: &str) -> Result<(u64, u64), String> {
    let wrong = || format!("{text} is no range of steps; write 3..20");
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let (from, to) = (from.trim().parse().map_err(|_| wrong())?, to.trim().parse().map_err(|_| wrong())?);
    if from <= to { Ok((from, to)) } else { Err(wrong()) }
}

/// `512K`, `500M`, `4G`; a bare number is bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim().to_ascii_uppercase().trim_end_matches("IB").trim_end_matches('B') {
        "" => 1.0,
        "K" => 1024.0,
        "M" => 1024.0 * 1024.0,
        "G" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(format!("{text} is no size; write 512K, 500M or 4G")),
    };
    let number: f64 = number.parse().map_err(|_| format!("{text} is no size; write 512K, 500M or 4G"))?;
    Ok((number * unit) as u64)
}
