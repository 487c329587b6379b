//! Interned parts: equal parts are one number, and what a search asks of a part again and again stands beside it in tables.

use super::canon::{Canon, Fingerprint, Hashes};
use super::footprint::Thing;
use super::hashed::Numbers;
use super::parts::{Part, Turn};
use super::symmetry::Places;
use crate::calculus::value::deep;
use crate::calculus::{Names, NodeId, Path, Value};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{Body, Exec, Origin, Settled};

/// A part by its number in the [`Store`].
pub type PartId = u32;

/// No part: where one is looked for that a configuration does not have.
pub const NO_PART: PartId = PartId::MAX;

/// What kind of part one is, and what it is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What there is once; whether the program has stopped.
    World {
        /// The whole program has diverged.
        diverged: bool,
    },
    /// A node.
    Status(Turn),
    /// The cells of a group at a node.
    Cells(NodeId, u32),
    /// A ready stack of a node, and whether it has it to itself.
    Stack(NodeId, bool),
    /// A parked frame.
    Parked,
    /// An entry of T.
    Task(Path),
    /// An entry of D.
    Promise(Path),
    /// A pending timer, an entry of D.
    Timer(Path),
    /// A message of M.
    Message,
}

/// What is asked of a part all the time.
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    /// Its kind.
    pub kind: Kind,
    /// It is settled, and counts in no outcome: it can be forgotten when nothing names it.
    pub is_over: bool,
    /// Something may have been sent for it that is sent again if it is lost: an Invoke, a Resume or a Cancel.
    pub is_owed: bool,
    /// It is a stack or a message that can come to a silent step as it is.
    pub may_be_silent: bool,
}

/// Every part that a search has come to, each once.
#[derive(Debug, Default)]
pub struct Store {
    parts: Vec<Part>,
    /// The hash of each part for each permutation of the nodes, as many for each as `permutations`.
    hashes: Vec<Fingerprint>,
    /// The first leaves every node where it is.
    permutations: Vec<Places>,
    tags: Vec<Tag>,
    /// The task or promise that each part is the entry of.
    things: Vec<Option<Thing>>,
    /// The tasks and promises that each part names, each one bit of 64: a bit that is not there names none.
    masks: Vec<u64>,
    /// The same, sorted.
    named: Vec<Box<[Path]>>,
    numbers: Numbers,
    bytes: usize,
}

impl Store {
    /// No part yet.
    pub fn new(permutations: Vec<Places>) -> Store {
        Store { permutations, ..Store::default() }
    }

    /// The number of `part`; `may_be_silent` is asked of one that is new.
    pub fn intern(
        &mut self,
        canon: &mut Canon,
        names: &Names,
        part: Part,
        may_be_silent: impl FnOnce(&Part) -> bool,
    ) -> PartId {
        let Hashes { seen, whole } = canon.hashes(names, &part);
        let (id, is_new) = self.numbers.insert(whole);
        if !is_new {
            return id;
        }
        let named = Named::by(&part);
        self.bytes += weight(&part) + named.len() * size_of::<Path>();
        self.masks.push(named.iter().fold(0, |mask, path| mask | bit(*path)));
        let (kind, may_be_silent) = (kind(&part), may_be_silent(&part));
        self.tags.push(Tag { kind, is_over: is_over(&part), is_owed: is_owed(&part), may_be_silent });
        self.things.push(match kind {
            Kind::Task(o) => Some(Thing::Task(o)),
            Kind::Promise(q) | Kind::Timer(q) => Some(Thing::Promise(q)),
            _ => None,
        });
        self.hashes.push(seen);
        for places in self.permutations.iter().skip(1) {
            self.hashes.push(canon.hash_in(places, names, &part));
        }
        self.named.push(named);
        self.parts.push(part);
        id
    }

    /// The part.
    pub fn part(&self, id: PartId) -> &Part {
        &self.parts[id as usize]
    }

    /// What is asked of it all the time.
    #[inline]
    pub fn tag(&self, id: PartId) -> Tag {
        self.tags[id as usize]
    }

    /// The task or promise that it is the entry of.
    #[inline]
    pub fn thing(&self, id: PartId) -> Option<Thing> {
        self.things[id as usize]
    }

    /// The hash of what a rule can still observe of it.
    #[inline]
    pub fn hash(&self, id: PartId) -> Fingerprint {
        self.hashes[id as usize * self.permutations.len()]
    }

    /// The same where the nodes have changed places.
    #[inline]
    pub fn hash_in(&self, id: PartId, permutation: usize) -> Fingerprint {
        self.hashes[id as usize * self.permutations.len() + permutation]
    }

    /// How the nodes may change places.
    pub fn permutations(&self) -> &[Places] {
        &self.permutations
    }

    /// Whether the part names a task or promise.
    #[inline]
    pub fn names(&self, id: PartId, path: Path) -> bool {
        self.masks[id as usize] & bit(path) != 0 && self.named[id as usize].binary_search(&path).is_ok()
    }

    /// The tasks and promises that it names, sorted.
    pub fn named(&self, id: PartId) -> &[Path] {
        &self.named[id as usize]
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        let tables = size_of::<Tag>() + size_of::<Option<Thing>>() + size_of::<u64>();
        let each = size_of::<Part>() + tables + size_of::<Box<[Path]>>();
        self.bytes + self.parts.len() * each + size_of_val(&*self.hashes) + self.numbers.bytes()
    }
}

fn bit(path: Path) -> u64 {
    1 << (path.0 % 64)
}

fn kind(part: &Part) -> Kind {
    match part {
        Part::World(world) => Kind::World { diverged: world.diverged.is_some() },
        Part::Status(_, status) => Kind::Status(status.turn),
        Part::Cells(n, group, _) => Kind::Cells(*n, *group),
        Part::Stack(stack, has_turn) => Kind::Stack(stack.node, *has_turn),
        Part::Parked(_) => Kind::Parked,
        Part::Task(o, _) => Kind::Task(*o),
        Part::Promise(q, promise) => match promise.origin {
            Origin::Timer { .. } if promise.is_pending() => Kind::Timer(*q),
            _ => Kind::Promise(*q),
        },
        Part::Message(_) => Kind::Message,
    }
}

fn is_owed(part: &Part) -> bool {
    let Part::Promise(_, promise) = part else { return false };
    match &promise.state {
        None => promise.holder.is_none() && matches!(promise.origin, Origin::Call(..)),
        Some(settled) => settled.is_cancelled() || !promise.callbacks.is_empty(),
    }
}

fn is_over(part: &Part) -> bool {
    let over = |settled: Option<&Settled>, observed: bool| {
        settled.is_some_and(|settled| observed || settled.is_cancelled() || settled.error().is_none())
    };
    match part {
        Part::Task(_, task) => over(task.settled(), task.observed),
        Part::Promise(q, promise) => *q != Path::MAIN && over(promise.state.as_ref(), promise.observed),
        _ => false,
    }
}

/// About how many bytes stand behind a part.
fn weight(part: &Part) -> usize {
    let stack =
        |stack: &Stack| size_of::<Stack>() + size_of_val(stack.frames.as_slice()) + size_of_val(stack.slots.as_slice());
    match part {
        Part::World(world) => size_of_val(world.printed.as_slice()),
        Part::Cells(_, _, cells) => size_of_val(cells.as_slice()),
        Part::Stack(what, _) => stack(what),
        Part::Parked(parked) => stack(&parked.stack),
        Part::Promise(_, promise) => size_of_val(promise.callbacks.as_slice()),
        Part::Status(..) | Part::Task(..) | Part::Message(_) => 0,
    }
}

/// The tasks and promises that a part names.
struct Named(Vec<Path>);

impl Named {
    fn by(part: &Part) -> Box<[Path]> {
        let mut named = Named(Vec::new());
        match part {
            Part::World(_) | Part::Status(..) => {}
            Part::Cells(_, _, cells) => named.values(cells.iter()),
            Part::Stack(stack, _) => named.stack(stack),
            Part::Parked(parked) => {
                named.stack(&parked.stack);
                named.values(parked.on.iter());
            }
            Part::Task(_, task) => named.settled(task.settled()),
            Part::Promise(_, promise) => {
                named.settled(promise.state.as_ref());
                promise.callbacks.iter().for_each(|callback| named.0.push(callback.exec.path()));
                if let Origin::Call(_, args) = &promise.origin {
                    named.values(args.iter());
                }
            }
            Part::Message(message) => named.body(&message.body),
        }
        named.0.sort_unstable();
        named.0.dedup();
        named.0.into_boxed_slice()
    }

    fn stack(&mut self, stack: &Stack) {
        if let Exec::Attempt(q, _) = stack.exec {
            self.0.push(q);
        }
        for frame in &stack.frames {
            if let Label::Task(o) = frame.label {
                self.0.push(o);
            }
        }
        self.values(stack.slots.iter());
    }

    fn settled(&mut self, settled: Option<&Settled>) {
        if let Some(Settled::Done(value)) = settled {
            self.value(value);
        }
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Invoke { promise, .. } | Body::Cancel { promise, .. } => self.0.push(*promise),
            Body::Resume { callback, promise } => self.0.extend([callback.exec.path(), *promise]),
            Body::Call { args, .. } => self.values(args.iter()),
        }
    }

    fn values<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        values.for_each(|value| self.value(value));
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Task(path) | Value::Promise(path) => self.0.push(*path),
            Value::Enum(record) | Value::Struct(record) => deep(|| self.values(record.fields.iter())),
            Value::Some(inner) => deep(|| self.value(inner)),
            Value::List(items) => deep(|| self.values(items.iter())),
            Value::Map(entries) => deep(|| self.values(entries.values())),
            _ => {}
        }
    }
}
