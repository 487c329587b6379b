//! Tables by hashes of 128 bits: numbers of what was seen, and the set of visited configurations. Nobody goes through them,
//! so nothing depends on their order.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use super::canon::Fingerprint;
use super::expand::{Behind, LookedUp};
use super::frontier::make_room;

/// Keys are hashes already, or a few numbers in one.
#[derive(Clone, Copy, Debug, Default)]
struct Uniform;

/// Both halves, multiplied and folded.
#[derive(Debug)]
struct Low(u64);

impl BuildHasher for Uniform {
    type Hasher = Low;

    fn build_hasher(&self) -> Low {
        Low(0)
    }
}

impl Hasher for Low {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    #[inline]
    fn write_u128(&mut self, key: u128) {
        let (low, high) = (key as u64 ^ 0x9e37_79b9_7f4a_7c15, (key >> 64) as u64 ^ 0xf39c_c060_5ced_c835);
        let product = u128::from(low) * u128::from(high);
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

/// The numbers of things by their hashes.
#[derive(Debug, Default)]
pub struct Numbers(HashMap<u128, u32, Uniform>);

impl Numbers {
    /// The number of the thing with this hash.
    #[inline]
    pub fn get(&self, hash: u128) -> Option<u32> {
        self.0.get(&hash).copied()
    }

    /// Gives a thing its number.
    pub fn insert(&mut self, hash: u128, number: u32) {
        self.0.insert(hash, number);
    }
}

/// The configurations that were visited, by their numbers, which are given in order.
#[derive(Debug)]
pub struct Visited {
    fingerprints: Vec<Fingerprint>,
    /// The numbers, each at the place that its fingerprint says or the next free one behind it. A power of two, and never
    /// more than three quarters taken.
    places: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Default for Visited {
    fn default() -> Self {
        Visited { fingerprints: Vec::new(), places: vec![FREE; 1 << 10] }
    }
}

impl Visited {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// The fingerprint of a configuration.
    pub fn fingerprint(&self, at: u32) -> Fingerprint {
        self.fingerprints[at as usize]
    }

    /// The number of a configuration, if it was visited.
    pub fn get(&self, fingerprint: Fingerprint) -> Option<u32> {
        self.find(fingerprint).ok()
    }

    /// Looks up those configurations of which there is a fingerprint. All places are read before any fingerprint, and so no
    /// question has to wait for the answer to another.
    pub fn look_up(&self, behind: &mut [Behind]) {
        let mask = self.places.len() - 1;
        for behind in behind.iter_mut().filter(|behind| behind.is_calm) {
            let at = self.places[behind.fingerprint as usize & mask];
            behind.looked_up = if at == FREE { LookedUp::New } else { LookedUp::Visited(at) };
        }
        for behind in behind.iter_mut().filter(|behind| behind.is_calm) {
            if let LookedUp::Visited(at) = behind.looked_up
                && self.fingerprints[at as usize] != behind.fingerprint
            {
                behind.looked_up = self.get(behind.fingerprint).map_or(LookedUp::New, LookedUp::Visited);
            }
        }
    }

    /// The number of a configuration, and whether it is new.
    pub fn insert(&mut self, fingerprint: Fingerprint) -> (u32, bool) {
        let place = match self.find(fingerprint) {
            Ok(at) => return (at, false),
            Err(place) => place,
        };
        let at = self.fingerprints.len() as u32;
        make_room(&mut self.fingerprints, 1);
        self.fingerprints.push(fingerprint);
        self.places[place] = at;
        if self.fingerprints.len() * 4 > self.places.len() * 3 {
            self.grow();
        }
        (at, true)
    }

    /// Bytes for each, and for all that there may be room for.
    pub fn bytes(&self) -> usize {
        self.fingerprints.len() * size_of::<Fingerprint>() + self.places.len() * size_of::<u32>()
    }

    /// Its number, or the place where it belongs.
    #[inline]
    fn find(&self, fingerprint: Fingerprint) -> Result<u32, usize> {
        let mask = self.places.len() - 1;
        let mut place = fingerprint as usize & mask;
        loop {
            match self.places[place] {
                FREE => return Err(place),
                at if self.fingerprints[at as usize] == fingerprint => return Ok(at),
                _ => place = (place + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let mask = self.places.len() * 2 - 1;
        self.places = vec![FREE; mask + 1];
        for (at, fingerprint) in self.fingerprints.iter().enumerate() {
            let mut place = *fingerprint as usize & mask;
            while self.places[place] != FREE {
                place = (place + 1) & mask;
            }
            self.places[place] = at as u32;
        }
    }
}
