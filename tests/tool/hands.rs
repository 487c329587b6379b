//! A crew for tests of searches by several threads.

use lacuna::explore::report::{Crew, Job};

/// So many jobs at once, each done by a thread of its own.
#[derive(Debug)]
pub struct Hands(pub usize);

impl Crew for Hands {
    fn hands(&self) -> usize {
        self.0
    }

    fn work(&self, jobs: Vec<Job<'_>>) {
        std::thread::scope(|scope| jobs.into_iter().for_each(|job| drop(scope.spawn(job))));
    }
}
