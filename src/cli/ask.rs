//! A question to whoever sits at the terminal, answered with one key. Where nobody does, nothing is asked.

use std::io::{IsTerminal, stdin, stdout};

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::output::{Failure, Output};

/// Whether somebody sits there: input and output are a terminal, which can do more than print, and no machine that runs
/// tests says that it is one.
pub fn somebody() -> bool {
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty() && value != "false" && value != "0");
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    stdin().is_terminal() && stdout().is_terminal() && !dumb && !set("CI")
}

/// Asks, and waits for a key; with Ctrl or Alt it is none.
///
/// # Errors
/// When the terminal cannot be written to or read from.
pub fn key(question: &str, out: &mut Output) -> Result<Option<char>, Failure> {
    out.flush()?;
    // Before anybody can know that there is a question, so that no answer to it is taken for something else.
    let raw = Raw::begin()?;
    out.text(question)?;
    out.flush()?;
    let key = read()?;
    drop(raw);
    out.line("")?;
    out.flush()?;
    Ok(key)
}

fn read() -> std::io::Result<Option<char>> {
    loop {
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let held = KeyModifiers::CONTROL | KeyModifiers::ALT;
        return Ok(match key.code {
            KeyCode::Char(letter) if !key.modifiers.intersects(held) => Some(letter),
            _ => None,
        });
    }
}

/// The terminal while it hands on each key at once: it is as before however this ends.
struct Raw;

impl Raw {
    fn begin() -> std::io::Result<Raw> {
        enable_raw_mode()?;
        Ok(Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that has gone away needs nothing given back.
        let _ = disable_raw_mode();
    }
}
