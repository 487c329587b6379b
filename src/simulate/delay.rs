//! Delays: each message is on its way for a time that is drawn when it is sent, and who chooses passes it over until then.
//!
//! The clock of the calculus goes on only where a timer fires, so it cannot tell the time of a message. The clock here is one
//! beside it, as in any discrete-event simulation: what steps takes no time, and where nobody has a step at this moment the
//! time is that of the next message or timer. A timer never fires before its time; behind one that the relation lets fire
//! first it may fire later.

use std::collections::BTreeMap;

use super::hold::wakes_sleeper;
use crate::base::Prng;
use crate::calculus::Path;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rules::time;
use crate::semantics::schedule::Actor;
use crate::semantics::system::System;

/// How long messages are on their way, in the units of `sleep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always as long.
    Fixed(u32),
    /// From the first to the second, each time as likely.
    Uniform(u32, u32),
    /// So long on the average, and however long a message has been on its way, it is expected to be so much longer.
    Exponential(u32),
}

impl Delay {
    /// `fixed:D`, `uniform:A..B` or `exp:MEAN`.
    ///
    /// # Errors
    /// A sentence, when the text is none of them.
    pub fn parse(text: &str) -> Result<Delay, String> {
        let delay = match text.split_once(':') {
            Some(("fixed", time)) => time.parse().ok().map(Delay::Fixed),
            Some(("exp", mean)) => mean.parse().ok().map(Delay::Exponential),
            Some(("uniform", range)) => range.split_once("..").and_then(|(from, to)| {
                let (from, to) = (from.parse().ok()?, to.parse().ok()?);
                (from <= to).then_some(Delay::Uniform(from, to))
            }),
            _ => None,
        };
        delay.ok_or_else(|| format!("{text} is no delay; write fixed:5, uniform:1..10 or exp:5"))
    }

    fn draw(self, prng: &mut Prng) -> u64 {
        match self {
            Delay::Fixed(time) => u64::from(time),
            Delay::Uniform(from, to) => u64::from(from) + prng.below((to - from) as usize + 1) as u64,
            Delay::Exponential(mean) => ((u128::from(mean) * u128::from(exponential(prng))) >> 32) as u64,
        }
    }
}

/// A number of the exponential distribution with mean 1, in units of 2^-32. By comparisons alone, so that it is the same on
/// every machine: von Neumann, *Various techniques used in connection with random digits*, 1951.
fn exponential(prng: &mut Prng) -> u64 {
    let mut whole = 0;
    loop {
        let first = prng.next_u64() >> 32;
        let (mut last, mut run) = (first, 1);
        loop {
            let next = prng.next_u64() >> 32;
            if next >= last {
                break;
            }
            (last, run) = (next, run + 1);
        }
        if run % 2 == 1 {
            return (whole << 32) | first;
        }
        whole += 1;
    }
}

/// The clock of one run, and what is to happen when.
#[derive(Clone, Debug)]
pub struct Clock {
    delay: Delay,
    prng: Prng,
    now: u64,
    /// Choices since the time went on last.
    stood: u32,
    /// For each message of M, in its order, what tells it from others and when it arrives.
    messages: Vec<(Actor, u64)>,
    timers: BTreeMap<Path, u64>,
}

/// Behind so many choices at one moment the time goes on although somebody has a step: who waits in a loop waits for
/// something that takes time.
const STANDS: u32 = 1_000;

impl Clock {
    /// A clock at 0.
    pub fn new(delay: Delay, prng: Prng) -> Clock {
        Clock { delay, prng, now: 0, stood: 0, messages: Vec::new(), timers: BTreeMap::new() }
    }

    /// Looks at Σ: the time of what is new is drawn or counted from this moment, and what is gone is forgotten.
    pub fn see(&mut self, sys: &System) {
        let mut before = std::mem::take(&mut self.messages);
        for at in 0..sys.messages.len() as u32 {
            let own = Actor::of_message(sys, at);
            let known = before.iter().position(|(other, _)| *other == own);
            let time = match known {
                Some(place) => before.remove(place).1,
                None if wakes_sleeper(sys, at) => self.now,
                None => self.now.saturating_add(self.delay.draw(&mut self.prng)),
            };
            self.messages.push((own, time));
        }
        let mut before = std::mem::take(&mut self.timers);
        for ((deadline, _), q) in &sys.timers {
            let rest = u64::try_from(deadline.saturating_sub(sys.now)).unwrap_or(0);
            let time = before.remove(q).unwrap_or_else(|| self.now.saturating_add(rest));
            self.timers.insert(*q, time);
        }
    }

    /// Those of the steps, which are at least one, that happen at this moment: the earliest, where the time has to go on.
    pub fn due(&mut self, steps: &[Choice]) -> Vec<Choice> {
        let next = steps.iter().map(|choice| self.time(choice)).filter(|time| *time > self.now).min();
        let some_step_now = steps.iter().any(|choice| self.time(choice) <= self.now);
        self.stood += 1;
        if let Some(next) = next
            && (!some_step_now || self.stood > STANDS)
        {
            (self.now, self.stood) = (next, 0);
        }
        steps.iter().filter(|choice| self.time(choice) <= self.now).copied().collect()
    }

    /// The time before which the step is not taken.
    fn time(&self, choice: &Choice) -> u64 {
        match choice.focus {
            Focus::Message(at, _) => self.messages[at as usize].1,
            Focus::Promise(q) if choice.rule == &time::FIRE => self.timers.get(&q).copied().unwrap_or(0),
            _ => 0,
        }
    }
}
