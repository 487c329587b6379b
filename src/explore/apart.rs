//! What a step has left, as parts again: what became of each part that it read, and what came.

use super::bundle::replace;
use super::memo::{Config, Deed, Memo, NOWHERE, Reads, Steps};
use super::parts;
use super::store::{Kind, NO_PART, PartId};
use crate::calculus::{NodeId, Path};
use crate::semantics::system::{ParkId, StackId, System};

/// The parts of Σ that are at no fixed place.
pub(super) struct Movable {
    /// In the order in which they became ready.
    pub(super) stacks: Vec<PartId>,
    /// In the order in which they parked.
    pub(super) parked: Vec<PartId>,
    /// In the order in which they were sent.
    pub(super) messages: Vec<PartId>,
    /// T and D.
    pub(super) entries: Vec<(Path, PartId)>,
}

/// What became of the parts that were read, and what came.
type Left = (Box<[PartId]>, Box<[PartId]>);

impl Memo {
    /// The parts of Σ that are at no fixed place.
    pub(super) fn movable(&mut self, sys: &System) -> Movable {
        let stacks = sys.ready.iter().map(|id| self.stack_part(sys, *id)).collect();
        let parked = sys.parked.iter().map(|(id, _)| self.parked_part(sys, ParkId(id as u32))).collect();
        let messages = sys.messages.iter().map(|message| self.intern(parts::Part::Message(message.clone()))).collect();
        let tasks = sys.tasks.iter().map(|(o, task)| (o, self.intern(parts::task(o, task))));
        let mut entries: Vec<(Path, PartId)> = tasks.collect();
        for (q, promise) in sys.promises.iter() {
            entries.push((q, self.intern(parts::promise(q, promise))));
        }
        Movable { stacks, parked, messages, entries }
    }

    fn stack_part(&mut self, sys: &System, id: StackId) -> PartId {
        let part = parts::stack(sys, id, &self.liveness);
        self.intern(part)
    }

    fn parked_part(&mut self, sys: &System, id: ParkId) -> PartId {
        let part = parts::parked(sys, id, &self.liveness);
        self.intern(part)
    }

    /// What is left where all of a configuration was read: what has an order takes the places of its kind in that order.
    pub(super) fn all_of(&mut self, sys: &System, config: &Config) -> Left {
        let mut became = self.fixed(sys, config.len());
        let Movable { stacks, parked, messages, mut entries } = self.movable(sys);
        let mut queues = [stacks.into_iter(), parked.into_iter(), messages.into_iter()];
        for (at, id) in config.iter().enumerate().skip(became.len()) {
            let next = match self.store.tag(*id).kind {
                Kind::Stack(..) => queues[0].next(),
                Kind::Parked => queues[1].next(),
                Kind::Message => queues[2].next(),
                Kind::Task(path) | Kind::Promise(path) | Kind::Timer(path) => {
                    let found = entries.iter().position(|(own, _)| *own == path);
                    found.map(|found| entries.remove(found).1)
                }
                Kind::World { .. } | Kind::Status(_) | Kind::Cells => {
                    unreachable!("a part at a fixed place is at {at}")
                }
            };
            became.push(next.unwrap_or(NO_PART));
        }
        let came = queues.into_iter().flatten().chain(entries.into_iter().map(|(_, id)| id)).collect();
        (became.into(), came)
    }

    /// The parts at fixed places.
    fn fixed(&mut self, sys: &System, room: usize) -> Vec<PartId> {
        let mut fixed = Vec::with_capacity(room);
        fixed.push(self.intern(parts::world(sys)));
        for n in (0..sys.nodes.len() as u32).map(NodeId) {
            fixed.push(self.intern(parts::status(sys, n)));
            fixed.push(self.intern(parts::cells(sys, n)));
        }
        fixed
    }

    /// What is left where some parts were read: of stacks and messages at most one, the first.
    pub(super) fn some_of(&mut self, sys: &System, config: &Config, reads: &[u32]) -> Left {
        let mut became = Vec::with_capacity(reads.len());
        let (mut parked, mut stacks, mut messages) = (0, 0, 0);
        let mut known: Vec<Path> = Vec::new();
        for at in reads {
            if *at == NOWHERE {
                became.push(NO_PART);
                continue;
            }
            let node = |at: u32| NodeId((at - 1) / 2);
            became.push(match self.store.tag(config[*at as usize]).kind {
                Kind::World { .. } => self.intern(parts::world(sys)),
                Kind::Status(_) => self.intern(parts::status(sys, node(*at))),
                Kind::Cells => self.intern(parts::cells(sys, node(*at))),
                Kind::Stack(..) => {
                    stacks += 1;
                    let is_left = sys.ready.front() == Some(&StackId(0));
                    if is_left { self.stack_part(sys, StackId(0)) } else { NO_PART }
                }
                Kind::Parked => {
                    parked += 1;
                    let is_left = sys.parked.contains(parked - 1);
                    if is_left { config[*at as usize] } else { NO_PART }
                }
                Kind::Message => {
                    messages += 1;
                    NO_PART // Whoever takes a message consumes it, and sends none.
                }
                Kind::Task(o) => {
                    known.push(o);
                    sys.tasks.get(o).map_or(NO_PART, |task| self.intern(parts::task(o, task)))
                }
                Kind::Promise(q) | Kind::Timer(q) => {
                    known.push(q);
                    sys.promises.get(q).map_or(NO_PART, |promise| self.intern(parts::promise(q, promise)))
                }
            });
        }
        let came = self.newcomers(sys, stacks, parked, &known);
        debug_assert!(messages <= 1 && stacks <= 1);
        (became.into(), came)
    }

    /// What came where `stacks` stacks, `parked` frames and the entries `known` were read.
    fn newcomers(&mut self, sys: &System, stacks: u32, parked: usize, known: &[Path]) -> Box<[PartId]> {
        let mut came = Vec::new();
        for id in sys.ready.iter().filter(|id| id.0 >= stacks) {
            came.push(self.stack_part(sys, *id));
        }
        for (id, _) in sys.parked.iter().filter(|(id, _)| *id >= parked) {
            came.push(self.parked_part(sys, ParkId(id as u32)));
        }
        for message in &sys.messages {
            came.push(self.intern(parts::Part::Message(message.clone())));
        }
        for (o, task) in sys.tasks.iter().filter(|(o, _)| !known.contains(o)) {
            came.push(self.intern(parts::task(o, task)));
        }
        for (q, promise) in sys.promises.iter().filter(|(q, _)| !known.contains(q)) {
            came.push(self.intern(parts::promise(q, promise)));
        }
        came.into()
    }

    /// In debug builds: what was found with some parts of a configuration is what is found with all of it.
    pub(super) fn compare(&mut self, config: &Config, at: usize, reads: &[u32], steps: &Steps) {
        let gap = |id: &&PartId| **id == NO_PART;
        let gaps = config[..at].iter().filter(gap).count();
        let moved: Reads = reads
            .iter()
            .map(|read| match *read {
                NOWHERE => NOWHERE,
                read => read - config[..read as usize].iter().filter(gap).count() as u32,
            })
            .collect();
        let whole: Vec<PartId> = config.iter().copied().filter(|id| *id != NO_PART).collect();
        let (config, at, reads) = (&whole, at - gaps, &moved);
        let all: Reads = (0..config.len() as u32).collect();
        let whole = self.ask(config, at, &all, true);
        assert_eq!(steps.silent, whole.silent, "whether a step is silent depends on more than it reads");
        assert_eq!(steps.deeds.len(), whole.deeds.len(), "how many steps there are depends on more than is read");
        for (some, all_of_it) in steps.deeds.iter().zip(&whole.deeds) {
            assert_eq!(some.choice.rule, all_of_it.choice.rule, "which rule fires depends on more than it reads");
            let left = |deed: &Deed, reads: &[u32]| {
                let mut left = config.clone();
                apply(&mut left, reads, deed);
                left.sort_unstable();
                left
            };
            let (some, all_of_it) = (left(some, reads), left(all_of_it, &all));
            assert_eq!(some, all_of_it, "what a step does depends on more than it reads");
        }
    }
}

/// Does what a step does to a configuration.
pub(super) fn apply(config: &mut Vec<PartId>, reads: &[u32], deed: &Deed) {
    replace(config, reads, &deed.became, &deed.came);
}
