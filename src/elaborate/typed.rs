//! The typed tree: what the checks make of a function, and the lowering reads. Every name is resolved, every overload
//! chosen but that of `+` (its type may be known only at the end of the function), and code that is never reached is
//! gone.

use super::types::Ty;
use crate::base::Span;
use crate::calculus::term::Awaited;
use crate::calculus::{CellId, FnId, NodeId, Op, TypeId, Value};

/// A parameter or variable of a function: an entry in [`Body::locals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Local(pub(super) u32);

/// A checked function.
#[derive(Debug)]
pub(super) struct Body<'s> {
    /// The parameters, then everything that the function declares; of each its name, and whether it may be assigned.
    pub(super) locals: Vec<(&'s str, bool)>,
    /// What it does.
    pub(super) block: Block,
}

/// A block.
#[derive(Debug)]
pub(super) struct Block {
    /// What can be reached of it.
    pub(super) stmts: Vec<Stmt>,
    /// Whether control can come to its end.
    pub(super) falls: bool,
    /// Its closing brace.
    pub(super) close: Span,
}

/// A statement.
#[derive(Debug)]
pub(super) struct Stmt {
    pub(super) kind: StmtKind,
    pub(super) span: Span,
}

/// The forms of a statement; a `None` for a local is a `_`.
#[derive(Debug)]
pub(super) enum StmtKind {
    Let(Option<Local>, Expr),
    Expr(Expr),
    Assign { root: Root, steps: Vec<Step>, value: Expr },
    If { arms: Vec<(Expr, Block)>, otherwise: Option<Block> },
    While { cond: Expr, body: Block },
    ForRange { var: Option<Local>, from: Expr, to: Expr, body: Block },
    ForList { var: Option<Local>, list: Expr, body: Block },
    Match { subject: Expr, arms: Vec<Arm> },
    Try { body: Block, error: Option<Local>, handler: Block },
    Scope(Block),
    Atomic(Block),
    Return(Option<Expr>),
    Throw(Expr),
    Break,
    Continue,
    Assert { cond: Expr, message: Option<Expr> },
    Send { f: FnId, args: Vec<Expr>, on: Address },
}

/// The variable that an assignment changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Root {
    Local(Local),
    Cell(CellId),
}

/// A step from a variable down to the place that an assignment changes.
#[derive(Debug)]
pub(super) enum Step {
    /// `[i]`
    Index(Expr),
    /// `.f`
    Field(u16),
}

/// An arm of a match. The last one of a match is taken without a test: the match is exhaustive.
#[derive(Debug)]
pub(super) struct Arm {
    pub(super) test: Test,
    /// What the pattern binds, in its order.
    pub(super) binds: Vec<Option<Local>>,
    pub(super) body: Block,
    /// Where the pattern stands.
    pub(super) span: Span,
}

/// What a pattern asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Test {
    /// Nothing.
    Any,
    Equals(Value),
    Variant(u16),
    Some,
    None,
}

/// Where a spawn or send goes; groups are lists of nodes.
#[derive(Debug)]
pub(super) enum Address {
    Node(Box<Expr>),
    Any(Box<Expr>),
    Prefer(Box<Expr>, Box<Expr>),
}

/// An expression.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) ty: Ty,
    pub(super) span: Span,
}

/// The forms of an expression.
#[derive(Debug)]
pub(super) enum ExprKind {
    /// A literal, a node, or data made of such.
    Value(Value),
    /// A declared constant, numbered in the order of declaration.
    Const(u32),
    Local(Local),
    Cell(CellId),
    /// `g@n`, in a property.
    CellAt(CellId, NodeId),
    /// `result`, in a property.
    Outcome,
    /// [`Op::Add`] stands for concatenation too.
    Op(Op, Vec<Expr>),
    /// A struct, its fields as declared, and the order in which they were written and are evaluated.
    Struct(TypeId, Vec<usize>, Vec<Expr>),
    And(Box<(Expr, Expr)>),
    Or(Box<(Expr, Expr)>),
    /// A call of a declared function.
    Call(How, FnId, Vec<Expr>),
    Await(Awaited, Box<Expr>),
    /// A built-in function that is a statement of the core.
    Act(Act, Vec<Expr>),
    /// It has been reported.
    Error,
}

/// How a function is called.
#[derive(Debug)]
pub(super) enum How {
    Sync,
    Async,
    SpawnLocal,
    SpawnDist(Address),
}

/// The built-in functions that are statements of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Wait,
    Promise,
    Resolve,
    Reject,
    Cancel,
    IsDone,
    Sleep,
    Now,
    Here,
    /// Of the elements of a list.
    Choose,
    Print,
    Yield,
}

impl Expr {
    /// What has been reported already.
    pub(super) fn error(span: Span) -> Expr {
        Expr { kind: ExprKind::Error, ty: Ty::ERROR, span }
    }

    /// Whether it makes something that a scope around it waits for.
    pub(super) fn makes_child(&self) -> bool {
        matches!(&self.kind, ExprKind::Call(How::Async | How::SpawnLocal | How::SpawnDist(_), ..))
    }
}
