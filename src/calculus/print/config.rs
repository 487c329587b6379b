//! Configurations as text: one fact a line, in the letters and brackets of the calculus.

use super::Printer;
use super::layout::{Line, layout};
use crate::calculus::config::{
    Addr, Body, Callback, Config, Exec, Frame, Holder, Label, Message, Node, Origin, Parked, Promise, Settled, Stack,
    Task, TaskState,
};
use crate::calculus::op::{Naming, quote};
use crate::calculus::token::{Mode, Site};
use crate::calculus::{Address, NodeId, Path, Value};

/// What stands beside the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notes {
    /// Nothing.
    None,
    /// Behind each frame its next statement.
    Statements,
}

/// A configuration in the notation of docs/notation.md, in lines that are not laid out yet.
pub fn config_lines(config: &Config, naming: Naming<'_>, notes: Notes) -> Vec<Line> {
    let printer = Printer::new(naming.program, naming.names, Mode::Config);
    let statements = (notes == Notes::Statements).then(|| Printer::new(naming.program, naming.names, Mode::Program));
    Lines { printer, statements, lines: Vec::new() }.config(config)
}

/// A configuration in the notation of docs/notation.md.
pub fn config(config: &Config, naming: Naming<'_>, notes: Notes) -> String {
    let mut text = layout(&config_lines(config, naming, notes)).join("\n");
    text.push('\n');
    text
}

struct Lines<'a> {
    printer: Printer<'a>,
    /// What prints the notes, if there are to be any.
    statements: Option<Printer<'a>>,
    lines: Vec<Line>,
}

impl Lines<'_> {
    fn config(mut self, config: &Config) -> Vec<Line> {
        self.line("now", [config.now.to_string()]);
        let budget = config.budget;
        if budget != Default::default() {
            let (crashes, suspicions) = (budget.crashes, budget.suspicions);
            let (losses, duplicates) = (budget.losses, budget.duplicates);
            self.line(
                "budget",
                [format!("crashes {crashes}, suspicions {suspicions}, losses {losses}, duplicates {duplicates}")],
            );
        }
        if !config.ready.is_empty() {
            let ready = list(&config.ready, |label| self.printer.label(*label));
            self.line("ready", [ready]);
        }
        if !config.timers.is_empty() {
            let timers = list(&config.timers, |q| self.printer.path(*q));
            self.line("timers", [timers]);
        }
        if let Some(found) = &config.diverged {
            let (promise, exec) = (self.printer.path(found.promise), self.printer.exec(found.exec));
            let (recorded, wanted) = (self.printer.origin(&found.recorded), self.printer.origin(&found.wanted));
            self.line("diverged", [format!("{promise} in {exec}: {recorded} ≠ {wanted}")]);
        }
        for (n, node) in config.nodes.iter().enumerate() {
            self.node(NodeId(n as u32), node);
        }
        for (q, promise) in self.in_order(&config.promises) {
            let cells = self.printer.promise(*q, promise);
            self.line("D", cells);
        }
        for message in &config.messages {
            let cells = self.printer.message(message);
            self.line("M", cells);
        }
        for (n, text) in &config.printed {
            let cells = [self.printer.node(*n).to_owned(), quoted(text)];
            self.line("O", cells);
        }
        for error in &config.unobservable {
            self.line("U", [quoted(error)]);
        }
        self.lines
    }

    fn line(&mut self, head: &'static str, cells: impl IntoIterator<Item = String>) {
        self.lines.push(Line::new(head, cells));
    }

    /// What is keyed by paths, in the order of the paths.
    fn in_order<'c, T>(&self, entries: &'c [(Path, T)]) -> Vec<&'c (Path, T)> {
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_cached_key(|(path, _)| self.printer.names.key(*path));
        entries
    }

    fn node(&mut self, n: NodeId, node: &Node) {
        let status = if node.up { "up" } else { "down" };
        let cells = [self.printer.node(n).to_owned(), status.to_owned(), format!("#{}", node.incarnation)];
        self.line("node", cells);
        if let Some(label) = node.turn {
            let label = self.printer.label(label);
            self.line("  turn", [label]);
        }
        for (g, value) in &node.cells {
            let name = self.printer.name(self.printer.program.cell(*g), Site::Free);
            let value = self.printer.value(value);
            self.line("  V", [name, format!("↦ {value}")]);
        }
        for stack in &node.stacks {
            self.stack(stack);
        }
        for Parked { exec, frame } in &node.parked {
            let cells = [self.printer.exec(*exec), self.printer.frame(frame)];
            self.frame_line("  W", cells, frame);
        }
        for (o, task) in self.in_order(&node.tasks) {
            let cells = self.printer.task(*o, task);
            self.line("  T", cells);
        }
        for (q, labels) in self.in_order(&node.waiting) {
            let cells = [self.printer.path(*q), format!("↦ {}", self.printer.labels(labels))];
            self.line("  K", cells);
        }
    }

    fn stack(&mut self, stack: &Stack) {
        let raising = stack.raising.as_ref().map_or_else(String::new, |error| format!("raising {}", quoted(error)));
        let exec = self.printer.exec(stack.exec);
        self.line("  S", [exec, raising]);
        for (i, frame) in stack.frames.iter().enumerate() {
            let below = (stack.frames.len() - 1 - i) as u32;
            let link = if i == 0 { " " } else { "∘" };
            let atomic = if stack.atomic == Some(below) { " atomic" } else { "" };
            let text = format!("{}{atomic}", self.printer.frame(frame));
            self.frame_line("", [link.to_owned(), text], frame);
        }
    }

    fn frame_line(&mut self, head: &'static str, cells: [String; 2], frame: &Frame) {
        let mut line = Line::new(head, cells);
        line.note = self.statements.as_ref().map(|printer| printer.statement(frame.function, frame.at));
        self.lines.push(line);
    }
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(show).collect();
    items.join(", ")
}

/// A set or bag in braces.
fn set<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    if items.is_empty() { String::from("∅") } else { format!("{{{}}}", list(items, show)) }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    quote(&mut out, text);
    out
}

fn flags(flags: &[(bool, &str)]) -> String {
    let set: Vec<&str> = flags.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect();
    set.join(" ")
}

impl Printer<'_> {
    fn path(&self, path: Path) -> String {
        self.names.show(path)
    }

    fn exec(&self, exec: Exec) -> String {
        match exec {
            Exec::Attempt(q, w) => format!("d({},{w})", self.path(q)),
            Exec::Message(id) => format!("m({})", self.path(id)),
        }
    }

    fn label(&self, label: Label) -> String {
        match label {
            Label::Sync => String::from("s"),
            Label::Task(o) => format!("a({})", self.path(o)),
            Label::Body(exec) => self.exec(exec),
        }
    }

    fn labels(&self, labels: &[Label]) -> String {
        set(labels, |label| self.label(*label))
    }

    fn holder(&self, at: Holder) -> String {
        format!("{}#{}", self.node(at.node), at.incarnation)
    }

    fn frame(&self, frame: &Frame) -> String {
        let function = self.program.function(frame.function);
        let locals = set(&frame.locals, |(slot, value)| {
            format!("{} ↦ {}", self.name(&function.slots[slot.0 as usize], Site::Free), self.value(value))
        });
        let made = if frame.made == 0 { String::new() } else { format!(", {} created", frame.made) };
        let name = self.name(&function.name, Site::Other);
        let at = frame.at.0 - function.entry.0;
        format!("⟨{locals}, {name} l{at}{made}⟩^{}", self.label(frame.label))
    }

    fn task(&self, o: Path, task: &Task) -> [String; 4] {
        let state = match &task.state {
            TaskState::Running(waiters) => format!("running {}", self.labels(waiters)),
            TaskState::Settled(Settled::Done(value)) => format!("done {}", self.value(value)),
            TaskState::Settled(Settled::Failed(error)) => format!("failed {}", quoted(error)),
            TaskState::Settled(Settled::Cancelled) => String::from("cancelled"),
        };
        let flags = flags(&[(task.observed, "observed"), (task.marked, "marked")]);
        [self.path(o), format!("↦ {state}"), format!("of {}", self.exec(task.owner)), flags]
    }

    fn promise(&self, q: Path, promise: &Promise) -> [String; 8] {
        let state = match &promise.state {
            None => String::from("pending"),
            Some(Settled::Done(value)) => format!("resolved {}", self.value(value)),
            Some(Settled::Failed(error)) => format!("rejected {}", quoted(error)),
            Some(Settled::Cancelled) => String::from("cancelled"),
        };
        let callbacks = set(&promise.callbacks, |callback| {
            let Callback { exec, at } = *callback;
            format!("⟨{}, {}⟩", self.exec(exec), self.holder(at))
        });
        [
            self.path(q),
            format!("↦ ⟨{state},"),
            format!("{},", self.origin(&promise.origin)),
            format!("{},", self.addr(&promise.addr)),
            format!("{},", promise.version),
            promise.holder.map_or_else(|| String::from("⊥,"), |holder| format!("{},", self.holder(holder))),
            format!("{callbacks}⟩"),
            flags(&[(promise.observed, "observed"), (promise.cancel_taken, "told"), (promise.marked, "marked")]),
        ]
    }

    fn origin(&self, origin: &Origin) -> String {
        match origin {
            Origin::Call(f, args) => {
                let name = self.name(&self.program.function(*f).name, Site::Call);
                format!("{name}({})", self.values(args))
            }
            Origin::Timer { duration, deadline } => format!("timer({duration}, {deadline})"),
            Origin::External => String::from("external"),
            Origin::Answer(answer) => format!("answer({})", answer.name()),
        }
    }

    fn values(&self, values: &[Value]) -> String {
        list(values, |value| self.value(value))
    }

    fn addr(&self, addr: &Addr) -> String {
        match addr {
            Address::Node(n) => format!("node {}", self.node(*n)),
            Address::Any(members) => format!("any {}", self.members(members)),
            Address::Prefer(members, n) => format!("any {} prefer {}", self.members(members), self.node(*n)),
        }
    }

    fn members(&self, members: &[NodeId]) -> String {
        match self.group(members) {
            Some(name) => self.name(name, Site::Other),
            None => format!("[{}]", list(members, |n| self.node(*n).to_owned())),
        }
    }

    fn message(&self, message: &Message) -> [String; 2] {
        let from = message.from.map_or("store", |n| self.node(n));
        let (to, body) = match &message.body {
            Body::Invoke { to, promise, version } => {
                (self.addr(to), format!("Invoke({}, {version})", self.path(*promise)))
            }
            Body::Resume { callback, promise } => {
                let body = format!("Resume({}, {})", self.exec(callback.exec), self.path(*promise));
                (self.holder(callback.at), body)
            }
            Body::Cancel { to, promise, version } => {
                (self.holder(*to), format!("Cancel({}, {version})", self.path(*promise)))
            }
            Body::Call { to, id, f, args } => {
                let f = self.name(&self.program.function(*f).name, Site::Other);
                let args = args.iter().map(|value| format!(", {}", self.value(value))).collect::<String>();
                (self.addr(to), format!("Call({}, {f}{args})", self.path(*id)))
            }
        };
        let copies = if message.copies == 0 { String::new() } else { format!("copied {}", message.copies) };
        [format!("⟨{from} → {to}, {body}⟩"), copies]
    }
}
