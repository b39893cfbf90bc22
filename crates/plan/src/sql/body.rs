//! Follows the nesting in which a semicolon ends no statement: bodies of triggers and functions, parentheses.

use super::lexer::{Kind, Token};
use crate::model::Engine;

/// Nesting of the present statement.
#[derive(Default)]
pub(super) struct Body {
    /// Open BEGIN and CASE of a trigger, function or block.
    depth: usize,
    /// Open parentheses; counted on PostgreSQL, where `CREATE RULE` holds statements in them.
    parentheses: usize,
    /// True once the head says that the statement may have a body.
    may_have: bool,
    /// True after END on MySQL, until the next token says what it ended.
    after_end: bool,
}

/// Returns the text of a token that is a plain word, else nothing.
fn word<'a>(text: &'a str, token: Option<&Token>) -> &'a str {
    token
        .filter(|token| token.kind == Kind::Word)
        .map_or("", |token| &text[token.start..token.end])
}

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

impl Body {
    /// Returns true when the semicolon that is next belongs to the body.
    pub(super) fn holds_semicolon(&mut self) -> bool {
        if std::mem::take(&mut self.after_end) {
            self.depth = self.depth.saturating_sub(1);
        }
        self.depth > 0 || self.parentheses > 0
    }

    /// Returns true when an END is missing.
    pub(super) fn lacks_end(&self) -> bool {
        self.depth > usize::from(self.after_end)
    }

    /// Returns true when a closing parenthesis is missing.
    pub(super) fn lacks_parenthesis(&self) -> bool {
        self.parentheses > 0
    }

    /// Takes the token that comes after `before` in the statement.
    pub(super) fn follow(&mut self, engine: Engine, text: &str, before: &[Token], token: Token) {
        let own = &text[token.start..token.end];
        if token.kind == Kind::Symbol && engine == Engine::Postgresql {
            match own {
                "(" => self.parentheses += 1,
                ")" => self.parentheses = self.parentheses.saturating_sub(1),
                _ => {}
            }
        }
        let own = word(text, Some(&token));
        if std::mem::take(&mut self.after_end) {
            // END IF, END LOOP and their like end what was not counted.
            if !is_any(own, &["if", "loop", "while", "repeat", "for"]) {
                self.depth = self.depth.saturating_sub(1);
            }
            if is_any(own, &["case"]) {
                return;
            }
        }
        // `t.end` is a column.
        let last = before.last();
        let is_qualified = last.is_some_and(|last| &text[last.start..last.end] == ".");
        if own.is_empty() || is_qualified {
            return;
        }
        if self.may_have {
            self.nest(engine, own, word(text, last));
        } else {
            self.may_have = self.head_has_body(engine, text, before, own);
        }
    }

    fn nest(&mut self, engine: Engine, own: &str, last: &str) {
        let is = |word: &str| own.eq_ignore_ascii_case(word);
        let depth = self.depth;
        match engine {
            _ if is("case") && depth > 0 => self.depth += 1,
            Engine::Mysql if is("end") && depth > 0 => self.after_end = true,
            _ if is("end") => self.depth = depth.saturating_sub(1),
            Engine::Mysql if is("begin") => self.depth += 1,
            Engine::Sqlite if is("begin") && depth == 0 => self.depth = 1,
            Engine::Postgresql if is("atomic") && depth == 0 => {
                self.depth = usize::from(last.eq_ignore_ascii_case("begin"));
            }
            _ => {}
        }
    }

    /// Returns true when with the word `own` the statement turns out to be one that may have a body.
    fn head_has_body(&mut self, engine: Engine, text: &str, before: &[Token], own: &str) -> bool {
        // `/*!50003 CREATE*/ /*!50017 DEFINER=… */ /*!50003 TRIGGER …`: look a little further.
        let index = before.len();
        if index > 24 {
            return false;
        }
        let first = word(text, before.iter().find(|token| token.kind == Kind::Word));
        if engine == Engine::Mysql
            && index == 1
            && first.eq_ignore_ascii_case("begin")
            && own.eq_ignore_ascii_case("not")
        {
            self.depth = 1;
            return true;
        }
        if !first.eq_ignore_ascii_case("create") {
            return false;
        }
        match engine {
            Engine::Postgresql => index <= 3 && is_any(own, &["function", "procedure"]),
            Engine::Sqlite => index <= 2 && is_any(own, &["trigger"]),
            Engine::Mysql => {
                let others = ["table", "view", "index", "database", "schema", "user"];
                is_any(own, &["procedure", "function", "trigger", "event"])
                    && !before
                        .iter()
                        .any(|token| is_any(word(text, Some(token)), &others))
            }
        }
    }
}
