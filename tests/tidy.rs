//! The house is in order: modules use only what stands below them, nothing under the command line touches the world, and
//! files and functions stay short enough to be read. What the compiler does not check is checked here, on the text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "tidy/code.rs"]
mod code;

use code::{code_of, functions, modules_used};

/// Which modules each module may use: those below it in the house.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("base", &[]),
    ("diagnostic", &["base"]),
    ("syntax", &["base", "diagnostic"]),
    ("calculus", &["base", "diagnostic"]),
    ("elaborate", &["base", "diagnostic", "syntax", "calculus"]),
    ("semantics", &["base", "calculus"]),
    ("trace", &["base", "diagnostic", "calculus", "semantics"]),
    ("explore", &["base", "calculus", "semantics", "trace"]),
    ("simulate", &["base", "calculus", "semantics", "trace", "explore"]),
    ("render", &["base", "diagnostic", "calculus", "semantics", "trace", "explore", "simulate"]),
    ("debug", &["base", "calculus", "semantics", "trace", "explore", "render"]),
    ("expect", &["base", "diagnostic", "calculus", "elaborate", "semantics", "trace", "explore", "render"]),
    (
        "cli",
        &[
            "base",
            "diagnostic",
            "syntax",
            "calculus",
            "elaborate",
            "semantics",
            "trace",
            "explore",
            "simulate",
            "render",
            "debug",
            "expect",
        ],
    ),
];

/// What touches the world, or has an order of its own: for the command line only.
const WORLD: [&str; 16] = [
    "Instant",
    "SystemTime",
    "std::fs",
    "std::env",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "thread_rng",
    "RandomState",
    "HashMap",
    "HashSet",
    "print!",
    "println!",
    "eprintln!",
    "dbg!",
];

/// Lines of a file, at most.
const FILE: usize = 600;

/// Lines of a function, at most.
const FUNCTION: usize = 70;

/// Marks of work that is not done. (Put together, so that this file has none.)
const UNDONE: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

#[test]
fn modules_use_only_what_stands_below_them() {
    tidy("src", &["rs"], |file| arrows(&file.path, &file.text));
    let modules: Vec<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    for file in files("src", &["rs"]) {
        let module = module_of(&file.path);
        let root = ["src/lib.rs", "src/main.rs"].contains(&file.path.as_str());
        assert!(root || modules.contains(&module), "{}: the house has no module {module}", file.path);
    }
}

#[test]
fn nothing_under_the_command_line_touches_the_world() {
    tidy("src", &["rs"], |file| world(&file.path, &file.text));
}

#[test]
fn files_begin_by_saying_what_they_are_for_and_stay_short() {
    for folder in ["src", "tests", "benches", "build.rs"] {
        tidy(folder, &["rs"], |file| shape(&file.text));
    }
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    for folder in ["src", "tests", "benches", "build.rs"] {
        tidy(folder, &["rs"], |file| lints(&file.text));
    }
}

#[test]
fn nothing_is_left_undone() {
    for folder in ["src", "tests", "benches", "grammar", "docs", "examples", "build.rs", "README.md", "Cargo.toml"] {
        tidy(folder, &["rs", "lalrpop", "lac", "md", "toml", "core", "sigma", "sh"], |file| undone(&file.text));
    }
}

/// The arrows that the house does not have.
fn arrows(path: &str, text: &str) -> Vec<String> {
    let module = module_of(path);
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else { return Vec::new() };
    let used = modules_used(&code_of(text));
    let wrong = used.into_iter().filter(|used| used != module && !allowed.contains(&used.as_str()));
    wrong.map(|used| format!("{module} may not use {used}")).collect()
}

/// What stands in a file under the command line and may not.
fn world(path: &str, text: &str) -> Vec<String> {
    if module_of(path) == "cli" || path == "src/main.rs" {
        return Vec::new();
    }
    let code = code_of(text);
    let found = WORLD.into_iter().filter(|word| has_word(&code, word));
    found.map(|word| format!("{word} is for the command line only")).collect()
}

/// What is wrong with the size of a file and its functions, and with how it begins.
fn shape(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if !text.starts_with("//! ") {
        wrong.push(String::from("it does not begin by saying what it is for"));
    }
    let lines = text.lines().count();
    if lines > FILE {
        wrong.push(format!("{lines} lines are more than {FILE}"));
    }
    let long = functions(&code_of(text)).into_iter().filter(|(_, lines)| *lines > FUNCTION);
    wrong.extend(long.map(|(name, lines)| format!("fn {name} has {lines} lines, more than {FUNCTION}")));
    wrong
}

/// Lints that are switched off.
fn lints(text: &str) -> Vec<String> {
    let code = code_of(text);
    let lines = || code.lines().map(str::trim);
    let allowed = lines().filter(|line| line.starts_with("#[allow") || line.starts_with("#![allow"));
    allowed.map(|line| format!("{line} switches a lint off; expect it, with a reason")).collect()
}

/// Marks of work that is not done.
fn undone(text: &str) -> Vec<String> {
    let marked = |line: &&str| UNDONE.iter().any(|mark| line.contains(mark));
    text.lines().filter(marked).map(|line| format!("not done: {}", line.trim())).collect()
}

/// Whether a word stands in code, not as a part of a longer one.
fn has_word(code: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

/// `semantics` of `src/semantics/rules/tasks.rs`.
fn module_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split(['/', '.']).next().unwrap_or(inside)
}

/// A file of the house, its path from the root.
struct File {
    path: String,
    text: String,
}

/// Fails with all that a check finds in the files of a folder.
fn tidy(folder: &str, extensions: &[&str], check: impl Fn(&File) -> Vec<String>) {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files(folder, extensions) {
        let wrong = check(&file);
        if !wrong.is_empty() {
            found.insert(file.path, wrong);
        }
    }
    let lines: Vec<String> =
        found.iter().flat_map(|(path, wrong)| wrong.iter().map(move |what| format!("{path}: {what}"))).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of these extensions at or below `place`.
fn files(place: &str, extensions: &[&str]) -> Vec<File> {
    let path = root().join(place);
    if path.is_dir() {
        let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{place}: {error}"));
        let names = entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned());
        return names.flat_map(|name| files(&format!("{place}/{name}"), extensions)).collect();
    }
    let fits = path.extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension));
    let text = || fs::read_to_string(&path).unwrap_or_else(|error| panic!("{place}: {error}"));
    if fits { vec![File { path: place.to_owned(), text: text() }] } else { Vec::new() }
}

mod bites {
    //! Each check finds what it is there for, and nothing else.

    use super::*;

    #[test]
    fn an_arrow_that_the_house_does_not_have() {
        let text = "//! A.\nuse crate::calculus::Path;\nuse crate::{base::Span, syntax::ast};\n// crate::cli\n";
        assert_eq!(arrows("src/semantics/step.rs", text), ["semantics may not use syntax"]);
        assert_eq!(arrows("src/elaborate/mod.rs", text), Vec::<String>::new());
        assert_eq!(arrows("src/base/mod.rs", "let x = crate::cli::Exit;"), ["base may not use cli"]);
    }

    #[test]
    fn the_world_under_the_command_line() {
        let text = "use std::fs;\nlet a = \"HashMap\"; // SystemTime\nlet b = Instantiation;\nprintln!();";
        let wrong = ["std::fs is for the command line only", "println! is for the command line only"];
        assert_eq!(world("src/trace/wire.rs", text), wrong);
        assert_eq!(world("src/cli/run.rs", text), Vec::<String>::new());
        assert_eq!(world("src/explore/canon.rs", "use std::collections::HashMap;").len(), 1);
    }

    #[test]
    fn a_file_that_says_nothing_or_is_long() {
        assert_eq!(shape("use a;\n"), ["it does not begin by saying what it is for"]);
        let long = format!("//! A.\n{}", "// b\n".repeat(FILE));
        assert_eq!(shape(&long), ["601 lines are more than 600"]);
        let body = "        let brace = \"}\";\n".repeat(FUNCTION - 1);
        let function =
            format!("//! A.\nimpl X {{\n    pub fn long(&self) {{\n{body}    }}\n\n    fn short() {{}}\n}}\n");
        assert_eq!(shape(&function), ["fn long has 71 lines, more than 70"]);
    }

    #[test]
    fn a_lint_that_is_switched_off() {
        let text = format!("#[{}(dead_code)]\n#[expect(unused, reason = \"it is\")]\n// #[allow]\n", "allow");
        assert_eq!(lints(&text).len(), 1);
    }

    #[test]
    fn work_that_is_not_done() {
        assert_eq!(undone(&format!("a\n  // {}: b\nto do\n", UNDONE[0])), [format!("not done: // {}: b", UNDONE[0])]);
    }

    #[test]
    fn a_left_over_module() {
        assert_eq!(module_of("src/semantics/rules/tasks.rs"), "semantics");
        assert_eq!(module_of("src/lib.rs"), "lib");
    }
}
