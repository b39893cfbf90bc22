//! Checklists: what people tick, when, and how many of them.

use std::time::Duration;

use serde::Serialize;

/// A list of things people tick.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// Slug, unique among checklists.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Step before which every item must be signed; `None`: any time.
    pub before: Option<String>,
    /// Items.
    pub items: Vec<Item>,
}

/// One thing to tick.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Slug, unique in the plan over all checklists.
    pub id: String,
    /// What is ticked.
    pub title: String,
    /// Who is to tick it.
    pub owner: Option<String>,
    /// `step` or `step/check` that ticks it by passing.
    pub check: Option<String>,
    /// When it is to be ticked.
    pub due: Option<Due>,
    /// How many different people must sign it; 0 is read as 1.
    pub signatures: u32,
}

impl Item {
    /// Returns how many different people must sign it.
    pub fn signers(&self) -> usize {
        self.signatures.max(1) as usize
    }
}

/// When a checklist item is to be ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// So long before the start.
    Before(#[serde(with = "crate::duration::as_ms")] Duration),
    /// So long after the start.
    After(#[serde(with = "crate::duration::as_ms")] Duration),
    /// At a time, as the plan's other times: `2026-12-05T01:00:00`, with an offset or without.
    At(String),
}

impl std::fmt::Display for Due {
    /// Writes it as the file has it: `-2h`, `30m` or the time.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Due::Before(ahead) => write!(f, "-{}", crate::duration::format(*ahead)),
            Due::After(behind) => f.write_str(&crate::duration::format(*behind)),
            Due::At(time) => f.write_str(time),
        }
    }
}
