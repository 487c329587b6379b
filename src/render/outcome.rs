//! How a run ended, as text.

use super::Paint;
use crate::calculus::Text;
use crate::calculus::op::quote;
use crate::semantics::outcome::{Ending, Outcome};
use crate::semantics::system::System;
use crate::trace::Words;

/// The line that ends the output of a run: `result: 3`, `failed: no stock`, `deadlock` or `diverged: main.1`.
pub fn result(sys: &System, outcome: &Outcome, paint: Paint) -> String {
    let words = Words::whole(sys);
    match &outcome.result {
        Ending::Returned(value) => format!("{} {}", paint.good("result:"), words.value(value)),
        Ending::Failed(error) => format!("{} {}", paint.bad("failed:"), one_line(error)),
        Ending::Deadlock => paint.bad("deadlock"),
        Ending::Diverged(promise) => format!("{} {}", paint.bad("diverged:"), words.path(*promise)),
    }
}

/// How a run ended, in a line: its result, or after how many steps it was stopped.
pub fn ending(sys: &System, outcome: Result<&Outcome, u64>) -> String {
    match outcome {
        Ok(outcome) => result(sys, outcome, Paint(false)),
        Err(steps) => format!("stopped after {} steps", grouped(steps)),
    }
}

/// The failures that nobody saw, a line each; empty when there is none.
pub fn unobserved(outcome: &Outcome, paint: Paint) -> String {
    let line = |error: &Text| format!("{} {}\n", paint.bad("nobody saw this failure:"), one_line(error));
    outcome.unobserved.iter().map(line).collect()
}

/// An error as it is, or with escapes where it would not stay on its line.
pub fn one_line(error: &str) -> String {
    let mut text = error.to_owned();
    if text.contains(char::is_control) {
        text.clear();
        quote(&mut text, error);
    }
    text
}

/// A number with commas between its thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
