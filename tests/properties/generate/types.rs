//! The types of generated programs, and what is declared with them.

use std::fmt;

/// A type, as far as generated programs go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Int,
    Bool,
    Str,
    Unit,
    Node,
    /// The struct `Point`.
    Point,
    /// The enum `Shape`.
    Shape,
    /// `list<int>`
    List,
    /// `map<string, int>`
    Map,
    /// `option<int>`
    Option,
    Task(Box<Type>),
    Promise(Box<Type>),
}

impl Type {
    pub fn promise(of: &Type) -> Type {
        Type::Promise(Box::new(of.clone()))
    }

    pub fn task(of: &Type) -> Type {
        Type::Task(Box::new(of.clone()))
    }

    /// What awaiting it gives.
    pub fn awaited(&self) -> Option<&Type> {
        match self {
            Type::Task(of) | Type::Promise(of) => Some(of),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Int => f.write_str("int"),
            Type::Bool => f.write_str("bool"),
            Type::Str => f.write_str("string"),
            Type::Unit => f.write_str("unit"),
            Type::Node => f.write_str("node"),
            Type::Point => f.write_str("Point"),
            Type::Shape => f.write_str("Shape"),
            Type::List => f.write_str("list<int>"),
            Type::Map => f.write_str("map<string, int>"),
            Type::Option => f.write_str("option<int>"),
            Type::Task(of) => write!(f, "task<{of}>"),
            Type::Promise(of) => write!(f, "promise<{of}>"),
        }
    }
}

/// A local variable.
#[derive(Clone, Debug)]
pub struct Var {
    pub name: String,
    pub ty: Type,
    pub mutable: bool,
}

/// A function, before its body is written.
#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub is_async: bool,
    pub params: Vec<Type>,
    pub result: Type,
}

impl Signature {
    /// Whether a spawn or a send may name it.
    pub fn is_portable(&self) -> bool {
        !self.params.iter().any(|param| matches!(param, Type::Task(_)))
    }
}
