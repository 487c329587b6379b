//! What `lacuna check` does with its options: what it writes where, what it keeps, and with which exit code it ends. What it
//! says of programs is in tests/suite.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

#[path = "tool/schema.rs"]
mod schema;
mod tool;

use tool::Folder;

/// The snapshot of this name, in tests/check.
fn assert_shows(name: &str, text: &str) {
    tool::assert_shows("check", name, text);
}

/// Two outcomes, one of them wrong.
const LOST: &str = include_str!("tool/lost.lac");

/// Nothing is wrong with it.
const FIXED: &str = r#"var count: int = 0;

fn increment() {
    atomic {
        count = count + 1;
    }
}

async fn main() -> int {
    let a = spawn local increment();
    let b = spawn local increment();
    await a;
    await b;
    return count;
}

finally both_count: result == 2;
"#;

/// Two things are wrong with it.
const TWICE: &str = r#"async fn main() {
    assert choose { true, false };
    let never: promise<unit> = promise();
    await never;
    print("never");
}
"#;

/// It never ends, and has no end of states.
const ENDLESS: &str = "var n: int = 0;\n\nasync fn main() {\n    while true {\n        n = n + 1;\n    }\n}\n";

#[test]
fn sample_runs_are_shown_also_when_nothing_is_wrong() {
    let folder = Folder::new("check_show").with("fixed.lac", FIXED).with("lost.lac", LOST);
    assert_shows("show", &folder.transcript(&["check fixed.lac --show 2", "check lost.lac --show 2"]));
}

#[test]
fn outcomes_alone() {
    let folder = Folder::new("check_outcomes").with("lost.lac", LOST).with("endless.lac", ENDLESS);
    let lines = [
        "check lost.lac --outcomes",
        "check lost.lac --outcomes --format json",
        "check endless.lac --outcomes --max-states 10",
    ];
    assert_shows("outcomes", &folder.transcript(&lines));
}

#[test]
fn what_is_violated_can_be_had_again() {
    let folder = Folder::new("check_save").with("lost.lac", LOST).with("twice.lac", TWICE);
    let lines = [
        "check lost.lac --save both_count.schedule",
        "replay lost.lac both_count.schedule",
        "check twice.lac --save one.schedule",
        "check twice.lac --save all/",
        "replay twice.lac all/assert-2.schedule",
        "replay twice.lac all/deadlock.schedule",
        "check lost.lac --save nowhere/at/all.schedule",
    ];
    assert_shows("save", &folder.transcript(&lines));
}

#[test]
fn what_is_allowed_is_no_violation() {
    let folder = Folder::new("check_allow").with("twice.lac", TWICE);
    let lines = ["check twice.lac --allow deadlock", "check twice.lac --allow deadlock,failed --allow livelock"];
    assert_shows("allow", &folder.transcript(&lines));
}

#[test]
fn the_last_run_is_compared_with() {
    let folder = Folder::new("check_baseline").with("counter.lac", FIXED);
    let check = |options: &str| folder.transcript(&[&format!("check counter.lac --baseline kept.json {options}")]);
    let states = |text: &str| -> u64 {
        let kept: Value = serde_json::from_str(text).expect("it is JSON");
        kept["states"].as_u64().expect("a number of states")
    };
    let kept = || fs::read_to_string(folder.0.join("kept.json")).expect("it was kept");
    assert!(!check("").contains("last run"), "there is no last run, and it is compared with");
    let first = states(&kept());
    assert!(check("").contains("as many states as in the last run\n"));
    assert!(check("--crash-nodes main").contains("the last run had other settings: "));
    fs::write(folder.0.join("counter.lac"), FIXED.replace("await a;", "print(1);\n    await a;")).expect("it can be");
    check("");
    fs::write(folder.0.join("kept.json"), kept().replace(&format!("\"states\": {}", states(&kept())), "\"states\": 1"))
        .expect("it can be");
    let now = check("");
    let change = (states(&kept()) - 1) * 100;
    assert!(now.contains(&format!("+{change} % states since the last run\n")), "{now}");
    assert!(states(&kept()) > 1 && first > 1);
    let before = kept();
    assert!(check("--max-states 1").contains("the last run was complete, and this one is not"));
    assert_eq!(kept(), before, "a search that was cut is not worth keeping");
    fs::write(folder.0.join("kept.json"), "no JSON").expect("it can be");
    assert!(check("").contains("! error: kept.json keeps no numbers of a run: "));
}

#[test]
fn a_paranoid_check_takes_every_step_that_there_is() {
    let folder = Folder::new("check_paranoid").with("lost.lac", LOST).with("endless.lac", ENDLESS);
    let text = folder.transcript(&["check lost.lac --outcomes --no-reduction --paranoid"]);
    let output = folder.run("check lost.lac --format json --no-reduction");
    let found: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let size = format!("{} states, {} steps", found["states"], found["transitions"]);
    assert!(text.contains(&format!("every step whole: {size}; every invariant of the calculus holds\n")), "{text}");
}

/// Each limit of the search holds for it as well, and is named where it cut something.
#[test]
fn a_paranoid_check_heeds_every_limit() {
    let folder = Folder::new("check_paranoid_limits").with("lost.lac", LOST).with("endless.lac", ENDLESS);
    for limit in ["--max-states 10", "--max-depth 3", "--max-memory 64 KiB", "--time-limit 0 s"] {
        let option = limit.replace(" KiB", "K").replace("0 s", "0s");
        let output = folder.run(&format!("check endless.lac {option} --paranoid"));
        assert_eq!(output.status.code(), Some(4), "{limit}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, visit) = text.split_once("every step whole: ").expect("what was visited");
        assert!(visit.contains("; every invariant of the calculus holds so far\n"), "{limit}: {text}");
        assert!(visit.contains(&format!("\ncut: {limit}: what comes after ")), "{limit}: {text}");
    }
    let complete = folder.run("check lost.lac --format json").stdout;
    let found: Value = serde_json::from_slice(&complete).expect("it is JSON");
    let limit = format!("--max-states {}", found["states"]);
    let output = folder.run(&format!("check lost.lac {limit} --paranoid --format json"));
    assert_eq!(output.status.code(), Some(1), "the search is complete, and its exit stays");
    let note = String::from_utf8_lossy(&output.stderr);
    assert!(note.contains(&format!("\ncut: {limit}: ")), "{note}");
}

#[test]
fn reductions_are_held_against_the_whole() {
    let folder = Folder::new("check_verify").with("lost.lac", LOST).with("endless.lac", ENDLESS);
    let text = folder.transcript(&["check lost.lac --outcomes --verify-reduction"]);
    assert!(text.contains("both have the same outcomes, the same violations and the same verdict\n"), "{text}");
    let text = folder.transcript(&["check endless.lac --max-states 10 --verify-reduction"]);
    assert!(text.contains("not compared: a limit cut one of the two\n"), "{text}");
    let names = |options: &str| {
        let output = folder.run(&format!("check lost.lac --format json {options}"));
        let found: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        found["reductions"].to_string()
    };
    assert_eq!(names(""), r#"["fuse","partial-order"]"#);
    assert_eq!(names("--reductions fuse"), r#"["fuse"]"#);
    assert_eq!(names("--no-reduction"), "[]");
}

#[test]
fn a_limit_is_named_with_what_it_cut() {
    let found = "async fn main() {\n    assert choose { true, false };\n    print(1);\n    print(2);\n}\n";
    let folder = Folder::new("check_limits").with("endless.lac", ENDLESS).with("found.lac", found);
    let lines = [
        "check endless.lac --max-states 10 --format json",
        "check endless.lac --max-memory 1K",
        "check endless.lac --time-limit 0s",
        "check found.lac --max-depth 1",
    ];
    let text = folder.transcript(&lines);
    for cut in [
        r#""verdict":"limit""#,
        r#""limits":[{"limit":"max_states","unexpanded":"#,
        "cut: --max-memory 1 KiB: what comes after ",
        "cut: --time-limit 0 s: what comes after ",
        "cut: --max-depth 1: what comes after ",
    ] {
        assert!(text.contains(cut), "{cut} is missing:\n{text}");
    }
    assert!(!text.contains("holds"), "a search that was cut holds nothing:\n{text}");
    assert_eq!(text.matches("\nexit 4\n").count(), 3, "{text}");
    assert_eq!(text.matches("\nexit 1\n").count(), 1, "what was found is found, whatever was cut:\n{text}");
}

/// A configuration exactly as deep as the limit is looked at: if it is final its outcome counts, and nothing is cut.
#[test]
fn a_limit_of_depth_cuts_only_what_goes_on() {
    let folder =
        Folder::new("check_depth").with("two.lac", "async fn main() -> int { print(1); print(2); return 3; }\n");
    let text = folder.transcript(&["check two.lac --max-depth 2", "check two.lac --max-depth 1"]);
    assert!(text.contains("returned 3") && text.contains("verdict: holds (complete)\n"), "{text}");
    assert_eq!(text.matches("cut: --max-depth 1: what comes after ").count(), 1, "{text}");
}

#[cfg(unix)]
#[test]
fn who_is_interrupted_says_what_is_known() {
    let folder = Folder::new("check_interrupt");
    let mut command = folder.command("check -");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the tool starts");
    // More than a pipe holds: when all of it is written, the tool is reading, and listens to signals.
    let program = format!("{ENDLESS}{}", "// padding\n".repeat(100_000));
    child.stdin.take().expect("its input is ours").write_all(program.as_bytes()).expect("it reads its input");
    let interrupt = Command::new("kill").arg("-INT").arg(child.id().to_string()).status().expect("kill is there");
    assert!(interrupt.success());
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("it writes text");
    assert!(text.contains("cut: interrupted: what comes after "), "{text}");
    assert!(text.ends_with("verdict: nothing found within the limits (not complete)\n"), "{text}");
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn rules_that_never_fired_are_told_to_who_asks() {
    let folder = Folder::new("check_verbose").with("fixed.lac", FIXED);
    let text = folder.transcript(&["check fixed.lac", "check fixed.lac --verbose"]);
    assert_eq!(text.matches("rules that never fired: ").count(), 1, "{text}");
    assert!(text.contains("Choose"), "{text}");
}

#[test]
fn wrong_usage_is_said_to_be_so() {
    let folder = Folder::new("check_usage").with("fixed.lac", FIXED).with("wrong.lac", "async fn main() { x = 1; }\n");
    let lines = [
        "check missing.lac",
        "check wrong.lac",
        "check wrong.lac --format json",
        "check fixed.lac --crash-nodes w1",
        "check fixed.lac --allow everything",
        "check fixed.lac --max-memory much",
        "check fixed.lac --reductions all",
        "check fixed.lac --reductions partial-order",
        "check fixed.lac --threads 0",
        "check fixed.lac --no-reduction --reductions fuse",
    ];
    assert_shows("usage", &folder.transcript(&lines));
}

/// Every answer is as docs/check.schema.json says.
#[test]
fn the_schema_describes_the_answer() {
    let validator = schema::validator("check.schema.json");
    let folder = Folder::new("check_schema")
        .with("lost.lac", LOST)
        .with("twice.lac", TWICE)
        .with("endless.lac", ENDLESS)
        .with("loop.lac", include_str!("suite/check/violated/eventually_loop.lac"))
        .with("vacuous.lac", include_str!("suite/check/holds/vacuous_part.lac"));
    for line in [
        "lost.lac --show 2",
        "twice.lac --baseline kept.json",
        "twice.lac --baseline kept.json",
        "endless.lac --max-states 10",
        "loop.lac",
        "vacuous.lac",
    ] {
        let output = folder.run(&format!("check {line} --format json"));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {answer}\nis not as the schema says: {}", errors.join("; "));
    }
}
