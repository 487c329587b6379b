//! Text to tree. Total: every text gives a tree of what could be read and the complaints about the rest. Knows no
//! types and no semantics.

pub mod ast;
