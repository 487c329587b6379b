//! The catalogue of diagnostic codes.

/// The code of a static check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The text is not a program.
    Syntax,
    /// A name that nothing in scope has.
    Name,
    /// Two things of one name.
    Duplicate,
    /// A value of another type than wanted.
    Type,
    /// Too few or too many arguments.
    Arity,
    /// A path through a function that returns nothing.
    Return,
    /// An await or yield outside an async function.
    Await,
    /// A value that may not leave its node.
    Portable,
    /// Assignment to what is not `mut`.
    Immutable,
    /// A match that misses a case.
    Match,
    /// What an atomic block may not do.
    Atomic,
    /// The cell of another node outside a property, or of no node in one.
    Cell,
    /// No main, or one with parameters.
    Main,
    /// A type that stays open.
    Infer,
    /// A struct that contains itself.
    Recursive,
    /// More than 1,000 levels of nesting.
    Depth,
    /// break or continue outside a loop.
    Loop,
    /// A task or promise dropped without await (warning).
    Dropped,
    /// Code or a match arm that is never reached (warning).
    Unreachable,
    /// A name that is never used (warning).
    Unused,
    /// A preferred node outside the group, or an `any` over no node (warning).
    Address,
}

impl Code {
    /// The name in messages: `lacuna::type`.
    pub fn name(self) -> &'static str {
        match self {
            Code::Syntax => "lacuna::syntax",
            Code::Name => "lacuna::name",
            Code::Duplicate => "lacuna::duplicate",
            Code::Type => "lacuna::type",
            Code::Arity => "lacuna::arity",
            Code::Return => "lacuna::return",
            Code::Await => "lacuna::await",
            Code::Portable => "lacuna::portable",
            Code::Immutable => "lacuna::immutable",
            Code::Match => "lacuna::match",
            Code::Atomic => "lacuna::atomic",
            Code::Cell => "lacuna::cell",
            Code::Main => "lacuna::main",
            Code::Infer => "lacuna::infer",
            Code::Recursive => "lacuna::recursive",
            Code::Depth => "lacuna::depth",
            Code::Loop => "lacuna::loop",
            Code::Dropped => "lacuna::dropped",
            Code::Unreachable => "lacuna::unreachable",
            Code::Unused => "lacuna::unused",
            Code::Address => "lacuna::address",
        }
    }

    /// The name without the prefix: `type`.
    pub fn short_name(self) -> &'static str {
        self.name().trim_start_matches("lacuna::")
    }
}
