//! Whatever is written, the compiler has an answer: a program that is well formed, or errors. The programs are those
//! of the repository with some of their words exchanged for others of the same kind, so that most of them still parse
//! and hardly any still makes sense.

use std::sync::LazyLock;

use lacuna::base::{Source, Span};
use lacuna::calculus::term::{Address, Awaited, Function, Operand, OperandKind, Slot, Stmt, Target};
use lacuna::calculus::{Args, Program};
use lacuna::elaborate::compile;
use proptest::prelude::*;

#[path = "tool/programs.rs"]
mod programs;

/// The programs of the repository, each as its words and what stands between them.
static PROGRAMS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let programs = programs::programs(&["tests", "examples"]);
    let mut programs: Vec<Vec<String>> = programs.iter().map(|(_, text)| words(text)).collect();
    // The deepest ones say nothing more here, and take most of the time.
    programs.retain(|program| program.len() < 2_000);
    programs
});

/// Names and numbers, comments and strings, spaces, and every other character by itself.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let len = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        found.push(rest[..len].to_owned());
        rest = &rest[len..];
    }
    found
}

/// Words of one kind can stand for each other without making the text unreadable.
fn kind(word: &str) -> Option<u8> {
    const TYPES: [&str; 5] = ["int", "bool", "string", "unit", "node"];
    const HOLDERS: [&str; 4] = ["task", "promise", "list", "option"];
    const WORDS: [&str; 26] = [
        "let", "mut", "fn", "async", "await", "spawn", "local", "dist", "on", "any", "all", "prefer", "if", "else",
        "while", "for", "in", "match", "try", "catch", "scope", "atomic", "return", "throw", "choose", "durable",
    ];
    match word {
        "<" | ">" | "(" | ")" | "{" | "}" | "," | ";" | ":" | "." | "=" | "&" | "|" | "!" | "@" | "[" | "]" => None,
        "+" | "-" | "*" | "%" => Some(0),
        "break" | "continue" => Some(1),
        "invariant" | "finally" | "eventually" => Some(2),
        _ if TYPES.contains(&word) => Some(3),
        _ if HOLDERS.contains(&word) => Some(4),
        _ if WORDS.contains(&word) => None,
        _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '"') || word == "true" || word == "none" => Some(5),
        _ if word.starts_with(|c: char| c.is_ascii_alphabetic()) => Some(6),
        _ => None,
    }
}

/// A program with some words exchanged for words of the same kind, of it or of another program.
fn changed() -> impl Strategy<Value = String> {
    let index = any::<prop::sample::Index>;
    let change = (index(), index(), any::<bool>());
    (index(), index(), prop::collection::vec(change, 1..8)).prop_map(|(program, other, changes)| {
        let mut words = program.get(&PROGRAMS).clone();
        let foreign = other.get(&PROGRAMS);
        for (to, from, own) in changes {
            let places: Vec<usize> = (0..words.len()).filter(|at| kind(&words[*at]).is_some()).collect();
            if places.is_empty() {
                continue;
            }
            let to = *to.get(&places);
            let pool = if own { words.clone() } else { foreign.clone() };
            let fitting: Vec<&String> = pool.iter().filter(|word| kind(word) == kind(&words[to])).collect();
            if !fitting.is_empty() {
                words[to] = (*from.get(&fitting)).clone();
            }
        }
        words.concat()
    })
}

/// A program with words taken out, doubled, or put in: most of these do not parse.
fn torn() -> impl Strategy<Value = String> {
    let index = any::<prop::sample::Index>;
    let change = (index(), index(), 0..3u8);
    (index(), prop::collection::vec(change, 1..4)).prop_map(|(program, changes)| {
        let mut words = program.get(&PROGRAMS).clone();
        for (at, from, how) in changes {
            if words.is_empty() {
                continue;
            }
            let (at, from) = (at.index(words.len()), from.index(words.len()));
            match how {
                0 => drop(words.remove(at)),
                1 => words.insert(at, words[from].clone()),
                _ => words.swap(at, from),
            }
        }
        words.concat()
    })
}

fn check(text: String) {
    let source = Source::new("any.lac", text);
    let (program, found) = compile(&source);
    assert_eq!(program.is_some(), !found.iter().any(|d| d.is_error()), "a program or errors");
    assert!(found.is_sorted_by_key(|d| d.span().start), "by place");
    for diagnostic in &found {
        for label in &diagnostic.labels {
            assert!(is_within(label.span, &source), "a label outside of the text: {}", diagnostic.message);
        }
    }
    if let Some(program) = program {
        well_formed(&program, &source);
    }
}

fn is_within(span: Span, source: &Source) -> bool {
    span.start <= span.end && source.text().get(span.start as usize..span.end as usize).is_some()
}

/// What the rules take for granted.
fn well_formed(program: &Program, source: &Source) {
    assert_eq!(program.code.len(), program.spans.len());
    assert!(program.spans.iter().all(|span| is_within(*span, source)));
    assert!(!program.nodes.is_empty() && program.main.is_some());
    let mut next = 0;
    for function in &program.functions {
        assert_eq!(function.entry.0, next, "functions follow each other");
        assert!(function.end > function.entry, "a function is never empty");
        next = function.end.0;
        let mut names = function.slots.clone();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), function.slots.len(), "no slot name twice: {:?}", function.slots);
        let inside = |l: Target| function.entry <= l && l <= function.end;
        for handler in &function.handlers {
            assert!(inside(handler.start) && handler.start < handler.end && inside(handler.end));
            assert!(inside(handler.target) && handler.target < function.end);
        }
        for pair in function.atomics.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "atomic stretches do not overlap");
        }
        for at in function.entry.0..function.end.0 {
            statement(program, function, program.code[at as usize]);
        }
        let last = program.code[function.end.0 as usize - 1];
        assert!(matches!(last, Stmt::Return { .. } | Stmt::Throw { .. } | Stmt::Goto { .. }), "nothing falls out");
    }
    assert_eq!(next as usize, program.code.len());
}

fn statement(program: &Program, function: &Function, stmt: Stmt) {
    let slot = |x: Slot| assert!((x.0 as usize) < function.slots.len(), "{stmt:?}");
    let operand = |y: Operand| match y.kind() {
        OperandKind::Slot(x) => slot(x),
        OperandKind::Constant(at) => assert!((at as usize) < program.constants.len(), "{stmt:?}"),
    };
    let args = |args: Args| program.args(args).iter().for_each(|y| operand(*y));
    let address = |on: u32| match &program.addresses[on as usize] {
        Address::Node(y) | Address::Any(y) => operand(*y),
        Address::Prefer(group, node) => [group, node].into_iter().for_each(|y| operand(*y)),
    };
    let jump = |l: Target| assert!(function.entry <= l && l < function.end, "{stmt:?}");
    match stmt {
        Stmt::Goto { l } => jump(l),
        Stmt::Branch { y, l } => {
            operand(y);
            jump(l);
        }
        Stmt::Move { x, y }
        | Stmt::Wait { x, y }
        | Stmt::IsDone { x, y }
        | Stmt::Sleep { x, y }
        | Stmt::Await { x, y }
        | Stmt::Choose { x, y } => {
            slot(x);
            operand(y);
        }
        Stmt::AwaitMany { x, w, y, guard } => {
            slot(x);
            operand(y);
            guard.into_iter().for_each(slot);
            assert!(guard.is_some() || matches!(w, Awaited::All | Awaited::Any), "{stmt:?}");
        }
        Stmt::Op { x, a, b, .. } => {
            slot(x);
            operand(a);
            operand(b);
        }
        Stmt::OpN { x, args: ys, .. } => {
            slot(x);
            args(ys);
        }
        Stmt::Call { x, f, args: ys } | Stmt::Async { x, f, args: ys } | Stmt::SpawnLocal { x, f, args: ys } => {
            slot(x);
            assert_eq!(program.function(f).params, ys.len);
            assert!(!(matches!(stmt, Stmt::Call { .. }) && program.function(f).is_async));
            args(ys);
        }
        Stmt::SpawnDist { x, f, args: ys, on } => {
            slot(x);
            assert_eq!(program.function(f).params, ys.len);
            args(ys);
            address(on);
        }
        Stmt::Send { f, args: ys, on } => {
            assert_eq!(program.function(f).params, ys.len);
            args(ys);
            address(on);
        }
        Stmt::Read { x, .. } | Stmt::ReadAt { x, .. } | Stmt::Outcome { x } => slot(x),
        Stmt::Promise { x } | Stmt::Now { x } | Stmt::Here { x } => slot(x),
        Stmt::Write { y, .. } | Stmt::Cancel { y } | Stmt::Return { y } | Stmt::Throw { y } => operand(y),
        Stmt::Resolve { y, z } | Stmt::Reject { y, z } | Stmt::Assert { y, m: z } => {
            operand(y);
            operand(z);
        }
        Stmt::Print { args: ys } => args(ys),
        Stmt::Yield | Stmt::AtomicBegin | Stmt::AtomicEnd => {}
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(2_000))]
    #[test]
    fn words_are_exchanged(text in changed()) {
        check(text);
    }
}

proptest! {
    #![proptest_config(cases(500))]
    #[test]
    fn words_are_lost(text in torn()) {
        check(text);
    }
}

#[test]
fn the_programs_as_they_are() {
    for program in PROGRAMS.iter() {
        check(program.concat());
    }
}
