//! `lacuna check --paranoid`: every invariant of the calculus, checked behind every step. One that is broken is a bug in
//! Lacuna, told with the steps that lead there.

use std::sync::Arc;

use super::args::{CheckArgs, Format};
use super::input::Loaded;
use super::output::{Failure, Output};
use super::stop::Stop;
use crate::explore::paranoid;
use crate::render::check::count;
use crate::semantics::settings::Settings;
use crate::semantics::system::System;
use crate::trace::schedule::{Schedule, Writer};
use crate::trace::walk::walk;

/// Takes every step whole; whether the invariants hold.
///
/// # Errors
/// When something cannot be written.
pub fn check(
    args: &CheckArgs,
    loaded: &Loaded,
    settings: &Arc<Settings>,
    stop: &Stop,
    out: &mut Output,
) -> Result<bool, Failure> {
    let Loaded { source, program } = loaded;
    let mut start = System::start(program.clone(), settings.clone());
    let found = paranoid::visit(start.clone(), args.search.max_states, &mut |_| stop.asked().is_none());
    let size = format!("{}, {}", count(found.states, "state"), count(found.steps, "step"));
    let text = match &found.broken {
        None if found.complete => format!("every step whole: {size}; every invariant of the calculus holds\n"),
        None => {
            format!("every step whole: {size}; a limit cut the rest, every invariant of the calculus holds so far\n")
        }
        Some((broken, way)) => {
            let mut writer = Writer::new(Schedule::new(source, program, settings));
            start.names = found.names.clone();
            walk(&mut start, way, &mut [&mut writer]);
            let steps = count(way.len() as u64, "step");
            format!("internal error, a bug in Lacuna: {broken}\nafter {steps}:\n{}", writer.finish(true))
        }
    };
    match (args.program.program().format, &found.broken) {
        (Format::Text, None) => out.text(&text)?,
        _ => out.note(&text),
    }
    Ok(found.broken.is_none())
}
