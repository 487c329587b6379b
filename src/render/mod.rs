//! From data to text for people: the table of a trace, outcomes and why there is none, configurations with what changed,
//! the pages of `explain`. Pure functions from values to strings; nothing here writes anywhere.

pub mod check;
pub mod compare;
pub mod config;
pub mod dot;
pub mod explain;
pub mod html;
pub mod itf;
pub mod mermaid;
pub mod outcome;
pub mod paint;
pub mod perfetto;
pub mod shiviz;
pub mod stuck;
pub mod svg;
pub mod table;
pub mod why;
pub mod view;
mod words;

pub use paint::Paint;
