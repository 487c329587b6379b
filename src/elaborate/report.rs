//! Where the checks put what they find, and what several of them say alike.

use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::foreign;

/// The complaints about one program.
#[derive(Debug, Default)]
pub(super) struct Report {
    found: Vec<Diagnostic>,
    errors: usize,
    guesses: usize,
}

/// So many unknown names get a "did you mean": comparing each of a hundred thousand with everything would take hours.
const GUESSES: usize = 100;

impl Report {
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        self.found.push(diagnostic);
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many complaints there are so far.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Everything by its place. Where something is wrong the warnings are left out: they may be consequences.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if self.errors > 0 {
            self.found.retain(Diagnostic::is_error);
        }
        self.found.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
        self.found
    }

    /// Whether candidates for another unknown name are of use.
    pub(super) fn guesses(&self) -> bool {
        self.guesses < GUESSES
    }

    /// `name`, which is `what` ("a variable", "a type", …), is not there; `instead` is the help where none of the
    /// candidates is near.
    pub(super) fn unknown<'c>(
        &mut self,
        what: &str,
        name: &str,
        span: Span,
        candidates: impl IntoIterator<Item = &'c str>,
        instead: &str,
    ) {
        let help = match self.nearest(name, candidates) {
            Some(near) => format!("did you mean `{near}`?"),
            None => foreign::instead_of(name).unwrap_or(instead).to_owned(),
        };
        let message = format!("there is no {what} `{name}`");
        self.add(Diagnostic::error(Code::Name, span, message, "not found").help(help));
    }

    /// The candidate that is fewest typing mistakes away from `name`, if they are few.
    pub(super) fn nearest<'c>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        if !self.guesses() {
            return None;
        }
        self.guesses += 1;
        // Of one letter everything else of one letter is one mistake away: there only the case can be meant.
        let length = name.chars().count();
        let limit = if length == 1 { 0 } else { (length / 3).max(1) };
        let near = candidates.into_iter().filter(|candidate| *candidate != name);
        let measured = near.filter_map(|candidate| {
            let found = if candidate.eq_ignore_ascii_case(name) { Some(0) } else { distance(name, candidate, limit) };
            found.map(|d| (d, candidate))
        });
        measured.min().map(|(_, candidate)| candidate)
    }
}

/// `text` in backquotes with its indefinite article: "an `int`".
pub(super) fn a(text: &str) -> String {
    let article = if text.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} `{text}`")
}

/// How many characters have to be inserted, deleted, replaced or swapped with their neighbour to make `b` of `a`;
/// `None` if more than `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let earlier: &Vec<usize> = &before;
                best = best.min(earlier[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= limit)
}
