//! `match`: patterns, what they bind, and whether they leave anything out.

use std::collections::BTreeSet;

use super::mismatch::Because;
use super::{Checker, Origin};
use crate::base::Span;
use crate::calculus::{TypeId, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::globals::Global;
use crate::elaborate::report::a;
use crate::elaborate::typed::{Arm, Local, StmtKind, Test};
use crate::elaborate::types::{Shape, Ty};
use crate::syntax::ast::{self, Ident, PatternKind};

const BINDING: Origin = Origin::Bound("bound by a pattern");

impl<'s> Checker<'_, 's> {
    pub(super) fn match_(&mut self, subject: &ast::Expr<'s>, arms: &[ast::Arm<'s>], span: Span) -> (StmtKind, bool) {
        let subject = self.infer(subject, None);
        let mut checked = Vec::with_capacity(arms.len());
        let mut seen = BTreeSet::new();
        let mut falls = false;
        let mut sound = true;
        for arm in arms {
            let complete = sound && self.exhausted(subject.ty, &seen);
            self.open_block();
            let tested = self.pattern(&arm.pattern, subject.ty, subject.span);
            let body = self.block(&arm.body);
            self.close_block();
            let Some((test, binds)) = tested else {
                sound = false;
                continue;
            };
            if complete || !seen.insert(test.clone()) {
                let help = "the arms above match all of it; remove this one, or move it up";
                self.unreachable(arm.pattern.span, "this arm is never reached", help);
                continue;
            }
            falls |= body.falls;
            checked.push(Arm { test, binds, body, span: arm.pattern.span });
        }
        if sound && !self.exhausted(subject.ty, &seen) {
            let missing = self.missing(subject.ty, &seen);
            let word = Span::new(span.start as usize, span.start as usize + "match".len());
            let error =
                Diagnostic::error(Code::Match, word, "this match leaves cases out", format!("no arm for {missing}"));
            let what = self.e.types.show(subject.ty);
            let error = error.label(subject.span, format!("this is {}", a(&what)));
            self.e.report.add(error.help("add the missing arms, or one for all the rest: `_ => { … }`"));
        }
        (StmtKind::Match { subject, arms: checked }, falls)
    }

    /// What a pattern tests and binds; `None` if it is in error.
    fn pattern(&mut self, pattern: &ast::Pattern<'s>, subject: Ty, at: Span) -> Option<(Test, Vec<Option<Local>>)> {
        let span = pattern.span;
        let literal = |test: Value| Some((Test::Equals(test), Vec::new()));
        match &pattern.kind {
            PatternKind::Wild => Some((Test::Any, Vec::new())),
            PatternKind::Int { negative, magnitude } => {
                let value = self.int(*negative, *magnitude, span)?;
                self.matches(Ty::INT, subject, span, at).then_some(())?;
                literal(Value::Int(value))
            }
            PatternKind::Bool(b) => self.matches(Ty::BOOL, subject, span, at).then(|| literal(Value::Bool(*b)))?,
            PatternKind::Str(text) => {
                self.matches(Ty::STR, subject, span, at).then(|| literal(Value::text(text.as_str())))?
            }
            PatternKind::Unit => self.matches(Ty::UNIT, subject, span, at).then(|| literal(Value::Unit))?,
            PatternKind::None | PatternKind::Some(_) => {
                let inner = self.e.types.open();
                let wanted = self.e.types.make(Shape::Option(inner));
                let fits = self.matches(wanted, subject, span, at);
                match &pattern.kind {
                    PatternKind::Some(name) => {
                        let inner = if fits { inner } else { Ty::ERROR };
                        let bind = self.declare(*name, inner, BINDING);
                        fits.then(|| (Test::Some, vec![bind]))
                    }
                    _ => fits.then(|| (Test::None, Vec::new())),
                }
            }
            PatternKind::Variant { ty, variant, binds } => self.variant_pattern(*ty, *variant, binds, subject, at),
        }
    }

    fn matches(&mut self, pattern: Ty, subject: Ty, span: Span, at: Span) -> bool {
        let fits = self.e.types.flows(subject, pattern);
        if !fits {
            self.mismatch(span, pattern, subject, Because::Subject(at));
        }
        fits
    }

    fn variant_pattern(
        &mut self,
        ty: Ident<'s>,
        variant: Ident<'s>,
        binds: &[Ident<'s>],
        subject: Ty,
        at: Span,
    ) -> Option<(Test, Vec<Option<Local>>)> {
        let found = self.enum_named(ty).and_then(|id| Some((id, self.variant_named(id, variant)?)));
        let payload = found.map(|(id, i)| self.e.globals.enumeration(id).variants[i].payload.clone());
        let mut types = payload.clone().unwrap_or_default();
        types.resize(binds.len(), Ty::ERROR);
        let binds: Vec<_> = binds.iter().zip(types).map(|(name, ty)| self.declare(*name, ty, BINDING)).collect();
        let ((id, i), payload) = (found?, payload?);
        let wanted = self.e.types.make(Shape::Enum(id));
        let whole = ty.span.to(variant.span);
        let fits = self.matches(wanted, subject, whole, at);
        if payload.len() != binds.len() {
            self.wrong_payload(id, i, whole, binds.len());
            return None;
        }
        fits.then(|| (Test::Variant(i as u16), binds))
    }

    /// The enum of that name.
    pub(super) fn enum_named(&mut self, name: Ident<'s>) -> Option<TypeId> {
        match self.e.globals.look_up(name.text) {
            Some(Global::Enum(id)) => Some(id),
            Some(other) => {
                let message = format!("`{}` is {}, not an enum", name.text, other.word());
                let error = Diagnostic::error(Code::Name, name.span, message, "not an enum");
                let error = error.label(self.e.globals.declared_at(other), "declared here");
                self.e.report.add(error.help("a pattern names a variant as `Enum.Variant`"));
                None
            }
            None => {
                let enums = self.e.globals.enums.iter().map(|decl| decl.name.text);
                let instead = format!("declare it: `enum {} {{ … }}`", name.text);
                self.e.report.unknown("enum", name.text, name.span, enums, &instead);
                None
            }
        }
    }

    /// The number of that variant.
    pub(super) fn variant_named(&mut self, id: TypeId, name: Ident<'s>) -> Option<usize> {
        let decl = self.e.globals.enumeration(id);
        let found = decl.variants.iter().position(|variant| variant.name.text == name.text);
        if found.is_none() {
            let what = format!("variant of `{}` called", decl.name.text);
            let all: Vec<&str> = decl.variants.iter().map(|variant| variant.name.text).collect();
            let instead = format!("it has {}", listed(&all));
            self.e.report.unknown(&what, name.text, name.span, all, &instead);
        }
        found
    }

    /// A variant is used with `given` values, and carries another number of them.
    pub(super) fn wrong_payload(&mut self, id: TypeId, variant: usize, span: Span, given: usize) {
        let decl = self.e.globals.enumeration(id);
        let (name, of) = (decl.variants[variant].name, decl.name.text);
        let carries: Vec<String> = decl.variants[variant].payload.iter().map(|ty| self.e.types.show(*ty)).collect();
        let message = format!("`{of}.{}` carries {}, not {given}", name.text, counted(carries.len(), "value"));
        let help = match carries.len() {
            0 => format!("write `{of}.{}`", name.text),
            _ => format!("write `{of}.{}(…)` with {}", name.text, listed(&carries)),
        };
        let error = Diagnostic::error(Code::Arity, span, message, "wrong number of values");
        self.e.report.add(error.label(name.span, "declared here").help(help));
    }

    /// Whether the tests leave nothing out. They are all different, so that counting them is enough.
    fn exhausted(&self, subject: Ty, seen: &BTreeSet<Test>) -> bool {
        let needed = match self.e.types.shape(subject) {
            Shape::Error | Shape::Unit => 1,
            Shape::Bool | Shape::Option(_) => 2,
            Shape::Enum(id) => self.e.globals.enumeration(id).variants.len(),
            _ => usize::MAX,
        };
        seen.len() >= needed || seen.contains(&Test::Any)
    }

    /// What is not matched by any of the tests, in words.
    fn missing(&self, subject: Ty, seen: &BTreeSet<Test>) -> String {
        let all = match self.e.types.shape(subject) {
            Shape::Bool => [true, false].map(|b| (Test::Equals(Value::Bool(b)), b.to_string())).to_vec(),
            Shape::Unit => vec![(Test::Equals(Value::Unit), "()".to_owned())],
            Shape::Option(_) => vec![(Test::Some, "some(…)".to_owned()), (Test::None, "none".to_owned())],
            Shape::Enum(id) => {
                let decl = self.e.globals.enumeration(id);
                let name = |variant: &str| format!("{}.{variant}", decl.name.text);
                let variants = decl.variants.iter().enumerate();
                variants.map(|(i, variant)| (Test::Variant(i as u16), name(variant.name.text))).collect()
            }
            _ => return "anything else".to_owned(),
        };
        let left: Vec<String> =
            all.into_iter().filter(|(test, _)| !seen.contains(test)).map(|(_, text)| text).collect();
        listed(&left)
    }
}

/// `` `a`, `b` and `c` ``, and no more than a few.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 6;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{}`", name.as_ref())).collect();
    match (names.len(), quoted.as_slice()) {
        (0, _) | (_, []) => "nothing".to_owned(),
        (n, _) if n > SHOWN => format!("{} and {} more", quoted.join(", "), n - SHOWN),
        (_, [one]) => one.clone(),
        (_, [first @ .., last]) => format!("{} and {last}", first.join(", ")),
    }
}

/// `no value`, `1 value`, `2 values`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
