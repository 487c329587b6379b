//! `lacuna fmt`: programs in the one way they are laid out.

use std::path::Path;

use similar::TextDiff;

use super::args::FmtArgs;
use super::exit::Exit;
use super::input;
use super::output::{Failure, Output};
use crate::base::Source;
use crate::diagnostic;
use crate::syntax;

/// Formats files in place, or standard input onto standard output; with `--check`, shows what would change instead.
/// A file with syntax errors stays as it is, and the others are formatted all the same.
///
/// # Errors
/// When a file cannot be read or written.
pub fn fmt(args: &FmtArgs, out: &mut Output) -> Result<Exit, Failure> {
    let mut exit = Exit::Ok;
    for path in &args.files {
        let source = Source::new(path.display().to_string(), input::read(path)?);
        match syntax::format(&source) {
            Err(diagnostics) => {
                let text = diagnostic::render(&diagnostics, &source, out.style());
                out.note(&text);
                exit = Exit::Errors;
            }
            Ok(formatted) if args.check => {
                if formatted != source.text() {
                    out.text(&difference(&source, &formatted))?;
                    exit = if exit == Exit::Errors { exit } else { Exit::Failed };
                }
            }
            Ok(formatted) if path == Path::new("-") => out.text(&formatted)?,
            Ok(formatted) => {
                if formatted != source.text() {
                    std::fs::write(path, formatted)
                        .map_err(|error| Failure::Usage(format!("{} cannot be written: {error}", path.display())))?;
                }
            }
        }
    }
    Ok(exit)
}

/// What formatting changes, as a unified diff.
fn difference(source: &Source, formatted: &str) -> String {
    let name = source.name();
    TextDiff::from_lines(source.text(), formatted).unified_diff().header(name, &format!("{name} formatted")).to_string()
}
