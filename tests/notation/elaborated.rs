//! Programs that the elaborator makes are printed and read back as what they are.

use std::fs;
use std::path::{Path, PathBuf};

use lacuna::base::{Source, Span};
use lacuna::calculus::term::Property;
use lacuna::calculus::{Program, print};
use lacuna::elaborate::compile;

use crate::{assert_same_text, program};

/// The programs of the repository that are right.
fn programs() -> Vec<(PathBuf, Program)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("examples"), root.join("tests")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lac") {
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let (program, _) = compile(&Source::new("program", text));
                found.extend(program.map(|program| (path, program)));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

fn without_spans(properties: &[Property]) -> Vec<Property> {
    properties.iter().map(|property| Property { span: Span::default(), ..property.clone() }).collect()
}

#[test]
fn elaborated_programs_are_printed_and_read_back() {
    let programs = programs();
    assert!(programs.len() >= 20, "the examples are there");
    for (path, own) in programs {
        let text = print::program(&own);
        println!("{}:\n{text}", path.display());
        let read = program(&text);
        assert_same_text(&print::program(&read), &text);
        assert_eq!(read.nodes, own.nodes);
        assert_eq!(read.groups, own.groups);
        assert_eq!(read.structs, own.structs);
        assert_eq!(read.enums, own.enums);
        assert_eq!(read.cells, own.cells);
        assert_eq!(read.functions, own.functions);
        assert_eq!(read.main, own.main);
        assert_eq!(without_spans(&read.properties), without_spans(&own.properties));
        assert_eq!(read.code.len(), own.code.len());
    }
}
