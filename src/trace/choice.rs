//! The names of choices: what a schedule calls a step, so that it can be found again among those that are enabled.

use std::collections::BTreeMap;
use std::fmt;

use super::record::Scene;
use super::words::{self, Words};
use crate::calculus::{Stmt, Value};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::system::{Body, System};

/// A step by name: `client main.1  Await-Continue`. Unique among the steps that are enabled in one Σ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChoiceName {
    /// The node that steps or that takes a message; `-` for what happens between nodes.
    pub node: String,
    /// The frame that steps, or the execution or promise that the step is about; `-` for what is about a node.
    pub who: String,
    /// The name of the rule.
    pub rule: String,
    /// Which of several, where node, name and rule leave that open; often empty.
    pub detail: String,
}

impl fmt::Display for ChoiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}  {}", self.node, self.who, self.rule)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, "  {}", self.detail) }
    }
}

/// The names of steps that are enabled in Σ, in their order. Where two would have one name (equal messages, equal
/// alternatives) the later ones are numbered `#2`, `#3`, …
pub fn names(sys: &System, enabled: &[Choice]) -> Vec<ChoiceName> {
    let mut seen: BTreeMap<ChoiceName, u32> = BTreeMap::new();
    let numbered = |choice: &Choice| {
        let mut name = name(sys, *choice);
        let number = seen.entry(name.clone()).and_modify(|number| *number += 1).or_insert(1);
        if *number > 1 {
            name.detail = format!("{} #{number}", name.detail).trim_start().to_owned();
        }
        name
    };
    enabled.iter().map(numbered).collect()
}

fn name(sys: &System, choice: Choice) -> ChoiceName {
    let words = Words::whole(sys);
    let scene = Scene::of(sys, choice);
    let nobody = || String::from("-");
    let who = match (scene.frame, scene.exec) {
        (Some(frame), _) => frame,
        (None, Some(exec)) => words.exec(exec),
        (None, None) => nobody(),
    };
    let detail = match choice.focus {
        Focus::Alternative(id, i) => {
            let stack = &sys.stacks[id.0 as usize];
            match stack.stmt(&sys.program) {
                Stmt::Choose { y, .. } => match stack.get(&sys.program, y) {
                    Value::List(items) => items.get(i as usize).map(|value| words.value(value)).unwrap_or_default(),
                    _ => String::new(),
                },
                _ => String::new(),
            }
        }
        Focus::Message(..) => match scene.message.map(|message| message.body) {
            Some(Body::Resume { promise, .. }) => words.path(promise),
            _ => String::new(),
        },
        Focus::Flight(_) => scene.message.map_or_else(String::new, |message| match message.body {
            Body::Resume { promise, .. } => format!("Resume {}", words.path(promise)),
            _ => words::kind(&message).to_owned(),
        }),
        Focus::Callback(q, _) => words.path(q),
        Focus::Stack(_) | Focus::Promise(_) | Focus::Node(_) => String::new(),
    };
    let node = scene.node.map_or_else(nobody, |n| words.node(n));
    ChoiceName { node, who, rule: choice.rule.name.to_owned(), detail }
}
