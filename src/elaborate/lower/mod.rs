//! Lowering: from the typed tree to the core in A-normal form. Every operand is a slot or a constant, every statement
//! one step, evaluation from left to right.
//!
//! Code is made towards its destination: `x = a + b` is one statement, and a variable or constant is an operand where
//! it stands. Operands may be read late: no local changes while an expression is evaluated, since assignments are
//! statements, and cells are read into temporaries.

mod build;
mod expr;
mod jump;
mod scope;
mod stmt;

use std::collections::BTreeMap;

use self::build::Builder;
use super::globals::{CellDecl, FnSignature, Globals};
use super::typed::{Body, Expr};
use super::types::Types;
use crate::calculus::term::{Cell, EnumType, StructType};
use crate::calculus::{FnId, Function, Operand, Program, Value};

/// The core program as far as it has been made.
#[derive(Debug, Default)]
pub(super) struct Core {
    pub(super) program: Program,
    /// Where each constant stands in the program.
    constants: BTreeMap<Value, u32>,
    /// Where the declared constants stand, by their number.
    declared: BTreeMap<u32, u32>,
}

/// More statements than this are not made. Only scopes can come to it, many in each other and each left in many ways:
/// everything else makes a few statements of each word.
const MOST_STATEMENTS: usize = 1 << 24;

impl Core {
    /// Whether the program has become too large: then it is not complete.
    pub(super) fn is_full(&self) -> bool {
        self.program.code.len() >= MOST_STATEMENTS
    }

    /// Takes over what needs no lowering.
    pub(super) fn declare(&mut self, globals: &Globals<'_>) {
        let program = &mut self.program;
        program.nodes = globals.nodes.iter().map(|node| node.text.to_owned()).collect();
        program.groups = globals.groups.iter().map(|g| (g.name.text.to_owned(), g.members.clone())).collect();
        program.structs = globals
            .structs
            .iter()
            .map(|decl| StructType {
                name: decl.name.text.to_owned(),
                fields: decl.fields.iter().map(|(field, _)| field.text.to_owned()).collect(),
            })
            .collect();
        program.enums = globals
            .enums
            .iter()
            .map(|decl| EnumType {
                name: decl.name.text.to_owned(),
                variants: decl.variants.iter().map(|v| (v.name.text.to_owned(), v.payload.len())).collect(),
            })
            .collect();
    }

    /// The next cell.
    pub(super) fn add_cell(&mut self, decl: &CellDecl<'_>, initial: Value) {
        let name = decl.name.text.to_owned();
        self.program.cells.push(Cell { name, durable: decl.durable, initial });
    }

    /// The next function.
    pub(super) fn add_function(
        &mut self,
        globals: &Globals<'_>,
        types: &Types,
        signature: &FnSignature<'_>,
        body: &Body<'_>,
    ) {
        let mut builder = Builder::new(self, globals, types, &body.locals);
        builder.body(signature.params.len(), &body.block);
        let function = builder.finish(signature.name.text, signature.params.len(), signature.is_async);
        self.program.functions.push(function);
    }

    /// A function that computes the value of a property.
    pub(super) fn add_property_body(&mut self, globals: &Globals<'_>, types: &Types, name: &str, body: &Expr) -> FnId {
        let mut builder = Builder::new(self, globals, types, &[]);
        builder.return_value(body);
        let function: Function = builder.finish(name, 0, false);
        self.program.functions.push(function);
        FnId(self.program.functions.len() as u32 - 1)
    }

    /// The operand of a constant.
    fn constant(&mut self, value: &Value) -> Operand {
        Operand::constant(self.constant_index(value))
    }

    fn constant_index(&mut self, value: &Value) -> u32 {
        if let Some(index) = self.constants.get(value) {
            return *index;
        }
        let index = self.program.constants.len() as u32;
        self.program.constants.push(value.clone());
        self.constants.insert(value.clone(), index);
        index
    }

    /// The operand of a declared constant.
    fn declared(&mut self, globals: &Globals<'_>, number: u32) -> Operand {
        if let Some(index) = self.declared.get(&number) {
            return Operand::constant(*index);
        }
        let value = globals.consts[number as usize].value.clone().unwrap_or_default();
        let index = self.constant_index(&value);
        self.declared.insert(number, index);
        Operand::constant(index)
    }
}
