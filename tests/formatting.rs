//! `lacuna fmt`: what it makes of a text; that it loses nothing, whatever the spaces and comments in it were (of programs
//! that nobody wrote, tests/properties says the same); and that the examples are its own.

use std::fs;
use std::sync::LazyLock;

use lacuna::base::Source;
use lacuna::syntax::parse;
use proptest::prelude::*;

#[path = "tool/kept.rs"]
mod kept;
#[path = "tool/programs.rs"]
mod programs;
mod tool;

use kept::{assert_keeps, formatted, scrambled};
use tool::Folder;

/// The programs of the repository that can be read, with their paths.
static PROGRAMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut programs = programs::programs(&["tests", "examples", "benches"]);
    programs.retain(|(_, text)| parse(&Source::new("a.lac", text.as_str())).1.is_empty());
    programs
});

#[test]
fn no_program_loses_anything() {
    for (name, text) in PROGRAMS.iter() {
        assert_keeps(name, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_program_loses_anything_wherever_its_spaces_and_comments_stand(at in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let (name, text) = at.get(&PROGRAMS);
        prop_assume!(text.len() < 20_000);
        assert_keeps(name, &scrambled(text, seed));
    }
}

#[test]
fn the_examples_are_formatted() {
    for (name, text) in PROGRAMS.iter().filter(|(name, _)| name.contains("/examples/")) {
        assert_eq!(*text, formatted(text), "{name}: lacuna fmt {name}");
    }
}

/// Each text and what becomes of it.
const SHOWN: &str = include_str!("formatting/shown.txt");

#[test]
fn what_becomes_of_a_text_is_as_shown() {
    for shown in SHOWN.split("\n====\n") {
        let (before, after) = shown.split_once("\n----\n").expect("a text, a line of hyphens, and what it becomes");
        assert_eq!(formatted(before).trim_end(), after.trim_end(), "of\n{before}");
    }
}

const CROOKED: &str = "async fn main()->int{return 1 ;}\n";

#[test]
fn the_command_formats_files_and_says_what_would_change() {
    let folder = Folder::new("fmt").with("crooked.lac", CROOKED).with("wrong.lac", "fn main( {\n");
    let lines = [
        "fmt --check crooked.lac",
        "fmt --check wrong.lac crooked.lac",
        "fmt wrong.lac crooked.lac",
        "fmt --check crooked.lac",
        "fmt missing.lac",
    ];
    tool::assert_shows("formatting", "command", &folder.transcript(&lines));
    let read = |name| fs::read_to_string(folder.0.join(name)).expect("a file can be read");
    assert_eq!(read("crooked.lac"), "async fn main() -> int {\n    return 1;\n}\n");
    assert_eq!(read("wrong.lac"), "fn main( {\n", "a file with errors stays as it is");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new("fmt_input").with("crooked.lac", CROOKED);
    for line in ["fmt", "fmt -"] {
        let input = fs::File::open(folder.0.join("crooked.lac")).expect("a file can be opened");
        let output = folder.command(line).stdin(input).output().expect("the tool starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "async fn main() -> int {\n    return 1;\n}\n");
    }
}
