//! Colours for a terminal that wants them. Without them every function here gives its text back.

use crate::semantics::rule::{Family, Rule};

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What stands back: heads, numbers, lines.
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// What stands out.
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What went well.
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// What went wrong.
    pub fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// A rule by its family; `text` is its name, perhaps padded.
    pub fn rule(self, rule: &Rule, text: &str) -> String {
        let code = match rule.family {
            _ if rule.fault.is_some() => "31",
            Family::Sequential => "39",
            Family::Tasks => "36",
            Family::Executions | Family::Promises => "35",
            Family::Messages => "33",
            Family::Failure => "31",
            Family::Time | Family::Cancel => "34",
        };
        self.with(code, text)
    }
}
