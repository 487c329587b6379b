//! The text of the program, with the statement that comes next and the lines where other frames stand.

use ratatui::text::{Line, Span};

use super::style::Look;
use crate::base;
use crate::debug::action::Pane;
use crate::debug::model::Model;
use crate::semantics::stack::Stack;

/// The lines of the program around the statement that the selected choice is about.
pub(super) fn lines(model: &Model, look: Look, height: u16) -> Vec<Line<'static>> {
    let source = model.timeline.source();
    let current = current(model);
    let height = usize::from(height);
    let middle = current.map_or_else(|| left_at(model), |span| source.place(span.start).line);
    let wanted = middle.saturating_sub(height / 2).max(1) as i64 + i64::from(model.scrolled(Pane::Source));
    let most = source.lines().saturating_sub(height).max(1);
    let first = usize::try_from(wanted).unwrap_or(1).clamp(1, most);
    let others = standing(model);
    (first..=source.lines()).take(height).map(|line| row(source, line, current, &others, look)).collect()
}

/// Where the statement stands that comes next on the stack that the selected choice is about, or that runs.
fn current(model: &Model) -> Option<base::Span> {
    let stack = model.choice().and_then(|choice| choice.focus.stack());
    let id = stack.or_else(|| model.sys.nodes.iter().find_map(|node| node.turn))?;
    let top = model.sys.stacks.get(id.0 as usize)?.top();
    Some(model.sys.program.span(top.pc))
}

/// The line of the last step that a frame took: what comes next is no step of a frame.
fn left_at(model: &Model) -> usize {
    let before = model.timeline.steps().iter().take(model.at).rev();
    before.filter_map(|step| step.at).next().map_or(1, |at| at.line)
}

/// The lines where frames stand, ready or parked.
fn standing(model: &Model) -> Vec<usize> {
    let sys = &model.sys;
    let ready = sys.ready.iter().map(|id| &*sys.stacks[id.0 as usize]);
    let parked = sys.parked.iter().map(|(_, parked)| &*parked.stack);
    let line = |stack: &Stack| model.timeline.source().place(sys.program.span(stack.top().pc).start).line;
    ready.chain(parked).map(line).collect()
}

fn row(source: &base::Source, line: usize, current: Option<base::Span>, others: &[usize], look: Look) -> Line<'static> {
    let text = source.line(line);
    let start = source.line_range(line).0;
    // The part of the line that the span covers, in bytes.
    let part = current.and_then(|span| {
        let from = (span.start as usize).max(start) - start;
        let to = (span.end as usize).min(start + text.len()).saturating_sub(start);
        (from < to && (span.start as usize) < start + text.len()).then_some((from, to))
    });
    let here = current.is_some_and(|span| source.place(span.start).line == line);
    let mark = match here {
        true => Span::styled("▶", look.accent()),
        false if others.contains(&line) => Span::styled("·", look.accent()),
        false => Span::raw(" "),
    };
    let number = Span::styled(format!("{line:>3} "), look.dim());
    let mut spans = vec![mark, number];
    match part.filter(|(from, to)| text.is_char_boundary(*from) && text.is_char_boundary(*to)) {
        Some((from, to)) => {
            spans.push(Span::raw(text[..from].to_owned()));
            spans.push(Span::styled(text[from..to].to_owned(), look.selected()));
            spans.push(Span::raw(text[to..].to_owned()));
        }
        None => spans.push(Span::raw(text.to_owned())),
    }
    Line::from(spans)
}
