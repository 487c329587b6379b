//! Core programs in the notation.

use lacuna::calculus::print;

use crate::{assert_same_text, program};

#[test]
fn every_statement_is_read_and_printed_as_it_stands() {
    let text = include_str!("every_statement.core");
    assert_same_text(&print::program(&program(text)), text);
}
