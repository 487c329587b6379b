//! `lacuna repl` with what is piped into it: what each input shows.

use std::io::Write;
use std::process::Stdio;

mod tool;

use tool::Folder;

/// What the tool says to these lines.
fn session(folder: &Folder, options: &str, lines: &[&str]) -> String {
    let mut command = folder.command(&format!("repl --echo {options}"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the tool starts");
    let mut input = child.stdin.take().expect("its input is ours");
    input.write_all((lines.join("\n") + "\n").as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).expect("it writes text")
}

fn assert_shows(name: &str, lines: &[&str]) {
    let folder = Folder::new(&format!("repl_{name}"));
    tool::assert_shows("repl", name, &session(&folder, "", lines));
}

#[test]
fn statements_go_on_where_the_last_one_ended() {
    assert_shows(
        "statements",
        &[
            "1 + 2",
            "async fn later(n: int) -> int {",
            "    yield_now();",
            "    return n;",
            "}",
            "let t = later(it0);",
            ":enabled",
            "await t",
            ":trace",
            ":config",
        ],
    );
}

#[test]
fn what_cannot_go_on_is_taken_back() {
    assert_shows(
        "undo",
        &[
            "let p: promise<int> = promise();",
            "await p;",
            ":why Dist-Await-Continue",
            ":undo",
            "resolve(p, 3);",
            "await p",
            "throw \"no\";",
            ":undo",
            ":list",
            ":undo",
            ":undo",
            ":undo",
            ":undo",
        ],
    );
}

#[test]
fn mistakes_change_nothing() {
    assert_shows(
        "mistakes",
        &["let x: int = \"a\";", "let y = ;", ":nonsense", ":why Awai", ":load nowhere.lac", "1", ":list"],
    );
}

#[test]
fn a_declaration_is_replaced_and_what_runs_another_way_is_shown() {
    assert_shows(
        "replaced",
        &["fn f() -> int { return 1; }", "f()", "fn f() -> int { return 2; }", ":trace", ":reset", ":list"],
    );
}

#[test]
fn programs_are_loaded_and_saved() {
    let program = "node a, b;\nasync fn f() -> node { return here(); }\nasync fn main() { print(1); }\n";
    let folder = Folder::new("repl_files").with("a.lac", program);
    let lines = ["let p = spawn dist f() on b;", "await p", ":save c.lac", ":quit", "never read"];
    let said = session(&folder, "a.lac", &lines);
    tool::assert_shows("repl", "files", &(said + &folder.transcript(&["run c.lac"])));
    let saved = std::fs::read_to_string(folder.0.join("c.lac")).expect("it was saved");
    assert!(saved.contains("spawn dist f() on b") && !saved.contains("print(1)"), "{saved}");
}
