//! Makes a view from the events of a trace, one after another. It follows the frames: which stack each is on, and what is
//! below it.

use std::collections::BTreeMap;

use super::{
    Call, End, Execution, Fate, Flight, Frame, Index, Link, LinkKind, Mark, Moment, Node, Phase, Premise, Promise,
    View, Write,
};
use crate::render::words::attempt;
use crate::semantics::catalogue::CATALOGUE;
use crate::trace::event::{self, Body, Effect, Message, State, Step};
use crate::trace::record::is_quiet;

/// The view of a run at its start: main is on the first node.
pub(super) fn start(program: &str, nodes: &[String]) -> View {
    let nodes = nodes.iter().map(|name| Node { name: name.clone(), down: Vec::new() }).collect();
    let text = String::from("main starts");
    let moment = Moment {
        step: 0,
        rule: String::new(),
        text,
        at: None,
        node: Some(0),
        frame: Some(0),
        mark: Mark::Start,
        quiet: false,
        now: None,
        config: None,
        premises: Vec::new(),
    };
    View { program: program.to_owned(), nodes, moments: vec![moment], ..View::default() }
}

/// What a promise or a message is to run.
#[derive(Clone, Debug, Default)]
struct Task {
    function: String,
    args: Vec<String>,
}

/// A view in the making.
pub struct Builder {
    view: View,
    /// The frames of each stack, the top one last.
    stacks: Vec<Vec<Index>>,
    /// The stack that a frame is on.
    on: Vec<Option<Index>>,
    /// The frames by name: of those of one name, the last.
    frames: BTreeMap<String, Index>,
    /// The executions by name and node.
    executions: BTreeMap<(String, Index), Index>,
    /// What promises and messages are to run, by name.
    tasks: BTreeMap<String, Task>,
    /// The promises by name.
    promises: BTreeMap<String, Index>,
    /// The messages in flight.
    flying: Vec<Index>,
}

impl Builder {
    /// The start of a run of the program in a file of this name, with these nodes.
    pub fn new(program: &str, nodes: &[String]) -> Builder {
        let mut builder = Builder {
            view: View::new(program, nodes),
            stacks: Vec::new(),
            on: Vec::new(),
            frames: BTreeMap::new(),
            executions: BTreeMap::new(),
            tasks: BTreeMap::new(),
            promises: BTreeMap::new(),
            flying: Vec::new(),
        };
        builder.tasks.insert(String::from("main"), Task { function: String::from("main"), args: Vec::new() });
        builder.start_stack(0, String::from("main"), "main");
        let (name, what) = (String::from("main"), String::from("main()"));
        builder.view.promises.push(Promise { name, what, made: 0, by: None, settled: None });
        builder.promises.insert(String::from("main"), 0);
        builder
    }

    /// The same with the configuration at the start.
    pub fn with_config(mut self, config: String) -> Builder {
        self.view.moments[0].config = Some(config);
        self
    }

    /// One more event.
    pub fn step(&mut self, step: &Step) {
        let frame = step.frame.as_ref().and_then(|name| self.frames.get(name)).copied();
        let now = step.effects.iter().find_map(|effect| match effect {
            Effect::TimeAdvanced { now } => Some(*now),
            _ => None,
        });
        let moment = Moment {
            step: step.step,
            rule: step.rule.clone(),
            text: step.text.clone(),
            at: step.at,
            node: step.node.as_ref().and_then(|name| self.node(name)),
            frame,
            mark: mark(step),
            quiet: CATALOGUE.iter().any(|rule| rule.name == step.rule && is_quiet(rule)),
            now,
            config: step.config.clone(),
            premises: Vec::new(),
        };
        self.view.moments.push(moment);
        for effect in &step.effects {
            self.effect(step, frame, effect);
        }
    }

    /// The premises of each step so far, in the order of the steps.
    pub fn premises(&mut self, told: Vec<Vec<Premise>>) {
        for (moment, premises) in self.view.moments.iter_mut().skip(1).zip(told) {
            moment.premises = premises;
        }
    }

    /// The view, of a run that ended like this.
    pub fn finish(self, ending: String) -> View {
        View { ending, ..self.view }
    }

    fn now(&self) -> Index {
        self.view.moments.len() - 1
    }

    fn node(&self, name: &str) -> Option<Index> {
        self.view.nodes.iter().position(|node| node.name == name)
    }

    fn effect(&mut self, step: &Step, frame: Option<Index>, effect: &Effect) {
        match effect {
            Effect::TaskCreated { task, function, args } => {
                if let Some(caller) = frame {
                    let called = Task { function: function.clone(), args: args.clone() };
                    self.call(caller, task, called);
                }
            }
            Effect::FunctionEntered { function, .. } => self.enter(frame, function),
            Effect::FunctionLeft { .. } => self.leave(frame),
            Effect::FrameParked { on, .. } => self.park(frame, on),
            Effect::FrameEnded { frame, error } => {
                let end = if error.is_some() { End::Failed } else { End::Returned };
                if let Some(frame) = self.frames.get(frame) {
                    self.end(*frame, end);
                }
            }
            Effect::StackStarted { node, execution, attempt: version, frame: started } => {
                self.started(frame, node, &attempt(execution, *version), started);
            }
            Effect::PromiseCreated { promise, call, .. } => self.promise(frame, promise, call),
            Effect::PromiseSettled { promise, state } => {
                let now = self.now();
                if let Some(promise) = self.promises.get(promise) {
                    self.view.promises[*promise].settled = Some((now, state.clone()));
                }
            }
            Effect::TaskSettled { task, state } => {
                let now = self.now();
                if let Some(frame) = self.frames.get(task) {
                    self.view.frames[*frame].settled = Some((now, state.clone()));
                }
            }
            Effect::CellWritten { node, cell, value } => {
                let at = self.now();
                if let Some(node) = self.node(node) {
                    self.view.writes.push(Write { at, node, cell: cell.clone(), value: value.clone() });
                }
            }
            Effect::Printed { node, text } => {
                let at = self.now();
                self.view.prints.extend(self.node(node).map(|node| (at, node, text.clone())));
            }
            Effect::MessageSent { message } => self.sent(frame, step.node.is_none(), message),
            Effect::MessageTaken { message, at } => self.taken(message, at.as_deref()),
            Effect::MessageLost { message } => self.lost(message),
            Effect::NodeCrashed { node } => self.crash(node),
            Effect::NodeRestarted { node, .. } => self.restart(node),
            Effect::ExecutionFenced { execution, attempt: version, node } => {
                let name = attempt(execution, *version);
                if let Some(execution) = self.node(node).and_then(|n| self.executions.get(&(name, n))).copied() {
                    self.end_all(End::Fenced, |_, frame| frame.execution == execution);
                }
            }
            Effect::PromiseClaimed { .. }
            | Effect::PromiseReversioned { .. }
            | Effect::TimeAdvanced { .. }
            | Effect::Failed { .. } => {}
        }
    }

    fn promise(&mut self, by: Option<Index>, name: &str, call: &event::Call) {
        let what = match call {
            event::Call::Function { function, args } => {
                self.tasks.insert(name.to_owned(), Task { function: function.clone(), args: args.clone() });
                format!("{function}({})", args.join(", "))
            }
            event::Call::Timer { duration, .. } => format!("sleep({duration})"),
            event::Call::External => String::from("promise()"),
            event::Call::Answer { of } => of.clone(),
        };
        // The answer that an await records is settled as it is made.
        let made = self.now();
        let answered = matches!(call, event::Call::Answer { .. }).then(|| (made, State::Done(String::new())));
        self.promises.insert(name.to_owned(), self.view.promises.len());
        self.view.promises.push(Promise { name: name.to_owned(), what, made, by, settled: answered });
    }

    fn call(&mut self, caller: Index, name: &str, called: Task) {
        let frame = self.add(name, called, self.view.frames[caller].execution, Some(caller));
        self.phase(caller, Phase::Below);
        self.phase(frame, Phase::Top);
        if let Some(stack) = self.on[caller] {
            self.stacks[stack].push(frame);
            self.on[frame] = Some(stack);
        }
        self.link(LinkKind::Call, caller, frame);
    }

    fn add(&mut self, name: &str, runs: Task, execution: Index, parent: Option<Index>) -> Index {
        let frame = self.view.frames.len();
        let (born, Task { function, args }) = (self.now(), runs);
        let (name, phases, calls) = (name.to_owned(), Vec::new(), Vec::new());
        self.frames.insert(name.clone(), frame);
        self.view.frames.push(Frame {
            name,
            function,
            args,
            execution,
            parent,
            born,
            end: None,
            settled: None,
            phases,
            calls,
        });
        self.on.push(None);
        frame
    }

    fn phase(&mut self, frame: Index, phase: Phase) {
        let at = self.now();
        self.view.frames[frame].phases.push((at, phase));
    }

    fn link(&mut self, kind: LinkKind, from: Index, to: Index) {
        let at = self.now();
        self.view.links.push(Link { kind, at, from, to });
    }

    fn enter(&mut self, frame: Option<Index>, function: &str) {
        let from = self.now();
        if let Some(frame) = frame.map(|frame| &mut self.view.frames[frame]) {
            let depth = frame.calls.iter().filter(|call| call.to.is_none()).count();
            frame.calls.push(Call { function: function.to_owned(), depth, from, to: None });
        }
    }

    fn leave(&mut self, frame: Option<Index>) {
        let now = self.now();
        let calls = frame.map(|frame| &mut self.view.frames[frame].calls);
        if let Some(call) = calls.and_then(|calls| calls.iter_mut().rfind(|call| call.to.is_none())) {
            call.to = Some(now);
        }
    }

    /// Takes a frame off its stack; what was below it is on top then.
    fn take_off(&mut self, frame: Index) {
        let Some(stack) = self.on[frame].take() else { return };
        self.stacks[stack].retain(|other| *other != frame);
        if let Some(below) = self.stacks[stack].last().copied()
            && self.view.frames[below].phases.last().is_some_and(|(_, phase)| *phase == Phase::Below)
        {
            self.phase(below, Phase::Top);
        }
    }

    fn park(&mut self, frame: Option<Index>, on: &[String]) {
        let Some(frame) = frame else { return };
        self.take_off(frame);
        self.phase(frame, Phase::Parked(on.to_vec()));
        for name in on {
            if let Some(other) = self.frames.get(name).copied() {
                self.link(LinkKind::Park, frame, other);
            }
        }
    }

    fn started(&mut self, by: Option<Index>, node: &str, execution: &str, name: &str) {
        let Some(node) = self.node(node) else { return };
        let known = self.frames.get(name).copied().filter(|frame| self.view.frames[*frame].end.is_none());
        let frame = match known {
            Some(frame) => {
                self.take_off(frame);
                self.on[frame] = Some(self.stacks.len());
                self.stacks.push(vec![frame]);
                self.phase(frame, Phase::Top);
                if let Some(by) = by.filter(|by| *by != frame) {
                    self.link(LinkKind::Resume, by, frame);
                }
                frame
            }
            None => {
                let frame = self.start_stack(node, execution.to_owned(), name);
                if let Some(by) = by {
                    self.link(LinkKind::Spawn, by, frame);
                }
                frame
            }
        };
        self.arrive(node, frame);
    }

    /// A frame that nothing but a message or a fault started: that is what the moment is about.
    fn arrive(&mut self, node: Index, started: Index) {
        let now = self.now();
        let moment = &mut self.view.moments[now];
        if moment.frame.is_none() {
            (moment.frame, moment.node) = (Some(started), Some(node));
        }
        if let Some(flight) = self.view.flights.iter_mut().rfind(|flight| flight.fate.at() == Some(now))
            && let Fate::Taken { frame, .. } = &mut flight.fate
        {
            *frame = frame.or(Some(started));
        }
    }

    fn start_stack(&mut self, node: Index, execution: String, name: &str) -> Index {
        let at = self.view.executions.len();
        self.executions.insert((execution.clone(), node), at);
        let promise = execution.split('@').next().unwrap_or_default();
        let runs = self.tasks.get(&execution).or_else(|| self.tasks.get(promise)).cloned().unwrap_or_default();
        self.view.executions.push(Execution { name: execution, node });
        let frame = self.add(name, runs, at, None);
        self.phase(frame, Phase::Top);
        self.on[frame] = Some(self.stacks.len());
        self.stacks.push(vec![frame]);
        frame
    }

    fn end(&mut self, frame: Index, end: End) {
        self.take_off(frame);
        let now = self.now();
        let frame = &mut self.view.frames[frame];
        frame.end.get_or_insert((now, end));
        for call in frame.calls.iter_mut().filter(|call| call.to.is_none()) {
            call.to = Some(now);
        }
    }

    fn end_all(&mut self, end: End, of: impl Fn(&View, &Frame) -> bool) {
        let ends = |(_, frame): &(Index, &Frame)| frame.end.is_none() && of(&self.view, frame);
        let frames: Vec<Index> = self.view.frames.iter().enumerate().filter(ends).map(|(at, _)| at).collect();
        for frame in frames {
            self.on[frame] = None;
            self.end(frame, end);
        }
    }

    fn crash(&mut self, name: &str) {
        let Some(node) = self.node(name) else { return };
        self.end_all(End::Crashed, |view, frame| view.executions[frame.execution].node == node);
        let now = self.now();
        self.view.nodes[node].down.push((now, None));
    }

    fn restart(&mut self, name: &str) {
        let now = self.now();
        let node = self.node(name).map(|node| &mut self.view.nodes[node]);
        if let Some((_, to)) = node.and_then(|node| node.down.last_mut()) {
            *to = Some(now);
        }
    }

    fn sent(&mut self, from: Option<Index>, nowhere: bool, message: &Message) {
        if let Body::Call { id, function, args } = &message.body {
            self.tasks.insert(id.clone(), Task { function: function.clone(), args: args.clone() });
        }
        let copy = nowhere && from.is_none() && self.find(message).is_some();
        self.flying.push(self.view.flights.len());
        let (message, sent, fate) = (message.clone(), self.now(), Fate::Flying);
        self.view.flights.push(Flight { message, sent, from, copy, fate });
    }

    /// The message in flight, as a place in the list of those; where two are equal the one that was sent first.
    fn find(&self, message: &Message) -> Option<Index> {
        let all = |same: &dyn Fn(&Message) -> bool| {
            self.flying.iter().position(|flight| same(&self.view.flights[*flight].message))
        };
        all(&|other| other == message)
            .or_else(|| all(&|other| other.body == message.body))
            .or_else(|| all(&|other| original(&other.body) == original(&message.body)))
    }

    fn land(&mut self, message: &Message, fate: Fate) {
        if let Some(at) = self.find(message) {
            let flight = self.flying.remove(at);
            self.view.flights[flight].fate = fate;
        }
    }

    fn taken(&mut self, message: &Message, node: Option<&str>) {
        let at = self.now();
        let fate = match node.and_then(|node| self.node(node)) {
            Some(node) => Fate::Taken { at, node, frame: None },
            None => Fate::Discarded { at },
        };
        self.land(message, fate);
    }

    fn lost(&mut self, message: &Message) {
        let at = self.now();
        self.land(message, Fate::Lost { at });
    }
}

/// A message without the mark that tells a copy of a one-way call from its original.
fn original(body: &Body) -> Body {
    match body {
        Body::Call { id, function, args } => {
            let id = id.split('′').next().unwrap_or_default().to_owned();
            Body::Call { id, function: function.clone(), args: args.clone() }
        }
        other => other.clone(),
    }
}

/// What sort of thing a step is: the gravest of what it did.
fn mark(step: &Step) -> Mark {
    let marks = step.effects.iter().map(|effect| match effect {
        Effect::Failed { .. }
        | Effect::MessageLost { .. }
        | Effect::NodeCrashed { .. }
        | Effect::ExecutionFenced { .. }
        | Effect::PromiseReversioned { .. }
        | Effect::FrameEnded { error: Some(_), .. }
        | Effect::TaskSettled { state: State::Failed(_), .. } => Mark::Fault,
        Effect::TimeAdvanced { .. } => Mark::Time,
        Effect::Printed { .. } => Mark::Print,
        Effect::FrameEnded { .. } | Effect::TaskSettled { .. } | Effect::PromiseSettled { .. } => Mark::Settle,
        Effect::MessageTaken { at: Some(_), .. } | Effect::NodeRestarted { .. } => Mark::Start,
        Effect::FrameParked { .. } => Mark::Park,
        Effect::TaskCreated { .. } | Effect::PromiseCreated { .. } | Effect::MessageSent { .. } => Mark::Create,
        Effect::StackStarted { .. } => Mark::Start,
        Effect::FunctionEntered { .. }
        | Effect::FunctionLeft { .. }
        | Effect::PromiseClaimed { .. }
        | Effect::MessageTaken { .. }
        | Effect::CellWritten { .. } => Mark::Step,
    });
    let yields = step.frame.is_some() && matches!(step.effects.as_slice(), [Effect::StackStarted { .. }]);
    if yields { Mark::Park } else { marks.max().unwrap_or(Mark::Step) }
}
