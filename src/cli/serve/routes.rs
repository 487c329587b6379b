//! What can be asked for: the page and its parts, what is wrong with a program, what a command says of it, and a run as a
//! picture to step through.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tiny_http::{Method, Request};

use super::examples::EXAMPLES;
use super::job::{Jobs, Said, Stopped};
use crate::base::Source;
use crate::cli::input;
use crate::elaborate::compile;
use crate::syntax::token::Token;
use crate::trace::schedule::TITLE;
use crate::trace::settings;

/// Bytes of a request, at most.
const REQUEST: u64 = 1 << 20;

/// So many runs that were looked at last can be loaded again.
const VIEWS: usize = 16;

/// Steps of a run that is shown as a picture, at most.
const STEPS: u32 = 2_000;

/// Nothing from elsewhere, nothing inline.
const STRICT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A run is one file with its script and style in it; it is shown in a frame of the page that may run that script only.
const FRAME: &str =
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/// The options of commands that can be set on the page.
const OPTIONS: [&str; 11] = [
    "schedule",
    "order",
    "timing",
    "network",
    "dialect",
    "seed",
    "crashes",
    "suspicions",
    "losses",
    "duplicates",
    "crash-nodes",
];

/// What is sent back.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The type.
    pub kind: &'static str,
    /// What the browser may load for it.
    pub policy: &'static str,
    /// The text.
    pub body: Vec<u8>,
}

impl Reply {
    fn new(kind: &'static str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status: 200, kind, policy: STRICT, body: body.into() }
    }

    fn json(body: impl Into<Vec<u8>>) -> Reply {
        Reply::new("application/json", body)
    }

    /// `{"error": why}`
    pub fn error(status: u16, why: &str) -> Reply {
        Reply { status, ..Reply::json(json!({"error": why}).to_string()) }
    }
}

/// A run that a search found: what the JSON of `check` has of it.
#[derive(Debug, Deserialize)]
struct Found {
    sha256: String,
    settings: Map<String, Value>,
    steps: Vec<String>,
}

impl Found {
    /// The schedule that takes it again.
    fn schedule(&self) -> String {
        let settings = self.settings.iter().map(|(key, value)| format!("{key} {}\n", settings::text(key, value)));
        let settings: String = settings.collect();
        format!("{TITLE}\nsha256 {}\n{settings}\n{}\n", self.sha256, self.steps.join("\n"))
    }
}

/// What the page sends.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    program: String,
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// The run to be shown; without it the program runs as the options say.
    #[serde(default)]
    schedule: Option<Found>,
    /// The number under which it can be stopped.
    #[serde(default)]
    job: u64,
}

/// The page.
pub struct Page {
    jobs: Jobs,
    /// Runs that were looked at, and how many there were before the first of them.
    views: Mutex<(u64, VecDeque<Vec<u8>>)>,
}

impl Page {
    /// Nobody has asked for anything so far.
    pub fn new(jobs: Jobs) -> Page {
        Page { jobs, views: Mutex::new((0, VecDeque::new())) }
    }

    /// The answer to a request that may come in.
    pub fn reply(&self, request: &mut Request) -> Reply {
        let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
        match request.method() {
            Method::Get => self.get(&path),
            Method::Post => {
                let mut body = Vec::new();
                let read = request.as_reader().take(REQUEST + 1).read_to_end(&mut body);
                match (read, serde_json::from_slice::<Asked>(&body)) {
                    (Err(_), _) => Reply::error(400, "the request cannot be read"),
                    (Ok(_), _) if body.len() as u64 > REQUEST => Reply::error(413, "the program is too long"),
                    (Ok(_), Err(error)) => Reply::error(400, &format!("the request is not understood: {error}")),
                    (Ok(_), Ok(asked)) => self.post(&path, asked),
                }
            }
            _ => Reply::error(405, "only GET and POST are understood"),
        }
    }

    fn get(&self, path: &str) -> Reply {
        match path {
            "/" => Reply::new("text/html; charset=utf-8", include_str!("page.html")),
            "/page.css" => Reply::new("text/css; charset=utf-8", include_str!("page.css")),
            "/page.js" => Reply::new("text/javascript; charset=utf-8", include_str!("page.js")),
            "/api/language" => Reply::json(language().to_string()),
            _ => match path.strip_prefix("/view/").and_then(|number| self.view(number.parse().ok()?)) {
                Some(body) => Reply { policy: FRAME, ..Reply::new("text/html; charset=utf-8", body) },
                None => Reply::error(404, "there is nothing of this name"),
            },
        }
    }

    fn post(&self, path: &str, asked: Asked) -> Reply {
        match path {
            "/api/diagnose" => {
                let source = Source::new("-", asked.program);
                Reply::json(input::as_json(&compile(&source).1, &source))
            }
            "/api/check" => self.command("check", &["--format=json", "--show=50"], asked),
            "/api/run" => self.command("run", &["--format=json"], asked),
            "/api/trace" => self.command("trace", &["--format=json"], asked),
            "/api/view" => self.picture(asked),
            "/api/stop" => {
                self.jobs.stop(asked.job);
                Reply::json("{}")
            }
            _ => Reply::error(404, "there is nothing of this name"),
        }
    }

    /// A run as a picture: that of a schedule, or the one that the options choose.
    fn picture(&self, asked: Asked) -> Reply {
        let most = format!("--max-steps={STEPS}");
        let Some(found) = &asked.schedule else { return self.command("trace", &["--format=html", &most], asked) };
        let file = match Kept::new(&found.schedule()) {
            Ok(file) => file,
            Err(error) => return Reply::error(500, &format!("the schedule cannot be kept: {error}")),
        };
        let path = file.0.display().to_string();
        self.command("replay", &[&path, "--format=html", &most], Asked { options: BTreeMap::new(), ..asked })
    }

    /// What a command of the tool says of the program. A picture is kept, and its address is told.
    fn command(&self, name: &str, fixed: &[&str], asked: Asked) -> Reply {
        let mut args = vec![name.to_owned(), String::from("-")];
        args.extend(fixed.iter().map(|option| String::from(*option)));
        args.extend(self.jobs.limits(name == "check"));
        for (option, value) in &asked.options {
            if !OPTIONS.contains(&option.as_str()) {
                return Reply::error(400, &format!("{option} cannot be set here"));
            }
            args.push(format!("--{option}={value}"));
        }
        let is_picture = fixed.contains(&"--format=html");
        match self.jobs.run(asked.job, &args, asked.program.clone()) {
            Ok(Said { code: 5, err, .. }) => Reply::error(500, &err),
            Ok(Said { code: 3, .. }) if is_picture => self.post("/api/diagnose", asked),
            Ok(Said { out, err, .. }) if out.is_empty() => Reply::error(400, &err),
            Ok(Said { out, err, .. }) if is_picture => {
                Reply::json(json!({"view": self.keep(out), "notes": err}).to_string())
            }
            Ok(Said { out, .. }) => Reply::json(out),
            Err(Stopped::Busy) => Reply::error(503, "as many programs run as may; try again in a moment"),
            Err(Stopped::Ended(why)) => Reply::error(422, &why),
            Err(Stopped::Failed(error)) => Reply::error(500, &format!("the command cannot be started: {error}")),
        }
    }

    fn keep(&self, page: Vec<u8>) -> String {
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.1.push_back(page);
        if views.1.len() > VIEWS {
            views.1.pop_front();
            views.0 += 1;
        }
        format!("/view/{}", views.0 + views.1.len() as u64)
    }

    fn view(&self, number: u64) -> Option<Vec<u8>> {
        let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let at = number.checked_sub(views.0 + 1)?;
        views.1.get(usize::try_from(at).ok()?).cloned()
    }
}

/// A text in a file of its own, for as long as a command needs it.
struct Kept(PathBuf);

impl Kept {
    fn new(text: &str) -> io::Result<Kept> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("lacuna-{}-{}.schedule", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let kept = Kept(std::env::temp_dir().join(name));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&kept.0)?;
        file.write_all(text.as_bytes())?;
        Ok(kept)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Who cleans up the folder for such files may have been here first.
        let _ = fs::remove_file(&self.0);
    }
}

/// What the editor has to know of the language, and the examples.
fn language() -> Value {
    let examples: Vec<Value> = EXAMPLES.iter().map(|(name, text)| json!({"name": name, "text": text})).collect();
    json!({"keywords": Token::RESERVED, "examples": examples})
}
