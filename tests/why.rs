//! Why a rule fires, or does not: of every rule where it fires in its smallest program, and what the command line says.

use std::ops::ControlFlow;
use std::sync::Arc;

use lacuna::base::Source;
use lacuna::elaborate::compile;
use lacuna::expect::directive;
use lacuna::render::why::{Standing, why};
use lacuna::semantics::catalogue::CATALOGUE;
use lacuna::semantics::focus::Choice;
use lacuna::semantics::rule::Rule;
use lacuna::semantics::schedule::{Observer, run_observed};
use lacuna::semantics::system::System;

mod tool;

use tool::Folder;

/// Asks before each step by a rule why it fires.
struct Asks<'a> {
    source: &'a Source,
    rule: &'static Rule,
    asked: usize,
    unfilled: Vec<String>,
}

impl Observer for Asks<'_> {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        if choice.rule != self.rule {
            return ControlFlow::Continue(());
        }
        let why = why(sys, self.source, self.rule, choice.focus);
        assert!(why.fits && why.enabled && why.holds(), "{}: {why:?}", self.rule.name);
        for premise in &why.premises {
            assert_eq!(premise.standing, Standing::Holds, "{}: {premise:?}", self.rule.name);
            if premise.here.is_empty() {
                self.unfilled.push(format!("{}: {}", self.rule.name, premise.text));
            }
        }
        self.asked += 1;
        ControlFlow::Break(())
    }

    fn after(&mut self, _: &mut System, _: Choice) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[test]
fn where_a_rule_fires_every_premise_holds_and_has_values() {
    let mut unfilled = Vec::new();
    for rule in CATALOGUE.iter().copied() {
        let source = Source::new("example.lac", rule.example);
        let program = Arc::new(compile(&source).0.expect("the smallest program of a rule compiles"));
        let directive = directive::first(rule.example, directive::Kind::Run);
        let request = directive.request(&program).expect("it asks for a run that there is");
        let mut scheduler = request.scheduler();
        let mut sys = System::start(program, Arc::new(request.settings));
        let mut asks = Asks { source: &source, rule, asked: 0, unfilled: Vec::new() };
        run_observed(&mut sys, &mut *scheduler, 10_000, &mut asks);
        assert_eq!(asks.asked, 1, "{} fires in its smallest program", rule.name);
        unfilled.extend(asks.unfilled);
    }
    insta::assert_snapshot!("premises_without_values", unfilled.join("\n"));
}

const PARKED: &str = "async fn later() -> int {
    yield_now();
    return 1;
}

async fn main() -> int {
    let t = later(); // It parks.
    return await t; // And so does main.
}
";

#[test]
fn the_command_line_says_which_premise_fails() {
    let folder = Folder::new("why").with("a.lac", PARKED);
    let lines = [
        "trace a.lac --all",
        "trace a.lac --why Await-Continue --at 3",
        "trace a.lac --why Await --at 3",
        "trace a.lac --why Crash --at 1 --crashes 1",
        "trace a.lac --why Crash",
        "trace a.lac --why Expire",
        "trace a.lac --why Async-Return --at 4",
        "trace a.lac --why Await-Continue --at 3 --format json",
        "trace a.lac --save a.schedule",
        "replay a.lac a.schedule --why Await-Throw --at 3",
        "trace a.lac --why Awaits",
        "trace a.lac --why Await --at 99",
        "trace a.lac --why Await --format svg",
        "trace a.lac --at 3",
    ];
    tool::assert_shows("why", "premises", &folder.transcript(&lines));
}

#[test]
fn a_place_is_a_statement_without_its_comment() {
    let text = "async fn main() {\n    print(\"see http://a \\\" // c\"); // A \"comment\".\n}\n";
    let folder = Folder::new("why_comment").with("a.lac", text);
    let told = String::from_utf8(folder.run("trace a.lac --why Print --at 1").stdout).expect("it is text");
    assert!(told.starts_with("Print  main on main, line 2: print(\"see http://a \\\" // c\");\n"), "{told}");
}
