//! Programs that do not follow the grammar, and what is said about them: tests/syntax/*.lac, one test each, with a
//! snapshot of source and messages beside it.

use std::fs;
use std::path::{Path, PathBuf};

use lacuna::base::Source;
use lacuna::diagnostic::{Style, render};
use lacuna::syntax::parse;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut programs: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of programs")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "lac"))
        .collect();
    programs.sort();
    let trials = programs.into_iter().map(|path| {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Trial::test(name.clone(), move || run(&name, &path))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn run(name: &str, path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let source = Source::new(format!("{name}.lac"), text);
    let (_, diagnostics) = parse(&source);
    let messages = render(&diagnostics, &source, Style::PLAIN);
    let count = diagnostics.len();
    let errors = if count == 1 { "error" } else { "errors" };
    let snapshot = format!("{}\n{count} {errors}\n\n{messages}", source.text());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.with_file_name(""));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, snapshot));
    Ok(())
}
