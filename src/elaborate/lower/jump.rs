//! What is open around a statement (loops, tries, scopes, atomic blocks), and how control leaves it.
//!
//! Code that leaves several of them stands in the middle of all, but each part of it belongs only to what is not left
//! yet. So a region is a list of stretches of code: it is suspended while what is outside of it is being left.

use super::build::{Builder, Label};
use crate::base::Span;
use crate::calculus::term::Handler;
use crate::calculus::{Slot, Stmt, Target};

/// Something open around the code that is being made.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) kind: Kind,
    start: Target,
    stretches: Vec<(Target, Target)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Loop {
        goes_on: Label,
        ends: Label,
    },
    Try,
    /// With the list of its children.
    Scope(Slot),
    Atomic,
}

impl Builder<'_, '_> {
    pub(super) fn open(&mut self, kind: Kind) {
        let start = self.here();
        self.regions.push(Region { kind, start, stretches: Vec::new() });
    }

    /// The stretches of code that belong to the innermost region, which ends here.
    pub(super) fn close(&mut self) -> Vec<(Target, Target)> {
        self.suspend(self.regions.len() - 1);
        self.regions.pop().map(|region| region.stretches).unwrap_or_default()
    }

    /// Errors raised in those stretches come here, into `error` if that is given.
    pub(super) fn handle(&mut self, stretches: Vec<(Target, Target)>, error: Option<Slot>) {
        let target = self.here();
        self.handlers.extend(stretches.into_iter().map(|(start, end)| Handler { start, end, target, error }));
    }

    fn suspend(&mut self, at: usize) {
        let here = self.here();
        let region = &mut self.regions[at];
        if region.start < here {
            region.stretches.push((region.start, here));
        }
        region.start = here;
    }

    /// Leaves every region from `outermost` on, the innermost first, and then jumps by what `jump` emits.
    pub(super) fn leave(&mut self, outermost: usize, span: Span, jump: impl FnOnce(&mut Self)) {
        let needs_code = |region: &Region| matches!(region.kind, Kind::Scope(_) | Kind::Atomic);
        let Some(first) = self.regions[outermost..].iter().position(needs_code).map(|at| outermost + at) else {
            return jump(self);
        };
        let before = self.in_use;
        let mut guards = self.guards(span);
        for at in (first..self.regions.len()).rev() {
            match self.regions[at].kind {
                Kind::Scope(children) => {
                    let guard = guards.pop();
                    self.settle(children, guard, span);
                }
                Kind::Atomic => self.emit(Stmt::AtomicEnd, span),
                Kind::Loop { .. } | Kind::Try => {}
            }
            self.suspend(at);
        }
        self.in_use = before;
        jump(self);
        let here = self.here();
        for region in &mut self.regions[first..] {
            region.start = here;
        }
    }

    /// The innermost loop: where it stands among the regions, and its labels.
    pub(super) fn innermost_loop(&self) -> Option<(usize, Label, Label)> {
        self.regions.iter().enumerate().rev().find_map(|(at, region)| match region.kind {
            Kind::Loop { goes_on, ends } => Some((at, goes_on, ends)),
            _ => None,
        })
    }

    pub(super) fn in_atomic(&self) -> bool {
        self.regions.iter().any(|region| matches!(region.kind, Kind::Atomic))
    }
}
