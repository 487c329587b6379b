//! Expressions of a wanted type. An expression that is `calm` raises nothing and awaits nothing.

use super::program::Writer;
use super::types::Type;

impl Writer {
    /// Whether awaits may stand here.
    pub fn may_await(&self) -> bool {
        self.functions[self.current].is_async && !self.atomic && !self.is_calm()
    }

    /// Whether what is written may raise nothing and await nothing: something is still to be awaited.
    pub fn is_calm(&self) -> bool {
        !self.debts.is_empty()
    }

    /// An expression of type `ty`, at most `depth` operators deep.
    pub fn expr(&mut self, ty: &Type, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        if self.may_await()
            && let Some(text) = self.awaiting(ty)
        {
            return text;
        }
        match ty {
            Type::Int => self.int(depth),
            Type::Bool => self.bool(depth),
            Type::Str => self.string(depth),
            Type::List => self.list(depth),
            Type::Map => self.map(depth),
            Type::Option => self.option(depth),
            _ => self.leaf(ty),
        }
    }

    /// `await` of something in scope, sometimes.
    fn awaiting(&mut self, ty: &Type) -> Option<String> {
        if self.features.structured {
            return None;
        }
        let handles: Vec<String> =
            self.vars.iter().filter(|var| var.ty.awaited() == Some(ty)).map(|var| var.name.clone()).collect();
        (!handles.is_empty() && self.tape.chance(40)).then(|| format!("(await {})", self.tape.pick(&handles)))
    }

    /// A variable or a literal.
    pub fn leaf(&mut self, ty: &Type) -> String {
        let names = self.names_of(ty);
        match self.tape.below(names.len() * 2 + 1) {
            0 => self.literal(ty),
            at => names[(at - 1) / 2].clone(),
        }
    }

    fn literal(&mut self, ty: &Type) -> String {
        match ty {
            Type::Int => self.tape.pick(&["0", "1", "2", "7", "LIMIT"]).into(),
            Type::Bool => self.tape.pick(&["true", "false"]).into(),
            Type::Str => self.tape.pick(&["\"a\"", "\"b\"", "\"\"", "\"é\\n\""]).into(),
            Type::Unit => "()".into(),
            Type::Node if self.features.here => self.tape.pick(&["a", "b", "here()"]).into(),
            Type::Node => self.tape.pick(&["a", "b"]).into(),
            Type::Point => format!("Point(x: {}, ok: {})", self.leaf(&Type::Int), self.leaf(&Type::Bool)),
            Type::Shape => match self.tape.below(3) {
                0 => "Shape.Dot".into(),
                1 => format!("Shape.Line({})", self.leaf(&Type::Int)),
                _ => format!("Shape.Frame({}, {})", self.leaf(&Type::Int), self.leaf(&Type::Bool)),
            },
            Type::List => format!("[{}, {}]", self.leaf(&Type::Int), self.leaf(&Type::Int)),
            Type::Map => format!("{{{}: {}}}", self.leaf(&Type::Str), self.leaf(&Type::Int)),
            Type::Option => match self.tape.below(2) {
                0 => "none".into(),
                _ => format!("some({})", self.leaf(&Type::Int)),
            },
            Type::Task(of) | Type::Promise(of) => self.new_promise(&of.clone()),
        }
    }

    fn int(&mut self, depth: usize) -> String {
        let shallow = depth - 1;
        match self.tape.below(22) {
            0..3 => self.leaf(&Type::Int),
            3..6 => format!("({} + {})", self.expr(&Type::Int, shallow), self.expr(&Type::Int, shallow)),
            6 => format!("({} - {})", self.expr(&Type::Int, shallow), self.expr(&Type::Int, shallow)),
            7 => format!("({} * {})", self.leaf(&Type::Int), self.leaf(&Type::Int)),
            8 => format!("len({})", self.leaf(&Type::Str)),
            9 => format!("len({})", self.leaf(&Type::List)),
            10 => format!("max({}, abs({}))", self.leaf(&Type::Int), self.leaf(&Type::Int)),
            11 => format!("-{}", self.leaf(&Type::Int)),
            12 => format!("twice({})", self.leaf(&Type::Int)),
            13 => format!("down({})", self.tape.below(3)),
            14 => format!("{}.x", self.leaf(&Type::Point)),
            15 if self.may_fail() => format!("({} / {})", self.leaf(&Type::Int), self.leaf(&Type::Int)),
            16 if self.may_fail() => format!("{}[{}]", self.leaf(&Type::List), self.leaf(&Type::Int)),
            17 if self.may_fail() => format!("{}[{}]", self.leaf(&Type::Map), self.leaf(&Type::Str)),
            18 if self.features.cells => self.tape.pick(&["hits", "ledger", "len(seen)", "len(names)"]).into(),
            19 if self.features.clock => "now()".into(),
            20 | 21 if self.features.choose => self.tape.pick(&["choose {1, 2}", "choose(0..2)"]).into(),
            _ => self.leaf(&Type::Int),
        }
    }

    fn bool(&mut self, depth: usize) -> String {
        let shallow = depth - 1;
        match self.tape.below(10) {
            0 => self.leaf(&Type::Bool),
            1..4 => {
                let op = self.tape.pick(&["==", "<", ">=", "!="]);
                format!("({} {op} {})", self.expr(&Type::Int, shallow), self.expr(&Type::Int, shallow))
            }
            4 => format!("({} && {})", self.expr(&Type::Bool, shallow), self.expr(&Type::Bool, shallow)),
            5 => format!("({} || {})", self.expr(&Type::Bool, shallow), self.expr(&Type::Bool, shallow)),
            6 => format!("!{}", self.leaf(&Type::Bool)),
            7 => format!("contains({}, {})", self.leaf(&Type::List), self.leaf(&Type::Int)),
            8 if self.features.clock && !self.atomic => {
                let handles: Vec<String> =
                    self.vars.iter().filter(|var| var.ty.awaited().is_some()).map(|var| var.name.clone()).collect();
                if handles.is_empty() {
                    self.leaf(&Type::Bool)
                } else {
                    format!("is_done({})", self.tape.pick(&handles))
                }
            }
            _ if self.features.choose => "choose {true, false}".into(),
            _ => format!("({} == {})", self.leaf(&Type::Str), self.leaf(&Type::Str)),
        }
    }

    fn string(&mut self, depth: usize) -> String {
        match self.tape.below(5) {
            0 | 1 => self.leaf(&Type::Str),
            2 => format!("({} + {})", self.leaf(&Type::Str), self.expr(&Type::Str, depth - 1)),
            3 => format!("str({})", self.expr(&Type::Int, depth - 1)),
            _ => format!("concat({}, {})", self.leaf(&Type::Str), self.leaf(&Type::Str)),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        match self.tape.below(7) {
            0 | 1 => self.leaf(&Type::List),
            2 => format!("push({}, {})", self.leaf(&Type::List), self.expr(&Type::Int, depth - 1)),
            3 => format!("concat({}, {})", self.leaf(&Type::List), self.leaf(&Type::List)),
            4 => "range(0, 2)".into(),
            5 => format!("values({})", self.leaf(&Type::Map)),
            _ if self.may_fail() => format!("remove({}, 1)", self.leaf(&Type::List)),
            _ => "[]".into(),
        }
    }

    fn map(&mut self, depth: usize) -> String {
        match self.tape.below(4) {
            0 | 1 => self.leaf(&Type::Map),
            2 => {
                format!(
                    "put({}, {}, {})",
                    self.leaf(&Type::Map),
                    self.leaf(&Type::Str),
                    self.expr(&Type::Int, depth - 1)
                )
            }
            _ => "{}".into(),
        }
    }

    fn option(&mut self, depth: usize) -> String {
        match self.tape.below(4) {
            0 => self.leaf(&Type::Option),
            1 => format!("get({}, {})", self.leaf(&Type::List), self.leaf(&Type::Int)),
            2 => format!("get({}, {})", self.leaf(&Type::Map), self.leaf(&Type::Str)),
            _ => format!("some({})", self.expr(&Type::Int, depth - 1)),
        }
    }

    fn may_fail(&self) -> bool {
        !self.is_calm()
    }
}
