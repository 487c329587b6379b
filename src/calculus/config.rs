//! Configurations Σ (calculus 2) as plain data: no arenas, no hidden order. This is what the notation prints and parses;
//! the rules step on a shape of their own (`semantics::System`), which is made from this and shown as this.
//!
//! Paths and values are relative to a [`Names`] and a [`super::Program`], as everywhere.

use std::sync::Arc;

use super::{Address, CellId, FnId, Names, NodeId, Path, Slot, Target, Text, Value};

/// c: an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exec {
    /// d(q,w): the attempt of version w at promise q.
    Attempt(Path, u32),
    /// m(id): the body of a one-way message.
    Message(Path),
}

impl Exec {
    /// The path of its bottom frame.
    pub fn path(self) -> Path {
        match self {
            Exec::Attempt(q, _) => q,
            Exec::Message(id) => id,
        }
    }

    /// The attempt that keys its tasks and messages; 0 for the body of a message.
    pub fn attempt(self) -> u32 {
        match self {
            Exec::Attempt(_, w) => w,
            Exec::Message(_) => 0,
        }
    }
}

impl Default for Exec {
    fn default() -> Self {
        Exec::Message(Path::MAIN)
    }
}

/// ℓ: the label of a frame. All but `s` are found once in Σ, so they name a frame, and the stack whose bottom frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// s: of a synchronous call.
    Sync,
    /// a(o): the body of task o.
    Task(Path),
    /// d(q,w), m(id): the body of an execution.
    Body(Exec),
}

/// n#i: a node in one of its incarnations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// n
    pub node: NodeId,
    /// i
    pub incarnation: u32,
}

/// An address in Σ.
pub type Addr = Address<NodeId, Arc<[NodeId]>>;

/// F = ⟨L, s̄⟩^ℓ: a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// L: the locals that hold something other than unit, by slot.
    pub locals: Vec<(Slot, Value)>,
    /// Whose body s̄ is the rest of.
    pub function: FnId,
    /// s̄: the next statement, a place in the code of the program.
    pub at: Target,
    /// How many creations it has made; of a synchronous frame 0.
    pub made: u32,
    /// ℓ
    pub label: Label,
}

/// ⟨c, FS⟩: a stack that is ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// c: the execution that owns it.
    pub exec: Exec,
    /// FS, top first; never empty.
    pub frames: Vec<Frame>,
    /// The error that the top frame is raising.
    pub raising: Option<Text>,
    /// Inside `atomic`: how many frames stand below the one that began it.
    pub atomic: Option<u32>,
}

/// ⟨c, F⟩: a parked frame. On whose lists it stands is said there.
#[derive(Clone, Debug, PartialEq)]
pub struct Parked {
    /// c
    pub exec: Exec,
    /// F
    pub frame: Frame,
}

/// How a task or promise was settled.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// done(v), resolved v
    Done(Value),
    /// failed(e), rejected e
    Failed(Text),
    /// cancelled
    Cancelled,
}

/// An entry of T.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The execution whose frame it is.
    pub owner: Exec,
    /// running(W), done(v) or failed(e)
    pub state: TaskState,
    /// An await or wait has seen its failure.
    pub observed: bool,
    /// It was cancelled, and its frame has not raised "cancelled" yet.
    pub marked: bool,
}

/// The state of a task.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskState {
    /// running(W): the frames that wait for it, in the order in which they parked, by label.
    Running(Vec<Label>),
    /// done(v) or failed(e)
    Settled(Settled),
}

/// A node of N.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// status
    pub up: bool,
    /// incarnation
    pub incarnation: u32,
    /// The stack that has the node to itself, by the label of its bottom frame: the running one under cooperative
    /// scheduling, or one inside `atomic`.
    pub turn: Option<Label>,
    /// V: every cell's value, in the order of declaration.
    pub cells: Vec<(CellId, Value)>,
    /// S
    pub stacks: Vec<Stack>,
    /// The parked frames of W and K.
    pub parked: Vec<Parked>,
    /// T
    pub tasks: Vec<(Path, Task)>,
    /// K: the frames of this node that wait for a promise, in the order in which they parked, by label.
    pub waiting: Vec<(Path, Vec<Label>)>,
}

/// An entry of D.
#[derive(Clone, Debug, PartialEq)]
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
    /// callbacks, in the order in which they were registered.
    pub callbacks: Vec<Callback>,
    /// An await or wait has seen its failure.
    pub observed: bool,
    /// The holder has had the Cancel of this version.
    pub cancel_taken: bool,
    /// The frame of its attempt is marked and has not raised "cancelled" yet.
    pub marked: bool,
}

/// Who settles a promise.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// f(v̄): an execution.
    Call(FnId, Arc<[Value]>),
    /// timer(t, deadline): the clock.
    Timer {
        /// How long was asked for.
        duration: i64,
        /// When it may fire.
        deadline: i64,
    },
    /// external: a resolve, a reject, a cancel.
    External,
    /// answer(any | all | guard): nobody, it was born resolved.
    Answer(Answer),
}

/// What a recorded answer answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Which element came first.
    Any,
    /// Which element failed.
    All,
    /// 0: the await went its own way; i+1: the child i failed.
    Guard,
}

impl Answer {
    /// `any`, `all` or `guard`.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Any => "any",
            Answer::All => "all",
            Answer::Guard => "guard",
        }
    }
}

/// ⟨c, n#i⟩: an execution with frames parked on a promise, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Callback {
    /// c
    pub exec: Exec,
    /// n#i
    pub at: Holder,
}

/// A message of M.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// from: a node, or the promise store.
    pub from: Option<NodeId>,
    /// to, and what is said.
    pub body: Body,
    /// How many copies Duplicate has made of it.
    pub copies: u32,
}

/// What a message says, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Invoke(q,w)
    Invoke {
        /// To any taker of this address.
        to: Addr,
        /// q
        promise: Path,
        /// w
        version: u32,
    },
    /// Resume(c,q)
    Resume {
        /// c, and the place that it was registered at.
        callback: Callback,
        /// q
        promise: Path,
    },
    /// Cancel(q,w)
    Cancel {
        /// The holder.
        to: Holder,
        /// q
        promise: Path,
        /// w
        version: u32,
    },
    /// Call(id, f, v̄)
    Call {
        /// To any taker of this address.
        to: Addr,
        /// id
        id: Path,
        /// f
        f: FnId,
        /// v̄
        args: Arc<[Value]>,
    },
}

/// Both calls of an execution that did not create in replay what it had created before.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The name that both creations have.
    pub promise: Path,
    /// The attempt that found the other's creation.
    pub exec: Exec,
    /// What stands in D.
    pub recorded: Origin,
    /// What this attempt would have created.
    pub wanted: Origin,
}

/// How many faults may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Budget {
    /// Crash
    pub crashes: u32,
    /// Suspect, and a preferred node that is passed over
    pub suspicions: u32,
    /// Lose
    pub losses: u32,
    /// Duplicate
    pub duplicates: u32,
}

/// Σ = ⟨N, D, M, O, U, now⟩, and what the deterministic run and the faults need besides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// now
    pub now: i64,
    /// The faults that may still happen.
    pub budget: Budget,
    /// The stacks of all nodes in the order in which they became ready, by the labels of their bottom frames.
    pub ready: Vec<Label>,
    /// The pending timers in the order in which they fire.
    pub timers: Vec<Path>,
    /// The whole program has stopped.
    pub diverged: Option<Divergence>,
    /// N: every node, in the order of declaration.
    pub nodes: Vec<Node>,
    /// D
    pub promises: Vec<(Path, Promise)>,
    /// M, the oldest first.
    pub messages: Vec<Message>,
    /// O: who printed, and the text that an observer sees.
    pub printed: Vec<(NodeId, Text)>,
    /// U
    pub unobservable: Vec<Text>,
}

impl Config {
    /// Brings what has no order of its own into that of its names: T and K of every node, and D. The notation is printed
    /// in this order.
    pub fn sort(&mut self, names: &Names) {
        for node in &mut self.nodes {
            node.tasks.sort_by_cached_key(|(o, _)| names.key(*o));
            node.waiting.sort_by_cached_key(|(q, _)| names.key(*q));
        }
        self.promises.sort_by_cached_key(|(q, _)| names.key(*q));
    }
}
