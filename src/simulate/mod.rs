//! Seeded runs, one after another: what exhaustive search cannot finish, chance may find.
//!
//! [`plan`] says how runs are made; [`walk`] takes one step by step and looks for what is wrong; [`mod@watch`] keeps what was seen, and `recall` of which values properties held; [`mod@shrink`] makes a
//! run shorter that shows something; [`mod@many`] takes many runs by many hands; [`twice`] holds a run against itself.
//! [`hold`] passes steps over for a while: those that [`partition`] cuts off and those that [`mod@delay`] has no time for yet.
//! What is wrong is told in the words of `explore`: its kinds of violation, its properties, its reports.

pub mod delay;
pub mod hold;
pub mod many;
pub mod partition;
pub mod plan;
mod recall;
pub mod shrink;
pub mod twice;
pub mod walk;
pub mod watch;

pub use delay::Delay;
pub use hold::Holds;
pub use many::{Tally, many};
pub use partition::{Cuts, Partitions};
pub use plan::{Plan, Rates, Strategy};
