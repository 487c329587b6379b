//! What a step has left, as parts again: what became of each part that it read, and what came.

use super::bundle::{Taken, replace};
use super::footprint::Thing;
use super::memo::{Config, Deed, Memo, NOWHERE, Question, Reads, Steps, everything};
use super::partial::Partial;
use super::parts;
use super::store::{Kind, NO_PART, PartId};
use crate::calculus::NodeId;
use crate::semantics::rules::failure;
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
    pub(super) entries: Vec<(Thing, PartId)>,
}

/// What became of the parts that were read, and what came.
type Left = (Box<[PartId]>, Box<[PartId]>);

impl Memo {
    /// The parts of Σ that are at no fixed place.
    pub(super) fn movable(&mut self, sys: &System) -> Movable {
        let stacks = sys.ready.iter().map(|id| self.stack_part(sys, *id)).collect();
        let parked = sys.parked.iter().map(|(id, _)| self.parked_part(sys, ParkId(id as u32))).collect();
        let messages = sys.messages.iter().map(|message| self.intern(parts::Part::Message(message.clone()))).collect();
        let tasks = sys.tasks.iter().map(|(o, task)| (Thing::Task(o), self.intern(parts::task(o, task))));
        let mut entries: Vec<(Thing, PartId)> = tasks.collect();
        for (q, promise) in sys.promises.iter() {
            entries.push((Thing::Promise(q), self.intern(parts::promise(q, promise))));
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
                kind @ (Kind::Task(_) | Kind::Promise(_) | Kind::Timer(_)) => {
                    let found = entries.iter().position(|(own, _)| Some(*own) == thing(kind));
                    found.map(|found| entries.remove(found).1)
                }
                Kind::World { .. } | Kind::Status(_) | Kind::Cells(..) => {
                    unreachable!("a part at a fixed place is at {at}")
                }
            };
            became.push(next.unwrap_or(NO_PART));
        }
        let came = queues.into_iter().flatten().chain(entries.into_iter().map(|(_, id)| id)).collect();
        (became.into(), came)
    }

    /// The parts at fixed places.
    pub(super) fn fixed(&mut self, sys: &System, room: usize) -> Vec<PartId> {
        let mut fixed = Vec::with_capacity(room);
        fixed.push(self.intern(parts::world(sys)));
        for n in (0..sys.nodes.len() as u32).map(NodeId) {
            fixed.push(self.intern(parts::status(sys, n)));
        }
        for (n, group) in self.layout.all_cells() {
            fixed.push(self.intern(parts::cells(sys, n, group)));
        }
        fixed
    }

    /// What is left of some of Σ, which began with the stack or message at the first of `reads`. What was not put in is what
    /// it was.
    pub(super) fn some_of(&mut self, partial: &Partial, config: &Config, reads: &[u32]) -> Left {
        let sys = &partial.sys;
        let mut became = Vec::with_capacity(reads.len());
        let (mut is_stack, mut is_message, mut known) = (false, false, Vec::new());
        for at in reads {
            if *at == NOWHERE {
                became.push(NO_PART);
                continue;
            }
            let id = config[*at as usize];
            let kind = self.store.tag(id).kind;
            became.push(match kind {
                _ if !partial.has(*at) => id,
                Kind::World { .. } => self.intern(parts::world(sys)),
                Kind::Status(_) => self.intern(parts::status(sys, NodeId(at - 1))),
                Kind::Cells(n, group) => self.intern(parts::cells(sys, n, group)),
                Kind::Stack(..) => {
                    is_stack = true;
                    let is_left = sys.ready.front() == Some(&StackId(0));
                    if is_left { self.stack_part(sys, StackId(0)) } else { NO_PART }
                }
                Kind::Parked if partial.is_parked(*at) => id,
                Kind::Parked => NO_PART,
                // Whoever takes a message consumes it, and sends none; one that is doubled stays.
                Kind::Message => {
                    is_message = true;
                    sys.messages.front().map_or(NO_PART, |message| self.intern(parts::Part::Message(message.clone())))
                }
                Kind::Task(o) => sys.tasks.get(o).map_or(NO_PART, |task| self.intern(parts::task(o, task))),
                Kind::Promise(q) | Kind::Timer(q) => {
                    sys.promises.get(q).map_or(NO_PART, |promise| self.intern(parts::promise(q, promise)))
                }
            });
            known.extend(thing(kind));
        }
        let came = self.newcomers(partial, is_stack, is_message, &known);
        (became.into(), came)
    }

    /// What came where the first stack or message, or none, and the entries `known` were there.
    fn newcomers(&mut self, partial: &Partial, is_stack: bool, is_message: bool, known: &[Thing]) -> Box<[PartId]> {
        let sys = &partial.sys;
        let mut came = Vec::new();
        for id in sys.ready.iter().filter(|id| !(is_stack && id.0 == 0)) {
            came.push(self.stack_part(sys, *id));
        }
        for id in sys.parked.iter().map(|(id, _)| ParkId(id as u32)).filter(|id| !partial.is_known(*id)) {
            came.push(self.parked_part(sys, id));
        }
        for message in sys.messages.iter().skip(usize::from(is_message)) {
            came.push(self.intern(parts::Part::Message(message.clone())));
        }
        for (o, task) in sys.tasks.iter().filter(|(o, _)| !known.contains(&Thing::Task(*o))) {
            came.push(self.intern(parts::task(o, task)));
        }
        for (q, promise) in sys.promises.iter().filter(|(q, _)| !known.contains(&Thing::Promise(*q))) {
            came.push(self.intern(parts::promise(q, promise)));
        }
        came.into()
    }

    /// In debug builds: a run that was taken on some of a configuration is the one that is taken on all of it.
    pub(super) fn compare_runs(&mut self, config: &Config, at: usize, some: &Taken, whole: Option<&Taken>) {
        let Some(whole) = whole else { panic!("whether a step is known depends on more than it reads") };
        let rules = |taken: &Taken| taken.trail.iter().map(|choice| choice.rule.name).collect::<Vec<_>>();
        assert_eq!(rules(some), rules(whole), "which rules fire depends on more than they read");
        let (all, own) = (everything(config), [at as u32]);
        let reads: Reads = own.into_iter().chain(all.iter().copied().filter(|read| *read != own[0])).collect();
        let (became, came) = self.some_of(&some.partial, config, &reads);
        let some = self.sorted(config, &reads, &became, &came);
        let (became, came) = self.all_of(&whole.partial.sys, config);
        let whole = self.sorted(config, &all, &became, &came);
        assert_eq!(some, whole, "what a run does depends on more than its steps read");
    }

    fn sorted(&self, config: &Config, reads: &[u32], became: &[PartId], came: &[PartId]) -> Vec<PartId> {
        let mut left = config.to_vec();
        replace(&mut left, reads, became, came);
        left.sort_unstable();
        left
    }

    /// In debug builds: what was found with some parts of a configuration is what is found with all of it.
    pub(super) fn compare(&mut self, config: &Config, at: usize, reads: &[u32], steps: &Steps, question: Question) {
        let all = everything(config);
        let whole = self.ask(config, at, &all, Question { whole: true, ..question });
        assert_eq!(steps.silent, whole.silent, "whether a step is silent depends on more than it reads");
        assert_eq!(steps.deeds.len(), whole.deeds.len(), "how many steps there are depends on more than is read");
        for (some, all_of_it) in steps.deeds.iter().zip(&whole.deeds) {
            assert_eq!(some.choice.rule, all_of_it.choice.rule, "which rule fires depends on more than it reads");
            let some = self.sorted(config, reads, &some.became, &some.came);
            let all_of_it = self.sorted(config, &all, &all_of_it.became, &all_of_it.came);
            assert_eq!(some, all_of_it, "what a step does depends on more than it reads");
        }
    }
}

/// The task or promise whose entry a part of this kind is.
fn thing(kind: Kind) -> Option<Thing> {
    match kind {
        Kind::Task(o) => Some(Thing::Task(o)),
        Kind::Promise(q) | Kind::Timer(q) => Some(Thing::Promise(q)),
        _ => None,
    }
}

/// Does what a step does to a configuration.
pub(super) fn apply(config: &mut Vec<PartId>, reads: &[u32], deed: &Deed) {
    if deed.choice.rule == &failure::DUPLICATE && reads.len() == 2 {
        // The copy stands behind its original, and not behind all.
        let behind = reads[0] as usize + 1;
        reads.iter().zip(&deed.became).for_each(|(at, id)| config[*at as usize] = *id);
        config.splice(behind..behind, deed.came.iter().copied());
        return;
    }
    replace(config, reads, &deed.became, &deed.came);
}
