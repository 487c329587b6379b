//! Which properties of the catalogue in the specification of Resonate have no invariant here, and why.

/// Properties of the catalogue that are no invariants of Σ.
#[derive(Debug)]
pub struct Absent {
    /// Their numbers.
    pub catalogue: &'static [u8],
    /// What they are about.
    pub about: &'static str,
    /// Why they have no meaning here.
    pub why: &'static str,
}

/// All of those that are about a language: the others are about deadlines, schedules, listeners and the form of records.
pub static ABSENT: &[Absent] = &[
    Absent {
        catalogue: &[5, 6, 54, 55],
        about: "state, value and time of settlement agree",
        why: "state and value are one field, and there is no time of settlement",
    },
    Absent { catalogue: &[9], about: "a timer is no execution", why: "who settles a promise is one of four kinds" },
    Absent {
        catalogue: &[13, 37],
        about: "which promises may be awaited, and by whom",
        why: "every promise may be, by every execution, the body of a one-way message too",
    },
    Absent {
        catalogue: &[14],
        about: "nobody awaits itself",
        why: "a program may, through a cell: it deadlocks, and check says so",
    },
    Absent {
        catalogue: &[21, 22, 32, 49, 51, 62, 64, 73, 79],
        about: "records of tasks, their states and edges",
        why: "there are none: an execution is its promise, and its frames on the node that holds it",
    },
    Absent {
        catalogue: &[26],
        about: "what is acquired has a version above 0",
        why: "a version is raised when a lease ends, not when it begins (deviation 3)",
    },
    Absent {
        catalogue: &[25, 83, 84, 95],
        about: "the list of wakes that a task has not seen",
        why: "a wake is a Resume in flight; it makes stacks of the frames that wait for that promise (deviation 6)",
    },
    Absent { catalogue: &[31, 56], about: "no two promises have one name", why: "D is a map" },
    Absent {
        catalogue: &[36, 44, 66, 67],
        about: "a promise and its task are settled together",
        why: "who is settled from outside goes on until it returns, which changes nothing (Late)",
    },
];
