//! What calculus 10 claims, and what the tool relies on, over generated programs. A failure is shrunk to a small program.

mod claims;
mod elaboration;
mod formatting;
mod generate;
#[path = "../tool/hands.rs"]
mod hands;
mod harness;
#[path = "../tool/kept.rs"]
mod kept;
mod outcomes;
mod reductions;
mod runs;
