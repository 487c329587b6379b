//! What happens beside stacks and messages that are taken: recovery, the clock, and faults. A fault of a message in flight
//! reads the message and the budget; all others are asked of the whole configuration, where there can be one.

use super::memo::{Config, FLIGHT, Found, Memo, Question, Reads, Unknown};
use super::parts::Part;
use super::store::PartId;
use crate::semantics::settings::Network;

impl Memo {
    /// Whether a message in flight may be lost or doubled, and that reads nothing but the message and the budget.
    pub(super) fn loses(&self, config: &Config) -> bool {
        let Part::World(world) = self.store.part(config[0]) else { return false };
        let left = world.budget.losses > 0 || world.budget.duplicates > 0;
        left && self.settings.network == Network::Unordered
    }

    /// The faults of the message at a place, if they are known.
    ///
    /// # Errors
    /// They are not.
    pub(super) fn find_flight(&self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown> {
        reads.clear();
        reads.extend([at as u32, 0]);
        self.find_steps(config, reads, FLIGHT).map(Found::Kept).ok_or(Unknown)
    }

    /// As [`Memo::find_flight`], asking the relation where it has to.
    pub(super) fn find_flight_or_ask(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Found {
        if let Ok(found) = self.find_flight(config, at, reads) {
            return found;
        }
        let steps = self.ask(config, at, reads, Question { flight: true, whole: false });
        Found::Kept(self.keep_steps(config, reads, FLIGHT, steps))
    }

    /// Whether recovery, the clock or a fault of no message in flight may have a step; `timers`: there are pending ones.
    pub(super) fn acts_beside(&self, config: &Config, timers: bool) -> bool {
        let budget = self.settings.budget;
        let in_flight = budget.losses > 0 || budget.duplicates > 0;
        // Where nobody crashes and is suspected, recovery sends again what was lost.
        let is_owed = |id: &PartId| self.store.tag(*id).is_owed;
        timers
            || budget.crashes > 0
            || budget.suspicions > 0
            || (in_flight && self.settings.network == Network::Fifo)
            || (budget.losses > 0 && config.iter().any(is_owed))
    }
}
