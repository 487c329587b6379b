//! The catalogue of diagnostic codes: its programs earn what they should, and the page made of it is current.

use std::path::Path;
use std::{env, fs};

use lacuna::base::Source;
use lacuna::diagnostic::{Code, Diagnostic, Style, docs, json, render};
use lacuna::elaborate::compile;
use lacuna::expect::plan::expectations;

/// The codes that a program and its directives earn.
fn codes(name: &str, text: &str) -> Vec<&'static str> {
    earned(name, text).iter().map(|diagnostic| diagnostic.code.name()).collect()
}

fn earned(name: &str, text: &str) -> Vec<Diagnostic> {
    let (program, mut found) = compile(&Source::new(name, text));
    found.extend(program.and_then(|program| expectations(text, &program).err()).unwrap_or_default());
    found
}

#[test]
fn a_wrong_program_earns_its_code_and_no_other() {
    for code in Code::ALL {
        let mut earned = codes("wrong.lac", code.wrong());
        earned.dedup();
        assert_eq!(earned, [code.name()], "docs/codes/{}.wrong.lac", code.short_name());
    }
}

#[test]
fn a_right_program_earns_nothing() {
    for code in Code::ALL {
        let earned = codes("right.lac", code.right());
        assert!(earned.is_empty(), "docs/codes/{}.right.lac earns {}", code.short_name(), earned.join(", "));
    }
}

#[test]
fn every_program_of_the_catalogue_belongs_to_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes");
    let files = fs::read_dir(folder).expect("the programs of the catalogue").count();
    assert_eq!(files, 2 * Code::ALL.len());
}

#[test]
fn a_code_is_found_by_both_its_names() {
    for code in Code::ALL {
        assert_eq!(Code::from_name(code.name()), Some(*code));
        assert_eq!(Code::from_name(code.short_name()), Some(*code));
    }
    assert_eq!(Code::from_name("lacuna::lacuna::type"), None);
    assert_eq!(Code::from_name("typo"), None);
}

#[test]
fn the_page_of_codes_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(&page, docs()).expect("docs/ can be written to");
    }
    let written = fs::read_to_string(&page).unwrap_or_default();
    assert!(written == docs(), "docs/diagnostics.md is out of date: run `UPDATE=1 cargo test --test diagnostics`");
}

#[test]
fn a_warning_of_the_catalogue_is_a_warning_and_an_error_an_error() {
    for code in Code::ALL {
        let found = earned("wrong.lac", code.wrong());
        assert!(found.iter().all(|one| one.is_error() != code.is_warning()), "{}", code.name());
    }
}

#[test]
fn a_misspelt_word_is_understood_and_the_rest_is_read() {
    let programs = [
        ("async fn main() {\n    lett x = 1;\n    print(x);\n}\n", "let"),
        ("async fn main() -> int {\n    retrun 1;\n}\n", "return"),
        ("async fn main() {\n    whle true { break; }\n}\n", "while"),
        ("async fn f() {}\nasync fn main() {\n    await spwan local f();\n}\n", "spawn"),
        ("asnc fn main() {\n    print(1);\n}\n", "async"),
        ("var x: int = 0;\nivariant small: x@main < 3;\nasync fn main() {}\n", "invariant"),
    ];
    for (text, meant) in programs {
        let found = compile(&Source::new("test.lac", text)).1;
        let [one] = &found[..] else { panic!("one mistake, not {found:?}:\n{text}") };
        assert_eq!(one.help.as_deref(), Some(&*format!("did you mean `{meant}`?")), "{text}");
    }
}

#[test]
fn a_word_of_another_language_is_understood() {
    let words = [("let a = null; print(a);", "`none`"), ("yield();", "`yield_now();`"), ("let a: f64 = 1;", "`int`")];
    for (statement, instead) in words {
        let source = Source::new("test.lac", format!("async fn main() {{ {statement} }}"));
        let found = compile(&source).1;
        let help = found.iter().find_map(|one| one.help.as_deref()).unwrap_or_default();
        assert!(help.contains(instead), "{statement}\n{}", render(&found, &source, Style::PLAIN));
    }
}

/// Two diagnostics, given in the wrong order: over two lines with letters beyond ASCII, and at the end of the file.
fn sample() -> (Source, Vec<Diagnostic>) {
    let text = "let grüße = “hallo”;\n\tprint(grüße);\n";
    let source = Source::new("sample.lac", text);
    let at = |part: &str| {
        let start = text.find(part).expect("part of the sample");
        lacuna::base::Span::new(start, start + part.len())
    };
    let end = lacuna::base::Span::new(text.len(), text.len());
    let found = vec![
        Diagnostic::warning(Code::Unused, end, "nothing comes after this", "the end"),
        Diagnostic::error(Code::Type, at("hallo"), "this is a greeting", "say it here")
            .label(at("print"), "and print it there")
            .help("be polite"),
    ];
    (source, found)
}

#[test]
fn diagnostics_are_drawn_in_the_order_of_the_text() {
    let (source, found) = sample();
    insta::assert_snapshot!("drawn_plain", render(&found, &source, Style::PLAIN));
    let ascii = Style { unicode: false, width: 40, ..Style::PLAIN };
    insta::assert_snapshot!("drawn_ascii", render(&found, &source, ascii));
}

#[test]
fn colours_are_there_only_where_they_are_wanted() {
    let (source, found) = sample();
    assert!(!render(&found, &source, Style::PLAIN).contains('\u{1b}'));
    assert!(render(&found, &source, Style { colour: true, ..Style::PLAIN }).contains('\u{1b}'));
}

#[test]
fn diagnostics_as_json_count_lines_and_characters_from_one() {
    let (source, found) = sample();
    let expected = serde_json::json!([
        {
            "code": "lacuna::type", "severity": "error", "line": 1, "column": 14, "end_line": 1, "end_column": 19,
            "message": "this is a greeting", "help": "be polite",
        },
        {
            "code": "lacuna::unused", "severity": "warning", "line": 3, "column": 1, "end_line": 3, "end_column": 1,
            "message": "nothing comes after this", "help": null,
        },
    ]);
    assert_eq!(json(&found, &source), expected);
}
