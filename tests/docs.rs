//! What the documentation says is so: its programs do what stands below them, its links lead somewhere, the paths that
//! it names exist, and its pictures show the traces of today. What can be written anew is written by
//! `UPDATE=1 cargo test --test docs`.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lacuna::semantics::catalogue;

#[path = "docs/gallery.rs"]
mod gallery;
#[path = "tool/words.rs"]
mod words;

/// The pages whose programs are run.
const PAGES: &[&str] = &[
    "README.md",
    "docs/tutorial.md",
    "docs/nodes.md",
    "docs/language.md",
    "docs/simulation.md",
    "docs/comparison.md",
    "docs/repl.md",
    "docs/testing.md",
    "docs/distribution.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails when the file at `path` is not `text`, or writes it when asked to.
fn current(path: &str, text: &str) {
    let old = fs::read_to_string(root().join(path)).unwrap_or_default();
    if old == text {
        return;
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(root().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
        return;
    }
    let line = old.lines().zip(text.lines()).take_while(|(old, new)| old == new).count();
    panic!(
        "{path} is out of date from line {}:\n  it says  {}\n  it is    {}\nto write it anew: UPDATE=1 cargo test --test docs",
        line + 1,
        old.lines().nth(line).unwrap_or("(nothing)"),
        text.lines().nth(line).unwrap_or("(nothing)"),
    );
}

/// What the tool wrote: standard output, and standard error.
struct Said {
    out: String,
    err: String,
}

/// Runs `lacuna` with `args` on the program text.
fn lacuna(args: &[&str], program: &str) -> Said {
    lacuna_with(&[args, &["-"]].concat(), program)
}

/// Runs `lacuna` with `args` and an input.
fn lacuna_with(args: &[&str], program: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lacuna"))
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut input = child.stdin.take().expect("its input is ours");
    input.write_all(program.as_bytes()).expect("it reads its input");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("it writes UTF-8");
    Said { out: text(output.stdout), err: text(output.stderr) }
}

/// What `lacuna check` says of the program text as `a.lac`, with standard error behind it.
fn checked(program: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    fs::create_dir_all(&folder).expect("a folder can be made");
    fs::write(folder.join("a.lac"), program).expect("a program can be written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lacuna"));
    let output = command.args(["check", "a.lac"]).current_dir(folder).env("NO_COLOR", "1").output();
    said(output.expect("the tool starts"))
}

/// What the tool wrote, standard error behind standard output, without how long it took: that differs from machine to
/// machine.
fn said(output: Output) -> String {
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("it writes UTF-8")).concat();
    let lines = text.lines().map(|line| match line.rsplit_once(" · ") {
        Some((numbers, time))
            if time.ends_with(" s") && [" · depth ", " · seed "].iter().any(|word| numbers.contains(word)) =>
        {
            format!("{numbers} · 0.00 s\n")
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// The block with what stands below each of its lines `$ lacuna …` replaced by what the tool says when somebody types them
/// one after the other, where the files of `examples`, `docs/nodes` and `docs/testing` are.
fn console(block: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs_console");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of the block before can be removed");
    }
    let mut text = String::new();
    for line in block.lines().filter_map(|line| line.strip_prefix("$ lacuna ")) {
        let words = words::words(line);
        words.iter().for_each(|word| lay_out(&folder, word));
        let mut command = Command::new(env!("CARGO_BIN_EXE_lacuna"));
        let output = command.args(&words).current_dir(&folder).env("NO_COLOR", "1").output();
        text += &format!("$ lacuna {line}\n{}", said(output.expect("the tool starts")));
    }
    text
}

/// The block with what stands below each input replaced by what `lacuna repl` says: an input begins behind `» `, and goes on
/// behind `… `, or at first over bare lines for as long as it leaves a bracket open.
fn typed(block: &str) -> String {
    let mut inputs = String::new();
    let mut open = 0;
    for line in block.lines() {
        let input = line.strip_prefix("» ").or_else(|| line.strip_prefix("… ")).or((open > 0).then_some(line));
        let Some(input) = input else { continue };
        let count = |brackets: [char; 3]| input.matches(brackets).count() as i64;
        open += count(['(', '[', '{']) - count([')', ']', '}']);
        inputs += &format!("{input}\n");
    }
    lacuna_with(&["repl", "--echo"], &inputs).out
}

/// Copies what a word of a command line names below `folder`, unless it is there: a program of `examples`, a schedule of
/// `docs/nodes`, or all of `docs/testing`, where programs and what is expected of them belong together.
fn lay_out(folder: &Path, word: &str) {
    let files: Vec<String> = match word.split('/').collect::<Vec<&str>>()[..] {
        ["examples", _] | ["docs", "nodes", _] => vec![word.to_owned()],
        ["docs", "testing", ..] => {
            let entries = fs::read_dir(root().join("docs/testing")).expect("the folder is there").flatten();
            entries.map(|entry| format!("docs/testing/{}", entry.file_name().to_string_lossy())).collect()
        }
        _ => Vec::new(),
    };
    for file in files.iter().map(Path::new).filter(|file| !folder.join(file).exists()) {
        fs::create_dir_all(folder.join(file).with_file_name("")).expect("a folder can be made");
        fs::write(folder.join(file), read(&file.to_string_lossy())).expect("a file can be written");
    }
}

/// The page with what stands below each program replaced by what the program does: `text` blocks by what `lacuna run`
/// prints, `stderr` blocks by what it prints on standard error, `trace` blocks by what `lacuna trace` prints, `check` blocks
/// by what `lacuna check` says, `console` blocks by what their own command lines do; `figure` blocks are the figures of the
/// rules that they name. What a program prints on standard error must be shown, so that no program here gets a warning
/// unseen.
fn filled(page: &str) -> String {
    let mut out = String::new();
    let mut program = String::new();
    let mut unsaid = String::new();
    let text = read(page);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        let Some(kind) = line.strip_prefix("```") else { continue };
        let mut block: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        match kind {
            "lacuna" => {
                assert_eq!(unsaid, "", "{page}: this is said of the program before\n\n{block}\nand not shown");
                let said = lacuna(&["run"], &block);
                assert!(!said.out.is_empty(), "{page}: the program\n\n{block}\ndoes not run:\n\n{}", said.err);
                program.clone_from(&block);
                unsaid = said.err;
            }
            "text" if !program.is_empty() => block = lacuna(&["run"], &program).out,
            "stderr" => block = std::mem::take(&mut unsaid),
            "trace" => block = lacuna(&["trace"], &program).out,
            "check" => block = checked(&program),
            "console" => block = console(&block),
            "repl" => block = typed(&block),
            _ => block = kind.strip_prefix("figure ").map_or(block, figures),
        }
        out += &block;
        out += "```\n";
    }
    assert_eq!(unsaid, "", "{page}: this is said of the last program, and not shown");
    out
}

/// The figures of rules, one below the other.
fn figures(names: &str) -> String {
    let figure =
        |name: &str| catalogue::find(name).unwrap_or_else(|| panic!("there is no rule {name}")).figure() + "\n";
    names.split(' ').map(figure).collect::<Vec<String>>().join("\n")
}

#[test]
fn programs_do_what_stands_below_them() {
    for page in PAGES.iter().copied() {
        current(page, &filled(page));
    }
}

#[test]
fn programs_that_are_examples_are_those() {
    for (page, number, example) in
        [("README.md", 1, "examples/hello.lac"), ("docs/nodes.md", 2, "examples/three_rules.lac")]
    {
        let text = read(page);
        let shown = text.split("```lacuna\n").nth(number).and_then(|rest| rest.split("```").next()).unwrap_or_default();
        let same = !shown.is_empty() && read(example).ends_with(shown);
        assert!(same, "program {number} of {page} is not {example}");
    }
}

/// The pictures that pages show of runs that no other page has: each with the command line that draws it.
const PICTURES: &[(&str, &str)] = &[
    ("docs/nodes/crash.svg", "replay examples/three_rules.lac docs/nodes/crash.schedule --format svg"),
    ("docs/nodes/suspected.svg", "replay examples/three_rules.lac docs/nodes/suspected.schedule --format svg"),
];

#[test]
fn pictures_show_the_runs_of_today() {
    for (path, line) in PICTURES.iter().copied() {
        current(path, &picture(&line.split(' ').collect::<Vec<&str>>()));
    }
}

/// The picture that a command line draws.
fn picture(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_lacuna")).args(arguments).current_dir(root()).output();
    let picture = String::from_utf8(output.expect("the tool starts").stdout).expect("it writes UTF-8");
    assert!(picture.ends_with("</svg>\n"), "lacuna {} draws no picture", arguments.join(" "));
    picture
}

#[test]
fn the_gallery_shows_every_example() {
    let examples = gallery::examples(root());
    for example in &examples {
        current(&example.picture(), &picture(&["trace", "--format", "svg", &example.path]));
    }
    let pictures = fs::read_dir(root().join("docs/gallery")).expect("the folder is there").count();
    assert_eq!(pictures, examples.len(), "docs/gallery holds pictures of examples that are not there");
    current("docs/gallery.md", &gallery::page(&examples));
}

#[test]
fn paths_in_the_architecture_exist() {
    let page = read("docs/architecture.md");
    let quoted = page.split('`').skip(1).step_by(2);
    let places = ["src", "tests", "examples", "docs", "grammar", "benches"];
    let paths: Vec<_> = quoted.filter(|word| places.contains(&word.split('/').next().unwrap_or_default())).collect();
    assert!(paths.len() > 10, "the page names {} paths", paths.len());
    for path in paths {
        assert!(root().join(path).exists(), "docs/architecture.md names {path}, which is not there");
    }
}

#[test]
fn links_lead_somewhere() {
    let mut pages: Vec<PathBuf> = vec!["README.md".into(), "CHANGELOG.md".into()];
    for folder in ["docs", "docs/decisions"] {
        let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
        pages.extend(entries.flatten().map(|entry| Path::new(folder).join(entry.file_name())));
    }
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    for page in pages {
        let text = fs::read_to_string(root().join(&page)).expect("it is text");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let target = root().join(&page).with_file_name(path);
            assert!(target.exists(), "{} links to {path}, which is not there", page.display());
        }
    }
}

#[test]
fn deviations_that_rules_name_have_a_section() {
    let sections = read("docs/deviations.md");
    let semantics = read("docs/semantics.md");
    let numbers =
        semantics.split(", deviation ").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_numeric()).next());
    let numbers: Vec<_> = numbers.collect();
    assert!(!numbers.is_empty(), "no rule names a deviation");
    for number in numbers {
        assert!(sections.contains(&format!("\n### D{number}. ")), "docs/deviations.md has no section D{number}");
    }
}
