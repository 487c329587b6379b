//! Two searches side by side: which outcomes both have, and which only one. Where a limit has cut a search, an outcome that
//! it has not seen may still be there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::report::{OutcomeFound, Report};

/// When two outcomes are the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The result of main, what was printed and where, and the failures that nobody saw.
    Outcome,
    /// The result of main, and what was printed, wherever.
    Prints,
    /// The result of main.
    Result,
}

impl By {
    /// What it looks at of an outcome, as compact JSON.
    pub fn key(self, found: &OutcomeFound) -> String {
        let mut outcome: Value = serde_json::from_str(&found.json).unwrap_or_default();
        match self {
            By::Outcome => return found.json.clone(),
            By::Prints => {
                let prints = outcome["prints"].as_array_mut().map(std::mem::take).unwrap_or_default();
                let texts = prints.into_iter().map(|mut print| print["text"].take()).collect();
                outcome = Value::Array(vec![outcome["result"].take(), Value::Array(texts)]);
            }
            By::Result => outcome = outcome["result"].take(),
        }
        outcome.to_string()
    }
}

/// An outcome of one side or of both.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Of each side the outcome with the shortest way, if there is one.
    pub sides: [Option<&'a OutcomeFound>; 2],
}

/// Which side has what the other has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    Left,
    /// The second.
    Right,
}

impl Side {
    /// Both.
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];

    /// Its place, and that of the other side.
    pub fn places(self) -> (usize, usize) {
        match self {
            Side::Left => (0, 1),
            Side::Right => (1, 0),
        }
    }
}

impl<'a> Row<'a> {
    /// The side that has this outcome alone.
    pub fn only(&self) -> Option<Side> {
        match self.sides {
            [Some(_), None] => Some(Side::Left),
            [None, Some(_)] => Some(Side::Right),
            _ => None,
        }
    }

    /// The outcome, of whichever side has it.
    pub fn found(&self) -> Option<(Side, &'a OutcomeFound)> {
        let [left, right] = self.sides;
        left.map(|found| (Side::Left, found)).or(right.map(|found| (Side::Right, found)))
    }
}

/// The outcomes of two reports side by side, in the order of their keys.
pub fn rows<'a>(reports: [&'a Report; 2], by: By) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<String, Row<'a>> = BTreeMap::new();
    for (place, report) in reports.into_iter().enumerate() {
        for found in &report.outcomes {
            let row = rows.entry(by.key(found)).or_insert(Row { sides: [None, None] });
            let shortest = row.sides[place].filter(|other| other.way.len() <= found.way.len());
            row.sides[place] = Some(shortest.unwrap_or(found));
        }
    }
    rows.into_values().collect()
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both searches were complete, and have the same outcomes.
    Same,
    /// A side has an outcome that the other, searched completely, has not.
    Differ,
    /// Nothing that is certain: a limit has cut a search.
    Limit,
}

/// What the rows of two reports come to.
pub fn verdict(reports: [&Report; 2], rows: &[Row<'_>]) -> Verdict {
    let certain = |row: &Row<'_>| row.only().is_some_and(|side| reports[side.places().1].is_complete());
    match rows.iter().any(certain) {
        true => Verdict::Differ,
        false if reports.iter().all(|report| report.is_complete()) => Verdict::Same,
        false => Verdict::Limit,
    }
}

/// The name of a claim's standing for one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The program keeps to all preconditions, and what is claimed is so.
    Kept,
    /// The program does not keep to all, so nothing is promised.
    NotPromised,
    /// The program keeps to all, and what is claimed is not so: a bug in Lacuna, or in the claim.
    Contradicted,
    /// A limit has cut a search.
    Unknown,
}
