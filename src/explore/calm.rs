//! Whether a run leaves everybody else as they were: then where it leads is a configuration that is settled as it is.

use super::footprint::Thing;
use super::memo::{Config, Memo, NOWHERE};
use super::parts::Part;
use super::store::{Kind, NO_PART, PartId};
use crate::calculus::Path;

/// Whether behind a run no stack can take a silent step that could not before, and nothing can be forgotten that could not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calm {
    /// So it is.
    Yes,
    /// So it is where the promise that it has settled is named by somebody who does not go on for that.
    IfNamed {
        /// The promise.
        promise: Path,
        /// By how many of the parts that it has read the promise is named.
        by_read: usize,
    },
    /// Perhaps not.
    No,
}

impl Memo {
    /// Whether a run is calm that has read what was at `reads`, has made `became` of it, and has left `came` besides.
    pub(super) fn calm(&self, config: &Config, reads: &[u32], became: &[PartId], came: &[PartId]) -> Calm {
        if self.settings.budget.suspicions > 0 {
            return Calm::No; // When the last stale execution ends, steps of others become silent.
        }
        let before = |at: &u32| if *at == NOWHERE { NO_PART } else { config[*at as usize] };
        let changed: Vec<(PartId, PartId)> = reads.iter().map(before).zip(became.iter().copied()).collect();
        let changed = || changed.iter().filter(|(before, behind)| before != behind);
        let mut told = changed().filter(|(before, behind)| self.is_told(*before, *behind));
        let ended = match (told.next(), told.next()) {
            (None, _) => None,
            (Some((before, behind)), None) => match self.ends(*before, *behind) {
                Some(q) => Some((q, *behind)),
                None => return Calm::No,
            },
            (Some(_), Some(_)) => return Calm::No,
        };
        let new = || changed().map(|(_, behind)| *behind).filter(|id| *id != NO_PART).chain(came.iter().copied());
        let old = || changed().map(|(before, _)| *before).filter(|id| *id != NO_PART);
        let is_end = |id: PartId| ended.is_some_and(|(_, end)| end == id);
        let is_kept =
            |path: &Path| ended.is_some_and(|(q, _)| q == *path) || new().any(|id| self.store.names(id, *path));
        let is_calm = !new().any(|id| !is_end(id) && (self.store.tag(id).may_be_silent || self.store.tag(id).is_over))
            && old().all(|id| self.store.named(id).iter().all(is_kept));
        match (is_calm, ended) {
            (false, _) => Calm::No,
            (true, None) => Calm::Yes,
            (true, Some((promise, _))) => {
                // What is read twice is one part.
                let is_once = |i: &usize| !reads[..*i].contains(&reads[*i]);
                let read = (0..reads.len()).filter(is_once).map(|i| before(&reads[i])).filter(|id| *id != NO_PART);
                Calm::IfNamed { promise, by_read: read.filter(|id| self.store.names(*id, promise)).count() }
            }
        }
    }

    /// Whether the settled promise is named in a configuration by more than those who were read, and by nobody who goes on for
    /// it: a stack, other than the one at place `own`, that may come to a silent step, or a frame that is parked on it. There
    /// are no messages.
    #[inline]
    pub(super) fn is_only_named(&self, config: &Config, own: u32, q: Path, by_read: usize) -> bool {
        let mut by = 0;
        for (at, id) in config.iter().enumerate().filter(|(_, id)| self.store.names(**id, q)) {
            by += 1;
            let goes_on = match self.store.part(*id) {
                Part::Stack(..) => at as u32 != own && self.store.tag(*id).may_be_silent,
                Part::Parked(parked) => parked.on.iter().any(|on| Thing::of(on) == Some(Thing::Promise(q))),
                _ => false,
            };
            if goes_on {
                return false;
            }
        }
        by > by_read
    }

    /// The promise that has been settled, if that is all that has become of a part, and nobody had asked to be told.
    fn ends(&self, before: PartId, behind: PartId) -> Option<Path> {
        if before == NO_PART || behind == NO_PART {
            return None;
        }
        let (Part::Promise(q, before), Part::Promise(_, behind)) = (self.store.part(before), self.store.part(behind))
        else {
            return None;
        };
        let is_end = before.is_pending() && !behind.is_pending() && before.callbacks.is_empty();
        (is_end && before.marked == behind.marked && before.version == behind.version).then_some(*q)
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
