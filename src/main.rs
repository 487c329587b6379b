//! The binary: runs the command line, and turns a panic, which is a bug of ours, into a message that says so.

use std::panic;
use std::process::ExitCode;

use lacuna::cli::{self, Exit};

/// Runs and searches make and give back small things by the million: an allocator made for that is worth a third of the
/// time (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = info.payload_as_str().unwrap_or("no message");
        eprintln!(
            "lacuna: internal error{place}: {what}\n\
             This is a bug in Lacuna {}, not in your program. Please report it with the program and the command line.",
            env!("CARGO_PKG_VERSION"),
        );
    }));
    panic::catch_unwind(cli::main).unwrap_or(Exit::Internal).into()
}
