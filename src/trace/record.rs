//! Watches a run and makes an event of each step. What a step is about is looked up before it is taken, when the frame
//! that takes it is still there; what it did is read from its effects after.

use std::ops::ControlFlow;

use super::describe::describe;
use super::event::{At, Body, Call, Effect, Holder, Message, State, Step};
use super::words::Words;
use crate::base::Source;
use crate::calculus::config;
use crate::calculus::{Address, FnId, NodeId, Path, Stmt, Target, Text, Value};
use crate::semantics::effect;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rule::{Family, Rule};
use crate::semantics::schedule::Observer;
use crate::semantics::stack::Stack;
use crate::semantics::system::{Exec, Origin, Settled, System};

/// Which steps become events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Those that people want to see: what a frame does by itself only where it writes, prints or fails.
    Essential,
    /// Every step.
    All,
}

/// Whether a step by this rule is shown with [`Detail::All`] only.
pub fn is_quiet(rule: &Rule) -> bool {
    let telling = ["Write", "Print", "Throw", "Catch", "Op-Error", "Assert-Error", "Call-Depth"].contains(&rule.name);
    rule.family == Family::Sequential && !telling
}

/// What a step is about, as it was before the step.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Where.
    pub node: Option<NodeId>,
    /// The execution that steps, or that is started, resumed, fenced.
    pub exec: Option<Exec>,
    /// The frame that steps.
    pub frame: Option<String>,
    /// The function of the top frame, its next statement, and where that stands.
    pub code: Option<(FnId, Stmt, Target)>,
    /// What the statement is about: the thing awaited, settled, cancelled or asked, the condition, the alternatives.
    pub operand: Option<Value>,
    /// The arguments of a synchronous call.
    pub arguments: Vec<Value>,
    /// The error that the frame is raising.
    pub raising: Option<Text>,
    /// The message that is taken, lost, doubled.
    pub message: Option<config::Message>,
    /// The promise or callback that the clock or recovery acts on.
    pub promise: Option<Path>,
}

impl Scene {
    /// The scene of a step that is about to be taken.
    pub fn of(sys: &System, choice: Choice) -> Scene {
        match choice.focus {
            Focus::Stack(id) | Focus::Alternative(id, _) => Scene::of_stack(sys, &sys.stacks[id.0 as usize]),
            Focus::Message(at, n) => Scene { node: Some(n), ..Scene::of_message(sys, at) },
            Focus::Flight(at) => Scene::of_message(sys, at),
            Focus::Promise(q) => {
                let promise = sys.promise(q);
                let node = match promise.addr {
                    Address::Node(n) => Some(n),
                    _ => promise.holder.map(|holder| holder.node),
                };
                let exec = Some(Exec::Attempt(q, promise.version));
                Scene { node, exec, promise: Some(q), ..Scene::default() }
            }
            Focus::Callback(q, i) => {
                let callback = sys.promise(q).callbacks[i as usize];
                let (node, exec) = (Some(callback.at.node), Some(callback.exec));
                Scene { node, exec, promise: Some(q), ..Scene::default() }
            }
            Focus::Node(n) => Scene { node: Some(n), ..Scene::default() },
        }
    }

    fn of_stack(sys: &System, stack: &Stack) -> Scene {
        let top = stack.top();
        let stmt = stack.stmt(&sys.program);
        Scene {
            node: Some(stack.node),
            exec: Some(stack.exec),
            frame: Some(Words::whole(sys).frame(stack)),
            code: Some((top.f, stmt, top.pc)),
            operand: stmt.y().map(|y| stack.get(&sys.program, y).clone()),
            arguments: match stmt {
                Stmt::Call { args, .. } => stack.get_all(&sys.program, args),
                _ => Vec::new(),
            },
            raising: stack.raising.clone(),
            ..Scene::default()
        }
    }

    fn of_message(sys: &System, at: u32) -> Scene {
        let message = sys.messages[at as usize].clone();
        let exec = match &message.body {
            config::Body::Invoke { promise, version, .. } | config::Body::Cancel { promise, version, .. } => {
                Exec::Attempt(*promise, *version)
            }
            config::Body::Resume { callback, .. } => callback.exec,
            config::Body::Call { id, .. } => Exec::Message(*id),
        };
        Scene { exec: Some(exec), message: Some(message), ..Scene::default() }
    }
}

/// Hands every step of a run that is worth it to somebody, as an event.
pub struct Recorder<'a> {
    source: &'a Source,
    detail: Detail,
    step: u64,
    scene: Option<Scene>,
    sink: &'a mut dyn FnMut(&System, Step) -> ControlFlow<()>,
}

impl<'a> Recorder<'a> {
    /// A recorder of a run that has not begun; `source` is the text of its program. The sink gets Σ as it is after the
    /// step, and says whether to go on.
    pub fn new(
        source: &'a Source,
        detail: Detail,
        sink: &'a mut dyn FnMut(&System, Step) -> ControlFlow<()>,
    ) -> Recorder<'a> {
        Recorder { source, detail, step: 0, scene: None, sink }
    }
}

impl Observer for Recorder<'_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        let wanted = self.detail == Detail::All || !is_quiet(choice.rule);
        self.scene = wanted.then(|| Scene::of(sys, choice));
        sys.effects = wanted.then(Vec::new);
        ControlFlow::Continue(())
    }

    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.step += 1;
        let Some(scene) = self.scene.take() else { return ControlFlow::Continue(()) };
        let effects = sys.effects.take().unwrap_or_default();
        let step = event(sys, choice.rule, self.step, &scene, &effects, self.source);
        (self.sink)(sys, step)
    }
}

fn event(
    sys: &System,
    rule: &'static Rule,
    step: u64,
    scene: &Scene,
    effects: &[effect::Effect],
    source: &Source,
) -> Step {
    let words = Words::whole(sys);
    let at = scene.code.map(|(_, _, at)| {
        let span = sys.program.span(at);
        let (from, to) = (source.place(span.start), source.place(span.end));
        At { line: from.line, column: from.column, end_line: to.line, end_column: to.column }
    });
    Step {
        step,
        rule: rule.name.to_owned(),
        fault: rule.fault.is_some(),
        node: scene.node.map(|n| words.node(n)),
        execution: scene.exec.map(|exec| words.path(exec.path())),
        attempt: scene.exec.map_or(0, Exec::attempt),
        frame: scene.frame.clone(),
        at,
        text: describe(sys, rule, scene, effects, source),
        effects: effects.iter().filter_map(|effect| wire(words, effect)).collect(),
        config: None,
    }
}

/// An effect as it stands in a trace; what a frame binds is no effect on the rest of Σ.
fn wire(words: Words<'_>, effect: &effect::Effect) -> Option<Effect> {
    use effect::Effect as Is;
    Some(match effect {
        Is::Bound { .. } => return None,
        Is::TaskCreated { task, f, args } => {
            let (function, args) = called(words, *f, args);
            Effect::TaskCreated { task: words.path(*task), function, args }
        }
        Is::FunctionEntered { f, args } => {
            let (function, args) = called(words, *f, args);
            Effect::FunctionEntered { function, args }
        }
        Is::FunctionLeft { f } => Effect::FunctionLeft { function: words.sys.program.function(*f).name.clone() },
        Is::FrameEnded { frame, error } => {
            Effect::FrameEnded { frame: words.path(*frame), error: error.as_ref().map(|e| e.to_string()) }
        }
        Is::TaskSettled { task, state } => {
            Effect::TaskSettled { task: words.path(*task), state: settled(words, state) }
        }
        Is::FrameParked { frame, on } => {
            Effect::FrameParked { frame: words.path(*frame), on: on.iter().map(|thing| words.thing(thing)).collect() }
        }
        Is::StackStarted { node, exec, frame } => Effect::StackStarted {
            node: words.node(*node),
            execution: words.path(exec.path()),
            attempt: exec.attempt(),
            frame: words.path(*frame),
        },
        Is::PromiseCreated { promise, origin, addr, holder } => Effect::PromiseCreated {
            promise: words.path(*promise),
            call: call(words, origin),
            address: words.addr(addr),
            holder: holder.map(|at| held(words, at)),
        },
        Is::PromiseClaimed { promise, version, holder } => {
            Effect::PromiseClaimed { promise: words.path(*promise), version: *version, holder: held(words, *holder) }
        }
        Is::PromiseSettled { promise, state } => {
            Effect::PromiseSettled { promise: words.path(*promise), state: settled(words, state) }
        }
        Is::PromiseReversioned { promise, version } => {
            Effect::PromiseReversioned { promise: words.path(*promise), version: *version }
        }
        Is::MessageSent { message } => Effect::MessageSent { message: sent(words, message) },
        Is::MessageTaken { message, at } => {
            Effect::MessageTaken { message: sent(words, message), at: at.map(|n| words.node(n)) }
        }
        Is::MessageLost { message } => Effect::MessageLost { message: sent(words, message) },
        Is::CellWritten { node, cell, value } => Effect::CellWritten {
            node: words.node(*node),
            cell: words.sys.program.cell(*cell).to_owned(),
            value: words.value(value),
        },
        Is::Printed { node, text } => Effect::Printed { node: words.node(*node), text: text.to_string() },
        Is::NodeCrashed { node } => Effect::NodeCrashed { node: words.node(*node) },
        Is::NodeRestarted { node, incarnation } => {
            Effect::NodeRestarted { node: words.node(*node), incarnation: *incarnation }
        }
        Is::TimeAdvanced { now } => Effect::TimeAdvanced { now: *now },
        Is::ExecutionFenced { exec, node } => Effect::ExecutionFenced {
            execution: words.path(exec.path()),
            attempt: exec.attempt(),
            node: words.node(*node),
        },
        Is::Failed { error } => Effect::Failed { error: error.to_string() },
    })
}

fn called(words: Words<'_>, f: FnId, args: &[Value]) -> (String, Vec<String>) {
    (words.sys.program.function(f).name.clone(), args.iter().map(|arg| words.value(arg)).collect())
}

fn settled(words: Words<'_>, state: &Settled) -> State {
    match state {
        Settled::Done(value) => State::Done(words.value(value)),
        Settled::Failed(error) => State::Failed(error.to_string()),
        Settled::Cancelled => State::Cancelled(true),
    }
}

fn call(words: Words<'_>, origin: &Origin) -> Call {
    match origin {
        Origin::Call(f, args) => {
            let (function, args) = called(words, *f, args);
            Call::Function { function, args }
        }
        Origin::Timer { duration, deadline } => Call::Timer { duration: *duration, deadline: *deadline },
        Origin::External => Call::External,
        Origin::Answer(answer) => Call::Answer { of: answer.name().to_owned() },
    }
}

fn held(words: Words<'_>, at: config::Holder) -> Holder {
    Holder { node: words.node(at.node), incarnation: at.incarnation }
}

fn sent(words: Words<'_>, message: &config::Message) -> Message {
    let body = match &message.body {
        config::Body::Invoke { promise, version, .. } => {
            Body::Invoke { promise: words.path(*promise), version: *version }
        }
        config::Body::Resume { callback, promise } => Body::Resume {
            execution: words.path(callback.exec.path()),
            attempt: callback.exec.attempt(),
            promise: words.path(*promise),
        },
        config::Body::Cancel { promise, version, .. } => {
            Body::Cancel { promise: words.path(*promise), version: *version }
        }
        config::Body::Call { id, f, args, .. } => {
            let (function, args) = called(words, *f, args);
            Body::Call { id: words.path(*id), function, args }
        }
    };
    Message { from: message.from.map(|n| words.node(n)), to: words.receiver(message), body }
}
