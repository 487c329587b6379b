//! How everything stands, as workflow commands of GitHub Actions: each becomes a remark beside the line of the program.

use std::fmt::Write;

use super::{ORPHAN, Report};

/// A command a line, for all that does not stand as it should.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    for tested in &report.programs {
        let name = tested.source.name();
        for case in tested.cases.iter().filter(|case| !case.status.is_good()) {
            let title = format!("{}: {}", case.title, case.status.name());
            command(&mut text, name, Some((case.place.line, case.place.column)), &title, &case.sentence());
        }
        for error in &tested.errors {
            let place = tested.source.place(error.span().start);
            let message = match &error.help {
                Some(help) => format!("{}\n{help}", error.message),
                None => error.message.clone(),
            };
            command(&mut text, name, Some((place.line, place.column)), error.code.name(), &message);
        }
    }
    for orphan in &report.orphans {
        command(&mut text, orphan, None, "orphan", ORPHAN);
    }
    text
}

fn command(text: &mut String, file: &str, place: Option<(usize, usize)>, title: &str, message: &str) {
    let place = place.map_or_else(String::new, |(line, column)| format!(",line={line},col={column}"));
    let _ = writeln!(text, "::error file={}{place},title={}::{}", property(file), property(title), data(message));
}

/// Text as it stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text as it stands in a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_cannot_hold_is_escaped() {
        let mut text = String::new();
        command(&mut text, "a,b.lac", Some((3, 4)), "check: x", "50%\nmore: a, b");
        assert_eq!(text, "::error file=a%2Cb.lac,line=3,col=4,title=check%3A x::50%25%0Amore: a, b\n");
    }
}
