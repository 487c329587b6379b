//! Core programs in the notation.

use lacuna::calculus::term::{Handler, OperandKind, PropertyKind};
use lacuna::calculus::{FnId, NodeId, Op, Program, Slot, Stmt, Target, Value, parse, print};
use proptest::prelude::*;

use crate::strategies::{renamed, shuffled_names};
use crate::{EVERY_STATEMENT, THREE_NODES, assert_same_text, program};

#[test]
fn every_statement_is_read_and_printed_as_it_stands() {
    for text in [EVERY_STATEMENT, THREE_NODES] {
        assert_same_text(&print::program(&program(text)), text);
    }
}

#[test]
fn a_program_is_what_its_text_says() {
    let p = program(
        "node a, b  group g = [b, a]  durable var v = [1]
         eventually calm { return true }
         fn f(x) { return x }
         async fn main() {
            let y, e
         start: y = call f(2)
            goto start
         trouble: throw e
            catch start..trouble → trouble as e
         }
         finally total { let r  r = result  return r }",
    );
    assert_eq!(p.nodes, ["a", "b"]);
    assert_eq!(p.groups, [("g".to_owned(), vec![NodeId(1), NodeId(0)])]);
    assert!(p.cells[0].durable);
    assert_eq!(p.cells[0].initial, Value::list([Value::Int(1)]));
    let functions: Vec<_> =
        p.functions.iter().map(|f| (f.name.as_str(), f.params, f.is_async, f.entry.0, f.end.0)).collect();
    // Bodies of properties come behind the functions, wherever they stand in the text.
    let expected =
        [("f", 1, false, 1, 2), ("main", 0, true, 2, 5), ("calm", 0, false, 0, 1), ("total", 0, false, 5, 7)];
    assert_eq!(functions, expected);
    assert_eq!(p.main, Some(FnId(1)));
    let main = p.function(FnId(1));
    assert_eq!(main.slots, ["y", "e"]);
    let handler = Handler { start: Target(2), end: Target(4), target: Target(4), error: Some(Slot(1)) };
    assert_eq!(main.handlers, [handler]);
    assert!(matches!(p.code[2], Stmt::Call { x: Slot(0), f: FnId(0), .. }));
    assert_eq!(p.code[3], Stmt::Goto { l: Target(2) });
    let properties: Vec<_> = p.properties.iter().map(|q| (q.name.as_str(), q.kind, q.body, q.uses_result)).collect();
    let expected =
        [("calm", PropertyKind::Eventually, FnId(2), false), ("total", PropertyKind::Finally, FnId(3), true)];
    assert_eq!(properties, expected);
    assert_eq!(p.spans.len(), p.code.len());
}

#[test]
fn a_slot_hides_a_node_and_a_group_of_its_name() {
    let p = program(
        "node a, b  group g = [a]
         fn f(a, g) { a = a  a = b  a = node a  a = spawn local f(node a, g)  send f(1, 2) on any g  return [a] }",
    );
    let Stmt::Move { y: slot, .. } = p.code[0] else { panic!("a move") };
    let Stmt::Move { y: constant, .. } = p.code[2] else { panic!("a move") };
    assert_eq!(slot.kind(), OperandKind::Slot(Slot(0)));
    let OperandKind::Constant(at) = constant.kind() else { panic!("a constant") };
    assert_eq!(p.constants[at as usize], Value::Node(NodeId(0)));
    assert_eq!(program(&print::program(&p)), p);
}

/// Of an operation with one operand the second repeats the first; a list of one is no such operation.
#[test]
fn operands_are_counted_by_the_operation() {
    let p = program("fn f(x) { x = neg(x)  x = list(x)  x = list(x, x)  x = list() return x }");
    assert!(matches!(p.code[0], Stmt::Op { op: Op::Neg, a, b, .. } if a == b));
    assert!(matches!(p.code[1], Stmt::OpN { op: Op::List, args, .. } if args.len == 1));
    assert!(matches!(p.code[2], Stmt::Op { op: Op::List, .. }));
    assert!(matches!(p.code[3], Stmt::OpN { op: Op::List, args, .. } if args.len == 0));
}

#[test]
fn names_that_are_words_stand_in_backquotes() {
    let text = "\
node `node`, V
var `now` = 0

fn `add`(`await`, l1, add, store, l1'2, `'`) {
        l1 = V(`now`)
        l1 = `node`
        l1 = `await`
        add = add(add, store)
        l1 = call `add`(1, 2, 3, 4, l1'2, `'`)
        return V
}
";
    assert_same_text(&print::program(&program(text)), text);
}

#[test]
fn long_lists_of_slots_go_on_in_the_next_line() {
    let mut p = program("fn f() { return 1 }");
    p.functions[0].slots = (0..60).map(|i| format!("slot_number_{i}")).collect();
    let text = print::program(&p);
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    assert_eq!(program(&text), p);
}

#[test]
fn a_statement_is_shown_alone() {
    let p = program(THREE_NODES);
    let main: &Program = &p;
    let shown = |at| print::statement(main, Target(at));
    assert_eq!(shown(0), "t0 = V(hits)");
    assert_eq!(shown(p.function(FnId(3)).entry.0 + 2), "c = spawn dist price(\"salt\") on any workers prefer w2");
}

proptest! {
    #[test]
    fn any_names_are_printed_and_read_back(seed in shuffled_names()) {
        let p = renamed(program(EVERY_STATEMENT), &seed);
        let text = print::program(&p);
        let read = parse::program(&text).map_err(|e| TestCaseError::fail(format!("{e} at {:?} in\n{text}", e.span)))?;
        prop_assert_eq!(print::program(&read), text);
        prop_assert_eq!(read, p);
    }
}
