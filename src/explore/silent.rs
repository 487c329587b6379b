//! Silent steps, and why they are taken at once.
//!
//! A step is *silent* when no property, no print and no other stack's choice can tell whether it has happened yet, and
//! *confluent* when whatever else could happen can still happen behind it, and leads to configurations that silent steps
//! join again. Of confluent silent steps one order is as good as any (Groote and van de Pol, *State space reduction using
//! partial τ-confluence*, MFCS 2000): they are taken at once, and only the configuration behind them is kept. The argument
//! for each rule is in docs/exploration.md; `Facts` are its assumptions about the program and the settings.

use crate::calculus::term::{Awaited, Function};
use crate::calculus::{Program, Stmt};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rule::Rule;
use crate::semantics::rules::{executions, messages, promises, sequential, tasks};
use crate::semantics::settings::{Budget, Network, Order, Scheduling, Settings};
use crate::semantics::stack::Stack;
use crate::semantics::step;
use crate::semantics::system::{Body, StackId, System};

/// Silent steps that are taken behind one other step at most: a loop that does nothing else must not hold the search up.
const FUEL: usize = 10_000;

/// What holds of a program and its settings that makes steps silent and confluent.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Any ready stack may be taken, in any order, and no fault is possible.
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
}

impl Facts {
    /// The facts of a program under its settings; `confluence` may be switched off, and then only steps that touch their
    /// own stack are silent.
    pub fn of(program: &Program, settings: &Settings, confluence: bool) -> Facts {
        let end = program.properties.iter().map(|property| program.function(property.body).entry.0).min();
        let code = &program.code[..end.map_or(program.code.len(), |end| end as usize)];
        let free = confluence
            && settings.budget == Budget::default()
            && settings.order == Order::Bag
            && settings.network == Network::Unordered;
        let awaits = |f: &Function| {
            let body = &program.code[f.entry.0 as usize..f.end.0 as usize];
            body.iter().any(|stmt| matches!(stmt, Stmt::Await { .. } | Stmt::AwaitMany { .. }))
        };
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
        }
    }

    /// Whether a step of a stack is silent and confluent.
    fn of_stack(self, rule: &Rule, stack: &Stack) -> bool {
        LOCAL.contains(&rule)
            || (self.free && CREATION.contains(&rule))
            || (self.no_cancel && CONTINUE.contains(&rule))
            || (self.preemptive && self.no_cancel && PARK.contains(&rule) && stack.frames.len() == 1)
            || (self.free && self.no_cancel && self.no_race && END.contains(&rule) && self.ends_alone(stack))
    }

    /// Under cooperative scheduling the end of a stack gives its node away, and who gets it is a choice.
    fn ends_alone(self, stack: &Stack) -> bool {
        self.preemptive || stack.frames.len() > 1
    }

    /// Whether the delivery of a message is.
    fn of_message(self, sys: &System, at: u32) -> bool {
        match &sys.messages[at as usize].body {
            Body::Resume { .. } => self.free && self.no_cancel,
            // Of an execution whose promise somebody else has settled the Invoke is discarded.
            Body::Invoke { to, .. } => self.preemptive && self.no_cancel && self.no_hand && sys.takers(to).len() == 1,
            Body::Call { to, .. } => self.preemptive && self.no_cancel && sys.takers(to).len() == 1,
            Body::Cancel { .. } => false,
        }
    }
}

/// The rules that read and change the top frames of their own stack, and nothing else.
static LOCAL: &[&Rule] = &[
    &sequential::MOVE,
    &sequential::OP,
    &sequential::OP_ERROR,
    &sequential::GOTO,
    &sequential::BRANCH,
    &sequential::CALL,
    &sequential::CALL_DEPTH,
    &sequential::RETURN,
    &sequential::ASSERT,
    &sequential::ASSERT_ERROR,
    &sequential::THROW,
    &sequential::CATCH,
    &sequential::UNWIND,
];

/// The rules that make something that nobody else can name yet.
static CREATION: &[&Rule] =
    &[&tasks::ASYNC_CALL, &executions::SPAWN_LOCAL, &messages::SPAWN_DIST, &promises::NEW_PROMISE];

/// The rules that go on because something is settled, which it stays.
static CONTINUE: &[&Rule] = &[&tasks::AWAIT_CONTINUE, &promises::DIST_AWAIT_CONTINUE];

/// The rules that make a frame wait for something; when it is settled the frame goes on as if it had not waited.
static PARK: &[&Rule] = &[&tasks::AWAIT, &promises::DIST_AWAIT];

/// The rules that settle a task or an execution's promise: all that others can do with it is go on.
static END: &[&Rule] = &[
    &tasks::ASYNC_RETURN,
    &tasks::ASYNC_THROW,
    &promises::DIST_RETURN,
    &promises::DIST_THROW,
    &messages::MESSAGE_RETURN,
];

/// Takes every silent step that may be taken; `see` is shown each before it is taken.
pub fn settle_down(sys: &mut System, facts: Facts, mut see: impl FnMut(&System, Choice)) {
    let mut fuel = FUEL;
    let mut at = 0;
    while fuel > 0 {
        let choice = match sys.ready.get(at) {
            Some(id) => silent_step(sys, facts, *id),
            None => match silent_delivery(sys, facts) {
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
fn silent_step(sys: &mut System, facts: Facts, id: StackId) -> Option<Choice> {
    let stack = &sys.stacks[id.0 as usize];
    let free = match sys.turn(stack.node) {
        Some(turn) => turn == id,
        None => !sys.is_cooperative() && sys.settings.order == Order::Bag,
    };
    if !free || !step::may_be(sys, stack, |rule| facts.of_stack(rule, stack)) {
        return None;
    }
    let choice = step::enabled_at(sys, id).first().copied()?;
    let silent = facts.of_stack(choice.rule, &sys.stacks[id.0 as usize]);
    (silent && matches!(choice.focus, Focus::Stack(_))).then_some(choice)
}

/// The delivery of the first message that nobody can tell has arrived.
fn silent_delivery(sys: &mut System, facts: Facts) -> Option<Choice> {
    let mut found = Vec::new();
    (0..sys.messages.len() as u32).filter(|_| facts.free).find_map(|at| {
        if !facts.of_message(sys, at) {
            return None;
        }
        step::collect_message(sys, &mut found, at);
        found.first().copied()
    })
}
