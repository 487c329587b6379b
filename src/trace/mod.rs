//! What happened, as data: the steps of a run with their effects, their one serialised form, and schedules: runs written
//! down so that they can be had again.
//!
//! [`record`] watches a run and makes a [`event::Step`] of each step; [`describe`] says in a few words what it did;
//! [`wire`] is the JSON around it; [`schedule`] and [`replay`] write runs down and take them again, [`walk`] takes those again
//! whose choices are known; [`fault`] lets a script say what happens as which step.

pub mod choice;
pub mod describe;
pub mod divergence;
pub mod event;
pub mod fault;
pub mod origin;
pub mod record;
pub mod replay;
pub mod schedule;
pub mod settings;
pub mod walk;
pub mod wire;
mod words;

pub use words::{Words, few};
