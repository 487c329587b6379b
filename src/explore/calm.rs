//! Whether a run leaves everybody else as they were: then where it leads is a configuration that is settled as it is.

use super::memo::{Config, Memo, NOWHERE};
use super::parts::Part;
use super::store::{Kind, NO_PART, PartId};
use crate::calculus::Path;

impl Memo {
    /// Whether behind a run no stack can take a silent step that could not before, and nothing can be forgotten that could
    /// not. What it read was at `reads`, and has become `became`; it has left `came` besides. All are learnt.
    pub(super) fn is_calm(&self, config: &Config, reads: &[u32], became: &[PartId], came: &[PartId]) -> bool {
        if self.settings.budget.suspicions > 0 {
            return false; // When the last stale execution ends, steps of others become silent.
        }
        let before = |at: &u32| if *at == NOWHERE { NO_PART } else { config[*at as usize] };
        let changed: Vec<(PartId, PartId)> = reads.iter().map(before).zip(became.iter().copied()).collect();
        let changed = || changed.iter().filter(|(before, behind)| before != behind);
        let new = || changed().map(|(_, behind)| *behind).filter(|id| *id != NO_PART).chain(came.iter().copied());
        let old = || changed().map(|(before, _)| *before).filter(|id| *id != NO_PART);
        let is_kept = |path: &Path| new().any(|id| self.store.names(id, *path));
        !changed().any(|(before, behind)| self.is_told(*before, *behind))
            && !new().any(|id| self.may_be_silent(id).unwrap_or(true) || self.store.tag(id).is_over)
            && old().all(|id| self.store.named(id).iter().all(is_kept))
    }

    /// Whether somebody else can tell that a part has become another one, and go on for that.
    fn is_told(&self, before: PartId, behind: PartId) -> bool {
        if before == NO_PART || behind == NO_PART {
            // A stack that is gone, or a frame that is parked no more: what has come of it has come besides.
            return before != NO_PART && !matches!(self.store.tag(before).kind, Kind::Stack(..) | Kind::Parked);
        }
        match (self.store.part(before), self.store.part(behind)) {
            (Part::Stack(..), _) | (Part::Cells(..), _) => false,
            (Part::Promise(_, before), Part::Promise(_, behind)) => {
                before.is_pending() != behind.is_pending()
                    || before.marked != behind.marked
                    || (before.version, before.holder) != (behind.version, behind.holder)
            }
            _ => true,
        }
    }
}
