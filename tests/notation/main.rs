//! The notation of the calculus: what is printed is read back as the same, and what is read is printed as the same.

mod configs;
mod programs;

use lacuna::calculus::{Program, parse};

/// Fails at the first line in which the texts differ.
fn assert_same_text(printed: &str, expected: &str) {
    for (i, (printed, expected)) in printed.lines().zip(expected.lines()).enumerate() {
        assert_eq!(printed, expected, "line {}", i + 1);
    }
    assert_eq!(printed, expected);
}

fn program(text: &str) -> Program {
    parse::program(text).unwrap_or_else(|error| panic!("{error}: {}", &text[error.span.start as usize..]))
}
