//! Function bodies and blocks: where control goes on, and where it does not.

use super::{Checker, Later, Origin, Place, Summary};
use crate::base::Span;
use crate::calculus::FnId;
use crate::calculus::value::deep;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::report::a;
use crate::elaborate::typed::{Block, Body};
use crate::elaborate::types::Ty;
use crate::syntax::ast;

impl<'s> Checker<'_, 's> {
    /// The body of function `f`, and what its callers must know of it.
    pub(in crate::elaborate) fn function(mut self, f: FnId, decl: &ast::FnDecl<'s>) -> (Body<'s>, Summary) {
        self.place = Place::Function(f);
        self.open_block();
        let types: Vec<Ty> = self.e.globals.function(f).params.iter().map(|(_, ty)| *ty).collect();
        for (param, ty) in decl.params.iter().zip(types) {
            self.parameter(param, ty);
        }
        let block = self.statements(&decl.body);
        self.close_block();
        let signature = self.e.globals.function(f);
        if block.falls && !matches!(signature.result, Ty::UNIT | Ty::ERROR) {
            let wanted = self.e.types.show(signature.result);
            let message = format!("`{}` may end without returning {}", decl.name.text, a(&wanted));
            let error = Diagnostic::error(Code::Return, block.close, message, "control comes here");
            let error = error.label(signature.result_span, "what it returns is stated here");
            self.e.report.add(error.help("return a value on every path, or throw an error"));
        }
        self.finish();
        let locals = self.locals.iter().map(|local| (local.name.text, local.origin == Origin::Mut)).collect();
        (Body { locals, block }, self.summary)
    }

    /// A parameter called `_` has a slot, but no name.
    fn parameter(&mut self, param: &ast::Field<'s>, ty: Ty) {
        if self.declare(param.name, ty, Origin::Param).is_none() {
            let depth = self.blocks.len();
            let name = param.name;
            self.locals.push(super::LocalInfo { name, ty, origin: Origin::Param, depth, used: true, child: false });
        }
    }

    /// A block with names of its own.
    pub(super) fn block(&mut self, block: &ast::Block<'s>) -> Block {
        self.open_block();
        let checked = self.statements(block);
        self.close_block();
        checked
    }

    /// The statements of a block, in the block that is open. What is behind the last reachable one is checked too, and
    /// then forgotten.
    pub(super) fn statements(&mut self, block: &ast::Block<'s>) -> Block {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        let mut falls = true;
        let mut breaks = None;
        for stmt in &block.stmts {
            if !falls && breaks.is_none() {
                // A break that is never reached leaves no loop.
                breaks = Some(self.loops.last().copied());
                let rest = stmt.span.to(block.stmts.last().map_or(stmt.span, |last| last.span));
                self.unreachable(rest, "this code is never reached", "remove it, or see why control never comes here");
            }
            let (checked, goes_on) = deep(|| self.stmt(stmt));
            if falls {
                stmts.push(checked);
                falls = goes_on;
            }
        }
        if let (Some(Some(before)), Some(now)) = (breaks, self.loops.last_mut()) {
            *now = before;
        }
        let end = block.span.end as usize;
        Block { stmts, falls, close: Span::new(end.saturating_sub(1), end) }
    }

    pub(super) fn unreachable(&mut self, span: Span, message: &str, help: &str) {
        let warning = Diagnostic::warning(Code::Unreachable, span, message, "never reached");
        self.e.report.add(warning.help(help));
    }

    pub(super) fn later(&mut self, later: Later<'s>) {
        self.later.push(later);
    }
}
