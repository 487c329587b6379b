//! What was typed, and the run of it. Everything is run again from the start after each input: the deterministic run makes the
//! same steps, so what is new is what comes behind them.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::base::{Prng, Source};
use crate::calculus::term::{FnId, Slot};
use crate::calculus::{Path, Program, Stmt};
use crate::diagnostic::Diagnostic;
use crate::elaborate::compile;
use crate::semantics::focus::Choice;
use crate::semantics::schedule::{self, End, Fifo, Observer};
use crate::semantics::settings::Settings;
use crate::semantics::stack::{Label, Stack};
use crate::semantics::step;
use crate::semantics::system::System;
use crate::syntax::open;
use crate::trace::event::Step;
use crate::trace::record::{Detail, Recorder};

/// An input that makes more steps than these is taken to go on for ever.
pub const MOST: u64 = 100_000;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The declarations, each with what it declares.
    items: Vec<(String, String)>,
    /// The body of main.
    body: Vec<String>,
    /// How many expressions were given a name.
    named: usize,
}

impl Typed {
    /// With one more input; if it is an expression, the name that its value has.
    pub fn with(&self, input: &str) -> (Typed, Option<String>) {
        let mut typed = self.clone();
        let input = input.trim();
        if let Some(what) = open::declared(input) {
            let entry = (what, input.to_owned());
            match typed.items.iter_mut().find(|(own, _)| *own == entry.0) {
                Some(own) => *own = entry,
                None => typed.items.push(entry),
            }
            return (typed, None);
        }
        if open::is_statement(input) {
            typed.body.push(input.to_owned());
            return (typed, None);
        }
        let name = format!("it{}", typed.named);
        typed.named += 1;
        typed.body.push(format!("let {name} = {input};"));
        (typed, Some(name))
    }

    /// With everything that a program declares, but its main.
    pub fn with_items(&self, source: &Source) -> Typed {
        let tree = crate::syntax::parse(source).0;
        let mut typed = self.clone();
        for item in tree.iter().flat_map(|tree| &tree.items) {
            let text = source.slice(item.span);
            if open::declared(text).as_deref() != Some("fn main") {
                typed = typed.with(text).0;
            }
        }
        typed
    }

    /// The whole program.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (_, item) in &self.items {
            text += item;
            text += "\n\n";
        }
        text += "async fn main() {\n";
        for line in self.body.iter().flat_map(|stmt| stmt.lines()) {
            text += &format!("    {line}\n");
        }
        text + "}\n"
    }
}

/// What was typed, run as far as main goes.
pub struct Ran {
    /// The text of the program.
    pub source: Source,
    /// Σ where main has come to the end of what was typed, or can go no further.
    pub sys: System,
    /// Every step.
    pub steps: Vec<Step>,
    /// How it came to an end.
    pub ending: Ending,
}

/// How a run of what was typed ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// main waits for more.
    Waits,
    /// main has failed, or the program diverged.
    Over,
    /// main is parked, and nothing else can happen.
    Stuck,
    /// It made too many steps.
    Endless,
}

/// Runs what was typed.
///
/// # Errors
/// What is wrong with it, and its text.
pub fn run(typed: &Typed, seed: u64) -> Result<Ran, (Vec<Diagnostic>, Source)> {
    let source = Source::new("repl", typed.text());
    let (program, mut diagnostics) = compile(&source);
    let Some(program) = program.map(Arc::new) else {
        diagnostics.retain(Diagnostic::is_error);
        return Err((diagnostics, source));
    };
    let mut sys = System::start(program.clone(), Arc::new(Settings::run()));
    let mut steps = Vec::new();
    let mut sink = |_: &System, step: Step| {
        steps.push(step);
        ControlFlow::Continue(())
    };
    let mut recorder = Recorder::new(&source, Detail::All, &mut sink);
    let mut before_end = BeforeEnd { main: program.main, recorder: &mut recorder };
    let run = schedule::run_observed(&mut sys, &mut Fifo::new(Prng::new(seed)), MOST, &mut before_end);
    sys.effects = None;
    let over = sys.diverged.is_some() || !sys.promise(Path::MAIN).is_pending();
    let ending = match run.end {
        End::Stopped => Ending::Waits,
        End::Limit => Ending::Endless,
        End::Final if over => Ending::Over,
        End::Final => Ending::Stuck,
    };
    Ok(Ran { source, sys, steps, ending })
}

impl Ran {
    /// The number of steps that are those of `before`, whatever line they stand on.
    pub fn shared(&self, before: &[Step]) -> usize {
        let same = |(one, other): &(&Step, &Step)| {
            (&one.rule, &one.execution, &one.text) == (&other.rule, &other.execution, &other.text)
        };
        self.steps.iter().zip(before).take_while(same).count()
    }

    /// The steps that may be taken, but for the one by which main would return.
    pub fn enabled(&mut self) -> Vec<Choice> {
        let enabled = step::enabled(&mut self.sys);
        let Some(main) = self.sys.program.main else { return enabled };
        let sys = &self.sys;
        let ends = |choice: &Choice| {
            let stack = choice.focus.stack().and_then(|id| sys.stacks.get(id.0 as usize));
            stack.is_some_and(|stack| is_at_end(&sys.program, stack, main))
        };
        enabled.into_iter().filter(|choice| !ends(choice)).collect()
    }

    /// The value of a local of main, where main waits for more.
    pub fn local(&self, name: &str) -> Option<String> {
        let program = &self.sys.program;
        let main = program.main?;
        let slot = program.function(main).slots.iter().position(|own| own == name)?;
        let stack =
            self.sys.ready.iter().map(|id| &self.sys.stacks[id.0 as usize]).find(|s| is_at_end(program, s, main))?;
        let value = stack.local(Slot(slot as u32));
        Some(self.sys.naming().quoted(value))
    }
}

/// Whether a stack stands where main would return because nothing more was typed.
fn is_at_end(program: &Program, stack: &Stack, main: FnId) -> bool {
    let top = stack.top();
    let last = top.pc.0 + 1 == program.function(main).end.0 && matches!(stack.stmt(program), Stmt::Return { .. });
    top.f == main && top.label == Label::Body && last && stack.raising.is_none()
}

/// Ends a run before main returns.
struct BeforeEnd<'a, 'r> {
    main: Option<FnId>,
    recorder: &'a mut Recorder<'r>,
}

impl Observer for BeforeEnd<'_, '_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        let stack = choice.focus.stack().and_then(|id| sys.stacks.get(id.0 as usize));
        if let (Some(stack), Some(main)) = (stack, self.main)
            && is_at_end(&sys.program, stack, main)
        {
            return ControlFlow::Break(());
        }
        self.recorder.before(sys, choice)
    }

    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.recorder.after(sys, choice)
    }
}
