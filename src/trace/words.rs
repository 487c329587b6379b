//! How the parts of Σ are spelled for people, in traces, schedules and reports: names as paths, values in display form.

use crate::calculus::{Address, FnId, NodeId, Path, Value};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Addr, Answer, Body, Exec, Holder, Message, Origin, System};

/// Values longer than this are cut short where a line is for people.
const LONGEST: usize = 60;

/// Lists longer than this are cut short.
const FEW: usize = 6;

/// Names of more parts than these are cut short.
const DEEPEST: usize = 24;

/// Spells the parts of one Σ.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// Σ
    pub sys: &'a System,
    brief: bool,
}

impl<'a> Words<'a> {
    /// Spells everything out: for machines, and where a text must say which.
    pub fn whole(sys: &'a System) -> Words<'a> {
        Words { sys, brief: false }
    }

    /// Cuts short what would not stay on a line: for people.
    pub fn brief(sys: &'a System) -> Words<'a> {
        Words { sys, brief: true }
    }

    /// `main.0`; of a deep name briefly the end, `main….0.0.1`.
    pub fn path(self, path: Path) -> String {
        if !self.brief {
            return self.sys.names.show(path);
        }
        let names = &self.sys.names;
        let ancestors = std::iter::successors(Some(path), |path| names.parent(*path));
        match ancestors.clone().nth(DEEPEST) {
            None => names.show(path),
            Some(_) => {
                let mut end: Vec<String> =
                    ancestors.take(DEEPEST / 2).map(|path| names.edge(path).to_string()).collect();
                end.reverse();
                format!("main…{}", end.concat())
            }
        }
    }

    /// `main.1`, or `main.1@2` for the attempt of version 2.
    pub fn attempt(self, q: Path, version: u32) -> String {
        match version {
            0 => self.path(q),
            w => format!("{}@{w}", self.path(q)),
        }
    }

    /// The execution: its promise with its attempt, or the id of its message.
    pub fn exec(self, exec: Exec) -> String {
        self.attempt(exec.path(), exec.attempt())
    }

    /// The topmost frame of a stack that is not synchronous: its task, or the stack's execution.
    pub fn frame(self, stack: &Stack) -> String {
        match stack.frames.get(stack.creator()).map(|frame| frame.label) {
            Some(Label::Task(o)) => self.path(o),
            _ => self.exec(stack.exec),
        }
    }

    /// The node's name.
    pub fn node(self, n: NodeId) -> String {
        self.sys.program.node(n).to_owned()
    }

    /// The node, with its incarnation where it is not the first: `w1`, `w1#1`.
    pub fn holder(self, holder: Holder) -> String {
        match holder.incarnation {
            0 => self.node(holder.node),
            i => format!("{}#{i}", self.sys.program.node(holder.node)),
        }
    }

    /// A value in display form.
    pub fn value(self, value: &Value) -> String {
        let whole = |value: &Value| self.sys.naming().quoted(value);
        match value {
            _ if !self.brief => whole(value),
            Value::List(items) => enclosed(['[', ']'], items.iter().map(whole).collect()),
            Value::Map(entries) => {
                let entry = |(key, value): (&Value, &Value)| format!("{}: {}", whole(key), whole(value));
                enclosed(['{', '}'], entries.iter().map(entry).collect())
            }
            _ => shorten(whole(value)),
        }
    }

    /// A task or promise by its name alone, anything else in display form.
    pub fn thing(self, value: &Value) -> String {
        match value {
            Value::Task(path) | Value::Promise(path) => self.path(*path),
            Value::Some(inner) => self.thing(inner),
            other => self.value(other),
        }
    }

    /// The names of several tasks and promises; of many the first few.
    pub fn things(self, values: &[Value]) -> String {
        few(values, |value| self.thing(value))
    }

    /// An error, quoted.
    pub fn error(self, error: &str) -> String {
        self.value(&Value::text(error))
    }

    /// `price("tea")`
    pub fn call(self, f: FnId, args: &[Value]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.value(arg)).collect();
        format!("{}({})", self.sys.program.function(f).name, args.join(", "))
    }

    /// `w1`, `any workers`, `any workers prefer w2`
    pub fn addr(self, addr: &Addr) -> String {
        match addr {
            Address::Node(n) => self.node(*n),
            Address::Any(group) => format!("any {}", self.group(group)),
            Address::Prefer(group, n) => format!("any {} prefer {}", self.group(group), self.node(*n)),
        }
    }

    /// The name of the first group with these members, else their list.
    fn group(self, members: &[NodeId]) -> String {
        match self.sys.program.groups.iter().find(|(_, own)| own == members) {
            Some((name, _)) => name.clone(),
            None => {
                let names: Vec<&str> = members.iter().map(|n| self.sys.program.node(*n)).collect();
                format!("[{}]", names.join(", "))
            }
        }
    }

    /// What a message is about: the execution that it starts, resumes or cancels.
    pub fn subject(self, message: &Message) -> String {
        match &message.body {
            Body::Invoke { promise, version, .. } | Body::Cancel { promise, version, .. } => {
                self.attempt(*promise, *version)
            }
            Body::Resume { callback, .. } => self.exec(callback.exec),
            Body::Call { id, .. } => self.path(*id),
        }
    }

    /// To whom a message goes.
    pub fn receiver(self, message: &Message) -> String {
        match &message.body {
            Body::Invoke { to, .. } | Body::Call { to, .. } => self.addr(to),
            Body::Resume { callback, .. } => self.holder(callback.at),
            Body::Cancel { to, .. } => self.holder(*to),
        }
    }

    /// `Invoke main.2 → w1`
    pub fn message(self, message: &Message) -> String {
        format!("{} {} → {}", kind(message), self.subject(message), self.receiver(message))
    }

    /// Who settles a promise: `price("salt")`, `sleep(10)`, `promise()`, `answer of any`.
    pub fn origin(self, origin: &Origin) -> String {
        match origin {
            Origin::Call(f, args) => self.call(*f, args),
            Origin::Timer { duration, .. } => format!("sleep({duration})"),
            Origin::External => String::from("promise()"),
            Origin::Answer(Answer::Any) => String::from("the answer of an await any"),
            Origin::Answer(Answer::All) => String::from("the answer of an await all"),
            Origin::Answer(Answer::Guard) => String::from("the answer of an await in a scope"),
        }
    }
}

/// `Invoke`, `Resume`, `Cancel` or `Call`.
pub fn kind(message: &Message) -> &'static str {
    match &message.body {
        Body::Invoke { .. } => "Invoke",
        Body::Resume { .. } => "Resume",
        Body::Cancel { .. } => "Cancel",
        Body::Call { .. } => "Call",
    }
}

/// A list for people: of many items the first few, and how many there are.
pub fn few<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    let shown: Vec<String> = items.iter().take(FEW).map(show).collect();
    let shown = shown.join(", ");
    if items.len() > FEW { format!("{shown}, … ({} in all)", items.len()) } else { shown }
}

/// What stands between brackets; of more than a line of people holds the first few, and how many there are: of a list that
/// grows each line looks different.
fn enclosed([open, close]: [char; 2], items: Vec<String>) -> String {
    let whole = format!("{open}{}{close}", items.join(", "));
    if whole.chars().nth(LONGEST).is_none() {
        return whole;
    }
    let end = format!("… ({} in all){close}", items.len());
    let (mut text, mut room) = (String::from(open), LONGEST.saturating_sub(1 + end.chars().count()));
    for item in items {
        let length = item.chars().count() + ", ".len();
        if length > room {
            break;
        }
        room -= length;
        text = text + &item + ", ";
    }
    if text.chars().count() == 1 { shorten(whole) } else { text + &end }
}

/// A text cut to what a line of people holds.
pub fn shorten(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(at);
        text.push('…');
    }
    text
}
