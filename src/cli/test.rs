//! `lacuna test`: the user's programs against what they say is expected of them.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;

use super::args::words;
use super::exit::Exit;
use super::output::{Failure, Output};
use super::stop::Stop;
use super::threads::Threads;
use super::{input, memory};
use crate::base::Source;
use crate::diagnostic::Diagnostic;
use crate::expect::judge::{self, Case, Found, Status, Tested};
use crate::expect::plan::{EXTENSIONS, Expectation, Wanted, expectations};
use crate::expect::report::{Conclusion, Report, github, json, junit, sarif, text};
use crate::expect::{Cut, Limits, Model, Unanswered};
use crate::explore::{Crew, Job};
use crate::trace::settings::{Word, duration};

/// How to tell how everything stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For services of continuous integration.
    Junit,
    /// As commands of GitHub Actions.
    Github,
    /// As SARIF 2.1.0.
    Sarif,
}

impl Word for Format {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("text", Format::Text),
        ("json", Format::Json),
        ("junit", Format::Junit),
        ("github", Format::Github),
        ("sarif", Format::Sarif),
    ];
}

/// Arguments of `test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Programs, or folders of programs [default: the folder that this is]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write what is found as what is expected, in the files beside the programs
    #[arg(long)]
    pub bless: bool,
    /// Show how what is found differs from what is expected
    #[arg(long)]
    pub diff: bool,
    /// How to tell it: text, json, junit, github, sarif [default: text]
    #[arg(long, value_name = "NAME", value_parser = words::<Format>(), hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub format: Format,
    /// Look at N programs at a time; the answer does not depend on it [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Stop a run after so many steps, where its program does not say [default: 1000000]
    #[arg(long, value_name = "N", help_heading = "Limits of each expectation")]
    pub max_steps: Option<u64>,
    /// Stop a search at so many states, where its program does not say [default: 2000000]
    #[arg(long, value_name = "N", help_heading = "Limits of each expectation")]
    pub max_states: Option<u64>,
    /// Stop after a time, where the program does not say: 500ms, 10s, 2m [default: 60s]
    #[arg(long, value_name = "DURATION", help_heading = "Limits of each expectation", value_parser = duration)]
    pub time_limit: Option<Duration>,
}

/// The time that an expectation may take where nobody says.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Tests programs, and says how their expectations stand.
///
/// # Errors
/// When a file cannot be read or written, or there is nothing to test.
pub fn test(args: &TestArgs, out: &mut Output) -> Result<Exit, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    let mut files = Files::default();
    paths.iter().try_for_each(|path| files.add(path))?;
    let programs: Vec<&PathBuf> = files.programs.iter().collect();
    let tested = args.test_all(&programs)?;
    let orphans = files.orphans(&tested);
    let report = Report { programs: tested, orphans };
    if report.is_empty() {
        let message =
            "no program there says what is expected of it; one does by a line like `// trace:` before its code";
        return Err(Failure::Usage(String::from(message)));
    }
    let show = text::Show { diff: args.diff, paint: out.paint, style: out.style() };
    match args.format {
        Format::Text => out.text(&text::text(&report, show))?,
        Format::Json => out.line(&json::text(&report).map_err(std::io::Error::from)?)?,
        Format::Junit => out.text(&junit::text(&report))?,
        Format::Github => out.text(&github::text(&report))?,
        Format::Sarif => out.line(&sarif::text(&report))?,
    }
    Ok(match report.conclusion() {
        Conclusion::Ok => Exit::Ok,
        Conclusion::Failed => Exit::Failed,
        Conclusion::Errors => Exit::Errors,
        Conclusion::Limit => Exit::Limit,
    })
}

impl TestArgs {
    /// Tests all of the programs, some at a time; their order stays.
    fn test_all(&self, programs: &[&PathBuf]) -> Result<Vec<Tested>, Failure> {
        let crew = Threads::new(self.threads);
        let hands = crew.hands().clamp(1, programs.len().max(1));
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some(path) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let tested = self.test_one(path, hands);
                if let Ok(mut done) = done.lock() {
                    done.push((*path, tested));
                }
            }
        };
        crew.work((0..hands).map(|_| Box::new(work) as Job<'_>).collect());
        let mut done = done.into_inner().unwrap_or_default();
        done.sort_by_key(|(path, _)| *path);
        done.into_iter().map(|(_, tested)| tested).collect()
    }

    /// Tests a program; `hands` are at work at once, and share the memory.
    fn test_one(&self, path: &Path, hands: usize) -> Result<Tested, Failure> {
        let source = Source::new(path.display().to_string(), input::read(path)?);
        let (cases, errors) = match Model::read(&source) {
            Err(errors) => (Vec::new(), errors),
            Ok(model) => match expectations(source.text(), &model.program) {
                Err(errors) => (Vec::new(), errors),
                Ok(wanted) => self.cases(path, &model, &wanted, hands)?,
            },
        };
        Ok(Tested { source, cases, errors })
    }

    /// How each expectation of a program stands, and what is wrong with those that ask for a run that there is not.
    fn cases(
        &self,
        path: &Path,
        model: &Model,
        wanted: &[Expectation<'_>],
        hands: usize,
    ) -> Result<(Vec<Case>, Vec<Diagnostic>), Failure> {
        let (mut cases, mut errors) = (Vec::new(), Vec::new());
        for wanted in wanted {
            match self.case(path, model, wanted, hands)? {
                Ok(case) => cases.push(case),
                Err(wrong) => errors.push(wrong),
            }
        }
        Ok((cases, errors))
    }

    fn case(
        &self,
        path: &Path,
        model: &Model,
        wanted: &Expectation<'_>,
        hands: usize,
    ) -> Result<Result<Case, Diagnostic>, Failure> {
        let stop = Stop::new(Some(wanted.request.time_limit.or(self.time_limit).unwrap_or(TIME_LIMIT)));
        let limits = Limits {
            max_steps: self.max_steps.unwrap_or(Limits::DEFAULT.max_steps),
            max_states: self.max_states.unwrap_or(Limits::DEFAULT.max_states),
            max_memory: memory::default_limit().map(|bytes| bytes / hands as u64),
            go_on: &|| stop.asked().is_none(),
        };
        let file = match &wanted.wanted {
            Wanted::File(end) => Some(beside(path, end)),
            Wanted::Verdict(_) => None,
        };
        let status = match judge::find(model, wanted, limits) {
            Err(Unanswered::Misfit(wrong)) => return Ok(Err(wrong)),
            Err(Unanswered::Cut(Cut(what))) => Status::Limit(what),
            Ok(Found::Status(status)) => status,
            Ok(Found::Text(found)) => self.compare(file.as_deref(), found)?,
        };
        let place = model.source.place(wanted.directive.span.start);
        let file = file.map(|file| file.display().to_string());
        Ok(Ok(Case { kind: wanted.directive.kind, title: wanted.title(), place, file, status }))
    }

    /// Holds a text against that of a file, or writes it there.
    fn compare(&self, file: Option<&Path>, found: String) -> Result<Status, Failure> {
        let Some(file) = file else { return Ok(Status::Missing(found)) };
        let expected = match fs::symlink_metadata(file) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            _ => Some(input::read(file)?),
        };
        let status = Status::of_texts(expected, found);
        match &status {
            Status::Missing(found) | Status::Differs { found, .. } if self.bless => {
                fs::write(file, found)
                    .map_err(|error| Failure::Usage(format!("{} cannot be written: {error}", file.display())))?;
                Ok(Status::Blessed)
            }
            _ => Ok(status),
        }
    }
}

/// The file of an expectation beside a program.
fn beside(program: &Path, end: &str) -> PathBuf {
    let mut name = program.file_stem().unwrap_or_default().to_owned();
    name.push(end);
    program.with_file_name(name)
}

/// The files that are looked at, in the order of their names.
#[derive(Default)]
struct Files {
    programs: BTreeSet<PathBuf>,
    expectations: BTreeSet<PathBuf>,
}

impl Files {
    /// Adds a program with what stands beside it, or all that is below a folder.
    fn add(&mut self, path: &Path) -> Result<(), Failure> {
        if path.is_dir() {
            return self.add_below(path);
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let beside = entries(folder.unwrap_or(Path::new(".")))?.into_iter().filter_map(|entry| {
            let name = entry.file_name()?.to_string_lossy().into_owned();
            let is_its = is_expectation(&entry) && name.strip_prefix(&stem)?.starts_with('.');
            is_its.then(|| path.with_file_name(name))
        });
        self.expectations.extend(beside);
        self.programs.insert(path.to_owned());
        Ok(())
    }

    /// Adds the programs and expectations below a folder, but for what is hidden.
    fn add_below(&mut self, folder: &Path) -> Result<(), Failure> {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in entries(&folder)? {
                let hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
                if entry.is_dir() && !entry.is_symlink() && !hidden {
                    folders.push(entry);
                } else if entry.extension().is_some_and(|extension| extension == "lac") {
                    self.programs.insert(tidy(&entry));
                } else if is_expectation(&entry) {
                    self.expectations.insert(tidy(&entry));
                }
            }
        }
        Ok(())
    }

    /// The files that hold an expectation which no program has. Of a program with errors nobody knows what it expects.
    fn orphans(&self, tested: &[Tested]) -> Vec<String> {
        let known: BTreeSet<&str> =
            tested.iter().flat_map(|tested| &tested.cases).filter_map(|case| case.file.as_deref()).collect();
        let broken: Vec<PathBuf> = tested
            .iter()
            .filter(|tested| !tested.errors.is_empty())
            .map(|tested| PathBuf::from(tested.source.name()))
            .collect();
        let unknown = |file: &&PathBuf| {
            let of_broken = broken.iter().any(|program| {
                let stem = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                file.parent() == program.parent() && name.strip_prefix(&stem).is_some_and(|rest| rest.starts_with('.'))
            });
            !of_broken && !known.contains(file.display().to_string().as_str())
        };
        self.expectations.iter().filter(unknown).map(|file| file.display().to_string()).collect()
    }
}

fn is_expectation(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|own| extension == *own))
}

/// The path without a `./` in front, which nobody has written.
fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |error| Failure::Usage(format!("{} cannot be read: {error}", folder.display()));
    fs::read_dir(folder).map_err(wrong)?.map(|entry| entry.map(|entry| entry.path()).map_err(wrong)).collect()
}
