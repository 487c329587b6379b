//! How fast `sim` is, what it finds how fast, and how short, on the programs of `examples`. Three tables, each asked for by
//! its name:
//!
//! - `speed`: millions of steps per second of `run` and of `sim` under the same relation, and runs per second of `sim`;
//!   names of examples behind it measure those alone;
//! - `found`: bugs per second of processor time, uniform choice against PCT, on the examples in which something is wrong;
//! - `short`: the steps of what `sim` shows against those of what `check` shows for the same thing. It runs the tool, and takes
//!   some minutes.
//!
//! The first two are by one thread, in seconds of processor time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use lacuna::base::{Prng, Source};
use lacuna::calculus::Program;
use lacuna::elaborate::compile;
use lacuna::semantics::schedule::{Fifo, run_fast};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;
use lacuna::simulate::walk::Walker;
use lacuna::simulate::watch::Watch;
use lacuna::simulate::{Holds, Plan, Rates, Strategy};
use serde_json::Value;

/// As in the binary, so that both tell the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Each figure is the best of so many rounds, each of at least so many seconds: others may use the machine as well.
const ROUNDS: u32 = 5;
const SECONDS: f64 = 0.08;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let (tables, names): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| ["speed", "found", "short"].contains(&word.as_str()));
    let asked = |table: &str| tables.is_empty() || tables.iter().any(|own| own == table);
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the examples").filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| {
        let is_asked = |stem: &str| names.is_empty() || names.iter().any(|name| name == stem);
        path.extension().is_some_and(|extension| extension == "lac")
            && path.file_stem().and_then(|stem| stem.to_str()).is_some_and(is_asked)
    });
    paths.sort();
    let sources: Vec<Source> = paths
        .iter()
        .map(|path| {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            Source::new(name, fs::read_to_string(path).expect("a program"))
        })
        .collect();
    if asked("speed") {
        speed(&sources);
    }
    if asked("found") {
        found(&sources);
    }
    if asked("short") {
        short(&paths);
    }
}

fn program(source: &Source) -> Arc<Program> {
    let (program, diagnostics) = compile(source);
    Arc::new(program.unwrap_or_else(|| panic!("{} does not compile: {diagnostics:?}", source.name())))
}

/// Seconds that this thread has had a processor; where the system does not tell, seconds of the clock on the wall.
fn processor_seconds() -> f64 {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = schedstat.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    let wall = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    nanoseconds.map_or_else(wall, |nanoseconds| nanoseconds / 1e9)
}

fn plan<'a>(source: &'a Source, program: &Arc<Program>, settings: Settings, strategy: Strategy) -> Plan<'a> {
    Plan {
        source,
        program: program.clone(),
        settings: Arc::new(settings),
        strategy,
        rates: Rates { crash: 0.0, suspicion: 0.0, loss: 0.0, duplicate: 0.0 },
        holds: Holds::NONE,
        seed: 1,
        max_steps: 100_000,
        quiet: None,
        allowed: &[],
        length: 1,
    }
    .measured()
}

/// Calls `once`, which says how much it has done, for a while; how much is done in a second, and how often it was called in
/// one.
fn round(once: &mut impl FnMut(u64) -> u64) -> (f64, f64) {
    let (start, mut times, mut done) = (processor_seconds(), 0, 0);
    loop {
        for _ in 0..50 {
            done += once(times);
            times += 1;
        }
        let seconds = processor_seconds() - start;
        if seconds > SECONDS {
            return (done as f64 / seconds, times as f64 / seconds);
        }
    }
}

/// The best round.
fn rate(mut once: impl FnMut(u64) -> u64) -> (f64, f64) {
    let rounds = (0..ROUNDS).map(|_| round(&mut once));
    rounds.fold((0.0, 0.0), |best, round| if round.0 > best.0 { round } else { best })
}

fn speed(sources: &[Source]) {
    println!("| example | run | sim | sim / run | runs/s | in any order | runs/s |\n|---|---|---|---|---|---|---|");
    let mut ratios = Vec::new();
    for source in sources {
        let program = program(source);
        let settings = Arc::new(Settings::run());
        let (run, _) = rate(|_| {
            let mut sys = System::start(program.clone(), settings.clone());
            run_fast(&mut sys, &mut Fifo::new(Prng::new(0)), 100_000, &mut |_| true).steps
        });
        let of = |settings: Settings| {
            let plan = plan(source, &program, settings, Strategy::Uniform);
            let mut watch = Watch::new(&program);
            rate(|run| Walker::new(&plan, &mut watch).forgetful().random(run).steps)
        };
        let (sim, runs) = of(Settings::run());
        let (any, any_runs) = of(Settings::check());
        ratios.push(sim / run);
        let name = source.name();
        let (run, sim, any, ratio) = (run / 1e6, sim / 1e6, any / 1e6, sim / run);
        println!("| {name} | {run:.2} | {sim:.2} | {ratio:.2} | {runs:.0} | {any:.2} | {any_runs:.0} |");
    }
    ratios.sort_by(f64::total_cmp);
    println!("sim/run: least {:.2}, median {:.2}", ratios[0], ratios[ratios.len() / 2]);
}

fn found(sources: &[Source]) {
    let strategies = [Strategy::Uniform, Strategy::Pct(2), Strategy::Pct(3), Strategy::Pct(4)];
    println!("failing runs per second        uniform      --pct 2      --pct 3      --pct 4");
    for source in sources {
        let program = program(source);
        let rates = strategies.map(|strategy| {
            let plan = plan(source, &program, Settings::check(), strategy);
            let mut watch = Watch::new(&program);
            rate(|run| u64::from(Walker::new(&plan, &mut watch).forgetful().random(run).wrong.is_some())).0
        });
        if rates.iter().any(|rate| *rate > 0.0) {
            let cells: Vec<String> = rates.iter().map(|rate| format!("{rate:>12.1}")).collect();
            println!("{:<25} {}", source.name(), cells.join(" "));
        }
    }
}

/// What the tool answers, typed so behind its name.
fn answer(line: &str, path: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lacuna"));
    let output = command.args(line.split_whitespace()).arg(path).args(["--format", "json"]).output();
    serde_json::from_slice(&output.expect("the tool starts").stdout).expect("the answer is JSON")
}

/// What is wrong, by name.
fn violations(answer: &Value) -> Vec<(&str, &Value)> {
    let violations = answer["violations"].as_array().into_iter().flatten();
    violations.map(|violation| (violation["property"].as_str().unwrap_or_default(), violation)).collect()
}

/// The rows of the table of docs/simulation.md.
fn short(paths: &[PathBuf]) {
    println!(
        "| example | what is wrong | check | as it was found | made small | small / check |\n|---|---|---|---|---|---|"
    );
    for path in paths {
        let any_order = "--schedule preemptive --order bag --timing free";
        let found = answer(&format!("sim {any_order} --seed 1 --runs 300 --keep-going"), path);
        if violations(&found).is_empty() {
            continue;
        }
        let checked = answer("check --time-limit 300s", path);
        let name = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        for (wrong, violation) in violations(&found) {
            let shortest = violations(&checked).into_iter().find_map(|(own, shown)| (own == wrong).then_some(shown));
            let (before, after) = (&violation["step_before"], &violation["step"]);
            let Some(shortest) = shortest else {
                println!("| {name} | {wrong} | not found | {before} | {after} | |");
                continue;
            };
            let ratio = after.as_f64().unwrap_or(0.0) / shortest["step"].as_f64().unwrap_or(0.0);
            let mark = if shortest["shortest"] == true { "" } else { "?" };
            println!("| {name} | {wrong} | {}{mark} | {before} | {after} | {ratio:.2} |", shortest["step"]);
        }
    }
}
