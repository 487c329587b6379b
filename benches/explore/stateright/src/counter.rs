//! Tasks that each read and write one cell some times: a step reads, another writes.

use stateright::{Model, Property, Representative};

pub struct Counter {
    pub tasks: usize,
    pub times: u8,
}

/// How often a task has begun, and what it has read and not written yet.
type Task = (u8, Option<u8>);

#[derive(Clone, Debug, Hash, PartialEq)]
pub struct State {
    cell: u8,
    tasks: Vec<Task>,
}

impl Representative for State {
    fn representative(&self) -> Self {
        let mut state = self.clone();
        state.tasks.sort_unstable();
        state
    }
}

impl Model for Counter {
    type State = State;
    type Action = usize;

    fn init_states(&self) -> Vec<State> {
        vec![State { cell: 0, tasks: vec![(0, None); self.tasks] }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<usize>) {
        actions.extend((0..self.tasks).filter(|&task| state.tasks[task] != (self.times, None)));
    }

    fn next_state(&self, state: &State, task: usize) -> Option<State> {
        let mut state = state.clone();
        state.tasks[task] = match state.tasks[task] {
            (times, None) => (times + 1, Some(state.cell)),
            (times, Some(seen)) => {
                state.cell = seen + 1;
                (times, None)
            }
        };
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("in bounds", |model: &Counter, state: &State| {
            let ended = state.tasks.iter().all(|&task| task == (model.times, None));
            !ended || (2..=model.tasks * usize::from(model.times)).contains(&usize::from(state.cell))
        })]
    }
}
