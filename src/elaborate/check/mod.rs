//! The checks of one function, constant, cell or property: from the surface tree to the typed tree.
//!
//! Types are found from left to right. Where one stays open (an empty list, a fresh promise) the first use decides, and
//! what is open at the end of the function is an error. An expression that is in error goes with everything.

mod address;
mod block;
mod builtins;
mod call;
mod expr;
mod finish;
mod mismatch;
mod operator;
mod pattern;
mod place;
mod stmt;

use std::collections::BTreeMap;

use self::mismatch::Because;
use super::Elaborator;
use super::typed::{Expr, Local};
use super::types::{Bound, Ty};
use crate::base::Span;
use crate::calculus::FnId;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Ident, PropertyKind};

/// What is being checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Function(FnId),
    /// The value of a constant, or the initial one of a cell.
    Constant,
    Property(PropertyKind),
}

/// How a local came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Param,
    Let,
    Mut,
    /// The variable of a `for`, what a pattern binds, the error of a `catch`.
    Bound(&'static str),
}

/// A parameter or variable.
#[derive(Debug)]
struct LocalInfo<'s> {
    name: Ident<'s>,
    ty: Ty,
    origin: Origin,
    /// How many blocks were open where it was declared.
    depth: usize,
    used: bool,
    /// It holds what a scope waits for anyway.
    child: bool,
}

/// What can be judged only when all types of the function are known.
#[derive(Debug)]
enum Later<'s> {
    /// The type of a new promise must be known, and portable.
    Promise { ty: Ty, span: Span },
    /// The type of a variable must be known.
    Variable { ty: Ty, name: Ident<'s> },
    /// A value of type `ty` is put into a promise that holds a `promise`; it must be portable.
    Stored { promise: Ty, ty: Ty, span: Span },
    /// What leaves the node must be portable.
    Leaves { ty: Ty, span: Span, what: &'static str, label: &'static str },
    /// A value is dropped; it should not be a task or promise.
    Dropped { ty: Ty, span: Span },
}

/// What a function does that the callers must know: see `atomic`.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// The first thing in it that an atomic block may not do.
    pub(super) breaks_atomic: Option<(Span, &'static str)>,
    /// The synchronous functions that it calls.
    pub(super) calls: Vec<FnId>,
}

pub(super) struct Checker<'e, 's> {
    e: &'e mut Elaborator<'s>,
    place: Place,
    locals: Vec<LocalInfo<'s>>,
    /// The locals of each name, the innermost last.
    visible: BTreeMap<&'s str, Vec<Local>>,
    /// The named locals of each open block.
    blocks: Vec<Vec<Local>>,
    /// Of each open loop, whether a `break` leaves it.
    loops: Vec<bool>,
    scopes: usize,
    atomics: usize,
    /// Inside of something that an atomic block may not do and that has been reported.
    muted: bool,
    later: Vec<Later<'s>>,
    summary: Summary,
    /// Whether `result` has been named.
    pub(super) uses_result: bool,
}

impl<'e, 's> Checker<'e, 's> {
    pub(super) fn new(e: &'e mut Elaborator<'s>, place: Place) -> Self {
        Checker {
            e,
            place,
            locals: Vec::new(),
            visible: BTreeMap::new(),
            blocks: Vec::new(),
            loops: Vec::new(),
            scopes: 0,
            atomics: 0,
            muted: false,
            later: Vec::new(),
            summary: Summary::default(),
            uses_result: false,
        }
    }

    /// The value of a constant, the initial one of a cell, or the body of a property: of type `ty`.
    pub(super) fn single(&mut self, value: &ast::Expr<'s>, ty: Ty, stated: Option<Span>) -> Expr {
        let because = stated.map_or(Because::Takes("a property"), Because::Written);
        let checked = self.expect(value, ty, because);
        self.finish();
        checked
    }

    /// Checks an expression of which `ty` is wanted.
    fn expect(&mut self, e: &ast::Expr<'s>, ty: Ty, because: Because) -> Expr {
        let mut checked = self.infer(e, Some(ty));
        if !self.e.types.flows(checked.ty, ty) {
            self.mismatch(checked.span, checked.ty, ty, because);
            checked.ty = Ty::ERROR;
        }
        checked
    }

    fn fits(&mut self, ty: Ty, bound: Bound) -> bool {
        self.e.types.fits(ty, bound)
    }

    /// Declares a name in the innermost block; `_` declares nothing.
    fn declare(&mut self, name: Ident<'s>, ty: Ty, origin: Origin) -> Option<Local> {
        if name.text == "_" {
            return None;
        }
        let depth = self.blocks.len();
        let id = Local(self.locals.len() as u32);
        let same = self.visible.entry(name.text).or_default();
        let before = same.last().map(|before| &self.locals[before.0 as usize]).filter(|before| before.depth == depth);
        let before = before.map(|before| before.name.span);
        same.push(id);
        self.locals.push(LocalInfo { name, ty, origin, depth, used: false, child: false });
        if let Some(block) = self.blocks.last_mut() {
            block.push(id);
        }
        if let Some(before) = before {
            let message = format!("`{}` is declared twice in one block", name.text);
            let error = Diagnostic::error(Code::Duplicate, name.span, message, "declared again here");
            let help = "choose another name, or assign to it with `let mut` and `=`; an inner block may reuse a name";
            self.e.report.add(error.label(before, "declared first here").help(help));
        }
        Some(id)
    }

    fn open_block(&mut self) {
        self.blocks.push(Vec::new());
    }

    fn close_block(&mut self) {
        for local in self.blocks.pop().unwrap_or_default() {
            if let Some(same) = self.visible.get_mut(self.locals[local.0 as usize].name.text) {
                same.pop();
            }
        }
    }

    /// The local that a name stands for.
    fn local(&self, name: &str) -> Option<Local> {
        self.visible.get(name)?.last().copied()
    }

    /// Notes that something is done here that is not a computation. `what` with its article, for constants and
    /// properties; `atomic`: why an atomic block may not do it, if it may not. True if that has been reported.
    fn effect(&mut self, span: Span, what: &str, atomic: Option<&'static str>) -> bool {
        if let Place::Constant | Place::Property(_) = self.place {
            if self.muted {
                return true;
            }
            let (holder, help) = match self.place {
                Place::Property(_) => (
                    "a property only looks",
                    "use cells (`cell@node`), constants, operators and built-in functions that compute",
                ),
                _ => (
                    "it must be known before the program runs",
                    "use literals, constants, operators and built-in functions that compute",
                ),
            };
            let error =
                Diagnostic::error(Code::Type, span, format!("{what} has no place here: {holder}"), "not a computation");
            self.e.report.add(error.help(help));
            return true;
        }
        let Some(why) = atomic else { return false };
        if self.atomics == 0 {
            self.summary.breaks_atomic.get_or_insert((span, why));
            return false;
        }
        if !self.muted {
            let error = Diagnostic::error(Code::Atomic, span, format!("{what} may not stand in an atomic block"), why);
            self.e.report.add(error.help("do it before or behind the block; keep the result in a variable"));
        }
        true
    }

    /// Runs `check` on what stands inside of something that has been reported, if it has been.
    fn inside<R>(&mut self, reported: bool, check: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.muted;
        self.muted |= reported;
        let result = check(self);
        self.muted = before;
        result
    }
}
