//! A text that follows the grammar, as words and comments: what each word is here, and whether a space goes before it.

use crate::syntax::lexer::{self, Lexeme};
use crate::syntax::token::Token;

/// A word, or a comment.
pub enum Piece<'s> {
    Word(Word<'s>),
    Comment(Comment<'s>),
}

/// A word or sign as written.
#[derive(Clone, Copy)]
pub struct Word<'s> {
    /// What it is; a reserved word that is the name of a field or variant is a name.
    pub token: Token,
    /// Its characters.
    pub text: &'s str,
    /// What it does on its line.
    pub role: Role,
    /// Whether a space goes before it, where it does not begin a line.
    pub space: bool,
    /// Whether it begins a line as written.
    pub fresh: bool,
    /// Whether a blank line goes before it as written.
    pub blank: bool,
}

/// A comment as written, up to its last visible character.
#[derive(Clone, Copy)]
pub struct Comment<'s> {
    /// From the slashes on.
    pub text: &'s str,
    /// Whether it has a line of its own.
    pub fresh: bool,
    /// Whether a blank line goes before it.
    pub blank: bool,
    /// The spaces before it, at least one: where it stands behind code they stay, so that columns stay columns.
    pub gap: usize,
}

/// What a word does on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Plain,
    Open(Bracket),
    Close(Bracket),
    /// Between two elements of what is in brackets.
    Comma,
    /// At the end of a statement or declaration.
    Semi,
    /// Between two operands.
    Binary(Tier),
    /// `-` or `!` before an operand.
    Prefix,
    /// `<` or `>` around the argument of a type.
    Angle,
}

/// How tightly an operator binds, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    Or,
    And,
    Comparison,
    Sum,
    Product,
}

/// The kinds of brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// Braces around statements or arms.
    Block,
    /// Braces around the members of a struct or an enum: they end the declaration.
    Members,
    /// Braces around what `choose` chooses from.
    Choice,
    /// Braces around the entries of a map.
    Map,
    Round,
    Square,
}

impl Bracket {
    /// Whether a space goes between these brackets and what they hold.
    fn is_airy(self) -> bool {
        matches!(self, Bracket::Members | Bracket::Choice)
    }
}

/// The pieces of a text without syntax errors.
pub fn read(text: &str) -> Vec<Piece<'_>> {
    let lexemes = lexer::lex(text).lexemes;
    let mut reader = Reader { text, pieces: Vec::with_capacity(lexemes.len()), ..Reader::default() };
    let mut end = 0;
    for (at, lexeme) in lexemes.iter().enumerate() {
        let (fresh, blank) = reader.comments(end, lexeme.span.start as usize);
        reader.word(lexeme, lexemes.get(at + 1), fresh, blank);
        end = lexeme.span.end as usize;
    }
    reader.comments(end, text.len());
    reader.pieces
}

#[derive(Default)]
struct Reader<'s> {
    text: &'s str,
    pieces: Vec<Piece<'s>>,
    /// The brackets that are open, the innermost last.
    open: Vec<Bracket>,
    /// How many `<` of types are open.
    angles: u32,
    /// The first word of the declaration, statement or arm at hand.
    first: Option<Token>,
    /// The last word and the one before it.
    last: Option<Word<'s>>,
    before: Option<Token>,
}

impl<'s> Reader<'s> {
    /// Takes the comments between two words; whether what follows them begins a line, and has a blank line before it.
    fn comments(&mut self, from: usize, to: usize) -> (bool, bool) {
        let text: &'s str = self.text;
        let mut rest = &text[from..to];
        let mut breaks = usize::from(from == 0);
        while let Some(at) = rest.find("//") {
            breaks += rest[..at].matches('\n').count();
            let spaces = rest[..at].bytes().rev().take_while(|byte| *byte == b' ').count();
            let length = rest[at..].find('\n').unwrap_or(rest.len() - at);
            let text = rest[at..at + length].trim_end();
            self.pieces.push(Piece::Comment(Comment {
                text,
                fresh: breaks > 0,
                blank: breaks > 1,
                gap: spaces.max(1),
            }));
            rest = &rest[at + length..];
            breaks = 0;
        }
        breaks += rest.matches('\n').count();
        (breaks > 0, breaks > 1)
    }

    fn word(&mut self, lexeme: &Lexeme, next: Option<&Lexeme>, fresh: bool, blank: bool) {
        let text: &'s str = self.text;
        let text = &text[lexeme.span.start as usize..lexeme.span.end as usize];
        let token = if self.is_name(lexeme.token, next) { Token::Name } else { lexeme.token };
        let role = self.role(token);
        let space = self.space(token, role);
        let word = Word { token, text, role, space, fresh, blank };
        self.first = match role {
            Role::Semi | Role::Open(Bracket::Block) | Role::Close(Bracket::Block | Bracket::Members) => None,
            _ => self.first.or(Some(token)),
        };
        self.before = self.last.replace(word).map(|last| last.token);
        self.pieces.push(Piece::Word(word));
    }

    /// Whether a reserved word stands where only a name can: behind a dot, before a colon, or as a member.
    fn is_name(&self, token: Token, next: Option<&Lexeme>) -> bool {
        let last = self.last.map(|last| last.token);
        let member = self.open.last() == Some(&Bracket::Members)
            && self.angles == 0
            && matches!(last, Some(Token::LBrace | Token::Comma));
        token.is_reserved()
            && (last == Some(Token::Dot) || next.is_some_and(|next| next.token == Token::Colon) || member)
    }

    /// Whether an operand ends before the word at hand.
    fn behind_operand(&self) -> bool {
        self.last.is_some_and(|last| last.token.ends_operand())
    }

    fn role(&mut self, token: Token) -> Role {
        match token {
            Token::LParen => self.open(Bracket::Round),
            Token::LBracket => self.open(Bracket::Square),
            Token::LBrace => self.open(self.brace()),
            Token::RParen | Token::RBracket | Token::RBrace => self.open.pop().map_or(Role::Plain, Role::Close),
            Token::Semi => Role::Semi,
            Token::Comma if self.angles == 0 => Role::Comma,
            Token::Lt if self.last.is_some_and(|last| last.token.takes_type()) => {
                self.angles += 1;
                Role::Angle
            }
            Token::Gt if self.angles > 0 => {
                self.angles -= 1;
                Role::Angle
            }
            Token::Bang => Role::Prefix,
            Token::Minus if !self.behind_operand() => Role::Prefix,
            _ => tier(token).map_or(Role::Plain, Role::Binary),
        }
    }

    fn open(&mut self, bracket: Bracket) -> Role {
        self.open.push(bracket);
        Role::Open(bracket)
    }

    /// What an opening brace opens. Behind a `>` it is the body of a function where that declares its result, for
    /// outside of bodies no expression goes before a block.
    fn brace(&self) -> Bracket {
        let Some(last) = self.last else { return Bracket::Block };
        let declares = self.open.is_empty() && matches!(self.first, Some(Token::Fn | Token::Async));
        match self.first {
            _ if last.token == Token::Choose => Bracket::Choice,
            Some(Token::Struct | Token::Enum) if self.open.is_empty() => Bracket::Members,
            _ if declares || last.token.precedes_block() => Bracket::Block,
            _ => Bracket::Map,
        }
    }

    /// Whether a space goes between the last word and this one.
    fn space(&self, token: Token, role: Role) -> bool {
        let Some(last) = self.last else { return false };
        match (last.role, role) {
            (Role::Open(_), Role::Close(_)) | (Role::Prefix, _) => return false,
            (Role::Open(bracket), _) | (_, Role::Close(bracket)) => return bracket.is_airy(),
            (_, Role::Angle) => return false,
            (Role::Angle, _) if last.token == Token::Lt => return false,
            _ => {}
        }
        let tight = |token| matches!(token, Token::Dot | Token::DotDot | Token::At);
        let hangs = matches!(token, Token::Comma | Token::Semi | Token::Colon) || tight(token);
        let opens = match token {
            Token::LParen => self.behind_operand() || self.calls(last.token),
            Token::LBracket => self.behind_operand(),
            _ => false,
        };
        !(hangs || opens || tight(last.token))
    }

    /// Whether the word takes its arguments in parentheses, as the name of a function does.
    fn calls(&self, token: Token) -> bool {
        matches!(token, Token::Some | Token::All | Token::Promise | Token::Choose)
            || token == Token::Any && self.before == Some(Token::Await)
    }
}

fn tier(token: Token) -> Option<Tier> {
    match token {
        Token::OrOr => Some(Tier::Or),
        Token::AndAnd => Some(Tier::And),
        Token::Plus | Token::Minus => Some(Tier::Sum),
        Token::Star | Token::Slash | Token::Percent => Some(Tier::Product),
        _ if token.is_comparison() => Some(Tier::Comparison),
        _ => None,
    }
}
