//! The gallery: every example with its picture.

use std::fs;
use std::path::Path;

/// An example.
pub struct Example {
    /// Its path, from the root.
    pub path: String,
    name: String,
    /// What it says of itself.
    words: String,
}

impl Example {
    /// The path of its picture, from the root.
    pub fn picture(&self) -> String {
        format!("docs/gallery/{}.svg", self.name)
    }
}

/// The examples, in the order of their names.
pub fn examples(root: &Path) -> Vec<Example> {
    let entries = fs::read_dir(root.join("examples")).expect("the folder is there").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".lac"));
    names.sort();
    let example = |file: &String| {
        let (path, name) = (format!("examples/{file}"), file.trim_end_matches(".lac").to_owned());
        let text = fs::read_to_string(root.join(&path)).expect("an example is text");
        Example { path, name, words: opening(&text) }
    };
    names.iter().map(example).collect()
}

/// The comment that a program opens with, as far as it says what it shows.
fn opening(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("// "));
    let lines: Vec<&str> =
        lines.take_while(|line| !line.starts_with("Try: ") && !line.starts_with("check: ")).collect();
    lines.join("\n")
}

/// The page.
pub fn page(examples: &[Example]) -> String {
    let mut page = String::from(
        "# Gallery\n\nEvery program of [examples](../examples), as `lacuna trace --format svg` draws its deterministic run. \
         How to read\na picture, and how to make one of your own run, is told in [Pictures](pictures.md). This page and its \
         pictures are\nmade by `UPDATE=1 cargo test --test docs`.\n",
    );
    for Example { name, words, path } in examples {
        let alt = format!("The run of {path}: a space-time diagram");
        page += &format!("\n## {name}\n\n{words}\n[{path}](../{path})\n\n![{alt}](gallery/{name}.svg)\n");
    }
    page
}
