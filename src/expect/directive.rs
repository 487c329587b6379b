//! Directives: what a program wants to be done with it, in the comments before its first line of code.
//!
//! A line `// KIND: OPTIONS` or `// KIND NAME: OPTIONS` is one. The options are those of the command line, and mean the
//! same, so that whoever reads the line can type it; what stands between quotes is one word, as in a shell.

use std::time::Duration;

use crate::base::{Prng, Span};
use crate::calculus::Program;
use crate::diagnostic::{Code, Diagnostic};
use crate::explore::report;
use crate::semantics::schedule::{Fifo, Random, Scheduler};
use crate::semantics::settings::Settings;
use crate::trace::fault::{Misfit, Script, ScriptedFault};
use crate::trace::settings::{self, Word};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Run once, as an example of something: nothing is expected of it.
    Run,
    /// Run once; the trace is the one expected.
    Trace,
    /// Search; the outcomes are those expected.
    Outcomes,
    /// Search; the verdict is the one expected.
    Check,
}

impl Word for Kind {
    const WORDS: &'static [(&'static str, Self)] =
        &[("run", Kind::Run), ("trace", Kind::Trace), ("outcomes", Kind::Outcomes), ("check", Kind::Check)];
}

/// A piece of a text, and where it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The piece.
    pub text: &'t str,
    /// Where.
    pub span: Span,
}

/// A line of a program that is a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'t> {
    /// What is to be done.
    pub kind: Kind,
    /// The name of the expectation, where a program has several of one kind.
    pub name: Option<Piece<'t>>,
    /// What stands behind the colon, as it is written.
    pub options: &'t str,
    /// Its words.
    pub words: Vec<Piece<'t>>,
    /// The line from the kind to its end.
    pub span: Span,
}

/// What a directive asks for.
#[derive(Clone, Debug)]
pub struct Request<'t> {
    /// The parameters of the relation.
    pub settings: Settings,
    /// The seed of a random run; `None`: the deterministic run.
    pub seed: Option<u64>,
    /// What is to happen as certain steps of a run; the settings pay for it.
    pub script: Script,
    /// Where each of these faults stands.
    pub faults: Vec<(ScriptedFault, Span)>,
    /// The kinds that are no violation here.
    pub allowed: Vec<report::Kind>,
    /// Steps of a run, or from the start of a search, at most.
    pub max_steps: Option<u64>,
    /// Configurations of a search, at most.
    pub max_states: Option<u64>,
    /// How long it may take.
    pub time_limit: Option<Duration>,
    /// The words that are no options.
    pub words: Vec<Piece<'t>>,
}

/// The options that are no settings of the relation, and where they may stand.
const OPTIONS: [(&str, &[Kind]); 7] = [
    ("seed", &[Kind::Run, Kind::Trace]),
    ("fault", &[Kind::Trace]),
    ("max-steps", &[Kind::Trace]),
    ("max-depth", &[Kind::Outcomes, Kind::Check]),
    ("max-states", &[Kind::Outcomes, Kind::Check]),
    ("time-limit", &[Kind::Trace, Kind::Outcomes, Kind::Check]),
    ("allow", &[Kind::Check]),
];

/// The directives of a program, in their order.
///
/// # Errors
/// All lines that look like a directive and are none.
pub fn directives(text: &str) -> (Vec<Directive<'_>>, Vec<Diagnostic>) {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    let is_comment = |line: &&str| line.trim().is_empty() || line.starts_with("//");
    for line in text.lines().take_while(is_comment) {
        match directive(text, line) {
            Some(Ok(directive)) => found.push(directive),
            Some(Err(diagnostic)) => wrong.push(diagnostic),
            None => {}
        }
    }
    (found, wrong)
}

/// The directive on a line of comment, if it is one or is meant to be.
fn directive<'t>(text: &'t str, line: &'t str) -> Option<Result<Directive<'t>, Diagnostic>> {
    let line = line.strip_prefix("// ")?;
    let (head, rest) = line.split_once(':')?;
    let mut names = head.split_whitespace().map(|word| piece(text, word));
    let (kind, name) = (names.next()?, names.next());
    let is_name = |piece: Piece<'_>| piece.text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if names.next().is_some() || !is_name(kind) || name.is_some_and(|name| !is_name(name)) {
        return None;
    }
    let words = pieces(text, rest);
    if let Some(kind) = Kind::of_word(kind.text) {
        return Some(Ok(Directive { kind, name, options: rest.trim(), words, span: span(text, line) }));
    }
    let near = near(kind.text, Kind::WORDS.iter().map(|(word, _)| *word).filter(|word| *word != Kind::Run.word()));
    let has_options = words.first().is_some_and(|word| word.text.starts_with("--"));
    (near.is_some() || (has_options && name.is_none())).then(|| {
        let message = format!("there is no directive `{}`", kind.text);
        let help = near.map_or_else(
            || String::from("there are `// trace:`, `// outcomes:` and `// check:`"),
            |near| format!("did you mean `// {near}:`?"),
        );
        Err(Diagnostic::error(Code::Directive, kind.span, message, "nothing is called this").help(help))
    })
}

impl<'t> Directive<'t> {
    /// A directive that stands in no program: what `options` say.
    pub fn of_options(kind: Kind, options: &'t str) -> Directive<'t> {
        Directive { kind, name: None, options, words: pieces(options, options), span: span(options, options) }
    }

    /// What it asks for; settings that it does not name are the defaults of the command of its kind.
    ///
    /// # Errors
    /// When an option is unknown, lacks its value, or has one that it cannot have.
    pub fn request(&self, program: &Program) -> Result<Request<'t>, Diagnostic> {
        let settings = if self.is_search() { Settings::check() } else { Settings::run() };
        let mut request = Request {
            settings,
            seed: None,
            script: Script::default(),
            faults: Vec::new(),
            allowed: Vec::new(),
            max_steps: None,
            max_states: None,
            time_limit: None,
            words: Vec::new(),
        };
        let mut words = self.words.iter().copied();
        let mut chance = None;
        while let Some(word) = words.next() {
            match word.text.strip_prefix("--") {
                None => request.words.push(word),
                Some("no-restart") => request.settings.restarts = false,
                Some(name) => {
                    let value = words.next().filter(|value| !value.text.starts_with("--"));
                    let value = value.ok_or_else(|| {
                        Diagnostic::error(
                            Code::Directive,
                            word.span,
                            format!("{} wants a value", word.text),
                            "this one",
                        )
                        .help("write the value behind it")
                    })?;
                    if ["schedule", "order"].contains(&name) {
                        chance = Some(word);
                    }
                    self.set(&mut request, program, (word, name), value)?;
                }
            }
        }
        request.script.pay(&mut request.settings.budget);
        match (chance, self.kind, request.seed) {
            (Some(word), Kind::Trace, None) => Err(Diagnostic::error(
                Code::Directive,
                word.span,
                "this run takes its steps at random, and has no seed",
                "with this, chance chooses",
            )
            .help("give it a seed, so that it is the same run each time: --seed 1")),
            _ => Ok(request),
        }
    }

    /// Whether everything that can happen is looked at.
    fn is_search(&self) -> bool {
        matches!(self.kind, Kind::Outcomes | Kind::Check)
    }

    /// Sets what one option says.
    fn set(
        &self,
        request: &mut Request<'t>,
        program: &Program,
        (option, name): (Piece<'t>, &str),
        value: Piece<'t>,
    ) -> Result<(), Diagnostic> {
        let wrong = |message: String| Diagnostic::error(Code::Directive, value.span, message, "not this");
        let own = OPTIONS.iter().find(|(own, _)| *own == name);
        if let Some((_, kinds)) = own
            && !kinds.contains(&self.kind)
        {
            let message = format!("{} means nothing to `{}`", option.text, self.kind.word());
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
            return Err(Diagnostic::error(Code::Directive, option.span, message, "not here")
                .help(format!("it is an option of {}", kinds.join(" and "))));
        }
        let number = || value.text.parse::<u64>().map_err(|_| wrong(format!("{} is no number", value.text)));
        match name {
            "seed" => request.seed = Some(number()?),
            "fault" => request.add_fault(value).map_err(wrong)?,
            "max-steps" | "max-depth" => request.max_steps = Some(number()?),
            "max-states" => request.max_states = Some(number()?),
            "time-limit" => request.time_limit = Some(settings::duration(value.text).map_err(wrong)?),
            "allow" => {
                for name in value.text.split(',') {
                    request.allowed.push(allowed(name).map_err(wrong)?);
                }
            }
            _ => {
                let names = settings::to_json(&request.settings, program);
                let known: Vec<String> = names.keys().map(|key| key.replace('_', "-")).collect();
                if !known.iter().any(|own| own == name) {
                    let names = known.iter().map(String::as_str).chain(OPTIONS.map(|(own, _)| own));
                    let help = near(name, names).map_or_else(
                        || String::from("the options are those of the command line"),
                        |near| format!("did you mean --{near}?"),
                    );
                    let message = format!("there is no option {}", option.text);
                    return Err(
                        Diagnostic::error(Code::Directive, option.span, message, "nothing is called this").help(help)
                    );
                }
                settings::set(&mut request.settings, program, &name.replace('-', "_"), value.text).map_err(wrong)?;
            }
        }
        Ok(())
    }
}

impl Request<'_> {
    /// Who chooses the steps of a run.
    pub fn scheduler(&self) -> Box<dyn Scheduler> {
        self.script.before(match self.seed {
            Some(seed) => Box::new(Random::new(Prng::new(seed))),
            None => Box::new(Fifo::new(Prng::new(0))),
        })
    }

    fn add_fault(&mut self, written: Piece<'_>) -> Result<(), String> {
        self.faults.push((ScriptedFault::parse(written.text)?, written.span));
        let faults: Vec<ScriptedFault> = self.faults.iter().map(|(fault, _)| fault.clone()).collect();
        self.script = Script::new(&faults)?;
        Ok(())
    }

    /// What is wrong with a fault that the run cannot have.
    pub fn misfit(&self, Misfit { fault, why, instead }: Misfit) -> Diagnostic {
        let span = self.faults.iter().find(|(own, _)| *own == fault).map_or_else(Span::default, |(_, span)| *span);
        let wrong = Diagnostic::error(Code::Directive, span, format!("'{fault}' {why}"), "not as that step");
        let instead: Vec<String> = instead.iter().map(|fault| format!("'{fault}'")).collect();
        if instead.is_empty() { wrong } else { wrong.help(format!("what may happen then: {}", instead.join(", "))) }
    }
}

/// The first directive of this kind in a program; without one what it would be without options.
pub fn first(text: &str, kind: Kind) -> Directive<'_> {
    let found = directives(text).0.into_iter().find(|directive| directive.kind == kind);
    found.unwrap_or_else(|| Directive::of_options(kind, ""))
}

fn allowed(name: &str) -> Result<report::Kind, String> {
    let kinds = report::Kind::ALLOWED;
    kinds.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
        let names = kinds.map(report::Kind::name).join(", ");
        format!("{name} cannot be allowed; these can: {names}")
    })
}

/// The name that is probably meant.
fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (distance, near) = known.map(|known| (strsim::osa_distance(known, name), known)).min()?;
    (distance <= name.chars().count().div_ceil(3)).then_some(near)
}

/// The words of a part of a text; what stands between two quotes of one kind is one.
fn pieces<'t>(text: &'t str, part: &'t str) -> Vec<Piece<'t>> {
    let (mut pieces, mut rest) = (Vec::new(), part.trim_start());
    while let Some(first) = rest.chars().next() {
        let quoted = rest.strip_prefix(['\'', '"']).and_then(|rest| rest.split_once(first));
        let (word, behind) =
            quoted.unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
        pieces.push(piece(text, word));
        rest = behind.trim_start();
    }
    pieces
}

fn piece<'t>(text: &'t str, word: &'t str) -> Piece<'t> {
    Piece { text: word, span: span(text, word) }
}

/// Where a part of a text stands in it.
fn span(text: &str, part: &str) -> Span {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    Span::new(start, start + part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(Settings, Option<u64>), String> {
        let nodes = vec![String::from("a"), String::from("b")];
        let program = Program { nodes, ..Program::default() };
        let text = format!("// A sentence.\n\n{line}\n");
        let (found, wrong) = directives(&text);
        if let Some(wrong) = wrong.first() {
            return Err(format!("{}; {}", wrong.message, wrong.help.as_deref().unwrap_or_default()));
        }
        match found.first() {
            None => Ok((Settings::run(), None)),
            Some(directive) => {
                let request = directive.request(&program).map_err(|wrong| wrong.message)?;
                Ok((request.settings, request.seed))
            }
        }
    }

    #[test]
    fn prose_is_no_directive() {
        for line in ["// to run: --seed 4 is good", "// Try: --seed 4", "// note: that", "fn f() {} // trace: x"] {
            assert_eq!(read(line), Ok((Settings::run(), None)), "{line}");
        }
    }

    #[test]
    fn the_options_are_those_of_the_command_line() {
        let found = read("// run: --crashes 2 --crash-nodes b --no-restart --timing free --seed 4");
        let mut settings = Settings::run();
        settings.budget.crashes = 2;
        settings.crash_nodes = Some(vec![crate::calculus::NodeId(1)]);
        settings.restarts = false;
        settings.timing = crate::semantics::settings::Timing::Free;
        assert_eq!(found, Ok((settings, Some(4))));
        assert_eq!(read("// check fast:"), Ok((Settings::check(), None)));
    }

    #[test]
    fn what_stands_between_quotes_is_a_word() {
        let words = |line| {
            let found = directives(line).0.remove(0);
            (found.words.iter().map(|word| word.text).collect::<Vec<&str>>(), found.options)
        };
        let line = "// trace:  --fault 'crash a @ 1' \"\" it's --fault 'b  \n";
        let options = "--fault 'crash a @ 1' \"\" it's --fault 'b";
        assert_eq!(words(line), (vec!["--fault", "crash a @ 1", "", "it's", "--fault", "'b"], options));
        assert_eq!(read("// 'trace': --seed 4"), Ok((Settings::run(), None)), "a kind is no option");
    }

    #[test]
    fn what_is_no_option_is_refused_in_a_sentence() {
        let refused = |line| read(line).expect_err("no options");
        assert_eq!(refused("// run: --crashes"), "--crashes wants a value");
        assert_eq!(refused("// run: --seed none"), "none is no number");
        assert_eq!(refused("// run: --storms 1"), "there is no option --storms");
        assert_eq!(refused("// check: --seed 1"), "--seed means nothing to `check`");
        assert_eq!(
            refused("// check: --allow assert"),
            "assert cannot be allowed; these can: deadlock, failed, diverged, livelock"
        );
        assert_eq!(refused("// trace: --schedule preemptive"), "this run takes its steps at random, and has no seed");
        assert_eq!(refused("// trcae: x"), "there is no directive `trcae`; did you mean `// trace:`?");
        assert_eq!(
            refused("// storm: --seed 1"),
            "there is no directive `storm`; there are `// trace:`, `// outcomes:` and `// check:`"
        );
    }
}
