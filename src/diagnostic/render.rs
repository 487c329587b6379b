//! Diagnostics for people, with the lines they speak of, and for programs, as JSON.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeCharacters, ThemeStyles,
};
use serde_json::{Value, json};

use super::{Diagnostic, Severity};
use crate::base::{Source, Span};

/// How diagnostics are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With colours, as a terminal wants them.
    pub colour: bool,
    /// With lines and arrows of Unicode, or of ASCII.
    pub unicode: bool,
    /// Columns that a line may have; source lines are never broken.
    pub width: usize,
}

/// Bytes of source that are shown whole around a label.
const LONGEST: usize = 1_000;

impl Style {
    /// Unicode without colours, 100 columns: for files and pipes.
    pub const PLAIN: Style = Style { colour: false, unicode: true, width: 100 };
}

/// Draws diagnostics in the order of their places, each followed by an empty line. The empty string for none.
pub fn render(diagnostics: &[Diagnostic], source: &Source, style: Style) -> String {
    let handler = GraphicalReportHandler::new_themed(theme(style))
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .without_cause_chain();
    let mut out = String::new();
    for diagnostic in sorted(diagnostics) {
        let report = Report { diagnostic, text: Text(source) };
        let mut drawn = String::new();
        handler.render_report(&mut drawn, &report).expect("labels lie in the source, and a string takes all text");
        for line in drawn.trim_start_matches('\n').lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

/// The array `diagnostics` of the JSON output, in the order of the places. Lines and columns count from 1, columns in
/// characters; the end is the place behind the last character.
pub fn json(diagnostics: &[Diagnostic], source: &Source) -> Value {
    let one = |diagnostic: &Diagnostic| {
        let span = diagnostic.span();
        let (start, end) = (source.place(span.start), source.place(span.end));
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        json!({
            "code": diagnostic.code.name(),
            "severity": severity,
            "line": start.line,
            "column": start.column,
            "end_line": end.line,
            "end_column": end.column,
            "message": diagnostic.message,
            "help": diagnostic.help,
        })
    };
    Value::Array(sorted(diagnostics).into_iter().map(one).collect())
}

/// In the order of the text; of two at one place in the order given.
fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.span());
    sorted
}

fn theme(style: Style) -> GraphicalTheme {
    let mut characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    characters.error = "error:".to_owned();
    characters.warning = "warning:".to_owned();
    let styles = if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalTheme { characters, styles }
}

/// A diagnostic in the terms of miette.
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    text: Text<'a>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self.diagnostic, f)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code.name()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("lacuna explain {}", self.diagnostic.code.short_name())))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let mut primary = true;
        // The end of the file is shown behind the last thing in it, not on an empty line of its own.
        let last = self.text.0.text().trim_end().len();
        Some(Box::new(self.diagnostic.labels.iter().map(move |label| {
            let start = label.span.start as usize;
            let span = (if label.span.is_empty() { start.min(last) } else { start }, label.span.len());
            let text = Some(label.text.clone());
            if std::mem::take(&mut primary) {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }
}

/// The source for miette, which would search a text for its lines from the start each time.
struct Text<'a>(&'a Source);

impl SourceCode for Text<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text();
        let place = |offset: usize| self.0.place(Span::new(offset, offset).start).line;
        let end = span.offset() + span.len();
        let first = place(span.offset()).saturating_sub(lines_before).max(1);
        let last = (place(end.max(span.offset() + 1) - 1) + lines_after).min(self.0.lines());
        let (mut from, _) = self.0.line_range(first);
        let (_, mut to) = self.0.line_range(last);
        if to - from > LONGEST {
            // Somebody has no line breaks: show what is around.
            from = text.floor_char_boundary(from.max(span.offset().saturating_sub(LONGEST / 16)));
            to = text.ceil_char_boundary(to.min(end.saturating_add(LONGEST / 16)));
        }
        let window = text.as_bytes().get(from..to.max(end).min(text.len())).ok_or(MietteError::OutOfBounds)?;
        let covered = SourceSpan::from((from, window.len()));
        let name = self.0.name().to_owned();
        // Without context lines only the place is asked for.
        let at = self.0.place(Span::new(span.offset(), end).start);
        let (line, column) = if lines_before == 0 { (at.line, at.column) } else { (first, 1) };
        Ok(Box::new(MietteSpanContents::new_named(name, window, covered, line - 1, column - 1, last - first + 1)))
    }
}
