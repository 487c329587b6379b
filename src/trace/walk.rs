//! Takes a run whose every choice is known, as a search finds it, with somebody watching.

use crate::semantics::focus::Choice;
use crate::semantics::schedule::Observer;
use crate::semantics::step;
use crate::semantics::system::System;

/// Takes the steps of `way` from Σ on; every observer is shown each of them. One that has seen enough ends the walk.
///
/// # Panics
/// When a step is refused: a way is a run that has been taken before.
pub fn walk(sys: &mut System, way: &[Choice], observers: &mut [&mut dyn Observer]) {
    for choice in way {
        if observers.iter_mut().any(|observer| observer.before(sys, *choice).is_break()) {
            return;
        }
        if let Err(premise) = step::fire(sys, *choice) {
            panic!("a step is refused that was taken before: {} says {}", premise.rule, premise.text);
        }
        if observers.iter_mut().any(|observer| observer.after(sys, *choice).is_break()) {
            return;
        }
    }
}
