//! The parser of the notation: core programs and configurations. It checks that names are there and that things are
//! complete, not that they make sense: a program that the elaborator would refuse is read all the same.

mod build;
mod config;

use std::borrow::Cow;
use std::fmt;

use lalrpop_util::lalrpop_mod;

use super::config::Config;
use super::token::{Mode, Token, tokens};
use super::{Names, Program};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use build::Builder;

lalrpop_mod!(
    #[expect(clippy::all, clippy::unwrap_used, reason = "generated")]
    grammar,
    "/core.rs"
);

/// Why a text is not in the notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where.
    pub span: Span,
    /// One plain sentence, lower case, no full stop.
    pub message: String,
}

impl ParseError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        ParseError { span, message: message.into() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

impl From<ParseError> for Diagnostic {
    fn from(error: ParseError) -> Self {
        Diagnostic::error(Code::Syntax, error.span, error.message, "here")
            .help("docs/notation.md describes the notation of the calculus")
    }
}

/// A name where it stands.
pub(crate) struct Name<'t> {
    text: Cow<'t, str>,
    span: Span,
}

/// The core program that `text` describes, without source spans.
///
/// # Errors
/// The first thing in `text` that is not in the notation, and the first name that nothing has.
pub fn program(text: &str) -> Result<Program, ParseError> {
    let tokens = tokens(text, Mode::Program)?;
    let mut names = Names::default();
    let mut builder = Builder::new(Cow::Owned(Program::default()), &mut names, Mode::Program);
    builder.announce(&tokens)?;
    let parsed = grammar::ProgramParser::new().parse(&mut builder, tokens.into_iter().map(Ok));
    parsed.map_err(|error| explain(error, text))?;
    Ok(builder.finish())
}

/// The configuration of `program` that `text` describes; its paths are entries of `names`, new ones are added.
///
/// # Errors
/// The first thing in `text` that is not in the notation, and the first name that nothing in `program` has.
pub fn config(text: &str, program: &Program, names: &mut Names) -> Result<Config, ParseError> {
    let tokens = tokens(text, Mode::Config)?;
    let mut builder = Builder::new(Cow::Borrowed(program), names, Mode::Config);
    let parsed = grammar::ConfigParser::new().parse(&mut builder, tokens.into_iter().map(Ok));
    let mut config = parsed.map_err(|error| explain(error, text))?;
    config.sort(names);
    Ok(config)
}

fn explain(error: lalrpop_util::ParseError<usize, Token<'_>, ParseError>, text: &str) -> ParseError {
    use lalrpop_util::ParseError as Parse;
    match error {
        Parse::User { error } => error,
        Parse::InvalidToken { location } => ParseError::new(Span::new(location, location), "nothing fits here"),
        Parse::UnrecognizedEof { location, expected } => {
            ParseError::new(Span::new(location, location), format!("the text ends here{}", wanted(&expected)))
        }
        Parse::UnrecognizedToken { token: (start, _, end), expected } => ParseError::new(
            Span::new(start, end),
            format!("`{}` does not fit here{}", &text[start..end], wanted(&expected)),
        ),
        Parse::ExtraToken { token: (start, _, end) } => {
            ParseError::new(Span::new(start, end), format!("`{}` stands behind the end", &text[start..end]))
        }
    }
}

/// More alternatives than these say nothing to anybody.
const ALTERNATIVES: usize = 8;

fn wanted(expected: &[String]) -> String {
    let words: Vec<&str> = expected.iter().map(|word| word.trim_matches('"')).collect();
    match words.split_last() {
        Some((last, [])) => format!(", only {last}"),
        Some((last, others)) if words.len() <= ALTERNATIVES => format!(", only {} or {last}", others.join(", ")),
        _ => String::new(),
    }
}
