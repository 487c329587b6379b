//! The programs of the repository, for every test that takes them all.

use std::fs;
use std::path::Path;

/// The programs below these folders of the repository, each with its path, in the order of the paths.
pub fn programs(folders: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut programs = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a folder of programs").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lac") {
                let text = fs::read_to_string(&path).expect("a program can be read");
                programs.push((path.display().to_string(), text));
            }
        }
    }
    programs.sort();
    programs
}
