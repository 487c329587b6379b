//! Runs and searches as other tools read them. Each format is held to its rules on every example and litmus program, with
//! and without faults; where Graphviz, or Mermaid and a browser, are installed, they read it themselves (`.ci/run` installs
//! them; without them these tests say so and pass).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

#[path = "formats/browser.rs"]
mod browser;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lacuna(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lacuna")).args(args).current_dir(root()).output().expect("the tool starts")
}

fn said(args: &[&str]) -> String {
    String::from_utf8(lacuna(args).stdout).expect("it writes UTF-8")
}

const FAULTS: [&str; 10] = ["--crashes", "1", "--suspicions", "1", "--losses", "1", "--duplicates", "1", "--seed", "3"];

/// What a format makes of every program that runs, each by itself and with faults.
fn all(format: &str) -> Vec<(String, String)> {
    let folders = ["examples", "tests/litmus"].map(|folder| fs::read_dir(root().join(folder)).expect("a folder"));
    let mut paths: Vec<PathBuf> = folders.into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "lac"));
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let path = path.to_str().expect("a path is text").to_owned();
        for faults in [&[][..], &FAULTS] {
            let args = ["trace", &path, "--format", format, "--max-steps", "300"];
            let output = lacuna(&[&args[..], faults].concat());
            if output.status.code() != Some(3) {
                let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
                assert!(!text.is_empty(), "{path} {faults:?}: {}", String::from_utf8_lossy(&output.stderr));
                found.push((format!("{path} {faults:?}"), text));
            }
        }
    }
    assert!(found.len() > 200, "{} runs", found.len());
    found
}

fn program(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a program can be written");
    path.to_str().expect("a path is text").to_owned()
}

/// Names that mean something in the languages of pictures.
const HOSTILE: &str = r#"
node red, end, graph;
async fn f(s: string) -> string { print(s); return s; }
async fn main() -> string {
    let a = spawn dist f("end; #35; <b> \"q\" \\n {x} %% $y$ : , & end") on end;
    let b = spawn dist f("a -> b [label=1] //") on graph;
    return await a + await b;
}
"#;

// ---- dot ----

/// Lets Graphviz read a graph; false where there is no Graphviz.
fn graphviz(what: &str, graph: &str) -> bool {
    let Ok(mut child) =
        Command::new("dot").arg("-Tcanon").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    else {
        eprintln!("skipped: Graphviz is not installed (apt-get install graphviz)");
        return false;
    };
    let mut input = child.stdin.take().expect("its input is ours");
    input.write_all(graph.as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaint.is_empty(), "{what}: {complaint}\n{graph}");
    true
}

#[test]
fn graphviz_reads_who_waits_for_whom() {
    for (what, graph) in all("dot") {
        if !graphviz(&what, &graph) {
            return;
        }
    }
    let hostile = program("hostile_dot.lac", HOSTILE);
    graphviz("hostile", &said(&["trace", &hostile, "--format", "dot", "--at", "4"]));
}

#[test]
fn a_deadlock_is_a_cycle_of_who_waits_for_whom() {
    let text = "async fn f(p: promise<int>) -> int { return await p; }\n\
                async fn g(t: task<int>, p: promise<int>) { resolve(p, await t); }\n\
                async fn main() { let p: promise<int> = promise(); let t = f(p); await g(t, p); }";
    let graph = said(&["trace", &program("cycle.lac", text), "--format", "dot"]);
    assert!(graph.contains("f0 -> f2 [label=\"awaits\"]"), "{graph}");
    assert!(graph.contains("f2 -> f1 [label=\"awaits\"]"), "{graph}");
    assert!(graph.contains("f1 -> p1 [label=\"awaits\"]"), "{graph}");
    let own = "async fn spin(p: promise<task<int>>) -> int { return 1; }\nasync fn main() { }";
    assert!(!said(&["trace", &program("own.lac", own), "--format", "dot"]).contains("style=bold"));
    let at = said(&["trace", "examples/price.lac", "--format", "dot", "--at", "12"]);
    assert!(at.contains("[label=\"is settled by\"]") && at.contains("behind step 12"), "{at}");
    let output = lacuna(&["trace", "examples/price.lac", "--format", "dot", "--at", "99"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no step 99: this run has 40"), "{output:?}");
}

#[test]
fn the_graph_of_configurations_has_the_outcomes_and_what_is_violated() {
    assert_eq!(lacuna(&["check", "examples/lost_update.lac", "--format", "dot"]).status.code(), Some(1));
    assert_eq!(lacuna(&["check", "examples/lost_update_fixed.lac", "--format", "dot"]).status.code(), Some(0));
    let graph = said(&["check", "examples/lost_update.lac", "--format", "dot"]);
    assert!(graph.contains("returned 50\\nviolates nothing_lost") && graph.contains("returned 100\""), "{graph}");
    graphviz("lost_update", &graph);
    let whole = said(&["check", "examples/lost_update.lac", "--format", "dot", "--no-reduction"]);
    let states = |text: &str| text.lines().filter(|line| line.contains(" [label") && !line.contains("->")).count();
    assert!(states(&whole) > states(&graph), "{} and {}", states(&whole), states(&graph));
    let summary = said(&["check", "examples/lost_update.lac", "--no-reduction"]);
    assert!(summary.contains(&format!(" {} states", states(&whole))), "{summary}");
}

/// Configurations in which nodes have changed places are drawn as one, as `check` counts them; where they cannot be, it is
/// said, and what is wrong is drawn.
#[test]
fn a_graph_may_be_drawn_with_symmetry() {
    let alike = "tests/suite/check/holds/symmetry.lac";
    let drawn = |path: &str, option: &[&str]| lacuna(&[&["check", path, "--format", "dot"][..], option].concat());
    let states = |output: &Output| {
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().filter(|line| line.contains(" [label") && !line.contains("->")).count()
    };
    let (whole, less) = (drawn(alike, &[]), drawn(alike, &["--symmetry"]));
    assert!(states(&less) < states(&whole), "{} and {}", states(&less), states(&whole));
    let summary = said(&["check", alike, "--symmetry"]);
    assert!(summary.contains(&format!(" {} states", states(&less))), "{summary}");
    assert_eq!((less.status.code(), String::from_utf8_lossy(&less.stderr).as_ref()), (Some(0), ""));
    graphviz("symmetry", &String::from_utf8_lossy(&less.stdout));

    let told_apart = "tests/suite/check/violated/symmetry_of_a_property.lac";
    let output = drawn(told_apart, &["--symmetry"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, drawn(told_apart, &[]).stdout);
    let note = String::from_utf8_lossy(&output.stderr);
    assert!(note.contains("note: no nodes change places: `never_the_first` says different things"), "{note}");
}

#[test]
fn a_large_graph_is_cut_and_says_so() {
    let output = lacuna(&["check", "examples/dining_philosophers.lac", "--format", "dot", "--max-states", "20"]);
    assert_eq!(output.status.code(), Some(4), "nothing that is drawn is wrong, and there is more");
    assert!(String::from_utf8_lossy(&output.stderr).contains("these are the first 20 configurations"), "{output:?}");
    let graph = String::from_utf8_lossy(&output.stdout);
    assert!(graph.contains("the first 20 configurations") && graph.contains("style=dotted"), "{graph}");
    graphviz("cut", &graph);
}

#[test]
fn what_a_format_would_ignore_is_refused() {
    let refused = |args: &[&str], why: &str| {
        let output = lacuna(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{args:?}: {output:?}");
    };
    let price = "examples/price.lac";
    refused(&["check", price, "--format", "dot", "--outcomes"], "--outcomes goes with --format text or json");
    refused(&["check", price, "--format", "dot", "--threads", "2"], "--threads goes with --format text or json");
    refused(&["trace", price, "--format", "dot", "--all"], "--all goes with --format text or json or svg");
    refused(&["trace", price, "--at", "3"], "--at goes with --format dot");
    refused(&["trace", price, "--format", "itf", "--no-fold"], "--no-fold goes with --format svg or html or mermaid");
    refused(&["trace", price, "--format", "perfetto", "--steps", "1..2"], "--steps goes with --format svg or mermaid");
    refused(&["trace", price, "--format", "shiviz", "--config"], "--config goes with --format text or json");
}

// ---- Mermaid ----

const LOOPS: &str = "\
async fn tick(n: int) -> int { yield_now(); return n + 1; }
async fn main() -> int {
    let mut i = 0;
    while i < 400 { i = await tick(i); }
    return i;
}
";

#[test]
fn mermaid_reads_every_diagram() {
    let mut diagrams = all("mermaid");
    let hostile = program("hostile_mermaid.lac", HOSTILE);
    diagrams.push((String::from("hostile"), said(&["trace", &hostile, "--format", "mermaid"])));
    let part = ["trace", "examples/pipeline.lac", "--format", "mermaid", "--steps", "50..90", "--all"];
    diagrams.push((String::from("part"), said(&part)));
    browser::mermaid_reads(&diagrams);
}

#[test]
fn a_diagram_keeps_to_the_limits_of_mermaid_and_says_how_to_see_the_rest() {
    let path = program("loops_mermaid.lac", LOOPS);
    let (mut from, mut parts) = (0, 0);
    loop {
        let steps = format!("{from}..100000");
        let output = lacuna(&["trace", &path, "--format", "mermaid", "--no-fold", "--steps", &steps]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.len() <= 50_000, "{} letters", text.len());
        parts += 1;
        let remark = String::from_utf8_lossy(&output.stderr).into_owned();
        let Some((_, rest)) = remark.split_once("too much for one diagram: --steps ") else { break };
        let next: u64 = rest.split("..").next().unwrap_or_default().parse().expect("the number of a step");
        assert!(next > from && text.contains(&format!("from step {next} on")), "{remark}");
        from = next;
    }
    assert!(parts > 2, "{parts} parts");
    assert!(said(&["trace", &path, "--format", "mermaid"]).contains("more rounds of the"));
}

// ---- ShiViz ----

/// A host and its clock: an event of a log.
type Event = (String, BTreeMap<String, u64>);

/// The events of a log, read by the expression in its first line as ShiViz does.
fn events(log: &str) -> Vec<Event> {
    let mut lines = log.lines();
    assert_eq!(lines.next(), Some(r"(?<step>\d+) (?<rule>\S+) (?<event>.*)\n(?<host>\S+) (?<clock>\{.*\})"));
    assert_eq!(lines.next(), Some(""));
    let lines: Vec<&str> = lines.collect();
    let pairs = lines.chunks(2).map(|pair| {
        let [event, host] = pair else { panic!("an event has two lines: {pair:?}") };
        let mut words = event.splitn(3, ' ');
        assert!(words.next().is_some_and(|step| step.parse::<u64>().is_ok()), "{event}");
        assert!(words.next().is_some_and(|rule| !rule.is_empty()) && words.next().is_some(), "{event}");
        let (host, clock) = host.split_once(' ').expect("a host has a clock");
        (host.to_owned(), serde_json::from_str(clock).expect("a clock is JSON"))
    });
    pairs.collect()
}

#[test]
fn clocks_go_by_the_rules_of_shiviz() {
    for (what, log) in all("shiviz") {
        let events = events(&log);
        let mut ticks: BTreeMap<&str, u64> = BTreeMap::new();
        let mut clocks: BTreeMap<(&str, u64), &BTreeMap<String, u64>> = BTreeMap::new();
        for (host, clock) in &events {
            let own = ticks.entry(host).or_default();
            *own += 1;
            assert_eq!(clock.get(host), Some(&*own), "{what}: a host ticks by one: {host} {clock:?}");
            clocks.insert((host, *own), clock);
        }
        for (host, clock) in &events {
            for (other, seen) in clock {
                assert!(
                    ticks.get(other.as_str()).is_some_and(|last| seen <= last),
                    "{what}: {host} has seen {other} {seen}"
                );
                let before = clocks[&(other.as_str(), *seen)];
                let knows = before.iter().all(|(host, ticks)| clock.get(host).is_some_and(|own| own >= ticks));
                assert!(knows, "{what}: {clock:?} has seen {other} {seen}, and not what that had seen, {before:?}");
            }
        }
    }
}

#[test]
fn a_message_orders_what_it_connects() {
    let log = said(&["trace", "examples/price.lac", "--format", "shiviz"]);
    let last = events(&log).into_iter().rev().find(|(host, _)| host == "main").expect("main has events");
    assert!(last.1.contains_key("main.1"), "main has seen main.1, which resumed it: {last:?}");
    assert!(!last.1.contains_key("main.2"), "nothing came to main from main.2: {last:?}");
}

// ---- Perfetto ----

#[test]
fn slices_are_nested_and_what_begins_ends() {
    for (what, text) in all("perfetto") {
        let trace: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
        let events = trace["traceEvents"].as_array().expect("there are events");
        let mut slices: BTreeMap<(u64, u64), Vec<(u64, u64)>> = BTreeMap::new();
        let mut open: BTreeMap<String, i64> = BTreeMap::new();
        for event in events {
            let number = |field: &str| event[field].as_u64().unwrap_or_else(|| panic!("{what}: no {field} in {event}"));
            let (ts, place) = (number("ts"), (number("pid"), number("tid")));
            assert!(event["name"].as_str().is_some_and(|name| !name.is_empty()), "{what}: {event}");
            match event["ph"].as_str() {
                Some("X") => slices.entry(place).or_default().push((ts, ts + number("dur"))),
                Some("b") => *open.entry(event["id"].to_string()).or_default() += 1,
                Some("e") => *open.entry(event["id"].to_string()).or_default() -= 1,
                Some("s") => *open.entry(format!("flow {}", event["id"])).or_default() += 1,
                Some("f") => {
                    assert_eq!(event["bp"], "e");
                    *open.entry(format!("flow {}", event["id"])).or_default() -= 1;
                }
                Some("M" | "C") => {}
                other => panic!("{what}: {other:?}"),
            }
        }
        assert!(open.values().all(|count| *count == 0), "{what}: {open:?}");
        for (place, slices) in &mut slices {
            slices.sort_by_key(|(from, to)| (*from, std::cmp::Reverse(*to)));
            let mut above: Vec<u64> = Vec::new();
            for (from, to) in slices.iter() {
                above.retain(|end| end > from);
                assert!(
                    above.last().is_none_or(|end| to <= end),
                    "{what}: slices of {place:?} overlap at {from}..{to}"
                );
                above.push(*to);
            }
        }
        for event in events.iter().filter(|event| ["s", "f"].contains(&event["ph"].as_str().unwrap_or_default())) {
            let place = (event["pid"].as_u64().expect("a pid"), event["tid"].as_u64().expect("a tid"));
            let ts = event["ts"].as_u64().expect("a time");
            let bound =
                slices.get(&place).is_some_and(|slices| slices.iter().any(|(from, to)| *from <= ts && ts < *to));
            assert!(bound, "{what}: a flow has no slice to be bound to: {event}");
        }
    }
}

// ---- ITF ----

/// Whether a value is one that ADR 015 knows.
fn is_itf(value: &Value) -> bool {
    let all = |items: &Value| items.as_array().is_some_and(|items| items.iter().all(is_itf));
    match value {
        Value::Bool(_) | Value::String(_) => true,
        Value::Null | Value::Number(_) => false,
        Value::Array(items) => items.iter().all(is_itf),
        Value::Object(fields) => match fields.iter().find(|(name, _)| name.starts_with('#')) {
            None => fields.values().all(is_itf),
            Some(_) if fields.len() != 1 => false,
            Some((name, inner)) => match name.as_str() {
                "#bigint" => inner.as_str().is_some_and(|digits| digits.parse::<i128>().is_ok()),
                "#tup" | "#set" => all(inner),
                "#map" => inner.as_array().is_some_and(|pairs| {
                    let keys: BTreeSet<String> = pairs.iter().map(|pair| pair[0].to_string()).collect();
                    keys.len() == pairs.len()
                        && pairs.iter().all(|pair| pair.as_array().is_some_and(|pair| pair.len() == 2) && all(pair))
                }),
                _ => false,
            },
        },
    }
}

#[test]
fn every_state_sets_every_variable_to_a_value_of_the_format() {
    for (what, text) in all("itf") {
        let trace: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
        let vars: BTreeSet<&str> = trace["vars"].as_array().expect("vars").iter().filter_map(Value::as_str).collect();
        for (at, state) in trace["states"].as_array().expect("states").iter().enumerate() {
            let fields = state.as_object().expect("a state is an object");
            assert_eq!(fields["#meta"]["index"], at, "{what}");
            let set: BTreeSet<&str> = fields.keys().map(String::as_str).filter(|name| *name != "#meta").collect();
            assert_eq!(set, vars, "{what}");
            for (name, value) in fields.iter().filter(|(name, _)| *name != "#meta") {
                assert!(is_itf(value), "{what}: {name} is {value}");
            }
        }
    }
}

#[test]
fn the_last_state_is_how_the_run_ended() {
    let text = said(&["trace", "examples/price.lac", "--format", "itf"]);
    let trace: Value = serde_json::from_str(&text).expect("it is JSON");
    let last = trace["states"].as_array().and_then(|states| states.last()).expect("there are states");
    let main = &last["promises"]["#map"][0];
    assert_eq!(main, &serde_json::json!(["main", {"tag": "Done", "value": "150"}]));
    assert_eq!(last["cells"]["#map"].as_array().map(Vec::len), Some(3));
    assert_eq!(last["step"], serde_json::json!({"#bigint": "40"}));
    assert_eq!(last["frames"], serde_json::json!({"#map": []}));
}
