//! The stepper: what its screens show at two sizes, and that each action goes where it says. No terminal is needed.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use lacuna::base::{Prng, Source};
use lacuna::calculus::config::Config;
use lacuna::debug::action::{Action, Jump, KEYS, Pane};
use lacuna::debug::draw::{Look, draw};
use lacuna::debug::input::action;
use lacuna::debug::model::{Mode, Model};
use lacuna::debug::timeline::{End, First, Timeline};
use lacuna::elaborate::compile;
use lacuna::semantics::schedule::{Fifo, run_observed};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;
use lacuna::trace::replay::Replay;
use lacuna::trace::schedule::{Schedule, Writer};

#[cfg(unix)]
#[path = "stepper/terminal.rs"]
mod terminal;
mod tool;

fn example(name: &str) -> Source {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    Source::new(name, fs::read_to_string(path).expect("an example can be read"))
}

fn begin(source: &Source, settings: Settings) -> Timeline {
    let program = compile(source).0.expect("the program compiles");
    Timeline::new(Arc::new(source.clone()), Arc::new(program), Arc::new(settings))
}

/// The deterministic run.
fn run(source: &Source) -> Model {
    let mut timeline = begin(source, Settings::run());
    timeline.extend(&mut Fifo::new(Prng::new(0)), 10_000);
    Model::new(timeline)
}

/// The run that always takes what is enabled first, where anything may be next.
fn free(source: &Source) -> Model {
    let mut timeline = begin(source, Settings::check());
    timeline.extend(&mut First, 10_000);
    Model::new(timeline)
}

fn keys(mut model: Model, keys: &str) -> Model {
    for key in keys.chars() {
        let code = match key {
            '→' => KeyCode::Right,
            '←' => KeyCode::Left,
            '↓' => KeyCode::Down,
            '⏎' => KeyCode::Enter,
            '⎋' => KeyCode::Esc,
            '⇥' => KeyCode::Tab,
            letter => KeyCode::Char(letter),
        };
        let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
        let action = action(&model, Rect::new(0, 0, 80, 24), &event).unwrap_or_else(|| panic!("{key} does nothing"));
        model = model.update(action);
    }
    model
}

fn screen(model: &Model, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen in memory");
    terminal.draw(|frame| draw(frame, model, Look { colour: true })).expect("it can be drawn on");
    let buffer = terminal.backend().buffer().clone();
    let row = |y: u16| -> String { (0..width).map(|x| buffer[(x, y)].symbol().to_owned()).collect() };
    (0..height).map(|y| row(y).trim_end().to_owned() + "\n").collect()
}

fn assert_shows(name: &str, model: &Model, width: u16, height: u16) {
    tool::assert_shows("stepper", name, &screen(model, width, height));
}

#[test]
fn small_and_large_screens() {
    let model = keys(run(&example("price.lac")), "nnnnnn");
    assert_shows("price_80x24", &model, 80, 24);
    assert_shows("price_120x40", &model, 120, 40);
}

#[test]
fn a_choice_among_several() {
    let model = keys(free(&example("lost_update.lac")), "nnnnnn↓");
    assert!(model.enabled.len() > 1, "there is a choice: {:?}", model.names);
    assert_shows("choices_80x24", &model, 80, 24);
}

#[test]
fn the_end_with_what_is_wrong() {
    assert_shows("wrong_80x24", &keys(run(&example("lost_update.lac")), "G"), 80, 24);
}

#[test]
fn help_and_why_not() {
    let model = run(&example("lost_update.lac"));
    assert_shows("help_80x24", &keys(model.clone(), "?"), 80, 24);
    assert_shows("why_80x24", &keys(model.clone(), "nnnnwawait-all⏎"), 80, 24);
    assert_eq!(keys(model, "?⎋").mode, Mode::Walk);
}

/// What goes before operations whose premises hold, wherever in a run they wait.
fn waits(model: &Model) -> Vec<&'static str> {
    let at = |at| match keys(model.clone().update(Action::Goto(at)), "wop⏎").mode {
        Mode::Answer(told) => told.shown.into_iter().filter_map(|why| why.waits),
        other => panic!("{other:?}"),
    };
    (0..model.timeline.len()).flat_map(at).collect()
}

#[test]
fn why_not_says_which_setting_lets_others_go_first() {
    let source = example("lost_update.lac");
    let mut found = waits(&run(&source));
    found.sort_unstable();
    found.dedup();
    let (order, turn) = ("has waited longer (order fifo)", "has the turn (schedule cooperative)");
    assert_eq!(found, [turn, order].map(|what| format!("another stack of its node {what}")));
    assert!(waits(&free(&source)).is_empty(), "where anything may be next, nothing waits");
}

#[test]
fn why_not_says_how_many_places_it_does_not_show() {
    let text =
        "async fn one() {\n}\n\nasync fn main() {\n    for i in range(0, 20) {\n        spawn local one();\n    }\n}\n";
    let model = run(&Source::new("many.lac", text));
    let all = (0..model.timeline.len()).map(|at| model.clone().update(Action::Goto(at)));
    let full = all.max_by_key(|model| model.sys.ready.len()).expect("a run has steps");
    assert_eq!(full.sys.ready.len(), 21);
    assert!(screen(&keys(full, "wdist-return⏎"), 100, 60).contains("… and 13 places more"));
}

#[test]
fn every_size_can_be_drawn() {
    let model = keys(run(&example("price.lac")), "nnn");
    for (width, height) in [(1, 1), (5, 3), (20, 6), (40, 10), (79, 31), (300, 100)] {
        for pane in Pane::ALL {
            screen(&model.clone().update(Action::Focus(pane)), width, height);
            screen(&model.clone().update(Action::Focus(pane)).update(Action::Zoom), width, height);
        }
        screen(&model.clone().update(Action::Help), width, height);
    }
}

#[test]
fn going_back_is_the_state_that_was_there() {
    let source = example("dist_hello.lac");
    let model = run(&source);
    let shown = |model: &Model| Config::of(&model.sys);
    let mut forward = vec![shown(&model)];
    let mut model = model;
    while model.at < model.timeline.len() {
        model = model.update(Action::Forward(Jump::Step));
        forward.push(shown(&model));
    }
    for expected in forward.iter().rev() {
        assert_eq!(shown(&model), *expected, "after {} steps", model.at);
        model = model.update(Action::Back(Jump::Step));
    }
}

#[test]
fn a_long_run_keeps_few_copies_and_the_same_states() {
    let text = "async fn main() {\n    let mut n = 0;\n    while true {\n        n = n + 1;\n    }\n}\n";
    let source = Source::new("spin.lac", text);
    let mut timeline = begin(&source, Settings::run());
    timeline.extend(&mut First, 20_000);
    assert_eq!((timeline.len(), timeline.end()), (20_000, &End::Open));
    let mut sys = System::start(Arc::new(compile(&source).0.expect("it compiles")), Arc::new(Settings::run()));
    let mut writer = Writer::new(Schedule::default());
    run_observed(&mut sys, &mut First, 12_345, &mut writer);
    assert_eq!(Config::of(&timeline.state(12_345)), Config::of(&sys));
}

#[test]
fn another_choice_is_another_run() {
    let model = keys(free(&example("lost_update_fixed.lac")), "nnnn");
    let other = (0..model.enabled.len()).find(|at| Some(*at) != model.taken()).expect("there is another choice");
    let (at, wanted) = (model.at, model.enabled[other]);
    let model = model.update(Action::Select(other)).update(Action::Take);
    assert_eq!((model.at, model.timeline.choice(at)), (at + 1, Some(wanted)));
    assert!(matches!(model.timeline.end(), End::Final(_)), "the run goes on to its end");
}

#[test]
fn jumps_go_to_what_they_name() {
    let model = run(&example("lost_update.lac"));
    let wrong = keys(model.clone(), "v");
    assert_eq!(wrong.wrong(), ["nothing_lost is false"]);
    assert_eq!(keys(wrong, "v").message, "nothing wrong behind here");
    let found = keys(model.clone(), "/yield⏎");
    let next = found.timeline.choice(found.at).expect("a step comes next");
    assert_eq!(next.rule.name, "Yield");
    assert!(keys(found.clone(), "m").at > found.at, "there are two");
    assert_eq!(keys(found, "mM").search, "yield");
    assert_eq!(keys(model, "f").message, "no fault behind here");
}

#[test]
fn a_fault_can_be_picked_and_found() {
    let source = example("dist_hello.lac");
    let mut settings = Settings::run();
    settings.budget.crashes = 1;
    let mut timeline = begin(&source, settings);
    timeline.extend(&mut First, 10_000);
    let model = keys(Model::new(timeline), "nnn");
    let crash = model.enabled.iter().position(|choice| choice.rule.fault.is_some()).expect("a node may crash");
    let model = keys(model.update(Action::Select(crash)).update(Action::Take), "g");
    let found = keys(model, "f");
    let rule = found.timeline.choice(found.at).expect("a step comes next").rule;
    assert_eq!(rule.name, "Crash");
    let shown = screen(&found, 160, 50);
    assert!(shown.contains(&format!("{:>4}!", found.at + 1)), "a step that is a fault is marked:\n{shown}");
}

#[test]
fn what_is_saved_is_the_run_so_far() {
    let source = example("lost_update.lac");
    let model = keys(free(&source), "nnnnns");
    let schedule = model.to_save.clone().expect("there is something to save");
    let (read, lines) = Schedule::parse(&schedule.to_string()).expect("a schedule can be read");
    let settings = read.settings(&model.sys.program).expect("its settings fit");
    let mut again = begin(&source, settings);
    again.extend(&mut Replay::new(&read, lines), usize::MAX);
    assert_eq!(again.len(), model.at);
    assert_eq!(Config::of(&again.state(model.at)), Config::of(&model.sys));
    let model = model.update(Action::Saved(Ok(String::from("a.schedule"))));
    assert_eq!(model.to_save, None);
}

#[test]
fn the_mouse_selects_focuses_and_jumps() {
    let model = keys(free(&example("lost_update.lac")), "nnnnnn");
    let at = |model: &Model, kind, column, row| {
        let event = Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
        action(model, Rect::new(0, 0, 80, 24), &event)
    };
    let down = MouseEventKind::Down(MouseButton::Left);
    assert_eq!(at(&model, down, 79, 1), Some(Action::Goto(model.timeline.len())));
    assert_eq!(at(&model, down, 60, 4), Some(Action::Focus(Pane::Nodes)));
    let row = screen(&model, 80, 24).lines().position(|line| line.contains("○")).expect("a choice is not taken");
    assert!(matches!(at(&model, down, 5, row as u16), Some(Action::Select(_))));
    assert_eq!(at(&model, MouseEventKind::ScrollDown, 60, 4), Some(Action::Scroll(Pane::Nodes, 3)));
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let source = example("lost_update.lac");
    let folder = tool::Folder::new("stepper").with("a.lac", source.text());
    let lines = ["step a.lac", "check a.lac --step", "check a.lac --step --format json", "sim a.lac --step --twice"];
    tool::assert_shows("stepper", "usage", &folder.transcript(&lines));
}

#[test]
fn the_page_lists_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/stepper.md");
    let page = fs::read_to_string(path).expect("the page can be read");
    for key in KEYS {
        let keys: Vec<String> = key.keys.iter().map(|key| format!("`{key}`")).collect();
        let row = format!("| {} | {} |\n", keys.join(" "), key.words);
        assert!(page.contains(&row), "docs/stepper.md lacks\n{row}");
    }
}
