//! What the grammar would have accepted, in words for people.

/// The terminals that the grammar accepts at some place.
pub struct Expected(Vec<String>);

impl Expected {
    /// From the terminals as LALRPOP names them, quotes included.
    pub fn new(terminals: Vec<String>) -> Self {
        Expected(terminals.into_iter().map(|terminal| terminal.trim_matches('"').to_owned()).collect())
    }

    /// Whether the terminal, named as in the grammar, is among them.
    pub fn has(&self, terminal: &str) -> bool {
        self.0.iter().any(|one| one == terminal)
    }

    /// Whether only this terminal is accepted.
    pub fn only(&self, terminal: &str) -> bool {
        self.0.len() == 1 && self.has(terminal)
    }

    /// Whether an expression may begin here.
    pub fn expression(&self) -> bool {
        self.has("integer") && self.has("await")
    }

    /// Whether a statement may begin here (or, where every word is welcome as a name, not).
    pub fn statement(&self) -> bool {
        self.expression() && self.has("return") && !self.has("fn")
    }

    /// Whether a declaration may begin here, and nothing else.
    pub fn item(&self) -> bool {
        self.has("fn") && self.has("enum") && !self.has("let")
    }

    /// Whether an expression may end here.
    pub fn operator(&self) -> bool {
        self.has("&&") && self.has("||")
    }

    /// Whether a type may begin here.
    pub fn type_name(&self) -> bool {
        self.has("int") && self.has("option") && !self.has("let")
    }

    /// Whether a name is wanted and no reserved word will do.
    pub fn bare_name(&self) -> bool {
        self.has("name") && !self.has("let") && !self.expression() && !self.type_name() && !self.pattern()
    }

    /// Whether a pattern may begin here.
    pub fn pattern(&self) -> bool {
        self.has("integer") && self.has("_")
    }

    /// The choice in words: "an expression", "`,` or `)`".
    pub fn describe(&self) -> String {
        let mut words = self.classes();
        for sign in [";", "}", ")", "]", ",", ":", "=", "->", "=>", "..", "{", "(", "<", ">", "[", "."] {
            if self.has(sign) && !self.implied(sign) {
                words.push(format!("`{sign}`"));
            }
        }
        if words.is_empty() {
            words.extend(self.0.iter().take(3).map(|terminal| format!("`{terminal}`")));
        }
        match words.as_slice() {
            [] => "the end of the file".to_owned(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    fn classes(&self) -> Vec<String> {
        let every_word = self.has("let") && self.has("fn");
        let mut words: Vec<&str> = Vec::new();
        if self.expression() && !self.statement() {
            words.push("an expression");
        } else if self.statement() {
            words.push("a statement");
        } else if every_word {
            words.push("a name");
        } else if self.item() {
            words.push("a declaration");
        } else if self.pattern() {
            words.push("a pattern");
        } else if self.type_name() {
            words.push("a type");
        } else if self.has("integer") {
            words.push("a node");
        } else if self.has("name") {
            words.push("a name");
        }
        if self.operator() {
            words.push("an operator");
        }
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        if !self.expression() && !every_word && !self.item() {
            if self.address() {
                words.push("`any` and a group".to_owned());
            }
            let plain = ["on", "in", "catch", "else", "prefer", "local", "dist", "mut", "var"];
            words.extend(plain.iter().filter(|word| self.has(word)).map(|word| format!("`{word}`")));
            if self.only("fn") {
                words = vec!["`fn`".to_owned()];
            }
        }
        words
    }

    /// Whether the address of a spawn or send may begin here.
    fn address(&self) -> bool {
        self.has("integer") && self.has("any") && !self.expression()
    }

    /// Whether a sign is one of the many ways to begin or continue what the classes already say.
    fn implied(&self, sign: &str) -> bool {
        match sign {
            "(" | "[" => self.expression() || self.has("integer") || self.operator(),
            "." | "<" | ">" => self.operator(),
            // A struct's field and an argument begin alike.
            ":" => self.operator() && self.has(")"),
            "{" => self.expression() || self.address(),
            _ => false,
        }
    }
}
