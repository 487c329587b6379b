//! What `lacuna test` says of programs and what is expected of them: to people, and to the programs that watch over a
//! project. And the same from Rust.

use std::fs;
use std::path::Path;

use lacuna::expect::Model;
use serde_json::Value;

#[path = "tool/schema.rs"]
mod schema;
#[path = "../examples/snapshot.rs"]
mod snapshot;
mod tool;

use tool::Folder;

/// Two tasks count, and an update can get lost.
const LOST: &str = include_str!("tool/lost.lac");

const ONE: &str = "// trace:\n// outcomes:\nasync fn main() -> int {\n    print(\"a\");\n    return 1;\n}\n";

/// A folder with a bit of everything: what is expected and not, lost, left over, wrong, and too much.
fn all_kinds(test: &str) -> Folder {
    let folder = Folder::new(test).with("one.lac", ONE).with("two.lac", &ONE.replace("\"a\"", "\"b\""));
    folder.run("test --bless");
    folder
        .with("two.lac", &ONE.replace("\"a\"", "\"c\""))
        .with("gone.trace", "")
        .with("one.old.outcomes", "")
        .with("lost.lac", &format!("// check: holds\n// check b: violated both_count, deadlock\n{LOST}"))
        .with("large.lac", &format!("// check: violated both_count --max-states 5\n{LOST}"))
        .with("typo.lac", &format!("// trcae:\n// trace: --sede 1\n{ONE}"))
}

#[test]
fn what_people_see() {
    let folder = all_kinds("testing_people");
    tool::assert_shows("testing", "all_kinds", &folder.transcript(&["test", "test --diff two.lac lost.lac"]));
}

#[test]
fn what_is_blessed_is_expected_from_then_on() {
    let folder = Folder::new("testing_bless").with("one.lac", ONE);
    let lines = ["test", "test --bless", "test", "test one.lac --bless"];
    tool::assert_shows("testing", "bless", &folder.transcript(&lines));
    let trace = folder.run("trace one.lac");
    let kept = fs::read_to_string(folder.0.join("one.trace")).expect("the trace is kept");
    assert_eq!(kept, String::from_utf8_lossy(&trace.stdout), "the file is what the tool prints");
    let ends = kept.replace('\n', "\r\n");
    assert_eq!(folder.with("one.trace", &ends).run("test").status.code(), Some(0), "ends of lines are no difference");
}

/// What a script says happens in the run of a trace, as on the command line; what cannot happen is an error of its line.
#[test]
fn a_trace_may_have_faults() {
    let asks = "node client, w1;\n\nasync fn answer() -> int {\n    return 1;\n}\n\n\
                async fn main() -> int {\n    return await spawn dist answer() on w1;\n}\n";
    let crash = "--fault 'lose main.0 @ 2' --fault \"crash w1 @ 4\"";
    let text = format!("// trace:\n// trace crash: {crash}\n{asks}");
    let folder = Folder::new("testing_faults").with("asks.lac", &text);
    assert_eq!(folder.run("test --bless").status.code(), Some(0));
    let shown = |name: &str| fs::read_to_string(folder.0.join(name)).expect("the trace is kept");
    let typed = folder.run("trace asks.lac --fault 'lose main.0 @ 2' --fault 'crash w1 @ 4'").stdout;
    assert_eq!(shown("asks.crash.trace"), String::from_utf8_lossy(&typed));
    assert!(shown("asks.crash.trace").contains("   4!") && !shown("asks.trace").contains('!'));

    let lines = [
        "--fault 'crash w1 @ 1'",
        "--fault 'suspect w1 @ 1'",
        "--fault 'lose main.0 @ 99'",
        "--fault crash w1 @ 4",
        "--fault 'crash w1 @ 1' --seed 4 --fault 'crash client @ 1'",
    ];
    let several: String =
        lines.iter().zip(["a", "b", "c"]).map(|(line, name)| format!("// trace {name}: {line}\n")).collect();
    let folder = Folder::new("testing_misfits").with("asks.lac", &format!("{several}{asks}"));
    let folder = folder.with("words.lac", &format!("// trace: {}\n// trace b: {}\n{asks}", lines[3], lines[4]));
    let folder = folder.with("search.lac", &format!("// check: holds {}\n{asks}", lines[0]));
    tool::assert_shows("testing", "misfits", &folder.transcript(&["test", "test asks.lac --format github"]));
    let model = Model::new("asks.lac", asks).expect("it is a program");
    assert_eq!(model.trace(crash).ok(), Some(String::from_utf8_lossy(&typed).into_owned()));
    let refused = model.trace("--fault 'lose main.0 @ 99'").expect_err("it is over by then").to_string();
    assert!(refused.contains("options:1:10"), "{refused}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = Folder::new("testing_usage").with("none.lac", "async fn main() {}\n");
    tool::assert_shows("testing", "usage", &folder.transcript(&["test", "test none.lac", "test away.lac"]));
}

#[test]
fn the_answer_does_not_depend_on_threads() {
    let folder = all_kinds("testing_threads");
    let of = |threads: &str| folder.run(&format!("test --format json --threads {threads}")).stdout;
    assert_eq!(of("1"), of("7"));
}

#[test]
fn an_incomplete_check_is_never_ok() {
    let text = format!("// check: violated both_count --max-states 5\n{LOST}");
    let folder = Folder::new("testing_limit").with("large.lac", &text);
    assert_eq!(folder.run("test").status.code(), Some(4));
    let text = "// trace:\nasync fn main() {\n    while true {\n        print(\"x\");\n    }\n}\n";
    let folder = Folder::new("testing_endless").with("endless.lac", text);
    assert_eq!(folder.run("test --max-steps 9 --bless").status.code(), Some(4));
    let folder = folder.with("endless.lac", &text.replace("trace:", "trace: --max-steps 9"));
    assert_eq!(folder.run("test --bless").status.code(), Some(0), "it says itself where it ends");
}

/// Steps that nobody else sees count: what a search with reductions finds first is longer here.
#[test]
fn the_run_that_is_shown_is_the_shortest() {
    let folder = Folder::new("testing_shortest").with("lost.lac", &format!("// check: holds\n{LOST}"));
    let text = |line: &str| String::from_utf8_lossy(&folder.run(line).stdout).into_owned();
    let (tested, checked) = (text("test lost.lac --diff"), text("check lost.lac"));
    assert!(checked.contains(" 14 steps, shortest;"), "{checked}");
    assert!(tested.contains(" 14 steps, shortest\n"), "{tested}");
}

#[test]
fn each_conclusion_has_its_exit_code() {
    let folder = all_kinds("testing_exit");
    let exit = |line: &str| folder.run(line).status.code();
    let codes = ["test one.lac", "test lost.lac", "test none", "test typo.lac two.lac", "test large.lac"].map(exit);
    assert_eq!(codes, [Some(1), Some(1), Some(2), Some(3), Some(4)], "one.lac has an orphan beside it");
}

#[test]
fn json_is_as_its_schema_says() {
    let found = json(&all_kinds("testing_json"), "json");
    let wrong: Vec<String> = schema::validator("test.schema.json").iter_errors(&found).map(|e| e.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(found["conclusion"], "errors");
}

/// The schema in tests/testing is the part of the SARIF 2.1.0 specification that we use, written down from its text and
/// stricter than it: nothing else may stand there.
#[test]
fn sarif_is_as_the_specification_says() {
    let found = json(&all_kinds("testing_sarif"), "sarif");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/testing/sarif.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("it is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
    let wrong: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    let results = found["runs"][0]["results"].as_array().expect("results");
    let flow = results.iter().find_map(|result| result.get("codeFlows")).expect("a run that shows a violation");
    let threads = flow[0]["threadFlows"].as_array().expect("executions");
    let ids: Vec<&str> = threads.iter().filter_map(|thread| thread["id"].as_str()).collect();
    assert_eq!(ids, ["main", "main.0", "main.1"], "an execution, a thread flow");
    let steps = |thread: &Value| -> Vec<u64> {
        let places = thread["locations"].as_array().into_iter().flatten();
        places.filter_map(|place| place["executionOrder"].as_u64()).collect()
    };
    let mut all: Vec<u64> = threads.iter().flat_map(steps).collect();
    all.sort_unstable();
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "each step stands in one of them: {all:?}");
}

#[test]
fn junit_and_github_hold_all_that_is_wrong() {
    let folder = all_kinds("testing_ci");
    let said = |format: &str| String::from_utf8(folder.run(&format!("test --format {format}")).stdout).expect("text");
    let (junit, github) = (said("junit"), said("github"));
    let document = roxmltree::Document::parse(&junit).expect("it is XML");
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    let root = document.root_element();
    for (attribute, element) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
        assert_eq!(root.attribute(attribute), Some(count(element).to_string().as_str()), "{attribute}");
    }
    tool::assert_shows("testing", "github", &github);
}

#[test]
fn the_examples_are_what_they_say() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let output =
        Folder::new("testing_examples").command("test --diff").arg(examples).output().expect("the tool starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_rust_project_snapshots_a_model() {
    snapshot::main().expect("the model of the example is a program");
}

#[test]
fn a_model_says_why_there_is_no_answer() {
    let wrong = Model::new("wrong.lac", "async fn main() { return 1; }").expect_err("it has a type error");
    assert!(wrong.to_string().contains("wrong.lac:1"), "{wrong}");
    let model = Model::new("lost.lac", LOST).expect("it is a program");
    let refused = model.trace("--sede 4").expect_err("there is no such option").to_string();
    assert!(refused.contains("did you mean --seed?"), "{refused}");
    let refused = model.check("--max-states 5").expect_err("it is not complete").to_string();
    assert_eq!(refused, "there is no answer: the search is not complete with 5 states");
}

fn json(folder: &Folder, format: &str) -> Value {
    let output = folder.run(&format!("test --format {format}"));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{format}: {error}"))
}
