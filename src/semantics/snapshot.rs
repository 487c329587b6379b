//! Σ as plain data and back: between the shape that rules step on and the one that the notation prints and parses. So a
//! single rule can be tested text in, text out.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::settings::Settings;
use super::stack::{self, Stack};
use super::system::{Node, ParkId, Parked, Promise, StackId, System, Task, TaskState};
use crate::calculus::config::{self, Config, Label};
use crate::calculus::{CellId, Names, NodeId, Path, Program, Slot, Value};

impl Config {
    /// Σ as plain data; its paths are those of `sys.names`.
    pub fn of(sys: &System) -> Config {
        let node = |(n, node): (usize, &Node)| of_node(sys, NodeId(n as u32), node);
        let mut promises: Vec<(Path, config::Promise)> =
            sys.promises.iter().map(|(q, promise)| (q, of_promise(promise))).collect();
        promises.sort_by_cached_key(|(q, _)| sys.names.key(*q));
        let mut config = Config {
            now: sys.now,
            budget: sys.budget,
            ready: sys.ready.iter().map(|id| bottom(&sys.stacks[id.0 as usize])).collect(),
            timers: sys.timers.values().copied().collect(),
            diverged: sys.diverged.as_deref().cloned(),
            nodes: sys.nodes.iter().enumerate().map(node).collect(),
            promises,
            messages: sys.messages.iter().cloned().collect(),
            printed: sys.printed.clone(),
            unobservable: sys.unobservable.clone(),
        };
        config.sort(&sys.names);
        config
    }
}

fn of_node(sys: &System, n: NodeId, node: &Node) -> config::Node {
    let stacks = sys.ready.iter().map(|id| &*sys.stacks[id.0 as usize]).filter(|stack| stack.node == n);
    let here = |id: &ParkId| sys.parked[id.0 as usize].stack.node == n;
    let label = |id: &ParkId| bottom(&sys.parked[id.0 as usize].stack);
    let mut parked: Vec<config::Parked> =
        sys.parked.iter().filter(|(_, parked)| parked.stack.node == n).map(of_parked).collect();
    parked.sort_by_cached_key(|parked| label_key(&sys.names, parked.frame.label));
    let tasks = sys.tasks.iter().filter(|(_, task)| task.node == n);
    let waiting = sys.promises.iter().filter_map(|(q, promise)| {
        let labels: Vec<Label> = promise.waiters.iter().filter(|id| here(id)).map(label).collect();
        (!labels.is_empty()).then_some((q, labels))
    });
    config::Node {
        up: node.up,
        incarnation: node.incarnation,
        turn: node.turn.map(|id| bottom(&sys.stacks[id.0 as usize])),
        cells: node.cells.iter().enumerate().map(|(g, value)| (CellId(g as u32), value.clone())).collect(),
        stacks: stacks.map(of_stack).collect(),
        parked,
        tasks: tasks.map(|(o, task)| (o, of_task(sys, task))).collect(),
        waiting: waiting.collect(),
    }
}

/// The order of parked frames: by what their labels name, a task before an execution of that name.
fn label_key(names: &Names, label: Label) -> (Vec<crate::calculus::Edge>, Label) {
    let path = match label {
        Label::Sync => Path::MAIN,
        Label::Task(o) => o,
        Label::Body(exec) => exec.path(),
    };
    (names.key(path), label)
}

/// The label of the bottom frame, by which a stack is known.
fn bottom(stack: &Stack) -> Label {
    stack.frames.first().map_or(Label::Body(stack.exec), |frame| label(stack, frame.label))
}

fn label(stack: &Stack, label: stack::Label) -> Label {
    match label {
        stack::Label::Sync => Label::Sync,
        stack::Label::Task(o) => Label::Task(o),
        stack::Label::Body => Label::Body(stack.exec),
    }
}

fn of_stack(stack: &Stack) -> config::Stack {
    let frames = (0..stack.frames.len()).rev().map(|at| of_frame(stack, at)).collect();
    config::Stack { exec: stack.exec, frames, raising: stack.raising.clone(), atomic: stack.atomic }
}

fn of_parked((_, parked): (usize, &Parked)) -> config::Parked {
    config::Parked { exec: parked.stack.exec, frame: of_frame(&parked.stack, 0) }
}

fn of_frame(stack: &Stack, at: usize) -> config::Frame {
    let frame = &stack.frames[at];
    let end = stack.frames.get(at + 1).map_or(stack.slots.len(), |above| above.base as usize);
    let locals = stack.slots[frame.base as usize..end].iter().enumerate();
    let bound = locals.filter(|(_, value)| **value != Value::Unit);
    let made = if frame.label == stack::Label::Sync { 0 } else { frame.made };
    config::Frame {
        locals: bound.map(|(slot, value)| (Slot(slot as u32), value.clone())).collect(),
        function: frame.f,
        at: frame.pc,
        made,
        label: label(stack, frame.label),
    }
}

fn of_task(sys: &System, task: &Task) -> config::Task {
    let state = match &task.state {
        TaskState::Running(waiters) => {
            let labels = waiters.iter().map(|id| bottom(&sys.parked[id.0 as usize].stack));
            config::TaskState::Running(labels.collect())
        }
        TaskState::Settled(settled) => config::TaskState::Settled(settled.clone()),
    };
    config::Task { owner: task.owner, state, observed: task.observed, marked: task.marked }
}

fn of_promise(promise: &Promise) -> config::Promise {
    let Promise { state, origin, addr, version, holder, callbacks, observed, cancel_taken, marked, .. } =
        promise.clone();
    config::Promise { state, origin, addr, version, holder, callbacks, observed, cancel_taken, marked }
}

impl System {
    /// Σ from plain data; the inverse of [`Config::of`]. `names` are those that the data's paths belong to. Which faults
    /// have happened is told from the budget: recovery acts where it is smaller than that of the settings.
    ///
    /// # Errors
    /// A sentence, where the data does not hang together: a label that no frame has, a node too many.
    pub fn of(config: &Config, program: Arc<Program>, names: Names, settings: Arc<Settings>) -> Result<System, String> {
        if config.nodes.len() != program.nodes.len() {
            return Err(format!("there are {} nodes, and {} in the program", config.nodes.len(), program.nodes.len()));
        }
        let mut sys = System {
            names,
            promises: Default::default(),
            stacks: Default::default(),
            ready: Default::default(),
            now: config.now,
            budget: config.budget,
            diverged: config.diverged.clone().map(Box::new),
            messages: config.messages.iter().cloned().collect(),
            printed: config.printed.clone(),
            unobservable: config.unobservable.clone(),
            ..System::start(program, settings)
        };
        for (q, promise) in &config.promises {
            sys.promises.insert(*q, promise_of(promise));
        }
        sys.restore_nodes(config)?;
        sys.restore_waiting(config)?;
        for q in &config.timers {
            let config::Origin::Timer { deadline, .. } = sys.promises.get(*q).ok_or("a timer is not in D")?.origin
            else {
                return Err(format!("{} is no timer", sys.names.show(*q)));
            };
            sys.timers.insert((deadline, sys.timers_made), *q);
            sys.timers_made += 1;
        }
        Ok(sys)
    }

    /// N, less who waits for what.
    fn restore_nodes(&mut self, config: &Config) -> Result<(), String> {
        let mut by_label: BTreeMap<Label, StackId> = BTreeMap::new();
        for (n, node) in config.nodes.iter().enumerate() {
            let n = NodeId(n as u32);
            for stack in &node.stacks {
                let restored = self.stack_of(n, stack.exec, &stack.frames);
                let label = bottom(&restored);
                let id = self.stacks.insert(Box::new(Stack {
                    raising: stack.raising.clone(),
                    atomic: stack.atomic,
                    ..restored
                }));
                by_label.insert(label, StackId(id as u32));
            }
            for (o, task) in &node.tasks {
                let state = match &task.state {
                    config::TaskState::Running(_) => TaskState::Running(Vec::new()),
                    config::TaskState::Settled(settled) => TaskState::Settled(settled.clone()),
                };
                let config::Task { owner, observed, marked, .. } = *task;
                self.tasks.insert(*o, Task { owner, node: n, parked: None, state, marked, observed });
            }
            let own = self.node_mut(n);
            own.up = node.up;
            own.incarnation = node.incarnation;
            for (g, value) in &node.cells {
                own.cells[g.0 as usize] = value.clone();
            }
            own.turn = None;
            if let Some(label) = node.turn {
                let id = by_label.get(&label).ok_or("a turn is given to no stack")?;
                self.node_mut(n).turn = Some(*id);
            }
        }
        let found =
            |label: &Label| by_label.get(label).copied().ok_or_else(|| String::from("what is ready is no stack"));
        self.ready = config.ready.iter().map(found).collect::<Result<_, String>>()?;
        if self.ready.len() != self.stacks.len() {
            return Err(String::from("a stack is not among those that are ready"));
        }
        Ok(())
    }

    /// W and K: the parked frames, on the lists that name them.
    fn restore_waiting(&mut self, config: &Config) -> Result<(), String> {
        let mut by_label: BTreeMap<Label, ParkId> = BTreeMap::new();
        for (n, node) in config.nodes.iter().enumerate() {
            for parked in &node.parked {
                let stack = self.stack_of(NodeId(n as u32), parked.exec, std::slice::from_ref(&parked.frame));
                let id = ParkId(self.parked.insert(Parked { stack: Box::new(stack), on: SmallVec::new() }) as u32);
                by_label.insert(parked.frame.label, id);
                if let Label::Task(o) = parked.frame.label {
                    let task = self.tasks.get_mut(o).ok_or("the frame of no task is parked")?;
                    task.parked = Some(id);
                }
            }
        }
        for node in &config.nodes {
            let of_tasks = node.tasks.iter().filter_map(|(o, task)| match &task.state {
                config::TaskState::Running(labels) => Some((Value::Task(*o), labels)),
                config::TaskState::Settled(_) => None,
            });
            let of_promises = node.waiting.iter().map(|(q, labels)| (Value::Promise(*q), labels));
            for (thing, labels) in of_tasks.chain(of_promises) {
                for label in labels {
                    let id = *by_label.get(label).ok_or("what waits is not parked")?;
                    self.list(&thing, id)?;
                }
            }
        }
        self.parked.iter_mut().for_each(|(_, parked)| parked.on.sort());
        Ok(())
    }

    /// Puts a parked frame on the list of a thing.
    fn list(&mut self, thing: &Value, id: ParkId) -> Result<(), String> {
        match thing {
            Value::Task(o) => match self.tasks.get_mut(*o).map(|task| &mut task.state) {
                Some(TaskState::Running(waiters)) => waiters.push(id),
                _ => return Err(format!("{} does not run", self.names.show(*o))),
            },
            Value::Promise(q) => match self.promises.get_mut(*q) {
                Some(promise) => promise.waiters.push(id),
                None => return Err(format!("{} is not in D", self.names.show(*q))),
            },
            _ => return Err(String::from("only tasks and promises are waited for")),
        }
        self.parked[id.0 as usize].on.push(thing.clone());
        Ok(())
    }

    /// A stack of these frames, the top first.
    fn stack_of(&self, node: NodeId, exec: config::Exec, frames: &[config::Frame]) -> Stack {
        let mut stack = Stack { exec, node, ..Stack::default() };
        for frame in frames.iter().rev() {
            let below = stack.frames.last().map_or(exec.path(), |below| below.path);
            let (label, path) = match frame.label {
                Label::Sync => (stack::Label::Sync, below),
                Label::Task(o) => (stack::Label::Task(o), self.names.without_attempt(o)),
                Label::Body(exec) => (stack::Label::Body, exec.path()),
            };
            let base = stack.slots.len();
            let mut restored = stack::Frame::new(frame.function, frame.at, base as u32, label, path);
            restored.made = frame.made;
            stack.frames.push(restored);
            stack.slots.resize(base + self.program.function(frame.function).slots.len(), Value::Unit);
            for (slot, value) in &frame.locals {
                stack.slots[base + slot.0 as usize] = value.clone();
            }
        }
        stack
    }
}

fn promise_of(promise: &config::Promise) -> Promise {
    let config::Promise { state, origin, addr, version, holder, callbacks, observed, cancel_taken, marked } =
        promise.clone();
    let waiters = Vec::new();
    Promise { state, origin, addr, version, holder, callbacks, waiters, observed, cancel_taken, marked }
}
