//! Reading sessions: events, the fold, lists. Readers never wait for writers.

use rusqlite::{OptionalExtension, params};
use stopover_plan::event::{Body, Stream};
use stopover_plan::{Event, Session};

use crate::error::{At, JournalError};
use crate::journal::{Journal, Standing, place, seq_of};
use crate::summary::{COLUMNS, End, Head, Page, SessionSummary, word};

const DEFAULT_PAGE: usize = 50;

/// Reads events as they are.
const EVENTS: &str = "SELECT place, at_ms, mono_ms, body FROM event
     WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3";
/// Reads events for the fold, to which the output of a step tells nothing but the time; it is most of what a journal has.
const CHANGES: &str =
    "SELECT place, at_ms, mono_ms, CASE kind WHEN 'step_output' THEN NULL ELSE body END
     FROM event WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3";

/// Stands for output whose text was not read.
fn unread_output() -> Body {
    Body::StepOutput {
        step: String::new(),
        stream: Stream::Out,
        text: String::new(),
        dropped_bytes: 0,
    }
}

impl Journal {
    /// Returns up to `limit` events of a session with `seq > after_seq`, oldest first.
    ///
    /// # Errors
    /// `NotFound`, `Unreadable`, or what hindered reading.
    pub fn events(
        &self,
        session: &str,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<Event>, JournalError> {
        let standing = self.standing(session)?;
        let mut events = Vec::new();
        let after = (standing.number, after_seq);
        self.each_event(session, EVENTS, after, limit, |event| events.push(event))?;
        Ok(events)
    }

    /// Returns what a session is after all its events. `id` may be a unique beginning of one, or `last`.
    ///
    /// # Errors
    /// `NotFound`, `Ambiguous`, `Unreadable`, or what hindered reading.
    pub fn session(&self, id: &str) -> Result<Session, JournalError> {
        let id = self.resolve(id)?;
        let standing = self.standing(&id)?;
        let mut fold = self.take_fold(&id);
        self.catch_up(&id, &standing, &mut fold)?;
        self.keep_fold(&id, fold.clone());
        Ok(fold)
    }

    /// As [`Journal::session`], for one who asks once: nothing is kept for the next time.
    ///
    /// # Errors
    /// As [`Journal::session`].
    pub fn into_session(self, id: &str) -> Result<Session, JournalError> {
        let id = self.resolve(id)?;
        let standing = self.standing(&id)?;
        let mut fold = self.take_fold(&id);
        self.catch_up(&id, &standing, &mut fold)?;
        Ok(fold)
    }

    /// Returns the id that `prefix` names: an id, the beginning of exactly one, or `last` for the newest session.
    ///
    /// # Errors
    /// `NotFound`, or `Ambiguous` with some of the ids that match.
    pub fn resolve(&self, prefix: &str) -> Result<String, JournalError> {
        let not_found = || JournalError::NotFound {
            session: prefix.to_owned(),
        };
        if prefix == "last" {
            return self
                .connection
                .prepare_cached("SELECT id FROM session ORDER BY number DESC LIMIT 1")
                .and_then(|mut statement| statement.query_row([], |row| row.get(0)).optional())
                .at(&self.path)?
                .ok_or_else(not_found);
        }
        if prefix.is_empty() {
            return Err(not_found());
        }
        let mut found: Vec<String> = self
            .connection
            .prepare_cached(
                "SELECT id FROM session WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1
                   AND id < ?1 || char(1114111) ORDER BY id LIMIT 5",
            )
            .and_then(|mut statement| statement.query_map([prefix], |row| row.get(0))?.collect())
            .at(&self.path)?;
        // An id that is the beginning of others is first in order, and is meant.
        if found.len() > 1 && found[0] != prefix {
            return Err(JournalError::Ambiguous {
                prefix: prefix.to_owned(),
                sessions: found,
            });
        }
        found.drain(..).next().ok_or_else(not_found)
    }

    /// Returns one page of sessions, newest first.
    ///
    /// # Errors
    /// `NotFound` when `page.before` names no session, or what hindered reading.
    pub fn sessions(&self, page: &Page) -> Result<Vec<SessionSummary>, JournalError> {
        let before = match &page.before {
            None => i64::MAX,
            Some(id) => self.number_of(id)?,
        };
        let limit = if page.limit == 0 {
            DEFAULT_PAGE
        } else {
            page.limit
        };
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM session
                 WHERE number < ?1
                   AND (?2 IS NULL OR plan_path = ?2) AND (?3 IS NULL OR plan_hash = ?3)
                   AND (?4 IS NULL OR mode = ?4) AND (?5 IS NULL OR state = ?5)
                   AND (?7 IS NULL OR environment = ?7)
                   AND (?8 IS NULL OR CASE state WHEN 'finished' THEN outcome ELSE 'unfinished' END = ?8)
                   AND (?9 IS NULL OR started_at_ms >= ?9) AND (?10 IS NULL OR started_at_ms < ?10)
                   AND (?11 = '' OR instr(lower(id || ' ' || plan || ' ' || plan_path || ' ' || started_by || ' ' || host), lower(?11)) > 0)
                 ORDER BY number DESC LIMIT ?6"
            ))
            .and_then(|mut statement| {
                statement
                    .query_map(
                        params![
                            before,
                            page.plan_path,
                            page.plan_hash,
                            page.mode.as_ref().map(word),
                            page.state.as_ref().map(word),
                            as_sql(limit),
                            page.environment.as_ref().map(word),
                            page.end.map(End::word),
                            page.from_at_ms,
                            page.until_at_ms,
                            page.search.trim(),
                        ],
                        SessionSummary::from_row,
                    )?
                    .collect()
            })
            .at(&self.path)
    }

    /// Returns the summary of one session, by its full id.
    ///
    /// # Errors
    /// `NotFound`, or what hindered reading.
    pub fn summary(&self, session: &str) -> Result<SessionSummary, JournalError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM session WHERE id = ?1"))
            .and_then(|mut statement| {
                statement
                    .query_row([session], SessionSummary::from_row)
                    .optional()
            })
            .at(&self.path)?
            .ok_or_else(|| JournalError::NotFound {
                session: session.to_owned(),
            })
    }

    /// Returns the end of a session's chain: what a report quotes so that the journal can be held against it.
    ///
    /// # Errors
    /// `NotFound`, or what hindered reading.
    pub fn head(&self, session: &str) -> Result<Head, JournalError> {
        let standing = self.standing(session)?;
        Ok(Head {
            seq: standing.seq,
            hash_hex: hex::encode(standing.head),
        })
    }

    /// Returns a number that changes when another connection, of this or another process, has written.
    ///
    /// # Errors
    /// What hindered reading.
    pub fn data_version(&self) -> Result<i64, JournalError> {
        self.connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .at(&self.path)
    }

    /// Adds to `fold` the events it has not seen.
    pub(crate) fn catch_up(
        &self,
        session: &str,
        standing: &Standing,
        fold: &mut Session,
    ) -> Result<(), JournalError> {
        if fold.seq >= standing.seq {
            return Ok(());
        }
        let after = (standing.number, fold.seq);
        self.each_event(session, CHANGES, after, usize::MAX, |event| {
            fold.apply(&event);
        })
    }

    fn each_event(
        &self,
        session: &str,
        sql: &str,
        (number, after_seq): (i64, u64),
        limit: usize,
        mut seen: impl FnMut(Event),
    ) -> Result<(), JournalError> {
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut rows = statement
            .query(params![
                place(number, after_seq),
                place(number, u64::MAX),
                as_sql(limit)
            ])
            .at(&self.path)?;
        while let Some(row) = rows.next().at(&self.path)? {
            let seq = seq_of(row.get(0).at(&self.path)?);
            let body = row
                .get_ref(3)
                .and_then(|value| Ok(value.as_bytes_or_null()?))
                .at(&self.path)?;
            let body = match body {
                Some(body) => serde_json::from_slice(body),
                None => Ok(unread_output()),
            }
            .map_err(|source| JournalError::Unreadable {
                what: format!("event {seq} of session `{session}`"),
                source,
            })?;
            seen(Event {
                seq,
                at_ms: row.get(1).at(&self.path)?,
                mono_ms: row.get(2).at(&self.path)?,
                session: session.to_owned(),
                body,
            });
        }
        Ok(())
    }

    /// Returns the number of a session, also of one that was pruned: a page may end at it.
    fn number_of(&self, session: &str) -> Result<i64, JournalError> {
        self.connection
            .prepare_cached(
                "SELECT number FROM session WHERE id = ?1
                 UNION ALL SELECT number FROM pruned WHERE session = ?1",
            )
            .and_then(|mut statement| statement.query_row([session], |row| row.get(0)).optional())
            .at(&self.path)?
            .ok_or_else(|| JournalError::NotFound {
                session: session.to_owned(),
            })
    }
}

fn as_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
