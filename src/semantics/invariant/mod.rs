//! What must hold in every Σ, and between every Σ and the next. Checked after each step in debug builds, in tests, and by
//! `check --paranoid`; a violation is a bug of ours.
//!
//! Each invariant has a name and says what is wrong where. Those that speak of change (a settled promise stays as it is, a
//! version only grows) are checked between two configurations. Those of the promise store say which properties of the
//! catalogue in the specification of Resonate they are; which of that catalogue have no meaning here is said by [`ABSENT`].

mod absent;
mod state;
mod step;
mod store;

use super::focus::{Choice, Focus};
use super::system::{Exec, System};

pub use absent::{ABSENT, Absent};

/// An invariant over one Σ: its name, and a description of the first thing that breaks it.
#[derive(Debug)]
pub struct Invariant {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub claim: &'static str,
    /// The numbers of the properties that it is in the catalogue of the specification.
    pub catalogue: &'static [u8],
    /// The first thing that breaks it.
    pub check: fn(&System) -> Option<String>,
}

/// An invariant over a step.
#[derive(Debug)]
pub struct StepInvariant {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub claim: &'static str,
    /// The numbers of the properties that it is in the catalogue of the specification.
    pub catalogue: &'static [u8],
    /// The first thing that breaks it.
    pub check: fn(&Step<'_>) -> Option<String>,
}

/// A step that was taken.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Σ
    pub before: &'a System,
    /// The execution that takes it; `None`: a message, the clock, recovery or a fault does.
    pub by: Option<Exec>,
    /// Σ'
    pub after: &'a System,
}

impl<'a> Step<'a> {
    /// The step that this choice is.
    pub fn of(before: &'a System, choice: Choice, after: &'a System) -> Step<'a> {
        let by = match choice.focus {
            Focus::Stack(id) | Focus::Alternative(id, _) => before.stacks.get(id.0 as usize).map(|stack| stack.exec),
            _ => None,
        };
        Step { before, by, after }
    }
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub claim: &'static str,
    /// What breaks it.
    pub what: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "invariant {} ({}) is broken: {}", self.name, self.claim, self.what)
    }
}

/// Every invariant over one Σ.
pub static INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "ownership",
        claim: "every running task has one frame, on a stack or parked, once",
        catalogue: &[],
        check: state::ownership,
    },
    Invariant {
        name: "body_at_bottom",
        claim: "d and m frames are at the bottom of their stack, and only there",
        catalogue: &[],
        check: state::body_at_bottom,
    },
    Invariant {
        name: "one_driver",
        claim: "an attempt has at most one body frame",
        catalogue: &[],
        check: state::one_driver,
    },
    Invariant {
        name: "parked_is_listed",
        claim: "a parked frame stands on the list of each thing that it waits for, once, and on no other",
        catalogue: &[],
        check: state::parked_is_listed,
    },
    Invariant {
        name: "parked_has_callback",
        claim: "an execution that is parked on a promise is registered there",
        catalogue: &[45],
        check: state::parked_has_callback,
    },
    Invariant {
        name: "callbacks_unique",
        claim: "no callback is registered twice",
        catalogue: &[11],
        check: state::callbacks_unique,
    },
    Invariant {
        name: "nothing_runs_down",
        claim: "a node that is down has no stacks, tasks or parked frames",
        catalogue: &[],
        check: state::nothing_runs_down,
    },
    Invariant {
        name: "ready_is_stacks",
        claim: "the order of readiness names each stack once",
        catalogue: &[],
        check: state::ready_is_stacks,
    },
    Invariant {
        name: "holder_is_possible",
        claim: "a holder's incarnation is not in the future",
        catalogue: &[],
        check: state::holder_is_possible,
    },
    Invariant {
        name: "answers_are_settled",
        claim: "a recorded answer is resolved with a number",
        catalogue: &[],
        check: state::answers_are_settled,
    },
    Invariant {
        name: "timers_are_pending",
        claim: "the clock's list holds exactly the pending timers",
        catalogue: &[],
        check: state::timers_are_pending,
    },
    Invariant {
        name: "only_calls_are_held",
        claim: "only executions have a holder, or a version but 0",
        catalogue: &[35],
        check: store::only_calls_are_held,
    },
    Invariant {
        name: "driver_is_holder",
        claim: "an attempt that is not stale runs where its promise is held, and none is ahead of the store",
        catalogue: &[17],
        check: store::driver_is_holder,
    },
    Invariant {
        name: "holder_drives",
        claim: "a pending promise whose holder is alive has the frame of its body there",
        catalogue: &[17, 90],
        check: store::holder_drives,
    },
    Invariant {
        name: "offer_in_flight",
        claim: "an execution that nobody holds is offered by an Invoke in flight, unless that was lost",
        catalogue: &[20],
        check: store::offer_in_flight,
    },
    Invariant {
        name: "messages_not_ahead",
        claim: "no message is of a version that its promise has not reached",
        catalogue: &[40],
        check: store::messages_not_ahead,
    },
    Invariant {
        name: "invoke_fits",
        claim: "an Invoke names an execution, and one of its version goes to its address",
        catalogue: &[39, 41, 75],
        check: store::invoke_fits,
    },
    Invariant {
        name: "resume_names_settled",
        claim: "a Resume names a settled promise",
        catalogue: &[42],
        check: store::resume_names_settled,
    },
    Invariant {
        name: "cancel_names_cancelled",
        claim: "a Cancel names a cancelled promise, in its version",
        catalogue: &[],
        check: store::cancel_names_cancelled,
    },
    Invariant {
        name: "no_lost_resume",
        claim: "a frame parked on a settled promise has a Resume in flight, unless its execution is stale, it was lost, or a Cancel is to come",
        catalogue: &[24, 69],
        check: store::no_lost_resume,
    },
];

/// Every invariant over a step.
pub static STEP_INVARIANTS: &[StepInvariant] = &[
    StepInvariant {
        name: "single_assignment",
        claim: "a settled task or promise never changes",
        catalogue: &[52, 53, 61],
        check: step::single_assignment,
    },
    StepInvariant {
        name: "settled_record_frozen",
        claim: "of a settled promise nothing changes but who has seen it and what is left of its attempt",
        catalogue: &[47],
        check: step::settled_record_frozen,
    },
    StepInvariant {
        name: "store_only_grows",
        claim: "no promise leaves D",
        catalogue: &[48],
        check: step::store_only_grows,
    },
    StepInvariant {
        name: "birth_fields_frozen",
        claim: "what settles a promise never changes, and its address only with its version",
        catalogue: &[46],
        check: step::birth_fields_frozen,
    },
    StepInvariant {
        name: "version_only_grows",
        claim: "a version grows by one, of a pending execution, and frees it of its holder",
        catalogue: &[50, 80],
        check: step::version_only_grows,
    },
    StepInvariant {
        name: "holder_stable",
        claim: "a version is claimed once: its holder stays",
        catalogue: &[63, 81],
        check: step::holder_stable,
    },
    StepInvariant {
        name: "callbacks_stay",
        claim: "callbacks come while a promise is pending, and none leaves",
        catalogue: &[57, 58, 68],
        check: step::callbacks_stay,
    },
    StepInvariant {
        name: "callback_is_of_a_parked_frame",
        claim: "a callback comes with a frame that parks there",
        catalogue: &[72],
        check: step::callback_is_of_a_parked_frame,
    },
    StepInvariant {
        name: "born_clean",
        claim: "a new promise is of version 0, without callbacks, and pending unless it is an answer",
        catalogue: &[89],
        check: step::born_clean,
    },
    StepInvariant {
        name: "no_spontaneous_wake",
        claim: "a parked frame goes on when something that it waits for is settled, or its mark, its node or its version makes it",
        catalogue: &[71],
        check: step::no_spontaneous_wake,
    },
    StepInvariant {
        name: "stale_changes_nothing",
        claim: "a stale attempt changes nothing in D and sends nothing about promises",
        catalogue: &[],
        check: step::stale_changes_nothing,
    },
    StepInvariant {
        name: "time_goes_on",
        claim: "the clock does not go back",
        catalogue: &[],
        check: step::time_goes_on,
    },
    StepInvariant {
        name: "prints_stay",
        claim: "what was observed stays observed",
        catalogue: &[],
        check: step::prints_stay,
    },
];

/// The first invariant over one Σ that does not hold.
pub fn broken(sys: &System) -> Option<Broken> {
    INVARIANTS
        .iter()
        .find_map(|Invariant { name, claim, check, .. }| check(sys).map(|what| Broken { name, claim, what }))
}

/// The first invariant over a step that does not hold.
pub fn broken_by(step: &Step<'_>) -> Option<Broken> {
    STEP_INVARIANTS
        .iter()
        .find_map(|StepInvariant { name, claim, check, .. }| check(step).map(|what| Broken { name, claim, what }))
}

/// Takes a step by `fire`; in debug builds every invariant over it, and over what it leaves, is checked.
///
/// # Panics
/// When one does not hold; the message names it.
pub fn watched<T>(sys: &mut System, choice: Choice, fire: impl FnOnce(&mut System) -> T) -> T {
    if !cfg!(debug_assertions) {
        return fire(sys);
    }
    let before = sys.clone();
    let result = fire(sys);
    check(sys);
    check_step(&Step::of(&before, choice, sys));
    result
}

/// Checks every invariant over one Σ.
///
/// # Panics
/// When one does not hold; the message names it.
pub fn check(sys: &System) {
    if let Some(broken) = broken(sys) {
        panic!("{broken}");
    }
}

/// Checks every invariant over a step.
///
/// # Panics
/// When one does not hold; the message names it.
pub fn check_step(step: &Step<'_>) {
    if let Some(broken) = broken_by(step) {
        panic!("{broken}");
    }
}
