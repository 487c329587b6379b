//! Text to tree: the lexemes, the limit on nesting, the grammar, and on an error the recovery.

use lalrpop_util::ParseError;

use super::ast::Program;
use super::depth;
use super::expected::Expected;
use super::lexer::{self, Lexeme};
use super::recover;
use crate::base::{Source, Span};
use crate::diagnostic::{Code, Diagnostic};

lalrpop_util::lalrpop_mod!(
    #[expect(clippy::unwrap_used, reason = "the file is generated")]
    surface
);

/// Reads a program. The tree holds what could be read; it is whole when there are no diagnostics, and absent when the
/// text is nested too deep or is longer than 4 GiB. The diagnostics are errors in the order of the text: every
/// mistake is reported, the first one exactly.
pub fn parse(source: &Source) -> (Option<Program<'_>>, Vec<Diagnostic>) {
    let text = source.text();
    if u32::try_from(text.len()).is_err() {
        let error = Diagnostic::error(Code::Syntax, Span::new(0, 0), "this file is longer than 4 GiB", "starts here");
        return (None, vec![error.help("split it: no program of this size was written by hand")]);
    }
    let mut lexed = lexer::lex(text);
    if let Some(too_deep) = depth::check(&lexed.lexemes) {
        return (None, vec![too_deep]);
    }
    let (program, mut diagnostics) = match read(text, &lexed.lexemes) {
        Ok(program) => (program, vec![]),
        Err(_) => recover::recover(text, &lexed),
    };
    diagnostics.append(&mut lexed.diagnostics);
    diagnostics.sort_by_key(Diagnostic::span);
    (Some(program), diagnostics)
}

/// Where the grammar stopped.
pub struct Stop {
    /// The index of the lexeme that does not fit, the number of lexemes where one is missing at the end.
    pub at: usize,
    /// What would have fit.
    pub expected: Expected,
}

/// Reads lexemes that follow the grammar, or says where they cease to.
pub fn read<'s>(text: &'s str, lexemes: &[Lexeme]) -> Result<Program<'s>, Stop> {
    let mut taken = 0;
    let tokens = lexemes.iter().map(|lexeme| {
        taken += 1;
        Ok((lexeme.span.start, lexeme.token, lexeme.span.end))
    });
    surface::ProgramParser::new().parse(text, tokens).map_err(|error| match error {
        ParseError::UnrecognizedToken { expected, .. } => Stop { at: taken - 1, expected: Expected::new(expected) },
        ParseError::UnrecognizedEof { expected, .. } => Stop { at: lexemes.len(), expected: Expected::new(expected) },
        ParseError::ExtraToken { .. } | ParseError::InvalidToken { .. } | ParseError::User { .. } => {
            unreachable!("the program takes all lexemes, and neither the lexer nor an action fails")
        }
    })
}
