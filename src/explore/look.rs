//! What configurations show to the properties, evaluated once for each of the cells, and the result of main, that they read.

use std::collections::BTreeSet;

use super::footprint::Thing;
use super::hashed::Numbers;
use super::memo::{Config, Memo, NOWHERE, Reads, Unknown, key};
use super::parts::{Layout, Turn};
use super::property::{self, Verdict};
use super::store::Kind;
use crate::calculus::term::PropertyKind;
use crate::calculus::{FnId, Path, Program, Stmt};

/// What a configuration shows to the properties.
#[derive(Debug, Default)]
pub struct Look {
    /// The invariants that do not hold, by their place among the properties.
    pub broken: Vec<(usize, Verdict)>,
    /// For each `eventually` whether it does not hold.
    pub fails: Vec<bool>,
}

/// Every look that was taken.
#[derive(Debug)]
pub struct Looks {
    /// The places of the cells that some property reads.
    cells: Vec<u32>,
    /// Some property reads the result of main.
    result: bool,
    /// Nobody looks.
    blind: bool,
    /// The looks by the numbers of the parts that are read.
    numbers: Numbers,
    /// One more: the first is that of a configuration inside of `atomic`, at which nobody looks.
    looks: Vec<Look>,
}

impl Looks {
    /// The looks at configurations of this program.
    pub fn of(program: &Program) -> Looks {
        let of_kind = |kind| program.properties.iter().filter(move |property| property.kind == kind);
        let looked = of_kind(PropertyKind::Invariant).chain(of_kind(PropertyKind::Eventually));
        let layout = Layout::of(program);
        let (mut cells, mut result, mut seen) = (BTreeSet::new(), false, BTreeSet::new());
        let mut work: Vec<FnId> = looked.map(|property| property.body).collect();
        let blind = work.is_empty();
        while let Some(f) = work.pop() {
            if !seen.insert(f) {
                continue;
            }
            let function = program.function(f);
            for stmt in &program.code[function.entry.0 as usize..function.end.0 as usize] {
                match stmt {
                    Stmt::ReadAt { g, n, .. } => drop(cells.insert(layout.cells(*n, layout.group(*g)))),
                    Stmt::Outcome { .. } => result = true,
                    Stmt::Call { f, .. } => work.push(*f),
                    _ => {}
                }
            }
        }
        let hidden = Look { fails: of_kind(PropertyKind::Eventually).map(|_| true).collect(), ..Look::default() };
        Looks { cells: cells.into_iter().collect(), result, blind, numbers: Numbers::default(), looks: vec![hidden] }
    }

    /// The look of this number.
    pub fn get(&self, number: u32) -> &Look {
        &self.looks[number as usize]
    }

    /// About how many bytes are in use.
    pub fn bytes(&self) -> usize {
        self.looks.len() * size_of::<Look>() + self.numbers.bytes()
    }

    /// What the configuration shows, if that is known.
    ///
    /// # Errors
    /// It is not.
    pub fn find(&self, memo: &Memo, config: &Config) -> Result<u32, Unknown> {
        if self.blind || is_hidden(memo, config) {
            return Ok(0);
        }
        self.numbers.get(key(0, config, &self.reads(memo, config))).map(|number| number + 1).ok_or(Unknown)
    }

    /// As [`Looks::find`], evaluating the properties where it has to.
    pub fn find_or_look(&mut self, memo: &mut Memo, config: &Config) -> u32 {
        if let Ok(number) = self.find(memo, config) {
            return number;
        }
        let reads = self.reads(memo, config);
        let mut look = Look::default();
        let program = memo.program.clone();
        let mut sys = memo.partial(config, &reads).sys;
        look.broken = property::broken(&mut sys, PropertyKind::Invariant, &mut memo.coverage);
        for (i, property) in program.properties.iter().enumerate() {
            if property.kind == PropertyKind::Eventually {
                look.fails.push(property::verdict(&mut sys, i, &mut memo.coverage) != Verdict::Holds);
            }
        }
        memo.compare_places(&mut sys, PropertyKind::Invariant);
        memo.take_names(&mut sys);
        self.looks.push(look);
        self.numbers.insert(key(0, config, &reads)).0 + 1
    }

    /// The places of what the properties read.
    fn reads(&self, memo: &Memo, config: &Config) -> Reads {
        let mut reads: Reads = self.cells.iter().copied().collect();
        reads.push(if self.result { memo.entry(config, Thing::Promise(Path::MAIN)) } else { NOWHERE });
        reads
    }
}

/// Whether a stack is inside `atomic`: then nobody looks at Σ.
fn is_hidden(memo: &Memo, config: &Config) -> bool {
    let statuses = config[..memo.behind_nodes()].iter().map(|id| memo.store.tag(*id).kind);
    statuses.into_iter().any(|kind| kind == Kind::Status(Turn::Atomic))
}
