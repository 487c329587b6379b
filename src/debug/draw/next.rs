//! The choices, and the figure of the rule that the selected one fires.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::layout::{first_choice, split_next};
use super::style::Look;
use crate::debug::action::Pane;
use crate::debug::model::Model;
use crate::debug::timeline::End;
use crate::render::explain;
use crate::semantics::focus::Choice;
use crate::semantics::rule::Rule;
use crate::trace::choice::ChoiceName;

/// Draws both beside one another.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, look: Look, inside: Rect) {
    let (left, right) = split_next(inside);
    let Some(choice) = model.choice() else {
        frame.render_widget(Paragraph::new(end(model, look)).wrap(Wrap { trim: false }), inside);
        return;
    };
    frame.render_widget(Paragraph::new(choices(model, look, left)), left);
    let lines = figure(choice.rule, look, right.width);
    let moved = u16::try_from(model.scrolled(Pane::Next)).unwrap_or(0).min(lines.len() as u16);
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).scroll((moved, 0)), right);
}

fn end(model: &Model, look: Look) -> Vec<Line<'static>> {
    let result = match model.timeline.end() {
        End::Final(result) => result.clone(),
        End::Open => String::from("nothing can happen any more"),
    };
    let mut lines = vec![Line::from(Span::styled(result, look.strong()))];
    lines.extend(model.wrong().into_iter().map(|what| Line::from(Span::styled(format!("✗ {what}"), look.bad()))));
    lines
}

/// The enabled choices: `▸` marks the selected one, `●` the one that the run goes on with.
fn choices(model: &Model, look: Look, rect: Rect) -> Vec<Line<'static>> {
    let taken = model.taken();
    let rows = model.names.iter().zip(&model.enabled).enumerate();
    let row = |(at, (name, choice)): (usize, (&ChoiceName, &Choice))| {
        let selected = at == model.selected;
        let mark = if selected { "▸" } else { " " };
        let goes_on = if Some(at) == taken { "●" } else { "○" };
        let who = format!("{} {}", name.node, name.who);
        let who_style = if selected { look.strong() } else { Style::new() };
        Line::from(vec![
            Span::styled(mark, look.accent()),
            Span::styled(format!("{goes_on} "), look.dim()),
            Span::styled(format!("{}  ", name.rule), look.rule(choice.rule)),
            Span::styled(who, who_style),
            Span::raw(format!("  {}", name.detail)),
        ])
    };
    rows.skip(first_choice(model, rect.height)).take(usize::from(rect.height)).map(row).collect()
}

/// The figure of a rule with its line as wide as there is room, and what the rule does in a sentence.
pub(super) fn figure(rule: &Rule, look: Look, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let lines = rule.figure();
    let widest = lines.lines().filter(|line| !line.starts_with('─')).map(|line| line.chars().count()).max();
    let name = format!(" [{}]", rule.name);
    let bar = widest.unwrap_or(0).min(width.saturating_sub(name.chars().count()));
    let row = |line: &str| match line.starts_with('─') {
        true => Line::from(vec![
            Span::styled("─".repeat(bar), look.accent()),
            Span::styled(name.clone(), look.rule(rule).patch(look.strong())),
        ]),
        false => Line::from(line.to_owned()),
    };
    let mut rows: Vec<Line<'static>> = lines.lines().map(row).collect();
    rows.push(Line::default());
    rows.push(Line::from(Span::styled(explain::summary(rule), look.dim())));
    rows
}
