//! The semantics: one small-step relation, written rule by rule. Open it beside the calculus. Pure: no IO, no clock, no
//! ambient randomness.
//!
//! | Calculus                        | Here                                    |
//! |---------------------------------|-----------------------------------------|
//! | 1 Syntax of the core            | [`crate::calculus::term`], `op`, `value`|
//! | 2 Configurations, start, names  | [`system`], [`stack`], `calculus::path` |
//! | 3 Sequential rules              | [`rules::sequential`]                   |
//! | 4 Async and await on one node   | [`rules::tasks`], [`rules::awaits`]     |
//! | 5 Executions: spawn local       | [`rules::executions`]                   |
//! | 6 Locations, messages, promises | [`rules::messages`], [`rules::promises`]|
//! | 7 Failure and recovery          | [`rules::failure`]                      |
//! | 8 Time, choice, cancellation    | [`rules::time`], [`rules::cancel`]      |
//! | 9 The system step, schedulers   | [`step`], [`settings`], [`schedule`]    |
//! | 10 What is observed, claimed    | [`outcome`], [`invariant`]              |
//!
//! How a rule is written down: [`rule`]. All of them: [`catalogue`]. Where one may fire: [`focus`]. What a step does, as
//! data: [`effect`].
//!
//! Letters used everywhere: n node, q promise (p another), o task, c execution, F frame, FS stack, ℓ label, L locals, w
//! version or awaited thing, x y z slots, g cell, f function, v value, e error, π path, a address.
//!
//! A panic here is a bug of ours, never a user's mistake: what a program can do wrong is an error that it can catch.

pub mod catalogue;
pub mod effect;
mod figure;
pub mod focus;
pub mod forget;
pub mod invariant;
pub mod outcome;
pub mod rule;
pub mod rules;
pub mod schedule;
pub mod settings;
pub mod snapshot;
pub mod stack;
pub mod step;
pub mod system;
pub mod table;
mod verbs;
