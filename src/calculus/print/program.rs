//! Core programs and their statements as text.

use std::fmt::Write;

use super::Printer;
use crate::calculus::term::{Awaited, OperandKind, PropertyKind};
use crate::calculus::token::{Mode, Site, op_arity, op_name};
use crate::calculus::{
    Address, Args, CellId, FnId, Function, Names, NodeId, Op, Operand, Program, Slot, Stmt, Target, Value,
};

/// How far statements are indented: what stands before them are labels.
const GUTTER: usize = 8;

/// How wide a list of slots may get before it goes on in the next line.
const WIDTH: usize = 100;

/// A core program in the notation of docs/notation.md.
pub fn program(program: &Program) -> String {
    let names = Names::default();
    let printer = Printer::new(program, &names, Mode::Program);
    let mut parts = vec![printer.declarations()];
    let bodies: Vec<FnId> = program.properties.iter().map(|property| property.body).collect();
    for (f, function) in program.functions.iter().enumerate() {
        if !bodies.contains(&FnId(f as u32)) {
            parts.push(printer.function(function));
        }
    }
    for property in &program.properties {
        let kind = match property.kind {
            PropertyKind::Invariant => "invariant",
            PropertyKind::Finally => "finally",
            PropertyKind::Eventually => "eventually",
        };
        let head = format!("{kind} {}", printer.name(&property.name, Site::Other));
        parts.push(printer.body(&head, program.function(property.body)));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// The statement at `at` as a line of its own, its labels numbered from the entry of its function.
///
/// # Panics
/// When no function of the program has a statement there.
pub fn statement(program: &Program, at: Target) -> String {
    let f = program.function_at(at).expect("every statement belongs to a function");
    let names = Names::default();
    Printer::new(program, &names, Mode::Program).statement(f, at)
}

impl Printer<'_> {
    /// The statement of `f` at `at`.
    pub(super) fn statement(&self, f: FnId, at: Target) -> String {
        Body { printer: self, function: self.program.function(f) }.statement(self.program.code[at.0 as usize])
    }

    fn declarations(&self) -> String {
        let mut out = String::new();
        let p = self.program;
        if !p.nodes.is_empty() {
            let _ = writeln!(out, "node {}", self.spelled.nodes.join(", "));
        }
        for (name, members) in &p.groups {
            let members: Vec<&str> = members.iter().map(|n| self.node(*n)).collect();
            let _ = writeln!(out, "group {} = [{}]", self.name(name, Site::Other), members.join(", "));
        }
        for ty in &self.spelled.structs {
            let _ = writeln!(out, "struct {} {{{}}}", ty.name, ty.fields.join(", "));
        }
        for ty in &p.enums {
            let variants = ty.variants.iter().map(|(variant, payload)| match payload {
                0 => self.name(variant, Site::Other),
                payload => format!("{}({payload})", self.name(variant, Site::Call)),
            });
            let variants: Vec<String> = variants.collect();
            let _ = writeln!(out, "enum {} {{{}}}", self.name(&ty.name, Site::Other), variants.join(", "));
        }
        for cell in &p.cells {
            let durable = if cell.durable { "durable " } else { "" };
            let name = self.name(&cell.name, Site::Other);
            let _ = writeln!(out, "{durable}var {name} = {}", self.value(&cell.initial));
        }
        out
    }

    fn function(&self, function: &Function) -> String {
        let params: Vec<String> =
            function.slots[..function.params as usize].iter().map(|slot| self.name(slot, Site::Other)).collect();
        let is_async = if function.is_async { "async " } else { "" };
        let name = self.name(&function.name, Site::Call);
        self.body(&format!("{is_async}fn {name}({})", params.join(", ")), function)
    }

    fn body(&self, head: &str, function: &Function) -> String {
        let body = Body { printer: self, function };
        let mut out = format!("{head} {{\n");
        body.write_slots(&mut out);
        body.write_statements(&mut out);
        for handler in &function.handlers {
            let [start, end, target] = [handler.start, handler.end, handler.target].map(|l| body.label(l));
            let _ = write!(out, "  catch {start}..{end} → {target}");
            if let Some(error) = handler.error {
                let _ = write!(out, " as {}", body.slot(error));
            }
            out.push('\n');
        }
        for (start, end) in &function.atomics {
            let _ = writeln!(out, "  atomic {}..{}", body.label(*start), body.label(*end));
        }
        out.push_str("}\n");
        out
    }
}

/// The inside of a function.
struct Body<'a> {
    printer: &'a Printer<'a>,
    function: &'a Function,
}

impl Body<'_> {
    fn write_slots(&self, out: &mut String) {
        let mut line = String::new();
        for slot in &self.function.slots[self.function.params as usize..] {
            let slot = self.printer.name(slot, Site::Other);
            if line.len() + slot.len() > WIDTH {
                let _ = writeln!(out, "{line}");
                line.clear();
            }
            line += &if line.is_empty() { format!("{:GUTTER$}let {slot}", "") } else { format!(", {slot}") };
        }
        if !line.is_empty() {
            let _ = writeln!(out, "{line}");
        }
    }

    fn write_statements(&self, out: &mut String) {
        let Function { entry, end, .. } = *self.function;
        let labels = self.labels();
        for at in entry.0..=end.0 {
            let label = match labels.binary_search(&Target(at)) {
                Ok(_) => format!("  {}:", self.label(Target(at))),
                Err(_) => String::new(),
            };
            if at < end.0 {
                let statement = self.statement(self.printer.program.code[at as usize]);
                let gap = if label.len() < GUTTER { "" } else { " " };
                let _ = writeln!(out, "{label:<GUTTER$}{gap}{statement}");
            } else if !label.is_empty() {
                let _ = writeln!(out, "{label}");
            }
        }
    }

    /// The places that anything names, in order.
    fn labels(&self) -> Vec<Target> {
        let Function { entry, end, .. } = *self.function;
        let code = &self.printer.program.code[entry.0 as usize..end.0 as usize];
        let jumps = code.iter().filter_map(|stmt| match stmt {
            Stmt::Goto { l } | Stmt::Branch { l, .. } => Some(*l),
            _ => None,
        });
        let handlers = self.function.handlers.iter().flat_map(|h| [h.start, h.end, h.target]);
        let atomics = self.function.atomics.iter().flat_map(|(start, end)| [*start, *end]);
        let mut labels: Vec<Target> = jumps.chain(handlers).chain(atomics).collect();
        labels.sort();
        labels.dedup();
        labels
    }

    fn label(&self, l: Target) -> String {
        format!("l{}", l.0 - self.function.entry.0)
    }

    fn slot(&self, x: Slot) -> String {
        self.printer.name(&self.function.slots[x.0 as usize], Site::Other)
    }

    fn has_slot(&self, name: &str) -> bool {
        self.function.slots.iter().any(|slot| slot == name)
    }

    /// A node whose name is also that of a slot says that it is a node.
    fn operand(&self, y: Operand) -> String {
        match y.kind() {
            OperandKind::Slot(x) => self.slot(x),
            OperandKind::Constant(at) => match &self.printer.program.constants[at as usize] {
                Value::Node(n) if self.has_slot(self.printer.program.node(*n)) => {
                    format!("node {}", self.printer.node(*n))
                }
                value => self.printer.value(value),
            },
        }
    }

    fn constant(&self, y: Operand) -> Option<&Value> {
        match y.kind() {
            OperandKind::Slot(_) => None,
            OperandKind::Constant(at) => Some(&self.printer.program.constants[at as usize]),
        }
    }

    fn operands(&self, args: Args) -> String {
        let operands: Vec<String> = self.printer.program.args(args).iter().map(|y| self.operand(*y)).collect();
        operands.join(", ")
    }

    fn call(&self, f: FnId, args: Args) -> String {
        let name = self.printer.name(&self.printer.program.function(f).name, Site::Call);
        format!("{name}({})", self.operands(args))
    }

    fn cell(&self, g: CellId) -> String {
        format!("V({})", self.printer.name(self.printer.program.cell(g), Site::Other))
    }

    fn address(&self, on: u32) -> String {
        match &self.printer.program.addresses[on as usize] {
            Address::Node(n) => format!("node {}", self.operand(*n)),
            Address::Any(group) => format!("any {}", self.group(*group)),
            Address::Prefer(group, n) => format!("any {} prefer {}", self.group(*group), self.operand(*n)),
        }
    }

    /// A list of nodes by the name of their group, where that is not a slot's.
    fn group(&self, y: Operand) -> String {
        let Some(Value::List(list)) = self.constant(y) else { return self.operand(y) };
        let members: Option<Vec<NodeId>> =
            list.iter().map(|value| if let Value::Node(n) = value { Some(*n) } else { None }).collect();
        match members.and_then(|members| self.printer.group(&members)) {
            Some(name) if !self.has_slot(name) => self.printer.name(name, Site::Other),
            _ => self.operand(y),
        }
    }

    fn op(&self, op: Op, operands: &str) -> String {
        match op {
            Op::Struct(ty) => {
                format!("struct {}({operands})", self.printer.spelled.structs[usize::from(ty.0)].name)
            }
            Op::Variant(ty, variant) => {
                let ty = &self.printer.spelled.enums[usize::from(ty.0)];
                format!("enum {}.{}({operands})", ty.name, ty.variants[usize::from(variant)].0)
            }
            _ => format!("{}({operands})", op_name(op)),
        }
    }

    fn awaited(&self, w: Awaited, y: Operand) -> String {
        let y = self.operand(y);
        match w {
            Awaited::One => y,
            Awaited::All => format!("all({y})"),
            Awaited::Any => format!("any({y})"),
            Awaited::Settled => format!("settled({y})"),
        }
    }

    fn bind(&self, x: Slot, what: &str) -> String {
        format!("{} = {what}", self.slot(x))
    }

    fn statement(&self, stmt: Stmt) -> String {
        let on = |word: &str, ys: &[Operand]| {
            let ys: Vec<String> = ys.iter().map(|y| self.operand(*y)).collect();
            format!("{word}({})", ys.join(", "))
        };
        let word = |word: &str, y: Operand| format!("{word} {}", self.operand(y));
        match stmt {
            Stmt::Move { x, y } => self.bind(x, &self.operand(y)),
            Stmt::Op { x, op, a, .. } if op_arity(op) == Some(1) => self.bind(x, &self.op(op, &self.operand(a))),
            Stmt::Op { x, op, a, b } => {
                self.bind(x, &self.op(op, &format!("{}, {}", self.operand(a), self.operand(b))))
            }
            Stmt::OpN { x, op, args } => self.bind(x, &self.op(op, &self.operands(args))),
            Stmt::Read { x, g } => self.bind(x, &self.cell(g)),
            Stmt::Write { g, y } => format!("{} = {}", self.cell(g), self.operand(y)),
            Stmt::ReadAt { x, g, n } => self.bind(x, &format!("{}@{}", self.cell(g), self.printer.node(n))),
            Stmt::Outcome { x } => self.bind(x, "result"),
            Stmt::Goto { l } => format!("goto {}", self.label(l)),
            Stmt::Branch { y, l } => format!("if {} goto {}", self.operand(y), self.label(l)),
            Stmt::Call { x, f, args } => self.bind(x, &format!("call {}", self.call(f, args))),
            Stmt::Async { x, f, args } => self.bind(x, &format!("async {}", self.call(f, args))),
            Stmt::SpawnLocal { x, f, args } => self.bind(x, &format!("spawn local {}", self.call(f, args))),
            Stmt::SpawnDist { x, f, args, on } => {
                self.bind(x, &format!("spawn dist {} on {}", self.call(f, args), self.address(on)))
            }
            Stmt::Send { f, args, on } => format!("send {} on {}", self.call(f, args), self.address(on)),
            Stmt::Await { x, y } => self.bind(x, &word("await", y)),
            Stmt::AwaitMany { x, w, y, guard } => {
                let guard = guard.map_or_else(String::new, |z| format!(" guard {}", self.slot(z)));
                self.bind(x, &format!("await {}{guard}", self.awaited(w, y)))
            }
            Stmt::Wait { x, y } => self.bind(x, &word("wait", y)),
            Stmt::Yield => String::from("yield"),
            Stmt::Promise { x } => self.bind(x, "promise"),
            Stmt::Resolve { y, z } => on("resolve", &[y, z]),
            Stmt::Reject { y, z } => on("reject", &[y, z]),
            Stmt::Cancel { y } => on("cancel", &[y]),
            Stmt::IsDone { x, y } => self.bind(x, &on("is_done", &[y])),
            Stmt::Sleep { x, y } => self.bind(x, &on("sleep", &[y])),
            Stmt::Now { x } => self.bind(x, "now"),
            Stmt::Here { x } => self.bind(x, "here"),
            Stmt::Choose { x, y } => self.bind(x, &on("choose", &[y])),
            Stmt::AtomicBegin => String::from("atomic begin"),
            Stmt::AtomicEnd => String::from("atomic end"),
            Stmt::Print { args } => on("print", self.printer.program.args(args)),
            Stmt::Assert { y, m } => match self.constant(m) {
                Some(Value::Unit) => word("assert", y),
                _ => format!("assert {}, {}", self.operand(y), self.operand(m)),
            },
            Stmt::Return { y } => word("return", y),
            Stmt::Throw { y } => word("throw", y),
        }
    }
}
