//! The catalogue is complete, and the suite covers it: every rule of the calculus is there under its name, every rule fires
//! somewhere, and every premise refuses its rule somewhere. Along these runs the invariants over a step are checked, and that of
//! messages what is offered is what the rules take.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::config::Budget;
use lacuna::calculus::{NodeId, Program};
use lacuna::elaborate::compile;
use lacuna::expect::directive::{self, Request};
use lacuna::semantics::catalogue::{self, CATALOGUE};
use lacuna::semantics::focus::{Choice, Focus};
use lacuna::semantics::invariant::{self, Step};
use lacuna::semantics::rule::Family;
use lacuna::semantics::schedule::{Observer, Random, Scheduler, run_observed};
use lacuna::semantics::settings::{Network, Settings};
use lacuna::semantics::step;
use lacuna::semantics::system::{StackId, System};

/// The rules that the calculus names, section by section.
const CALCULUS: [(u8, &[&str]); 6] = [
    (3, &["Move", "Op", "Read", "Write", "Goto", "Branch", "Call", "Return", "Throw", "Catch", "Unwind"]),
    (
        4,
        &[
            "Async-Call",
            "Async-Return",
            "Async-Throw",
            "Await-Continue",
            "Await",
            "Await-Throw",
            "Await-Any",
            "Await-All",
            "Await-Guard",
            "Wait-Continue",
            "Yield",
        ],
    ),
    (5, &["Spawn-Local"]),
    (
        6,
        &[
            "Spawn-Dist",
            "Invoke",
            "Dist-Await-Continue",
            "Dist-Await-Throw",
            "Dist-Await",
            "Dist-Return",
            "Dist-Throw",
            "Late",
            "Resume",
            "Resume-Elsewhere",
            "Discard",
            "Send",
            "Receive",
            "New-Promise",
            "Resolve",
            "Reject",
        ],
    ),
    (
        7,
        &[
            "Crash",
            "Restart",
            "Expire",
            "Suspect",
            "Lose",
            "Duplicate",
            "Redispatch",
            "Fence",
            "Spawn-Replay",
            "Diverge",
        ],
    ),
    (8, &["Sleep", "Fire", "Choose", "Cancel", "Cancelled"]),
];

/// The rules that the calculus states without a name: which, and the words that state them.
const UNNAMED: [(&str, &str); 20] = [
    ("Op-Error", "an operation with no result raises an error"),
    ("Call-Depth", "an error of the machine: \"call depth exceeded\""),
    ("Print", "the statement print"),
    ("Assert", "the statement assert"),
    ("Assert-Error", "assert of false raises an error"),
    ("Await-Park", "any, all and guards: otherwise park, listed with every element and the children"),
    ("Await-Cancelled", "a marked frame raises \"cancelled\" before anything else"),
    ("Is-Done", "the statement is_done"),
    ("No-Taker", "an empty group raises \"no taker\""),
    ("Suspect-Preferred", "a suspicion may be spent to let another member of G take one though n is up"),
    ("Message-Return", "the body of a message ends like that of an execution, without a promise"),
    ("Message-Throw", "Throw with label m(id): the stack ends, U' = U ⊎ {e}"),
    ("Redispatch-Resume", "Redispatch: likewise a Resume for a frame that is parked on a settled promise"),
    ("Fence-Resume", "Fence: a stale execution is sent a Resume"),
    ("Now", "the statement now"),
    ("Here", "the statement here"),
    ("Choose-Error", "an error of the machine: \"empty choice\""),
    ("Cancel-Settled", "Cancel of anything settled: nothing"),
    ("Atomic-Begin", "Atomic: from atomic begin …"),
    ("Atomic-End", "… to atomic end"),
];

/// The premises that nothing can refuse, and why they are stated all the same.
const NEVER_REFUSED: [(&str, &str, &str); 1] = [(
    "Async-Return",
    "running",
    "a frame of a task is there only while the task runs (the invariant ownership); the figure says who waits for it",
)];

#[test]
fn every_rule_of_the_calculus_is_there_in_its_section() {
    for (section, names) in CALCULUS {
        for name in names {
            let rule = CATALOGUE.iter().find(|rule| rule.name == *name);
            assert_eq!(rule.map(|rule| rule.family.section()), Some(section), "{name}");
        }
    }
}

#[test]
fn every_rule_is_stated_in_the_calculus() {
    let named: Vec<&str> = CALCULUS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let stated: BTreeSet<&str> = named.iter().copied().chain(UNNAMED.map(|(name, _)| name)).collect();
    let catalogue: BTreeSet<&str> = CATALOGUE.iter().map(|rule| rule.name).collect();
    assert_eq!(catalogue, stated);
    assert_eq!(catalogue.len(), named.len() + UNNAMED.len(), "a rule is listed twice");
}

#[test]
fn rules_stand_in_the_order_of_the_sections() {
    let sections: Vec<u8> = CATALOGUE.iter().map(|rule| rule.family.section()).collect();
    assert!(sections.is_sorted(), "{sections:?}");
    for family in Family::ALL {
        assert!(CATALOGUE.iter().any(|rule| rule.family == family), "{} has no rule", family.title());
    }
}

#[test]
fn a_name_has_one_spelling_for_people_and_one_for_code() {
    let names: BTreeSet<&str> = CATALOGUE.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), CATALOGUE.len(), "a name is taken twice");
    for rule in CATALOGUE {
        // Some names are words of Rust, or hide them.
        let plain = rule.ident.strip_suffix('_').unwrap_or(rule.ident);
        assert_eq!(rule.name.to_lowercase().replace('-', "_"), plain);
        for spelling in [rule.name, rule.ident, &rule.name.to_uppercase(), &rule.name.replace('-', " ")] {
            assert_eq!(catalogue::find(spelling), Some(*rule), "{spelling}");
        }
        let premises: BTreeSet<&str> = rule.premises.iter().map(|(name, _)| *name).collect();
        assert_eq!(premises.len(), rule.premises.len(), "{} has two premises of one name", rule.name);
    }
}

#[test]
fn every_file_in_tests_rules_belongs_to_a_rule() {
    let root = folder("rules");
    let expected: BTreeSet<PathBuf> = CATALOGUE
        .iter()
        .flat_map(|rule| {
            let path = root.join(rule.family.folder()).join(rule.ident);
            [path.with_extension("lac"), path.with_extension("snap")]
        })
        .collect();
    let found: BTreeSet<PathBuf> = files(&root).iter().flat_map(|family| files(family)).collect();
    let names = |paths: Vec<&PathBuf>| -> Vec<String> { paths.iter().map(|path| path.display().to_string()).collect() };
    assert_eq!(names(found.difference(&expected).collect()), Vec::<String>::new(), "no rule has these");
    assert_eq!(names(expected.difference(&found).collect()), Vec::<String>::new(), "these are missing");
}

#[test]
fn every_rule_fires_and_every_premise_refuses() {
    let mut seen = Seen::default();
    for rule in CATALOGUE {
        let program = program(rule.example);
        let request = request(rule.example, &program);
        let settings = &request.settings;
        seen.watch(&program, settings, &mut *request.scheduler());
        let budget = Budget { crashes: 1, suspicions: 1, losses: 1, duplicates: 1 };
        for base in [Settings::check(), Settings::run()] {
            let settings = Settings { budget, max_call_depth: settings.max_call_depth, ..base };
            for seed in 0..SEEDS {
                seen.watch(&program, &settings, &mut Random::new(Prng::new(seed)));
            }
        }
    }
    for path in files(&folder("premises")) {
        seen.watch_refusals(&path);
    }
    let silent: Vec<&str> = CATALOGUE.iter().map(|rule| rule.name).filter(|name| !seen.fired.contains(name)).collect();
    assert_eq!(silent, Vec::<&str>::new(), "these rules never fire");
    let excused = NEVER_REFUSED.map(|(rule, premise, _)| (rule, premise));
    let premises = CATALOGUE.iter().flat_map(|rule| rule.premises.iter().map(|(premise, _)| (rule.name, *premise)));
    let unrefused: Vec<(&str, &str)> = premises.filter(|premise| !seen.refused.contains(premise)).collect();
    assert_eq!(unrefused, excused, "premises that refuse nowhere, and those that are excused");
}

/// Random runs of each program under each setting: enough to meet what its one run does not.
const SEEDS: u64 = 25;

/// More steps than any run needs.
const STEPS: u64 = 200;

/// What was seen along some runs.
#[derive(Default)]
struct Seen {
    fired: BTreeSet<&'static str>,
    before: Option<System>,
    refused: BTreeSet<(&'static str, &'static str)>,
}

impl Seen {
    fn watch(&mut self, program: &Arc<Program>, settings: &Settings, scheduler: &mut dyn Scheduler) {
        let mut sys = System::start(program.clone(), Arc::new(settings.clone()));
        run_observed(&mut sys, scheduler, STEPS, self);
        self.refusals(&mut sys);
    }

    fn refusals(&mut self, sys: &mut System) {
        for focus in foci(sys) {
            let refusals = step::refusals(sys, focus);
            self.refused.extend(refusals.iter().map(|refusal| (refusal.premise.rule, refusal.premise.name)));
        }
    }

    /// Runs a program that says in its second line what it is to get refused.
    fn watch_refusals(&mut self, path: &Path) {
        let text = fs::read_to_string(path).expect("a program");
        let program = program(&text);
        let request = request(&text, &program);
        let mut own = Seen::default();
        own.watch(&program, &request.settings, &mut *request.scheduler());
        let refuses = text.lines().find_map(|line| line.strip_prefix("// refuses: "));
        for promised in refuses.unwrap_or_default().split(", ") {
            let promised = promised.split_once(' ').unwrap_or_default();
            assert!(own.refused.contains(&promised), "{}: {promised:?} is not refused", path.display());
        }
        self.refused.append(&mut own.refused);
    }
}

impl Observer for Seen {
    fn before(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        self.fired.insert(choice.rule.name);
        self.refusals(sys);
        offers_what_rules_take_of_messages(sys);
        self.before = Some(sys.clone());
        ControlFlow::Continue(())
    }

    fn after(&mut self, sys: &mut System, choice: Choice) -> ControlFlow<()> {
        if let Some(before) = self.before.take() {
            invariant::check_step(&Step::of(&before, choice, sys));
        }
        ControlFlow::Continue(())
    }
}

/// What `enabled` offers of messages is found by asking for each kind of message the rules that have to do with it. Every rule
/// of the catalogue, asked at every place, says the same.
fn offers_what_rules_take_of_messages(sys: &mut System) {
    if sys.settings.network != Network::Unordered {
        return;
    }
    let is_of_message = |focus: &Focus| matches!(focus, Focus::Flight(_) | Focus::Message(..));
    let mut offered: Vec<(&str, Focus)> = Vec::new();
    for Choice { rule, focus } in step::enabled(sys) {
        if is_of_message(&focus) && rule.fault.is_none() {
            offered.push((rule.name, focus));
        }
    }
    let mut taken: Vec<(&str, Focus)> = Vec::new();
    for focus in foci(sys).into_iter().filter(is_of_message) {
        let rules = CATALOGUE.iter().copied().filter(|rule| rule.fault.is_none());
        taken.extend(rules.filter(|rule| step::probe(sys, rule, focus).is_ok()).map(|rule| (rule.name, focus)));
    }
    assert_eq!(offered, taken, "what is offered of messages, and what rules take");
}

/// Everywhere that a rule can be tried at.
fn foci(sys: &System) -> Vec<Focus> {
    let nodes = || (0..sys.nodes.len() as u32).map(NodeId);
    let mut foci: Vec<Focus> = nodes().map(Focus::Node).collect();
    for (id, _) in &sys.stacks {
        let id = StackId(id as u32);
        foci.extend([Focus::Stack(id), Focus::Alternative(id, 0), Focus::Alternative(id, 99)]);
    }
    for at in 0..sys.messages.len() as u32 {
        foci.push(Focus::Flight(at));
        foci.extend(nodes().map(|n| Focus::Message(at, n)));
    }
    for (q, promise) in sys.promises.iter() {
        foci.push(Focus::Promise(q));
        foci.extend((0..promise.callbacks.len() as u32).map(|i| Focus::Callback(q, i)));
    }
    foci
}

fn program(text: &str) -> Arc<Program> {
    let (program, diagnostics) = compile(&Source::new("program.lac", text));
    match program {
        Some(program) if diagnostics.is_empty() => Arc::new(program),
        _ => panic!("{:?} in\n{text}", diagnostics.first().map(|diagnostic| diagnostic.message.as_str())),
    }
}

fn request<'t>(text: &'t str, program: &Program) -> Request<'t> {
    let asked = directive::first(text, directive::Kind::Run).request(program);
    asked.unwrap_or_else(|wrong| panic!("{} in\n{text}", wrong.message))
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// What is in a folder, in the order of names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths
}
