//! Habits from other languages.

use super::{Finding, Repair, Site};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::foreign;
use crate::syntax::token::Token;

pub fn find(site: &Site) -> Option<Finding> {
    postfix_await(site)
        .or_else(|| update(site))
        .or_else(|| equality(site))
        .or_else(|| chained_comparison(site))
        .or_else(|| local_declaration(site))
        .or_else(|| function_head(site))
        .or_else(|| arrow(site))
        .or_else(|| word(site))
        .or_else(|| reserved(site))
        .or_else(|| reserved_argument(site))
        .or_else(|| fraction(site))
}

/// `f() await`
fn postfix_await(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::Await) || !site.expected.operator() || site.on_new_line() {
        return None;
    }
    let help = "write `await` and then what it awaits: `await f()`";
    Some(site.finding("`await` comes first", "one expression too late", help, Repair::delete(0, 1)))
}

/// `i++`, `i--`, `i += 1`
fn update(site: &Site) -> Option<Finding> {
    let operator =
        |token: Token| matches!(token, Token::Plus | Token::Minus | Token::Star | Token::Slash | Token::Percent);
    let before = site.before(1).filter(|token| operator(*token))?;
    let sign = before.spelling()?;
    let place = if site.before(2) == Some(Token::Name) {
        site.lexeme_before(2).map_or("x", |lexeme| site.words(lexeme.span))
    } else {
        "x"
    };
    if site.here() == Some(Token::Assign) && site.touches() {
        let help = format!("assign the new value: `{place} = {place} {sign} …;`");
        // The sign goes, so that what is left is an assignment.
        let repair = Repair::delete(1, 0);
        return Some(site.finding(format!("there is no `{sign}=`"), "expected an expression", &help, repair));
    }
    let twice = match before {
        Token::Plus => site.here() == Some(Token::Plus) && site.touches(),
        _ => false,
    };
    if twice {
        let help = format!("add one: `{place} = {place} + 1;`");
        let repair = Repair::delete(1, 1);
        return Some(site.finding("there is no `++`", "expected an expression", &help, repair));
    }
    let minus_twice = before == Token::Minus && site.before(2) == Some(Token::Minus);
    if minus_twice && matches!(site.here(), Some(Token::Semi | Token::RParen)) {
        let place = site.lexeme_before(3).map_or("x", |lexeme| site.words(lexeme.span));
        let help = format!("subtract one: `{place} = {place} - 1;`");
        let repair = Repair::delete(2, 0);
        return Some(site.finding("there is no `--`", "expected an expression", &help, repair));
    }
    None
}

/// `=` where a comparison is meant, and the operators of three signs.
fn equality(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::Assign) {
        return None;
    }
    if matches!(site.before(1), Some(Token::EqEq | Token::NotEq)) && site.touches() {
        let sign = site.before(1)?.spelling()?;
        let help = format!("values are compared by what they are: write `{sign}`");
        return Some(site.finding(format!("there is no `{sign}=`"), "one sign too many", &help, Repair::delete(0, 1)));
    }
    // In a condition the grammar has already reduced what is before, and expects the block.
    // In brackets, `xs[i = 1` lacks its `]`.
    if site.expected.has("]") {
        return None;
    }
    let after_operand = site.before(1).is_some_and(Token::ends_operand);
    if !after_operand || !(site.expected.operator() || site.expected.has("{")) {
        return None;
    }
    let argument = matches!(site.before(2), Some(Token::LParen | Token::Comma)) && site.expected.has(")");
    let help = if argument {
        "`=` assigns, as a statement of its own; to compare write `==`, to set a field of a struct `x: 1`"
    } else {
        "`=` assigns, as a statement of its own; to compare write `==`"
    };
    let repair = if site.expected.operator() && !site.expected.has("==") { Token::AndAnd } else { Token::EqEq };
    Some(site.finding("an assignment is no expression", "did you mean `==`?", help, Repair::Replace(repair)))
}

/// `a < b < c`
fn chained_comparison(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    if !here.is_comparison() || !site.expected.operator() || site.expected.has("==") {
        return None;
    }
    let help = "compare two at a time: `a < b && b < c`, or put parentheses around one comparison";
    let message = "comparisons do not chain";
    Some(site.finding(message, "the second comparison in a row", help, Repair::Replace(Token::AndAnd)))
}

/// A declaration that belongs outside, inside a function.
fn local_declaration(site: &Site) -> Option<Finding> {
    let here = site.here().filter(|token| token.starts_item())?;
    if !site.expected.statement() {
        return None;
    }
    match (here, site.after(1)) {
        (Token::Var | Token::Const | Token::Durable, Some(_)) => {
            let help = match here {
                Token::Var => "inside a function write `let mut x = …;`, or `let x = …;` if it never changes",
                Token::Const => "inside a function write `let x = …;`: without `mut` it never changes",
                _ => "a `durable var` belongs to a node, and is declared outside of functions",
            };
            let message = format!("{} stands outside of functions", site.found());
            Some(site.finding(message, "inside a function", help, Repair::Replace(Token::Let)))
        }
        (Token::Finally, Some(Token::LBrace)) => {
            let help = "put what must happen in any case behind the `try`, or in a function of its own";
            Some(site.finding("a `try` has no `finally`", "not here", help, Repair::SkipStatement))
        }
        _ => {
            let message = format!("{} declares something, and declarations stand outside of functions", site.found());
            let help = "move it out, or look above for a `}` that is missing; there are no closures";
            Some(site.finding(message, "inside a function", help, Repair::SkipStatement))
        }
    }
}

/// The head of a function in another style.
fn function_head(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    if site.expected.only("fn") && here == Token::Name {
        let help = "write `async fn`";
        return Some(site.finding(
            "`async` is followed by `fn`",
            "expected `fn`",
            help,
            Repair::insert(vec![Token::Fn]),
        ));
    }
    if here == Token::Async && site.before(1) == Some(Token::Fn) {
        let help = "write `async fn`, in this order";
        return Some(site.finding("`async` goes before `fn`", "one word too late", help, Repair::delete(0, 1)));
    }
    if site.expected.type_name() && here == Token::LBrace && site.before(1) == Some(Token::Arrow) {
        let help = "write `-> int` or the like; a function without a result has no arrow";
        let repair = Repair::delete(1, 0);
        return Some(site.finding("the type of the result is missing", "expected a type", help, repair));
    }
    if here == Token::Name && site.expected.item() && matches!(site.after(1), Some(Token::LParen)) {
        return top_level_call(site);
    }
    None
}

fn top_level_call(site: &Site) -> Option<Finding> {
    if foreign::instead_of(site.word_here()).is_some_and(|_| site.word_here() != "print") {
        return None;
    }
    let message = format!("expected a declaration, found {}", site.found());
    let help = "statements stand inside functions: a program starts in `async fn main() { … }`";
    Some(site.finding(message, "a statement outside of functions", help, Repair::SkipStatement))
}

/// `->` in a match, `:` or `=>` before the type of a result, or no arrow at all.
fn arrow(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    if site.expected.has("=>") && matches!(here, Token::Arrow | Token::Colon | Token::Assign) {
        let help = "an arm is written `pattern => { … }`";
        return Some(site.finding(
            format!("expected `=>`, found {}", site.found()),
            "write `=>`",
            help,
            Repair::Replace(Token::FatArrow),
        ));
    }
    if !site.expected.has("->") {
        return None;
    }
    let help = "the type of the result follows an arrow: `fn f() -> int { … }`";
    let message = format!("expected `->`, found {}", site.found());
    match here {
        Token::Colon | Token::FatArrow => {
            Some(site.finding(message, "write `->`", help, Repair::Replace(Token::Arrow)))
        }
        _ if here.is_type_word() || here == Token::Name => {
            Some(site.finding(message, "`->` goes before this", help, Repair::insert(vec![Token::Arrow])))
        }
        _ => None,
    }
}

/// A word that means something elsewhere.
fn word(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::Name) {
        return None;
    }
    let word = site.word_here();
    let help = foreign::instead_of(word)?;
    let repair = match word {
        "and" if site.expected.operator() => Repair::Replace(Token::AndAnd),
        "or" if site.expected.operator() => Repair::Replace(Token::OrOr),
        "is" | "equals" if site.expected.has("==") => Repair::Replace(Token::EqEq),
        "function" | "func" | "def" | "fun" if site.expected.item() => Repair::Replace(Token::Fn),
        "pub" | "public" | "private" | "export" | "static" | "final" if site.expected.item() => Repair::delete(0, 1),
        _ => return None,
    };
    let expected = site.expected.describe();
    Some(site.finding(format!("expected {expected}, found `{word}`"), "a word of another language", help, repair))
}

/// A reserved word for a name.
fn reserved(site: &Site) -> Option<Finding> {
    let here = site.here().filter(|token| token.is_reserved() && !matches!(token, Token::Else | Token::Catch))?;
    let as_name = site.expected.bare_name() && !(site.on_new_line() && here.starts_statement());
    let as_operand = site.expected.expression() && !here.starts_statement() && !here.starts_item();
    let as_type = here.is_type_word() && site.expected.expression();
    if !(as_name || as_operand || as_type) || site.expected.only("fn") {
        return None;
    }
    let word = site.word_here();
    let message = format!("`{word}` is a reserved word");
    let help = if here.is_type_word() {
        format!("it names a type; call this something else, `{word}_` or `my_{word}`")
    } else {
        format!("the language uses it; call this something else, `{word}_` or `my_{word}`")
    };
    Some(site.finding(message, "not free for a name", &help, Repair::Replace(Token::Name)))
}

/// A reserved word for an argument: the grammar takes it for the name of a struct's field.
fn reserved_argument(site: &Site) -> Option<Finding> {
    let word = site.lexeme_before(1).filter(|before| before.token.is_reserved())?;
    if !site.expected.only(":") || !matches!(site.before(2), Some(Token::LParen | Token::Comma)) {
        return None;
    }
    let message = format!("`{}` is a reserved word", site.word_before());
    let diagnostic = Diagnostic::error(Code::Syntax, word.span, message, "not free for a name")
        .help("the language uses it; only a field or a variant may have such a name");
    Some(Finding { diagnostic, repair: Repair::Edit { before: 1, from_here: 0, tokens: vec![Token::Name] } })
}

/// `1.5`
fn fraction(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::Int) || site.before(1) != Some(Token::Dot) {
        return None;
    }
    let number = site.before(2) == Some(Token::Int) && site.touches();
    let help = if number {
        "there are no fractions: count in a smaller unit, as in cents"
    } else {
        "the parts of a struct have names, the elements of a list are `xs[0]`"
    };
    let message = if number { "numbers are whole" } else { "a field has a name, not a number" };
    let repair = Repair::delete(1, 1);
    Some(site.finding(message, "expected a name", help, repair))
}
