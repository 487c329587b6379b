//! Pictures of runs: they are XML that a strict parser reads, they show every step that they are to show, and they do not
//! depend on chance.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use roxmltree::{Document, Node};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The programs of a folder, in the order of their names.
fn programs(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder is there").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "lac"));
    paths.sort();
    paths
}

fn lacuna(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lacuna")).args(args).current_dir(root()).output().expect("the tool starts")
}

/// What the tool writes to standard output.
fn said(args: &[&str]) -> String {
    String::from_utf8(lacuna(args).stdout).expect("it writes UTF-8")
}

/// What the tool complains of, when it refuses its arguments.
fn refused(args: &[&str]) -> String {
    let output = lacuna(args);
    let complaint = String::from_utf8(output.stderr).expect("it writes UTF-8");
    assert_eq!(output.status.code(), Some(2), "{args:?} is not refused: {complaint}");
    assert!(output.stdout.is_empty(), "{args:?} is refused, and writes something");
    complaint
}

fn parsed(svg: &str) -> Document<'_> {
    Document::parse(svg).unwrap_or_else(|error| panic!("{error}\n{svg}"))
}

fn of_class<'a>(document: &'a Document<'_>, class: &str) -> Vec<Node<'a, 'a>> {
    let has = |node: &Node<'_, '_>| {
        node.attribute("class").is_some_and(|classes| classes.split(' ').any(|other| other == class))
    };
    document.descendants().filter(has).collect()
}

/// The number of the step of each row.
fn rows(document: &Document<'_>) -> Vec<u64> {
    let number = |row: &Node<'_, '_>| row.attribute("data-from").expect("a row has a number").parse();
    of_class(document, "row").iter().map(|row| number(row).expect("it is a number")).collect()
}

/// The numbers of the steps that the trace as text shows, which begins with the start, 0.
fn steps(args: &[&str]) -> Vec<u64> {
    let text = said(args);
    let numbers = text.lines().filter_map(|line| line.split_whitespace().next()?.trim_end_matches('!').parse().ok());
    [0].into_iter().chain(numbers).collect()
}

const FAULTS: [&str; 8] = ["--crashes", "1", "--losses", "1", "--duplicates", "1", "--seed", "3"];

#[test]
fn every_picture_is_xml_and_shows_the_steps_of_the_trace() {
    for path in programs("examples").into_iter().chain(programs("tests/litmus")) {
        let path = path.to_str().expect("a path is text");
        for how in [&[][..], &FAULTS] {
            let run: Vec<&str> = ["trace", path, "--max-steps", "300"].into_iter().chain(how.iter().copied()).collect();
            let drawn: Vec<&str> =
                run.iter().copied().chain(["--format", "svg", "--steps", "0..300", "--no-fold"]).collect();
            let svg = said(&drawn);
            if svg.is_empty() {
                assert_eq!(lacuna(&run).status.code(), Some(3), "{path} has no picture");
                continue;
            }
            let document = parsed(&svg);
            assert_eq!(rows(&document), steps(&run), "{path} {how:?}");
            assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{path} {how:?}");
            let titles = of_class(&document, "lacuna")[0].children().filter(|node| node.has_tag_name("title"));
            assert_eq!(titles.count(), 1, "{path} {how:?}");
        }
    }
}

#[test]
fn every_message_and_every_frame_is_drawn() {
    let how = ["trace", "examples/price.lac"];
    let document = said(&[&how[..], &["--format", "svg"]].concat());
    let document = parsed(&document);
    let json = said(&[&how[..], &["--format", "json"]].concat());
    assert_eq!(of_class(&document, "flight").len(), json.matches("\"message_sent\"").count());
    assert_eq!(of_class(&document, "frame").len(), 5, "main, main.0, main.1, main.2, main.3");
    assert_eq!(of_class(&document, "region").len(), 3, "client, w1, w2");
}

#[test]
fn faults_are_marked() {
    let svg = said(&[&["trace", "examples/dist_hello.lac", "--format", "svg"], &FAULTS[..]].concat());
    let document = parsed(&svg);
    let trace = said(&[&["trace", "examples/dist_hello.lac"], &FAULTS[..]].concat());
    assert!(trace.contains(" Crash ") && trace.contains(" Lose ") && trace.contains(" Duplicate "), "{trace}");
    assert_eq!(of_class(&document, "down").len(), 1);
    assert!(
        of_class(&document, "flight").iter().any(|flight| flight.descendants().any(|node| node.text() == Some("lost")))
    );
    assert!(!of_class(&document, "copy").is_empty());
}

/// A run of more than a thousand steps, most of them rounds of two loops that take turns.
const LOOPS: &str = "\
async fn tick(n: int) -> int { yield_now(); return n + 1; }
async fn worker() -> int {
    let mut i = 0;
    while i < 40 { i = await tick(i); }
    return i;
}
async fn main() -> int {
    let a = worker();
    let b = spawn local worker();
    return await a + await b;
}
";

fn write(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a program can be written");
    path.to_str().expect("a path is text").to_owned()
}

#[test]
fn the_rounds_of_a_loop_are_drawn_together() {
    let path = write("loops.lac", LOOPS);
    let folded = said(&["trace", &path, "--format", "svg"]);
    let document = parsed(&folded);
    assert!(rows(&document).len() < 60, "{} rows", rows(&document).len());
    let fold = "37 more rounds of the 10 rows before, to step 624";
    assert!(document.descendants().any(|node| node.text() == Some(fold)), "{folded}");
    assert_eq!(of_class(&document, "fold").len(), 1);
}

#[test]
fn long_runs_come_in_pages_that_make_up_the_whole() {
    let path = write("pages.lac", LOOPS);
    let page = |n: &str| said(&["trace", &path, "--format", "svg", "--no-fold", "--page", n]);
    let pages = ["1", "2", "3", "4", "5"].map(page);
    let shown: Vec<u64> = pages.iter().flat_map(|page| rows(&parsed(page))).collect();
    assert_eq!(shown, steps(&["trace", &path]));
    let first = lacuna(&["trace", &path, "--format", "svg", "--no-fold"]);
    assert_eq!(String::from_utf8_lossy(&first.stdout), pages[0]);
    assert!(String::from_utf8_lossy(&first.stderr).contains("page 1 of 5"), "{first:?}");
    let part = said(&["trace", &path, "--format", "svg", "--no-fold", "--steps", "100..110"]);
    assert_eq!(
        rows(&parsed(&part)),
        steps(&["trace", &path]).into_iter().filter(|n| (100..=110).contains(n)).collect::<Vec<_>>()
    );
}

#[test]
fn what_a_picture_would_ignore_is_refused() {
    let trace = ["trace", "examples/hello.lac"];
    let refused = |more: &[&str]| refused(&[&trace[..], more].concat());
    assert!(refused(&["--format", "svg", "--config"]).contains("--config goes with --format text or json"));
    assert!(refused(&["--page", "1"]).contains("--page goes with --format svg"));
    assert!(refused(&["--format", "json", "--no-fold"]).contains("--no-fold goes with --format svg or html"));
    assert!(refused(&["--format", "html", "--page", "1"]).contains("--page goes with --format svg"));
    assert!(refused(&["--steps", "1..2"]).contains("--steps goes with --format svg"));
    assert!(refused(&["--format", "svg", "--page", "2"]).contains("there is no page 2: this run has 1"));
    assert!(refused(&["--format", "svg", "--steps", "90..95"]).contains("there are no steps 90..95: this run has 15"));
    assert!(refused(&["--format", "svg", "--steps", "9..5"]).contains("write 3..20"));
}

#[test]
fn names_and_values_are_text_whatever_they_hold() {
    let program = r#"async fn main() -> string { print("<g> & \"quotes\" \u{7} ]]>"); return "</svg>"; }"#;
    let svg = said(&["trace", &write("hostile.lac", program), "--format", "svg"]);
    let document = parsed(&svg);
    assert!(document.descendants().any(|node| node.text().is_some_and(|text| text.contains("<g> & "))), "{svg}");
}

#[test]
fn a_replay_is_the_picture_of_the_run_that_was_saved() {
    let schedule = write("price.schedule", "");
    let how = ["examples/price.lac", "--format", "svg"];
    let first = said(&[&["trace"], &how[..], &["--seed", "5", "--save", &schedule]].concat());
    let again = said(&["replay", "examples/price.lac", &schedule, "--format", "svg"]);
    assert!(first.len() > 1000 && first == again);
}
