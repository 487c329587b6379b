//! The view of a run: what there is to draw, made from the events of its trace and from nothing else. Every picture is drawn
//! from a view; no picture knows the rules.
//!
//! Time is counted in moments: moment 0 is the start, and each event of the trace is one more. `build` makes a view;
//! [`fold`] says which moments a picture shows, and which it draws together.

mod build;
pub mod fold;

use crate::trace::event::{At, Message, State};

/// A place in one of the lists of a [`View`].
pub type Index = usize;

/// What there is to draw of a run.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The name of the program's file.
    pub program: String,
    /// The nodes, in the order of their declaration.
    pub nodes: Vec<Node>,
    /// The executions, in the order in which they started.
    pub executions: Vec<Execution>,
    /// The frames that are not synchronous, in the order in which they were made.
    pub frames: Vec<Frame>,
    /// What happened, one moment after another; the first is the start.
    pub moments: Vec<Moment>,
    /// What led from one frame to another within a moment.
    pub links: Vec<Link>,
    /// The messages, in the order in which they were sent.
    pub flights: Vec<Flight>,
    /// The promises, in the order in which they were made; main's first.
    pub promises: Vec<Promise>,
    /// What cells took, in order.
    pub writes: Vec<Write>,
    /// What was printed: when, on which node, and what.
    pub prints: Vec<(Index, Index, String)>,
    /// How the run ended, in a few words: `result: 150`.
    pub ending: String,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// When it was down: from a moment to another, or to the end.
    pub down: Vec<(Index, Option<Index>)>,
}

/// An attempt of an execution, or the body of a one-way message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Its name, with the attempt where that is not the first: `main.1@2`.
    pub name: String,
    /// The node that it runs on.
    pub node: Index,
}

/// A frame that is not synchronous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its name: that of its task, or of its execution.
    pub name: String,
    /// The function whose body it runs.
    pub function: String,
    /// The arguments, in display form.
    pub args: Vec<String>,
    /// Whose it is.
    pub execution: Index,
    /// The frame that it was put on top of; `None` for the body of an execution.
    pub parent: Option<Index>,
    /// The moment that made it.
    pub born: Index,
    /// The moment that ended it, and how.
    pub end: Option<(Index, End)>,
    /// The moment that settled its task, and how; `None` for the body of an execution.
    pub settled: Option<(Index, State)>,
    /// What it does from a moment on, until the next.
    pub phases: Vec<(Index, Phase)>,
    /// The synchronous functions that it called.
    pub calls: Vec<Call>,
}

/// What a frame does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is on top of its stack: it runs, or is ready to.
    Top,
    /// It is on a stack, below another.
    Below,
    /// It waits for one of these, off any stack.
    Parked(Vec<String>),
}

/// How a frame ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It returned.
    Returned,
    /// An error left it.
    Failed,
    /// Its node crashed.
    Crashed,
    /// It was stale, and vanished.
    Fenced,
}

/// A promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// What settles it: `price("tea")`, `sleep(10)`, `promise()`, `any`.
    pub what: String,
    /// The moment that made it.
    pub made: Index,
    /// The frame that made it; `None` for main's.
    pub by: Option<Index>,
    /// The moment that settled it, and how.
    pub settled: Option<(Index, State)>,
}

/// A cell of a node takes a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// When.
    pub at: Index,
    /// The node.
    pub node: Index,
    /// The cell.
    pub cell: String,
    /// The value, in display form.
    pub value: String,
}

/// A call of a synchronous function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function.
    pub function: String,
    /// How many others it was called from, within the frame.
    pub depth: usize,
    /// The moment of the call.
    pub from: Index,
    /// The moment of the return; `None` where there is none.
    pub to: Option<Index>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The number of the step; 0 for the start.
    pub step: u64,
    /// The rule; empty for the start.
    pub rule: String,
    /// What it did, in a few words.
    pub text: String,
    /// Where in the source.
    pub at: Option<At>,
    /// On which node.
    pub node: Option<Index>,
    /// The frame that stepped, or that the step started.
    pub frame: Option<Index>,
    /// What sort of thing it was.
    pub mark: Mark,
    /// Whether a frame did this by itself, and nobody else can tell.
    pub quiet: bool,
    /// The time that the clock went on to.
    pub now: Option<i64>,
    /// Σ behind it, where the trace has it.
    pub config: Option<String>,
    /// The premises of the rule, where somebody has looked at them.
    pub premises: Vec<Premise>,
}

/// A premise of a rule that has fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Premise {
    /// What it says, in the letters of the calculus.
    pub text: &'static str,
    /// What its terms were: `T(L(y))` and `done 30`.
    pub here: Vec<(&'static str, String)>,
}

/// What sort of thing a moment is, each with a shape of its own; of several that it is, the last one here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A step like others.
    Step,
    /// A frame starts or comes back.
    Start,
    /// A frame parks, or gives way.
    Park,
    /// A task, a promise or a message is made.
    Create,
    /// A frame ends, a promise is settled.
    Settle,
    /// Somebody outside sees something.
    Print,
    /// The clock goes on.
    Time,
    /// Something breaks: an error, a crash, a loss.
    Fault,
}

/// What leads from one frame to another within a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What sort.
    pub kind: LinkKind,
    /// When.
    pub at: Index,
    /// The frame that it comes from.
    pub from: Index,
    /// The frame that it leads to.
    pub to: Index,
}

/// The sorts of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// The first puts the second on its stack.
    Call,
    /// The first starts the second on a stack of its own.
    Spawn,
    /// The first waits for the second.
    Park,
    /// The first lets the second go on.
    Resume,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The message.
    pub message: Message,
    /// The moment that sent it.
    pub sent: Index,
    /// The frame that sent it; `None` where none did.
    pub from: Option<Index>,
    /// Whether it is a duplicate of another.
    pub copy: bool,
    /// What became of it.
    pub fate: Fate,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named by what they hold")]
pub enum Fate {
    /// It is still in flight at the end.
    Flying,
    /// A node took it, and perhaps it started a frame there.
    Taken { at: Index, node: Index, frame: Option<Index> },
    /// It was consumed nowhere.
    Discarded { at: Index },
    /// It was lost.
    Lost { at: Index },
}

impl Fate {
    /// The moment of it.
    pub fn at(self) -> Option<Index> {
        match self {
            Fate::Flying => None,
            Fate::Taken { at, .. } | Fate::Discarded { at } | Fate::Lost { at } => Some(at),
        }
    }
}

impl Frame {
    /// The call that it runs: `price("tea")`.
    pub fn call(&self) -> String {
        format!("{}({})", self.function, self.args.join(", "))
    }

    /// What it does at a moment, before which it was made.
    pub fn phase(&self, at: Index) -> Option<&Phase> {
        let next = self.phases.partition_point(|(from, _)| *from <= at);
        let ended = self.end.is_some_and(|(end, _)| end <= at);
        next.checked_sub(1).filter(|_| !ended).map(|last| &self.phases[last].1)
    }
}

impl View {
    /// A view of a run that has not begun.
    pub fn new(program: &str, nodes: &[String]) -> View {
        build::start(program, nodes)
    }
}

pub use build::Builder;
