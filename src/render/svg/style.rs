//! How things look: colours for light and dark ground, and the legend. No colour says anything that a shape or a line does
//! not say too.

use super::layout::{LETTER, Layout};
use super::marks::shape;
use super::write::{Svg, point};
use crate::render::view::{LinkKind, Mark, Phase};
use crate::trace::event::Body;

/// The style sheet, and what it refers to.
const STYLE: &str = r##"<style>
.lacuna { --ground: #ffffff; --band: #f6f8fa; --edge: #d0d7de; --ink: #1f2328; --dim: #59636e; --task: #0969da; --body: #8250df; --oneway: #9a6700; --good: #1a7f37; --fault: #cf222e; --down: #eaeef2 }
@media (prefers-color-scheme: dark) { .lacuna { --ground: #0d1117; --band: #161b22; --edge: #30363d; --ink: #e6edf3; --dim: #9198a1; --task: #4493f8; --body: #ab7df8; --oneway: #d29922; --good: #3fb950; --fault: #f85149; --down: #21262d } }
.lacuna text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); white-space: pre }
.lacuna .ground { fill: var(--ground) } .lacuna .region { fill: var(--band); stroke: var(--edge) } .lacuna .down { fill: url(#hatch) }
.lacuna .title { font-size: 14px; font-weight: 600 } .lacuna .node { font-size: 13px; font-weight: 600 } .lacuna .dim { fill: var(--dim) } .lacuna .end { text-anchor: end } .lacuna .mid { text-anchor: middle }
.lacuna .table { font-size: 12px } .lacuna .rule { font-size: 12px; font-weight: 600 } .lacuna .what { font-size: 12px; fill: var(--dim) }
.lacuna .halo { paint-order: stroke; stroke: var(--band); stroke-width: 4px; stroke-linejoin: round }
.lacuna .axis { stroke: var(--edge); stroke-width: 1.5; fill: none } .lacuna .guide { stroke: var(--edge); stroke-opacity: .6; fill: none } .lacuna .clock { stroke: var(--dim); stroke-dasharray: 6 3; stroke-width: .8; fill: none }
.lacuna .task { --c: var(--task) } .lacuna .body { --c: var(--body) } .lacuna .oneway { --c: var(--oneway) } .lacuna .fault { --c: var(--fault) } .lacuna .good { --c: var(--good) } .lacuna .plain { --c: var(--dim) }
.lacuna .top { fill: var(--c); fill-opacity: .42 } .lacuna .below { fill: var(--ground); stroke: var(--c); stroke-width: 1.2 } .lacuna .parked { stroke: var(--c); stroke-width: 1.6; stroke-dasharray: 2 4; fill: none } .lacuna .call { fill: var(--ground); stroke: var(--c); stroke-width: 1.2 }
.lacuna .mark { fill: var(--c); stroke: var(--ground); stroke-width: 1 } .lacuna .hollow { fill: var(--ground); stroke: var(--c); stroke-width: 2 } .lacuna .cross { stroke: var(--fault); stroke-width: 2.4; stroke-linecap: round; fill: none } .lacuna .hands { stroke: var(--c); stroke-width: 1.3; fill: none }
.lacuna .link, .lacuna .fly { fill: none; stroke: var(--c); stroke-width: 1.4 } .lacuna .resume { stroke-dasharray: 5 3 } .lacuna .park { stroke-dasharray: 1.5 3 } .lacuna .cancel { stroke-dasharray: 7 3 1.5 3 } .lacuna .copy { stroke-width: 3.2 }
.lacuna .head { fill: var(--c) } .lacuna .open { fill: none; stroke: var(--c); stroke-width: 1.4 } .lacuna .label { fill: var(--dim); font-size: 10px } .lacuna .name { fill: var(--c) }
.lacuna .hit { fill: transparent } .lacuna .row:hover .hit { fill: var(--edge); fill-opacity: .35 } .lacuna .fold { fill: var(--edge); fill-opacity: .35 }
</style>
<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="var(--down)"/><path d="M0 0V8" stroke="var(--fault)" stroke-opacity=".35" stroke-width="2"/></pattern></defs>
"##;

/// The style sheet of a picture whose parts have names that begin with `id`.
pub fn sheet(id: &str) -> String {
    STYLE.replace("hatch", &format!("{id}hatch"))
}

/// The class of a frame by what it runs: `task`, `body` or `oneway`.
pub fn class_of(layout: &Layout<'_>, frame: usize) -> &'static str {
    let view = layout.view;
    if view.frames[frame].parent.is_some() {
        return "task";
    }
    let name = &layout.execution(frame).name;
    let oneway = view.flights.iter().any(|f| matches!(&f.message.body, Body::Call { id, .. } if id == name));
    if oneway { "oneway" } else { "body" }
}

/// The classes of the line of a message.
pub fn class_of_message(body: &Body) -> &'static str {
    match body {
        Body::Invoke { .. } => "body invoke",
        Body::Resume { .. } => "good resume",
        Body::Cancel { .. } => "fault cancel",
        Body::Call { .. } => "oneway oneway-call",
    }
}

/// The classes of a link.
pub fn class_of_link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Call => "task link",
        LinkKind::Spawn => "body link",
        LinkKind::Park => "plain link park",
        LinkKind::Resume => "good link resume",
    }
}

/// What the legend shows: a sign of 26 pixels, and words.
struct Entry {
    words: &'static str,
    draw: fn(&mut Svg, f64, f64),
}

fn sample(svg: &mut Svg, class: &str, x: f64, y: f64) {
    svg.stroke(class, point(x, y), point(x + 24.0, y));
}

fn entries(layout: &Layout<'_>) -> Vec<Entry> {
    let view = layout.view;
    let shown: Vec<usize> = (0..view.frames.len()).filter(|frame| layout.columns[*frame].is_some()).collect();
    let phase = |wanted: fn(&Phase) -> bool| {
        shown.iter().any(|frame| view.frames[*frame].phases.iter().any(|(_, phase)| wanted(phase)))
    };
    let sent = |wanted: fn(&Body) -> bool| view.flights.iter().any(|flight| wanted(&flight.message.body));
    let marked = |mark: Mark| layout.page.clone().any(|row| view.moments[layout.rows[row].moments.start].mark == mark);
    let linked = |kind: LinkKind| view.links.iter().any(|link| link.kind == kind);
    let mut entries: Vec<Entry> = Vec::new();
    let mut entry = |wanted: bool, words: &'static str, draw: fn(&mut Svg, f64, f64)| {
        if wanted {
            entries.push(Entry { words, draw });
        }
    };
    entry(true, "on top of its stack", |s, x, y| s.rect("body top", point(x, y - 4.0), 24.0, 8.0, 2.0));
    entry(phase(|p| *p == Phase::Below), "below on the stack", |s, x, y| {
        s.rect("body below", point(x, y - 4.0), 24.0, 8.0, 2.0);
    });
    entry(phase(|p| matches!(p, Phase::Parked(_))), "parked", |s, x, y| sample(s, "body parked", x, y));
    entry(shown.iter().any(|f| !view.frames[*f].calls.is_empty()), "synchronous call", |s, x, y| {
        s.rect("body top", point(x, y - 4.0), 24.0, 8.0, 2.0);
        s.rect("body call", point(x + 6.0, y - 2.5), 12.0, 5.0, 1.0);
    });
    entry(linked(LinkKind::Park), "waits for", |s, x, y| sample(s, "plain link park", x, y));
    entry(linked(LinkKind::Resume), "resumes", |s, x, y| sample(s, "good link resume", x, y));
    entry(sent(|b| matches!(b, Body::Invoke { .. })), "Invoke message", |s, x, y| sample(s, "body fly", x, y));
    entry(sent(|b| matches!(b, Body::Resume { .. })), "Resume message", |s, x, y| sample(s, "good fly resume", x, y));
    entry(sent(|b| matches!(b, Body::Cancel { .. })), "Cancel message", |s, x, y| sample(s, "fault fly cancel", x, y));
    entry(sent(|b| matches!(b, Body::Call { .. })), "one-way call", |s, x, y| sample(s, "oneway fly", x, y));
    entry(view.flights.iter().any(|f| f.copy), "duplicate", |s, x, y| sample(s, "plain fly copy", x, y));
    for (mark, words) in MARKS {
        if marked(mark) {
            entries.push(Entry { words, draw: draw_of(mark) });
        }
    }
    entries
}

/// The marks, as the legend names them.
const MARKS: [(Mark, &str); 7] = [
    (Mark::Start, "starts or comes back"),
    (Mark::Create, "creates"),
    (Mark::Park, "parks or gives way"),
    (Mark::Settle, "ends, settles"),
    (Mark::Print, "prints"),
    (Mark::Time, "the clock goes on"),
    (Mark::Fault, "an error or a fault"),
];

fn draw_of(mark: Mark) -> fn(&mut Svg, f64, f64) {
    match mark {
        Mark::Step => |s, x, y| shape(s, Mark::Step, "plain", point(x + 12.0, y)),
        Mark::Start => |s, x, y| shape(s, Mark::Start, "plain", point(x + 12.0, y)),
        Mark::Park => |s, x, y| shape(s, Mark::Park, "plain", point(x + 12.0, y)),
        Mark::Create => |s, x, y| shape(s, Mark::Create, "plain", point(x + 12.0, y)),
        Mark::Settle => |s, x, y| shape(s, Mark::Settle, "plain", point(x + 12.0, y)),
        Mark::Print => |s, x, y| shape(s, Mark::Print, "plain", point(x + 12.0, y)),
        Mark::Time => |s, x, y| shape(s, Mark::Time, "plain", point(x + 12.0, y)),
        Mark::Fault => |s, x, y| shape(s, Mark::Fault, "plain", point(x + 12.0, y)),
    }
}

/// The legend, from a height on; where it ends.
pub fn legend(svg: &mut Svg, layout: &Layout<'_>, top: f64) -> f64 {
    let (mut x, mut y) = (16.0, top);
    svg.open("legend");
    for entry in entries(layout) {
        let width = 32.0 + entry.words.chars().count() as f64 * LETTER + 16.0;
        if x + width > layout.width && x > 16.0 {
            (x, y) = (16.0, y + 20.0);
        }
        (entry.draw)(svg, x, y - 4.0);
        svg.words("dim", point(x + 32.0, y), entry.words);
        x += width;
    }
    svg.close();
    y + 16.0
}
