//! Claims over the elaborator: what is generated as right compiles, what is wrong is refused, nothing makes it panic.

use lacuna::base::{Source, Span};
use lacuna::calculus::term::Property;
use lacuna::calculus::{parse, print};
use lacuna::elaborate::compile;

use crate::generate::{Features, MISTAKES, Mistake, program, program_with};
use crate::harness::{for_all, for_all_tapes};

#[test]
fn well_typed_programs_compile() {
    for features in [Features::ALL, Features::LOCAL, Features::LOCATION, Features::FAILURE] {
        for_all(400, features, |_| {});
    }
}

#[test]
fn a_program_with_a_mistake_is_refused_for_it() {
    let mistake = |seed: u64| -> &'static Mistake { &MISTAKES[seed as usize % MISTAKES.len()] };
    let write = |tape: &[u8], seed| program_with(mistake(seed), Features::ALL, tape.to_vec());
    for_all_tapes(600, write, |tape, seed| {
        let (program, diagnostics) = compile(&Source::new("program.lac", write(&tape, seed)));
        assert!(program.is_none(), "it is not lowered");
        let codes: Vec<&str> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code.short_name()).collect();
        assert!(codes.contains(&mistake(seed).code), "{} is not among {codes:?}", mistake(seed).code);
    });
}

/// The tokens of a program, near enough.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (token, behind) = rest.split_at(if is_word(first) { word } else { first.len_utf8() });
        found.push(token);
        rest = behind;
    }
    found
}

#[test]
fn programs_with_tokens_lost_doubled_or_swapped_are_never_a_panic() {
    let write = |tape: &[u8], seed: u64| {
        let text = program(Features::ALL, tape.to_vec());
        let mut tokens = tokens(&text);
        let (at, other) = (seed as usize % tokens.len(), (seed / 7) as usize % tokens.len());
        match seed % 3 {
            0 => tokens[at] = "",
            1 => tokens.insert(at, tokens[other]),
            _ => tokens.swap(at, other),
        }
        tokens.concat()
    };
    for_all_tapes(1000, write, |tape, seed| {
        let (program, diagnostics) = compile(&Source::new("program.lac", write(&tape, seed)));
        assert_ne!(program.is_some(), diagnostics.iter().any(|d| d.is_error()), "it compiles, or it is told why not");
    });
}

#[test]
fn what_is_elaborated_is_printed_and_read_back_as_the_same() {
    for_all(200, Features::ALL, |generated| {
        let own = &*generated.program;
        let text = print::program(own);
        let read = parse::program(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        assert_eq!(print::program(&read), text);
        assert_eq!(read.functions, own.functions);
        assert_eq!(read.cells, own.cells);
        assert_eq!((&read.nodes, &read.groups, read.main), (&own.nodes, &own.groups, own.main));
        let bare = |property: &Property| Property { span: Span::default(), ..property.clone() };
        assert!(read.properties.iter().map(bare).eq(own.properties.iter().map(bare)));
    });
}
