//! What lies over the panes: the keys, and why a rule does not fire.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};

use super::next::{conclusion, summary};
use super::premises::{Lead, premise, wrapped};
use super::scrolled;
use super::style::Look;
use crate::debug::action::{KEYS, Key, Pane};
use crate::debug::model::{Answer, Mode, Model};
use crate::render::why::{Standing, Why};

/// Draws it, if there is any.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, look: Look) {
    let area = frame.area();
    let columns = area.width.saturating_sub(6).min(96);
    let inside = columns.saturating_sub(2);
    let (title, lines) = match &model.mode {
        Mode::Help => (String::from(" keys "), help(look)),
        Mode::Answer(told) => (format!(" why not {} ", told.rule.name), answer(told, look, usize::from(inside))),
        Mode::Walk | Mode::Search(_) | Mode::Why(_) => return,
    };
    let rows = lines.iter().map(|line| line.width().div_ceil(usize::from(inside).max(1)).max(1)).sum::<usize>() + 2;
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    let rect: Rect = area.centered(Constraint::Length(columns), Constraint::Length(rows));
    let block = Block::bordered().border_style(look.accent()).title(Span::styled(title, look.strong()));
    let (height, by) = (rows.saturating_sub(2), model.scrolled(Pane::Next));
    let hidden = scrolled(lines.clone(), by, height).len() > usize::from(height);
    let block = if hidden { block.title_bottom(Span::styled(" ↓ more ", look.dim())) } else { block };
    let lines = scrolled(lines, by, height);
    frame.render_widget(Clear, rect);
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).block(block), rect);
}

fn help(look: Look) -> Vec<Line<'static>> {
    let row = |key: &Key| {
        Line::from(vec![Span::styled(format!(" {:<14}", key.keys.join(" ")), look.strong()), Span::raw(key.words)])
    };
    let mut lines: Vec<Line<'static>> = KEYS.iter().map(row).collect();
    lines.push(Line::from(Span::styled(
        " the mouse selects, focuses and scrolls; a click on the bar goes there",
        look.dim(),
    )));
    lines
}

/// What the rule says at each place, its premises with what their letters stand for there; then the rest of its figure.
fn answer(answer: &Answer, look: Look, width: usize) -> Vec<Line<'static>> {
    let Answer { rule, shown, more } = answer;
    let mut lines = Vec::new();
    if shown.is_empty() {
        lines.push(Line::from("there is nothing here that it could be about"));
    }
    lines.extend(shown.iter().flat_map(|why| at_place(why, look, width)));
    if *more > 0 {
        let places = if *more == 1 { "place" } else { "places" };
        lines.push(Line::from(Span::styled(format!("… and {more} {places} more"), look.dim())));
    }
    lines.push(Line::default());
    lines.extend(conclusion(rule, look, width));
    lines.extend(summary(rule, look));
    lines
}

/// What a rule says at a place.
fn at_place(why: &Why, look: Look, width: usize) -> Vec<Line<'static>> {
    let (mark, style) = match (why.enabled, why.holds(), why.fits) {
        (true, ..) => (Span::styled("✓ ", look.good()), look.good()),
        (_, true, _) => (Span::styled("· ", look.dim()), Style::new()),
        (_, _, true) => (Span::styled("✗ ", look.bad()), look.bad()),
        (_, _, false) => (Span::styled("– ", look.dim()), look.dim()),
    };
    if !why.fits {
        return wrapped(&format!("of another shape: {}", why.place), &Lead::of(mark), style, width);
    }
    let mut lines = wrapped(&why.place, &Lead::of(mark), look.strong(), width);
    for told in &why.premises {
        let mark = match told.standing {
            Standing::Holds => Span::styled("  ✓ ", look.good()),
            Standing::Fails => Span::styled("  ✗ ", look.bad()),
            Standing::NotReached => Span::styled("  – ", look.dim()),
        };
        lines.extend(premise(told, Lead::of(mark), look, width, true));
    }
    lines.extend(wrapped(&why.verdict(), &Lead::of(Span::raw("  ")), style, width));
    lines
}
