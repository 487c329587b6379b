//! The canonical form of Σ: the parts that a rule can still observe, each as bytes that are the same on every machine, and
//! a 128-bit fingerprint that is the sum of the parts' hashes, so that bags compare as bags. No part's bytes are the
//! beginning of another's: everything of varying length says its length first.
//!
//! Names are paths, so equal histories have equal names. What no rule can observe any more is left out: slots that a frame
//! will not read again, local tasks that are settled and that nothing names, callbacks of settled promises, consumed
//! messages, the order in which timers of one deadline were made.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_128;

use super::liveness::Liveness;
use crate::calculus::{Edge, Names, Path, Stmt, Text, Value};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::settings::{Network, Order};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{
    Addr, Body, Callback, Exec, Holder, Message, Node, Origin, ParkId, Promise, Settled, System, Task, TaskState,
};

/// A 128-bit fingerprint of a configuration.
pub type Fingerprint = u128;

/// Makes fingerprints of the configurations of one program.
#[derive(Clone)]
pub struct Canon {
    liveness: Liveness,
    /// A hash of each path that has been named, independent of the order of naming.
    paths: Vec<u64>,
    bytes: Vec<u8>,
}

impl Canon {
    /// For the configurations of a program with this liveness.
    pub fn new(liveness: Liveness) -> Canon {
        Canon { liveness, paths: Vec::new(), bytes: Vec::new() }
    }

    /// The fingerprint of Σ.
    pub fn fingerprint(&mut self, sys: &System) -> Fingerprint {
        self.learn(&sys.names);
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        let mut sum = Sum { of: 0, bytes };
        self.nodes(&mut sum, sys);
        self.names(&mut sum, sys);
        self.messages(&mut sum, sys);
        observed(&mut sum, sys);
        self.bytes = sum.bytes;
        sum.of
    }

    /// N, less T: nodes, ready stacks, parked frames.
    fn nodes(&self, sum: &mut Sum, sys: &System) {
        for (n, node) in sys.nodes.iter().enumerate() {
            self.node(&mut sum.bytes, n, node);
            sum.add();
        }
        for (at, id) in sys.ready.iter().enumerate() {
            let stack = &sys.stacks[id.0 as usize];
            sum.bytes.push(1);
            sum.bytes.push(u8::from(sys.turn(stack.node) == Some(*id)));
            if sys.settings.order == Order::Fifo {
                number(&mut sum.bytes, at as u64);
            }
            self.stack(&mut sum.bytes, sys, stack);
            sum.add();
        }
        for (id, parked) in &sys.parked {
            sum.bytes.push(2);
            let place = |thing| if in_line(sys) { sys.place_among_waiters(ParkId(id as u32), thing) } else { 0 };
            let mut on: Vec<(u64, usize)> = parked.on.iter().map(|thing| (self.handle(thing), place(thing))).collect();
            on.sort_unstable();
            number(&mut sum.bytes, on.len() as u64);
            for (thing, place) in on {
                number(&mut sum.bytes, thing);
                number(&mut sum.bytes, place as u64);
            }
            self.stack(&mut sum.bytes, sys, &parked.stack);
            sum.add();
        }
    }

    /// T and D.
    fn names(&self, sum: &mut Sum, sys: &System) {
        let named = named(sys);
        for (o, task) in sys.tasks.iter() {
            if self.task(&mut sum.bytes, o, task, named.contains(&o)) {
                sum.add();
            }
            sum.bytes.clear();
        }
        for (q, promise) in sys.promises.iter() {
            self.promise(&mut sum.bytes, q, promise, in_line(sys));
            sum.add();
        }
    }

    /// M
    fn messages(&self, sum: &mut Sum, sys: &System) {
        for (at, message) in sys.messages.iter().enumerate() {
            self.message(&mut sum.bytes, message);
            if sys.settings.network == Network::Fifo {
                // Only the order among those of one sender can matter: how many of them are before it.
                let before = sys.messages.iter().take(at).filter(|other| other.from == message.from).count();
                number(&mut sum.bytes, before as u64);
            }
            sum.add();
        }
    }

    /// Who takes a step, the same in every configuration: a stack by the frame at its bottom, a message by what it says and
    /// who takes it, a timer or a recovery by its promise.
    pub fn actor(&mut self, sys: &mut System, choice: Choice) -> u64 {
        self.learn(&sys.names);
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        match choice.focus {
            Focus::Stack(id) | Focus::Alternative(id, _) => {
                let stack = &sys.stacks[id.0 as usize];
                self.exec(&mut bytes, stack.exec);
                if let Some(Label::Task(o)) = stack.frames.first().map(|frame| frame.label) {
                    self.path(&mut bytes, o);
                }
            }
            Focus::Message(at, n) => {
                self.message(&mut bytes, &sys.messages[at as usize]);
                number(&mut bytes, u64::from(n.0));
            }
            Focus::Flight(at) => self.message(&mut bytes, &sys.messages[at as usize]),
            Focus::Promise(q) => self.path(&mut bytes, q),
            Focus::Callback(q, i) => {
                self.path(&mut bytes, q);
                let callback = sys.promise(q).callbacks.get(i as usize).map(|callback| self.callback(*callback));
                bytes.extend(callback.unwrap_or_default());
            }
            Focus::Node(n) => number(&mut bytes, u64::from(n.0)),
        }
        if choice.focus.stack().is_none() {
            string(&mut bytes, &Text::new(choice.rule.name.to_owned()));
        }
        let actor = xxhash_rust::xxh3::xxh3_64(&bytes);
        self.bytes = bytes;
        actor
    }

    /// Forgets the hashes of paths with this number or a greater one: other paths have them now.
    pub fn forget_from(&mut self, number: usize) {
        self.paths.truncate(number);
    }

    /// Hashes of the paths that were named since the last time.
    fn learn(&mut self, names: &Names) {
        for at in self.paths.len()..names.len() {
            let path = Path(at as u32);
            let (tag, number) = match names.edge(path) {
                Edge::Child(i) => (0u8, i),
                Edge::Attempt(w) => (1, w),
                Edge::Copy(k) => (2, k),
            };
            let parent = names.parent(path).map_or(0, |parent| self.paths[parent.0 as usize]);
            let mut bytes = [0u8; 13];
            bytes[..8].copy_from_slice(&parent.to_le_bytes());
            bytes[8..12].copy_from_slice(&number.to_le_bytes());
            bytes[12] = tag;
            self.paths.push(xxhash_rust::xxh3::xxh3_64(&bytes));
        }
    }

    fn path(&self, out: &mut Vec<u8>, path: Path) {
        out.extend_from_slice(&self.paths[path.0 as usize].to_le_bytes());
    }

    fn handle(&self, thing: &Value) -> u64 {
        match thing {
            Value::Task(path) | Value::Promise(path) => self.paths[path.0 as usize],
            _ => 0,
        }
    }

    fn exec(&self, out: &mut Vec<u8>, exec: Exec) {
        self.path(out, exec.path());
        match exec {
            Exec::Attempt(_, w) => {
                out.push(0);
                number(out, u64::from(w));
            }
            Exec::Message(_) => out.push(1),
        }
    }

    fn node(&self, out: &mut Vec<u8>, n: usize, node: &Node) {
        out.push(0);
        number(out, n as u64);
        out.push(u8::from(node.up));
        number(out, u64::from(node.incarnation));
        node.cells.iter().for_each(|value| self.value(out, value));
    }

    /// A stack, without what its frames will not read again.
    fn stack(&self, out: &mut Vec<u8>, sys: &System, stack: &Stack) {
        number(out, u64::from(stack.node.0));
        self.exec(out, stack.exec);
        number(out, stack.atomic.map_or(0, |frame| u64::from(frame) + 1));
        match &stack.raising {
            Some(error) => {
                out.push(1);
                string(out, error);
            }
            None => out.push(0),
        }
        number(out, stack.frames.len() as u64);
        let top = stack.frames.len().saturating_sub(1);
        for (at, frame) in stack.frames.iter().enumerate() {
            number(out, u64::from(frame.pc.0));
            match frame.label {
                Label::Sync => out.push(0),
                Label::Task(o) => {
                    out.push(1);
                    self.path(out, o);
                    number(out, u64::from(frame.made));
                }
                Label::Body => {
                    out.push(2);
                    number(out, u64::from(frame.made));
                }
            }
            let stmt = sys.program.code[frame.pc.0 as usize];
            let bound = match stmt {
                Stmt::Call { x, .. } if at < top => Some(x.0),
                _ => None,
            };
            let live = if bound.is_some() { self.liveness.after(frame.pc) } else { self.liveness.before(frame.pc) };
            for slot in live.iter().filter(|slot| Some(**slot) != bound) {
                self.value(out, &stack.slots[(frame.base + slot) as usize]);
            }
        }
    }

    /// A task, unless nothing can observe it any more.
    fn task(&self, out: &mut Vec<u8>, o: Path, task: &Task, named: bool) -> bool {
        out.push(3);
        self.path(out, o);
        out.push(u8::from(task.marked));
        match &task.state {
            TaskState::Running(_) => out.push(0),
            TaskState::Settled(settled) => {
                let counts = settled.error().is_some() && !task.observed && !settled.is_cancelled();
                if !named && !counts {
                    return false;
                }
                out.push(1);
                out.push(u8::from(task.observed));
                self.settled(out, settled);
            }
        }
        true
    }

    fn settled(&self, out: &mut Vec<u8>, settled: &Settled) {
        match settled {
            Settled::Done(value) => {
                out.push(0);
                self.value(out, value);
            }
            Settled::Failed(error) => {
                out.push(1);
                string(out, error);
            }
            Settled::Cancelled => out.push(2),
        }
    }

    fn promise(&self, out: &mut Vec<u8>, q: Path, promise: &Promise, ordered: bool) {
        out.push(4);
        self.path(out, q);
        number(out, u64::from(promise.version));
        out.push(u8::from(promise.observed) | u8::from(promise.cancel_taken) << 1 | u8::from(promise.marked) << 2);
        match promise.holder {
            Some(at) => {
                out.push(1);
                holder(out, at);
            }
            None => out.push(0),
        }
        self.addr(out, &promise.addr);
        self.origin(out, &promise.origin);
        match &promise.state {
            Some(settled) => {
                out.push(1);
                self.settled(out, settled);
            }
            None => {
                out.push(0);
                let mut callbacks: Vec<Vec<u8>> = promise.callbacks.iter().map(|c| self.callback(*c)).collect();
                if !ordered {
                    callbacks.sort_unstable();
                }
                number(out, callbacks.len() as u64);
                callbacks.iter().for_each(|callback| out.extend_from_slice(callback));
            }
        }
    }

    fn callback(&self, callback: Callback) -> Vec<u8> {
        let mut out = Vec::new();
        self.exec(&mut out, callback.exec);
        holder(&mut out, callback.at);
        out
    }

    fn origin(&self, out: &mut Vec<u8>, origin: &Origin) {
        match origin {
            Origin::Call(f, args) => {
                out.push(0);
                number(out, u64::from(f.0));
                args.iter().for_each(|value| self.value(out, value));
            }
            Origin::Timer { duration, deadline } => {
                out.push(1);
                number(out, *duration as u64);
                number(out, *deadline as u64);
            }
            Origin::External => out.push(2),
            Origin::Answer(answer) => out.extend_from_slice(&[3, *answer as u8]),
        }
    }

    fn addr(&self, out: &mut Vec<u8>, addr: &Addr) {
        use crate::calculus::Address::{Any, Node, Prefer};
        let (tag, group, node) = match addr {
            Node(n) => (0, &[][..], Some(n)),
            Any(group) => (1, &group[..], None),
            Prefer(group, n) => (2, &group[..], Some(n)),
        };
        out.push(tag);
        number(out, group.len() as u64);
        group.iter().chain(node).for_each(|n| number(out, u64::from(n.0)));
    }

    fn message(&self, out: &mut Vec<u8>, message: &Message) {
        out.push(5);
        number(out, message.from.map_or(0, |n| u64::from(n.0) + 1));
        number(out, u64::from(message.copies));
        match &message.body {
            Body::Invoke { to, promise, version } => {
                out.push(0);
                self.addr(out, to);
                self.path(out, *promise);
                number(out, u64::from(*version));
            }
            Body::Resume { callback, promise } => {
                out.push(1);
                out.extend(self.callback(*callback));
                self.path(out, *promise);
            }
            Body::Cancel { to, promise, version } => {
                out.push(2);
                holder(out, *to);
                self.path(out, *promise);
                number(out, u64::from(*version));
            }
            Body::Call { to, id, f, args } => {
                out.push(3);
                self.addr(out, to);
                self.path(out, *id);
                number(out, u64::from(f.0));
                args.iter().for_each(|value| self.value(out, value));
            }
        }
    }

    fn value(&self, out: &mut Vec<u8>, value: &Value) {
        match value {
            Value::Unit => out.push(0),
            Value::Bool(b) => out.extend_from_slice(&[1, u8::from(*b)]),
            Value::Int(i) => {
                out.push(2);
                number(out, *i as u64);
            }
            Value::Str(text) => {
                out.push(3);
                string(out, text);
            }
            Value::Node(n) => {
                out.push(4);
                number(out, u64::from(n.0));
            }
            Value::Variant(ty, variant) => {
                out.push(5);
                number(out, u64::from(ty.0));
                number(out, u64::from(*variant));
            }
            Value::Enum(record) | Value::Struct(record) => {
                out.push(if matches!(value, Value::Enum(_)) { 6 } else { 7 });
                number(out, u64::from(record.ty.0));
                number(out, u64::from(record.variant));
                self.values(out, record.fields.iter());
            }
            Value::None => out.push(8),
            Value::Some(inner) => {
                out.push(9);
                self.values(out, [&***inner].into_iter());
            }
            Value::List(items) => {
                out.push(10);
                number(out, items.len() as u64);
                self.values(out, items.iter());
            }
            Value::Map(entries) => {
                out.push(11);
                number(out, entries.len() as u64);
                entries.iter().for_each(|(key, value)| self.values(out, [key, value].into_iter()));
            }
            Value::Task(o) => {
                out.push(12);
                self.path(out, *o);
            }
            Value::Promise(q) => {
                out.push(13);
                self.path(out, *q);
            }
        }
    }

    fn values<'v>(&self, out: &mut Vec<u8>, values: impl Iterator<Item = &'v Value>) {
        crate::calculus::value::deep(|| values.for_each(|value| self.value(out, value)));
    }
}

/// A sum of hashes, and the bytes of the part that is put together.
struct Sum {
    of: Fingerprint,
    bytes: Vec<u8>,
}

impl Sum {
    /// Adds the part.
    fn add(&mut self) {
        self.of = self.of.wrapping_add(xxh3_128(&self.bytes));
        self.bytes.clear();
    }
}

/// Whether stacks or messages stand in line. Then who waits first is told first, and that can be observed.
fn in_line(sys: &System) -> bool {
    sys.settings.order == Order::Fifo || sys.settings.network == Network::Fifo
}

/// O, U, now, and what may still go wrong.
fn observed(sum: &mut Sum, sys: &System) {
    for (at, (node, text)) in sys.printed.iter().enumerate() {
        sum.bytes.push(6);
        number(&mut sum.bytes, at as u64);
        number(&mut sum.bytes, u64::from(node.0));
        string(&mut sum.bytes, text);
        sum.add();
    }
    for error in &sys.unobservable {
        sum.bytes.push(7);
        string(&mut sum.bytes, error);
        sum.add();
    }
    sum.bytes.push(8);
    number(&mut sum.bytes, sys.now as u64);
    let budget = sys.budget;
    let left = [budget.crashes, budget.suspicions, budget.losses, budget.duplicates];
    left.iter().for_each(|left| number(&mut sum.bytes, u64::from(*left)));
    sum.bytes.push(u8::from(sys.diverged.is_some()));
    sum.add();
}

fn number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn string(out: &mut Vec<u8>, text: &Text) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn holder(out: &mut Vec<u8>, holder: Holder) {
    number(out, u64::from(holder.node.0));
    number(out, u64::from(holder.incarnation));
}

/// The local tasks that something in Σ names. Tasks stay on their node: only slots, volatile cells and values of other
/// tasks can name one.
fn named(sys: &System) -> BTreeSet<Path> {
    let mut named = BTreeSet::new();
    if sys.tasks.iter().all(|(_, task)| task.settled().is_none()) {
        return named; // Only settled tasks are asked for.
    }
    let stacks = sys.stacks.iter().map(|(_, stack)| stack).chain(sys.parked.iter().map(|(_, parked)| &parked.stack));
    stacks.for_each(|stack| stack.slots.iter().for_each(|value| names_in(value, &mut named)));
    sys.nodes.iter().for_each(|node| node.cells.iter().for_each(|value| names_in(value, &mut named)));
    for (_, task) in sys.tasks.iter() {
        if let Some(Settled::Done(value)) = task.settled() {
            names_in(value, &mut named);
        }
    }
    named
}

fn names_in(value: &Value, named: &mut BTreeSet<Path>) {
    let mut inside = |values: &mut dyn Iterator<Item = &Value>| {
        crate::calculus::value::deep(|| values.for_each(|value| names_in(value, named)));
    };
    match value {
        Value::Task(o) => {
            named.insert(*o);
        }
        Value::Enum(record) | Value::Struct(record) => inside(&mut record.fields.iter()),
        Value::Some(value) => inside(&mut [&***value].into_iter()),
        Value::List(items) => inside(&mut items.iter()),
        Value::Map(entries) => inside(&mut entries.values()),
        _ => {}
    }
}
