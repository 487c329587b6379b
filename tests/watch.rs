//! One watch serves one run after another, and remembers: which rules fired where, of which values a property held, and the
//! room of Σ. No run is another for it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lacuna::base::Source;
use lacuna::elaborate::compile;
use lacuna::semantics::settings::Settings;
use lacuna::simulate::walk::{Ran, Walker};
use lacuna::simulate::watch::Watch;
use lacuna::simulate::{Holds, Plan, Rates, Strategy};

/// What is wrong with each of so many runs, and how long it was: by one watch, and each by a watch of its own.
fn runs(text: &str, settings: &Settings, most: u64) -> (Vec<String>, Vec<String>) {
    let source = Source::new("program.lac", text);
    let (program, diagnostics) = compile(&source);
    let program = Arc::new(program.unwrap_or_else(|| panic!("it does not compile: {diagnostics:#?}")));
    let plan = Plan {
        source: &source,
        program: program.clone(),
        settings: Arc::new(settings.clone()),
        strategy: Strategy::Uniform,
        rates: Rates { crash: 0.02, suspicion: 0.0, loss: 0.0, duplicate: 0.0 },
        holds: Holds::NONE,
        seed: 1,
        max_steps: 400,
        quiet: None,
        allowed: &[],
        length: 1,
    };
    let told = |ran: Ran| format!("{:?} {} {} {}", ran.wrong, ran.cut, ran.steps, ran.choices);
    let mut one = Watch::new(&program);
    let by_one = (0..most).map(|run| told(Walker::new(&plan, &mut one).forgetful().random(run))).collect();
    let of_own = (0..most).map(|run| told(Walker::new(&plan, &mut Watch::new(&program)).forgetful().random(run)));
    (by_one, of_own.collect())
}

#[test]
fn every_example_runs_by_one_watch_as_by_many() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut faulty = Settings::check();
    faulty.budget.crashes = 1;
    for entry in fs::read_dir(folder).expect("there are examples").flatten() {
        let name = entry.path();
        if name.extension().is_some_and(|extension| extension == "lac") {
            let text = fs::read_to_string(&name).expect("a program");
            for settings in [Settings::run(), faulty.clone()] {
                let (by_one, of_own) = runs(&text, &settings, 20);
                assert_eq!(by_one, of_own, "{}", name.display());
            }
        }
    }
}

/// Two words come to one node in either order.
const WORDS: &str = r#"node here, there;
var last: string = "nil";
var words: list<string> = [];

async fn say(word: string) -> string {
    words = push(words, word);
    last = word;
    return word;
}

async fn main() -> string {
    let first = spawn dist say("aye") on there;
    let second = spawn dist say("nay") on there;
    let sooner = await any([first, second]);
    await first;
    await second;
    return sooner;
}

"#;

#[test]
fn what_held_of_other_words_has_not_held() {
    let properties = [
        r#"invariant ordered: last@there != "nay" || len(words@there) == 2;"#,
        r#"invariant listed: words@there == [] || words@there == ["aye"] || words@there == ["aye", "nay"];"#,
        r#"finally ends: last@there == "nay";"#,
        r#"finally returns: result == "aye";"#,
    ];
    for property in properties {
        let (by_one, of_own) = runs(&format!("{WORDS}{property}\n"), &Settings::run(), 60);
        assert_eq!(by_one, of_own, "{property}");
        let wrong = by_one.iter().filter(|told| told.starts_with("Some")).count();
        assert!(0 < wrong && wrong < by_one.len(), "{property} is false in {wrong} of {} runs", by_one.len());
    }
}
