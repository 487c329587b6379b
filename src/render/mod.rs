//! From data to text for people: the table of a trace, outcomes and why there is none, configurations with what changed,
//! the pages of `explain`. Pure functions from values to strings; nothing here writes anywhere.

pub mod check;
pub mod compare;
pub mod config;
pub mod explain;
pub mod html;
pub mod outcome;
pub mod paint;
pub mod stuck;
pub mod svg;
pub mod table;
pub mod view;

pub use paint::Paint;
