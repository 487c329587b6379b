//! What several rules do to Σ: park and wake frames, settle, send, observe. No rule is here, and nothing here decides
//! whether a rule fires.

use std::sync::Arc;

use smallvec::SmallVec;

use super::effect::Effect;
use super::stack::{Label, Stack};
use super::system::{
    Addr, Body, Callback, Exec, Message, Origin, ParkId, Parked, Promise, Settled, System, Task, TaskState,
};
use crate::calculus::{Address, NodeId, Operand, Path, Text, Value};

/// The error of what was cancelled.
pub const CANCELLED: &str = "cancelled";

/// An error of the machine.
pub fn error(text: impl Into<String>) -> Text {
    Arc::new(text.into())
}

impl Settled {
    /// The error that awaiting it raises, if it does.
    pub fn error(&self) -> Option<Text> {
        match self {
            Settled::Done(_) => None,
            Settled::Failed(e) => Some(e.clone()),
            Settled::Cancelled => Some(error(CANCELLED)),
        }
    }

    /// Whether awaiting it raises "cancelled".
    pub fn is_cancelled(&self) -> bool {
        match self {
            Settled::Done(_) => false,
            Settled::Failed(e) => e.as_str() == CANCELLED,
            Settled::Cancelled => true,
        }
    }
}

impl System {
    /// How a task or promise was settled; `None` while it is not. (A task that a crash took away never is: nothing that
    /// survives the crash names it.)
    pub fn settled(&self, handle: &Value) -> Option<&Settled> {
        match handle {
            Value::Task(o) => self.tasks.get(*o)?.settled(),
            Value::Promise(q) => self.promise(*q).state.as_ref(),
            other => panic!("only tasks and promises are awaited, not {other:?}"),
        }
    }

    /// The failure of a task or promise is seen: it is no unobserved failure any more.
    pub fn observe(&mut self, handle: &Value) {
        match handle {
            Value::Task(o) => {
                if let Some(task) = self.tasks.get_mut(*o) {
                    task.observed = true;
                }
            }
            Value::Promise(q) => self.promise_mut(*q).observed = true,
            _ => {}
        }
    }

    /// Whether an await or wait has seen the failure.
    pub fn is_observed(&self, handle: &Value) -> bool {
        match handle {
            Value::Task(o) => self.tasks.get(*o).is_some_and(|task| task.observed),
            Value::Promise(q) => self.promise(*q).observed,
            _ => false,
        }
    }

    /// The top frame of `stack` leaves it and is listed with everything in `on` (each once).
    pub fn park(&mut self, stack: &mut Stack, mut on: SmallVec<[Value; 1]>) {
        on.sort();
        on.dedup();
        let frame = Box::new(stack.split_top());
        let at = self.holder(frame.node);
        let callback = Callback { exec: frame.exec, at };
        let name = frame.frame_name(self);
        let label = frame.top().label;
        self.report(|| Effect::FrameParked { frame: name, on: on.to_vec() });
        let id = ParkId(self.parked.vacant_key() as u32);
        for thing in &on {
            match thing {
                Value::Task(o) => {
                    if let Some(Task { state: TaskState::Running(waiters), .. }) = self.tasks.get_mut(*o) {
                        waiters.push(id);
                    }
                }
                Value::Promise(q) => {
                    let promise = self.promise_mut(*q);
                    promise.waiters.push(id);
                    if !promise.callbacks.contains(&callback) {
                        promise.callbacks.push(callback);
                    }
                }
                _ => {}
            }
        }
        if let Label::Task(o) = label
            && let Some(task) = self.tasks.get_mut(o)
        {
            task.parked = Some(id);
        }
        self.parked.insert(Parked { stack: frame, on });
    }

    /// Takes a parked frame off every list but that of `by`, whose list the caller has taken already.
    fn unpark(&mut self, id: ParkId, by: Option<&Value>) -> Box<Stack> {
        let Parked { stack, on } = self.parked.remove(id.0 as usize);
        for thing in on.iter().filter(|thing| by != Some(thing)) {
            match thing {
                Value::Task(o) => {
                    if let Some(Task { state: TaskState::Running(waiters), .. }) = self.tasks.get_mut(*o) {
                        waiters.retain(|other| *other != id);
                    }
                }
                Value::Promise(q) => self.promise_mut(*q).waiters.retain(|other| *other != id),
                _ => {}
            }
        }
        if let Label::Task(o) = stack.top().label
            && let Some(task) = self.tasks.get_mut(o)
        {
            task.parked = None;
        }
        stack
    }

    /// How many frames stand before a parked one on the list of something that it waits for.
    pub fn place_among_waiters(&self, id: ParkId, thing: &Value) -> usize {
        let waiters = match thing {
            Value::Task(o) => match self.tasks.get(*o).map(|task| &task.state) {
                Some(TaskState::Running(waiters)) => waiters,
                _ => return 0,
            },
            Value::Promise(q) => &self.promise(*q).waiters,
            _ => return 0,
        };
        waiters.iter().position(|other| *other == id).unwrap_or(0)
    }

    /// A parked frame vanishes.
    pub fn forget_parked(&mut self, id: ParkId) {
        self.unpark(id, None);
    }

    /// The top frame, which is not synchronous, returns, or the error that it raises leaves it: it is popped.
    #[inline]
    pub fn end_frame(&mut self, stack: &mut Stack) {
        if self.effects.is_some() {
            let (frame, error) = (stack.frame_name(self), stack.raising.clone());
            self.report(|| Effect::FrameEnded { frame, error });
        }
        stack.pop();
    }

    /// A parked frame becomes a stack of its own.
    pub fn wake(&mut self, id: ParkId, by: Option<&Value>) {
        let stack = self.unpark(id, by);
        self.start_stack(stack);
    }

    /// A frame becomes a stack of its own.
    pub fn start_stack(&mut self, stack: Box<Stack>) {
        if self.effects.is_some() {
            let frame = stack.frame_name(self);
            let (node, exec) = (stack.node, stack.exec);
            self.report(|| Effect::StackStarted { node, exec, frame });
        }
        self.push_ready(stack);
    }

    /// Settles a running task; every frame that waits for it becomes a stack of its own.
    #[inline]
    pub fn settle_task(&mut self, o: Path, settled: Settled) {
        self.report(|| Effect::TaskSettled { task: o, state: settled.clone() });
        let Some(task) = self.tasks.get_mut(o) else { return };
        task.marked = false;
        let before = std::mem::replace(&mut task.state, TaskState::Settled(settled));
        if let TaskState::Running(waiters) = before {
            for id in waiters {
                self.wake(id, Some(&Value::Task(o)));
            }
        }
    }

    /// Settles a pending promise and sends a Resume to each of its callbacks that `told` lets through.
    pub fn settle_promise(&mut self, q: Path, settled: Settled, told: impl Fn(&Callback) -> bool) {
        self.report(|| Effect::PromiseSettled { promise: q, state: settled.clone() });
        let promise = self.promise_mut(q);
        promise.state = Some(settled);
        let callbacks = promise.callbacks.clone();
        if let Origin::Timer { deadline, .. } = promise.origin {
            self.drop_timer(deadline, q);
        }
        for callback in callbacks.into_iter().filter(|callback| told(callback)) {
            self.send(None, Body::Resume { callback, promise: q });
        }
    }

    fn drop_timer(&mut self, deadline: i64, q: Path) {
        let due = self.timers.range((deadline, 0)..=(deadline, u64::MAX));
        if let Some(key) = due.filter(|(_, timer)| **timer == q).map(|(key, _)| *key).next() {
            self.timers.remove(&key);
        }
    }

    /// A message is in flight. `from` is `None` where the promise store sends it.
    pub fn send(&mut self, from: Option<NodeId>, body: Body) {
        let message = Message { from, body, copies: 0 };
        self.report(|| Effect::MessageSent { message: message.clone() });
        self.messages.push_back(message);
    }

    /// The message at place `at` of M is consumed, at a node or nowhere.
    pub fn take_message(&mut self, at: usize, node: Option<NodeId>) -> Message {
        let message = self.messages.remove(at).unwrap_or_else(|| unreachable!("the focus names a message of M"));
        self.report(|| Effect::MessageTaken { message: message.clone(), at: node });
        message
    }

    /// The top frame of `stack` creates the promise `q` that [`Stack::next_name`] has named.
    pub fn create(&mut self, stack: &mut Stack, q: Path, promise: Promise) {
        stack.count_creation(q);
        self.report(|| Effect::PromiseCreated {
            promise: q,
            origin: promise.origin.clone(),
            addr: promise.addr.clone(),
            holder: promise.holder,
        });
        self.promises.insert(q, promise);
    }

    /// Whether the top frame of `stack` is marked: a cancel has reached it.
    #[inline]
    pub fn is_marked(&self, stack: &Stack) -> bool {
        match (stack.top().label, stack.exec) {
            (Label::Task(o), _) => self.tasks.get(o).is_some_and(|task| task.marked),
            (Label::Body, Exec::Attempt(q, w)) => {
                let promise = self.promise(q);
                promise.marked && promise.version == w
            }
            _ => false,
        }
    }

    /// The top frame of `stack` is marked no more.
    pub fn unmark(&mut self, stack: &Stack) {
        match (stack.top().label, stack.exec) {
            (Label::Task(o), _) => {
                if let Some(task) = self.tasks.get_mut(o) {
                    task.marked = false;
                }
            }
            (Label::Body, Exec::Attempt(q, _)) => self.promise_mut(q).marked = false,
            _ => {}
        }
    }

    /// The nodes that may take what is sent to `addr`, in the order of declaration.
    pub fn takers(&self, addr: &Addr) -> Vec<NodeId> {
        let mut takers = match addr {
            Address::Node(n) => vec![*n],
            Address::Any(group) => group.to_vec(),
            Address::Prefer(_, n) if self.node(*n).up => vec![*n],
            Address::Prefer(group, _) => group.to_vec(),
        };
        takers.sort();
        takers.dedup();
        takers
    }

    /// Whether `n` is among the takers of `addr`.
    pub fn is_taker(&self, addr: &Addr, n: NodeId) -> bool {
        match addr {
            Address::Node(own) => *own == n,
            Address::Prefer(_, preferred) if self.node(*preferred).up => *preferred == n,
            Address::Any(group) | Address::Prefer(group, _) => group.contains(&n),
        }
    }

    /// An address of the program, its parts looked up in the top frame of `stack`.
    pub fn address(&self, stack: &Stack, on: u32) -> Addr {
        let node = |y: &Operand| match stack.get(&self.program, *y) {
            Value::Node(n) => *n,
            other => panic!("an address names nodes, not {other:?}"),
        };
        let group = |y: &Operand| match stack.get(&self.program, *y) {
            Value::List(nodes) => {
                nodes.iter().filter_map(|v| if let Value::Node(n) = v { Some(*n) } else { None }).collect()
            }
            other => panic!("an address names a group, not {other:?}"),
        };
        match &self.program.addresses[on as usize] {
            Address::Node(n) => Address::Node(node(n)),
            Address::Any(g) => Address::Any(group(g)),
            Address::Prefer(g, n) => Address::Prefer(group(g), node(n)),
        }
    }

    /// The frame that was in `atomic` has left it by an error or a jump: what it began is ended.
    pub fn leave_atomic(&mut self, stack: &mut Stack) {
        let Some(frame) = stack.atomic else { return };
        let inside = match stack.frames.len().checked_sub(1) {
            Some(top) if top > frame as usize => true,
            Some(top) if top == frame as usize => {
                let at = stack.frames[top].pc;
                let function = self.program.function(stack.frames[top].f);
                function.atomics.iter().any(|(start, end)| *start <= at && at < *end)
            }
            _ => false,
        };
        if !inside {
            stack.atomic = None;
        }
    }
}
