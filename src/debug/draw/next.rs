//! The choices, and the figure of the rule that the selected one fires.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::layout::{first_choice, split_next};
use super::premises::{Lead, premise};
use super::style::Look;
use crate::debug::action::Pane;
use crate::debug::model::Model;
use crate::debug::timeline::End;
use crate::render::explain;
use crate::render::why::{Told, Why};
use crate::semantics::focus::Choice;
use crate::semantics::rule::Rule;
use crate::trace::choice::ChoiceName;

/// Draws both beside one another.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, look: Look, inside: Rect) {
    let (left, right) = split_next(inside);
    let Some(why) = &model.why else {
        frame.render_widget(Paragraph::new(end(model, look)).wrap(Wrap { trim: false }), inside);
        return;
    };
    frame.render_widget(Paragraph::new(choices(model, look, left)), left);
    let lines = fires(why, look, right);
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

/// The figure of the rule that fires, its premises with what their letters stand for here as far as there is room, and what
/// the rule does in a sentence.
fn fires(why: &Why, look: Look, room: Rect) -> Vec<Line<'static>> {
    let width = usize::from(room.width);
    let rows = |lines: &[Line<'_>]| lines.iter().map(|line| line.width().div_ceil(width.max(1)).max(1)).sum::<usize>();
    let with = |told: &Told, values: bool| premise(told, Lead::none(), look, width, values);
    let below = conclusion(why.rule, look, width);
    let bare: Vec<Line<'_>> = why.premises.iter().flat_map(|told| with(told, false)).collect();
    let mut spare = usize::from(room.height).saturating_sub(rows(&bare) + rows(&below));
    // Where not all values have room, those of the last premises say most: the first ones ask about marks and turns.
    let mut premises = Vec::new();
    for told in why.premises.iter().rev() {
        let (bare, full) = (with(told, false), with(told, true));
        let more = rows(&full) - rows(&bare);
        let fits = more <= spare;
        spare -= if fits { more } else { 0 };
        premises.push(if fits { full } else { bare });
    }
    let mut lines: Vec<Line<'_>> = premises.into_iter().rev().flatten().collect();
    lines.extend(below);
    lines.extend(summary(why.rule, look));
    lines
}

/// The figure of a rule below its premises, its line as wide as there is room.
pub(super) fn conclusion(rule: &Rule, look: Look, width: usize) -> Vec<Line<'static>> {
    let figure = rule.figure();
    let widest = figure.lines().filter(|line| !line.starts_with('─')).map(|line| line.chars().count()).max();
    let name = format!(" [{}]", rule.name);
    let bar = widest.unwrap_or(0).min(width.saturating_sub(name.chars().count()));
    let bar = Line::from(vec![
        Span::styled("─".repeat(bar), look.accent()),
        Span::styled(name, look.rule(rule).patch(look.strong())),
    ]);
    let under = figure.lines().skip_while(|line| !line.starts_with('─')).skip(1);
    std::iter::once(bar).chain(under.map(|line| Line::from(line.to_owned()))).collect()
}

/// What a rule does in a sentence, behind an empty line.
pub(super) fn summary(rule: &Rule, look: Look) -> [Line<'static>; 2] {
    [Line::default(), Line::from(Span::styled(explain::summary(rule), look.dim()))]
}
