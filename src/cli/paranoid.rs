//! `lacuna check --paranoid`: every invariant of the calculus, checked behind every step. One that is broken is a bug in
//! Lacuna, told with the steps that lead there.

use std::sync::Arc;

use super::args::{CheckArgs, Format};
use super::exit::Exit;
use super::input::Loaded;
use super::memory;
use super::output::{Failure, Output};
use super::search::limit;
use super::stop::Stop;
use crate::explore::Options;
use crate::explore::paranoid::{self, Paranoia};
use crate::render::Paint;
use crate::render::check::{Limit, count, text};
use crate::semantics::settings::Settings;
use crate::semantics::system::System;
use crate::trace::schedule::{Schedule, Writer};
use crate::trace::walk::walk;

/// Takes every step whole, within the limits of the command line; how the command ends if an invariant is broken.
///
/// # Errors
/// When something cannot be written.
pub fn check(
    args: &CheckArgs,
    loaded: &Loaded,
    settings: &Arc<Settings>,
    stop: &Stop,
    out: &mut Output,
) -> Result<Option<Exit>, Failure> {
    let options = Options {
        max_states: args.search.max_states,
        max_depth: args.search.max_depth,
        max_memory: args.search.max_memory.or_else(memory::default_limit),
        ..Options::default()
    };
    let start = System::start(loaded.program.clone(), settings.clone());
    let mut asked = None;
    let found = paranoid::visit(start.clone(), &options, &mut || {
        asked = stop.asked();
        asked.is_none()
    });
    let limits: Vec<Limit> =
        found.cut.iter().map(|(cut, left)| limit(*cut, *left, &options, &args.search, asked)).collect();
    let is_text = args.program.program().format == Format::Text;
    let (text, exit) = told(&found, &limits, loaded, start, if is_text { out.paint } else { out.paint_err });
    if is_text && exit.is_none() {
        out.text(&text)?;
    } else {
        out.note(&text);
    }
    Ok(exit)
}

/// What there is to say, and how the command ends for it: which invariant is broken, and the schedule that leads there; or
/// that all hold, and what was not looked at.
fn told(
    found: &Paranoia,
    limits: &[Limit],
    loaded: &Loaded,
    mut start: System,
    paint: Paint,
) -> (String, Option<Exit>) {
    let Some((broken, way)) = &found.broken else {
        let size = format!("{}, {}", count(found.states, "state"), count(found.steps, "step"));
        let so_far = if limits.is_empty() { "" } else { " so far" };
        let text = format!("every step whole: {size}; every invariant of the calculus holds{so_far}\n");
        return (limits.iter().fold(text, |text, limit| text + &text::cut(limit, paint)), None);
    };
    let mut writer = Writer::new(Schedule::new(&loaded.source, &loaded.program, &start.settings));
    start.names = found.names.clone();
    walk(&mut start, way, &mut [&mut writer]);
    let steps = count(way.len() as u64, "step");
    let text = format!("internal error, a bug in Lacuna: {broken}\nafter {steps}:\n{}", writer.finish(true));
    (text, Some(Exit::Internal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Source;
    use crate::elaborate::compile;

    const ASKS: &str = "node client, w1;\nasync fn answer() -> int { return 1; }\n\
                        async fn main() -> int { return await spawn dist answer() on w1; }\n";

    /// No program breaks an invariant. So the start is none: it has a loss that its settings have not paid for, and nobody
    /// offers the work again that is lost.
    #[test]
    fn an_invariant_that_is_broken_is_an_internal_error_and_told_with_the_way_there() {
        let source = Source::new("asks.lac", ASKS);
        let program = Arc::new(compile(&source).0.expect("it is a program"));
        let mut start = System::start(program.clone(), Arc::new(Settings::check()));
        start.budget.losses = 1;
        let loaded = Loaded { source, program };
        let found = paranoid::visit(start.clone(), &Options::default(), &mut || true);
        let (text, exit) = told(&found, &[], &loaded, start, Paint(false));
        assert_eq!(exit.map(|exit| exit as u8), Some(5));
        let first = "internal error, a bug in Lacuna: invariant offer_in_flight (";
        assert!(text.starts_with(first) && text.contains("\nafter 2 steps:\n"), "{text}");
        assert!(text.contains("\n     2  - main.0  Lose  Invoke\n     2  stop\n"), "{text}");
    }
}
