//! Frames F = ⟨L, s̄⟩^ℓ and stacks FS = F ∘ FS (calculus 2).
//!
//! The locals of all frames of a stack stand behind one another in one vector, so a call is a push and a return is a
//! truncation. The rest of the body s̄ is a place in the program's code.

use super::system::{Exec, System};
use crate::calculus::term::OperandKind;
use crate::calculus::{Args, Edge, FnId, NodeId, Operand, Path, Program, Slot, Stmt, Target, Text, Value};

/// ℓ of a frame; d(q,w) and m(id) are read from the execution that owns the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// s: of a synchronous call.
    Sync,
    /// a(o): the body of task o.
    Task(Path),
    /// d(q,w) or m(id): the body of the stack's execution; always its bottom frame.
    Body,
}

/// A frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Whose body it runs.
    pub f: FnId,
    /// s̄: the next statement.
    pub pc: Target,
    /// Where its locals start in the stack's slots.
    pub base: u32,
    /// ℓ
    pub label: Label,
    /// π: what its creations are named under. Of a synchronous frame without meaning.
    pub path: Path,
    /// How many creations it has made.
    pub made: u32,
    /// The last of them: the next one is found behind it. Before the first it is the frame's own name, which is none of them:
    /// a million parked frames are a million of these, and an `Option` takes four bytes more.
    last: Path,
}

/// A stack ⟨c, FS⟩, the top frame last.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// c: the execution that owns it.
    pub exec: Exec,
    /// The node that it is on.
    pub node: NodeId,
    /// FS
    pub frames: Vec<Frame>,
    /// The locals of all frames.
    pub slots: Vec<Value>,
    /// The error that the top frame is raising.
    pub raising: Option<Text>,
    /// Inside `atomic`: the number of the frame that began it.
    pub atomic: Option<u32>,
}

impl Frame {
    /// A frame at the first statement of `f`, its locals from `base` on.
    pub fn new(f: FnId, entry: Target, base: u32, label: Label, path: Path) -> Frame {
        Frame { f, pc: entry, base, label, path, made: 0, last: path }
    }

    /// The last creation that it made.
    pub fn last(&self) -> Option<Path> {
        (self.last != self.path).then_some(self.last)
    }
}

impl Stack {
    /// The top frame.
    ///
    /// # Panics
    /// When the stack is empty: it has vanished then and nobody holds it.
    #[inline]
    pub fn top(&self) -> &Frame {
        self.frames.last().expect("a stack has a frame")
    }

    /// The top frame, to be changed.
    ///
    /// # Panics
    /// As [`Stack::top`].
    #[inline]
    pub fn top_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a stack has a frame")
    }

    /// The statement that the top frame comes to next, unless it is raising an error.
    #[inline]
    pub fn stmt(&self, program: &Program) -> Stmt {
        program.code[self.top().pc.0 as usize]
    }

    /// L(y) of the top frame.
    #[inline]
    pub fn get<'a>(&'a self, program: &'a Program, y: Operand) -> &'a Value {
        match y.kind() {
            OperandKind::Slot(slot) => self.local(slot),
            OperandKind::Constant(at) => &program.constants[at as usize],
        }
    }

    /// L(x) of the top frame.
    #[inline]
    pub fn local(&self, x: Slot) -> &Value {
        &self.slots[(self.top().base + x.0) as usize]
    }

    /// L(x) of the top frame, to be changed.
    #[inline]
    pub fn local_mut(&mut self, x: Slot) -> &mut Value {
        let at = (self.top().base + x.0) as usize;
        &mut self.slots[at]
    }

    /// L(ȳ) of the top frame.
    pub fn get_all(&self, program: &Program, args: Args) -> Vec<Value> {
        program.args(args).iter().map(|y| self.get(program, *y).clone()).collect()
    }

    /// The top frame goes on to its next statement.
    #[inline]
    pub fn advance(&mut self) {
        self.top_mut().pc.0 += 1;
    }

    /// L[x ↦ v], and the top frame goes on.
    #[inline(always)]
    pub fn bind(&mut self, x: Slot, v: Value) {
        self.bind_with(x, || v);
    }

    /// L[x ↦ make()], and the top frame goes on.
    #[inline(always)]
    pub fn bind_with(&mut self, x: Slot, make: impl FnOnce() -> Value) {
        let frame = self.top_mut();
        frame.pc.0 += 1;
        let at = (frame.base + x.0) as usize;
        self.slots[at].set(make);
    }

    /// Pushes ⟨L_f, body_f⟩ with `args` of the frame below as parameters.
    #[inline]
    pub fn push(&mut self, program: &Program, f: FnId, args: Args, label: Label, path: Path) {
        let function = program.function(f);
        let base = self.slots.len();
        self.slots.resize_with(base + function.slots.len(), || Value::Unit);
        for (y, at) in program.args(args).iter().zip(base..) {
            match self.get(program, *y) {
                Value::Int(i) => {
                    let i = *i;
                    self.slots[at].set(|| Value::Int(i));
                }
                other => {
                    let value = other.clone();
                    self.slots[at].set(|| value);
                }
            }
        }
        self.frames.push(Frame::new(f, function.entry, base as u32, label, path));
    }

    /// Pops the top frame and forgets its locals.
    ///
    /// # Panics
    /// As [`Stack::top`].
    #[inline]
    pub fn pop(&mut self) -> Frame {
        let frame = self.frames.pop().expect("a stack has a frame");
        self.slots.truncate(frame.base as usize);
        frame
    }

    /// Takes the top frame off as a stack of its own; what is left may be empty.
    pub fn split_top(&mut self) -> Stack {
        let (exec, node) = (self.exec, self.node);
        if self.frames.len() == 1 {
            return std::mem::replace(self, Stack { exec, node, ..Stack::default() });
        }
        let mut frame = self.frames.pop().unwrap_or_else(|| unreachable!("a stack has a frame"));
        let slots = self.slots.split_off(frame.base as usize);
        frame.base = 0;
        Stack { exec, node, frames: vec![frame], slots, raising: self.raising.take(), atomic: None }
    }

    /// The frame that names what the top frame creates: the nearest one that is not synchronous.
    #[inline]
    pub fn creator(&self) -> usize {
        self.frames.iter().rposition(|frame| frame.label != Label::Sync).unwrap_or(0)
    }

    /// π.i: the name of what the top frame creates next.
    #[inline]
    pub fn next_name(&self, sys: &mut System) -> Path {
        let frame = &self.frames[self.creator()];
        sys.names.after(frame.path, frame.last(), Edge::Child(frame.made))
    }

    /// The name behind `name`, the one that comes next: of the second of two creations of one step.
    pub fn name_behind(&self, sys: &mut System, name: Path) -> Path {
        let frame = &self.frames[self.creator()];
        sys.names.after(frame.path, Some(name), Edge::Child(frame.made + 1))
    }

    /// Counts the creation that [`Stack::next_name`] has named.
    #[inline]
    pub fn count_creation(&mut self, name: Path) {
        let creator = self.creator();
        let frame = &mut self.frames[creator];
        frame.made += 1;
        frame.last = name;
    }

    /// π.i@w: the key of a task or message that the top frame creates next under the name π.i.
    #[inline]
    pub fn key(&self, sys: &mut System, name: Path) -> Path {
        match self.exec.attempt() {
            0 => name,
            w => sys.names.child(name, Edge::Attempt(w)),
        }
    }

    /// The top frame raises `error`: what it would have done next is not done.
    pub fn raise(&mut self, error: Text) {
        self.raising = Some(error);
    }

    /// The innermost handler of the top frame that covers its statement.
    pub fn handler(&self, program: &Program) -> Option<crate::calculus::term::Handler> {
        let Frame { f, pc, .. } = *self.top();
        program.function(f).handlers.iter().find(|h| h.start <= pc && pc < h.end).copied()
    }

    /// The name by which people know where the stack stands: that of its topmost frame that is not synchronous.
    pub fn frame_name(&self, sys: &mut System) -> Path {
        match self.frames.get(self.creator()).map(|frame| frame.label) {
            Some(Label::Task(o)) => o,
            _ => sys.exec_name(self.exec),
        }
    }
}
