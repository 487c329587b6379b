//! What `lacuna sim` does: it finds what is wrong, shows a short run of it, does not depend on threads, and repeats itself.

use std::fs;
use std::path::Path;

use serde_json::Value;

mod tool;

use tool::Folder;

/// An update is lost where both read before one writes.
const LOST: &str = r#"var count: int = 0;

fn increment() {
    let seen = count;
    count = seen + 1;
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

const ANY_ORDER: &str = "--schedule preemptive --order bag --timing free";

fn json(folder: &Folder, line: &str) -> Value {
    let output = folder.run(&format!("{line} --format json"));
    let mut value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{line}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    value["seconds"] = Value::Null;
    value
}

#[test]
fn a_run_that_shows_something_is_saved_and_replayed() {
    let folder = Folder::new("sim_found").with("lost.lac", LOST);
    let found = folder.run(&format!("sim lost.lac --seed 1 {ANY_ORDER} --save lost.schedule"));
    let text = String::from_utf8_lossy(&found.stdout);
    assert_eq!(found.status.code(), Some(1), "{text}");
    assert!(text.contains("violated  both_count") && text.contains("lacuna replay lost.lac lost.schedule"), "{text}");
    let replayed = folder.run("replay lost.lac lost.schedule");
    assert!(String::from_utf8_lossy(&replayed.stdout).ends_with("result: 1\n"));
}

#[test]
fn what_people_see() {
    let folder = Folder::new("sim_shows").with("lost.lac", LOST);
    let lines = [
        format!("sim lost.lac --seed 1 {ANY_ORDER} --save lost.schedule"),
        String::from("replay lost.lac lost.schedule"),
        String::from("sim lost.lac --seed 1 --crash-rate 2"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    tool::assert_shows("sim", "lost", &folder.transcript(&lines));
}

#[test]
fn a_schedule_survives_an_edit() {
    let edited =
        LOST.replace("increment();\n    let b = spawn local increment();", "increment();\n    let b = increment();");
    let edited = edited.replace("await b;", "b;");
    let folder = Folder::new("sim_edited").with("lost.lac", LOST).with("edited.lac", &edited);
    folder.run(&format!("sim lost.lac --seed 1 {ANY_ORDER} --save lost.schedule"));
    let lines = ["replay edited.lac lost.schedule", "replay edited.lac lost.schedule --continue --seed 3"];
    tool::assert_shows("sim", "edited", &folder.transcript(&lines));
}

#[test]
fn nothing_found_is_not_called_more_than_that() {
    let folder = Folder::new("sim_nothing").with("lost.lac", LOST);
    let output = folder.run("sim lost.lac --seed 1 --runs 20");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("\nnothing found in 20 runs\n"));
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let folder = Folder::new("sim_threads").with("lost.lac", LOST);
    for more in ["", "--keep-going", "--pct 3 --keep-going"] {
        let line = format!("sim lost.lac --seed 5 --runs 70 {ANY_ORDER} {more}");
        assert_eq!(json(&folder, &format!("{line} --threads 1")), json(&folder, &format!("{line} --threads 3")));
    }
}

#[test]
fn a_single_run_can_be_had_again() {
    let folder = Folder::new("sim_again").with("lost.lac", LOST);
    let all = json(&folder, &format!("sim lost.lac --seed 5 {ANY_ORDER}"));
    let number = all["violations"][0]["run"].as_u64().expect("something is found");
    let one = json(&folder, &format!("sim lost.lac --seed 5 {ANY_ORDER} --run {number}"));
    assert_eq!(one["violations"], all["violations"]);
    assert_eq!(one["runs"], 1);
}

/// The programs of examples/, by name.
fn examples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = fs::read_dir(folder).expect("there are examples");
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path().to_string_lossy().into_owned())
        .filter(|n| n.ends_with(".lac"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_example_repeats_itself_byte_for_byte() {
    let folder = Folder::new("sim_twice");
    for name in examples() {
        let line = format!("sim {name} --seed 1 --runs 2 --twice --max-steps 500 --crash-rate 0.02 --loss-rate 0.02");
        let output = folder.run(&line);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
