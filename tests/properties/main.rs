//! What calculus 10 claims, and what the tool relies on, over generated programs. A failure is shrunk to a small program.

mod claims;
mod elaboration;
mod generate;
mod harness;
mod outcomes;
mod reductions;
mod runs;
