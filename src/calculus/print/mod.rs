//! The printer of the notation: core programs, single statements, and configurations. What it prints, `parse` reads
//! back as the same.

mod config;
mod layout;
mod program;

pub use config::{Notes, config, config_lines};
pub use layout::{Line, layout};
pub use program::{program, statement};

use super::op::Naming;
use super::token::{Mode, Site, spelled};
use super::{Names, NodeId, Program, Value};

/// What printing needs: the program, the names of tasks and promises, and which of the two notations it is in.
struct Printer<'a> {
    program: &'a Program,
    names: &'a Names,
    mode: Mode,
    /// The names that values show, spelled as the notation needs them; the rest of the program is left out.
    spelled: Program,
}

impl<'a> Printer<'a> {
    fn new(program: &'a Program, names: &'a Names, mode: Mode) -> Self {
        let spell = |name: &String, site| spelled(name, mode, site).into_owned();
        let mut own = Program {
            nodes: program.nodes.iter().map(|name| spell(name, Site::Other)).collect(),
            structs: program.structs.clone(),
            enums: program.enums.clone(),
            ..Program::default()
        };
        for ty in &mut own.structs {
            ty.name = spell(&ty.name, Site::Call);
            ty.fields.iter_mut().for_each(|field| *field = spell(field, Site::Other));
        }
        for ty in &mut own.enums {
            ty.name = spell(&ty.name, Site::Other);
            ty.variants.iter_mut().for_each(|(variant, _)| *variant = spell(variant, Site::Free));
        }
        Printer { program, names, mode, spelled: own }
    }

    fn value(&self, value: &Value) -> String {
        Naming { program: &self.spelled, names: self.names }.quoted(value)
    }

    fn node(&self, n: NodeId) -> &str {
        self.spelled.node(n)
    }

    fn name(&self, name: &str, site: Site) -> String {
        spelled(name, self.mode, site).into_owned()
    }

    /// The first group with just these members: in an address its name stands for the list of them.
    fn group(&self, members: &[NodeId]) -> Option<&str> {
        let (name, _) = self.program.groups.iter().find(|(_, own)| own == members)?;
        Some(name)
    }
}
