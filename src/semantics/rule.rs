//! How a rule is written down. A rule is one small function under one `rule!` block, and the block is the only place
//! where the rule is stated: figures, traces, `explain`, coverage and docs all read it from there.
//!
//! An *attempt* at a rule checks its premises in the order of the figure; the first that fails refuses the rule. Below
//! `conclude!`, the line of the figure, nothing can fail and Σ changes. A *probe* stops at that line: it asks whether
//! the rule would fire. So one function answers "is it enabled?", "fire it" and "why not?".

use super::system::{Stack, System};
use crate::calculus::{NodeId, Path};

/// A premise of a rule, under its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Premise {
    /// The name of the rule.
    pub rule: &'static str,
    /// Its name in the rule, or [`SHAPE`]'s.
    pub name: &'static str,
    /// What it says, in the letters of the calculus.
    pub text: &'static str,
}

/// The premise that is nowhere written: the focus has the shape that the conclusion starts from.
pub static SHAPE: Premise = Premise { rule: "", name: "shape", text: "the focus has the shape of the conclusion" };

/// Refused by the first premise that does not hold, or done.
pub type Attempt = Result<(), &'static Premise>;

/// The sections of the calculus that rules come from; one file of `rules/` each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Section 3.
    Sequential,
    /// Section 4.
    Tasks,
    /// Section 5.
    Executions,
    /// Section 6, messages.
    Messages,
    /// Section 6, promises.
    Promises,
    /// Section 7.
    Failure,
    /// Section 8, time and choice.
    Time,
    /// Section 8, cancellation and atomicity.
    Cancel,
}

impl Family {
    /// All of them in the order of the calculus.
    pub const ALL: [Family; 8] = [
        Family::Sequential,
        Family::Tasks,
        Family::Executions,
        Family::Messages,
        Family::Promises,
        Family::Failure,
        Family::Time,
        Family::Cancel,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Family::Sequential => "Sequential rules",
            Family::Tasks => "Async and await on one node",
            Family::Executions => "Executions: spawn local",
            Family::Messages => "Locations: spawn dist and messages",
            Family::Promises => "Promises",
            Family::Failure => "Failure and recovery",
            Family::Time => "Time and choice",
            Family::Cancel => "Cancellation and atomicity",
        }
    }

    /// Its section in the calculus.
    pub fn section(self) -> u8 {
        match self {
            Family::Sequential => 3,
            Family::Tasks => 4,
            Family::Executions => 5,
            Family::Messages | Family::Promises => 6,
            Family::Failure => 7,
            Family::Time | Family::Cancel => 8,
        }
    }

    /// Its folder under `tests/rules/`, and its file in `semantics/rules/`.
    pub fn folder(self) -> &'static str {
        match self {
            Family::Sequential => "sequential",
            Family::Tasks => "tasks",
            Family::Executions => "executions",
            Family::Messages => "messages",
            Family::Promises => "promises",
            Family::Failure => "failure",
            Family::Time => "time",
            Family::Cancel => "cancel",
        }
    }
}

/// The function of a rule, by the kind of focus that it fires at. Stacks are checked out of Σ while they step.
#[derive(Clone, Copy)]
pub enum Apply {
    /// The top frame of a stack steps.
    Stack(fn(&mut System, &mut Stack) -> Attempt),
    /// The top frame of a stack steps to one of several alternatives.
    Alternative(fn(&mut System, &mut Stack, usize) -> Attempt),
    /// The message at this place of M is taken at a node.
    Message(fn(&mut System, usize, NodeId) -> Attempt),
    /// Something happens to the message at this place of M in flight.
    Flight(fn(&mut System, usize) -> Attempt),
    /// The clock or recovery acts on a promise.
    Promise(fn(&mut System, Path) -> Attempt),
    /// Recovery acts on the callback at this place of a promise's callbacks.
    Callback(fn(&mut System, Path, usize) -> Attempt),
    /// A node crashes or restarts.
    Node(fn(&mut System, NodeId) -> Attempt),
}

/// What pays for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// `--crashes`
    Crash,
    /// `--suspicions`
    Suspicion,
    /// `--losses`
    Loss,
    /// `--duplicates`
    Duplicate,
}

impl Fault {
    /// The option that sets its budget, without the dashes.
    pub fn option(self) -> &'static str {
        match self {
            Fault::Crash => "crashes",
            Fault::Suspicion => "suspicions",
            Fault::Loss => "losses",
            Fault::Duplicate => "duplicates",
        }
    }
}

/// A rule of the calculus.
pub struct Rule {
    /// Its name in docs, traces and on the command line: `Await-Continue`.
    pub name: &'static str,
    /// Its name as a function and as a file: `await_continue`.
    pub ident: &'static str,
    /// Its section.
    pub family: Family,
    /// What it does, in words.
    pub doc: &'static str,
    /// Its premises, name and text, in the order of the figure.
    pub premises: &'static [(&'static str, &'static str)],
    /// The part of Σ that it starts from.
    pub from: &'static str,
    /// What that part becomes.
    pub to: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// The budget that pays for it, if it is a fault.
    pub fault: Option<Fault>,
    /// The smallest program that fires it.
    pub example: &'static str,
    /// The function.
    pub apply: Apply,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// States a rule. See the module's documentation, and any file of `rules/` for examples.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        $upper:ident: $name:literal in $family:ident($folder:literal) {
            $($premise:ident: $text:literal;)*
            -----
            $from:literal => $to:literal
        }
        source $source:literal;
        $(fault $fault:ident;)?
        apply $kind:ident $apply:ident;
    ) => {
        $(#[doc = $doc])+
        #[doc = concat!(
            "\n```text\n", $("  ", $text, "\n",)* "────────────────────────────  [", $name, "]\n  ", $from, "   →   ", $to,
            "\n```\n\nSource: `", $source, "`"
        )]
        pub static $upper: $crate::semantics::rule::Rule = $crate::semantics::rule::Rule {
            name: $name,
            ident: stringify!($apply),
            family: $crate::semantics::rule::Family::$family,
            doc: concat!($($doc, "\n"),+),
            premises: &[$((stringify!($premise), $text)),*],
            from: $from,
            to: $to,
            source: $source,
            fault: $crate::semantics::rule::fault!($($fault)?),
            example: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/tests/rules/", $folder, "/", stringify!($apply), ".lac"
            )),
            apply: $crate::semantics::rule::Apply::$kind($apply),
        };
        mod $apply {
            $(
                #[expect(non_upper_case_globals, reason = "a premise is written in lower case, as in the figure")]
                pub(super) static $premise: $crate::semantics::rule::Premise = $crate::semantics::rule::Premise {
                    rule: $name, name: stringify!($premise), text: $text,
                };
            )*
        }
    };
}

/// The budget of a rule that may have none.
macro_rules! fault {
    () => {
        None
    };
    ($fault:ident) => {
        Some($crate::semantics::rule::Fault::$fault)
    };
}

/// Checks a premise: `premise!(rule::name, if condition)`, or `premise!(rule::name, let pattern = expression)`.
macro_rules! premise {
    ($rule:ident::$premise:ident, if $condition:expr) => {
        if !$condition {
            return Err(&$rule::$premise);
        }
    };
    ($rule:ident::$premise:ident, let $pattern:pat = $value:expr) => {
        let $pattern = $value else {
            return Err(&$rule::$premise);
        };
    };
}

/// Checks the shape of the focus, which the conclusion states and no premise repeats.
macro_rules! shape {
    (if $condition:expr) => {
        if !$condition {
            return Err(&$crate::semantics::rule::SHAPE);
        }
    };
    (let $pattern:pat = $value:expr) => {
        let $pattern = $value else {
            return Err(&$crate::semantics::rule::SHAPE);
        };
    };
}

/// The line of the figure: every premise holds. A probe ends here.
macro_rules! conclude {
    ($sys:expr) => {
        if $sys.probing {
            return Ok(());
        }
    };
}

pub(crate) use {conclude, fault, premise, rule, shape};
