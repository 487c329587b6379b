//! Atomic blocks, through the synchronous functions that are called in them (calculus 8).

use std::collections::BTreeMap;

use super::Elaborator;
use crate::base::Span;
use crate::calculus::FnId;
use crate::diagnostic::{Code, Diagnostic};

/// The calls of synchronous functions in atomic blocks: which function, and where.
pub(super) type AtomicCalls = Vec<(FnId, Span)>;

impl Elaborator<'_> {
    /// Reports every call in an atomic block that leads to something that an atomic block may not do.
    pub(super) fn check_atomic_calls(&mut self) {
        let mut callers = BTreeMap::<FnId, Vec<FnId>>::new();
        let mut reached = BTreeMap::<FnId, FnId>::new();
        let mut next = Vec::new();
        for (at, summary) in self.summaries.iter().enumerate() {
            let f = FnId(at as u32);
            for callee in &summary.calls {
                callers.entry(*callee).or_default().push(f);
            }
            if summary.breaks_atomic.is_some() {
                next.push((f, f));
            }
        }
        // From what may not be done up to everything that comes to it, nearest first.
        let mut at = 0;
        while let Some((f, culprit)) = next.get(at).copied() {
            at += 1;
            if let std::collections::btree_map::Entry::Vacant(vacant) = reached.entry(f) {
                vacant.insert(culprit);
                next.extend(callers.get(&f).into_iter().flatten().map(|caller| (*caller, culprit)));
            }
        }
        for (called, span) in std::mem::take(&mut self.called_in_atomic) {
            let Some(culprit) = reached.get(&called) else { continue };
            let Some((place, why)) = self.summaries[culprit.0 as usize].breaks_atomic else { continue };
            let name = self.globals.function(called).name.text;
            let message = format!("`{name}` may not be called in an atomic block");
            let error = Diagnostic::error(Code::Atomic, span, message, "called here");
            let error = error.label(place, why).help("call it before or behind the block");
            self.report.add(error);
        }
    }
}
