//! The configurations of one depth, which wait for their expansion: their parts one behind the other in one list, so that a
//! search does not ask for memory for each.

use super::memo::Config;
use super::store::PartId;

/// Makes room in a full list for `more`, and for three times as many again as it has: what nobody writes to is no memory yet, but
/// every move to another place is as much memory as the list, touched once more.
#[inline]
pub fn make_room<T>(list: &mut Vec<T>, more: usize) {
    if list.capacity() - list.len() < more {
        list.reserve_exact(more.max(list.len() * 3));
    }
}

/// The configurations of one depth. Their numbers are given in order.
#[derive(Debug, Default)]
pub struct Layer {
    first: u32,
    ends: Vec<usize>,
    parts: Vec<PartId>,
}

impl Layer {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of the one at a place.
    pub fn number(&self, i: usize) -> u32 {
        self.first + i as u32
    }

    /// The one at a place.
    pub fn config(&self, i: usize) -> &Config {
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.parts[start..self.ends[i]]
    }

    /// Adds the configuration `at`, the number behind that of the last one.
    pub fn push(&mut self, at: u32, config: &Config) {
        if self.ends.is_empty() {
            self.first = at;
        }
        make_room(&mut self.parts, config.len());
        self.parts.extend_from_slice(config);
        make_room(&mut self.ends, 1);
        self.ends.push(self.parts.len());
    }

    /// None any more.
    pub fn clear(&mut self) {
        self.ends.clear();
        self.parts.clear();
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.ends) + size_of_val(&*self.parts)
    }
}
