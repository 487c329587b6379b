//! The shapes of moments: what a step was is told by its form.

use super::write::{Point, Svg, number};
use crate::render::view::Mark;

/// Draws the shape of a mark around a point, in the colour of a class.
pub fn shape(svg: &mut Svg, mark: Mark, class: &str, at: Point) {
    let path = |svg: &mut Svg, kind: &str, steps: &str| {
        svg.path(&format!("{kind} {class}"), &format!("M{} {}{steps}", number(at.x), number(at.y)));
    };
    match mark {
        Mark::Step => path(svg, "mark", "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"),
        Mark::Start => path(svg, "mark", "m-5.5 -4h11l-5.5 9.5z"),
        Mark::Park => path(svg, "hollow", "m-4.2 -4.2h8.4v8.4h-8.4z"),
        Mark::Create => path(svg, "mark", "m0 -6l6 6l-6 6l-6 -6z"),
        Mark::Settle => path(svg, "mark", "m-5 -5h10v10h-10z"),
        Mark::Print => path(svg, "mark", "m-6 -6h12v8.5h-6.5l-3.5 3.5v-3.5h-2z"),
        Mark::Time => {
            path(svg, "hollow", "m-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0z");
            path(svg, "hands", "m0 -3.4v3.4h2.6");
        }
        Mark::Fault => path(svg, "cross", "m-4.5 -4.5l9 9m0 -9l-9 9"),
    }
}
