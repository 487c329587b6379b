//! Lines in columns. A line is kept in its parts until it is laid out, so that two configurations can be compared line
//! by line without regard to how wide a neighbour happens to be.

/// A line of a configuration: one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about: a letter of the calculus or a word, with the indentation before it.
    pub head: &'static str,
    /// The fact, in columns.
    pub cells: Vec<String>,
    /// What people may want to know besides; no part of the fact.
    pub note: Option<String>,
}

impl Line {
    pub(super) fn new(head: &'static str, cells: impl IntoIterator<Item = String>) -> Line {
        let mut cells: Vec<String> = cells.into_iter().collect();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        Line { head, cells, note: None }
    }
}

/// Columns that the head takes.
const HEAD: usize = 9;

/// A cell wider than this pushes its own line aside and leaves the others alone.
const CELL: usize = 24;

/// Notes stand behind the widest line, but not farther right than this unless they must.
const NOTE: usize = 96;

fn width(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &mut String, to: usize) {
    text.extend(std::iter::repeat_n(' ', to.saturating_sub(width(text))));
}

/// The lines as text: neighbours with the same head in columns, notes behind `--`.
pub fn layout(lines: &[Line]) -> Vec<String> {
    let mut texts = Vec::with_capacity(lines.len());
    for block in lines.chunk_by(|a, b| a.head == b.head) {
        let columns = block.iter().map(|line| line.cells.len()).max().unwrap_or(0);
        let wide = |column: usize| {
            let widths = block.iter().filter_map(|line| line.cells.get(column)).map(|cell| width(cell));
            widths.filter(|width| *width <= CELL).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(wide).collect();
        texts.extend(block.iter().map(|line| facts(line, &widths)));
    }
    let mut start = 0;
    for block in lines.chunk_by(|a, b| a.note.is_some() == b.note.is_some()) {
        write_notes(block, &mut texts[start..start + block.len()]);
        start += block.len();
    }
    texts
}

fn facts(line: &Line, widths: &[usize]) -> String {
    let mut text = line.head.to_owned();
    pad(&mut text, HEAD);
    for (cell, width) in line.cells.iter().zip(widths) {
        let start = self::width(&text);
        text.push_str(cell);
        pad(&mut text, start + width);
        text.push(' ');
    }
    text.truncate(text.trim_end().len());
    text
}

fn write_notes(lines: &[Line], texts: &mut [String]) {
    let column = texts.iter().map(|text| width(text)).max().unwrap_or(0).min(NOTE);
    for (line, text) in lines.iter().zip(texts) {
        if let Some(note) = &line.note {
            pad(text, column);
            text.push_str("  -- ");
            text.push_str(note);
        }
    }
}
