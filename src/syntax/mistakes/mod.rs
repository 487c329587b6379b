//! What a user most likely meant where the grammar stopped: the words for it, and the repair with which reading can
//! go on. Known mistakes come first, the most telling ones before the others; what none of them recognises is said in
//! terms of what the grammar expected.

mod habits;
mod missing;
mod misspelt;
mod shape;

use super::expected::Expected;
use super::foreign;
use super::lexer::Lexeme;
use super::structure;
use super::token::Token;
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};

/// Where the grammar stopped, and what is around.
pub struct Site<'a> {
    /// The source text.
    pub text: &'a str,
    /// The lexemes that are being read.
    pub work: &'a [Lexeme],
    /// The index of the lexeme that does not fit, or their number.
    pub at: usize,
    /// What follows the lexemes in the text, if it is not the end.
    pub behind: Option<Lexeme>,
    /// What would have fit.
    pub expected: &'a Expected,
}

/// How reading can go on.
pub enum Repair {
    /// With this token instead.
    Replace(Token),
    /// With these tokens in the place of so many lexemes before it and so many from it on.
    Edit { before: usize, from_here: usize, tokens: Vec<Token> },
    /// Without the statement around it.
    SkipStatement,
}

impl Repair {
    /// With these tokens before the one that does not fit.
    fn insert(tokens: Vec<Token>) -> Self {
        Repair::Edit { before: 0, from_here: 0, tokens }
    }

    /// Without so many lexemes before the one that does not fit, and so many from it on.
    fn delete(before: usize, from_here: usize) -> Self {
        Repair::Edit { before, from_here, tokens: vec![] }
    }
}

/// What is wrong, and how to go on.
pub struct Finding {
    /// For the user.
    pub diagnostic: Diagnostic,
    /// For the parser.
    pub repair: Repair,
}

impl Site<'_> {
    /// The token that does not fit; `None` at the end.
    fn here(&self) -> Option<Token> {
        self.work.get(self.at).map(|lexeme| lexeme.token)
    }

    /// The lexeme `distance` before the one that does not fit.
    fn lexeme_before(&self, distance: usize) -> Option<&Lexeme> {
        self.at.checked_sub(distance).and_then(|index| self.work.get(index))
    }

    fn before(&self, distance: usize) -> Option<Token> {
        self.lexeme_before(distance).map(|lexeme| lexeme.token)
    }

    fn after(&self, distance: usize) -> Option<Token> {
        self.work.get(self.at + distance).map(|lexeme| lexeme.token)
    }

    /// The place of the mistake: the token that does not fit, or behind the last one.
    fn span(&self) -> Span {
        match self.work.get(self.at).or(self.behind.as_ref()) {
            Some(lexeme) => lexeme.span,
            None => self.gap(),
        }
    }

    /// The empty place behind the lexeme before the mistake.
    fn gap(&self) -> Span {
        let end = self.lexeme_before(1).map_or(0, |lexeme| lexeme.span.end);
        Span { start: end, end }
    }

    fn words(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The characters of the token that does not fit.
    fn word_here(&self) -> &str {
        self.work.get(self.at).map_or("", |lexeme| self.words(lexeme.span))
    }

    /// The characters of the token before it.
    fn word_before(&self) -> &str {
        self.lexeme_before(1).map_or("", |lexeme| self.words(lexeme.span))
    }

    /// Whether the token that does not fit is the first on its line.
    fn on_new_line(&self) -> bool {
        structure::on_new_line(self.text, self.work, self.at)
    }

    /// Whether the token that does not fit touches the one before it.
    fn touches(&self) -> bool {
        self.lexeme_before(1).is_some_and(|before| before.span.end == self.span().start)
    }

    /// The token that does not fit, in words.
    fn found(&self) -> String {
        match self.work.get(self.at).or(self.behind.as_ref()) {
            None => "the end of the file".to_owned(),
            Some(lexeme) if lexeme.token == Token::Name || lexeme.token == Token::Int => {
                format!("`{}`", self.words(lexeme.span))
            }
            Some(lexeme) => lexeme.token.describe(),
        }
    }

    /// Whether a finding is about something that does not belong outside of functions, and has no more to say.
    pub fn strays(&self, finding: &Finding) -> bool {
        let skips = matches!(finding.repair, Repair::SkipStatement) || self.here() == Some(Token::RBrace);
        self.expected.item() && skips && foreign::instead_of(self.word_here()).is_none()
    }

    fn error(&self, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::error(Code::Syntax, self.span(), message, label)
    }

    /// A finding at the token that does not fit.
    fn finding(&self, message: impl Into<String>, label: impl Into<String>, help: &str, repair: Repair) -> Finding {
        Finding { diagnostic: self.error(message, label).help(help), repair }
    }
}

/// What is wrong at a place where the grammar stopped.
pub fn find(site: &Site) -> Finding {
    let known: [fn(&Site) -> Option<Finding>; 4] = [habits::find, shape::find, missing::find, misspelt::find];
    known.iter().find_map(|find| find(site)).unwrap_or_else(|| general(site))
}

/// The message without a guess: what was expected, and what is there.
fn general(site: &Site) -> Finding {
    let expected = site.expected.describe();
    let found = site.found();
    let mut diagnostic = site.error(format!("expected {expected}, found {found}"), "not expected here");
    let word = if site.here() == Some(Token::Name) { site.word_here() } else { "" };
    let before = if site.before(1) == Some(Token::Name) && !site.on_new_line() { site.word_before() } else { "" };
    if let Some(help) = foreign::instead_of(word).or_else(|| foreign::instead_of(before)) {
        diagnostic = diagnostic.help(help);
    } else if site.expected.item() {
        let help = "outside of functions stand `fn`, `async fn`, `node`, `group`, `var`, `durable var`, `const`, \
                    `struct`, `enum`, `invariant`, `finally` and `eventually`";
        diagnostic = diagnostic.help(help);
    }
    Finding { diagnostic, repair: filler(site) }
}

/// The sign that alone is expected, if it is one.
fn only_sign(expected: &Expected) -> Option<Token> {
    let signs = [Token::LParen, Token::RParen, Token::LBracket, Token::RBracket, Token::LBrace, Token::RBrace];
    let more =
        [Token::Comma, Token::Colon, Token::Assign, Token::FatArrow, Token::Semi, Token::Lt, Token::Gt, Token::Dot];
    signs.into_iter().chain(more).find(|sign| sign.spelling().is_some_and(|spelling| expected.only(spelling)))
}

/// Something to stand in for a missing part where what follows shows that only this part is missing.
fn filler(site: &Site) -> Repair {
    let ends = matches!(
        site.here(),
        Some(Token::RParen | Token::RBracket | Token::Semi | Token::Comma | Token::Assign | Token::Colon)
    );
    if let Some(only) = only_sign(site.expected) {
        Repair::insert(vec![only])
    } else if ends && (site.expected.expression() || site.expected.bare_name()) {
        Repair::insert(vec![Token::Name])
    } else if (ends || site.here() == Some(Token::Gt)) && site.expected.type_name() {
        Repair::insert(vec![Token::IntType])
    } else {
        Repair::SkipStatement
    }
}
