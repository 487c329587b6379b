//! The settings as words: on the command line, in the header of a schedule, and in the first line of a JSON trace. All of
//! them read the names from here.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::calculus::{NodeId, Program};
use crate::semantics::settings::{Dialect, Network, Order, Scheduling, Settings, Timing};

/// A setting that is one of a few words.
pub trait Word: Copy + PartialEq + 'static {
    /// Every value with its word.
    const WORDS: &'static [(&'static str, Self)];

    /// The word of a value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }

    /// The value of a word.
    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(own, _)| *own == word).map(|(_, value)| *value)
    }
}

impl Word for Scheduling {
    const WORDS: &'static [(&'static str, Self)] =
        &[("cooperative", Scheduling::Cooperative), ("preemptive", Scheduling::Preemptive)];
}

impl Word for Order {
    const WORDS: &'static [(&'static str, Self)] = &[("fifo", Order::Fifo), ("bag", Order::Bag)];
}

impl Word for Timing {
    const WORDS: &'static [(&'static str, Self)] = &[("urgent", Timing::Urgent), ("free", Timing::Free)];
}

impl Word for Network {
    const WORDS: &'static [(&'static str, Self)] = &[("unordered", Network::Unordered), ("fifo", Network::Fifo)];
}

impl Word for Dialect {
    const WORDS: &'static [(&'static str, Self)] = &[("paper", Dialect::Paper)];
}

/// All settings under their names, in a fixed order.
pub fn to_json(settings: &Settings, program: &Program) -> Map<String, Value> {
    let budget = settings.budget;
    let crash_nodes =
        settings.crash_nodes.as_ref().map(|nodes| -> Vec<&str> { nodes.iter().map(|n| program.node(*n)).collect() });
    let entries = [
        ("schedule", json!(settings.scheduling.word())),
        ("order", json!(settings.order.word())),
        ("timing", json!(settings.timing.word())),
        ("network", json!(settings.network.word())),
        ("dialect", json!(settings.dialect.word())),
        ("crashes", json!(budget.crashes)),
        ("suspicions", json!(budget.suspicions)),
        ("losses", json!(budget.losses)),
        ("duplicates", json!(budget.duplicates)),
        ("crash_nodes", json!(crash_nodes)),
        ("restarts", json!(settings.restarts)),
        ("max_call_depth", json!(settings.max_call_depth)),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The settings that say how many faults may happen.
const FAULTS: [&str; 4] = ["crashes", "suspicions", "losses", "duplicates"];

/// As many faults as there may be.
const ANY: &str = "any";

/// All settings as pairs of a name and a text, in a fixed order.
pub fn to_text(settings: &Settings, program: &Program) -> Vec<(String, String)> {
    let pair = |(key, value): (String, Value)| {
        let text = text(&key, &value);
        (key, text)
    };
    to_json(settings, program).into_iter().map(pair).collect()
}

/// A setting of [`to_json`] as the text that stands for it in a schedule.
pub fn text(key: &str, value: &Value) -> String {
    match value {
        value if FAULTS.contains(&key) && *value == json!(u32::MAX) => String::from(ANY),
        Value::String(word) => word.clone(),
        Value::Null => String::from("all"),
        Value::Array(nodes) => {
            let names: Vec<&str> = nodes.iter().filter_map(Value::as_str).collect();
            names.join(",")
        }
        other => other.to_string(),
    }
}

/// Changes the setting of this name to what `text` says; the inverse of [`to_text`].
///
/// # Errors
/// A sentence, when there is no such setting, or the text is none of its values.
pub fn set(settings: &mut Settings, program: &Program, key: &str, text: &str) -> Result<(), String> {
    match key {
        "schedule" => settings.scheduling = word(key, text)?,
        "order" => settings.order = word(key, text)?,
        "timing" => settings.timing = word(key, text)?,
        "network" => settings.network = word(key, text)?,
        "dialect" => settings.dialect = word(key, text)?,
        "crashes" => settings.budget.crashes = faults(key, text)?,
        "suspicions" => settings.budget.suspicions = faults(key, text)?,
        "losses" => settings.budget.losses = faults(key, text)?,
        "duplicates" => settings.budget.duplicates = faults(key, text)?,
        "crash_nodes" if text == "all" => settings.crash_nodes = None,
        "crash_nodes" => {
            let names = text.split(',').filter(|name| !name.is_empty());
            let nodes: Result<Vec<NodeId>, String> = names.map(|name| node(program, name)).collect();
            settings.crash_nodes = Some(nodes?);
        }
        "restarts" => settings.restarts = text.parse().map_err(|_| format!("{key} is true or false, not {text}"))?,
        "max_call_depth" => settings.max_call_depth = number(key, text)?,
        _ => return Err(format!("there is no setting called {key}")),
    }
    Ok(())
}

/// The node of this name.
///
/// # Errors
/// A sentence, when the program declares none.
pub fn node(program: &Program, name: &str) -> Result<NodeId, String> {
    match program.nodes.iter().position(|own| own == name) {
        Some(n) => Ok(NodeId(n as u32)),
        None => Err(format!("the program declares no node {name}, but {}", program.nodes.join(", "))),
    }
}

/// `500ms`, `10s`, `2m`, `1h`; a bare number is seconds.
///
/// # Errors
/// A sentence, when it is no such text.
pub fn duration(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("{other} is no unit of time; write ms, s, m or h")),
    };
    let number: f64 = number.parse().map_err(|_| format!("{text} is no duration; write 500ms, 10s or 2m"))?;
    Duration::try_from_secs_f64(number * seconds).map_err(|error| error.to_string())
}

fn word<T: Word>(key: &str, text: &str) -> Result<T, String> {
    T::of_word(text).ok_or_else(|| {
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        format!("{key} is {}, not {text}", words.join(" or "))
    })
}

fn faults(key: &str, text: &str) -> Result<u32, String> {
    if text == ANY { Ok(u32::MAX) } else { number(key, text) }
}

fn number<T: std::str::FromStr>(key: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{key} is a number, not {text}"))
}
