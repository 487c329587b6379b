//! One run: its steps, what it comes to see, and the first thing that is wrong with it.

use super::plan::{Plan, Strategy};
use crate::base::{Prng, Span};
use crate::calculus::Names;
use crate::calculus::term::{Property, PropertyKind};
use crate::explore::property;
use crate::explore::report::{Coverage, Kind, Progress, Reductions, Report, Violation, Way};
use crate::semantics::focus::{Choice, Focus};
use crate::semantics::outcome::outcome;
use crate::semantics::rule::{Family, Fault};
use crate::semantics::rules::sequential;
use crate::semantics::schedule::{self, Actor, Pct};
use crate::semantics::step;
use crate::semantics::system::System;

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
    /// Every step.
    pub way: Way,
    /// The choices; several steps of `way` may come of one.
    pub decisions: Vec<Decision>,
    /// How many of them were faults.
    pub faults: u64,
    /// What it came to see.
    pub coverage: Coverage,
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
            coverage: self.coverage.clone(),
            reductions: Reductions::NONE,
            names: self.names.clone(),
        }
    }
}

/// Takes one run.
pub struct Walker<'a> {
    plan: &'a Plan<'a>,
    sys: System,
    ran: Ran,
    invariants: bool,
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
    /// A run that has not begun.
    pub fn new(plan: &'a Plan<'a>) -> Walker<'a> {
        let coverage = Coverage::none(&plan.program);
        let (way, decisions, names) = (Vec::new(), Vec::new(), Names::default());
        Walker {
            plan,
            sys: System::start(plan.program.clone(), plan.settings.clone()),
            ran: Ran { wrong: None, cut: false, way, decisions, faults: 0, coverage, names },
            invariants: plan.program.properties.iter().any(|p| p.kind == PropertyKind::Invariant),
        }
    }

    /// The run of this number.
    pub fn random(mut self, run: u64) -> Ran {
        let mut prng = self.plan.prng(run);
        let own = Prng::new(prng.next_u64());
        let mut chooser = match self.plan.strategy {
            Strategy::Uniform => Chooser::Uniform(own),
            Strategy::Pct(depth) => Chooser::Pct(Pct::new(own, depth, self.plan.length)),
        };
        self.look();
        while self.ran.wrong.is_none() {
            let (steps, faults) = self.enabled();
            if steps.is_empty() {
                self.finish();
                break;
            }
            if self.is_cut(self.plan.max_steps) {
                break;
            }
            let choice = fault(&mut prng, self.plan, &faults).unwrap_or_else(|| match &mut chooser {
                Chooser::Uniform(prng) => steps[prng.below(steps.len())],
                Chooser::Pct(pct) => pct.pick(&self.sys, &steps),
            });
            self.take(choice);
        }
        self.end()
    }

    /// The run of these choices, as far as they fit, in a table of names in which they make sense: what does not fit is left
    /// out, and behind the last `tail` chooses among the steps, not the faults, until the run ends or is `max_steps` long.
    pub fn guided(mut self, names: &Names, decisions: &[Decision], mut tail: Tail, max_steps: u64) -> Ran {
        self.sys.names = names.clone();
        self.look();
        let mut decisions = decisions.iter();
        while self.ran.wrong.is_none() {
            let (steps, faults) = self.enabled();
            if steps.is_empty() && decisions.as_slice().is_empty() {
                self.finish();
                break;
            }
            if self.is_cut(max_steps) {
                break;
            }
            let all = || steps.iter().chain(&faults);
            let wanted = decisions.next().map(|(actor, alternative)| {
                let own = || all().filter(|choice| Actor::of(&self.sys, choice) == *actor);
                own().find(|choice| self::alternative(choice) == *alternative).or_else(|| own().next()).copied()
            });
            match wanted {
                Some(Some(choice)) => self.take(choice),
                Some(None) => {}
                None => {
                    let last = self.ran.decisions.last().map(|(actor, _)| *actor);
                    let choice = tail.pick(&self.sys, &steps, last);
                    self.take(choice);
                }
            }
        }
        self.end()
    }

    fn end(mut self) -> Ran {
        self.ran.names = std::mem::take(&mut self.sys.names);
        self.ran
    }

    /// Whether no step more may be taken.
    fn is_cut(&mut self, max_steps: u64) -> bool {
        self.ran.cut = self.ran.way.len() as u64 >= max_steps;
        self.ran.cut
    }

    /// What is enabled: steps, and faults that the budget pays.
    fn enabled(&mut self) -> (Vec<Choice>, Vec<Choice>) {
        step::enabled(&mut self.sys).into_iter().partition(|choice| choice.rule.fault.is_none())
    }

    /// Takes the step. A stack first takes those that nobody else can see: so no other step is between them, and none is
    /// taken that the run can do without.
    fn take(&mut self, choice: Choice) {
        self.ran.decisions.push((Actor::of(&self.sys, &choice), alternative(&choice)));
        self.ran.faults += u64::from(choice.rule.fault.is_some());
        let Focus::Stack(id) = choice.focus else { return self.fire(choice) };
        let left = self.plan.max_steps.saturating_sub(self.ran.way.len() as u64);
        let Ran { way, coverage, .. } = &mut self.ran;
        let steps = schedule::run_local(&mut self.sys, id, left, &mut |at, rule| {
            way.push(Choice { rule, focus: choice.focus });
            coverage.statements[at.0 as usize] = true;
            coverage.rules.insert(rule.name);
        });
        match step::enabled_at(&mut self.sys, id).as_slice() {
            _ if steps == 0 => self.fire(choice),
            [only] if only.focus == choice.focus => self.fire(*only),
            _ => {}
        }
    }

    fn fire(&mut self, choice: Choice) {
        self.ran.coverage.see(&self.sys, choice);
        let at = choice.focus.stack().map(|id| self.sys.stacks[id.0 as usize].top().pc);
        if let Err(premise) = step::fire(&mut self.sys, choice) {
            panic!("{choice:?} is enabled, and {} refuses it", premise.text);
        }
        #[cfg(debug_assertions)]
        crate::semantics::invariant::check(&self.sys);
        self.ran.way.push(choice);
        if choice.rule == &sequential::ASSERT_ERROR
            && let Some(at) = at
        {
            let span = self.plan.program.span(at);
            let name = format!("assert:{}", self.plan.source.place(span.start).line);
            self.wrong(Wrong { name, kind: Kind::Assert, span: Some(span), error: None });
        }
        // Properties see cells and the result of main; of what a frame does by itself only Write changes them.
        if choice.rule.family != Family::Sequential || choice.rule == &sequential::WRITE {
            self.look();
        }
    }

    /// Evaluates the invariants; inside atomic nobody looks.
    fn look(&mut self) {
        if self.invariants && !property::is_hidden(&self.sys) {
            self.properties(PropertyKind::Invariant, Kind::Invariant);
        }
    }

    /// Σ is final.
    fn finish(&mut self) {
        let kind = Kind::of_ending(&outcome(&self.sys).result);
        if kind != Some(Kind::Diverged) {
            self.properties(PropertyKind::Finally, Kind::Finally);
        }
        if let Some(kind) = kind {
            self.wrong(Wrong { name: kind.name().to_owned(), kind, span: None, error: None });
        }
    }

    fn properties(&mut self, of: PropertyKind, kind: Kind) {
        for (i, verdict) in property::broken(&mut self.sys, of, &mut self.ran.coverage) {
            let Property { name, span, .. } = self.plan.program.properties[i].clone();
            self.wrong(Wrong { name, kind, span: Some(span), error: verdict.error() });
        }
    }

    /// Only the first thing that is wrong counts.
    fn wrong(&mut self, wrong: Wrong) {
        if self.ran.wrong.is_none() && !self.plan.allowed.contains(&wrong.kind) {
            self.ran.wrong = Some(wrong);
        }
    }
}

fn alternative(choice: &Choice) -> Option<u32> {
    match choice.focus {
        Focus::Alternative(_, i) => Some(i),
        _ => None,
    }
}

/// The fault that chance lets happen now, if any: each kind at its rate, and of a kind any.
fn fault(prng: &mut Prng, plan: &Plan<'_>, faults: &[Choice]) -> Option<Choice> {
    [Fault::Crash, Fault::Suspicion, Fault::Loss, Fault::Duplicate].into_iter().find_map(|kind| {
        let own: Vec<&Choice> = faults.iter().filter(|choice| choice.rule.fault == Some(kind)).collect();
        // 53 bits make a number in 0..1 exactly.
        let happens = !own.is_empty() && ((prng.next_u64() >> 11) as f64) < plan.rates.of(kind) * (1_u64 << 53) as f64;
        happens.then(|| *own[prng.below(own.len())])
    })
}
