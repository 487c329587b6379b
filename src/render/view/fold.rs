//! Which moments a picture shows, as rows: what a frame does by itself is left out or drawn as one row, and so are the
//! rounds of a loop between its first and its last.

use std::ops::Range;

use super::{Index, Moment, View};
use crate::trace::event::At;

/// How much a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Show {
    /// What a frame does by itself, too.
    pub all: bool,
    /// Draw together what repeats itself, where a picture would get long.
    pub fold: bool,
}

/// A row of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The moments that it stands for; what is left out belongs to the row before.
    pub moments: Range<Index>,
    /// What it is.
    pub kind: RowKind,
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are named by what they hold")]
pub enum RowKind {
    /// Its first moment.
    Moment,
    /// So many steps that a frame took by itself.
    Run { steps: usize },
    /// So many rounds of the rows before it.
    Rounds { rounds: usize, rows: usize },
}

/// Pictures with no more rows than these are shown as they are.
const SHORT: usize = 40;

/// Rows of one round of a loop, at most.
const LONGEST: usize = 24;

/// A loop is drawn together from so many rounds on.
const ROUNDS: usize = 4;

/// Steps that a frame takes by itself are drawn together from so many on.
const RUN: usize = 4;

/// The rows of a picture.
pub fn rows(view: &View, show: Show) -> Vec<Row> {
    let rows = if show.all { every(view, show.fold) } else { telling(view) };
    if show.fold && rows.len() > SHORT { loops(view, &rows) } else { rows }
}

/// The row that a moment belongs to.
pub fn row_of(rows: &[Row], at: Index) -> Index {
    rows.partition_point(|row| row.moments.start <= at).saturating_sub(1)
}

/// A row for each moment that others can tell.
fn telling(view: &View) -> Vec<Row> {
    let starts: Vec<Index> = (0..view.moments.len()).filter(|at| !view.moments[*at].quiet).collect();
    let ends = starts.iter().skip(1).copied().chain([view.moments.len()]);
    starts.iter().zip(ends).map(|(start, end)| Row { moments: *start..end, kind: RowKind::Moment }).collect()
}

/// A row for each moment; what a frame does by itself for long is one row.
fn every(view: &View, fold: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut at = 0;
    while at < view.moments.len() {
        let same = |other: &&Moment| other.quiet && other.frame == view.moments[at].frame;
        let steps = if fold { view.moments[at..].iter().take_while(same).count() } else { 0 };
        let (end, kind) = if steps >= RUN { (at + steps, RowKind::Run { steps }) } else { (at + 1, RowKind::Moment) };
        rows.push(Row { moments: at..end, kind });
        at = end;
    }
    rows
}

/// What makes two rows alike: the same rule at the same place in the source, on the same node.
#[derive(PartialEq, Eq)]
struct Like<'a> {
    rule: &'a str,
    node: Option<Index>,
    at: Option<At>,
    function: Option<&'a str>,
    run: bool,
}

fn loops(view: &View, rows: &[Row]) -> Vec<Row> {
    let likes: Vec<Like<'_>> = rows.iter().map(|row| like(view, row)).collect();
    let mut folded = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        match longest(&likes[at..]) {
            Some((period, rounds)) => {
                let (first, last) = (at + period, at + (rounds - 1) * period);
                folded.extend_from_slice(&rows[at..first]);
                let moments = rows[first].moments.start..rows[last - 1].moments.end;
                folded.push(Row { moments, kind: RowKind::Rounds { rounds: rounds - 2, rows: period } });
                folded.extend_from_slice(&rows[last..last + period]);
                at = last + period;
            }
            None => {
                folded.push(rows[at].clone());
                at += 1;
            }
        }
    }
    folded
}

fn like<'a>(view: &'a View, row: &Row) -> Like<'a> {
    let moment = &view.moments[row.moments.start];
    Like {
        rule: &moment.rule,
        node: moment.node,
        at: moment.at,
        function: moment.frame.map(|frame| view.frames[frame].function.as_str()),
        run: matches!(row.kind, RowKind::Run { .. }),
    }
}

/// The loop that begins here and covers most: the rows of a round, and how many rounds.
fn longest(likes: &[Like<'_>]) -> Option<(usize, usize)> {
    let loops = (1..=LONGEST.min(likes.len() / ROUNDS)).map(|period| {
        let rounds = likes.chunks_exact(period).take_while(|chunk| *chunk == &likes[..period]).count();
        (period, rounds)
    });
    let loops = loops.filter(|(period, rounds)| *rounds >= ROUNDS && period * rounds > 2 * period + 1);
    loops.max_by_key(|(period, rounds)| (period * (rounds - 2), std::cmp::Reverse(*period)))
}
