//! The catalogue of diagnostic codes: what each one means, a program that earns it, and the program put right.
//! `lacuna explain` and docs/diagnostics.md are made of this.

/// Declares the codes in the order of the catalogue. The programs are docs/codes/NAME.wrong.lac and
/// docs/codes/NAME.right.lac.
macro_rules! catalogue {
    ($($code:ident: $name:literal, $severity:literal, $summary:literal, $explanation:literal;)*) => {
        /// The code of a static check.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $code,)*
        }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// The name in messages: `lacuna::type`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$code => concat!("lacuna::", $name),)* }
            }

            /// The name without the prefix: `type`.
            pub fn short_name(self) -> &'static str {
                match self { $(Code::$code => $name,)* }
            }

            /// What it means, in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$code => $summary,)* }
            }

            /// What it means, why it is so, and the way out: a few sentences, and paragraphs between empty lines.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$code => $explanation,)* }
            }

            /// Whether it is a warning: the program runs all the same.
            pub fn is_warning(self) -> bool {
                match self { $(Code::$code => matches!($severity, "warning"),)* }
            }

            /// A whole program that earns this code and no other.
            pub fn wrong(self) -> &'static str {
                match self { $(Code::$code => program!($name, ".wrong.lac"),)* }
            }

            /// The same program, put right.
            pub fn right(self) -> &'static str {
                match self { $(Code::$code => program!($name, ".right.lac"),)* }
            }
        }
    };
}

macro_rules! program {
    ($name:literal, $suffix:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codes/", $name, $suffix))
    };
}

catalogue! {
    Syntax: "syntax", "error", "The text is not a program.",
"The parser found something else than the grammar allows at this place. The message says what it expected, and \
the help what was probably meant. It goes on behind the mistake, so that one run shows all mistakes of a file; \
the first is exact, a later one may vanish with it.

The usual causes: a `;` or a bracket that is missing, `=` for `==`, `await` behind a call instead of before it, \
a reserved word as a name, a body without braces.";

    Name: "name", "error", "A name that nothing in scope has.",
"Nothing of this name can be seen from here: no local variable, parameter, cell, constant, function, node, group, \
type, field or variant. The help names the closest one there is.

A variable lives from its `let` to the end of its block. Declarations outside of functions are seen everywhere, \
whatever their order.";

    Duplicate: "duplicate", "error", "Two things of one name in one place.",
"Two declarations share a name where one would hide the other for good: two functions, two fields of a struct, \
two variables of one block, or a name that the language has taken for a built-in function.

Rename one of them. A block inside may use a name of a block outside again.";

    Type: "type", "error", "A value of one type where another is wanted.",
"Every expression has one type, found before the program runs. Nothing is converted behind your back: `1 + \"a\"` \
is an error, `str(1) + \"a\"` is a string, and a condition is a `bool`, never a number.

The most common case here: calling an `async fn` gives a `task<T>`, spawning gives a `promise<T>`, and `await` \
makes the `T` of either.";

    Arity: "arity", "error", "Too few or too many arguments.",
"A function is called with exactly the arguments that it declares, a struct is built with each of its fields \
once, a variant carries what its declaration says. There are no optional arguments.";

    Return: "return", "error", "A path through a function that returns nothing.",
"The function states a result, but control can reach its closing brace without a `return`. The checker does not \
look at values: a `while` whose condition happens to hold for ever still has an end, only `while true` without \
`break` has none.

Return something on every path, or `throw` where there is nothing to return.";

    Await: "await", "error", "An await or a yield in a function that is not async.",
"`await` parks the function until a result is there and lets its caller go on. Only an `async fn` can be parked: \
the caller of a plain `fn` wants its result at once. For the same reason `yield_now` and `sleep` with `await` \
need an `async fn`.

Write `async fn`; then the callers get a task, and await it. Or use `wait(t)`, which works everywhere, but \
blocks the whole stack until the result is there: a deadlock, if the result needs this very stack.";

    Portable: "portable", "error", "A value that may not leave its node.",
"A `task<T>` is a running function on the stacks of one node; elsewhere, or after a crash, it means nothing. So \
it may not be part of anything that travels or survives: an argument or result of a spawn or send, the value of \
a promise, a durable cell, the result of main. The message names the part that is in the way, however deep \
inside.

Await it first and pass its value; or make it by `spawn local`, whose promise may go anywhere.";

    Immutable: "immutable", "error", "An assignment to something that does not change.",
"A `let` gives a name to a value once. So do parameters, loop variables, patterns and constants. What changes \
says so: `let mut` in a function, `var` outside of functions.

Values themselves never change: `xs[0] = 1` puts a new list into the variable `xs`, which therefore must be \
`mut`, too.";

    Match: "match", "error", "A match that leaves cases out.",
"A `match` has an arm for every value that may come: each variant of an enum, `some` and `none`, `true` and \
`false`, and for integers and strings a last arm `_`. So no value falls through in silence, and a variant added \
later shows every place that has to know about it.";

    Atomic: "atomic", "error", "Something that an atomic block may not do.",
"As far as its node is concerned, `atomic { … }` is one step: nothing else happens there in between. So inside it \
nothing can wait, or be said to others: no await, spawn, send, call of an `async fn`, sleep, or use of promises; \
and control leaves it at its end only, not by `return`. The same holds for the functions that are called from \
inside.

Read and write variables and cells in the block, and do the rest before or behind it.";

    Cell: "cell", "error", "A cell of another node, or in a property a cell of no node.",
"A `var` is one cell on each node, and a function that names it means the cell of the node that it runs on. \
Nobody inside the system can look into another node: ask it by a spawn or a send.

A property looks at the whole system from outside. So there a cell is named together with its node: `hits@w1`.";

    Main: "main", "error", "No main, or one with parameters.",
"A program starts in the function `main` on the first node, and nobody is there who could give it arguments. \
Declare `async fn main() { … }`; its result, if it has one, is the result of the program.";

    Infer: "infer", "error", "A type that stays open.",
"A `let` finds its type from its value and its use inside the function. An empty list, an empty map, `none` or \
`promise()` tells nothing by itself; if the use tells nothing either, say what it is: `let xs: list<int> = [];`.";

    Recursive: "recursive", "error", "Something that contains itself.",
"A struct that contains itself, directly or through others, would have to be built before it is built. Put \
something between that may be empty: an `option`, a `list`, a `map`, or an `enum`. In the same way a constant \
cannot need its own value.";

    Depth: "depth", "error", "More than 1,000 levels of nesting.",
"Brackets, blocks, prefix operators, `else if` and operators in a row each add a level, and 1,000 levels are the \
limit. No text that people write comes near it; programs that write programs do. Give parts of the expression \
names with `let`, build long lists as lists and not as sums, or move inner blocks into functions.";

    Loop: "loop", "error", "A break or continue outside of a loop.",
"`break` leaves the innermost `while` or `for` around it, and `continue` begins its next round. Outside of a loop \
there is nothing to leave: `return` leaves the function.";

    Dropped: "dropped", "warning", "A task or promise dropped without await.",
"The call runs, but nobody will see its result, and an error in it ends unobserved: in most programs an `await` \
is missing. In a spawned function it is worse: after a crash the work is done again by somebody who does not \
know of the first time.

Await it, keep it for later, or write `let _ = f();` to say that you mean it.";

    Directive: "directive", "error", "A comment that is meant for `lacuna test`, and says nothing that can be done.",
"Before its first line of code a program says what is expected of it: `// trace: OPTIONS`, `// outcomes: OPTIONS`, \
`// check: VERDICT OPTIONS`, each with a name before the colon where there are several. The options are those of the \
command line, so a value that is wrong there is wrong here.

Only `lacuna test` reads these lines; to everything else they are comments.";

    Unreachable: "unreachable", "warning", "Code or an arm that is never reached.",
"Everything before it returns, throws, breaks or never ends; or the arms above have taken every value that this \
one could. Remove it, or look for the condition that is missing.";

    Unused: "unused", "warning", "A name that is never used.",
"It is declared, and nothing reads or calls it: either it is left over, or something else is used by mistake. \
Remove it, or begin its name with `_` to keep it without this warning.";

    Address: "address", "warning", "An address that is probably not meant.",
"`any g prefer n` asks n as long as it is up, whether or not n belongs to g: n outside of g is allowed, and \
seldom meant. `any` over no node at all can never be taken, and raises \"no taker\".";
}

impl Code {
    /// The code of this name, with or without `lacuna::`.
    pub fn from_name(name: &str) -> Option<Code> {
        let short = name.strip_prefix("lacuna::").unwrap_or(name);
        Code::ALL.iter().copied().find(|code| code.short_name() == short)
    }
}

/// The page docs/diagnostics.md: every code with its explanation and its two programs, as Markdown.
pub fn docs() -> String {
    let mut page = String::from(
        "# Diagnostics\n\n\
         <!-- Made from src/diagnostic/codes.rs and docs/codes/ by `UPDATE=1 cargo test --test diagnostics`. -->\n\n\
         What is wrong with a program before it runs. Every message carries one of these codes; `lacuna explain CODE` \
         shows the same text in the terminal. Errors keep a program from running, warnings do not.\n\n",
    );
    for warnings in [false, true] {
        let title = if warnings { "Warnings" } else { "Errors" };
        page.push_str(&format!("{title}:\n\n"));
        for code in Code::ALL.iter().filter(|code| code.is_warning() == warnings) {
            let anchor = code.name().replace(':', "");
            page.push_str(&format!("- [`{}`](#{anchor}): {}\n", code.name(), code.summary()));
        }
        page.push('\n');
    }
    for code in Code::ALL {
        page.push_str(&format!("## `{}`\n\n{}\n\n{}\n\n", code.name(), code.summary(), code.explanation()));
        page.push_str(&format!(
            "Wrong:\n\n```lacuna\n{}```\n\nRight:\n\n```lacuna\n{}```\n\n",
            code.wrong(),
            code.right()
        ));
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}
