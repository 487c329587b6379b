//! Programs that go as far as they can: values and calls nested without end, and lists that grow beyond all memory. Each ends in
//! a result or in an error that the program can catch, never in a crash.

use std::ops::ControlFlow;
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::config::Config;
use lacuna::calculus::op::Naming;
use lacuna::calculus::print::{self, Notes};
use lacuna::elaborate::compile;
use lacuna::explore::{Options, explore};
use lacuna::semantics::outcome::outcome;
use lacuna::semantics::schedule::{End, Fifo, run_fast, run_observed};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;
use lacuna::trace::record::{Detail, Recorder};
use lacuna::trace::wire;

/// How deep things are nested: as deep as the language allows calls, where that does not take minutes.
const DEPTH: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

/// How many awaits are nested: in debug builds every step that parks or wakes a frame has all of Σ checked.
const AWAITS: usize = if cfg!(debug_assertions) { 1_000 } else { DEPTH };

/// A program on Σ at its start, with these names put for the numbers.
fn start(text: &str, max_call_depth: usize) -> (Source, System) {
    let text = text.replace("DEPTH", &DEPTH.to_string()).replace("AWAITS", &AWAITS.to_string());
    let source = Source::new("program.lac", text);
    let (program, diagnostics) = compile(&source);
    let messages: Vec<&str> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.message.as_str()).collect();
    let program = Arc::new(program.unwrap_or_else(|| panic!("it compiles: {messages:?}")));
    let settings = Settings { max_call_depth, ..Settings::run() };
    (source, System::start(program, Arc::new(settings)))
}

/// How the deterministic run of a program ends.
fn result(text: &str) -> String {
    result_within(DEPTH, text)
}

fn result_within(max_call_depth: usize, text: &str) -> String {
    let (_, mut sys) = start(text, max_call_depth);
    let run = run_fast(&mut sys, &mut Fifo::new(Prng::new(0)), u64::MAX, &mut |_| true);
    assert_eq!(run.end, End::Final);
    wire::outcome(&sys, &outcome(&sys))["result"].to_string()
}

/// Builds a list `DEPTH` links long, and goes on with `then`, where it is called `chain`.
fn chain(then: &str) -> String {
    format!(
        "enum Chain {{ End, Link(int, Chain) }}
        fn build(length: int) -> Chain {{
            let mut chain: Chain = Chain.End;
            for k in 0..length {{ chain = Chain.Link(k, chain); }}
            return chain;
        }}
        async fn hand(chain: Chain) -> Chain {{ return chain; }}
        async fn main() -> int {{
            let chain: Chain = build(DEPTH);
            {then}
        }}"
    )
}

#[test]
fn a_value_nested_without_end_is_compared() {
    let text = chain(
        "let other: Chain = build(DEPTH);
        let longer: Chain = Chain.Link(0, other);
        if chain == other && chain != longer && !contains([longer], chain) { return 1; }
        return 0;",
    );
    assert_eq!(result(&text), r#"{"returned":"1"}"#);
}

#[test]
fn a_value_nested_without_end_is_written_out() {
    let links: usize = (0..DEPTH).map(|k| format!("Chain.Link({k}, )").len()).sum();
    let wanted = format!(r#"{{"returned":"{}"}}"#, links + "Chain.End".len());
    assert_eq!(result(&chain("print(chain); return len(str(chain));")), wanted);
}

#[test]
fn a_value_nested_without_end_is_stored_handed_on_and_dropped() {
    let text = chain(
        "let p: promise<Chain> = spawn local hand(chain);
        let q: promise<Chain> = promise();
        resolve(q, await p);
        let mut kept: list<Chain> = [await q];
        kept = [];
        return len(kept);",
    );
    assert_eq!(result(&text), r#"{"returned":"0"}"#);
}

#[test]
fn a_value_nested_without_end_is_traced_and_printed_with_its_configuration() {
    let (source, mut sys) = start(&chain("let t: promise<Chain> = spawn local hand(chain); await t; return 1;"), DEPTH);
    run_fast(&mut sys, &mut Fifo::new(Prng::new(0)), 20 * DEPTH as u64, &mut |_| true);
    let text = print::config(&Config::of(&sys), Naming { program: &sys.program, names: &sys.names }, Notes::Statements);
    assert!(text.len() > 10 * DEPTH, "all links are shown");
    let (_, mut sys) = start(source.text(), DEPTH);
    let mut longest = 0;
    let mut sink = |_: &System, step| {
        longest = longest.max(serde_json::to_string(&step).expect("a step is JSON").len());
        ControlFlow::Continue(())
    };
    let mut recorder = Recorder::new(&source, Detail::Essential, &mut sink);
    run_observed(&mut sys, &mut Fifo::new(Prng::new(0)), u64::MAX, &mut recorder);
    assert!(longest > 10 * DEPTH, "the longest step hands over all links: {longest}");
}

#[test]
fn everything_that_a_program_with_such_a_value_can_do_is_found() {
    let text = chain("let k: int = choose {1, 2}; if chain == Chain.End { return 0; } return k;");
    let (_, sys) = start(&text.replace("DEPTH", "100_000"), DEPTH);
    let report = explore(&sys.program, &sys.settings, &Options::default(), &|_| 0, &mut |_| true);
    let results: Vec<&str> = report.outcomes.iter().map(|found| found.json.as_str()).collect();
    assert!(report.is_complete() && results.len() == 2, "{results:?}");
}

#[test]
fn calls_end_in_a_result_or_too_deep() {
    let text = "fn down(k: int) -> int { if k == 0 { return 0; } return 1 + down(k - 1); }
        async fn main() -> string {
            let deep: int = down(DEPTH - 10);
            try { return str(down(DEPTH + 10)); } catch e { return str(deep) + \", then \" + e; }
        }";
    assert_eq!(result(text), format!(r#"{{"returned":"\"{}, then call depth exceeded\""}}"#, DEPTH - 10));
}

#[test]
fn an_error_goes_up_through_all_calls() {
    let text = "fn down(k: int) -> int { if k == 0 { throw \"below\"; } return 1 + down(k - 1); }
        async fn main() -> string { try { return str(down(DEPTH - 10)); } catch e { return e; } }";
    assert_eq!(result(text), r#"{"returned":"\"below\""}"#);
}

#[test]
fn awaits_end_in_a_result_or_too_deep() {
    for at_the_end in ["", "yield_now();", "await sleep(1);"] {
        let text = format!(
            "async fn down(k: int) -> int {{
                if k == 0 {{ {at_the_end} return 0; }}
                return 1 + await down(k - 1);
            }}
            async fn main() -> string {{
                let deep: int = await down(AWAITS - 10);
                try {{ return str(await down(AWAITS + 10)); }} catch e {{ return str(deep) + \", then \" + e; }}
            }}"
        );
        assert_eq!(
            result_within(AWAITS, &text),
            format!(r#"{{"returned":"\"{}, then call depth exceeded\""}}"#, AWAITS - 10)
        );
    }
}

#[test]
fn a_failure_goes_up_through_all_awaits() {
    let text = "async fn down(k: int) -> int {
            if k == 0 { yield_now(); throw \"below\"; }
            return 1 + await down(k - 1);
        }
        async fn main() -> string { try { return str(await down(AWAITS - 10)); } catch e { return e; } }";
    assert_eq!(result_within(AWAITS, text), r#"{"returned":"\"below\""}"#);
}

#[test]
fn a_scope_has_children_in_great_number() {
    let text = "async fn child(k: int) { yield_now(); }
        async fn main() -> int {
            scope { for k in 0..2000 { let t: task<unit> = child(k); } }
            return 1;
        }";
    assert_eq!(result(text), r#"{"returned":"1"}"#);
}

#[test]
fn a_list_grows_as_long_as_its_length_is_an_int() {
    let text = "async fn main() -> string {
            let mut half: list<int> = [1];
            for k in 0..62 { half = concat(half, half); }
            let whole: list<int> = concat(half, remove(half, 0));
            let mut text: string = str(len(whole));
            try { print(len(push(whole, 1))); } catch e { text = text + \", \" + e; }
            try { print(len(concat(half, half))); } catch e { text = text + \", \" + e; }
            return text;
        }";
    assert_eq!(result(text), r#"{"returned":"\"9223372036854775807, integer overflow, integer overflow\""}"#);
}
