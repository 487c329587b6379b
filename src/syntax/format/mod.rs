//! A program in the one way it is laid out. Only the spaces between the words change, and whether a list that stands on
//! several lines ends in a comma: `pieces` reads the words and the comments between them, `line` gathers those that
//! belong on one line, and `layout` breaks the lines that are too long. `docs/formatting.md` has the rules.

mod layout;
mod line;
mod pieces;

use layout::Page;
use line::Gather;
use pieces::{Bracket, Piece, Role, Word};

use super::parser::parse;
use super::token::Token;
use crate::base::Source;
use crate::diagnostic::Diagnostic;

/// The text of the program, formatted. It reads as the same tree, holds the same comments, and is its own format.
///
/// # Errors
/// When the text is no program; the diagnostics are those of [`parse`].
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let (_, diagnostics) = parse(source);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let pieces = pieces::read(source.text());
    let mut writer = Writer { page: Page::new(), line: Gather::default(), level: 0, opened: true };
    for (at, piece) in pieces.iter().enumerate() {
        writer.take(piece, pieces.get(at + 1));
    }
    Ok(writer.page.text())
}

/// The pieces read so far, on lines.
struct Writer<'s> {
    page: Page,
    /// What will stand on the next line.
    line: Gather<'s>,
    /// How many blocks are open.
    level: usize,
    /// Whether a block, or the file, begins here: no blank line follows.
    opened: bool,
}

impl<'s> Writer<'s> {
    fn take(&mut self, piece: &Piece<'s>, next: Option<&Piece<'s>>) {
        let next = match next {
            Some(Piece::Word(word)) => Some(word),
            _ => None,
        };
        match piece {
            Piece::Comment(comment) if self.line.is_empty() => {
                self.page.comment(comment, self.level, !self.opened);
                // A comment that went behind the `{` leaves the block as empty as it was.
                self.opened &= !comment.fresh;
            }
            Piece::Comment(comment) => self.line.comment(comment),
            Piece::Word(word) => match word.role {
                Role::Open(Bracket::Block) => self.open_block(word, next),
                Role::Close(Bracket::Block) => self.close_block(word, next),
                Role::Semi => {
                    self.line.word(word);
                    self.finish();
                }
                _ => {
                    let declared = self.line.word(word);
                    if declared {
                        self.finish();
                    }
                }
            },
        }
    }

    fn open_block(&mut self, word: &Word<'s>, next: Option<&Word<'s>>) {
        if next.is_some_and(|next| next.role == Role::Close(Bracket::Block)) {
            self.line.word(word);
            return;
        }
        let line = self.line.take();
        self.page.line(&line, self.level, !self.opened, true);
        self.level += 1;
        self.opened = true;
    }

    /// The closing brace, on a line of its own where the block is not empty; `else` and `catch` follow on that line.
    fn close_block(&mut self, word: &Word<'s>, next: Option<&Word<'s>>) {
        if self.line.is_empty() {
            self.level = self.level.saturating_sub(1);
            self.opened = true;
        }
        self.line.word(word);
        if !next.is_some_and(|next| matches!(next.token, Token::Else | Token::Catch)) {
            self.finish();
        }
    }

    fn finish(&mut self) {
        let line = self.line.take();
        self.page.line(&line, self.level, !self.opened, false);
        self.opened = false;
    }
}
