//! Where things stand: a region for each node, in it lanes for executions, in a lane a column for each frame; a row for each
//! row of the page. Lanes and columns that have become free are used again, so a long run stays narrow.

use std::ops::Range;

use super::write::{Point, cut, point};
use crate::render::view::fold::{Row, RowKind, row_of};
use crate::render::view::{Execution, Fate, Flight, Index, View};
use crate::render::words;

/// Pixels from one row to the next.
pub const ROW: f64 = 24.0;

/// Pixels from one column to the next.
pub const COLUMN: f64 = 26.0;

/// Pixels of a letter of a label, and of a letter of the table.
pub const LETTER: f64 = 6.63;
pub const TABLE_LETTER: f64 = 7.23;

/// Pixels left of the regions for the numbers of steps.
const STEPS: f64 = 38.0;

/// Pixels above the rows: the title, and the names of the nodes.
const HEAD: f64 = 76.0;

/// Pixels from the left edge of a region to the axis of its node, and from there to its first lane.
const AXIS: f64 = 14.0;
const LANES: f64 = 24.0;

/// Pixels between regions.
const GAP: f64 = 10.0;

/// Letters of a label, at most.
const LABEL: usize = 26;

/// Letters of what a step did, at most.
const WHAT: usize = 78;

/// The region of a node.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// Its left edge.
    pub left: f64,
    /// Its width.
    pub width: f64,
}

impl Region {
    /// The axis of the node.
    pub fn axis(self) -> f64 {
        self.left + AXIS
    }
}

/// Where a frame stands that the page shows.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The middle of its bar.
    pub x: f64,
    /// Its last row on any page; that behind the last one, for a frame that goes on to the end.
    pub last: Index,
}

/// Where everything stands on a page.
pub struct Layout<'a> {
    /// What is drawn.
    pub view: &'a View,
    /// The rows of all pages.
    pub rows: &'a [Row],
    /// The rows of this page.
    pub page: Range<Index>,
    /// A region for each node.
    pub regions: Vec<Region>,
    /// A column for each frame that the page shows.
    pub columns: Vec<Option<Column>>,
    /// Pixels at the left for the time.
    pub gutter: f64,
    /// The left edge of the table, and that of its last column.
    pub table: f64,
    pub what: f64,
    /// The width of the whole picture.
    pub width: f64,
}

/// The part of a row of frames or lanes that is taken, from row to row.
type Taken = Vec<Vec<(Index, Index)>>;

impl<'a> Layout<'a> {
    /// The layout of a page.
    pub fn new(view: &'a View, rows: &'a [Row], page: Range<Index>) -> Layout<'a> {
        let mut layout = Layout {
            view,
            rows,
            page,
            regions: Vec::new(),
            columns: vec![None; view.frames.len()],
            gutter: gutter(view),
            table: 0.0,
            what: 0.0,
            width: 0.0,
        };
        let spans: Vec<Option<(Index, Index)>> = (0..view.frames.len()).map(|frame| layout.span(frame)).collect();
        let mut left = layout.gutter + STEPS;
        for node in 0..view.nodes.len() {
            let width = layout.place_node(node, left, &spans);
            layout.regions.push(Region { left, width });
            left += width + GAP;
        }
        layout.place_table(left + 14.0);
        layout
    }

    /// The rows from which to which a frame is there; `None` where this page does not show it.
    fn span(&self, frame: Index) -> Option<(Index, Index)> {
        let frame = &self.view.frames[frame];
        let first = row_of(self.rows, frame.born);
        let last = frame.end.map_or(self.rows.len(), |(end, _)| row_of(self.rows, end));
        let inside = first == last && matches!(self.rows[first].kind, RowKind::Rounds { .. });
        (first < self.page.end && last >= self.page.start && !inside).then_some((first, last))
    }

    /// Gives the executions of a node their lanes, and their frames their columns; how wide the region gets.
    fn place_node(&mut self, node: Index, left: f64, spans: &[Option<(Index, Index)>]) -> f64 {
        let mut lanes: Taken = Vec::new();
        let mut widths: Vec<f64> = Vec::new();
        let mut placed: Vec<(Index, usize, usize)> = Vec::new();
        for (at, _) in self.view.executions.iter().enumerate().filter(|(_, execution)| execution.node == node) {
            let frames: Vec<Index> =
                (0..spans.len()).filter(|f| self.view.frames[*f].execution == at && spans[*f].is_some()).collect();
            let first = frames.iter().filter_map(|f| spans[*f]).map(|(first, _)| first).min();
            let last = frames.iter().filter_map(|f| spans[*f]).map(|(_, last)| last).max();
            let (Some(first), Some(last)) = (first, last) else { continue };
            let lane = free(&mut lanes, 0, self.on_page(first, last));
            widths.resize(lanes.len(), 0.0);
            let mut columns: Taken = Vec::new();
            for frame in frames {
                let Some((first, last)) = spans[frame] else { continue };
                let parent = self.view.frames[frame].parent;
                let parent = placed.iter().find(|(other, ..)| parent == Some(*other)).map(|(_, _, column)| column + 1);
                let column = free(&mut columns, parent.unwrap_or(0), self.on_page(first, last));
                placed.push((frame, lane, column));
                let label = self.label(frame).chars().count() as f64 * LETTER;
                widths[lane] = widths[lane].max(column as f64 * COLUMN + label + 22.0);
            }
        }
        for (frame, lane, column) in placed {
            let before: f64 = widths[..lane].iter().sum();
            let x = left + AXIS + LANES + before + column as f64 * COLUMN;
            self.columns[frame] = spans[frame].map(|(_, last)| Column { x, last });
        }
        let name = self.view.nodes[node].name.chars().count() as f64 * TABLE_LETTER + 24.0;
        (AXIS + LANES / 2.0 + widths.iter().sum::<f64>()).max(name).max(52.0)
    }

    fn on_page(&self, first: Index, last: Index) -> (Index, Index) {
        (first.max(self.page.start), last.min(self.page.end))
    }

    fn place_table(&mut self, left: f64) {
        let (rules, whats): (Vec<String>, Vec<String>) = self.page.clone().map(|row| self.words(row)).unzip();
        let longest = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        self.table = left;
        self.what = left + 44.0 + (longest(&rules).max("rule".len()) as f64 + 1.5) * TABLE_LETTER;
        self.width = (self.what + longest(&whats).max(30) as f64 * TABLE_LETTER + 20.0).max(560.0);
    }

    /// What the table says of a row: the rule, and what it did.
    pub fn words(&self, row: Index) -> (String, String) {
        let Row { moments, kind } = &self.rows[row];
        let (moment, last) = (&self.view.moments[moments.start], self.view.moments[moments.end - 1].step);
        match kind {
            RowKind::Moment => (moment.rule.clone(), cut(&moment.text, WHAT)),
            RowKind::Run { steps } => {
                (String::from("⋮"), format!("{steps} steps that the frame takes by itself, to step {last}"))
            }
            RowKind::Rounds { rounds, rows } => {
                (String::from("⟲"), format!("{rounds} more rounds of the {rows} rows before, to step {last}"))
            }
        }
    }

    /// What stands beside the start of a frame: its name and its function.
    pub fn label(&self, frame: Index) -> String {
        let frame = &self.view.frames[frame];
        let name = short(&frame.name);
        if frame.function == frame.name { name } else { cut(&format!("{name} {}", frame.function), LABEL) }
    }

    /// The middle of a row, also of one on another page.
    pub fn y(&self, row: Index) -> f64 {
        self.top() + (row as f64 - self.page.start as f64) * ROW + ROW / 2.0
    }

    /// Where the rows begin: a page that goes on names its frames once more above them.
    pub fn top(&self) -> f64 {
        HEAD + if self.page.start > 0 { ROW } else { 0.0 }
    }

    /// Where the rows end.
    pub fn bottom(&self) -> f64 {
        self.top() + self.page.len() as f64 * ROW
    }

    /// The middle of the row of a moment.
    pub fn moment_y(&self, at: Index) -> f64 {
        self.y(row_of(self.rows, at))
    }

    /// Where a moment is marked: at its frame, or on the axis of its node, or in the gutter.
    pub fn mark(&self, at: Index) -> Point {
        let moment = &self.view.moments[at];
        let frame = moment.frame.and_then(|frame| self.columns[frame]).map(|column| column.x);
        let axis = moment.node.map(|node| self.regions[node].axis());
        let flight = || self.view.flights.iter().find(|f| f.fate.at() == Some(at) || f.sent == at);
        let landing = |flight: &Flight| if flight.sent == at { self.wire(flight) } else { self.landing(flight).x };
        let x = frame.or(axis).or_else(|| flight().map(landing)).unwrap_or(self.gutter + STEPS - 8.0);
        point(x, self.moment_y(at))
    }

    /// Half way of a message that comes from no place or gets to none.
    pub fn wire(&self, flight: &Flight) -> f64 {
        let from = flight.from.and_then(|frame| self.columns[frame]).map(|column| column.x);
        let from = from.or_else(|| self.view.moments[flight.sent].node.map(|node| self.regions[node].axis()));
        let to = self.addressee(flight);
        from.map_or(to - 22.0, |from| (from + to) / 2.0)
    }

    /// Where a message ends up.
    pub fn landing(&self, flight: &Flight) -> Point {
        match flight.fate {
            Fate::Taken { at, node, frame } => {
                let x = frame.and_then(|frame| self.columns[frame]).map(|column| column.x);
                point(x.unwrap_or(self.regions[node].axis()), self.moment_y(at))
            }
            Fate::Lost { at } | Fate::Discarded { at } => point(self.wire(flight), self.moment_y(at)),
            Fate::Flying => point(self.wire(flight), self.bottom().max(self.moment_y(flight.sent) + 20.0)),
        }
    }

    /// The axis of the node that a message goes to, or is meant for.
    pub fn addressee(&self, flight: &Flight) -> f64 {
        self.regions[words::addressee(self.view, flight)].axis()
    }

    /// The execution of a frame.
    pub fn execution(&self, frame: Index) -> &Execution {
        &self.view.executions[self.view.frames[frame].execution]
    }
}

/// How much room the longest time needs.
fn gutter(view: &View) -> f64 {
    let times = view.moments.iter().filter_map(|moment| moment.now).map(|now| time(now).chars().count());
    (times.max().unwrap_or(0) as f64 * LETTER + 6.0).max(26.0)
}

/// `t=10`
pub fn time(now: i64) -> String {
    format!("t={now}")
}

/// The first place from `from` on that is free for these rows, which is taken then.
fn free(taken: &mut Taken, from: usize, (first, last): (Index, Index)) -> usize {
    let is_free = |spans: &Vec<(Index, Index)>| spans.iter().all(|(from, to)| last < *from || *to < first);
    let at = (from..taken.len()).find(|at| is_free(&taken[*at])).unwrap_or(taken.len().max(from));
    if taken.len() <= at {
        taken.resize(at + 1, Vec::new());
    }
    taken[at].push((first, last));
    at
}

/// A name of many parts by its last ones.
fn short(name: &str) -> String {
    let letters = name.chars().count();
    if letters <= LABEL - 8 {
        return name.to_owned();
    }
    ['…'].into_iter().chain(name.chars().skip(letters - (LABEL - 9))).collect()
}
