//! What follows from the structure of the declared types: which structs would contain themselves, and which types may
//! not leave their node.

use std::collections::{BTreeMap, BTreeSet};

use super::Elaborator;
use super::report::a;
use super::types::{Shape, Ty};
use crate::base::Span;
use crate::calculus::TypeId;
use crate::calculus::value::deep;
use crate::diagnostic::{Code, Diagnostic};

/// Of each struct and each enum, the part that may not leave its node, if there is one.
#[derive(Debug, Default)]
pub(super) struct LocalTypes {
    structs: Vec<Option<String>>,
    enums: Vec<Option<String>>,
}

impl Elaborator<'_> {
    /// Reports every struct that contains itself: no value of it could ever be made.
    pub(super) fn check_recursion(&mut self) {
        let mut search = Search { elaborator: self, low: Vec::new(), stack: Vec::new(), next: 0, cycles: Vec::new() };
        search.run();
        let cycles = search.cycles;
        for (id, field) in cycles {
            let decl = self.globals.structure(id);
            let (name, (field, ty)) = (decl.name, decl.fields[field]);
            let message = format!("`{}` contains itself, so no value of it could ever be made", name.text);
            let label = format!("this field holds a whole `{}`", self.types.show(ty));
            let error = Diagnostic::error(Code::Recursive, name.span, message, "contains itself");
            let help = format!("put an option or a list between: `{}: option<{}>`", field.text, self.types.show(ty));
            self.report.add(error.label(field.span, label).help(help));
        }
    }

    /// Finds out which declared types hold a local task somewhere.
    pub(super) fn find_local_types(&mut self) {
        let mut parts = Vec::new();
        for (at, decl) in self.globals.structs.iter().enumerate() {
            let what = |field: &str| format!("field `{field}` of `{}`", decl.name.text);
            parts.extend(decl.fields.iter().map(|(field, ty)| (Holder::Struct(at), *ty, what(field.text))));
        }
        for (at, decl) in self.globals.enums.iter().enumerate() {
            for variant in &decl.variants {
                let what = format!("what `{}.{}` carries", decl.name.text, variant.name.text);
                parts.extend(variant.payload.iter().map(|ty| (Holder::Enum(at), *ty, what.clone())));
            }
        }
        self.local.structs = vec![None; self.globals.structs.len()];
        self.local.enums = vec![None; self.globals.enums.len()];
        // Who holds what: a type found to be local makes its holders local in turn.
        let mut holders = BTreeMap::<Holder, Vec<Holder>>::new();
        let mut found = Vec::new();
        for (holder, ty, what) in parts {
            let mut inside = Vec::new();
            if let Some(task) = self.first_task(ty, &mut inside) {
                let verb = if task == ty { "is" } else { "holds" };
                found.push((holder, format!("{what} {verb} {}", a(&self.types.show(task)))));
            }
            for part in inside {
                holders.entry(part).or_default().push(holder);
            }
        }
        found.reverse();
        while let Some((holder, reason)) = found.pop() {
            let known = match holder {
                Holder::Struct(at) => &mut self.local.structs[at],
                Holder::Enum(at) => &mut self.local.enums[at],
            };
            if known.is_none() {
                *known = Some(reason.clone());
                let above = holders.get(&holder).into_iter().flatten();
                found.extend(above.map(|above| (*above, reason.clone())));
            }
        }
    }

    /// The first local task in a type; `inside` takes the declared types in it.
    fn first_task(&self, ty: Ty, inside: &mut Vec<Holder>) -> Option<Ty> {
        match self.types.shape(ty) {
            Shape::Task(_) => Some(ty),
            // A promise is a name: what it holds was checked where it was put in.
            Shape::List(a) | Shape::Option(a) => deep(|| self.first_task(a, inside)),
            Shape::Map(a, b) => deep(|| self.first_task(a, inside).or_else(|| self.first_task(b, inside))),
            Shape::Struct(id) => {
                inside.push(Holder::Struct(usize::from(id.0)));
                None
            }
            Shape::Enum(id) => {
                inside.push(Holder::Enum(usize::from(id.0)));
                None
            }
            _ => None,
        }
    }

    /// Why a value of the type may not leave its node; `None` if it may.
    pub(super) fn not_portable(&self, ty: Ty) -> Option<String> {
        let mut inside = Vec::new();
        if let Some(task) = self.first_task(ty, &mut inside) {
            let task = self.types.show(task);
            return Some(match self.types.shape(ty) {
                Shape::Task(_) => format!("it is a `{task}`"),
                _ => format!("it holds a `{task}`"),
            });
        }
        inside.into_iter().find_map(|part| match part {
            Holder::Struct(at) => self.local.structs[at].clone(),
            Holder::Enum(at) => self.local.enums[at].clone(),
        })
    }

    /// Reports a value of type `ty` that is not portable where it must be: `what` is the value, `label` what would
    /// become of it.
    pub(super) fn check_portable(&mut self, ty: Ty, span: Span, what: &str, label: &str) -> bool {
        let Some(part) = self.not_portable(ty) else { return true };
        let message = format!("{what} must be portable, but {part}");
        let error = Diagnostic::error(Code::Portable, span, message, label);
        self.report.add(error.help(
            "a local task is known on its own node only; pass its value (`await` it first), or make it with `spawn`, \
             whose promise may go anywhere",
        ));
        false
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Struct(usize),
    Enum(usize),
}

/// Tarjan's search for strongly connected components, over "a struct has a field of this struct".
struct Search<'e, 's> {
    elaborator: &'e Elaborator<'s>,
    /// Of each struct that was met, the lowest number known to be reachable; [`DONE`] once its component is complete.
    low: Vec<Option<usize>>,
    stack: Vec<usize>,
    next: usize,
    /// The structs that contain themselves, with the field by which they do.
    cycles: Vec<(TypeId, usize)>,
}

const DONE: usize = usize::MAX;

impl Search<'_, '_> {
    fn run(&mut self) {
        let count = self.elaborator.globals.structs.len();
        self.low = vec![None; count];
        for at in 0..count {
            if self.low[at].is_none() {
                self.visit(at);
            }
        }
    }

    /// The fields that hold a whole struct, and which.
    fn parts(&self, at: usize) -> Vec<(usize, usize)> {
        let fields = self.elaborator.globals.structs[at].fields.iter().enumerate();
        let part = |(i, (_, ty)): (usize, &(_, Ty))| match self.elaborator.types.shape(*ty) {
            Shape::Struct(id) => Some((i, usize::from(id.0))),
            _ => None,
        };
        fields.filter_map(part).collect()
    }

    fn visit(&mut self, at: usize) -> usize {
        let number = self.next;
        self.next += 1;
        self.low[at] = Some(number);
        self.stack.push(at);
        let mut low = number;
        for (_, part) in self.parts(at) {
            let reached = match self.low[part] {
                None => deep(|| self.visit(part)),
                Some(known) => known,
            };
            low = low.min(reached);
        }
        self.low[at] = Some(low);
        if low == number {
            self.complete(at);
            return DONE;
        }
        low
    }

    /// Everything on the stack from `at` on reaches each other.
    fn complete(&mut self, at: usize) {
        let start = self.stack.iter().rposition(|on| *on == at).unwrap_or(0);
        let component: BTreeSet<usize> = self.stack.split_off(start).into_iter().collect();
        for member in &component {
            self.low[*member] = Some(DONE);
            let within = self.parts(*member).into_iter().find(|(_, part)| component.contains(part));
            if let Some((field, _)) = within {
                self.cycles.push((TypeId(*member as u16), field));
            }
        }
    }
}
