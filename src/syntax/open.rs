//! What a text typed line by line is so far: whether it goes on, and whether it declares something.

use super::lexer::{Lexeme, lex};
use super::token::Token;

/// Whether a text has brackets that are still open, so that more of it must come.
pub fn is_open(text: &str) -> bool {
    let depth = lex(text).lexemes.iter().fold(0_i64, |depth, lexeme| match lexeme.token {
        Token::LParen | Token::LBracket | Token::LBrace => depth + 1,
        Token::RParen | Token::RBracket | Token::RBrace => depth - 1,
        _ => depth,
    });
    depth > 0
}

/// What a text declares, by its first words: `fn f`, `var n`, `node a`; `None` where it is a statement or an expression.
pub fn declared(text: &str) -> Option<String> {
    let lexemes = lex(text).lexemes;
    lexemes.first().filter(|lexeme| lexeme.token.starts_item())?;
    let word = |token: Token| token != Token::Async && token != Token::Durable;
    let mut words = lexemes.iter().filter(|lexeme| word(lexeme.token));
    let text = |lexeme: Option<&Lexeme>| {
        lexeme.map_or("", |lexeme| &text[lexeme.span.start as usize..lexeme.span.end as usize])
    };
    Some(format!("{} {}", text(words.next()), text(words.next())))
}

/// Whether a text ends as a statement does; if not, it is an expression.
pub fn is_statement(text: &str) -> bool {
    let lexemes = lex(text).lexemes;
    let first = lexemes.first().map(|lexeme| lexeme.token);
    matches!(lexemes.last().map(|lexeme| lexeme.token), Some(Token::Semi))
        || first.is_some_and(|token| token.starts_statement() || token == Token::LBrace)
}

#[cfg(test)]
mod tests {
    use super::{declared, is_open, is_statement};

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        assert!(is_open("fn f() {") && is_open("print(1, // )") && !is_open("print(\"(\");"));
    }

    #[test]
    fn a_declaration_is_known_by_its_first_words() {
        assert_eq!(declared("async fn f(n: int) {}").as_deref(), Some("fn f"));
        assert_eq!(declared("durable var n: int = 0;").as_deref(), Some("var n"));
        assert_eq!(declared("let n = 0;"), None);
    }

    #[test]
    fn an_expression_has_no_end_of_its_own() {
        assert!(is_statement("x = 1;") && is_statement("if x { }") && !is_statement("x + 1"));
    }
}
