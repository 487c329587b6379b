//! `--fault`: what a script says happens as the step that it says, and nothing else does; what cannot happen is said.

use std::fs;

mod tool;

use tool::{Folder, assert_shows};

const ASKS: &str = r#"node client, w1;

async fn answer() -> int {
    await sleep(5);
    return 1;
}

async fn main() -> int {
    return await spawn dist answer() on w1;
}
"#;

/// What the tool prints, what it says besides, and how it ends.
fn typed(folder: &Folder, line: &str) -> (String, String, Option<i32>) {
    let output = folder.run(line);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the tool writes text");
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn what_people_see() {
    let folder = Folder::new("script_shows").with("asks.lac", ASKS);
    let lines = [
        "trace asks.lac --fault 'crash w1 @ 4'",
        "trace asks.lac --fault 'crash w1 @ 4' --fault 'suspect main.0@1 @ 8' --fault 'restart w1 @ 5'",
        "trace asks.lac --fault 'Lose main.0 @ 7' --fault 'duplicate main.0 Invoke @ 2'",
        "trace asks.lac --fault 'lose main.0 @ 4'",
        "trace asks.lac --fault 'suspect w1 @ 2'",
        "trace asks.lac --fault 'duplicate main.0 @ 2' --fault 'lose main.0 Invoke @ 3'",
        "run asks.lac --fault 'lose main.0 @ 99'",
        "run asks.lac --fault 'crash w1'",
        "run asks.lac --fault 'crash w1 @ 0'",
        "run asks.lac --fault 'crash @ 3'",
        "run asks.lac --fault 'fire main.0.0 @ 6'",
        "run asks.lac --fault 'crash w1 @ 3' --fault 'lose main.0 @ 3'",
    ];
    assert_shows("script", "shown", &folder.transcript(&lines));
}

#[test]
fn the_run_can_be_had_again_without_the_script() {
    let folder = Folder::new("script_saved").with("asks.lac", ASKS);
    let (traced, _, _) = typed(&folder, "trace asks.lac --save crash.schedule --fault 'crash w1 @ 4'");
    let (replayed, _, code) = typed(&folder, "replay asks.lac crash.schedule");
    assert_eq!((traced, Some(0)), (replayed, code));
    let (ran, _, _) = typed(&folder, "run asks.lac --save run.schedule --fault 'crash w1 @ 4'");
    assert_eq!(ran, "result: 1\n");
    let schedule = |name| fs::read_to_string(folder.0.join(name)).expect("it was saved");
    assert_eq!(schedule("crash.schedule"), schedule("run.schedule"));
    let (_, _, code) = typed(&folder, "run asks.lac --save none.schedule --fault 'crash w1 @ 99'");
    assert_eq!((code, folder.0.join("none.schedule").exists()), (Some(2), false), "a run that is none is not kept");
}

/// Whoever chooses the other steps has no fault of the script's to spend, and those of the command line besides.
#[test]
fn chance_does_not_spend_what_the_script_needs() {
    let folder = Folder::new("script_chance").with("asks.lac", ASKS);
    let crashes = |options: String| {
        let (traced, errors, code) = typed(&folder, &format!("trace asks.lac --fault 'crash w1 @ 1' {options}"));
        assert_eq!(code, Some(0), "{options}: {errors}");
        let crash = |line: &&str| line.contains("  Crash");
        let at: Vec<&str> = traced.lines().filter(crash).map(|line| line[..5].trim()).collect();
        assert!(at.contains(&"1!"), "{options}: {traced}");
        at.len()
    };
    assert!((0..20).all(|seed| crashes(format!("--seed {seed}")) == 1));
    assert!((0..20).any(|seed| crashes(format!("--seed {seed} --crashes 1")) == 2));
}

/// A crash wherever it can happen: each run of a script is one that `check` has with such a budget.
#[test]
fn check_has_every_run_of_a_script() {
    let text = ASKS.replace("await sleep(5);", "print(\"here\");");
    let folder = Folder::new("script_checked").with("asks.lac", &text);
    let (outcomes, _, _) = typed(&folder, "check asks.lac --crashes 1 --outcomes");
    let mut twice = 0;
    for step in 1..9 {
        let (ran, errors, code) = typed(&folder, &format!("run asks.lac --fault 'crash w1 @ {step}'"));
        if code == Some(0) {
            let prints = ran.lines().filter(|line| *line == "here").count();
            twice += u32::from(prints == 2);
            assert!(outcomes.contains("returned 1") && (1..=2).contains(&prints), "{step}: {ran}{outcomes}");
        } else {
            assert!(errors.contains("cannot happen"), "{step}: {errors}");
        }
    }
    assert!(twice > 0 && outcomes.contains("w1: here · w1: here"), "{outcomes}");
}
