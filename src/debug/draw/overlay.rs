//! What lies over the panes: the keys, and why a rule does not fire.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};

use super::next::figure;
use super::scrolled;
use super::style::Look;
use crate::debug::action::{KEYS, Key, Pane};
use crate::debug::model::{Mode, Model};
use crate::debug::why::{Answer, Verdict};
use crate::semantics::rule::Rule;

/// Draws it, if there is any.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, look: Look) {
    let area = frame.area();
    let columns = area.width.saturating_sub(6).min(96);
    let inside = columns.saturating_sub(2);
    let (title, lines) = match &model.mode {
        Mode::Help => (String::from(" keys "), help(look)),
        Mode::Answer(rule, answers) => (format!(" why not {} ", rule.name), answer(rule, answers, look, inside)),
        Mode::Walk | Mode::Search(_) | Mode::Why(_) => return,
    };
    let rows = lines.iter().map(|line| line.width().div_ceil(usize::from(inside).max(1)).max(1)).sum::<usize>() + 2;
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    let rect: Rect = area.centered(Constraint::Length(columns), Constraint::Length(rows));
    let block = Block::bordered().border_style(look.accent()).title(Span::styled(title, look.strong()));
    let lines = scrolled(lines, model.scrolled(Pane::Next), rows.saturating_sub(2));
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

/// What the rule says everywhere, then its figure.
fn answer(rule: &'static Rule, answers: &[Answer], look: Look, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if answers.is_empty() {
        lines.push(Line::from("there is nothing here that it could be about"));
    }
    for Answer { place, verdict } in answers {
        let (mark, text) = match verdict {
            Verdict::Enabled => (Span::styled("✓ ", look.good()), String::from("it is enabled")),
            Verdict::Waits => {
                (Span::styled("· ", look.dim()), String::from("its premises hold, but others go first (the settings)"))
            }
            Verdict::Refused(premise) => (Span::styled("✗ ", look.bad()), format!("this does not hold: {premise}")),
        };
        lines.push(Line::from(vec![mark, Span::styled(format!("{place}  "), look.strong()), Span::raw(text)]));
    }
    lines.push(Line::default());
    lines.extend(figure(rule, look, width));
    lines
}
