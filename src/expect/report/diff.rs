//! How two traces differ, aligned by step: the first step that differs in the middle, the rule that differs marked; and how
//! two sets of outcomes differ.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::expect::directive::Kind;
use crate::render::Paint;
use crate::render::table::FAULT;

/// So many lines are shown before the first one that differs, and so many steps behind it.
const AROUND: usize = 4;

/// A line of a trace: one of a step has a number.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    step: Option<u64>,
}

/// The difference of what is expected and what was found, a line each; `-` is expected only, `+` found only.
pub fn diff(kind: Kind, expected: &str, found: &str, paint: Paint) -> String {
    if kind == Kind::Trace { of_traces(expected, found, paint) } else { of_outcomes(expected, found, paint) }
}

/// Where two texts begin to differ, in a sentence.
pub fn first_difference(expected: &str, found: &str) -> String {
    let mut pairs = expected.lines().zip(found.lines());
    let same = pairs.by_ref().take_while(|(expected, found)| expected == found).count();
    let (expected, found) = (expected.lines().nth(same), found.lines().nth(same));
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<&str>>().join(" ");
    match (expected, found) {
        (Some(expected), Some(found)) => {
            format!("line {}: expected `{}`, found `{}`", same + 1, squeezed(expected), squeezed(found))
        }
        (Some(expected), None) => format!("line {}: expected `{}`, found no more", same + 1, squeezed(expected)),
        (None, Some(found)) => format!("line {}: expected no more, found `{}`", same + 1, squeezed(found)),
        (None, None) => String::from("they do not differ"),
    }
}

fn of_traces(expected: &str, found: &str, paint: Paint) -> String {
    let (expected, found) = (lines(expected), lines(found));
    let same = expected.iter().zip(&found).take_while(|(expected, found)| expected.text == found.text).count();
    let mut text = String::new();
    if same > AROUND {
        text.push_str("  …\n");
    }
    for line in &expected[same.saturating_sub(AROUND)..same] {
        let _ = writeln!(text, "{}", format!("  {}", line.text).trim_end());
    }
    let (mut expected, mut found) = (&expected[same..], &found[same..]);
    for behind in 0..=AROUND {
        let (left, right) = aligned(&mut expected, &mut found);
        pair(&mut text, left, right, behind == 0, paint);
    }
    if !expected.is_empty() || !found.is_empty() {
        text.push_str("  …\n");
    }
    text
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let step = |text: &str| text.split_whitespace().next().and_then(|word| word.trim_end_matches(FAULT).parse().ok());
    text.lines().map(|text| Line { text, step: step(text) }).collect()
}

/// Takes the next line of each side that is of the same step; of a step that only one side has, that side's alone. What is
/// no step stands behind all steps.
fn aligned<'t>(expected: &mut &[Line<'t>], found: &mut &[Line<'t>]) -> (Option<Line<'t>>, Option<Line<'t>>) {
    let step = |line: Option<&Line<'_>>| line.map(|line| line.step.unwrap_or(u64::MAX));
    let (left, right) = (step(expected.first()), step(found.first()));
    let first = left.into_iter().chain(right).min();
    let take = |side: &mut &[Line<'t>], own: Option<u64>| {
        let (line, rest) = side.split_first().filter(|_| own == first)?;
        *side = rest;
        Some(*line)
    };
    (take(expected, left), take(found, right))
}

/// Two lines of one step: once if they are the same, else both; `mark` marks the rules, if those differ.
fn pair(text: &mut String, left: Option<Line<'_>>, right: Option<Line<'_>>, mark: bool, paint: Paint) {
    if let (Some(left), Some(right)) = (left, right)
        && left.text == right.text
    {
        let _ = writeln!(text, "{}", format!("  {}", left.text).trim_end());
        return;
    }
    let differs = mark && left.and_then(rule).map(|(_, rule)| rule) != right.and_then(rule).map(|(_, rule)| rule);
    for (sign, line) in [("-", left), ("+", right)] {
        let Some(line) = line else { continue };
        let shown = format!("{sign} {}", line.text);
        let painted = if sign == "-" { paint.bad(shown.trim_end()) } else { paint.good(shown.trim_end()) };
        let _ = writeln!(text, "{painted}");
        if let Some((column, rule)) = rule(line).filter(|_| differs) {
            let mark = "^".repeat(rule.chars().count());
            let _ = writeln!(text, "  {:column$}{}", "", paint.bold(&mark));
        }
    }
}

/// The name of the rule in the line of a step, and the column that it begins in, in characters from 0.
fn rule(line: Line<'_>) -> Option<(usize, &str)> {
    line.step?;
    let rule = line.text.split_whitespace().nth(3)?;
    let start = rule.as_ptr() as usize - line.text.as_ptr() as usize;
    Some((line.text[..start].chars().count(), rule))
}

/// The outcomes that only one side has. Where the sets are the same, their order is not.
fn of_outcomes(expected: &str, found: &str, paint: Paint) -> String {
    let (expected, found) = (blocks(expected), blocks(found));
    let sets = [&expected, &found].map(|side| side.iter().collect::<BTreeSet<_>>());
    let mut text = String::new();
    for (sign, side, other) in [("-", &expected, &sets[1]), ("+", &found, &sets[0])] {
        for block in side.iter().filter(|block| !other.contains(block)) {
            for line in block.lines() {
                let line = format!("{sign} {line}");
                let _ = writeln!(text, "{}", if sign == "-" { paint.bad(&line) } else { paint.good(&line) });
            }
        }
    }
    if text.is_empty() {
        text.push_str("  the same outcomes, in another order or more than once\n");
    }
    text
}

/// The outcomes in a text: a line, and what is indented below it.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') => {
                block.push('\n');
                block.push_str(line);
            }
            _ => blocks.push(line.to_owned()),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(rules: &[(u64, &str)]) -> String {
        let row = |(step, rule): &(u64, &str)| format!("{step:>4}  main  main       {rule}\n");
        rules.iter().map(row).collect::<String>() + "\nresult: 1\n"
    }

    #[test]
    fn the_first_step_that_differs_is_in_the_middle_and_its_rule_marked() {
        let before = [(1, "A"), (2, "B"), (3, "C"), (4, "D"), (5, "E")];
        let expected = trace(&[&before[..], &[(6, "Write"), (8, "Read")]].concat());
        let found = trace(&[&before[..], &[(6, "Return"), (7, "Call"), (8, "Read")]].concat());
        let shown = diff(Kind::Trace, &expected, &found, Paint(false));
        let wanted = [
            "  …",
            "     2  main  main       B",
            "     3  main  main       C",
            "     4  main  main       D",
            "     5  main  main       E",
            "-    6  main  main       Write",
            "                         ^^^^^",
            "+    6  main  main       Return",
            "                         ^^^^^^",
            "+    7  main  main       Call",
            "     8  main  main       Read",
            "",
            "  result: 1",
        ];
        assert_eq!(shown.lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_step_that_says_something_else_is_not_another_rule() {
        let shown = diff(Kind::Trace, "   1  a  main  Write  x = 1\n", "   1  a  main  Write  x = 2\n", Paint(false));
        assert_eq!(shown, "-    1  a  main  Write  x = 1\n+    1  a  main  Write  x = 2\n");
    }

    #[test]
    fn outcomes_are_compared_as_sets() {
        let shown =
            diff(Kind::Outcomes, "returned 1\n    a prints b\ndeadlock\n", "returned 1\ndeadlock\n", Paint(false));
        assert_eq!(shown, "- returned 1\n-     a prints b\n+ returned 1\n");
    }

    #[test]
    fn where_texts_begin_to_differ() {
        assert_eq!(first_difference("a\nb  c\n", "a\nd\n"), "line 2: expected `b c`, found `d`");
        assert_eq!(first_difference("a\n", "a\nd\n"), "line 2: expected no more, found `d`");
    }
}
