//! Cuts SQL into tokens the way each engine does; reads every byte once and never fails.

use crate::model::Engine;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Blanks and line ends.
    Space,
    /// A comment the server skips.
    Comment,
    /// An optimizer hint, `/*+ … */`: skipped like a comment, yet part of its statement.
    Hint,
    /// `/*!50001` and `*/` of MySQL: what is between them is run.
    Conditional,
    /// Keyword or plain identifier.
    Word,
    /// Number.
    Number,
    /// String in quotes or dollar quotes.
    Text,
    /// Quoted identifier.
    Name,
    /// A backslash outside quotes and what follows it on its line: a command of the client program.
    Meta,
    /// What ends a statement.
    Delimiter,
    /// Any other ASCII character.
    Symbol,
}

/// One token, as a byte range of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// True when its closing quote or comment end is missing.
    pub(super) open: bool,
}

/// A reader of tokens.
pub(super) struct Lexer<'a> {
    engine: Engine,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    delimiter: Vec<u8>,
    /// Where the `/*!` begins whose `*/` is still to come.
    conditional: Option<usize>,
}

/// Returns true for bytes that can begin a plain identifier; all of UTF-8 beyond ASCII can.
fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Returns true for bytes that can continue a plain identifier.
fn continues_word(byte: u8) -> bool {
    begins_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl<'a> Lexer<'a> {
    /// Begins at the first byte, with `;` as delimiter.
    pub(super) fn new(engine: Engine, text: &'a str) -> Self {
        Self {
            engine,
            text,
            bytes: text.as_bytes(),
            // A byte order mark is no part of the first word.
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            delimiter: b";".to_vec(),
            conditional: None,
        }
    }

    /// Takes another delimiter, as MySQL's `DELIMITER` does.
    pub(super) fn set_delimiter(&mut self, delimiter: &str) {
        self.delimiter = delimiter.as_bytes().to_vec();
    }

    /// Returns true while the delimiter is a semicolon.
    pub(super) fn ends_at_semicolon(&self) -> bool {
        self.delimiter == b";"
    }

    /// Returns where the `/*!` begins that is still open.
    pub(super) fn conditional(&self) -> Option<usize> {
        self.conditional
    }

    /// Reads on to the end of the line and returns what it skipped, without the line end.
    pub(super) fn rest_of_line(&mut self) -> &'a str {
        let start = self.at;
        self.at = self.line_end(start);
        &self.text[start..self.at]
    }

    /// Continues at `at`, a character boundary not before the present place.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.at = self.at.max(at);
    }

    /// Returns the next token, or `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let &byte = self.bytes.get(start)?;
        let (kind, end, open) = self.read(start, byte);
        self.at = end;
        Some(Token {
            kind,
            start,
            end,
            open,
        })
    }

    fn peek(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(self.bytes.len(), |length| from + length)
    }

    fn at_delimiter(&self, at: usize) -> bool {
        self.conditional.is_none() && self.bytes[at..].starts_with(&self.delimiter)
    }

    fn read(&mut self, start: usize, byte: u8) -> (Kind, usize, bool) {
        let mysql = self.engine == Engine::Mysql;
        let postgresql = self.engine == Engine::Postgresql;
        if is_blank(byte) {
            let end = self.run(start, is_blank);
            return (Kind::Space, end, false);
        }
        if self.at_delimiter(start) {
            return (Kind::Delimiter, start + self.delimiter.len(), false);
        }
        let next = self.peek(start + 1);
        match byte {
            b'-' if next == b'-' && (!mysql || self.peek(start + 2) <= b' ') => {
                (Kind::Comment, self.comment_line_end(start), false)
            }
            b'#' if mysql => (Kind::Comment, self.comment_line_end(start), false),
            b'/' if next == b'*' => self.block_comment(start),
            b'*' if next == b'/' && self.conditional.is_some() => {
                self.conditional = None;
                (Kind::Conditional, start + 2, false)
            }
            b'\'' => self.quoted(start, Kind::Text, mysql),
            b'"' if mysql => self.quoted(start, Kind::Text, true),
            b'"' => self.quoted(start, Kind::Name, false),
            b'`' if !postgresql => self.quoted(start, Kind::Name, false),
            b'[' if self.engine == Engine::Sqlite => match self.find(start, "]") {
                Some(end) => (Kind::Name, end, false),
                None => (Kind::Name, self.bytes.len(), true),
            },
            b'$' if postgresql => self.dollar(start),
            // `\N` is MySQL's other way to write NULL.
            b'\\' if self.engine != Engine::Sqlite && !(mysql && next == b'N') => {
                (Kind::Meta, self.line_end(start), false)
            }
            b'e' | b'E' if postgresql && next == b'\'' => self.quoted(start + 1, Kind::Text, true),
            _ if begins_word(byte) => (Kind::Word, self.word_end(start), false),
            _ if byte.is_ascii_digit() => {
                let end = self.run(start, |b| {
                    b.is_ascii_alphanumeric() || b == b'_' || b == b'.'
                });
                // `1e'…'` must not hide the quote's kind, and a delimiter of letters may follow a number.
                (Kind::Number, self.cut_at_delimiter(start, end), false)
            }
            _ => (Kind::Symbol, start + 1, false),
        }
    }

    fn run(&self, start: usize, belongs: impl Fn(u8) -> bool) -> usize {
        self.bytes[start..]
            .iter()
            .position(|byte| !belongs(*byte))
            .map_or(self.bytes.len(), |length| start + length)
    }

    fn word_end(&self, start: usize) -> usize {
        let end = self.run(start, continues_word);
        self.cut_at_delimiter(start, end)
    }

    /// `END$$` ends a word before the delimiter, although `$` may be part of a word.
    fn cut_at_delimiter(&self, start: usize, end: usize) -> usize {
        if self.ends_at_semicolon() || self.conditional.is_some() {
            return end;
        }
        (start + 1..end)
            .find(|at| {
                self.bytes[*at] == self.delimiter[0]
                    && self.text.is_char_boundary(*at)
                    && self.at_delimiter(*at)
            })
            .unwrap_or(end)
    }

    /// PostgreSQL ends a line comment at a carriage return too; a statement must not hide behind one.
    fn comment_line_end(&self, start: usize) -> usize {
        if self.engine == Engine::Postgresql {
            self.run(start, |byte| byte != b'\n' && byte != b'\r')
        } else {
            self.line_end(start)
        }
    }

    fn block_comment(&mut self, start: usize) -> (Kind, usize, bool) {
        if self.engine == Engine::Mysql {
            let bang = start + 2 + usize::from(matches!(self.peek(start + 2), b'M' | b'm'));
            if self.peek(bang) == b'!' {
                self.conditional = Some(start);
                let end = self.run(bang + 1, |byte| byte.is_ascii_digit());
                return (Kind::Conditional, end, false);
            }
        }
        let kind = if self.peek(start + 2) == b'+' {
            Kind::Hint
        } else {
            Kind::Comment
        };
        let nested = self.engine == Engine::Postgresql;
        let mut depth = 1_usize;
        let mut at = start + 2;
        while at < self.bytes.len() {
            match (self.bytes[at], self.peek(at + 1)) {
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return (kind, at, false);
                    }
                }
                (b'/', b'*') if nested => {
                    depth += 1;
                    at += 2;
                }
                _ => at += 1,
            }
        }
        (kind, self.bytes.len(), true)
    }

    /// Reads from the quote at `open_at` to its partner; a doubled quote stands for itself.
    fn quoted(&self, open_at: usize, kind: Kind, backslash: bool) -> (Kind, usize, bool) {
        let quote = self.bytes[open_at];
        let mut at = open_at + 1;
        while at < self.bytes.len() {
            let byte = self.bytes[at];
            if byte == b'\\' && backslash {
                at += 2;
            } else if byte != quote {
                at += 1;
            } else if self.peek(at + 1) == quote {
                at += 2;
            } else {
                return (kind, at + 1, false);
            }
        }
        (kind, self.bytes.len(), true)
    }

    fn dollar(&self, start: usize) -> (Kind, usize, bool) {
        let tag_end = self.run(start + 1, |byte| begins_word(byte) || byte.is_ascii_digit());
        let is_tag = self.peek(tag_end) == b'$' && !self.peek(start + 1).is_ascii_digit();
        if !is_tag {
            return (Kind::Symbol, start + 1, false);
        }
        let tag = &self.text[start..=tag_end];
        match self.find(tag_end + 1, tag) {
            Some(end) => (Kind::Text, end, false),
            None => (Kind::Text, self.bytes.len(), true),
        }
    }

    /// Returns the place after the next `needle` from `from` on.
    fn find(&self, from: usize, needle: &str) -> Option<usize> {
        self.text[from..]
            .find(needle)
            .map(|at| from + at + needle.len())
    }
}
