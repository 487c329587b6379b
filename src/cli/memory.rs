//! How much memory a search may take when nobody has said: it has to stop before the machine stops it.

use std::fs;

/// Three quarters of the memory that is free for this process, in bytes, where that can be known.
pub fn default_limit() -> Option<u64> {
    let free = [of_machine(), of_group()].into_iter().flatten().min()?;
    Some(free / 4 * 3)
}

/// What Linux says is free without swapping.
fn of_machine() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// What a container leaves.
fn of_group() -> Option<u64> {
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let limit = number("/sys/fs/cgroup/memory.max")?;
    Some(limit.saturating_sub(number("/sys/fs/cgroup/memory.current")?))
}

/// `1.2 GiB`
pub fn shown(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.into_iter().find(|(_, shift)| bytes >> shift > 0) {
        Some((unit, shift)) => format!("{:.1} {unit}", bytes as f64 / (1_u64 << shift) as f64).replace(".0 ", " "),
        None => format!("{bytes} B"),
    }
}
