//! The types of expressions while a program is checked: an arena in which the types of one function live until it is
//! lowered, some of them still open. A type is a number here; equal types need not be equal numbers.

use std::fmt::Write;

use crate::calculus::TypeId;
use crate::calculus::value::deep;

/// A type: an entry in [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ty(u32);

/// What an open type may still become, from anything to little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    /// Anything.
    Any,
    /// What may be the key of a map.
    Key,
    /// What `+` and `<` take: `int` or `string`.
    Ordered,
}

/// The outermost constructor of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// What has been reported already: it goes with everything, so that one mistake is one message.
    Error,
    Int,
    Bool,
    Str,
    Unit,
    Node,
    /// Not known yet.
    Open(Bound),
    Task(Ty),
    Promise(Ty),
    List(Ty),
    Option(Ty),
    Map(Ty, Ty),
    Struct(TypeId),
    Enum(TypeId),
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    /// `closed`: nothing in it is open, as far as somebody has looked.
    Known { shape: Shape, closed: bool },
    /// Was open; has been found to be this.
    Same(Ty),
}

/// All types of a program that are in use.
#[derive(Debug)]
pub(super) struct Types {
    entries: Vec<Entry>,
    /// The names of the structs.
    pub(super) structs: Vec<String>,
    /// The names of the enums, and whether none of the variants carries anything.
    pub(super) enums: Vec<(String, bool)>,
}

/// Types deeper than this are cut in messages.
const SHOWN_LEVELS: usize = 12;

impl Ty {
    pub(super) const ERROR: Ty = Ty(0);
    pub(super) const INT: Ty = Ty(1);
    pub(super) const BOOL: Ty = Ty(2);
    pub(super) const STR: Ty = Ty(3);
    pub(super) const UNIT: Ty = Ty(4);
    pub(super) const NODE: Ty = Ty(5);
}

impl Types {
    pub(super) fn new() -> Self {
        let simple = [Shape::Error, Shape::Int, Shape::Bool, Shape::Str, Shape::Unit, Shape::Node];
        let entries = simple.map(|shape| Entry::Known { shape, closed: true }).to_vec();
        Types { entries, structs: Vec::new(), enums: Vec::new() }
    }

    /// The type with this outermost constructor.
    pub(super) fn make(&mut self, shape: Shape) -> Ty {
        let closed = match shape {
            Shape::Error => return Ty::ERROR,
            Shape::Int => return Ty::INT,
            Shape::Bool => return Ty::BOOL,
            Shape::Str => return Ty::STR,
            Shape::Unit => return Ty::UNIT,
            Shape::Node => return Ty::NODE,
            Shape::Open(_) => false,
            Shape::Struct(_) | Shape::Enum(_) => true,
            Shape::Task(a) | Shape::Promise(a) | Shape::List(a) | Shape::Option(a) => self.known_closed(a),
            Shape::Map(a, b) => self.known_closed(a) && self.known_closed(b),
        };
        self.entries.push(Entry::Known { shape, closed });
        Ty(self.entries.len() as u32 - 1)
    }

    /// A type of which nothing is known.
    pub(super) fn open(&mut self) -> Ty {
        self.make(Shape::Open(Bound::Any))
    }

    /// The outermost constructor of `ty`, as far as it is known.
    pub(super) fn shape(&self, ty: Ty) -> Shape {
        let mut at = ty;
        loop {
            match self.entries[at.0 as usize] {
                Entry::Known { shape, .. } => return shape,
                Entry::Same(next) => at = next,
            }
        }
    }

    /// How many types there are: for [`Types::forget_since`].
    pub(super) fn mark(&self) -> usize {
        self.entries.len()
    }

    /// Forgets all types made since the mark. None made before may refer to them.
    pub(super) fn forget_since(&mut self, mark: usize) {
        self.entries.truncate(mark);
    }

    /// The entry that stands for `ty`, with the way there shortened.
    fn find(&mut self, ty: Ty) -> Ty {
        let mut at = ty;
        while let Entry::Same(next) = self.entries[at.0 as usize] {
            if let Entry::Same(beyond) = self.entries[next.0 as usize] {
                self.entries[at.0 as usize] = Entry::Same(beyond);
            }
            at = next;
        }
        at
    }

    fn known_closed(&mut self, ty: Ty) -> bool {
        let at = self.find(ty);
        matches!(self.entries[at.0 as usize], Entry::Known { closed: true, .. })
    }

    /// Whether something in the type is still open.
    pub(super) fn is_open(&mut self, ty: Ty) -> bool {
        let at = self.find(ty);
        let Entry::Known { shape, closed } = self.entries[at.0 as usize] else { return false };
        let open = !closed
            && match shape {
                Shape::Open(_) => true,
                Shape::Task(a) | Shape::Promise(a) | Shape::List(a) | Shape::Option(a) => deep(|| self.is_open(a)),
                Shape::Map(a, b) => deep(|| self.is_open(a) || self.is_open(b)),
                _ => false,
            };
        if !open {
            self.entries[at.0 as usize] = Entry::Known { shape, closed: true };
        }
        open
    }

    /// Gives up what is open in the type: it has been reported.
    pub(super) fn give_up(&mut self, ty: Ty) {
        let at = self.find(ty);
        if self.known_closed(at) {
            return;
        }
        match self.shape(at) {
            Shape::Open(_) => self.entries[at.0 as usize] = Entry::Same(Ty::ERROR),
            Shape::Task(a) | Shape::Promise(a) | Shape::List(a) | Shape::Option(a) => deep(|| self.give_up(a)),
            Shape::Map(a, b) => {
                deep(|| self.give_up(a));
                deep(|| self.give_up(b));
            }
            _ => {}
        }
    }

    /// Whether a value of type `from` may stand where a `to` is wanted: the same type, or a promise for a task,
    /// inside containers too. Open types become what makes it so.
    pub(super) fn flows(&mut self, from: Ty, to: Ty) -> bool {
        self.relate(from, to, false)
    }

    /// Whether the two are the same type. Open types become what makes it so.
    pub(super) fn same(&mut self, a: Ty, b: Ty) -> bool {
        self.relate(a, b, true)
    }

    fn relate(&mut self, from: Ty, to: Ty, exact: bool) -> bool {
        let (from, to) = (self.find(from), self.find(to));
        if from == to {
            return true;
        }
        match (self.shape(from), self.shape(to)) {
            (Shape::Error, _) | (_, Shape::Error) => true,
            (Shape::Open(bound), _) => self.bind(from, bound, to),
            (_, Shape::Open(bound)) => self.bind(to, bound, from),
            (Shape::Promise(a), Shape::Task(b)) if !exact => deep(|| self.relate(a, b, exact)),
            // Who has a promise may resolve it, so what it takes must not widen.
            (Shape::Promise(a), Shape::Promise(b)) => deep(|| self.relate(a, b, true)),
            (Shape::Task(a), Shape::Task(b))
            | (Shape::List(a), Shape::List(b))
            | (Shape::Option(a), Shape::Option(b)) => deep(|| self.relate(a, b, exact)),
            (Shape::Map(k, v), Shape::Map(l, w)) => deep(|| self.relate(k, l, true) && self.relate(v, w, exact)),
            (a, b) => a == b,
        }
    }

    /// The type of what may be an `a` or a `b`: the wider of the two.
    pub(super) fn join(&mut self, a: Ty, b: Ty) -> Option<Ty> {
        if self.flows(b, a) {
            Some(a)
        } else if self.flows(a, b) {
            Some(b)
        } else {
            None
        }
    }

    /// Whether the type is, or may become, one that the bound allows; an open one is bound from now on.
    pub(super) fn fits(&mut self, ty: Ty, bound: Bound) -> bool {
        let at = self.find(ty);
        match self.shape(at) {
            Shape::Open(before) => {
                let shape = Shape::Open(before.max(bound));
                self.entries[at.0 as usize] = Entry::Known { shape, closed: false };
                true
            }
            Shape::Error | Shape::Int | Shape::Str => true,
            Shape::Bool | Shape::Node => bound <= Bound::Key,
            Shape::Enum(id) => bound == Bound::Any || (bound == Bound::Key && self.enums[usize::from(id.0)].1),
            _ => bound == Bound::Any,
        }
    }

    fn bind(&mut self, open: Ty, bound: Bound, to: Ty) -> bool {
        if !self.fits(to, bound) || self.occurs(open, to) {
            return false;
        }
        self.entries[open.0 as usize] = Entry::Same(to);
        true
    }

    fn occurs(&mut self, open: Ty, within: Ty) -> bool {
        let at = self.find(within);
        if at == open {
            return true;
        }
        if self.known_closed(at) {
            return false;
        }
        match self.shape(at) {
            Shape::Task(a) | Shape::Promise(a) | Shape::List(a) | Shape::Option(a) => deep(|| self.occurs(open, a)),
            Shape::Map(a, b) => deep(|| self.occurs(open, a) || self.occurs(open, b)),
            _ => false,
        }
    }

    /// The type as people write it; what is open is `_`.
    pub(super) fn show(&self, ty: Ty) -> String {
        let mut out = String::new();
        self.write(&mut out, ty, "_", SHOWN_LEVELS);
        out
    }

    /// The type as people might write it if they knew: what is open is `int`.
    pub(super) fn guess(&self, ty: Ty) -> String {
        let mut out = String::new();
        self.write(&mut out, ty, "int", SHOWN_LEVELS);
        out
    }

    fn write(&self, out: &mut String, ty: Ty, open: &str, levels: usize) {
        if levels == 0 {
            out.push('…');
            return;
        }
        let (word, parts) = match self.shape(ty) {
            Shape::Error => ("_", [None, None]),
            Shape::Open(_) => (open, [None, None]),
            Shape::Int => ("int", [None, None]),
            Shape::Bool => ("bool", [None, None]),
            Shape::Str => ("string", [None, None]),
            Shape::Unit => ("unit", [None, None]),
            Shape::Node => ("node", [None, None]),
            Shape::Struct(id) => (self.structs[usize::from(id.0)].as_str(), [None, None]),
            Shape::Enum(id) => (self.enums[usize::from(id.0)].0.as_str(), [None, None]),
            Shape::Task(a) => ("task", [Some(a), None]),
            Shape::Promise(a) => ("promise", [Some(a), None]),
            Shape::List(a) => ("list", [Some(a), None]),
            Shape::Option(a) => ("option", [Some(a), None]),
            Shape::Map(a, b) => ("map", [Some(a), Some(b)]),
        };
        out.push_str(word);
        for (i, part) in parts.into_iter().flatten().enumerate() {
            let _ = write!(out, "{}", if i == 0 { "<" } else { ", " });
            self.write(out, part, open, levels - 1);
        }
        if parts[0].is_some() {
            out.push('>');
        }
    }
}
