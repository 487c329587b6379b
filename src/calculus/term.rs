//! The core in A-normal form (calculus 1): every operand is a local slot or a constant, every statement is one step.
//!
//! All functions of a program share one flat list of statements; a label is a place in it. A statement is small and
//! `Copy`; what has no fixed length (arguments, addresses, constants) stands in a side table of the program.

use super::{NodeId, Op, Value};
use crate::base::Span;

/// A local slot of a frame, from 0; the parameters come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// A cell of a node, numbered in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub u32);

/// A function, numbered in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FnId(pub u32);

/// A label: a place in [`Program::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(pub u32);

/// A slot or a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operand(u32);

const CONSTANT: u32 = 1 << 31;

/// What an [`Operand`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// A local slot.
    Slot(Slot),
    /// An entry of [`Program::constants`].
    Constant(u32),
}

impl Operand {
    /// The slot's operand.
    pub const fn slot(slot: Slot) -> Operand {
        Operand(slot.0)
    }

    /// The operand of an entry of [`Program::constants`].
    pub const fn constant(index: u32) -> Operand {
        Operand(index | CONSTANT)
    }

    /// Slot or constant?
    #[inline]
    pub const fn kind(self) -> OperandKind {
        if self.0 & CONSTANT == 0 { OperandKind::Slot(Slot(self.0)) } else { OperandKind::Constant(self.0 & !CONSTANT) }
    }
}

/// A stretch of [`Program::operands`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Args {
    /// Where it starts.
    pub start: u32,
    /// How many operands.
    pub len: u32,
}

/// An address: where a spawn or a send goes. Generic in how its parts are given: as operands in a statement, as nodes
/// in Σ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address<N, G> {
    /// `node n`: unicast.
    Node(N),
    /// `any G`: anycast.
    Any(G),
    /// `any G prefer n`: anycast with preference.
    Prefer(G, N),
}

/// The form of an await of more than one thing, or with a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// `await y`
    One,
    /// `await all(y)`
    All,
    /// `await any(y)`
    Any,
    /// `await settled(y)`: the end of a scope waits until all its children are settled, however they are.
    Settled,
}

/// A statement of the core; the letters are those of calculus 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stmt {
    /// `x = y`
    Move { x: Slot, y: Operand },
    /// `x = op(a, b)`; of an operation with one operand `b` repeats `a`.
    Op { x: Slot, op: Op, a: Operand, b: Operand },
    /// `x = op(ȳ)` for any other number of operands.
    OpN { x: Slot, op: Op, args: Args },
    /// `x = g`
    Read { x: Slot, g: CellId },
    /// `g = y`
    Write { g: CellId, y: Operand },
    /// `x = g@n`: in properties only.
    ReadAt { x: Slot, g: CellId, n: NodeId },
    /// `x = result`: in properties only.
    Outcome { x: Slot },
    /// `goto l`
    Goto { l: Target },
    /// `if y goto l`
    Branch { y: Operand, l: Target },
    /// `x = call f(ȳ)`
    Call { x: Slot, f: FnId, args: Args },
    /// `x = async f(ȳ)`
    Async { x: Slot, f: FnId, args: Args },
    /// `x = spawn local f(ȳ)`
    SpawnLocal { x: Slot, f: FnId, args: Args },
    /// `x = spawn dist f(ȳ) on a`; `on` is an entry of [`Program::addresses`].
    SpawnDist { x: Slot, f: FnId, args: Args, on: u32 },
    /// `send f(ȳ) on a`
    Send { f: FnId, args: Args, on: u32 },
    /// `x = await y`, outside every scope
    Await { x: Slot, y: Operand },
    /// `x = await w [guard z]`; z is a list of the children of the enclosing scopes (see [`Op::Disown`]).
    AwaitMany { x: Slot, w: Awaited, y: Operand, guard: Option<Slot> },
    /// `x = wait y`
    Wait { x: Slot, y: Operand },
    /// `yield`
    Yield,
    /// `x = promise`
    Promise { x: Slot },
    /// `resolve(y, z)`
    Resolve { y: Operand, z: Operand },
    /// `reject(y, z)`
    Reject { y: Operand, z: Operand },
    /// `cancel(y)`
    Cancel { y: Operand },
    /// `x = is_done(y)`
    IsDone { x: Slot, y: Operand },
    /// `x = sleep(y)`
    Sleep { x: Slot, y: Operand },
    /// `x = now`
    Now { x: Slot },
    /// `x = here`
    Here { x: Slot },
    /// `x = choose(y)`: one of the elements of the list y.
    Choose { x: Slot, y: Operand },
    /// `atomic begin`
    AtomicBegin,
    /// `atomic end`
    AtomicEnd,
    /// `print ȳ`
    Print { args: Args },
    /// `assert y`, raising "assertion failed", or "assertion failed: m" where m is a string and not unit.
    Assert { y: Operand, m: Operand },
    /// `return y`
    Return { y: Operand },
    /// `throw y`
    Throw { y: Operand },
}

/// A handler: an error raised at a statement of `start..end` goes to `target`, bound to `error` if that is given.
/// Of several that cover a statement the one that stands first in the list counts: lowering lists inner ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First statement covered.
    pub start: Target,
    /// Behind the last statement covered.
    pub end: Target,
    /// Where the error goes.
    pub target: Target,
    /// The slot that takes the error.
    pub error: Option<Slot>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// How many of the slots are parameters.
    pub params: u32,
    /// What the slots are called; no name twice. Temporaries are `t0`, `t1`, … and the like.
    pub slots: Vec<String>,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// First statement.
    pub entry: Target,
    /// Behind its last statement.
    pub end: Target,
    /// Its handlers, inner ones first.
    pub handlers: Vec<Handler>,
    /// The stretches from behind an `atomic begin` up to and with its `atomic end`; they do not overlap.
    pub atomics: Vec<(Target, Target)>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// Whether it survives a crash.
    pub durable: bool,
    /// Its value at the start, and after a crash if it is volatile.
    pub initial: Value,
}

/// A struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructType {
    /// Its name.
    pub name: String,
    /// The names of its fields.
    pub fields: Vec<String>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// Its name.
    pub name: String,
    /// Its variants and the number of values that each carries.
    pub variants: Vec<(String, usize)>,
}

/// When a property must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKind {
    /// In every state.
    Invariant,
    /// In every final state.
    Finally,
    /// At some state of every fair run.
    Eventually,
}

/// A property: a function without parameters that only looks, and returns a bool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// When it must hold.
    pub kind: PropertyKind,
    /// What computes it.
    pub body: FnId,
    /// Whether it names `result`.
    pub uses_result: bool,
    /// Where it stands, from its first word to the semicolon.
    pub span: Span,
}

/// A core program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The nodes in the order of declaration; main starts on the first. Never empty.
    pub nodes: Vec<String>,
    /// The groups in the order of declaration.
    pub groups: Vec<(String, Vec<NodeId>)>,
    /// The structs.
    pub structs: Vec<StructType>,
    /// The enums.
    pub enums: Vec<EnumType>,
    /// The cells.
    pub cells: Vec<Cell>,
    /// The functions; bodies of properties come behind those of the program.
    pub functions: Vec<Function>,
    /// The one called main.
    pub main: Option<FnId>,
    /// The properties in the order of declaration.
    pub properties: Vec<Property>,
    /// The statements of all functions.
    pub code: Vec<Stmt>,
    /// Where each statement comes from in the source, one for each of `code`.
    pub spans: Vec<Span>,
    /// The constants that operands name.
    pub constants: Vec<Value>,
    /// The operands that [`Args`] name.
    pub operands: Vec<Operand>,
    /// The addresses that statements name.
    pub addresses: Vec<Address<Operand, Operand>>,
}

impl Program {
    /// The function `f`.
    #[inline]
    pub fn function(&self, f: FnId) -> &Function {
        &self.functions[f.0 as usize]
    }

    /// The statements of a function.
    pub fn body(&self, f: FnId) -> &[Stmt] {
        let function = self.function(f);
        &self.code[function.entry.0 as usize..function.end.0 as usize]
    }

    /// The operands of `args`.
    #[inline]
    pub fn args(&self, args: Args) -> &[Operand] {
        &self.operands[args.start as usize..(args.start + args.len) as usize]
    }

    /// The same program with every `spawn dist` a `spawn local`. Every statement stands where it stood.
    pub fn near(&self) -> Program {
        let near = |stmt: &Stmt| match *stmt {
            Stmt::SpawnDist { x, f, args, .. } => Stmt::SpawnLocal { x, f, args },
            other => other,
        };
        Program { code: self.code.iter().map(near).collect(), ..self.clone() }
    }

    /// The name of node `n`.
    pub fn node(&self, n: NodeId) -> &str {
        &self.nodes[n.0 as usize]
    }

    /// The name of cell `g`.
    pub fn cell(&self, g: CellId) -> &str {
        &self.cells[g.0 as usize].name
    }

    /// Where the statement at `l` comes from.
    pub fn span(&self, l: Target) -> Span {
        self.spans[l.0 as usize]
    }

    /// The function whose body the statement at `l` belongs to.
    pub fn function_at(&self, l: Target) -> Option<FnId> {
        let found = self.functions.iter().position(|f| f.entry <= l && l < f.end)?;
        Some(FnId(found as u32))
    }
}
