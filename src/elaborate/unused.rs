//! Warnings that need the whole program: declarations that nobody uses, tasks and promises that nobody awaits.

use super::Elaborator;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Ident;

impl Elaborator<'_> {
    /// Warns of declarations that are never used. Nodes are not among them: to be there is their use.
    pub(super) fn warn_unused(&mut self) {
        let globals = &self.globals;
        let functions = globals.functions.iter().map(|f| (f.name, f.used, "function", "called"));
        let cells = globals.cells.iter().map(|cell| (cell.name, cell.used, "cell", "read"));
        let consts = globals.consts.iter().map(|c| (c.name, c.used, "constant", "used"));
        let groups = globals.groups.iter().map(|group| (group.name, group.used, "group", "used"));
        let structs = globals.structs.iter().map(|decl| (decl.name, decl.used, "struct", "used"));
        let enums = globals.enums.iter().map(|decl| (decl.name, decl.used, "enum", "used"));
        let all = functions.chain(cells).chain(consts).chain(groups).chain(structs).chain(enums);
        let unused: Vec<(Ident<'_>, &str, &str)> = all
            .filter(|(name, used, ..)| !used && !name.text.starts_with('_'))
            .map(|(name, _, kind, how)| (name, kind, how))
            .collect();
        for (name, kind, how) in unused {
            let message = format!("the {kind} `{}` is never {how}", name.text);
            let warning = Diagnostic::warning(Code::Unused, name.span, message, format!("never {how}"));
            self.report.add(warning.help(format!("remove it, or call it `_{}` if that is meant", name.text)));
        }
    }

    /// Warns of tasks and promises that are dropped.
    pub(super) fn warn_dropped(&mut self) {
        for (f, span, what) in std::mem::take(&mut self.dropped) {
            let message = format!("this {what} is never awaited, so nobody sees how it ends");
            let warning = Diagnostic::warning(Code::Dropped, span, message, format!("a {what}, dropped"));
            let function = self.globals.function(f);
            let warning = match function.spawned {
                Some(at) => warning.label(
                    at,
                    format!("`{}` is spawned here, and would be done while this {what} is not", function.name.text),
                ),
                None => warning,
            };
            self.report.add(warning.help("`await` it, or say that it is dropped on purpose: `let _ = …;`"));
        }
    }
}
