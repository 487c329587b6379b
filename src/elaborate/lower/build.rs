//! The state of lowering one function: its code, labels and slots.

use std::collections::{BTreeMap, BTreeSet};

use super::Core;
use super::jump::Region;
use crate::base::Span;
use crate::calculus::term::Handler;
use crate::calculus::{Args, Function, Op, Operand, Slot, Stmt, Target, Value};
use crate::elaborate::globals::Globals;
use crate::elaborate::typed::Local;
use crate::elaborate::types::Types;

/// A place in the code that may not be known yet. Until the function is finished a [`Target`] in its jumps is the
/// number of a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label(u32);

pub(super) struct Builder<'b, 'g> {
    pub(super) core: &'b mut Core,
    pub(super) globals: &'b Globals<'g>,
    pub(super) types: &'b Types,
    /// The name of each local, and whether it may be assigned.
    pub(super) locals: &'b [(&'g str, bool)],
    entry: Target,
    labels: Vec<Target>,
    slots: Vec<String>,
    /// The slot of each local that is declared at this point.
    places: BTreeMap<Local, Slot>,
    /// The locals that are declared, in order: a block gives its own back at its end.
    declared: Vec<Held>,
    /// Of each name, the slots made for it and those free at this point.
    pools: BTreeMap<String, (usize, Vec<Slot>)>,
    /// The names that temporaries must not take.
    reserved: BTreeSet<&'g str>,
    temps: Vec<Slot>,
    next_temp: usize,
    /// How many temporaries are in use; they are taken and given back like a stack.
    pub(super) in_use: usize,
    /// What is open around the code being made, outermost first.
    pub(super) regions: Vec<Region>,
    pub(super) handlers: Vec<Handler>,
    pub(super) atomics: Vec<(Target, Target)>,
}

/// A slot with a name that is in use.
#[derive(Debug)]
struct Held {
    name: String,
    slot: Slot,
    local: Option<Local>,
}

impl<'b, 'g> Builder<'b, 'g> {
    pub(super) fn new(
        core: &'b mut Core,
        globals: &'b Globals<'g>,
        types: &'b Types,
        locals: &'b [(&'g str, bool)],
    ) -> Self {
        let entry = Target(core.program.code.len() as u32);
        let reserved = locals.iter().map(|(name, _)| *name).collect();
        Builder {
            core,
            globals,
            types,
            locals,
            entry,
            labels: Vec::new(),
            slots: Vec::new(),
            places: BTreeMap::new(),
            declared: Vec::new(),
            pools: BTreeMap::new(),
            reserved,
            temps: Vec::new(),
            next_temp: 0,
            in_use: 0,
            regions: Vec::new(),
            handlers: Vec::new(),
            atomics: Vec::new(),
        }
    }

    /// The function, its jumps resolved.
    pub(super) fn finish(self, name: &str, params: usize, is_async: bool) -> Function {
        let code = &mut self.core.program.code;
        for stmt in &mut code[self.entry.0 as usize..] {
            if let Stmt::Goto { l } | Stmt::Branch { l, .. } = stmt {
                *l = self.labels[l.0 as usize];
            }
        }
        Function {
            name: name.to_owned(),
            params: params as u32,
            slots: self.slots,
            is_async,
            entry: self.entry,
            end: Target(code.len() as u32),
            handlers: self.handlers,
            atomics: self.atomics,
        }
    }

    /// The place of the next statement.
    pub(super) fn here(&self) -> Target {
        Target(self.core.program.code.len() as u32)
    }

    pub(super) fn emit(&mut self, stmt: Stmt, span: Span) {
        if self.core.is_full() {
            return;
        }
        self.core.program.code.push(stmt);
        self.core.program.spans.push(span);
    }

    /// A label that stands nowhere yet.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(self.entry);
        Label(self.labels.len() as u32 - 1)
    }

    /// Puts a label in front of the next statement.
    pub(super) fn put(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.here();
    }

    pub(super) fn goto(&mut self, label: Label, span: Span) {
        self.emit(Stmt::Goto { l: Target(label.0) }, span);
    }

    pub(super) fn goto_if(&mut self, y: Operand, label: Label, span: Span) {
        self.emit(Stmt::Branch { y, l: Target(label.0) }, span);
    }

    /// `x = op(args)` in the shape that fits the number of operands.
    pub(super) fn operate(&mut self, x: Slot, op: Op, args: &[Operand], span: Span) {
        // A list of one element must not be taken for one of two: `b` repeats `a` where there is one operand.
        let of_any_length = matches!(op, Op::List | Op::Map | Op::Struct(_) | Op::Variant(..));
        match args {
            [a, b] => self.emit(Stmt::Op { x, op, a: *a, b: *b }, span),
            [a] if !of_any_length => self.emit(Stmt::Op { x, op, a: *a, b: *a }, span),
            _ => {
                let args = self.args(args);
                self.emit(Stmt::OpN { x, op, args }, span);
            }
        }
    }

    pub(super) fn args(&mut self, operands: &[Operand]) -> Args {
        let start = self.core.program.operands.len() as u32;
        self.core.program.operands.extend_from_slice(operands);
        Args { start, len: operands.len() as u32 }
    }

    pub(super) fn constant(&mut self, value: &Value) -> Operand {
        self.core.constant(value)
    }

    pub(super) fn unit(&mut self) -> Operand {
        self.constant(&Value::Unit)
    }

    /// A temporary, in use until [`Builder::in_use`] is set back.
    pub(super) fn temp(&mut self) -> Slot {
        if self.in_use == self.temps.len() {
            let name = loop {
                let name = format!("t{}", self.next_temp);
                self.next_temp += 1;
                if !self.reserved.contains(name.as_str()) {
                    break name;
                }
            };
            let slot = self.slot(name);
            self.temps.push(slot);
        }
        self.in_use += 1;
        self.temps[self.in_use - 1]
    }

    fn slot(&mut self, name: String) -> Slot {
        self.slots.push(name);
        Slot(self.slots.len() as u32 - 1)
    }

    /// How many named slots are in use: for [`Builder::release`].
    pub(super) fn mark(&self) -> usize {
        self.declared.len()
    }

    /// Gives back the named slots taken since the mark. Another variable of the same name may take them, so that
    /// frames stay small and a slot has one name.
    pub(super) fn release(&mut self, mark: usize) {
        for held in self.declared.drain(mark..) {
            if let Some(local) = held.local {
                self.places.remove(&local);
            }
            if let Some((_, free)) = self.pools.get_mut(&held.name) {
                free.push(held.slot);
            }
        }
    }

    /// The slot of a local that is declared here.
    pub(super) fn declare(&mut self, local: Local) -> Slot {
        let name = self.locals[local.0 as usize].0;
        let slot = self.hold(name, Some(local));
        self.places.insert(local, slot);
        slot
    }

    /// A slot that no name of the program can mean; `word` is a reserved word.
    pub(super) fn hidden(&mut self, word: &str) -> Slot {
        self.hold(word, None)
    }

    fn hold(&mut self, name: &str, local: Option<Local>) -> Slot {
        let (made, free) = self.pools.entry(name.to_owned()).or_default();
        let slot = match free.pop() {
            Some(slot) => slot,
            None => {
                *made += 1;
                let shown = if *made == 1 { name.to_owned() } else { format!("{name}'{made}") };
                self.slot(shown)
            }
        };
        self.declared.push(Held { name: name.to_owned(), slot, local });
        slot
    }

    /// The slot of a local.
    pub(super) fn place(&self, local: Local) -> Slot {
        self.places[&local]
    }
}
