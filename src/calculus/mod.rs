//! The terms of the calculus: values, names, operations, statements and functions in A-normal form, and their
//! notation.

pub mod config;
pub mod op;
mod operands;
pub mod parse;
pub mod path;
pub mod print;
pub mod term;
mod token;
pub mod value;

pub use op::Op;
pub use operands::operands;
pub use path::{Edge, Names, Path};
pub use term::{Address, Args, CellId, FnId, Function, Operand, Program, Slot, Stmt, Target};
pub use value::{NodeId, Record, Text, TypeId, Value};
