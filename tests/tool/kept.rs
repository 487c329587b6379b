//! What `lacuna fmt` keeps of a program, whichever it is.

use lacuna::base::Source;
use lacuna::syntax::token::Token;
use lacuna::syntax::{format, parse};
use logos::Logos;

/// What `lacuna fmt` makes of a text that can be read.
pub fn formatted(text: &str) -> String {
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
pub fn assert_keeps(name: &str, text: &str) {
    let once = formatted(text);
    assert_eq!(tree(text), tree(&once), "{name}: the tree of\n{text}\nand of\n{once}");
    assert_eq!(comments(text), comments(&once), "{name}: the comments of\n{text}\nand of\n{once}");
    let twice = formatted(&once);
    assert_eq!(once, twice, "{name}: formatted once and twice");
    let bad = once.lines().find(|line| line.ends_with(' ') || line.contains('\t') && !line.contains('"'));
    assert!(!once.contains("\n\n\n") && bad.is_none(), "{name}: {bad:?} in\n{once}");
}

/// The text with other spaces between its words, and comments.
pub fn scrambled(text: &str, seed: u64) -> String {
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
