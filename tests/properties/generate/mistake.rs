//! Mistakes: each is refused with its code wherever it stands.

/// Something that no program may say.
#[derive(Debug)]
pub struct Mistake {
    /// The code of the error, without `lacuna::`.
    pub code: &'static str,
    /// Statements, or items.
    pub text: &'static str,
    /// Whether the text is items.
    pub is_item: bool,
}

const fn stmt(code: &'static str, text: &'static str) -> Mistake {
    Mistake { code, text, is_item: false }
}

const fn item(code: &'static str, text: &'static str) -> Mistake {
    Mistake { code, text, is_item: true }
}

/// One or more for each code that a program as a whole can have.
pub static MISTAKES: [Mistake; 24] = [
    stmt("syntax", "let wrong = ;"),
    stmt("type", "let wrong: int = \"text\";"),
    stmt("type", "if 1 { print(1); }"),
    stmt("type", "print(1 + true);"),
    stmt("type", "for wrong in \"text\" { print(wrong); }"),
    stmt("name", "print(nothing_of_that_name);"),
    stmt("name", "nothing_of_that_name(1);"),
    stmt("name", "let wrong: Nothing = 1;"),
    stmt("arity", "print(len());"),
    stmt("immutable", "let wrong: int = 1; wrong = 2;"),
    stmt("duplicate", "let wrong: int = 1; let wrong: int = 2;"),
    stmt("infer", "let wrong = [];"),
    stmt("match", "match some(1) { none => { } }"),
    stmt("atomic", "atomic { let wrong: promise<int> = promise(); }"),
    item("loop", "fn wrong() { break; }"),
    item("await", "fn wrong() { yield_now(); }"),
    item("await", "fn wrong(p: promise<int>) -> int { return await p; }"),
    item("return", "fn wrong(k: int) -> int { if k > 0 { return k; } }"),
    item("duplicate", "async fn main() { }"),
    item("recursive", "struct Wrong { wrong: Wrong }"),
    item("portable", "durable var wrong: list<task<int>> = [];"),
    item(
        "portable",
        "fn wrong(t: task<int>) { } async fn one() -> int { return 1; } fn go() { wait(spawn local wrong(one())); }",
    ),
    item("cell", "node wrong; var cell: int = 0; fn go() { print(cell@wrong); }"),
    item("name", "fn wrong(k: Nothing) { }"),
];
