//! Names are paths (calculus 2): what a frame with path π creates as its i-th creation is named π.i. What does not
//! survive its attempt is keyed by it too (π.i@w), and so is the k-th copy of a message (id′k).
//!
//! A path is one number: an entry in a table that only grows, with one entry per path, so that equal paths are equal
//! numbers and comparing, copying and hashing a name costs nothing. It is spelled out for people only.

use std::fmt::{self, Write};

/// A name: an entry in [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub u32);

/// How a path goes on from its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// `.i`: the i-th creation of the parent, from 0.
    Child(u32),
    /// `@w`: what attempt w > 0 made under the parent's name.
    Attempt(u32),
    /// `′k`: the k-th copy of a message, from 1.
    Copy(u32),
}

/// Every path that has been named, each once.
#[derive(Clone, Debug)]
pub struct Names {
    entries: Vec<Entry>,
    /// Entries that were released: they are used again for new names.
    free: Vec<u32>,
}

/// Siblings form a list: creations in the order of their numbers, whatever was named first, other edges among them.
#[derive(Clone, Copy, Debug)]
struct Entry {
    parent: u32,
    edge: Edge,
    first: u32,
    next: u32,
}

const NONE: u32 = u32::MAX;

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edge::Child(i) => write!(f, ".{i}"),
            Edge::Attempt(w) => write!(f, "@{w}"),
            Edge::Copy(k) => write!(f, "′{k}"),
        }
    }
}

impl Edge {
    fn is_later_creation(self, than: Edge) -> bool {
        matches!((self, than), (Edge::Child(this), Edge::Child(that)) if this > that)
    }
}

impl Path {
    /// `main`, the root.
    pub const MAIN: Path = Path(0);
}

/// `main`, when nothing goes on from it.
const ROOT: Entry = Entry { parent: NONE, edge: Edge::Child(0), first: NONE, next: NONE };

impl Default for Names {
    fn default() -> Self {
        Names { entries: vec![ROOT], free: Vec::new() }
    }
}

impl Names {
    /// The path that goes on from `parent` by `edge`.
    pub fn child(&mut self, parent: Path, edge: Edge) -> Path {
        self.after(parent, None, edge)
    }

    /// As [`Names::child`], told that `sibling` is an earlier creation of `parent`: when it is the one just before,
    /// nothing is searched.
    #[inline]
    pub fn after(&mut self, parent: Path, sibling: Option<Path>, edge: Edge) -> Path {
        let (mut at, mut last) = match sibling {
            Some(sibling) => (self.entries[sibling.0 as usize].next, sibling.0),
            None => (self.entries[parent.0 as usize].first, NONE),
        };
        while at != NONE {
            let entry = &self.entries[at as usize];
            if entry.edge == edge {
                return Path(at);
            }
            if entry.edge.is_later_creation(edge) {
                break;
            }
            last = at;
            at = entry.next;
        }
        match self.find(parent, edge, sibling.is_some()) {
            Some(found) => found,
            None => self.insert(parent, last, edge),
        }
    }

    /// A search from the first sibling, needed only where the hint may have led past the entry.
    fn find(&self, parent: Path, edge: Edge, hinted: bool) -> Option<Path> {
        // Creations stand in order, so the scan behind the hint has missed none; other edges have no order.
        if !hinted || matches!(edge, Edge::Child(_)) {
            return None;
        }
        self.children(parent).find(|child| self.edge(*child) == edge)
    }

    fn insert(&mut self, parent: Path, before: u32, edge: Edge) -> Path {
        let new = self.free.pop().unwrap_or(self.entries.len() as u32);
        let link = match before {
            NONE => &mut self.entries[parent.0 as usize].first,
            before => &mut self.entries[before as usize].next,
        };
        let next = std::mem::replace(link, new);
        let entry = Entry { parent: parent.0, edge, first: NONE, next };
        match self.entries.get_mut(new as usize) {
            Some(released) => *released = entry,
            None => self.entries.push(entry),
        }
        Path(new)
    }

    /// The path that this one goes on from; `None` for `main`.
    pub fn parent(&self, path: Path) -> Option<Path> {
        let parent = self.entries[path.0 as usize].parent;
        (parent != NONE).then_some(Path(parent))
    }

    /// How the path goes on from its parent; for `main` without meaning.
    pub fn edge(&self, path: Path) -> Edge {
        self.entries[path.0 as usize].edge
    }

    /// The path of a task without its attempt: what its frame's creations are named under.
    #[inline]
    pub fn without_attempt(&self, path: Path) -> Path {
        match self.entries[path.0 as usize] {
            Entry { parent, edge: Edge::Attempt(_), .. } => Path(parent),
            _ => path,
        }
    }

    /// The attempt in the key of a task or message: w of `π.i@w`, 0 where none is shown.
    pub fn attempt(&self, path: Path) -> u32 {
        match self.edge(path) {
            Edge::Attempt(w) if path != Path::MAIN => w,
            _ => 0,
        }
    }

    /// What goes on from `path` by one edge, creations in the order of their numbers.
    pub fn children(&self, path: Path) -> impl Iterator<Item = Path> + '_ {
        let mut at = self.entries[path.0 as usize].first;
        std::iter::from_fn(move || {
            let child = (at != NONE).then_some(Path(at))?;
            at = self.entries[at as usize].next;
            Some(child)
        })
    }

    /// `path` and everything below it, parents before children.
    pub fn subtree(&self, path: Path) -> Vec<Path> {
        let mut found = vec![path];
        let mut next = 0;
        while let Some(&at) = found.get(next) {
            found.extend(self.children(at));
            next += 1;
        }
        found
    }

    /// The edges from `main` to the path: names in their natural order, `main.2` before `main.10`.
    pub fn key(&self, path: Path) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut at = path;
        while let Some(parent) = self.parent(at) {
            edges.push(self.edge(at));
            at = parent;
        }
        edges.reverse();
        edges
    }

    /// The path as people write it: `main.0.2@1`.
    pub fn show(&self, path: Path) -> String {
        let mut text = String::from("main");
        for edge in self.key(path) {
            let _ = write!(text, "{edge}");
        }
        text
    }

    /// Releases every path that is not in `named`, by number, and has no path below it that is. Whoever still holds a
    /// released path would find another name in its place: `named` must hold every path that anything holds.
    pub fn release_all_but(&mut self, named: &mut [bool]) {
        named[0] = true;
        self.free.iter().for_each(|at| named[*at as usize] = false);
        for at in 0..self.entries.len() {
            let mut up = at;
            while named[at] && up != 0 {
                up = self.entries[up].parent as usize;
                if std::mem::replace(&mut named[up], true) {
                    break;
                }
            }
        }
        for at in (0..self.entries.len()).filter(|at| named[*at]) {
            let mut link = self.entries[at].first;
            while link != NONE && !named[link as usize] {
                link = self.entries[link as usize].next;
            }
            self.entries[at].first = link;
            while link != NONE {
                let mut next = self.entries[link as usize].next;
                while next != NONE && !named[next as usize] {
                    next = self.entries[next as usize].next;
                }
                self.entries[link as usize].next = next;
                link = next;
            }
        }
        self.free.clear();
        self.free.extend((0..self.entries.len() as u32).rev().filter(|at| !named[*at as usize]));
    }

    /// Makes it the table of nothing but `main`, and keeps its room.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.entries.push(ROOT);
        self.free.clear();
    }

    /// How many paths are named, those that were released not among them.
    pub fn in_use(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// How many numbers of paths are in use or released: every path is less.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Never true: `main` is always there.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
