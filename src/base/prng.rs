//! The one seeded generator. Every random choice of the tool comes from a value of this type that somebody
//! made from a seed: there is no ambient randomness.

/// SplitMix64 (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014): 64 bits of
/// state, equal on every machine, and good enough to pick schedules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prng(u64);

impl Prng {
    /// The generator that `seed` names.
    pub fn new(seed: u64) -> Self {
        Prng(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`, by multiplication and shift; its bias is below `bound / 2^64`.
    ///
    /// # Panics
    /// When `bound` is 0: nothing can be picked from nothing.
    pub fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "nothing can be picked from nothing");
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }
}
