//! Some of Σ: the parts of a configuration that steps read, put together so that a rule can be asked. More of them are put in
//! as steps come to read them.

use super::footprint::Place;
use super::memo::{Config, Memo, NOWHERE, Reads, everything};
use super::parts;
use super::store::Kind;
use crate::semantics::system::{ParkId, System};

/// Some of Σ.
#[derive(Debug)]
pub(super) struct Partial {
    /// Σ, as far as it was put in; the stack or message that takes steps first.
    pub(super) sys: System,
    /// What of the configuration is in it, by its places; and parked frames by their numbers, as long as they are there.
    there: Vec<(u32, Option<ParkId>)>,
}

impl Partial {
    /// Whether the part at a place was put in.
    pub(super) fn has(&self, at: u32) -> bool {
        self.there.iter().any(|(own, _)| *own == at)
    }

    /// Whether the parked frame at a place is parked.
    pub(super) fn is_parked(&self, at: u32) -> bool {
        self.there.iter().any(|(own, id)| *own == at && id.is_some())
    }

    /// Whether a parked frame came from the configuration.
    pub(super) fn is_known(&self, id: ParkId) -> bool {
        self.there.iter().any(|(_, own)| *own == Some(id))
    }

    /// Forgets the numbers of frames that are parked no more: others may get them. To be called behind each step.
    pub(super) fn see_who_left(&mut self) {
        for (_, id) in &mut self.there {
            *id = id.filter(|id| self.sys.parked.contains(id.0 as usize));
        }
    }
}

impl Memo {
    /// Σ, or as much of it as is at `reads`. Takes the names.
    pub(super) fn partial(&mut self, config: &Config, reads: &[u32]) -> Partial {
        let mut sys = System::empty(self.program.clone(), self.settings.clone());
        sys.names = std::mem::take(&mut self.names);
        let mut partial = Partial { sys, there: Vec::with_capacity(reads.len()) };
        self.put(&mut partial, config, reads);
        partial
    }

    /// Σ. Takes the names.
    pub(super) fn assemble_all(&mut self, config: &Config) -> System {
        let all = everything(config);
        self.partial(config, &all).sys
    }

    /// Puts in what steps read at these places, as far as it is not in yet.
    pub(super) fn put_places(&self, partial: &mut Partial, config: &Config, places: &[Place]) {
        let mut reads = Reads::new();
        self.gather(config, places, &mut reads);
        self.put(partial, config, &reads);
    }

    fn put(&self, partial: &mut Partial, config: &Config, reads: &[u32]) {
        let mut new = Reads::new();
        for at in reads {
            if *at != NOWHERE && !partial.has(*at) && !new.contains(at) {
                new.push(*at);
            }
        }
        let parts = new.iter().map(|at| self.store.part(config[*at as usize]));
        let mut frames = parts::put(&mut partial.sys, parts).into_iter();
        partial.there.extend(new.iter().map(|at| {
            let is_frame = self.store.tag(config[*at as usize]).kind == Kind::Parked;
            (*at, if is_frame { frames.next() } else { None })
        }));
    }
}
