//! `lacuna repl`: declarations and statements typed in, each reduction shown.

mod session;

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::exit::Exit;
use super::explain;
use super::input;
use super::output::{Failure, Output};
use crate::base::Source;
use crate::calculus::config::Config;
use crate::calculus::print::{self, Notes};
use crate::diagnostic;
use crate::render::table::Table;
use crate::render::{outcome as told, stuck, why};
use crate::semantics::catalogue;
use crate::semantics::outcome;
use crate::syntax::open;
use crate::trace::choice;
use crate::trace::event::Step;
use session::{Ending, Ran, Typed};

/// Arguments of `repl`.
#[derive(Debug, Args)]
pub struct ReplArgs {
    /// Take everything that this program declares, but its main
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Make every choice by this seed
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Print what is read, for a transcript of what is piped in
    #[arg(long)]
    pub echo: bool,
}

/// The commands, each with what it does.
const COMMANDS: &[(&str, &str)] = &[
    (":help", "this list"),
    (":trace", "every step so far"),
    (":config", "the configuration Σ"),
    (":enabled", "the steps that may be taken now"),
    (":why RULE", "why a rule can fire now, or which of its premises fails"),
    (":undo", "take the last input back"),
    (":list", "the program so far"),
    (":load FILE", "take everything that a program declares, but its main"),
    (":save FILE", "write the program so far to a file"),
    (":reset", "begin anew"),
    (":quit", "end"),
];

/// Reads inputs until there are no more.
///
/// # Errors
/// When something cannot be read or written.
pub fn repl(args: &ReplArgs, out: &mut Output) -> Result<Exit, Failure> {
    let mut repl = Repl { seed: args.seed, typed: Typed::default(), before: Vec::new(), ran: None, out };
    if let Some(file) = &args.file {
        repl.load(file)?;
    }
    if std::io::stdin().is_terminal() {
        repl.converse()?
    } else {
        repl.read(args.echo)?
    }
    Ok(Exit::Ok)
}

struct Repl<'a> {
    seed: u64,
    typed: Typed,
    /// What was typed before each input.
    before: Vec<Typed>,
    ran: Option<Ran>,
    out: &'a mut Output,
}

impl Repl<'_> {
    /// Reads from a terminal.
    fn converse(&mut self) -> Result<(), Failure> {
        let failed = |error: ReadlineError| Failure::Usage(format!("the terminal cannot be read: {error}"));
        let mut editor = DefaultEditor::new().map_err(failed)?;
        self.out.line("statements and declarations are run as they are typed; :help lists the commands, :quit ends")?;
        let mut input = String::new();
        loop {
            self.out.flush()?;
            match editor.readline(if input.is_empty() { "» " } else { "… " }) {
                Ok(line) => {
                    let _ = editor.add_history_entry(&line);
                    if self.take(&mut input, &line)?.is_none() {
                        return Ok(());
                    }
                }
                Err(ReadlineError::Interrupted) => input.clear(),
                Err(ReadlineError::Eof) => return Ok(()),
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Reads from a pipe.
    fn read(&mut self, echo: bool) -> Result<(), Failure> {
        let mut input = String::new();
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|error| Failure::Usage(format!("the input cannot be read: {error}")))?;
            if echo {
                let prompt = if input.is_empty() { "»" } else { "…" };
                self.out.line(format!("{prompt} {line}").trim_end())?;
            }
            if self.take(&mut input, &line)?.is_none() {
                return Ok(());
            }
        }
        if input.is_empty() { Ok(()) } else { self.input(&input) }
    }

    /// Takes one more line; `None` when there shall be no more.
    fn take(&mut self, input: &mut String, line: &str) -> Result<Option<()>, Failure> {
        if input.is_empty() && line.trim().starts_with(':') {
            return self.command(line.trim());
        }
        *input += line;
        input.push('\n');
        if !open::is_open(input) {
            let whole = std::mem::take(input);
            if !whole.trim().is_empty() {
                self.input(&whole)?;
            }
        }
        Ok(Some(()))
    }

    /// Runs an input behind all others, and shows what is new.
    fn input(&mut self, input: &str) -> Result<(), Failure> {
        let (typed, name) = self.typed.with(input);
        self.run(typed, name.as_deref())
    }

    fn run(&mut self, typed: Typed, name: Option<&str>) -> Result<(), Failure> {
        let ran = match session::run(&typed, self.seed) {
            Ok(ran) => ran,
            Err((diagnostics, source)) => {
                let text = diagnostic::render(&diagnostics, &source, self.out.style());
                return self.out.text(&text);
            }
        };
        let before: &[Step] = self.ran.as_ref().map_or(&[], |ran| &ran.steps);
        let shared = ran.shared(before);
        if shared < before.len() {
            self.out.line("what was typed before runs another way now; from the step that differs:")?;
        }
        self.rows(&ran, shared)?;
        if let Some(name) = name
            && let Some(value) = ran.local(name)
        {
            self.out.line(&format!("{name} = {value}"))?;
        }
        self.ending(&ran)?;
        self.before.push(std::mem::replace(&mut self.typed, typed));
        self.ran = Some(ran);
        Ok(())
    }

    /// The steps of a run from behind the first few.
    fn rows(&mut self, ran: &Ran, behind: usize) -> Result<(), Failure> {
        let table = Table::new(&ran.sys.program, self.out.paint);
        for step in &ran.steps[behind..] {
            self.out.line(&table.row(step))?;
        }
        Ok(())
    }

    /// What there is to say of a run that does not wait for more.
    fn ending(&mut self, ran: &Ran) -> Result<(), Failure> {
        let report = |made| stuck::Report { sys: &ran.sys, source: &ran.source, made, paint: self.out.paint };
        let made = std::collections::BTreeMap::new();
        let text = match ran.ending {
            Ending::Waits => return Ok(()),
            Ending::Over => told::result(&ran.sys, &outcome::outcome(&ran.sys), self.out.paint) + "\n" + UNDO,
            Ending::Stuck => {
                let found = outcome::deadlock(&mut ran.sys.clone());
                format!("{}, and nothing else can happen\n{UNDO}", report(&made).main_waits(&found))
            }
            Ending::Endless => format!("main goes on after {} steps; {UNDO}", told::grouped(session::MOST)),
        };
        self.out.line(&text)
    }

    /// Does what a command says; `None` when there shall be no more inputs.
    fn command(&mut self, line: &str) -> Result<Option<()>, Failure> {
        let (name, argument) = line.split_once(' ').map_or((line, ""), |(name, rest)| (name, rest.trim()));
        match name {
            ":quit" | ":q" => return Ok(None),
            ":help" | ":h" => {
                for (name, what) in COMMANDS {
                    self.out.line(&format!("  {name:<12}{what}"))?;
                }
            }
            ":list" => self.out.text(&self.typed.text())?,
            ":undo" => self.undo()?,
            ":reset" => (self.typed, self.ran) = (Typed::default(), None),
            ":load" => self.load(Path::new(argument))?,
            ":save" => self.save(argument)?,
            ":trace" | ":config" | ":enabled" | ":why" => self.look(name, argument)?,
            other => self.out.line(&format!("there is no command {other}; :help lists them"))?,
        }
        Ok(Some(()))
    }

    fn undo(&mut self) -> Result<(), Failure> {
        let Some(typed) = self.before.pop() else { return self.out.line("nothing was typed yet") };
        self.ran = session::run(&typed, self.seed).ok();
        self.typed = typed;
        Ok(())
    }

    fn load(&mut self, file: &Path) -> Result<(), Failure> {
        let text = match input::read(file) {
            Ok(text) => text,
            Err(Failure::Usage(message)) => return self.out.line(&message),
            Err(closed) => return Err(closed),
        };
        let source = Source::new(file.display().to_string(), text);
        let typed = self.typed.with_items(&source);
        self.run(typed, None)
    }

    fn save(&mut self, file: &str) -> Result<(), Failure> {
        match std::fs::write(file, self.typed.text()) {
            Ok(()) => self.out.line(&format!("{file} is written")),
            Err(error) => self.out.line(&format!("{file} cannot be written: {error}")),
        }
    }

    /// Shows something of the run so far.
    fn look(&mut self, name: &str, argument: &str) -> Result<(), Failure> {
        if self.ran.is_none() {
            self.ran = session::run(&self.typed, self.seed).ok();
        }
        let Some(mut ran) = self.ran.take() else { return Ok(()) };
        let shown = match name {
            ":trace" => self.rows(&ran, 0),
            ":config" => {
                let config = print::config(&Config::of(&ran.sys), ran.sys.naming(), Notes::Statements);
                self.out.text(&config)
            }
            ":enabled" => self.enabled(&mut ran),
            _ => self.why(&mut ran, argument),
        };
        self.ran = Some(ran);
        shown
    }

    fn enabled(&mut self, ran: &mut Ran) -> Result<(), Failure> {
        let enabled = ran.enabled();
        for name in choice::names(&ran.sys, &enabled) {
            self.out.line(&format!("  {name}"))?;
        }
        if ran.ending == Ending::Waits {
            self.out.line("  main waits for what is typed next")?;
        }
        Ok(())
    }

    fn why(&mut self, ran: &mut Ran, name: &str) -> Result<(), Failure> {
        match catalogue::find(name) {
            None => self.out.line(&explain::unknown(name)),
            Some(rule) => {
                let text = why::text::everywhere(&mut ran.sys, &ran.source, rule, self.out.paint);
                self.out.line(text.trim_end())
            }
        }
    }
}

/// What helps where main cannot go on.
const UNDO: &str = "nothing typed from here on will run; :undo takes the last input back";
