//! Statements and blocks.

use super::program::Writer;
use super::types::{Signature, Type, Var};

/// What a statement does.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Print,
    Let,
    Assign,
    Cell,
    If,
    For,
    While,
    MatchOption,
    MatchShape,
    Try,
    Throw,
    Assert,
    Leave,
    Call,
    Async,
    SpawnLocal,
    SpawnDist,
    Send,
    Await,
    AwaitMany,
    Wait,
    Promise,
    Settle,
    Sleep,
    Yield,
    Scope,
    Cancel,
    Atomic,
}

impl Writer {
    /// At most `most` statements.
    pub fn stmts(&mut self, most: usize) {
        let count = self.tape.below(most + 1).max(self.tape.below(most + 1));
        for _ in 0..count {
            if let Some((mistake, 0)) = self.mistake.filter(|(mistake, _)| !mistake.is_item) {
                self.line(mistake.text);
                self.mistake = None;
            }
            if let Some((_, before)) = &mut self.mistake {
                *before = before.saturating_sub(1);
            }
            if self.statements == 0 {
                return;
            }
            self.statements -= 1;
            self.stmt();
        }
    }

    /// The inside of a block: what is declared there ends there.
    fn block(&mut self, most: usize) {
        let vars = self.vars.len();
        let base = std::mem::replace(&mut self.base, self.debts.len());
        self.indent += 1;
        self.depth += 1;
        self.stmts(most);
        self.settle_debts();
        self.depth -= 1;
        self.indent -= 1;
        self.base = base;
        self.vars.truncate(vars);
    }

    /// The kinds of statements that may stand here, each with its weight.
    fn kinds(&self) -> Vec<(usize, Kind)> {
        let features = self.features;
        let is_async = self.functions[self.current].is_async;
        let has_callees = self.current + 1 < self.functions.len();
        let creates = self.creations > 0 && has_callees && !self.atomic && (is_async || !features.structured);
        let nests = self.depth < 3;
        let may_fail = !self.is_calm();
        let of = |weight: usize, condition: bool| if condition { weight } else { 0 };
        vec![
            (4, Kind::Print),
            (3, Kind::Let),
            (2, Kind::Assign),
            (of(5, features.cells), Kind::Cell),
            (of(3, nests), Kind::If),
            (of(2, nests), Kind::For),
            (of(1, nests), Kind::While),
            (of(1, nests), Kind::MatchOption),
            (of(1, nests), Kind::MatchShape),
            (of(3, nests && !self.atomic), Kind::Try),
            (of(3, may_fail), Kind::Throw),
            (of(1, may_fail), Kind::Assert),
            (of(2, may_fail && (!self.atomic || self.loops > 0)), Kind::Leave),
            (of(2, creates && may_fail), Kind::Call),
            (of(10, creates), Kind::Async),
            (of(14, creates), Kind::SpawnLocal),
            (of(14, creates && features.dist), Kind::SpawnDist),
            (of(4, creates && features.send && features.dist), Kind::Send),
            (of(12, is_async && !self.atomic), Kind::Await),
            (of(8, is_async && !self.atomic), Kind::AwaitMany),
            (of(2, features.wait && !self.atomic), Kind::Wait),
            (of(3, !self.atomic), Kind::Promise),
            (of(4, !self.atomic), Kind::Settle),
            (of(3, is_async && !self.atomic), Kind::Sleep),
            (of(2, is_async && !self.atomic), Kind::Yield),
            (of(6, features.scope && nests && is_async && !self.atomic), Kind::Scope),
            (of(4, features.cancel && !self.atomic), Kind::Cancel),
            (of(3, features.atomic && nests && !self.atomic), Kind::Atomic),
        ]
    }

    fn stmt(&mut self) {
        let kinds = self.kinds();
        match self.tape.weighted(&kinds) {
            Kind::Print => self.print(),
            Kind::Let => self.declare(),
            Kind::Assign => self.assign(),
            Kind::Cell => self.cell(),
            Kind::If => self.branch(),
            Kind::For => self.for_loop(),
            Kind::While => self.while_loop(),
            Kind::MatchOption => self.match_option(),
            Kind::MatchShape => self.match_shape(),
            Kind::Try => self.try_catch(),
            Kind::Throw => self.when("throw \"odd\";"),
            Kind::Assert => self.assert(),
            Kind::Leave => self.leave(),
            Kind::Call => self.call(),
            Kind::Async => self.create("", |f| f.is_async, ""),
            Kind::SpawnLocal => self.create("spawn local ", Signature::is_portable, ""),
            Kind::SpawnDist => {
                let address = self.address();
                self.create("spawn dist ", Signature::is_portable, &format!(" on {address}"));
            }
            Kind::Send => self.send(),
            Kind::Await => self.await_one(),
            Kind::AwaitMany => self.await_many(),
            Kind::Wait => self.wait(),
            Kind::Promise => {
                self.new_promise(&Type::Int);
            }
            Kind::Settle => self.settle(),
            Kind::Sleep => self.sleep(),
            Kind::Yield => self.line("yield_now();"),
            Kind::Scope => self.nested("scope {"),
            Kind::Cancel => self.cancel(),
            Kind::Atomic => {
                self.atomic = true;
                self.nested("atomic {");
                self.atomic = false;
            }
        }
    }

    fn nested(&mut self, head: &str) {
        self.line(head);
        self.block(3);
        self.line("}");
    }

    fn print(&mut self) {
        let ty = self.tape.pick(&[Type::Int, Type::Str, Type::Bool]);
        let value = self.expr(&ty, 1);
        let line = if self.tape.chance(20) { format!("print({value}, \"and\");") } else { format!("print({value});") };
        self.line(&line);
    }

    fn declare(&mut self) {
        let mut types =
            vec![Type::Int, Type::Bool, Type::Str, Type::List, Type::Map, Type::Option, Type::Shape, Type::Point];
        if self.features.dist {
            types.push(Type::Node);
        }
        let ty = self.tape.pick(&types);
        let value = self.expr(&ty, 2);
        let mutable = self.tape.chance(50);
        let name = self.fresh("x");
        let word = if mutable { "let mut" } else { "let" };
        self.line(&format!("{word} {name}: {ty} = {value};"));
        self.vars.push(Var { name, ty, mutable });
    }

    fn assign(&mut self) {
        let places: Vec<Var> = self.vars.iter().filter(|var| var.mutable).cloned().collect();
        if places.is_empty() {
            return self.declare();
        }
        let Var { name, ty, .. } = self.tape.pick(&places);
        let line = match ty {
            Type::Map => format!("{name}[{}] = {};", self.leaf(&Type::Str), self.expr(&Type::Int, 1)),
            Type::List if !self.is_calm() => format!("{name}[0] = {};", self.expr(&Type::Int, 1)),
            Type::Point => format!("{name}.x = {};", self.expr(&Type::Int, 1)),
            ty => format!("{name} = {};", self.expr(&ty, 2)),
        };
        self.line(&line);
    }

    fn cell(&mut self) {
        let value = self.expr(&Type::Int, 2);
        let line = match self.tape.below(5) {
            0 => format!("hits = {value};"),
            1 => format!("hits = hits + {value};"),
            2 => format!("ledger = ledger + {value};"),
            3 => format!("seen[{}] = {value};", self.leaf(&Type::Str)),
            _ => format!("names = push(names, {value});"),
        };
        self.line(&line);
    }

    fn branch(&mut self) {
        let condition = self.expr(&Type::Bool, 2);
        self.line(&format!("if {condition} {{"));
        self.block(2);
        if self.tape.chance(50) {
            self.line("} else {");
            self.block(2);
        }
        self.line("}");
    }

    fn looped(&mut self, most: usize) {
        self.loops += 1;
        self.block(most);
        self.loops -= 1;
    }

    fn for_loop(&mut self) {
        let over = match self.tape.below(3) {
            0 => "0..2".into(),
            1 => "1..LIMIT".into(),
            _ => self.leaf(&Type::List),
        };
        let name = self.fresh("i");
        self.line(&format!("for {name} in {over} {{"));
        self.vars.push(Var { name, ty: Type::Int, mutable: false });
        self.looped(2);
        self.vars.pop();
        self.line("}");
    }

    fn while_loop(&mut self) {
        let name = self.fresh("n");
        self.line(&format!("let mut {name}: int = 2;"));
        self.line(&format!("while {name} > 0 {{"));
        self.indent += 1;
        self.line(&format!("{name} = {name} - 1;"));
        self.indent -= 1;
        self.vars.push(Var { name, ty: Type::Int, mutable: false });
        self.looped(2);
        self.line("}");
    }

    fn match_option(&mut self) {
        let value = self.expr(&Type::Option, 2);
        let name = self.fresh("x");
        self.line(&format!("match {value} {{"));
        self.indent += 1;
        self.line(&format!("some({name}) => {{"));
        self.vars.push(Var { name, ty: Type::Int, mutable: false });
        self.block(2);
        self.vars.pop();
        self.line("}");
        self.nested("none => {");
        self.indent -= 1;
        self.line("}");
    }

    fn match_shape(&mut self) {
        let value = self.leaf(&Type::Shape);
        let name = self.fresh("x");
        self.line(&format!("match {value} {{"));
        self.indent += 1;
        self.line(&format!("Shape.Frame({name}, _) => {{"));
        self.vars.push(Var { name, ty: Type::Int, mutable: false });
        self.block(2);
        self.vars.pop();
        self.line("}");
        self.nested("_ => {");
        self.indent -= 1;
        self.line("}");
    }

    fn try_catch(&mut self) {
        self.line("try {");
        self.block(3);
        let name = self.fresh("e");
        self.line(&format!("}} catch {name} {{"));
        self.vars.push(Var { name, ty: Type::Str, mutable: false });
        self.block(1);
        self.vars.pop();
        self.line("}");
    }

    /// A statement that is taken sometimes.
    fn when(&mut self, stmt: &str) {
        let condition = self.expr(&Type::Bool, 1);
        self.line(&format!("if {condition} {{"));
        self.indent += 1;
        self.line(stmt);
        self.indent -= 1;
        self.line("}");
    }

    fn assert(&mut self) {
        let condition = self.expr(&Type::Bool, 1);
        let line =
            if self.tape.chance(50) { format!("assert {condition}, \"so\";") } else { format!("assert {condition};") };
        self.line(&line);
    }

    fn leave(&mut self) {
        if self.loops > 0 && (self.atomic || self.tape.chance(70)) {
            let word = self.tape.pick(&["break;", "continue;"]);
            return self.when(word);
        }
        let result = self.functions[self.current].result.clone();
        let stmt = if result == Type::Unit { "return;".into() } else { format!("return {};", self.leaf(&result)) };
        self.when(&stmt);
    }

    /// A function behind the current one that fits.
    fn callee(&mut self, fits: impl Fn(&Signature) -> bool) -> Option<Signature> {
        let found: Vec<Signature> = self.functions.iter().skip(self.current + 1).filter(|f| fits(f)).cloned().collect();
        (!found.is_empty()).then(|| self.tape.pick(&found))
    }

    fn arguments(&mut self, of: &Signature) -> String {
        let arguments: Vec<String> = of.params.iter().map(|ty| self.argument(ty)).collect();
        arguments.join(", ")
    }

    /// A promise goes where a task is wanted.
    fn argument(&mut self, ty: &Type) -> String {
        match ty {
            Type::Promise(of) if !self.features.by_hand => {
                let names = self.by_hand();
                if names.is_empty() { self.new_promise(of) } else { self.tape.pick(&names) }
            }
            Type::Task(of) if self.names_of(ty).is_empty() => self.expr(&Type::promise(of), 1),
            ty => self.expr(ty, 1),
        }
    }

    fn call(&mut self) {
        let Some(callee) = self.callee(|f| !f.is_async) else { return self.print() };
        self.creations -= 1;
        let arguments = self.arguments(&callee);
        let name = self.fresh("x");
        self.line(&format!("let {name}: {} = {}({arguments});", callee.result, callee.name));
        self.vars.push(Var { name, ty: callee.result, mutable: false });
    }

    fn create(&mut self, how: &str, fits: impl Fn(&Signature) -> bool, address: &str) {
        let Some(callee) = self.callee(fits) else { return self.print() };
        self.creations -= 1;
        let arguments = self.arguments(&callee);
        let ty = if how.is_empty() { Type::task(&callee.result) } else { Type::promise(&callee.result) };
        let name = self.fresh("t");
        self.line(&format!("let {name}: {ty} = {how}{}({arguments}){address};", callee.name));
        let var = Var { name, ty, mutable: false };
        if self.features.structured {
            self.debts.push(var.clone());
        }
        self.vars.push(var);
    }

    fn address(&mut self) -> String {
        match self.tape.below(5) {
            0 => "b".into(),
            1 => self.leaf(&Type::Node),
            2 => "any both".into(),
            3 => format!("any both prefer {}", self.leaf(&Type::Node)),
            _ => "any [b]".into(),
        }
    }

    fn send(&mut self) {
        let Some(callee) = self.callee(Signature::is_portable) else { return self.print() };
        self.creations -= 1;
        let address = self.address();
        let arguments = self.arguments(&callee);
        self.line(&format!("send {}({arguments}) on {address};", callee.name));
    }

    /// Something in scope that can be awaited.
    fn handle(&mut self) -> Option<Var> {
        let found: Vec<Var> = self.vars.iter().rev().filter(|var| var.ty.awaited().is_some()).cloned().collect();
        (!found.is_empty()).then(|| self.tape.pick(&found))
    }

    fn await_one(&mut self) {
        if self.features.structured {
            return self.settle_debts();
        }
        let Some(Var { name: handle, ty, .. }) = self.handle() else { return self.sleep() };
        let Some(of) = ty.awaited() else { return };
        let name = self.fresh("x");
        self.line(&format!("let {name}: {of} = await {handle};"));
        self.vars.push(Var { name, ty: of.clone(), mutable: false });
    }

    fn await_many(&mut self) {
        let tasks = self.names_of(&Type::task(&Type::Int));
        let promises = self.names_of(&Type::promise(&Type::Int));
        let mut found: Vec<String> = tasks.into_iter().chain(promises).collect();
        if found.is_empty() {
            return self.await_one();
        }
        found.truncate(3);
        let (all, name) = (self.tape.chance(50), self.fresh("x"));
        let (ty, word) = if all { (Type::List, "all") } else { (Type::Int, "any") };
        let line = format!("let {name}: {ty} = await {word}([{}]);", found.join(", "));
        if self.is_calm() {
            return self.shielded(&line);
        }
        self.line(&line);
        self.vars.push(Var { name, ty, mutable: false });
    }

    /// What may fail here must not end the function.
    fn shielded(&mut self, line: &str) {
        self.line("try {");
        self.line(&format!("    {line}"));
        self.line("} catch _ {");
        self.line("}");
    }

    fn wait(&mut self) {
        let Some(Var { name: handle, ty, .. }) = self.handle() else { return self.print() };
        let Some(of) = ty.awaited() else { return };
        let name = self.fresh("x");
        let line = format!("let {name}: {of} = wait({handle});");
        if self.is_calm() {
            return self.shielded(&line);
        }
        self.line(&line);
        self.vars.push(Var { name, ty: of.clone(), mutable: false });
    }

    /// Awaits what this block has created, whatever comes of it.
    pub fn settle_debts(&mut self) {
        for Var { name, ty, .. } in self.debts.split_off(self.base) {
            self.line("try {");
            match ty.awaited() {
                Some(Type::Int) => self.line(&format!("    sum = sum + await {name};")),
                _ => self.line(&format!("    await {name};")),
            }
            self.line("} catch _ {");
            self.line("    sum = sum - 1;");
            self.line("}");
        }
    }

    pub fn new_promise(&mut self, of: &Type) -> String {
        let name = self.fresh("q");
        let ty = Type::promise(of);
        self.line(&format!("let {name}: {ty} = promise();"));
        self.vars.push(Var { name: name.clone(), ty, mutable: false });
        name
    }

    /// The promises in scope that may be settled by hand.
    fn by_hand(&self) -> Vec<String> {
        let mut names = self.names_of(&Type::promise(&Type::Int));
        names.retain(|name| self.features.by_hand || name.starts_with(['p', 'q']));
        names
    }

    fn settle(&mut self) {
        let promises = self.by_hand();
        if promises.is_empty() {
            return self.print();
        }
        let promise = self.tape.pick(&promises);
        let line = match self.tape.below(4) {
            0 => format!("reject({promise}, \"no\");"),
            _ => format!("resolve({promise}, {});", self.expr(&Type::Int, 1)),
        };
        self.line(&line);
    }

    fn sleep(&mut self) {
        let time = self.tape.below(3);
        self.line(&format!("await sleep({time});"));
    }

    fn cancel(&mut self) {
        match self.handle() {
            Some(var) => self.line(&format!("cancel({});", var.name)),
            None => self.print(),
        }
    }
}
