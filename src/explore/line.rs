//! Fingerprints where stacks or messages stand in line (order fifo, network fifo): there the places in the line count.

use super::canon::Fingerprint;
use super::memo::{Config, Memo};
use super::parts::Part;
use super::store::Kind;
use crate::calculus::{NodeId, Value};
use crate::semantics::settings::{Network, Order};

/// An odd number without a pattern.
const FACTOR: Fingerprint = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The hash of a part at a place of a line.
fn at_place(hash: Fingerprint, place: usize) -> Fingerprint {
    let mixed = hash.wrapping_add(place as Fingerprint + 1).wrapping_mul(FACTOR);
    (mixed ^ (mixed >> 61)).wrapping_mul(FACTOR)
}

impl Memo {
    /// The fingerprint of a configuration whose stacks or messages stand in line.
    pub(super) fn fingerprint_in_line(&self, config: &Config) -> Fingerprint {
        let (mut stacks, mut parked) = (0, Vec::new());
        let mut sent: Vec<Option<NodeId>> = Vec::new();
        let mut sum: Fingerprint = 0;
        for id in config {
            let hash = self.store.hash(*id);
            let hash = match (self.store.tag(*id).kind, self.store.part(*id)) {
                (Kind::Stack(..), _) if self.settings.order == Order::Fifo => {
                    stacks += 1;
                    at_place(hash, stacks)
                }
                (_, Part::Parked(frame)) => {
                    let hash = frame.on.iter().fold(hash, |hash, thing| at_place(hash, place_among(&parked, thing)));
                    parked.extend(frame.on.iter());
                    hash
                }
                // Only the order among those of one sender can matter: how many of them are before it.
                (_, Part::Message(message)) if self.settings.network == Network::Fifo => {
                    let before = sent.iter().filter(|from| **from == message.from).count();
                    sent.push(message.from);
                    at_place(hash, before)
                }
                _ => hash,
            };
            sum = sum.wrapping_add(hash);
        }
        sum
    }
}

/// How many frames that parked before wait for the same thing.
fn place_among(parked: &[&Value], thing: &Value) -> usize {
    parked.iter().filter(|other| **other == thing).count()
}
