//! Requests, one after the other, over a network without order that may lose and duplicate messages; each is sent again
//! until its reply is there.

use stateright::{Model, Property};

const REQUESTS: usize = 4;
const SENDS: u8 = 3;
const LOSSES: u8 = 3;
const DUPLICATES: u8 = 3;

pub struct Retry;

#[derive(Clone, Debug, Default, Hash, PartialEq)]
pub struct State {
    /// How many of each request are on their way, and of each reply.
    requests: [u8; REQUESTS],
    replies: [u8; REQUESTS],
    current: u8,
    sent: u8,
    losses: u8,
    duplicates: u8,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    Send,
    Serve(usize),
    Receive(usize),
    LoseRequest(usize),
    LoseReply(usize),
    DuplicateRequest(usize),
    DuplicateReply(usize),
}

impl Model for Retry {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if usize::from(state.current) < REQUESTS && state.sent < SENDS {
            actions.push(Action::Send);
        }
        for k in 0..REQUESTS {
            let on_their_way = [
                (state.requests[k], [Action::Serve(k), Action::LoseRequest(k), Action::DuplicateRequest(k)]),
                (state.replies[k], [Action::Receive(k), Action::LoseReply(k), Action::DuplicateReply(k)]),
            ];
            for (_, [take, lose, duplicate]) in on_their_way.into_iter().filter(|(count, _)| *count > 0) {
                actions.push(take);
                actions.extend((state.losses < LOSSES).then_some(lose));
                actions.extend((state.duplicates < DUPLICATES).then_some(duplicate));
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut state = state.clone();
        match action {
            Action::Send => {
                state.requests[usize::from(state.current)] += 1;
                state.sent += 1;
            }
            Action::Serve(k) => {
                state.requests[k] -= 1;
                state.replies[k] += 1;
            }
            Action::Receive(k) => {
                state.replies[k] -= 1;
                if k == usize::from(state.current) {
                    state.current += 1;
                    state.sent = 0;
                }
            }
            Action::LoseRequest(k) => {
                state.requests[k] -= 1;
                state.losses += 1;
            }
            Action::LoseReply(k) => {
                state.replies[k] -= 1;
                state.losses += 1;
            }
            Action::DuplicateRequest(k) => {
                state.requests[k] += 1;
                state.duplicates += 1;
            }
            Action::DuplicateReply(k) => {
                state.replies[k] += 1;
                state.duplicates += 1;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("asked", |_, state: &State| {
            (0..REQUESTS).all(|k| state.replies[k] == 0 || k <= usize::from(state.current))
        })]
    }
}
