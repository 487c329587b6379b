//! What is said where a value has another type than wanted: why that type is wanted, and the way out.

use super::Checker;
use crate::base::Span;
use crate::calculus::{CellId, FnId, TypeId};
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::builtin::called;
use crate::elaborate::report::a;
use crate::elaborate::typed::Local;
use crate::elaborate::types::{Shape, Ty};

/// Why a type is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Because {
    /// The function has a parameter of that type.
    Param(FnId, usize),
    /// So the built-in function is called.
    Usage(&'static str),
    Field(TypeId, usize),
    Payload(TypeId, usize),
    /// It is written here.
    Written(Span),
    /// The variable is of that type.
    Variable(Local),
    Cell(CellId),
    /// What the function returns is stated here.
    Result(Span),
    /// The operator, or the construct, takes nothing else.
    Takes(&'static str),
    /// What it becomes a part of says so.
    Part,
    /// An earlier element of the list is of that type.
    Earlier(Span),
    /// The value that is matched is of that type.
    Subject(Span),
    /// So the place assigned to is.
    Place(Span),
    /// The promise that is resolved holds that.
    Resolves(Span),
}

impl Checker<'_, '_> {
    /// A value of type `found` stands where a `wanted` is needed.
    pub(super) fn mismatch(&mut self, span: Span, found: Ty, wanted: Ty, because: Because) {
        let (found_text, wanted_text) = (self.e.types.show(found), self.e.types.show(wanted));
        let message = format!("expected `{wanted_text}`, found `{found_text}`");
        let error = Diagnostic::error(Code::Type, span, message, format!("this is {}", a(&found_text)));
        let error = match self.reason(because, &a(&wanted_text)) {
            Some((at, text)) => error.label(at, text),
            None => error,
        };
        let help = self.way_out(found, wanted, because);
        self.e.report.add(error.help(help));
    }

    fn reason(&self, because: Because, wanted: &str) -> Option<(Span, String)> {
        let globals = &self.e.globals;
        Some(match because {
            Because::Param(f, i) => {
                let function = globals.function(f);
                (function.params[i].0.span, format!("parameter of `{}`, {wanted}", function.name.text))
            }
            Because::Field(id, i) => {
                let decl = globals.structure(id);
                (decl.fields[i].0.span, format!("field of `{}`, {wanted}", decl.name.text))
            }
            Because::Payload(id, i) => {
                let decl = globals.enumeration(id);
                (decl.variants[i].name.span, format!("carries {wanted}"))
            }
            Because::Variable(local) => {
                let name = self.locals[local.0 as usize].name;
                (name.span, format!("`{}` is {wanted}", name.text))
            }
            Because::Cell(id) => {
                let decl = globals.cell(id);
                (decl.ty_span, format!("`{}` is {wanted}", decl.name.text))
            }
            Because::Written(at) => (at, "declared here".to_owned()),
            Because::Result(at) => (at, format!("the function returns {wanted}")),
            Because::Earlier(at) => (at, format!("this one is {wanted}")),
            Because::Subject(at) => (at, format!("what is matched is {wanted}")),
            Because::Place(at) => (at, format!("this is {wanted}")),
            Because::Resolves(at) => (at, format!("holds {wanted}")),
            Because::Usage(_) | Because::Takes(_) | Because::Part => return None,
        })
    }

    fn way_out(&self, found: Ty, wanted: Ty, because: Because) -> String {
        let wanted_text = a(&self.e.types.show(wanted));
        match (self.e.types.shape(found), self.e.types.shape(wanted)) {
            (Shape::Task(_), Shape::Promise(_)) => {
                return "a promise may stand for a task, but not the other way round: only `spawn`, `sleep` and \
                        `promise()` make promises"
                    .to_owned();
            }
            (Shape::Task(inner) | Shape::Promise(inner), _)
                if self.e.types.shape(inner) == self.e.types.shape(wanted) =>
            {
                return "the value is there once it is awaited: put `await` before it".to_owned();
            }
            (Shape::Option(inner), _) if self.e.types.shape(inner) == self.e.types.shape(wanted) => {
                return "an option may be empty: take the value out with `match … { some(x) => { … } none => { … } }`"
                    .to_owned();
            }
            (inner, Shape::Option(of)) if inner == self.e.types.shape(of) => {
                return "wrap it: `some(…)`".to_owned();
            }
            (_, Shape::Str) => return "`str(…)` makes a string of any value".to_owned(),
            (Shape::Int, Shape::Bool) => return "compare it with something: `… != 0`".to_owned(),
            _ => {}
        }
        match because {
            Because::Usage(usage) => format!("call it as {}", called(usage)),
            Because::Takes(what) => format!("{what} takes {wanted_text}"),
            Because::Result(_) => format!("return {wanted_text}, or change what the function states after `->`"),
            Because::Earlier(_) => "all elements have one type".to_owned(),
            Because::Subject(_) => format!("match it with patterns for {wanted_text}, or with `_`"),
            Because::Param(..) | Because::Field(..) | Because::Payload(..) => {
                format!("give {wanted_text}, or change the declaration")
            }
            Because::Part => format!("give {wanted_text} here, or change the type of the whole"),
            Because::Written(_)
            | Because::Variable(_)
            | Because::Cell(_)
            | Because::Place(_)
            | Because::Resolves(_) => {
                format!("give it {wanted_text}, or change its type")
            }
        }
    }
}
