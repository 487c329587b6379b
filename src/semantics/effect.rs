//! What a step does to Σ, as data. Rules report their effects while they act; traces, pictures and the stepper are made
//! from these reports and from nothing else.

use super::system::{Addr, Exec, Holder, Message, Origin, Settled};
use crate::calculus::{CellId, FnId, NodeId, Path, Slot, Text, Value};

/// One effect of a step.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named by what they hold")]
pub enum Effect {
    /// A slot of the top frame was bound.
    Bound { slot: Slot, value: Value },
    /// A task is running: its frame is on the stack.
    TaskCreated { task: Path, f: FnId, args: Vec<Value> },
    /// A synchronous function runs on top of the frame.
    FunctionEntered { f: FnId, args: Vec<Value> },
    /// A synchronous function has returned, or an error has left it.
    FunctionLeft { f: FnId },
    /// A frame that is not synchronous has returned, or an error has left it.
    FrameEnded { frame: Path, error: Option<Text> },
    /// A task is done or has failed.
    TaskSettled { task: Path, state: Settled },
    /// The top frame left its stack to wait.
    FrameParked { frame: Path, on: Vec<Value> },
    /// A frame is the only one of a new stack: a start, a resumption, or a yield.
    StackStarted { node: NodeId, exec: Exec, frame: Path },
    /// A promise is in D.
    PromiseCreated { promise: Path, origin: Origin, addr: Addr, holder: Option<Holder> },
    /// An execution has a holder.
    PromiseClaimed { promise: Path, version: u32, holder: Holder },
    /// A promise is settled.
    PromiseSettled { promise: Path, state: Settled },
    /// The attempt that a promise belongs to is another one now.
    PromiseReversioned { promise: Path, version: u32 },
    /// A message is in flight.
    MessageSent { message: Message },
    /// A message was consumed at a node, or discarded.
    MessageTaken { message: Message, at: Option<NodeId> },
    /// A message was lost.
    MessageLost { message: Message },
    /// A cell of a node holds another value.
    CellWritten { node: NodeId, cell: CellId, value: Value },
    /// Somebody outside sees this.
    Printed { node: NodeId, text: Text },
    /// A node went down.
    NodeCrashed { node: NodeId },
    /// A node came up.
    NodeRestarted { node: NodeId, incarnation: u32 },
    /// The clock went on.
    TimeAdvanced { now: i64 },
    /// What was left of a stale execution on a node is gone.
    ExecutionFenced { exec: Exec, node: NodeId },
    /// The top frame raises an error.
    Failed { error: Text },
}
