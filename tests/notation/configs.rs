//! Configurations in the notation.

use lacuna::calculus::config::Config;
use lacuna::calculus::op::Naming;
use lacuna::calculus::print::{self, Notes};
use lacuna::calculus::{Names, Program, parse};

use crate::{assert_same_text, program};

fn config(text: &str, program: &Program, names: &mut Names) -> Config {
    parse::config(text, program, names)
        .unwrap_or_else(|error| panic!("{error}: {}", &text[error.span.start as usize..]))
}

#[test]
fn every_component_is_read_and_printed_as_it_stands() {
    let program = program(include_str!("two_nodes.core"));
    let text = include_str!("everything.sigma");
    let mut names = Names::default();
    let config = config(text, &program, &mut names);
    let naming = Naming { program: &program, names: &names };
    let printed = print::config(&config, naming, Notes::None);
    assert_same_text(&printed, text);
}
