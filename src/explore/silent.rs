//! Silent steps, and why they are taken at once.
//!
//! A step is *silent* when no property, no print and no other stack's choice can tell whether it has happened yet, and
//! *confluent* when whatever else could happen can still happen behind it, and leads to configurations that silent steps
//! join again. Of confluent silent steps one order is as good as any (Groote and van de Pol, *State space reduction using
//! partial τ-confluence*, MFCS 2000): they are taken at once, and only the configuration behind them is kept. The argument
//! for each rule is in docs/exploration.md; `Facts` are its assumptions about the program and the settings.

use super::liveness;
use crate::calculus::term::{Awaited, Function};
use crate::calculus::{Address, Operand, Program, Slot, Stmt, Value};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rule::Rule;
use crate::semantics::rules::{executions, messages, promises, sequential, tasks};
use crate::semantics::settings::{Budget, Network, Order, Scheduling, Settings};
use crate::semantics::stack::Stack;
use crate::semantics::step;
use crate::semantics::system::{Addr, Body, Exec, Parked, StackId, System};

/// Silent steps that are taken behind one other step at most: a loop that does nothing else must not hold the search up.
const FUEL: usize = 10_000;

/// What holds of a program and its settings that makes steps silent and confluent.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Any ready stack may be taken, in any order, and any message.
    free: bool,
    /// As `free`, and a stack that steps does not keep its node.
    preemptive: bool,
    /// Nothing is ever cancelled: no frame is ever marked.
    no_cancel: bool,
    /// No promise is settled by hand: an execution's is settled by its end.
    no_hand: bool,
    /// It is never decided which of several things was settled first, nor whether one is settled yet, and no promise is
    /// settled by hand. Nor does an await stand in a frame that was called on another: whether that parks, and lets the
    /// frame below go on, depends on what is settled by then.
    no_race: bool,
    /// The handle of a task is awaited by the frame that called for it, and goes nowhere else.
    tasks_stay: bool,
    /// No fault is possible.
    no_faults: bool,
    /// No execution is spawned local, so none is started again by the spawn that comes to it in replay.
    no_local: bool,
}

impl Facts {
    /// The facts of a program under its settings; `confluence` may be switched off, and then only steps that touch their
    /// own stack are silent.
    pub fn of(program: &Program, settings: &Settings, confluence: bool) -> Facts {
        let end = program.properties.iter().map(|property| program.function(property.body).entry.0).min();
        let code = &program.code[..end.map_or(program.code.len(), |end| end as usize)];
        let free = confluence && settings.order == Order::Bag && settings.network == Network::Unordered;
        let awaits =
            |f: &Function| body(program, f).iter().any(|s| matches!(s, Stmt::Await { .. } | Stmt::AwaitMany { .. }));
        let by_hand = |stmt: &Stmt| matches!(stmt, Stmt::Resolve { .. } | Stmt::Reject { .. });
        let races = |stmt: &Stmt| {
            matches!(stmt, Stmt::IsDone { .. })
                || by_hand(stmt)
                || matches!(stmt, Stmt::AwaitMany { w: Awaited::Any | Awaited::All, .. })
                || matches!(stmt, Stmt::AwaitMany { guard: Some(_), .. })
                || matches!(stmt, Stmt::Async { f, .. } if awaits(program.function(*f)))
        };
        Facts {
            free,
            preemptive: free && settings.scheduling == Scheduling::Preemptive,
            no_cancel: !code.iter().any(|stmt| matches!(stmt, Stmt::Cancel { .. })),
            no_hand: !code.iter().any(by_hand),
            no_race: !code.iter().any(races),
            tasks_stay: program.functions.iter().all(|f| tasks_stay(program, f)),
            no_faults: settings.budget == Budget::default(),
            no_local: !code.iter().any(|stmt| matches!(stmt, Stmt::SpawnLocal { .. })),
        }
    }

    /// Whether a step of a stack is silent and confluent.
    fn of_stack(self, rule: &Rule, stack: &Stack, perils: Perils) -> bool {
        let at_home = !perils.crashes && !perils.suspect(stack.exec);
        let quiet = self.free && self.no_cancel && self.no_race && self.ends_alone(stack);
        let parks = self.preemptive && self.no_cancel && stack.frames.len() == 1;
        sequential::is_local(rule)
            || (self.free && rule == &tasks::ASYNC_CALL)
            || (self.free && at_home && CREATION.contains(&rule))
            || (self.no_cancel && CONTINUE.contains(&rule))
            || (parks && rule == &tasks::AWAIT)
            || (parks && !perils.suspect(stack.exec) && rule == &promises::DIST_AWAIT)
            || (quiet && (self.tasks_stay || perils.no_zombie) && TASK_END.contains(&rule))
            || (quiet && at_home && perils.no_zombie && EXECUTION_END.contains(&rule))
            || (quiet && rule == &messages::MESSAGE_RETURN)
    }

    /// Under cooperative scheduling the end of a stack gives its node away, and who gets it is a choice.
    fn ends_alone(self, stack: &Stack) -> bool {
        self.preemptive || stack.frames.len() > 1
    }

    /// Whether the delivery of a message is, if there is no other.
    fn of_message(self, sys: &System, at: u32, perils: Perils) -> bool {
        match &sys.messages[at as usize].body {
            Body::Resume { callback, .. } => {
                self.free && self.no_cancel && !perils.suspect(callback.exec) && self.comes_back(sys, callback.exec)
            }
            // Of an execution whose promise somebody else has settled the Invoke is discarded.
            Body::Invoke { to, .. } => {
                let same_again = self.no_faults || (self.no_local && (self.tasks_stay || !perils.crashes));
                self.preemptive && self.no_cancel && self.no_hand && same_again && self.is_settled(sys, to)
            }
            Body::Call { to, .. } => {
                self.preemptive && self.no_cancel && !perils.crashes && !perils.messages && self.is_settled(sys, to)
            }
            Body::Cancel { .. } => false,
        }
    }

    /// Whether one node alone may take what is sent there, whoever crashes or is suspected.
    fn is_settled(self, sys: &System, to: &Addr) -> bool {
        sys.takers(to).len() == 1 && (self.no_faults || !matches!(to, Address::Prefer(..)))
    }

    /// Whether an Invoke of the execution can reach every node that a Resume for it can.
    fn comes_back(self, sys: &System, exec: Exec) -> bool {
        match exec {
            Exec::Attempt(p, _) => self.no_faults || !matches!(sys.promise(p).addr, Address::Prefer(..)),
            Exec::Message(_) => true,
        }
    }
}

/// The faults that can still happen to what a step leaves behind, and what faults have left.
#[derive(Clone, Copy, Debug)]
struct Perils {
    /// A node may crash.
    crashes: bool,
    /// The holder of an execution may be suspected.
    suspicions: bool,
    /// A message may be lost or doubled.
    messages: bool,
    /// No execution is stale and goes on, and none can become so.
    no_zombie: bool,
}

impl Perils {
    fn of(sys: &System) -> Perils {
        let stale = |stack: &Stack| sys.is_stale(stack.exec);
        let on_task = |parked: &Parked| parked.on.iter().any(|thing| matches!(thing, Value::Task(_)));
        let suspected = sys.settings.budget.suspicions > 0;
        let zombie = suspected
            && (sys.stacks.iter().any(|(_, stack)| stale(stack))
                || sys.parked.iter().any(|(_, parked)| on_task(parked) && stale(&parked.stack)));
        Perils {
            crashes: sys.budget.crashes > 0,
            suspicions: sys.budget.suspicions > 0,
            messages: sys.budget.losses > 0 || sys.budget.duplicates > 0,
            no_zombie: !zombie && sys.budget.suspicions == 0,
        }
    }

    /// Whether an execution can become stale while its stacks go on.
    fn suspect(self, exec: Exec) -> bool {
        self.suspicions && matches!(exec, Exec::Attempt(..))
    }
}

fn body<'p>(program: &'p Program, f: &Function) -> &'p [Stmt] {
    &program.code[f.entry.0 as usize..f.end.0 as usize]
}

/// Whether the handles of the tasks that a function calls for are awaited in it and are used for nothing else.
fn tasks_stay(program: &Program, f: &Function) -> bool {
    let body = body(program, f);
    let mut handles: Vec<Slot> = Vec::new();
    loop {
        let known = handles.len();
        for stmt in body {
            let slot = match *stmt {
                Stmt::Async { x, .. } => x,
                Stmt::Move { x, y } if handles.iter().any(|slot| Operand::slot(*slot) == y) => x,
                _ => continue,
            };
            if !handles.contains(&slot) {
                handles.push(slot);
            }
        }
        if handles.len() == known {
            break;
        }
    }
    body.iter().all(|stmt| {
        let mut stays = true;
        if !matches!(stmt, Stmt::Move { .. } | Stmt::Await { .. } | Stmt::Wait { .. }) {
            liveness::read(program, *stmt, &mut |slot| stays &= !handles.contains(&slot));
        }
        stays
    })
}

/// The rules that make something durable that nobody else can name yet.
static CREATION: &[&Rule] = &[&executions::SPAWN_LOCAL, &messages::SPAWN_DIST, &promises::NEW_PROMISE];

/// The rules that go on because something is settled, which it stays.
static CONTINUE: &[&Rule] = &[&tasks::AWAIT_CONTINUE, &promises::DIST_AWAIT_CONTINUE];

/// The rules that settle a task: all that others can do with it is go on.
static TASK_END: &[&Rule] = &[&tasks::ASYNC_RETURN, &tasks::ASYNC_THROW];

/// The rules that settle an execution's promise: likewise.
static EXECUTION_END: &[&Rule] = &[&promises::DIST_RETURN, &promises::DIST_THROW];

/// The rules by which a message is taken where it was sent.
static DELIVERY: &[&Rule] = &[&messages::INVOKE, &messages::RECEIVE, &messages::RESUME];

/// Takes every silent step that may be taken; `see` is shown each before it is taken.
pub fn settle_down(sys: &mut System, facts: Facts, mut see: impl FnMut(&System, Choice)) {
    // Silent steps spend no budget and make no execution stale, so what is true of these stays true behind them.
    let perils = Perils::of(sys);
    let mut fuel = FUEL;
    let mut at = 0;
    while fuel > 0 {
        let choice = match sys.ready.get(at) {
            Some(id) => silent_step(sys, facts, perils, *id),
            None => match silent_delivery(sys, facts, perils) {
                Some(choice) => Some(choice),
                None => return,
            },
        };
        let Some(choice) = choice else {
            at += 1;
            continue;
        };
        fuel -= 1;
        see(sys, choice);
        if let Err(premise) = step::fire(sys, choice) {
            panic!("{choice:?} is enabled, and {} refuses it", premise.text);
        }
    }
}

/// The next step of a stack, if it is silent and takes no turn that another stack could have had.
fn silent_step(sys: &mut System, facts: Facts, perils: Perils, id: StackId) -> Option<Choice> {
    let stack = &sys.stacks[id.0 as usize];
    let free = match sys.turn(stack.node) {
        Some(turn) => turn == id,
        None => !sys.is_cooperative() && sys.settings.order == Order::Bag,
    };
    if !free || !step::may_be(sys, stack, |rule| facts.of_stack(rule, stack, perils)) {
        return None;
    }
    let choice = step::enabled_at(sys, id).first().copied()?;
    let silent = facts.of_stack(choice.rule, &sys.stacks[id.0 as usize], perils);
    (silent && matches!(choice.focus, Focus::Stack(_))).then_some(choice)
}

/// The delivery of the first message that nobody can tell has arrived: it can be taken in one way only, or can only be
/// discarded, which it then can for ever.
fn silent_delivery(sys: &mut System, facts: Facts, perils: Perils) -> Option<Choice> {
    if !facts.free {
        return None;
    }
    (0..sys.messages.len() as u32).find_map(|at| {
        let mut found = Vec::new();
        step::collect_message(sys, &mut found, at);
        let [choice] = *found else { return None };
        let silent =
            choice.rule == &messages::DISCARD || (DELIVERY.contains(&choice.rule) && facts.of_message(sys, at, perils));
        silent.then_some(choice)
    })
}
