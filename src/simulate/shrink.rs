//! Makes a run shorter that shows something wrong: choices are left out or come earlier, and what is left of the run must
//! still show the same thing. Where that leads no further, chance goes on from some place of the run. After Zeller and
//! Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*, 2002.

use super::plan::Plan;
use super::walk::{Decision, Ran, Tail, Walker};
use super::watch::Watch;
use crate::base::Prng;
use crate::explore::report::Kind;

/// A run, and how it was found.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The shorter run.
    pub run: Ran,
    /// Steps that were taken to look for it.
    pub work: u64,
}

/// Shrinks a run that shows something wrong until nothing that is tried makes it smaller, or `work` steps have been taken.
/// The same run is made of the same run, whatever machine it is.
pub fn shrink(plan: &Plan<'_>, run: Ran, work: u64) -> Shrunk {
    let mut shrinking = Shrinking { plan, best: run, left: work, prng: Prng::new(0), watch: Watch::new(&plan.program) };
    loop {
        let before = Size::of(&shrinking.best);
        shrinking.leave_out();
        shrinking.pull_forward();
        shrinking.choose_less();
        if Size::of(&shrinking.best) == before && !shrinking.is_unfinished() {
            shrinking.try_elsewhere();
        }
        if Size::of(&shrinking.best) == before || shrinking.left == 0 {
            return Shrunk { run: shrinking.best, work: work - shrinking.left };
        }
    }
}

/// What makes a run small; what stands first counts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Faults.
    pub faults: u64,
    /// Steps.
    pub steps: u64,
    /// Changes of who steps.
    pub switches: u64,
    /// How far from the first the alternatives are that `choose` took, together.
    pub choices: u64,
}

impl Size {
    /// That of a run.
    pub fn of(run: &Ran) -> Size {
        let switches = run.decisions.windows(2).filter(|pair| pair[0].0 != pair[1].0).count() as u64;
        let choices = run.decisions.iter().filter_map(|(_, alternative)| *alternative).map(u64::from).sum();
        Size { faults: run.faults, steps: run.way.len() as u64, switches, choices }
    }

    /// Its parts under their names, the steps first: they are what people look at.
    pub fn parts(self) -> [(&'static str, u64); 4] {
        let Size { faults, steps, switches, choices } = self;
        [("steps", steps), ("switches", switches), ("faults", faults), ("choices", choices)]
    }
}

struct Shrinking<'a> {
    plan: &'a Plan<'a>,
    best: Ran,
    left: u64,
    prng: Prng,
    watch: Watch,
}

/// So many other ways are looked for before a run is left as it is.
const ELSEWHERE: u32 = 300;

impl Shrinking<'_> {
    /// Keeps the run of these choices if it is smaller and shows the same thing.
    fn attempt(&mut self, decisions: &[Decision], tail: Tail) -> bool {
        if self.left == 0 {
            return false;
        }
        // One with fewer faults may take longer than the best.
        let longer = if self.best.faults > 0 { 2 } else { 1 };
        let most = (self.best.way.len() as u64).saturating_mul(longer).min(self.plan.max_steps);
        let run = Walker::new(self.plan, &mut self.watch).guided(&self.best.names, decisions, tail, most);
        self.left = self.left.saturating_sub(run.way.len() as u64 + decisions.len() as u64 + 1);
        let name = |run: &Ran| run.wrong.as_ref().map(|wrong| wrong.name.clone());
        let better = name(&run) == name(&self.best) && Size::of(&run) < Size::of(&self.best);
        if better {
            self.best = run;
        }
        better
    }

    /// What comes behind the choices of an attempt.
    fn tail(&self) -> Tail {
        if self.is_unfinished() { Tail::Quiet } else { Tail::First }
    }

    fn is_unfinished(&self) -> bool {
        self.best.wrong.as_ref().is_some_and(|wrong| wrong.kind == Kind::Unfinished)
    }

    /// Leaves out stretches, long ones first.
    fn leave_out(&mut self) {
        let mut stretch = self.best.decisions.len().div_ceil(2);
        while stretch > 0 && self.left > 0 {
            let mut from = 0;
            while from < self.best.decisions.len() {
                let mut decisions = self.best.decisions.clone();
                decisions.drain(from..(from + stretch).min(decisions.len()));
                if !self.attempt(&decisions, self.tail()) {
                    from += stretch;
                }
            }
            stretch /= 2;
        }
    }

    /// Lets somebody who steps later step now: once, or as long as they do.
    fn pull_forward(&mut self) {
        let mut at = 0;
        while at < self.best.decisions.len() && self.left > 0 {
            let mut actors = Vec::new();
            for (actor, _) in self.best.decisions[at..].iter().skip(1) {
                if !actors.contains(actor) && *actor != self.best.decisions[at].0 {
                    actors.push(*actor);
                }
            }
            for actor in actors {
                let (own, others): (Vec<Decision>, Vec<Decision>) =
                    self.best.decisions[at.min(self.best.decisions.len())..].iter().partition(|(own, _)| *own == actor);
                let head = &self.best.decisions[..at.min(self.best.decisions.len())];
                let all = [head, &own, &others].concat();
                let mut once = self.best.decisions.clone();
                if let Some(later) = once.iter().skip(at).position(|(own, _)| *own == actor) {
                    let moved = once.remove(at + later);
                    once.insert(at, moved);
                }
                if !self.attempt(&all, self.tail()) {
                    self.attempt(&once, self.tail());
                }
            }
            at += 1;
        }
    }

    /// Takes an earlier alternative where there is one.
    fn choose_less(&mut self) {
        for at in 0..self.best.decisions.len() {
            let Some((_, Some(alternative))) = self.best.decisions.get(at).copied() else { continue };
            for less in 0..alternative {
                let mut decisions = self.best.decisions.clone();
                decisions[at].1 = Some(less);
                if self.attempt(&decisions, self.tail()) {
                    break;
                }
            }
        }
    }

    /// Goes on by chance from some place of the run: what cannot be had by leaving out may be had by another way.
    fn try_elsewhere(&mut self) {
        for _ in 0..ELSEWHERE {
            let place = self.prng.below(self.best.decisions.len() + 1);
            let tail = Tail::Chance(Prng::new(self.prng.next_u64()));
            let decisions = self.best.decisions[..place].to_vec();
            if self.attempt(&decisions, tail) {
                return;
            }
        }
    }
}
