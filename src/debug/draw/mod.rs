//! The stepper on a screen. What is drawn depends on the model, the size of the screen and whether there are colours, and
//! on nothing else.

pub mod layout;
mod next;
mod nodes;
mod overlay;
mod premises;
mod source;
mod style;
mod things;
mod trace;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use super::action::{KEYS, Pane};
use super::model::{Mode, Model};
use super::timeline::End;
use crate::trace::wire;
use layout::{Places, places};
pub use style::Look;

/// Draws the stepper.
pub fn draw(frame: &mut Frame<'_>, model: &Model, look: Look) {
    let places = places(model, frame.area());
    frame.render_widget(title(model, look, places.title.width), places.title);
    frame.render_widget(Line::from(bar(model, look, &places)), places.bar);
    for (pane, rect) in &places.panes {
        draw_pane(frame, model, look, *pane, *rect);
    }
    frame.render_widget(foot(model, look, places.foot.width), places.foot);
    overlay::draw(frame, model, look);
}

fn draw_pane(frame: &mut Frame<'_>, model: &Model, look: Look, pane: Pane, rect: Rect) {
    let focused = model.focus == pane;
    let border = if focused { BorderType::Thick } else { BorderType::Rounded };
    let title = if focused { look.strong() } else { look.dim() };
    let block = Block::bordered()
        .border_type(border)
        .border_style(if focused { look.accent() } else { look.dim() })
        .title(Span::styled(format!(" {} ", pane_title(model, pane)), title));
    let inside = block.inner(rect);
    frame.render_widget(block, rect);
    let lines = match pane {
        Pane::Next => return next::draw(frame, model, look, inside),
        Pane::Source => source::lines(model, look, inside.height),
        Pane::Trace => trace::lines(model, look, inside.height),
        Pane::Nodes => scrolled(nodes::lines(model, look), model.scrolled(pane), inside.height),
        Pane::Waits => scrolled(things::waits(model, look), model.scrolled(pane), inside.height),
        Pane::Wire => scrolled(things::wire(model, look, inside.height), model.scrolled(pane), inside.height),
    };
    frame.render_widget(Paragraph::new(lines), inside);
}

fn pane_title(model: &Model, pane: Pane) -> String {
    match pane {
        Pane::Next if model.enabled.is_empty() => String::from("the end"),
        Pane::Next => match model.enabled.len() {
            1 => String::from("next: one choice"),
            n => format!("next: {n} choices"),
        },
        other => other.title().to_owned(),
    }
}

/// The lines that are seen when the text is moved by so many, as far as there are any.
fn scrolled(lines: Vec<Line<'static>>, by: i32, height: u16) -> Vec<Line<'static>> {
    let most = lines.len().saturating_sub(usize::from(height));
    let from = usize::try_from(by).unwrap_or(0).min(most);
    lines.into_iter().skip(from).collect()
}

/// The program, how far the run is, and how it ends.
fn title(model: &Model, look: Look, width: u16) -> Line<'static> {
    let timeline = &model.timeline;
    let name = format!(" {}", wire::file_name(timeline.source()));
    let step = format!("  step {} of {}", model.at, timeline.len());
    let now = format!("  now {}", model.sys.now);
    let wrong = match model.wrong().first() {
        Some(what) => format!("  ✗ {what}"),
        None => String::new(),
    };
    let end = match timeline.end() {
        End::Final(result) => format!("{result} "),
        End::Open => String::from("… "),
    };
    let used: usize = [&name, &step, &now, &wrong, &end].iter().map(|part| part.chars().count()).sum();
    let gap = " ".repeat(usize::from(width).saturating_sub(used).max(1));
    Line::from(vec![
        Span::styled(name, look.strong()),
        Span::raw(step),
        Span::styled(now, look.dim()),
        Span::styled(wrong, look.bad()),
        Span::raw(gap),
        Span::styled(end, look.dim()),
    ])
}

/// The run as a bar: what was done, where it stands, and where something is wrong.
fn bar(model: &Model, look: Look, places: &Places) -> Vec<Span<'static>> {
    let (width, steps) = (places.bar.width, model.timeline.len());
    let at = places.column_of(model.at, steps);
    let wrongs: Vec<u16> = model.timeline.wrongs().iter().map(|wrong| places.column_of(wrong.after, steps)).collect();
    let cell = |x: u16| {
        let (mark, style) = match x {
            x if x == at => ("◆", look.accent()),
            x if wrongs.contains(&x) => ("✗", look.bad()),
            x if x < at => ("━", look.accent()),
            _ => ("─", look.dim()),
        };
        Span::styled(mark, style)
    };
    (0..width).map(cell).collect()
}

/// What became of the last action, what is being asked for, or the keys.
fn foot(model: &Model, look: Look, width: u16) -> Line<'static> {
    match &model.mode {
        Mode::Search(text) => return asked("search for", text, look),
        Mode::Why(text) => return asked("why does it not fire: which rule?", text, look),
        _ => {}
    }
    if !model.message.is_empty() {
        return Line::from(Span::styled(format!(" {}", model.message), look.accent()));
    }
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for key in KEYS.iter().filter(|key| !key.short.is_empty()) {
        let length = key.keys[0].chars().count() + key.short.chars().count() + 3;
        if used + length <= usize::from(width) {
            spans.push(Span::styled(key.keys[0], look.strong()));
            spans.push(Span::styled(format!(" {}  ", key.short), look.dim()));
            used += length;
        }
    }
    Line::from(spans)
}

fn asked(what: &str, text: &str, look: Look) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!(" {what} "), look.dim()),
        Span::styled(text.to_owned(), look.strong()),
        Span::styled("▏", look.accent()),
    ])
}
