//! The top level: which functions there are, and the items that their bodies turned out to need.

use super::Features;
use super::mistake::Mistake;
use super::tape::Tape;
use super::types::{Signature, Type, Var};

/// Statements of a program, at most.
const STATEMENTS: usize = 16;

/// Statements that create a task, a spawn or a message, at most.
const CREATIONS: usize = 5;

/// What is declared where some text stands in the bodies.
const ITEMS: [(&str, &str); 9] = [
    ("Shape", "enum Shape { Dot, Line(int), Frame(int, bool) }"),
    ("Point", "struct Point { x: int, ok: bool }"),
    ("LIMIT", "const LIMIT: int = 3;"),
    ("hits", "var hits: int = 0;"),
    ("seen", "var seen: map<string, int> = {};"),
    ("ledger", "durable var ledger: int = 1;"),
    ("names", "durable var names: list<int> = [];"),
    ("twice(", "fn twice(k: int) -> int {\n    return k + k;\n}"),
    ("down(", "fn down(k: int) -> int {\n    if k <= 0 {\n        return 0;\n    }\n    return 1 + down(k - 1);\n}"),
];

/// A program on its way.
pub struct Writer {
    pub tape: Tape,
    pub features: Features,
    pub functions: Vec<Signature>,
    /// The function that is being written; it may call only those behind it.
    pub current: usize,
    pub text: String,
    pub indent: usize,
    /// The variables in scope.
    pub vars: Vec<Var>,
    /// How many names were given.
    pub named: usize,
    /// Inside `atomic`.
    pub atomic: bool,
    /// How many loops stand around.
    pub loops: usize,
    /// How many blocks stand around.
    pub depth: usize,
    /// In a structured program: what was created and is still to be awaited.
    pub debts: Vec<Var>,
    /// The first of the debts of the block that is being written.
    pub base: usize,
    pub statements: usize,
    pub creations: usize,
    /// A mistake that is still to be made, before so many more statements.
    pub mistake: Option<(&'static Mistake, usize)>,
}

/// The program that a tape makes.
pub fn program(features: Features, tape: Vec<u8>) -> String {
    write(features, tape, None)
}

/// The same program with a mistake in it.
pub fn program_with(mistake: &'static Mistake, features: Features, mut tape: Vec<u8>) -> String {
    let before = tape.pop().unwrap_or(0);
    write(features, tape, Some((mistake, usize::from(before) % 4)))
}

fn write(features: Features, tape: Vec<u8>, mistake: Option<(&'static Mistake, usize)>) -> String {
    let mut writer = Writer {
        tape: Tape::new(tape),
        features,
        functions: Vec::new(),
        current: 0,
        text: String::new(),
        indent: 0,
        vars: Vec::new(),
        named: 0,
        atomic: false,
        loops: 0,
        depth: 0,
        debts: Vec::new(),
        base: 0,
        statements: STATEMENTS,
        creations: CREATIONS,
        mistake,
    };
    writer.signatures();
    writer.function(0);
    for f in 1..writer.functions.len() {
        // A function is called from those before it, or not at all.
        if writer.text.contains(&format!("{}(", writer.functions[f].name)) {
            writer.function(f);
        }
    }
    writer.finish()
}

impl Writer {
    /// Decides on the functions; main is the first.
    fn signatures(&mut self) {
        let results = [Type::Int, Type::Unit, Type::Str, Type::Bool, Type::List, Type::promise(&Type::Int)];
        let weights = [(6, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5)];
        let main = self.tape.weighted(&weights[..5]);
        self.functions.push(Signature {
            name: "main".into(),
            is_async: true,
            params: Vec::new(),
            result: results[main].clone(),
        });
        for f in 0..2 + self.tape.below(3) {
            let is_async = !self.tape.chance(15);
            let params = (0..self.tape.below(3)).map(|_| self.param(is_async)).collect();
            let result = self.tape.weighted(&weights[..if self.features.structured { 5 } else { 6 }]);
            self.functions.push(Signature { name: format!("f{f}"), is_async, params, result: results[result].clone() });
        }
    }

    fn param(&mut self, is_async: bool) -> Type {
        let mut types = vec![
            (4, &Type::Int),
            (1, &Type::Bool),
            (1, &Type::Str),
            (1, &Type::List),
            (1, &Type::Shape),
            (1, &Type::Point),
            (1, &Type::Option),
        ];
        let promise = Type::promise(&Type::Int);
        let task = Type::task(&Type::Int);
        types.push((4, &promise));
        if is_async && !self.features.structured {
            types.push((1, &task));
        }
        if self.features.dist {
            types.push((1, &Type::Node));
        }
        self.tape.weighted(&types).clone()
    }

    fn function(&mut self, f: usize) {
        let Signature { name, is_async, params, result } = self.functions[f].clone();
        self.current = f;
        self.vars.clear();
        self.base = 0;
        let mut list = Vec::new();
        for ty in params {
            let name = self.fresh("p");
            list.push(format!("{name}: {ty}"));
            self.vars.push(Var { name, ty, mutable: false });
        }
        let word = if is_async { "async fn" } else { "fn" };
        let arrow = if result == Type::Unit { String::new() } else { format!(" -> {result}") };
        self.line(&format!("{word} {name}({}){arrow} {{", list.join(", ")));
        self.indent += 1;
        if self.features.structured {
            self.line("let mut sum: int = 0;");
            self.vars.push(Var { name: "sum".into(), ty: Type::Int, mutable: true });
        }
        self.use_params();
        let most = if f == 0 { 6 } else { 3 };
        self.stmts(most);
        self.settle_debts();
        if result != Type::Unit {
            let value = self.expr(&result, 2);
            self.line(&format!("return {value};"));
        }
        self.indent -= 1;
        self.line("}");
        self.line("");
    }

    /// A promise that is handed over is mostly handed over to be settled.
    fn use_params(&mut self) {
        let promises = self.names_of(&Type::promise(&Type::Int));
        for promise in promises {
            if self.tape.chance(70) {
                let value = self.leaf(&Type::Int);
                let reject = self.tape.chance(15);
                let line = if reject {
                    format!("reject({promise}, \"no\");")
                } else {
                    format!("resolve({promise}, {value});")
                };
                self.line(&line);
            }
        }
    }

    fn finish(mut self) -> String {
        if let Some((mistake, _)) = self.mistake.take() {
            let text = mistake.text;
            self.text.push_str(&if mistake.is_item {
                format!("{text}\n")
            } else {
                format!("async fn last() {{\n    {text}\n}}\n")
            });
        }
        let mut items = Vec::new();
        if self.features.dist {
            items.push("node a, b;");
            items.push("group both = [a, b];");
        }
        items.extend(ITEMS.iter().filter(|(used, _)| self.text.contains(used)).map(|(_, item)| *item));
        if self.features.cells && self.features.dist && self.text.contains("ledger") {
            items.push("invariant kept: ledger@a > -1000;");
        }
        format!("{}\n\n{}", items.join("\n"), self.text)
    }

    pub fn line(&mut self, line: &str) {
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("    ", self.indent));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    pub fn fresh(&mut self, prefix: &str) -> String {
        self.named += 1;
        format!("{prefix}{}", self.named)
    }

    /// The variables in scope that have this type, the latest first.
    pub fn names_of(&self, ty: &Type) -> Vec<String> {
        self.vars.iter().rev().filter(|var| var.ty == *ty).map(|var| var.name.clone()).collect()
    }
}
