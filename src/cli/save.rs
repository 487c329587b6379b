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
    let Some(path) = path else { return Ok(Vec::new()) };
    if path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\']) {
        std::fs::create_dir_all(path)
            .map_err(|error| Failure::Usage(format!("{} cannot be made: {error}", path.display())))?;
        let write = |wrong: &W| {
            let path = path.join(wrong.borrow().file_name());
            schedule(&wrong.borrow().run.schedule, &path).map(|()| path)
        };
        return wrongs.iter().map(write).collect();
    }
    let [first, others @ ..] = wrongs else { return Ok(Vec::new()) };
    schedule(&first.borrow().run.schedule, path)?;
    if !others.is_empty() {
        let (file, name) = (path.display(), &first.borrow().violation.name);
        out.note(&format!("{file} keeps {name}; a folder would keep all\n"));
    }
    Ok(vec![path.to_owned()])
}
