//! Tiny programs in which everything is told by one-way messages: too late, twice, by others, or never.

use super::tape::Tape;

/// A program that sends a few messages about a promise or two, and looks at what has come; equal tapes make equal programs.
pub fn telling(numbers: Vec<u8>) -> String {
    let mut tape = Tape::new(numbers);
    let mut text = String::from(
        "node a, b;\nvar x: int = 0;\nvar y: int = 0;\n\
         async fn tell(p: promise<int>, k: int) { resolve(p, k); }\n\
         async fn relay(p: promise<int>, k: int) { send tell(p, k) on b; }\n\
         async fn look(p: promise<int>, k: int) { if is_done(p) { x = x + k; } else { print(k); } }\n\
         async fn flip(p: promise<int>, k: int) { x = choose {0, k}; }\n\
         async fn add(p: promise<int>, k: int) { y = y + k; }\n\
         async fn hear(p: promise<int>, k: int) { x = x + await p; }\n\
         async fn make(p: promise<int>, k: int) { let q: promise<int> = promise(); send relay(q, k) on a; resolve(p, await q); }\n\
         async fn main() -> int {\n    let p: promise<int> = promise();\n",
    );
    for number in 0..1 + tape.below(3) {
        text.push_str(&statement(&mut tape, number));
    }
    let ends = ["return x;", "if is_done(p) { return await p; }\n    return y;", "return await p;"];
    text.push_str(&format!("    {}\n}}\n", tape.pick(&ends)));
    text.push_str(&format!("invariant small: x@a <= {};\n", 1 + tape.below(4)));
    text.push_str(&format!("finally ended: x@a + y@b != {};\n", tape.below(4)));
    text
}

/// The statement with this number; the number makes the names of its variables its own.
fn statement(tape: &mut Tape, number: usize) -> String {
    let functions = ["tell", "relay", "tell", "look", "add", "flip", "hear", "make"];
    let (f, node, k) = (tape.pick(&functions), tape.pick(&["a", "b"]), 1 + tape.below(2));
    let chosen = match tape.below(6) {
        0 | 1 => format!("send {f}(p, {k}) on {node};"),
        2 => format!("for _i in 0..2 {{ send {f}(p, {k}) on {node}; }}"),
        3 => format!("if is_done(p) {{ send {f}(p, {k}) on {node}; }}"),
        4 => format!("if x == 0 {{ send {f}(p, {k}) on {node}; }}\n    let q{number}: promise<int> = promise();"),
        _ => format!("resolve(p, {k});"),
    };
    format!("    {chosen}\n")
}
