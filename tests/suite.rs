//! Programs and what the tool must say of them: every file in tests/suite/check is checked, its folder is the verdict, and
//! what is said is the snapshot beside it. Schedules of what is violated are replayed. One test a program.
//!
//! A line `// check: --crashes 1` gives options. A line `// prints: AB | BA | B deadlock` gives the complete set of what can
//! be printed, the ends of main that are no results behind it: those programs come from elsewhere, with their sets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lacuna::expect::directive;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

mod tool;

use tool::Folder;

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/check");

/// Each folder, and the exit code of its programs.
const VERDICTS: [(&str, i32); 3] = [("holds", 0), ("violated", 1), ("limit", 4)];

fn main() {
    let mut trials = Vec::new();
    for (verdict, exit) in VERDICTS {
        let mut files = Vec::new();
        collect(&Path::new(PROGRAMS).join(verdict), &mut files);
        files.sort();
        for path in files {
            let below = path.strip_prefix(PROGRAMS).unwrap_or(&path).with_extension("");
            let name = below.to_string_lossy().replace(['/', '\\'], "::");
            if path.extension().is_some_and(|extension| extension == "lac") {
                trials.push(Trial::test(name, move || checked(&path, exit)));
            } else {
                trials.push(Trial::test(format!("{name}::belongs"), move || belongs(&path)));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The files below a folder.
fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of programs").flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, into) } else { into.push(path) }
    }
}

/// A snapshot has its program.
fn belongs(path: &Path) -> Result<(), Failed> {
    let program = path.with_extension("lac");
    if program.exists() { Ok(()) } else { Err(format!("{} has no program", path.display()).into()) }
}

fn checked(path: &Path, exit: i32) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let beside = path.parent().unwrap_or(path);
    let whole = path.strip_prefix(PROGRAMS)?.with_extension("").to_string_lossy().replace(['/', '\\'], "_");
    let folder = Folder::new(&format!("suite_{whole}")).with(&format!("{stem}.lac"), &text);
    let options = directive::first(&text, directive::Kind::Check).options;

    let line = format!("check {stem}.lac {options}");
    let shown = folder.transcript(&[line.trim()]);
    let below = beside.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap_or(beside);
    tool::assert_shows(&below.to_string_lossy(), &stem, &format!("{text}\n{shown}"));

    let output = folder.run(&format!("check {stem}.lac {options} --format json --save kept/"));
    let found: Value = serde_json::from_slice(&output.stdout)?;
    if output.status.code() != Some(exit) {
        return Err(format!("it ends with {:?}, not with {exit}", output.status.code()).into());
    }
    if let Some(prints) = text.lines().find_map(|line| line.strip_prefix("// prints:")) {
        let wanted: BTreeSet<String> = prints.split('|').map(|text| text.trim().to_owned()).collect();
        let outcomes = found["outcomes"].as_array().into_iter().flatten();
        let printed: BTreeSet<String> = outcomes.map(printed).collect();
        if printed != wanted {
            return Err(format!("it prints {printed:?}, and should {wanted:?}").into());
        }
    }
    if exit != 4 {
        let line = format!("check {stem}.lac {options} --outcomes --verify-reduction");
        let output = folder.run(&line);
        if output.status.code() != Some(exit) {
            return Err(format!("reductions change something: {}", String::from_utf8_lossy(&output.stdout)).into());
        }
    }
    for violation in found["violations"].as_array().into_iter().flatten() {
        replayed(&folder, &stem, violation)?;
    }
    Ok(())
}

/// What an outcome prints, and how main ended if not with a result.
fn printed(outcome: &Value) -> String {
    let prints = outcome["prints"].as_array().into_iter().flatten();
    let mut text: String = prints.filter_map(|print| print["text"].as_str()).collect();
    for end in ["failed", "deadlock"] {
        if outcome["result"].get(end).is_some() {
            text = format!("{text} {end}").trim_start().to_owned();
        }
    }
    text
}

/// The schedule of a violation is a run, and ends where the search said.
fn replayed(folder: &Folder, stem: &str, violation: &Value) -> Result<(), Failed> {
    let name = violation["property"].as_str().unwrap_or_default();
    let kept = format!("kept/{}.schedule", name.replace(':', "-"));
    let output = folder.run(&format!("replay {stem}.lac {kept} --all --format json"));
    let lines: Vec<Value> = String::from_utf8(output.stdout)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{kept}: {error}"))?;
    let steps = lines.len().saturating_sub(2);
    if violation["step"] != steps {
        return Err(format!("{kept} takes {steps} steps, not {}", violation["step"]).into());
    }
    let ends = &lines[lines.len() - 1];
    let right = match violation["kind"].as_str() {
        Some("deadlock") => ends["outcome"]["result"].get("deadlock").is_some(),
        Some("failed") => ends["outcome"]["result"].get("failed").is_some(),
        Some("diverged") => ends["outcome"]["result"].get("diverged").is_some(),
        Some("finally") => ends.get("outcome").is_some(),
        Some("assert") => lines[lines.len() - 2]["rule"] == "Assert-Error",
        _ => true,
    };
    if !right {
        return Err(format!("{kept} ends otherwise: {ends}").into());
    }
    match violation["repeats_from"].as_u64() {
        Some(from) => goes_round(folder, stem, &kept, from, steps as u64),
        None => Ok(()),
    }
}

/// Whoever has gone round a loop can go round it again.
fn goes_round(folder: &Folder, stem: &str, kept: &str, from: u64, steps: u64) -> Result<(), Failed> {
    let once = fs::read_to_string(folder.0.join(kept))?;
    let number = |line: &str| line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
    let is_step = |line: &&str| number(line).is_some() && !line.trim_end().ends_with("stop");
    let again: String =
        once.lines().filter(is_step).filter(|line| number(line) > Some(from)).map(|line| format!("{line}\n")).collect();
    let (before, stop) = once.trim_end().rsplit_once('\n').ok_or("a schedule has lines")?;
    if !stop.trim_end().ends_with("stop") {
        return Err(format!("{kept} goes on for ever, and does not say where to stop").into());
    }
    let twice = 2 * steps - from;
    fs::write(folder.0.join("twice.schedule"), format!("{before}\n{again}{twice}  stop\n"))?;
    let output = folder.run(&format!("replay {stem}.lac twice.schedule --all --format json"));
    let taken = String::from_utf8(output.stdout)?.lines().count().saturating_sub(2) as u64;
    if taken == twice { Ok(()) } else { Err(format!("{kept}: of {twice} steps twice round, {taken} are taken").into()) }
}
