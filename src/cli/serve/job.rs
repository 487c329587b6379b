//! A command in a process of its own, with an end to its time, its memory and its output.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::ServeArgs;
use crate::cli::memory;

/// A command that keeps to its limit of time ends by itself within this.
const GRACE: Duration = Duration::from_secs(2);

/// How often somebody looks at a running command.
const LOOK: Duration = Duration::from_millis(10);

/// Bytes of output, at most.
const OUTPUT: u64 = 64 << 20;

/// The commands that run.
pub struct Jobs {
    most: usize,
    time: Duration,
    memory: u64,
    /// How many run, and which of them somebody wants to end.
    running: Mutex<(usize, BTreeSet<u64>)>,
}

/// What a command said.
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: String,
}

/// Why a command said nothing.
pub enum Stopped {
    /// As many run as may.
    Busy,
    /// It was ended; a sentence says why.
    Ended(String),
    /// It could not be started.
    Failed(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Stopped::Failed(error)
    }
}

impl Jobs {
    /// None so far.
    pub fn new(args: &ServeArgs) -> Jobs {
        let running = Mutex::new((0, BTreeSet::new()));
        Jobs { most: args.jobs.get(), time: args.time_limit, memory: args.max_memory, running }
    }

    /// The options that tell a command of its limits.
    pub fn limits(&self, searches: bool) -> Vec<String> {
        let mut options = vec![format!("--time-limit={}ms", self.time.as_millis())];
        options.extend(searches.then(|| format!("--max-memory={}", self.memory)));
        options
    }

    /// Ends the command that was started under this number.
    pub fn stop(&self, job: u64) {
        self.running().1.insert(job);
    }

    /// Runs a command of this binary on a program.
    ///
    /// # Errors
    /// When it was not started or had to be ended.
    pub fn run(&self, job: u64, args: &[String], program: String) -> Result<Said, Stopped> {
        {
            let mut running = self.running();
            if running.0 >= self.most {
                return Err(Stopped::Busy);
            }
            running.0 += 1;
            running.1.remove(&job);
        }
        let said = self.watched(job, args, program);
        self.running().0 -= 1;
        said
    }

    fn running(&self) -> MutexGuard<'_, (usize, BTreeSet<u64>)> {
        // A thread that panicked has left numbers behind, and those are whole.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self, job: u64, args: &[String], program: String) -> Result<Said, Stopped> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(args).env("NO_COLOR", "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (input, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            scope.spawn(move || input.map(|mut input| input.write_all(program.as_bytes())));
            let out = scope.spawn(move || out.map(read).unwrap_or_default());
            let err = scope.spawn(move || err.map(read).unwrap_or_default());
            let ended = self.wait(job, &mut child);
            if ended.is_err() {
                // It may have ended in between.
                let _ = child.kill();
                let _ = child.wait();
            }
            let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
            let code = ended?.code().unwrap_or(-1);
            if out.len() as u64 > OUTPUT {
                return Err(Stopped::Ended(format!("it writes more than {}", memory::shown(OUTPUT))));
            }
            Ok(Said { code, out, err: String::from_utf8_lossy(&err).into_owned() })
        })
    }

    /// Waits for the end of a command.
    fn wait(&self, job: u64, child: &mut Child) -> Result<ExitStatus, Stopped> {
        let deadline = Instant::now() + self.time + GRACE;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if self.running().1.remove(&job) {
                return Err(Stopped::Ended(String::from("stopped")));
            }
            if Instant::now() >= deadline {
                return Err(Stopped::Ended(format!("it takes more than {} s", self.time.as_secs_f64())));
            }
            if memory_of(child.id()).is_some_and(|used| used > self.memory) {
                return Err(Stopped::Ended(format!("it needs more memory than {}", memory::shown(self.memory))));
            }
            thread::sleep(LOOK);
        }
    }
}

/// All of it; one byte more than is allowed, where it is more: then whoever writes it waits until it is ended.
fn read(from: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is what there is.
    let _ = from.take(OUTPUT + 1).read_to_end(&mut bytes);
    bytes
}

/// What a process uses of memory, in bytes, where Linux says so.
fn memory_of(process: u32) -> Option<u64> {
    let text = fs::read_to_string(PathBuf::from(format!("/proc/{process}/status"))).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
