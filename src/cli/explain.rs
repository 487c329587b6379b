//! `lacuna explain`: the page of a rule or of a code.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Value, json};

use super::args::{ExplainArgs, Format};
use super::exit::Exit;
use super::output::{Failure, Output};
use crate::base::Source;
use crate::diagnostic::Code;
use crate::elaborate::compile;
use crate::expect::directive;
use crate::render::Paint;
use crate::render::explain::{self, Example};
use crate::render::table::Table;
use crate::semantics::catalogue::{self, CATALOGUE};
use crate::semantics::rule::Rule;
use crate::semantics::schedule::run_observed;
use crate::semantics::system::System;
use crate::trace::event::Step;
use crate::trace::record::{Detail, Recorder, is_quiet};
use crate::trace::wire;

/// So many rows of a trace are shown, the step that the page is about among them.
const ROWS: usize = 30;

/// Smallest programs end long before; one that is being written may not.
const MAX_STEPS: u64 = 10_000;

/// Explains a rule or a code, or lists them.
///
/// # Errors
/// When nothing has the name.
pub fn explain(args: &ExplainArgs, out: &mut Output) -> Result<Exit, Failure> {
    let Some(name) = &args.name else {
        match args.format {
            Format::Text => out.text(&explain::list(out.paint))?,
            Format::Json => out.line(&list_json().to_string())?,
        }
        return Ok(Exit::Ok);
    };
    // `await` is the name of a code, and `Await` of a rule; both are found as they are spelled.
    match (Code::from_name(name), catalogue::find(name)) {
        (Some(code), _) => match args.format {
            Format::Text => out.text(&explain::code(code, out.paint))?,
            Format::Json => out.line(&code_json(code).to_string())?,
        },
        (None, Some(rule)) => {
            let run = ExampleRun::of(rule);
            match args.format {
                Format::Text => out.text(&explain::rule(rule, &run.example(out.paint), out.paint))?,
                Format::Json => out.line(&rule_json(rule, &run).to_string())?,
            }
        }
        (None, None) => return Err(Failure::Usage(unknown(name))),
    }
    Ok(Exit::Ok)
}

pub(super) fn unknown(name: &str) -> String {
    let names = CATALOGUE.iter().map(|rule| rule.name).chain(Code::ALL.iter().map(|code| code.short_name()));
    let distance = |known: &str| strsim::osa_distance(&known.to_lowercase(), &name.to_lowercase());
    let near = names.map(|known| (distance(known), known)).min();
    let hint = match near {
        Some((distance, near)) if distance <= name.chars().count().div_ceil(3) => format!("did you mean {near}?"),
        _ => String::from("`lacuna explain` lists them all"),
    };
    format!("there is no rule and no code {name}; {hint}")
}

/// The run of a rule's smallest program that takes a step by the rule.
struct ExampleRun {
    program: Arc<crate::calculus::Program>,
    options: String,
    rule: &'static Rule,
    steps: Vec<Step>,
}

impl ExampleRun {
    /// # Panics
    /// When the program of a rule does not compile, or asks for a run that there is not; tests run every one.
    fn of(rule: &'static Rule) -> ExampleRun {
        let source = Source::new("example.lac", rule.example);
        let program = Arc::new(compile(&source).0.expect("the smallest program of a rule compiles"));
        let directive = directive::first(rule.example, directive::Kind::Run);
        let request = directive.request(&program).expect("a smallest program asks for a run that there is");
        let mut scheduler = request.scheduler();
        let mut sys = System::start(program.clone(), Arc::new(request.settings));
        let mut steps = Vec::new();
        let mut sink = |_: &System, step: Step| {
            steps.push(step);
            ControlFlow::Continue(())
        };
        let detail = if is_quiet(rule) { Detail::All } else { Detail::Essential };
        let mut recorder = Recorder::new(&source, detail, &mut sink);
        run_observed(&mut sys, &mut *scheduler, MAX_STEPS, &mut recorder);
        ExampleRun { program, options: directive.options.to_owned(), rule, steps }
    }

    fn example(&self, paint: Paint) -> Example<'_> {
        let table = Table::new(&self.program, paint);
        let first = self.steps.iter().position(|step| step.rule == self.rule.name).unwrap_or(0);
        let from = first.saturating_sub(ROWS / 2).min(self.steps.len().saturating_sub(ROWS));
        let shown = self.steps.iter().skip(from).take(ROWS);
        let rows = shown.map(|step| (step.rule == self.rule.name, table.row(step))).collect();
        Example { options: &self.options, head: table.head(), rows }
    }
}

fn rule_json(rule: &Rule, run: &ExampleRun) -> Value {
    let premises: Vec<Value> = rule.premises.iter().map(|(name, text)| json!({"name": name, "text": text})).collect();
    json!({
        "schema": wire::SCHEMA,
        "rule": {
            "name": rule.name,
            "family": rule.family.title(),
            "section": rule.family.section(),
            "premises": premises,
            "from": rule.from,
            "to": rule.to,
            "figure": rule.figure(),
            "words": explain::words(rule),
            "source": rule.source,
            "fault": rule.fault.map(|fault| fault.option()),
            "example": {"program": rule.example, "options": run.options, "steps": run.steps},
        },
    })
}

fn code_json(code: Code) -> Value {
    json!({
        "schema": wire::SCHEMA,
        "code": {
            "name": code.name(),
            "severity": if code.is_warning() { "warning" } else { "error" },
            "summary": code.summary(),
            "explanation": code.explanation(),
            "wrong": code.wrong(),
            "right": code.right(),
        },
    })
}

fn list_json() -> Value {
    let rules = CATALOGUE
        .iter()
        .map(|rule| json!({"name": rule.name, "section": rule.family.section(), "summary": explain::summary(rule)}));
    let codes = Code::ALL.iter().map(|code| json!({"name": code.name(), "summary": code.summary()}));
    json!({
        "schema": wire::SCHEMA,
        "rules": rules.collect::<Vec<Value>>(),
        "codes": codes.collect::<Vec<Value>>(),
    })
}
