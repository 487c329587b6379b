//! Deliveries of one-way messages that may still be lost or doubled, and so are not silent.
//!
//! A message whose execution would change nothing, now and later, is consumed at once: what else can happen to it is being
//! lost, or doubled, which changes nothing either and leaves less of a budget. Of any other the execution takes its first
//! step with the delivery: whatever could come between the two can as well come before them, so a delivered message that
//! waits to begin is no configuration of its own. (It may begin: a message is taken only where no stack has the node to
//! itself.) The arguments are in docs/exploration.md.

use super::ask::Ask;
use super::bundle::{Begin, Bundle};
use super::expand::Expander;
use super::memo::{Config, Found, Reads, Unknown};
use super::silent::Perils;
use super::store::Kind;
use crate::semantics::rules::messages;

/// How many executions one sends for the other before a message that comes of them is asked for no more.
const HOPS: usize = 16;

impl<A: Ask> Expander<'_, A> {
    /// Consumes the message at a place, if delivering it and taking every step of its execution, and of those that it sends
    /// for, would change nothing else; says whether it does.
    pub(super) fn consume(&mut self, at: usize) -> Result<bool, Unknown> {
        self.consume_within(at, HOPS)
    }

    fn consume_within(&mut self, at: usize, hops: usize) -> Result<bool, Unknown> {
        let mut reads = Reads::new();
        let found = self.ask.find(&self.room.now.config, at, &mut reads)?;
        if hops == 0 || !self.would_be_silent(&self.room.now.config, &found) {
            return Ok(false);
        }
        let mark = self.mark();
        self.room.now.silent += 1;
        self.apply(&found, 0, &reads);
        let is_consumed = self.leaves_nothing(&mark.without(at), hops)?;
        if !is_consumed {
            self.go_back(&mark);
        }
        Ok(is_consumed)
    }

    /// Takes the steps of the execution that stands behind `rest`, and consumes what it sends; says whether `rest` is left.
    fn leaves_nothing(&mut self, rest: &Config, hops: usize) -> Result<bool, Unknown> {
        let is_gone = self.take_silent_steps(rest.len())?.is_none();
        if !is_gone || !self.room.now.config.starts_with(rest) {
            return Ok(false);
        }
        while let Some(last) = self.room.now.config[rest.len()..].last() {
            let is_message = self.ask.known().memo.store.tag(*last).kind == Kind::Message;
            if !is_message || !self.consume_within(self.room.now.config.len() - 1, hops - 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether it is the delivery of a one-way message that would be silent if none could be lost or doubled any more.
    pub(super) fn would_be_silent(&self, config: &Config, found: &Found) -> bool {
        let memo = &self.ask.known().memo;
        let steps = memo.steps(found);
        if !steps.deeds.first().is_some_and(|deed| deed.choice.rule == &messages::RECEIVE) {
            return false;
        }
        let perils = Perils::of(memo, config);
        perils.messages && steps.is_silent(perils.without_messages())
    }

    /// Delivers a message, as was found, up to and with the first step of its execution that is not silent, and has `see`
    /// look at where each such step leads to.
    pub(super) fn deliver(
        &mut self,
        found: &Found,
        reads: &[u32],
        see: &mut impl FnMut(&mut Self) -> Result<(), Unknown>,
    ) -> Result<(), Unknown> {
        self.apply(found, 0, reads);
        let Some(at) = self.take_silent_steps(self.room.now.config.len() - 1)? else { return see(self) };
        let bundle = self.ask.bundle(&self.room.now.config, at, Begin::Any)?;
        let Bundle::Kept(runs) = bundle else { return see(self) };
        if runs.is_empty() {
            return see(self);
        }
        let own = self.ask.known().memo.bundle_reads(&self.room.now.config, at as u32, Begin::Any);
        let mark = self.mark();
        for (i, run) in runs.enumerate() {
            self.go_back(&mark);
            self.room.now.silent += 1;
            self.run(run, &own, at, Some(i));
            see(self)?;
        }
        Ok(())
    }

    /// Takes the silent steps of the stack at a place; its place, if it is still there.
    fn take_silent_steps(&mut self, at: usize) -> Result<Option<usize>, Unknown> {
        let memo = &self.ask.known().memo;
        if !memo.store.tag(self.room.now.config[at]).may_be_silent || !memo.is_free(&self.room.now.config, at) {
            return Ok(Some(at));
        }
        let Bundle::Kept(runs) = self.ask.bundle(&self.room.now.config, at, Begin::Silent)? else {
            return Ok(Some(at));
        };
        let memo = &self.ask.known().memo;
        let run = memo.run(runs.start);
        if run.silent == 0 {
            return Ok(Some(at));
        }
        let reads = memo.bundle_reads(&self.room.now.config, at as u32, Begin::Silent);
        let is_left = run.place_behind(&reads);
        self.run(runs.start, &reads, at, None);
        Ok(is_left)
    }
}
