//! A consistent copy of the journal in one file, also while sessions write.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::{At, JournalError};
use crate::file;
use crate::journal::Journal;

impl Journal {
    /// Copies the journal as it is now to a new file, which needs no companions and opens anywhere.
    ///
    /// # Errors
    /// `FileExists` when `to` is taken, `Full`, `ReadOnly`, or what the system said; no part of a copy is left behind.
    pub fn export(&self, to: &Path) -> Result<(), JournalError> {
        let to = file::absolute(to)?;
        // The name is taken first, so that two exports cannot write one file.
        match file::private().create_new(true).open(&to) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(JournalError::FileExists { path: to });
            }
            Err(error) => return Err(JournalError::io(&to, error)),
        }
        let partial = file::beside(&to, ".partial");
        let copied = file::private()
            .create(true)
            .truncate(true)
            .open(&partial)
            .at(&partial)
            .and_then(|_| self.copy_to(&partial))
            .and_then(|()| std::fs::rename(&partial, &to).at(&to));
        if copied.is_err() {
            for leftover in [&partial, &file::beside(&partial, "-journal"), &to] {
                // What cannot be removed from a failing disk is named by the error already.
                let _ = std::fs::remove_file(leftover);
            }
        }
        copied
    }

    fn copy_to(&self, to: &Path) -> Result<(), JournalError> {
        let mut copy = Connection::open(to).at(to)?;
        {
            let backup = Backup::new(&self.connection, &mut copy).at(to)?;
            // All pages in one step: in many steps each commit of a running session would begin it anew.
            while backup.step(-1).at(to)? != StepResult::Done {
                std::thread::yield_now();
            }
        }
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
            .at(to)?;
        copy.close().map_err(|(_, error)| error).at(to)
    }
}
