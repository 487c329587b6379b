//! The pages of `explain`: a rule, a code, and the list of both.

use std::fmt::Write;

use super::Paint;
use crate::diagnostic::Code;
use crate::semantics::catalogue::{self, CATALOGUE};
use crate::semantics::rule::{Family, Rule};

/// Columns of running text.
const WIDTH: usize = 96;

/// How far everything below a heading stands in.
const INDENT: &str = "  ";

/// The trace of a rule's smallest program.
pub struct Example<'a> {
    /// The options that make `lacuna trace` show it; often empty.
    pub options: &'a str,
    /// The head of the table.
    pub head: String,
    /// The rows, and whether each is a step by the rule.
    pub rows: Vec<(bool, String)>,
}

/// A rule: its figure, its words, its source, its smallest program and that program's trace.
pub fn rule(rule: &Rule, example: &Example<'_>, paint: Paint) -> String {
    let mut page = String::new();
    let family = format!("{} (section {})", rule.family.title(), rule.family.section());
    let _ = writeln!(page, "{}  {}\n", paint.bold(rule.name), paint.dim(&family));
    write_block(&mut page, &rule.figure());
    page.push('\n');
    write_block(&mut page, &textwrap::fill(&words(rule), WIDTH));
    let _ = writeln!(page, "\n{INDENT}{} {}", paint.dim("Source:"), rule.source);
    if let Some(fault) = rule.fault {
        let _ = writeln!(page, "{INDENT}{} a fault, paid from --{}", paint.dim("Budget:"), fault.option());
    }
    let _ = writeln!(page, "\n{}\n", paint.bold("The smallest program that takes this step"));
    write_block(&mut page, &listing(rule.example));
    let file = format!("{}.lac", rule.ident.trim_end_matches('_'));
    let command = format!("lacuna trace {file} {}", example.options);
    let _ = writeln!(page, "\n{}  {}\n", paint.bold("Its trace"), paint.dim(command.trim_end()));
    let _ = writeln!(page, "{INDENT}{INDENT}{}", example.head);
    for (marked, row) in &example.rows {
        let mark = if *marked { "▸ " } else { INDENT };
        let _ = writeln!(page, "{INDENT}{mark}{row}");
    }
    page
}

/// A code: its meaning, a wrong and a right program.
pub fn code(code: Code, paint: Paint) -> String {
    let mut page = String::new();
    let kind = if code.is_warning() { "a warning: the program runs all the same" } else { "an error" };
    let _ = writeln!(page, "{}  {}\n", paint.bold(code.name()), paint.dim(kind));
    write_block(&mut page, code.summary());
    for paragraph in code.explanation().split("\n\n") {
        page.push('\n');
        write_block(&mut page, &textwrap::fill(paragraph, WIDTH));
    }
    let _ = writeln!(page, "\n{}\n", paint.bad("Wrong"));
    write_block(&mut page, code.wrong());
    let _ = writeln!(page, "\n{}\n", paint.good("Right"));
    write_block(&mut page, code.right());
    if let Some(rule) = catalogue::find(code.short_name()) {
        let hint = format!("{} is also the name of a rule: lacuna explain {}", rule.name, rule.name);
        let _ = writeln!(page, "\n{}", paint.dim(&hint));
    }
    page
}

/// Every rule in the order of the calculus, and every code.
pub fn list(paint: Paint) -> String {
    let names = CATALOGUE.iter().map(|rule| rule.name).chain(Code::ALL.iter().map(|code| code.name()));
    let width = names.map(str::len).max().unwrap_or(0);
    let mut page = String::new();
    for family in Family::ALL {
        let _ =
            writeln!(page, "{}  {}", paint.bold(family.title()), paint.dim(&format!("section {}", family.section())));
        for rule in CATALOGUE.iter().filter(|rule| rule.family == family) {
            let name = paint.rule(rule, &format!("{:<width$}", rule.name));
            let _ = writeln!(page, "{INDENT}{name}  {}", summary(rule));
        }
        page.push('\n');
    }
    for (title, warnings) in [("Errors in programs", false), ("Warnings about programs", true)] {
        let _ = writeln!(page, "{}", paint.bold(title));
        for code in Code::ALL.iter().filter(|code| code.is_warning() == warnings) {
            let _ = writeln!(page, "{INDENT}{:<width$}  {}", code.name(), code.summary());
        }
        page.push('\n');
    }
    let _ = writeln!(page, "lacuna explain NAME shows the page of one of them.");
    page
}

/// The words of a rule as one paragraph.
pub fn words(rule: &Rule) -> String {
    let lines: Vec<&str> = rule.doc.lines().map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}

/// The first sentence of a rule's words; where that is longer than a line, as many of its clauses as fit.
pub fn summary(rule: &Rule) -> String {
    const LONGEST: usize = 74;
    let words = words(rule);
    let first = words.split_once(". ").map_or(words.as_str(), |(first, _)| first).trim_end_matches('.');
    if first.chars().count() < LONGEST {
        return format!("{first}.");
    }
    let line = textwrap::wrap(first, LONGEST).into_iter().next().unwrap_or_default();
    match (line.find([':', ';']), line.rfind(',')) {
        (Some(at), _) => format!("{}.", &line[..at]),
        (None, Some(at)) => format!("{} …", &line[..at]),
        (None, None) => format!("{line} …"),
    }
}

/// A program without the lines that only say how to run it.
fn listing(program: &str) -> String {
    let lines: Vec<&str> = program.lines().filter(|line| !line.starts_with("// run:")).collect();
    lines.join("\n")
}

fn write_block(page: &mut String, text: &str) {
    for line in text.trim_end().lines() {
        page.push_str(format!("{INDENT}{line}").trim_end());
        page.push('\n');
    }
}
