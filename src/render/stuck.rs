//! Why a run has no result: who waits for whom in a deadlock, both sides of a divergence, and how far a run came that was
//! stopped. In the terms of the source: functions and lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Paint;
use super::outcome::grouped;
use crate::base::Source;
use crate::calculus::{Address, Path, Target, Value};
use crate::semantics::outcome::{Deadlock, Waiting};
use crate::semantics::system::{Origin, Promise, Stack, System};
use crate::trace::divergence::{Divergence, Side};
use crate::trace::event::At;
use crate::trace::wire::Limit;
use crate::trace::{Words, few};

/// What a report needs: Σ, the text of the program, and the lines on which promises were made, as far as they are known.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// Σ
    pub sys: &'a System,
    /// The text of the program.
    pub source: &'a Source,
    /// By the names of promises that a resolve would settle, the lines that made them.
    pub made: &'a BTreeMap<String, usize>,
    /// Colours.
    pub paint: Paint,
}

/// At most so many frames are listed.
const FRAMES: usize = 20;

impl Report<'_> {
    /// Who waits for whom when nothing can happen any more.
    pub fn deadlock(self, found: &Deadlock) -> String {
        let mut text = String::from("nothing can happen any more, and main has not returned\n");
        if let [first, others @ ..] = found.cycle.as_slice() {
            let first = self.frame(&found.waiting[*first]);
            let mut names: Vec<String> = vec![first.clone()];
            names.extend(others.iter().take(FRAMES).map(|at| self.frame(&found.waiting[*at])));
            names.extend((others.len() > FRAMES).then(|| String::from("…")));
            names.push(first);
            let _ = writeln!(text, "\na circle of waiting: {}", names.join(" → "));
        }
        text.push('\n');
        let shown = self.shown(found);
        let mut rows: Vec<[String; 3]> = shown.iter().map(|waiting| self.waiting(waiting)).collect();
        let left = FRAMES.saturating_sub(rows.len());
        for (frame, node) in found.starved.iter().take(left) {
            let holder = found.waiting.iter().find(|waiting| waiting.blocks && waiting.node == *node);
            let holder = holder.map_or_else(|| String::from("another"), |waiting| self.frame(waiting));
            let node = Words::brief(self.sys).node(*node);
            let why = format!("is ready, but never runs: {holder} holds node {node}");
            rows.push([Words::brief(self.sys).path(*frame), String::new(), why]);
        }
        write_rows(&mut text, &rows);
        let hidden = (found.waiting.len() + found.starved.len()).saturating_sub(rows.len());
        if hidden > 0 {
            let _ = writeln!(text, "  … and {} more", grouped(hidden as u64));
        }
        if rows.is_empty() {
            let _ = writeln!(text, "  {}", self.nobody_left());
        }
        text
    }

    /// The frames that are worth a line: of many the first few, and then those that the others wait for in the end.
    fn shown(self, found: &Deadlock) -> Vec<&Waiting> {
        let first = if found.waiting.len() > FRAMES { FRAMES / 2 } else { FRAMES };
        let mut places: Vec<usize> = found.cycle.iter().copied().take(first).collect();
        let others = (0..found.waiting.len()).take(first).chain(found.roots.iter().copied().take(FRAMES));
        for at in others {
            if places.len() < FRAMES && !places.contains(&at) {
                places.push(at);
            }
        }
        places.into_iter().map(|at| &found.waiting[at]).collect()
    }

    fn waiting(self, waiting: &Waiting) -> [String; 3] {
        let things = few(&waiting.on, |thing| self.thing(thing));
        let mut why = if waiting.blocks {
            format!("blocks its stack until {things} is done")
        } else {
            format!("waits for {things}")
        };
        if waiting.blocks && self.sys.is_cooperative() {
            let _ = write!(why, ", and so holds node {}", Words::brief(self.sys).node(waiting.node));
        }
        [self.frame(waiting), format!("line {}", self.line(waiting.at)), why]
    }

    /// `main.0 (fetch)`
    fn frame(self, waiting: &Waiting) -> String {
        let name = Words::brief(self.sys).path(waiting.frame);
        match self.sys.program.function_at(waiting.at) {
            Some(f) if self.sys.program.function(f).name != name => {
                format!("{name} ({})", self.sys.program.function(f).name)
            }
            _ => name,
        }
    }

    /// What is waited for, and why it does not come.
    fn thing(self, thing: &Value) -> String {
        let words = Words::brief(self.sys);
        let Value::Promise(q) = thing else { return words.thing(thing) };
        let name = words.path(*q);
        let promise = self.sys.promise(*q);
        match &promise.origin {
            Origin::External => match self.made.get(&Words::whole(self.sys).path(*q)) {
                Some(line) => format!("{name}, the promise() of line {line}, which nobody has resolved"),
                None => format!("{name}, a promise that nobody has resolved"),
            },
            Origin::Call(f, _) => {
                let f = &self.sys.program.function(*f).name;
                match self.absent(promise) {
                    Some(why) => format!("{name} ({f}), {why}"),
                    None => format!("{name} ({f})"),
                }
            }
            Origin::Timer { .. } | Origin::Answer(_) => name,
        }
    }

    /// Why an execution that is pending does not run.
    fn absent(self, promise: &Promise) -> Option<String> {
        let down = |n| !self.sys.node(n).up;
        match (promise.holder, &promise.addr) {
            (Some(at), _) if !self.sys.is_alive(at) => {
                Some(format!("whose node {} went down", Words::brief(self.sys).node(at.node)))
            }
            (None, Address::Node(n)) if down(*n) => {
                Some(format!("which no node has taken: {} is down", Words::brief(self.sys).node(*n)))
            }
            (None, _) => Some(String::from("which no node has taken")),
            _ => None,
        }
    }

    /// What main waits for in a deadlock, in one line: `main waits for main.1 (fetch)`.
    pub fn main_waits(self, found: &Deadlock) -> String {
        let Some(waiting) = found.waiting.iter().find(|waiting| waiting.frame == Path::MAIN) else {
            return match found.starved.iter().any(|(frame, _)| *frame == Path::MAIN) {
                true => String::from("main is ready, but never runs"),
                false => self.nobody_left(),
            };
        };
        let [_, _, why] = self.waiting(waiting);
        format!("main {why}")
    }

    fn nobody_left(self) -> String {
        match self.absent(self.sys.promise(Path::MAIN)) {
            Some(why) => format!("no frame is left: nobody runs main, {why}"),
            None => String::from("no frame is left"),
        }
    }

    /// Both sides of a divergence; empty when there is none. `seen` is what was seen of the run to it, if it was watched:
    /// which attempts, where, and what each had looked at.
    pub fn divergence(self, seen: Option<&Divergence>) -> String {
        let Some(found) = &self.sys.diverged else { return String::new() };
        let words = Words::brief(self.sys);
        let (name, exec) = (words.path(found.promise), words.path(found.exec.path()));
        let sides = [seen.and_then(|seen| seen.recorded.as_ref()), seen.map(|seen| &seen.replayed)];
        let heads = [format!("{name} was"), format!("{} now is", " ".repeat(name.chars().count().saturating_sub(4)))];
        let made = [&found.recorded, &found.wanted].map(|origin| words.origin(origin));
        let [head, what] =
            [&heads, &made].map(|cells| cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0));
        let mut text = format!("{exec} started again, and did not create what it had created before\n\n");
        for ((own, made), side) in heads.iter().zip(&made).zip(sides) {
            let side = side.map_or_else(String::new, attempt);
            let line = format!("  {own:>head$}  {made:<what$}  {side}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text + "\nan execution must do the same when it runs again: put what may differ into a function, and spawn that local\n"
    }

    /// How far a run came that a limit has stopped.
    pub fn limit(self, limit: Limit, steps: u64) -> String {
        let sys = self.sys;
        let why = match limit {
            Limit::Steps => "the limit of --max-steps",
            Limit::Time => "the limit of --time-limit",
            Limit::Interrupt => "interrupted",
            Limit::Schedule => "the schedule ends here",
        };
        let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let mut text = format!("{} after {} steps: {why}\n", self.paint.bad("stopped"), grouped(steps));
        let parts = [
            format!("main is {}", if sys.promise(Path::MAIN).is_pending() { "not done" } else { "done" }),
            plural(sys.stacks.len(), "stack") + " ready",
            plural(sys.parked.len(), "frame") + " parked",
            plural(sys.messages.len(), "message") + " in flight",
            plural(sys.timers.len(), "timer") + " pending",
            format!("now = {}", sys.now),
        ];
        let _ = writeln!(text, "  {}", parts.join(", "));
        text.push_str(&self.standing());
        text
    }

    /// Where the first few stacks stand that can go on, a line each.
    pub fn standing(self) -> String {
        let sys = self.sys;
        let running = sys.nodes.iter().filter_map(|node| node.turn);
        let ready = sys.ready.iter().copied().filter(|id| sys.nodes.iter().all(|node| node.turn != Some(*id)));
        let stacks = running.chain(ready).take(5).map(|id| &sys.stacks[id.0 as usize]);
        let rows: Vec<[String; 3]> = stacks.map(|stack| self.running(stack)).collect();
        let mut text = String::new();
        write_rows(&mut text, &rows);
        text
    }

    fn running(self, stack: &Stack) -> [String; 3] {
        let words = Words::brief(self.sys);
        let line = self.line(stack.top().pc);
        let what = self.source.code(line).to_owned();
        [format!("{} on {}", words.frame(stack), words.node(stack.node)), format!("line {line}"), what]
    }

    fn line(self, at: Target) -> usize {
        self.source.place(self.sys.program.span(at).start).line
    }
}

/// `attempt 1, line 12, after line 10: n = 1`
fn attempt(side: &Side) -> String {
    let line = |at: Option<At>| at.map_or_else(String::new, |at| format!("line {}", at.line));
    let mut text = format!("attempt {}", side.attempt);
    if side.at.is_some() {
        let _ = write!(text, ", {}", line(side.at));
    }
    match &side.look {
        Some(look) => text + &format!(", after {} on {}: {}", look.rule, line(look.at), look.text),
        None => text,
    }
}

/// Rows in columns, indented by two.
fn write_rows(text: &mut String, rows: &[[String; 3]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    for [name, at, what] in rows {
        let line = format!("  {name:<first$}  {at:<second$}  {what}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// The promises that only a resolve would settle and for which something waits in a deadlock, by name.
pub fn unresolved(sys: &System, found: &Deadlock) -> Vec<String> {
    let things = found.waiting.iter().flat_map(|waiting| &waiting.on);
    let external = |thing: &&Value| match thing {
        Value::Promise(q) => sys.promise(*q).origin == Origin::External,
        _ => false,
    };
    things.filter(external).map(|thing| Words::whole(sys).thing(thing)).collect()
}
