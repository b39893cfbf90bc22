//! Cuts a text into its statements and names what cannot be a step.

use super::body::Body;
use super::classify::classify;
use super::lexer::{Kind, Lexer, Token};
use super::statement::Statement;
use super::words::Words;
use crate::model::Engine;
use crate::problem::Problem;

/// Problems kept of one text; further ones are only counted.
const MOST_PROBLEMS: usize = 200;

/// Lines the `mysql` program carries out itself.
const MYSQL_COMMANDS: [&str; 9] = [
    "system",
    "source",
    "tee",
    "notee",
    "pager",
    "nopager",
    "edit",
    "prompt",
    "delimiter",
];

/// Cuts `text` into statements, in order, with the problems that keep it from being run as a step.
///
/// Comments around statements are left out. Reads every byte a bounded number of times and never panics; what is
/// behind an open quote or comment belongs to the last statement, and a problem says where it opened.
pub fn split(engine: Engine, text: &str) -> (Vec<Statement>, Vec<Problem>) {
    let mut splitter = Splitter {
        engine,
        text,
        lexer: Lexer::new(engine, text),
        place: Place::default(),
        tokens: Vec::new(),
        line: 0,
        open: false,
        body: Body::default(),
        rows_end_missing: false,
        statements: Vec::new(),
        problems: Vec::new(),
        unkept: 0,
    };
    splitter.run();
    (splitter.statements, splitter.problems)
}

/// A place in the text that only moves forward.
#[derive(Default)]
struct Place {
    at: usize,
    line: u32,
    line_start: usize,
}

impl Place {
    /// Moves to `at` and returns the line, from 1.
    fn line_at(&mut self, text: &str, at: usize) -> u32 {
        while let Some(length) = text.get(self.at..at).and_then(|passed| passed.find('\n')) {
            self.at += length + 1;
            self.line_start = self.at;
            self.line = self.line.saturating_add(1);
        }
        self.at = self.at.max(at);
        self.line.saturating_add(1)
    }
}

struct Splitter<'a> {
    engine: Engine,
    text: &'a str,
    lexer: Lexer<'a>,
    place: Place,
    /// Significant tokens of the present statement.
    tokens: Vec<Token>,
    /// Line of its first token.
    line: u32,
    /// True when its last token lacks its end.
    open: bool,
    body: Body,
    /// True once the end mark of COPY rows was looked for in vain.
    rows_end_missing: bool,
    statements: Vec<Statement>,
    problems: Vec<Problem>,
    unkept: usize,
}

impl<'a> Splitter<'a> {
    fn run(&mut self) {
        let mut has_nul = false;
        while let Some(token) = self.lexer.next() {
            if token.open {
                self.open = true;
                self.report_open(token);
            }
            match token.kind {
                Kind::Space | Kind::Comment => {}
                Kind::Meta => {
                    self.client_command(token.start, &self.text[token.start..token.end]);
                }
                Kind::Delimiter => self.delimiter(token),
                _ if self.tokens.is_empty() && self.takes_line(token) => {}
                _ => self.push(token),
            }
            if !has_nul && self.text[token.start..token.end].contains('\0') {
                has_nul = true;
                self.report(
                    token.start,
                    "nul-byte",
                    "The SQL contains a NUL byte, which no server takes",
                    "Remove it",
                );
            }
        }
        if let Some(at) = self.lexer.conditional() {
            self.report(
                at,
                "unterminated-comment",
                "The comment that opens here is never closed",
                "Close it with */",
            );
        } else if !self.open {
            self.report_unended_body();
        }
        self.finish();
        self.problems
            .sort_by_key(|problem| (problem.line, problem.column));
        if self.unkept > 0 {
            self.problems.push(Problem::new(
                "more-problems",
                format!("The SQL has {} more problems", self.unkept),
                "Mend the first ones and check again",
            ));
        }
    }

    fn report(&mut self, at: usize, code: &str, message: impl Into<String>, hint: &str) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.unkept += 1;
            return;
        }
        let (line, start) = if at >= self.place.at {
            (self.place.line_at(self.text, at), self.place.line_start)
        } else {
            // A place behind: only statements already begun, so it is at most one statement back.
            let before = &self.text[..at];
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let newlines = self.text[at..self.place.at].matches('\n').count();
            let behind = u32::try_from(newlines).unwrap_or(u32::MAX);
            (
                self.place.line.saturating_add(1).saturating_sub(behind),
                start,
            )
        };
        let column = self.text[start.min(at)..at].chars().count();
        let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1);
        self.problems
            .push(Problem::new(code, message, hint).at(line, column));
    }

    fn report_open(&mut self, token: Token) {
        let (code, message, hint) = match token.kind {
            Kind::Comment | Kind::Hint => (
                "unterminated-comment",
                "The comment that opens here is never closed",
                "Close it with */",
            ),
            _ => (
                "unterminated-quote",
                "The quote that opens here is never closed",
                "Close it, or double a quote that belongs to the text",
            ),
        };
        self.report(token.start, code, message, hint);
    }

    fn report_unended_body(&mut self) {
        let Some(first) = self.tokens.first().map(|token| token.start) else {
            return;
        };
        if self.body.lacks_end() {
            self.report(
                first,
                "unterminated-block",
                "The BEGIN or CASE of this statement has no END",
                "Write the missing END",
            );
        } else if self.body.lacks_parenthesis() {
            self.report(
                first,
                "unbalanced-parenthesis",
                "This statement opens a parenthesis that it does not close",
                "Write the missing )",
            );
        }
    }

    fn client_command(&mut self, at: usize, line: &str) {
        let command: String = line
            .split(|c: char| c.is_whitespace())
            .next()
            .unwrap_or_default()
            .chars()
            .take(20)
            .collect();
        let program = match self.engine {
            Engine::Postgresql => "psql",
            Engine::Mysql => "mysql",
            Engine::Sqlite => "sqlite3",
        };
        self.report(
            at,
            "client-command",
            format!("`{command}` is a command of the {program} program, not SQL"),
            "Remove it, or run it with a command step",
        );
    }

    /// Carries out or reports a line that is no SQL; returns true when the line was taken.
    fn takes_line(&mut self, token: Token) -> bool {
        let word = &self.text[token.start..token.end];
        let is_command = match self.engine {
            Engine::Sqlite => token.kind == Kind::Symbol && word == ".",
            Engine::Mysql => {
                token.kind == Kind::Word
                    && MYSQL_COMMANDS
                        .iter()
                        .any(|command| word.eq_ignore_ascii_case(command))
            }
            Engine::Postgresql => false,
        };
        if !is_command {
            return false;
        }
        let rest = self.lexer.rest_of_line();
        if !word.eq_ignore_ascii_case("delimiter") {
            let end = token.end + rest.len();
            self.client_command(token.start, &self.text[token.start..end]);
            return true;
        }
        match rest.split_whitespace().next() {
            Some(delimiter) if delimiter.len() <= 16 && !delimiter.contains('\\') => {
                self.lexer.set_delimiter(delimiter);
            }
            _ => self.report(
                token.start,
                "bad-delimiter",
                "DELIMITER names nothing that could end a statement",
                "Write at most 16 characters without a backslash after it",
            ),
        }
        true
    }

    fn push(&mut self, token: Token) {
        if self.tokens.is_empty() {
            self.line = self.place.line_at(self.text, token.start);
        }
        self.body
            .follow(self.engine, self.text, &self.tokens, token);
        self.tokens.push(token);
    }

    fn delimiter(&mut self, token: Token) {
        if self.lexer.ends_at_semicolon() && self.body.holds_semicolon() {
            let kind = Kind::Symbol;
            self.tokens.push(Token { kind, ..token });
            return;
        }
        self.finish();
    }

    /// Closes the present statement, if there is one.
    fn finish(&mut self) {
        let tokens = std::mem::take(&mut self.tokens);
        self.body = Body::default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return;
        };
        let text = self.text[first.start..last.end].trim_end().to_owned();
        let significant: Vec<Token> = tokens
            .iter()
            .copied()
            .filter(|token| !matches!(token.kind, Kind::Conditional | Kind::Hint))
            .collect();
        if significant.is_empty() {
            return;
        }
        let words = Words::new(self.text, &significant);
        let (statement, faults) = classify(self.engine, words, text, self.line);
        let takes_rows =
            faults.iter().any(|(code, ..)| *code == "client-rows") && words.has_any(&["stdin"]);
        for (code, message, hint) in faults {
            self.report(first.start, code, message, hint);
        }
        self.statements.push(statement);
        if takes_rows {
            self.skip_rows(last.end);
        }
    }

    /// Skips the rows that follow COPY … FROM STDIN, up to `\.` on a line of its own.
    fn skip_rows(&mut self, from: usize) {
        if self.rows_end_missing {
            return;
        }
        match self.text[from..].find("\n\\.") {
            Some(length) => self.lexer.skip_to(from + length + 3),
            None => self.rows_end_missing = true,
        }
    }
}
