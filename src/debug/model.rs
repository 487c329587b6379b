//! What the stepper shows, and how an action changes it: a function from model and action to model.

use super::action::{Action, Jump, Pane};
use super::timeline::{First, Timeline};
use crate::render::why::{self, PLACES, Why};
use crate::semantics::catalogue::{self, CATALOGUE};
use crate::semantics::focus::Choice;
use crate::semantics::rule::Rule;
use crate::semantics::step;
use crate::semantics::system::System;
use crate::trace::choice::{self, ChoiceName};
use crate::trace::event::Step;
use crate::trace::record::is_quiet;
use crate::trace::schedule::Schedule;

/// A run goes on for so many steps where somebody leaves it for another one.
pub const AHEAD: usize = 10_000;

/// Lines that a page is.
const PAGE: i32 = 5;

/// What the keyboard is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Mode {
    /// Walking.
    Walk,
    /// The help is shown.
    Help,
    /// A text to search for is typed.
    Search(String),
    /// The name of a rule is typed.
    Why(String),
    /// Why that rule does not fire is shown.
    Answer(Answer),
}

/// What a rule says at the places that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The rule.
    pub rule: &'static Rule,
    /// The first places, those where it may fire before the others.
    pub shown: Vec<Why>,
    /// How many places more there are.
    pub more: usize,
}

/// The stepper.
#[derive(Clone)]
pub struct Model {
    /// The run.
    pub timeline: Timeline,
    /// How many of its steps are taken.
    pub at: usize,
    /// Σ there.
    pub sys: System,
    /// What may happen next.
    pub enabled: Vec<Choice>,
    /// The names of that.
    pub names: Vec<ChoiceName>,
    /// Which of it is selected; at first the one that the run goes on with.
    pub selected: usize,
    /// The premises of that, with what their letters stand for.
    pub why: Option<Why>,
    /// The pane that the arrows move.
    pub focus: Pane,
    /// Whether it has the screen to itself.
    pub zoom: bool,
    /// By how many lines the text of each pane was moved, in the order of [`Pane::ALL`].
    pub scroll: [i32; Pane::ALL.len()],
    /// What the keyboard is for.
    pub mode: Mode,
    /// What was searched for last.
    pub search: String,
    /// What became of the last action, where that is not plain to see.
    pub message: String,
    /// Somebody has to write this down.
    pub to_save: Option<Schedule>,
    /// It is over.
    pub quit: bool,
}

impl Model {
    /// The start of a run.
    pub fn new(timeline: Timeline) -> Model {
        let sys = timeline.state(0);
        let model = Model {
            timeline,
            at: 0,
            sys,
            enabled: Vec::new(),
            names: Vec::new(),
            selected: 0,
            why: None,
            focus: Pane::Next,
            zoom: false,
            scroll: [0; Pane::ALL.len()],
            mode: Mode::Walk,
            search: String::new(),
            message: String::new(),
            to_save: None,
            quit: false,
        };
        model.goto(0)
    }

    /// The choice that the run goes on with, where it goes on.
    pub fn taken(&self) -> Option<usize> {
        let next = self.timeline.choice(self.at)?;
        self.enabled.iter().position(|choice| *choice == next)
    }

    /// The step taken last.
    pub fn last(&self) -> Option<&Step> {
        self.timeline.steps().get(self.at.checked_sub(1)?)
    }

    /// What is wrong here.
    pub fn wrong(&self) -> Vec<&str> {
        let here = self.timeline.wrongs().iter().filter(|wrong| wrong.after == self.at);
        here.map(|wrong| wrong.what.as_str()).collect()
    }

    /// The selected choice.
    pub fn choice(&self) -> Option<Choice> {
        self.enabled.get(self.selected).copied()
    }

    /// By how many lines the text of a pane was moved.
    pub fn scrolled(&self, pane: Pane) -> i32 {
        Pane::ALL.iter().position(|own| *own == pane).map_or(0, |at| self.scroll[at])
    }

    /// What an action makes of it.
    pub fn update(mut self, action: Action) -> Model {
        if action != Action::Quit && !matches!(action, Action::Saved(_)) {
            self.message.clear();
        }
        match (self.mode.clone(), action) {
            (_, Action::Quit) => Model { quit: true, ..self },
            (_, Action::Saved(result)) => self.saved(result),
            (Mode::Search(text), action) => self.searching(text, action),
            (Mode::Why(text), action) => self.asking(text, action),
            (Mode::Help | Mode::Answer(_), action) => self.reading(action),
            (Mode::Walk, action) => self.walking(action),
        }
    }

    fn saved(self, result: Result<String, String>) -> Model {
        let message = match result {
            Ok(file) => format!("saved as {file}; again: lacuna replay, or lacuna step"),
            Err(why) => why,
        };
        Model { message, to_save: None, ..self }
    }

    fn walking(self, action: Action) -> Model {
        let (focus, selected) = (self.focus, self.selected);
        match action {
            Action::Forward(jump) => self.forward(jump),
            Action::Back(jump) => self.back(jump),
            Action::Goto(at) => self.goto(at),
            Action::Up if focus == Pane::Next => self.select(selected.saturating_sub(1)),
            Action::Down if focus == Pane::Next => self.select(selected.saturating_add(1)),
            Action::Up => self.scroll_by(focus, -1),
            Action::Down => self.scroll_by(focus, 1),
            Action::Select(at) => Model { focus: Pane::Next, ..self.select(at) },
            Action::Take => self.take(),
            Action::NextPane => self.pane(1),
            Action::PreviousPane => self.pane(Pane::ALL.len() - 1),
            Action::Focus(focus) => Model { focus, ..self },
            Action::Scroll(pane, lines) => self.scroll_by(pane, lines),
            Action::Page(by) => self.scroll_by(focus, by * PAGE),
            Action::Zoom => Model { zoom: !self.zoom, ..self },
            Action::Search => Model { mode: Mode::Search(String::new()), ..self },
            Action::Why => Model { mode: Mode::Why(String::new()), ..self },
            Action::Save => Model { to_save: Some(self.timeline.schedule(self.at)), ..self },
            Action::Help => Model { mode: Mode::Help, ..self },
            Action::Escape => Model { zoom: false, ..self },
            Action::Type(_) | Action::Erase | Action::Enter | Action::Saved(_) | Action::Quit => self,
        }
    }

    /// The state after `at` steps, with what may happen there.
    fn goto(mut self, at: usize) -> Model {
        self.at = at.min(self.timeline.len());
        self.sys = self.timeline.state(self.at);
        self.enabled = step::enabled(&mut self.sys);
        self.names = choice::names(&self.sys, &self.enabled);
        let taken = self.taken().unwrap_or(0);
        self.select(taken)
    }

    fn forward(self, jump: Jump) -> Model {
        if jump == Jump::Step && self.at == self.timeline.len() {
            return self.take();
        }
        let steps = self.timeline.len();
        let found = match jump {
            Jump::Step => Some(self.at + 1),
            Jump::Limit => Some(steps),
            Jump::Wrong => self.timeline.wrongs().iter().map(|wrong| wrong.after).find(|after| *after > self.at),
            Jump::Visible | Jump::Fault | Jump::Match => (self.at + 1..steps).find(|at| self.is(jump, *at)),
        };
        self.arrive(jump, found, "behind here")
    }

    fn back(self, jump: Jump) -> Model {
        let found = match jump {
            Jump::Step => self.at.checked_sub(1),
            Jump::Limit => Some(0),
            Jump::Wrong => self.timeline.wrongs().iter().rev().map(|wrong| wrong.after).find(|after| *after < self.at),
            Jump::Visible | Jump::Fault | Jump::Match => (0..self.at).rev().find(|at| self.is(jump, *at)),
        };
        self.arrive(jump, found, "before here")
    }

    fn arrive(self, jump: Jump, found: Option<usize>, side: &str) -> Model {
        let what = match jump {
            Jump::Step | Jump::Limit => String::from("no step"),
            Jump::Visible => String::from("no step that a trace shows"),
            Jump::Fault => String::from("no fault"),
            Jump::Wrong => String::from("nothing wrong"),
            Jump::Match if self.search.is_empty() => String::from("nothing was searched for: press /"),
            Jump::Match => format!("no {:?}", self.search),
        };
        match found {
            Some(at) => self.goto(at),
            None => Model { message: format!("{what} {side}"), ..self },
        }
    }

    /// Whether the step after `at` others is one to jump to.
    fn is(&self, jump: Jump, at: usize) -> bool {
        let Some(choice) = self.timeline.choice(at) else { return false };
        match jump {
            Jump::Visible => !is_quiet(choice.rule),
            Jump::Fault => choice.rule.fault.is_some(),
            Jump::Match => self.timeline.steps().get(at).is_some_and(|step| matches(step, &self.search)),
            Jump::Step | Jump::Wrong | Jump::Limit => false,
        }
    }

    fn select(mut self, at: usize) -> Model {
        self.scroll = [0; Pane::ALL.len()]; // It is another figure.
        self.selected = at.min(self.enabled.len().saturating_sub(1));
        let source = self.timeline.source();
        self.why = self.choice().map(|choice| why::why(&mut self.sys, source, choice.rule, choice.focus));
        self
    }

    /// Takes the selected choice. Where the run goes on with another one, or ends here, it is left: behind the choice the
    /// first step that is enabled is taken, again and again.
    fn take(mut self) -> Model {
        let Some(choice) = self.choice() else {
            let message = String::from("nothing can happen any more: ← goes back");
            return Model { message, ..self };
        };
        if self.timeline.choice(self.at) != Some(choice) {
            let left = self.timeline.len() - self.at;
            self.timeline.branch(self.at, choice);
            self.timeline.extend(&mut First, AHEAD);
            if left > 0 {
                self.message = format!("another run from here: {} steps more", self.timeline.len() - self.at);
            }
        }
        let next = self.at + 1;
        self.goto(next)
    }

    fn pane(self, by: usize) -> Model {
        let at = Pane::ALL.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        Model { focus: Pane::ALL[(at + by) % Pane::ALL.len()], ..self }
    }

    fn scroll_by(mut self, pane: Pane, lines: i32) -> Model {
        if let Some(at) = Pane::ALL.iter().position(|own| *own == pane) {
            let to = self.scroll[at].saturating_add(lines);
            // Source and trace stand around a place in their middle; the others begin at their first line.
            let around = matches!(pane, Pane::Source | Pane::Trace);
            self.scroll[at] = if around { to } else { to.max(0) };
        }
        self
    }

    fn searching(self, text: String, action: Action) -> Model {
        match edit(text, &action) {
            Some(text) => Model { mode: Mode::Search(text), ..self },
            None => match (self.mode.clone(), action) {
                (Mode::Search(search), Action::Enter) => {
                    Model { mode: Mode::Walk, search, ..self }.forward(Jump::Match)
                }
                _ => Model { mode: Mode::Walk, ..self },
            },
        }
    }

    fn asking(mut self, text: String, action: Action) -> Model {
        if let Some(text) = edit(text.clone(), &action) {
            return Model { mode: Mode::Why(text), ..self };
        }
        if action != Action::Enter {
            return Model { mode: Mode::Walk, ..self };
        }
        match rule_of(&text) {
            Some(rule) => {
                let mut shown = why::everywhere(&mut self.sys, self.timeline.source(), rule);
                let more = shown.len().saturating_sub(PLACES);
                shown.truncate(PLACES);
                Model { mode: Mode::Answer(Answer { rule, shown, more }), ..self }
            }
            None => Model { mode: Mode::Walk, message: format!("there is no rule {text}"), ..self },
        }
    }

    /// Any key closes what is being read, but those that move it.
    fn reading(self, action: Action) -> Model {
        match action {
            Action::Up => self.scroll_by(Pane::Next, -1),
            Action::Down => self.scroll_by(Pane::Next, 1),
            Action::Scroll(_, lines) => self.scroll_by(Pane::Next, lines),
            Action::Page(by) => self.scroll_by(Pane::Next, by * PAGE),
            _ => Model { mode: Mode::Walk, scroll: [0; Pane::ALL.len()], ..self },
        }
    }
}

/// The text after a letter was typed or erased; `None` for any other action.
fn edit(mut text: String, action: &Action) -> Option<String> {
    match action {
        Action::Type(letter) => text.push(*letter),
        Action::Erase => {
            text.pop();
        }
        _ => return None,
    }
    Some(text)
}

/// The rule of this name, or the first whose name begins like this.
pub fn rule_of(text: &str) -> Option<&'static Rule> {
    let begins = |rule: &&&'static Rule| rule.name.to_lowercase().starts_with(&text.to_lowercase());
    match text {
        "" => None,
        _ => catalogue::find(text).or_else(|| CATALOGUE.iter().find(begins).copied()),
    }
}

/// Whether a step has this in its rule, its node, its execution or its text; upper and lower case are one.
fn matches(step: &Step, search: &str) -> bool {
    let search = search.to_lowercase();
    let parts = [Some(step.rule.clone()), step.node.clone(), step.execution_name(), Some(step.text.clone())];
    !search.is_empty() && parts.into_iter().flatten().any(|part| part.to_lowercase().contains(&search))
}
