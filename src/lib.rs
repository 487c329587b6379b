//! Lacuna: a small language with `async`, `await`, `spawn local` and `spawn dist`, run by its formal semantics.
//!
//! ```text
//! text ─ syntax ─ elaborate ─ calculus ─ semantics ─ trace ─ explore ─ simulate ─ render ─ debug ─ expect ─ cli
//! ```
//!
//! The order of the modules is the order of dependency: a module uses only what stands above it.

pub mod base;
pub mod diagnostic;
pub mod syntax;
pub mod calculus;
pub mod elaborate;
pub mod semantics;
pub mod trace;
pub mod explore;
pub mod simulate;
pub mod render;
pub mod debug;
pub mod expect;
pub mod cli;
