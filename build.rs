//! Generates the two parsers from `grammar/` into `OUT_DIR`.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // lalrpop names the grammars that it found, not those that come later.
    println!("cargo::rerun-if-changed=grammar");
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    lalrpop::Configuration::new()
        .set_in_dir(Path::new("grammar"))
        .set_out_dir(out)
        .emit_rerun_directives(true)
        .process()
        .unwrap_or_else(|error| panic!("the grammars in grammar/ do not build: {error}"));
}
