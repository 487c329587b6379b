//! Text to tree.

use logos::Logos;

use super::ast::Program;
use super::token::Token;
use crate::base::{Source, Span};
use crate::diagnostic::{Code, Diagnostic};

lalrpop_util::lalrpop_mod!(
    #[expect(clippy::unwrap_used, reason = "the file is generated")]
    surface
);

/// Reads a program.
pub fn parse(source: &Source) -> (Option<Program<'_>>, Vec<Diagnostic>) {
    let text = source.text();
    let tokens = Token::lexer(text)
        .spanned()
        .map(|(token, span)| Ok((span.start as u32, token.unwrap_or(Token::Unknown), span.end as u32)));
    match surface::ProgramParser::new().parse(text, tokens) {
        Ok(program) => (Some(program), vec![]),
        Err(error) => {
            use lalrpop_util::ParseError;
            let span = match error {
                ParseError::UnrecognizedToken { token, .. } | ParseError::ExtraToken { token } => {
                    Span { start: token.0, end: token.2 }
                }
                _ => Span::new(text.len(), text.len()),
            };
            (None, vec![Diagnostic::error(Code::Syntax, span, "this is not a program", "not expected here")])
        }
    }
}
