//! What is wrong with a user's program, as data: a code, a severity, labelled places, one plain sentence and a
//! way out. The only module besides `cli` that knows miette.

mod codes;
mod render;

pub use codes::{Code, docs};
pub use render::{Style, json, render};

use crate::base::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program does not run.
    Error,
    /// The program runs, though probably not as meant.
    Warning,
}

/// A place in the source and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words, lower case, no full stop.
    pub text: String,
}

/// One complaint about a program. The first label is the primary place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which check complains.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One plain sentence, lower case, no full stop.
    pub message: String,
    /// Places, the primary one first; never empty.
    pub labels: Vec<Label>,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span`; `label` says what is wrong there.
    pub fn error(code: Code, span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message.into(), label.into())
    }

    /// A warning at `span`; `label` says what is odd there.
    pub fn warning(code: Code, span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message.into(), label.into())
    }

    fn new(severity: Severity, code: Code, span: Span, message: String, label: String) -> Self {
        let labels = vec![Label { span, text: label }];
        Diagnostic { code, severity, message, labels, help: None }
    }

    /// The same with another labelled place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// The same with a help text.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The primary place.
    pub fn span(&self) -> Span {
        self.labels[0].span
    }

    /// Whether it keeps the program from running.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
