//! Something that is missing: a `;`, a closing bracket, a value, a type.

use super::{Finding, Repair, Site};
use crate::diagnostic::Code;
use crate::diagnostic::Diagnostic;
use crate::syntax::structure::{self, Open};
use crate::syntax::token::Token;

pub fn find(site: &Site) -> Option<Finding> {
    semicolon(site)
        .or_else(|| closing_bracket(site))
        .or_else(|| surplus_bracket(site))
        .or_else(|| closing_brace(site))
        .or_else(|| comma(site))
        .or_else(|| value(site))
        .or_else(|| type_of(site))
        .or_else(|| address(site))
        .or_else(|| placement(site))
        .or_else(|| block(site))
        .or_else(|| catch(site))
        .or_else(|| between_arms(site))
        .or_else(|| second_half(site))
}

/// Whether a new statement or declaration seems to begin here, or a block to end.
fn something_new(site: &Site) -> bool {
    let starts = |token: Token| token.starts_statement() || token.starts_item() || token == Token::RBrace;
    site.here().is_none_or(starts) || site.on_new_line()
}

fn semicolon(site: &Site) -> Option<Finding> {
    if !site.expected.has(";") || !something_new(site) || site.before(1) == Some(Token::Return) {
        return None;
    }
    let label = match site.here() {
        Some(Token::RBrace) => "the block ends here",
        Some(_) => "something new begins here",
        None => "what follows is something else",
    };
    let message = format!("a `;` is missing before {}", site.found());
    let diagnostic = site
        .error(message, label)
        .label(site.gap(), "put `;` here")
        .help("every simple statement and declaration ends in `;`");
    Some(Finding { diagnostic, repair: Repair::insert(vec![Token::Semi]) })
}

fn closer(open: Token) -> (Token, &'static str, &'static str) {
    match open {
        Token::LParen => (Token::RParen, "(", ")"),
        Token::LBracket => (Token::RBracket, "[", "]"),
        _ => (Token::RBrace, "{", "}"),
    }
}

/// A `(` or `[` that is open where a statement or block goes on, or that another bracket closes.
fn closing_bracket(site: &Site) -> Option<Finding> {
    let all = structure::open_brackets(site.work, site.at);
    let open = all.last()?;
    let (close, opening, closing) = closer(open.token);
    if open.token == Token::LBrace || !site.expected.has(closing) {
        return None;
    }
    let here = site.here();
    // The bracket of something further out ends it; any other is a slip.
    let ends_outer = |other: &Open| Some(closer(other.token).0) == here;
    let slip = matches!(here, Some(Token::RParen | Token::RBracket)) && !all.iter().any(ends_outer);
    let behind = [Token::Semi, Token::LBrace, Token::Assign, Token::On, Token::Prefer, Token::DotDot];
    let brackets = [Token::RParen, Token::RBracket];
    let goes_on = here.is_some_and(|here| behind.contains(&here) || brackets.contains(&here)) || something_new(site);
    if !goes_on {
        return None;
    }
    let message = if slip {
        format!("`{opening}` is closed by {}", site.found())
    } else {
        format!("a `{closing}` is missing before {}", site.found())
    };
    let opened = site.work[open.index].span;
    let diagnostic = site
        .error(message, format!("`{closing}` expected here"))
        .label(opened, "opened here")
        .help(format!("every `{opening}` needs its `{closing}`"));
    let repair = match slip {
        true if site.after(1) == Some(close) => Repair::delete(0, 1),
        true => Repair::Replace(close),
        false => Repair::insert(vec![close]),
    };
    Some(Finding { diagnostic, repair })
}

/// A closing bracket that nothing has opened.
fn surplus_bracket(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    let opening = match here {
        Token::RParen => Token::LParen,
        Token::RBracket => Token::LBracket,
        Token::RBrace => Token::LBrace,
        _ => return None,
    };
    let opened = structure::open_brackets(site.work, site.at).iter().any(|open| open.token == opening);
    if opened || opening.spelling().is_some_and(|opening| site.expected.only(opening)) {
        return None;
    }
    let sign = site.found();
    let help = format!("remove it, or look above for {} `{}` that is missing", "the", opening.spelling()?);
    Some(site.finding(format!("this {sign} closes nothing"), "one too many", &help, Repair::delete(0, 1)))
}

/// The end of a declaration, or of the file, inside a block.
fn closing_brace(site: &Site) -> Option<Finding> {
    let open = structure::open_brackets(site.work, site.at);
    let innermost = open.iter().rfind(|open| open.token == Token::LBrace)?;
    if site.here().is_some() {
        return None;
    }
    let blamed = structure::misaligned(site.text, site.work).unwrap_or(innermost.index);
    let what = if site.behind.is_some() { "a new declaration begins here" } else { "the file ends here" };
    let diagnostic = site
        .error("this `{` is never closed", what)
        .label(site.work[blamed].span, "opened here")
        .help("put the missing `}` at its end");
    let closers = open.iter().rev().map(|open| closer(open.token).0);
    let mut tokens: Vec<Token> = closers.collect();
    if site.expected.has(";") {
        tokens.insert(0, Token::Semi);
    }
    Some(Finding { diagnostic, repair: Repair::insert(tokens) })
}

/// Two elements of a list side by side, or a `;` between fields.
fn comma(site: &Site) -> Option<Finding> {
    if !site.expected.has(",") || site.expected.has(";") {
        return None;
    }
    if site.here() == Some(Token::Semi) {
        let help = "the elements of a list, fields and variants are separated by `,`";
        return Some(site.finding("expected `,`, found `;`", "write `,`", help, Repair::Replace(Token::Comma)));
    }
    let word = |token: Token| {
        let prefix = matches!(token, Token::Promise | Token::Await | Token::Spawn);
        token.starts_operand() || prefix || (token.is_reserved() && !site.expected.operator())
    };
    if !site.here().is_some_and(word) {
        return None;
    }
    let message = format!("a `,` is missing before {}", site.found());
    let diagnostic = site.error(message, "the next one begins here").label(site.gap(), "put `,` here");
    let help = "the elements of a list, fields and variants are separated by `,`";
    Some(Finding { diagnostic: diagnostic.help(help), repair: Repair::insert(vec![Token::Comma]) })
}

/// A declaration without its value: `let x: int;`.
fn value(site: &Site) -> Option<Finding> {
    if !site.expected.has("=") || site.here() != Some(Token::Semi) || site.expected.expression() {
        return None;
    }
    if site.expected.operator() {
        return None;
    }
    let message = "a value is missing here";
    let help = "everything that has a name has a value from the start: `let x: int = 0;`";
    let repair = Repair::insert(vec![Token::Assign, Token::Name]);
    Some(site.finding(message, "expected `=` and a value", help, repair))
}

/// A parameter, cell or constant without its type.
fn type_of(site: &Site) -> Option<Finding> {
    if !site.expected.only(":") {
        return None;
    }
    let parameter = matches!(site.here(), Some(Token::Comma | Token::RParen));
    let named = site.word_before();
    if parameter && site.before(1) == Some(Token::Name) {
        let help = format!("say what it is, as in `{named}: int`");
        let repair = Repair::insert(vec![Token::Colon, Token::IntType]);
        return Some(site.finding(
            format!("the parameter `{named}` has no type"),
            "expected `:` and a type",
            &help,
            repair,
        ));
    }
    if site.here() == Some(Token::Assign) {
        let help = format!("only `let` inside a function finds the type by itself: write `{named}: int = …`");
        let repair = Repair::insert(vec![Token::Colon, Token::IntType]);
        return Some(site.finding(format!("`{named}` has no type"), "expected `:` and a type", &help, repair));
    }
    None
}

/// A spawn or send that does not say where.
fn address(site: &Site) -> Option<Finding> {
    if !site.expected.only("on") {
        return None;
    }
    let call = "say where it runs: `… on w1` for a node, `… on any workers` for some node of a group";
    let word = site.here() == Some(Token::Name);
    let repair = match site.after(1) {
        // Another word in the place of `on`: `send f() to w1;`
        Some(Token::Name) if word => Repair::Replace(Token::On),
        _ if word => Repair::insert(vec![Token::On]),
        _ => Repair::insert(vec![Token::On, Token::Name]),
    };
    Some(site.finding(format!("expected `on` and a node, found {}", site.found()), "where to?", call, repair))
}

/// A spawn that says neither local nor dist.
fn placement(site: &Site) -> Option<Finding> {
    if !(site.expected.has("local") && site.expected.has("dist") && site.before(1) == Some(Token::Spawn))
        || site.expected.has("let")
    {
        return None;
    }
    let help = "`spawn local f()` runs on this node, `spawn dist f() on w1` on another";
    let message = format!("expected `local` or `dist` after `spawn`, found {}", site.found());
    Some(site.finding(message, "here or elsewhere?", help, Repair::insert(vec![Token::Local])))
}

/// A body that does not stand in braces.
fn block(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    let wants_block = site.expected.has("{") && !site.expected.expression() && !site.expected.has("let");
    if !wants_block || site.before(1) == Some(Token::Choose) {
        return None;
    }
    let body = here.starts_statement() || here == Token::Name || site.on_new_line();
    if !body || (site.expected.operator() && !site.on_new_line() && !here.starts_statement()) {
        return None;
    }
    let help = "a body stands in braces, even when it is one statement: `{ … }`";
    let message = format!("expected `{{`, found {}", site.found());
    let count = |token: Token| site.work.iter().filter(|lexeme| lexeme.token == token).count();
    // A `}` too many: only the opening brace is missing, and the body ends where it should.
    let closed = count(Token::RBrace) > count(Token::LBrace);
    let repair = if closed { Repair::insert(vec![Token::LBrace]) } else { Repair::SkipStatement };
    Some(site.finding(message, "the body begins here", help, repair))
}

/// A try without its catch.
fn catch(site: &Site) -> Option<Finding> {
    if !site.expected.only("catch") {
        return None;
    }
    let help = "a `try` has one `catch`: `try { … } catch e { … }`, and `catch _` where the error does not matter";
    let message = format!("expected `catch`, found {}", site.found());
    let diagnostic = Diagnostic::error(Code::Syntax, site.span(), message, "the `try` above has no `catch`").help(help);
    let repair = Repair::insert(vec![Token::Catch, Token::Wild, Token::LBrace, Token::RBrace]);
    Some(Finding { diagnostic, repair })
}

/// An arm among statements, or a statement among arms: the `}` before it is missing.
fn between_arms(site: &Site) -> Option<Finding> {
    let here = site.here()?;
    let arm = here == Token::Wild && site.after(1) == Some(Token::FatArrow) && site.expected.statement();
    let statement = here.starts_statement() && site.expected.pattern() && site.expected.has("}");
    let open = structure::open_brackets(site.work, site.at);
    let opened = open.iter().rfind(|open| open.token == Token::LBrace).filter(|_| arm || statement)?;
    let message = format!("a `}}` is missing before {}", site.found());
    let label = if arm { "an arm of a `match`" } else { "a statement, where arms of a `match` stand" };
    let blamed = structure::misaligned(site.text, site.work).unwrap_or(opened.index);
    let diagnostic =
        site.error(message, label).label(site.work[blamed].span, "opened here").help("every `{` needs its `}`");
    Some(Finding { diagnostic, repair: Repair::insert(vec![Token::RBrace]) })
}

/// An `else` or `catch` in the middle of a block: the `}` before it is missing.
fn second_half(site: &Site) -> Option<Finding> {
    let here = site.here().filter(|token| matches!(token, Token::Else | Token::Catch))?;
    if !site.expected.statement() {
        return None;
    }
    let word = here.spelling()?;
    let first = if here == Token::Else { "if" } else { "try" };
    let open = structure::open_brackets(site.work, site.at);
    let inner = open.iter().filter(|open| open.token == Token::LBrace).count() > 1;
    let repair = if inner { Repair::insert(vec![Token::RBrace]) } else { Repair::SkipStatement };
    let help = format!("`{word}` follows the `}}` of its `{first}`: is that missing?");
    Some(site.finding(format!("this `{word}` has no `{first}`"), "belongs to nothing", &help, repair))
}
