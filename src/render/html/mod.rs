//! A run as a page: one file that needs nothing else, with the diagram, the source, the rule of each step with its figure,
//! and Σ behind it, to go back and forth in. Two runs stand side by side.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::explain;
use super::svg::{self, Part, escape};
use super::view::fold::Show;
use super::view::{Moment, View};
use crate::semantics::catalogue;

const PAGE: &str = include_str!("page.html");
const RUN: &str = include_str!("run.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A run to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What it is called, where there are two.
    pub name: &'a str,
    /// The run; its moments have their configurations.
    pub view: &'a View,
    /// The text of the program.
    pub source: &'a str,
}

/// The page of a run.
pub fn render(run: Run<'_>, show: Show) -> String {
    let title = format!("{}: {}", run.view.program, run.view.ending);
    page(&title, "single", &[("", run)], None, show)
}

/// The page of two runs side by side. It opens where they part.
pub fn render_pair(left: Run<'_>, right: Run<'_>, show: Show) -> String {
    let title = format!("{} and {}", left.name, right.name);
    page(&title, "pair", &[("a-", left), ("b-", right)], parting(left.view, right.view), show)
}

/// The first moment in which two runs do not do the same; `None` where they are the same.
pub fn parting(left: &View, right: &View) -> Option<usize> {
    let same = |(a, b): &(&Moment, &Moment)| a.rule == b.rule && a.text == b.text && a.frame == b.frame;
    let common = left.moments.iter().zip(&right.moments).take_while(same).count();
    (common < left.moments.len().max(right.moments.len())).then_some(common)
}

fn page(title: &str, class: &str, runs: &[(&str, Run<'_>)], parting: Option<usize>, show: Show) -> String {
    let sections: String = runs.iter().map(|(id, run)| section(id, *run, show)).collect();
    let data = json!({
        "runs": runs.iter().map(|(id, run)| data(id, *run)).collect::<Vec<Value>>(),
        "rules": rules(runs),
        "parting": parting,
    });
    let more = if parting.is_some() { " · <kbd>d</kbd> where they part" } else { "" };
    let parts = [
        ("title", escape(title)),
        ("class", class.to_owned()),
        ("more", more.to_owned()),
        ("style", STYLE.to_owned()),
        ("script", SCRIPT.to_owned()),
        ("runs", sections),
        // What would end the element cannot stand in it: in JSON the sign can be written so.
        ("data", data.to_string().replace('<', "\\u003c")),
    ];
    fill(PAGE, &parts)
}

/// A template with `{{name}}` replaced by what belongs there.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::new();
    for piece in template.split("{{") {
        match piece.split_once("}}") {
            Some((name, rest)) => {
                out.extend(parts.iter().find(|(part, _)| *part == name).map(|(_, text)| text.as_str()));
                out.push_str(rest);
            }
            None => out.push_str(piece),
        }
    }
    out
}

fn section(id: &str, run: Run<'_>, show: Show) -> String {
    // The whole of a run is always there.
    let svg = svg::draw(run.view, show, &Part::Whole, id).map(|picture| picture.svg).unwrap_or_default();
    fill(RUN, &[("id", id.to_owned()), ("name", escape(run.name)), ("svg", svg)])
}

fn data(id: &str, run: Run<'_>) -> Value {
    let mut lines = Lines::default();
    let moments: Vec<Value> = run.view.moments.iter().map(|moment| moment_data(run.view, moment, &mut lines)).collect();
    json!({ "id": id, "source": run.source, "moments": moments, "lines": lines.texts, "keys": lines.keys })
}

fn moment_data(view: &View, moment: &Moment, lines: &mut Lines) -> Value {
    let node = moment.node.map(|node| view.nodes[node].name.as_str());
    let frame = moment.frame.map(|frame| view.frames[frame].name.as_str());
    let who: Vec<&str> = node.into_iter().chain(frame).collect();
    json!({
        "step": moment.step,
        "rule": moment.rule,
        "who": who.join(" "),
        "text": moment.text,
        "at": moment.at,
        "quiet": moment.quiet,
        "premises": moment.premises.iter().map(|premise| json!([premise.text, premise.here])).collect::<Vec<Value>>(),
        "lines": moment.config.as_deref().unwrap_or_default().lines().map(|line| lines.number(line)).collect::<Vec<usize>>(),
    })
}

/// The lines of configurations, each once. Two of one key say the same and are laid out differently.
#[derive(Default)]
struct Lines {
    texts: Vec<String>,
    keys: Vec<usize>,
    numbers: BTreeMap<String, usize>,
    known: BTreeMap<String, usize>,
}

impl Lines {
    fn number(&mut self, line: &str) -> usize {
        if let Some(number) = self.numbers.get(line) {
            return *number;
        }
        let number = self.texts.len();
        let said = line.split_whitespace().collect::<Vec<&str>>().join(" ");
        self.texts.push(line.to_owned());
        self.keys.push(*self.known.entry(said).or_insert(number));
        self.numbers.insert(line.to_owned(), number);
        number
    }
}

/// The rules that the runs go by.
fn rules(runs: &[(&str, Run<'_>)]) -> Value {
    let mut rules = Map::new();
    for moment in runs.iter().flat_map(|(_, run)| &run.view.moments) {
        if let Some(rule) = catalogue::find(&moment.rule).filter(|_| !rules.contains_key(&moment.rule)) {
            let page = json!({ "figure": rule.figure(), "words": explain::words(rule), "source": rule.source });
            rules.insert(rule.name.to_owned(), page);
        }
    }
    Value::Object(rules)
}
