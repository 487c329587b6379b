//! The page of a run, in a real browser: it works from a file, without a network, and the keys do what they say. Where no
//! Chromium is installed these tests say so and pass; `.ci/run` installs one.

use std::env;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use lacuna::base::{Prng, Source};
use lacuna::calculus::config::Config;
use lacuna::calculus::print::{self, Notes};
use lacuna::elaborate::compile;
use lacuna::render::html::{self, Run};
use lacuna::render::view::fold::Show;
use lacuna::render::view::{Builder, View};
use lacuna::semantics::schedule::{Random, run_observed};
use lacuna::semantics::settings::Settings;
use lacuna::semantics::system::System;
use lacuna::trace::event::Step;
use lacuna::trace::record::{Detail, Recorder};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found =
        env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("skipped: no Chromium is installed (apt-get install chromium)");
    }
    found
}

/// The page that the tool makes of a run.
fn page(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_lacuna")).args(args).current_dir(root()).output();
    String::from_utf8(output.expect("the tool starts").stdout).expect("it writes UTF-8")
}

/// The page as it is in the browser at the address `#hash`, after these keys. Everything is put down as a browser would:
/// the page is a file, and its own profile lies beside it.
fn browsed(chromium: &Path, name: &str, page: &str, hash: &str, keys: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let press = format!(
        "<script>for (const key of {keys:?}.split(' ').filter(Boolean)) {{ \
         const shiftKey = key.startsWith('+'); \
         document.dispatchEvent(new KeyboardEvent('keydown', {{ key: key.replace('+', ''), shiftKey, bubbles: true }})); }}</script>"
    );
    let file = folder.join(format!("{name}.html"));
    fs::write(&file, page.replace("</body>", &format!("{press}</body>"))).expect("a page can be written");
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join(format!("{name}.profile")).display()))
        .arg(format!("file://{}{hash}", file.display()))
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8(output.stdout).expect("it writes UTF-8");
    assert!(dom.contains("data-ready=\"yes\""), "the script did not come to its end: {dom}");
    dom
}

/// The text of the first element of this class, without what is in it.
fn text_of(dom: &str, class: &str) -> String {
    let rest = dom.split_once(&format!("class=\"{class}\"")).map(|(_, rest)| rest).unwrap_or_default();
    let text = rest.split_once('>').and_then(|(_, rest)| rest.split_once('<')).map(|(text, _)| text);
    text.unwrap_or_default().replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn marked(dom: &str) -> String {
    dom.split_once("<mark>")
        .and_then(|(_, rest)| rest.split_once('<'))
        .map(|(text, _)| text)
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_page_needs_nothing_but_itself() {
    let page = page(&["trace", "examples/price.lac", "--format", "html"]);
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{page}");
    assert!(page.contains("default-src 'none'"), "the page does not forbid the network");
    for outside in ["src=", "href=", "@import", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(outside), "the page has {outside}");
    }
    let addresses: Vec<&str> = page.match_indices("://").map(|(at, _)| &page[at.saturating_sub(5)..at + 25]).collect();
    assert!(addresses.iter().all(|address| address.contains("www.w3.org")), "{addresses:?}");
}

#[test]
fn the_address_and_the_keys_lead_to_steps() {
    let Some(chromium) = chromium() else { return };
    let page = page(&["trace", "examples/price.lac", "--format", "html"]);
    let at = |name: &str, hash: &str, keys: &str| browsed(&chromium, name, &page, hash, keys);
    let start = at("start", "", "");
    assert_eq!(text_of(&start, "where"), "step 0 of 40");
    assert_eq!(text_of(&start, "by"), "Start");
    let parked = at("parked", "#12", "");
    assert_eq!(text_of(&parked, "by"), "Dist-Await");
    assert_eq!(text_of(&parked, "did"), "client main: parks on main.1");
    assert_eq!(marked(&parked), "await b");
    assert!(text_of(&parked, "figure").contains("D(q) = pending,  q = L(y)"), "{}", text_of(&parked, "figure"));
    assert!(
        parked.contains("class=\"row here\" id=\"s12\"")
            || parked.contains("id=\"s12\" data-from=\"12\" data-to=\"14\"")
    );
    let premises = parked.split_once("class=\"premises\"").map(|(_, rest)| rest).unwrap_or_default();
    assert!(
        premises.contains("<li>D(q) = pending,  q = L(y)") && premises.contains("L(y) is promise(main.1)"),
        "{premises}"
    );
    assert!(parked.contains("class=\"new\">+"), "Σ shows nothing new");
    assert_eq!(text_of(&at("keys", "#12", "ArrowRight ArrowRight ArrowLeft"), "where"), "step 15 of 40");
    assert_eq!(text_of(&at("shift", "#12", "+ArrowRight"), "where"), "step 13 of 40");
    assert_eq!(text_of(&at("end", "#12", "End"), "where"), "step 40 of 40");
    assert_eq!(text_of(&at("home", "#12", "Home ArrowLeft"), "where"), "step 0 of 40");
}

#[test]
fn what_a_program_says_is_text_in_the_page() {
    let Some(chromium) = chromium() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = folder.join("hostile_page.lac");
    let text = "async fn main() -> string { print(\"</script><script>document.body.dataset.ready = 'no'</script>\"); return \"{{data}}\"; }\n";
    fs::write(&program, text).expect("a program can be written");
    let page = page(&["trace", program.to_str().expect("a path is text"), "--format", "html"]);
    let dom = browsed(&chromium, "hostile", &page, "#2", "");
    assert_eq!(text_of(&dom, "by"), "Dist-Return");
    assert!(text_of(&dom, "did").ends_with("main = \"{{data}}\""), "{}", text_of(&dom, "did"));
}

/// The view of the run of the program with a seed, with its configurations.
fn view(source: &Source, seed: u64) -> View {
    let program = Arc::new(compile(source).0.expect("it compiles"));
    let mut sys = System::start(program.clone(), Arc::new(Settings::run()));
    let config = |sys: &System| print::config(&Config::of(sys), sys.naming(), Notes::Statements);
    let mut builder = Builder::new("price.lac", &program.nodes).with_config(config(&sys));
    let mut sink = |sys: &System, step: Step| {
        builder.step(&Step { config: Some(config(sys)), ..step });
        ControlFlow::Continue(())
    };
    let mut recorder = Recorder::new(source, Detail::All, &mut sink);
    run_observed(&mut sys, &mut Random::new(Prng::new(seed)), 500, &mut recorder);
    builder.finish(format!("seed {seed}"))
}

#[test]
fn two_runs_stand_side_by_side_and_open_where_they_part() {
    let Some(chromium) = chromium() else { return };
    let source = Source::new("price.lac", fs::read_to_string(root().join("examples/price.lac")).expect("an example"));
    let [left, right] = [view(&source, 1), view(&source, 4)];
    let run = |name, view| Run { name, view, source: source.text() };
    let page = html::render_pair(run("seed 1", &left), run("seed 4", &right), Show { all: false, fold: true });
    let parting = left.moments.iter().zip(&right.moments).position(|(a, b)| (&a.rule, &a.text) != (&b.rule, &b.text));
    let parting = parting.expect("the runs part");
    let dom = browsed(&chromium, "pair", &page, "", "");
    let (first, second) = dom.split_once("id=\"b-run\"").expect("there are two");
    let is_at = |dom: &str, view: &View| {
        assert!(text_of(dom, "where").starts_with(&format!("step {} of", view.moments[parting].step)))
    };
    is_at(first, &left);
    is_at(second, &right);
    let same = html::render_pair(run("a", &left), run("b", &left), Show { all: false, fold: true });
    assert!(same.contains("\"parting\":null"), "a run parts from itself");
}

#[test]
fn what_a_comparison_has_found_stands_side_by_side() {
    let page = page(&["compare", "--schedule", "--format", "html", "examples/lost_update.lac"]);
    let (first, second) = page.split_once("id=\"b-run\"").expect("there are two");
    assert!(first.contains(">cooperative</h2>") && first.contains("lost_update.lac: result: 50</title>"));
    assert!(second.contains(">preemptive</h2>") && second.contains("lost_update.lac: result: 100</title>"));
    let Some(chromium) = chromium() else { return };
    let dom = browsed(&chromium, "compare", &page, "", "End d ArrowRight");
    let both: Vec<&str> = dom.split("class=\"bar\"").skip(1).collect();
    assert_eq!([text_of(both[0], "where"), text_of(both[1], "where")], ["step 6 of 17", "step 6 of 16"]);
}

#[test]
fn sides_that_do_not_differ_are_shown_all_the_same() {
    let page = page(&["compare", "--schedule", "--format", "html", "examples/hello.lac"]);
    let titles = page.matches("hello.lac: result: &quot;hello, moon&quot;</title>").count();
    assert!(titles == 2 && page.contains("id=\"b-run\""), "{titles} titles");
}
