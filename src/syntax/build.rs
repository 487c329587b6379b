//! What the grammar's actions call to build nodes. Nothing here can fail: the lexer has already complained about
//! every literal that is not in order.

use super::ast::{BinaryOp, Call, Expr, ExprKind, Ident};
use super::literal;
pub use crate::base::Span;

pub fn span(start: u32, end: u32) -> Span {
    Span { start, end }
}

pub fn ident(text: &str, start: u32, end: u32) -> Ident<'_> {
    Ident { text: &text[start as usize..end as usize], span: span(start, end) }
}

pub fn integer(text: &str, start: u32, end: u32) -> u64 {
    literal::integer(&text[start as usize..end as usize]).unwrap_or(0)
}

pub fn unescape(text: &str, start: u32, end: u32) -> String {
    literal::unescape(&text[start as usize..end as usize]).0
}

pub fn push<T>(mut list: Vec<T>, next: T) -> Vec<T> {
    list.push(next);
    list
}

pub fn prepend<T>(first: T, mut rest: Vec<T>) -> Vec<T> {
    rest.insert(0, first);
    rest
}

pub fn expr(start: u32, kind: ExprKind<'_>, end: u32) -> Expr<'_> {
    Expr { kind, span: span(start, end) }
}

pub fn binary<'s>(start: u32, left: Expr<'s>, op: (BinaryOp, Span), right: Expr<'s>, end: u32) -> Expr<'s> {
    let (op, op_span) = op;
    let kind = ExprKind::Binary { op, op_span, left: Box::new(left), right: Box::new(right) };
    expr(start, kind, end)
}

pub fn call<'s>(name: Ident<'s>, args: Vec<Expr<'s>>, end: u32) -> Call<'s> {
    Call { name, args, span: span(name.span.start, end) }
}

/// A name; the parser puts an empty one where it had to make up an expression.
pub fn name_or_gap(name: Ident<'_>) -> ExprKind<'_> {
    if name.text.is_empty() { ExprKind::Error } else { ExprKind::Name(name.text) }
}
