//! The values of constants and the initial values of cells: computed while the program is compiled.

use super::Elaborator;
use super::typed::{Expr, ExprKind};
use super::types::{Shape, Types};
use crate::base::Span;
use crate::calculus::op::Naming;
use crate::calculus::value::deep;
use crate::calculus::{Names, Op, Text, Value};
use crate::diagnostic::{Code, Diagnostic};

/// So much may be computed before a program runs: about the number of parts of values that are looked at. A constant
/// can double the one before, so without a limit fifty lines could fill any memory.
const BUDGET: u64 = 20_000_000;

/// How far the constants of a program have been computed.
pub(super) struct Constants {
    /// The checked expressions, `None` of those that are in error or have been computed.
    exprs: Vec<Option<Expr>>,
    busy: Vec<bool>,
    left: u64,
}

/// Why there is no value: it has been reported.
struct Reported;

impl Constants {
    pub(super) fn new() -> Self {
        Constants { exprs: Vec::new(), busy: Vec::new(), left: BUDGET }
    }

    /// The expression of the next constant, `None` if it is in error.
    pub(super) fn add(&mut self, expr: Option<Expr>) {
        self.exprs.push(expr);
        self.busy.push(false);
    }
}

impl Elaborator<'_> {
    /// The value of an operation.
    pub(super) fn compute(&self, op: Op, args: &[Value]) -> Result<Value, Text> {
        op.apply_many(args, Naming { program: &self.core.program, names: &Names::default() })
    }

    /// Computes every constant.
    pub(super) fn compute_constants(&mut self, constants: &mut Constants) {
        for at in 0..constants.exprs.len() {
            let _ = self.constant(constants, at, None);
        }
    }

    /// The initial value of a cell.
    pub(super) fn compute_initial(&mut self, constants: &mut Constants, expr: &Expr) -> Option<Value> {
        self.evaluate(constants, expr).ok()
    }

    fn constant(&mut self, constants: &mut Constants, at: usize, used: Option<Span>) -> Result<Value, Reported> {
        if let Some(value) = &self.globals.consts[at].value {
            return Ok(value.clone());
        }
        if constants.busy[at] {
            let name = self.globals.consts[at].name;
            let message = format!("the constant `{}` depends on itself", name.text);
            let error = Diagnostic::error(Code::Recursive, name.span, message, "needs its own value");
            let error = match used {
                Some(used) => error.label(used, "used here"),
                None => error,
            };
            self.report.add(error.help("give one of the constants involved a value of its own"));
            return Err(Reported);
        }
        let Some(expr) = constants.exprs[at].take() else { return Err(Reported) };
        constants.busy[at] = true;
        let result = self.evaluate(constants, &expr);
        constants.busy[at] = false;
        let value = result?;
        self.globals.consts[at].value = Some(value.clone());
        Ok(value)
    }

    fn evaluate(&mut self, constants: &mut Constants, expr: &Expr) -> Result<Value, Reported> {
        deep(|| match &expr.kind {
            ExprKind::Value(value) => Ok(value.clone()),
            ExprKind::Const(at) => self.constant(constants, *at as usize, Some(expr.span)),
            ExprKind::Op(op, args) => {
                let values = self.evaluate_all(constants, args)?;
                self.operate(constants, overloaded(&self.types, *op, expr), &values, expr.span)
            }
            ExprKind::Struct(id, _, fields) => {
                let values = self.evaluate_all(constants, fields)?;
                self.operate(constants, Op::Struct(*id), &values, expr.span)
            }
            ExprKind::And(both) | ExprKind::Or(both) => {
                let left = self.evaluate(constants, &both.0)?;
                let decides = Value::Bool(matches!(&expr.kind, ExprKind::Or(_)));
                if left == decides { Ok(left) } else { self.evaluate(constants, &both.1) }
            }
            // What has errors does not come here, and nothing else is allowed in a constant.
            _ => Err(Reported),
        })
    }

    fn evaluate_all(&mut self, constants: &mut Constants, exprs: &[Expr]) -> Result<Vec<Value>, Reported> {
        exprs.iter().map(|expr| self.evaluate(constants, expr)).collect()
    }

    fn operate(&mut self, constants: &mut Constants, op: Op, values: &[Value], span: Span) -> Result<Value, Reported> {
        let mut left = constants.left.saturating_sub(1);
        for value in values {
            charge(value, &mut left);
        }
        if let (Op::Range, [Value::Int(from), Value::Int(to)]) = (op, values) {
            left = left.saturating_sub(to.saturating_sub(*from).max(0).unsigned_abs());
        }
        if left == 0 {
            // Once is enough: everything after it would say the same.
            if constants.left > 0 {
                let message = "the constants of this program are too large to be computed before it runs";
                let error = Diagnostic::error(Code::Type, span, message, "this one is too much");
                self.report.add(error.help("compute it in a function, when it is needed"));
            }
            constants.left = 0;
            return Err(Reported);
        }
        constants.left = left;
        self.compute(op, values).map_err(|error| {
            let message = format!("this has no value: {error}");
            let error = Diagnostic::error(Code::Type, span, message, "raises an error");
            self.report.add(error.help("constants and initial values are computed before the program runs"));
            Reported
        })
    }
}

/// The operation that an overloaded one stands for.
pub(super) fn overloaded(types: &Types, op: Op, expr: &Expr) -> Op {
    if op == Op::Add && types.shape(expr.ty) == Shape::Str { Op::Concat } else { op }
}

/// Takes the parts of a value off what is left.
fn charge(value: &Value, left: &mut u64) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    let mut all = |parts: &mut dyn Iterator<Item = &Value>| parts.for_each(|part| deep(|| charge(part, left)));
    match value {
        Value::Str(text) => *left = left.saturating_sub(text.len() as u64 / 64),
        Value::List(list) => {
            for part in list.iter() {
                deep(|| charge(part, left));
                if *left == 0 {
                    break;
                }
            }
        }
        Value::Map(map) => {
            for (key, part) in map.iter() {
                charge(key, left);
                deep(|| charge(part, left));
                if *left == 0 {
                    break;
                }
            }
        }
        Value::Some(inner) => all(&mut std::iter::once(&***inner)),
        Value::Struct(record) | Value::Enum(record) => all(&mut record.fields.iter()),
        _ => {}
    }
}
