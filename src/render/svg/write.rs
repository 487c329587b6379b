//! The marks of SVG: a text that grows by elements. Numbers are whole pixels or tenths, so the same picture is the same
//! bytes everywhere.

use std::fmt::Write;

/// A point, in pixels from the top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A point.
pub fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// A picture in the making.
#[derive(Debug, Default)]
pub struct Svg {
    /// What is there so far.
    pub text: String,
}

impl Svg {
    /// Adds an element as it is written, on a line of its own.
    pub fn line(&mut self, element: &str) {
        self.text.push_str(element);
        self.text.push('\n');
    }

    /// Opens a group of this class.
    pub fn open(&mut self, class: &str) {
        let _ = writeln!(self.text, "<g class=\"{class}\">");
    }

    /// Closes the group that was opened last.
    pub fn close(&mut self) {
        self.line("</g>");
    }

    /// A rectangle; `at` is its top left corner.
    pub fn rect(&mut self, class: &str, at: Point, width: f64, height: f64, radius: f64) {
        let (x, y, width, height) = (number(at.x), number(at.y), number(width), number(height));
        let round = if radius > 0.0 { format!(" rx=\"{}\"", number(radius)) } else { String::new() };
        let _ = writeln!(
            self.text,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{round}/>"
        );
    }

    /// A path.
    pub fn path(&mut self, class: &str, data: &str) {
        let _ = writeln!(self.text, "<path class=\"{class}\" d=\"{data}\"/>");
    }

    /// A straight line.
    pub fn stroke(&mut self, class: &str, from: Point, to: Point) {
        let data = format!("M{} {}L{} {}", number(from.x), number(from.y), number(to.x), number(to.y));
        self.path(class, &data);
    }

    /// A line of text; `at` is the start of its base line, or its middle or end as the class says.
    pub fn words(&mut self, class: &str, at: Point, words: &str) {
        let (x, y, words) = (number(at.x), number(at.y), escape(words));
        let _ = writeln!(self.text, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>");
    }

    /// What a pointer that rests on the group that is open is told.
    pub fn tip(&mut self, words: &str) {
        let _ = writeln!(self.text, "<title>{}</title>", escape(words));
    }
}

/// A number with at most one digit behind the point.
pub fn number(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.abs() / 10, tenths.abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Text as it stands in XML, in an element or an attribute; what XML cannot hold becomes U+FFFD.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A text of at most so many letters, cut at its end.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
