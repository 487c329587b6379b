//! Parts in a shape that the language does not have: braces for parentheses, a `for` with three parts, an empty
//! statement.

use super::{Finding, Repair, Site};
use crate::syntax::structure;
use crate::syntax::token::Token;

pub fn find(site: &Site) -> Option<Finding> {
    empty_statement(site)
        .or_else(|| brace_at_start(site))
        .or_else(|| struct_in_braces(site))
        .or_else(|| for_in_parentheses(site))
        .or_else(|| catch_in_parentheses(site))
        .or_else(|| comma_between_arms(site))
        .or_else(|| outside_statement(site))
        .or_else(|| closure(site))
        .or_else(|| walrus(site))
        .or_else(|| after_await_all(site))
        .or_else(|| single_form(site))
}

/// A `;` of its own.
fn empty_statement(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::Semi) || !(site.expected.statement() || site.expected.item()) {
        return None;
    }
    let help = "remove it: nothing follows the `}` of a block or a declaration";
    Some(site.finding("this `;` ends nothing", "one too many", help, Repair::delete(0, 1)))
}

/// A map literal or a bare block where a statement or a condition begins.
fn brace_at_start(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::LBrace) || site.expected.has("{") || !site.expected.expression() {
        return None;
    }
    if site.expected.statement() {
        let help = "a block belongs to `if`, `while`, `for`, `scope` or another word; a map here needs parentheses: \
                    `({…})`";
        return Some(site.finding("a statement cannot begin with `{`", "not here", help, Repair::SkipStatement));
    }
    let message = "a condition cannot begin with `{`";
    let compared = site.after(1) == Some(Token::RBrace) && site.after(2).is_some_and(Token::is_binary);
    let (label, help) = if compared || site.after(2) == Some(Token::Colon) {
        ("looks like a block", "put the map in parentheses: `({…})`")
    } else {
        ("expected an expression before this", "say what to test, as in `if x > 0 { … }`")
    };
    Some(site.finding(message, label, help, Repair::SkipStatement))
}

/// `Point { x: 1 }`
fn struct_in_braces(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::LBrace) || site.before(1) != Some(Token::Name) || site.expected.has("{") {
        return None;
    }
    if site.before(2) == Some(Token::Fn) {
        let name = site.word_before();
        let help = format!("a function has parentheses, also without parameters: `fn {name}() {{ … }}`");
        let repair = Repair::insert(vec![Token::LParen, Token::RParen]);
        return Some(site.finding("expected `(`, found `{`", "`()` goes before this", &help, repair));
    }
    let name = site.word_before();
    let field = site.after(1) == Some(Token::RBrace) || site.after(2) == Some(Token::Colon);
    if !field && !name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    let help = format!("a struct is built in parentheses: `{name}(field: value)`");
    Some(site.finding("expected `(`, found `{`", "not the way to build a struct", &help, Repair::SkipStatement))
}

/// `for (…)`
fn for_in_parentheses(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::LParen) || site.before(1) != Some(Token::For) {
        return None;
    }
    let help = "write `for i in 0..10 { … }` or `for x in xs { … }`, without parentheses";
    Some(site.finding("`for` is followed by a name", "expected a name", help, Repair::SkipStatement))
}

/// `catch (e)`
fn catch_in_parentheses(site: &Site) -> Option<Finding> {
    let found = matches!(site.here(), Some(Token::LParen | Token::LBrace)) && site.before(1) == Some(Token::Catch);
    if !found {
        return None;
    }
    if site.here() == Some(Token::LBrace) {
        let help = "name it, or say that it does not matter: `catch _ { … }`";
        return Some(site.finding(
            "`catch` names the error",
            "expected a name",
            help,
            Repair::insert(vec![Token::Wild]),
        ));
    }
    let help = "write `catch e { … }`, without parentheses";
    let message = "`catch` is followed by a name";
    // With the closing parenthesis left in, the next complaint would be about that.
    let repair = if site.after(2) == Some(Token::RParen) {
        Repair::Edit { before: 0, from_here: 3, tokens: vec![Token::Wild] }
    } else {
        Repair::SkipStatement
    };
    Some(site.finding(message, "expected a name", help, repair))
}

/// A `,` behind the block of an arm.
fn comma_between_arms(site: &Site) -> Option<Finding> {
    if !matches!(site.here(), Some(Token::Comma | Token::Semi))
        || !site.expected.pattern()
        || site.before(1) != Some(Token::RBrace)
    {
        return None;
    }
    let help = "the arms of a `match` follow each other without a sign between them";
    Some(site.finding(
        format!("expected a pattern or `}}`, found {}", site.found()),
        "remove it",
        help,
        Repair::delete(0, 1),
    ))
}

/// A statement outside of functions, perhaps because a `}` too many has ended one.
fn outside_statement(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    if !site.expected.item() || !here.starts_statement() {
        return None;
    }
    let message = format!("expected a declaration, found {}", site.found());
    let error = site.error(message, "a statement outside of functions");
    let diagnostic = match (here, site.lexeme_before(1)) {
        (_, Some(brace))
            if brace.token == Token::RBrace && structure::indentation(site.text, site.span().start) > 0 =>
        {
            let help = "look above for a `}` too many, or move the statement into a function";
            error.label(brace.span, "the declaration before ends here").help(help)
        }
        (Token::Let, _) => {
            error.help("outside of functions stand `const x: int = …;` and, one per node, `var x: int = …;`")
        }
        _ => error.help("a program starts in `async fn main() { … }`"),
    };
    Some(Finding { diagnostic, repair: Repair::SkipStatement })
}

/// `(x) => …`
fn closure(site: &Site) -> Option<Finding> {
    if !matches!(site.here(), Some(Token::FatArrow | Token::Arrow)) || !site.expected.operator() {
        return None;
    }
    let help = "there are no closures: declare a function, and call or spawn it by name";
    Some(site.finding(format!("expected an operator, found {}", site.found()), "not here", help, Repair::SkipStatement))
}

/// `x := 1`
fn walrus(site: &Site) -> Option<Finding> {
    if site.here() != Some(Token::Colon) || !site.expected.operator() {
        return None;
    }
    let name = site.word_before();
    let assigns = site.after(1) == Some(Token::Assign);
    let help = if assigns {
        format!("declare it with `let {name} = …;`, change it with `{name} = …;`")
    } else {
        format!("a declaration starts with `let`: `let {name}: …`")
    };
    Some(site.finding("expected an operator, found `:`", "not here", &help, Repair::SkipStatement))
}

/// `await all(xs)[0]`
fn after_await_all(site: &Site) -> Option<Finding> {
    let here = site.here().filter(|token| matches!(token, Token::LBracket | Token::Dot))?;
    if !site.expected.operator() || site.expected.has("[") || site.before(1) != Some(Token::RParen) {
        return None;
    }
    let help = "put parentheses around the await: `(await all(xs))[0]`";
    let message = format!("expected an operator, found {}", here.describe());
    Some(site.finding(message, "applies to nothing", help, Repair::SkipStatement))
}

/// Places where one form only is known, and that form helps.
fn single_form(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    let (help, repair) = match (site.before(1), here) {
        (Some(Token::DotDot), Token::Assign) => {
            ("a range ends before its second number: `0..3` is 0, 1, 2", Repair::delete(0, 1))
        }
        (Some(Token::Let | Token::Mut), Token::LParen | Token::LBracket | Token::LBrace) => {
            ("a `let` names one value: take it apart with `x.f`, `xs[0]` or `match`", Repair::SkipStatement)
        }
        (Some(Token::Assign), _) if site.expected.only("[") => {
            ("a group lists its nodes in brackets: `group g = [a, b];`", Repair::SkipStatement)
        }
        (Some(Token::Durable), Token::Name) => {
            ("a cell that survives a crash is declared by `durable var`", Repair::insert(vec![Token::Var]))
        }
        (Some(Token::Choose), _) => {
            ("choose among values by `choose {1, 2}`, from a range by `choose (0..10)`", Repair::SkipStatement)
        }
        (Some(Token::Name), _) if site.expected.only(".") => {
            ("a pattern names a variant with its enum, `Light.Red`; `_` takes everything", Repair::SkipStatement)
        }
        _ => return None,
    };
    let message = format!("expected {}, found {}", site.expected.describe(), site.found());
    Some(site.finding(message, "not expected here", help, repair))
}
