//! Location transparency and failure transparency (calculus 10): on generated programs that keep to the preconditions, and
//! for each precondition a program that does without it, and for which the claim fails.

use std::collections::BTreeSet;
use std::sync::Arc;

use lacuna::calculus::Program;
use lacuna::semantics::settings::{Budget, Scheduling, Settings};
use serde_json::Value;

use crate::generate::{Features, program};
use crate::harness::{Searches, compiled, for_all_tapes};

/// The same program with every `spawn dist` a `spawn local`.
fn here(text: &str) -> String {
    let mut local = String::new();
    for line in text.lines() {
        match line.split_once("spawn dist ") {
            Some((before, call)) => {
                let (call, behind) = call.split_once(" on ").expect("a spawn dist has an address");
                let behind = behind.find(';').map_or("", |end| &behind[end..]);
                local.extend([before, "spawn local ", call, behind]);
            }
            None => local.push_str(line),
        }
        local.push('\n');
    }
    local
}

/// What location transparency speaks of: the results, each with the prints, their nodes aside.
fn results_and_prints(searches: &Searches, text: &str, settings: &Arc<Settings>) -> Option<BTreeSet<String>> {
    let outcomes = searches.outcomes(&compiled(text).1, settings)?;
    let without_nodes = |json: &String| {
        let outcome: Value = serde_json::from_str(json).expect("an outcome is JSON");
        let prints = outcome["prints"].as_array().into_iter().flatten();
        let prints: Vec<String> = prints.map(|print| print["text"].to_string()).collect();
        format!("{} after {}", outcome["result"], prints.join(", "))
    };
    Some(outcomes.iter().map(without_nodes).collect())
}

/// What failure transparency speaks of: the results of main.
fn results(searches: &Searches, program: &Arc<Program>, settings: &Arc<Settings>) -> Option<BTreeSet<String>> {
    let outcomes = searches.outcomes(program, settings)?;
    let result = |json: &String| {
        let outcome: Value = serde_json::from_str(json).expect("an outcome is JSON");
        outcome["result"].to_string()
    };
    Some(outcomes.iter().map(result).collect())
}

#[test]
fn location_transparency() {
    let searches = Searches::within(1_000);
    let settings = Arc::new(Settings::check());
    let write = |tape: &[u8], _| program(Features::LOCATION, tape.to_vec());
    let distributed = std::cell::Cell::new(0);
    for_all_tapes(150, write, |tape, seed| {
        let text = write(&tape, seed);
        if !text.contains("spawn dist") {
            return;
        }
        let Some(far) = results_and_prints(&searches, &text, &settings) else { return };
        let Some(near) = results_and_prints(&searches, &here(&text), &settings) else { return };
        distributed.set(distributed.get() + 1);
        assert_eq!(far, near, "far, and near");
    });
    assert!(distributed.get() > 30, "programs spawn: {}", distributed.get());
}

/// A program for which dist and local differ, and the setting that it needs.
fn location_matters(why: &str, text: &str, settings: Settings) {
    let searches = Searches::within(20_000);
    let settings = Arc::new(settings);
    let far = results_and_prints(&searches, text, &settings).expect("a small program");
    let near = results_and_prints(&searches, &here(text), &settings).expect("a small program");
    assert_ne!(far, near, "{why}");
}

#[test]
fn location_is_seen_through_a_cell() {
    let text = "node a, b;
        var n: int = 0;
        async fn f() { n = 1; }
        async fn main() -> int { let p = spawn dist f() on b; await p; return n; }";
    location_matters("each node has its own", text, Settings::check());
}

#[test]
fn location_is_seen_by_here() {
    let text = "node a, b;
        async fn f() -> node { return here(); }
        async fn main() -> node { let p = spawn dist f() on b; return await p; }";
    location_matters("it is asked for", text, Settings::check());
}

#[test]
fn location_is_seen_by_cancel() {
    let text = "node a, b;
        async fn f(p: promise<int>) { resolve(p, 1); }
        async fn main() -> int {
            let r: promise<int> = promise();
            let p = spawn dist f(r) on b;
            cancel(p);
            return await r;
        }";
    location_matters("a local stack is there at once, an Invoke may come too late", text, Settings::check());
}

#[test]
fn location_is_seen_where_an_execution_is_settled_by_hand() {
    let text = "node a, b;
        async fn f() { print(1); }
        async fn main() { let p: promise<unit> = spawn dist f() on b; resolve(p, ()); }";
    location_matters("a local stack is there at once, an Invoke may come too late", text, Settings::check());
}

#[test]
fn location_is_seen_by_a_scope_that_fails() {
    let text = "node a, b;
        async fn f(p: promise<int>) { resolve(p, 1); }
        async fn main() -> int {
            let r: promise<int> = promise();
            try {
                scope {
                    let p = spawn dist f(r) on b;
                    throw \"no\";
                }
            } catch _ { }
            return await r;
        }";
    location_matters("it cancels its children", text, Settings::check());
}

#[test]
fn location_is_seen_where_a_group_is_empty() {
    let text = "node a, b;
        async fn f() -> int { return 1; }
        async fn main() -> int {
            let none_of_them: list<node> = [];
            let p = spawn dist f() on any none_of_them;
            return await p;
        }";
    location_matters("nobody takes it", text, Settings::check());
}

#[test]
fn location_is_seen_by_atomic_blocks() {
    let text = "node a, b;
        async fn f() { atomic { print(1); print(2); } }
        async fn main() { let p = spawn dist f() on b; atomic { print(3); print(4); } await p; }";
    location_matters("they keep others out on their own node only", text, Settings::check());
}

#[test]
fn location_is_seen_under_cooperative_scheduling() {
    let text = "node a, b;
        async fn f() { print(1); }
        async fn main() { let p = spawn dist f() on b; print(2); print(3); await p; }";
    let cooperative = Settings { scheduling: Scheduling::Cooperative, ..Settings::check() };
    location_matters("each node takes its own turns", text, cooperative);
    let searches = Searches::within(20_000);
    let settings = Arc::new(Settings::check());
    let far = results_and_prints(&searches, text, &settings);
    assert_eq!(far, results_and_prints(&searches, &here(text), &settings), "preemptive scheduling hides it");
}

#[test]
fn location_is_seen_when_a_node_crashes() {
    let text = "node a, b;
        async fn f() { print(1); print(2); }
        async fn main() -> int { print(0); let p = spawn dist f() on b; await p; return 1; }";
    let budget = Budget { crashes: 1, ..Budget::default() };
    let crash_b = Some(vec![lacuna::calculus::NodeId(1)]);
    location_matters("only one of them dies", text, Settings { budget, crash_nodes: crash_b, ..Settings::check() });
}

/// One fault of each kind.
fn faults() -> [Budget; 4] {
    [
        Budget { crashes: 1, ..Budget::default() },
        Budget { suspicions: 1, ..Budget::default() },
        Budget { losses: 1, ..Budget::default() },
        Budget { duplicates: 1, ..Budget::default() },
    ]
}

#[test]
fn failure_transparency() {
    let searches = Searches::within(3_000);
    let write = |tape: &[u8], _| program(Features::FAILURE, tape.to_vec());
    let compared = std::cell::Cell::new(0);
    for_all_tapes(200, write, |tape, seed| {
        let (_, program) = compiled(&write(&tape, seed));
        let Some(without) = results(&searches, &program, &Arc::new(Settings::check())) else { return };
        let budget = faults()[seed as usize % 4];
        let Some(with) = results(&searches, &program, &Arc::new(Settings { budget, ..Settings::check() })) else {
            return;
        };
        compared.set(compared.get() + 1);
        assert_eq!(with, without, "with faults, and without");
    });
    assert!(compared.get() > 60, "programs are compared: {}", compared.get());
}

/// A program whose results are not the same with and without faults.
fn faults_matter(why: &str, text: &str, settings: Settings) {
    let searches = Searches::within(20_000);
    let (_, program) = compiled(text);
    let calm = Arc::new(Settings { budget: Budget::default(), ..settings.clone() });
    let without = results(&searches, &program, &calm).expect("a small program");
    let with = results(&searches, &program, &Arc::new(settings)).expect("a small program");
    assert_ne!(with, without, "{why}");
}

fn crash() -> Settings {
    Settings { budget: faults()[0], ..Settings::check() }
}

#[test]
fn a_fault_is_seen_under_cooperative_scheduling() {
    let text = "async fn f(p: promise<int>) { resolve(p, 1); }
        async fn main() -> int {
            let p: promise<int> = promise();
            let s = spawn local f(p);
            resolve(p, 2);
            await s;
            return await p;
        }";
    faults_matter(
        "f may start before main is replayed",
        text,
        Settings { scheduling: Scheduling::Cooperative, ..crash() },
    );
}

#[test]
fn a_fault_is_seen_where_nodes_stay_down() {
    let text = "async fn main() -> int { await sleep(1); return 1; }";
    faults_matter("nobody is left", text, Settings { restarts: false, ..crash() });
}

#[test]
fn a_fault_is_seen_where_a_task_outlives_its_creator() {
    let text = "async fn later(p: promise<int>) { await sleep(1); resolve(p, 1); }
        async fn f(p: promise<int>) { let t = later(p); }
        async fn main() -> int {
            let p: promise<int> = promise();
            await spawn local f(p);
            return await p;
        }";
    faults_matter("f is not run again, and its task is gone", text, crash());
}

#[test]
fn a_fault_is_seen_through_a_cell() {
    let text = "durable var n: int = 0;
        async fn f() -> int { n = n + 1; return n; }
        async fn main() -> int { return await spawn local f(); }";
    faults_matter("the replay adds again", text, crash());
}

#[test]
fn a_fault_is_seen_where_a_choice_decides_what_is_created() {
    let text = "async fn f(k: int) -> int { return 1; }
        async fn main() -> int { return await spawn local f(choose {1, 2}); }";
    faults_matter("the replay chooses anew: it diverges", text, crash());
}

#[test]
fn a_fault_is_seen_where_the_clock_decides_what_is_created() {
    let text = "async fn f(k: int) -> int { return 1; }
        async fn main() -> int { let s = sleep(5); let x = await spawn local f(now()); await s; return x; }";
    faults_matter("the replay is later: it diverges", text, crash());
}

#[test]
fn a_fault_is_seen_where_is_done_decides_what_is_created() {
    let text = "async fn f(k: int) -> int { return k; }
        async fn main() -> int {
            let p: promise<int> = promise();
            let mut k: int = 1;
            if is_done(p) { k = 2; }
            resolve(p, 0);
            return await spawn local f(k);
        }";
    faults_matter("the replay finds it done", text, crash());
}

#[test]
fn a_fault_is_seen_where_the_place_decides_what_is_returned() {
    let text = "node a, b;
        async fn f() -> bool { await sleep(1); return here() == a; }
        async fn main() -> bool { return await spawn dist f() on any [a, b] prefer a; }";
    faults_matter("another node takes over", text, crash());
}

#[test]
fn a_fault_is_seen_where_an_execution_is_settled_by_hand() {
    let text = "async fn f(q: promise<int>) { await sleep(1); resolve(q, 1); }
        async fn main() -> int {
            let q: promise<int> = promise();
            let t: promise<unit> = spawn local f(q);
            resolve(t, ());
            await t;
            return await q;
        }";
    faults_matter("nobody runs f again", text, crash());
}

#[test]
fn a_fault_is_seen_where_a_local_task_is_cancelled() {
    let text = "async fn f(p: promise<int>) -> int { return await p; }
        async fn main() -> int {
            let p: promise<int> = promise();
            let t = f(p);
            cancel(t);
            resolve(p, 1);
            return await t;
        }";
    faults_matter("the replay finds p resolved, and nothing to cancel", text, crash());
}

#[test]
fn a_fault_is_seen_where_a_scope_fails() {
    let text = "async fn f(p: promise<int>) -> int { return await p; }
        async fn g(q: promise<int>, p: promise<int>) { let x: int = await p; resolve(q, x); }
        async fn main() -> int {
            let p: promise<int> = promise();
            let q: promise<int> = promise();
            try { scope { let t = g(q, p); throw \"no\"; } } catch _ { }
            resolve(p, 1);
            resolve(q, 2);
            return await q;
        }";
    faults_matter("it cancels its children", text, crash());
}

#[test]
fn a_fault_is_seen_by_one_way_messages() {
    let text = "node a, b;
        async fn f(p: promise<int>) { resolve(p, 1); }
        async fn main() -> int { let p: promise<int> = promise(); send f(p) on b; return await p; }";
    faults_matter(
        "one is lost, and nobody sends it again",
        text,
        Settings { budget: faults()[2], ..Settings::check() },
    );
}
