//! The models of benches/explore for Stateright: `explore-peers MODEL [symmetry]` prints states and transitions.

mod counter;
mod filter_lock;
mod philosophers;
mod retry;
mod two_phase_commit;

use std::hash::Hash;

use stateright::{Checker, CheckerBuilder, Model, Representative};

/// A whole search with one thread, depth first: that is the only one that knows symmetry.
fn depth_first<M>(builder: CheckerBuilder<M>)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq,
{
    let checker = builder.threads(1).spawn_dfs().join();
    println!("{} {}", checker.unique_state_count(), checker.state_count());
}

/// A whole search with one thread, breadth first: where ways are long it is faster, for it keeps none.
fn breadth_first<M>(model: M)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq,
{
    let checker = model.checker().threads(1).spawn_bfs().join();
    println!("{} {}", checker.unique_state_count(), checker.state_count());
}

/// A search depth first, of one state for each class of states that a permutation of the processes
/// maps to one another, if that is asked for.
fn depth_first_with<M>(model: M, symmetry: bool)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + Representative + 'static,
    M::Action: Clone + PartialEq,
{
    depth_first(if symmetry { model.checker().symmetry() } else { model.checker() });
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let symmetry = arguments.get(1).is_some_and(|word| word == "symmetry");
    match arguments.first().map(String::as_str) {
        Some("counter_4_3") => depth_first_with(counter::Counter { tasks: 4, times: 3 }, symmetry),
        Some("counter_3_6") => depth_first_with(counter::Counter { tasks: 3, times: 6 }, symmetry),
        Some("philosophers_10") => breadth_first(philosophers::Philosophers(10)),
        Some("two_phase_commit_7") => depth_first_with(two_phase_commit::Commit(7), symmetry),
        Some("filter_lock_5") => breadth_first(filter_lock::FilterLock),
        Some("retry") => depth_first(retry::Retry.checker()),
        _ => {
            eprintln!("explore-peers MODEL [symmetry]");
            std::process::exit(2);
        }
    }
}
