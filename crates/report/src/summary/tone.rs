//! How good a thing is, for its colour.

use serde::Serialize;

/// How good a thing is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tone {
    /// As intended.
    Good,
    /// Failed.
    Bad,
    /// Needs a look.
    Caution,
    /// Nothing to judge yet.
    Neutral,
}
