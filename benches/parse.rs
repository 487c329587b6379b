//! How fast a text is read: ten megabytes of ordinary program text, and of the densest there is (sums of one-digit numbers),
//! to a tree. Prints seconds of processor time and the peak of this process's memory.

use std::fs;
use std::path::Path;

use lacuna::base::Source;
use lacuna::syntax::parse;

/// As in the binary, so that both tell the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BYTES: usize = 10_000_000;

fn main() {
    println!("{:<10} {:>8} {:>9} {:>10}", "text", "MB", "seconds", "peak, MiB");
    measure("ordinary", &ordinary());
    measure("dense", &dense());
}

/// The examples one after the other, again and again: a parser does not mind that names come twice.
fn ordinary() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the examples").filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let texts: Vec<String> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "lac"))
        .map(|path| fs::read_to_string(path).expect("an example"))
        .collect();
    texts
        .iter()
        .cycle()
        .scan(0, |bytes, text| Some((std::mem::replace(bytes, *bytes + text.len()), text)))
        .take_while(|(before, _)| *before < BYTES)
        .map(|(_, text)| text.as_str())
        .collect()
}

fn dense() -> String {
    let line = format!("let x = {}1;\n", "1+".repeat(400));
    format!("fn f() {{\n{}}}\n", line.repeat(BYTES / line.len()))
}

fn measure(name: &str, text: &str) {
    let source = Source::new(name, text);
    let before = processor_seconds();
    let (tree, diagnostics) = parse(&source);
    let seconds = processor_seconds() - before;
    assert!(tree.is_some() && diagnostics.is_empty(), "{name}: {:?}", diagnostics.first().map(|d| &d.message));
    drop(tree);
    println!("{name:<10} {:>8.1} {seconds:>9.2} {:>10}", text.len() as f64 / 1e6, peak());
}

/// Seconds that this thread has had a processor.
fn processor_seconds() -> f64 {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedstat.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

/// The peak of this process's memory, in MiB.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or_else(|| String::from("?"), |kilobytes| format!("{:.0}", kilobytes / 1024.0))
}
