//! Behind each step: the silent steps that are taken at once, what nothing can observe any more, and the fingerprint of what
//! is left.

use super::ask::Ask;
use super::bundle::{Begin, Bundle};
use super::canon::Fingerprint;
use super::expand::Expander;
use super::memo::{Config, Memo, Reads, Unknown};
use super::parts::Turn;
use super::silent::{Perils, is_zombie};
use super::store::{Kind, PartId};
use crate::calculus::NodeId;

/// Silent steps that are taken behind one other step at most: a loop that does nothing else must not hold the search up.
pub(super) const FUEL: usize = 10_000;

impl<A: Ask> Expander<'_, A> {
    /// Takes every silent step that may be taken, and forgets what nothing can observe any more.
    pub(super) fn settle_down(&mut self) -> Result<(), Unknown> {
        let mut reads = Reads::new();
        let memo = &self.ask.known().memo;
        let diverged = memo.store.tag(self.room.now.config[0]).kind == (Kind::World { diverged: true });
        if memo.silent.is_some() && !diverged {
            while self.room.now.silent < FUEL && self.settle_once(&mut reads)? {}
        }
        self.ask.known().memo.forget(&mut self.room.now.config);
        Ok(())
    }

    /// Whether no silent step can be taken, and nothing be forgotten. The run that is being taken stays as it is.
    pub(super) fn is_settled(&mut self, config: &Config) -> Result<bool, Unknown> {
        let mark = self.mark();
        self.begin(config);
        self.settle_down()?;
        let is_settled = *self.room.now.config == *config;
        self.go_back(&mark);
        Ok(is_settled)
    }

    /// One pass over the stacks, and one delivery; says whether a step was taken.
    fn settle_once(&mut self, reads: &mut Reads) -> Result<bool, Unknown> {
        let before = self.room.now.silent;
        let (mut at, mut messages) = (self.ask.known().memo.behind_nodes(), false);
        while let Some(next) = self.may_be_silent_from(at) {
            let memo = &self.ask.known().memo;
            let is_message = memo.store.tag(self.room.now.config[next]).kind == Kind::Message;
            messages |= is_message;
            let is_free = !is_message && memo.is_free(&self.room.now.config, next);
            at = if is_free && self.silent_step(next, reads)? { next } else { next + 1 };
        }
        let mut at = self.ask.known().memo.behind_nodes();
        while messages && let Some(next) = self.may_be_silent_from(at) {
            let is_message = self.ask.known().memo.store.tag(self.room.now.config[next]).kind == Kind::Message;
            if is_message && (self.silent_step(next, reads)? || self.consume(next)?) {
                break;
            }
            at = next + 1;
        }
        Ok(self.room.now.silent > before)
    }

    /// The first place from one on of a part that may come to a silent step as it is, as long as so many may be taken.
    #[inline]
    fn may_be_silent_from(&self, at: usize) -> Option<usize> {
        let (memo, rest) = (&self.ask.known().memo, self.room.now.config.get(at..)?);
        let next = rest.iter().position(|id| memo.store.tag(*id).may_be_silent)?;
        (self.room.now.silent < FUEL).then_some(at + next)
    }

    /// Takes the silent steps of the part at a place, which may come to one; says whether there was one.
    fn silent_step(&mut self, at: usize, reads: &mut Reads) -> Result<bool, Unknown> {
        if self.ask.known().memo.is_free(&self.room.now.config, at)
            && let Bundle::Kept(runs) = self.ask.bundle(&self.room.now.config, at, Begin::Silent)?
        {
            let memo = &self.ask.known().memo;
            if memo.run(runs.start).silent > 0 {
                let reads = memo.bundle_reads(&self.room.now.config, at as u32, Begin::Silent);
                self.run(runs.start, &reads, at, None);
                return Ok(true);
            }
            // A bundle ends before a step that reads everything, and before one of a stale execution at the promise store.
            let id = self.room.now.config[at];
            if !memo.reads_all(id) && !is_zombie(memo, &self.room.now.config, id) {
                return Ok(false);
            }
        }
        let found = self.ask.find(&self.room.now.config, at, reads)?;
        let memo = &self.ask.known().memo;
        let is_silent = memo.steps(&found).is_silent(Perils::of(memo, &self.room.now.config));
        if is_silent {
            self.room.now.silent += 1;
            self.apply(&found, 0, reads);
        }
        Ok(is_silent)
    }
}

impl Memo {
    /// Whether a stack has node `n` to itself.
    #[inline]
    pub(super) fn turn(&self, config: &Config, n: NodeId) -> Turn {
        match self.store.tag(config[self.layout.status(n) as usize]).kind {
            Kind::Status(turn) => turn,
            other => unreachable!("at the place of a status there is {other:?}"),
        }
    }

    /// Forgets tasks and promises that are settled and count in no outcome, and that nothing names.
    pub(super) fn forget(&self, config: &mut Vec<PartId>) {
        let from = self.behind_nodes();
        let mut at = from;
        while at < config.len() {
            let tag = self.store.tag(config[at]);
            at += 1;
            if !tag.is_over {
                continue;
            }
            let path = match tag.kind {
                Kind::Task(path) => path,
                // A replay finds its promises by name.
                Kind::Promise(path) if self.is_faultless => path,
                _ => continue,
            };
            if !config.iter().any(|id| self.store.names(*id, path)) {
                config.remove(at - 1);
                at = from; // What it named may be named by nothing now.
            }
        }
    }

    /// The fingerprint of a configuration.
    #[inline]
    pub(super) fn fingerprint(&self, config: &Config) -> Fingerprint {
        if self.in_line {
            return self.fingerprint_in_line(config);
        }
        if self.store.permutations().len() > 1 {
            return self.least_fingerprint(config);
        }
        config.iter().fold(0, |sum, id| sum.wrapping_add(self.store.hash(*id)))
    }

    /// The least of the fingerprints that it has where nodes change places.
    fn least_fingerprint(&self, config: &Config) -> Fingerprint {
        let of = |permutation| {
            config.iter().fold(0, |sum: Fingerprint, id| sum.wrapping_add(self.store.hash_in(*id, permutation)))
        };
        (0..self.store.permutations().len()).map(of).min().unwrap_or_default()
    }
}
