//! The expectations of a program, and the files that hold them: `STEM.KIND`, or `STEM.NAME.KIND` where the directive has a
//! name, beside the program.

use std::collections::BTreeSet;

use super::directive::{self, Directive, Kind, Request};
use super::no_option;
use super::search::Verdict;
use crate::calculus::Program;
use crate::diagnostic::{Code, Diagnostic};
use crate::trace::settings::Word;

/// One thing that is expected of a program.
#[derive(Clone, Debug)]
pub struct Expectation<'t> {
    /// The line that says so.
    pub directive: Directive<'t>,
    /// What is to be done.
    pub request: Request<'t>,
    /// What is to come of it.
    pub wanted: Wanted,
}

/// What is to come of a run or a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What stands in the file that ends like this, behind the program's stem.
    File(String),
    /// This verdict.
    Verdict(Verdict),
}

/// Ends of the names of files that hold expectations.
pub const EXTENSIONS: [&str; 2] = ["trace", "outcomes"];

impl Expectation<'_> {
    /// `trace`, `outcomes with_crashes`
    pub fn title(&self) -> String {
        let kind = self.directive.kind.word();
        self.directive.name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {}", name.text))
    }
}

/// What is expected of a program, in the order of its text.
///
/// # Errors
/// All that is wrong with its directives.
pub fn expectations<'t>(text: &'t str, program: &Program) -> Result<Vec<Expectation<'t>>, Vec<Diagnostic>> {
    let (directives, mut wrong) = directive::directives(text);
    let (mut found, mut files) = (Vec::new(), BTreeSet::new());
    for directive in directives.into_iter().filter(|directive| directive.kind != Kind::Run) {
        match expectation(directive, program) {
            Ok(expectation) => {
                if let Wanted::File(file) = &expectation.wanted
                    && !files.insert(file.clone())
                {
                    wrong.push(twice(&expectation));
                }
                found.push(expectation);
            }
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn expectation<'t>(directive: Directive<'t>, program: &Program) -> Result<Expectation<'t>, Diagnostic> {
    let request = directive.request(program)?;
    let wanted = if directive.kind == Kind::Check {
        Wanted::Verdict(Verdict::expected(&directive, &request)?)
    } else {
        if let Some(word) = request.words.first() {
            return Err(no_option(*word));
        }
        let kind = directive.kind.word();
        Wanted::File(directive.name.map_or_else(|| format!(".{kind}"), |name| format!(".{}.{kind}", name.text)))
    };
    Ok(Expectation { directive, request, wanted })
}

fn twice(expectation: &Expectation<'_>) -> Diagnostic {
    let message = format!("`{}` is expected twice", expectation.title());
    Diagnostic::error(Code::Directive, expectation.directive.span, message, "the second")
        .help(format!("give each a name of its own: `// {} fast:`", expectation.directive.kind.word()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Result<Vec<String>, Vec<String>> {
        let shown = |expectation: &Expectation<'_>| match &expectation.wanted {
            Wanted::File(file) => format!("{} in {file}", expectation.title()),
            Wanted::Verdict(verdict) => format!("{} {verdict}", expectation.title()),
        };
        match expectations(text, &Program::default()) {
            Ok(found) => Ok(found.iter().map(shown).collect()),
            Err(wrong) => Err(wrong.into_iter().map(|wrong| wrong.message).collect()),
        }
    }

    #[test]
    fn each_expectation_has_its_file_or_its_verdict() {
        let text =
            "// Words.\n// run: --seed 1\n// trace:\n// trace b: --seed 2\n// check: violated b, a --crashes 1\n";
        assert_eq!(
            plan(text),
            Ok(vec!["trace in .trace".into(), "trace b in .b.trace".into(), "check violated a, b".into()])
        );
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let text =
            "// trace:\n// trace:\n// check: --crashes 1\n// outcomes: all\n// check: holds a\n// check: violated\n";
        let wrong = [
            "`trace` is expected twice",
            "no verdict is expected",
            "all is no option",
            "nothing is violated where it holds",
            "nothing is said to be violated",
        ];
        assert_eq!(plan(text), Err(wrong.map(str::to_owned).to_vec()));
    }
}
