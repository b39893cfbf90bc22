//! Plans as they were run, which of them a person trusts, and which were opened lately.

use rusqlite::{OptionalExtension, params};

use crate::error::{At, JournalError};
use crate::journal::{Journal, now_ms};

/// How many recently opened plans are remembered.
const RECENT: i64 = 50;

impl Journal {
    /// Keeps the text of a plan and the files it names under the plan's hash.
    ///
    /// # Errors
    /// What hindered writing.
    pub fn save_plan(
        &self,
        hash: &str,
        path: &str,
        text: &str,
        files: &[(String, Vec<u8>)],
    ) -> Result<(), JournalError> {
        let transaction = self.begin()?;
        // The hash names the content, so only the time of its last use is new.
        transaction
            .execute(
                "INSERT INTO plan (hash, path, text, saved_at_ms) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (hash) DO UPDATE SET saved_at_ms = excluded.saved_at_ms",
                params![hash, path, text, now_ms()],
            )
            .at(&self.path)?;
        for (name, content) in files {
            transaction
                .execute(
                    "INSERT OR IGNORE INTO plan_file (hash, name, content) VALUES (?1, ?2, ?3)",
                    params![hash, name, content],
                )
                .at(&self.path)?;
        }
        transaction.commit().at(&self.path)
    }

    /// Returns the text of the plan with this hash.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn plan_text(&self, hash: &str) -> Result<Option<String>, JournalError> {
        self.connection
            .query_row("SELECT text FROM plan WHERE hash = ?1", [hash], |row| {
                row.get(0)
            })
            .optional()
            .at(&self.path)
    }

    /// Returns the files that were kept with the plan with this hash, by name.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn plan_files(&self, hash: &str) -> Result<Vec<(String, Vec<u8>)>, JournalError> {
        self.connection
            .prepare_cached("SELECT name, content FROM plan_file WHERE hash = ?1 ORDER BY name")
            .and_then(|mut statement| {
                statement
                    .query_map([hash], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .at(&self.path)
    }

    /// Notes that `by` has seen the steps of the plan with this hash and lets them run.
    ///
    /// # Errors
    /// What hindered writing.
    pub fn trust(&self, hash: &str, path: &str, by: &str) -> Result<(), JournalError> {
        self.connection
            .execute(
                "INSERT OR IGNORE INTO trusted (hash, path, trusted_by, trusted_at_ms) VALUES (?1, ?2, ?3, ?4)",
                params![hash, path, by, now_ms()],
            )
            .at(&self.path)
            .map(|_| ())
    }

    /// Returns true when someone trusts the plan with this hash.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn is_trusted(&self, hash: &str) -> Result<bool, JournalError> {
        self.connection
            .query_row("SELECT 1 FROM trusted WHERE hash = ?1", [hash], |_| Ok(()))
            .optional()
            .at(&self.path)
            .map(|found| found.is_some())
    }

    /// Notes that the plan at `path` was opened now.
    ///
    /// # Errors
    /// What hindered writing.
    pub fn remember_plan(&self, path: &str) -> Result<(), JournalError> {
        let transaction = self.begin()?;
        // Two plans opened within a millisecond, or after the clock was put back, still keep their order.
        transaction
            .execute(
                "INSERT INTO recent_plan (path, opened_at_ms)
                 SELECT ?1, max(?2, 1 + ifnull((SELECT max(opened_at_ms) FROM recent_plan), 0))
                 WHERE true
                 ON CONFLICT (path) DO UPDATE SET opened_at_ms = excluded.opened_at_ms",
                params![path, now_ms()],
            )
            .at(&self.path)?;
        transaction
            .execute(
                "DELETE FROM recent_plan WHERE path NOT IN
                 (SELECT path FROM recent_plan ORDER BY opened_at_ms DESC LIMIT ?1)",
                [RECENT],
            )
            .at(&self.path)?;
        transaction.commit().at(&self.path)
    }

    /// Takes a plan off the list of those opened lately.
    ///
    /// # Errors
    /// What hindered writing.
    pub fn forget_plan(&self, path: &str) -> Result<(), JournalError> {
        let transaction = self.begin()?;
        transaction
            .execute("DELETE FROM recent_plan WHERE path = ?1", [path])
            .at(&self.path)?;
        transaction.commit().at(&self.path)
    }

    /// Returns the plans opened lately, newest first, with when that was in Unix milliseconds.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn recent_plans(&self) -> Result<Vec<(String, i64)>, JournalError> {
        self.connection
            .prepare_cached("SELECT path, opened_at_ms FROM recent_plan ORDER BY opened_at_ms DESC")
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .at(&self.path)
    }
}
