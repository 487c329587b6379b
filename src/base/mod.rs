//! What everything else stands on: places in a text, source files, and the one seeded generator.
//! Depends on nothing.

mod prng;
mod source;
mod span;

pub use prng::Prng;
pub use source::{Place, Source};
pub use span::Span;
