//! A source text with its name, and the translation of byte offsets to lines and columns.

use super::Span;

/// A program text and the name under which messages speak of it.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

/// A position for people: line and column count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A source named `name` with the given text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        Source { name: name.into(), text, line_starts }
    }

    /// The name, usually the file's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that `span` covers; empty when the span does not lie in this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a byte offset. Offsets behind the end are those of the end.
    pub fn place(&self, offset: u32) -> Place {
        let offset = offset.min(self.text.len() as u32);
        let line = self.line_starts.partition_point(|start| *start <= offset) - 1;
        let start = self.line_starts[line] as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        Place { line: line + 1, column: before.chars().count() + 1 }
    }

    /// How many lines there are; at least one.
    pub fn lines(&self) -> usize {
        self.line_starts.len()
    }

    /// The bytes `start..end` of a line (from 1), with its line break; of the last one when there is no such line.
    pub fn line_range(&self, line: usize) -> (usize, usize) {
        let index = line.clamp(1, self.line_starts.len());
        let end = self.line_starts.get(index).map_or(self.text.len(), |next| *next as usize);
        (self.line_starts[index - 1] as usize, end)
    }

    /// The text of a line (from 1) without its line break; empty when there is no such line.
    pub fn line(&self, line: usize) -> &str {
        line.checked_sub(1)
            .and_then(|index| self.line_starts.get(index))
            .and_then(|start| self.text[*start as usize..].lines().next())
            .unwrap_or("")
    }

    /// What a line (from 1) says, without a comment at its end and the space around it.
    pub fn code(&self, line: usize) -> &str {
        let line = self.line(line);
        let (mut in_string, mut escaped) = (false, false);
        for (at, c) in line.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' if in_string => escaped = true,
                '"' => in_string = !in_string,
                '/' if !in_string && line[at..].starts_with("//") => return line[..at].trim(),
                _ => {}
            }
        }
        line.trim()
    }
}
