//! What `lacuna sim` does: it finds what is wrong, shows a short run of it, does not depend on threads, and repeats itself.

use std::fs;
use std::path::Path;

use serde_json::Value;

#[path = "tool/schema.rs"]
mod schema;
mod tool;

use tool::Folder;

/// An update is lost where both read before one writes.
const LOST: &str = include_str!("tool/lost.lac");

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
fn what_no_run_can_show_is_left_to_check() {
    let folder = Folder::new("sim_eventually").with(
        "waits.lac",
        "var done: int = 0;\n\nasync fn main() {\n    done = 1;\n}\n\neventually ends: done@main == 1;\n",
    );
    tool::assert_shows("sim", "eventually", &folder.transcript(&["sim waits.lac --seed 1 --runs 3"]));
}

#[test]
fn nothing_found_is_not_called_more_than_that() {
    let folder = Folder::new("sim_nothing").with("lost.lac", LOST);
    let output = folder.run("sim lost.lac --seed 1 --runs 20");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("\nnothing found in 20 runs\n"));
}

#[test]
fn no_run_finds_nothing_and_is_no_answer() {
    let folder = Folder::new("sim_none").with("lost.lac", LOST);
    let code = |line: &str| folder.run(line).status.code();
    assert_eq!(code("sim lost.lac --seed 1 --time-limit 0s"), Some(4));
    assert_eq!(code("sim lost.lac --seed 1 --time-limit 0s --runs 5"), Some(4));
    assert_eq!(code("sim lost.lac --seed 1 --runs 0"), Some(2));
}

/// The statement that fails is come to before, and goes well then.
const LATER: &str = r#"async fn main() -> int {
    for n in [1, 0] {
        try {
            print(1 / n);
        } catch error {
            print(error);
        }
    }
    return 0;
}
"#;

#[test]
fn a_rule_counts_also_where_another_was_seen_before() {
    let folder = Folder::new("sim_rules").with("later.lac", LATER);
    let found = json(&folder, "sim later.lac --seed 1 --runs 1");
    let rules = found["rules"].as_array().expect("there are rules");
    assert!(rules.iter().any(|rule| rule == "Op-Error"), "{found}");
}

/// What it says is wrong behind the first block, and right again behind the second.
const BLOCKS: &str = r#"var x: int = 0;

async fn main() {
    atomic {
        x = 1;
    }
    atomic {
        x = 0;
    }
}

invariant zero: x@main == 0;
"#;

#[test]
fn an_invariant_is_looked_at_where_atomic_ends() {
    let folder = Folder::new("sim_atomic").with("blocks.lac", BLOCKS);
    let found = json(&folder, "sim blocks.lac --seed 1 --runs 1");
    assert_eq!(found["violations"][0]["property"], "zero");
}

/// Each says at its end what it has left behind inside an atomic: no write is seen, and no promise is read.
const LEAVES: &str = r#"node here, there;

var x: int = 0;

async fn leave() {
    atomic {
        x = 1;
        throw "out";
    }
}

async fn main() {
    HOW;
}

invariant zero: x@there == 0;
"#;

#[test]
fn an_invariant_is_looked_at_where_an_error_leaves_atomic() {
    for (how, node, wrong) in [
        ("spawn dist leave() on there", "there", true),
        ("send leave() on there", "there", true),
        ("spawn local leave()", "here", false),
        ("leave()", "here", false),
    ] {
        let folder = Folder::new("sim_leaves").with("leaves.lac", &LEAVES.replace("HOW", how));
        let found = json(&folder, "sim leaves.lac --seed 1 --runs 5");
        assert_eq!(found["violations"][0]["property"] == "zero", wrong, "{how}: {found}");
        let own = LEAVES.replace("HOW", how).replace("x@there", &format!("x@{node}"));
        let found = json(&folder.with("leaves.lac", &own), "sim leaves.lac --seed 1 --runs 5");
        assert_eq!(found["violations"][0]["property"], "zero", "{how}: {found}");
    }
}

#[test]
fn a_run_taken_twice_is_told_to_programs_too() {
    let folder = Folder::new("sim_twice_json").with("lost.lac", LOST);
    let found = json(&folder, "sim lost.lac --seed 1 --runs 3 --twice");
    assert_eq!((&found["runs"], &found["differs"]), (&Value::from(3), &Value::Null));
}

#[test]
fn a_rate_without_a_number_lets_any_number_happen() {
    let program = "async fn main() {\n    await sleep(1);\n}\n";
    let folder = Folder::new("sim_any").with("sleeps.lac", program);
    let found = folder.run("sim sleeps.lac --seed 1 --crash-rate 0.5 --no-restart --save crash.schedule");
    assert_eq!(found.status.code(), Some(1));
    let schedule = fs::read_to_string(folder.0.join("crash.schedule")).expect("it was saved");
    assert!(schedule.contains("crashes        any\n"), "{schedule}");
    assert_eq!(folder.run("replay sleeps.lac crash.schedule").status.code(), Some(1));
}

#[test]
fn pct_finds_what_needs_an_order() {
    let folder = Folder::new("sim_pct").with("lost.lac", LOST);
    let found = json(&folder, &format!("sim lost.lac --seed 1 --runs 200 --pct 2 {ANY_ORDER}"));
    assert_eq!(found["violations"][0]["property"], "both_count");
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

/// It fails wherever the second choice is made so, whatever else happens.
const CHOOSES: &str = r#"node client;
node server;

async fn work(n: int) -> int {
    return n;
}

async fn main() -> int {
    let first = choose(0..4);
    let answers = [spawn dist work(first) on server, spawn dist work(1) on server];
    let second = choose(0..4);
    for answer in answers {
        await answer;
    }
    assert(second < 2);
    return first;
}
"#;

#[test]
fn what_was_not_needed_is_told_of_steps_switches_faults_and_choices() {
    let folder = Folder::new("sim_size").with("chooses.lac", CHOOSES);
    let line = "sim chooses.lac --seed 12 --crash-rate 0.2 --duplicate-rate 0.2";
    tool::assert_shows("sim", "smaller", &folder.transcript(&[line]));
    let found = json(&folder, line);
    let (size, before) = (&found["violations"][0]["size"], &found["violations"][0]["size_before"]);
    for part in ["steps", "switches", "faults", "choices"] {
        assert!(size[part].as_u64() < before[part].as_u64(), "{part}: {found}");
    }
    assert_eq!((&size["faults"], &size["choices"]), (&Value::from(0), &Value::from(2)));
    let as_it_was = folder.run(&format!("{line} --shrink-steps 0"));
    assert!(String::from_utf8_lossy(&as_it_was.stdout).contains("which is shown as it was"));
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
        let line = format!("{line} --partition-rate 0.05 --delay exp:5 --timing free");
        let output = folder.run(&line);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// It ends when a message arrives, if ever one does.
const ASKS: &str = r#"node client;
node server;

async fn answer() -> int {
    return 1;
}

async fn main() -> int {
    return await spawn dist answer() on server;
}
"#;

#[test]
fn in_the_quiet_phase_a_program_has_to_end() {
    let folder = Folder::new("sim_quiet").with("asks.lac", ASKS).with("spins.lac", SPINS);
    // Every message is lost until the quiet phase, and sent again.
    let faults = "--seed 1 --runs 20 --loss-rate 1 --max-steps 40";
    let cut = json(&folder, &format!("sim asks.lac {faults}"));
    assert_eq!((&cut["cut"], &cut["failures"]), (&Value::from(20), &Value::from(0)));
    let quiet = json(&folder, &format!("sim asks.lac {faults} --quiet 40"));
    assert_eq!((&quiet["cut"], &quiet["failures"]), (&Value::from(0), &Value::from(0)), "{quiet}");
    let lines = ["sim spins.lac --seed 1 --schedule preemptive --max-steps 30 --quiet 12 --save spins.schedule"];
    tool::assert_shows("sim", "quiet", &folder.transcript(&lines));
    assert_eq!(folder.run("replay spins.lac spins.schedule").status.code(), Some(4));
}

/// It never ends, with faults or without.
const SPINS: &str = r#"var done: bool = false;

async fn main() {
    while !done {
        yield_now();
    }
}
"#;

/// The figures of the table of docs/simulation.md, of a hundred runs here.
#[test]
fn the_alternating_bit_takes_a_network_that_keeps_the_order() {
    let folder = Folder::new("sim_alternating");
    let file = format!("{}/examples/alternating_bit.lac", env!("CARGO_MANIFEST_DIR"));
    for (more, fails) in [
        ("", false),
        ("--partitions 2", true),
        ("--partitions 2 --network fifo", false),
        ("--delay fixed:5", false),
        ("--delay exp:20", true),
        ("--delay exp:20 --network fifo", false),
    ] {
        let line = format!("sim {file} --timing free --seed 1 --runs 100 --shrink-steps 0 {more}");
        let found = json(&folder, &line);
        assert_eq!(found["violations"][0]["property"] == "in_order", fails, "{more}: {}", found["violations"]);
    }
}

/// The follower is told before twelve rounds of the others are over, or so everybody expects.
const ROUNDS: &str = r#"node leader;
node follower;
node witness;

var rounds: int = 0;
var told: bool = false;

async fn tell() {
    told = true;
}

async fn ping() {}

async fn main() {
    send tell() on follower;
    while rounds < 12 {
        await spawn dist ping() on witness;
        rounds = rounds + 1;
    }
}

invariant in_time: rounds@leader < 12 || told@follower;
"#;

#[test]
fn a_partition_makes_likely_what_is_rare() {
    let folder = Folder::new("sim_partition").with("rounds.lac", ROUNDS);
    let line = "sim rounds.lac --seed 1 --runs 200 --shrink-steps 20000";
    let without = json(&folder, line);
    assert_eq!(without["failures"], 0, "{without}");
    let with = format!("{line} --partitions 1 --partition-rate 0.5");
    let found = json(&folder, &format!("{with} --save late.schedule"));
    assert_eq!(found["violations"][0]["property"], "in_time", "{found}");
    assert_eq!(found["partitions"]["begun"], found["runs"]);
    assert_eq!(json(&folder, &format!("{with} --threads 3")), found);
    // Whoever replays the run knows of no partition, and `check` has the run as well.
    let replayed = folder.run("replay rounds.lac late.schedule");
    assert!(String::from_utf8_lossy(&replayed.stderr).contains("the schedule ends here"));
    let checked = json(&folder, "check rounds.lac --schedule cooperative --order fifo --timing urgent");
    assert_eq!(checked["violations"][0]["property"], "in_time");
}

/// The client waits for a hundred units of time, ten at a time.
const PATIENT: &str = r#"node client;
node server;

var rounds: int = 0;
var worked: bool = false;

async fn work() {
    worked = true;
}

async fn main() {
    spawn dist work() on server;
    while rounds < 10 {
        await sleep(10);
        rounds = rounds + 1;
    }
}

invariant in_time: rounds@client < 10 || worked@server;
invariant at_once: rounds@client < 1 || worked@server;
"#;

#[test]
fn a_message_is_on_its_way_for_its_time_and_no_longer() {
    let folder = Folder::new("sim_delay").with("patient.lac", PATIENT);
    let found = |delay: &str| {
        let found = json(&folder, &format!("sim patient.lac --seed 1 --runs 200 --timing free --keep-going {delay}"));
        let violations = found["violations"].as_array().expect("a list");
        let names = violations.iter().map(|violation| violation["property"].as_str().unwrap_or_default().to_owned());
        (names.collect::<Vec<String>>().join(" "), found["failures"].as_u64().expect("a number"))
    };
    // Timers fire at any moment, but ten of them hardly before one message.
    let (names, failures) = found("");
    assert!(names == "at_once" && failures < 200, "{names}: {failures}");
    assert_eq!(found("--delay fixed:9"), (String::new(), 0));
    assert_eq!(found("--delay uniform:1..9"), (String::new(), 0));
    assert_eq!(found("--delay uniform:11..99"), (String::from("at_once"), 200));
    let (names, failures) = found("--delay exp:10");
    assert!(names == "at_once" && (50..100).contains(&failures), "{names}: {failures}");
}

#[test]
fn who_waits_longer_than_a_message_takes_sees_it_missing() {
    let only_in_time = PATIENT.replace("invariant at_once: rounds@client < 1 || worked@server;\n", "");
    let folder = Folder::new("sim_late").with("patient.lac", &only_in_time);
    for (delay, runs) in [("", 0), ("--delay fixed:101", 1), ("--delay exp:50", 50)] {
        let found = json(&folder, &format!("sim patient.lac --seed 1 --runs 200 --timing free {delay}"));
        let failures = found["failures"].as_u64().expect("a number");
        assert_eq!(failures > 0, runs > 0, "{delay}: {found}");
        assert!(failures == 0 || found["runs"].as_u64() <= Some(runs), "{delay}: {found}");
    }
}

/// The answer is waited for in a loop, in which no time passes.
const POLLS: &str = r#"node client;
node server;

async fn work() -> int {
    return 1;
}

async fn main() -> int {
    let answer = spawn dist work() on server;
    while !is_done(answer) {
        yield_now();
    }
    return await answer;
}
"#;

#[test]
fn what_is_held_back_is_delivered_in_the_end() {
    let folder = Folder::new("sim_held").with("asks.lac", ASKS).with("polls.lac", POLLS).with("rounds.lac", ROUNDS);
    for line in [
        "asks.lac --partition-rate 1",
        "asks.lac --partition-rate 1 --delay uniform:0..100 --timing free",
        "polls.lac --partition-rate 0.5 --schedule preemptive",
        "polls.lac --delay fixed:4000000000 --timing free",
        "asks.lac --partition-rate 1 --loss-rate 1 --max-steps 40 --quiet 40",
    ] {
        let found = json(&folder, &format!("sim {line} --seed 1 --runs 50"));
        assert_eq!((&found["cut"], &found["failures"]), (&Value::from(0), &Value::from(0)), "{line}: {found}");
        let cuts = &found["partitions"];
        assert_eq!(cuts["begun"].as_u64() > Some(0), line.contains("partition"), "{line}: {found}");
        assert!(cuts["healed"].as_u64() <= cuts["begun"].as_u64(), "{line}: {found}");
    }
}

#[test]
fn what_holds_back_has_to_make_sense() {
    let folder = Folder::new("sim_senseless").with("asks.lac", ASKS);
    let lines = [
        "sim asks.lac --seed 1 --delay fixed:5",
        "sim asks.lac --seed 1 --timing free --delay uniform:9..5",
        "sim asks.lac --seed 1 --partition-rate 2",
        "sim asks.lac --seed 1 --runs 20 --partitions 2 --timing free --delay exp:5",
    ];
    tool::assert_shows("sim", "held", &folder.transcript(&lines));
}

/// Every answer is as docs/sim.schema.json says.
#[test]
fn the_schema_describes_the_answer() {
    let validator = schema::validator("sim.schema.json");
    let folder = Folder::new("sim_schema").with("lost.lac", LOST).with("later.lac", LATER).with("spins.lac", SPINS);
    for line in [
        String::from("sim lost.lac --seed 1"),
        format!("sim lost.lac --seed 1 {ANY_ORDER} --keep-going --crash-rate 0.1 --runs 50"),
        String::from("sim later.lac --seed 1 --runs 2 --max-steps 3"),
        String::from("sim later.lac --seed 1 --runs 2 --twice"),
        String::from("sim spins.lac --seed 1 --max-steps 30 --quiet 12"),
        String::from("sim lost.lac --seed 1 --partition-rate 0.5 --delay fixed:3 --timing free"),
    ] {
        let output = folder.run(&format!("{line} --format json"));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {answer}\nis not as the schema says: {}", errors.join("; "));
    }
}

/// The rows of the table of docs/simulation.md that says how short runs become: example, what is wrong, and the steps
/// that `check` takes to show it, that the run took as it was found, and that the short run takes.
fn shrinking() -> Vec<(String, String, [u64; 3])> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/simulation.md");
    let page = fs::read_to_string(path).expect("the page");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, example, wrong, shortest, before, after, _, _] = cells[..] else { return None };
        let number = |cell: &str| cell.trim_end_matches('?').parse().ok();
        Some((example.to_owned(), wrong.to_owned(), [number(shortest)?, number(before)?, number(after)?]))
    };
    page.lines().filter_map(row).collect()
}

#[test]
fn short_runs_are_hardly_longer_than_the_shortest() {
    let folder = Folder::new("sim_short");
    let rows = shrinking();
    assert!(rows.len() > 5, "the table has {} rows", rows.len());
    for (example, wrong, [shortest, before, after]) in rows {
        assert!(after * 2 <= shortest * 3, "{example}: {after} steps, and {shortest} would do");
        let file = format!("{}/examples/{example}.lac", env!("CARGO_MANIFEST_DIR"));
        let found = json(&folder, &format!("sim {file} --seed 1 {ANY_ORDER} --keep-going --runs 300"));
        let violations = found["violations"].as_array().expect("a list");
        let own = violations.iter().find(|violation| violation["property"] == wrong.as_str());
        let own = own.unwrap_or_else(|| panic!("{example}: {wrong} is not found"));
        assert_eq!([&own["step_before"], &own["step"]], [&Value::from(before), &Value::from(after)], "{example}");
    }
}

/// Of the rows of the table those whose examples are small: the others take a minute each.
#[test]
fn what_is_called_the_shortest_is_what_check_finds() {
    let folder = Folder::new("sim_shortest");
    for (example, wrong, [shortest, ..]) in shrinking() {
        if !["async_mutex", "broken_lock", "deadlock_cycle", "lost_update"].contains(&example.as_str()) {
            continue;
        }
        let file = format!("{}/examples/{example}.lac", env!("CARGO_MANIFEST_DIR"));
        let found = json(&folder, &format!("check {file}"));
        let violations = found["violations"].as_array().expect("a list");
        let own = violations.iter().find(|violation| violation["property"] == wrong.as_str());
        let own = own.unwrap_or_else(|| panic!("{example}: check does not find {wrong}"));
        assert_eq!((&own["step"], &own["shortest"]), (&Value::from(shortest), &Value::from(true)), "{example}");
    }
}
