//! A damaged journal is set aside, never mended and never overwritten; the targets' marks know what was unfinished.

use std::path::Path;

use stopover_journal::Journal;
use stopover_plan::Problem;

use crate::trouble::Trouble;

/// Sets the journal aside when its file is damaged and begins a new one; returns what a person must be told then.
///
/// # Errors
/// When the journal cannot be opened for another reason, or not be renamed.
pub fn set_aside_if_damaged(journal: &Path) -> Result<Option<Problem>, Trouble> {
    if !journal.exists() {
        return Ok(None);
    }
    let (_, aside) = Journal::open_or_set_aside(journal)?;
    Ok(aside.map(|file| {
        Problem::new(
            "journal-set-aside",
            format!(
                "The journal {} is damaged. It was set aside as {}, and a new one was begun.",
                journal.display(),
                file.display()
            ),
            "Run the plan of a session that was unfinished again: its target names the session, and --adopt goes on after what is marked as done.",
        )
    }))
}
