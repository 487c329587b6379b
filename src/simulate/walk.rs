//! One run: its steps, what it comes to see, and the first thing that is wrong with it.

use std::ops::ControlFlow;

use smallvec::SmallVec;

use super::hold::Holding;
use super::partition::Cuts;
use super::plan::{Plan, Strategy, happens};
use super::watch::{Glance, Watch};
use crate::base::{Prng, Span};
use crate::calculus::term::{CellId, Property, PropertyKind};
use crate::calculus::{Names, NodeId, Stmt, Target};
use crate::explore::property::{self, Verdict};
use crate::explore::report::{Coverage, Kind, Progress, Reductions, Report, Violation, Way};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::invariant;
use crate::semantics::outcome::ending;
use crate::semantics::rule::Fault;
use crate::semantics::schedule::{self, Actor, Pct, Turns};
use crate::semantics::step;
use crate::semantics::system::{StackId, System};

/// A choice of a run, by who takes it; of who has alternatives, which.
pub type Decision = (Actor, Option<u32>);

/// What is wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// A property's name, `assert:LINE`, or the kind's.
    pub name: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Where it stands in the program, if it stands somewhere.
    pub span: Option<Span>,
    /// The error that the property's evaluation raised, if it did.
    pub error: Option<String>,
}

/// A run that was taken.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The first thing that is wrong with it; it ends there.
    pub wrong: Option<Wrong>,
    /// It reached the limit of steps before its end.
    pub cut: bool,
    /// How many steps it took.
    pub steps: u64,
    /// Every step, unless nobody wants to know.
    pub way: Way,
    /// The choices, likewise; several steps of `way` may come of one.
    pub decisions: Vec<Decision>,
    /// How often somebody was asked to choose, in a random run: not where only one stack had a step.
    pub choices: u64,
    /// How many of the choices were faults.
    pub faults: u64,
    /// The partitions.
    pub cuts: Cuts,
    /// The names that it gave: the paths in its ways and choices are numbers in this table.
    pub names: Names,
}

impl Ran {
    /// What is wrong with it as the report of a search that found only this.
    pub fn report(&self) -> Report {
        let violation = self.wrong.clone().map(|Wrong { name, kind, span, error }| Violation {
            name,
            kind,
            span,
            error,
            way: self.way.clone(),
            repeats_from: None,
        });
        Report {
            outcomes: Vec::new(),
            violations: violation.into_iter().collect(),
            progress: Progress::default(),
            cut: Vec::new(),
            coverage: Coverage::default(),
            reductions: Reductions::NONE,
            asymmetries: Vec::new(),
            names: self.names.clone(),
        }
    }
}

/// Takes one run.
pub struct Walker<'a> {
    plan: &'a Plan<'a>,
    watch: &'a mut Watch,
    sys: System,
    ran: Ran,
    /// Steps, at most.
    limit: u64,
    /// Whether steps are taken together while there is nothing to choose.
    runs_on: bool,
    /// Whether steps and choices are kept.
    keeps: bool,
    /// Whether something happened inside atomic that an invariant reads.
    unseen: bool,
}

/// Who chooses in a random run.
enum Chooser {
    Uniform(Prng),
    Pct(Pct),
}

/// Who chooses behind the last choice of a guided run.
pub enum Tail {
    /// The first step that is enabled is taken.
    First,
    /// The quiet phase begins.
    Quiet,
    /// Whoever took the last step goes on three times out of four; else any step is as likely as any other.
    Chance(Prng),
}

impl Tail {
    /// One of these steps, of which there is at least one; `last` has taken the one before.
    fn pick(&mut self, sys: &System, steps: &[Choice], last: Option<Actor>) -> Choice {
        let Tail::Chance(prng) = self else { return steps[0] };
        let own: Vec<&Choice> = steps.iter().filter(|choice| Some(Actor::of(sys, choice)) == last).collect();
        if !own.is_empty() && prng.below(4) > 0 { *own[prng.below(own.len())] } else { steps[prng.below(steps.len())] }
    }
}

impl<'a> Walker<'a> {
    /// A run that has not begun, and who watches it.
    pub fn new(plan: &'a Plan<'a>, watch: &'a mut Watch) -> Walker<'a> {
        let (way, decisions, names) = (Vec::new(), Vec::new(), Names::default());
        let sys = watch.start(&plan.program, &plan.settings);
        Walker {
            plan,
            watch,
            sys,
            ran: Ran {
                wrong: None,
                cut: false,
                steps: 0,
                way,
                decisions,
                choices: 0,
                faults: 0,
                cuts: Cuts::default(),
                names,
            },
            limit: plan.max_steps,
            runs_on: true,
            keeps: true,
            unseen: false,
        }
    }

    /// The run, of which nobody wants to know more than how it ends.
    pub fn forgetful(self) -> Self {
        Walker { keeps: false, ..self }
    }

    /// The run of this number.
    pub fn random(mut self, run: u64) -> Ran {
        let mut prng = self.plan.prng(run);
        let own = Prng::new(prng.next_u64());
        let mut chooser = match self.plan.strategy {
            Strategy::Uniform => Chooser::Uniform(own),
            Strategy::Pct(depth) => Chooser::Pct(Pct::new(own, depth, self.plan.length)),
        };
        let mut holding = Holding::new(&self.plan.holds, Prng::new(prng.clone().next_u64()));
        let mut enabled = Vec::new();
        self.look(None);
        while self.ran.wrong.is_none() {
            let count = step::enabled_roughly(&mut self.sys, &self.watch.usual, &mut enabled);
            let (steps, faults) = enabled.split_at(count);
            if steps.is_empty() {
                self.finish();
                break;
            }
            if self.is_cut() {
                holding.iter_mut().for_each(Holding::heal);
                self.quiet_phase();
                break;
            }
            self.ran.choices += 1;
            let free = holding.as_mut().map(|holding| holding.let_through(&self.sys, steps));
            let steps = free.as_deref().unwrap_or(steps);
            let choice = fault(&mut prng, self.plan, faults).unwrap_or_else(|| match &mut chooser {
                Chooser::Uniform(prng) => steps[prng.below(steps.len())],
                Chooser::Pct(pct) => pct.pick(&self.sys, steps),
            });
            self.take(choice);
        }
        self.ran.cuts = holding.map(|holding| holding.cuts).unwrap_or_default();
        self.end()
    }

    /// The run of these choices, as far as they fit, in a table of names in which they make sense: what does not fit is left
    /// out, and behind the last `tail` chooses among the steps, not the faults, until the run ends or is `max_steps` long.
    pub fn guided(mut self, names: &Names, decisions: &[Decision], mut tail: Tail, max_steps: u64) -> Ran {
        self.sys.names = names.clone();
        self.limit = max_steps;
        self.look(None);
        let mut decisions = decisions.iter();
        while self.ran.wrong.is_none() {
            let enabled = step::enabled(&mut self.sys);
            let (steps, _) = split(&enabled);
            if steps.is_empty() && decisions.as_slice().is_empty() {
                self.finish();
                break;
            }
            let at_the_tail = decisions.as_slice().is_empty() && matches!(tail, Tail::Quiet);
            if self.is_cut() || at_the_tail {
                self.quiet_phase();
                break;
            }
            let wanted = decisions.next().map(|(actor, alternative)| {
                let own = || enabled.iter().filter(|choice| Actor::of(&self.sys, choice) == *actor);
                own().find(|choice| self::alternative(choice) == *alternative).or_else(|| own().next()).copied()
            });
            match wanted {
                Some(Some(choice)) => {
                    self.runs_on = decisions.as_slice().is_empty() && !matches!(tail, Tail::Quiet);
                    self.take(choice);
                }
                Some(None) => {}
                None => {
                    let last = self.ran.decisions.last().map(|(actor, _)| *actor);
                    let choice = tail.pick(&self.sys, steps, last);
                    self.runs_on = true;
                    self.take(choice);
                }
            }
        }
        self.end()
    }

    /// Goes on without faults, by turns, where the plan asks for it. Of a run that does not end there the choices of this phase
    /// are not kept: they follow from what is before them.
    fn quiet_phase(&mut self) {
        let Some(most) = self.plan.quiet else { return };
        let choices = self.ran.decisions.len();
        let mut turns = Turns::new(Prng::new(0));
        self.limit = (self.ran.steps).saturating_add(most);
        self.runs_on = true;
        while self.ran.wrong.is_none() {
            let enabled = step::enabled(&mut self.sys);
            let (steps, _) = split(&enabled);
            if steps.is_empty() {
                self.finish();
                break;
            }
            if self.is_cut() {
                let kind = Kind::Unfinished;
                self.wrong(Wrong { name: kind.name().to_owned(), kind, span: None, error: None });
                break;
            }
            let choice = turns.pick(&self.sys, steps);
            self.take(choice);
        }
        self.ran.cut = false;
        if self.ran.wrong.as_ref().is_some_and(|wrong| wrong.kind == Kind::Unfinished) {
            self.ran.decisions.truncate(choices);
        }
    }

    /// The names of a run of which nobody wants to know more are needed as little as the rest of its Σ.
    fn end(mut self) -> Ran {
        if self.keeps {
            self.ran.names = std::mem::take(&mut self.sys.names);
        }
        self.watch.give_back(self.sys);
        self.ran
    }

    /// Whether no step more may be taken.
    fn is_cut(&mut self) -> bool {
        self.ran.cut = self.ran.steps >= self.limit;
        self.ran.cut
    }

    /// Takes the step, and those behind it as long as there is nothing to choose. A stack first takes those that nobody else
    /// can see: so no other step is between them, and none is taken that the run can do without.
    fn take(&mut self, choice: Choice) {
        if let Focus::Stack(id) = choice.focus {
            self.burst(id);
        } else {
            if self.keeps {
                self.ran.decisions.push((Actor::of(&self.sys, &choice), alternative(&choice)));
            }
            self.ran.faults += u64::from(choice.rule.fault.is_some());
            self.fire(choice);
        }
        while self.runs_on && self.ran.wrong.is_none() && self.take_only() {}
    }

    /// Lets the only stack that may step go on, if nothing else can happen; whether it took any.
    fn take_only(&mut self) -> bool {
        let is_alone = self.sys.ready.len() == 1 && schedule::is_alone(&self.sys);
        if !is_alone && !schedule::is_in_line(&self.sys) {
            return false;
        }
        for at in 0..self.sys.ready.len() {
            let id = self.sys.ready[at];
            let stack = &self.sys.stacks[id.0 as usize];
            if self.sys.turn(stack.node).is_some_and(|turn| turn != id) {
                continue;
            }
            let chooses = stack.raising.is_none() && matches!(stack.stmt(&self.sys.program), Stmt::Choose { .. });
            if chooses {
                return false;
            }
            if self.burst(id) {
                return true;
            }
        }
        false
    }

    /// Lets a stack go on up to the first step that others can see, or farther while nobody else has a step; whether it took
    /// any. Each step that others can see is a choice of its own in either case, so that it stays one where others step too.
    fn burst(&mut self, id: StackId) -> bool {
        let stack = &self.sys.stacks[id.0 as usize];
        let (actor, node) = (self.keeps.then(|| Actor::of_stack(stack)), stack.node);
        let Walker { plan, watch, sys, ran: Ran { steps, way, decisions, .. }, limit, runs_on, unseen, .. } = self;
        let unseen = *unseen;
        let left = limit.saturating_sub(*steps);
        let mut last = None;
        schedule::run_burst(sys, id, left, |sys, at, rule| {
            if let Some(actor) = actor {
                if last.is_none_or(|(_, before): (_, Glance)| !before.is_local) {
                    decisions.push((actor, None));
                }
                way.push(Choice { rule, focus: Focus::Stack(id) });
            }
            *steps += 1;
            let glance = watch.see(&plan.program, at, rule);
            last = Some((at, glance));
            let told = watch.is_looked_at(glance, Some(node), unseen);
            match !told && (glance.is_local || (*runs_on && schedule::is_alone(sys))) {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        });
        if let Some((at, glance)) = last {
            self.behind(glance, Some((at, node)));
        }
        last.is_some()
    }

    fn fire(&mut self, choice: Choice) {
        let glance = self.watch.see_choice(&self.sys, choice);
        if let Err(premise) = invariant::watched(&mut self.sys, choice, |sys| step::fire(sys, choice)) {
            panic!("{choice:?} is enabled, and {} refuses it", premise.text);
        }
        self.ran.steps += 1;
        if self.keeps {
            self.ran.way.push(choice);
        }
        self.behind(glance, None);
    }

    /// Looks behind a step, of a frame at this place in the code of this node.
    fn behind(&mut self, glance: Glance, at: Option<(Target, NodeId)>) {
        if let (Some((at, _)), true) = (at, glance.is_failed()) {
            let span = self.plan.program.span(at);
            let name = format!("assert:{}", self.plan.source.place(span.start).line);
            self.wrong(Wrong { name, kind: Kind::Assert, span: Some(span), error: None });
        } else if self.watch.is_looked_at(glance, at.map(|(_, node)| node), self.unseen) {
            self.look(at.and_then(|(_, node)| glance.written(node)));
        }
    }

    /// Evaluates the invariants that a write of this cell may have made false, or all; inside atomic nobody looks.
    fn look(&mut self, written: Option<(CellId, NodeId)>) {
        if !self.watch.has_invariants() {
            return;
        }
        if property::is_hidden(&self.sys) {
            self.unseen = true;
            return;
        }
        let written = written.filter(|_| !self.unseen);
        self.unseen = false;
        let some: SmallVec<[usize; 8]> = self.watch.invariants(written).collect();
        self.properties(&some, Kind::Invariant);
    }

    /// Σ is final.
    fn finish(&mut self) {
        let kind = Kind::of_ending(&ending(&self.sys));
        if kind != Some(Kind::Diverged) {
            let properties = self.plan.program.properties.iter().enumerate();
            let of_end = properties.filter(|(_, property)| property.kind == PropertyKind::Finally);
            let of_end: SmallVec<[usize; 8]> = of_end.map(|(i, _)| i).collect();
            self.properties(&of_end, Kind::Finally);
        }
        if let Some(kind) = kind {
            self.wrong(Wrong { name: kind.name().to_owned(), kind, span: None, error: None });
        }
    }

    /// Evaluates these properties.
    fn properties(&mut self, some: &[usize], kind: Kind) {
        for i in some {
            let verdict = self.watch.verdict(&mut self.sys, *i);
            if verdict != Verdict::Holds {
                let Property { name, span, .. } = self.plan.program.properties[*i].clone();
                self.wrong(Wrong { name, kind, span: Some(span), error: verdict.error() });
            }
        }
    }

    /// Only the first thing that is wrong counts.
    fn wrong(&mut self, wrong: Wrong) {
        if self.ran.wrong.is_none() && !self.plan.allowed.contains(&wrong.kind) {
            self.ran.wrong = Some(wrong);
        }
    }
}

/// The steps among what is enabled, and the faults that the budget pays.
fn split(enabled: &[Choice]) -> (&[Choice], &[Choice]) {
    enabled.split_at(enabled.partition_point(|choice| choice.rule.fault.is_none()))
}

fn alternative(choice: &Choice) -> Option<u32> {
    match choice.focus {
        Focus::Alternative(_, i) => Some(i),
        _ => None,
    }
}

/// The fault that chance lets happen now, if any: each kind at its rate, and of a kind any.
fn fault(prng: &mut Prng, plan: &Plan<'_>, faults: &[Choice]) -> Option<Choice> {
    if faults.is_empty() {
        return None;
    }
    [Fault::Crash, Fault::Suspicion, Fault::Loss, Fault::Duplicate].into_iter().find_map(|kind| {
        let own: Vec<&Choice> = faults.iter().filter(|choice| choice.rule.fault == Some(kind)).collect();
        let happens = !own.is_empty() && happens(prng, plan.rates.of(kind));
        happens.then(|| *own[prng.below(own.len())])
    })
}
