//! The end of a function: what could be judged only when all its types are known, and what was never used.

use super::{Checker, Later, Origin, Place};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::elaborate::report::a;
use crate::elaborate::types::{Shape, Ty};

impl<'s> Checker<'_, 's> {
    pub(super) fn finish(&mut self) {
        for later in std::mem::take(&mut self.later) {
            self.judge(later);
        }
        for at in 0..self.locals.len() {
            self.unused(at);
        }
    }

    fn judge(&mut self, later: Later<'s>) {
        match later {
            Later::Promise { ty, span } if self.e.types.is_open(ty) => {
                let message = "nothing says what this promise holds";
                let error = Diagnostic::error(Code::Infer, span, message, "a promise of what?");
                self.e.report.add(error.help("annotate it: `let p: promise<int> = promise();`"));
                self.e.types.give_up(ty);
            }
            Later::Promise { ty, span } => {
                self.e.check_portable(ty, span, "what a promise holds", "this promise would hold it");
            }
            Later::Variable { ty, name } if self.e.types.is_open(ty) => {
                let (shown, guess) = (self.e.types.show(ty), self.e.types.guess(ty));
                let message = format!("nothing says what the type of `{}` is", name.text);
                let label = format!("{}: what is `_`?", a(&shown));
                let error = Diagnostic::error(Code::Infer, name.span, message, label);
                self.e.report.add(error.help(format!("state it where it is declared, say `{}: {guess}`", name.text)));
                self.e.types.give_up(ty);
            }
            Later::Variable { .. } => {}
            // One that holds what it must not was reported where it was made.
            Later::Stored { promise, ty, span } if self.e.not_portable(promise).is_none() => {
                self.e.check_portable(ty, span, "what a promise holds", "would be put into the promise");
            }
            Later::Stored { .. } => {}
            Later::Leaves { ty, span, what, label } => {
                self.e.check_portable(ty, span, what, label);
            }
            Later::Dropped { ty, span } => self.dropped(ty, span),
        }
    }

    fn is_awaitable(&self, ty: Ty) -> bool {
        matches!(self.e.types.shape(ty), Shape::Task(_) | Shape::Promise(_))
    }

    fn dropped(&mut self, ty: Ty, span: Span) {
        if let Place::Function(f) = self.place
            && self.is_awaitable(ty)
        {
            let what = if matches!(self.e.types.shape(ty), Shape::Task(_)) { "task" } else { "promise" };
            self.e.dropped.push((f, span, what));
        }
    }

    fn unused(&mut self, at: usize) {
        let local = &self.locals[at];
        let (name, ty) = (local.name, local.ty);
        if local.used || local.child || local.origin == Origin::Param || name.text.starts_with('_') {
            return;
        }
        if self.is_awaitable(ty) && matches!(local.origin, Origin::Let | Origin::Mut) {
            self.dropped(ty, name.span);
            return;
        }
        let message = format!("`{}` is never used", name.text);
        let warning = Diagnostic::warning(Code::Unused, name.span, message, "never read");
        self.e.report.add(warning.help(format!("remove it, or call it `_{}` if that is meant", name.text)));
    }
}
