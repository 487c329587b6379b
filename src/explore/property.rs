//! Properties: pure functions over Σ, run by the same rules as the program; what only a property may do (the cells of any
//! node, the result of main) is here.

use super::report::Coverage;
use crate::base::Span;
use crate::calculus::term::{CellId, Property, PropertyKind};
use crate::calculus::{NodeId, Op, Path, Program, Stmt, Text, Value};
use crate::semantics::stack::{Frame, Label, Stack};
use crate::semantics::step;
use crate::semantics::system::{Exec, Settled, System};

/// What a property says of Σ.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// Its evaluation raised an error, or it names `result` where main returned none.
    Undefined(Text),
}

impl Verdict {
    /// The error, if the property's evaluation raised one.
    pub fn error(&self) -> Option<String> {
        match self {
            Verdict::Undefined(error) => Some(error.to_string()),
            Verdict::Holds | Verdict::Fails => None,
        }
    }
}

/// The error of a property that names the result of main, where main returned none.
pub const NO_RESULT: &str = "main returned no result";

/// What the `i`-th property of the program says, noting in `coverage` which statements it came to. Σ is as before
/// afterwards.
pub fn verdict(sys: &mut System, i: usize, coverage: &mut Coverage) -> Verdict {
    let (program, seen) = (sys.program.clone(), &mut coverage.statements);
    coverage.evaluated[i] = true;
    evaluate_watched(sys, &program.properties[i], &mut |_, stack| seen[stack.top().pc.0 as usize] = true)
}

/// The properties of a kind that do not hold, by their place among the properties.
pub fn broken(sys: &mut System, kind: PropertyKind, coverage: &mut Coverage) -> Vec<(usize, Verdict)> {
    let program = sys.program.clone();
    let of_kind = program.properties.iter().enumerate().filter(|(_, property)| property.kind == kind);
    let verdicts = of_kind.map(|(i, _)| (i, verdict(sys, i, coverage)));
    verdicts.filter(|(_, verdict)| *verdict != Verdict::Holds).collect()
}

/// What a property may read: everything, where it calls a function.
#[derive(Clone, Debug)]
pub struct Reads {
    /// For each cell of each node, those of one cell together.
    cells: Vec<bool>,
    nodes: usize,
    /// The result of main.
    pub result: bool,
}

impl Reads {
    /// What a property may read.
    pub fn of(program: &Program, property: &Property) -> Reads {
        let nodes = program.nodes.len();
        let mut reads = Reads { cells: vec![false; program.cells.len() * nodes], nodes, result: false };
        let function = program.function(property.body);
        for stmt in &program.code[function.entry.0 as usize..function.end.0 as usize] {
            match stmt {
                Stmt::ReadAt { g, n, .. } => reads.cells[g.0 as usize * nodes + n.0 as usize] = true,
                Stmt::Outcome { .. } => reads.result = true,
                Stmt::Read { .. } | Stmt::Call { .. } => {
                    reads.cells.fill(true);
                    reads.result = true;
                }
                _ => {}
            }
        }
        reads
    }

    /// Every cell of every node that it may read.
    pub fn cells(&self) -> impl Iterator<Item = (CellId, NodeId)> {
        let read = self.cells.iter().enumerate().filter(|(_, is_read)| **is_read);
        read.map(|(at, _)| (CellId((at / self.nodes) as u32), NodeId((at % self.nodes) as u32)))
    }

    /// Whether it may read this cell of this node.
    pub fn cell(&self, g: CellId, n: NodeId) -> bool {
        self.cells[g.0 as usize * self.nodes + n.0 as usize]
    }
}

/// Whether a stack is inside `atomic`: then nobody looks at Σ.
pub fn is_hidden(sys: &System) -> bool {
    (0..sys.nodes.len()).any(|n| sys.is_atomic(NodeId(n as u32)))
}

/// What a property found while it was evaluated.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it says.
    pub verdict: Verdict,
    /// Where its expression stands.
    pub span: Span,
    /// Where the expression is a comparison, both sides of it.
    pub sides: Option<(Value, Value)>,
    /// The cells that it read, in this order, each once.
    pub cells: Vec<(CellId, NodeId, Value)>,
}

/// Evaluates a property to tell people about it. Σ is as before afterwards.
pub fn inspect(sys: &mut System, property: &Property) -> Found {
    let program = sys.program.clone();
    let function = program.function(property.body);
    let span = program.spans[function.end.0 as usize - 1];
    let (mut sides, mut cells) = (None, Vec::new());
    let verdict = evaluate_watched(sys, property, &mut |sys, stack| {
        let top = stack.top();
        match stack.stmt(&program) {
            Stmt::ReadAt { g, n, .. } if !cells.iter().any(|(cell, node, _)| (*cell, *node) == (g, n)) => {
                cells.push((g, n, sys.node(n).cells[g.0 as usize].clone()));
            }
            Stmt::Op { op, a, b, .. }
                if is_comparison(op) && stack.frames.len() == 1 && program.span(top.pc) == span =>
            {
                sides = Some((stack.get(&program, a).clone(), stack.get(&program, b).clone()));
            }
            _ => {}
        }
    });
    Found { verdict, span, sides, cells }
}

/// `==` and its like.
pub fn is_comparison(op: Op) -> bool {
    matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge)
}

/// `see` is shown Σ and the stack before each statement of the property.
fn evaluate_watched(sys: &mut System, property: &Property, see: &mut dyn FnMut(&System, &Stack)) -> Verdict {
    let program = sys.program.clone();
    let function = program.function(property.body);
    let frame = Frame::new(property.body, function.entry, 0, Label::Body, Path::MAIN);
    let slots = vec![Value::Unit; function.slots.len()];
    let exec = Exec::Message(Path::MAIN);
    let mut stack = Stack { exec, frames: vec![frame], slots, ..Stack::default() };
    let effects = sys.effects.take();
    let verdict = run(sys, &program, &mut stack, see);
    sys.effects = effects;
    verdict
}

fn run(sys: &mut System, program: &Program, stack: &mut Stack, see: &mut dyn FnMut(&System, &Stack)) -> Verdict {
    loop {
        if let Some(error) = &stack.raising
            && stack.frames.len() == 1
        {
            return Verdict::Undefined(error.clone());
        }
        see(sys, stack);
        match stack.stmt(program) {
            Stmt::ReadAt { x, g, n } if stack.raising.is_none() => {
                let value = sys.node(n).cells[g.0 as usize].clone();
                stack.bind(x, value);
            }
            Stmt::Outcome { x } if stack.raising.is_none() => match &sys.promise(Path::MAIN).state {
                Some(Settled::Done(value)) => {
                    let value = value.clone();
                    stack.bind(x, value);
                }
                _ => return Verdict::Undefined(Text::new(String::from(NO_RESULT))),
            },
            Stmt::Return { y } if stack.frames.len() == 1 && stack.raising.is_none() => {
                return if *stack.get(program, y) == Value::Bool(true) { Verdict::Holds } else { Verdict::Fails };
            }
            _ => {
                if step::advance(sys, stack).is_none() {
                    panic!("a property only looks: the elaborator lets nothing else through");
                }
            }
        }
    }
}
