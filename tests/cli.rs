//! The tool as people meet it: what it writes where, and with which exit code it ends. A transcript shows a command line,
//! what came on standard output, then what came on standard error (marked by `!`), then the exit code.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};

mod tool;

use tool::Folder;

/// The snapshot of this name, in tests/cli.
fn assert_shows(name: &str, text: &str) {
    tool::assert_shows("cli", name, text);
}

/// A file of the folder.
fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.0.join(name)).expect("a file can be read")
}

const HELLO: &str = r#"node client, server;

async fn greet(name: string) -> string {
    print("greeting", name);
    return "hello, " + name;
}

async fn main() -> string {
    let here = greet("world");
    let there = spawn dist greet("moon") on server;
    return await here + " and " + await there;
}
"#;

const LOST: &str = r#"var count: int = 0;

async fn increment() {
    let seen = count;
    yield_now();
    count = seen + 1;
}

async fn main() -> int {
    await all([increment(), increment()]);
    return count;
}
"#;

const CIRCLE: &str = r#"async fn left(mine: promise<int>, yours: promise<int>) {
    resolve(mine, await yours);
}

async fn main() -> int {
    let a: promise<int> = promise();
    let b: promise<int> = promise();
    let one = left(a, b);
    let other = left(b, a);
    await all([one, other]);
    return await a;
}
"#;

const BLOCKED: &str = r#"async fn slow() -> int {
    yield_now();
    return 1;
}

fn now_please() -> int {
    return wait(slow());
}

async fn main() -> int {
    return now_please();
}
"#;

const SPIN: &str = "async fn main() {\n    let mut n = 0;\n    while true {\n        n = n + 1;\n    }\n}\n";

#[test]
fn run_prints_what_the_program_prints_and_its_result() {
    let folder = Folder::new("run").with("hello.lac", HELLO);
    let lines = ["run hello.lac", "run hello.lac --nodes", "run hello.lac --format json"];
    assert_shows("run", &folder.transcript(&lines));
}

#[test]
fn trace_shows_each_step() {
    let folder = Folder::new("trace").with("hello.lac", HELLO);
    assert_shows("trace", &folder.transcript(&["trace hello.lac", "trace hello.lac --format json"]));
}

#[test]
fn trace_shows_every_step_and_the_whole_configuration_when_asked() {
    let folder = Folder::new("trace_config").with("lost.lac", LOST);
    assert_shows("trace_config", &folder.transcript(&["trace lost.lac --all --config --max-steps 12"]));
}

#[test]
fn what_main_came_to_is_the_exit_code() {
    let folder = Folder::new("ends")
        .with("failed.lac", "async fn main() { throw \"no stock\"; }\n")
        .with(
            "unobserved.lac",
            "async fn f() { throw \"left\\nalone\"; }\nasync fn main() -> int { let _ = f(); return 1; }\n",
        )
        .with("wrong.lac", "async fn main() -> int { return \"one\"; }\n");
    let lines = [
        "run failed.lac",
        "run unobserved.lac",
        "run wrong.lac",
        "run wrong.lac --format json",
        "trace wrong.lac --format json",
        "run missing.lac",
        "run failed.lac --crash-nodes w1",
        "run failed.lac --schedule sometimes",
    ];
    assert_shows("ends", &folder.transcript(&lines));
}

#[test]
fn a_deadlock_says_who_waits_for_whom() {
    let folder = Folder::new("deadlock")
        .with("circle.lac", CIRCLE)
        .with("blocked.lac", BLOCKED)
        .with("self.lac", include_str!("litmus/deadlock_self.lac"))
        .with(
            "chain.lac",
            "async fn f(n: int, p: promise<int>) -> int {\n    if n == 0 {\n        return await p;\n    }\n    \
             return await f(n - 1, p);\n}\n\nasync fn main() -> int {\n    return await f(40, promise());\n}\n",
        )
        .with(
            "down.lac",
            "node a, b;\n\nasync fn far() -> int {\n    return 1;\n}\n\n\
             async fn main() -> int {\n    return await spawn dist far() on b;\n}\n",
        );
    let lines = [
        "run circle.lac",
        "run blocked.lac",
        "run self.lac",
        "run chain.lac",
        "run down.lac --crashes 1 --crash-nodes b --no-restart --seed 4",
        "run down.lac --crashes 1 --crash-nodes a --no-restart --seed 2",
    ];
    assert_shows("deadlock", &folder.transcript(&lines));
}

#[test]
fn a_limit_says_how_far_the_run_came() {
    let folder = Folder::new("limits").with("spin.lac", SPIN).with("hello.lac", HELLO);
    let lines = [
        "run spin.lac --max-steps 1000",
        "run spin.lac --max-steps 1000 --format json",
        "trace hello.lac --max-steps 3",
        "trace hello.lac --max-steps 3 --format json",
        "replay hello.lac spin.lac",
    ];
    assert_shows("limits", &folder.transcript(&lines));
    let output = folder.run("run spin.lac --time-limit 1ms");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the limit of --time-limit"));
}

#[test]
fn a_saved_schedule_is_replayed_and_says_when_it_no_longer_fits() {
    let folder = Folder::new("replay").with("lost.lac", LOST);
    let save = "trace lost.lac --schedule preemptive --order bag --seed 3 --save lost.schedule";
    let text = folder.transcript(&[save, "replay lost.lac lost.schedule"]);
    let saved = read(&folder, "lost.schedule");
    let (traced, replayed) = text.split_once("$ lacuna replay").expect("there are two commands");
    let table = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(table(traced.trim_end()), table(replayed.trim_end()), "a replay shows the same steps");

    let folder = folder.with("lost.lac", &LOST.replace("    yield_now();\n", ""));
    let lines = ["replay lost.lac lost.schedule"];
    assert_shows("replay", &format!("{saved}\n{text}{}", folder.transcript(&lines)));
}

#[test]
fn a_schedule_that_cannot_be_read_says_where() {
    let folder = Folder::new("bad_schedule")
        .with("hello.lac", HELLO)
        .with("title.schedule", "hello\n")
        .with("rule.schedule", "# by hand\nlacuna schedule 1\n\n  3  client main  Jump\n")
        .with("setting.schedule", "lacuna schedule 1\norder sideways\n")
        .with("late.schedule", "lacuna schedule 1\n  3  stop\n  4  client main  Await\n")
        .with("short.schedule", "lacuna schedule 1\n  4  client\n");
    let lines = ["title", "rule", "setting", "late", "short"].map(|name| format!("replay hello.lac {name}.schedule"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_shows("bad_schedule", &folder.transcript(&lines));
}

#[test]
fn a_stopped_run_is_replayed_to_where_it_was_stopped() {
    let folder = Folder::new("stopped").with("spin.lac", SPIN);
    let lines = ["run spin.lac --max-steps 10 --save spin.schedule", "replay spin.lac spin.schedule --all"];
    assert_shows("stopped", &folder.transcript(&lines));
}

#[test]
fn explain_shows_rules_and_codes() {
    let folder = Folder::new("explain");
    let lines =
        ["explain await-continue", "explain Crash", "explain lacuna::immutable", "explain Awiat", "explain zzzzzz"];
    assert_shows("explain", &folder.transcript(&lines));
    assert_shows("explain_list", &folder.transcript(&["explain"]));
}

#[test]
fn explain_has_a_page_for_every_name_that_it_lists() {
    let folder = Folder::new("explain_all");
    let listed: serde_json::Value =
        serde_json::from_slice(&folder.run("explain --format json").stdout).expect("the list is JSON");
    for kind in ["rule", "code"] {
        let names = listed[format!("{kind}s")].as_array().expect("a list of names");
        assert!(names.len() > 15, "there are few {kind}s: {}", names.len());
        for name in names {
            let name = name["name"].as_str().expect("a name");
            let page: serde_json::Value =
                serde_json::from_slice(&folder.run(&format!("explain {name} --format json")).stdout)
                    .expect("a page is JSON");
            assert_eq!(page[kind]["name"], name);
        }
    }
}

#[test]
fn the_help_is_what_it_is() {
    let folder = Folder::new("help");
    assert_shows("help", &folder.transcript(&["--help", "trace --help", "replay --help", "explain --help"]));
}

#[test]
fn a_program_comes_from_standard_input() {
    let folder = Folder::new("stdin");
    let mut child =
        folder.command("run -").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the tool starts");
    let mut input = child.stdin.take().expect("its input is ours");
    input.write_all(b"async fn main() -> int { return 7; }").expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), b"result: 7\n".as_slice()));
}

#[test]
fn what_is_not_text_is_refused() {
    let folder = Folder::new("bytes");
    fs::write(folder.0.join("bytes.lac"), [b'/', b'/', 0xff, 0xfe]).expect("a file can be written");
    assert_shows("bytes", &folder.transcript(&["run bytes.lac", "run ."]));
}

#[test]
fn a_made_up_seed_is_told_and_makes_the_same_run() {
    let folder = Folder::new("seed").with("lost.lac", LOST);
    let first = folder.run("trace lost.lac --schedule preemptive");
    let told = String::from_utf8(first.stderr).expect("standard error is text");
    let seed = told.strip_prefix("seed ").and_then(|rest| rest.split(':').next()).expect("the seed is told first");
    let again = folder.run(&format!("trace lost.lac --schedule preemptive --seed {seed}"));
    assert_eq!(first.stdout, again.stdout);
    assert!(again.stderr.is_empty(), "a seed that was given need not be told");
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    let folder = Folder::new("colour").with("hello.lac", HELLO).with("wrong.lac", "async fn main() { x; }");
    for line in ["trace hello.lac", "explain Await", "run wrong.lac", "--help"] {
        let Output { stdout, stderr, .. } = folder.run(line);
        assert!(![stdout, stderr].concat().contains(&0x1b), "{line} writes colours into a pipe");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new("pipe").with("spin.lac", SPIN);
    let mut child = folder
        .command("trace spin.lac --all")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
    assert!(lines.next().expect("it writes a line").expect("it is text").starts_with("step"));
    drop(lines);
    let mut complaint = String::new();
    child.stderr.take().expect("its errors are ours").read_to_string(&mut complaint).expect("it is text");
    assert_eq!((child.wait().expect("it ends").code(), complaint.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_what_is_known_so_far() {
    let spin = SPIN.replace("{\n    let", "{\n    print(\"here\");\n    let");
    let folder = Folder::new("interrupt").with("spin.lac", &spin);
    let mut child =
        folder.command("run spin.lac").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
    assert_eq!(lines.next().expect("it writes a line").expect("it is text"), "here", "it runs, and listens");
    let interrupt = Command::new("kill").arg("-INT").arg(child.id().to_string()).status().expect("kill is there");
    assert!(interrupt.success());
    let mut said = String::new();
    child.stderr.take().expect("its errors are ours").read_to_string(&mut said).expect("it is text");
    assert_eq!(child.wait().expect("it ends").code(), Some(4));
    assert!(said.contains("interrupted") && said.contains("main is not done"), "{said}");
}

#[test]
fn completions_are_made_for_every_shell() {
    let folder = Folder::new("completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = folder.run(&format!("completions {shell}"));
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("lacuna"), "{shell}");
    }
}
