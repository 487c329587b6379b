//! Where the promises that only a resolve settles were made. Σ does not remember it, so a run that ended in a deadlock is
//! taken again to see it: the same scheduler makes the same steps.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::words::Words;
use crate::base::Source;
use crate::semantics::effect::Effect;
use crate::semantics::focus::Choice;
use crate::semantics::rules::promises::NEW_PROMISE;
use crate::semantics::schedule::Observer;
use crate::semantics::system::System;

/// Watches a run for the promises of these names.
pub struct Origins<'a> {
    source: &'a Source,
    wanted: BTreeSet<String>,
    line: Option<usize>,
    /// The lines that made them, as far as they are known.
    pub found: BTreeMap<String, usize>,
}

impl<'a> Origins<'a> {
    /// A run is to be watched for promises of these names; `source` is the text of its program.
    pub fn new(source: &'a Source, wanted: impl IntoIterator<Item = String>) -> Origins<'a> {
        Origins { source, wanted: wanted.into_iter().collect(), line: None, found: BTreeMap::new() }
    }

    /// Whether nothing is left to look for.
    pub fn is_content(&self) -> bool {
        self.found.len() == self.wanted.len()
    }
}

impl Observer for Origins<'_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        let stack = choice.focus.stack().filter(|_| *choice.rule == NEW_PROMISE);
        self.line = stack.map(|id| {
            let span = sys.program.span(sys.stacks[id.0 as usize].top().pc);
            self.source.place(span.start).line
        });
        sys.effects = self.line.map(|_| Vec::new());
        ControlFlow::Continue(())
    }

    fn after(&mut self, sys: &mut System, _: Choice) -> ControlFlow<()> {
        let Some(line) = self.line else { return ControlFlow::Continue(()) };
        for effect in sys.effects.take().unwrap_or_default() {
            if let Effect::PromiseCreated { promise, .. } = effect {
                let name = Words::whole(sys).path(promise);
                if self.wanted.contains(&name) {
                    self.found.insert(name, line);
                }
            }
        }
        if self.is_content() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
