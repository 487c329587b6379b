//! The outline of a text as its brackets, semicolons and words give it, whether or not it follows the grammar: where
//! declarations and statements start, and which brackets are open. Recovery stands on it.

use std::ops::Range;

use super::lexer::Lexeme;
use super::token::Token;

/// Whether a line break lies before the lexeme with index `at`.
pub fn on_new_line(text: &str, work: &[Lexeme], at: usize) -> bool {
    let Some(here) = work.get(at) else { return true };
    let Some(before) = at.checked_sub(1).and_then(|before| work.get(before)) else { return true };
    text.get(before.span.end as usize..here.span.start as usize).is_some_and(|gap| gap.contains('\n'))
}

/// Where the declarations start, the first lexeme included. A word that can only begin a declaration begins one at
/// the start of a line even where a bracket is still open: then the bracket is the mistake.
pub fn item_starts(text: &str, lexemes: &[Lexeme]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut open: Vec<Token> = Vec::new();
    for (index, lexeme) in lexemes.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| lexemes[before].token);
        let second = before == Some(Token::Async) || before == Some(Token::Durable);
        if lexeme.token.starts_item() && !second {
            let first_on_line = lexeme.span.start == 0 || text.as_bytes()[lexeme.span.start as usize - 1] == b'\n';
            let complete = open.is_empty() && matches!(before, Some(Token::Semi | Token::RBrace));
            if index > 0 && (complete || first_on_line) {
                starts.push(index);
                open.clear();
            }
        }
        match lexeme.token {
            Token::LParen | Token::LBracket | Token::LBrace => open.push(lexeme.token),
            Token::RBrace => {
                let brace = open.iter().rposition(|token| *token == Token::LBrace);
                open.truncate(brace.unwrap_or(0));
            }
            Token::RParen if open.last() == Some(&Token::LParen) => open.truncate(open.len() - 1),
            Token::RBracket if open.last() == Some(&Token::LBracket) => open.truncate(open.len() - 1),
            _ => {}
        }
    }
    starts
}

/// The statement (or the arm of a match) around the lexeme with index `at`, as a range of indices that takes at least
/// one lexeme. Outside of blocks it is all that is left of the declaration; `None` where nothing is left.
pub fn statement_around(text: &str, work: &[Lexeme], at: usize) -> Option<Range<usize>> {
    let opened = open_brackets(work, at);
    let block = opened.iter().rposition(|open| open.token == Token::LBrace && open.is_block);
    let Some(block) = block else { return outside_blocks(work, at) };
    let start = opened[block].statement;
    let mut depth = opened.len() - block - 1;
    let mut braces = vec![];
    for index in at..work.len() {
        let token = work[index].token;
        let next = work.get(index + 1).map(|next| next.token);
        let restarts = token.starts_statement() && on_new_line(text, work, index) && braces.is_empty();
        if index > at && index > start && restarts {
            return Some(start..index);
        }
        match token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
            Token::LBrace => {
                let is_block = index.checked_sub(1).is_some_and(|before| work[before].token.precedes_block());
                braces.push((depth, is_block));
                depth = 0;
            }
            Token::RBrace => match braces.pop() {
                // The end of the block that the statement is in: it stays, unless the statement is nothing else.
                None if index > start => return Some(start..index),
                None => return Some(start..index + 1),
                Some((outer, was_block)) => {
                    depth = outer;
                    let goes_on = !was_block || matches!(next, Some(Token::Else | Token::Catch));
                    if braces.is_empty() && depth == 0 && !goes_on && next != Some(Token::Semi) {
                        return Some(start..index + 1);
                    }
                }
            },
            Token::Semi if depth == 0 && braces.is_empty() && next != Some(Token::Else) => {
                return Some(start..index + 1);
            }
            _ => {}
        }
    }
    (start < work.len()).then_some(start..work.len())
}

/// Outside of blocks: from the end of the declaration before to the next `;` or `}`.
fn outside_blocks(work: &[Lexeme], at: usize) -> Option<Range<usize>> {
    let mut brackets = 0usize;
    let mut start = 0;
    for (index, lexeme) in work.iter().enumerate() {
        let ends = match lexeme.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                brackets += 1;
                false
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                brackets = brackets.saturating_sub(1);
                brackets == 0 && lexeme.token == Token::RBrace
            }
            Token::Semi => brackets == 0,
            _ => false,
        };
        if ends && index >= at {
            return Some(start..index + 1);
        }
        if ends {
            start = index + 1;
        }
    }
    (start < work.len()).then_some(start..work.len())
}

/// A bracket that is open.
pub struct Open {
    /// Which.
    pub token: Token,
    /// Its index among the lexemes.
    pub index: usize,
    /// Whether it is a brace that holds statements, arms, fields or variants, and not a map.
    is_block: bool,
    /// Where the statement starts that is being read inside, if it is a block.
    statement: usize,
}

/// The brackets that are open before the lexeme with index `at`.
pub fn open_brackets(work: &[Lexeme], at: usize) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    for index in 0..at.min(work.len()) {
        let token = work[index].token;
        let after_operand = index.checked_sub(1).is_some_and(|before| work[before].token.precedes_block());
        let next = work.get(index + 1).map(|next| next.token);
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                let type_end = index > 0 && work[index - 1].token == Token::Gt && open.is_empty();
                let is_block = token == Token::LBrace && (after_operand || type_end);
                open.push(Open { token, index, is_block, statement: index + 1 });
            }
            Token::RParen | Token::RBracket if open.last().is_some_and(|last| last.token != Token::LBrace) => {
                open.pop();
            }
            Token::RBrace => {
                let brace = open.iter().rposition(|one| one.token == Token::LBrace);
                let was_block = brace.is_some_and(|brace| open[brace].is_block);
                open.truncate(brace.unwrap_or(0));
                let goes_on = matches!(next, Some(Token::Else | Token::Catch));
                if let Some(outer) = open.last_mut()
                    && was_block
                    && !goes_on
                {
                    outer.statement = index + 1;
                }
            }
            Token::Semi => {
                if let Some(outer) = open.last_mut().filter(|outer| outer.token == Token::LBrace) {
                    outer.statement = index + 1;
                }
            }
            _ => {}
        }
    }
    open
}

/// How far the line of a byte is indented, in bytes.
pub fn indentation(text: &str, offset: u32) -> usize {
    let before = text.get(..offset as usize).unwrap_or("");
    let line = &text[before.rfind('\n').map_or(0, |at| at + 1)..];
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The first opening brace whose closing brace, by its indentation, closes something further out: where a brace is
/// missing, it is missing there. As an index.
pub fn misaligned(text: &str, work: &[Lexeme]) -> Option<usize> {
    let indent = |index: usize| indentation(text, work[index].span.start);
    let mut open = Vec::new();
    for (index, lexeme) in work.iter().enumerate() {
        match lexeme.token {
            Token::LBrace => open.push(index),
            Token::RBrace => {
                let opener = open.pop()?;
                if on_new_line(text, work, index) && indent(index) < indent(opener) {
                    return Some(opener);
                }
            }
            _ => {}
        }
    }
    None
}
