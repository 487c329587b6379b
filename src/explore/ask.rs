//! Who can be asked for the steps and the properties of configurations.

use super::bundle::{Begin, Bundle};
use super::look::Looks;
use super::memo::{Config, Deed, Found, Memo, Reads, Unknown};
use super::property::{self, Verdict};
use crate::calculus::term::PropertyKind;
use crate::semantics::focus::Choice;
use crate::semantics::outcome::{Ending, Outcome, outcome};
use crate::trace::wire;

/// What is known of steps and properties.
#[derive(Debug)]
pub(super) struct Known {
    /// Steps.
    pub(super) memo: Memo,
    /// Properties.
    pub(super) looks: Looks,
}

/// Who can be asked for steps: [`Known`] itself, which asks the relation for what it does not know; or [`Frozen`], which says
/// so, and can be asked by many at once.
pub(super) trait Ask {
    fn known(&self) -> &Known;
    fn find(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown>;
    fn bundle(&mut self, config: &Config, at: usize, begin: Begin) -> Result<Bundle, Unknown>;
    fn trail(&mut self, config: &Config, at: usize, first: Option<usize>) -> Vec<Choice>;
    fn flight(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown>;
    fn beside(&mut self, config: &Config, busy: bool) -> Result<Vec<Deed>, Unknown>;
    fn look(&mut self, config: &Config) -> Result<u32, Unknown>;
}

impl Ask for Known {
    fn known(&self) -> &Known {
        self
    }

    fn find(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown> {
        Ok(self.memo.find_or_ask(config, at, reads))
    }

    fn bundle(&mut self, config: &Config, at: usize, begin: Begin) -> Result<Bundle, Unknown> {
        Ok(self.memo.find_bundle_or_ask(config, at, begin))
    }

    fn trail(&mut self, config: &Config, at: usize, first: Option<usize>) -> Vec<Choice> {
        self.memo.trail(config, at, first)
    }

    fn flight(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown> {
        Ok(self.memo.find_flight_or_ask(config, at, reads))
    }

    fn beside(&mut self, config: &Config, busy: bool) -> Result<Vec<Deed>, Unknown> {
        Ok(self.memo.beside(config, busy))
    }

    fn look(&mut self, config: &Config) -> Result<u32, Unknown> {
        Ok(self.looks.find_or_look(&mut self.memo, config))
    }
}

/// What is known, and no more.
#[derive(Clone, Copy)]
pub(super) struct Frozen<'k>(pub(super) &'k Known);

impl Ask for Frozen<'_> {
    fn known(&self) -> &Known {
        self.0
    }

    fn find(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown> {
        self.0.memo.find(config, at, reads)
    }

    fn bundle(&mut self, config: &Config, at: usize, begin: Begin) -> Result<Bundle, Unknown> {
        self.0.memo.find_bundle(config, at, begin).map(Bundle::Kept)
    }

    fn trail(&mut self, _: &Config, _: usize, _: Option<usize>) -> Vec<Choice> {
        Vec::new() // Who writes steps down asks the relation.
    }

    fn flight(&mut self, config: &Config, at: usize, reads: &mut Reads) -> Result<Found, Unknown> {
        self.0.memo.find_flight(config, at, reads)
    }

    fn beside(&mut self, _: &Config, _: bool) -> Result<Vec<Deed>, Unknown> {
        Err(Unknown)
    }

    fn look(&mut self, config: &Config) -> Result<u32, Unknown> {
        self.0.looks.find(&self.0.memo, config)
    }
}

/// A final configuration.
pub(super) struct End {
    /// Its outcome.
    pub(super) outcome: Outcome,
    /// Its outcome as compact JSON.
    pub(super) json: String,
    /// The `finally` that do not hold, by their place among the properties.
    pub(super) broken: Vec<(usize, Verdict)>,
}

impl Known {
    /// What a final configuration is.
    pub(super) fn end(&mut self, config: &Config) -> End {
        let mut sys = self.memo.assemble_all(config);
        let outcome = outcome(&sys);
        let json = wire::outcome(&sys, &outcome).to_string();
        let diverged = matches!(outcome.result, Ending::Diverged(_));
        let broken = match diverged {
            true => Vec::new(),
            false => {
                self.memo.compare_places(&mut sys, PropertyKind::Finally);
                property::broken(&mut sys, PropertyKind::Finally, &mut self.memo.coverage)
            }
        };
        self.memo.take_names(&mut sys);
        End { outcome, json, broken }
    }
}
