//! Operators.

use super::Checker;
use super::expr::literal;
use super::mismatch::Because;
use crate::base::Span;
use crate::calculus::{Op, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::report::a;
use crate::elaborate::typed::{Expr, ExprKind};
use crate::elaborate::types::{Bound, Shape, Ty};
use crate::syntax::ast::{self, BinaryOp, UnaryOp};

impl<'s> Checker<'_, 's> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &ast::Expr<'s>, span: Span) -> Expr {
        match (op, &operand.kind) {
            // One literal: 2^63 has no value of its own, but with the minus it has.
            (UnaryOp::Neg, ast::ExprKind::Int(magnitude)) => match self.int(true, *magnitude, span) {
                Some(value) => literal(Value::Int(value), Ty::INT, span),
                None => Expr::error(span),
            },
            (UnaryOp::Neg, _) => {
                let operand = self.expect(operand, Ty::INT, Because::Takes("`-`"));
                Expr { kind: ExprKind::Op(Op::Neg, vec![operand]), ty: Ty::INT, span }
            }
            (UnaryOp::Not, _) => {
                let operand = self.expect(operand, Ty::BOOL, Because::Takes("`!`"));
                Expr { kind: ExprKind::Op(Op::Not, vec![operand]), ty: Ty::BOOL, span }
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &ast::Expr<'s>,
        right: &ast::Expr<'s>,
        span: Span,
    ) -> Expr {
        let word = word(op);
        let because = Because::Takes(word);
        let (op, operands, result) = match op {
            BinaryOp::And | BinaryOp::Or => {
                let both = (self.expect(left, Ty::BOOL, because), self.expect(right, Ty::BOOL, because));
                let kind = if op == BinaryOp::And { ExprKind::And } else { ExprKind::Or };
                return Expr { kind: kind(Box::new(both)), ty: Ty::BOOL, span };
            }
            BinaryOp::Sub => (Op::Sub, self.ints(left, right, because), Ty::INT),
            BinaryOp::Mul => (Op::Mul, self.ints(left, right, because), Ty::INT),
            BinaryOp::Div => (Op::Div, self.ints(left, right, because), Ty::INT),
            BinaryOp::Rem => (Op::Rem, self.ints(left, right, because), Ty::INT),
            BinaryOp::Eq => (Op::Eq, self.alike(left, right, op_span, word), Ty::BOOL),
            BinaryOp::Ne => (Op::Ne, self.alike(left, right, op_span, word), Ty::BOOL),
            BinaryOp::Lt => (Op::Lt, self.ordered(left, right, op_span, word), Ty::BOOL),
            BinaryOp::Le => (Op::Le, self.ordered(left, right, op_span, word), Ty::BOOL),
            BinaryOp::Gt => (Op::Gt, self.ordered(left, right, op_span, word), Ty::BOOL),
            BinaryOp::Ge => (Op::Ge, self.ordered(left, right, op_span, word), Ty::BOOL),
            BinaryOp::Add => {
                let operands = self.ordered(left, right, op_span, word);
                let ty = operands[0].ty;
                (Op::Add, operands, ty)
            }
        };
        Expr { kind: ExprKind::Op(op, operands), ty: result, span }
    }

    fn ints(&mut self, left: &ast::Expr<'s>, right: &ast::Expr<'s>, because: Because) -> Vec<Expr> {
        vec![self.expect(left, Ty::INT, because), self.expect(right, Ty::INT, because)]
    }

    /// Two operands of one type.
    fn alike(&mut self, left: &ast::Expr<'s>, right: &ast::Expr<'s>, op: Span, word: &str) -> Vec<Expr> {
        let mut left = self.infer(left, None);
        let mut right = self.infer(right, Some(left.ty));
        if self.e.types.join(left.ty, right.ty).is_none() {
            self.differ(&left, &right, op, word);
            (left.ty, right.ty) = (Ty::ERROR, Ty::ERROR);
        }
        vec![left, right]
    }

    /// Two operands that are both ints or both strings.
    fn ordered(&mut self, left: &ast::Expr<'s>, right: &ast::Expr<'s>, op: Span, word: &str) -> Vec<Expr> {
        let mut left = self.infer(left, None);
        let mut right = self.infer(right, Some(left.ty));
        let fits = [&left, &right].map(|side| self.fits(side.ty, Bound::Ordered));
        if fits.contains(&false) {
            let wrong = if fits[0] { &right } else { &left };
            let (ty, span) = (wrong.ty, wrong.span);
            self.not_ordered(ty, span, op, word);
            (left.ty, right.ty) = (Ty::ERROR, Ty::ERROR);
        } else if !self.e.types.same(left.ty, right.ty) {
            self.differ(&left, &right, op, word);
            (left.ty, right.ty) = (Ty::ERROR, Ty::ERROR);
        } else if left.ty == Ty::ERROR {
            left.ty = right.ty;
        }
        vec![left, right]
    }

    fn differ(&mut self, left: &Expr, right: &Expr, op: Span, word: &str) {
        let [left_type, right_type] = [left.ty, right.ty].map(|ty| a(&self.e.types.show(ty)));
        let message = format!("{word} takes two values of one type, not {left_type} and {right_type}");
        let error = Diagnostic::error(Code::Type, op, message, "the two sides differ");
        let error = error.label(left.span, left_type).label(right.span, right_type);
        let shapes = [left.ty, right.ty].map(|ty| self.e.types.shape(ty));
        self.e.report.add(error.help(match shapes {
            [Shape::Task(_) | Shape::Promise(_), _] | [_, Shape::Task(_) | Shape::Promise(_)] => {
                "the value is there once it is awaited: put `await` before it"
            }
            [Shape::Option(_), _] => "compare with `some(…)`, or take the value out with `match`",
            [_, Shape::Option(_)] => "compare `some(…)` with it, or take the value out with `match`",
            [Shape::Str, _] | [_, Shape::Str] => "`str(…)` makes a string of any value",
            _ => "make both the same",
        }));
    }

    fn not_ordered(&mut self, ty: Ty, span: Span, op: Span, word: &str) {
        let found = a(&self.e.types.show(ty));
        let message = format!("{word} takes two ints or two strings, not {found}");
        let error = Diagnostic::error(Code::Type, span, message, format!("this is {found}"));
        self.e.report.add(error.label(op, "needs ints or strings").help(match self.e.types.shape(ty) {
            Shape::Task(_) | Shape::Promise(_) => "the value is there once it is awaited: put `await` before it",
            Shape::List(_) => "lists are joined with `concat(…)`, and grow with `push(…)`",
            Shape::Option(_) => "an option may be empty: take the value out with `match`",
            Shape::Bool => "bools are joined with `&&` and `||`",
            _ => "`str(…)` makes a string of any value",
        }));
    }
}

fn word(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "`||`",
        BinaryOp::And => "`&&`",
        BinaryOp::Eq => "`==`",
        BinaryOp::Ne => "`!=`",
        BinaryOp::Lt => "`<`",
        BinaryOp::Le => "`<=`",
        BinaryOp::Gt => "`>`",
        BinaryOp::Ge => "`>=`",
        BinaryOp::Add => "`+`",
        BinaryOp::Sub => "`-`",
        BinaryOp::Mul => "`*`",
        BinaryOp::Div => "`/`",
        BinaryOp::Rem => "`%`",
    }
}
