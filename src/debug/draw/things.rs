//! What is between the frames: tasks and promises with who waits for them; messages, timers and what was printed.

use ratatui::text::{Line, Span};

use super::style::Look;
use crate::calculus::Path;
use crate::debug::action::Pane;
use crate::debug::model::Model;
use crate::render::outcome::one_line;
use crate::semantics::system::{Callback, ParkId, Settled, TaskState};
use crate::trace::{Words, few};

/// Tasks and promises in the order of their names, main first.
pub(super) fn waits(model: &Model, look: Look) -> Vec<Line<'static>> {
    let sys = &model.sys;
    let mut lines: Vec<(Path, Line<'static>)> = Vec::new();
    for (o, task) in sys.tasks.iter() {
        let (state, waiters): (_, &[ParkId]) = match &task.state {
            TaskState::Running(waiters) => (None, waiters),
            TaskState::Settled(settled) => (Some(settled), &[]),
        };
        let state = state_of(model, state, "running", look);
        let marked = if task.marked { ", cancelled" } else { "" };
        let where_it_is = format!("task on {}{marked}", Words::brief(sys).node(task.node));
        lines.push((o, line(model, look, o, state, where_it_is, who(model, waiters, &[]))));
    }
    for (q, promise) in sys.promises.iter() {
        let state = state_of(model, promise.state.as_ref(), "pending", look);
        let words = Words::brief(sys);
        let held = match promise.holder {
            Some(at) if sys.is_alive(at) => format!(" held by {}", words.holder(at)),
            Some(at) => format!(" held by {}, which is gone", words.holder(at)),
            None => String::new(),
        };
        let what = format!("{}{held}", words.origin(&promise.origin));
        lines.push((q, line(model, look, q, state, what, who(model, &promise.waiters, &promise.callbacks))));
    }
    lines.sort_by_cached_key(|(path, _)| sys.names.key(*path));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn line(model: &Model, look: Look, path: Path, state: Span<'static>, what: String, waiters: String) -> Line<'static> {
    let name = Words::brief(&model.sys).path(path);
    Line::from(vec![
        Span::styled(format!("{name:<8} "), look.strong()),
        state,
        Span::styled(waiters, look.accent()),
        Span::styled(format!("  {what}"), look.dim()),
    ])
}

fn state_of(model: &Model, state: Option<&Settled>, open: &'static str, look: Look) -> Span<'static> {
    let words = Words::brief(&model.sys);
    match state {
        None => Span::raw(open),
        Some(Settled::Done(value)) => Span::styled(format!("= {}", words.value(value)), look.good()),
        Some(Settled::Failed(error)) => Span::styled(format!("fails {}", words.error(error)), look.bad()),
        Some(Settled::Cancelled) => Span::styled("cancelled", look.bad()),
    }
}

/// ` ← main, main.0`: who waits.
fn who(model: &Model, parked: &[ParkId], callbacks: &[Callback]) -> String {
    let words = Words::brief(&model.sys);
    let here = parked.iter().map(|id| words.frame(&model.sys.parked[id.0 as usize].stack));
    let elsewhere = callbacks.iter().map(|callback| words.exec(callback.exec));
    let mut names: Vec<String> = here.collect();
    for name in elsewhere {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { String::new() } else { format!(" ← {}", few(&names, String::clone)) }
}

/// Messages and timers, then the last of what was printed.
pub(super) fn wire(model: &Model, look: Look, height: u16) -> Vec<Line<'static>> {
    let sys = &model.sys;
    let words = Words::brief(sys);
    let messages = sys.messages.iter().map(|message| {
        let from = message.from.map_or_else(|| String::from("store"), |n| words.node(n));
        Line::from(vec![Span::styled("✉ ", look.accent()), Span::raw(format!("{from}: {}", words.message(message)))])
    });
    let timers = sys.timers.iter().map(|((deadline, _), q)| {
        let text = format!("{} fires at {deadline}", words.path(*q));
        Line::from(vec![Span::styled("◷ ", look.accent()), Span::raw(text)])
    });
    let mut lines: Vec<Line<'static>> = messages.chain(timers).collect();
    let room = usize::from(height).saturating_sub(lines.len()).max(usize::from(height) / 2);
    // While nobody moves the text, what was printed last is seen.
    let from = if model.scrolled(Pane::Wire) == 0 { sys.printed.len().saturating_sub(room) } else { 0 };
    lines.extend(sys.printed.iter().skip(from).map(|(node, text)| {
        let node = Span::styled(format!("{}: ", words.node(*node)), look.dim());
        Line::from(vec![node, Span::raw(one_line(text))])
    }));
    lines
}
