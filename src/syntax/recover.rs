//! Going on after an error. The grammar stops at the first one and is exact about it; here the mistake is mended in
//! the lexemes (a `;` put in, a word replaced, a statement left out) and the declaration is read again, until it
//! passes. Declarations are read one by one, so a mistake in one never spoils the next.
//!
//! The tree that comes out follows the grammar, as any other; it lacks what could not be read.

use super::ast::Program;
use super::depth;
use super::lexer::{Lexed, Lexeme};
use super::mistakes::{self, Repair, Site};
use super::parser::{Stop, read};
use super::structure::{item_starts, statement_around};
use super::token::Token;
use crate::base::Span;
use crate::diagnostic::Diagnostic;

/// How many lexemes may be read again in all, for each lexeme of the text, before recovery in a declaration ends.
const PASSES: usize = 16;

/// How many lexemes may be read again in any case.
const LEAST_BUDGET: usize = 1 << 22;

/// How many repairs may follow each other without getting further.
const PATIENCE: usize = 8;

/// Reads a text whose lexemes do not follow the grammar: what can be read of it, and all that is wrong.
pub fn recover<'s>(text: &'s str, lexed: &Lexed) -> (Program<'s>, Vec<Diagnostic>) {
    let mut recovery = Recovery {
        text,
        lexed,
        program: Program::default(),
        diagnostics: Vec::new(),
        budget: lexed.lexemes.len().saturating_mul(PASSES).max(LEAST_BUDGET),
    };
    let starts = item_starts(text, &lexed.lexemes);
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(lexed.lexemes.len());
        recovery.item(*start, end);
    }
    (recovery.program, recovery.diagnostics)
}

struct Recovery<'s, 'l> {
    text: &'s str,
    lexed: &'l Lexed,
    program: Program<'s>,
    diagnostics: Vec<Diagnostic>,
    budget: usize,
}

impl Recovery<'_, '_> {
    /// Reads the declaration in `start..end` of the lexemes, mending it as often as it takes.
    fn item(&mut self, start: usize, end: usize) {
        let mut work = self.lexed.lexemes[start..end].to_vec();
        let behind = self.lexed.lexemes.get(end).copied();
        let mut furthest = None;
        let mut stuck = 0;
        let mut strayed = false;
        while !work.is_empty() {
            let stop = match read(self.text, &work) {
                Ok(program) => {
                    self.program.items.extend(program.items);
                    return;
                }
                Err(stop) => stop,
            };
            let Stop { at, expected } = stop;
            let here = work.get(at).or(behind.as_ref()).map_or(u32::MAX, |lexeme| lexeme.span.start);
            // What goes wrong where reading has been before is a consequence of the repair.
            let again = furthest.is_some_and(|furthest| here <= furthest);
            stuck = if again { stuck + 1 } else { 0 };
            furthest = furthest.max(Some(here));
            let site = Site { text: self.text, work: &work, at, behind, expected: &expected };
            let finding = mistakes::find(&site);
            // Of statements outside of functions the first says it all, or a `}` that came too early.
            let stray = site.strays(&finding);
            let known = stray && strayed;
            strayed |= stray;
            if !again && !known && !self.is_flawed(&work, at) && !self.repeats(&finding.diagnostic, start) {
                self.diagnostics.push(finding.diagnostic);
            }
            let repair = if stuck < PATIENCE { finding.repair } else { Repair::SkipStatement };
            if !mend(self.text, &mut work, at, repair) {
                return;
            }
            self.budget = self.budget.saturating_sub(work.len());
            if self.budget == 0 || depth::check(&work).is_some() {
                return;
            }
        }
    }

    /// Whether the last complaint said the same about the same statement of the declaration that begins at `start`.
    fn repeats(&self, diagnostic: &Diagnostic, start: usize) -> bool {
        let Some(last) = self.diagnostics.last() else { return false };
        let (from, to) = (last.span().start, diagnostic.span().start);
        let rest = &self.lexed.lexemes[start..];
        let between = &rest[rest.partition_point(|lexeme| lexeme.span.start < from)..];
        let separates = |lexeme: &Lexeme| matches!(lexeme.token, Token::Semi | Token::LBrace | Token::RBrace);
        let same_line = || !self.text.get(from as usize..to as usize).is_some_and(|text| text.contains('\n'));
        last.message == diagnostic.message
            && (rest[0].span.start..to).contains(&from)
            && same_line()
            && !between.iter().take_while(|lexeme| lexeme.span.start < to).any(separates)
    }

    /// Whether the mistake lies at a lexeme that has been complained about already, or right behind one.
    fn is_flawed(&self, work: &[Lexeme], at: usize) -> bool {
        let flawed = |lexeme: &Lexeme| self.lexed.flawed.binary_search(&lexeme.span.start).is_ok();
        work.get(at).is_some_and(flawed) || at.checked_sub(1).and_then(|before| work.get(before)).is_some_and(flawed)
    }
}

/// Applies a repair at the lexeme with index `at`; says whether there is something left to try.
fn mend(text: &str, work: &mut Vec<Lexeme>, at: usize, repair: Repair) -> bool {
    match repair {
        Repair::Replace(token) if at < work.len() => {
            work[at].token = token;
            true
        }
        Repair::Edit { before, from_here, tokens } if at + from_here <= work.len() && before <= at => {
            let start = at - before;
            let place = start.checked_sub(1).and_then(|last| work.get(last)).map_or(0, |last| last.span.end);
            let inserted = tokens.into_iter().map(|token| Lexeme { token, span: Span { start: place, end: place } });
            work.splice(start..at + from_here, inserted);
            true
        }
        _ => match statement_around(text, work, at) {
            Some(range) => {
                work.drain(range);
                true
            }
            None => false,
        },
    }
}
