//! From the surface tree to the core: names, types and every other static check of language.md, then lowering to the
//! A-normal form of the calculus.
//!
//! ```text
//! tree ─ declare, structure ─ check ─ typed tree ─ lower ─ calculus::Program
//!        (the top level)      (one function after the other)
//! ```
//!
//! The checks never stop at the first mistake; a program that has one is not lowered.

mod atomic;
mod builtin;
mod check;
mod constant;
mod declare;
mod globals;
mod lower;
mod report;
mod structure;
mod typed;
mod types;
mod unused;

use std::collections::BTreeMap;

use self::atomic::AtomicCalls;
use self::check::{Checker, Place, Summary};
use self::constant::Constants;
use self::globals::Globals;
use self::lower::Core;
use self::report::Report;
use self::structure::LocalTypes;
use self::typed::Expr;
use self::types::{Ty, Types};
use crate::base::{Source, Span};
use crate::calculus::{self, FnId};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, ItemKind, PropertyKind};

/// The core of the program in `source`, unless it has errors; and all that is to be said about it, by place.
pub fn compile(source: &Source) -> (Option<calculus::Program>, Vec<Diagnostic>) {
    let (tree, mut found) = crate::syntax::parse(source);
    // What a piece that could not be read would have declared is unknown, so everything said beyond would be a guess.
    let tree = tree.filter(|_| !found.iter().any(Diagnostic::is_error));
    let Some(tree) = tree else { return (None, found) };
    let (program, more) = elaborate(source, &tree);
    found.extend(more);
    found.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
    (program, found)
}

/// The core of a program, unless it has errors; and all that is to be said about it, by place.
pub fn elaborate(source: &Source, tree: &ast::Program<'_>) -> (Option<calculus::Program>, Vec<Diagnostic>) {
    let mut elaborator = Elaborator {
        source_len: source.text().len(),
        globals: Globals::default(),
        types: Types::new(),
        report: Report::default(),
        properties: BTreeMap::new(),
        local: LocalTypes::default(),
        core: Core::default(),
        summaries: Vec::new(),
        called_in_atomic: AtomicCalls::new(),
        dropped: Vec::new(),
    };
    elaborator.run(tree);
    let Elaborator { report, core, .. } = elaborator;
    let program = (!report.has_errors()).then_some(core.program);
    (program, report.finish())
}

/// A program on its way.
struct Elaborator<'s> {
    source_len: usize,
    globals: Globals<'s>,
    types: Types,
    report: Report,
    /// The names of the properties, and where they are declared.
    properties: BTreeMap<&'s str, Span>,
    local: LocalTypes,
    core: Core,
    /// Of each function, what its callers must know.
    summaries: Vec<Summary>,
    /// The synchronous functions called in atomic blocks.
    called_in_atomic: AtomicCalls,
    /// The tasks and promises that are dropped, and by which function.
    dropped: Vec<(FnId, Span, &'static str)>,
}

impl<'s> Elaborator<'s> {
    fn run(&mut self, tree: &ast::Program<'s>) {
        self.register(tree);
        self.resolve_declarations(tree);
        self.check_recursion();
        self.find_local_types();
        self.core.declare(&self.globals);
        self.constants(tree);
        self.functions(tree);
        self.check_main();
        self.check_atomic_calls();
        self.check_properties(tree);
        self.warn_unused();
        self.warn_dropped();
    }

    /// Checks and computes the constants, then the initial values of the cells.
    fn constants(&mut self, tree: &ast::Program<'s>) {
        let mark = self.types.mark();
        let mut constants = Constants::new();
        let mut at = 0;
        for item in &tree.items {
            if let ItemKind::Const { value, .. } = &item.kind {
                let (ty, ty_span) = (self.globals.consts[at].ty, self.globals.consts[at].ty_span);
                constants.add(self.constant_expr(value, ty, ty_span));
                at += 1;
            }
        }
        self.compute_constants(&mut constants);
        let mut at = 0;
        for item in &tree.items {
            if let ItemKind::Cell { init, durable, .. } = &item.kind {
                let (ty, ty_span) = (self.globals.cells[at].ty, self.globals.cells[at].ty_span);
                if *durable {
                    self.check_portable(ty, ty_span, "a durable cell", "would outlive its node's memory");
                }
                let init = self.constant_expr(init, ty, ty_span);
                if let Some(value) = init.and_then(|init| self.compute_initial(&mut constants, &init)) {
                    self.core.add_cell(&self.globals.cells[at], value);
                }
                at += 1;
            }
        }
        self.types.forget_since(mark);
    }

    /// Checks the value of a constant or cell; `None` if it is in error, and then it must not be computed.
    fn constant_expr(&mut self, value: &ast::Expr<'s>, ty: Ty, stated: Span) -> Option<Expr> {
        let before = self.report.count();
        let checked = Checker::new(self, Place::Constant).single(value, ty, Some(stated));
        (self.report.count() == before).then_some(checked)
    }

    /// Checks the functions, and lowers them as long as nothing is wrong.
    fn functions(&mut self, tree: &ast::Program<'s>) {
        let mut next = 0;
        for item in &tree.items {
            let ItemKind::Fn(decl) = &item.kind else { continue };
            let mark = self.types.mark();
            let f = FnId(next);
            let (body, summary) = Checker::new(self, Place::Function(f)).function(f, decl);
            self.summaries.push(summary);
            if !self.report.has_errors() {
                self.core.add_function(&self.globals, &self.types, self.globals.function(f), &body);
                if self.core.is_full() {
                    self.too_large(f);
                }
            }
            self.types.forget_since(mark);
            next += 1;
        }
    }

    fn too_large(&mut self, f: FnId) {
        let name = self.globals.function(f).name;
        let message = "this program becomes too large";
        let error = Diagnostic::error(Code::Depth, name.span, message, "more than 16 million steps up to here");
        self.report.add(error.help("put fewer scopes into each other: each way out of one leaves all that it is in"));
    }

    fn check_main(&mut self) {
        let Some(main) = self.globals.function_names.get("main").copied() else {
            let at = Span::new(0, 1.min(self.source_len));
            let error = Diagnostic::error(Code::Main, at, "the program has no `main`", "nothing starts here");
            let functions = self.globals.function_names.keys().copied();
            let help = match self.report.nearest("main", functions) {
                Some(near) => format!("did you mean `main` where `{near}` is declared?"),
                None => "declare `async fn main() { … }`: it starts on the first node".to_owned(),
            };
            self.report.add(error.help(help));
            return;
        };
        self.core.program.main = Some(main);
        self.globals.functions[main.0 as usize].used = true;
        let signature = self.globals.function(main);
        let (result, result_span) = (signature.result, signature.result_span);
        if let (Some((first, _)), Some((last, _))) = (signature.params.first(), signature.params.last()) {
            let span = first.span.to(last.span);
            let error = Diagnostic::error(Code::Main, span, "`main` takes no parameters", "nobody could give them");
            let error = error.label(signature.name.span, "the program starts here");
            self.report.add(error.help("remove them; what main needs it can keep in constants"));
        }
        self.check_portable(result, result_span, "the result of main", "would outlive main's node");
    }

    fn check_properties(&mut self, tree: &ast::Program<'s>) {
        for item in &tree.items {
            let ItemKind::Property { kind, name, body } = &item.kind else { continue };
            let mark = self.types.mark();
            let mut checker = Checker::new(self, Place::Property(*kind));
            let body = checker.single(body, Ty::BOOL, None);
            let uses_result = checker.uses_result;
            if !self.report.has_errors() {
                let kind = match kind {
                    PropertyKind::Invariant => calculus::term::PropertyKind::Invariant,
                    PropertyKind::Finally => calculus::term::PropertyKind::Finally,
                    PropertyKind::Eventually => calculus::term::PropertyKind::Eventually,
                };
                let body = self.core.add_property_body(&self.globals, &self.types, name.text, &body);
                let name = name.text.to_owned();
                let property = calculus::term::Property { name, kind, body, uses_result, span: item.span };
                self.core.program.properties.push(property);
            }
            self.types.forget_since(mark);
        }
    }
}
