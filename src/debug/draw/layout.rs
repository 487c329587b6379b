//! Where everything stands on a screen of some size; the mouse asks here, too.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::debug::action::Pane;
use crate::debug::model::Model;

/// Screens of fewer rows have no room for the trace beside the source.
const TALL: u16 = 32;

/// Where everything stands.
#[derive(Clone, Debug)]
pub struct Places {
    /// The first line.
    pub title: Rect,
    /// The run as a bar.
    pub bar: Rect,
    /// The panes that are seen, with their borders.
    pub panes: Vec<(Pane, Rect)>,
    /// The list of choices, if it is seen.
    pub choices: Option<Rect>,
    /// The first choice that is seen there.
    pub first_choice: usize,
    /// The last line.
    pub foot: Rect,
}

/// Where everything stands on this screen.
pub fn places(model: &Model, screen: Rect) -> Places {
    let rows =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)]);
    let [title, bar, body, foot] = rows.areas(screen);
    let panes = if model.zoom { vec![(model.focus, body)] } else { panes(model, body) };
    let next = panes.iter().find(|(pane, _)| *pane == Pane::Next).map(|(_, rect)| split_next(inner(*rect)).0);
    let choices = next.filter(|_| !model.enabled.is_empty());
    let first_choice = choices.map_or(0, |rect| first_choice(model, rect.height));
    Places { title, bar, panes, choices, first_choice, foot }
}

fn panes(model: &Model, body: Rect) -> Vec<(Pane, Rect)> {
    let halves = Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]);
    if body.height >= TALL {
        let [top, next] = Layout::vertical([Constraint::Min(0), Constraint::Length(11)]).areas(body);
        let [left, right] = halves.areas(top);
        let [source, trace] = Layout::vertical([Constraint::Percentage(58), Constraint::Percentage(42)]).areas(left);
        let thirds = [Constraint::Percentage(40), Constraint::Percentage(33), Constraint::Percentage(27)];
        let [nodes, waits, wire] = Layout::vertical(thirds).areas(right);
        return vec![
            (Pane::Source, source),
            (Pane::Trace, trace),
            (Pane::Nodes, nodes),
            (Pane::Waits, waits),
            (Pane::Wire, wire),
            (Pane::Next, next),
        ];
    }
    let rows = [Constraint::Percentage(38), Constraint::Percentage(26), Constraint::Percentage(36)];
    let [top, middle, next] = Layout::vertical(rows).areas(body);
    let [_, nodes] = halves.areas(top);
    let [_, wire] = halves.areas(middle);
    // The text of the program needs height more than breadth; the trace takes its place while it is looked at.
    let left = Rect { width: body.width - nodes.width, ..top };
    let first = if model.focus == Pane::Trace { Pane::Trace } else { Pane::Source };
    let waits = Rect { width: body.width - wire.width, ..middle };
    vec![(first, left), (Pane::Nodes, nodes), (Pane::Waits, waits), (Pane::Wire, wire), (Pane::Next, next)]
}

/// What is inside of a border.
fn inner(rect: Rect) -> Rect {
    Rect {
        x: rect.x.saturating_add(1),
        y: rect.y.saturating_add(1),
        width: rect.width.saturating_sub(2),
        height: rect.height.saturating_sub(2),
    }
}

/// The choices, and the figure beside them.
pub(super) fn split_next(inside: Rect) -> (Rect, Rect) {
    let parts = [Constraint::Percentage(38), Constraint::Length(2), Constraint::Min(0)];
    let [choices, _, figure] = Layout::horizontal(parts).areas(inside);
    (choices, figure)
}

/// The first choice of a list of this height that shows the selected one.
pub(super) fn first_choice(model: &Model, height: u16) -> usize {
    model.selected.saturating_sub(usize::from(height).saturating_sub(1))
}

impl Places {
    /// The column of the bar that stands for the state after `at` of `steps` steps.
    pub fn column_of(&self, at: usize, steps: usize) -> u16 {
        let last = usize::from(self.bar.width.saturating_sub(1));
        (at * last).checked_div(steps).unwrap_or(0) as u16
    }

    /// The state that a column of the bar stands for.
    pub fn step_at(&self, column: u16, steps: usize) -> usize {
        let last = usize::from(self.bar.width.saturating_sub(1));
        let x = usize::from(column.saturating_sub(self.bar.x));
        (x * steps + last / 2).checked_div(last).unwrap_or(0)
    }
}
