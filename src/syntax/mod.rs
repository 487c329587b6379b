//! Text to tree. Total: every text gives a tree of what could be read and the complaints about the rest. Knows no
//! types and no semantics.
//!
//! `token` and `lexer` make lexemes of a text, `depth` refuses those nested too deep, `parser` runs the grammar
//! (`grammar/surface.lalrpop`, with `build` and `literal` for its actions) over the rest. Where the grammar stops,
//! `mistakes` finds words for what is wrong and a repair, with `expected`, `foreign` and `structure` for its sources,
//! and `recover` goes on with the repair. `format` goes from text to text.

pub mod ast;
mod build;
mod depth;
mod expected;
pub mod foreign;
mod format;
mod lexer;
mod literal;
mod mistakes;
pub mod open;
mod parser;
mod recover;
mod structure;
pub mod token;

pub use format::format;
pub use parser::parse;
