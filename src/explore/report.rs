//! What a search is asked, and what it answers.

use std::sync::Arc;

use crate::base::Span;
use crate::calculus::{Names, Program};
use crate::semantics::focus::Choice;
use crate::semantics::outcome::{Ending, Outcome};
use crate::semantics::rule::Rule;
use crate::semantics::settings::Settings;
use crate::semantics::system::System;

/// The reductions: each drops configurations, none drops an outcome, a violation or a verdict (docs/exploration.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reductions {
    /// Steps that touch their own stack only are taken at once.
    pub fuse: bool,
    /// Steps that nobody can tell have happened are taken at once, in one order.
    pub partial_order: bool,
    /// Configurations in which the nodes of a group have changed places are one.
    pub symmetry: bool,
}

impl Reductions {
    /// Those that nobody has to ask for.
    pub const DEFAULT: Reductions = Reductions { fuse: true, partial_order: true, symmetry: false };
    /// None at all.
    pub const NONE: Reductions = Reductions { fuse: false, partial_order: false, symmetry: false };

    /// What they are called.
    pub const NAMES: [&str; 3] = ["fuse", "partial-order", "symmetry"];

    /// The names of those that are on.
    pub fn names(self) -> Vec<&'static str> {
        let on = [self.fuse, self.partial_order, self.symmetry];
        Self::NAMES.into_iter().zip(on).filter(|(_, on)| *on).map(|(name, _)| name).collect()
    }

    /// Those of these names.
    pub fn of_names<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Reductions {
        let [fuse, partial_order, symmetry] = Self::NAMES.map(|name| names.clone().any(|own| own == name));
        Reductions { fuse, partial_order, symmetry }
    }
}

/// A group whose nodes cannot change places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asymmetry {
    /// The group; empty where it is about all of them.
    pub group: String,
    /// Why not: what is to be said of the group.
    pub why: String,
    /// Where.
    pub span: Option<Span>,
}

/// A piece of work that may be done by any thread.
pub type Job<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Who does the work of a search. There are no threads below the command line: whoever has some brings them.
pub trait Crew: std::fmt::Debug + Sync {
    /// How many jobs can be done at once.
    fn hands(&self) -> usize;

    /// Does all of the jobs, and returns when all are done.
    fn work(&self, jobs: Vec<Job<'_>>);
}

/// The thread that asked.
#[derive(Debug)]
pub struct Alone;

impl Crew for Alone {
    fn hands(&self) -> usize {
        1
    }

    fn work(&self, jobs: Vec<Job<'_>>) {
        jobs.into_iter().for_each(|job| job());
    }
}

/// What a search may use up, and how it goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Configurations, at most.
    pub max_states: Option<u64>,
    /// Steps from the start, at most.
    pub max_depth: Option<u64>,
    /// Bytes for configurations and what is known of them, at most.
    pub max_memory: Option<u64>,
    /// Who does the work; the answer does not depend on it.
    pub crew: &'a dyn Crew,
    /// Which reductions are on.
    pub reductions: Reductions,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { max_states: None, max_depth: None, max_memory: None, crew: &Alone, reductions: Reductions::DEFAULT }
    }
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Configurations visited.
    pub states: u64,
    /// Steps between them.
    pub transitions: u64,
    /// Steps from the start of those that are looked at now.
    pub depth: u64,
    /// Configurations whose steps are still to be taken.
    pub frontier: u64,
    /// Bytes in use.
    pub bytes: u64,
}

/// A run from the start ([`Report::start`]): every choice in order, silent steps included.
pub type Way = Vec<Choice>;

/// An outcome, and the shortest way to it.
#[derive(Clone, Debug)]
pub struct OutcomeFound {
    /// The outcome.
    pub outcome: Outcome,
    /// Its compact JSON, by which outcomes are told apart and sorted.
    pub json: String,
    /// How many final configurations have it.
    pub finals: u64,
    /// The shortest way to one of them.
    pub way: Way,
}

/// What kind of thing is violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An `invariant` is false in a configuration.
    Invariant,
    /// An `assert` failed.
    Assert,
    /// A `finally` is false in a final configuration.
    Finally,
    /// An `eventually` is false on all of a fair run.
    Eventually,
    /// main is pending in a final configuration.
    Deadlock,
    /// main failed.
    Failed,
    /// An execution did not create again what it had created.
    Diverged,
    /// A configuration from which no final one can be reached.
    Livelock,
    /// A simulated run has not ended though faults have stopped and everybody got a turn for as long as was asked.
    Unfinished,
}

impl Kind {
    /// Those that a program may be allowed: what becomes of main, whatever it states.
    pub const ALLOWED: [Kind; 4] = [Kind::Deadlock, Kind::Failed, Kind::Diverged, Kind::Livelock];

    /// What is wrong with a run that ends like this, if anything is.
    pub fn of_ending(ending: &Ending) -> Option<Kind> {
        match ending {
            Ending::Returned(_) => None,
            Ending::Failed(_) => Some(Kind::Failed),
            Ending::Deadlock => Some(Kind::Deadlock),
            Ending::Diverged(_) => Some(Kind::Diverged),
        }
    }

    /// Its word in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invariant => "invariant",
            Kind::Assert => "assert",
            Kind::Finally => "finally",
            Kind::Eventually => "eventually",
            Kind::Deadlock => "deadlock",
            Kind::Failed => "failed",
            Kind::Diverged => "diverged",
            Kind::Livelock => "livelock",
            Kind::Unfinished => "unfinished",
        }
    }
}

/// Something that is wrong, and the shortest way to it.
#[derive(Clone, Debug)]
pub struct Violation {
    /// A property's name, `assert:LINE`, or the kind's.
    pub name: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Where it stands in the program, if it stands somewhere.
    pub span: Option<Span>,
    /// The error that the property's evaluation raised, if it did.
    pub error: Option<String>,
    /// The run that shows it.
    pub way: Way,
    /// For a run that goes on for ever: the number of steps before the part of `way` that repeats.
    pub repeats_from: Option<usize>,
}

/// A limit, and what it cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// `max_states`
    States,
    /// `max_depth`
    Depth,
    /// `max_memory`
    Memory,
    /// Whoever watched said stop.
    Stopped,
}

/// What the search came to see.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The rules that fired, in the order in which they did first.
    rules: Vec<&'static Rule>,
    /// Whether each statement of the program was ever the next of a frame that stepped, by its place in the code; those of
    /// properties likewise.
    pub statements: Vec<bool>,
    /// Whether each property was evaluated, in the order of declaration.
    pub evaluated: Vec<bool>,
}

impl Coverage {
    /// Nothing of `program` has been seen.
    pub fn none(program: &Program) -> Coverage {
        let statements = vec![false; program.code.len()];
        Coverage { rules: Vec::new(), statements, evaluated: vec![false; program.properties.len()] }
    }

    /// Sees a step that may be taken.
    pub fn see(&mut self, sys: &System, choice: Choice) {
        self.see_rule(choice.rule);
        if let Some(id) = choice.focus.stack()
            && let Some(stack) = sys.stacks.get(id.0 as usize)
        {
            self.statements[stack.top().pc.0 as usize] = true;
        }
    }

    /// Sees a rule fire.
    #[inline]
    pub fn see_rule(&mut self, rule: &'static Rule) {
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }

    /// Whether the rule of this name has fired.
    pub fn has_fired(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name == name)
    }

    /// The names of the rules that fired, sorted.
    pub fn fired(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.rules.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names
    }

    /// Sees what `other` has seen, too.
    pub fn add(&mut self, other: Coverage) {
        other.rules.into_iter().for_each(|rule| self.see_rule(rule));
        let or = |(seen, too): (&mut bool, bool)| *seen |= too;
        self.statements.iter_mut().zip(other.statements).for_each(or);
        self.evaluated.iter_mut().zip(other.evaluated).for_each(or);
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Report {
    /// Every outcome found, sorted by its JSON.
    pub outcomes: Vec<OutcomeFound>,
    /// Everything that is wrong, sorted by name.
    pub violations: Vec<Violation>,
    /// How far it came.
    pub progress: Progress,
    /// Which limits cut something, and how many configurations were left whose steps were not taken. Empty: complete.
    pub cut: Vec<(Cut, u64)>,
    /// What the search came to see.
    pub coverage: Coverage,
    /// The reductions that were on. Symmetry is if the nodes of some group change places.
    pub reductions: Reductions,
    /// Where symmetry was asked for: the groups whose nodes do not.
    pub asymmetries: Vec<Asymmetry>,
    /// The names that the search has given: the paths in its ways are numbers in this table.
    pub names: Names,
}

impl Report {
    /// The start of every way of this report.
    pub fn start(&self, program: &Arc<Program>, settings: &Arc<Settings>) -> System {
        super::way::start(program, settings, &self.names)
    }

    /// Whether everything that can be reached was visited.
    pub fn is_complete(&self) -> bool {
        self.cut.is_empty()
    }
}
