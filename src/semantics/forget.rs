//! Forgetting what no rule can observe any more, so that a long run needs no more memory than what is alive in it.
//!
//! A settled task that nothing names can never be awaited again, and if its failure does not count (10, Outcome) it is no
//! part of any outcome: it is dropped. A settled promise likewise, but only where no fault can make an execution run again,
//! for a replay finds its promises by name. A path is given back when nothing names it, and nothing below it is named.
//! Σ is the same before and after for every rule; only the numbers that spell its names are used again.

use super::stack::{Frame, Label, Stack};
use super::system::{Body, Exec, Origin, Promise, Settled, System, Task};
use crate::calculus::config::Budget;
use crate::calculus::value::deep;
use crate::calculus::{Path, Value};

/// Collections are rarer than this many new names.
const LEAST: usize = 1 << 14;

/// When to look again for what can be forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Forgetting {
    due: usize,
}

impl Default for Forgetting {
    fn default() -> Self {
        Forgetting { due: LEAST }
    }
}

impl Forgetting {
    /// Forgets, if enough was named since the last time to be worth the look.
    pub fn at_times(&mut self, sys: &mut System) {
        if sys.names.in_use() >= self.due {
            let looked_at = forget(sys);
            self.due = sys.names.in_use() + LEAST.max(looked_at);
        }
    }
}

/// Forgets everything that nothing can observe; says how much it looked at.
pub fn forget(sys: &mut System) -> usize {
    let mut marks = Marks { named: vec![false; sys.names.len()], work: Vec::new(), looked_at: 0 };
    marks.roots(sys);
    marks.spread(sys);
    let replays = sys.settings.budget != Budget::default();
    sys.tasks.retain(|o, task| marks.is_named(o) || !is_over(task.settled(), task.observed));
    sys.promises.retain(|q, promise| {
        replays || q == Path::MAIN || marks.is_named(q) || !is_over(promise.state.as_ref(), promise.observed)
    });
    sys.tasks.iter().for_each(|(o, task)| marks.paths_of_task(o, task));
    sys.promises.iter().for_each(|(q, promise)| marks.paths_of_promise(q, promise));
    marks.spread(sys);
    let Marks { mut named, looked_at, .. } = marks;
    sys.names.release_all_but(&mut named);
    looked_at
}

/// Whether a task or promise is settled, and its failure, if it is one, counts in no outcome.
fn is_over(settled: Option<&Settled>, observed: bool) -> bool {
    settled.is_some_and(|settled| observed || settled.is_cancelled() || settled.error().is_none())
}

/// The paths that something names.
struct Marks {
    named: Vec<bool>,
    /// Tasks and promises whose values have still to be looked at.
    work: Vec<Path>,
    looked_at: usize,
}

impl Marks {
    fn is_named(&self, path: Path) -> bool {
        self.named[path.0 as usize]
    }

    fn path(&mut self, path: Path) {
        if !std::mem::replace(&mut self.named[path.0 as usize], true) {
            self.work.push(path);
        }
    }

    /// Everything that names something by itself: stacks, cells, messages, what is not over.
    fn roots(&mut self, sys: &System) {
        self.path(Path::MAIN);
        sys.stacks.iter().for_each(|(_, stack)| self.stack(stack));
        sys.parked.iter().for_each(|(_, parked)| self.stack(&parked.stack));
        sys.nodes.iter().for_each(|node| self.values(node.cells.iter()));
        sys.messages.iter().for_each(|message| self.body(&message.body));
        sys.timers.values().for_each(|q| self.path(*q));
        if let Some(divergence) = &sys.diverged {
            self.path(divergence.promise);
            [&divergence.recorded, &divergence.wanted].into_iter().for_each(|origin| self.origin(origin));
        }
        let replays = sys.settings.budget != Budget::default();
        for (q, promise) in sys.promises.iter() {
            if replays || !is_over(promise.state.as_ref(), promise.observed) {
                self.path(q);
            }
        }
        for (o, task) in sys.tasks.iter() {
            if !is_over(task.settled(), task.observed) {
                self.path(o);
            }
        }
    }

    /// What the values of named tasks and promises name.
    fn spread(&mut self, sys: &System) {
        while let Some(path) = self.work.pop() {
            if let Some(Settled::Done(value)) = sys.tasks.get(path).and_then(Task::settled) {
                self.value(value);
            }
            if let Some(promise) = sys.promises.get(path) {
                self.origin(&promise.origin);
                if let Some(Settled::Done(value)) = &promise.state {
                    self.value(value);
                }
            }
        }
    }

    fn paths_of_task(&mut self, o: Path, task: &Task) {
        self.path(o);
        self.path(task.owner.path());
    }

    fn paths_of_promise(&mut self, q: Path, promise: &Promise) {
        self.path(q);
        promise.callbacks.iter().for_each(|callback| self.exec(callback.exec));
    }

    fn exec(&mut self, exec: Exec) {
        self.path(exec.path());
    }

    fn stack(&mut self, stack: &Stack) {
        self.exec(stack.exec);
        for frame in &stack.frames {
            self.frame(frame);
        }
        self.values(stack.slots.iter());
    }

    fn frame(&mut self, frame: &Frame) {
        self.path(frame.path);
        if let Label::Task(o) = frame.label {
            self.path(o);
        }
        if let Some(last) = frame.last() {
            self.path(last);
        }
    }

    fn origin(&mut self, origin: &Origin) {
        if let Origin::Call(_, args) = origin {
            self.values(args.iter());
        }
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Invoke { promise, .. } | Body::Cancel { promise, .. } => self.path(*promise),
            Body::Resume { callback, promise } => {
                self.exec(callback.exec);
                self.path(*promise);
            }
            Body::Call { id, args, .. } => {
                self.path(*id);
                self.values(args.iter());
            }
        }
    }

    fn values<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        values.for_each(|value| self.value(value));
    }

    fn value(&mut self, value: &Value) {
        self.looked_at += 1;
        match value {
            Value::Task(path) | Value::Promise(path) => self.path(*path),
            Value::Enum(record) | Value::Struct(record) => deep(|| self.values(record.fields.iter())),
            Value::Some(inner) => deep(|| self.value(inner)),
            Value::List(items) => deep(|| self.values(items.iter())),
            Value::Map(entries) => deep(|| self.values(entries.values())),
            _ => {}
        }
    }
}
