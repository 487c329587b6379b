//! Text to lexemes. What is wrong with a single token is said here, once, and the token is then taken for what was
//! meant, so that the grammar sees no trace of the mistake.

use logos::Logos;

use super::literal;
use super::token::Token;
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub struct Lexeme {
    /// What it is.
    pub token: Token,
    /// Where; empty for one that the parser has put in.
    pub span: Span,
}

/// The lexemes of a text, and what is wrong with some of them.
pub struct Lexed {
    /// In the order of the text, without comments.
    pub lexemes: Vec<Lexeme>,
    /// One for each malformed token.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the malformed tokens start, ascending.
    pub flawed: Vec<u32>,
}

/// The magnitude of the least integer: one more than the greatest.
const MIN_MAGNITUDE: u64 = 1 << 63;

/// Splits a text of less than 4 GiB.
pub fn lex(text: &str) -> Lexed {
    let mut lexed = Lexed { lexemes: Vec::with_capacity(text.len() / 5), diagnostics: Vec::new(), flawed: Vec::new() };
    for (token, range) in Token::lexer(text).spanned() {
        let found = Lexeme { token: token.unwrap_or(Token::Unknown), span: Span::new(range.start, range.end) };
        lexed.take(text, found);
    }
    lexed.postfix_await(text);
    lexed
}

impl Lexed {
    fn take(&mut self, text: &str, found: Lexeme) {
        let written = &text[found.span.start as usize..found.span.end as usize];
        let token = match found.token {
            Token::Int => {
                self.check_integer(written, found.span);
                Token::Int
            }
            Token::Str => {
                if written.contains('\\') {
                    self.check_escapes(written, found.span);
                }
                Token::Str
            }
            Token::Ge if self.closes_type() => {
                // `list<int>=` without a space: two tokens, as a reader would say.
                let middle = found.span.start + 1;
                self.lexemes.push(Lexeme { token: Token::Gt, span: Span { end: middle, ..found.span } });
                self.lexemes.push(Lexeme { token: Token::Assign, span: Span { start: middle, ..found.span } });
                return;
            }
            Token::OpenStr | Token::OddStr | Token::BadInt | Token::ForeignName | Token::Amp | Token::Pipe => {
                self.flaw(complaint(found.token, written, found.span));
                meant(found.token)
            }
            Token::BlockComment => {
                self.flaw(complaint(found.token, written, found.span));
                return;
            }
            Token::Unknown => {
                self.unknown(written, found.span);
                Token::Unknown
            }
            other => other,
        };
        self.lexemes.push(Lexeme { token, span: found.span });
    }

    fn flaw(&mut self, diagnostic: Diagnostic) {
        self.flawed.push(diagnostic.span().start);
        self.diagnostics.push(diagnostic);
    }

    /// Whether the lexemes so far end in an open `list<…`, so that a `>` would close a type. Looks back over a type
    /// of common size only: over the whole text it would take quadratic time.
    fn closes_type(&self) -> bool {
        let mut open = 0i32;
        for lexeme in self.lexemes.iter().rev().take(64) {
            match lexeme.token {
                Token::Gt => open -= 1,
                Token::Lt => open += 1,
                token if token.takes_type() && open > 0 => return true,
                token if token.is_type_word() || matches!(token, Token::Comma | Token::Name) => {}
                _ => return false,
            }
        }
        false
    }

    fn check_integer(&mut self, digits: &str, span: Span) {
        let negated = match self.lexemes.as_slice() {
            [.., before, minus] => minus.token == Token::Minus && !before.token.ends_operand(),
            _ => false,
        };
        let most = if negated { MIN_MAGNITUDE } else { MIN_MAGNITUDE - 1 };
        if literal::integer(digits).is_none_or(|magnitude| magnitude > most) {
            let help = "an `int` has 64 bits: from -9223372036854775808 to 9223372036854775807";
            let message = "this integer is too large";
            self.flaw(Diagnostic::error(Code::Syntax, span, message, "does not fit an `int`").help(help));
        }
    }

    fn check_escapes(&mut self, written: &str, span: Span) {
        for bad in literal::unescape(written).1 {
            let place = Span { start: span.start + bad.start, end: span.start + bad.end };
            let escape = &written[bad.start as usize..bad.end as usize];
            let help = if escape.starts_with("\\u") {
                "write the number of a character in hexadecimal: `\\u{e9}` is é"
            } else {
                "the escapes are `\\n`, `\\t`, `\\\"`, `\\\\` and `\\u{…}`; a backslash itself is `\\\\`"
            };
            let message = format!("`{escape}` is no escape");
            self.flaw(Diagnostic::error(Code::Syntax, place, message, "means nothing in a string").help(help));
        }
    }

    /// A character out of place; a run of them is one mistake.
    fn unknown(&mut self, written: &str, span: Span) {
        let run = self.lexemes.last().is_some_and(|last| last.token == Token::Unknown && last.span.end == span.start);
        if run {
            if let Some(last) = self.diagnostics.last_mut() {
                last.labels[0].span.end = span.end;
            }
            self.flawed.push(span.start);
        } else {
            self.flaw(complaint(Token::Unknown, written, span));
        }
    }

    /// `f().await`: a field may have any word for its name, so this is a mistake only where nothing declares one.
    fn postfix_await(&mut self, text: &str) {
        let declares = |w: &[Lexeme]| {
            matches!(w[0].token, Token::LBrace | Token::Comma)
                && w[1].token == Token::Await
                && matches!(w[2].token, Token::Colon | Token::Comma | Token::LParen | Token::RBrace)
        };
        let postfix = |w: &[Lexeme]| w[0].token == Token::Dot && w[1].token == Token::Await;
        if !self.lexemes.windows(2).any(postfix) || self.lexemes.windows(3).any(declares) {
            return;
        }
        let places: Vec<Span> =
            self.lexemes.windows(2).filter(|w| postfix(w)).map(|w| w[0].span.to(w[1].span)).collect();
        for span in places {
            let before = text[..span.start as usize].rsplit(['\n', ';', '{', '=', ' ']).next().unwrap_or("");
            let help = if before.is_empty() {
                "in Lacuna `await` goes before what it awaits".to_owned()
            } else {
                format!("in Lacuna `await` goes before what it awaits: `await {before}`")
            };
            let message = "`await` comes first";
            self.flaw(Diagnostic::error(Code::Syntax, span, message, "one word too late").help(help));
        }
        self.flawed.sort_unstable();
    }
}

/// What a malformed token was meant to be.
fn meant(token: Token) -> Token {
    match token {
        Token::OpenStr | Token::OddStr => Token::Str,
        Token::BadInt => Token::Int,
        Token::ForeignName => Token::Name,
        Token::Amp => Token::AndAnd,
        Token::Pipe => Token::OrOr,
        other => other,
    }
}

/// What to say about a malformed token.
fn complaint(token: Token, written: &str, span: Span) -> Diagnostic {
    let error =
        |span, message: &str, label: &str, help: &str| Diagnostic::error(Code::Syntax, span, message, label).help(help);
    match token {
        Token::OpenStr => {
            let quote = Span { end: span.start + 1, ..span };
            let help = "close it with `\"` on the same line; a line break inside is written `\\n`";
            error(quote, "this string has no end", "opens here, and the line ends before it closes", help)
        }
        Token::OddStr => {
            let inner = written.trim_matches(['\'', '`', '“', '”']);
            let help = format!("write \"{inner}\"");
            error(span, "strings stand in double quotes", "not these quotes", &help)
        }
        Token::BadInt => {
            let help = "integers are decimal: digits, with `_` between them where that helps, as in `1_000_000`";
            error(span, "this is neither an integer nor a name", "digits and letters in one", help)
        }
        Token::ForeignName => {
            let help = "names are made of the letters A to Z, a to z, digits and `_`; strings may hold anything";
            error(span, "a name with letters that names do not have", "beyond ASCII", help)
        }
        Token::BlockComment => {
            let opening = Span { end: span.start + 2, ..span };
            error(opening, "there are no block comments", "opens a comment elsewhere", "start each line with `//`")
        }
        Token::Amp => error(span, "a single `&`", "half an operator", "`&&` is “and”; there are no bit operations"),
        Token::Pipe => {
            let help = "`||` is “or”; there are no bit operations, and no closures";
            error(span, "a single `|`", "half an operator", help)
        }
        _ => {
            let help = match written {
                "?" => "there is no `a ? b : c`: use `if … { … } else { … }`",
                "#" => "a comment starts with `//`",
                "^" | "~" => "there are no bit operations",
                "$" => "names carry no sign in front, and a string is put together with `+` and `str(x)`",
                "\\" => "a backslash belongs inside a string only",
                _ => "outside strings and comments a program is made of ASCII characters",
            };
            let shown = written.escape_default().to_string();
            let shown = if written.chars().all(|c| c.is_alphanumeric() || !c.is_control()) { written } else { &shown };
            error(span, &format!("`{shown}` means nothing here"), "not part of the language", help)
        }
    }
}
