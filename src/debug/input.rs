//! Keys and the mouse as actions.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::action::{Action, KEYS, Pane};
use super::draw::layout::{Places, places};
use super::model::{Mode, Model};

/// Lines that a turn of the wheel moves.
const WHEEL: i32 = 3;

/// What an event of the terminal means on a screen of this size.
pub fn action(model: &Model, screen: Rect, event: &Event) -> Option<Action> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => of_key(model, *key),
        Event::Mouse(mouse) => {
            let at = Position { x: mouse.column, y: mouse.row };
            let places = places(model, screen);
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => click(model, &places, at),
                MouseEventKind::ScrollUp => pane_at(&places, at).map(|pane| Action::Scroll(pane, -WHEEL)),
                MouseEventKind::ScrollDown => pane_at(&places, at).map(|pane| Action::Scroll(pane, WHEEL)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn of_key(model: &Model, key: KeyEvent) -> Option<Action> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == KeyCode::Char('c')).then_some(Action::Quit);
    }
    if matches!(model.mode, Mode::Search(_) | Mode::Why(_)) {
        return Some(match key.code {
            KeyCode::Char(letter) => Action::Type(letter),
            KeyCode::Backspace => Action::Erase,
            KeyCode::Enter => Action::Enter,
            KeyCode::Esc => Action::Escape,
            _ => return None,
        });
    }
    let name = match key.code {
        KeyCode::Char(' ') => String::from("space"),
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::Right => String::from("→"),
        KeyCode::Left => String::from("←"),
        KeyCode::Up => String::from("↑"),
        KeyCode::Down => String::from("↓"),
        KeyCode::Enter => String::from("enter"),
        KeyCode::Tab => String::from("tab"),
        KeyCode::BackTab => String::from("shift-tab"),
        KeyCode::Home => String::from("home"),
        KeyCode::End => String::from("end"),
        KeyCode::PageDown => String::from("pgdn"),
        KeyCode::PageUp => String::from("pgup"),
        KeyCode::Esc => return Some(Action::Escape),
        _ => return None,
    };
    let key = KEYS.iter().find(|key| key.keys.contains(&name.as_str()));
    key.map(|key| key.action.clone())
}

fn click(model: &Model, places: &Places, at: Position) -> Option<Action> {
    if model.mode != Mode::Walk {
        return Some(Action::Escape);
    }
    if places.bar.contains(at) {
        return Some(Action::Goto(places.step_at(at.x, model.timeline.len())));
    }
    if let Some(choices) = places.choices
        && choices.contains(at)
    {
        let row = usize::from(at.y - choices.y) + places.first_choice;
        return (row < model.enabled.len()).then_some(Action::Select(row));
    }
    pane_at(places, at).map(Action::Focus)
}

fn pane_at(places: &Places, at: Position) -> Option<Pane> {
    places.panes.iter().find(|(_, rect)| rect.contains(at)).map(|(pane, _)| *pane)
}
