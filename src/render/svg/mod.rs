//! A run as a space-time diagram: a region for each node, in it a lane for each execution with the frames on its stack, time
//! from top to bottom, and beside each row the number of the step, its rule and what it did. The same run is the same bytes.

mod arrows;
mod bars;
mod layout;
mod marks;
mod style;
mod write;

use std::ops::Range;

use super::view::fold::{self, Row, RowKind, Show};
use super::view::{Index, View};
use layout::{Layout, ROW, TABLE_LETTER};
use write::{Svg, point};
pub use write::{cut, escape};

/// Rows of a page.
pub const PAGE: usize = 100;

/// What part of a run a picture shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A page, counted from 1.
    Page(usize),
    /// The steps from one to another.
    Steps(u64, u64),
}

/// A picture, and what it leaves out.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The SVG.
    pub svg: String,
    /// The page that it shows, and how many there are.
    pub page: (usize, usize),
}

/// Draws a part of a run. `id` begins the names of its parts, where a page has more than one picture.
///
/// # Errors
/// A sentence, where there is no such part.
pub fn draw(view: &View, show: Show, part: &Part, id: &str) -> Result<Picture, String> {
    let rows = fold::rows(view, show);
    let pages = rows.len().div_ceil(PAGE).max(1);
    let number = if let Part::Page(page) = part { (*page, pages) } else { (1, 1) };
    let layout = Layout::new(view, &rows, range(view, &rows, part)?);
    Ok(Picture { svg: picture(&layout, number, id), page: number })
}

/// The rows of a part of a run.
///
/// # Errors
/// A sentence, where there is no such part.
pub fn range(view: &View, rows: &[Row], part: &Part) -> Result<Range<Index>, String> {
    let pages = rows.len().div_ceil(PAGE).max(1);
    match part {
        Part::Whole => Ok(0..rows.len()),
        Part::Page(n) if (1..=pages).contains(n) => Ok((n - 1) * PAGE..(n * PAGE).min(rows.len())),
        Part::Page(n) => Err(format!("there is no page {n}: this run has {pages}")),
        Part::Steps(from, to) => between(view, rows, *from, *to),
    }
}

/// The rows of the steps from one to another.
fn between(view: &View, rows: &[Row], from: u64, to: u64) -> Result<Range<Index>, String> {
    let last = view.moments.last().map_or(0, |moment| moment.step);
    let inside = |row: &&Row| {
        let moments = &view.moments[row.moments.clone()];
        moments.iter().any(|moment| (from..=to).contains(&moment.step))
    };
    let first = rows.iter().position(|row| inside(&row));
    let count = rows.iter().filter(inside).count();
    let none = || format!("there are no steps {from}..{to}: this run has {last}");
    first.map(|first| first..first + count).ok_or_else(none)
}

fn picture(layout: &Layout<'_>, page: (usize, usize), id: &str) -> String {
    let mut svg = Svg::default();
    svg.open("plot");
    bars::nodes(&mut svg, layout);
    bars::folds(&mut svg, layout);
    bars::clock(&mut svg, layout);
    guides(&mut svg, layout);
    svg.line(&format!("<g clip-path=\"url(#{id}page)\">"));
    bars::frames(&mut svg, layout);
    arrows::flights(&mut svg, layout);
    arrows::links(&mut svg, layout);
    svg.close();
    bars::labels(&mut svg, layout);
    bars::heads(&mut svg, layout);
    rows(&mut svg, layout, id);
    svg.close();
    let bottom = footer(&mut svg, layout, page);
    let (width, height) = (write::number(layout.width), write::number(bottom));
    let title = format!("{}: {}", layout.view.program, layout.view.ending);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lacuna\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"{id}title {id}desc\">\n<title id=\"{id}title\">{}</title>\n<desc \
         id=\"{id}desc\">{}</desc>\n{}{}<rect class=\"ground\" width=\"100%\" height=\"100%\" rx=\"8\"/>\n<text \
         class=\"title\" x=\"16\" y=\"28\">{}</text>\n{}</svg>\n",
        escape(&title),
        escape(&summary(layout)),
        style::sheet(id),
        clip(layout, id),
        escape(&title),
        svg.text
    )
}

fn clip(layout: &Layout<'_>, id: &str) -> String {
    let (top, bottom) = (layout.top() - ROW / 2.0, layout.bottom());
    let (width, top, height) = (write::number(layout.width), write::number(top), write::number(bottom - top));
    format!("<clipPath id=\"{id}page\"><rect y=\"{top}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n")
}

/// What there is to see, for those who do not see it.
fn summary(layout: &Layout<'_>) -> String {
    let view = layout.view;
    let steps = view.moments.last().map_or(0, |moment| moment.step);
    let nodes: Vec<&str> = view.nodes.iter().map(|node| node.name.as_str()).collect();
    format!(
        "A space-time diagram: {steps} steps of {} executions on {} ({}), with {} messages. {}.",
        view.executions.len(),
        if nodes.len() == 1 { String::from("one node") } else { format!("{} nodes", nodes.len()) },
        nodes.join(", "),
        view.flights.len(),
        view.ending,
    )
}

/// A thin line from each mark to what is said of it.
fn guides(svg: &mut Svg, layout: &Layout<'_>) {
    for row in layout.page.clone() {
        let at = layout.mark(layout.rows[row].moments.start);
        svg.stroke("guide", point(at.x + 8.0, at.y), point(layout.table + 2.0, at.y));
    }
}

fn rows(svg: &mut Svg, layout: &Layout<'_>, id: &str) {
    for row in layout.page.clone() {
        let Row { moments, kind } = &layout.rows[row];
        let moment = &layout.view.moments[moments.start];
        let last = layout.view.moments[moments.end - 1].step;
        let y = layout.y(row);
        svg.line(&format!(
            "<g class=\"row\" id=\"{id}s{}\" data-from=\"{}\" data-to=\"{last}\">",
            moment.step, moment.step
        ));
        svg.tip(&tip(layout, moments.start));
        svg.rect("hit", point(0.0, y - ROW / 2.0), layout.width, ROW, 0.0);
        let (rule, what) = layout.words(row);
        if *kind == RowKind::Moment {
            let class = moment.frame.map_or("plain", |frame| style::class_of(layout, frame));
            marks::shape(svg, moment.mark, class, layout.mark(moments.start));
        }
        let base = y + 4.0;
        if moment.step > 0 {
            svg.words("table dim end", point(layout.gutter + 30.0, base), &moment.step.to_string());
        }
        if let (Some(at), RowKind::Moment) = (moment.at, kind) {
            svg.words("table dim end", point(layout.table + 4.0 * TABLE_LETTER, base), &at.line.to_string());
        }
        svg.words("rule", point(layout.table + 44.0, base), &rule);
        svg.words("what", point(layout.what, base), &what);
        svg.close();
    }
}

fn tip(layout: &Layout<'_>, at: Index) -> String {
    let moment = &layout.view.moments[at];
    let place = moment.at.map(|at| format!(" (line {})", at.line)).unwrap_or_default();
    let who = moment.frame.map(|frame| format!(" {}", layout.view.frames[frame].name)).unwrap_or_default();
    format!("{} {}{who}: {}{place}", moment.step, moment.rule, moment.text)
}

/// The legend and, where there are more, the number of the page; where they end.
fn footer(svg: &mut Svg, layout: &Layout<'_>, (page, pages): (usize, usize)) -> f64 {
    let mut y = layout.bottom() + 26.0;
    if pages > 1 {
        svg.words("dim", point(16.0, y), &format!("page {page} of {pages}; --page N shows another"));
        y += 22.0;
    }
    style::legend(svg, layout, y)
}
