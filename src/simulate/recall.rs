//! What a property has said of cells lately: where they hold the same again, so does it, and nobody has to evaluate it.

use smallvec::SmallVec;

use crate::calculus::term::CellId;
use crate::calculus::{NodeId, Path, Value};
use crate::explore::property::Reads;
use crate::semantics::system::{Settled, System};

/// So many cells are compared, at most.
const CELLS: usize = 8;

/// So many values of them are kept.
const KEPT: usize = 8;

/// So many elements of a list are compared, at most.
const ELEMENTS: usize = 16;

/// So many bytes of a string are compared, at most.
const BYTES: usize = 32;

type Values = SmallVec<[Value; 4]>;

/// The values of what a property reads with which it held lately.
#[derive(Clone, Debug)]
pub struct Recall {
    /// What it reads; nothing is kept of one that reads more than that.
    reads: Option<Vec<Place>>,
    held: Vec<Values>,
    /// The place of the oldest.
    next: usize,
    /// Where the search begins: mostly runs are alike, and what came behind the last values comes behind them again.
    likely: usize,
}

/// Where a value stands that a property reads.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// A cell of a node.
    Cell(CellId, NodeId),
    /// The result of main.
    Result,
}

impl Recall {
    /// Nothing yet of a property that reads this.
    pub fn of(reads: &Reads) -> Recall {
        let cells = reads.cells().map(|(g, n)| Place::Cell(g, n));
        let places: Vec<Place> = cells.chain(reads.result.then_some(Place::Result)).collect();
        let reads = (places.len() <= CELLS).then_some(places);
        Recall { reads, held: Vec::new(), next: 0, likely: 0 }
    }

    /// Whether it has held with the values that stand in Σ.
    pub fn holds(&mut self, sys: &System) -> bool {
        let Some(reads) = &self.reads else { return false };
        let is_here = |values: &Values| {
            reads.iter().zip(values).all(|(place, value)| value_at(sys, *place).is_some_and(|own| is_same(own, value)))
        };
        let found = (self.likely..self.held.len()).chain(0..self.likely).find(|at| is_here(&self.held[*at]));
        if let Some(at) = found {
            self.likely = (at + 1) % self.held.len();
        }
        found.is_some()
    }

    /// It holds with the values that stand in Σ.
    pub fn keep(&mut self, sys: &System) {
        let Some(reads) = &self.reads else { return };
        let values = reads.iter().map(|place| value_at(sys, *place).filter(|value| is_small(value)).cloned());
        let Some(values) = values.collect::<Option<Values>>() else { return };
        if self.held.len() < KEPT {
            self.held.push(values);
            return;
        }
        self.held[self.next] = values;
        self.next = (self.next + 1) % KEPT;
        self.likely = self.next;
    }
}

/// The value at a place, if there is one: main may have no result.
fn value_at(sys: &System, place: Place) -> Option<&Value> {
    match place {
        Place::Cell(g, n) => Some(&sys.node(n).cells[g.0 as usize]),
        Place::Result => match &sys.promise(Path::MAIN).state {
            Some(Settled::Done(value)) => Some(value),
            _ => None,
        },
    }
}

/// Whether a value is compared about as fast as it is read.
fn is_small(value: &Value) -> bool {
    match value {
        Value::List(items) => items.len() <= ELEMENTS && items.iter().all(is_flat),
        other => is_flat(other),
    }
}

fn is_flat(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.len() <= BYTES,
        other => other.is_plain(),
    }
}

/// Whether a value is equal to a small one.
fn is_same(value: &Value, small: &Value) -> bool {
    match (value, small) {
        (Value::List(items), Value::List(own)) => {
            items.len() == own.len() && (0..own.len()).all(|i| items.get(i) == own.get(i))
        }
        (value, small) => value == small,
    }
}
