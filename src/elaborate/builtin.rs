//! The built-in functions: their names, how they are called, and what they do to the world.

use Builtin::{Act as Do, Nodes, Pure};

use super::typed::Act;
use crate::calculus::Op;

/// A built-in function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    /// One that computes.
    Pure(Op),
    /// One that is a statement of the core.
    Act(Act),
    /// `nodes(group)`
    Nodes,
}

/// How many arguments a built-in function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Exactly(usize),
    Any,
}

struct Entry {
    name: &'static str,
    builtin: Builtin,
    count: Count,
    /// The ways to call it, with a `|` between.
    usage: &'static str,
}

const fn entry(name: &'static str, builtin: Builtin, count: usize, usage: &'static str) -> Entry {
    Entry { name, builtin, count: Count::Exactly(count), usage }
}

/// In the order of their names.
const TABLE: [Entry; 26] = [
    entry("abs", Pure(Op::Abs), 1, "abs(int)"),
    entry("cancel", Do(Act::Cancel), 1, "cancel(task or promise)"),
    entry("concat", Pure(Op::Concat), 2, "concat(string, string)|concat(list, list)"),
    entry("contains", Pure(Op::Contains), 2, "contains(list, element)|contains(map, key)|contains(string, string)"),
    entry("get", Pure(Op::Get), 2, "get(list, index)|get(map, key)"),
    entry("here", Do(Act::Here), 0, "here()"),
    entry("is_done", Do(Act::IsDone), 1, "is_done(task or promise)"),
    entry("keys", Pure(Op::Keys), 1, "keys(map)"),
    entry("len", Pure(Op::Len), 1, "len(list, map or string)"),
    entry("max", Pure(Op::Max), 2, "max(int, int)"),
    entry("min", Pure(Op::Min), 2, "min(int, int)"),
    entry("nodes", Nodes, 1, "nodes(group)"),
    entry("now", Do(Act::Now), 0, "now()"),
    Entry { name: "print", builtin: Do(Act::Print), count: Count::Any, usage: "print(value, …)" },
    entry("promise", Do(Act::Promise), 0, "promise()"),
    entry("push", Pure(Op::Push), 2, "push(list, element)"),
    entry("put", Pure(Op::Put), 3, "put(list, index, element)|put(map, key, value)"),
    entry("range", Pure(Op::Range), 2, "range(from, to)"),
    entry("reject", Do(Act::Reject), 2, "reject(promise, string)"),
    entry("remove", Pure(Op::Remove), 2, "remove(list, index)|remove(map, key)"),
    entry("resolve", Do(Act::Resolve), 2, "resolve(promise, value)"),
    entry("sleep", Do(Act::Sleep), 1, "sleep(int)"),
    entry("str", Pure(Op::Str), 1, "str(value)"),
    entry("values", Pure(Op::Values), 1, "values(map)"),
    entry("wait", Do(Act::Wait), 1, "wait(task or promise)"),
    entry("yield_now", Do(Act::Yield), 0, "yield_now()"),
];

fn find(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.name == name)
}

/// The built-in function of that name, how many arguments it takes, and how it is called.
pub(super) fn builtin(name: &str) -> Option<(Builtin, Count, &'static str)> {
    find(name).map(|entry| (entry.builtin, entry.count, entry.usage))
}

/// The ways to call a built-in function, for people.
pub(super) fn called(usage: &str) -> String {
    let ways: Vec<String> = usage.split('|').map(|way| format!("`{way}`")).collect();
    ways.join(" or ")
}

/// The names of all built-in functions.
pub(super) fn names<'n>() -> impl Iterator<Item = &'n str> {
    TABLE.iter().map(|entry| entry.name)
}

impl Act {
    /// Why an atomic block may not do it; `None` if it may.
    pub(super) fn breaks_atomic(self) -> Option<&'static str> {
        match self {
            Act::Wait => Some("`wait` stops until something else has happened"),
            Act::Promise => Some("`promise` makes a promise"),
            Act::Resolve => Some("`resolve` settles a promise"),
            Act::Reject => Some("`reject` settles a promise"),
            Act::Cancel => Some("`cancel` settles a promise, or reaches into a task"),
            Act::IsDone => Some("`is_done` looks at a task or promise"),
            Act::Sleep => Some("`sleep` makes a promise"),
            Act::Yield => Some("`yield_now` lets others step"),
            Act::Now | Act::Here | Act::Choose | Act::Print => None,
        }
    }
}
