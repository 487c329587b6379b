//! What the actions of the grammar do for configurations.

use std::sync::Arc;

use super::build::{Builder, Built};
use super::{Name, ParseError};
use crate::base::Span;
use crate::calculus::config::{Addr, Exec, Frame, Label, Node, Stack};
use crate::calculus::{Address, NodeId, Path, Slot, Target, Text, Value};

/// A number that counts something.
pub(crate) fn count(number: i64, span: Span) -> Built<u32> {
    u32::try_from(number).map_err(|_| ParseError::new(span, "this number does not fit"))
}

/// `d(q,w)` and `m(id)`.
pub(crate) fn exec(letter: &Name<'_>, path: Path, version: Option<u32>) -> Built<Exec> {
    match (letter.text.as_ref(), version) {
        ("d", Some(w)) => Ok(Exec::Attempt(path, w)),
        ("m", None) => Ok(Exec::Message(path)),
        _ => Err(ParseError::new(letter.span, "an execution is d(q,w) or m(id)")),
    }
}

/// `a(o)`, `d(q,w)` and `m(id)`.
pub(crate) fn label(letter: &Name<'_>, path: Path, version: Option<u32>) -> Built<Label> {
    match (letter.text.as_ref(), version) {
        ("a", None) => Ok(Label::Task(path)),
        _ => exec(letter, path, version)
            .map(Label::Body)
            .map_err(|error| ParseError::new(error.span, "a label is s, a(o), d(q,w) or m(id)")),
    }
}

/// `s`
pub(crate) fn sync_label(letter: &Name<'_>) -> Built<Label> {
    match letter.text.as_ref() {
        "s" => Ok(Label::Sync),
        _ => Err(ParseError::new(letter.span, "a label is s, a(o), d(q,w) or m(id)")),
    }
}

/// A stack; the flag of a frame says that it began the `atomic` that it is in.
pub(crate) fn stack(exec: Exec, raising: Option<String>, frames: Vec<(Frame, bool)>, span: Span) -> Built<Stack> {
    let mut began = (0..frames.len()).filter(|i| frames[*i].1).map(|i| (frames.len() - 1 - i) as u32);
    let atomic = began.next();
    if began.next().is_some() {
        return Err(ParseError::new(span, "two frames of this stack have begun an atomic"));
    }
    let frames = frames.into_iter().map(|(frame, _)| frame).collect();
    Ok(Stack { exec, frames, raising: raising.map(Text::new), atomic })
}

/// Every node once, in the order of the program.
pub(crate) fn nodes(builder: &Builder<'_>, nodes: Vec<(NodeId, Span, Node)>, end: usize) -> Built<Vec<Node>> {
    for (i, name) in builder.program.nodes.iter().enumerate() {
        let span = match nodes.get(i) {
            Some((n, ..)) if n.0 as usize == i => continue,
            Some((_, span, _)) => *span,
            None => Span::new(end, end),
        };
        return Err(ParseError::new(
            span,
            format!("here should be node {name}: nodes stand in the order of the program"),
        ));
    }
    if let Some((_, span, _)) = nodes.get(builder.program.nodes.len()) {
        return Err(ParseError::new(*span, "this node stands here for the second time"));
    }
    Ok(nodes.into_iter().map(|(.., node)| node).collect())
}

impl Builder<'_> {
    /// ⟨L, s̄⟩^ℓ
    pub fn frame(
        &self,
        locals: Vec<(Name<'_>, Value)>,
        (function, at): (Name<'_>, Name<'_>),
        made: Option<u32>,
        label: Label,
    ) -> Built<Frame> {
        let id = self.function(&function)?;
        let f = self.program.function(id);
        let place = at.text.strip_prefix('l').and_then(|digits| digits.parse::<u32>().ok());
        let Some(place) = place.filter(|place| *place < f.end.0 - f.entry.0) else {
            return Err(ParseError::new(at.span, format!("{} has no statement {}", f.name, at.text)));
        };
        let mut bound: Vec<(Slot, Value)> = Vec::with_capacity(locals.len());
        for (name, value) in locals {
            let Some(slot) = f.slots.iter().position(|own| *own == name.text) else {
                return Err(ParseError::new(name.span, format!("{} has no slot {}", f.name, name.text)));
            };
            bound.push((Slot(slot as u32), value));
        }
        Ok(Frame { locals: bound, function: id, at: Target(f.entry.0 + place), made: made.unwrap_or(0), label })
    }

    /// A group by its name.
    pub fn group_members(&self, name: &Name<'_>) -> Built<Arc<[NodeId]>> {
        self.group(name).map(Arc::from)
    }
}

/// `any G`, `any G prefer n`
pub(crate) fn any(members: Arc<[NodeId]>, preferred: Option<NodeId>) -> Addr {
    match preferred {
        None => Address::Any(members),
        Some(n) => Address::Prefer(members, n),
    }
}
