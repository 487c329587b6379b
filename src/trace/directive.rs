//! How a program wants to be run: the options in a line `// run: --crashes 1 --seed 4` of its text. They are those of
//! `lacuna trace`, and mean the same, so that whoever reads the line can type it.

use super::settings;
use crate::base::Prng;
use crate::calculus::Program;
use crate::semantics::schedule::{Fifo, Random, Scheduler};
use crate::semantics::settings::Settings;

/// A run that a program asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The parameters of the relation; those that are not named are those of `run`.
    pub settings: Settings,
    /// The seed of a random run; `None`: the deterministic run.
    pub seed: Option<u64>,
}

/// The line that a directive stands on begins with this.
const MARK: &str = "// run:";

/// The options of the first directive in `text`, as they are written; none where there is no directive.
pub fn options(text: &str) -> impl Iterator<Item = &str> {
    text.lines().find_map(|line| line.strip_prefix(MARK)).unwrap_or_default().split_whitespace()
}

impl Directive {
    /// The run that the text of `program` asks for: without a directive the deterministic one.
    ///
    /// # Errors
    /// A sentence, when an option is unknown, lacks its value, or has one that it cannot have.
    pub fn of(text: &str, program: &Program) -> Result<Directive, String> {
        let mut directive = Directive { settings: Settings::run(), seed: None };
        let mut words = options(text);
        while let Some(option) = words.next() {
            if option == "--no-restart" {
                directive.settings.restarts = false;
                continue;
            }
            let name = option.strip_prefix("--").ok_or_else(|| format!("{option} is no option"))?;
            let value = words.next().ok_or_else(|| format!("{option} wants a value"))?;
            match name {
                "seed" => directive.seed = Some(value.parse().map_err(|_| format!("{value} is no seed"))?),
                _ => settings::set(&mut directive.settings, program, &name.replace('-', "_"), value)?,
            }
        }
        Ok(directive)
    }

    /// Who chooses the steps of the run.
    pub fn scheduler(&self) -> Box<dyn Scheduler> {
        match self.seed {
            Some(seed) => Box::new(Random::new(Prng::new(seed))),
            None => Box::new(Fifo::new(Prng::new(0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Directive, String> {
        let nodes = vec![String::from("a"), String::from("b")];
        Directive::of(&format!("// A sentence.\n{line}\n"), &Program { nodes, ..Program::default() })
    }

    #[test]
    fn without_a_line_it_is_the_deterministic_run() {
        assert_eq!(read("// to run: --seed 4"), Ok(Directive { settings: Settings::run(), seed: None }));
    }

    #[test]
    fn the_options_are_those_of_the_command_line() {
        let directive =
            read("// run: --crashes 2 --crash-nodes b --no-restart --timing free --seed 4").expect("options");
        let mut settings = Settings::run();
        settings.budget.crashes = 2;
        settings.crash_nodes = Some(vec![crate::calculus::NodeId(1)]);
        settings.restarts = false;
        settings.timing = crate::semantics::settings::Timing::Free;
        assert_eq!(directive, Directive { settings, seed: Some(4) });
    }

    #[test]
    fn what_is_no_option_is_refused_in_a_sentence() {
        let refused = |line| read(line).expect_err("no options");
        assert_eq!(refused("// run: crashes 1"), "crashes is no option");
        assert_eq!(refused("// run: --crashes"), "--crashes wants a value");
        assert_eq!(refused("// run: --seed none"), "none is no seed");
        assert_eq!(refused("// run: --storms 1"), "there is no setting called storms");
    }
}
