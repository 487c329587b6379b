//! Configurations in the notation.

use lacuna::calculus::config::{Label, TaskState};
use lacuna::calculus::op::Naming;
use lacuna::calculus::print::{self, Notes};
use lacuna::calculus::{Edge, Names, Path, Value, parse};
use proptest::prelude::*;

use crate::strategies::{self, paths, renamed, shuffled_names};
use crate::{EVERY_STATEMENT, EVERYTHING, THREE_NODES, assert_same_text, config, program};

#[test]
fn every_component_is_read_and_printed_as_it_stands() {
    let program = program(THREE_NODES);
    let mut names = Names::default();
    let config = config(EVERYTHING, &program, &mut names);
    let naming = Naming { program: &program, names: &names };
    assert_same_text(&print::config(&config, naming, Notes::None), EVERYTHING);
}

#[test]
fn notes_say_what_each_frame_does_next() {
    let program = program(THREE_NODES);
    let mut names = Names::default();
    let config = config(EVERYTHING, &program, &mut names);
    let naming = Naming { program: &program, names: &names };
    insta::assert_snapshot!(print::config(&config, naming, Notes::Statements));
}

#[test]
fn paths_stand_in_their_natural_order_whatever_the_order_of_the_text() {
    let program = program("node n  async fn main() { return 1 }");
    let text = "now 0 node n up #0
        T main.10 ↦ done 10 of d(main,0)
        T main.2.0 ↦ running ∅ of d(main,0)
        T main.2 ↦ done 2 of d(main,0)
        T main.2@1 ↦ done 21 of d(main,1)"
        .replace(" node", "\nnode");
    let mut names = Names::default();
    let config = config(&text, &program, &mut names);
    let order: Vec<String> = config.nodes[0].tasks.iter().map(|(o, _)| names.show(*o)).collect();
    assert_eq!(order, ["main.2", "main.2.0", "main.2@1", "main.10"]);
}

/// A run that goes on from a configuration finds the names that it has, in whatever order they were read.
#[test]
fn names_read_out_of_order_are_found_in_order() {
    let program = program("node n  async fn main() { return 1 }");
    let text = "now 0\ntimers main.2, main.0@1, main.5, main.0\nnode n up #0\n";
    let mut names = Names::default();
    let timers = config(text, &program, &mut names).timers;
    let mut last = None;
    let mut run: Vec<Path> = Vec::new();
    for i in 0..6 {
        let path = names.after(Path::MAIN, last, Edge::Child(i));
        last = Some(path);
        run.push(path);
    }
    assert_eq!([run[2], run[5], run[0]], [timers[0], timers[2], timers[3]]);
    assert_eq!(names.len(), 8, "main, six creations, and main.0@1");
}

#[test]
fn the_words_of_the_calculus_mean_what_they_say() {
    let program = program(THREE_NODES);
    let mut names = Names::default();
    let config = config(EVERYTHING, &program, &mut names);
    let client = &config.nodes[0];
    assert!(client.up);
    assert_eq!(client.stacks[1].atomic, Some(1), "counted from below");
    assert_eq!(client.stacks[1].raising.as_deref().map(String::as_str), Some("division by zero"));
    assert_eq!(client.stacks[1].frames[0].label, Label::Sync);
    assert_eq!(client.stacks[1].frames[2].made, 5);
    let (path, task) = &client.tasks[2];
    assert_eq!(names.show(*path), "main.10");
    assert!(task.observed && task.marked);
    let (_, done) = &client.tasks[1];
    assert!(matches!(&done.state, TaskState::Settled(_)));
    assert!(!config.nodes[1].up);
    assert_eq!(config.printed[1].1.as_str(), "\"quoted\"\n");
}

/// A program can build a value of any depth; nothing here recurses on the machine's stack without care.
#[test]
fn values_may_be_as_deep_as_they_like() {
    let program = program("node n  var v = 0  async fn main() { return 1 }");
    let depth = 100_000;
    let text = format!("now 0\nnode n up #0\n  V v ↦ {}1{}", "some(".repeat(depth), ")".repeat(depth));
    let mut names = Names::default();
    let config = config(&text, &program, &mut names);
    let naming = Naming { program: &program, names: &names };
    assert_eq!(print::config(&config, naming, Notes::None).matches("some(").count(), depth);
    assert!(matches!(config.nodes[0].cells[0].1, Value::Some(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_configuration_is_printed_and_read_back(
        config in strategies::config(&program(EVERY_STATEMENT)),
        seed in shuffled_names(),
    ) {
        let program = renamed(program(EVERY_STATEMENT), &seed);
        let mut names = paths();
        let known = names.len();
        let text = print::config(&config, Naming { program: &program, names: &names }, Notes::Statements);
        let read = parse::config(&text, &program, &mut names)
            .map_err(|e| TestCaseError::fail(format!("{e} at {:?} in\n{text}", e.span)))?;
        let mut sorted = config;
        sorted.sort(&names);
        prop_assert_eq!(&read, &sorted);
        prop_assert_eq!(names.len(), known);
        let again = print::config(&read, Naming { program: &program, names: &names }, Notes::Statements);
        prop_assert_eq!(again, text);
    }
}
