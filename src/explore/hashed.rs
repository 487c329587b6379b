//! Tables by hashes of 128 bits, which stand for what they are hashes of. Nobody goes through them, so nothing depends on their
//! order.

use super::frontier::make_room;

/// Things by their hashes, numbered in the order in which they came.
#[derive(Debug)]
pub struct Numbers {
    hashes: Vec<u128>,
    /// The numbers, each at the place that its hash says or the next free one behind it. A power of two, and never more than
    /// three quarters taken.
    places: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Default for Numbers {
    fn default() -> Self {
        Numbers { hashes: Vec::new(), places: vec![FREE; 1 << 10] }
    }
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The hash of the thing of this number.
    pub fn hash(&self, number: u32) -> u128 {
        self.hashes[number as usize]
    }

    /// The number of the thing with this hash.
    #[inline]
    pub fn get(&self, hash: u128) -> Option<u32> {
        self.find(hash).ok()
    }

    /// The number of the thing with this hash, which it gets now if it is new, and whether it is.
    pub fn insert(&mut self, hash: u128) -> (u32, bool) {
        let place = match self.find(hash) {
            Ok(number) => return (number, false),
            Err(place) => place,
        };
        let number = self.hashes.len() as u32;
        make_room(&mut self.hashes, 1);
        self.hashes.push(hash);
        self.places[place] = number;
        if self.hashes.len() * 4 > self.places.len() * 3 {
            self.grow();
        }
        (number, true)
    }

    /// The number of the first thing that one with this hash has to be compared with, if there is any.
    #[inline]
    pub fn candidate(&self, hash: u128) -> Option<u32> {
        let number = self.places[self.place(hash)];
        (number != FREE).then_some(number)
    }

    /// Whether a candidate is the thing with this hash.
    #[inline]
    pub fn is(&self, number: u32, hash: u128) -> bool {
        self.hashes[number as usize] == hash
    }

    /// Bytes that are in use.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.hashes) + size_of_val(&*self.places)
    }

    /// Where a hash belongs, if nothing is there yet.
    #[inline]
    fn place(&self, hash: u128) -> usize {
        (hash >> 64) as usize & (self.places.len() - 1)
    }

    /// Its number, or the place where it belongs.
    #[inline]
    fn find(&self, hash: u128) -> Result<u32, usize> {
        let mut place = self.place(hash);
        loop {
            match self.places[place] {
                FREE => return Err(place),
                number if self.hashes[number as usize] == hash => return Ok(number),
                _ => place = (place + 1) & (self.places.len() - 1),
            }
        }
    }

    fn grow(&mut self) {
        self.places = vec![FREE; self.places.len() * 2];
        for (number, hash) in self.hashes.iter().enumerate() {
            let mut place = self.place(*hash);
            while self.places[place] != FREE {
                place = (place + 1) & (self.places.len() - 1);
            }
            self.places[place] = number as u32;
        }
    }
}
