//! Every configuration that a program can reach: the complete set of outcomes, or the shortest way to what is wrong.
//!
//! [`search`] walks breadth-first over the relation of `semantics::step`; [`canon`] says when two configurations are one;
//! [`silent`] says which steps nobody can tell apart in time; [`graph`] finds what only the whole graph shows; [`way`]
//! turns a configuration into the run that leads to it; [`property`] evaluates what must hold; [`report`] is what is asked
//! and answered; [`states`] is a small part of the graph, to be looked at; [`vacuity`] is what the search never came to.

pub mod canon;
pub mod claim;
pub mod compare;
mod expand;
pub mod graph;
pub mod liveness;
pub mod property;
pub mod report;
pub mod search;
pub mod silent;
pub mod states;
pub mod vacuity;
pub mod way;

pub use report::{Crew, Job, Options, Progress, Report};
pub use search::explore;
