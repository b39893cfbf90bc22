//! What earlier sessions tell: which plans were run, and how long their steps took.

use rusqlite::params;

use crate::error::{At, JournalError};
use crate::journal::Journal;
use crate::summary::PlanRun;

/// Most sessions that [`Journal::past_steps`] looks back on.
const SESSIONS: u32 = 20;

/// A step that ended well in an earlier session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastStep {
    /// Step id.
    pub step: String,
    /// Monotonic duration.
    pub elapsed_ms: u64,
}

impl Journal {
    /// Returns the steps that ran to a good end in the sessions of the same plan file and environment before `session`,
    /// newest session first. What a mark proved is left out: it did not run then.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn past_steps(&self, session: &str) -> Result<Vec<PastStep>, JournalError> {
        self.connection
            .prepare_cached(
                "WITH own AS (SELECT number, plan_path, environment FROM session WHERE id = ?1),
                      past AS (SELECT session.number FROM session, own
                               WHERE session.plan_path = own.plan_path
                                 AND session.environment = own.environment AND session.number < own.number
                               ORDER BY session.number DESC LIMIT ?2)
                 SELECT json_extract(body, '$.step'), json_extract(body, '$.elapsed_ms')
                 FROM past CROSS JOIN event ON place BETWEEN past.number << 32 AND (past.number << 32) + 4294967295
                 WHERE kind = 'step_succeeded' AND coalesce(json_extract(body, '$.direction'), 'forward') = 'forward'
                   AND NOT coalesce(json_extract(body, '$.by_mark'), 0)
                 ORDER BY past.number DESC, place",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(params![session, SESSIONS], |row| {
                        Ok(PastStep {
                            step: row.get(0)?,
                            elapsed_ms: row.get(1)?,
                        })
                    })?
                    .collect()
            })
            .at(self.path())
    }

    /// Returns the plans that have sessions, the one run last first.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn plans_run(&self) -> Result<Vec<PlanRun>, JournalError> {
        self.connection
            .prepare_cached(
                "SELECT plan_path, plan, count(*), max(number) AS last FROM session GROUP BY plan_path ORDER BY last DESC",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| {
                        Ok(PlanRun {
                            path: row.get(0)?,
                            name: row.get(1)?,
                            sessions: row.get(2)?,
                        })
                    })?
                    .collect()
            })
            .at(self.path())
    }
}
