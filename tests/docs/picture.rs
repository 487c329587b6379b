//! Draws a trace: a lane for each frame, from top to bottom, and a dot for each step. A line follows the turn from dot to
//! dot; where it leaves a lane the frame has called, parked, yielded or returned.

use std::fmt::Write;

use serde_json::Value;

const WIDTH: usize = 880;
const TOP: usize = 92;
const ROW: usize = 30;
const LEFT: usize = 46;
const LANE: usize = 66;
const COLOURS: usize = 3;

const STYLE: &str = r#"<style>
  svg { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; --ink: #1f2328; --dim: #59636e; --card: #f6f8fa; --edge: #d0d7de; --turn: #8c959f; --c0: #0969da; --c1: #bc4c00; --c2: #8250df }
  @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --dim: #9198a1; --card: #161b22; --edge: #30363d; --turn: #6e7681; --c0: #4493f8; --c1: #f0883e; --c2: #ab7df8 } }
  .c0 { --c: var(--c0) } .c1 { --c: var(--c1) } .c2 { --c: var(--c2) }
  .card { fill: var(--card); stroke: var(--edge) }
  .name { fill: var(--c) } .rule { fill: var(--ink); font-weight: 600 } .what { fill: var(--dim) }
  .dot { fill: var(--c); stroke: var(--card); stroke-width: 2 }
  .run { stroke: var(--c); stroke-width: 3 }
  .wait { stroke: var(--c); stroke-width: 1.5; stroke-dasharray: 1 5; stroke-linecap: round }
  .turn { fill: none; stroke: var(--turn); stroke-width: 1.5 }
</style>"#;

/// A step of the trace: the frame that took it, its rule, and what it did.
struct Step {
    frame: String,
    rule: String,
    what: String,
}

/// A frame: the step that made it, and its last one.
struct Lane {
    frame: String,
    title: String,
    first: usize,
    last: usize,
}

/// The steps of a trace in JSON Lines. A step that no frame takes, such as Resume, belongs to the frame that it is about.
fn steps(trace: &str) -> Vec<Step> {
    let lines = trace.lines().map(|line| serde_json::from_str::<Value>(line).expect("every line is JSON"));
    let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
    lines
        .filter(|line| line["step"].is_number())
        .map(|step| {
            let started = || step["effects"].as_array()?.iter().find(|effect| effect["frame"].is_string());
            let frame =
                if step["frame"].is_null() { started().map_or(&Value::Null, |e| &e["frame"]) } else { &step["frame"] };
            Step { frame: text(frame), rule: text(&step["rule"]), what: text(&step["text"]) }
        })
        .collect()
}

/// The frames in the order of their creation. A step that creates one says so: `f(x) → task name`.
fn lanes(steps: &[Step]) -> Vec<Lane> {
    let mut lanes = vec![Lane { frame: "main".into(), title: "main".into(), first: 0, last: 0 }];
    for (i, step) in steps.iter().enumerate() {
        if let Some(lane) = lanes.iter_mut().find(|lane| lane.frame == step.frame) {
            lane.last = i;
        }
        let created = step.what.split_once(" → task ").or_else(|| step.what.split_once(" → promise "));
        if let Some((call, name)) = created {
            let name = name.split(',').next().unwrap_or_default();
            lanes.push(Lane { frame: name.into(), title: call.into(), first: i, last: i });
        }
    }
    lanes
}

fn x(lane: usize) -> usize {
    LEFT + lane * LANE
}

fn y(step: usize) -> usize {
    TOP + step * ROW
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture of a trace in JSON Lines, as SVG that is legible on light and on dark ground.
pub fn draw(title: &str, trace: &str) -> String {
    let steps = steps(trace);
    let lanes = lanes(&steps);
    let at = |frame: &str| lanes.iter().position(|lane| lane.frame == frame).unwrap_or(0);
    let height = y(steps.len()) + 24;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n<title>{title}</title>\n{STYLE}\n\
         <rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        WIDTH - 1,
        height - 1,
    );
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    for (i, lane) in lanes.iter().enumerate() {
        let (colour, left, top) = (i % COLOURS, x(i) - 3, TOP - 20);
        let title = escape(&lane.title);
        line(format!(r#"<text class="name c{colour}" transform="translate({left} {top}) rotate(-24)">{title}</text>"#));
        line(format!(r#"<path class="wait c{colour}" d="M{} {}V{}"/>"#, x(i), y(lane.first), y(lane.last)));
        if i > 0 {
            let (from, to) = (x(at(&steps[lane.first].frame)), x(i));
            line(format!(
                r#"<path class="turn" d="M{from} {0}H{1}Q{to} {0} {to} {2}"/>"#,
                y(lane.first),
                to - 8,
                y(lane.first) + 8
            ));
        }
    }
    for (i, pair) in steps.windows(2).enumerate() {
        let (from, to) = (at(&pair[0].frame), at(&pair[1].frame));
        let (x1, y1, x2, y2, middle) = (x(from), y(i), x(to), y(i + 1), y(i) + ROW / 2);
        line(if from == to {
            format!(r#"<path class="run c{}" d="M{x1} {y1}V{y2}"/>"#, from % COLOURS)
        } else {
            format!(r#"<path class="turn" d="M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}"/>"#)
        });
    }
    let text = x(lanes.len()) - 6;
    for (i, step) in steps.iter().enumerate() {
        let (lane, base) = (at(&step.frame), y(i) + 5);
        line(format!(r#"<circle class="dot c{}" cx="{}" cy="{}" r="6"/>"#, lane % COLOURS, x(lane), y(i)));
        line(format!(r#"<text class="rule" x="{text}" y="{base}">{}</text>"#, step.rule));
        line(format!(r#"<text class="what" x="{}" y="{base}">{}</text>"#, text + 186, escape(&step.what)));
    }
    let (text, base) = (x(0) - 6, y(steps.len()) + 6);
    line(format!(
        r#"<text class="what" x="{text}" y="{base}">the line follows the turn · dotted: the frame is parked, ready, or below on the stack</text>"#
    ));
    out + "</svg>\n"
}
