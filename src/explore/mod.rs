//! Every configuration that a program can reach: the complete set of outcomes, or the shortest way to what is wrong.
//!
//! [`search`] walks breadth-first over the relation of `semantics::step`; [`canon`] says when two configurations are one;
//! [`property`] evaluates what must hold.

pub mod canon;
pub mod liveness;
pub mod property;
pub mod search;
