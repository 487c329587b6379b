//! What a search, or a number of runs, never came to, in the terms of the source: a property that was never evaluated claims nothing, and code
//! that never ran was not tested. Told by lines and functions: a statement of the core is nobody's business.

use std::collections::{BTreeMap, BTreeSet};

use super::report::Coverage;
use crate::base::{Source, Span};
use crate::calculus::term::{Function, Property};
use crate::calculus::{FnId, Program, Stmt};
use crate::semantics::catalogue::CATALOGUE;

/// What a search never came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vacuity {
    /// Properties that were never evaluated, by name.
    pub properties: Vec<String>,
    /// Parts of properties that were never evaluated.
    pub parts: Vec<Part>,
    /// Code that never ran, in the order of the source. Only who has looked at everything there was can say so.
    pub code: Vec<Code>,
    /// `choose` found nothing to choose from.
    pub empty_choice: bool,
    /// The rules that never fired, in the order of the catalogue.
    pub rules: Vec<&'static str>,
}

/// A part of a property that was never evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The property.
    pub property: String,
    /// Where the part stands.
    pub span: Span,
}

/// Lines that never ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The function that they are of.
    pub function: String,
    /// The function never ran at all.
    pub whole: bool,
    /// The first line and the last.
    pub lines: (usize, usize),
}

impl Vacuity {
    /// What was never come to by whoever has this coverage; `complete` says that there was nothing else to look at.
    pub fn of(coverage: &Coverage, complete: bool, program: &Program, source: &Source) -> Vacuity {
        let evaluated = |at: usize| coverage.evaluated.get(at).copied().unwrap_or(false);
        let seen = |at: usize| coverage.statements.get(at).copied().unwrap_or(false);
        let properties = program.properties.iter().enumerate();
        let (used, unused): (Vec<_>, Vec<_>) = properties.partition(|(at, _)| evaluated(*at));
        Vacuity {
            properties: unused.into_iter().map(|(_, property)| property.name.clone()).collect(),
            parts: used.into_iter().filter_map(|(_, property)| part(program, property, &seen)).collect(),
            code: if complete { code(program, source, &seen) } else { Vec::new() },
            empty_choice: coverage.has_fired("Choose-Error"),
            rules: CATALOGUE.iter().map(|rule| rule.name).filter(|name| !coverage.has_fired(name)).collect(),
        }
    }
}

/// The first stretch of a property that was not evaluated.
fn part(program: &Program, property: &Property, seen: &dyn Fn(usize) -> bool) -> Option<Part> {
    let function = program.function(property.body);
    let range = function.entry.0 as usize..function.end.0 as usize;
    let whole = program.spans[range.end - 1];
    // What is evaluated has a value; the jumps between the parts, and the verdicts of `&&` and `||` as wholes, have the
    // spans of what they join.
    let spans = |want: bool| range.clone().filter(move |at| seen(*at) == want).map(|at| program.spans[at]);
    let inside = |outer: Span, span: Span| outer.start <= span.start && span.end <= outer.end;
    let is_jump = |at: usize| matches!(program.code[at], Stmt::Goto { .. });
    let first = range.clone().find(|at| !seen(*at) && !is_jump(*at) && program.spans[*at] != whole)?;
    // The largest unseen expression around it that holds nothing that was seen.
    let around = spans(false).filter(|span| inside(*span, program.spans[first]));
    let clean = around.filter(|span| !spans(true).any(|seen| inside(*span, seen)));
    let span = clean.max_by_key(|span| span.len())?;
    Some(Part { property: property.name.clone(), span })
}

/// Lines of functions of which no statement ever ran.
fn code(program: &Program, source: &Source, seen: &dyn Fn(usize) -> bool) -> Vec<Code> {
    let bodies: BTreeSet<FnId> = program.properties.iter().map(|property| property.body).collect();
    let called = called(program);
    let functions = (0..program.functions.len() as u32).map(FnId).filter(|f| !bodies.contains(f));
    let mut found: Vec<Code> = Vec::new();
    for f in functions.filter(|f| called.contains(f) || program.main == Some(*f)) {
        found.extend(lines(program, source, program.function(f), seen));
    }
    found.sort_by_key(|code| code.lines);
    found
}

/// The functions that the program calls somewhere; of the others the elaborator has said so already.
fn called(program: &Program) -> BTreeSet<FnId> {
    let callee = |stmt: &Stmt| match stmt {
        Stmt::Call { f, .. }
        | Stmt::Async { f, .. }
        | Stmt::SpawnLocal { f, .. }
        | Stmt::SpawnDist { f, .. }
        | Stmt::Send { f, .. } => Some(*f),
        _ => None,
    };
    program.code.iter().filter_map(callee).collect()
}

fn lines(program: &Program, source: &Source, function: &Function, seen: &dyn Fn(usize) -> bool) -> Vec<Code> {
    let mut ran: BTreeMap<usize, bool> = BTreeMap::new();
    let range = function.entry.0 as usize..function.end.0 as usize;
    for at in range.clone() {
        let span = program.spans[at];
        // A jump joins the arms of a statement and stands at its head, which may well have run. What stands at a closing
        // brace is no code of the user: the return at an end, the cleaning up of a scope.
        if matches!(program.code[at], Stmt::Goto { .. }) || source.slice(span).starts_with('}') {
            continue;
        }
        *ran.entry(source.place(span.start).line).or_default() |= seen(at);
    }
    let code = |whole, lines| Code { function: function.name.clone(), whole, lines };
    let (Some((first, _)), Some((last, _))) = (ran.first_key_value(), ran.last_key_value()) else { return Vec::new() };
    if !range.clone().any(seen) {
        return vec![code(true, (*first, *last))];
    }
    let mut found: Vec<Code> = Vec::new();
    let mut open = false;
    for (line, ran) in ran {
        match found.last_mut() {
            _ if ran => open = false,
            Some(before) if open => before.lines.1 = line,
            _ => {
                found.push(code(false, (line, line)));
                open = true;
            }
        }
    }
    found
}
