//! What the actions of the grammar do: look names up and put core programs together.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Name, ParseError};
use crate::base::Span;
use crate::calculus::term::{Cell, EnumType, Handler, Property, PropertyKind, StructType};
use crate::calculus::token::{Mode, Token, op_arity};
use crate::calculus::{
    Address, Args, CellId, Edge, FnId, Function, Names, NodeId, Op, Operand, Path, Program, Slot, Stmt, Target, TypeId,
    Value,
};

pub(crate) type Built<T> = Result<T, ParseError>;

/// A program or configuration that is being put together.
pub(crate) struct Builder<'a> {
    /// What names mean; of a program what has been read of it so far.
    pub(super) program: Cow<'a, Program>,
    names: &'a mut Names,
    /// Of a path, the creation below it that was named last.
    latest: BTreeMap<Path, Path>,
    mode: Mode,
    /// All functions, those that are still to come as well.
    functions: BTreeMap<String, FnId>,
    body: Body,
    /// The properties read so far with their bodies, which come behind the functions.
    properties: Vec<(Property, Function)>,
}

/// The function that is being read.
#[derive(Default)]
struct Body {
    slots: BTreeMap<String, Slot>,
    /// Every label with its place, once that is known. [`Stmt`]s and handlers hold places in here until the end.
    labels: Vec<(String, Span, Option<Target>)>,
    label_of: BTreeMap<String, Target>,
    /// Of a property, its kind.
    property: Option<PropertyKind>,
    function: Option<Function>,
}

fn missing<T>(name: &Name<'_>, kind: &str) -> Built<T> {
    Err(ParseError::new(name.span, format!("there is no {kind} called {}", name.text)))
}

fn position<T>(items: &[T], is: impl Fn(&T) -> bool) -> Option<usize> {
    items.iter().position(is)
}

impl<'a> Builder<'a> {
    pub fn new(program: Cow<'a, Program>, names: &'a mut Names, mode: Mode) -> Self {
        // Bodies of properties are no functions that anything could name.
        let bodies: Vec<FnId> = program.properties.iter().map(|property| property.body).collect();
        let functions = program.functions.iter().enumerate().map(|(f, function)| (FnId(f as u32), function));
        let functions = functions.filter(|(f, _)| !bodies.contains(f)).map(|(f, own)| (own.name.clone(), f)).collect();
        let (latest, body, properties) = (BTreeMap::new(), Body::default(), Vec::new());
        Builder { program, names, latest, mode, functions, body, properties }
    }

    /// Numbers the functions before any is called.
    pub fn announce(&mut self, tokens: &[(usize, Token<'_>, usize)]) -> Built<()> {
        for pair in tokens.windows(2) {
            if let [(_, Token::Word("fn"), _), (start, Token::Name(name), end)] = pair {
                let f = FnId(self.functions.len() as u32);
                if self.functions.insert(name.to_string(), f).is_some() {
                    return Err(ParseError::new(Span::new(*start, *end), format!("there are two functions {name}")));
                }
            }
        }
        Ok(())
    }

    /// The program, when all of it has been read.
    pub fn finish(self) -> Program {
        let mut program = self.program.into_owned();
        program.main = self.functions.get("main").copied();
        for (mut property, function) in self.properties {
            property.body = FnId(program.functions.len() as u32);
            program.functions.push(function);
            program.properties.push(property);
        }
        program.spans = vec![Span::default(); program.code.len()];
        program
    }

    // Names

    pub fn node(&self, name: &Name<'_>) -> Built<NodeId> {
        match position(&self.program.nodes, |own| *own == name.text) {
            Some(n) => Ok(NodeId(n as u32)),
            None => missing(name, "node"),
        }
    }

    pub fn group(&self, name: &Name<'_>) -> Built<Vec<NodeId>> {
        match self.program.groups.iter().find(|(own, _)| *own == name.text) {
            Some((_, members)) => Ok(members.clone()),
            None => missing(name, "group"),
        }
    }

    pub fn cell(&self, name: &Name<'_>) -> Built<CellId> {
        match position(&self.program.cells, |own| own.name == name.text) {
            Some(g) => Ok(CellId(g as u32)),
            None => missing(name, "cell"),
        }
    }

    pub fn function(&self, name: &Name<'_>) -> Built<FnId> {
        match self.functions.get(name.text.as_ref()) {
            Some(f) => Ok(*f),
            None => missing(name, "function"),
        }
    }

    fn structure(&self, name: &Name<'_>) -> Built<(TypeId, &StructType)> {
        match position(&self.program.structs, |own| own.name == name.text) {
            Some(at) => Ok((TypeId(at as u16), &self.program.structs[at])),
            None => missing(name, "struct"),
        }
    }

    /// An enum's variant with the number of values that it carries.
    fn variant(&self, ty: &Name<'_>, name: &Name<'_>) -> Built<(TypeId, u16, usize)> {
        let Some(at) = position(&self.program.enums, |own| own.name == ty.text) else { return missing(ty, "enum") };
        let variants = &self.program.enums[at].variants;
        match position(variants, |(own, _)| *own == name.text) {
            Some(i) => Ok((TypeId(at as u16), i as u16, variants[i].1)),
            None => missing(name, "variant"),
        }
    }

    /// A path, spelled out.
    pub fn path(&mut self, text: &str, span: Span) -> Built<Path> {
        let wrong = || ParseError::new(span, format!("{text} is no path: paths begin with main"));
        let mut rest = text.strip_prefix("main").ok_or_else(wrong)?;
        let mut path = Path::MAIN;
        while let Some(sign) = rest.chars().next() {
            let behind = &rest[sign.len_utf8()..];
            let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            let number = behind[..digits].parse().map_err(|_| ParseError::new(span, "this number does not fit"))?;
            let edge = match sign {
                '.' => Edge::Child(number),
                '@' => Edge::Attempt(number),
                '′' => Edge::Copy(number),
                _ => return Err(wrong()),
            };
            path = self.child(path, edge);
            rest = &behind[digits..];
        }
        Ok(path)
    }

    /// As [`Names::child`], searching from the creation that was named last: texts name them in order.
    fn child(&mut self, parent: Path, edge: Edge) -> Path {
        let latest = self.latest.get(&parent).copied();
        let child = match latest.map(|latest| (latest, self.names.edge(latest))) {
            Some((latest, own)) if own == edge => latest,
            Some((latest, own)) if own < edge => self.names.after(parent, Some(latest), edge),
            _ => self.names.child(parent, edge),
        };
        if matches!(edge, Edge::Child(_)) {
            self.latest.insert(parent, child);
        }
        child
    }

    /// A task or promise in a value: a program has none.
    pub fn handle(&self, path: Path, span: Span, make: impl Fn(Path) -> Value) -> Built<Value> {
        match self.mode {
            Mode::Config => Ok(make(path)),
            Mode::Program => Err(ParseError::new(span, "a program holds no tasks and promises")),
        }
    }

    // Values

    pub fn struct_value(&self, name: &Name<'_>, fields: Vec<(Name<'_>, Value)>, span: Span) -> Built<Value> {
        let (id, ty) = self.structure(name)?;
        if let Some(((field, _), own)) = fields.iter().zip(&ty.fields).find(|((field, _), own)| field.text != **own) {
            return Err(ParseError::new(field.span, format!("here should be the field {own} of {}", ty.name)));
        }
        counted(&ty.name, "field", ty.fields.len(), fields.len(), span)?;
        Ok(Value::structure(id, fields.into_iter().map(|(_, value)| value).collect()))
    }

    pub fn enum_value(&self, ty: &Name<'_>, name: &Name<'_>, payload: Vec<Value>) -> Built<Value> {
        let (id, variant, carried) = self.variant(ty, name)?;
        counted(&name.text, "value", carried, payload.len(), name.span)?;
        Ok(Value::variant(id, variant, payload.into()))
    }

    // Declarations

    fn fresh(&self, name: &Name<'_>, taken: bool) -> Built<String> {
        if taken {
            return Err(ParseError::new(name.span, format!("{} is there already", name.text)));
        }
        Ok(name.text.to_string())
    }

    pub fn add_node(&mut self, name: &Name<'_>) -> Built<()> {
        let name = self.fresh(name, self.program.nodes.iter().any(|own| *own == name.text))?;
        self.program.to_mut().nodes.push(name);
        Ok(())
    }

    pub fn add_group(&mut self, name: &Name<'_>, members: Vec<NodeId>) -> Built<()> {
        let name = self.fresh(name, self.program.groups.iter().any(|(own, _)| *own == name.text))?;
        self.program.to_mut().groups.push((name, members));
        Ok(())
    }

    pub fn add_struct(&mut self, name: &Name<'_>, fields: Vec<Name<'_>>) -> Built<()> {
        let name = self.fresh(name, self.program.structs.iter().any(|own| own.name == name.text))?;
        let fields = fields.into_iter().map(|field| field.text.into_owned()).collect();
        self.program.to_mut().structs.push(StructType { name, fields });
        Ok(())
    }

    pub fn add_enum(&mut self, name: &Name<'_>, variants: Vec<(Name<'_>, u32)>) -> Built<()> {
        let name = self.fresh(name, self.program.enums.iter().any(|own| own.name == name.text))?;
        let variants = variants.into_iter().map(|(variant, n)| (variant.text.into_owned(), n as usize)).collect();
        self.program.to_mut().enums.push(EnumType { name, variants });
        Ok(())
    }

    pub fn add_cell(&mut self, name: &Name<'_>, durable: bool, initial: Value) -> Built<()> {
        let name = self.fresh(name, self.program.cells.iter().any(|own| own.name == name.text))?;
        self.program.to_mut().cells.push(Cell { name, durable, initial });
        Ok(())
    }

    // Functions

    pub fn begin_function(&mut self, name: Name<'_>, is_async: bool, params: &[Name<'_>]) -> Built<()> {
        let entry = Target(self.program.code.len() as u32);
        self.body = Body::default();
        self.body.function = Some(Function {
            name: name.text.into_owned(),
            params: params.len() as u32,
            slots: Vec::new(),
            is_async,
            entry,
            end: entry,
            handlers: Vec::new(),
            atomics: Vec::new(),
        });
        params.iter().try_for_each(|param| self.add_slot(param))
    }

    pub fn begin_property(&mut self, kind: PropertyKind, name: Name<'_>) -> Built<()> {
        self.begin_function(name, false, &[])?;
        self.body.property = Some(kind);
        Ok(())
    }

    /// The function that is being read.
    fn current(&mut self) -> &mut Function {
        self.body.function.as_mut().expect("the grammar opens a function before it reads what is inside")
    }

    pub fn add_slot(&mut self, name: &Name<'_>) -> Built<()> {
        let text = self.fresh(name, self.body.slots.contains_key(name.text.as_ref()))?;
        let function = self.current();
        let slot = Slot(function.slots.len() as u32);
        function.slots.push(text.clone());
        self.body.slots.insert(text, slot);
        Ok(())
    }

    fn slot_named(&self, name: &Name<'_>) -> Option<Slot> {
        self.body.slots.get(name.text.as_ref()).copied()
    }

    pub fn slot(&self, name: &Name<'_>) -> Built<Slot> {
        self.slot_named(name).map_or_else(|| missing(name, "slot"), Ok)
    }

    pub fn operand(&mut self, name: &Name<'_>) -> Built<Operand> {
        if let Some(slot) = self.slot_named(name) {
            return Ok(Operand::slot(slot));
        }
        match self.node(name) {
            Ok(n) => Ok(self.constant(Value::Node(n))),
            Err(_) => missing(name, "slot or node"),
        }
    }

    /// What stands behind `any`.
    pub fn members(&mut self, name: &Name<'_>) -> Built<Operand> {
        if let Some(slot) = self.slot_named(name) {
            return Ok(Operand::slot(slot));
        }
        match self.group(name) {
            Ok(members) => Ok(self.constant(Value::list(members.into_iter().map(Value::Node)))),
            Err(_) => missing(name, "slot or group"),
        }
    }

    pub fn constant(&mut self, value: Value) -> Operand {
        let constants = &mut self.program.to_mut().constants;
        constants.push(value);
        Operand::constant(constants.len() as u32 - 1)
    }

    pub fn args(&mut self, operands: Vec<Operand>) -> Args {
        let table = &mut self.program.to_mut().operands;
        let args = Args { start: table.len() as u32, len: operands.len() as u32 };
        table.extend(operands);
        args
    }

    pub fn address(&mut self, address: Address<Operand, Operand>) -> u32 {
        let addresses = &mut self.program.to_mut().addresses;
        addresses.push(address);
        addresses.len() as u32 - 1
    }

    pub fn op(&mut self, x: Slot, op: Op, operands: Vec<Operand>, span: Span) -> Built<Stmt> {
        let wrong = |want: &str| Err(ParseError::new(span, format!("this operation takes {want}")));
        match op_arity(op) {
            Some(1) if operands.len() != 1 => return wrong("1 operand"),
            Some(n) if operands.len() != n => return wrong(&format!("{n} operands")),
            None if op == Op::Map && operands.len() % 2 == 1 => return wrong("keys and values in pairs"),
            _ => {}
        }
        Ok(match (op_arity(op), &operands[..]) {
            (Some(1), [a]) => Stmt::Op { x, op, a: *a, b: *a },
            (_, [a, b]) => Stmt::Op { x, op, a: *a, b: *b },
            _ => Stmt::OpN { x, op, args: self.args(operands) },
        })
    }

    pub fn struct_op(&mut self, x: Slot, name: &Name<'_>, operands: Vec<Operand>, span: Span) -> Built<Stmt> {
        let (id, ty) = self.structure(name)?;
        counted(&ty.name, "field", ty.fields.len(), operands.len(), span)?;
        self.op(x, Op::Struct(id), operands, span)
    }

    pub fn enum_op(&mut self, x: Slot, (ty, name): (Name<'_>, Name<'_>), operands: Vec<Operand>) -> Built<Stmt> {
        let (id, variant, carried) = self.variant(&ty, &name)?;
        counted(&name.text, "value", carried, operands.len(), name.span)?;
        self.op(x, Op::Variant(id, variant), operands, name.span)
    }

    pub fn push(&mut self, stmt: Stmt) {
        self.program.to_mut().code.push(stmt);
    }

    /// A label that something names: for now its number among the labels of the function.
    pub fn label(&mut self, name: Name<'_>) -> Target {
        if let Some(label) = self.body.label_of.get(name.text.as_ref()) {
            return *label;
        }
        let label = Target(self.body.labels.len() as u32);
        self.body.label_of.insert(name.text.to_string(), label);
        self.body.labels.push((name.text.into_owned(), name.span, None));
        label
    }

    /// A label before the statement that comes next.
    pub fn place_label(&mut self, name: Name<'_>) -> Built<()> {
        let here = Target(self.program.code.len() as u32);
        let (text, span) = (name.text.to_string(), name.span);
        let label = self.label(name);
        match self.body.labels[label.0 as usize].2.replace(here) {
            None => Ok(()),
            Some(_) => Err(ParseError::new(span, format!("the label {text} stands somewhere else already"))),
        }
    }

    pub fn add_handler(&mut self, [start, end, target]: [Target; 3], error: Option<Slot>) {
        self.current().handlers.push(Handler { start, end, target, error });
    }

    pub fn add_atomic(&mut self, start: Target, end: Target) {
        self.current().atomics.push((start, end));
    }

    /// Puts places where labels stand.
    pub fn end_function(&mut self) -> Built<()> {
        let end = Target(self.program.code.len() as u32);
        let Body { labels, property, function, .. } = std::mem::take(&mut self.body);
        let mut function = function.expect("the grammar opens a function before it closes it");
        let mut places = Vec::with_capacity(labels.len());
        for (text, span, place) in &labels {
            let wrong = || ParseError::new(*span, format!("there is no label {text}"));
            places.push(place.ok_or_else(wrong)?);
        }
        let place = |l: &mut Target| *l = places[l.0 as usize];
        for handler in &mut function.handlers {
            [&mut handler.start, &mut handler.end, &mut handler.target].into_iter().for_each(place);
        }
        for (start, end) in &mut function.atomics {
            place(start);
            place(end);
        }
        let mut uses_result = false;
        for stmt in &mut self.program.to_mut().code[function.entry.0 as usize..] {
            match stmt {
                Stmt::Goto { l } | Stmt::Branch { l, .. } => {
                    let (text, span, _) = &labels[l.0 as usize];
                    place(l);
                    if *l == end {
                        return Err(ParseError::new(*span, format!("{text} stands behind the last statement")));
                    }
                }
                Stmt::Outcome { .. } => uses_result = true,
                _ => {}
            }
        }
        function.end = end;
        match property {
            None => self.program.to_mut().functions.push(function),
            Some(kind) => {
                let (name, span) = (function.name.clone(), Span::default());
                let property = Property { name, kind, body: FnId(0), uses_result, span };
                self.properties.push((property, function));
            }
        }
        Ok(())
    }
}

/// Whether there are as many as there must be.
fn counted(name: &str, thing: &str, want: usize, found: usize, span: Span) -> Built<()> {
    if want == found {
        return Ok(());
    }
    let plural = if want == 1 { "" } else { "s" };
    Err(ParseError::new(span, format!("{name} has {want} {thing}{plural}, not {found}")))
}
