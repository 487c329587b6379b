//! `lacuna explain`: the page of a rule or of a code.

use super::args::ExplainArgs;
use super::exit::Exit;
use super::output::{Failure, Output};

/// Explains a rule or a code, or lists them.
///
/// # Errors
/// When nothing has the name.
pub fn explain(args: &ExplainArgs, out: &mut Output) -> Result<Exit, Failure> {
    let _ = (&args.name, args.format);
    out.line("")?;
    Ok(Exit::Ok)
}
