//! What a program declares at its top level, by kind and by name.

use std::collections::BTreeMap;

use super::types::Ty;
use crate::base::Span;
use crate::calculus::{CellId, FnId, NodeId, TypeId, Value};
use crate::syntax::ast::Ident;

/// The declarations. A duplicate has its entry too, but its name leads to the first.
#[derive(Debug, Default)]
pub(super) struct Globals<'s> {
    pub(super) nodes: Vec<Ident<'s>>,
    pub(super) groups: Vec<Group<'s>>,
    pub(super) cells: Vec<CellDecl<'s>>,
    pub(super) consts: Vec<ConstDecl<'s>>,
    pub(super) structs: Vec<StructDecl<'s>>,
    pub(super) enums: Vec<EnumDecl<'s>>,
    pub(super) functions: Vec<FnSignature<'s>>,
    /// Everything with a name but functions and properties.
    pub(super) names: BTreeMap<&'s str, Global>,
    /// The functions. A node may have the name of one: where none is declared the node is called `main`.
    pub(super) function_names: BTreeMap<&'s str, FnId>,
}

/// What a name of the top level stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    Node(NodeId),
    Group(usize),
    Cell(CellId),
    Const(usize),
    Struct(TypeId),
    Enum(TypeId),
}

#[derive(Debug)]
pub(super) struct Group<'s> {
    pub(super) name: Ident<'s>,
    pub(super) members: Vec<NodeId>,
    pub(super) used: bool,
}

#[derive(Debug)]
pub(super) struct CellDecl<'s> {
    pub(super) name: Ident<'s>,
    pub(super) durable: bool,
    pub(super) ty: Ty,
    pub(super) ty_span: Span,
    pub(super) used: bool,
}

#[derive(Debug)]
pub(super) struct ConstDecl<'s> {
    pub(super) name: Ident<'s>,
    pub(super) ty: Ty,
    pub(super) ty_span: Span,
    /// Known once it has been computed, unless there was an error.
    pub(super) value: Option<Value>,
    pub(super) used: bool,
}

#[derive(Debug)]
pub(super) struct StructDecl<'s> {
    pub(super) name: Ident<'s>,
    pub(super) fields: Vec<(Ident<'s>, Ty)>,
    pub(super) used: bool,
}

#[derive(Debug)]
pub(super) struct EnumDecl<'s> {
    pub(super) name: Ident<'s>,
    pub(super) variants: Vec<VariantDecl<'s>>,
    pub(super) used: bool,
}

#[derive(Debug)]
pub(super) struct VariantDecl<'s> {
    pub(super) name: Ident<'s>,
    pub(super) payload: Vec<Ty>,
}

#[derive(Debug)]
pub(super) struct FnSignature<'s> {
    pub(super) name: Ident<'s>,
    pub(super) is_async: bool,
    pub(super) params: Vec<(Ident<'s>, Ty)>,
    pub(super) result: Ty,
    /// Where the result is stated; where none is, the name.
    pub(super) result_span: Span,
    pub(super) used: bool,
    /// Where it is spawned first.
    pub(super) spawned: Option<Span>,
}

impl<'s> Globals<'s> {
    pub(super) fn structure(&self, id: TypeId) -> &StructDecl<'s> {
        &self.structs[usize::from(id.0)]
    }

    pub(super) fn enumeration(&self, id: TypeId) -> &EnumDecl<'s> {
        &self.enums[usize::from(id.0)]
    }

    pub(super) fn function(&self, id: FnId) -> &FnSignature<'s> {
        &self.functions[id.0 as usize]
    }

    pub(super) fn cell(&self, id: CellId) -> &CellDecl<'s> {
        &self.cells[id.0 as usize]
    }

    /// Where a name of the top level is declared.
    pub(super) fn declared_at(&self, global: Global) -> Span {
        match global {
            Global::Node(id) => self.nodes[id.0 as usize].span,
            Global::Group(at) => self.groups[at].name.span,
            Global::Cell(id) => self.cell(id).name.span,
            Global::Const(at) => self.consts[at].name.span,
            Global::Struct(id) => self.structure(id).name.span,
            Global::Enum(id) => self.enumeration(id).name.span,
        }
    }

    /// What a name stands for, marked as used.
    pub(super) fn look_up(&mut self, name: &str) -> Option<Global> {
        let global = *self.names.get(name)?;
        match global {
            Global::Node(_) => {}
            Global::Group(at) => self.groups[at].used = true,
            Global::Cell(id) => self.cells[id.0 as usize].used = true,
            Global::Const(at) => self.consts[at].used = true,
            Global::Struct(id) => self.structs[usize::from(id.0)].used = true,
            Global::Enum(id) => self.enums[usize::from(id.0)].used = true,
        }
        Some(global)
    }
}

impl Global {
    /// What it is, with its article.
    pub(super) fn word(self) -> &'static str {
        match self {
            Global::Node(_) => "a node",
            Global::Group(_) => "a group",
            Global::Cell(_) => "a cell",
            Global::Const(_) => "a constant",
            Global::Struct(_) => "a struct",
            Global::Enum(_) => "an enum",
        }
    }
}
