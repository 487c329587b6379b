//! The threads of a search: the command line has them, and nothing below it knows.

use std::num::NonZeroUsize;
use std::panic;
use std::thread;

use crate::explore::{Crew, Job};

/// So many threads.
#[derive(Debug)]
pub struct Threads(usize);

impl Threads {
    /// As many as asked for, or one for each core.
    pub fn new(asked: Option<NonZeroUsize>) -> Threads {
        Threads(asked.or_else(|| thread::available_parallelism().ok()).map_or(1, usize::from))
    }
}

impl Crew for Threads {
    fn hands(&self) -> usize {
        self.0
    }

    fn work(&self, jobs: Vec<Job<'_>>) {
        thread::scope(|scope| {
            let threads: Vec<_> = jobs.into_iter().map(|job| scope.spawn(job)).collect();
            for thread in threads {
                // A bug in a thread is a bug: it is told as one that happened here.
                if let Err(bug) = thread.join() {
                    panic::resume_unwind(bug);
                }
            }
        });
    }
}
