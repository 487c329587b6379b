//! `lacuna serve` as a browser meets it: what it answers, to whom, and that no program hangs it. The page itself is looked
//! at in Chromium, where one is installed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::{Value, json};

const LOST: &str = include_str!("../examples/lost_update.lac");

/// Goes on for ever.
const SPIN: &str = "async fn main() {\n    while true {\n        yield_now();\n    }\n}\n";

/// Doubles a string with each step.
const HOG: &str = "async fn main() {\n    let mut s = \"x\";\n    while true {\n        s = s + s;\n    }\n}\n";

/// A server, ended with the test.
struct Server {
    child: Child,
    host: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, and then the test says so.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A status and a body.
struct Answer(u16, String);

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.1).unwrap_or_else(|error| panic!("{error}: {}", self.1))
    }

    /// The sentence of a refusal.
    fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

impl Server {
    fn start(options: &[&str]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lacuna"));
        command.args(["serve", "--port", "0"]).args(options).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the tool starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is ours");
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        let host = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { child, host }
    }

    /// Sends a request as it stands, its headers given, its length added.
    fn send(&self, first: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let text =
            format!("{first} HTTP/1.1\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        stream.write_all(text.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8(answer).expect("it answers with text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer(status, if head.contains("chunked") { unchunked(body) } else { body.to_owned() })
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[&format!("Host: {}", self.host)], "")
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [format!("Host: {}", self.host), String::from("Content-Type: application/json")];
        self.send(&format!("POST {path}"), &headers.each_ref().map(String::as_str), &body.to_string())
    }
}

/// A body that came in pieces, each with its length before it.
fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((length, behind)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).expect("the length of a piece");
        body.push_str(&behind[..length]);
        rest = behind[length..].trim_start_matches("\r\n");
        if length == 0 {
            break;
        }
    }
    body
}

/// What a command says of a program.
fn lacuna(args: &[&str], program: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lacuna"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the tool starts");
    child.stdin.take().expect("its input is ours").write_all(program.as_bytes()).expect("it reads");
    String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("it writes text")
}

#[test]
fn the_page_is_there_with_every_example() {
    let server = Server::start(&[]);
    for (path, begins) in [("/", "<!doctype html>"), ("/page.css", ":root"), ("/page.js", "//")] {
        let Answer(status, body) = server.get(path);
        assert_eq!((status, body.starts_with(begins)), (200, true), "{path}");
        assert!(!body.contains("https://"), "{path} needs a network");
    }
    assert_eq!(server.get("/nothing").0, 404);
    let language = server.get("/api/language").json();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let names = fs::read_dir(folder).expect("there are examples");
    let names = names.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".lac")).collect();
    names.sort();
    let served: Vec<&str> =
        language["examples"].as_array().expect("a list").iter().filter_map(|e| e["name"].as_str()).collect();
    assert_eq!(served, names);
    assert!(language["keywords"].as_array().expect("a list").contains(&json!("await")));
}

#[test]
fn nobody_else_is_let_in() {
    let server = Server::start(&[]);
    let ask = |headers: &[String]| {
        server.send("POST /api/diagnose", &headers.iter().map(String::as_str).collect::<Vec<_>>(), "{}").0
    };
    let [host, kind] = [format!("Host: {}", server.host), String::from("Content-Type: application/json")];
    let port = server.host.rsplit(':').next().expect("a port");
    assert_eq!(ask(&[host.clone(), kind.clone()]), 200);
    assert_eq!(ask(&[format!("Host: localhost:{port}"), kind.clone()]), 200);
    assert_eq!(ask(&[format!("Host: evil.example:{port}"), kind.clone()]), 403, "a name that was made to lead here");
    assert_eq!(ask(&[host.clone(), kind.clone(), String::from("Origin: http://evil.example")]), 403);
    assert_eq!(ask(&[host.clone(), kind.clone(), String::from("Origin: null")]), 403);
    assert_eq!(ask(&[host.clone(), kind.clone(), format!("Origin: http://{}", server.host)]), 200);
    assert_eq!(ask(&[host.clone(), kind.clone(), String::from("Sec-Fetch-Site: cross-site")]), 403);
    assert_eq!(ask(&[host, String::from("Content-Type: text/plain")]), 403, "what a form can send");
}

#[test]
fn answers_are_those_of_the_commands() {
    let server = Server::start(&[]);
    let wrong = "async fn main() { let x: int = true; }";
    let said: Value = serde_json::from_str(&lacuna(&["trace", "-", "--format", "json"], wrong)).expect("it is JSON");
    assert_eq!(server.post("/api/diagnose", &json!({"program": wrong})).json(), said);
    assert_eq!(server.post("/api/trace", &json!({"program": wrong})).json(), said);
    let trace = server.post("/api/trace", &json!({"program": LOST, "options": {"seed": "3"}}));
    assert_eq!(trace.1, lacuna(&["trace", "-", "--format", "json", "--seed", "3"], LOST));
    let timeless = |text: &str| {
        let mut value: Value = serde_json::from_str(text).expect("it is JSON");
        value["seconds"] = json!(0);
        value
    };
    let check = server.post("/api/check", &json!({"program": LOST}));
    assert_eq!(timeless(&check.1), timeless(&lacuna(&["check", "-", "--format", "json", "--show", "50"], LOST)));
}

#[test]
fn a_run_that_was_found_can_be_looked_at() {
    let server = Server::start(&[]);
    let check = server.post("/api/check", &json!({"program": LOST})).json();
    let found = &check["violations"][0];
    let schedule = json!({"sha256": check["sha256"], "settings": check["settings"], "steps": found["schedule"]});
    let view = server.post("/api/view", &json!({"program": LOST, "schedule": schedule})).json();
    let page = server.get(view["view"].as_str().expect("an address"));
    assert!(page.0 == 200 && page.1.starts_with("<!doctype html>"), "{view}");
    assert!(page.1.contains("result: 50"), "it is not the run that was found");
    let other = server.post("/api/view", &json!({"program": LOST})).json();
    assert_ne!(other["view"], view["view"]);
    assert_eq!(server.get("/view/77").0, 404);
}

#[test]
fn only_some_options_can_be_set() {
    let server = Server::start(&[]);
    let answer = server.post("/api/trace", &json!({"program": LOST, "options": {"save": "/tmp/x"}}));
    assert_eq!((answer.0, answer.error().as_str()), (400, "save cannot be set here"));
    let answer = server.post("/api/trace", &json!({"program": LOST, "options": {"seed": "1 --save /tmp/x"}}));
    assert_eq!(answer.0, 400);
    assert!(answer.error().contains("invalid digit"), "{}", answer.error());
}

#[test]
fn no_program_hangs_it() {
    let server = Server::start(&["--time-limit", "300ms", "--max-memory", "200M"]);
    let hog = server.post("/api/run", &json!({"program": HOG}));
    assert!(hog.0 == 422 || hog.1.contains("\"limit\""), "{}", hog.1);
    let spin = server.post("/api/run", &json!({"program": SPIN}));
    assert!(spin.1.contains("time_limit"), "{}", spin.1);
    let long = server.post("/api/diagnose", &json!({"program": " ".repeat(1 << 20)}));
    assert_eq!(long.0, 413);
    assert_eq!(
        server.send("POST /api/run", &[&format!("Host: {}", server.host), "Content-Type: application/json"], "{").0,
        400
    );
    assert_eq!(server.get("/").0, 200);
}

#[test]
fn what_runs_can_be_stopped_and_others_wait() {
    let server = Server::start(&["--time-limit", "1h", "--jobs", "1"]);
    thread::scope(|scope| {
        // Whichever of the two runs, the other is told to wait.
        let spin = scope.spawn(|| {
            let answers = (0..).map(|_| server.post("/api/run", &json!({"program": SPIN, "job": 7})));
            answers.into_iter().find(|answer| answer.0 != 503).expect("it is its turn at last")
        });
        let busy = (0..).map(|_| server.post("/api/run", &json!({"program": "async fn main() {}", "job": 8})));
        let busy = busy.into_iter().find(|answer| answer.0 == 503).expect("one of them is told to wait");
        assert!(busy.error().contains("try again"), "{}", busy.error());
        server.post("/api/stop", &json!({"job": 7}));
        let spin = spin.join().expect("it is answered");
        assert_eq!((spin.0, spin.error().as_str()), (422, "stopped"));
    });
    assert_eq!(server.post("/api/run", &json!({"program": LOST})).0, 200);
}

/// The page in Chromium, as soon as what its address asks for is there; `None` where there is no Chromium.
fn browsed(server: &Server, name: &str, asked: &Value) -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    let Some(chromium) = files.find(|file: &PathBuf| file.is_file()) else {
        eprintln!("skipped: no Chromium is installed (apt-get install chromium)");
        return None;
    };
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("serve_{name}.profile"));
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        .args(["--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("http://{}/#{}", server.host, base64(asked.to_string().as_bytes())))
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8(output.stdout).expect("it writes text");
    assert!(dom.contains("data-ready=\"yes\""), "the script did not come to its end: {dom}");
    Some(dom)
}

/// Base64 for addresses, without the signs that fill it up.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |three: &[u8]| {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | u32::from(three.get(i).copied().unwrap_or(0)));
        let digits = (0..=three.len()).map(move |i| DIGITS[(bits >> (18 - 6 * i) & 63) as usize] as char);
        digits.collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[test]
fn an_address_brings_program_and_outcomes() {
    let server = Server::start(&[]);
    let Some(dom) = browsed(&server, "check", &json!({"program": LOST, "action": "check"})) else { return };
    for shown in ["returned 100", "returned 50", "nothing_lost (line 20)", "result == 100 is false: 50"] {
        assert!(dom.contains(shown), "the table lacks {shown}: {dom}");
    }
    assert!(dom.contains("<span class=\"word\">await</span>"), "the program has no colours");
    let dom = browsed(&server, "trace", &json!({"program": LOST, "options": {"seed": "2"}, "action": "trace"}));
    assert!(dom.is_some_and(|dom| dom.contains("src=\"/view/")), "no run is shown");
}

#[test]
fn the_editor_says_what_is_wrong() {
    let server = Server::start(&[]);
    let program = "async fn main() {\n    let größe: int = true;\n}\n<script>alert(1)</script>";
    let Some(dom) = browsed(&server, "wrong", &json!({"program": program})) else { return };
    assert!(dom.contains("<li class=\"error\">"), "nothing is wrong: {dom}");
    assert!(!dom.contains("<script>alert"), "the program is taken for a part of the page");
}
