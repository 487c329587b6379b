//! Two-phase commit; messages are a set that only grows, as in Gray and Lamport's model.

use stateright::{Model, Property, Representative};

pub struct Commit(pub usize);

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Rm {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Tm {
    Undecided,
    WillCommit,
    WillAbort,
}

/// A resource manager, whether its message "prepared" is there, and whether the transaction manager has taken it.
type Member = (Rm, bool, bool);

#[derive(Clone, Debug, Hash, PartialEq)]
pub struct State {
    manager: Tm,
    members: Vec<Member>,
}

impl Representative for State {
    fn representative(&self) -> Self {
        let mut state = self.clone();
        state.members.sort_unstable();
        state
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    Decide(bool),
    Take(usize),
    Prepare(usize),
    Abort(usize),
    Obey(usize),
}

impl Model for Commit {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State { manager: Tm::Undecided, members: vec![(Rm::Working, false, false); self.0] }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let undecided = state.manager == Tm::Undecided;
        if undecided {
            actions.push(Action::Decide(false));
            if state.members.iter().all(|member| member.2) {
                actions.push(Action::Decide(true));
            }
        }
        for (i, &(rm, said, told)) in state.members.iter().enumerate() {
            if undecided && said && !told {
                actions.push(Action::Take(i));
            }
            if rm == Rm::Working {
                actions.extend([Action::Prepare(i), Action::Abort(i)]);
            }
            if (state.manager == Tm::WillCommit && rm != Rm::Committed)
                || (state.manager == Tm::WillAbort && rm != Rm::Aborted)
            {
                actions.push(Action::Obey(i));
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut state = state.clone();
        match action {
            Action::Decide(commit) => state.manager = if commit { Tm::WillCommit } else { Tm::WillAbort },
            Action::Take(i) => state.members[i].2 = true,
            Action::Prepare(i) => (state.members[i].0, state.members[i].1) = (Rm::Prepared, true),
            Action::Abort(i) => state.members[i].0 = Rm::Aborted,
            Action::Obey(i) => {
                state.members[i].0 = if state.manager == Tm::WillCommit { Rm::Committed } else { Rm::Aborted }
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("agree", |_, state: &State| {
            let is = |what| state.members.iter().any(|member| member.0 == what);
            !(is(Rm::Committed) && is(Rm::Aborted))
        })]
    }
}
