//! The page about the notation shows the notation as it is.

use lacuna::calculus::op::Naming;
use lacuna::calculus::print::{self, Notes};
use lacuna::calculus::{Names, Program};

use crate::{assert_same_text, config, program};

/// Every block of docs/notation.md that is marked `core` or `sigma` is read and printed as it stands; a configuration
/// belongs to the program before it.
#[test]
fn the_examples_of_the_page_are_current() {
    let page = include_str!("../../docs/notation.md");
    let mut current: Option<Program> = None;
    let mut seen = (0, 0);
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').expect("a block has a first line");
        let text = &format!("{text}\n");
        match language {
            "core" => {
                let read = program(text);
                assert_same_text(&print::program(&read), text);
                current = Some(read);
                seen.0 += 1;
            }
            "sigma" => {
                let program = current.as_ref().expect("a program stands before the configuration");
                let mut names = Names::default();
                let read = config(text, program, &mut names);
                let naming = Naming { program, names: &names };
                assert_same_text(&print::config(&read, naming, Notes::Statements), text);
                seen.1 += 1;
            }
            _ => {}
        }
    }
    assert!(seen.0 >= 1 && seen.1 >= 1, "the page shows both");
}
