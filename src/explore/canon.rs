//! The canonical form of the parts of Σ: bytes that are the same on every machine, and their 128-bit hash. The fingerprint of
//! a configuration is the sum of its parts' hashes, so bags compare as bags. No part's bytes are the beginning of another's:
//! everything of varying length says its length first.
//!
//! Names are paths, so equal histories have equal names. What no rule can observe any more is left out: the callbacks of
//! settled promises, the order in which timers of one deadline were made, names that nobody will say (`nameless`). (Slots that a frame will not read again, tasks and
//! promises that are settled and that nothing names, and consumed messages are in no part.)

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::nameless::Nameless;
use super::parts::{Part, World};
use crate::calculus::{Edge, Names, NodeId, Path, Text, Value};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{
    Addr, Body, Callback, Exec, Holder, Message, Origin, Promise, Settled, System, Task, TaskState,
};

/// A 128-bit fingerprint of a configuration, or the hash of a part.
pub type Fingerprint = u128;

/// Makes the canonical form of parts.
#[derive(Clone, Debug, Default)]
pub struct Canon {
    /// Whether it can be observed in which order frames wait for a promise.
    ordered: bool,
    /// Whether it can be observed which of two one-way messages that say the same is taken.
    told_apart: bool,
    /// Which names nobody will ever say.
    nameless: Nameless,
    /// A hash of each path that has been named, independent of the order of naming.
    paths: Vec<u64>,
    bytes: Vec<u8>,
    /// For each node the one whose place it takes; of those that are not there, none.
    places: Vec<NodeId>,
}

/// The hashes of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashes {
    /// Of what a rule can still observe.
    pub seen: Fingerprint,
    /// Of all of it: parts that differ in nothing have one.
    pub whole: Fingerprint,
}

impl Canon {
    /// Where it can be observed in which order frames wait, or not; and which of two one-way messages is taken. If it is not,
    /// neither is which names `nameless` executions have.
    pub fn new(ordered: bool, told_apart: bool, nameless: Nameless) -> Canon {
        let nameless = if ordered || told_apart { Nameless::default() } else { nameless };
        Canon { ordered, told_apart, nameless, ..Canon::default() }
    }

    /// The hashes of a part.
    pub fn hashes(&mut self, names: &Names, part: &Part) -> Hashes {
        self.learn(names);
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        self.part(&mut bytes, part);
        let seen = xxh3_128(&bytes);
        let length = bytes.len();
        match part {
            Part::Promise(_, promise) => {
                promise.callbacks.iter().for_each(|callback| bytes.extend(self.callback(*callback)));
            }
            // Whose it is, and where, is said by its frame.
            Part::Task(_, task) => {
                self.exec(&mut bytes, task.owner);
                self.node(&mut bytes, task.node);
            }
            Part::Message(Message { body: Body::Call { id, .. }, copies, .. }) => {
                self.path(&mut bytes, *id);
                number(&mut bytes, u64::from(*copies));
            }
            Part::Stack(stack, _) => self.hidden(&mut bytes, stack),
            Part::Parked(parked) => self.hidden(&mut bytes, &parked.stack),
            _ => {}
        }
        let whole = if bytes.len() == length { seen } else { xxh3_128(&bytes) };
        self.bytes = bytes;
        Hashes { seen, whole }
    }

    /// The hash of what a rule can still observe of a part, if nodes take the places of others.
    pub fn hash_in(&mut self, places: &[NodeId], names: &Names, part: &Part) -> Fingerprint {
        self.places = places.to_vec();
        let hash = self.hashes(names, part).seen;
        self.places.clear();
        hash
    }

    fn node(&self, out: &mut Vec<u8>, n: NodeId) {
        number(out, u64::from(self.place(n)));
    }

    fn place(&self, n: NodeId) -> u32 {
        self.places.get(n.0 as usize).map_or(n.0, |place| place.0)
    }

    fn holder(&self, out: &mut Vec<u8>, holder: Holder) {
        self.node(out, holder.node);
        number(out, u64::from(holder.incarnation));
    }

    fn part(&self, out: &mut Vec<u8>, part: &Part) {
        match part {
            Part::World(what) => self.world(out, what),
            Part::Status(n, status) => {
                out.push(0);
                self.node(out, *n);
                out.extend_from_slice(&[u8::from(status.up), status.turn as u8]);
                number(out, u64::from(status.incarnation));
            }
            Part::Cells(n, group, cells) => {
                out.push(8);
                self.node(out, *n);
                number(out, u64::from(*group));
                cells.iter().for_each(|value| self.value(out, value));
            }
            Part::Stack(stack, has_turn) => {
                out.extend_from_slice(&[1, u8::from(*has_turn)]);
                self.stack(out, stack);
            }
            Part::Parked(parked) => {
                out.push(2);
                let mut on: Vec<u64> = parked.on.iter().map(|thing| self.handle(thing)).collect();
                on.sort_unstable();
                number(out, on.len() as u64);
                on.into_iter().for_each(|thing| number(out, thing));
                self.stack(out, &parked.stack);
            }
            Part::Task(o, what) => self.task(out, *o, what),
            Part::Promise(q, what) => self.promise(out, *q, what),
            Part::Message(what) => self.message(out, what),
        }
    }

    /// Who takes a step, the same in every configuration: a stack by the frame at its bottom, a message by what it says and
    /// who takes it, a timer or a recovery by its promise.
    pub fn actor(&mut self, sys: &System, choice: Choice) -> u64 {
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
        let actor = xxh3_64(&bytes);
        self.bytes = bytes;
        actor
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
            self.paths.push(xxh3_64(&bytes));
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

    fn world(&self, out: &mut Vec<u8>, world: &World) {
        out.push(6);
        number(out, world.printed.len() as u64);
        for (node, text) in &world.printed {
            self.node(out, *node);
            string(out, text);
        }
        number(out, world.unobservable.len() as u64);
        world.unobservable.iter().for_each(|error| string(out, error));
        number(out, world.now as u64);
        let budget = world.budget;
        let left = [budget.crashes, budget.suspicions, budget.losses, budget.duplicates];
        left.iter().for_each(|left| number(out, u64::from(*left)));
        match &world.diverged {
            None => out.push(0),
            Some(divergence) => {
                out.push(1);
                self.path(out, divergence.promise);
                self.exec(out, divergence.exec);
                self.origin(out, &divergence.wanted);
            }
        }
    }

    fn stack(&self, out: &mut Vec<u8>, stack: &Stack) {
        self.node(out, stack.node);
        match self.nameless.hides(stack) {
            true => out.push(2),
            false => self.exec(out, stack.exec),
        }
        number(out, stack.atomic.map_or(0, |frame| u64::from(frame) + 1));
        match &stack.raising {
            Some(error) => {
                out.push(1);
                string(out, error);
            }
            None => out.push(0),
        }
        number(out, stack.frames.len() as u64);
        for (i, frame) in stack.frames.iter().enumerate() {
            number(out, u64::from(frame.pc.0));
            match frame.label {
                Label::Sync => {
                    out.push(0);
                    continue;
                }
                Label::Task(o) => {
                    out.push(1);
                    self.path(out, o);
                }
                Label::Body => out.push(2),
            }
            number(out, u64::from(self.nameless.made(frame, &stack.frames[i + 1..])));
        }
        stack.slots.iter().for_each(|value| self.value(out, value));
    }

    /// The names of a stack that no rule can observe.
    fn hidden(&self, out: &mut Vec<u8>, stack: &Stack) {
        if self.nameless.hides(stack) {
            self.exec(out, stack.exec);
        }
        for (i, frame) in stack.frames.iter().enumerate().filter(|(_, frame)| frame.label != Label::Sync) {
            if self.nameless.made(frame, &stack.frames[i + 1..]) != frame.made {
                number(out, i as u64);
                number(out, u64::from(frame.made));
            }
        }
    }

    fn task(&self, out: &mut Vec<u8>, o: Path, task: &Task) {
        out.push(3);
        self.path(out, o);
        out.push(u8::from(task.marked));
        match &task.state {
            TaskState::Running(_) => out.push(0),
            TaskState::Settled(settled) => {
                out.push(1);
                out.push(u8::from(task.observed));
                self.settled(out, settled);
            }
        }
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

    fn promise(&self, out: &mut Vec<u8>, q: Path, promise: &Promise) {
        out.push(4);
        self.path(out, q);
        number(out, u64::from(promise.version));
        out.push(u8::from(promise.observed) | u8::from(promise.cancel_taken) << 1 | u8::from(promise.marked) << 2);
        match promise.holder {
            Some(at) => {
                out.push(1);
                self.holder(out, at);
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
                if !self.ordered {
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
        self.holder(&mut out, callback.at);
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
        let mut group: Vec<u32> = group.iter().map(|n| self.place(*n)).collect();
        group.sort_unstable(); // Whoever of them takes it: there is no order.
        group.into_iter().for_each(|n| number(out, u64::from(n)));
        if let Some(n) = node {
            self.node(out, *n);
        }
    }

    fn message(&self, out: &mut Vec<u8>, message: &Message) {
        out.push(5);
        number(out, message.from.map_or(0, |n| u64::from(self.place(n)) + 1));
        let nameless = matches!(message.body, Body::Call { f, .. } if self.nameless.function(f));
        number(out, if nameless { 0 } else { u64::from(message.copies) });
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
                self.holder(out, *to);
                self.path(out, *promise);
                number(out, u64::from(*version));
            }
            Body::Call { to, id, f, args } => {
                out.push(3);
                self.addr(out, to);
                if self.ordered || self.told_apart {
                    self.path(out, *id);
                }
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
                self.node(out, *n);
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

fn number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn string(out: &mut Vec<u8>, text: &Text) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}
