//! One search from the command line: its limits, its threads, and what is shown while it goes on.

use std::sync::Arc;
use std::time::Instant;

use super::args::SearchArgs;
use super::memory;
use super::progress::{self, Line};
use super::stop::Stop;
use super::threads::Threads;
use crate::base::{Source, Span};
use crate::calculus::Program;
use crate::explore::report::{Cut, Reductions};
use crate::explore::{Options, Report, explore};
use crate::render::check::Limit;
use crate::render::outcome::grouped;
use crate::semantics::settings::Settings;
use crate::trace::wire;

/// A search that came to its end, or to a limit.
pub struct Searched {
    /// What it found.
    pub report: Report,
    /// The limits that cut something.
    pub limits: Vec<Limit>,
    /// How long it took.
    pub seconds: f64,
}

/// What is searched, and how.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The text of the program.
    pub source: &'a Source,
    /// The program.
    pub program: &'a Arc<Program>,
    /// The parameters of the relation.
    pub settings: &'a Arc<Settings>,
    /// How to search.
    pub args: &'a SearchArgs,
    /// Who may say stop.
    pub stop: &'a Stop,
}

impl Search<'_> {
    /// Searches, perhaps only so many states and so deep.
    pub fn run(&self, reductions: Reductions, most: Option<(u64, u64)>) -> Searched {
        let args = self.args;
        let crew = Threads::new(args.threads);
        let options = Options {
            max_states: most.map(|(states, _)| states).or(args.max_states),
            max_depth: most.map(|(_, depth)| depth).or(args.max_depth),
            max_memory: args.max_memory.or_else(memory::default_limit),
            crew: &crew,
            reductions,
        };
        let line = |span: Span| self.source.place(span.start).line;
        let (started, mut line_shown, mut shown, mut asked) =
            (Instant::now(), Line::new(), progress::Search::default(), None);
        let report = explore(self.program, self.settings, &options, &line, &mut |progress| {
            shown.show(&mut line_shown, progress);
            asked = self.stop.asked();
            asked.is_none()
        });
        line_shown.clear();
        let limits = report.cut.iter().map(|(cut, left)| limit(*cut, *left, &options, args, asked)).collect();
        Searched { report, limits, seconds: started.elapsed().as_secs_f64() }
    }
}

/// A limit that cut something, as people wrote it; `asked`: what asked for an end.
pub fn limit(cut: Cut, unexpanded: u64, options: &Options, args: &SearchArgs, asked: Option<wire::Limit>) -> Limit {
    let number = |value: Option<u64>| value.map_or_else(String::new, grouped);
    let (name, option) = match cut {
        Cut::States => ("max_states", format!("--max-states {}", number(options.max_states))),
        Cut::Depth => ("max_depth", format!("--max-depth {}", number(options.max_depth))),
        Cut::Memory => {
            ("max_memory", format!("--max-memory {}", options.max_memory.map_or_else(String::new, memory::shown)))
        }
        Cut::Stopped => match asked {
            Some(wire::Limit::Time) => (
                "time_limit",
                args.time_limit.map_or_else(String::new, |limit| format!("--time-limit {} s", limit.as_secs_f64())),
            ),
            _ => ("interrupted", String::from("interrupted")),
        },
    };
    Limit { name, option, unexpanded }
}
