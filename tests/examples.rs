//! Every program in examples/ is run once, as users see it: its trace and how it ends are a snapshot under its name in
//! tests/snapshots/examples/. One test a program.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::Settings;
use lacuna::base::Source;
use lacuna::elaborate;
use libtest_mimic::{Arguments, Trial};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/examples");

fn main() {
    let mut trials: Vec<Trial> = files(PROGRAMS)
        .into_iter()
        .filter(|path| path.extension() == Some(OsStr::new("lac")))
        .map(|path| {
            Trial::test(stem(&path), move || {
                speaks_for_itself(&path);
                runs_as_before(&path);
                Ok(())
            })
        })
        .collect();
    trials.push(Trial::test("every_snapshot_has_its_program", || {
        every_snapshot_has_its_program();
        Ok(())
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The files of a folder, in the order of their names.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// It opens with a few lines on what it shows and what to try, and nothing in it gives rise to a complaint.
fn speaks_for_itself(path: &Path) {
    let text = fs::read_to_string(path).expect("an example is text");
    let opening: Vec<&str> = text.lines().take_while(|line| line.starts_with("// ")).collect();
    assert!((2..=6).contains(&opening.len()), "it opens with {} lines of comment, not with 2 to 6", opening.len());
    assert!(opening.iter().any(|line| line.starts_with("// Try: ")), "its comment does not say what to try");
    let source = Source::new(stem(path), text.as_str());
    let (_, complaints) = elaborate::compile(&source);
    let complaints: Vec<&str> = complaints.iter().map(|complaint| complaint.message.as_str()).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Its trace, its end, and what is said about the end are those of the snapshot.
fn runs_as_before(path: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_lacuna"))
        .arg("trace")
        .arg(path)
        .env("NO_COLOR", "1")
        .output()
        .expect("the tool runs");
    let (trace, remarks) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(SNAPSHOTS);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(stem(path), format!("{trace}{remarks}")));
}

fn every_snapshot_has_its_program() {
    for snapshot in files(SNAPSHOTS) {
        assert_eq!(snapshot.extension(), Some(OsStr::new("snap")), "{} is no snapshot", snapshot.display());
        let program = Path::new(PROGRAMS).join(stem(&snapshot)).with_extension("lac");
        assert!(program.exists(), "{} is there, and its program is not", snapshot.display());
    }
}
