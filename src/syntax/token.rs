//! The words and signs of the language, and the one place that knows how to speak of them to people. Nothing here
//! carries text: a token is a kind, its characters are found through its span.

use logos::Logos;

/// Declares the tokens with a fixed spelling. `words` are reserved (a name after a `.`, of a field or of a variant
/// may still be one); `signs` are everything else.
macro_rules! tokens {
    (words { $($word:ident = $word_text:literal,)* } signs { $($sign:ident = $sign_text:literal,)* }) => {
        /// The kind of a token.
        #[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[logos(skip r"[ \t\r\n\u{c}\u{feff}]+")]
        #[logos(skip(r"//[^\n]*", allow_greedy = true))]
        pub enum Token {
            $(#[doc = concat!("`", $word_text, "`")] #[token($word_text)] $word,)*
            $(#[doc = concat!("`", $sign_text, "`")] #[token($sign_text)] $sign,)*
            /// A name.
            #[regex("[A-Za-z_][A-Za-z0-9_]*")]
            Name,
            /// `_`
            #[token("_", priority = 10)]
            Wild,
            /// An integer: decimal digits and `_`.
            #[regex("[0-9][0-9_]*")]
            Int,
            /// A string in double quotes.
            #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
            Str,
            /// A string without its closing quote: it ends with the line.
            #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#)]
            OpenStr,
            /// Text in other quotes than `"`.
            #[regex(r"'([^'\\\n]|\\[^\n])*'?")]
            #[regex(r"“[^”\n]*”?")]
            #[regex(r"`[^`\n]*`?")]
            OddStr,
            /// Digits and letters in one: `0x1f`, `1e9`, `10ms`.
            #[regex(r"[0-9][0-9_]*[A-Za-z][A-Za-z0-9_]*")]
            BadInt,
            /// A word with letters beyond ASCII.
            #[regex(r"[\p{L}_][\p{L}\p{M}\p{N}_]*", priority = 1)]
            ForeignName,
            /// `/* … */`
            #[regex(r"/\*([^*]|\*+[^*/])*(\*+/)?")]
            BlockComment,
            /// `&`
            #[token("&")]
            Amp,
            /// `|`
            #[token("|")]
            Pipe,
            /// A character that no token begins with.
            Unknown,
        }

        impl Token {
            /// How the token is spelled, where there is one spelling.
            pub fn spelling(self) -> Option<&'static str> {
                match self {
                    $(Token::$word => Some($word_text),)*
                    $(Token::$sign => Some($sign_text),)*
                    Token::Wild => Some("_"),
                    _ => None,
                }
            }

            /// Every reserved word.
            pub const RESERVED: &[&str] = &[$($word_text),*];

            /// Whether the token is a reserved word.
            pub fn is_reserved(self) -> bool {
                matches!(self, $(Token::$word)|*)
            }
        }
    };
}

tokens! {
    words {
        Node = "node", Group = "group", Durable = "durable", Var = "var", Const = "const", Struct = "struct",
        Enum = "enum", Async = "async", Fn = "fn", Invariant = "invariant", Finally = "finally",
        Eventually = "eventually", IntType = "int", BoolType = "bool", StringType = "string", UnitType = "unit",
        Task = "task", Promise = "promise", List = "list", Map = "map", Option = "option", Let = "let", Mut = "mut",
        If = "if", Else = "else", While = "while", For = "for", In = "in", Match = "match", Try = "try",
        Catch = "catch", Scope = "scope", Atomic = "atomic", Return = "return", Throw = "throw", Break = "break",
        Continue = "continue", Assert = "assert", Send = "send", On = "on", Any = "any", All = "all",
        Prefer = "prefer", Await = "await", Spawn = "spawn", Local = "local", Dist = "dist", Choose = "choose",
        Some = "some", None = "none", True = "true", False = "false",
    }
    signs {
        LParen = "(", RParen = ")", LBracket = "[", RBracket = "]", LBrace = "{", RBrace = "}", Comma = ",",
        Semi = ";", Colon = ":", Dot = ".", DotDot = "..", At = "@", Arrow = "->", FatArrow = "=>", Assign = "=",
        OrOr = "||", AndAnd = "&&", EqEq = "==", NotEq = "!=", Lt = "<", Le = "<=", Gt = ">", Ge = ">=", Plus = "+",
        Minus = "-", Star = "*", Slash = "/", Percent = "%", Bang = "!",
    }
}

impl Token {
    /// The token in words for a message: its spelling in backquotes, or "a name", "an integer", "a string".
    pub fn describe(self) -> String {
        match self.spelling() {
            Some(text) => format!("`{text}`"),
            None => self.class().to_owned(),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Token::Name | Token::ForeignName => "a name",
            Token::Int | Token::BadInt => "an integer",
            Token::Str | Token::OpenStr | Token::OddStr => "a string",
            _ => "a character",
        }
    }

    /// Whether a type can begin or consist of this word, a name of the user's aside.
    pub fn is_type_word(self) -> bool {
        self.takes_type()
            || matches!(self, Token::IntType | Token::BoolType | Token::StringType | Token::UnitType | Token::Node)
    }

    /// Whether `<` behind this word opens the argument of a type.
    pub fn takes_type(self) -> bool {
        matches!(self, Token::Task | Token::Promise | Token::List | Token::Map | Token::Option)
    }

    /// Whether an operand can end with this token, so that a `-` behind it is a subtraction and a `{` a block.
    pub fn ends_operand(self) -> bool {
        matches!(
            self,
            Token::Name
                | Token::Int
                | Token::Str
                | Token::True
                | Token::False
                | Token::None
                | Token::RParen
                | Token::RBracket
                | Token::RBrace
        )
    }

    /// Whether an operand begins with this token that cannot also continue one.
    pub fn starts_operand(self) -> bool {
        matches!(
            self,
            Token::Name
                | Token::Int
                | Token::Str
                | Token::True
                | Token::False
                | Token::None
                | Token::Some
                | Token::Choose
        )
    }

    /// Whether a `{` behind this token opens a block (or the body of a struct, an enum or a match), not a map.
    pub fn precedes_block(self) -> bool {
        self.ends_operand()
            || self.is_type_word()
            || matches!(
                self,
                Token::Else
                    | Token::Try
                    | Token::Scope
                    | Token::Atomic
                    | Token::FatArrow
                    | Token::Wild
                    | Token::Catch
                    | Token::Finally
            )
    }

    /// Whether the token can only be the first of a statement.
    pub fn starts_statement(self) -> bool {
        matches!(
            self,
            Token::Let
                | Token::If
                | Token::While
                | Token::For
                | Token::Match
                | Token::Try
                | Token::Scope
                | Token::Atomic
                | Token::Return
                | Token::Throw
                | Token::Break
                | Token::Continue
                | Token::Assert
                | Token::Send
        )
    }

    /// Whether the token can be the first of a declaration.
    pub fn starts_item(self) -> bool {
        matches!(
            self,
            Token::Node
                | Token::Group
                | Token::Durable
                | Token::Var
                | Token::Const
                | Token::Struct
                | Token::Enum
                | Token::Async
                | Token::Fn
                | Token::Invariant
                | Token::Finally
                | Token::Eventually
        )
    }

    /// Whether the token stands between two operands.
    pub fn is_binary(self) -> bool {
        self.is_comparison()
            || matches!(
                self,
                Token::OrOr | Token::AndAnd | Token::Plus | Token::Minus | Token::Star | Token::Slash | Token::Percent
            )
    }

    /// Whether the token compares.
    pub fn is_comparison(self) -> bool {
        matches!(self, Token::EqEq | Token::NotEq | Token::Lt | Token::Le | Token::Gt | Token::Ge)
    }
}
