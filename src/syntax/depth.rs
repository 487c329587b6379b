//! The limit on nesting. It is checked on the lexemes, before there is a tree, so that no later pass has to fear for
//! its stack: no node of a tree that passes lies much deeper than the limit.

use super::lexer::Lexeme;
use super::token::Token;
use crate::diagnostic::{Code, Diagnostic};

/// The number of levels that a program may be nested.
const LIMIT: u32 = 1_000;

/// The tiers of binary operators: an operand on the right of an operator lies at most so many levels below the chain.
const TIERS: u32 = 5;

/// Says where the text is nested too deep, if it is.
pub fn check(lexemes: &[Lexeme]) -> Option<Diagnostic> {
    let mut scan = Scan { levels: vec![Level::new(Bracket::Top, 0)], previous: None, after_block: false };
    let deep = lexemes.iter().find(|lexeme| scan.step(lexeme.token) > LIMIT)?;
    Some(
        Diagnostic::error(
            Code::Depth,
            deep.span,
            "the program is nested more than 1,000 levels deep",
            "level 1,001 begins here",
        )
        .help("give the inner parts names with `let`, or move them into functions of their own"),
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Top,
    Block,
    Brace,
    Round,
    Square,
    Angle,
}

/// What lies between two brackets, as far as it has been read.
struct Level {
    bracket: Bracket,
    /// Levels above this one.
    base: u32,
    /// Binary operators of the expression at hand.
    binary: u32,
    /// Prefix and postfix operators of the operand at hand, and what its brackets hold.
    operand: u32,
    /// The highest operand of the expression at hand.
    tallest: u32,
    /// How many `else` lead to the block at hand: each is one level deeper.
    chain: u32,
    /// The height of everything on this level that is complete.
    height: u32,
}

impl Level {
    fn new(bracket: Bracket, base: u32) -> Self {
        Level { bracket, base, binary: 0, operand: 0, tallest: 0, chain: 0, height: 0 }
    }

    fn expression_height(&self) -> u32 {
        self.binary + self.operand.max(self.tallest)
    }

    fn end_expression(&mut self) {
        self.height = self.height.max(self.chain + self.expression_height());
        (self.binary, self.operand, self.tallest) = (0, 0, 0);
    }

    fn binary_operator(&mut self) {
        self.tallest = self.tallest.max(self.operand);
        self.operand = 0;
        self.binary += 1;
    }
}

struct Scan {
    levels: Vec<Level>,
    previous: Option<Token>,
    after_block: bool,
}

impl Scan {
    /// Reads one token; the result is the depth at which the deepest thing lies that is now known.
    fn step(&mut self, token: Token) -> u32 {
        let operand_before = self.previous.is_some_and(Token::ends_operand);
        if self.after_block && token != Token::Else {
            self.top().chain = 0;
        }
        self.after_block = false;
        if operand_before && (token.starts_operand() || token.starts_statement()) {
            // No expression has two operands side by side: a separator is missing.
            self.top().end_expression();
        }
        match token {
            Token::LParen => self.open(Bracket::Round),
            Token::LBracket => self.open(Bracket::Square),
            Token::LBrace if self.previous.is_some_and(Token::precedes_block) => self.open(Bracket::Block),
            Token::LBrace => self.open(Bracket::Brace),
            Token::Lt if self.previous.is_some_and(Token::takes_type) => self.open(Bracket::Angle),
            Token::Gt if self.top().bracket == Bracket::Angle => {
                self.close();
                // A type ends like an operand: the `{` behind it opens a block.
                self.previous = Some(Token::Name);
                return self.depth();
            }
            Token::RParen => self.close_to(&[Bracket::Round]),
            Token::RBracket => self.close_to(&[Bracket::Square]),
            Token::RBrace => self.close_to(&[Bracket::Block, Bracket::Brace]),
            Token::Comma => self.top().end_expression(),
            Token::Semi => {
                self.top().end_expression();
                self.top().chain = 0;
            }
            Token::Minus if !operand_before => self.top().operand += 1,
            Token::Assign => self.top().binary_operator(),
            Token::Bang | Token::Await | Token::Spawn | Token::Dot => self.top().operand += 1,
            Token::Else => self.top().chain += 1,
            token if token.is_binary() => self.top().binary_operator(),
            _ => {}
        }
        self.previous = Some(token);
        self.depth()
    }

    fn top(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the outermost level is never closed")
    }

    fn depth(&mut self) -> u32 {
        let top = self.top();
        top.base + top.height.max(top.chain + top.expression_height())
    }

    fn open(&mut self, bracket: Bracket) {
        let top = self.top();
        if bracket == Bracket::Block {
            top.end_expression();
        }
        let base = top.base + top.chain + top.binary.min(TIERS) + top.operand + 1;
        self.levels.push(Level::new(bracket, base));
    }

    fn close(&mut self) {
        let Some(mut inner) = self.levels.pop() else { return };
        inner.end_expression();
        let top = self.top();
        if inner.bracket == Bracket::Block {
            top.height = top.height.max(top.chain + inner.height + 1);
            self.after_block = true;
        } else {
            top.operand += inner.height + 1;
        }
    }

    /// Closes the innermost of `brackets`, and for a brace what is still open inside it. A bracket that closes
    /// nothing is passed over: the parser will complain about it.
    fn close_to(&mut self, brackets: &[Bracket]) {
        let braces = brackets.contains(&Bracket::Block);
        let found = self.levels.iter().rposition(|level| brackets.contains(&level.bracket));
        let Some(found) = found else { return };
        let crosses = |level: &Level| !braces && level.bracket != Bracket::Angle;
        if self.levels[found + 1..].iter().any(crosses) {
            return;
        }
        while self.levels.len() > found {
            self.close();
        }
    }
}
