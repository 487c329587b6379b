//! Faults by script: what is to happen as which step of a run, whoever chooses the other steps. `crash w1 @ 12` is a rule of
//! calculus 7, what it is about, and the number of the step. It is found among the steps that are enabled by the words of
//! its name in a schedule, as many of them as it takes.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::rc::Rc;

use super::choice::{self, ChoiceName};
use crate::semantics::catalogue::CATALOGUE;
use crate::semantics::focus::Choice;
use crate::semantics::rule::Rule;
use crate::semantics::rules::failure;
use crate::semantics::schedule::Scheduler;
use crate::semantics::settings::Budget;
use crate::semantics::step;
use crate::semantics::system::System;

/// What is to happen as a step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedFault {
    rule: &'static Rule,
    /// What it is about: a node, a promise, and what tells it from others.
    about: Vec<String>,
    /// The number of the step, from 1.
    step: u64,
}

/// What mends and is no fault.
static RECOVERY: [&Rule; 4] = [&failure::RESTART, &failure::EXPIRE, &failure::REDISPATCH, &failure::REDISPATCH_RESUME];

/// The rules that a script may name.
fn rules() -> impl Iterator<Item = &'static Rule> {
    CATALOGUE.iter().copied().filter(|rule| rule.fault.is_some() || RECOVERY.contains(rule))
}

impl ScriptedFault {
    /// `crash w1 @ 12`
    ///
    /// # Errors
    /// A sentence, when the text is none.
    pub fn parse(text: &str) -> Result<ScriptedFault, String> {
        let form = "write a rule, what it is about and the number of a step: 'crash w1 @ 12'";
        let (what, step) = text.rsplit_once('@').ok_or_else(|| format!("{text} says no step; {form}"))?;
        let step = step.trim().parse().ok().filter(|step| *step > 0);
        let step = step.ok_or_else(|| format!("{text} says no number of a step from 1; {form}"))?;
        let mut words = what.split_whitespace();
        let name = words.next().ok_or_else(|| format!("{text} names no rule; {form}"))?;
        let Some(rule) = rules().find(|rule| rule.name.eq_ignore_ascii_case(name)) else {
            let names: Vec<String> = rules().map(|rule| rule.name.to_lowercase()).collect();
            return Err(format!("{name} is no fault; there are {}", names.join(", ")));
        };
        let about: Vec<String> = words.map(str::to_owned).collect();
        if about.is_empty() {
            return Err(format!("{text} does not say what it is about; {form}"));
        }
        Ok(ScriptedFault { rule, about, step })
    }

    /// Whether this step is meant.
    fn means(&self, name: &ChoiceName) -> bool {
        name.rule == self.rule.name && self.about.iter().all(|word| words(name).any(|own| own == word))
    }
}

/// The words by which a step is told from others of its rule.
fn words(name: &ChoiceName) -> impl Iterator<Item = &str> {
    let names = [&name.who, &name.node].into_iter().map(String::as_str).filter(|word| *word != "-");
    names.chain(name.detail.split_whitespace())
}

impl fmt::Display for ScriptedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} @ {}", self.rule.name.to_lowercase(), self.about.join(" "), self.step)
    }
}

/// What is to happen in a run, and why it did not.
#[derive(Clone, Debug, Default)]
pub struct Script {
    faults: Vec<ScriptedFault>,
    misfit: Rc<RefCell<Option<String>>>,
}

impl Script {
    /// The script of these faults, in any order.
    ///
    /// # Errors
    /// A sentence, when two are to happen as the same step.
    pub fn new(faults: &[ScriptedFault]) -> Result<Script, String> {
        let mut faults = faults.to_vec();
        faults.sort_by_key(|fault| fault.step);
        match faults.windows(2).find(|pair| pair[0].step == pair[1].step) {
            Some(pair) => Err(format!("'{}' and '{}' cannot be the same step", pair[0], pair[1])),
            None => Ok(Script { faults, misfit: Rc::default() }),
        }
    }

    /// Adds to a budget what the script spends.
    pub fn pay(&self, budget: &mut Budget) {
        for left in self.faults.iter().filter_map(|fault| fault.rule.fault) {
            let left = budget.left(left);
            *left = left.saturating_add(1);
        }
    }

    /// Whoever chooses the other steps, with the script in front.
    pub fn before(&self, others: Box<dyn Scheduler>) -> Box<dyn Scheduler> {
        if self.faults.is_empty() {
            return others;
        }
        let faults = self.faults.iter().rev().cloned().collect();
        Box::new(Scripted { faults, others, steps: 0, misfit: self.misfit.clone() })
    }

    /// What could not happen in the last run, and what could.
    pub fn misfit(&self) -> Option<String> {
        self.misfit.borrow().clone()
    }
}

/// Lets happen what a script says, and others choose the rest.
struct Scripted {
    /// What is still to happen, the last first.
    faults: Vec<ScriptedFault>,
    others: Box<dyn Scheduler>,
    steps: u64,
    misfit: Rc<RefCell<Option<String>>>,
}

impl Scripted {
    /// The choice of the others. What the script will spend is not theirs.
    fn of_others(&mut self, sys: &mut System) -> Option<Choice> {
        let whole = sys.budget;
        for fault in self.faults.iter().filter_map(|fault| fault.rule.fault) {
            let left = sys.budget.left(fault);
            *left = left.saturating_sub(u32::from(*left < u32::MAX));
        }
        let choice = self.others.choose(sys);
        sys.budget = whole;
        choice
    }

    /// What the script says of the next step.
    fn of_script(&self, sys: &mut System, fault: &ScriptedFault) -> Result<Choice, String> {
        let enabled = step::enabled(sys);
        let names = choice::names(sys, &enabled);
        let meant: Vec<usize> = (0..names.len()).filter(|at| fault.means(&names[*at])).collect();
        // Of equal messages any will do, and one that is named to the last word is meant.
        let exactly = meant.iter().find(|at| words(&names[**at]).count() == fault.about.len());
        match (meant.as_slice(), exactly) {
            ([only], _) | (_, Some(only)) => Ok(enabled[*only]),
            ([], None) => Err(explain(fault, "cannot happen", &possible(sys))),
            (several, None) => {
                let several: Vec<ChoiceName> = several.iter().map(|at| names[*at].clone()).collect();
                Err(explain(fault, "may be any of these; say which", &several))
            }
        }
    }
}

/// The names of what is enabled, whatever the script pays for.
fn possible(sys: &mut System) -> Vec<ChoiceName> {
    let any = Budget { crashes: 1, suspicions: 1, losses: 1, duplicates: 1 };
    let before = std::mem::replace(&mut sys.budget, any);
    let enabled = step::enabled(sys);
    sys.budget = before;
    choice::names(sys, &enabled)
}

/// Why something does not happen, and what may, with the words that a script takes.
fn explain(fault: &ScriptedFault, why: &str, names: &[ChoiceName]) -> String {
    let mut text = format!("--fault '{fault}' {why}");
    let mut enabled = names.iter().filter(|name| rules().any(|rule| rule.name == name.rule)).peekable();
    if enabled.peek().is_none() {
        text.push_str(": no fault and no recovery is enabled there");
    }
    for name in enabled {
        let about = words(name).collect::<Vec<&str>>().join(" ");
        let _ = write!(text, "\n  --fault '{} {about} @ {}'", name.rule.to_lowercase(), fault.step);
    }
    text
}

impl Scheduler for Scripted {
    fn choose(&mut self, sys: &mut System) -> Option<Choice> {
        if self.misfit.borrow().is_some() {
            return None;
        }
        let choice = match self.faults.pop_if(|fault| fault.step == self.steps + 1) {
            Some(fault) => match self.of_script(sys, &fault) {
                Ok(choice) => Some(choice),
                Err(why) => {
                    *self.misfit.borrow_mut() = Some(why);
                    None
                }
            },
            None => self.of_others(sys),
        };
        if let (None, Some(fault)) = (choice, self.faults.last())
            && self.misfit.borrow().is_none()
        {
            let why = format!("--fault '{fault}' cannot happen: the run is over after {} steps", self.steps);
            *self.misfit.borrow_mut() = Some(why);
        }
        self.steps += u64::from(choice.is_some());
        choice
    }

    fn runs_on(&self) -> bool {
        self.faults.is_empty() && self.others.runs_on()
    }
}
