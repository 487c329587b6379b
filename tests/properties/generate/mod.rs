//! Small well-typed programs over the whole language, made from a tape of numbers: equal tapes make equal programs. What a
//! property must not meet is switched off by [`Features`]; loops and recursion are bounded, so every program ends.

mod expr;
mod mistake;
mod program;
mod race;
mod stmt;
mod tape;
mod telling;
mod types;

pub use mistake::{MISTAKES, Mistake};
pub use program::{program, program_with};
pub use race::{Races, racing};
pub use telling::telling;

/// What generated programs may use. What is always there: data, branches, loops, matches, functions, async calls, local
/// spawns, await of one, of all and of any, try, throw, print, sleep and yield.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Nodes, and spawns on them.
    pub dist: bool,
    /// One-way messages, in programs with nodes.
    pub send: bool,
    /// Volatile and durable cells.
    pub cells: bool,
    pub atomic: bool,
    pub scope: bool,
    pub cancel: bool,
    pub wait: bool,
    pub choose: bool,
    /// `here`
    pub here: bool,
    /// `now` and `is_done`
    pub clock: bool,
    /// Promises of executions are settled by hand, too.
    pub by_hand: bool,
    /// Every task and spawn is awaited by its creator before it returns or throws.
    pub structured: bool,
}

impl Features {
    pub const ALL: Features = Features {
        dist: true,
        send: true,
        cells: true,
        atomic: true,
        scope: true,
        cancel: true,
        wait: true,
        choose: true,
        here: true,
        clock: true,
        by_hand: true,
        structured: false,
    };

    /// One node.
    pub const LOCAL: Features = Features { dist: false, send: false, here: false, ..Features::ALL };

    /// What location transparency asks for (calculus 10); and no `atomic`, which keeps the prints of its node apart, and
    /// no execution whose promise is settled by hand, which may never start.
    pub const LOCATION: Features = Features {
        cells: false,
        here: false,
        cancel: false,
        scope: false,
        atomic: false,
        by_hand: false,
        ..Features::ALL
    };

    /// What failure transparency asks for (calculus 10).
    pub const FAILURE: Features =
        Features { send: false, choose: false, clock: false, structured: true, ..Features::LOCATION };
}
