//! The operations on data: arithmetic, comparison, strings, lists, maps, structs, enums, options (calculus 1, language.md
//! "Meaning"). Pure and total: an operation yields a value or the text of an error.

use std::fmt::Write;
use std::sync::Arc;

use super::value::{Deep, Record, deep};
use super::{Names, Program, Text, TypeId, Value};

/// An operation. Which values it takes is the elaborator's business: it has checked the types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Neg,
    Not,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Min,
    Max,
    Abs,
    /// The display form, strings bare.
    Str,
    /// Of two strings, or of two lists.
    Concat,
    /// Of a string in characters, of a list or map in entries.
    Len,
    /// A string in a string, a value in a list, a key in a map.
    Contains,
    /// `[lo, …, hi - 1]`
    Range,
    /// A list with one more element.
    Push,
    /// A list or map with one place changed: `put(xs, i, v)`. A list's place must be there.
    Put,
    /// An option: the element at an index, the value of a key.
    Get,
    /// The element at an index, the value of a key; it must be there.
    Index,
    /// A list without the element at an index, which must be there; a map without a key.
    Remove,
    Keys,
    Values,
    /// Its operands as a list.
    List,
    /// Its operands, key, value, key, value, …, as a map.
    Map,
    /// `some(a)`
    Some,
    /// Whether an option is `some`.
    IsSome,
    /// The value in a `some`.
    Unwrap,
    /// A struct of its operands.
    Struct(TypeId),
    /// The i-th field of a struct.
    Field(u16),
    /// A struct with its i-th field changed.
    WithField(u16),
    /// A variant of an enum with its operands as payload.
    Variant(TypeId, u16),
    /// Whether an enum is this variant.
    IsVariant(u16),
    /// The i-th value of a variant's payload.
    Payload(u16),
    /// `disown(z, c)`: in the list z of a scope's children, marks c as cancelled by the block itself, by wrapping it
    /// in `some`: its "cancelled" no longer trips the guard.
    Disown,
}

/// What the display of a value needs besides the value: the names of nodes, types, tasks and promises.
#[derive(Clone, Copy)]
pub struct Naming<'a> {
    /// Names of nodes, structs, enums.
    pub program: &'a Program,
    /// Names of tasks and promises.
    pub names: &'a Names,
}

/// A number or a truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
}

type Answer = Result<Value, Text>;

fn error(text: impl Into<String>) -> Answer {
    Err(Arc::new(text.into()))
}

impl Op {
    /// The result of an operation on two numbers that has one: what loops are made of. A [`Value`] would have to be put
    /// together in memory; this fits into registers.
    #[inline(always)]
    pub fn on_numbers(self, a: &Value, b: &Value) -> Option<Scalar> {
        let (Value::Int(a), Value::Int(b)) = (a, b) else { return None };
        match self {
            Op::Add => a.checked_add(*b).map(Scalar::Int),
            Op::Sub => a.checked_sub(*b).map(Scalar::Int),
            Op::Mul => a.checked_mul(*b).map(Scalar::Int),
            Op::Lt => Some(Scalar::Bool(a < b)),
            Op::Le => Some(Scalar::Bool(a <= b)),
            Op::Gt => Some(Scalar::Bool(a > b)),
            Op::Ge => Some(Scalar::Bool(a >= b)),
            Op::Eq => Some(Scalar::Bool(a == b)),
            Op::Ne => Some(Scalar::Bool(a != b)),
            _ => None,
        }
    }

    /// The value of the operation on one or two operands (`b` repeats `a` where it takes one).
    ///
    /// # Errors
    /// The text of the error, as language.md gives it.
    pub fn apply(self, a: &Value, b: &Value, naming: Naming<'_>) -> Answer {
        match self.on_numbers(a, b) {
            Some(Scalar::Int(value)) => Ok(Value::Int(value)),
            Some(Scalar::Bool(value)) => Ok(Value::Bool(value)),
            None => self.apply_other(a, b, naming),
        }
    }

    fn apply_other(self, a: &Value, b: &Value, naming: Naming<'_>) -> Answer {
        match (self, a, b) {
            (Op::Add | Op::Sub | Op::Mul, ..) => error("integer overflow"),
            (Op::Div | Op::Rem, Value::Int(_), Value::Int(0)) => error("division by zero"),
            (Op::Div, Value::Int(a), Value::Int(b)) => checked(a.checked_div(*b)),
            (Op::Rem, Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.checked_rem(*b).unwrap_or(0))),
            (Op::Neg, Value::Int(a), _) => checked(a.checked_neg()),
            (Op::Abs, Value::Int(a), _) => checked(a.checked_abs()),
            (Op::Not, Value::Bool(a), _) => Ok(Value::Bool(!a)),
            (Op::Eq, ..) => Ok(Value::Bool(a == b)),
            (Op::Ne, ..) => Ok(Value::Bool(a != b)),
            (Op::Lt, ..) => Ok(Value::Bool(a < b)),
            (Op::Le, ..) => Ok(Value::Bool(a <= b)),
            (Op::Gt, ..) => Ok(Value::Bool(a > b)),
            (Op::Ge, ..) => Ok(Value::Bool(a >= b)),
            (Op::Min, ..) => Ok(a.min(b).clone()),
            (Op::Max, ..) => Ok(a.max(b).clone()),
            (Op::Str, ..) => Ok(Value::text(naming.bare(a))),
            (Op::Concat, Value::Str(a), Value::Str(b)) => Ok(Value::text(format!("{a}{b}"))),
            (Op::Concat, Value::List(a), Value::List(b)) if fits(a.len(), b.len()) => {
                let mut joined: im::Vector<Value> = (***a).clone();
                joined.append((***b).clone());
                Ok(Value::List(Arc::new(Deep::new(joined))))
            }
            (Op::Len, ..) => Ok(Value::Int(length(a))),
            (Op::Contains, ..) => Ok(Value::Bool(contains(a, b))),
            (Op::Range, Value::Int(lo), Value::Int(hi)) => Ok(Value::list((*lo..*hi).map(Value::Int))),
            (Op::Push, ..) if has_room(a) => Ok(push(a.clone(), b.clone())),
            (Op::Concat | Op::Push, ..) => error("integer overflow"),
            (Op::Get, ..) => Ok(element(a, b).map_or(Value::None, Value::some)),
            (Op::Index, ..) => element(a, b).ok_or_else(|| missing(a, b, naming)),
            (Op::Remove, Value::List(list), Value::Int(i)) => {
                let at = position(list.len(), *i).ok_or_else(|| missing(a, b, naming))?;
                let mut shorter = list.clone();
                Arc::make_mut(&mut shorter).remove(at);
                Ok(Value::List(shorter))
            }
            (Op::Remove, Value::Map(map), _) => {
                let mut smaller = map.clone();
                Arc::make_mut(&mut smaller).remove(b);
                Ok(Value::Map(smaller))
            }
            (Op::Keys, Value::Map(map), _) => Ok(Value::list(map.keys().cloned())),
            (Op::Values, Value::Map(map), _) => Ok(Value::list(map.values().cloned())),
            (Op::Some, ..) => Ok(Value::some(a.clone())),
            (Op::IsSome, ..) => Ok(Value::Bool(matches!(a, Value::Some(_)))),
            (Op::Unwrap, Value::Some(inner), _) => Ok((***inner).clone()),
            (Op::Field(i), Value::Struct(record), _) | (Op::Payload(i), Value::Enum(record), _) => {
                Ok(record.fields[usize::from(i)].clone())
            }
            (Op::WithField(i), Value::Struct(record), _) => {
                let mut changed = record.clone();
                Arc::make_mut(&mut changed).fields[usize::from(i)] = b.clone();
                Ok(Value::Struct(changed))
            }
            (Op::IsVariant(i), Value::Variant(_, variant), _) => Ok(Value::Bool(i == *variant)),
            (Op::IsVariant(i), Value::Enum(record), _) => Ok(Value::Bool(i == record.variant)),
            (Op::Disown, Value::List(children), _) => {
                let marked = children.iter().map(|c| if c == b { Value::some(c.clone()) } else { c.clone() });
                Ok(Value::list(marked))
            }
            (Op::List | Op::Struct(_) | Op::Variant(..), ..) => self.apply_many(&[a.clone(), b.clone()], naming),
            (Op::Map, ..) => Ok(Value::map([(a.clone(), b.clone())])),
            _ => panic!("{self:?} on {a:?} and {b:?}: the elaborator lets no such operation through"),
        }
    }

    /// The value of the operation on any number of operands but one and two.
    ///
    /// # Errors
    /// The text of the error, as language.md gives it.
    pub fn apply_many(self, args: &[Value], naming: Naming<'_>) -> Answer {
        match (self, args) {
            (Op::List, _) => Ok(Value::list(args.iter().cloned())),
            (Op::Map, _) => Ok(Value::map(args.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())))),
            (Op::Struct(ty), _) => Ok(Value::structure(ty, args.into())),
            (Op::Variant(ty, variant), _) => Ok(Value::variant(ty, variant, args.into())),
            (Op::Put, [Value::List(list), at @ Value::Int(i), value]) => {
                let place = position(list.len(), *i).ok_or_else(|| missing(&args[0], at, naming))?;
                let mut changed = list.clone();
                Arc::make_mut(&mut changed).set(place, value.clone());
                Ok(Value::List(changed))
            }
            (Op::Put, [Value::Map(map), key, value]) => {
                let mut changed = map.clone();
                Arc::make_mut(&mut changed).insert(key.clone(), value.clone());
                Ok(Value::Map(changed))
            }
            (_, [a]) => self.apply(a, a, naming),
            (_, [a, b]) => self.apply(a, b, naming),
            _ => panic!("{self:?} on {} operands: the elaborator lets no such operation through", args.len()),
        }
    }
}

#[inline]
fn checked(result: Option<i64>) -> Answer {
    match result {
        Some(value) => Ok(Value::Int(value)),
        None => error("integer overflow"),
    }
}

/// Whether a list of so many elements may have so many more: its length is an int. Lists that share their parts with
/// themselves get that long in no time.
fn fits(len: usize, more: usize) -> bool {
    len.checked_add(more).is_some_and(|len| i64::try_from(len).is_ok())
}

/// Whether the list may have one element more.
pub fn has_room(list: &Value) -> bool {
    matches!(list, Value::List(items) if fits(items.len(), 1))
}

/// The list with `last` behind its elements. One that nobody else holds is not copied.
pub fn push(list: Value, last: Value) -> Value {
    let Value::List(mut list) = list else { panic!("only lists are pushed to, not {list:?}") };
    Arc::make_mut(&mut list).push_back(last);
    Value::List(list)
}

fn length(value: &Value) -> i64 {
    match value {
        Value::Str(text) => text.chars().count() as i64,
        Value::List(list) => list.len() as i64,
        Value::Map(map) => map.len() as i64,
        _ => 0,
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Str(whole), Value::Str(part)) => whole.contains(part.as_str()),
        (Value::List(list), _) => list.iter().any(|element| element == part),
        (Value::Map(map), _) => map.contains_key(part),
        _ => false,
    }
}

fn position(len: usize, index: i64) -> Option<usize> {
    usize::try_from(index).ok().filter(|at| *at < len)
}

fn element(whole: &Value, at: &Value) -> Option<Value> {
    match (whole, at) {
        (Value::List(list), Value::Int(i)) => position(list.len(), *i).and_then(|at| list.get(at)).cloned(),
        (Value::Map(map), _) => map.get(at).cloned(),
        _ => None,
    }
}

fn missing(whole: &Value, at: &Value, naming: Naming<'_>) -> Text {
    Arc::new(match (whole, at) {
        (Value::List(list), Value::Int(i)) => format!("index {i} out of range 0..{}", list.len()),
        _ => format!("key {} not found", naming.quoted(at)),
    })
}

impl Naming<'_> {
    /// The display form with strings bare: what `print` and `str` show.
    pub fn bare(self, value: &Value) -> String {
        match value {
            Value::Str(text) => text.to_string(),
            _ => self.quoted(value),
        }
    }

    /// The display form with strings quoted: results, traces, and whatever stands inside of something.
    pub fn quoted(self, value: &Value) -> String {
        let mut out = String::new();
        self.write(&mut out, value);
        out
    }

    fn write(self, out: &mut String, value: &Value) {
        match value {
            Value::Unit => out.push_str("()"),
            Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Int(i) => drop(write!(out, "{i}")),
            Value::Str(text) => quote(out, text),
            Value::Node(n) => out.push_str(self.program.node(*n)),
            Value::Task(o) => drop(write!(out, "task({})", self.names.show(*o))),
            Value::Promise(q) => drop(write!(out, "promise({})", self.names.show(*q))),
            Value::None => out.push_str("none"),
            Value::Variant(ty, variant) => self.write_variant(out, *ty, *variant),
            Value::Some(inner) => self.write_all(out, "some(", [(None, &***inner)], ")"),
            Value::List(list) => self.write_all(out, "[", list.iter().map(|v| (None, v)), "]"),
            Value::Map(map) => {
                let entries = map.iter().map(|(k, v)| (Some(self.quoted(k)), v));
                self.write_all(out, "{", entries, "}");
            }
            Value::Struct(record) => self.write_struct(out, record),
            Value::Enum(record) => {
                self.write_variant(out, record.ty, record.variant);
                self.write_all(out, "(", record.fields.iter().map(|v| (None, v)), ")");
            }
        }
    }

    fn write_struct(self, out: &mut String, record: &Record) {
        let ty = &self.program.structs[usize::from(record.ty.0)];
        out.push_str(&ty.name);
        let fields = ty.fields.iter().cloned().map(Some).zip(record.fields.iter());
        self.write_all(out, "(", fields, ")");
    }

    fn write_variant(self, out: &mut String, ty: TypeId, variant: u16) {
        let ty = &self.program.enums[usize::from(ty.0)];
        let _ = write!(out, "{}.{}", ty.name, ty.variants[usize::from(variant)].0);
    }

    fn write_all<'v>(
        self,
        out: &mut String,
        open: &str,
        items: impl IntoIterator<Item = (Option<String>, &'v Value)>,
        close: &str,
    ) {
        out.push_str(open);
        for (i, (key, value)) in items.into_iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            if let Some(key) = key {
                let _ = write!(out, "{key}: ");
            }
            deep(|| self.write(out, value));
        }
        out.push_str(close);
    }
}

/// `text` in double quotes with the escapes of language.md.
pub fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
