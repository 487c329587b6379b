//! Why a rule does not fire, for people: each place that has its shape, premise by premise.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{PLACES, Standing, Told, Why};
use crate::base::Source;
use crate::render::{Paint, stuck};
use crate::semantics::rule::Rule;
use crate::semantics::system::System;
use crate::trace::Words;

/// Why `rule` fires somewhere in Σ, or nowhere: the places that have its shape, those where it fires first.
pub fn everywhere(sys: &mut System, source: &Source, rule: &'static Rule, paint: Paint) -> String {
    let mut found = super::everywhere(sys, source, rule);
    found.retain(|why| why.fits);
    if found.is_empty() {
        return nowhere(sys, source, rule, paint);
    }
    let mut text = String::new();
    for why in found.iter().take(PLACES) {
        text += &one(why, paint);
        text.push('\n');
    }
    if found.len() > PLACES {
        let _ = writeln!(text, "… and {} places more", found.len() - PLACES);
    }
    text
}

/// A rule at one place.
pub fn one(why: &Why, paint: Paint) -> String {
    let mut text = format!("{}  {}\n", paint.bold(why.rule.name), why.place);
    if !why.fits {
        let _ = writeln!(text, "  {}", why.verdict());
        return text;
    }
    let width = why.premises.iter().map(|told| told.text.chars().count()).max().unwrap_or(0);
    for told in &why.premises {
        let _ = writeln!(text, "  {}", premise(told, width, paint).trim_end());
    }
    let end = match (why.enabled, why.holds()) {
        (true, _) => paint.good(&why.verdict()),
        (false, true) => why.verdict(),
        (false, false) => paint.bad(&why.verdict()),
    };
    let _ = writeln!(text, "  {end}");
    text
}

/// `fails   T(L(y)) = done(v)   T(L(y)): running, L(y): main.0`
fn premise(told: &Told, width: usize, paint: Paint) -> String {
    let (word, painted) = match told.standing {
        Standing::Holds => ("holds", paint.good("holds")),
        Standing::Fails => ("fails", paint.bad("fails")),
        Standing::NotReached => ("–", paint.dim("–")),
    };
    let here: Vec<String> = told.here.iter().map(|fact| format!("{}: {}", fact.term, fact.value)).collect();
    let (pad, gap) = (5 - word.chars().count(), width - told.text.chars().count());
    format!("{painted}{:pad$}  {}{:gap$}   {}", "", told.text, "", here.join(" · "))
}

/// Nothing in Σ has the shape of the rule.
fn nowhere(sys: &System, source: &Source, rule: &Rule, paint: Paint) -> String {
    let mut text = format!("{} fires nowhere: nothing here has the shape that it starts from\n", paint.bold(rule.name));
    let _ = writeln!(text, "  {}", rule.from);
    let made = BTreeMap::new();
    let standing = stuck::Report { sys, source, made: &made, paint }.standing();
    match standing.is_empty() {
        true => text += "no stack is ready\n",
        false => text = text + "the stacks that are ready stand at\n" + &standing,
    }
    let words = Words::brief(sys);
    for (at, (_, parked)) in sys.parked.iter().take(PLACES).enumerate() {
        let line = source.place(sys.program.span(parked.stack.top().pc).start).line;
        let head = if at == 0 { "parked are\n" } else { "" };
        let _ = writeln!(text, "{head}  {}, line {line}, on {}", words.frame(&parked.stack), words.things(&parked.on));
    }
    text
}
