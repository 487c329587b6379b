//! A comparison for people: a line of numbers a side, the outcomes of both in one table, the runs to what only one has, the
//! claim, the verdict.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Claimed, Comparison, Only};
use crate::base::{Source, Span};
use crate::explore::compare::{By, Side, Standing, Verdict};
use crate::explore::report::OutcomeFound;
use crate::render::check::count;
use crate::render::check::text::{self, OUTCOMES, PRINTS};
use crate::render::outcome::grouped;
use crate::render::{Paint, stuck};
use crate::trace::Words;

/// Of many places so many are named.
const PLACES: usize = 5;

/// The name of the program, and a line for each side: `without faults: 3 outcomes · 1,204 states · 2,910 steps · depth 41 · 0.02 s`.
pub fn summary(compared: &Comparison<'_>) -> String {
    let name = compared.parties[0].answer.source.name();
    let width = compared.parties.iter().map(|party| party.name.chars().count()).max().unwrap_or(0);
    let mut text = format!("{name}\n");
    for party in &compared.parties {
        let progress = party.answer.report.progress;
        let parts = [
            count(party.answer.report.outcomes.len() as u64, "outcome"),
            count(progress.states, "state"),
            count(progress.transitions, "step"),
            format!("depth {}", grouped(progress.depth)),
            format!("{:.2} s", party.seconds),
        ];
        let _ = writeln!(text, "  {:<width$}  {}", party.name, parts.join(" · "));
    }
    text
}

/// The outcomes of both sides in one table.
pub fn outcomes(compared: &Comparison<'_>, paint: Paint) -> String {
    let shown = compared.rows.iter().take(OUTCOMES);
    let rows: Vec<(text::Row, [&str; 2])> = shown
        .filter_map(|row| {
            let (side, found) = row.found()?;
            let told = told(compared, side, found);
            Some((told, Side::BOTH.map(|side| mark(compared, row.sides[side.places().0].is_some(), side))))
        })
        .collect();
    if rows.is_empty() {
        return String::from("no outcome: no final state was reached on either side\n");
    }
    let number = rows.len().to_string().len();
    let outcome = rows.iter().map(|(row, _)| row.outcome.chars().count()).max().unwrap_or(0).max("outcome".len());
    let [left, right] = [0, 1].map(|at| &compared.parties[at].name);
    let [wide, wider] = [left, right].map(|name| name.chars().count());
    let prints = if compared.by == By::Result { "" } else { "  prints" };
    let head = format!("{:number$}  {:<outcome$}  {left}  {right}{prints}", "", "outcome");
    let mut text = format!("{}\n", paint.dim(&head));
    for (at, (row, [one, other])) in rows.iter().enumerate() {
        let padded = format!("{:<outcome$}", row.outcome);
        let painted = if row.bad { paint.bad(&padded) } else { paint.good(&padded) };
        let line = format!("{:>number$}  {painted}  {one:<wide$}  {other:<wider$}  {}", at + 1, row.prints);
        let _ = writeln!(text, "{}", line.trim_end());
        for below in &row.below {
            let _ = writeln!(text, "{:number$}    {below}", "");
        }
    }
    if compared.rows.len() > OUTCOMES {
        let _ = writeln!(text, "… and {} more: --format json has them all", compared.rows.len() - OUTCOMES);
    }
    text
}

/// An outcome in words, as far as the comparison looks at it.
fn told(compared: &Comparison<'_>, side: Side, found: &OutcomeFound) -> text::Row {
    let answer = &compared.parties[side.places().0].answer;
    let start = answer.report.start(answer.program, answer.settings);
    let row = text::row(answer, Words::brief(&start), PRINTS, found);
    match compared.by {
        By::Outcome => row,
        By::Prints => {
            let prints: Vec<&str> = found.outcome.prints.iter().take(PRINTS).map(|(_, text)| text.as_str()).collect();
            let more = if found.outcome.prints.len() > PRINTS { " · …" } else { "" };
            text::Row { prints: prints.join(" · ") + more, ..row }
        }
        By::Result => text::Row { prints: String::new(), ..row },
    }
}

fn mark(compared: &Comparison<'_>, has: bool, side: Side) -> &'static str {
    match has {
        true => "yes",
        false if compared.is_certain(side) => "no",
        false => "not seen",
    }
}

/// An outcome that only one side has, with the run to it.
pub fn only(compared: &Comparison<'_>, only: &Only<'_>, saved: Option<&str>, paint: Paint) -> String {
    let (mine, other) = only.side.places();
    let party = &compared.parties[mine];
    let row = told(compared, only.side, only.found);
    let certain = compared.parties[other].answer.report.is_complete();
    let head = if certain { "only" } else { "so far only" };
    let shortest = if only.shortest { ", shortest" } else { "" };
    let local = if party.local { " --local" } else { "" };
    let replay = match saved {
        Some(file) => format!("replay: lacuna replay {} {file}{local}", party.answer.source.name()),
        None => String::from("--save keeps it for lacuna replay"),
    };
    let head = paint.bold(&format!("{head} {}", party.name));
    let (length, number) = (count(only.run.length, "step"), only.number);
    let mut told = format!("{head}: {} ({number})\n          {length}{shortest}; {replay}\n", row.outcome);
    if only.run.divergence.is_some() {
        let report = stuck::Report { sys: &only.run.end, source: party.answer.source, made: &BTreeMap::new(), paint };
        let lines = report.divergence(only.run.divergence.as_ref());
        lines.lines().skip(2).take(2).for_each(|line| told += &format!("        {line}\n"));
    }
    if only.run.length > 0 {
        told += &text::table(&party.answer, &only.run, 0, paint);
    }
    told
}

/// What limits cut on either side.
pub fn limits(compared: &Comparison<'_>, paint: Paint) -> String {
    let mut text = String::new();
    for party in &compared.parties {
        for limit in party.answer.limits {
            let (cut, left) = (paint.bold("cut:"), count(limit.unexpanded, "state"));
            let _ = writeln!(text, "{cut} {}, {}: what comes after {left} was not looked at", party.name, limit.option);
        }
    }
    text
}

/// What the calculus claims, and how the program stands to it.
pub fn claim(claimed: &Claimed, source: &Source, paint: Paint) -> String {
    let (name, says) = (claimed.claim.name(), claimed.claim.text());
    let mut text = format!("{} {name}: {says}\n", paint.bold("claim:"));
    match claimed.standing {
        Standing::Kept => text += "  so it is here: the program keeps to all that this asks for\n",
        Standing::Unknown => text += "  whether it is so here, only two complete searches can tell\n",
        Standing::Contradicted => {
            let loud = paint.bad("CONTRADICTED");
            let _ = writeln!(
                text,
                "  {loud}: the program keeps to all that this asks for, and it is not so. That is a bug"
            );
            text += "  in Lacuna, or in the claim: please report it with this program\n";
        }
        Standing::NotPromised => text += "  not promised for this program:\n",
    }
    for broken in &claimed.broken {
        let _ = writeln!(text, "    it {}{}", broken.what, places(&broken.places, source));
    }
    text
}

/// `: line 12 (n = n + 1), line 14 (n)`
fn places(places: &[Span], source: &Source) -> String {
    if places.is_empty() {
        return String::new();
    }
    let named = places.iter().take(PLACES).map(|span| {
        let code = source.slice(*span).split_whitespace().collect::<Vec<&str>>().join(" ");
        let line = source.place(span.start).line;
        let short: String = code.chars().take(30).collect();
        if short.len() < code.len() { format!("line {line} ({short}…)") } else { format!("line {line} ({short})") }
    });
    let mut named: Vec<String> = named.collect();
    named.extend((places.len() > PLACES).then(|| format!("{} more", places.len() - PLACES)));
    format!(": {}", named.join(", "))
}

/// The last line.
pub fn verdict(compared: &Comparison<'_>, paint: Paint) -> String {
    let complete = if Side::BOTH.iter().all(|side| compared.is_certain(*side)) { "complete" } else { "not complete" };
    let verdict = match compared.verdict {
        Verdict::Same => paint.good("the same on both sides"),
        Verdict::Limit => paint.bold("nothing certain within the limits"),
        Verdict::Differ => {
            let alone = |side: Side| {
                let number = compared.alone(side);
                (number > 0).then(|| format!("{number} only {}", compared.parties[side.places().0].name))
            };
            let parts: Vec<String> = Side::BOTH.into_iter().filter_map(alone).collect();
            paint.bad(&format!("they differ: {}", parts.join(", ")))
        }
    };
    format!("verdict: {verdict} ({complete})\n")
}
