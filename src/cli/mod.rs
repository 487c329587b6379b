//! The command line tool: arguments, exit codes, one file per subcommand. The only module that touches files, terminals,
//! signals and the clock.

mod args;
mod ask;
mod baseline;
mod check;
mod compare;
mod exit;
mod explain;
mod fmt;
mod input;
mod memory;
mod output;
mod pair;
mod paranoid;
mod picture;
mod progress;
mod repl;
mod replay;
mod run;
mod save;
mod search;
mod serve;
mod session;
mod sim;
mod step;
mod stop;
mod test;
mod threads;
mod trace;
mod why;

use clap::{CommandFactory, Parser};

pub use args::{Cli, Command};
pub use exit::Exit;

use output::{Failure, Output};

/// Runs the command line that the process was started with.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A help text that nobody reads to its end is no error of ours.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok };
        }
    };
    let mut out = Output::new();
    let result = match cli.command {
        Command::Run(args) => run::run(&args, &mut out),
        Command::Trace(args) => trace::trace(&args, &mut out),
        Command::Replay(args) => replay::replay(&args, &mut out),
        Command::Check(args) => check::check(&args, &mut out),
        Command::Sim(args) => sim::sim(&args, &mut out),
        Command::Compare(args) => compare::compare(&args, &mut out),
        Command::Step(args) => step::step(&args, &mut out),
        Command::Repl(args) => repl::repl(&args, &mut out),
        Command::Test(args) => test::test(&args, &mut out),
        Command::Serve(args) => serve::serve(&args, &mut out),
        Command::Explain(args) => explain::explain(&args, &mut out),
        Command::Fmt(args) => fmt::fmt(&args, &mut out),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "lacuna", &mut text);
            out.text(&String::from_utf8_lossy(&text)).map(|()| Exit::Ok)
        }
    };
    match result.and_then(|exit| out.flush().map(|()| exit)) {
        Ok(exit) => exit,
        Err(Failure::Closed) => Exit::Ok,
        Err(Failure::Usage(message)) => {
            out.complain(&message);
            Exit::Usage
        }
    }
}
