//! A problem: an error as a person is shown it.

use serde::{Deserialize, Serialize};

/// An error shown to a person: what happened to which object, and the next move.
///
/// `code` is a stable kebab-case word that doors may branch on; `line` and `column` count from 1 and are set
/// when the problem has a place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable kebab-case identifier, e.g. `unknown-key`.
    pub code: String,
    /// Names the object and says what happened to it.
    pub message: String,
    /// Starts with a verb and says what to do next; empty when there is nothing to do.
    pub hint: String,
    /// Line in the text, from 1.
    pub line: Option<u32>,
    /// Column in the text, in characters, from 1.
    pub column: Option<u32>,
}

impl Problem {
    /// Returns a problem without a place.
    pub fn new(
        code: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            hint: hint.into(),
            line: None,
            column: None,
        }
    }

    /// Returns the problem placed at `line` and `column`, both from 1.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        write!(f, "{}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}
