//! Standard output and standard error. Output is buffered; a reader that has gone away ends the command quietly.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write};

use crate::diagnostic::Style;
use crate::render::Paint;

/// Why a command ends before it has done its work.
#[derive(Debug)]
pub enum Failure {
    /// Nobody reads standard output any more, as behind `| head`.
    Closed,
    /// The command cannot be carried out as it was given; one sentence.
    Usage(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Usage(format!("the output cannot be written: {error}")),
        }
    }
}

/// Where a command writes.
pub struct Output {
    out: BufWriter<Stdout>,
    /// Colours for standard output.
    pub paint: Paint,
    /// Colours for standard error.
    pub paint_err: Paint,
}

impl Output {
    /// The output of this process.
    pub fn new() -> Output {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Output {
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
            paint: Paint(!plain && io::stdout().is_terminal()),
            paint_err: Paint(!plain && io::stderr().is_terminal()),
        }
    }

    /// Writes text as it is.
    ///
    /// # Errors
    /// When nobody reads it, or it cannot be written.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Writes a line.
    ///
    /// # Errors
    /// As [`Output::text`].
    pub fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.text(line)?;
        self.text("\n")
    }

    /// Hands everything on to who reads it.
    ///
    /// # Errors
    /// As [`Output::text`].
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Writes to standard error, behind what standard output has got so far. Nobody listening there is no error.
    pub fn note(&mut self, text: &str) {
        let _ = self.out.flush();
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Says why the command cannot be carried out.
    pub fn complain(&mut self, message: &str) {
        let message = format!("{} {message}\n", self.paint_err.bad("error:"));
        self.note(&message);
    }

    /// How diagnostics are drawn on standard error.
    pub fn style(&self) -> Style {
        Style { colour: self.paint_err.0, ..Style::PLAIN }
    }
}
