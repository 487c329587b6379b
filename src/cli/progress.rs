//! How far work has come, on a terminal. Of a search: states, how many a second, depth, frontier, memory, and how long it will
//! still take where that can be guessed.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::memory;
use crate::explore::Progress;
use crate::render::outcome::grouped;

/// How often the line is written anew.
const PAUSE: Duration = Duration::from_millis(100);

/// A line on standard error that changes while work is done; nothing where that is no terminal.
pub struct Line {
    bar: ProgressBar,
    started: Instant,
    shown: Instant,
}

impl Line {
    /// Begins now.
    pub fn new() -> Line {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Line { bar, started: now, shown: now }
    }

    /// Shows the parts of a message, if it is time to; `parts` are told the seconds since the beginning.
    pub fn show(&mut self, parts: impl FnOnce(f64) -> Vec<String>) {
        if self.bar.is_hidden() || self.shown.elapsed() < PAUSE {
            return;
        }
        self.shown = Instant::now();
        self.bar.set_message(parts(self.started.elapsed().as_secs_f64()).join(" · "));
        self.bar.tick();
    }

    /// Takes the line away.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// What there is to say of a search that runs.
#[derive(Default)]
pub struct Search {
    trend: Trend,
}

impl Search {
    /// Shows how far it has come.
    pub fn show(&mut self, line: &mut Line, progress: Progress) {
        self.trend.see(progress);
        line.show(|seconds| self.parts(progress, seconds));
    }

    fn parts(&self, progress: Progress, seconds: f64) -> Vec<String> {
        let rate = progress.states as f64 / seconds;
        let mut parts = vec![
            format!("{} states", grouped(progress.states)),
            format!("{}/s", grouped(rate as u64)),
            format!("depth {}", grouped(progress.depth)),
            format!("{} to look at", grouped(progress.frontier)),
            memory::shown(progress.bytes),
        ];
        if let Some(states) = self.trend.left() {
            parts.push(format!("about {} s left", grouped((states / rate).ceil() as u64)));
        }
        parts
    }
}

/// Watches the frontier from level to level. While it grows nobody knows how much there is; once it shrinks by a steady
/// factor, what is left is the sum of a geometric series.
#[derive(Default)]
struct Trend {
    depth: u64,
    frontier: f64,
    factor: Option<f64>,
}

impl Trend {
    fn see(&mut self, progress: Progress) {
        if progress.depth > self.depth {
            let now = progress.frontier as f64;
            self.factor = (self.frontier > 0.0).then(|| now / self.frontier);
            self.depth = progress.depth;
            self.frontier = now;
        }
    }

    /// About how many states are still to come; `None` where there is no telling.
    fn left(&self) -> Option<f64> {
        let factor = self.factor.filter(|factor| *factor < 0.97)?;
        Some(self.frontier / (1.0 - factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(levels: &[(u64, u64)]) -> Option<f64> {
        let mut trend = Trend::default();
        levels.iter().for_each(|(depth, frontier)| {
            trend.see(Progress { depth: *depth, frontier: *frontier, ..Progress::default() });
        });
        trend.left()
    }

    #[test]
    fn what_is_left_is_told_once_the_frontier_shrinks() {
        assert_eq!(after(&[(1, 10), (2, 100)]), None);
        assert_eq!(after(&[(1, 10), (2, 100), (3, 50)]), Some(100.0));
        assert_eq!(after(&[(1, 100), (2, 50), (3, 60)]), None);
    }
}
