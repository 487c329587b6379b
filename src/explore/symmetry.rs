//! Symmetry of the nodes of a group: configurations in which the nodes of a group have changed places are one.
//!
//! A permutation π of the nodes is a symmetry if whatever Σ can do, π(Σ) can do with π: the program may send to the group as a
//! whole, but never name one of its nodes, tell them apart, or let one be seen in an outcome. What breaks that is found in the
//! program, before the search (docs/exploration.md says why each of the conditions is there); that properties say the same
//! of Σ and π(Σ) is asked of every configuration. Of a configuration only the fingerprint is made for every permutation;
//! the least of them stands for all.

use std::collections::BTreeSet;

use super::parts;
use super::property::{self, Verdict};
use super::report::{Asymmetry, Coverage};
use crate::base::Span;
use crate::calculus::term::{OperandKind, Property, PropertyKind};
use crate::calculus::{Address, FnId, NodeId, Operand, Program, Stmt, Value, operands};
use crate::semantics::settings::Settings;
use crate::semantics::system::System;

/// How nodes may change places, where that is asked for; and why others may not.
pub fn asked(program: &Program, settings: &Settings, symmetry: bool) -> (Vec<Places>, Vec<Asymmetry>) {
    if symmetry { of(program, settings) } else { (none(program), Vec::new()) }
}

/// Why no nodes changed places in the end: a property tells them apart.
pub fn told_apart(program: &Program, property: usize) -> Asymmetry {
    let Property { name, span, .. } = &program.properties[property];
    let why = format!("`{name}` says different things of nodes that could");
    Asymmetry { group: String::new(), why, span: Some(*span) }
}

/// Of so many nodes of a group any permutation is looked at; of a larger group the others stay where they are, which is a
/// symmetry too.
const MOST: usize = 5;

/// For each node the one whose place it takes.
pub type Places = Vec<NodeId>;

/// The permutations of nodes that leave everything as it is, the identity first; and the groups of which that cannot be said.
pub fn of(program: &Program, settings: &Settings) -> (Vec<Places>, Vec<Asymmetry>) {
    let mut all = none(program);
    let (mut refused, mut taken) = (Vec::new(), BTreeSet::new());
    let groups = program.groups.iter().filter(|(_, members)| members.len() > 1);
    if groups.clone().count() == 0 {
        refused.push(Asymmetry { group: String::new(), why: String::from("no group has two nodes"), span: None });
    }
    for (name, all_members) in groups {
        let members: Vec<NodeId> = all_members.iter().copied().take(MOST).collect();
        let group = Group { program, settings, members: &members };
        match group.broken() {
            Some((why, span)) => refused.push(Asymmetry { group: name.clone(), why, span }),
            None if members.iter().any(|n| taken.contains(n)) => {
                let why = String::from("shares nodes with a group whose nodes change places already");
                refused.push(Asymmetry { group: name.clone(), why, span: None });
            }
            None => {
                taken.extend(members.iter().copied());
                all = permuted(&all, &members);
                if members.len() < all_members.len() {
                    let why = format!("is large: of its nodes the first {MOST} change places, the others stay");
                    refused.push(Asymmetry { group: name.clone(), why, span: None });
                }
            }
        }
    }
    (all, refused)
}

/// Whether the properties of a kind say the same of Σ when nodes have changed places; the first that does not. They read
/// cells, and the result of main.
pub fn differing(
    sys: &mut System,
    kind: PropertyKind,
    permutations: &[Places],
    coverage: &mut Coverage,
) -> Option<usize> {
    let cells: Vec<Vec<Value>> = sys.nodes.iter().map(|node| node.cells.clone()).collect();
    let says = |sys: &mut System, coverage: &mut Coverage| property::broken(sys, kind, coverage);
    let first = says(sys, coverage);
    let mut differing = None;
    for places in permutations.iter().skip(1) {
        for (from, to) in places.iter().enumerate() {
            sys.node_mut(*to).cells.clone_from(&cells[from]);
        }
        let here = says(sys, coverage);
        let only = |one: &[(usize, Verdict)], other: &[(usize, Verdict)]| {
            one.iter().find(|found| !other.contains(found)).map(|(property, _)| *property)
        };
        differing = differing.or_else(|| only(&first, &here)).or_else(|| only(&here, &first));
    }
    for (n, cells) in cells.into_iter().enumerate() {
        sys.node_mut(NodeId(n as u32)).cells = cells;
    }
    differing
}

/// The permutation that leaves every node where it is.
pub fn none(program: &Program) -> Vec<Places> {
    vec![(0..program.nodes.len() as u32).map(NodeId).collect()]
}

/// Each of some permutations, followed by each of those of `members`.
fn permuted(all: &[Places], members: &[NodeId]) -> Vec<Places> {
    let orders = orders(members);
    let behind = |places: &Places, order: &Vec<NodeId>| {
        let mut places = places.clone();
        members.iter().zip(order).for_each(|(from, to)| places[from.0 as usize] = *to);
        places
    };
    all.iter().flat_map(|places| orders.iter().map(|order| behind(places, order))).collect()
}

/// Every order of some nodes, the given one first.
fn orders(nodes: &[NodeId]) -> Vec<Vec<NodeId>> {
    let mut orders: Vec<Vec<NodeId>> = vec![Vec::new()];
    for _ in nodes {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                let left: Vec<NodeId> = nodes.iter().copied().filter(|n| !order.contains(n)).collect();
                left.into_iter().map(move |n| order.iter().copied().chain([n]).collect())
            })
            .collect();
    }
    orders
}

/// A group, and what it is asked in.
struct Group<'a> {
    program: &'a Program,
    settings: &'a Settings,
    members: &'a [NodeId],
}

type Broken = (String, Option<Span>);

impl Group<'_> {
    /// The first condition that does not hold, and where.
    fn broken(&self) -> Option<Broken> {
        self.by_settings().or_else(|| self.by_statement()).or_else(|| self.by_print())
    }

    fn by_settings(&self) -> Option<Broken> {
        let why = if parts::in_line(self.settings) {
            "has its stacks or messages in line: order and network must be bag and unordered"
        } else if self.members.contains(&NodeId(0)) {
            "holds the node that main starts on"
        } else if self.program.properties.iter().any(|property| property.kind == PropertyKind::Eventually) {
            "stands beside an `eventually`, which asks who goes on and not only where it ends"
        } else if self.program.cells.iter().any(|cell| self.holds(&cell.initial)) {
            "has one of its nodes in a cell from the start"
        } else if self.some_crash() {
            "holds nodes that may crash and nodes that may not"
        } else {
            return None;
        };
        Some((why.to_owned(), None))
    }

    fn some_crash(&self) -> bool {
        let may = |n: &NodeId| self.settings.crash_nodes.as_ref().is_none_or(|nodes| nodes.contains(n));
        self.members.iter().any(may) && !self.members.iter().all(may)
    }

    /// A statement that names one of its nodes, or asks which one it is on.
    fn by_statement(&self) -> Option<Broken> {
        let bodies: BTreeSet<FnId> = self.program.properties.iter().map(|property| property.body).collect();
        let functions = self.program.functions.iter().enumerate().filter(|(f, _)| !bodies.contains(&FnId(*f as u32)));
        functions.flat_map(|(_, f)| f.entry.0 as usize..f.end.0 as usize).find_map(|at| {
            let span = Some(self.program.spans[at]);
            match self.program.code[at] {
                Stmt::Here { .. } => Some((String::from("is asked for one of its nodes: `here`"), span)),
                stmt if self.names(stmt) => Some((String::from("has one of its nodes named, or taken in order"), span)),
                _ => None,
            }
        })
    }

    /// Whether a statement names a node, otherwise than as one of a group that it sends to.
    fn names(&self, stmt: Stmt) -> bool {
        let to = match stmt {
            Stmt::SpawnDist { on, .. } | Stmt::Send { on, .. } => match self.program.addresses[on as usize] {
                Address::Any(g) | Address::Prefer(g, _) => Some(g),
                Address::Node(_) => None,
            },
            _ => None,
        };
        let (mut named, mut sent_to) = (0, 0);
        operands(self.program, stmt, &mut |y: Operand| {
            if let OperandKind::Constant(at) = y.kind() {
                named += usize::from(self.holds(&self.program.constants[at as usize]));
                sent_to += usize::from(Some(y) == to);
            }
        });
        named > sent_to.min(1) || to.is_some_and(|g| self.is_part(g))
    }

    /// Whether an address has some of its nodes, and others not.
    fn is_part(&self, group: Operand) -> bool {
        let OperandKind::Constant(at) = group.kind() else { return false };
        let Value::List(nodes) = &self.program.constants[at as usize] else { return false };
        let has = |n: &NodeId| nodes.iter().any(|node| *node == Value::Node(*n));
        self.members.iter().any(has) && !self.members.iter().all(has)
    }

    fn holds(&self, value: &Value) -> bool {
        match value {
            Value::Node(n) => self.members.contains(n),
            Value::List(items) => crate::calculus::value::deep(|| items.iter().any(|item| self.holds(item))),
            Value::Some(inner) => crate::calculus::value::deep(|| self.holds(inner)),
            Value::Struct(record) | Value::Enum(record) => {
                crate::calculus::value::deep(|| record.fields.iter().any(|field| self.holds(field)))
            }
            Value::Map(entries) => crate::calculus::value::deep(|| entries.values().any(|value| self.holds(value))),
            _ => false,
        }
    }

    /// A print that may happen on one of its nodes: an outcome says where.
    fn by_print(&self) -> Option<Broken> {
        let program = self.program;
        let mut reached: BTreeSet<FnId> = BTreeSet::new();
        let mut work: Vec<FnId> = program.code.iter().filter_map(|stmt| self.sent(*stmt)).collect();
        while let Some(f) = work.pop() {
            if !reached.insert(f) {
                continue;
            }
            let function = program.function(f);
            for at in function.entry.0 as usize..function.end.0 as usize {
                match program.code[at] {
                    Stmt::Print { .. } => {
                        return Some((
                            String::from("has a print on its nodes, and outcomes say where"),
                            Some(program.spans[at]),
                        ));
                    }
                    Stmt::Call { f, .. } | Stmt::Async { f, .. } | Stmt::SpawnLocal { f, .. } => work.push(f),
                    _ => {}
                }
            }
        }
        None
    }

    /// What a statement sends to where one of its nodes may be.
    fn sent(&self, stmt: Stmt) -> Option<FnId> {
        let (Stmt::SpawnDist { f, on, .. } | Stmt::Send { f, on, .. }) = stmt else { return None };
        let elsewhere = match self.program.addresses[on as usize] {
            Address::Node(n) | Address::Any(n) => match n.kind() {
                OperandKind::Constant(at) => !self.holds(&self.program.constants[at as usize]),
                OperandKind::Slot(_) => false,
            },
            Address::Prefer(..) => false,
        };
        (!elsewhere).then_some(f)
    }
}
