//! What a step did, in a few words: the last column of a trace. One wording for each rule, made from what the step was
//! about and from its effects.

use super::record::Scene;
use super::words::{self, Words, few};
use crate::base::Source;
use crate::calculus::{Address, Path, Stmt, Target, Value};
use crate::semantics::effect::Effect;
use crate::semantics::rule::Rule;
use crate::semantics::system::{Body, Exec, Message, Origin, Settled, System};

/// What a step did. `sys` is Σ after the step.
pub fn describe(sys: &System, rule: &Rule, scene: &Scene, effects: &[Effect], source: &Source) -> String {
    let told = Told { words: Words::brief(sys), scene, effects, source };
    let text = told.sequential(rule).or_else(|| told.tasks(rule)).or_else(|| told.promises(rule));
    text.or_else(|| told.between(rule)).unwrap_or_default()
}

/// Everything that is known of a step.
struct Told<'a> {
    words: Words<'a>,
    scene: &'a Scene,
    effects: &'a [Effect],
    source: &'a Source,
}

impl Told<'_> {
    /// Section 3.
    fn sequential(&self, rule: &Rule) -> Option<String> {
        Some(match rule.name {
            "Move" | "Op" => self.binding(),
            "Read" => match self.scene.code {
                Some((_, Stmt::Read { g, .. }, _)) => {
                    format!("{}, from {}", self.binding(), self.words.sys.program.cell(g))
                }
                _ => self.binding(),
            },
            "Write" => self.written(),
            "Goto" => format!("→ {}", self.jump()),
            "Branch" => match self.scene.operand {
                Some(Value::Bool(true)) => format!("true → {}", self.jump()),
                _ => String::from("false"),
            },
            "Call" => self.called(),
            "Return" => format!("{} returns {}", self.function(), self.operand()),
            "Print" => self.printed(),
            "Assert" => String::from("it holds"),
            "Op-Error" | "Call-Depth" | "Assert-Error" | "Throw" | "No-Taker" | "Choose-Error" => self.error(),
            "Catch" => match self.bound() {
                Some((_, _)) => self.binding(),
                None => format!("{} is caught", self.raising()),
            },
            "Unwind" => format!("{} leaves {}", self.raising(), self.function()),
            _ => return None,
        })
    }

    /// Section 4, and section 8 as far as a frame does it.
    fn tasks(&self, rule: &Rule) -> Option<String> {
        Some(match rule.name {
            "Async-Call" => self.created_task(),
            "Async-Return" | "Async-Throw" => self.settled(),
            "Await-Continue" | "Dist-Await-Continue" | "Wait-Continue" | "Await-Throw" | "Dist-Await-Throw" => {
                format!("{} from {}", self.gained(), self.operand_name())
            }
            "Await" | "Dist-Await" | "Await-Park" => format!("parks on {}", self.parked_on()),
            "Await-Any" | "Await-All" | "Await-Guard" => format!("{}{}", self.gained(), self.recorded()),
            "Await-Cancelled" => self.error(),
            "Yield" => String::from("gives way"),
            "Is-Done" => format!("{} is {}done", self.operand_name(), if self.is_true() { "" } else { "not " }),
            "Now" | "Here" => self.gained(),
            "Choose" => self.chosen(),
            "Cancel" => self.cancelled(),
            "Cancel-Settled" => format!("{} is settled already", self.operand_name()),
            "Atomic-Begin" => String::from("the block begins"),
            "Atomic-End" => String::from("the block ends"),
            _ => return None,
        })
    }

    /// Sections 5 and 6, as far as a frame does it; the clock.
    fn promises(&self, rule: &Rule) -> Option<String> {
        Some(match rule.name {
            "Spawn-Local" | "Spawn-Dist" | "New-Promise" | "Sleep" => self.created_promise(),
            "Spawn-Replay" => self.replayed(),
            "Send" => {
                let calls = self.sent().map(|message| match &message.body {
                    Body::Call { f, args, to, .. } => {
                        format!("{} on {}", self.words.call(*f, args), self.words.addr(to))
                    }
                    _ => String::new(),
                });
                format!("{}{}", calls.collect::<String>(), self.messages())
            }
            "Dist-Return" | "Dist-Throw" => format!("{}{}", self.settled(), self.messages()),
            "Resolve" | "Reject" => match self.settled() {
                text if text.is_empty() => format!("{} is settled already", self.operand_name()),
                text => format!("{text}{}", self.messages()),
            },
            "Late" => match self.scene.exec {
                Some(Exec::Attempt(q, _)) => format!("{} is settled already", self.words.path(q)),
                _ => String::new(),
            },
            "Message-Return" => String::from("ends"),
            "Message-Throw" => format!("ends with {}, which nobody can see", self.raising()),
            "Fire" => {
                let now = self.words.sys.now;
                let due = self.scene.promise.map(|q| self.words.path(q)).unwrap_or_default();
                format!("{due} is due, now = {now}{}", self.messages())
            }
            "Fence" | "Fence-Resume" => self.fenced(),
            "Diverge" => self.diverged(),
            _ => return None,
        })
    }

    /// Section 6 between nodes, and section 7.
    fn between(&self, rule: &Rule) -> Option<String> {
        let node = || self.scene.node.map(|n| self.words.node(n)).unwrap_or_default();
        Some(match rule.name {
            "Invoke" | "Receive" => format!("starts {}", self.starts()),
            "Suspect-Preferred" => format!("starts {}{}", self.starts(), self.passed_over()),
            "Resume" => {
                let of = self.resumed_by();
                match self.resumes() {
                    text if text.is_empty() => format!("{of} is settled, nobody waits any more"),
                    text => format!("{of} is settled{text}"),
                }
            }
            "Resume-Elsewhere" => {
                format!("{} is settled, who waits for it is gone: starts {}", self.resumed_by(), self.starts())
            }
            "Cancelled" => format!("is cancelled{}", self.resumes()),
            "Discard" | "Lose" | "Duplicate" => self.scene.message.as_ref().map(|m| self.words.message(m))?,
            "Crash" => format!("{} goes down", node()),
            "Restart" => {
                format!("{} comes up, incarnation {}", node(), self.words.sys.node(self.scene.node?).incarnation)
            }
            "Expire" => format!("its holder is gone{}", self.messages()),
            "Suspect" => format!("its holder is suspected{}", self.messages()),
            "Redispatch" | "Redispatch-Resume" => {
                let all: Vec<String> = self.sent().map(|message| self.words.message(message)).collect();
                all.join(", ")
            }
            _ => return None,
        })
    }

    fn bound(&self) -> Option<(crate::calculus::Slot, &Value)> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Bound { slot, value } => Some((*slot, value)),
            _ => None,
        })
    }

    /// `x = 3`
    fn binding(&self) -> String {
        match (self.bound(), self.scene.code) {
            (Some((slot, value)), Some((f, _, _))) => {
                let name = &self.words.sys.program.function(f).slots[slot.0 as usize];
                format!("{name} = {}", self.words.value(value))
            }
            _ => String::new(),
        }
    }

    /// The value that a frame got, or the error that it raises.
    fn gained(&self) -> String {
        match self.bound() {
            Some((_, value)) => self.words.value(value),
            None => self.error(),
        }
    }

    fn is_true(&self) -> bool {
        self.bound().is_some_and(|(_, value)| *value == Value::Bool(true))
    }

    fn error(&self) -> String {
        let found = self.effects.iter().find_map(|effect| match effect {
            Effect::Failed { error } => Some(self.words.error(error)),
            _ => None,
        });
        found.unwrap_or_default()
    }

    fn raising(&self) -> String {
        self.scene.raising.as_ref().map(|error| self.words.error(error)).unwrap_or_default()
    }

    fn operand(&self) -> String {
        self.scene.operand.as_ref().map(|value| self.words.value(value)).unwrap_or_default()
    }

    fn operand_name(&self) -> String {
        self.scene.operand.as_ref().map(|value| self.words.thing(value)).unwrap_or_default()
    }

    fn function(&self) -> &str {
        self.scene.code.map_or("", |(f, _, _)| &self.words.sys.program.function(f).name)
    }

    /// Where a jump goes, in the source.
    fn jump(&self) -> String {
        match self.scene.code {
            Some((f, Stmt::Goto { l } | Stmt::Branch { l, .. }, _)) => {
                let function = self.words.sys.program.function(f);
                let last = Target(function.end.0.saturating_sub(1));
                let span = self.words.sys.program.span(l.min(last));
                format!("line {}", self.source.place(span.start).line)
            }
            _ => String::new(),
        }
    }

    fn called(&self) -> String {
        let Some((_, Stmt::Call { f, .. }, _)) = self.scene.code else { return String::new() };
        self.words.call(f, &self.scene.arguments)
    }

    fn written(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::CellWritten { cell, value, .. } => {
                Some(format!("{} = {}", self.words.sys.program.cell(*cell), self.words.value(value)))
            }
            _ => None,
        });
        texts.collect()
    }

    fn printed(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::Printed { text, .. } => Some(self.words.error(text)),
            _ => None,
        });
        texts.collect()
    }

    fn created_task(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::TaskCreated { task, f, args } => {
                Some(format!("{} → task {}", self.words.call(*f, args), self.words.path(*task)))
            }
            _ => None,
        });
        texts.collect()
    }

    /// `main.0 = 30, resumes main`
    fn settled(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::TaskSettled { task: name, state } | Effect::PromiseSettled { promise: name, state } => {
                Some(self.outcome(*name, state))
            }
            _ => None,
        });
        format!("{}{}", texts.collect::<Vec<_>>().join(", "), self.resumes())
    }

    fn outcome(&self, name: Path, state: &Settled) -> String {
        let name = self.words.path(name);
        match state {
            Settled::Done(value) => format!("{name} = {}", self.words.value(value)),
            Settled::Failed(error) => format!("{name} fails: {}", self.words.error(error)),
            Settled::Cancelled => format!("{name} is cancelled"),
        }
    }

    /// `, resumes main`
    fn resumes(&self) -> String {
        let started = self.effects.iter().filter_map(|effect| match effect {
            Effect::StackStarted { frame, .. } => Some(*frame),
            _ => None,
        });
        let frames: Vec<Path> = started.collect();
        let shown = few(&frames, |frame| self.words.path(*frame));
        if frames.is_empty() { shown } else { format!(", resumes {shown}") }
    }

    fn sent(&self) -> impl Iterator<Item = &Message> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::MessageSent { message } => Some(message),
            _ => None,
        })
    }

    /// `, Invoke main.2 → w1`
    fn messages(&self) -> String {
        let sent: Vec<&Message> = self.sent().collect();
        let shown = few(&sent, |message| self.words.message(message));
        if sent.is_empty() { shown } else { format!(", {shown}") }
    }

    fn parked_on(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::FrameParked { on, .. } => Some(self.words.things(on)),
            _ => None,
        });
        texts.collect()
    }

    /// `, recorded as main.3 = 0`: the answers that an await has put down.
    fn recorded(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::PromiseCreated { promise, origin: Origin::Answer(_), .. } => {
                let state = self.words.sys.promises.get(*promise).and_then(|promise| promise.state.as_ref());
                Some(match state {
                    Some(Settled::Done(value)) => {
                        format!(", recorded as {} = {}", self.words.path(*promise), self.words.value(value))
                    }
                    _ => format!(", recorded as {}", self.words.path(*promise)),
                })
            }
            _ => None,
        });
        texts.collect()
    }

    /// `{1, 2} → 2`
    fn chosen(&self) -> String {
        let alternatives = match &self.scene.operand {
            Some(Value::List(items)) => {
                let items: Vec<String> = items.iter().take(9).map(|item| self.words.value(item)).collect();
                words::shorten(items.join(", "))
            }
            _ => String::new(),
        };
        format!("{{{alternatives}}} → {}", self.gained())
    }

    fn cancelled(&self) -> String {
        let mut names = vec![self.operand_name()];
        for effect in self.effects {
            if let Effect::PromiseSettled { promise, .. } = effect {
                let name = self.words.path(*promise);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        format!("cancels {}{}{}", few(&names, String::clone), self.resumes(), self.messages())
    }

    /// `price("rice") → promise main.1, held by client`
    fn created_promise(&self) -> String {
        let text = self.effects.iter().find_map(|effect| match effect {
            Effect::PromiseCreated { promise, origin, addr, holder } => {
                let name = self.words.path(*promise);
                let made = match (origin, holder) {
                    (Origin::Call(f, args), None) => {
                        format!("{} on {} → promise {name}", self.words.call(*f, args), self.words.addr(addr))
                    }
                    (Origin::Call(f, args), Some(at)) => {
                        let (call, at) = (self.words.call(*f, args), self.words.holder(*at));
                        format!("{call} → promise {name}, held by {at}")
                    }
                    (Origin::Timer { duration, deadline }, _) => {
                        format!("sleep({duration}) → promise {name}, due at {deadline}")
                    }
                    _ => format!("promise {name}"),
                };
                Some(format!("{made}{}", self.messages()))
            }
            _ => None,
        });
        text.unwrap_or_default()
    }

    fn replayed(&self) -> String {
        let again = self.bound().map(|(_, value)| format!("promise {} is there", self.words.thing(value)));
        format!("{}{}", again.unwrap_or_default(), self.claimed())
    }

    /// `, held by w1` of an execution that was claimed.
    fn claimed(&self) -> String {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::PromiseClaimed { promise, version, holder } => {
                let (name, at) = (self.words.attempt(*promise, *version), self.words.holder(*holder));
                Some(format!(", {name} held by {at}"))
            }
            _ => None,
        });
        texts.collect()
    }

    /// `price("salt")`, the body that starts, and who holds it.
    fn starts(&self) -> String {
        if let Some(Message { body: Body::Call { f, args, .. }, .. }) = &self.scene.message {
            return self.words.call(*f, args);
        }
        let text = self.effects.iter().find_map(|effect| match effect {
            Effect::PromiseClaimed { promise, holder, .. } => {
                let call = self.words.origin(&self.words.sys.promise(*promise).origin);
                Some(format!("{call}, held by {}", self.words.holder(*holder)))
            }
            _ => None,
        });
        text.unwrap_or_default()
    }

    /// `, passing over w2`
    fn passed_over(&self) -> String {
        match &self.scene.message {
            Some(Message {
                body: Body::Invoke { to: Address::Prefer(_, n), .. } | Body::Call { to: Address::Prefer(_, n), .. },
                ..
            }) => format!(", passing over {}", self.words.node(*n)),
            _ => String::new(),
        }
    }

    fn resumed_by(&self) -> String {
        match &self.scene.message {
            Some(Message { body: Body::Resume { promise, .. }, .. }) => self.words.path(*promise),
            _ => String::new(),
        }
    }

    fn fenced(&self) -> String {
        match self.scene.exec {
            Some(Exec::Attempt(q, w)) => {
                let now = self.words.sys.promise(q).version;
                format!("attempt {w} of {} is stale: {now} is current", self.words.path(q))
            }
            _ => String::new(),
        }
    }

    fn diverged(&self) -> String {
        let Some(found) = &self.words.sys.diverged else { return String::new() };
        let (name, recorded) = (self.words.path(found.promise), self.words.origin(&found.recorded));
        format!("{name} was {recorded}, now is {}", self.words.origin(&found.wanted))
    }
}
