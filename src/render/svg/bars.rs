//! Nodes and frames: the ground of the picture. A frame is a bar where it is on a stack, full where it is on top, and a
//! dotted line where it is parked.

use super::layout::{Column, Layout, ROW, TABLE_LETTER, time};
use super::style::class_of;
use super::write::{Svg, point};
use crate::render::view::fold::{RowKind, row_of};
use crate::render::view::{End, Frame, Index, Phase};

/// Half of the width of a bar.
const HALF: f64 = 4.0;

/// The regions of the nodes with their names, and when they were down.
pub fn nodes(svg: &mut Svg, layout: &Layout<'_>) {
    let (top, bottom) = (layout.top(), layout.bottom());
    for (node, region) in layout.view.nodes.iter().zip(&layout.regions) {
        svg.rect("region", point(region.left, top - 8.0), region.width, bottom - top + 8.0, 6.0);
        svg.words("node", point(region.left + 10.0, top - 16.0), &node.name);
        svg.stroke("axis", point(region.axis(), top), point(region.axis(), bottom));
        for (from, to) in &node.down {
            let first = layout.moment_y(*from).max(top);
            let last = to.map_or(bottom, |to| layout.moment_y(to)).min(bottom);
            if first < last {
                svg.rect("down", point(region.left, first), region.width, last - first, 0.0);
                svg.words("label halo", point(region.left + 26.0, (first + last) / 2.0 + 4.0), "down");
            }
        }
    }
}

/// The time, where it goes on.
pub fn clock(svg: &mut Svg, layout: &Layout<'_>) {
    let right = layout.regions.last().map_or(0.0, |region| region.left + region.width);
    for row in layout.page.clone() {
        let moments = &layout.view.moments[layout.rows[row].moments.clone()];
        if let Some(now) = moments.iter().rev().find_map(|moment| moment.now) {
            svg.stroke(
                "clock",
                point(layout.gutter + 4.0, layout.y(row) - ROW / 2.0),
                point(right, layout.y(row) - ROW / 2.0),
            );
            svg.words("label end", point(layout.gutter, layout.y(row) - ROW / 2.0 + 3.0), &time(now));
        }
    }
}

/// The rows that stand for several.
pub fn folds(svg: &mut Svg, layout: &Layout<'_>) {
    let left = layout.regions.first().map_or(0.0, |region| region.left);
    let right = layout.regions.last().map_or(0.0, |region| region.left + region.width);
    for row in layout.page.clone().filter(|row| layout.rows[*row].kind != RowKind::Moment) {
        svg.rect("fold", point(left, layout.y(row) - ROW / 2.0 + 2.0), right - left, ROW - 4.0, 0.0);
    }
}

/// The frames.
pub fn frames(svg: &mut Svg, layout: &Layout<'_>) {
    for (at, frame) in layout.view.frames.iter().enumerate() {
        if let Some(column) = layout.columns[at] {
            svg.open(&format!("frame {}", class_of(layout, at)));
            svg.tip(&tip(layout, at));
            phases(svg, layout, frame, column);
            calls(svg, layout, frame, column);
            if let Some((end, End::Crashed | End::Fenced)) = frame.end {
                let (x, y) = (column.x, layout.moment_y(end));
                super::marks::shape(svg, crate::render::view::Mark::Fault, "fault", point(x, y));
            }
            svg.close();
        }
    }
}

/// The names of the frames, beside where they start.
pub fn labels(svg: &mut Svg, layout: &Layout<'_>) {
    for (at, frame) in layout.view.frames.iter().enumerate() {
        let Some(column) = layout.columns[at] else { continue };
        let row = row_of(layout.rows, frame.born);
        let y = if row < layout.page.start { layout.top() - ROW / 2.0 } else { layout.y(row) };
        svg.words(&format!("name halo {}", class_of(layout, at)), point(column.x + 9.0, y + 4.0), &layout.label(at));
    }
}

fn tip(layout: &Layout<'_>, at: Index) -> String {
    let frame = &layout.view.frames[at];
    let execution = layout.execution(at);
    format!("{}: {} at {}", frame.name, frame.call(), layout.view.nodes[execution.node].name)
}

fn phases(svg: &mut Svg, layout: &Layout<'_>, frame: &Frame, column: Column) {
    let starts = frame.phases.iter().map(|(from, phase)| (row_of(layout.rows, *from), phase));
    let ends = frame.phases.iter().skip(1).map(|(to, _)| row_of(layout.rows, *to)).chain([column.last]);
    for ((from, phase), to) in starts.zip(ends) {
        let (from, to) = (layout.y(from).max(layout.top() - ROW / 2.0), layout.y(to).min(layout.bottom()));
        if from >= to {
            continue;
        }
        let corner = point(column.x - HALF, from);
        match phase {
            Phase::Top => svg.rect("top", corner, 2.0 * HALF, to - from, 2.0),
            Phase::Below => svg.rect("below", point(corner.x + 1.0, from), 2.0 * HALF - 2.0, to - from, 2.0),
            Phase::Parked(_) => svg.stroke("parked", point(column.x, from), point(column.x, to)),
        }
    }
}

fn calls(svg: &mut Svg, layout: &Layout<'_>, frame: &Frame, column: Column) {
    for call in &frame.calls {
        let first = row_of(layout.rows, call.from);
        let last = call.to.map_or(column.last, |to| row_of(layout.rows, to));
        let from = layout.y(first).max(layout.top() - ROW / 2.0);
        let to = layout.y(last).min(layout.bottom());
        if first < last && from < to {
            let x = column.x + 1.0 + (call.depth.min(3) as f64) * 3.0;
            svg.rect("call", point(x, from + 3.0), 5.0, to - from - 3.0, 1.0);
            if last - first > 1 {
                let name = super::write::cut(&call.function, 12);
                svg.words("label halo", point(x + 8.0, from + ROW / 2.0 + 3.0), &name);
            }
        }
    }
}

/// The heads of the columns of numbers and of the table.
pub fn heads(svg: &mut Svg, layout: &Layout<'_>) {
    let y = layout.top() - 16.0;
    svg.words("dim end", point(layout.gutter + 30.0, y), "step");
    svg.words("dim end", point(layout.table + 4.0 * TABLE_LETTER, y), "line");
    svg.words("dim", point(layout.table + 44.0, y), "rule");
    svg.words("dim", point(layout.what, y), "what");
}
