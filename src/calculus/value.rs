//! Values. Immutable, shared, sixteen bytes: everything larger stands behind a counted pointer.

use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::Path;

/// A string, shared.
pub type Text = Arc<String>;

/// A node, numbered in the order of declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A struct or enum, numbered in the order of declaration within its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u16);

/// A value of the language. Equality is that of the language; the order is the display order of map keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `()`
    #[default]
    Unit,
    /// `true`, `false`
    Bool(bool),
    /// 64 bits, signed
    Int(i64),
    /// A string.
    Str(Text),
    /// A node.
    Node(NodeId),
    /// A variant of an enum without payload.
    Variant(TypeId, u16),
    /// A variant of an enum with payload.
    Enum(Arc<Deep<Record>>),
    /// A struct; its `variant` is 0.
    Struct(Arc<Deep<Record>>),
    /// `none`
    None,
    /// `some(v)`
    Some(Arc<Deep<Value>>),
    /// A list.
    List(Arc<Deep<im::Vector<Value>>>),
    /// A map.
    Map(Arc<Deep<im::OrdMap<Value, Value>>>),
    /// A local task: the key in T.
    Task(Path),
    /// A promise: the key in D.
    Promise(Path),
}

/// The fields of a struct, or the payload of an enum's variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// Which struct or enum.
    pub ty: TypeId,
    /// Which variant; 0 for a struct.
    pub variant: u16,
    /// In the order of declaration.
    pub fields: Box<[Value]>,
}

/// Something that may hold values that hold values …: a program can build a list a million links long. Whatever
/// walks down such a chain by recursion does so through [`deep`].
#[derive(Clone, Debug, Default)]
pub struct Deep<T: Default>(T);

/// Runs `f` with enough stack for one more level of a value, however deep it stands.
#[inline]
pub fn deep<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, f)
}

impl<T: Default> Deep<T> {
    /// Wraps.
    pub fn new(inner: T) -> Self {
        Deep(inner)
    }
}

impl<T: Default> Drop for Deep<T> {
    fn drop(&mut self) {
        deep(|| drop(std::mem::take(&mut self.0)));
    }
}

impl<T: Default> Deref for Deep<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Default> DerefMut for Deep<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Default + PartialEq> PartialEq for Deep<T> {
    fn eq(&self, other: &Self) -> bool {
        deep(|| self.0 == other.0)
    }
}

impl<T: Default + Eq> Eq for Deep<T> {}

impl<T: Default + Ord> PartialOrd for Deep<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Default + Ord> Ord for Deep<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        deep(|| self.0.cmp(&other.0))
    }
}

impl Value {
    /// Whether nothing stands behind it that would have to be given back.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        !matches!(
            self,
            Value::Str(_) | Value::Enum(_) | Value::Struct(_) | Value::Some(_) | Value::List(_) | Value::Map(_)
        )
    }

    /// `*self = make()`. What is overwritten is given back before the value is made: so a number goes from a register to
    /// its place, and is not put together in memory first, which would stall the processor.
    #[inline(always)]
    pub fn set(&mut self, make: impl FnOnce() -> Value) {
        if !self.is_plain() {
            *self = Value::Unit;
        }
        std::mem::forget(std::mem::replace(self, make()));
    }

    /// A clone that is put together in registers where the value is of the kinds that programs move about most.
    #[inline(always)]
    pub fn copy(&self) -> Value {
        match self {
            Value::Int(i) => Value::Int(*i),
            Value::Bool(b) => Value::Bool(*b),
            Value::Task(o) => Value::Task(*o),
            other => other.clone(),
        }
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Str(Arc::new(text.into()))
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(Arc::new(Deep::new(items.into_iter().collect())))
    }

    /// A map; of two entries with one key the later counts.
    pub fn map(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
        Value::Map(Arc::new(Deep::new(entries.into_iter().collect())))
    }

    /// `some(value)`
    pub fn some(value: Value) -> Value {
        Value::Some(Arc::new(Deep::new(value)))
    }

    /// A struct.
    pub fn structure(ty: TypeId, fields: Box<[Value]>) -> Value {
        Value::Struct(Arc::new(Deep::new(Record { ty, variant: 0, fields })))
    }

    /// A variant of an enum; without fields it is a bare one.
    pub fn variant(ty: TypeId, variant: u16, fields: Box<[Value]>) -> Value {
        if fields.is_empty() {
            return Value::Variant(ty, variant);
        }
        Value::Enum(Arc::new(Deep::new(Record { ty, variant, fields })))
    }
}
