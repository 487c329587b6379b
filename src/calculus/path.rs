//! Names are paths (calculus 2): what a frame with path π creates as its i-th creation is named π.i. What does not
//! survive its attempt is keyed by it too (π.i@w), and so is the k-th copy of a message (id′k).
//!
//! A path is one number: an entry in a table that only grows, with one entry per path, so that equal paths are equal
//! numbers and comparing, copying and hashing a name costs nothing. It is spelled out for people only.

use std::fmt::Write;

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

impl Edge {
    fn is_later_creation(self, than: Edge) -> bool {
        matches!((self, than), (Edge::Child(this), Edge::Child(that)) if this > that)
    }
}

impl Path {
    /// `main`, the root.
    pub const MAIN: Path = Path(0);
}

impl Default for Names {
    fn default() -> Self {
        Names { entries: vec![Entry { parent: NONE, edge: Edge::Child(0), first: NONE, next: NONE }] }
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
        let new = self.entries.len() as u32;
        let link = match before {
            NONE => &mut self.entries[parent.0 as usize].first,
            before => &mut self.entries[before as usize].next,
        };
        let next = std::mem::replace(link, new);
        self.entries.push(Entry { parent: parent.0, edge, first: NONE, next });
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
            let _ = match edge {
                Edge::Child(i) => write!(text, ".{i}"),
                Edge::Attempt(w) => write!(text, "@{w}"),
                Edge::Copy(k) => write!(text, "′{k}"),
            };
        }
        text
    }

    /// How many paths have been named.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Never true: `main` is always there.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
