//! How fast `run` is: nanoseconds per operation of each program in `benches/programs`, the median of five runs in this
//! process, and steps per second. The peers of the same programs are timed by `benches/peers.sh`.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use lacuna::base::{Prng, Source};
use lacuna::elaborate::compile;
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::schedule::{Fifo, run_fast};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;

/// As in the binary, so that both tell the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs");
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the programs").filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    println!("{:<16} {:>10} {:>8} {:>12}   result", "program", "ns per op", "steps/op", "M steps/s");
    for path in paths {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_none_or(|extension| extension != "lac") || !(wanted.is_empty() || wanted.contains(&name))
        {
            continue;
        }
        measure(&name, &fs::read_to_string(&path).expect("a program"));
    }
}

/// Seconds that this thread has had a processor; where the system does not tell, seconds of the clock on the wall.
fn processor_seconds() -> f64 {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = schedstat.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    let wall = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    nanoseconds.map_or_else(wall, |nanoseconds| nanoseconds / 1e9)
}

fn measure(name: &str, text: &str) {
    let ops: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("// ops: "))
        .and_then(|ops| ops.trim().parse().ok())
        .expect("the number of operations in a line `// ops: N`");
    let source = Source::new(name, text);
    let (program, diagnostics) = compile(&source);
    let program = Arc::new(program.unwrap_or_else(|| panic!("{name} does not compile: {diagnostics:?}")));
    let settings = Arc::new(Settings::run());
    let mut seconds = Vec::new();
    let mut result = String::new();
    let mut steps = 0;
    for _ in 0..5 {
        let mut sys = System::start(program.clone(), settings.clone());
        let before = processor_seconds();
        let run = run_fast(&mut sys, &mut Fifo::new(Prng::new(0)), u64::MAX, &mut |_| true);
        seconds.push(processor_seconds() - before);
        steps = run.steps;
        result = format!("{:?}", outcome(&sys).result);
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds[2];
    println!(
        "{name:<16} {:>10.1} {:>8.1} {:>12.1}   {result}",
        median * 1e9 / ops,
        steps as f64 / ops,
        steps as f64 / median / 1e6
    );
}
