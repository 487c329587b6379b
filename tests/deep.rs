//! Programs nested almost as deeply as is allowed: the compiler needs no more stack for them than a test has, and what
//! it makes of them does not grow beyond all bounds.

use lacuna::base::Source;
use lacuna::calculus::Program;
use lacuna::elaborate::compile;

/// `before` so many times, `inside`, and `after` as often.
fn nested(levels: usize, before: &str, inside: &str, after: &str) -> String {
    format!("{}{inside}{}", before.repeat(levels), after.repeat(levels))
}

fn compiled(text: String) -> Program {
    let (program, found) = compile(&Source::new("deep.lac", text));
    program.unwrap_or_else(|| panic!("{:?}", found.iter().map(|d| &d.message).take(3).collect::<Vec<_>>()))
}

#[test]
fn expressions() {
    for (before, inside, after) in [
        ("[", "1", "]"),
        ("some(", "1", ")"),
        ("{1: ", "1", "}"),
        ("str(", "1", ")"),
        ("-", "abs(1)", ""),
        ("1 + (", "1", ")"),
        ("(1 - ", "1", ")"),
        ("N.Of([", "N.End", "])"),
        ("f(", "1", ")"),
        ("[1][", "0", "]"),
    ] {
        let value = nested(300, before, inside, after);
        let program = compiled(format!(
            "enum N {{ End, Of(list<N>) }}\nfn f(x: int) -> int {{ return x; }}\nfn main() {{ print({value}, f(1), N.End); }}"
        ));
        assert!(program.code.len() < 2_000);
    }
    for operator in ["&&", "||", "!= true &&"] {
        let cond = nested(300, &format!("(b {operator} "), "b", ")");
        compiled(format!("fn main() {{ let b = choose {{true, false}}; if {cond} {{ print({cond}); }} }}"));
    }
    compiled(format!("const c: int = {};\nfn main() {{ print(c); }}", nested(300, "1 + (", "1", ")")));
    compiled(format!("fn main() {{}}\ninvariant p: {};", nested(300, "!(true && ", "true", ")")));
}

#[test]
fn types() {
    let ty = nested(200, "list<option<", "int", ">>");
    compiled(format!("fn f(x: {ty}) -> {ty} {{ return x; }}\nfn main() {{ print(f([])); }}"));
}

#[test]
fn types_that_nobody_wrote() {
    let lines: String = (0..20_000).map(|i| format!("let x{} = [x{i}];\n", i + 1)).collect();
    compiled(format!("fn main() {{ let x0 = none; {lines} let y: option<int> = x0; print(x20000 == x20000, y); }}"));
}

#[test]
fn statements() {
    for (before, inside, after) in [
        ("if true { ", "print(1);", "}"),
        ("if b { print(1); } else { ", "print(2);", "}"),
        ("while b { ", "break;", "}"),
        ("for i in 0..3 { print(i);", "continue;", "}"),
        ("for _ in [1] { ", "continue;", "}"),
        ("match b { true => { ", "return;", "} false => {} }"),
        ("try { ", "throw \"x\";", "} catch _ {}"),
        ("try {} catch _ { ", "return;", "}"),
        ("atomic { ", "print(1);", "}"),
    ] {
        compiled(format!(
            "fn main() {{ let b = choose {{true, false}}; {} print(b); }}",
            nested(250, before, inside, after)
        ));
    }
}

/// Each way out of a scope leaves all scopes around it, and waits for each under the guard of all around that.
#[test]
fn scopes() {
    let levels = 240;
    let body = nested(levels, "scope { let _t = f(); if here() == main { return; } ", "await f();", "}");
    let program = compiled(format!("async fn f() {{}}\nasync fn main() {{ {body} }}"));
    assert!(program.code.len() < 5 * levels * levels, "{} statements", program.code.len());
}
