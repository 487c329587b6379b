//! Σ = ⟨N, D, M, O, U, now⟩ (calculus 2), in the shape that makes stepping cheap.
//!
//! Names are dense numbers, so T of all nodes is one table, and so is D. The stacks of all nodes stand in one slab, with
//! the order in which they became ready beside it; a stack knows its node and its execution. A parked frame is a stack of
//! one frame, taken out of the ready ones: parking and waking move a pointer to it and copy nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use slab::Slab;
use smallvec::SmallVec;

use super::effect::Effect;
use super::settings::{Budget, Scheduling, Settings};
use super::stack::{Frame, Label};
use super::table::Table;
use crate::calculus::op::Naming;
use crate::calculus::{Address, Edge, FnId, Names, NodeId, Path, Program, Text, Value};

pub use super::stack::Stack;
pub use crate::calculus::config::{Addr, Answer, Body, Callback, Divergence, Exec, Holder, Message, Origin, Settled};

/// A ready stack: its place in [`System::stacks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StackId(pub u32);

/// A parked frame: its place in [`System::parked`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParkId(pub u32);

/// A node, less its stacks (S), tasks (T) and parked frames (K), which stand in the tables of Σ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// status
    pub up: bool,
    /// incarnation
    pub incarnation: u32,
    /// V: volatile and durable cells, by [`crate::calculus::CellId`].
    pub cells: Vec<Value>,
    /// The stack that has the node to itself: the running one under cooperative scheduling, or one inside `atomic`.
    pub turn: Option<StackId>,
}

/// An entry of T.
#[derive(Clone, Debug)]
pub struct Task {
    /// The execution whose frame it is.
    pub owner: Exec,
    /// The node that it lives on.
    pub node: NodeId,
    /// Where its own frame is parked, while it is.
    pub parked: Option<ParkId>,
    /// running(W), done(v) or failed(e).
    pub state: TaskState,
    /// It was cancelled, and its frame has not raised "cancelled" yet.
    pub marked: bool,
    /// An await or wait has seen its failure.
    pub observed: bool,
}

/// The state of a task.
#[derive(Clone, Debug)]
pub enum TaskState {
    /// running(W): the frames that wait for it, in the order in which they parked.
    Running(Vec<ParkId>),
    /// done(v) or failed(e)
    Settled(Settled),
}

/// An entry of D, and of K on every node.
#[derive(Clone, Debug)]
pub struct Promise {
    /// state; `None` is pending.
    pub state: Option<Settled>,
    /// call: who settles it.
    pub origin: Origin,
    /// addr
    pub addr: Addr,
    /// version
    pub version: u32,
    /// holder
    pub holder: Option<Holder>,
    /// callbacks, in the order in which they were registered; no two are equal.
    pub callbacks: Vec<Callback>,
    /// K(q) of all nodes: the frames parked on it, in the order in which they parked.
    pub waiters: Vec<ParkId>,
    /// An await or wait has seen its failure.
    pub observed: bool,
    /// The holder has had the Cancel of this version.
    pub cancel_taken: bool,
    /// The frame of its attempt is marked (Cancelled) and has not raised "cancelled" yet.
    pub marked: bool,
}

/// A parked frame ⟨c, F⟩.
#[derive(Clone, Debug)]
pub struct Parked {
    /// Its one frame F, with its owner c and its node.
    pub stack: Box<Stack>,
    /// The tasks and promises on whose lists it stands: mostly one.
    pub on: SmallVec<[Value; 1]>,
}

/// Σ, and what its rules need to know besides.
#[derive(Clone, Debug)]
pub struct System {
    /// The program.
    pub program: Arc<Program>,
    /// The parameters of the relation.
    pub settings: Arc<Settings>,
    /// Every name that was ever made: not a part of Σ, it only spells the paths.
    pub names: Names,
    /// N, by [`NodeId`].
    pub nodes: Vec<Node>,
    /// S of all nodes.
    pub stacks: Slab<Box<Stack>>,
    /// The stacks in the order in which they became ready.
    pub ready: VecDeque<StackId>,
    /// W and K of all nodes: the parked frames.
    pub parked: Slab<Parked>,
    /// T of all nodes.
    pub tasks: Table<Task>,
    /// D
    pub promises: Table<Promise>,
    /// M, the oldest first.
    pub messages: VecDeque<Message>,
    /// O
    pub printed: Vec<(NodeId, Text)>,
    /// U
    pub unobservable: Vec<Text>,
    /// now
    pub now: i64,
    /// The pending timers, by deadline, those of one deadline in the order of creation.
    pub timers: BTreeMap<(i64, u64), Path>,
    /// How many timers were ever made.
    pub timers_made: u64,
    /// The faults that may still happen.
    pub budget: Budget,
    /// Set by Diverge: the whole program has stopped.
    pub diverged: Option<Box<Divergence>>,
    /// A step is asked for, not taken: rules stop at the line of their figure.
    pub probing: bool,
    /// Where effects are reported; `None`: nobody listens.
    pub effects: Option<Vec<Effect>>,
}

impl System {
    /// The start (calculus 2): the promise `main`, claimed by the first node, and its stack.
    ///
    /// # Panics
    /// When the program has no main or no node; the elaborator lets no such program through.
    pub fn start(program: Arc<Program>, settings: Arc<Settings>) -> System {
        let mut sys = System::empty(program, settings);
        sys.begin();
        sys
    }

    /// As [`System::start`], in the room of a Σ that is over: its tables are cleared, and need not grow again.
    ///
    /// # Panics
    /// As [`System::start`].
    pub fn start_again(&mut self, program: Arc<Program>, settings: Arc<Settings>) {
        self.clear(program, settings);
        self.begin();
    }

    fn begin(&mut self) {
        let main = self.program.main.expect("an elaborated program has a main");
        assert!(!self.nodes.is_empty(), "an elaborated program has a node");
        let first = Holder { node: NodeId(0), incarnation: 0 };
        let origin = Origin::Call(main, Arc::from([]));
        self.promises.insert(Path::MAIN, Promise::new(origin, Address::Node(first.node), Some(first)));
        self.start_body(first.node, Exec::Attempt(Path::MAIN, 0), main, &[]);
    }

    /// Σ without a promise, a stack or a message: every node is up, its cells hold their initial values.
    pub fn empty(program: Arc<Program>, settings: Arc<Settings>) -> System {
        let mut node = Node::default();
        node.clear(&program);
        let budget = settings.budget;
        System {
            nodes: vec![node; program.nodes.len()],
            program,
            settings,
            names: Names::default(),
            stacks: Slab::new(),
            ready: VecDeque::new(),
            parked: Slab::new(),
            tasks: Table::default(),
            promises: Table::default(),
            messages: VecDeque::new(),
            printed: Vec::new(),
            unobservable: Vec::new(),
            now: 0,
            timers: BTreeMap::new(),
            timers_made: 0,
            budget,
            diverged: None,
            probing: false,
            effects: None,
        }
    }

    /// Makes Σ what [`System::empty`] is, and keeps the room of its tables. Every field is named, so that none is forgotten.
    fn clear(&mut self, with: Arc<Program>, under: Arc<Settings>) {
        let System {
            program,
            settings,
            names,
            nodes,
            stacks,
            ready,
            parked,
            tasks,
            promises,
            messages,
            printed,
            unobservable,
            now,
            timers,
            timers_made,
            budget,
            diverged,
            probing,
            effects,
        } = self;
        (*program, *settings) = (with, under);
        names.clear();
        nodes.resize_with(program.nodes.len(), Node::default);
        nodes.iter_mut().for_each(|node| node.clear(program));
        stacks.clear();
        ready.clear();
        parked.clear();
        tasks.clear();
        promises.clear();
        messages.clear();
        printed.clear();
        unobservable.clear();
        timers.clear();
        (*now, *timers_made, *budget) = (0, 0, settings.budget);
        (*diverged, *probing, *effects) = (None, false, None);
    }

    /// What the display of values needs.
    pub fn naming(&self) -> Naming<'_> {
        Naming { program: &self.program, names: &self.names }
    }

    /// Reports an effect, if anybody listens.
    #[inline]
    pub fn report(&mut self, effect: impl FnOnce() -> Effect) {
        if let Some(effects) = &mut self.effects {
            effects.push(effect());
        }
    }

    /// Node `n`.
    pub fn node(&self, n: NodeId) -> &Node {
        &self.nodes[n.0 as usize]
    }

    /// Node `n`, to be changed.
    pub fn node_mut(&mut self, n: NodeId) -> &mut Node {
        &mut self.nodes[n.0 as usize]
    }

    /// n#i of a node as it is now.
    pub fn holder(&self, n: NodeId) -> Holder {
        Holder { node: n, incarnation: self.node(n).incarnation }
    }

    /// Whether n is up in incarnation i.
    pub fn is_alive(&self, holder: Holder) -> bool {
        let node = self.node(holder.node);
        node.up && node.incarnation == holder.incarnation
    }

    /// Whether D(q).version ≠ w.
    #[inline]
    pub fn is_stale(&self, exec: Exec) -> bool {
        match exec {
            Exec::Attempt(q, w) => self.promise(q).version != w,
            Exec::Message(_) => false,
        }
    }

    /// D(q).
    ///
    /// # Panics
    /// When there is none: every promise that anything names is in D, which only grows.
    #[inline]
    pub fn promise(&self, q: Path) -> &Promise {
        self.promises.get(q).expect("a promise that is named is in D")
    }

    /// D(q), to be changed.
    ///
    /// # Panics
    /// As [`System::promise`].
    #[inline]
    pub fn promise_mut(&mut self, q: Path) -> &mut Promise {
        self.promises.get_mut(q).expect("a promise that is named is in D")
    }

    /// A new stack of `node` with this one frame's stack, behind all that are ready.
    pub fn push_ready(&mut self, stack: Box<Stack>) -> StackId {
        let id = StackId(self.stacks.insert(stack) as u32);
        self.ready.push_back(id);
        id
    }

    /// Starts ⟨L_f, body_f⟩ with label d or m as a stack of its own.
    pub fn start_body(&mut self, node: NodeId, exec: Exec, f: FnId, args: &[Value]) -> StackId {
        let function = self.program.function(f);
        let mut slots = Vec::with_capacity(function.slots.len());
        slots.extend_from_slice(args);
        slots.resize(function.slots.len(), Value::Unit);
        let frame = Frame::new(f, function.entry, 0, Label::Body, exec.path());
        let frame_name = self.exec_name(exec);
        self.report(|| Effect::StackStarted { node, exec, frame: frame_name });
        self.push_ready(Box::new(Stack { exec, node, frames: vec![frame], slots, raising: None, atomic: None }))
    }

    /// The name under which people know an execution: its path, with its attempt behind it.
    pub fn exec_name(&mut self, exec: Exec) -> Path {
        match exec {
            Exec::Attempt(q, w) if w > 0 => self.names.child(q, Edge::Attempt(w)),
            _ => exec.path(),
        }
    }

    /// Takes stack `id` out of S for good and gives its node away if it had it to itself.
    pub fn vanish(&mut self, id: StackId) -> Box<Stack> {
        let stack = self.stacks.remove(id.0 as usize);
        if self.ready.front() == Some(&id) {
            self.ready.pop_front();
        } else if let Some(at) = self.ready.iter().position(|other| *other == id) {
            self.ready.remove(at);
        }
        let node = self.node_mut(stack.node);
        if node.turn == Some(id) {
            node.turn = None;
        }
        stack
    }

    /// The stack that alone may step on `n`, if one may.
    pub fn turn(&self, n: NodeId) -> Option<StackId> {
        self.node(n).turn
    }

    /// Whether a stack of `n` is inside `atomic`: then nothing else happens on `n`.
    pub fn is_atomic(&self, n: NodeId) -> bool {
        self.turn(n).is_some_and(|id| self.stacks[id.0 as usize].atomic.is_some())
    }

    /// Whether a stack keeps its node between its steps.
    pub fn is_cooperative(&self) -> bool {
        self.settings.scheduling == Scheduling::Cooperative
    }
}

impl Node {
    /// Makes it what it is at the start: up, its cells hold their initial values.
    fn clear(&mut self, program: &Program) {
        (self.up, self.incarnation, self.turn) = (true, 0, None);
        self.cells.clear();
        self.cells.extend(program.cells.iter().map(|cell| cell.initial.clone()));
    }
}

impl Promise {
    /// A pending promise of version 0.
    pub fn new(origin: Origin, addr: Addr, holder: Option<Holder>) -> Promise {
        Promise {
            state: None,
            origin,
            addr,
            version: 0,
            holder,
            callbacks: Vec::new(),
            waiters: Vec::new(),
            observed: false,
            cancel_taken: false,
            marked: false,
        }
    }

    /// Whether nothing has settled it.
    #[inline]
    pub fn is_pending(&self) -> bool {
        self.state.is_none()
    }
}

impl Task {
    /// How it was settled, if it was.
    #[inline]
    pub fn settled(&self) -> Option<&Settled> {
        match &self.state {
            TaskState::Running(_) => None,
            TaskState::Settled(settled) => Some(settled),
        }
    }
}
