//! The tool, run in a folder of its own: for every test that speaks to the binary.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

mod words;

/// A folder of one test, with its files.
pub struct Folder(pub PathBuf);

impl Folder {
    /// An empty folder; `test` is the name of the test.
    pub fn new(test: &str) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder can be removed");
        }
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    pub fn with(self, name: &str, text: &str) -> Folder {
        fs::write(self.0.join(name), text).expect("a file can be written");
        self
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lacuna"));
        command.args(words::words(line)).current_dir(&self.0).stdin(Stdio::null());
        command.env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("the tool starts")
    }

    /// What happens when somebody types these command lines one after the other.
    pub fn transcript(&self, lines: &[&str]) -> String {
        let mut text = String::new();
        for line in lines {
            let Output { status, stdout, stderr } = self.run(line);
            let _ = writeln!(text, "$ lacuna {line}");
            text.push_str(&steady(&String::from_utf8(stdout).expect("standard output is text")));
            for line in String::from_utf8(stderr).expect("standard error is text").lines() {
                let _ = writeln!(text, "{}", format!("! {line}").trim_end());
            }
            let _ = writeln!(text, "exit {}\n", status.code().expect("no signal ends the tool"));
        }
        text
    }
}

/// The snapshot of this name, in a folder of tests.
pub fn assert_shows(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The text without what differs from machine to machine or from one way of searching to another: how many states were
/// visited, how many steps were taken, how long it took.
fn steady(text: &str) -> String {
    let line = |line: &str| match line.split_once(" · ") {
        Some((outcomes, rest))
            if rest.ends_with(" s") && [" · depth ", " · seed "].iter().any(|word| rest.contains(word)) =>
        {
            format!("{outcomes} · …\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
