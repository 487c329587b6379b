//! The nodes: their cells, the stacks that are ready with their frames and locals, and the frames that are parked.

use ratatui::text::{Line, Span};

use super::style::Look;
use crate::calculus::{NodeId, Value};
use crate::debug::model::Model;
use crate::semantics::stack::{Label, Stack};
use crate::semantics::system::{StackId, System};
use crate::trace::{Words, few};

/// Frames of a stack below this many are not listed.
const FRAMES: usize = 30;

/// Every node.
pub(super) fn lines(model: &Model, look: Look) -> Vec<Line<'static>> {
    let nodes = (0..model.sys.nodes.len() as u32).map(NodeId);
    nodes.flat_map(|n| Drawing { model, look, sys: &model.sys }.node(n)).collect()
}

struct Drawing<'a> {
    model: &'a Model,
    look: Look,
    sys: &'a System,
}

impl Drawing<'_> {
    fn node(&self, n: NodeId) -> Vec<Line<'static>> {
        let words = Words::brief(self.sys);
        let node = self.sys.node(n);
        let cells = self.sys.program.cells.iter().zip(&node.cells);
        let cells: Vec<String> = cells.map(|(cell, value)| format!("{} = {}", cell.name, words.value(value))).collect();
        let name = words.holder(self.sys.holder(n));
        let status = if node.up { Span::raw("") } else { Span::styled(" ✗ down", self.look.bad()) };
        let mut lines = vec![Line::from(vec![
            Span::styled(name, self.look.strong()),
            status,
            Span::raw(format!("  {}", cells.join(", "))),
        ])];
        let ready = self.sys.ready.iter().copied().filter(|id| self.stack(*id).node == n);
        let (running, waiting): (Vec<StackId>, Vec<StackId>) = ready.partition(|id| node.turn == Some(*id));
        lines.extend(running.into_iter().chain(waiting).flat_map(|id| self.ready(id)));
        let parked = self.sys.parked.iter().filter(|(_, parked)| parked.stack.node == n);
        lines.extend(parked.map(|(_, parked)| {
            let on = few(&parked.on, |thing| words.thing(thing));
            self.frame(&parked.stack, 0, "‖", &format!("waits for {on}"), false)
        }));
        lines
    }

    fn stack(&self, id: StackId) -> &Stack {
        &self.sys.stacks[id.0 as usize]
    }

    /// The frames of a stack, top first. The one that the selected choice is about is marked.
    fn ready(&self, id: StackId) -> Vec<Line<'static>> {
        let stack = self.stack(id);
        let focus = self.model.choice().and_then(|choice| choice.focus.stack()) == Some(id);
        let note = match &stack.raising {
            Some(error) => format!("raises {}", Words::brief(self.sys).error(error)),
            None if stack.atomic.is_some() => String::from("atomic"),
            None => String::new(),
        };
        let top = stack.frames.len() - 1;
        let shown = (0..=top).rev().take(FRAMES);
        let mut lines: Vec<Line<'static>> = shown
            .map(|at| match at == top {
                true => self.frame(stack, at, if focus { "▶" } else { "•" }, &note, focus),
                false => self.frame(stack, at, " └", "", false),
            })
            .collect();
        if top >= FRAMES {
            lines.push(Line::from(format!("   … {} frames more", top + 1 - FRAMES)));
        }
        lines
    }

    fn frame(&self, stack: &Stack, at: usize, mark: &'static str, note: &str, strong: bool) -> Line<'static> {
        let words = Words::brief(self.sys);
        let frame = &stack.frames[at];
        let name = match frame.label {
            Label::Sync => String::new(),
            Label::Task(o) => format!("{} ", words.path(o)),
            Label::Body => format!("{} ", words.exec(stack.exec)),
        };
        let line = self.model.timeline.source().place(self.sys.program.span(frame.pc).start).line;
        let function = &self.sys.program.function(frame.f).name;
        let style = if strong { self.look.strong() } else { ratatui::style::Style::new() };
        let note = if note.is_empty() { String::new() } else { format!("  {note}") };
        Line::from(vec![
            Span::styled(format!(" {mark} "), self.look.accent()),
            Span::styled(name, style),
            Span::styled(format!("{function}:{line}"), self.look.dim()),
            Span::styled(note, self.look.accent()),
            Span::raw(format!("  {}", self.locals(stack, at))),
        ])
    }

    /// `x = 3, y = "tea"`, what the compiler has made up left out.
    fn locals(&self, stack: &Stack, at: usize) -> String {
        let frame = &stack.frames[at];
        let function = self.sys.program.function(frame.f);
        let end = stack.frames.get(at + 1).map_or(stack.slots.len(), |above| above.base as usize);
        let values = &stack.slots[frame.base as usize..end];
        let named = function.slots.iter().zip(values).filter(|(name, value)| **value != Value::Unit && !made_up(name));
        let texts = named.map(|(name, value)| format!("{name} = {}", Words::brief(self.sys).thing(value)));
        texts.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a slot is one of the temporaries `t0`, `t1`, …
fn made_up(name: &str) -> bool {
    name.strip_prefix('t').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
}
