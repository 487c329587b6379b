//! A trace as a table: one line a step. People compare traces line by line, so how a line looks depends on the program
//! and on the line alone, never on other lines.

use super::Paint;
use crate::calculus::Program;
use crate::semantics::catalogue::CATALOGUE;
use crate::trace::event::Step;

/// The layout of a trace of one program.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    node: usize,
    rule: usize,
    paint: Paint,
}

/// Columns for the number of a step, at least.
const STEP: usize = 4;

/// What stands behind the number of a step that is a fault.
pub const FAULT: char = '!';

/// Columns for the name of an execution, at least.
const EXECUTION: usize = 9;

impl Table {
    /// The layout for traces of `program`.
    pub fn new(program: &Program, paint: Paint) -> Table {
        let longest = |names: &mut dyn Iterator<Item = &str>| names.map(|name| name.chars().count()).max();
        let node = longest(&mut program.nodes.iter().map(String::as_str)).unwrap_or(0).max("node".len());
        let rule = longest(&mut CATALOGUE.iter().map(|rule| rule.name)).unwrap_or(0);
        Table { node, rule, paint }
    }

    /// The head of the table.
    pub fn head(self) -> String {
        let line = self.line("step ", "node", "execution", "rule", "what", |text| text.to_owned());
        self.paint.dim(&line)
    }

    /// The line of a step.
    pub fn row(self, step: &Step) -> String {
        let node = step.node.as_deref().unwrap_or("-");
        let execution = step.execution_name();
        let paint = |name: &str| match CATALOGUE.iter().find(|rule| rule.name == step.rule) {
            Some(rule) => self.paint.rule(rule, name),
            None => name.to_owned(),
        };
        let number = format!("{:>STEP$}{}", step.step, if step.fault { FAULT } else { ' ' });
        self.line(&number, node, execution.as_deref().unwrap_or("-"), &step.rule, &step.text, paint)
    }

    fn line(
        self,
        step: &str,
        node: &str,
        execution: &str,
        rule: &str,
        what: &str,
        paint: impl Fn(&str) -> String,
    ) -> String {
        let rule = if what.is_empty() { rule.to_owned() } else { format!("{rule:<width$}", width = self.rule) };
        let line = format!("{step} {node:<width$}  {execution:<EXECUTION$}  ", width = self.node);
        format!("{line}{}  {what}", paint(&rule)).trim_end().to_owned()
    }
}
