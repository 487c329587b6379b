//! Every configuration that a program can reach: the complete set of outcomes, or the shortest way to what is wrong.
//!
//! [`search`] walks breadth-first over the relation of `semantics::step`. A configuration is a list of numbers of its
//! parts (`parts`, `store`; `partial` puts them together, and `apart` makes them of what a step has left); `canon` and
//! `line` say when two are one; `footprint` says which parts a step reads, and `memo` asks the relation once for each
//! of their values; `look` does so for the properties ([`property`]); `bundle` takes silent steps together, and `calm`
//! says behind which nobody else is to be asked. `expand` takes the steps of a configuration, those beside its stacks
//! and messages by `flight`, and `expansion` is what comes of it; `silent` says which of them nobody can tell apart in
//! time, and `symmetry` which nodes; `visited` holds what a search has come to, in tables that are in `hashed`;
//! [`graph`] finds what only the whole graph shows; `way` turns a configuration into the run that leads to it;
//! [`report`] is what is asked and answered; [`states`] is a small part of the graph, to be looked at; [`paranoid`]
//! takes every step whole, with every invariant checked; [`vacuity`] is what the search never came to.

mod apart;
mod ask;
mod bundle;
mod calm;
mod canon;
pub mod claim;
pub mod compare;
mod deliver;
mod expand;
mod expansion;
mod flight;
mod footprint;
mod frontier;
pub mod graph;
mod hashed;
mod line;
pub mod liveness;
mod look;
mod memo;
mod nameless;
pub mod paranoid;
mod partial;
mod parts;
pub mod property;
pub mod report;
pub mod search;
mod settle;
mod silent;
pub mod states;
mod store;
mod symmetry;
pub mod vacuity;
mod visited;
mod way;

pub use report::{Crew, Job, Options, Progress, Report};
pub use search::explore;
