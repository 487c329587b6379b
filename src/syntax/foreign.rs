//! Words that other languages have and Lacuna has not, and what to write instead. For messages about a text that does
//! not follow the grammar, and about names that nothing declares.

/// What to write instead of `word`: half a sentence or a whole one for a help text. `None` for a word that has no
/// well-known meaning elsewhere.
pub fn instead_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "null" | "nil" | "undefined" | "None" | "NULL" | "nullptr" | "Nothing" => {
            "there is no null: a value that may be missing is an `option<T>`, either `some(x)` or `none`"
        }
        "function" | "func" | "def" | "fun" | "proc" | "sub" => "a function starts with `fn`, or with `async fn`",
        "class" | "interface" | "record" | "object" | "trait" | "impl" | "union" => {
            "values that belong together are a `struct`, a choice among variants is an `enum`, functions stand alone"
        }
        "type" | "typedef" | "alias" => "there are no names for types: declare a `struct` or an `enum`",
        "switch" | "case" | "when" | "select" => "a choice by value is `match x { 1 => { … } _ => { … } }`",
        "elif" | "elsif" | "elseif" => "write `else if`",
        "then" | "begin" | "end" | "endif" | "fi" | "done" | "pass" => "blocks stand in braces: `if x { … }`",
        "unless" | "until" => "negate the condition: `if !x { … }`, `while !x { … }`",
        "and" => "“and” is written `&&`",
        "or" => "“or” is written `||`",
        "not" => "“not” is written `!`",
        "is" | "equals" => "“is equal to” is written `==`",
        "xor" | "mod" | "div" => "the operators are `+ - * / %`, `== != < <= > >=`, `&& || !`",
        "loop" | "do" | "repeat" | "forever" => "a loop without end is `while true { … }`, left by `break;`",
        "foreach" => "write `for x in xs { … }`",
        "import" | "use" | "require" | "include" | "package" | "module" | "using" | "from" => {
            "a program is one file, and the built-in functions are always there: nothing is imported"
        }
        "pub" | "public" | "private" | "export" | "static" | "extern" | "final" => {
            "everything in a program sees everything: leave this word out"
        }
        "new" => "a struct is built by its name: `Point(x: 1, y: 2)`; an unsettled promise by `promise()`",
        "raise" | "panic" | "fail" | "abort" => "an error is raised by `throw \"why\";`",
        "except" | "rescue" | "ensure" | "defer" => "errors are caught by `try { … } catch e { … }`",
        "go" | "thread" | "fork" | "launch" | "start" => {
            "a call gets a stack of its own by `spawn local f()`, or `spawn dist f() on w` on node w"
        }
        "yield" => "write `yield_now();`",
        "println" | "printf" | "echo" | "puts" | "console" | "log" | "writeln" => "write `print(a, b)`",
        "True" | "TRUE" | "yes" => "write `true`",
        "False" | "FALSE" | "no" => "write `false`",
        "Some" | "Just" | "Ok" => "write `some(x)`",
        "self" | "this" | "Self" => "functions stand alone, and take what they need as parameters",
        "lambda" | "delegate" => "there are no closures: declare a function with `fn`",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" | "Int" | "long"
        | "integer" | "number" | "Integer" => "the type of integers is `int`, 64 bits with sign",
        "float" | "double" | "f32" | "f64" | "decimal" => "there are no fractions: the type of numbers is `int`",
        "str" | "String" | "char" | "text" => "the type of texts is `string`",
        "boolean" | "Bool" | "Boolean" => "the type of `true` and `false` is `bool`",
        "void" | "Unit" => "a function without a result states none, or `unit`",
        "Vec" | "Array" | "List" | "array" | "vec" | "Set" | "set" => "the type of lists is `list<T>`",
        "Map" | "HashMap" | "dict" | "Dictionary" | "Record" => "the type of maps is `map<K, V>`",
        "Option" | "Optional" | "Maybe" => "the type of a value that may be missing is `option<T>`",
        "Promise" | "Future" => "write `promise<T>`, or `task<T>` for a call of an `async fn`",
        "Task" => "write `task<T>`, or `promise<T>` for a spawn",
        _ => return None,
    })
}
