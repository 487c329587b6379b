//! A step of a run as data: the wire types of a trace, version 1. docs/trace.schema.json describes them as JSON.
//!
//! Everything is spelled out: names as paths, values in display form. A reader needs neither the program nor Σ.

use serde::{Deserialize, Serialize};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, from 1.
    pub step: u64,
    /// The name of the rule.
    pub rule: String,
    /// It is a fault: a budget has paid for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fault: bool,
    /// The node that it is a step of; `None` for what happens between nodes.
    pub node: Option<String>,
    /// The execution that steps, or that the step is about: the path of its promise, or the id of its message.
    pub execution: Option<String>,
    /// The attempt of that execution, from 0.
    pub attempt: u32,
    /// The frame that steps: its task, or its execution.
    pub frame: Option<String>,
    /// Where the statement stands in the source; `None` for what is not a step of a frame.
    pub at: Option<At>,
    /// What the step did, in a few words.
    pub text: String,
    /// What the step did, in full.
    pub effects: Vec<Effect>,
    /// Σ after the step in the notation of the calculus, where that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
}

impl Step {
    /// The execution with its attempt: `main.1`, `main.1@2`.
    pub fn execution_name(&self) -> Option<String> {
        let execution = self.execution.as_ref()?;
        Some(if self.attempt == 0 { execution.clone() } else { format!("{execution}@{}", self.attempt) })
    }
}

/// A place in the source, from where to where; all count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// The line that it ends in.
    pub end_line: usize,
    /// The column behind its end.
    pub end_column: usize,
}

/// One effect of a step on Σ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields are named by what they hold")]
pub enum Effect {
    /// A task is running.
    TaskCreated { task: String, function: String, args: Vec<String> },
    /// A synchronous function runs on top of the frame.
    FunctionEntered { function: String, args: Vec<String> },
    /// A synchronous function has returned, or an error has left it.
    FunctionLeft { function: String },
    /// A frame that is not synchronous has returned, or `error` has left it: it is gone.
    FrameEnded { frame: String, error: Option<String> },
    /// A task is done or has failed.
    TaskSettled { task: String, state: State },
    /// A frame left its stack to wait for one of these.
    FrameParked { frame: String, on: Vec<String> },
    /// A frame is the bottom one of a new stack: a start, a resumption, or a yield.
    StackStarted { node: String, execution: String, attempt: u32, frame: String },
    /// A promise is in the store.
    PromiseCreated { promise: String, call: Call, address: String, holder: Option<Holder> },
    /// An execution has a holder.
    PromiseClaimed { promise: String, version: u32, holder: Holder },
    /// A promise is settled.
    PromiseSettled { promise: String, state: State },
    /// The attempt that a promise belongs to is another one now.
    PromiseReversioned { promise: String, version: u32 },
    /// A message is in flight.
    MessageSent { message: Message },
    /// A message was consumed: at a node, or nowhere.
    MessageTaken { message: Message, at: Option<String> },
    /// A message was lost.
    MessageLost { message: Message },
    /// A cell of a node holds another value.
    CellWritten { node: String, cell: String, value: String },
    /// Somebody outside sees this.
    Printed { node: String, text: String },
    /// A node went down.
    NodeCrashed { node: String },
    /// A node came up.
    NodeRestarted { node: String, incarnation: u32 },
    /// The clock went on.
    TimeAdvanced { now: i64 },
    /// What was left of a stale execution on a node is gone.
    ExecutionFenced { execution: String, attempt: u32, node: String },
    /// The frame raises an error.
    Failed { error: String },
}

/// How a task or promise was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// With this value.
    Done(String),
    /// With this error.
    Failed(String),
    /// It was cancelled; always `true`.
    Cancelled(bool),
}

/// Who settles a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields are named by what they hold")]
pub enum Call {
    /// An execution.
    Function { function: String, args: Vec<String> },
    /// The clock.
    Timer { duration: i64, deadline: i64 },
    /// A resolve, a reject, a cancel.
    External,
    /// Nobody: an await recorded what it did, `any`, `all` or `guard`.
    Answer { of: String },
}

/// A node in one of its incarnations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its name.
    pub node: String,
    /// From 0.
    pub incarnation: u32,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The node that sent it; `None`: the promise store.
    pub from: Option<String>,
    /// To whom: `w1`, `w1#1`, `any workers prefer w2`.
    pub to: String,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields are named by what they hold")]
pub enum Body {
    /// Start this attempt.
    Invoke { promise: String, version: u32 },
    /// What this execution waits for is settled.
    Resume { execution: String, attempt: u32, promise: String },
    /// This attempt is cancelled.
    Cancel { promise: String, version: u32 },
    /// A one-way call.
    Call { id: String, function: String, args: Vec<String> },
}
