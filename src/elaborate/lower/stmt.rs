//! Statements.

use super::build::{Builder, Label};
use super::jump::Kind;
use crate::base::Span;
use crate::calculus::value::deep;
use crate::calculus::{Op, Operand, Slot, Stmt as CoreStmt, Value};
use crate::elaborate::typed::{Arm, Block, Expr, ExprKind, Local, Root, Step, Stmt, StmtKind, Test};

/// A step down from a variable, its index evaluated.
enum Down {
    Field(u16),
    Index(Operand),
}

impl Builder<'_, '_> {
    /// The body of a function with so many parameters, which are its first locals.
    pub(super) fn body(&mut self, params: usize, block: &Block) {
        for param in 0..params {
            self.declare(Local(param as u32));
        }
        self.block(block);
        if block.falls {
            let y = self.unit();
            self.emit(CoreStmt::Return { y }, block.close);
        }
    }

    /// The body of a property.
    pub(super) fn return_value(&mut self, e: &Expr) {
        let y = self.value(e);
        self.emit(CoreStmt::Return { y }, e.span);
    }

    pub(super) fn block(&mut self, block: &Block) {
        let mark = self.mark();
        for stmt in &block.stmts {
            let before = self.in_use;
            deep(|| self.stmt(stmt));
            self.in_use = before;
        }
        self.release(mark);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Let(Some(local), init) => {
                let x = self.declare(*local);
                self.into(init, x);
            }
            StmtKind::Let(None, e) | StmtKind::Expr(e) => self.effect(e),
            StmtKind::Assign { root, steps, value } => self.assign(*root, steps, value, span),
            StmtKind::If { arms, otherwise } => self.if_(arms, otherwise.as_ref(), span),
            StmtKind::While { cond, body } => self.while_(cond, body, span),
            StmtKind::ForRange { var, from, to, body } => self.for_range(*var, from, to, body, span),
            StmtKind::ForList { var, list, body } => self.for_list(*var, list, body, span),
            StmtKind::Match { subject, arms } => self.match_(subject, arms, span),
            StmtKind::Try { body, error, handler } => self.try_(body, *error, handler),
            StmtKind::Scope(body) => self.scope(body, span),
            StmtKind::Atomic(body) => self.atomic(body, span),
            StmtKind::Return(value) => {
                let y = match value {
                    Some(value) => self.value(value),
                    None => self.unit(),
                };
                self.leave(0, span, |this| this.emit(CoreStmt::Return { y }, span));
            }
            StmtKind::Throw(e) => {
                let y = self.value(e);
                self.emit(CoreStmt::Throw { y }, span);
            }
            StmtKind::Break | StmtKind::Continue => {
                if let Some((at, goes_on, ends)) = self.innermost_loop() {
                    let label = if matches!(stmt.kind, StmtKind::Break) { ends } else { goes_on };
                    self.leave(at + 1, span, |this| this.goto(label, span));
                }
            }
            StmtKind::Assert { cond, message } => self.assert(cond, message.as_ref(), span),
            StmtKind::Send { f, args, on } => {
                let operands: Vec<Operand> = args.iter().map(|arg| self.value(arg)).collect();
                let on = self.address(on);
                let args = self.args(&operands);
                self.emit(CoreStmt::Send { f: *f, args, on }, span);
            }
        }
    }

    fn assert(&mut self, cond: &Expr, message: Option<&Expr>, span: Span) {
        match message {
            None => {
                let y = self.value(cond);
                let m = self.unit();
                self.emit(CoreStmt::Assert { y, m }, span);
            }
            Some(message) => {
                let behind = self.label();
                self.branch(cond, true, behind);
                let m = self.value(message);
                let y = self.constant(&Value::Bool(false));
                self.emit(CoreStmt::Assert { y, m }, span);
                self.put(behind);
            }
        }
    }

    fn assign(&mut self, root: Root, steps: &[Step], value: &Expr, span: Span) {
        if steps.is_empty() {
            match root {
                Root::Local(local) => self.into(value, self.place(local)),
                Root::Cell(g) => {
                    let y = self.value(value);
                    self.emit(CoreStmt::Write { g, y }, span);
                }
            }
            return;
        }
        // The index of each step, then the value, then the variable: read, changed, written.
        let steps: Vec<Down> = steps.iter().map(|step| self.down(step)).collect();
        let value = self.value(value);
        let variable = match root {
            Root::Local(local) => self.place(local),
            Root::Cell(g) => {
                let x = self.temp();
                self.emit(CoreStmt::Read { x, g }, span);
                x
            }
        };
        // Down: what each step but the last goes into.
        let mut holders = vec![variable];
        for step in &steps[..steps.len() - 1] {
            let holder = Operand::slot(holders[holders.len() - 1]);
            let x = self.temp();
            match step {
                Down::Field(field) => self.operate(x, Op::Field(*field), &[holder], span),
                Down::Index(index) => self.operate(x, Op::Index, &[holder, *index], span),
            }
            holders.push(x);
        }
        // Up: each with the changed part in it.
        let mut part = value;
        for (step, holder) in steps.iter().zip(&holders).rev() {
            let whole = Operand::slot(*holder);
            match step {
                Down::Field(field) => self.operate(*holder, Op::WithField(*field), &[whole, part], span),
                Down::Index(index) => self.operate(*holder, Op::Put, &[whole, *index, part], span),
            }
            part = whole;
        }
        if let Root::Cell(g) = root {
            self.emit(CoreStmt::Write { g, y: part }, span);
        }
    }

    fn down(&mut self, step: &Step) -> Down {
        match step {
            Step::Field(field) => Down::Field(*field),
            Step::Index(index) => Down::Index(self.value(index)),
        }
    }

    fn if_(&mut self, arms: &[(Expr, Block)], otherwise: Option<&Block>, span: Span) {
        let behind = self.label();
        for (i, (cond, body)) in arms.iter().enumerate() {
            if let Some(label) = self.plain_jump(body) {
                self.branch(cond, true, label);
                continue;
            }
            let next = self.label();
            self.branch(cond, false, next);
            self.block(body);
            let last = i + 1 == arms.len() && otherwise.is_none();
            if body.falls && !last {
                self.goto(behind, span);
            }
            self.put(next);
        }
        if let Some(block) = otherwise {
            self.block(block);
        }
        self.put(behind);
    }

    /// Where a block goes that does nothing but break off or go on with the loop directly around it.
    fn plain_jump(&self, body: &Block) -> Option<Label> {
        let (at, goes_on, ends) = self.innermost_loop()?;
        match body.stmts.as_slice() {
            _ if at + 1 < self.regions.len() => None,
            [Stmt { kind: StmtKind::Break, .. }] => Some(ends),
            [Stmt { kind: StmtKind::Continue, .. }] => Some(goes_on),
            _ => None,
        }
    }

    /// A loop with its condition at the bottom, so that each round takes one jump.
    fn while_(&mut self, cond: &Expr, body: &Block, span: Span) {
        let [top, check, behind] = [self.label(), self.label(), self.label()];
        let for_ever = matches!(cond.kind, ExprKind::Value(Value::Bool(true)));
        if !for_ever {
            self.goto(check, span);
        }
        self.put(top);
        self.open(Kind::Loop { goes_on: check, ends: behind });
        self.block(body);
        self.close();
        self.put(check);
        self.branch(cond, true, top);
        self.put(behind);
    }

    /// The variable itself counts: nobody else can assign to it.
    fn for_range(&mut self, var: Option<Local>, from: &Expr, to: &Expr, body: &Block, span: Span) {
        let mark = self.mark();
        let first = self.fixed(from);
        let end = self.fixed(to);
        let counter = match var {
            Some(var) => self.declare(var),
            None => self.temp(),
        };
        self.emit(CoreStmt::Move { x: counter, y: first }, span);
        self.count_up(counter, end, span, |this| this.block(body));
        self.release(mark);
    }

    fn for_list(&mut self, var: Option<Local>, list: &Expr, body: &Block, span: Span) {
        let mark = self.mark();
        let list = self.fixed(list);
        let [count, at] = [self.temp(), self.temp()];
        self.operate(count, Op::Len, &[list], span);
        let zero = self.constant(&Value::Int(0));
        self.emit(CoreStmt::Move { x: at, y: zero }, span);
        let element = var.map(|var| self.declare(var));
        self.count_up(at, Operand::slot(count), span, |this| {
            if let Some(x) = element {
                this.operate(x, Op::Index, &[list, Operand::slot(at)], span);
            }
            this.block(body);
        });
        self.release(mark);
    }

    /// The value of an expression as it is now, whatever is assigned afterwards.
    fn fixed(&mut self, e: &Expr) -> Operand {
        match e.kind {
            ExprKind::Local(local) if self.locals[local.0 as usize].1 => {
                let x = self.temp();
                self.into(e, x);
                Operand::slot(x)
            }
            _ => self.value(e),
        }
    }

    /// A loop that goes on while `counter < end`, and adds one to the counter after each round.
    fn count_up(&mut self, counter: Slot, end: Operand, span: Span, body: impl FnOnce(&mut Self)) {
        let [top, goes_on, check, behind] = [self.label(), self.label(), self.label(), self.label()];
        let at = Operand::slot(counter);
        self.goto(check, span);
        self.put(top);
        self.open(Kind::Loop { goes_on, ends: behind });
        body(self);
        self.close();
        self.put(goes_on);
        let one = self.constant(&Value::Int(1));
        self.operate(counter, Op::Add, &[at, one], span);
        self.put(check);
        let before = self.in_use;
        let test = self.temp();
        self.operate(test, Op::Lt, &[at, end], span);
        self.goto_if(Operand::slot(test), top, span);
        self.in_use = before;
        self.put(behind);
    }

    /// First the tests, then the arms: the last arm, which needs no test, at once, the others behind it.
    fn match_(&mut self, subject: &Expr, arms: &[Arm], span: Span) {
        let Some((last, tested)) = arms.split_last() else { return self.effect(subject) };
        let y = self.value(subject);
        let behind = self.label();
        let mut labels = Vec::with_capacity(tested.len());
        for arm in tested {
            let label = self.label();
            self.test(&arm.test, y, arm.span, label);
            labels.push(label);
        }
        self.arm(last, y);
        let mut falls = last.body.falls;
        for (arm, label) in tested.iter().zip(labels) {
            if falls {
                self.goto(behind, span);
            }
            self.put(label);
            self.arm(arm, y);
            falls = arm.body.falls;
        }
        self.put(behind);
    }

    fn test(&mut self, test: &Test, y: Operand, span: Span, label: Label) {
        let constant = |this: &mut Self, value: &Value| [y, this.constant(value)];
        let (op, operands) = match test {
            Test::Any => return self.goto(label, span),
            Test::Equals(Value::Bool(true)) => return self.goto_if(y, label, span),
            Test::Equals(value) => (Op::Eq, constant(self, value)),
            Test::Variant(variant) => (Op::IsVariant(*variant), [y, y]),
            Test::Some => (Op::IsSome, [y, y]),
            Test::None => (Op::Eq, constant(self, &Value::None)),
        };
        let x = self.temp();
        self.operate(x, op, &operands, span);
        self.goto_if(Operand::slot(x), label, span);
        self.in_use -= 1;
    }

    fn arm(&mut self, arm: &Arm, y: Operand) {
        let mark = self.mark();
        for (i, bind) in arm.binds.iter().enumerate() {
            if let Some(local) = bind {
                let x = self.declare(*local);
                let op = if arm.test == Test::Some { Op::Unwrap } else { Op::Payload(i as u16) };
                self.operate(x, op, &[y], arm.span);
            }
        }
        self.block(&arm.body);
        self.release(mark);
    }

    fn try_(&mut self, body: &Block, error: Option<Local>, handler: &Block) {
        self.open(Kind::Try);
        self.block(body);
        let stretches = self.close();
        let behind = self.label();
        if body.falls {
            self.goto(behind, body.close);
        }
        let mark = self.mark();
        let error = error.map(|local| self.declare(local));
        self.handle(stretches, error);
        self.block(handler);
        self.release(mark);
        self.put(behind);
    }

    fn atomic(&mut self, body: &Block, span: Span) {
        if self.in_atomic() {
            return self.block(body);
        }
        self.emit(CoreStmt::AtomicBegin, span);
        self.open(Kind::Atomic);
        self.block(body);
        if body.falls {
            self.emit(CoreStmt::AtomicEnd, body.close);
        }
        let stretches = self.close();
        self.atomics.extend(stretches);
    }
}
