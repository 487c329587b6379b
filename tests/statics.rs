//! What the static checks say: each program of tests/suite/{reject,warn,accept} is a test. The folder below is the
//! code that is meant. A rejected program has errors of that code only; one that is warned of has no errors, and
//! warnings of that code only; an accepted one has neither. What is said, word for word, is the snapshot beside it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lacuna::base::Source;
use lacuna::diagnostic::{Diagnostic, Style, render};
use lacuna::elaborate::compile;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut trials = Vec::new();
    let mut codes = Vec::new();
    for kind in ["accept", "reject", "warn"] {
        let folders = entries(&suite.join(kind));
        codes.push(folders.iter().map(|folder| stem(folder)).collect::<BTreeSet<String>>());
        for folder in folders {
            let programs = entries(&folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "lac"));
            for path in programs {
                let name = format!("{kind}/{}/{}", stem(&folder), stem(&path));
                trials.push(Trial::test(name, move || run(kind, &path)));
            }
        }
    }
    trials.push(Trial::test("every code that is rejected has a program that is right", move || {
        if codes[0] == codes[1] { Ok(()) } else { Err(format!("{codes:?}").into()) }
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

fn run(kind: &str, path: &Path) -> Result<(), Failed> {
    let folder = path.parent().ok_or("a program stands in a folder")?;
    let source = Source::new(format!("{}.lac", stem(path)), fs::read_to_string(path)?);
    let (program, found) = compile(&source);
    let shown = render(&found, &source, Style::PLAIN);
    let wrong = |what: &str| Err(Failed::from(format!("{what}\n{shown}")));
    if program.is_some() != (kind != "reject") {
        return wrong("the program is there exactly if it has no errors");
    }
    if kind == "accept" {
        return if found.is_empty() { Ok(()) } else { wrong("nothing should be said") };
    }
    if found.is_empty() || !found.iter().all(|d| d.code.short_name() == stem(folder)) {
        return wrong("the folder is the code that is meant");
    }
    if let Some(incomplete) = found.iter().find(|d| !is_complete(d)) {
        return wrong(&format!("this lacks a help text or the text of a label: {}", incomplete.message));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(stem(path), shown));
    Ok(())
}

fn is_complete(diagnostic: &Diagnostic) -> bool {
    diagnostic.help.is_some() && diagnostic.labels.iter().all(|label| !label.text.is_empty())
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    found
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
