//! What a search never came to, as remarks: a check that looked at nothing must not pass for one that found nothing.

use std::fmt::Write;

use crate::base::Source;
use crate::explore::report::Asymmetry;
use crate::explore::vacuity::{Code, Vacuity};
use crate::render::Paint;

/// At most so many stretches of code are listed.
const STRETCHES: usize = 8;

/// The remarks, a sentence each; those about rules only where they are asked for. `looked` says how much was looked at.
pub fn remarks(found: &Vacuity, source: &Source, rules: bool, looked: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in &found.properties {
        all.push(format!("the property {name} was never evaluated, so it claims nothing"));
    }
    for part in &found.parts {
        let (line, text) = (source.place(part.span.start).line, source.slice(part.span));
        let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
        all.push(format!(
            "`{text}` in {} (line {line}) was never evaluated: what stands before it decided each time, so it claims \
             nothing",
            part.property
        ));
    }
    if found.empty_choice {
        all.push(String::from("a choose had nothing to choose from, and raised \"empty choice\""));
    }
    if !found.code.is_empty() {
        let mut text = format!("this code never ran, {looked}:");
        found.code.iter().take(STRETCHES).for_each(|code| text.push_str(&stretch(code, source)));
        let hidden = found.code.len().saturating_sub(STRETCHES);
        if hidden > 0 {
            let _ = write!(text, "\n  … and {hidden} more");
        }
        all.push(text);
    }
    if rules && !found.rules.is_empty() {
        all.push(format!("rules that never fired: {}", found.rules.join(", ")));
    }
    all
}

/// Where symmetry was asked for, and nodes stay where they are.
pub fn asymmetries(found: &[Asymmetry], source: &Source) -> Vec<String> {
    let said = |found: &Asymmetry| {
        let line = found.span.map(|span| format!(" (line {})", source.place(span.start).line)).unwrap_or_default();
        match found.group.as_str() {
            "" => format!("no nodes change places: {}{line}", found.why),
            group => format!("nodes stay where they are: the group {group} {}{line}", found.why),
        }
    };
    found.iter().map(said).collect()
}

fn stretch(code: &Code, source: &Source) -> String {
    let Code { function, whole, lines: (first, last) } = code;
    let lines = if first == last { format!("line {first}") } else { format!("lines {first}–{last}") };
    match (*whole, first == last) {
        (true, _) => format!("\n  {lines}: the whole of {function}"),
        (false, true) => format!("\n  {lines} of {function}: {}", source.code(*first)),
        (false, false) => format!("\n  {lines} of {function}, from `{}` on", source.code(*first)),
    }
}

/// The remarks as text for standard error; empty when there is none.
pub fn text(remarks: &[String], paint: Paint) -> String {
    remarks.iter().map(|remark| format!("{} {remark}\n", paint.bold("note:"))).collect()
}
