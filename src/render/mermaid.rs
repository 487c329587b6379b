//! A run as a sequence diagram in the language of Mermaid, for pages that draw such by themselves. An execution is a
//! participant, in the box of its node; it is active while it has a frame on a stack.

use super::svg::Part;
use super::view::fold::{self, Row, RowKind, Show};
use super::view::{Fate, Flight, Index, LinkKind, Phase, View};
use super::words;

/// Mermaid draws no longer text than this, unless it is told to.
const LETTERS: usize = 50_000;

/// Mermaid draws no more arrows than these, unless it is told to.
const ARROWS: usize = 500;

/// A diagram, and the last step that it shows.
#[derive(Clone, Debug)]
pub struct Diagram {
    /// The text.
    pub text: String,
    /// The step with which the rest begins, where there is one.
    pub rest: Option<u64>,
}

/// Draws the steps from one to another, as many as Mermaid draws.
pub fn draw(view: &View, show: Show, part: &Part) -> Result<Diagram, String> {
    let rows = fold::rows(view, show);
    let page = super::svg::range(view, &rows, part)?;
    let mut writer = Writer { view, lines: head(view), letters: 0, arrows: 0, active: vec![0; view.executions.len()] };
    writer.letters = writer.lines.iter().map(|line| line.len() + 1).sum();
    writer.catch_up(rows[page.start].moments.start);
    let mut rest = None;
    for row in &rows[page.clone()] {
        let lines = writer.row(row);
        let letters: usize = lines.iter().map(|line| line.len() + 1).sum();
        let arrows =
            lines.iter().filter(|line| line.contains(">>") || line.contains("-)") || line.contains("-x")).count();
        if writer.letters + letters > LETTERS - 200 || writer.arrows + arrows > ARROWS {
            rest = Some(view.moments[row.moments.start].step);
            break;
        }
        writer.letters += letters;
        writer.arrows += arrows;
        writer.lines.extend(lines);
    }
    if let Some(step) = rest {
        writer.lines.push(writer.note_all(&format!("from step {step} on: too much for one diagram")));
    }
    Ok(Diagram { text: writer.lines.join("\n") + "\n", rest })
}

fn head(view: &View) -> Vec<String> {
    let mut lines = vec![
        String::from("sequenceDiagram"),
        format!("    %% {}: {}", one_line(&view.program), one_line(&view.ending)),
    ];
    for (at, node) in view.nodes.iter().enumerate() {
        // A colour first: else a node that is called by the name of one would be it.
        lines.push(format!("    box transparent {}", text(&node.name)));
        lines.push(format!("    participant n{at} as {}", text(&node.name)));
        for (at, execution) in view.executions.iter().enumerate().filter(|(_, execution)| execution.node == at) {
            lines.push(format!("    participant e{at} as {}", text(&execution.name)));
        }
        lines.push(String::from("    end"));
    }
    lines
}

struct Writer<'a> {
    view: &'a View,
    lines: Vec<String>,
    letters: usize,
    arrows: usize,
    /// How many frames of each execution are on stacks.
    active: Vec<usize>,
}

impl Writer<'_> {
    /// What is active already where the diagram begins.
    fn catch_up(&mut self, at: Index) {
        for moment in 0..at {
            self.activations(moment);
        }
        let active: Vec<String> = self
            .active
            .iter()
            .enumerate()
            .flat_map(|(at, count)| vec![format!("    activate e{at}"); *count])
            .collect();
        self.lines.extend(active);
    }

    fn row(&mut self, row: &Row) -> Vec<String> {
        let last = self.view.moments[row.moments.end - 1].step;
        let folded = match row.kind {
            RowKind::Moment => None,
            RowKind::Run { steps } => Some(format!("{steps} steps that a frame takes by itself, to step {last}")),
            RowKind::Rounds { rounds, rows } => {
                Some(format!("{rounds} more rounds of the {rows} rows before, to step {last}"))
            }
        };
        let mut lines: Vec<String> = folded.map(|words| self.note_all(&words)).into_iter().collect();
        for at in row.moments.clone() {
            if lines.is_empty() || at > row.moments.start && row.kind == RowKind::Moment {
                lines.extend(self.moment(at, at > row.moments.start));
            }
            lines.extend(self.activations(at));
        }
        lines
    }

    /// What happens at a moment; of those that a picture leaves out nothing.
    fn moment(&self, at: Index, left_out: bool) -> Vec<String> {
        let moment = &self.view.moments[at];
        let mut lines: Vec<String> = Vec::new();
        if let Some(now) = moment.now {
            lines.push(self.note_all(&format!("now = {now}")));
        }
        let landed = self.view.flights.iter().filter(|flight| flight.fate.at() == Some(at));
        lines.extend(landed.map(|flight| self.flight(flight)));
        let links = self.view.links.iter().filter(|link| link.at == at);
        for link in links {
            let (from, to) = (self.view.frames[link.from].execution, self.view.frames[link.to].execution);
            match link.kind {
                LinkKind::Spawn => lines.push(format!("    e{from}->>e{to}: {} {}", moment.step, text(&moment.rule))),
                LinkKind::Call | LinkKind::Park | LinkKind::Resume => {}
            }
        }
        if lines.is_empty() && !left_out && moment.step > 0 {
            let words = format!("{} {}: {}", moment.step, moment.rule, super::svg::cut(&moment.text, 60));
            lines.push(match (moment.frame, moment.node) {
                (Some(frame), _) => {
                    format!("    Note right of e{}: {}", self.view.frames[frame].execution, text(&words))
                }
                (None, Some(node)) => format!("    Note over n{node}: {}", text(&words)),
                (None, None) => self.note_all(&words),
            });
        }
        lines
    }

    fn flight(&self, flight: &Flight) -> String {
        let step = flight.fate.at().map_or(0, |at| self.view.moments[at].step);
        let from = match (flight.from, self.view.moments[flight.sent].node) {
            (Some(frame), _) => format!("e{}", self.view.frames[frame].execution),
            (None, Some(node)) => format!("n{node}"),
            (None, None) => String::from("n0"),
        };
        let (to, arrow, fate) = match flight.fate {
            Fate::Taken { frame: Some(frame), .. } => (format!("e{}", self.view.frames[frame].execution), "-)", ""),
            Fate::Taken { node, .. } => (format!("n{node}"), "-)", ""),
            Fate::Discarded { .. } => (format!("n{}", words::addressee(self.view, flight)), "--x", "discarded: "),
            Fate::Lost { .. } | Fate::Flying => (format!("n{}", words::addressee(self.view, flight)), "-x", "lost: "),
        };
        format!("    {from}{arrow}{to}: {step} {fate}{}", text(&words::message(&flight.message.body)))
    }

    /// The frames that get on a stack or leave it at a moment.
    fn activations(&mut self, at: Index) -> Vec<String> {
        let mut lines = Vec::new();
        for frame in &self.view.frames {
            let before = at.checked_sub(1).is_some_and(|before| on_stack(frame.phase(before)));
            let now = on_stack(frame.phase(at));
            let execution = frame.execution;
            if now && !before {
                self.active[execution] += 1;
                lines.push(format!("    activate e{execution}"));
            }
            if before && !now && self.active[execution] > 0 {
                self.active[execution] -= 1;
                lines.push(format!("    deactivate e{execution}"));
            }
        }
        lines
    }

    fn note_all(&self, words: &str) -> String {
        let last = self.view.nodes.len() - 1;
        let over = if last == 0 { String::from("n0") } else { format!("n0,n{last}") };
        format!("    Note over {over}: {}", text(words))
    }
}

fn on_stack(phase: Option<&Phase>) -> bool {
    matches!(phase, Some(Phase::Top | Phase::Below))
}

/// A comment ends with its line.
fn one_line(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Text as Mermaid takes it: what it would read as something else is written by its number.
fn text(words: &str) -> String {
    let mut out = String::new();
    for c in one_line(words).chars() {
        match c {
            '#' | ';' | '<' | '>' | '&' | '"' | '\\' | '{' | '}' | '%' | '$' => {
                out.push_str(&format!("#{};", c as u32));
            }
            c => out.push(c),
        }
    }
    // The word that ends a block.
    out.split(' ')
        .map(|word| if word.eq_ignore_ascii_case("end") { "e#110;d" } else { word })
        .collect::<Vec<&str>>()
        .join(" ")
}
