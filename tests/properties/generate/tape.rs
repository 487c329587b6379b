//! The tape: the numbers that a program is made from. Where it ends every choice is the first one, and the first is the
//! simplest; so a shorter tape, or one of smaller numbers, is a simpler program, and failures shrink.

pub struct Tape {
    numbers: Vec<u8>,
    at: usize,
}

impl Tape {
    pub fn new(numbers: Vec<u8>) -> Tape {
        Tape { numbers, at: 0 }
    }

    /// A number in `0..bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(number) % bound
    }

    /// True in `of` out of a hundred cases, and false behind the end.
    pub fn chance(&mut self, of: usize) -> bool {
        self.below(100) >= 100 - of
    }

    /// One of the items.
    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// One of the weighted items.
    pub fn weighted<T: Copy>(&mut self, items: &[(usize, T)]) -> T {
        let mut at = self.below(items.iter().map(|(weight, _)| weight).sum());
        let found = items.iter().find(|(weight, _)| {
            let is_it = at < *weight;
            at = at.saturating_sub(*weight);
            is_it
        });
        found.expect("the number is below the sum of the weights").1
    }
}
