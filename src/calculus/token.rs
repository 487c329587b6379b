//! The tokens of the notation. A name is a word of the notation or just a name depending on where it stands; a name that
//! would be read as a word is written in backquotes, and [`spelled`] decides when that is needed.

use std::borrow::Cow;

use logos::{Lexer, Logos};

use super::Op;
use super::op::quote;
use super::parse::ParseError;
use crate::base::Span;

/// Which of the two notations is read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A core program.
    Program,
    /// A configuration.
    Config,
}

/// Where a name stands, as far as it matters for the question whether it is a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Before a bracket, as in `f(x)`.
    Call,
    /// Before `↦` or behind a dot, where no word can stand.
    Free,
    /// Anywhere else.
    Other,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Logos)]
#[logos(skip r"[ \t\r\n]+", skip(r"--[^\n]*", allow_greedy = true))]
#[logos(error = Bad)]
pub enum Token<'t> {
    /// Made of names only, by [`tokens`].
    Word(&'static str),
    /// A word that opens a line of a configuration; made of names only, by [`tokens`].
    Head(&'static str),
    /// An operation before its operands.
    #[regex(r"(field|with|is|payload)\.[0-9]+", indexed)]
    Op(Op),
    #[regex(r"[A-Za-z_][A-Za-z0-9_']*", |lex| Cow::Borrowed(lex.slice()))]
    #[regex(r"`([^`\\\n]|\\[^\n])*`", |lex| unescaped(lex).map(Cow::Owned))]
    Name(Cow<'t, str>),
    #[regex(r"main((\.|@|′)[0-9]+)+")]
    Path(&'t str),
    #[regex(r"-?[0-9]+", |lex| lex.slice().parse().map_err(|_| Bad::Number))]
    Int(i64),
    #[regex(r#""([^"\\\n]|\\[^\n])*""#, unescaped)]
    Str(String),
    #[regex(r"[=,:.()\[\]{}@#^→↦∘⟨⟩⊥∅≠]|\.\.")]
    Sign(&'t str),
}

/// What cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Bad {
    #[default]
    Sign,
    Number,
    Escape,
}

impl Bad {
    fn message(self) -> &'static str {
        match self {
            Bad::Sign => "nothing in the notation begins like this",
            Bad::Number => "this number does not fit",
            Bad::Escape => "this escape is none of \\n, \\t, \\\", \\\\ and \\u{…}",
        }
    }
}

const PROGRAM_WORDS: &[&str] = &[
    "all",
    "any",
    "as",
    "assert",
    "async",
    "atomic",
    "await",
    "begin",
    "call",
    "catch",
    "dist",
    "durable",
    "end",
    "enum",
    "eventually",
    "false",
    "finally",
    "fn",
    "goto",
    "group",
    "guard",
    "here",
    "if",
    "invariant",
    "let",
    "local",
    "node",
    "none",
    "now",
    "on",
    "prefer",
    "promise",
    "result",
    "return",
    "send",
    "some",
    "spawn",
    "struct",
    "task",
    "throw",
    "true",
    "var",
    "wait",
    "yield",
];

/// Words only before a bracket, besides the operations.
const PROGRAM_CALLS: &[&str] = &["V", "cancel", "choose", "is_done", "print", "reject", "resolve", "settled", "sleep"];

const CONFIG_WORDS: &[&str] = &[
    "all",
    "any",
    "atomic",
    "cancelled",
    "copied",
    "created",
    "crashes",
    "done",
    "down",
    "duplicates",
    "external",
    "failed",
    "false",
    "guard",
    "in",
    "losses",
    "marked",
    "node",
    "none",
    "observed",
    "of",
    "pending",
    "prefer",
    "promise",
    "raising",
    "rejected",
    "resolved",
    "running",
    "some",
    "store",
    "suspicions",
    "task",
    "told",
    "true",
    "up",
];

/// Words only before a bracket.
const CONFIG_CALLS: &[&str] = &["Call", "Cancel", "Invoke", "Resume", "answer", "timer"];

/// Words only at the beginning of a line.
const CONFIG_HEADS: &[&str] =
    &["D", "K", "M", "O", "S", "T", "U", "V", "W", "budget", "diverged", "node", "now", "ready", "timers", "turn"];

/// The operations by name; those that name a place in a struct or variant are written with its number, `field.0`.
const OPS: &[(&str, Op)] = &[
    ("add", Op::Add),
    ("sub", Op::Sub),
    ("mul", Op::Mul),
    ("div", Op::Div),
    ("rem", Op::Rem),
    ("neg", Op::Neg),
    ("not", Op::Not),
    ("eq", Op::Eq),
    ("ne", Op::Ne),
    ("lt", Op::Lt),
    ("le", Op::Le),
    ("gt", Op::Gt),
    ("ge", Op::Ge),
    ("min", Op::Min),
    ("max", Op::Max),
    ("abs", Op::Abs),
    ("str", Op::Str),
    ("concat", Op::Concat),
    ("len", Op::Len),
    ("contains", Op::Contains),
    ("range", Op::Range),
    ("push", Op::Push),
    ("put", Op::Put),
    ("get", Op::Get),
    ("index", Op::Index),
    ("remove", Op::Remove),
    ("keys", Op::Keys),
    ("values", Op::Values),
    ("list", Op::List),
    ("map", Op::Map),
    ("wrap", Op::Some),
    ("is_some", Op::IsSome),
    ("unwrap", Op::Unwrap),
    ("disown", Op::Disown),
];

fn op_named(name: &str) -> Option<Op> {
    OPS.iter().find(|(own, _)| *own == name).map(|(_, op)| *op)
}

/// An operation's name in the notation. Structs and variants are built under the names of their types and have none.
pub fn op_name(op: Op) -> Cow<'static, str> {
    match op {
        Op::Field(at) => Cow::Owned(format!("field.{at}")),
        Op::WithField(at) => Cow::Owned(format!("with.{at}")),
        Op::IsVariant(at) => Cow::Owned(format!("is.{at}")),
        Op::Payload(at) => Cow::Owned(format!("payload.{at}")),
        _ => Cow::Borrowed(OPS.iter().find(|(_, own)| *own == op).map_or("", |(name, _)| name)),
    }
}

/// How many operands an operation takes; `None`: any number.
pub fn op_arity(op: Op) -> Option<usize> {
    match op {
        Op::List | Op::Map | Op::Struct(_) | Op::Variant(..) => None,
        Op::Neg | Op::Not | Op::Abs | Op::Str | Op::Len | Op::Keys | Op::Values => Some(1),
        Op::Some | Op::IsSome | Op::Unwrap | Op::Field(_) | Op::IsVariant(_) | Op::Payload(_) => Some(1),
        Op::Put => Some(3),
        _ => Some(2),
    }
}

fn find(words: &[&'static str], name: &str) -> Option<&'static str> {
    words.iter().find(|word| **word == name).copied()
}

fn word(name: &str, mode: Mode, site: Site) -> Option<Token<'static>> {
    let (words, calls) = match mode {
        Mode::Program => (PROGRAM_WORDS, PROGRAM_CALLS),
        Mode::Config => (CONFIG_WORDS, CONFIG_CALLS),
    };
    match site {
        Site::Free => None,
        Site::Other => find(words, name).map(Token::Word),
        Site::Call => match op_named(name) {
            Some(op) if mode == Mode::Program => Some(Token::Op(op)),
            _ => find(calls, name).or_else(|| find(words, name)).map(Token::Word),
        },
    }
}

/// `name` as it is written: in backquotes where it would be read as something else.
pub fn spelled(name: &str, mode: Mode, site: Site) -> Cow<'_, str> {
    let opens = |c: char| c.is_ascii_alphabetic() || c == '_';
    let goes_on = |c: char| opens(c) || c.is_ascii_digit() || c == '\'';
    let plain = name.starts_with(opens) && name.chars().all(goes_on);
    if plain && word(name, mode, site).is_none() {
        return Cow::Borrowed(name);
    }
    let mut quoted = String::new();
    quote(&mut quoted, name);
    Cow::Owned(format!("`{}`", quoted[1..quoted.len() - 1].replace('`', "\\u{60}")))
}

/// The tokens of `text` with the offsets at which they start and end.
///
/// # Errors
/// The first thing that is no token.
pub fn tokens(text: &str, mode: Mode) -> Result<Vec<(usize, Token<'_>, usize)>, ParseError> {
    let mut found = Vec::new();
    let mut end = 0;
    for (token, span) in Token::lexer(text).spanned() {
        let mut token = token.map_err(|bad| ParseError::new(Span::new(span.start, span.end), bad.message()))?;
        if let Token::Name(Cow::Borrowed(name)) = token {
            let opens_line = end == 0 || text[end..span.start].contains('\n');
            let behind_dot = matches!(found.last(), Some((_, Token::Sign("."), _)));
            let site = if behind_dot { Site::Free } else { site_before(&text[span.end..]) };
            token = match find(CONFIG_HEADS, name) {
                Some(head) if mode == Mode::Config && opens_line => Token::Head(head),
                _ => word(name, mode, site).unwrap_or(token),
            };
        }
        end = span.end;
        found.push((span.start, token, span.end));
    }
    Ok(found)
}

fn site_before(rest: &str) -> Site {
    if rest.starts_with('(') {
        Site::Call
    } else if rest.trim_start_matches(' ').starts_with('↦') {
        Site::Free
    } else {
        Site::Other
    }
}

fn indexed<'t>(lex: &Lexer<'t, Token<'t>>) -> Result<Op, Bad> {
    let (name, index) = lex.slice().split_once('.').unwrap_or_default();
    let index = index.parse().map_err(|_| Bad::Number)?;
    Ok(match name {
        "field" => Op::Field(index),
        "with" => Op::WithField(index),
        "is" => Op::IsVariant(index),
        _ => Op::Payload(index),
    })
}

/// What stands between the quotes, without escapes.
fn unescaped<'t>(lex: &Lexer<'t, Token<'t>>) -> Result<String, Bad> {
    let slice = lex.slice();
    let mut text = String::new();
    let mut rest = slice[1..slice.len() - 1].chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(c @ ('"' | '\\')) => text.push(c),
            Some('u') => {
                let (hex, behind) =
                    rest.as_str().strip_prefix('{').and_then(|r| r.split_once('}')).ok_or(Bad::Escape)?;
                let code = u32::from_str_radix(hex, 16).map_err(|_| Bad::Escape)?;
                text.push(char::from_u32(code).ok_or(Bad::Escape)?);
                rest = behind.chars();
            }
            _ => return Err(Bad::Escape),
        }
    }
    Ok(text)
}
