//! The page on the semantics is current: each rule stands on it once, with its figure and words as the catalogue has them,
//! and so do the invariants. `UPDATE=1 cargo test --test semantics_doc` writes them anew.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use lacuna::semantics::catalogue::{self, CATALOGUE};
use lacuna::semantics::invariant::{ABSENT, Absent, INVARIANTS, STEP_INVARIANTS};
use lacuna::semantics::rule::Rule;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/semantics.md");

const RULE: &str = "<!-- rule: ";
const INVARIANT_TABLE: &str = "<!-- invariants -->";
const ABSENT_TABLE: &str = "<!-- absent -->";
const END: &str = "<!-- end -->";

#[test]
fn the_page_says_what_the_catalogue_says() {
    let page = fs::read_to_string(PAGE).expect("the page");
    let (filled, spliced) = filled(&page);
    let twice: Vec<&String> =
        spliced.iter().filter(|name| spliced.iter().filter(|other| other == name).count() > 1).collect();
    assert_eq!(twice, Vec::<&String>::new(), "these stand on the page more than once");
    let names: BTreeSet<&str> = spliced.iter().map(String::as_str).collect();
    let missing: Vec<&str> = CATALOGUE.iter().map(|rule| rule.name).filter(|name| !names.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "these do not stand on the page");
    if page == filled {
        return;
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(PAGE, filled).expect("the page can be written");
        return;
    }
    let line = page.lines().zip(filled.lines()).take_while(|(is, should)| is == should).count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    panic!(
        "docs/semantics.md is out of date from line {}:\n  it says  {}\n  it is    {}\n\
         to write it anew: UPDATE=1 cargo test --test semantics_doc",
        line + 1,
        at(&page),
        at(&filled),
    );
}

#[test]
fn the_page_links_to_what_is_there() {
    let page = fs::read_to_string(PAGE).expect("the page");
    let anchors: BTreeSet<String> = page
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect();
    let folder = Path::new(PAGE).parent().expect("the page is in a folder");
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in targets {
        match target.strip_prefix('#') {
            Some(own) => assert!(anchors.contains(own), "no heading for #{own}"),
            None => assert!(folder.join(target).exists(), "no file {target}"),
        }
    }
}

/// The link to a heading.
fn anchor(heading: &str) -> String {
    let kept =
        heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-').collect::<String>();
    kept.replace(' ', "-")
}

/// The page with each region filled, and the names of the rules in the order of their regions.
fn filled(page: &str) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut spliced = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let region = match line.strip_prefix(RULE) {
            Some(rest) => {
                let name = rest.trim_end_matches("-->").trim();
                spliced.push(name.to_owned());
                let rule = catalogue::find(name).filter(|rule| rule.name == name);
                section(rule.unwrap_or_else(|| panic!("no rule is called {name}")))
            }
            None if line == INVARIANT_TABLE => invariants(),
            None if line == ABSENT_TABLE => absent(),
            None => continue,
        };
        text.push_str(&region);
        let rest = lines.by_ref().find(|line| *line == END || line.starts_with("<!-- "));
        assert_eq!(rest, Some(END), "the region of {line} does not end");
        text.push_str(END);
        text.push('\n');
    }
    (text, spliced)
}

/// A rule as a section of the page.
fn section(rule: &Rule) -> String {
    let words: Vec<&str> = rule.doc.lines().map(str::trim).collect();
    let path = format!("tests/rules/{}/{}.lac", rule.family.folder(), rule.ident);
    format!(
        "\n### {}\n\n```text\n{}\n```\n\n{}\n\n*Source:* {}. *Smallest program:* [{path}](../{path})\n\n",
        rule.name,
        rule.figure(),
        words.join("\n").trim(),
        rule.source,
    )
}

fn invariants() -> String {
    let one = INVARIANTS.iter().map(|invariant| (invariant.name, invariant.claim, invariant.catalogue));
    let step = STEP_INVARIANTS.iter().map(|invariant| (invariant.name, invariant.claim, invariant.catalogue));
    let row = |(name, claim, of): (&str, &str, &[u8])| format!("| `{name}` | {claim} | {} |\n", numbers(of));
    let rows: String = one.chain(step).map(row).collect();
    format!("\n| | | catalogue |\n|---|---|---|\n{rows}\n")
}

fn absent() -> String {
    let row = |absent: &Absent| format!("| {} | {} | {} |\n", numbers(absent.catalogue), absent.about, absent.why);
    let rows: String = ABSENT.iter().map(row).collect();
    format!("\n| catalogue | about | why not here |\n|---|---|---|\n{rows}\n")
}

fn numbers(of: &[u8]) -> String {
    of.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}
