//! A map from paths to things, for paths that are dense numbers: a vector.

use std::cmp::Ordering;

use crate::calculus::Path;

/// A map from [`Path`] to `T`; iteration is in the order of the paths' numbers.
#[derive(Clone, Debug)]
pub struct Table<T>(Vec<Option<T>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table(Vec::new())
    }
}

impl<T> Table<T> {
    /// The entry of `path`.
    #[inline]
    pub fn get(&self, path: Path) -> Option<&T> {
        self.0.get(path.0 as usize)?.as_ref()
    }

    /// The entry of `path`, to be changed.
    #[inline]
    pub fn get_mut(&mut self, path: Path) -> Option<&mut T> {
        self.0.get_mut(path.0 as usize)?.as_mut()
    }

    /// Whether `path` has an entry.
    #[inline]
    pub fn contains(&self, path: Path) -> bool {
        self.get(path).is_some()
    }

    /// Makes the entry of `path`.
    #[inline]
    pub fn insert(&mut self, path: Path, entry: T) {
        let at = path.0 as usize;
        match self.0.len().cmp(&at) {
            Ordering::Greater => self.0[at] = Some(entry),
            Ordering::Equal => self.0.push(Some(entry)),
            Ordering::Less => {
                self.0.resize_with(at, || None);
                self.0.push(Some(entry));
            }
        }
    }

    /// Takes the entry of `path` out.
    pub fn remove(&mut self, path: Path) -> Option<T> {
        self.0.get_mut(path.0 as usize)?.take()
    }

    /// Takes the entries out that `keep` does not want.
    pub fn retain(&mut self, mut keep: impl FnMut(Path, &T) -> bool) {
        for (at, entry) in self.0.iter_mut().enumerate() {
            if entry.as_ref().is_some_and(|entry| !keep(Path(at as u32), entry)) {
                *entry = None;
            }
        }
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = (Path, &T)> {
        self.0.iter().enumerate().filter_map(|(at, entry)| Some((Path(at as u32), entry.as_ref()?)))
    }

    /// All entries, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Path, &mut T)> {
        self.0.iter_mut().enumerate().filter_map(|(at, entry)| Some((Path(at as u32), entry.as_mut()?)))
    }
}
