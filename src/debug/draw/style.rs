//! How things look. Nothing is told by its colour alone: there are marks for all of it.

use ratatui::style::{Color, Modifier, Style};

use crate::semantics::rule::{Family, Rule};

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// There are.
    pub colour: bool,
}

impl Look {
    fn with(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    /// What stands back.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What stands out.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Where the reader is.
    pub fn accent(self) -> Style {
        self.with(Color::Cyan)
    }

    /// What went well.
    pub fn good(self) -> Style {
        self.with(Color::Green)
    }

    /// What is wrong.
    pub fn bad(self) -> Style {
        self.with(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What is selected.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// A rule by its family, as in the text of a trace.
    pub fn rule(self, rule: &Rule) -> Style {
        match rule.family {
            _ if rule.fault.is_some() => self.with(Color::Red),
            Family::Sequential => Style::new(),
            Family::Tasks => self.with(Color::Cyan),
            Family::Executions | Family::Promises => self.with(Color::Magenta),
            Family::Messages => self.with(Color::Yellow),
            Family::Failure => self.with(Color::Red),
            Family::Time | Family::Cancel => self.with(Color::Blue),
        }
    }
}
