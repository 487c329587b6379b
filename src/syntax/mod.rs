//! Text to tree. Total: every text gives a tree of what could be read and the complaints about the rest. Knows no
//! types and no semantics.

pub mod ast;
mod build;
mod literal;
mod parser;
pub mod token;

pub use parser::parse;
