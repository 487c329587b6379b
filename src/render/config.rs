//! Configurations one after another, with what a step has changed marked in the margin: `+` a line that is new, `~` one
//! that says something else than before, `-` one that is gone.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Paint;
use crate::calculus::config::Config;
use crate::calculus::print::{Line, Notes, config_lines, layout};
use crate::semantics::system::System;

/// Shows the configurations of one run.
pub struct Configs {
    paint: Paint,
    before: Option<Shown>,
}

/// Columns before a line: what belongs to a step stands in from its row.
const INDENT: &str = "      ";

/// A configuration as it was shown: its lines, and those as text.
struct Shown {
    lines: Vec<Line>,
    texts: Vec<String>,
}

impl Configs {
    /// None was shown so far.
    pub fn new(paint: Paint) -> Configs {
        Configs { paint, before: None }
    }

    /// Σ, with what is not as in the one shown before; an empty line behind it.
    pub fn show(&mut self, sys: &System) -> String {
        let lines = config_lines(&Config::of(sys), sys.naming(), Notes::Statements);
        let now = Shown { texts: layout(&lines), lines };
        let text = match &self.before {
            None => now.texts.iter().map(|line| self.line(' ', line)).collect(),
            Some(before) => self.changes(before, &now),
        };
        self.before = Some(now);
        text + "\n"
    }

    fn changes(&self, before: &Shown, now: &Shown) -> String {
        let subjects = |shown: &Shown| -> Vec<(&'static str, String)> { shown.lines.iter().map(subject).collect() };
        let mut text = String::new();
        for change in capture_diff_slices(Algorithm::Myers, &subjects(before), &subjects(now)) {
            if let DiffOp::Equal { old_index, new_index, len } = change {
                for at in 0..len {
                    let same = before.lines[old_index + at].cells == now.lines[new_index + at].cells;
                    text.push_str(&self.line(if same { ' ' } else { '~' }, &now.texts[new_index + at]));
                }
                continue;
            }
            text.extend(change.old_range().map(|at| self.line('-', &before.texts[at])));
            text.extend(change.new_range().map(|at| self.line('+', &now.texts[at])));
        }
        text
    }

    fn line(&self, mark: char, line: &str) -> String {
        let line = format!("{mark} {line}");
        let line = match mark {
            '+' => self.paint.good(&line),
            '~' => self.paint.bold(&line),
            '-' => self.paint.bad(&line),
            _ => self.paint.dim(&line),
        };
        format!("{INDENT}{line}\n")
    }
}

/// What a line is about; two lines about one thing are one line that has changed.
fn subject(line: &Line) -> (&'static str, String) {
    let subject = match (line.head.trim(), line.cells.as_slice()) {
        // A frame is known by its label.
        ("" | "W", [.., frame]) => frame.rsplit('^').next().unwrap_or_default().to_owned(),
        ("M" | "O" | "U", cells) => cells.join(" "),
        (_, [name, _, ..]) => name.clone(),
        _ => String::new(),
    };
    (line.head, subject)
}
