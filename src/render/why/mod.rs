//! Why a rule fires at a place, or does not: its premises one by one, as far as they were looked at, each with the values that
//! its letters have here.

pub mod facts;
pub mod text;
mod waits;

use crate::base::Source;
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::rule::{Apply, Premise, Rule, SHAPE};
use crate::semantics::step;
use crate::semantics::system::{StackId, System};
use crate::trace::Words;
use facts::Fact;

/// Of many places so many are shown.
pub const PLACES: usize = 8;

/// What a premise comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Holds,
    /// It is the first that does not.
    Fails,
    /// One before it does not hold.
    NotReached,
}

/// A premise at a focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its name in the rule.
    pub name: &'static str,
    /// What it says, in the letters of the calculus.
    pub text: &'static str,
    /// What it comes to.
    pub standing: Standing,
    /// What its letters stand for here.
    pub here: Vec<Fact>,
}

/// A rule at a focus.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The rule.
    pub rule: &'static Rule,
    /// Where.
    pub focus: Focus,
    /// Where, in words: `main.0 on main, line 4: await t`.
    pub place: String,
    /// Whether the focus has the shape that the rule starts from; if not, no premise was looked at.
    pub fits: bool,
    /// Its premises in the order of the figure.
    pub premises: Vec<Told>,
    /// Whether the step may be taken: all premises hold, and it is its turn.
    pub enabled: bool,
    /// What goes first, where every premise holds and the step may not be taken all the same.
    pub waits: Option<&'static str>,
}

impl Why {
    /// Whether every premise holds.
    pub fn holds(&self) -> bool {
        self.fits && self.premises.iter().all(|told| told.standing == Standing::Holds)
    }

    /// What it comes to, in words.
    pub fn verdict(&self) -> String {
        match self.waits {
            _ if !self.fits => format!("this place has not the shape that the rule starts from: {}", self.rule.from),
            Some(first) => format!("every premise holds, but {first}"),
            None if self.enabled => String::from("it may fire here"),
            None => String::from("it does not fire here"),
        }
    }
}

/// Why `rule` fires at `focus`, or does not. Σ is as before afterwards.
pub fn why(sys: &mut System, source: &Source, rule: &'static Rule, focus: Focus) -> Why {
    let enabled = step::enabled(sys);
    among(sys, source, Choice { rule, focus }, &enabled)
}

/// Why `rule` fires at each place that it is about, or does not: where it may fire first, then where it waits, then where a
/// premise fails, and last the places that have not its shape.
pub fn everywhere(sys: &mut System, source: &Source, rule: &'static Rule) -> Vec<Why> {
    let enabled = step::enabled(sys);
    let places = places(sys, rule).into_iter();
    let mut found: Vec<Why> = places.map(|focus| among(sys, source, Choice { rule, focus }, &enabled)).collect();
    found.sort_by_key(|why| (!why.enabled, !why.holds(), !why.fits));
    found
}

/// Why a choice is among the enabled ones, or is not.
fn among(sys: &mut System, source: &Source, choice: Choice, all: &[Choice]) -> Why {
    let Choice { rule, focus } = choice;
    let refused = step::probe(sys, rule, focus).err();
    let fits = refused != Some(&SHAPE);
    let known = if fits { facts::facts(sys, focus) } else { Vec::new() };
    let enabled = refused.is_none() && all.contains(&choice);
    let waits = (refused.is_none() && !enabled).then(|| waits::reason(sys, choice, all));
    let premises = told(rule, refused, fits, &known);
    Why { rule, focus, place: place(sys, source, focus), fits, premises, enabled, waits }
}

fn told(rule: &Rule, refused: Option<&'static Premise>, fits: bool, known: &[Fact]) -> Vec<Told> {
    let failing = refused.and_then(|premise| rule.premises.iter().position(|(name, _)| *name == premise.name));
    let standing = |at: usize| match failing {
        _ if !fits => Standing::NotReached,
        None => Standing::Holds,
        Some(failing) if at < failing => Standing::Holds,
        Some(failing) if at == failing => Standing::Fails,
        Some(_) => Standing::NotReached,
    };
    let told = rule.premises.iter().enumerate().map(|(at, (name, text))| Told {
        name,
        text,
        standing: standing(at),
        here: known.iter().filter(|fact| fact.is_in(text)).cloned().collect(),
    });
    told.collect()
}

/// Everywhere that a rule could fire by the kind of place that it is about.
pub fn places(sys: &System, rule: &Rule) -> Vec<Focus> {
    let nodes = || sys.nodes.iter().enumerate().map(|(n, _)| crate::calculus::NodeId(n as u32));
    let messages = 0..sys.messages.len() as u32;
    let promises = sys.promises.iter();
    let stack = |id: &StackId| Focus::Stack(*id);
    match rule.apply {
        Apply::Stack(_) => sys.ready.iter().map(stack).collect(),
        Apply::Alternative(_) => sys.ready.iter().map(|id| Focus::Alternative(*id, 0)).collect(),
        Apply::Message(_) => messages.flat_map(|at| nodes().map(move |n| Focus::Message(at, n))).collect(),
        Apply::Flight(_) => messages.map(Focus::Flight).collect(),
        Apply::Promise(_) => promises.map(|(q, _)| Focus::Promise(q)).collect(),
        Apply::Callback(_) => {
            let of = |(q, count): (_, usize)| (0..count as u32).map(move |i| Focus::Callback(q, i));
            promises.map(|(q, promise)| (q, promise.callbacks.len())).flat_map(of).collect()
        }
        Apply::Node(_) => nodes().map(Focus::Node).collect(),
    }
}

/// A focus in words.
fn place(sys: &System, source: &Source, focus: Focus) -> String {
    let words = Words::brief(sys);
    match focus {
        Focus::Stack(id) | Focus::Alternative(id, _) => match sys.stacks.get(id.0 as usize) {
            None => String::from("a stack that is gone"),
            Some(stack) => {
                let line = source.place(sys.program.span(stack.top().pc).start).line;
                let code = source.code(line);
                format!("{} on {}, line {line}: {code}", words.frame(stack), words.node(stack.node))
            }
        },
        Focus::Message(at, n) => match sys.messages.get(at as usize) {
            None => String::from("a message that is gone"),
            Some(message) => format!("{}, at {}", words.message(message), words.node(n)),
        },
        Focus::Flight(at) => sys
            .messages
            .get(at as usize)
            .map_or_else(|| String::from("a message that is gone"), |message| words.message(message)),
        Focus::Promise(q) => format!("promise {}, {}", words.path(q), words.origin(&sys.promise(q).origin)),
        Focus::Callback(q, _) => format!("a callback of {}", words.path(q)),
        Focus::Node(n) => format!("node {}", words.node(n)),
    }
}
