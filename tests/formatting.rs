//! `lacuna fmt`: what it makes of a text; that it loses nothing, whatever the spaces and comments in it were; and that
//! the examples are its own.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use lacuna::base::Source;
use lacuna::syntax::token::Token;
use lacuna::syntax::{format, parse};
use logos::Logos;
use proptest::prelude::*;

mod tool;

use tool::Folder;

/// The programs of the repository that can be read, with their paths.
static PROGRAMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("tests"), root.join("examples"), root.join("benches")];
    let mut programs = Vec::new();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "lac") {
                let text = fs::read_to_string(&path).expect("a program can be read");
                if parse(&Source::new("a.lac", text.as_str())).1.is_empty() {
                    programs.push((path.display().to_string(), text));
                }
            }
        }
    }
    programs
});

fn formatted(text: &str) -> String {
    format(&Source::new("a.lac", text)).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

/// The tree of a text, without the places in it.
fn tree(text: &str) -> String {
    let source = Source::new("a.lac", text);
    let (program, diagnostics) = parse(&source);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
    let shown = format!("{program:?}");
    let mut parts = shown.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |tree, part| tree + part.split_once('}').map_or("", |(_, rest)| rest))
}

/// The comments of a text. What the lexer skips is comments and spaces.
fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut end = 0;
    let spans = Token::lexer(text).spanned().map(|(_, span)| span).chain(std::iter::once(text.len()..text.len()));
    for span in spans {
        found.extend(text[end..span.start].lines().filter_map(|line| Some(line[line.find("//")?..].trim_end())));
        end = span.end;
    }
    found
}

/// What holds for every program.
fn assert_keeps(name: &str, text: &str) {
    let once = formatted(text);
    assert_eq!(tree(text), tree(&once), "{name}: the tree of\n{text}\nand of\n{once}");
    assert_eq!(comments(text), comments(&once), "{name}: the comments of\n{text}\nand of\n{once}");
    let twice = formatted(&once);
    assert_eq!(once, twice, "{name}: formatted once and twice");
    let bad = once.lines().find(|line| line.ends_with(' ') || line.contains('\t') && !line.contains('"'));
    assert!(!once.contains("\n\n\n") && bad.is_none(), "{name}: {bad:?} in\n{once}");
}

/// The text with other spaces between its words, and comments.
fn scrambled(text: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let mut result = String::new();
    for (at, span) in Token::lexer(text).spanned().map(|(_, span)| span).enumerate() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match (state >> 33) % 24 {
            0 => result.push_str("\n\n"),
            1 | 2 => result.push('\n'),
            3 => result.push_str(&format!("   // c{at}\n")),
            4 => result.push_str(&format!("\n// d{at} \n")),
            5 => result.push_str(&format!(" // e{at}\n\n\n  // f{at}\n\n")),
            _ => result.push(' '),
        }
        result.push_str(&text[span]);
    }
    result
}

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
