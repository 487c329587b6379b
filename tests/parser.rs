//! The parser: the trees it makes, as text; what it survives; and what it recovers.

mod tree;

use lacuna::base::Source;
use lacuna::diagnostic::{Code, Diagnostic, Style, render};
use lacuna::syntax::ast::ItemKind;
use lacuna::syntax::parse;
use proptest::prelude::*;

/// The messages about a text, drawn.
fn complaints(text: &str) -> String {
    let source = Source::new("test.lac", text);
    let (_, found) = parse(&source);
    render(&found, &source, Style::PLAIN)
}

/// The lines and codes of what is wrong with a text.
fn errors(text: &str) -> Vec<(usize, &'static str)> {
    let source = Source::new("test.lac", text);
    let (_, found) = parse(&source);
    found.iter().map(|one| (source.place(one.span().start).line, one.code.name())).collect()
}

/// The tree of one expression.
fn expression(text: &str) -> String {
    let source = Source::new("test.lac", format!("const it: int = {text};"));
    let (program, found) = parse(&source);
    assert!(found.is_empty(), "{}", render(&found, &source, Style::PLAIN));
    match &program.expect("a tree").items[0].kind {
        ItemKind::Const { value, .. } => tree::expr(value),
        _ => panic!("a constant was written"),
    }
}

/// The trees of the statements in a function.
fn statements(text: &str) -> String {
    let source = Source::new("test.lac", format!("fn it() {{ {text} }}"));
    let (program, found) = parse(&source);
    assert!(found.is_empty(), "{}", render(&found, &source, Style::PLAIN));
    match &program.expect("a tree").items[0].kind {
        ItemKind::Fn(function) => tree::block(&function.body),
        _ => panic!("a function was written"),
    }
}

#[test]
fn operators_bind_as_everywhere_and_to_the_left() {
    assert_eq!(expression("1 + 2 * 3 - 4"), "(- (+ 1 (* 2 3)) 4)");
    assert_eq!(expression("a || b && c == d + 1 || e"), "(|| (|| a (&& b (== c (+ d 1)))) e)");
    assert_eq!(expression("!a && -b % 2 < c"), "(&& (! a) (< (% (- b) 2) c))");
    assert_eq!(expression("(1 + 2) * 3"), "(* (+ 1 2) 3)");
    assert_eq!(expression("a - -1"), "(- a (- 1))");
    assert_eq!(expression("a--1"), "(- a (- 1))");
}

#[test]
fn postfix_binds_closer_than_await_and_await_closer_than_operators() {
    assert_eq!(expression("await f(1)[0].x + 1"), "(+ (await (.x ([] (f 1) 0))) 1)");
    assert_eq!(expression("await await f()"), "(await (await (f)))");
    assert_eq!(expression("await all([f()]) + await any(xs)"), "(+ (await-all (list (f))) (await-any xs))");
    assert_eq!(expression("-await f()"), "(- (await (f)))");
}

#[test]
fn a_spawn_says_where() {
    assert_eq!(expression("spawn local f(1, 2,)"), "(spawn-local (f 1 2))");
    assert_eq!(expression("await spawn dist f() on w1 + 1"), "(+ (await (spawn-dist (f) w1)) 1)");
    assert_eq!(expression("spawn dist f() on any [a, b] prefer b"), "(spawn-dist (f) any (list a b) prefer b)");
    assert_eq!(expression("spawn dist f() on choose {a, b}"), "(spawn-dist (f) (choose a b))");
    assert_eq!(statements("send f() on any g;"), "{(send (f) any g)}");
}

#[test]
fn every_primary_has_its_form() {
    assert_eq!(expression("[(), none, some(1), true, \"a\\u{e9}\\n\",]"), "(list () none (some 1) true \"aé\\n\")");
    assert_eq!(expression("{} == {1: 2, 3: 4,}"), "(== (map) (map 1:2 3:4))");
    assert_eq!(expression("S(x: 1, node: 2,)"), "(S x:1 node:2)");
    assert_eq!(expression("S()"), "(S)");
    assert_eq!(expression("promise()"), "(promise)");
    assert_eq!(expression("Msg.Stop"), "(.Stop Msg)");
    assert_eq!(expression("Msg.any(1)"), "(.any Msg 1)");
    assert_eq!(expression("choose (0 .. n + 1)"), "(choose 0..(+ n 1))");
    assert_eq!(expression("choose {}"), "(choose)");
    assert_eq!(expression("hits@w1 + 1_000"), "(+ hits@w1 1000)");
    assert_eq!(expression("-9223372036854775808"), "(- 9223372036854775808)");
    assert_eq!(expression("- 9_223_372_036_854_775_808"), "(- 9223372036854775808)");
}

#[test]
fn a_map_may_follow_in_a_head_but_not_start_it() {
    assert_eq!(statements("if m == {} { f(); }"), "{(if (== m (map)) {(f)})}");
    assert_eq!(statements("while ({}) == m { }"), "{(while (== (map) m) {})}");
    assert_eq!(statements("for x in f({1: 2}) { }"), "{(for x (f (map 1:2)) {})}");
    assert_eq!(statements("m = {}; return {};"), "{(= m (map)) (return (map))}");
    assert_eq!(errors("fn f() {\n{} == m;\n}"), [(2, "lacuna::syntax")]);
    assert_eq!(errors("fn f() {\nmatch {} { }\n}"), [(2, "lacuna::syntax")]);
    assert_eq!(errors("fn f() {\nfor x in {} { }\n}"), [(2, "lacuna::syntax")]);
}

#[test]
fn statements_have_their_form() {
    assert_eq!(statements("let _ = 1; let mut x: list<map<int, node>> = [];"), "{(let _ 1) (let mut x (list))}");
    assert_eq!(statements("x = 1; x[0].y = z == 2;"), "{(= x 1) (= (.y ([] x 0)) (== z 2))}");
    assert_eq!(
        statements("if a { } else if b { } else if c { return; } else { break; }"),
        "{(if a {} b {} c {(return)} else {(break)})}"
    );
    assert_eq!(statements("for i in 0..n { continue; } for _ in xs { }"), "{(for i 0..n {(continue)}) (for _ xs {})}");
    assert_eq!(
        statements(
            "match m { _ => { } -1 => { } \"a\" => { } () => { } M.in(x, _,) => { } M.B => { } \
             some(x) => { } none => { } true => { } }"
        ),
        "{(match m _ {} -1 {} \"a\" {} () {} M.in(x _) {} M.B {} some(x) {} none {} true {})}"
    );
    assert_eq!(statements("try { throw \"e\"; } catch _ { }"), "{(try {(throw \"e\")} _ {})}");
    assert_eq!(statements("scope { atomic { f(); } }"), "{(scope {(atomic {(f)})})}");
    assert_eq!(statements("assert a; assert b, \"why\";"), "{(assert a) (assert b \"why\")}");
    assert_eq!(statements("let x: list<int>=[];"), "{(let x (list))}");
}

#[test]
fn spans_cover_what_they_should() {
    let text = "const it: int = (a + b) * await f(x)[0];";
    let source = Source::new("test.lac", text);
    let (program, _) = parse(&source);
    let program = program.expect("a tree");
    let ItemKind::Const { value, name, .. } = &program.items[0].kind else { panic!("a constant was written") };
    assert_eq!(source.slice(name.span), "it");
    let found: Vec<&str> = tree::spans(value).into_iter().map(|span| source.slice(span)).collect();
    assert_eq!(found, ["(a + b) * await f(x)[0]", "a + b", "a", "b", "await f(x)[0]", "f(x)[0]", "f(x)", "x", "0"]);
}

#[test]
fn what_could_be_read_is_in_the_tree() {
    let text = include_str!("syntax/eight_faults.lac");
    let source = Source::new("eight_faults.lac", text);
    let (program, found) = parse(&source);
    assert!(found.len() >= 8, "{}", complaints(text));
    let names = tree::item_names(&program.expect("a tree"));
    assert_eq!(names, ["Point", "Answer", "client", "hits", "add", "main", "untouched"]);
}

#[test]
fn one_missing_token_is_one_error() {
    let text = include_str!("syntax/whole.txt");
    let source = Source::new("whole.lac", text);
    assert_eq!(complaints(text), "");
    let mut failures = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, c)| ";(){}[],".contains(*c)) {
        let mut without = text.to_owned();
        without.remove(at);
        let found = errors(&without);
        let place = source.place(at as u32);
        // Without a closing `}` of an inner block, a word later may be out of place, too.
        let most = if "{}".contains(sign) { 2 } else { 1 };
        if found.len() > most {
            failures.push(format!("without `{sign}` at {}:{}:\n{}", place.line, place.column, complaints(&without)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.concat());
}

#[test]
fn an_empty_text_is_an_empty_program() {
    for text in ["", "\n", "// nothing", "\u{feff}"] {
        assert_eq!(errors(text), []);
    }
}

/// A function whose body is `text`, on a line of its own.
fn in_function(text: &str) -> String {
    format!("fn f() {{\n{text}\n}}")
}

/// `count` times `open`, then `middle`, then `count` times `close`.
fn nested(open: &str, middle: &str, close: &str, count: usize) -> String {
    format!("{}{middle}{}", open.repeat(count), close.repeat(count))
}

#[test]
fn a_thousand_levels_are_read_and_more_are_one_error() {
    let kinds: [(&str, &str, &str, &str, &str); 13] = [
        ("return ", "(", "1", ")", ";"),
        ("return ", "[", "1", "]", ";"),
        ("return ", "f(", "1", ")", ";"),
        ("return ", "f(a + b, a * ", "1", ")", ";"),
        ("return ", "-", "1", "", ";"),
        ("return ", "!", "a", "", ";"),
        ("return ", "await ", "a", "", ";"),
        ("return 1", "", "", " + 1", ";"),
        ("return a", "", "", ".b", ";"),
        ("return a", "", "", "[0]", ";"),
        ("", "if a == b && c { ", "", "}", ""),
        ("if a { }", "", "", " else if b { }", ""),
        ("let x: ", "list<", "int", ">", " = [];"),
    ];
    // The stack of a test has 2 MiB: trees of the greatest depth are made and dropped on it.
    for (before, open, middle, close, after) in kinds {
        let text = |count| in_function(&format!("{before}{}{after}", nested(open, middle, close, count)));
        let shape = format!("{before}{open}{middle}{close}{after}");
        assert_eq!(errors(&text(480)), [], "480 times {shape}");
        assert_eq!(errors(&text(100_000)), [(2, "lacuna::depth")], "100,000 times {shape}");
    }
    assert_eq!(errors(&in_function(&format!("return {};", nested("(", "1", ")", 990)))), []);
}

#[test]
fn brackets_without_end_are_one_error() {
    for open in ["(", "[", "{", "f(", "if a {", "f[", "{a:"] {
        assert_eq!(errors(&in_function(&open.repeat(100_000))), [(2, "lacuna::depth")], "100,000 times {open}");
    }
}

#[test]
fn what_is_long_is_not_deep() {
    let list = format!("let x = [{}];", "-1, [f(2 * 3)], ".repeat(2_000));
    let statements = "if a == b { x = x + 1; } else { f(-1)[0].x; }\n".repeat(2_000);
    assert_eq!(errors(&in_function(&format!("{list}{statements}"))), []);
}

#[test]
fn forgotten_semicolons_are_not_depth() {
    let found = errors(&in_function(&"x = 1\n".repeat(1_100)));
    assert!(found.iter().all(|(_, code)| *code == "lacuna::syntax"));
    assert!(found.len() > 500, "{}", found.len());
}

/// Every label lies in the text, on boundaries of characters, and drawing it works.
fn is_sound(text: &str) -> Result<(), TestCaseError> {
    let source = Source::new("test.lac", text);
    let (program, found) = parse(&source);
    for label in found.iter().flat_map(|one| &one.labels) {
        prop_assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{}", label.text);
    }
    render(&found, &source, Style::PLAIN);
    prop_assert!(found.is_sorted_by_key(Diagnostic::span));
    prop_assert!(program.is_some() || found.iter().any(|one| one.code == Code::Depth));
    Ok(())
}

/// Pieces of programs, from which soups are made.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ":",
    ".",
    "..",
    "=",
    "==",
    "<",
    ">",
    ">=",
    "->",
    "=>",
    "+",
    "-",
    "!",
    "&&",
    "&",
    "|",
    "@",
    "_",
    "a",
    "B",
    "1",
    "9223372036854775808",
    "0x1",
    "\"s\"",
    "\"open",
    "'c'",
    "// c\n",
    "/*",
    "\n",
    "é",
    "?",
    "node",
    "group",
    "durable",
    "var",
    "const",
    "struct",
    "enum",
    "async",
    "fn",
    "invariant",
    "finally",
    "int",
    "list",
    "map",
    "promise",
    "let",
    "mut",
    "if",
    "else",
    "while",
    "for",
    "in",
    "match",
    "try",
    "catch",
    "scope",
    "atomic",
    "return",
    "throw",
    "break",
    "assert",
    "send",
    "on",
    "any",
    "all",
    "prefer",
    "await",
    "spawn",
    "local",
    "dist",
    "choose",
    "some",
    "none",
    "true",
    "fn f() {",
    "async fn main() -> int {",
    "let x = 1;",
    "if a {",
    "} else {",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        is_sound(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_soup_of_tokens_is_survived(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..120)) {
        is_sound(&pieces.join(" "))?;
    }

    #[test]
    fn a_program_with_a_piece_put_in_is_survived(at in 0usize..2_000, piece in prop::sample::select(PIECES)) {
        let text = include_str!("syntax/whole.txt");
        let (before, after) = text.split_at(text.floor_char_boundary(at.min(text.len())));
        is_sound(&format!("{before} {piece} {after}"))?;
    }
}
