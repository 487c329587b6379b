//! The configurations that a search has come to.

use super::canon::Fingerprint;
use super::frontier::make_room;
use super::hashed::Numbers;

/// Whether a configuration was visited, as far as that was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookedUp {
    /// It was, and has this number.
    Visited(u32),
    /// It was not.
    New,
    /// Nobody has looked it up.
    Not,
}

/// Where a run leads to, as long as nobody has made the configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behind {
    /// Its fingerprint.
    pub(super) fingerprint: Fingerprint,
    /// No silent step comes of it, and nothing is forgotten.
    pub(super) is_calm: bool,
    /// Whether it was visited, or what comes of it.
    pub(super) looked_up: LookedUp,
}

/// The configurations that were visited, by their numbers, which are given in order; and where silent steps have led to
/// from others.
#[derive(Debug, Default)]
pub(super) struct Visited {
    settled: Numbers,
    /// Configurations that silent steps have led on from.
    unsettled: Numbers,
    /// For each of those the number of where they have led to.
    behind: Vec<u32>,
}

impl Visited {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.settled.len()
    }

    /// The fingerprint of a configuration.
    pub(super) fn fingerprint(&self, at: u32) -> Fingerprint {
        self.settled.hash(at)
    }

    /// The number of a configuration, if it was visited.
    pub(super) fn get(&self, fingerprint: Fingerprint) -> Option<u32> {
        self.settled.get(fingerprint)
    }

    /// The number of a configuration, and whether it is new.
    pub(super) fn insert(&mut self, fingerprint: Fingerprint) -> (u32, bool) {
        self.settled.insert(fingerprint)
    }

    /// Keeps in mind that silent steps lead from a configuration to the one of this number.
    pub(super) fn keep(&mut self, unsettled: Fingerprint, to: u32) {
        if self.unsettled.insert(unsettled).1 {
            make_room(&mut self.behind, 1);
            self.behind.push(to);
        }
    }

    /// Looks up all of these. All places are read before any fingerprint, and so no question has to wait for the answer to
    /// another.
    pub(super) fn look_up(&self, behind: &mut [Behind]) {
        let table = |behind: &Behind| if behind.is_calm { &self.settled } else { &self.unsettled };
        for behind in behind.iter_mut() {
            let candidate = table(behind).candidate(behind.fingerprint);
            behind.looked_up = candidate.map_or(LookedUp::New, LookedUp::Visited);
        }
        for behind in behind {
            let LookedUp::Visited(candidate) = behind.looked_up else { continue };
            let table = table(behind);
            let found = match table.is(candidate, behind.fingerprint) {
                true => Some(candidate),
                false => table.get(behind.fingerprint),
            };
            let number = found.map(|found| if behind.is_calm { found } else { self.behind[found as usize] });
            behind.looked_up = number.map_or(LookedUp::New, LookedUp::Visited);
        }
    }

    /// Bytes that are in use.
    pub(super) fn bytes(&self) -> usize {
        self.settled.bytes() + self.unsettled.bytes() + size_of_val(&*self.behind)
    }
}
