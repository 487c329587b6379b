//! What is not in the notation, and what is said about it.

use lacuna::calculus::{Names, parse};
use lacuna::diagnostic::{Code, Diagnostic};
use proptest::prelude::*;

use crate::{EVERY_STATEMENT, EVERYTHING, THREE_NODES, program};

/// The words that the complaint points at, and the complaint.
fn complaint(text: &str, error: &parse::ParseError) -> String {
    format!("`{}`: {error}", &text[error.span.start as usize..error.span.end as usize])
}

fn in_program(text: &str) -> String {
    complaint(text, &parse::program(text).expect_err("the text is wrong"))
}

fn in_config(text: &str) -> String {
    let program = program(THREE_NODES);
    complaint(text, &parse::config(text, &program, &mut Names::default()).expect_err("the text is wrong"))
}

#[test]
fn complaints_about_programs() {
    let inside = |body: &str| in_program(&format!("node n  struct P {{x}}  enum E {{A, B(1)}}  fn f(x) {{ {body} }}"));
    let said = [
        in_program("node n, n"),
        in_program("group g = [w9]"),
        in_program("fn f() { return 1 } fn f() { return 2 }"),
        in_program("fn f() { return 1 "),
        in_program("fn f() { return 1 } }"),
        in_program("fn f(x, x) { return 1 }"),
        in_program("var v = promise(main)"),
        in_program("var v = Q()"),
        inside("y = 1"),
        inside("x = y"),
        inside("x = V(g)"),
        inside("x = call g(1)"),
        inside("x = neg(1, 2)"),
        inside("x = put(1, 2)"),
        inside("x = map(1)"),
        inside("x = P(y: 1)"),
        inside("x = P(x: 1, y: 2)"),
        inside("x = struct P()"),
        inside("x = E.C"),
        inside("x = E.B"),
        inside("x = enum E.A(x)"),
        inside("x = spawn dist f(1) on any n"),
        inside("goto l"),
        inside("goto l l:"),
        inside("l: l: return 1"),
        inside("x = 9223372036854775808"),
        inside("x = field.65536(x)"),
        inside("x = \"\\q\""),
        inside("x = \"\\u{d800}\""),
        inside("x = \"open"),
        inside("x = $"),
        inside("x = 1 2"),
        inside("x = await all x"),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn complaints_about_configurations() {
    let nodes = "node client up #0\nnode w1 up #0\nnode w2 up #0\n";
    let with = |lines: &str| in_config(&format!("now 0\nnode client up #0\n{lines}\nnode w1 up #0\nnode w2 up #0\n"));
    let after = |lines: &str| in_config(&format!("now 0\n{nodes}{lines}"));
    let said = [
        in_config(""),
        in_config("now 0"),
        in_config("now 0\nnode w1 up #0"),
        in_config("now 0\nnode client up #0\nnode w1 up #0"),
        after("node w1 up #0"),
        after("node w7 up #0"),
        with("  V nothing ↦ 1"),
        with("  V hits ↦ w7"),
        with("  S d(main,0)"),
        with("  S d(main)\n⟨∅, main l0⟩^s"),
        with("  S d(main,0)\n⟨∅, main l99⟩^s"),
        with("  S d(main,0)\n⟨∅, main x⟩^s"),
        with("  S d(main,0)\n⟨∅, sub l0⟩^s"),
        with("  S d(main,0)\n⟨{zz ↦ 1}, main l0⟩^s"),
        with("  S d(main,0)\n⟨∅, main l0⟩^x"),
        with("  S d(main,0)\n⟨∅, main l0⟩^x(main)"),
        with("  S d(main,0)\n⟨∅, main l0⟩^s atomic ∘ ⟨∅, main l0⟩^s atomic"),
        with("  S d(main,-1)\n⟨∅, main l0⟩^s"),
        with("  T other.0 ↦ running ∅ of d(main,0)"),
        with("  T main.4294967296 ↦ running ∅ of d(main,0)"),
        with("  T main.0 ↦ waiting of d(main,0)"),
        with("  K main.0 ↦ {s}"),
        after("D main ↦ ⟨pending, main(), node client, 0, client, ∅⟩"),
        after("D main ↦ ⟨pending, main(), any nobody, 0, ⊥, ∅⟩"),
        after("M ⟨store → client#0, Invoke(main, 0)⟩"),
        after("O client tea"),
        after("U \"one\" \"two\""),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_complaint_is_a_diagnostic() {
    let error = parse::program("node n, n").expect_err("the text is wrong");
    let diagnostic = Diagnostic::from(error.clone());
    assert_eq!((diagnostic.code, diagnostic.span()), (Code::Syntax, error.span));
}

/// A text of the notation with a stretch of it taken out and something else put in.
fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    let pieces: Vec<&str> = text.split_inclusive([' ', '\n', '(', ',']).collect();
    let count = pieces.len();
    let pieces: Vec<String> = pieces.into_iter().map(str::to_owned).collect();
    (0..count, 0..4usize, 0..count, 0..3usize).prop_map(move |(at, gone, from, taken)| {
        let taken: Vec<String> = pieces.iter().skip(from).take(taken).cloned().collect();
        let mut pieces = pieces.clone();
        pieces.splice(at..(at + gone).min(count), taken);
        pieces.concat()
    })
}

/// Whatever the text, there is an answer, and a complaint points into the text.
fn try_both(text: &str) {
    let place = |error: &parse::ParseError| (error.span.start as usize, error.span.end as usize);
    if let Err(error) = parse::program(text) {
        assert!(text.get(place(&error).0..place(&error).1).is_some(), "{error} at {:?}", error.span);
    }
    if let Err(error) = parse::config(text, &program(THREE_NODES), &mut Names::default()) {
        assert!(text.get(place(&error).0..place(&error).1).is_some(), "{error} at {:?}", error.span);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        try_both(&text);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        try_both(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn damaged_programs_never_panic(text in damaged(EVERY_STATEMENT)) {
        try_both(&text);
    }

    #[test]
    fn damaged_configurations_never_panic(text in damaged(EVERYTHING)) {
        try_both(&text);
    }
}
