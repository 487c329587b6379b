//! The smallest program of each rule: it compiles without a warning, its first line says in a sentence what happens, it
//! fires the rule in the run that its `// run:` line asks for, and its trace is the snapshot beside it. One test per rule.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use lacuna::base::Source;
use lacuna::elaborate::compile;
use lacuna::expect::directive;
use lacuna::render::table::Table;
use lacuna::render::{Paint, outcome as render};
use lacuna::semantics::catalogue::CATALOGUE;
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::rule::Rule;
use lacuna::semantics::schedule::{End, run_observed};
use lacuna::semantics::system::System;
use lacuna::trace::event::Step;
use lacuna::trace::record::{Detail, Recorder, is_quiet};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let trials = CATALOGUE.iter().map(|rule| {
        Trial::test(format!("{}::{}", rule.family.folder(), rule.ident.trim_end_matches('_')), move || run(rule))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// More than any of the programs needs.
const STEPS: u64 = 200;

fn run(rule: &'static Rule) -> Result<(), Failed> {
    let first = rule.example.lines().next().unwrap_or_default();
    if !(first.starts_with("// ") && first.ends_with('.')) {
        return Err(format!("the first line is no sentence about what happens: {first}").into());
    }
    let source = Source::new(format!("{}.lac", rule.ident), rule.example);
    let (program, diagnostics) = compile(&source);
    if let Some(diagnostic) = diagnostics.first() {
        return Err(diagnostic.message.clone().into());
    }
    let program = Arc::new(program.ok_or("it does not compile")?);
    let directive = directive::first(rule.example, directive::Kind::Run);
    let request = directive.request(&program).map_err(|wrong| wrong.message)?;

    let table = Table::new(&program, Paint(false));
    let mut text = format!("{}\n{}\n", rule.example, table.head());
    let mut fired = false;
    let mut write = |_: &System, step: Step| {
        fired |= step.rule == rule.name;
        text.push_str(&table.row(&step));
        text.push('\n');
        ControlFlow::Continue(())
    };
    let detail = if is_quiet(rule) { Detail::All } else { Detail::Essential };
    let mut recorder = Recorder::new(&source, detail, &mut write);
    let mut sys = System::start(program, Arc::new(request.settings.clone()));
    let run = run_observed(&mut sys, &mut *request.scheduler(), STEPS, &mut recorder);
    if run.end != End::Final {
        return Err(format!("it is not over after {STEPS} steps").into());
    }
    if !fired {
        return Err(format!("it does not fire {}:\n{text}", rule.name).into());
    }
    let outcome = outcome(&sys);
    text.push_str(&format!("\n{}\n", render::result(&sys, &outcome, Paint(false))));
    text.push_str(&render::unobserved(&outcome, Paint(false)));
    compare(rule, &text);
    Ok(())
}

fn compare(rule: &Rule, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("rules").join(rule.family.folder()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(rule.ident, text));
}
