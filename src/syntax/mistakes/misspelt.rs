//! A word that is nearly one of the language, where reading would go on if it were.

use logos::Logos;

use super::{Finding, Repair, Site};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::parser::read;
use crate::syntax::token::Token;

/// Shorter words are near to too many names.
const SHORTEST: usize = 3;

/// So many of the nearest words are tried.
const TRIES: usize = 3;

/// The word that does not fit, or the one before it.
pub fn find(site: &Site) -> Option<Finding> {
    let before = if site.on_new_line() { None } else { word(site, 1) };
    before.or_else(|| word(site, 0))
}

/// The word so far before the place of the mistake.
fn word(site: &Site, back: usize) -> Option<Finding> {
    let at = site.at.checked_sub(back)?;
    let lexeme = site.work.get(at).filter(|lexeme| lexeme.token == Token::Name)?;
    let word = site.words(lexeme.span);
    let goes_on = |token: Token| {
        let mut work = site.work.to_vec();
        work[at].token = token;
        read(site.text, &work).map_or_else(|stop| stop.at > site.at, |_| true)
    };
    let (meant, token) = nearest(word).into_iter().find(|(_, token)| goes_on(*token))?;
    let message = format!("`{word}` is no word of the language");
    let diagnostic = Diagnostic::error(Code::Syntax, lexeme.span, message, "not known here");
    let repair = Repair::Edit { before: back, from_here: 1 - back, tokens: vec![token] };
    Some(Finding { diagnostic: diagnostic.help(format!("did you mean `{meant}`?")), repair })
}

/// The reserved words that a word was probably meant to be, the nearest first.
fn nearest(word: &str) -> Vec<(&'static str, Token)> {
    let most = if word.len() <= 4 { 1 } else { 2 };
    let reserved = Token::RESERVED.iter().filter(|known| known.len() >= SHORTEST);
    let mut near: Vec<(usize, &'static str)> =
        reserved.map(|known| (strsim::osa_distance(known, word), *known)).filter(|(far, _)| *far <= most).collect();
    near.sort_unstable();
    let token = |known: &'static str| Some((known, Token::lexer(known).next()?.ok()?));
    near.into_iter().take(TRIES).filter_map(|(_, known)| token(known)).collect()
}
