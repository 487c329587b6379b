//! The rules, one file per family, in the order of the calculus.

pub mod awaits;
pub mod cancel;
pub mod executions;
pub mod failure;
pub mod messages;
pub mod promises;
pub mod sequential;
pub mod tasks;
pub mod time;
