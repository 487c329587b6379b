//! Mermaid in a browser: it reads diagrams by itself, as a page would that shows them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Where `.ci/run` puts Mermaid.
const MERMAID: &str = "target/npm/node_modules/mermaid/dist/mermaid.min.js";

fn browser() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).flat_map(|folder| BROWSERS.map(|name| folder.join(name))).find(|file| file.is_file())
}

/// Fails with the first of these named diagrams that Mermaid does not read.
pub fn mermaid_reads(diagrams: &[(String, String)]) {
    let mermaid = Path::new(env!("CARGO_MANIFEST_DIR")).join(MERMAID);
    let (Some(browser), true) = (browser(), mermaid.is_file()) else {
        eprintln!("skipped: this needs chromium, and npm install --prefix target/npm mermaid");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mermaid");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let data = serde_json::to_string(diagrams).expect("it is JSON").replace('<', "\\u003c");
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><body><script src=\"file://{}\"></script>\
         <script type=\"application/json\" id=\"data\">{data}</script><pre id=\"said\"></pre><script>\
         (async () => {{ let bad = ''; let read = 0; for (const [name, text] of JSON.parse(document.getElementById('data').textContent)) {{ \
         try {{ await mermaid.parse(text); read += 1; }} catch (error) {{ bad = bad || name + ': ' + error.message + '\\n' + text; }} }} \
         document.getElementById('data').remove(); document.getElementById('said').textContent = bad || 'read ' + read; }})();</script>",
        mermaid.display()
    );
    let file = folder.join("page.html");
    fs::write(&file, page).expect("a page can be written");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        .args(["--allow-file-access-from-files", "--virtual-time-budget=600000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let said =
        dom.split_once("<pre id=\"said\">").and_then(|(_, rest)| rest.split_once("</pre>")).map(|(said, _)| said);
    assert_eq!(said, Some(format!("read {}", diagrams.len()).as_str()), "Mermaid does not read this");
}
