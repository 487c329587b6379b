//! The surface tree: what was written, with a span on every node, and nothing else. Names are slices of the source
//! text, so a tree lives as long as its source. It knows no types and no semantics.

use crate::base::Span;

/// A whole program: its items in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Program<'s> {
    /// The items; one that could not be read is left out.
    pub items: Vec<Item<'s>>,
}

/// A name as written, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident<'s> {
    /// The characters.
    pub text: &'s str,
    /// Where.
    pub span: Span,
}

/// A top-level declaration.
#[derive(Clone, Debug)]
pub struct Item<'s> {
    /// What it declares.
    pub kind: ItemKind<'s>,
    /// From its first word to its last character.
    pub span: Span,
}

/// The forms of a declaration.
#[derive(Clone, Debug)]
pub enum ItemKind<'s> {
    /// `node a, b;`
    Node(Vec<Ident<'s>>),
    /// `group g = [a, b];`
    Group { name: Ident<'s>, members: Vec<Ident<'s>> },
    /// `[durable] var name: type = init;`
    Cell { durable: bool, name: Ident<'s>, ty: Type<'s>, init: Expr<'s> },
    /// `const name: type = value;`
    Const { name: Ident<'s>, ty: Type<'s>, value: Expr<'s> },
    /// `struct name { field: type, … }`
    Struct { name: Ident<'s>, fields: Vec<Field<'s>> },
    /// `enum name { variant(type, …), … }`
    Enum { name: Ident<'s>, variants: Vec<Variant<'s>> },
    /// `[async] fn name(params) [-> type] { … }`
    Fn(FnDecl<'s>),
    /// `invariant | finally | eventually name: expr;`
    Property { kind: PropertyKind, name: Ident<'s>, body: Expr<'s> },
}

/// A field of a struct, or a parameter of a function.
#[derive(Clone, Debug)]
pub struct Field<'s> {
    /// Its name.
    pub name: Ident<'s>,
    /// Its type.
    pub ty: Type<'s>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct Variant<'s> {
    /// Its name.
    pub name: Ident<'s>,
    /// The types of its payload, none for a bare variant.
    pub payload: Vec<Type<'s>>,
}

/// A function.
#[derive(Clone, Debug)]
pub struct FnDecl<'s> {
    /// Whether `async` stands before it.
    pub is_async: bool,
    /// Its name.
    pub name: Ident<'s>,
    /// Its parameters.
    pub params: Vec<Field<'s>>,
    /// Its result; `None` is unit.
    pub result: Option<Type<'s>>,
    /// Its body.
    pub body: Block<'s>,
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

/// A type as written.
#[derive(Clone, Debug)]
pub struct Type<'s> {
    /// Its form.
    pub kind: TypeKind<'s>,
    /// Where.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug)]
pub enum TypeKind<'s> {
    /// `int`
    Int,
    /// `bool`
    Bool,
    /// `string`
    String,
    /// `unit`
    Unit,
    /// `node`
    Node,
    /// A struct or enum.
    Named(&'s str),
    /// `task<T>`
    Task(Box<Type<'s>>),
    /// `promise<T>`
    Promise(Box<Type<'s>>),
    /// `list<T>`
    List(Box<Type<'s>>),
    /// `map<K, V>`
    Map(Box<Type<'s>>, Box<Type<'s>>),
    /// `option<T>`
    Option(Box<Type<'s>>),
}

/// A block in braces.
#[derive(Clone, Debug)]
pub struct Block<'s> {
    /// Its statements; one that could not be read is left out.
    pub stmts: Vec<Stmt<'s>>,
    /// With the braces: the closing one is the last byte.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt<'s> {
    /// Its form.
    pub kind: StmtKind<'s>,
    /// With its semicolon or closing brace.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug)]
pub enum StmtKind<'s> {
    /// `let [mut] name [: type] = init;` The name `_` binds nothing.
    Let { mutable: bool, name: Ident<'s>, ty: Option<Type<'s>>, init: Expr<'s> },
    /// `expr;`
    Expr(Expr<'s>),
    /// `place = value;` Whether the left side is a place is not the parser's business.
    Assign { place: Expr<'s>, value: Expr<'s> },
    /// `if c { … } else if c { … } else { … }`: the arms in order, then the block behind the last `else`.
    If { arms: Vec<(Expr<'s>, Block<'s>)>, otherwise: Option<Block<'s>> },
    /// `while c { … }`
    While { cond: Expr<'s>, body: Block<'s> },
    /// `for name in from { … }` over a list, or `for name in from..to { … }`
    For { name: Ident<'s>, from: Expr<'s>, to: Option<Expr<'s>>, body: Block<'s> },
    /// `match subject { pattern => { … } … }`
    Match { subject: Expr<'s>, arms: Vec<Arm<'s>> },
    /// `try { … } catch name { … }`
    Try { body: Block<'s>, error: Ident<'s>, handler: Block<'s> },
    /// `scope { … }`
    Scope(Block<'s>),
    /// `atomic { … }`
    Atomic(Block<'s>),
    /// `return [e];`
    Return(Option<Expr<'s>>),
    /// `throw e;`
    Throw(Expr<'s>),
    /// `break;`
    Break,
    /// `continue;`
    Continue,
    /// `assert e [, message];`
    Assert { cond: Expr<'s>, message: Option<Expr<'s>> },
    /// `send f(…) on address;`
    Send { call: Call<'s>, on: Address<'s> },
}

/// An arm of a match.
#[derive(Clone, Debug)]
pub struct Arm<'s> {
    /// What it matches.
    pub pattern: Pattern<'s>,
    /// What is done then.
    pub body: Block<'s>,
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern<'s> {
    /// Its form.
    pub kind: PatternKind<'s>,
    /// Where.
    pub span: Span,
}

/// The forms of a pattern.
#[derive(Clone, Debug)]
pub enum PatternKind<'s> {
    /// `_`
    Wild,
    /// An integer, with its sign; the magnitude may be 2^63 only where `negative`.
    Int { negative: bool, magnitude: u64 },
    /// `true` or `false`
    Bool(bool),
    /// A string.
    Str(String),
    /// `()`
    Unit,
    /// `Enum.Variant(x, …)`; the name `_` binds nothing.
    Variant { ty: Ident<'s>, variant: Ident<'s>, binds: Vec<Ident<'s>> },
    /// `some(x)`
    Some(Ident<'s>),
    /// `none`
    None,
}

/// A call `f(args)`.
#[derive(Clone, Debug)]
pub struct Call<'s> {
    /// The function's name.
    pub name: Ident<'s>,
    /// Its arguments.
    pub args: Vec<Expr<'s>>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// Where a spawn or send goes.
#[derive(Clone, Debug)]
pub enum Address<'s> {
    /// A node: unicast.
    Node(Box<Expr<'s>>),
    /// `any group`: anycast.
    Any(Box<Expr<'s>>),
    /// `any group prefer node`: anycast with preference.
    Prefer(Box<Expr<'s>>, Box<Expr<'s>>),
}

/// An expression. There are millions of them in a long text, so what is large and seldom stands in a box.
#[derive(Clone, Debug)]
pub struct Expr<'s> {
    /// Its form.
    pub kind: ExprKind<'s>,
    /// Where; parentheses around it are not part of it.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind<'s> {
    /// An integer without sign, at most 2^63 (which only a minus makes an `int`).
    Int(u64),
    /// `true` or `false`
    Bool(bool),
    /// A string, its escapes resolved.
    Str(String),
    /// `()`
    Unit,
    /// A name.
    Name(&'s str),
    /// `cell@node`
    At { cell: Ident<'s>, node: Box<Ident<'s>> },
    /// `f(args)`: a function, built-in or declared (`promise()`, `yield_now()` and the rest included).
    Call(Box<Call<'s>>),
    /// `S(x: e, …)`
    Struct { name: Box<Ident<'s>>, fields: Vec<(Ident<'s>, Expr<'s>)> },
    /// `e.name`
    Field { base: Box<Expr<'s>>, name: Ident<'s> },
    /// `e.name(args)`: an enum variant with a payload.
    Method { base: Box<Expr<'s>>, name: Box<Ident<'s>>, args: Vec<Expr<'s>> },
    /// `e[i]`
    Index { base: Box<Expr<'s>>, index: Box<Expr<'s>> },
    /// `[e, …]`
    List(Vec<Expr<'s>>),
    /// `{k: v, …}`
    Map(Vec<(Expr<'s>, Expr<'s>)>),
    /// `some(e)`
    Some(Box<Expr<'s>>),
    /// `none`
    None,
    /// `choose {e, …}`
    Choose(Vec<Expr<'s>>),
    /// `choose (from..to)`
    ChooseRange(Box<Expr<'s>>, Box<Expr<'s>>),
    /// `!e` or `-e`
    Unary { op: UnaryOp, operand: Box<Expr<'s>> },
    /// `a op b`
    Binary { op: BinaryOp, op_span: Span, left: Box<Expr<'s>>, right: Box<Expr<'s>> },
    /// `await e`
    Await(Box<Expr<'s>>),
    /// `await all(e)`
    AwaitAll(Box<Expr<'s>>),
    /// `await any(e)`
    AwaitAny(Box<Expr<'s>>),
    /// `spawn local f(args)`
    SpawnLocal(Box<Call<'s>>),
    /// `spawn dist f(args) on address`
    SpawnDist { call: Box<Call<'s>>, on: Address<'s> },
    /// What could not be read; the parser has reported it.
    Error,
}

/// `!` and `-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Neg,
}

/// The binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}
