//! Tiny programs that race: two tasks on two nodes, about one shared cell, another one, and one promise. The general
//! programs rarely meet at one place; these do little else, so every pair of their steps is a question to a reduction.

use super::tape::Tape;

/// Tasks of a racing program, besides main.
const TASKS: usize = 2;

/// What a racing program is made to meet.
#[derive(Clone, Copy, Debug)]
pub struct Races {
    /// Every task is spawned on a node, not at home.
    pub all_dist: bool,
    /// There is an `eventually`.
    pub eventually: bool,
}

/// A racing program; equal tapes make equal programs.
pub fn racing(races: Races, numbers: Vec<u8>) -> String {
    let mut tape = Tape::new(numbers);
    // Without a promise settled by hand, and without asking whether one is settled, more reductions are on.
    let by_hand = tape.chance(40);
    let mut text = String::from("node a, b;\nvar x: int = 0;\nvar y: int = 0;\n");
    text.push_str("async fn leaf(k: int) -> int { x = x + k; return x; }\nasync fn note(k: int) { y = y + k; }\n");
    for task in 0..TASKS {
        let body = statements(&mut tape, by_hand);
        text.push_str(&format!("async fn task{task}(p: promise<int>) -> int {{\n{body}    return 1;\n}}\n"));
    }
    text.push_str("async fn main() -> int {\n    let p: promise<int> = promise();\n");
    for task in 0..TASKS {
        let far = races.all_dist || tape.chance(30);
        let node = tape.pick(&["a", "b"]);
        match far {
            true => text.push_str(&format!("    let s{task} = spawn dist task{task}(p) on {node};\n")),
            false => text.push_str(&format!("    let s{task} = spawn local task{task}(p);\n")),
        }
    }
    if tape.chance(30) {
        text.push_str(&statement(&mut tape, by_hand, 99));
    }
    (0..TASKS).for_each(|task| text.push_str(&format!("    let r{task} = await s{task};\n")));
    text.push_str("    return x * 10 + r0 + r1;\n}\n");
    text.push_str(&format!("invariant small: x@a <= {};\n", 1 + tape.below(4)));
    text.push_str(&format!("finally ended: x@a + y@b != {};\n", tape.below(4)));
    if races.eventually {
        text.push_str(&format!("eventually there: x@a == {};\n", 1 + tape.below(3)));
    }
    text
}

fn statements(tape: &mut Tape, by_hand: bool) -> String {
    (0..1 + tape.below(2)).map(|number| statement(tape, by_hand, number)).collect()
}

/// The statement with this number in its function; the number makes the names of its variables its own.
fn statement(tape: &mut Tape, by_hand: bool, number: usize) -> String {
    let k = 1 + tape.below(3);
    let node = tape.pick(&["a", "b"]);
    let always = [
        "x = x + 1;".into(),
        format!("y = x + {k};"),
        "atomic { x = x + y; y = 0; }".into(),
        format!("if x == {k} {{ y = y + 1; }}"),
        format!("x = choose {{0, {k}}};"),
        format!("print(x + {k});"),
        format!("let l{number} = spawn local leaf({k});\n    y = await l{number};"),
        format!("let l{number} = spawn dist leaf({k}) on {node};\n    y = await l{number};"),
        format!("let l{number} = leaf({k});\n    y = await l{number};"),
        format!("send note({k}) on {node};"),
        "yield_now();".into(),
        format!("assert x < {};", k + 1),
        format!("if x > {k} {{ throw \"much\"; }}"),
        format!("while x < {k} && y == 0 {{ yield_now(); }}"),
    ];
    let hand = [
        format!("if !is_done(p) {{ resolve(p, {k}); }}"),
        "y = await p;".into(),
        "if is_done(p) { x = x + 2; }".into(),
    ];
    let of_hand = by_hand && tape.chance(50);
    let chosen = if of_hand { tape.pick(&hand) } else { tape.pick(&always) };
    format!("    {chosen}\n")
}
