//! Lowering: what the core of a program looks like, and where in the source each statement comes from. Each snapshot
//! is a program, and beside each statement of its core the beginning of what it comes from.

use lacuna::base::Source;
use lacuna::calculus::term::{Function, Target};
use lacuna::calculus::{Program, print};
use lacuna::elaborate::compile;

/// The program, then its core with the source of each statement.
fn lowered(text: &str) -> String {
    let source = Source::new("test.lac", text.trim_start());
    let (program, found) = compile(&source);
    let program = program.unwrap_or_else(|| panic!("{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>()));
    let functions: Vec<String> = program.functions.iter().map(|f| function(&program, f, &source)).collect();
    format!("{}\n----\n{}", source.text().trim_end(), functions.join("\n\n"))
}

fn function(program: &Program, f: &Function, source: &Source) -> String {
    let mut lines = vec![format!("{} [{}]", f.name, f.slots.join(" "))];
    for at in f.entry.0..f.end.0 {
        let whole = source.slice(program.span(Target(at)));
        let first = whole.lines().next().unwrap_or("");
        let shown: String = if whole == first { first.to_owned() } else { format!("{first} …") };
        lines.push(format!("{:>4}  {:<36}  {shown}", at - f.entry.0, print::statement(program, Target(at))));
    }
    let offset = |l: Target| l.0 - f.entry.0;
    for handler in &f.handlers {
        let error = handler.error.map(|slot| format!(" as {}", f.slots[slot.0 as usize])).unwrap_or_default();
        let (start, end) = (offset(handler.start), offset(handler.end));
        lines.push(format!("      catch {start}..{end} at {}{error}", offset(handler.target)));
    }
    for (start, end) in &f.atomics {
        lines.push(format!("      atomic {}..{}", offset(*start), offset(*end)));
    }
    lines.join("\n")
}

macro_rules! lowering {
    ($(#[doc = $what:literal] $name:ident: $text:literal)+) => {
        $(#[doc = $what] #[test] fn $name() {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(lowered($text)) });
        })+
    };
}

lowering! {
    /// An operation goes straight to where its result is wanted, and operands are used where they stand.
    destinations: "
fn f(a: int, b: int) -> int {
    let c = a + b;
    let mut s = c;
    s = s * 2;
    s = f(s - 1, -b) + f(a, 3);
    return s;
}
fn main() -> int { return f(1, 2); }
"
    /// Conditions are jumps; a comparison is one operation and one branch.
    conditions: "
fn f(a: int, b: bool, c: bool) -> int {
    if a < 3 { return 1; } else if !b && a == 4 || c { return 2; }
    if b { print(1); } else { print(2); }
    let d = b && (a > 1 || c);
    let mut e = d;
    e = e && d;
    assert e;
    assert a > 0, \"not \" + str(a);
    return 3;
}
fn main() -> int { return f(1, true, false); }
"
    /// Loops test at the bottom, and evaluate their bounds and lists once.
    loops: "
fn f(n: int) -> int {
    let mut m = n;
    for i in 0..m { if i == 3 { continue; } m = m - i; }
    let mut xs = [n, m];
    for x in xs { xs = push(xs, x); if x > 9 { break; } }
    while m < 100 { m = m * 2; }
    while true { m = m - 1; if m < 3 { return m; } }
}
fn main() -> int { return f(5); }
"
    /// A place is written after its indices and the value have been evaluated: one read, one write.
    places: "
struct P { x: int, ys: list<int> }
var m: map<string, P> = {};
var c: int = 0;
fn k(s: string) -> string { return s; }
fn main() {
    let mut p = P(ys: [c], x: k_of(c));
    p.x = c;
    p.ys[0] = p.x;
    m[k(\"a\")] = p;
    m[k(\"b\")].ys[c] = c + 1;
    c = c + 1;
}
fn k_of(n: int) -> int { return n; }
"
    /// A match tests from the top, and the last arm is what is left.
    matches: "
enum Msg { Stop, Go(int, string), Wait }
fn f(m: Msg, o: option<int>, n: int) -> int {
    match m { Msg.Stop => { return 1; } Msg.Go(i, s) => { print(i, s); } _ => { print(\"wait\"); } }
    match o { some(v) => { return v; } none => {} }
    match n { -1 => { return 2; } 5 => {} _ => { return 3; } }
    match n > 1 { true => { return 4; } false => { return 5; } }
}
fn main() -> int { return f(Msg.Go(1, \"a\"), none, 2); }
"
    /// Calls, spawns, sends; an await of a call takes two statements; what yields unit is read as a constant.
    starts: "
node a, b;
group g = [a, b];
async fn f(n: int) -> int { yield_now(); return n; }
async fn main() -> int {
    let t = f(1);
    let p = spawn local f(2);
    let q = spawn dist f(await t) on any g prefer here();
    send f(4) on choose {a, b};
    let r: promise<int> = promise();
    print(resolve(r, 5), is_done(r));
    let u = cancel(q);
    let _ = u;
    f(6);
    let s = sleep(now());
    wait(s);
    return await f(await any([t, p]) + wait(r));
}
"
    /// An inner try is asked first; what its handler does is the outer one's.
    handlers: "
fn f(n: int) -> int {
    try {
        try { return 1 / n; } catch e { throw \"inner \" + e; }
    } catch _ {
        return 0;
    }
}
fn main() -> int { return f(0); }
"
    /// A jump out of an atomic block ends it; an atomic block in an atomic block is nothing more.
    atomics: "
var c: int = 0;
fn main() {
    while true {
        atomic {
            c = c + 1;
            atomic { if c > 2 { break; } }
            if c > 1 { continue; }
            print(c);
        }
    }
}
"
    /// The children of a scope are collected, and every way out waits for them.
    scope: "
async fn f(n: int) -> int { return n; }
async fn main() -> int {
    for i in 0..3 {
        scope {
            let t = f(i);
            if i == 1 { continue; }
            print(await t);
            cancel(t);
        }
    }
    return 0;
}
"
    /// A jump out of two scopes waits for the inner one under both guards, then for the outer one under its own.
    nested_scopes: "
async fn f(n: int) -> int { return n; }
async fn main() -> int {
    scope {
        let a = f(1);
        try {
            scope {
                let b = spawn local f(2);
                cancel(a);
                return await b;
            }
        } catch e { print(e); }
    }
    return 0;
}
"
    /// Names are kept where they can be: one that hides another is marked, blocks beside each other share slots.
    slots: "
fn f(x: int, t0: int) -> int {
    let y = x;
    if y > 0 { let x = y + t0 * 2; let y = \"inner\"; print(x, y); }
    if y > 1 { let x = \"other\"; print(x); }
    return x * 2 + y * 3;
}
fn main() -> int { return f(1, 2); }
"
    /// Data made of constants is a constant; a declared constant is its value.
    constants: "
node a, b;
group g = [a, b];
struct P { x: int, y: list<string> }
enum E { A, B(P) }
const big: int = 1_000 * 1_000;
const table: map<string, int> = {\"one\": 1, \"two\": len(\"ab\")};
fn main() {
    print([], {}, none, [1, 2], E.A, E.B(P(x: big, y: [\"a\"])), table, nodes(g), -5, ());
    print([big + 1], table[\"one\"]);
}
"
    /// Properties are functions that look; a finally may ask for the result.
    properties: "
node a, b;
const most: int = 3;
var hits: int = 0;
async fn main() -> int { hits = hits + 1; return hits; }
invariant few: hits@a <= most && hits@b == 0;
eventually some_hit: hits@a > 0 || hits@b > 0;
finally result_is_hits: result == hits@a;
"
}
