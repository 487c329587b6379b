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
        let facts = |shown: &Shown| -> Vec<(&'static str, Vec<String>)> {
            shown.lines.iter().map(|line| (line.head, line.cells.clone())).collect()
        };
        let mut text = String::new();
        for change in capture_diff_slices(Algorithm::Myers, &facts(before), &facts(now)) {
            if let DiffOp::Equal { new_index, len, .. } = change {
                text.extend(now.texts[new_index..new_index + len].iter().map(|line| self.line(' ', line)));
                continue;
            }
            let mut gone: Vec<usize> = change.old_range().collect();
            let mut marked = Vec::new();
            for at in change.new_range() {
                let subject = subject(&now.lines[at]);
                let was = gone.iter().position(|old| self::subject(&before.lines[*old]) == subject);
                let mark = if was.is_some() { '~' } else { '+' };
                if let Some(was) = was {
                    gone.remove(was);
                }
                marked.push((mark, at));
            }
            text.extend(gone.iter().map(|at| self.line('-', &before.texts[*at])));
            text.extend(marked.iter().map(|(mark, at)| self.line(*mark, &now.texts[*at])));
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
fn subject(line: &Line) -> (&str, Option<&str>) {
    (line.head, line.cells.first().map(String::as_str).filter(|_| line.cells.len() > 1))
}
