//! What `lacuna compare` says of two settings of a program: the outcomes of each side, the claim and what the program does not
//! keep to, and the exit code.

use std::process::Output;

use serde_json::Value;

#[path = "tool/schema.rs"]
mod schema;
mod tool;

use tool::Folder;

fn folder(name: &str, program: &str) -> Folder {
    Folder::new(&format!("compare_{name}")).with("a.lac", program)
}

/// The answer for programs, and the exit code.
fn answer(folder: &Folder, options: &str) -> (Value, i32) {
    let Output { status, stdout, stderr } = folder.run(&format!("compare a.lac --format json {options}"));
    let text = String::from_utf8(stdout).expect("it writes text");
    let answer = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&stderr)));
    (answer, status.code().expect("no signal ends it"))
}

/// The preconditions that the claim names as broken, each with its lines.
fn broken(answer: &Value) -> Vec<String> {
    let broken = answer["claim"]["broken"].as_array().expect("a list");
    broken.iter().map(|own| format!("{} {}", own["precondition"].as_str().expect("a name"), own["lines"])).collect()
}

/// A program that does not keep to exactly these preconditions of the claim that the question is about.
fn breaks(name: &str, question: &str, wanted: &[&str], program: &str) {
    let (answer, _) = answer(&folder(name, program), question);
    assert_eq!(broken(&answer), wanted, "{answer}");
    let standing = if wanted.is_empty() { "kept" } else { "not_promised" };
    assert_eq!(answer["claim"]["standing"], standing, "{answer}");
}

const LOST: &str = include_str!("tool/lost.lac");

/// f creates `later`, and then this happens.
fn left_alone(then: &str) -> String {
    format!(
        "async fn later(p: promise<int>) {{ await sleep(1); resolve(p, 1); }}
async fn quick() {{ }}
async fn f(p: promise<int>) {{
    {then}
}}
async fn main() -> int {{
    let p: promise<int> = promise();
    await spawn local f(p);
    return await p;
}}
"
    )
}

#[test]
fn each_side_has_its_outcomes_and_a_run_to_what_only_it_has() {
    let folder = folder("schedule", LOST);
    let text = folder
        .transcript(&["compare a.lac --schedule", "compare a.lac --left schedule=cooperative --right order=fifo"]);
    tool::assert_shows("compare", "schedule", &text);
}

#[test]
fn the_command_line_says_what_is_missing() {
    let folder = folder("usage", LOST);
    let lines = [
        "compare a.lac",
        "compare a.lac --left crashes",
        "compare a.lac --right crash=1",
        "compare a.lac --local --left crashes=1",
        "compare a.lac --faults --crash-nodes elsewhere",
    ];
    tool::assert_shows("compare", "usage", &folder.transcript(&lines));
}

#[test]
fn what_only_one_side_can_do_is_replayed() {
    let program = "node a, b;
var n: int = 0;
async fn f() { n = 1; }
async fn main() -> int { await spawn dist f() on b; return n; }
";
    let folder = folder("replay", program);
    let lines = [
        "compare a.lac --local --save only/",
        "replay a.lac only/only-1.schedule",
        "replay a.lac only/only-2.schedule --local",
    ];
    tool::assert_shows("compare", "replay", &folder.transcript(&lines));
}

#[test]
fn a_side_that_was_cut_has_not_seen_what_it_may_have() {
    let folder = folder("cut", LOST);
    let (cut, exit) = answer(&folder, "--schedule --max-states 5");
    assert_eq!((cut["verdict"].as_str(), exit), (Some("limit"), 4), "{cut}");
    let certain = cut["outcomes"].as_array().expect("a list").iter().flat_map(|row| [&row["left"], &row["right"]]);
    assert!(certain.clone().all(|has| *has != Value::Bool(false)), "{cut}");
    assert_eq!(cut["claim"]["standing"], "unknown", "{cut}");
    let (whole, exit) = answer(&folder, "--timing");
    assert_eq!((whole["verdict"].as_str(), exit), (Some("same"), 0), "{whole}");
}

#[test]
fn the_schema_describes_the_answer() {
    let validator = schema::validator("compare.schema.json");
    let folder = folder("schema", include_str!("../examples/diverging_replay.lac"));
    let folder = folder.with("lost.lac", LOST);
    for line in ["a.lac --faults", "lost.lac --schedule", "lost.lac --timing --max-states 3", "a.lac --local"] {
        let output = folder.run(&format!("compare {line} --format json"));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {answer}\nis not as the schema says: {}", errors.join("; "));
    }
}

#[test]
fn a_divergence_is_told_with_what_made_it() {
    let folder = folder("divergence", include_str!("../examples/diverging_replay.lac"));
    let (answer, exit) = answer(&folder, "--faults");
    assert_eq!(exit, 1);
    let found = &answer["only"][0]["divergence"];
    assert_eq!(found["recorded"]["look"]["text"], "10", "{found}");
    assert_eq!(found["replayed"]["look"]["text"], "20", "{found}");
    assert_eq!(found["replayed"]["look"]["rule"], "Now", "{found}");
    assert_eq!(broken(&answer), ["replayable [11]"]);
}

#[test]
fn a_program_that_keeps_to_everything_is_promised_something() {
    let program = "node a, b;
async fn f(k: int) -> int { return k * 2; }
async fn main() -> int {
    let one = spawn dist f(1) on any [a, b];
    let both = [one, spawn dist f(2) on b];
    let all_of_them = await all(both);
    return len(all_of_them);
}
";
    breaks("kept_local", "--local", &[], program);
    breaks("kept_faults", "--faults", &[], program);
    breaks("kept_schedule", "--schedule", &[], program);
}

#[test]
fn what_is_not_awaited_is_found() {
    let broken = |name: &str, lines: &str, then: &str| {
        breaks(name, "--faults", &[&format!("structured {lines}")], &left_alone(then));
    };
    broken("never", "[4]", "let t = later(p);");
    broken("one_branch", "[4]", "let t = later(p); if p == p { await t; }");
    broken("overwritten", "[4]", "let mut t = later(p); t = quick(); await t;");
    broken("other_in_slot", "[4,4]", "let mut u = quick(); let t = later(p); if p == p {} else { u = t; } await u;");
    broken("any", "[4,4]", "let t = later(p); let u = quick(); await any([t, u]);");
    broken("throws", "[4]", "let t = later(p); throw \"no\"; await t;");
}

#[test]
fn an_error_between_creation_and_await_leaves_alone() {
    let empty = "node a;
async fn later() { }
async fn g() { }
async fn main() {
    let t = later();
    let empty: list<node> = [];
    try { await spawn dist g() on any empty; } catch _ { }
    await t;
}
";
    let (answer, _) = answer(&folder("no_taker", empty), "--faults");
    assert!(broken(&answer).iter().any(|own| own.starts_with("structured [5")), "{answer}");
}

#[test]
fn each_precondition_is_found_where_it_is_broken() {
    let spawn = "node a, b;\nasync fn f() -> int { return 1; }\n";
    let main =
        |body: &str| format!("{spawn}async fn main() -> int {{\n{body}\nreturn await spawn dist f() on b;\n}}\n");
    breaks("here", "--local", &["no_here [4]"], &main("print(here());"));
    breaks("atomic", "--local", &["no_atomic [4]"], &main("atomic { print(1); }"));
    breaks("scope", "--local", &["no_cancel [4]"], &main("scope { }"));
    breaks("send", "--faults", &["no_sends [4]"], &main("send f() on a;"));
    breaks("choose", "--faults", &["replayable [4]"], &main("print(choose {1, 2});"));
    breaks("is_done", "--faults", &["replayable [4]"], &main("let p: promise<int> = promise(); print(is_done(p));"));
    breaks("down", "--faults --no-restart", &["restarts []"], &main(""));
    breaks("turns", "--local --set schedule=cooperative", &["preemptive []"], &main(""));
    breaks("faulty", "--local --crashes 1", &["no_faults []"], &main(""));
    let by_hand = main("let p: promise<int> = spawn dist f() on a; resolve(p, 2);");
    breaks("by_hand", "--local", &["no_settling_by_hand [4]"], &by_hand);
    let computed = main("let some_of_them: list<node> = [a]; await spawn dist f() on any some_of_them;");
    breaks("group", "--local", &["no_empty_group [4]"], &computed);
    let waits = "async fn f() -> int { return 1; }\nasync fn main() -> int {\nlet t = f();\nreturn wait(t);\n}\n";
    breaks("wait", "--schedule", &["no_wait [4]"], waits);
    let cells = "var n: int = 0;\nasync fn main() {\nn = 1;\nprint(n);\n}\n";
    breaks("cells", "--faults", &["no_cells [3,4]"], cells);
}
