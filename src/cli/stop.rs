//! What ends a run from outside: Ctrl-C and the limits of time.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::exit::Exit;
use crate::trace::wire::Limit;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static LISTENING: OnceLock<()> = OnceLock::new();

/// Says when a run is to stop.
pub struct Stop {
    deadline: Option<Instant>,
}

impl Stop {
    /// Listens to Ctrl-C from now on, and to the clock where there is a limit. A second Ctrl-C ends the process at once.
    pub fn new(time_limit: Option<Duration>) -> Stop {
        LISTENING.get_or_init(|| {
            // Where signals cannot be caught, Ctrl-C ends the process, as it would any other.
            let _ = ctrlc::set_handler(|| {
                if INTERRUPTED.swap(true, Ordering::Relaxed) {
                    std::process::exit(i32::from(Exit::Limit as u8));
                }
            });
        });
        Stop { deadline: time_limit.and_then(|limit| Instant::now().checked_add(limit)) }
    }

    /// What asks for an end, if anything does.
    pub fn asked(&self) -> Option<Limit> {
        if INTERRUPTED.load(Ordering::Relaxed) {
            return Some(Limit::Interrupt);
        }
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline).then_some(Limit::Time)
    }
}
