//! Retention: removes old finished sessions and keeps a trace of each.

use rusqlite::params;
use serde::Serialize;

use crate::chain::Hash;
use crate::error::{At, JournalError};
use crate::journal::{Journal, now_ms, place};

/// A plan is saved shortly before its session starts; this is more than shortly.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What [`Journal::prune`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Sessions.
    pub sessions: u64,
    /// Their events.
    pub events: u64,
}

impl Journal {
    /// Removes the sessions that finished before `older_than_ms` (Unix milliseconds), and plans only they used.
    ///
    /// Number, id, count and head hash of each stay, so that [`Journal::verify`] can tell it from a session
    /// that was removed otherwise. Unfinished sessions are never removed. The space is used again by later events.
    ///
    /// # Errors
    /// What hindered writing; nothing is removed then.
    pub fn prune(&self, older_than_ms: i64) -> Result<Pruned, JournalError> {
        let transaction = self.begin()?;
        let old: Vec<(i64, String, u64, Hash, i64)> = transaction
            .prepare(
                "SELECT number, id, seq, head, finished_at_ms FROM session
                 WHERE state = 'finished' AND finished_at_ms < ?1 ORDER BY number",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([older_than_ms], |row| {
                        Ok((
                            row.get(0)?,
                            row.get(1)?,
                            row.get(2)?,
                            row.get(3)?,
                            row.get(4)?,
                        ))
                    })?
                    .collect()
            })
            .at(&self.path)?;
        let mut pruned = Pruned::default();
        for (number, id, seq, head, finished_at_ms) in old {
            transaction
                .execute(
                    "INSERT INTO pruned (number, session, seq, head, finished_at_ms, pruned_at_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![number, id, seq, head, finished_at_ms, now_ms()],
                )
                .at(&self.path)?;
            pruned.events += transaction
                .execute(
                    "DELETE FROM event WHERE place >= ?1 AND place <= ?2",
                    params![place(number, 0), place(number, u64::MAX)],
                )
                .at(&self.path)? as u64;
            transaction
                .execute("DELETE FROM session WHERE number = ?1", [number])
                .at(&self.path)?;
            pruned.sessions += 1;
        }
        // A session keeps the hash of its present plan only; one it was resumed from is younger than its start.
        transaction
            .execute(
                "DELETE FROM plan
                 WHERE saved_at_ms < min(?1, ifnull((SELECT min(started_at_ms) FROM session), ?1) - ?2)
                   AND hash NOT IN (SELECT plan_hash FROM session)",
                params![older_than_ms, DAY_MS],
            )
            .at(&self.path)?;
        transaction.commit().at(&self.path)?;
        if pruned.sessions > 0 {
            // What was removed would else stay readable in the log beside the file. A reader may hinder it; the
            // next checkpoint does the same.
            if let Err(error) =
                self.connection
                    .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            {
                tracing::debug!(%error, "no checkpoint after pruning");
            }
        }
        Ok(pruned)
    }
}
