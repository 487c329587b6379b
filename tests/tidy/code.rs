//! Reading Rust as text, as far as the checks of the house need it.

use std::collections::BTreeSet;

/// The text without its comments and without what stands in its strings; line breaks stay.
pub fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (kept, skipped) = match c {
            '/' if rest.starts_with("//") => ("", rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => ("", rest.find("*/").map_or(rest.len(), |end| end + 2)),
            '"' => ("\"\"", string(rest)),
            'r' if !code.ends_with(is_name) && raw_string(rest).is_some() => ("\"\"", raw_string(rest).unwrap_or(1)),
            '\'' => ("'", character(rest)),
            _ => (&rest[..c.len_utf8()], c.len_utf8()),
        };
        code.push_str(kept);
        code.extend(rest[..skipped].matches('\n').filter(|_| kept != "\n"));
        rest = &rest[skipped..];
    }
    code
}

/// The length of the string that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the raw string that `text` begins with, if it does.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].chars().take_while(|c| *c == '#').count();
    let body = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - body.len();
    Some(body.find(&end).map_or(text.len(), |at| start + at + end.len()))
}

/// The length of the character that `text` begins with, or of the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut inside = text[1..].char_indices();
    match inside.next() {
        Some((_, '\\')) => text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3),
        Some(_) if inside.next().is_some_and(|(_, c)| c == '\'') => {
            1 + text[1..].find('\'').filter(|at| *at > 0).map_or(2, |at| at + 1)
        }
        _ => 1,
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The modules of the crate that code names: `base` of `crate::base::Span`, and both of `crate::{base, syntax::ast}`.
pub fn modules_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0;
                let mut item = String::new();
                for c in group.chars() {
                    match c {
                        '}' if depth == 0 => break,
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => used.extend(first_name(&std::mem::take(&mut item))),
                        _ if depth == 0 => item.push(c),
                        _ => {}
                    }
                }
                used.extend(first_name(&item));
            }
            None => used.extend(first_name(after)),
        }
    }
    used
}

/// The name of a module that a path begins with; macros and types of the root are none.
fn first_name(path: &str) -> Option<String> {
    let name: String = path.trim_start().chars().take_while(|c| is_name(*c)).collect();
    let is_module = name.starts_with(|c: char| c.is_ascii_lowercase());
    is_module.then_some(name)
}

/// Every function of a formatted file with its number of lines: it ends where a brace stands as far in as it does.
pub fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let inside = line.trim_start();
        let indent = &line[..line.len() - inside.len()];
        let Some(name) = function_name(inside) else { continue };
        let end = lines[start..].iter().position(|line| line.strip_prefix(indent) == Some("}"));
        let one_line = inside.ends_with('}') || inside.ends_with(';');
        let length = if one_line { 1 } else { end.map_or(1, |end| end + 1) };
        found.push((name.to_owned(), length));
    }
    found
}

/// The name of the function that a line begins, if it begins one.
fn function_name(line: &str) -> Option<&str> {
    let mut words = line;
    loop {
        if let Some(rest) = words.strip_prefix("fn ") {
            return rest.split(|c| !is_name(c)).next().filter(|name| !name.is_empty());
        }
        let (word, rest) = words.split_once(' ')?;
        if !(word.starts_with("pub") || ["const", "async", "unsafe", "extern"].contains(&word)) {
            return None;
        }
        words = rest;
    }
}

mod bites {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        let text =
            "let a = \"x // y\"; // b\nlet c = '\"'; /* d\n */ let e: &'static str = r#\"f \" g\"#; let h = '\\'';\n";
        assert_eq!(code_of(text), "let a = \"\"; \nlet c = '; \n let e: &'static str = \"\"; let h = ';\n");
    }

    #[test]
    fn a_group_of_imports_names_several_modules() {
        let used = modules_used("use crate::{base::{Span, Source}, syntax};\nuse crate::calculus::Path; crate::Root");
        assert_eq!(used.into_iter().collect::<Vec<_>>(), ["base", "calculus", "syntax"]);
    }

    #[test]
    fn functions_end_where_their_brace_is() {
        let text =
            "fn a() {}\n\npub(super) const fn b(\n    x: u8,\n) {\n    if x {\n    }\n}\ntrait T {\n    fn c();\n}\n";
        let found = functions(text);
        assert_eq!(found, [("a".to_owned(), 1), ("b".to_owned(), 6), ("c".to_owned(), 1)]);
    }
}
