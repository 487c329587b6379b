//! The notation of the calculus: what is printed is read back as the same, and what is read is printed as the same.

mod configs;
mod elaborated;
mod errors;
mod page;
mod programs;
mod strategies;

use lacuna::calculus::config::Config;
use lacuna::calculus::{Names, Program, parse};

/// Fails at the first line in which the texts differ.
fn assert_same_text(printed: &str, expected: &str) {
    let mut lines = expected.lines();
    for (i, printed) in printed.lines().enumerate() {
        assert_eq!(Some(printed), lines.next(), "line {}", i + 1);
    }
    assert_eq!(lines.next(), None, "there should be more");
    assert!(printed == expected, "they end in different line breaks");
}

fn program(text: &str) -> Program {
    parse::program(text).unwrap_or_else(|error| panic!("{error}: {}", &text[error.span.start as usize..]))
}

fn config(text: &str, program: &Program, names: &mut Names) -> Config {
    parse::config(text, program, names)
        .unwrap_or_else(|error| panic!("{error}: {}", &text[error.span.start as usize..]))
}

/// A core program with every form of statement.
const EVERY_STATEMENT: &str = include_str!("every_statement.core");

/// A core program on three nodes, and a configuration of it with every component.
const THREE_NODES: &str = include_str!("three_nodes.core");
const EVERYTHING: &str = include_str!("everything.sigma");
