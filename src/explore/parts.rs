//! Σ as parts: everything that a search keeps of a configuration is which parts it is made of. A step reads a few parts and
//! leaves a few others; Σ is put together from parts where a rule is to be asked, and taken apart again behind it.
//!
//! Each part is whole in itself: what one says of another that can be read off the other is left out (the frames that wait
//! for a task, the frame of a task that is parked, the timers), and so is what no rule will read again (slots that a frame is
//! done with).

use super::liveness::Liveness;
use crate::calculus::config::Budget;
use crate::calculus::{CellId, NodeId, Path, Program, Stmt, Text, Value};
use crate::semantics::settings::{Network, Order, Settings};
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{
    Divergence, Message, Origin, ParkId, Parked, Promise, StackId, System, Task, TaskState,
};

/// A part of Σ.
#[derive(Clone, Debug)]
pub enum Part {
    /// O, U, now, and what may still go wrong.
    World(World),
    /// A node, less its cells.
    Status(NodeId, Status),
    /// Of V of a node, the cells of one group (see [`Layout`]).
    Cells(NodeId, u32, Vec<Value>),
    /// A ready stack, and whether it has its node to itself.
    Stack(Box<Stack>, bool),
    /// A parked frame.
    Parked(Parked),
    /// An entry of T.
    Task(Path, Task),
    /// An entry of D.
    Promise(Path, Promise),
    /// A message of M.
    Message(Message),
}

/// What there is of Σ once.
#[derive(Clone, Debug)]
pub struct World {
    /// O
    pub printed: Vec<(NodeId, Text)>,
    /// U
    pub unobservable: Vec<Text>,
    /// now
    pub now: i64,
    /// The faults that may still happen.
    pub budget: Budget,
    /// The whole program has stopped.
    pub diverged: Option<Box<Divergence>>,
}

/// A node, less its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// status
    pub up: bool,
    /// incarnation
    pub incarnation: u32,
    /// Whether a stack has it to itself.
    pub turn: Turn,
}

/// Whether a stack has its node to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// None has.
    Free,
    /// One has, under cooperative scheduling.
    Held,
    /// One has, and is inside `atomic`.
    Atomic,
}

/// The parts that stand at the same places in every configuration: what there is once, the status of each node, and the cells
/// of each node in as many groups as there are cells, but not so many that a configuration is mostly cells: a step that reads
/// one cell is another step where others in the group hold something else.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    nodes: u32,
    cells: u32,
    /// How many groups the cells of a node are in.
    pub groups: u32,
}

/// How many parts the cells of all nodes are, at most, unless there are more nodes.
const MOST_GROUPS: u32 = 16;

impl Layout {
    /// The layout of the configurations of a program.
    #[inline]
    pub fn of(program: &Program) -> Layout {
        let (nodes, cells) = (program.nodes.len() as u32, program.cells.len() as u32);
        Layout { nodes, cells, groups: cells.min((MOST_GROUPS / nodes.max(1)).max(1)) }
    }

    /// The place of the status of a node.
    #[inline]
    pub fn status(self, n: NodeId) -> u32 {
        1 + n.0
    }

    /// The place of a group of cells of a node.
    #[inline]
    pub fn cells(self, n: NodeId, group: u32) -> u32 {
        1 + self.nodes + n.0 * self.groups + group
    }

    /// The group that a cell is in.
    #[inline]
    pub fn group(self, g: CellId) -> u32 {
        g.0 * self.groups / self.cells
    }

    /// The cells of a group, by their numbers.
    pub fn range(self, group: u32) -> std::ops::Range<usize> {
        let first = |group: u32| (group * self.cells).div_ceil(self.groups) as usize;
        first(group)..first(group + 1)
    }

    /// Every node and every group of its cells, in the order of their places.
    pub fn all_cells(self) -> impl Iterator<Item = (NodeId, u32)> {
        (0..self.nodes).flat_map(move |n| (0..self.groups).map(move |group| (NodeId(n), group)))
    }

    /// The first place behind these.
    #[inline]
    pub fn end(self) -> usize {
        (1 + self.nodes + self.nodes * self.groups) as usize
    }
}

/// Puts parts into Σ; the numbers of the parked frames among them. The first stack that an empty Σ gets is `StackId(0)` and
/// so on, likewise messages.
pub fn put<'p>(sys: &mut System, parts: impl Iterator<Item = &'p Part>) -> Vec<ParkId> {
    let (mut turns, mut frames) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::World(world) => {
                let World { printed, unobservable, now, budget, diverged } = world.clone();
                (sys.printed, sys.unobservable, sys.now) = (printed, unobservable, now);
                (sys.budget, sys.diverged) = (budget, diverged);
            }
            Part::Status(n, status) => {
                let node = sys.node_mut(*n);
                (node.up, node.incarnation) = (status.up, status.incarnation);
                turns.push((*n, status.turn));
            }
            Part::Cells(n, group, cells) => {
                let range = Layout::of(&sys.program).range(*group);
                sys.node_mut(*n).cells[range].clone_from_slice(cells);
            }
            Part::Stack(stack, has_turn) => {
                let id = sys.push_ready(stack.clone());
                if *has_turn {
                    sys.node_mut(stack.node).turn = Some(id);
                }
            }
            Part::Parked(parked) => frames.push(ParkId(sys.parked.insert(parked.clone()) as u32)),
            Part::Task(o, task) => sys.tasks.insert(*o, task.clone()),
            Part::Promise(q, promise) => insert_promise(sys, *q, promise),
            Part::Message(message) => sys.messages.push_back(message.clone()),
        }
    }
    frames.iter().for_each(|id| link_parked(sys, *id));
    turns.into_iter().for_each(|(n, turn)| give_turn(sys, n, turn));
    frames
}

fn insert_promise(sys: &mut System, q: Path, promise: &Promise) {
    sys.promises.insert(q, promise.clone());
    if let (Origin::Timer { deadline, .. }, None) = (&promise.origin, &promise.state) {
        sys.timers.insert((*deadline, sys.timers_made), q);
        sys.timers_made += 1;
    }
}

/// Lists a parked frame with what it waits for.
fn link_parked(sys: &mut System, id: ParkId) {
    let parked = &sys.parked[id.0 as usize];
    for thing in &parked.on {
        match thing {
            Value::Task(o) => {
                if let Some(Task { state: TaskState::Running(waiters), .. }) = sys.tasks.get_mut(*o) {
                    waiters.push(id);
                }
            }
            Value::Promise(q) => {
                if let Some(promise) = sys.promises.get_mut(*q) {
                    promise.waiters.push(id);
                }
            }
            _ => {}
        }
    }
    if let Label::Task(o) = parked.stack.top().label
        && let Some(task) = sys.tasks.get_mut(o)
    {
        task.parked = Some(id);
    }
}

/// A node that some stack has to itself, which is not among the parts: a stack that nobody finds has it.
fn give_turn(sys: &mut System, n: NodeId, turn: Turn) {
    if turn == Turn::Free || sys.turn(n).is_some() {
        return;
    }
    let stack = Stack { node: n, atomic: (turn == Turn::Atomic).then_some(0), ..Stack::default() };
    let id = StackId(sys.stacks.insert(Box::new(stack)) as u32);
    sys.node_mut(n).turn = Some(id);
}

/// Whether stacks or messages stand in line. Then who waits first is told first, and that can be observed.
pub fn in_line(settings: &Settings) -> bool {
    settings.order == Order::Fifo || settings.network == Network::Fifo
}

/// The part that says what there is of Σ once.
pub fn world(sys: &System) -> Part {
    let mut unobservable = sys.unobservable.clone();
    unobservable.sort(); // U is a bag.
    Part::World(World {
        printed: sys.printed.clone(),
        unobservable,
        now: sys.now,
        budget: sys.budget,
        diverged: sys.diverged.clone(),
    })
}

/// The part that says how node `n` is.
pub fn status(sys: &System, n: NodeId) -> Part {
    let turn = match sys.turn(n) {
        None => Turn::Free,
        Some(id) if sys.stacks[id.0 as usize].atomic.is_some() => Turn::Atomic,
        Some(_) => Turn::Held,
    };
    let node = sys.node(n);
    Part::Status(n, Status { up: node.up, incarnation: node.incarnation, turn })
}

/// The part that says what the cells of a group hold at node `n`.
pub fn cells(sys: &System, n: NodeId, group: u32) -> Part {
    let range = Layout::of(&sys.program).range(group);
    Part::Cells(n, group, sys.node(n).cells[range].to_vec())
}

/// The part of a ready stack.
pub fn stack(sys: &System, id: StackId, liveness: &Liveness) -> Part {
    let mut stack = sys.stacks[id.0 as usize].clone();
    let has_turn = sys.turn(stack.node) == Some(id);
    forget_slots(&mut stack, &sys.program, liveness);
    Part::Stack(stack, has_turn)
}

/// The part of a parked frame.
pub fn parked(sys: &System, id: ParkId, liveness: &Liveness) -> Part {
    let mut parked = sys.parked[id.0 as usize].clone();
    forget_slots(&mut parked.stack, &sys.program, liveness);
    Part::Parked(parked)
}

/// The part of an entry of T.
pub fn task(o: Path, task: &Task) -> Part {
    let state = match &task.state {
        TaskState::Running(_) => TaskState::Running(Vec::new()),
        settled => settled.clone(),
    };
    Part::Task(o, Task { parked: None, state, ..task.clone() })
}

/// The part of an entry of D.
pub fn promise(q: Path, promise: &Promise) -> Part {
    Part::Promise(q, Promise { waiters: Vec::new(), ..promise.clone() })
}

/// Slots that no frame of the stack will read again hold nothing.
fn forget_slots(stack: &mut Stack, program: &Program, liveness: &Liveness) {
    let end = stack.slots.len() as u32;
    for at in 0..stack.frames.len() {
        let frame = stack.frames[at];
        let above = stack.frames.get(at + 1);
        let called = above.is_some_and(|above| above.label == Label::Sync);
        let (live, bound) = match program.code[frame.pc.0 as usize] {
            // The caller of a synchronous function is still at the call, which binds a slot and reads none any more.
            Stmt::Call { x, .. } if called => (liveness.after(frame.pc), Some(x.0)),
            _ => (liveness.before(frame.pc), None),
        };
        for slot in 0..above.map_or(end, |above| above.base) - frame.base {
            if Some(slot) == bound || live.binary_search(&slot).is_err() {
                stack.slots[(frame.base + slot) as usize] = Value::Unit;
            }
        }
    }
}
