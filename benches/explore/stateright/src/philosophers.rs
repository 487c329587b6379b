//! Dining philosophers, each taking the left fork first and eating once.

use stateright::{Model, Property};

pub struct Philosophers(pub usize);

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum At {
    Thinks,
    /// With the left fork in hand.
    Waits,
    Done,
}

impl Model for Philosophers {
    type State = Vec<At>;
    type Action = usize;

    fn init_states(&self) -> Vec<Vec<At>> {
        vec![vec![At::Thinks; self.0]]
    }

    fn actions(&self, at: &Vec<At>, actions: &mut Vec<usize>) {
        let can_step = |&who: &usize| match at[who] {
            At::Thinks => true,
            At::Waits => at[(who + 1) % self.0] != At::Waits,
            At::Done => false,
        };
        actions.extend((0..self.0).filter(can_step));
    }

    fn next_state(&self, at: &Vec<At>, who: usize) -> Option<Vec<At>> {
        let mut at = at.clone();
        at[who] = if at[who] == At::Thinks { At::Waits } else { At::Done };
        Some(at)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // The second one holds: without it the search would end at the deadlock, and not be complete.
        vec![
            Property::always("no deadlock", |_, at: &Vec<At>| at.iter().any(|&state| state != At::Waits)),
            Property::always("seats", |model: &Philosophers, at: &Vec<At>| at.len() == model.0),
        ]
    }
}
