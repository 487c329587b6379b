//! The persistent collections behind lists and maps, held against `Vec` and `BTreeMap` operation by operation: they share
//! what they can, and no version may see what was done to another.

use std::collections::BTreeMap;
use std::sync::Arc;

use im::{OrdMap, Vector};
use lacuna::base::{Prng, Source};
use lacuna::calculus::op::{Naming, Op};
use lacuna::calculus::{Names, Program, Value};
use lacuna::elaborate::compile;
use lacuna::semantics::schedule::{Fifo, run_fast};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

/// An operation on one of the versions that there are, with two numbers to make it with.
type Step = (u8, usize, usize, usize);

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    vec((any::<u8>(), any::<usize>(), any::<usize>(), any::<usize>()), 1..most)
}

/// Checks a claim over the same lists of steps each time.
fn for_all(cases: u32, most: usize, claim: impl Fn(&[Step])) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&steps(most), |steps| {
        claim(&steps);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, steps)) => panic!("{why}\n{steps:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

fn apply(op: Op, args: &[&Value]) -> Option<Value> {
    let (program, names) = (Program::default(), Names::default());
    let naming = Naming { program: &program, names: &names };
    let args: Vec<Value> = args.iter().copied().cloned().collect();
    match args.as_slice() {
        [a] => op.apply(a, a, naming).ok(),
        [a, b] => op.apply(a, b, naming).ok(),
        _ => op.apply_many(&args, naming).ok(),
    }
}

fn int(number: usize) -> Value {
    Value::Int(number as i64)
}

fn list(items: &[i64]) -> Value {
    Value::list(items.iter().copied().map(Value::Int))
}

fn items(value: &Value) -> &Vector<Value> {
    let Value::List(list) = value else { panic!("it is a list") };
    list
}

fn entries(value: &Value) -> &OrdMap<Value, Value> {
    let Value::Map(map) = value else { panic!("it is a map") };
    map
}

/// One step on lists: the operation of the language, and the same on a vector; `None` where both refuse.
fn step_list(versions: &[(Value, Vec<i64>)], (op, at, x, y): Step) -> Option<(Value, Vec<i64>)> {
    let (value, model) = &versions[at % versions.len()];
    let place = x % (model.len() + 2);
    match op % 6 {
        0 => {
            let mut longer = model.clone();
            longer.push(y as i64);
            Some((apply(Op::Push, &[value, &int(y)])?, longer))
        }
        1 => {
            let mut changed = model.clone();
            let changed_value = apply(Op::Put, &[value, &int(place), &int(y)]);
            match changed.get_mut(place) {
                Some(item) => *item = y as i64,
                None => {
                    assert!(changed_value.is_none(), "put behind the end is refused");
                    return None;
                }
            }
            Some((changed_value.expect("put is possible"), changed))
        }
        2 => {
            let shorter_value = apply(Op::Remove, &[value, &int(place)]);
            if place >= model.len() {
                assert!(shorter_value.is_none(), "remove behind the end is refused");
                return None;
            }
            let mut shorter = model.clone();
            shorter.remove(place);
            Some((shorter_value.expect("remove is possible"), shorter))
        }
        3 | 4 => {
            let (other_value, other) = &versions[x % versions.len()];
            let joined = [model.as_slice(), other.as_slice()].concat();
            (joined.len() < 20_000).then(|| (apply(Op::Concat, &[value, other_value]).expect("concat"), joined))
        }
        _ => {
            let model: Vec<i64> = (0..(x % 300) as i64).collect();
            let value = apply(Op::Range, &[&Value::Int(0), &int(x % 300)]).expect("a range");
            Some((value, model))
        }
    }
}

#[test]
fn lists_are_as_vectors_in_every_version() {
    for_all(150, 60, |steps| {
        let mut versions = vec![(list(&[]), Vec::new()), (list(&[1, 2, 3]), vec![1, 2, 3])];
        for step in steps {
            versions.extend(step_list(&versions, *step));
        }
        for (value, model) in &versions {
            assert_eq!(items(value).len(), model.len());
            assert!(items(value).iter().eq(items(&list(model)).iter()), "what is listed");
            assert_eq!(*value, list(model), "equal to a list made at once");
            let last = model.len().saturating_sub(1);
            for at in [0, last / 2, last, last + 1] {
                let wanted = model.get(at).map_or(Value::None, |item| Value::some(Value::Int(*item)));
                assert_eq!(apply(Op::Get, &[value, &int(at)]), Some(wanted));
            }
        }
        for pair in versions.windows(2) {
            let ((a, a_model), (b, b_model)) = (&pair[0], &pair[1]);
            assert_eq!(a == b, a_model == b_model, "lists are equal when their items are");
            assert_eq!(a.cmp(b), a_model.cmp(b_model), "lists are ordered as their items");
        }
    });
}

fn map(model: &BTreeMap<i64, i64>) -> Value {
    Value::map(model.iter().map(|(key, value)| (Value::Int(*key), Value::Int(*value))))
}

/// One step on maps, as [`step_list`].
fn step_map(versions: &[(Value, BTreeMap<i64, i64>)], (op, at, x, y): Step) -> (Value, BTreeMap<i64, i64>) {
    let (value, model) = &versions[at % versions.len()];
    let mut changed = model.clone();
    let key = x % 700;
    match op % 8 {
        0 => {
            changed.remove(&(key as i64));
            (apply(Op::Remove, &[value, &int(key)]).expect("remove"), changed)
        }
        1 => {
            let first = changed.keys().nth(x % (changed.len() + 1)).copied().unwrap_or_default();
            changed.remove(&first);
            (apply(Op::Remove, &[value, &Value::Int(first)]).expect("remove"), changed)
        }
        2 => {
            let model: BTreeMap<i64, i64> = (0..key as i64).map(|key| (key * 3 % 700, key)).collect();
            (map(&model), model)
        }
        _ => {
            changed.insert(key as i64, (y % 3) as i64);
            (apply(Op::Put, &[value, &int(key), &int(y % 3)]).expect("put"), changed)
        }
    }
}

#[test]
fn maps_are_as_sorted_maps_in_every_version() {
    for_all(150, 200, |steps| {
        let mut versions = vec![(map(&BTreeMap::new()), BTreeMap::new())];
        for step in steps {
            versions.push(step_map(&versions, *step));
        }
        for ((value, model), (_, _, x, _)) in versions.iter().zip(steps) {
            assert_eq!(entries(value).len(), model.len());
            let shown = entries(value).iter().map(|(key, value)| (key.clone(), value.clone()));
            assert!(shown.eq(model.iter().map(|(k, v)| (Value::Int(*k), Value::Int(*v)))), "what is listed");
            assert_eq!(*value, map(model), "equal to a map made at once");
            let keys: Vec<i64> = model.keys().copied().collect();
            let values: Vec<i64> = model.values().copied().collect();
            assert_eq!(apply(Op::Keys, &[value]), Some(list(&keys)));
            assert_eq!(apply(Op::Values, &[value]), Some(list(&values)));
            let wanted = model.get(&((x % 700) as i64)).map_or(Value::None, |value| Value::some(Value::Int(*value)));
            assert_eq!(apply(Op::Get, &[value, &int(x % 700)]), Some(wanted));
            let is_there = model.contains_key(&((x % 700) as i64));
            assert_eq!(apply(Op::Contains, &[value, &int(x % 700)]), Some(Value::Bool(is_there)));
        }
        for pair in versions.windows(2) {
            let ((a, a_model), (b, b_model)) = (&pair[0], &pair[1]);
            assert_eq!(a == b, a_model == b_model, "maps are equal when their entries are");
            assert_eq!(a.cmp(b), a_model.cmp(b_model), "maps are ordered as their entries");
        }
    });
}

#[test]
fn maps_that_differ_in_one_entry_are_not_equal() {
    for size in [1, 2, 15, 16, 17, 63, 64, 65, 200, 1000] {
        let model: BTreeMap<i64, i64> = (0..size).map(|key| (key, 0)).collect();
        let whole = map(&model);
        for key in 0..size {
            let changed = apply(Op::Put, &[&whole, &Value::Int(key), &Value::Int(1)]).expect("put");
            let smaller = apply(Op::Remove, &[&whole, &Value::Int(key)]).expect("remove");
            assert_ne!(whole, changed, "entry {key} of {size} is another");
            assert_ne!(changed, whole, "entry {key} of {size} is another");
            assert_ne!(whole, smaller, "entry {key} of {size} is missing");
            assert_ne!(smaller, whole, "entry {key} of {size} is missing");
            let again = apply(Op::Put, &[&smaller, &Value::Int(key), &Value::Int(0)]).expect("put");
            assert_eq!(again, whole, "entry {key} of {size} is there again");
        }
    }
}

#[test]
fn a_list_that_grows_in_its_slot_stays_as_it_was_for_whoever_else_has_it() {
    let text = "
        struct Box { of: list<int> }
        async fn later(xs: list<int>) -> list<int> {
            yield_now();
            return xs;
        }
        async fn main() {
            let mut xs = [0];
            let same = xs;
            let boxed = Box(of: xs);
            let handed = later(xs);
            let mut nested = [xs];
            for i in 1..100 { xs = push(xs, i); }
            let hundred = xs;
            xs = push(xs, xs[99]);
            nested = push(nested, same);
            print(same, boxed, await handed, nested, len(hundred), len(xs), xs[100]);
        }";
    let (program, diagnostics) = compile(&Source::new("grow.lac", text));
    let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    let program = program.unwrap_or_else(|| panic!("it compiles: {messages:?}"));
    let mut sys = System::start(Arc::new(program), Arc::new(Settings::run()));
    run_fast(&mut sys, &mut Fifo::new(Prng::new(0)), u64::MAX, &mut |_| true);
    let printed: Vec<&str> = sys.printed.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(printed, ["[0] Box(of: [0]) [0] [[0], [0]] 100 101 99"]);
}
