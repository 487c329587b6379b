//! Trees as text, for tests: every node in parentheses, its operator or word first.

use lacuna::base::Span;
use lacuna::syntax::ast::{
    Address, BinaryOp, Block, Call, Expr, ExprKind, Item, ItemKind, PatternKind, Program, Stmt, StmtKind, UnaryOp,
};

/// The names that the items declare.
pub fn item_names<'s>(program: &Program<'s>) -> Vec<&'s str> {
    let name = |item: &Item<'s>| match &item.kind {
        ItemKind::Node(names) => names[0].text,
        ItemKind::Fn(function) => function.name.text,
        ItemKind::Group { name, .. }
        | ItemKind::Cell { name, .. }
        | ItemKind::Const { name, .. }
        | ItemKind::Struct { name, .. }
        | ItemKind::Enum { name, .. }
        | ItemKind::Property { name, .. } => name.text,
    };
    program.items.iter().map(name).collect()
}

/// A block: its statements in braces.
pub fn block(block: &Block) -> String {
    format!("{{{}}}", block.stmts.iter().map(stmt).collect::<Vec<_>>().join(" "))
}

fn list<'a, T: 'a>(word: &str, parts: impl IntoIterator<Item = &'a T>, show: impl Fn(&T) -> String) -> String {
    let mut words = vec![word.to_owned()];
    words.extend(parts.into_iter().map(show));
    format!("({})", words.join(" "))
}

fn call(call: &Call) -> String {
    list(call.name.text, &call.args, expr)
}

fn address(address: &Address) -> String {
    match address {
        Address::Node(node) => expr(node),
        Address::Any(of) => format!("any {}", expr(of)),
        Address::Prefer(of, node) => format!("any {} prefer {}", expr(of), expr(node)),
    }
}

fn stmt(stmt: &Stmt) -> String {
    let optional = |e: &Option<Expr>| e.as_ref().map(|e| format!(" {}", expr(e))).unwrap_or_default();
    match &stmt.kind {
        StmtKind::Let { mutable, name, init, .. } => {
            format!("(let {}{} {})", if *mutable { "mut " } else { "" }, name.text, expr(init))
        }
        StmtKind::Expr(e) => expr(e),
        StmtKind::Assign { place, value } => format!("(= {} {})", expr(place), expr(value)),
        StmtKind::If { arms, otherwise } => {
            let arms: Vec<String> = arms.iter().map(|(cond, body)| format!("{} {}", expr(cond), block(body))).collect();
            let otherwise = otherwise.as_ref().map(|body| format!(" else {}", block(body))).unwrap_or_default();
            format!("(if {}{otherwise})", arms.join(" "))
        }
        StmtKind::While { cond, body } => format!("(while {} {})", expr(cond), block(body)),
        StmtKind::For { name, from, to, body } => {
            let to = to.as_ref().map(|to| format!("..{}", expr(to))).unwrap_or_default();
            format!("(for {} {}{to} {})", name.text, expr(from), block(body))
        }
        StmtKind::Match { subject, arms } => {
            let arms: Vec<String> =
                arms.iter().map(|arm| format!("{} {}", pattern(&arm.pattern.kind), block(&arm.body))).collect();
            format!("(match {} {})", expr(subject), arms.join(" "))
        }
        StmtKind::Try { body, error, handler } => format!("(try {} {} {})", block(body), error.text, block(handler)),
        StmtKind::Scope(body) => format!("(scope {})", block(body)),
        StmtKind::Atomic(body) => format!("(atomic {})", block(body)),
        StmtKind::Return(value) => format!("(return{})", optional(value)),
        StmtKind::Throw(value) => format!("(throw {})", expr(value)),
        StmtKind::Break => "(break)".to_owned(),
        StmtKind::Continue => "(continue)".to_owned(),
        StmtKind::Assert { cond, message } => format!("(assert {}{})", expr(cond), optional(message)),
        StmtKind::Send { call: of, on } => format!("(send {} {})", call(of), address(on)),
    }
}

fn pattern(pattern: &PatternKind) -> String {
    match pattern {
        PatternKind::Wild => "_".to_owned(),
        PatternKind::Int { negative, magnitude } => format!("{}{magnitude}", if *negative { "-" } else { "" }),
        PatternKind::Bool(value) => value.to_string(),
        PatternKind::Str(value) => format!("\"{}\"", value.escape_default()),
        PatternKind::Unit => "()".to_owned(),
        PatternKind::Variant { ty, variant, binds } if binds.is_empty() => format!("{}.{}", ty.text, variant.text),
        PatternKind::Variant { ty, variant, binds } => {
            let binds: Vec<&str> = binds.iter().map(|bind| bind.text).collect();
            format!("{}.{}({})", ty.text, variant.text, binds.join(" "))
        }
        PatternKind::Some(name) => format!("some({})", name.text),
        PatternKind::None => "none".to_owned(),
    }
}

/// An expression.
pub fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Str(value) => format!("\"{}\"", value.replace('\n', "\\n")),
        ExprKind::Unit => "()".to_owned(),
        ExprKind::Name(name) => (*name).to_owned(),
        ExprKind::At { cell, node } => format!("{}@{}", cell.text, node.text),
        ExprKind::Call(of) => call(of),
        ExprKind::Struct { name, fields } => {
            list(name.text, fields, |(field, value)| format!("{}:{}", field.text, expr(value)))
        }
        ExprKind::Field { base, name } => format!("(.{} {})", name.text, expr(base)),
        ExprKind::Method { base, name, args } => list(&format!(".{} {}", name.text, expr(base)), args, expr),
        ExprKind::Index { base, index } => format!("([] {} {})", expr(base), expr(index)),
        ExprKind::List(elements) => list("list", elements, expr),
        ExprKind::Map(entries) => list("map", entries, |(key, value)| format!("{}:{}", expr(key), expr(value))),
        ExprKind::Some(of) => format!("(some {})", expr(of)),
        ExprKind::None => "none".to_owned(),
        ExprKind::Choose(alternatives) => list("choose", alternatives, expr),
        ExprKind::ChooseRange(from, to) => format!("(choose {}..{})", expr(from), expr(to)),
        ExprKind::Unary { op: UnaryOp::Not, operand } => format!("(! {})", expr(operand)),
        ExprKind::Unary { op: UnaryOp::Neg, operand } => format!("(- {})", expr(operand)),
        ExprKind::Binary { op, left, right, .. } => format!("({} {} {})", sign(*op), expr(left), expr(right)),
        ExprKind::Await(of) => format!("(await {})", expr(of)),
        ExprKind::AwaitAll(of) => format!("(await-all {})", expr(of)),
        ExprKind::AwaitAny(of) => format!("(await-any {})", expr(of)),
        ExprKind::SpawnLocal(of) => format!("(spawn-local {})", call(of)),
        ExprKind::SpawnDist { call: of, on } => format!("(spawn-dist {} {})", call(of), address(on)),
        ExprKind::Error => "?".to_owned(),
    }
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
    }
}

/// The spans of an expression and those inside it, outermost first; of the forms that the test on spans uses.
pub fn spans(e: &Expr) -> Vec<Span> {
    let mut found = vec![e.span];
    match &e.kind {
        ExprKind::Binary { left, right, .. } => found.extend([spans(left), spans(right)].concat()),
        ExprKind::Await(of) => found.extend(spans(of)),
        ExprKind::Index { base, index } => found.extend([spans(base), spans(index)].concat()),
        ExprKind::Call(call) => found.extend(call.args.iter().flat_map(spans)),
        _ => {}
    }
    found
}
