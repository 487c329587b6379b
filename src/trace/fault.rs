//! Faults by script: what is to happen as which step of a run, whoever chooses the other steps. `crash w1 @ 12` is a rule of
//! calculus 7, what it is about, and the number of the step. It is found among the steps that are enabled by the words of
//! its name in a schedule, as many of them as it takes.

use std::cell::RefCell;
use std::fmt;
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

/// What a script says and a run cannot do.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// What was to happen.
    pub fault: ScriptedFault,
    /// Why it does not, as the rest of a sentence about it.
    pub why: String,
    /// What may happen as that step instead, in words that a script takes.
    pub instead: Vec<ScriptedFault>,
}

impl Misfit {
    /// What does not happen, and what may: the steps of this list that a script may name.
    fn new(fault: &ScriptedFault, why: &str, names: &[ChoiceName]) -> Misfit {
        let in_words = |name: &ChoiceName| {
            let rule = rules().find(|rule| rule.name == name.rule)?;
            Some(ScriptedFault { rule, about: words(name).map(str::to_owned).collect(), step: fault.step })
        };
        let instead: Vec<ScriptedFault> = names.iter().filter_map(in_words).collect();
        let nothing = if instead.is_empty() { ": no fault and no recovery is enabled there" } else { "" };
        Misfit { fault: fault.clone(), why: format!("{why}{nothing}"), instead }
    }
}

/// As the command line says it, where each can be copied from.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--fault '{}' {}", self.fault, self.why)?;
        self.instead.iter().try_for_each(|fault| write!(f, "\n  --fault '{fault}'"))
    }
}

/// What is to happen in a run, and why it did not.
#[derive(Clone, Debug, Default)]
pub struct Script {
    faults: Vec<ScriptedFault>,
    misfit: Rc<RefCell<Option<Misfit>>>,
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
    pub fn misfit(&self) -> Option<Misfit> {
        self.misfit.borrow().clone()
    }
}

/// Lets happen what a script says, and others choose the rest.
struct Scripted {
    /// What is still to happen, the last first.
    faults: Vec<ScriptedFault>,
    others: Box<dyn Scheduler>,
    steps: u64,
    misfit: Rc<RefCell<Option<Misfit>>>,
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
    fn of_script(&self, sys: &mut System, fault: &ScriptedFault) -> Result<Choice, Misfit> {
        let enabled = step::enabled(sys);
        let names = choice::names(sys, &enabled);
        let meant: Vec<usize> = (0..names.len()).filter(|at| fault.means(&names[*at])).collect();
        // Of equal messages any will do, and one that is named to the last word is meant.
        let exactly = meant.iter().find(|at| words(&names[**at]).count() == fault.about.len());
        match (meant.as_slice(), exactly) {
            ([only], _) | (_, Some(only)) => Ok(enabled[*only]),
            ([], None) => Err(Misfit::new(fault, "cannot happen", &possible(sys))),
            (several, None) => {
                let several: Vec<ChoiceName> = several.iter().map(|at| names[*at].clone()).collect();
                Err(Misfit::new(fault, "may be any of these; say which", &several))
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

impl Scheduler for Scripted {
    fn choose(&mut self, sys: &mut System) -> Option<Choice> {
        if self.misfit.borrow().is_some() {
            return None;
        }
        let choice = match self.faults.pop_if(|fault| fault.step == self.steps + 1) {
            Some(fault) => match self.of_script(sys, &fault) {
                Ok(choice) => Some(choice),
                Err(misfit) => {
                    *self.misfit.borrow_mut() = Some(misfit);
                    None
                }
            },
            None => self.of_others(sys),
        };
        if let (None, Some(fault)) = (choice, self.faults.last())
            && self.misfit.borrow().is_none()
        {
            let why = format!("cannot happen: the run is over after {} steps", self.steps);
            *self.misfit.borrow_mut() = Some(Misfit { fault: fault.clone(), why, instead: Vec::new() });
        }
        self.steps += u64::from(choice.is_some());
        choice
    }

    fn runs_on(&self) -> bool {
        self.faults.is_empty() && self.others.runs_on()
    }
}
