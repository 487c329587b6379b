//! `lacuna fmt` loses nothing: the same tree, the same comments, and nothing more to do, wherever spaces and comments stand.

use crate::generate::{Features, Races, program, racing};
use crate::harness::for_all_tapes;
use crate::kept::{assert_keeps, scrambled};

#[test]
fn no_generated_program_loses_anything() {
    for features in [Features::ALL, Features::LOCATION] {
        let write = |tape: &[u8], _| program(features, tape.to_vec());
        for_all_tapes(150, write, |tape, seed| {
            let text = write(&tape, seed);
            assert_keeps("as it was written", &text);
            assert_keeps("with other spaces, and comments", &scrambled(&text, seed));
        });
    }
    let write = |tape: &[u8], _| racing(Races { all_dist: false, eventually: true }, tape.to_vec());
    for_all_tapes(50, write, |tape, seed| assert_keeps("a race", &scrambled(&write(&tape, seed), seed)));
}
