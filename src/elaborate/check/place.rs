//! Assignments: the variable, the way down to the place, the value.

use super::mismatch::Because;
use super::{Checker, Origin};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::globals::Global;
use crate::elaborate::typed::{Root, Step, StmtKind};
use crate::elaborate::types::Ty;
use crate::syntax::ast::{Expr, ExprKind, Ident};

/// A step down from a variable, as written.
enum Written<'t, 's> {
    Index(&'t Expr<'s>),
    Field(Ident<'s>),
}

impl<'s> Checker<'_, 's> {
    pub(super) fn assign(&mut self, place: &Expr<'s>, value: &Expr<'s>) -> StmtKind {
        let mut steps = Vec::new();
        let mut at = place;
        loop {
            let (step, base) = match &at.kind {
                ExprKind::Index { base, index } => (Written::Index(index), base),
                ExprKind::Field { base, name } => (Written::Field(*name), base),
                _ => break,
            };
            steps.push((step, at.span));
            at = base;
        }
        steps.reverse();
        let (root, mut ty, mut because) = self.root(at);
        let mut checked = Vec::with_capacity(steps.len());
        let mut base = at.span;
        for (step, span) in steps {
            let (step, below) = match step {
                Written::Index(index) => {
                    let (index, below) = self.index_of(ty, base, index);
                    (Step::Index(index), below)
                }
                Written::Field(name) => {
                    let (field, below) = self.field_of(ty, base, name);
                    (Step::Field(field), below)
                }
            };
            checked.push(step);
            (ty, base, because) = (below, span, Because::Place(span));
        }
        let value = self.expect(value, ty, because);
        match root {
            Some(root) => StmtKind::Assign { root, steps: checked, value },
            None => StmtKind::Expr(value),
        }
    }

    /// The variable that is assigned to, its type, and where that is stated.
    fn root(&mut self, e: &Expr<'s>) -> (Option<Root>, Ty, Because) {
        let nothing = (None, Ty::ERROR, Because::Place(e.span));
        let ExprKind::Name(name) = &e.kind else {
            // A cell of another node, and whatever is wrong inside, is reported as where it is read.
            let before = self.e.report.count();
            self.infer(e, None);
            if self.e.report.count() == before {
                let error = Diagnostic::error(Code::Immutable, e.span, "this is not a place", "cannot be assigned to");
                self.e.report.add(error.help("a variable, `x[i]` or `x.f` stands on the left of `=`"));
            }
            return nothing;
        };
        if let Some(local) = self.local(name) {
            let info = &self.locals[local.0 as usize];
            let (ty, origin, declared) = (info.ty, info.origin, info.name.span);
            if origin != Origin::Mut {
                self.not_mutable(name, e.span, origin, declared);
            }
            return (Some(Root::Local(local)), ty, Because::Variable(local));
        }
        match self.e.globals.names.get(name).copied() {
            Some(Global::Cell(id)) => {
                let reported = self.effect(e.span, "an assignment", None);
                let ty = if reported { Ty::ERROR } else { self.e.globals.cell(id).ty };
                (Some(Root::Cell(id)), ty, Because::Cell(id))
            }
            Some(other) => {
                let message = format!("`{name}` is {}, which never changes", other.word());
                let error = Diagnostic::error(Code::Immutable, e.span, message, "cannot be assigned to");
                let error = error.label(self.e.globals.declared_at(other), "declared here");
                self.e.report.add(error.help("assign to a `let mut` variable or to a `var` cell"));
                nothing
            }
            None => {
                self.infer(e, None);
                nothing
            }
        }
    }

    fn not_mutable(&mut self, name: &str, span: Span, origin: Origin, declared: Span) {
        let (what, help) = match origin {
            Origin::Param => ("a parameter", format!("copy it first: `let mut my_{name} = {name};`")),
            Origin::Bound(what) => (what, format!("copy it first: `let mut my_{name} = {name};`")),
            Origin::Let | Origin::Mut => ("not `mut`", format!("declare it as `let mut {name}`")),
        };
        let message = format!("`{name}` is {what}, so it never changes");
        let error = Diagnostic::error(Code::Immutable, span, message, "cannot be assigned to");
        self.e.report.add(error.label(declared, "declared here").help(help));
    }
}
