//! The terminal stepper: a run to walk through, forwards and backwards, one rule at a time.
//!
//! [`timeline`] keeps a whole run, so that Σ after any of its steps can be had at once; [`model`] is what the stepper
//! shows and [`model::Model::update`] how an [`action::Action`] changes it; [`draw`] turns it into cells of a screen, and
//! [`input`] turns keys and the mouse into actions. All of it is pure: files and the terminal are the command line's.

pub mod action;
pub mod draw;
pub mod input;
pub mod model;
pub mod timeline;
