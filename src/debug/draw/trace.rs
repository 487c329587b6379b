//! The steps of the run around the one that comes next.

use ratatui::text::{Line, Span};

use super::style::Look;
use crate::debug::action::Pane;
use crate::debug::model::Model;
use crate::semantics::catalogue;
use crate::trace::event::Step;

/// The steps around the next one, which is marked.
pub(super) fn lines(model: &Model, look: Look, height: u16) -> Vec<Line<'static>> {
    let steps = model.timeline.steps();
    let height = usize::from(height);
    let wanted = model.at.saturating_sub(height / 2) as i64 + i64::from(model.scrolled(Pane::Trace));
    let most = (steps.len() + 1).saturating_sub(height);
    let first = usize::try_from(wanted).unwrap_or(0).min(most);
    let shown = steps.iter().enumerate().skip(first).take(height);
    let mut lines: Vec<Line<'static>> = shown.map(|(at, step)| row(step, at == model.at, look)).collect();
    if lines.len() < height {
        let here = model.at == steps.len();
        lines.push(Line::from(Span::styled(if here { "▶    end" } else { "     end" }, look.dim())));
    }
    lines
}

fn row(step: &Step, next: bool, look: Look) -> Line<'static> {
    let mark = if next { Span::styled("▶", look.accent()) } else { Span::raw(" ") };
    let node = step.node.as_deref().unwrap_or("-");
    let execution = step.execution_name().unwrap_or_else(|| String::from("-"));
    let rule = catalogue::find(&step.rule).map_or_else(|| look.dim(), |rule| look.rule(rule));
    let text = if next { look.strong() } else { ratatui::style::Style::new() };
    Line::from(vec![
        mark,
        Span::styled(format!("{:>4}", step.step), look.dim()),
        Span::styled(if step.fault { "!" } else { " " }, rule),
        Span::raw(format!("{node} {execution}  ")),
        Span::styled(step.rule.clone(), rule),
        Span::styled(format!("  {}", step.text), text),
    ])
}
