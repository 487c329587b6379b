//! What an invariant has said of cells lately: where they hold the same again, so does it, and nobody has to evaluate it.

use smallvec::SmallVec;

use crate::calculus::term::CellId;
use crate::calculus::{NodeId, Value};
use crate::explore::property::Reads;
use crate::semantics::system::System;

/// So many cells are compared, at most.
const CELLS: usize = 8;

/// So many values of them are kept.
const KEPT: usize = 8;

/// So many elements of a list are compared, at most.
const ELEMENTS: usize = 16;

type Values = SmallVec<[Value; 4]>;

/// The values of the cells that an invariant reads with which it held lately.
#[derive(Clone, Debug)]
pub struct Recall {
    /// What it reads; nothing is kept of one that reads more than that.
    cells: Option<Vec<(CellId, NodeId)>>,
    held: Vec<Values>,
    /// The place of the oldest.
    next: usize,
}

impl Recall {
    /// Nothing yet of an invariant that reads this.
    pub fn of(reads: &Reads) -> Recall {
        let cells: Vec<(CellId, NodeId)> = reads.cells().collect();
        let is_small = !reads.result && cells.len() <= CELLS;
        Recall { cells: is_small.then_some(cells), held: Vec::new(), next: 0 }
    }

    /// Whether it has held with the values that the cells have in Σ.
    pub fn holds(&self, sys: &System) -> bool {
        let Some(cells) = &self.cells else { return false };
        let is_here = |values: &Values| cells.iter().zip(values).all(|(cell, value)| value_of(sys, *cell) == value);
        self.held.iter().any(is_here)
    }

    /// It holds with the values that the cells have in Σ.
    pub fn keep(&mut self, sys: &System) {
        let Some(cells) = &self.cells else { return };
        let values = cells.iter().map(|cell| value_of(sys, *cell));
        if !values.clone().all(is_small) {
            return;
        }
        let values: Values = values.cloned().collect();
        if self.held.len() < KEPT {
            self.held.push(values);
        } else {
            self.held[self.next] = values;
            self.next = (self.next + 1) % KEPT;
        }
    }
}

fn value_of(sys: &System, (g, n): (CellId, NodeId)) -> &Value {
    &sys.node(n).cells[g.0 as usize]
}

/// Whether a value is compared as fast as it is read.
fn is_small(value: &Value) -> bool {
    match value {
        Value::List(items) => items.len() <= ELEMENTS && items.iter().all(is_flat),
        other => is_flat(other),
    }
}

fn is_flat(value: &Value) -> bool {
    !matches!(
        value,
        Value::List(_) | Value::Map(_) | Value::Struct(_) | Value::Enum(_) | Value::Some(_) | Value::Str(_)
    )
}
