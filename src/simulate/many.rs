//! Many runs by many hands. What comes of them does not depend on how many hands there are.

use std::collections::BTreeMap;
use std::ops::Range;

use super::partition::Cuts;
use super::plan::Plan;
use super::walk::{Ran, Walker};
use super::watch::Watch;
use crate::explore::report::{Coverage, Crew, Job};

/// What came of many runs.
#[derive(Clone, Debug)]
pub struct Tally {
    /// How many were taken. Where one of them ended the search, it and those before it.
    pub runs: u64,
    /// Their steps.
    pub steps: u64,
    /// How many reached the limit of steps before their end.
    pub cut: u64,
    /// Their partitions.
    pub cuts: Cuts,
    /// How many showed something wrong.
    pub failures: u64,
    /// For each thing that is wrong, by name, the number of the first run that shows it.
    pub found: BTreeMap<String, u64>,
    /// What the runs came to see.
    pub coverage: Coverage,
}

/// What is kept of a run.
struct Kept {
    wrong: Option<String>,
    cut: bool,
    cuts: Cuts,
    steps: u64,
}

/// The runs that one hand takes between two looks at the others: their numbers, and what came of them.
struct Part {
    numbers: Range<u64>,
    kept: Vec<Kept>,
    watch: Watch,
}

impl Part {
    fn work(&mut self, plan: &Plan<'_>, keep_going: bool) {
        for run in self.numbers.clone() {
            let kept = keep(Walker::new(plan, &mut self.watch).forgetful().random(run));
            let ends = kept.wrong.is_some() && !keep_going;
            self.kept.push(kept);
            if ends {
                return;
            }
        }
    }
}

/// So many runs at least are taken by one hand between two looks at the others.
const STRETCH: u64 = 16;

/// About so many steps, where runs are short.
const STEPS: u64 = 200_000;

/// How many runs one hand takes between two looks: by the length of those before.
fn stretch(tally: &Tally) -> u64 {
    let length = (tally.steps / tally.runs.max(1)).max(1);
    // Of the first ones nothing is known, and the next are more, but not by far.
    (STEPS / length).clamp(STRETCH, STRETCH + tally.runs)
}

/// Takes the runs of these numbers, until one shows something wrong; with `keep_going` all. `watch` is shown now and then
/// what came of them so far, and ends it by saying no.
pub fn many(
    plan: &Plan<'_>,
    runs: Range<u64>,
    keep_going: bool,
    crew: &dyn Crew,
    watch: &mut dyn FnMut(&Tally) -> bool,
) -> Tally {
    let coverage = Coverage::none(&plan.program);
    let mut tally =
        Tally { runs: 0, steps: 0, cut: 0, cuts: Cuts::default(), failures: 0, found: BTreeMap::new(), coverage };
    let mut next = runs.start;
    while next < runs.end && watch(&tally) {
        let mut parts: Vec<Part> = Vec::new();
        for _ in 0..crew.hands() {
            let end = next.saturating_add(stretch(&tally)).min(runs.end);
            parts.push(Part { numbers: next..end, kept: Vec::new(), watch: Watch::new(&plan.program) });
            next = end;
        }
        crew.work(parts.iter_mut().map(|part| Box::new(|| part.work(plan, keep_going)) as Job<'_>).collect());
        for Part { numbers, kept, watch } in parts {
            tally.coverage.add(watch.coverage);
            for (run, kept) in numbers.zip(kept) {
                tally.runs += 1;
                tally.steps += kept.steps;
                tally.cut += u64::from(kept.cut);
                tally.cuts.add(kept.cuts);
                let Some(name) = kept.wrong else { continue };
                tally.failures += 1;
                tally.found.entry(name).or_insert(run);
                if !keep_going {
                    return tally;
                }
            }
        }
    }
    tally
}

fn keep(ran: Ran) -> Kept {
    let Ran { wrong, cut, cuts, steps, .. } = ran;
    Kept { wrong: wrong.map(|wrong| wrong.name), cut, cuts, steps }
}
