//! The claims of calculus 10 about one program under two settings, and what each asks of the program. Every precondition is
//! stated once, in `PRECONDITIONS`, with the function that finds the places where a program does not keep to it. What is
//! found errs on one side only: a precondition that is said to be kept is kept; one that is said to be broken may be kept
//! for a reason that is not in the text of the program.

mod flow;
mod structured;

use crate::base::Span;
use crate::calculus::Program;
use crate::calculus::term::{Address, Awaited, Operand, OperandKind, Stmt, Target};
use crate::calculus::value::Value;
use crate::explore::report::Coverage;
use crate::semantics::rules::{cancel, messages, promises, sequential, time};
use crate::semantics::settings::{Budget, Scheduling, Settings};

/// What is claimed of two settings of one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// What can happen under cooperative scheduling can happen under preemptive scheduling.
    Scheduling,
    /// `spawn dist` as `spawn local`: the same results and prints, their nodes aside.
    Location,
    /// With faults: the same results of main.
    Failure,
}

impl Claim {
    /// Its name in calculus 10.
    pub fn name(self) -> &'static str {
        match self {
            Claim::Scheduling => "scheduling",
            Claim::Location => "location transparency",
            Claim::Failure => "failure transparency",
        }
    }

    /// What it says, of a program that keeps to its preconditions.
    pub fn text(self) -> &'static str {
        match self {
            Claim::Scheduling => "what can happen under cooperative scheduling can happen under preemptive scheduling",
            Claim::Location => "near and far have the same results and prints, their nodes aside",
            Claim::Failure => "faults add no result of main, and take none away",
        }
    }

    /// The preconditions that the program does not keep to, each with the places that show it.
    pub fn broken(self, case: &Case<'_>) -> Vec<Broken> {
        let asked = PRECONDITIONS.iter().filter(|precondition| precondition.of.contains(&self));
        asked.filter_map(|precondition| (precondition.broken)(case).map(|places| precondition.at(places))).collect()
    }
}

/// What a claim is about: a program, the settings of both sides, and what two searches came to see of it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The program as it is written.
    pub program: &'a Program,
    /// The settings of both sides.
    pub settings: [&'a Settings; 2],
    /// What both searches have seen, if both were complete: what never ran breaks nothing.
    pub seen: Option<&'a Coverage>,
}

impl Case<'_> {
    /// Every statement of the program that may run, properties aside.
    fn code(&self) -> impl Iterator<Item = (Target, Stmt)> {
        let program = self.program;
        let end = program.properties.iter().map(|property| program.function(property.body).entry.0).min();
        let code = &program.code[..end.map_or(program.code.len(), |end| end as usize)];
        let ran = |at: usize| self.seen.is_none_or(|seen| seen.statements[at]);
        code.iter().enumerate().filter(move |(at, _)| ran(*at)).map(|(at, stmt)| (Target(at as u32), *stmt))
    }

    /// Where the statements stand that `is` picks; `None` where there is none.
    fn places(&self, is: impl Fn(Stmt) -> bool) -> Option<Vec<Span>> {
        some(self.code().filter(|(_, stmt)| is(*stmt)).map(|(at, _)| self.program.span(at)).collect())
    }

    /// Whether something may raise an error somewhere: a rule has fired that makes one, or `any` of nothing, which is an
    /// error without a rule of its own.
    fn throws(&self) -> bool {
        let raising = [
            &sequential::THROW,
            &sequential::OP_ERROR,
            &sequential::ASSERT_ERROR,
            &sequential::CALL_DEPTH,
            &messages::NO_TAKER,
            &time::CHOOSE_ERROR,
            &promises::REJECT,
            &cancel::CANCEL,
        ];
        let any = |(_, stmt)| matches!(stmt, Stmt::AwaitMany { w: Awaited::Any, .. });
        self.code().any(any) || self.seen.is_none_or(|seen| raising.iter().any(|rule| seen.has_fired(rule.name)))
    }
}

/// A precondition that a program does not keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its name in JSON.
    pub name: &'static str,
    /// What the program does: `reads or writes a cell`.
    pub what: &'static str,
    /// Where, in the order of the text; empty where the settings do it.
    pub places: Vec<Span>,
}

/// What a claim asks of the program.
struct Precondition {
    name: &'static str,
    what: &'static str,
    of: &'static [Claim],
    broken: fn(&Case<'_>) -> Option<Vec<Span>>,
}

impl Precondition {
    fn at(&self, mut places: Vec<Span>) -> Broken {
        places.sort_by_key(|span| (span.start, span.end));
        places.dedup();
        Broken { name: self.name, what: self.what, places }
    }
}

const BOTH: &[Claim] = &[Claim::Location, Claim::Failure];
const NEAR: &[Claim] = &[Claim::Location];
const CALM: &[Claim] = &[Claim::Failure];
const TURNS: &[Claim] = &[Claim::Scheduling];

/// Every precondition of every claim.
const PRECONDITIONS: &[Precondition] = &[
    Precondition {
        name: "preemptive",
        what: "is not under preemptive scheduling",
        of: BOTH,
        broken: |case| by_settings(case.settings.iter().all(|own| own.scheduling == Scheduling::Preemptive)),
    },
    Precondition {
        name: "no_faults",
        what: "may suffer faults",
        of: NEAR,
        broken: |case| by_settings(case.settings.iter().all(|own| own.budget == Budget::default())),
    },
    Precondition {
        name: "restarts",
        what: "may lose a node for good",
        of: CALM,
        broken: |case| by_settings(case.settings.iter().all(|own| own.restarts || own.budget.crashes == 0)),
    },
    Precondition {
        name: "no_cells",
        what: "reads or writes a cell",
        of: BOTH,
        broken: |case| case.places(|stmt| matches!(stmt, Stmt::Read { .. } | Stmt::Write { .. })),
    },
    Precondition {
        name: "no_empty_group",
        what: "spawns on a group that may be empty",
        of: NEAR,
        broken: empty_groups,
    },
    Precondition {
        name: "no_here",
        what: "asks where it is",
        of: NEAR,
        broken: |case| case.places(|stmt| matches!(stmt, Stmt::Here { .. })),
    },
    Precondition { name: "no_cancel", what: "cancels, or has a scope, which may", of: NEAR, broken: cancels },
    Precondition {
        name: "no_atomic",
        what: "has an atomic block",
        of: NEAR,
        broken: |case| case.places(|stmt| matches!(stmt, Stmt::AtomicBegin)),
    },
    Precondition {
        name: "no_settling_by_hand",
        what: "may settle the promise of an execution by hand",
        of: BOTH,
        broken: |case| some(flow::settled_by_hand(case)),
    },
    Precondition {
        name: "no_sends",
        what: "sends a one-way message",
        of: CALM,
        broken: |case| case.places(|stmt| matches!(stmt, Stmt::Send { .. })),
    },
    Precondition {
        name: "structured",
        what: "may end before it has awaited what it created",
        of: CALM,
        broken: |case| some(structured::left_alone(case)),
    },
    Precondition { name: "replayable", what: "may do otherwise when it runs again", of: CALM, broken: not_replayable },
    Precondition {
        name: "no_depth",
        what: "has calls that fail for their depth",
        of: BOTH,
        broken: |case| by_settings(case.seen.is_none_or(|seen| !seen.has_fired(sequential::CALL_DEPTH.name))),
    },
    Precondition {
        name: "no_wait",
        what: "waits without awaiting",
        of: TURNS,
        broken: |case| case.places(|stmt| matches!(stmt, Stmt::Wait { .. })),
    },
    Precondition {
        name: "only_scheduling",
        what: "differs in more than the scheduling",
        of: TURNS,
        broken: |case| {
            let [left, right] = case.settings;
            by_settings(Settings { scheduling: right.scheduling, ..left.clone() } == *right)
        },
    },
];

fn some(places: Vec<Span>) -> Option<Vec<Span>> {
    if places.is_empty() { None } else { Some(places) }
}

fn by_settings(kept: bool) -> Option<Vec<Span>> {
    if kept { None } else { Some(Vec::new()) }
}

fn cancels(case: &Case<'_>) -> Option<Vec<Span>> {
    case.places(|stmt| matches!(stmt, Stmt::Cancel { .. } | Stmt::AwaitMany { guard: Some(_), .. }))
}

fn not_replayable(case: &Case<'_>) -> Option<Vec<Span>> {
    let looks = |stmt| {
        matches!(stmt, Stmt::Now { .. } | Stmt::Here { .. } | Stmt::IsDone { .. } | Stmt::Choose { .. })
            || matches!(stmt, Stmt::Cancel { .. })
    };
    // A scope cancels its children only where something is thrown.
    let throws = case.throws();
    case.places(|stmt| looks(stmt) || throws && matches!(stmt, Stmt::AwaitMany { guard: Some(_), .. }))
}

fn empty_groups(case: &Case<'_>) -> Option<Vec<Span>> {
    let has_members = |group: Operand| match group.kind() {
        OperandKind::Constant(at) => {
            matches!(&case.program.constants[at as usize], Value::List(nodes) if !nodes.is_empty())
        }
        OperandKind::Slot(_) => false,
    };
    case.places(|stmt| match stmt {
        Stmt::SpawnDist { on, .. } => match &case.program.addresses[on as usize] {
            Address::Node(_) => false,
            Address::Any(group) | Address::Prefer(group, _) => !has_members(*group),
        },
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_precondition_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = PRECONDITIONS.iter().map(|own| own.name).collect();
        assert_eq!(names.len(), PRECONDITIONS.len());
    }
}
