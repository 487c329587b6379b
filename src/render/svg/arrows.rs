//! What leads from one place to another: links within a row, and messages across rows.

use super::layout::{LETTER, Layout};
use super::style::{class_of_link, class_of_message};
use super::write::{Point, Svg, number, point};
use crate::render::view::fold::{RowKind, row_of};
use crate::render::view::{Fate, Flight, Link, LinkKind};
use crate::render::words;

/// Pixels of a row's name on an arrow.
const SMALL: f64 = LETTER * 10.0 / 11.0;

/// The links of the page.
pub fn links(svg: &mut Svg, layout: &Layout<'_>) {
    for link in &layout.view.links {
        let row = row_of(layout.rows, link.at);
        let folded = matches!(layout.rows[row].kind, RowKind::Rounds { .. });
        if layout.page.contains(&row)
            && !folded
            && let (Some(from), Some(to)) = (layout.columns[link.from], layout.columns[link.to])
        {
            draw_link(svg, layout, link, point(from.x, layout.y(row)), point(to.x, layout.y(row)));
        }
    }
}

fn draw_link(svg: &mut Svg, layout: &Layout<'_>, link: &Link, from: Point, to: Point) {
    let side = if to.x > from.x { 1.0 } else { -1.0 };
    let length = (to.x - from.x).abs();
    let (start, tip) = (point(from.x + side * 6.0, from.y), point(to.x - side * 5.0, to.y));
    let class = class_of_link(link.kind);
    if length > 14.0 {
        svg.stroke(class, start, point(tip.x - side * 3.0, tip.y));
    }
    match link.kind {
        LinkKind::Park => svg.path(
            &format!("open {class}"),
            &format!(
                "M{} {}l{} -3.5m0 7l{} -3.5",
                number(tip.x),
                number(tip.y),
                number(-side * 5.0),
                number(side * 5.0)
            ),
        ),
        _ => head(svg, class, tip, side, 0.0),
    }
    let rule = &layout.view.moments[link.at].rule;
    let width = rule.chars().count() as f64 * SMALL;
    if link.kind != LinkKind::Call && length > width + 24.0 {
        svg.words("label halo mid", point((from.x + to.x) / 2.0, from.y - 4.0), rule);
    }
}

/// The head of an arrow that comes along (dx, dy).
fn head(svg: &mut Svg, class: &str, tip: Point, dx: f64, dy: f64) {
    let length = (dx * dx + dy * dy).sqrt().max(0.001);
    let (ux, uy) = (dx / length, dy / length);
    let (back_x, back_y) = (tip.x - ux * 7.0, tip.y - uy * 7.0);
    let data = format!(
        "M{} {}L{} {}L{} {}z",
        number(tip.x),
        number(tip.y),
        number(back_x - uy * 3.6),
        number(back_y + ux * 3.6),
        number(back_x + uy * 3.6),
        number(back_y - ux * 3.6),
    );
    let colour = class.split(' ').next().unwrap_or_default();
    svg.path(&format!("head {colour}"), &data);
}

/// The messages that are under way on the page.
pub fn flights(svg: &mut Svg, layout: &Layout<'_>) {
    for flight in &layout.view.flights {
        let sent = row_of(layout.rows, flight.sent);
        let landed = flight.fate.at().map_or(layout.rows.len(), |at| row_of(layout.rows, at));
        let folded = sent == landed && matches!(layout.rows[sent].kind, RowKind::Rounds { .. });
        if sent < layout.page.end && landed >= layout.page.start && !folded {
            svg.open(&format!("flight {}", class_of_message(&flight.message.body)));
            svg.tip(&tip(flight));
            draw_flight(svg, layout, flight);
            svg.close();
        }
    }
}

/// `Invoke main.2 → w1`
fn tip(flight: &Flight) -> String {
    let fate = match flight.fate {
        Fate::Flying => ", still in flight",
        Fate::Taken { .. } => "",
        Fate::Discarded { .. } => ", discarded",
        Fate::Lost { .. } => ", lost",
    };
    let copy = if flight.copy { "copy of " } else { "" };
    format!("{copy}{} → {}{fate}", words::message(&flight.message.body), flight.message.to)
}

fn draw_flight(svg: &mut Svg, layout: &Layout<'_>, flight: &Flight) {
    let from = start(layout, flight);
    let to = layout.landing(flight);
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = (dx * dx + dy * dy).sqrt().max(0.001);
    let (ux, uy) = (dx / length, dy / length);
    let (begin, end) = (point(from.x + ux * 7.0, from.y + uy * 7.0), point(to.x - ux * 7.0, to.y - uy * 7.0));
    let class = if flight.copy { "fly copy" } else { "fly" };
    let class = format!("{class} {}", class_of_message(&flight.message.body));
    if dx.abs() < 10.0 && dy > 0.0 {
        let bulge = (from.x.max(to.x) + 26.0, from.y + 6.0, to.y - 6.0);
        let (x, first, last) = (number(bulge.0), number(bulge.1), number(bulge.2));
        let data = format!(
            "M{} {}C{x} {first} {x} {last} {} {}",
            number(from.x + 5.0),
            number(from.y),
            number(to.x + 12.0),
            number(to.y)
        );
        svg.path(&class, &data);
    } else {
        svg.stroke(&class, begin, point(end.x - ux * 5.0, end.y - uy * 5.0));
    }
    let straight = dx.abs() >= 10.0 || dy <= 0.0;
    match flight.fate {
        Fate::Taken { .. } if straight => head(svg, class_of_message(&flight.message.body), end, dx, dy),
        Fate::Taken { .. } => head(svg, class_of_message(&flight.message.body), point(to.x + 6.0, to.y), -1.0, 0.0),
        Fate::Lost { .. } => svg.words("label halo", point(to.x + 9.0, to.y + 3.0), "lost"),
        Fate::Discarded { .. } => svg.words("label halo", point(to.x + 9.0, to.y + 3.0), "discarded"),
        Fate::Flying => svg.words("label halo mid", point(end.x, layout.bottom() - 4.0), "in flight"),
    }
}

fn start(layout: &Layout<'_>, flight: &Flight) -> Point {
    let y = layout.moment_y(flight.sent);
    let frame = flight.from.and_then(|frame| layout.columns[frame]).map(|column| column.x);
    match frame {
        Some(x) => point(x, y),
        None if flight.copy => point(layout.wire(flight), y),
        None => point(layout.mark(flight.sent).x, y),
    }
}
