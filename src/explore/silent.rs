//! Silent steps, and why they are taken at once.
//!
//! A step is *silent* when no property, no print and no other stack's choice can tell whether it has happened yet, and
//! *confluent* when whatever else could happen can still happen behind it, and leads to configurations that silent steps
//! join again. Of confluent silent steps one order is as good as any (Groote and van de Pol, *State space reduction using
//! partial τ-confluence*, MFCS 2000): they are taken at once, and only the configuration behind them is kept. The argument
//! for each rule is in docs/exploration.md; `Facts` are its assumptions about the program and the settings.

use super::liveness;
use super::memo::{Config, Memo};
use super::parts::Part;
use super::store::Kind;
use crate::calculus::term::Awaited;
use crate::calculus::{Address, FnId, Operand, Path, Program, Slot, Stmt, Value};
use crate::semantics::focus::Choice;
use crate::semantics::rule::Rule;
use crate::semantics::rules::{cancel, executions, messages, promises, sequential, tasks, time};
use crate::semantics::settings::{Budget, Network, Order, Scheduling, Settings};
use crate::semantics::stack::Stack;
use crate::semantics::step;
use crate::semantics::system::{Addr, Body, Exec, StackId, System};

/// What holds of a program and its settings that makes steps silent and confluent.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Any ready stack may be taken, in any order, and any message.
    free: bool,
    /// What a stack does inside `atomic` is one with how it came there.
    atomic: bool,
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
        let awaits = |f: FnId| program.body(f).iter().any(|s| matches!(s, Stmt::Await { .. } | Stmt::AwaitMany { .. }));
        let by_hand = |stmt: &Stmt| matches!(stmt, Stmt::Resolve { .. } | Stmt::Reject { .. });
        let races = |stmt: &Stmt| {
            matches!(stmt, Stmt::IsDone { .. })
                || by_hand(stmt)
                || matches!(stmt, Stmt::AwaitMany { w: Awaited::Any | Awaited::All, .. })
                || matches!(stmt, Stmt::AwaitMany { guard: Some(_), .. })
                || matches!(stmt, Stmt::Async { f, .. } if awaits(*f))
        };
        Facts {
            free,
            atomic: confluence,
            preemptive: free && settings.scheduling == Scheduling::Preemptive,
            no_cancel: !code.iter().any(|stmt| matches!(stmt, Stmt::Cancel { .. })),
            no_hand: !code.iter().any(by_hand),
            no_race: !code.iter().any(races),
            tasks_stay: (0..program.functions.len() as u32).all(|f| tasks_stay(program, FnId(f))),
            no_faults: settings.budget == Budget::default(),
            no_local: !code.iter().any(|stmt| matches!(stmt, Stmt::SpawnLocal { .. })),
        }
    }

    /// Whether a stack or message may come to a silent step as it is.
    pub fn may_be_silent(self, program: &Program, part: &Part) -> bool {
        match part {
            Part::Stack(stack, _) => Perils::all().any(|perils| self.stack_may_be_silent(program, stack, perils)),
            Part::Message(_) => self.free,
            _ => false,
        }
    }

    /// Whether the next step of a stack may be silent under these perils.
    pub fn stack_may_be_silent(self, program: &Program, stack: &Stack, perils: Perils) -> bool {
        step::may_be(program, stack, |rule| self.of_stack(rule, stack, perils, || true))
    }

    /// Whether a step of a stack of Σ is silent and confluent, if it takes no turn that another stack could have had.
    pub fn of_stack_in(self, rule: &Rule, sys: &System, id: StackId, perils: Perils) -> bool {
        let stack = &sys.stacks[id.0 as usize];
        self.of_stack(rule, stack, perils, || names_settled(sys, stack))
    }

    /// Whether a step of a stack is; `is_settled`: what its statement names is settled.
    fn of_stack(self, rule: &Rule, stack: &Stack, perils: Perils, is_settled: impl Fn() -> bool) -> bool {
        let at_home = !perils.crashes && !perils.suspect(stack.exec);
        let no_race = self.no_race || stack.exec.path() == Path::MAIN;
        let quiet = self.free && self.no_cancel && self.ends_alone(stack);
        let parks = self.preemptive && self.no_cancel && stack.frames.len() == 1;
        sequential::is_local(rule)
            || (self.atomic && stack.atomic.is_some() && INSIDE.contains(&rule))
            || (self.preemptive && rule == &tasks::YIELD)
            || (self.free && rule == &tasks::ASYNC_CALL)
            || (self.free && at_home && CREATION.contains(&rule))
            || (self.no_cancel && CONTINUE.contains(&rule))
            || (parks && rule == &tasks::AWAIT)
            || (parks && !perils.suspect(stack.exec) && rule == &promises::DIST_AWAIT)
            || (quiet && self.no_race && (self.tasks_stay || perils.no_zombie) && TASK_END.contains(&rule))
            || (quiet && no_race && at_home && perils.no_zombie && EXECUTION_END.contains(&rule))
            || (quiet && rule == &messages::MESSAGE_RETURN)
            || (self.free && self.no_cancel && !perils.suspect(stack.exec) && LATE.contains(&rule) && is_settled())
    }

    /// Under cooperative scheduling the end of a stack gives its node away, and who gets it is a choice.
    fn ends_alone(self, stack: &Stack) -> bool {
        self.preemptive || stack.frames.len() > 1
    }

    /// Whether a delivery, `choices`, is: the message can be taken in one way only, or can only be discarded, which it then can
    /// for ever.
    pub fn of_delivery(self, sys: &System, at: u32, choices: &[Choice], perils: Perils) -> bool {
        let [choice] = choices else { return false };
        self.free
            && (choice.rule == &messages::DISCARD
                || (DELIVERY.contains(&choice.rule) && self.of_message(sys, at, perils)))
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
pub struct Perils {
    /// A node may crash.
    crashes: bool,
    /// The holder of an execution may be suspected.
    suspicions: bool,
    /// A message may be lost or doubled.
    pub messages: bool,
    /// No execution is stale and goes on, and none can become so.
    no_zombie: bool,
}

impl Perils {
    /// The perils of a configuration.
    pub fn of(memo: &Memo, config: &Config) -> Perils {
        let Part::World(world) = memo.store.part(config[0]) else {
            unreachable!("a configuration begins with the world")
        };
        let budget = world.budget;
        let may_be_zombies = memo.settings.budget.suspicions > 0;
        let zombie = may_be_zombies && config.iter().any(|id| is_zombie(memo, config, *id));
        Perils {
            crashes: budget.crashes > 0,
            suspicions: budget.suspicions > 0,
            messages: budget.losses > 0 || budget.duplicates > 0,
            no_zombie: !zombie && budget.suspicions == 0,
        }
    }

    /// How many different perils there are.
    const COUNT: u32 = 16;

    /// All of them, by number.
    pub fn all() -> impl Iterator<Item = Perils> {
        let bit = |at: u32, bit: u32| at & bit != 0;
        (0..Perils::COUNT).map(move |at| Perils {
            crashes: bit(at, 1),
            suspicions: bit(at, 2),
            messages: bit(at, 4),
            no_zombie: bit(at, 8),
        })
    }

    /// Its number.
    pub fn number(self) -> u32 {
        let bits = [self.crashes, self.suspicions, self.messages, self.no_zombie];
        bits.iter().rev().fold(0, |number, bit| number << 1 | u32::from(*bit))
    }

    /// The same where every message arrives once.
    pub fn without_messages(self) -> Perils {
        Perils { messages: false, ..self }
    }

    /// Whether an execution can become stale while its stacks go on.
    fn suspect(self, exec: Exec) -> bool {
        self.suspicions && matches!(exec, Exec::Attempt(..))
    }
}

/// Whether a part is a stack of a stale execution, or a frame of one that waits for a task: it goes on.
pub fn is_zombie(memo: &Memo, config: &Config, id: u32) -> bool {
    if memo.settings.budget.suspicions == 0 {
        return false;
    }
    let (exec, goes_on) = match memo.store.part(id) {
        Part::Stack(stack, _) => (stack.exec, true),
        Part::Parked(parked) => (parked.stack.exec, parked.on.iter().any(|thing| matches!(thing, Value::Task(_)))),
        _ => return false,
    };
    let Exec::Attempt(q, w) = exec else { return false };
    let is_it = |id: &u32| matches!(memo.store.tag(*id).kind, Kind::Promise(own) | Kind::Timer(own) if own == q);
    let promise = config.iter().find(|id| is_it(id)).map(|id| memo.store.part(*id));
    goes_on && matches!(promise, Some(Part::Promise(_, promise)) if promise.version != w)
}

/// Whether the task or promise that the next statement of a stack is about is settled.
fn names_settled(sys: &System, stack: &Stack) -> bool {
    let (Stmt::IsDone { y, .. } | Stmt::Resolve { y, .. } | Stmt::Reject { y, .. }) = stack.stmt(&sys.program) else {
        return false;
    };
    match stack.get(&sys.program, y) {
        Value::Task(o) => sys.tasks.get(*o).is_some_and(|task| task.settled().is_some()),
        Value::Promise(q) => sys.promises.get(*q).is_some_and(|promise| promise.state.is_some()),
        _ => false,
    }
}

/// Whether the handles of the tasks that a function calls for are awaited in it and are used for nothing else.
fn tasks_stay(program: &Program, f: FnId) -> bool {
    let body = program.body(f);
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

/// The rules that read and change what nobody else does while the stack is inside `atomic`: the cells of its node.
static INSIDE: &[&Rule] = &[&sequential::READ, &sequential::WRITE, &time::HERE, &cancel::ATOMIC_END];

/// The rules that make something durable, or send it, that nobody else can name yet.
static CREATION: &[&Rule] = &[&executions::SPAWN_LOCAL, &messages::SPAWN_DIST, &messages::SEND, &promises::NEW_PROMISE];

/// The rules that go on because something is settled, which it stays.
static CONTINUE: &[&Rule] = &[&tasks::AWAIT_CONTINUE, &promises::DIST_AWAIT_CONTINUE];

/// The rules that change nothing but their stack where what they are about is settled, which it stays.
static LATE: &[&Rule] = &[&tasks::IS_DONE, &promises::RESOLVE, &promises::REJECT];

/// The rules that settle a task: all that others can do with it is go on.
static TASK_END: &[&Rule] = &[&tasks::ASYNC_RETURN, &tasks::ASYNC_THROW];

/// The rules that settle an execution's promise: likewise.
static EXECUTION_END: &[&Rule] = &[&promises::DIST_RETURN, &promises::DIST_THROW];

/// The rules by which a message is taken where it was sent.
static DELIVERY: &[&Rule] = &[&messages::INVOKE, &messages::RECEIVE, &messages::RESUME];
