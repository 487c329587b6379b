//! The filter lock for five tasks that enter again and again. Looking at all the others is one step.

use stateright::{Model, Property};

const TASKS: usize = 5;

pub struct FilterLock;

/// What a task does next.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Next {
    Raise,
    ComeLast,
    Pass,
    Leave,
}

#[derive(Clone, Debug, Hash, PartialEq)]
pub struct State {
    level: [u8; TASKS],
    last: [u8; TASKS],
    /// The next step of each, and the level that it is about.
    tasks: [(Next, u8); TASKS],
}

impl State {
    fn is_blocked(&self, me: usize, l: u8) -> bool {
        let ahead = |k: usize| k != me && self.level[k] >= l;
        usize::from(self.last[usize::from(l)]) == me && (0..TASKS).any(ahead)
    }
}

impl Model for FilterLock {
    type State = State;
    type Action = usize;

    fn init_states(&self) -> Vec<State> {
        vec![State { level: [0; TASKS], last: [0; TASKS], tasks: [(Next::Raise, 1); TASKS] }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<usize>) {
        let can_step = |&me: &usize| {
            let (next, l) = state.tasks[me];
            next != Next::Pass || !state.is_blocked(me, l)
        };
        actions.extend((0..TASKS).filter(can_step));
    }

    fn next_state(&self, state: &State, me: usize) -> Option<State> {
        let mut state = state.clone();
        let (next, l) = state.tasks[me];
        state.tasks[me] = match next {
            Next::Raise => {
                state.level[me] = l;
                (Next::ComeLast, l)
            }
            Next::ComeLast => {
                state.last[usize::from(l)] = me as u8;
                (Next::Pass, l)
            }
            Next::Pass if usize::from(l) + 1 == TASKS => (Next::Leave, 0),
            Next::Pass => (Next::Raise, l + 1),
            Next::Leave => {
                state.level[me] = 0;
                (Next::Raise, 1)
            }
        };
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("exclusion", |_, state: &State| {
            state.tasks.iter().filter(|task| task.0 == Next::Leave).count() <= 1
        })]
    }
}
