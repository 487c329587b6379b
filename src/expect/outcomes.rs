//! A set of outcomes as text: one after the other in a fixed order, what is printed indented below each. Nothing in it
//! depends on how the search went about it.

use std::fmt::Write;
use std::sync::Arc;

use super::model::Model;
use crate::explore::Report;
use crate::explore::report::OutcomeFound;
use crate::render::check::text::rank;
use crate::render::outcome::one_line;
use crate::semantics::outcome::Ending;
use crate::semantics::settings::Settings;
use crate::trace::Words;

/// What stands before what belongs to an outcome.
pub const INDENT: &str = "    ";

/// The outcomes of a complete search.
pub fn text(model: &Model, settings: &Arc<Settings>, report: &Report) -> String {
    let start = report.start(&model.program, settings);
    let words = Words::whole(&start);
    let mut found: Vec<&OutcomeFound> = report.outcomes.iter().collect();
    found.sort_by_cached_key(|found| rank(found));
    let mut text = String::new();
    for OutcomeFound { outcome, .. } in found {
        let _ = match &outcome.result {
            Ending::Returned(value) => writeln!(text, "returned {}", words.value(value)),
            Ending::Failed(error) => writeln!(text, "failed {}", words.error(error)),
            Ending::Diverged(promise) => writeln!(text, "diverged {}", words.path(*promise)),
            Ending::Deadlock => writeln!(text, "deadlock"),
        };
        for (node, print) in &outcome.prints {
            let _ = writeln!(text, "{INDENT}{} prints {}", words.node(*node), one_line(print));
        }
        for error in &outcome.unobserved {
            let _ = writeln!(text, "{INDENT}nobody saw this failure: {}", one_line(error));
        }
    }
    if text.is_empty() {
        text.push_str("no outcome: no final state can be reached\n");
    }
    text
}
