//! Programs from files or standard input, through the elaborator. What is wrong with them is said here.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::args::{Format, ProgramArgs};
use super::exit::Exit;
use super::output::{Failure, Output};
use crate::base::Source;
use crate::calculus::Program;
use crate::diagnostic::{self, Diagnostic};
use crate::elaborate::compile;
use crate::trace::wire;

/// Reads a text file, or standard input for `-`.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(path).map(|found| bytes = found)
    };
    let name = path.display();
    read.map_err(|error| Failure::Usage(format!("{name} cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Usage(format!("{name} is not UTF-8 text: byte {at} does not fit"))
    })
}

/// A program that runs.
pub struct Loaded {
    /// Its text.
    pub source: Source,
    /// Its core.
    pub program: Arc<Program>,
}

impl Loaded {
    /// The same with every `spawn dist` a `spawn local`.
    pub fn near(self) -> Loaded {
        Loaded { program: Arc::new(self.program.near()), ..self }
    }
}

/// Reads and elaborates the program that the command line names. Errors and warnings are printed here; a program with
/// errors ends the command.
///
/// # Errors
/// When the file cannot be read.
pub fn load(args: &ProgramArgs, out: &mut Output) -> Result<Result<Loaded, Exit>, Failure> {
    let text = read(&args.file)?;
    let name = if args.file == Path::new("-") { String::from("-") } else { args.file.display().to_string() };
    let source = Source::new(name, text);
    let (program, diagnostics) = compile(&source);
    match program {
        Some(program) => {
            complain(&diagnostics, &source, out);
            Ok(Ok(Loaded { source, program: Arc::new(program) }))
        }
        None => {
            match args.format {
                Format::Text => complain(&diagnostics, &source, out),
                Format::Json => out.line(&as_json(&diagnostics, &source))?,
            }
            Ok(Err(Exit::Errors))
        }
    }
}

fn complain(diagnostics: &[Diagnostic], source: &Source, out: &mut Output) {
    let text = diagnostic::render(diagnostics, source, out.style());
    out.note(&text);
}

/// What is wrong with a program, for programs.
pub fn as_json(diagnostics: &[Diagnostic], source: &Source) -> String {
    json!({
        "schema": wire::SCHEMA,
        "program": wire::file_name(source),
        "diagnostics": diagnostic::json(diagnostics, source),
    })
    .to_string()
}
