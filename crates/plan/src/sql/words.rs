//! The significant tokens of one statement, read like a sentence.

use super::lexer::{Kind, Token};

/// A place in a statement's tokens; reading past the end finds nothing.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Words<'a> {
    /// Begins at the first token.
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            tokens,
            at: 0,
        }
    }

    /// Returns the text of the token `ahead` of the present place, or nothing past the end.
    pub(super) fn peek(&self, ahead: usize) -> &'a str {
        self.tokens
            .get(self.at + ahead)
            .map_or("", |token| &self.text[token.start..token.end])
    }

    /// Returns the kind of the token `ahead`.
    pub(super) fn kind(&self, ahead: usize) -> Option<Kind> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    /// Returns true when the token `ahead` is this keyword or symbol.
    pub(super) fn sees_at(&self, ahead: usize, word: &str) -> bool {
        matches!(self.kind(ahead), Some(Kind::Word | Kind::Symbol))
            && self.peek(ahead).eq_ignore_ascii_case(word)
    }

    /// Returns true when the next token is this keyword or symbol.
    pub(super) fn sees(&self, word: &str) -> bool {
        self.sees_at(0, word)
    }

    /// Returns true when the next token is one of these keywords.
    pub(super) fn sees_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.sees(word))
    }

    /// Returns true when the coming tokens are these keywords.
    pub(super) fn sees_all(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ahead, word)| self.sees_at(ahead, word))
    }

    /// Steps over this keyword when it is next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let seen = self.sees(word);
        self.at += usize::from(seen);
        seen
    }

    /// Steps over these keywords when they are next.
    pub(super) fn take_all(&mut self, words: &[&str]) -> bool {
        let seen = self.sees_all(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    /// Steps over as many of these keywords as follow each other.
    pub(super) fn take_while(&mut self, words: &[&str]) {
        while self.sees_any(words) {
            self.at += 1;
        }
    }

    /// Steps over one token.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// Returns true past the last token.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Steps to behind the parenthesis that closes the one that is next.
    pub(super) fn skip_parentheses(&mut self) {
        let mut depth = 0_usize;
        while !self.is_done() {
            if self.sees("(") {
                depth += 1;
            } else if self.sees(")") {
                depth = depth.saturating_sub(1);
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Returns true when one of these keywords comes anywhere, outside names such as `t.update`.
    pub(super) fn has_any(&self, words: &[&str]) -> bool {
        (0..self.tokens.len().saturating_sub(self.at)).any(|ahead| {
            self.kind(ahead) == Some(Kind::Word)
                && words
                    .iter()
                    .any(|word| self.peek(ahead).eq_ignore_ascii_case(word))
                && !(ahead > 0 && self.peek(ahead - 1) == ".")
        })
    }

    /// Returns true when this symbol comes anywhere.
    pub(super) fn has_symbol(&self, symbol: &str) -> bool {
        self.tokens
            .iter()
            .skip(self.at)
            .any(|token| token.kind == Kind::Symbol && &self.text[token.start..token.end] == symbol)
    }

    /// Steps over a name with its qualifiers and returns it as written; empty when none is next.
    pub(super) fn name(&mut self) -> String {
        let mut name = String::new();
        while matches!(self.kind(0), Some(Kind::Word | Kind::Name | Kind::Text)) {
            name.push_str(self.peek(0));
            self.at += 1;
            if !self.sees(".") {
                break;
            }
            name.push('.');
            self.at += 1;
        }
        name
    }

    /// Returns the names of a comma-separated list as written, at most three and an ellipsis.
    pub(super) fn names(&mut self) -> String {
        let mut names = self.name();
        let mut count = 1;
        while self.take(",") {
            count += 1;
            let name = self.name();
            match count {
                2 | 3 => {
                    names.push_str(", ");
                    names.push_str(&name);
                }
                4 => names.push_str(", …"),
                _ => {}
            }
        }
        names
    }

    /// Returns the next name as PostgreSQL's catalog holds it: folded unless quoted, cut to 63 bytes.
    pub(super) fn catalog_name(&self) -> Option<String> {
        let text = self.peek(0);
        let mut name = match self.kind(0)? {
            Kind::Word => text.to_ascii_lowercase(),
            Kind::Name => text
                .strip_prefix('"')?
                .strip_suffix('"')?
                .replace("\"\"", "\""),
            _ => return None,
        };
        let mut length = name.len().min(63);
        while !name.is_char_boundary(length) {
            length -= 1;
        }
        name.truncate(length);
        Some(name)
    }
}
