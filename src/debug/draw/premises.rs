//! Premises with what their letters stand for here: on the line of the premise where there is room, else below it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use textwrap::Options;

use super::style::Look;
use crate::render::why::Told;

/// Columns between a premise and its values.
const GAP: usize = 3;

/// How far values stand in below their premise.
const BELOW: usize = 2;

/// What stands before each line of a premise: a mark on the first one, blanks of that width on the others.
#[derive(Clone)]
pub(super) struct Lead {
    mark: Span<'static>,
    columns: usize,
}

impl Lead {
    /// Nothing.
    pub(super) fn none() -> Lead {
        Lead { mark: Span::raw(""), columns: 0 }
    }

    /// A mark.
    pub(super) fn of(mark: Span<'static>) -> Lead {
        Lead { columns: mark.width(), mark }
    }
}

/// A premise in lines of at most `width` columns; values that need lines of their own are left out where `below` is not.
pub(super) fn premise(told: &Told, lead: Lead, look: Look, width: usize, below: bool) -> Vec<Line<'static>> {
    let here: Vec<String> = told.here.iter().map(|fact| format!("{}: {}", fact.term, fact.value)).collect();
    let values = here.join(" · ");
    let used = lead.columns + Span::raw(told.text).width() + GAP + Span::raw(values.as_str()).width();
    let (beside, under) = match values.is_empty() {
        true => (None, None),
        false if used <= width => (Some(values), None),
        false => (None, below.then_some(values)),
    };
    let mut lines = wrapped(told.text, &lead, Style::new(), width);
    if let (Some(values), Some(line)) = (beside, lines.first_mut()) {
        line.push_span(Span::raw(" ".repeat(GAP)));
        line.push_span(Span::styled(values, look.accent()));
    }
    if let Some(values) = under {
        let blank = Lead::of(Span::raw(" ".repeat(lead.columns + BELOW)));
        lines.extend(wrapped(&values, &blank, look.accent(), width));
    }
    lines
}

/// A text behind its lead, broken between words.
pub(super) fn wrapped(text: &str, lead: &Lead, style: Style, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(lead.columns).max(1);
    let pieces = textwrap::wrap(text, Options::new(room).subsequent_indent("  "));
    let line = |(at, piece): (usize, std::borrow::Cow<'_, str>)| {
        let before = if at == 0 { lead.mark.clone() } else { Span::raw(" ".repeat(lead.columns)) };
        Line::from(vec![before, Span::styled(piece.into_owned(), style)])
    };
    pieces.into_iter().enumerate().map(line).collect()
}
