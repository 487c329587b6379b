//! Lacuna: a small language with `async`, `await`, `spawn local` and `spawn dist`, run by its formal semantics.
//!
//! ```text
//! text ─ syntax ─ elaborate ─ calculus ─ semantics ─ trace ─ render ─ cli
//! ```
//!
//! The order of the modules is the order of dependency: a module uses only what stands above it.

pub mod base;
pub mod calculus;
pub mod cli;
pub mod diagnostic;
pub mod elaborate;
pub mod explore;
pub mod render;
pub mod semantics;
pub mod syntax;
pub mod trace;
