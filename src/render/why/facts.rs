//! What the letters of a figure stand for at a focus: `L(y)`, `T(o)`, `D(q)`, c, n … with the values that they have in Σ. The
//! one place where figures and values meet: whoever fills in a premise asks here.

use crate::calculus::term::Stmt;
use crate::calculus::{NodeId, Path, Value};
use crate::semantics::focus::Focus;
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Body, Exec, Message, Settled, System, Task, TaskState};
use crate::trace::Words;

/// A term of a figure and what it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The term: `T(L(y))`.
    pub term: &'static str,
    /// What it is: `running`.
    pub value: String,
    /// The texts in premises that it is about.
    about: &'static [&'static str],
}

impl Fact {
    /// Whether a premise speaks of it.
    pub fn is_in(&self, premise: &str) -> bool {
        self.about.iter().any(|word| premise.contains(word))
    }
}

/// What the letters stand for at `focus`.
pub fn facts(sys: &mut System, focus: Focus) -> Vec<Fact> {
    let mut facts = Facts { sys, found: Vec::new() };
    match focus {
        Focus::Stack(id) | Focus::Alternative(id, _) => {
            if let Some(stack) = facts.sys.stacks.get(id.0 as usize).cloned() {
                facts.stack(&stack);
            }
        }
        Focus::Message(at, n) => {
            facts.message(at as usize);
            facts.node(n);
        }
        Focus::Flight(at) => facts.message(at as usize),
        Focus::Promise(q) => facts.recovery(q),
        Focus::Callback(q, i) => facts.callback(q, i as usize),
        Focus::Node(n) => facts.node(n),
    }
    facts.faults();
    facts.found
}

struct Facts<'a> {
    sys: &'a mut System,
    found: Vec<Fact>,
}

impl Facts<'_> {
    fn add(&mut self, term: &'static str, about: &'static [&'static str], value: String) {
        self.found.push(Fact { term, value, about });
    }

    fn words(&self) -> Words<'_> {
        Words::brief(self.sys)
    }

    fn stack(&mut self, stack: &Stack) {
        let program = self.sys.program.clone();
        self.exec(stack.exec);
        let marked = if self.sys.is_marked(stack) { "marked" } else { "not marked" };
        self.add("the frame", &["marked"], marked.to_owned());
        let limit = self.sys.settings.max_call_depth;
        self.add("the stack", &["frames"], format!("{} of at most {limit} frames", stack.frames.len()));
        let handler = stack.handler(&program).map_or("none", |_| "there is one");
        self.add("handler", &["handler"], handler.to_owned());
        if let Label::Task(o) = stack.top().label {
            self.task("T(o)", &["T(o) = running({"], o);
        }
        if let (Label::Body, Exec::Attempt(q, _)) = (stack.top().label, stack.exec) {
            self.promise("D(q)", &["D(q) has", "D(q) is", "D(q) = pending"], q);
        }
        if stack.raising.is_some() {
            return;
        }
        let stmt = stack.stmt(&program);
        self.operands(stack, stmt);
        let q = stack.next_name(self.sys);
        let (name, known) = (self.words().path(q), self.sys.promises.contains(q));
        let place = if known { "∈" } else { "∉" };
        self.add("π.i", &["π.i", "π.k"], format!("{name} {place} dom D"));
        if known {
            let call = self.words().origin(&self.sys.promise(q).origin);
            self.add("its call", &["would create"], call);
        }
        if let Stmt::SpawnDist { on, .. } | Stmt::Send { on, .. } = stmt {
            let to = self.sys.address(stack, on);
            let to = self.words().addr(&to);
            self.add("a", &["a is"], to);
        }
    }

    fn exec(&mut self, exec: Exec) {
        let stale = if self.sys.is_stale(exec) { "stale" } else { "not stale" };
        let name = self.words().exec(exec);
        self.add("c", &["c is", "c has", "nor still", "where c ="], format!("{name}, {stale}"));
    }

    /// How many messages about a promise are in flight.
    fn in_flight(&mut self, q: Path) {
        let about = |message: &Message| match &message.body {
            Body::Invoke { promise, .. } | Body::Cancel { promise, .. } => *promise == q,
            Body::Resume { promise, .. } => *promise == q,
            Body::Call { .. } => false,
        };
        let about: Vec<String> = self
            .sys
            .messages
            .iter()
            .filter(|message| about(message))
            .map(|message| self.words().message(message))
            .collect();
        let text = if about.is_empty() { String::from("nothing about q") } else { about.join(", ") };
        self.add("in flight", &["in flight"], text);
    }

    fn operands(&mut self, stack: &Stack, stmt: Stmt) {
        let program = self.sys.program.clone();
        let args: Option<Vec<Value>> = match stmt {
            Stmt::Op { a, b, .. } => Some(vec![stack.get(&program, a).clone(), stack.get(&program, b).clone()]),
            Stmt::OpN { args, .. } => Some(stack.get_all(&program, args)),
            _ => None,
        };
        if let Some(args) = args {
            let args: Vec<String> = args.iter().map(|arg| self.words().value(arg)).collect();
            self.add("L(ȳ)", &["L(ȳ)"], args.join(", "));
        }
        let Some(y) = stmt.y() else { return };
        let value = stack.get(&program, y).clone();
        let shown = self.words().value(&value);
        self.add("L(y)", &["L(y)"], shown);
        match value {
            Value::Task(o) => self.task("T(L(y))", &["T(L(y))", "T(o) = running(W)", "t = L(y)"], o),
            Value::Promise(q) => self.promise("D(L(y))", &["D(L(y))", "D(q) = pending", "t = L(y)"], q),
            Value::List(things) => {
                let states: Vec<String> = things.iter().filter_map(|thing| self.state(thing)).collect();
                self.add("its elements", &["element"], states.join(", "));
            }
            _ => {}
        }
    }

    /// Whether a task or promise is settled, and how.
    fn state(&self, thing: &Value) -> Option<String> {
        let inner = if let Value::Some(inner) = thing { inner } else { thing };
        match inner {
            Value::Task(o) => {
                let state = self.sys.tasks.get(*o).and_then(Task::settled);
                Some(state.map_or_else(|| String::from("running"), |state| self.settled(state)))
            }
            Value::Promise(q) => {
                let state = self.sys.promise(*q).state.as_ref();
                Some(state.map_or_else(|| String::from("pending"), |state| self.settled(state)))
            }
            _ => None,
        }
    }

    fn settled(&self, settled: &Settled) -> String {
        match settled {
            Settled::Done(value) => format!("done {}", self.words().value(value)),
            other if other.is_cancelled() => String::from("cancelled"),
            other => format!("failed {}", self.words().error(&other.error().unwrap_or_default())),
        }
    }

    fn task(&mut self, term: &'static str, about: &'static [&'static str], o: Path) {
        let value = match self.sys.tasks.get(o) {
            None => String::from("gone"),
            Some(Task { state: TaskState::Running(waiting), .. }) => {
                format!("running, {} waiting", if waiting.is_empty() { "nobody" } else { "somebody" })
            }
            Some(Task { state: TaskState::Settled(settled), .. }) => self.settled(settled),
        };
        self.add(term, about, value);
    }

    /// `pending, version 1, held by w1`
    fn promise(&mut self, term: &'static str, about: &'static [&'static str], q: Path) {
        let promise = self.sys.promise(q);
        let state = promise.state.as_ref().map_or_else(|| String::from("pending"), |state| self.settled(state));
        let holder = match promise.holder {
            None => String::from("held by nobody"),
            Some(holder) => {
                let alive = if self.sys.is_alive(holder) { "" } else { ", which is not alive" };
                format!("held by {}{alive}", self.words().holder(holder))
            }
        };
        let value = format!("{state}, version {}, {holder}", promise.version);
        self.add(term, about, value);
    }

    fn message(&mut self, at: usize) {
        let Some(message) = self.sys.messages.get(at).cloned() else { return };
        let text = self.words().message(&message);
        self.add("the message", &["such message", "takers", "address", "addr(p)", "any G"], text);
        match message.body {
            Body::Invoke { promise, version, .. } | Body::Cancel { promise, version, .. } => {
                self.add("w", &["version w", "_, w,"], version.to_string());
                self.promise("D(q)", &["D(q)", "D(p)"], promise);
            }
            Body::Resume { callback, .. } => {
                let version = callback.exec.attempt().to_string();
                self.add("w", &["version", "where c"], version);
                self.promise("D(p)", &["D(q)", "D(p)"], callback.exec.path());
                self.exec(callback.exec);
                let alive = if self.sys.is_alive(callback.at) { "alive" } else { "not alive" };
                let holder = format!("{}, {alive}", self.words().holder(callback.at));
                self.add("n#i", &["n#i"], holder);
            }
            Body::Call { .. } => {}
        }
    }

    fn node(&mut self, n: NodeId) {
        let up = if self.sys.node(n).up { "up" } else { "down" };
        let atomic = if self.sys.is_atomic(n) { ", in atomic" } else { "" };
        let node = format!("{}, {up}{atomic}", self.words().node(n));
        let restarts = if self.sys.settings.restarts { "on" } else { "off" };
        self.add("restarts", &["restarts"], restarts.to_owned());
        self.add("n", &["n is", "m is up", "n ∈", "n#i", "m ∈"], node);
    }

    fn recovery(&mut self, q: Path) {
        let name = self.words().path(q);
        self.add("q", &["D(q)", "q's node"], name);
        self.in_flight(q);
        self.promise("D(q)", &["D(q)", "h = m#i"], q);
        let (now, idle) = (self.sys.now, self.sys.settings.timing);
        let timing = format!("{}, now = {now}", crate::trace::settings::Word::word(idle));
        self.add("timing", &["timing", "deadline"], timing);
    }

    fn callback(&mut self, q: Path, i: usize) {
        self.promise("D(q)", &["D(q)"], q);
        self.in_flight(q);
        let Some(callback) = self.sys.promise(q).callbacks.get(i).copied() else { return };
        let holder = self.words().holder(callback.at);
        let alive = if self.sys.is_alive(callback.at) { "alive" } else { "not alive" };
        self.exec(callback.exec);
        self.add("n#i", &["n#i"], format!("{holder}, {alive}"));
    }

    fn faults(&mut self) {
        let budget = self.sys.budget;
        let left = |number: u32| if number == u32::MAX { String::from("any number") } else { number.to_string() };
        self.add("crashes", &["a crash is left"], left(budget.crashes));
        self.add("suspicions", &["a suspicion is left"], left(budget.suspicions));
        self.add("losses", &["a loss is left"], left(budget.losses));
        self.add("duplicates", &["a duplicate is left"], left(budget.duplicates));
    }
}
