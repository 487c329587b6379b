//! The figure of a rule: its premises over a line over its conclusion, laid out for a page of fixed width.

use super::rule::Rule;

/// Columns of a figure, the rule's name beside the line aside.
const WIDTH: usize = 88;

/// What stands between the parts of a conclusion; a conclusion that is too wide is broken there.
const PART: &str = ",  ";

impl Rule {
    /// The figure: each premise on a line of its own, a line as wide as the widest with the name at its end, and the
    /// conclusion, broken before its arrow where it would be too wide.
    pub fn figure(&self) -> String {
        let premises = self.premises.iter().flat_map(|(_, text)| wrapped(text));
        let conclusion = self.conclusion();
        let above: Vec<String> = premises.collect();
        let width = above.iter().chain(&conclusion).map(|line| columns(line)).max().unwrap_or(0);
        let line = format!("{} [{}]", "─".repeat(width), self.name);
        let lines: Vec<String> = above.into_iter().chain([line]).chain(conclusion).collect();
        lines.join("\n")
    }

    fn conclusion(&self) -> Vec<String> {
        let line = format!("{}  →  {}", self.from, self.to);
        if columns(&line) <= WIDTH {
            return vec![line];
        }
        let fits = columns(self.to) + columns(ARROW) <= WIDTH;
        let parts = if fits { vec![self.to] } else { self.to.split(PART).collect() };
        let to = parts.into_iter().flat_map(wrapped).enumerate();
        let to = to.map(|(i, line)| format!("{}{line}", if i == 0 { ARROW } else { BELOW_ARROW }));
        wrapped(self.from).into_iter().chain(to).collect()
    }
}

/// What a conclusion that is broken goes on with, and what stands below that.
const ARROW: &str = "→  ";
const BELOW_ARROW: &str = "   ";

/// A text as lines of at most [`WIDTH`] columns, broken between words; lines but the first are set in.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        let width = columns(&line) + columns(word.trim_end()) + columns(ARROW);
        if width > WIDTH && !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
            line = String::from("  ");
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// How wide a text is where every letter has one width: marks that stand above a letter have none.
fn columns(text: &str) -> usize {
    text.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantics::catalogue::CATALOGUE;
    use crate::semantics::rules::{executions, tasks};

    #[test]
    fn a_short_rule_stands_on_one_line() {
        let figure = "\
the frame is not marked
T(L(y)) = done(v)
───────────────────────────────────────────────── [Await-Continue]
⟨L, x = await y; s̄⟩^ℓ ∘ FS  →  ⟨L[x↦v], s̄⟩^ℓ ∘ FS";
        assert_eq!(tasks::AWAIT_CONTINUE.figure(), figure);
    }

    #[test]
    fn a_long_rule_is_broken_before_its_arrow_and_between_its_parts() {
        let figure = "\
c is not stale
q = π.i ∉ dom D
──────────────────────────────────────────────────── [Spawn-Local]
S ⊎ {⟨L, x = spawn local f(ȳ); s̄⟩^ℓ ∘ FS}
→  S ⊎ {⟨L[x↦q], s̄⟩^ℓ ∘ FS} ⊎ {⟨L_f, body_f⟩^d(q,0)}
   D' = D[q↦⟨pending, f(v̄), node n, 0, n#i, ∅⟩]";
        assert_eq!(executions::SPAWN_LOCAL.figure(), figure);
    }

    #[test]
    fn no_figure_is_wider_than_a_page() {
        for rule in CATALOGUE {
            for line in rule.figure().lines().filter(|line| !line.ends_with(']')) {
                assert!(columns(line) <= WIDTH, "{}: {line}", rule.name);
            }
        }
    }
}
