//! Writing schedules to files.

use std::borrow::Borrow;
use std::path::{Path, PathBuf};

use super::output::{Failure, Output};
use crate::render::check::wrong::Wrong;
use crate::trace::schedule::Schedule;

/// Writes a schedule to a file.
///
/// # Errors
/// When it cannot be written.
pub fn schedule(schedule: &Schedule, path: &Path) -> Result<(), Failure> {
    std::fs::write(path, schedule.to_string())
        .map_err(|error| Failure::Usage(format!("{} cannot be written: {error}", path.display())))
}

/// Writes the schedules of what is violated where the command line says: of the first to a file, or of all to a folder;
/// their paths, in the same order.
///
/// # Errors
/// When one cannot be written, or the folder cannot be made.
pub fn violations<'a, W: Borrow<Wrong<'a>>>(
    path: Option<&Path>,
    wrongs: &[W],
    out: &mut Output,
) -> Result<Vec<PathBuf>, Failure> {
    let named = wrongs.iter().map(Borrow::borrow).map(|wrong: &Wrong<'a>| Named {
        name: wrong.violation.name.clone(),
        file: wrong.file_name(),
        schedule: &wrong.run.schedule,
    });
    schedules(path, &named.collect::<Vec<_>>(), out)
}

/// A schedule, what it is of, and the file that it goes to in a folder.
pub struct Named<'a> {
    /// What it is of.
    pub name: String,
    /// The name of a file.
    pub file: String,
    /// The schedule.
    pub schedule: &'a Schedule,
}

/// Writes schedules where the command line says: the first to a file, or all to a folder; their paths, in the same order.
///
/// # Errors
/// When one cannot be written, or the folder cannot be made.
pub fn schedules(path: Option<&Path>, all: &[Named<'_>], out: &mut Output) -> Result<Vec<PathBuf>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    if path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\']) {
        std::fs::create_dir_all(path)
            .map_err(|error| Failure::Usage(format!("{} cannot be made: {error}", path.display())))?;
        let write = |named: &Named<'_>| {
            let path = path.join(&named.file);
            schedule(named.schedule, &path).map(|()| path)
        };
        return all.iter().map(write).collect();
    }
    let [first, others @ ..] = all else { return Ok(Vec::new()) };
    schedule(first.schedule, path)?;
    if !others.is_empty() {
        out.note(&format!("{} keeps {}; a folder would keep all\n", path.display(), first.name));
    }
    Ok(vec![path.to_owned()])
}
