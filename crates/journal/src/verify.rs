//! Proving that nothing was changed: every hash is computed again, every gap looked for.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Row, params};
use serde::Serialize;

use crate::chain::{GENESIS, Hash, Link};
use crate::error::{At, JournalError};
use crate::journal::{Journal, place, seq_of};

/// What [`Journal::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Events read.
    pub events: u64,
    /// Sessions read.
    pub sessions: u64,
    /// True when everything is as it was written.
    pub intact: bool,
    /// The first thing that is not.
    pub first_broken: Option<Broken>,
}

/// The first event of a session that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Session; `#7` when nothing is left of the seventh but its number.
    pub session: String,
    /// Position of the changed or missing event; 0 when the session itself is missing.
    pub seq: u64,
}

/// A session as its row has it, or the fact that it was pruned.
enum Known {
    Kept {
        id: String,
        seq: u64,
        head: Option<Hash>,
    },
    Pruned,
}

impl Journal {
    /// Computes all chains again and compares them with what is stored: changed events, gaps, removed ends,
    /// removed sessions (unless retention removed them); then lets SQLite check the file.
    ///
    /// # Errors
    /// `Corrupt` when the file cannot be read to its end or SQLite finds it unsound, or what hindered reading.
    pub fn verify(&self) -> Result<Verified, JournalError> {
        let snapshot = self.snapshot()?;
        let mut verified = Verified {
            events: 0,
            sessions: 0,
            intact: true,
            first_broken: None,
        };
        let known = self.known_sessions()?;
        let mut expected = 1;
        for (&number, session) in &known {
            if number != expected {
                verified.broken(format!("#{expected}"), 0);
            }
            expected = number + 1;
            if let Known::Kept { id, seq, head } = session {
                verified.sessions += 1;
                let (events, broken) = self.verify_session(number, id, *seq, *head)?;
                verified.events += events;
                if let Some(seq) = broken {
                    verified.broken(id.clone(), seq);
                }
            }
        }
        self.verify_nothing_else(expected, &mut verified)?;
        if verified.intact {
            self.quick_check()?;
        }
        drop(snapshot);
        Ok(verified)
    }

    fn known_sessions(&self) -> Result<BTreeMap<i64, Known>, JournalError> {
        let mut known = BTreeMap::new();
        let mut statement = self
            .connection
            .prepare(
                "SELECT number, NULL, NULL, NULL FROM pruned
                 UNION ALL SELECT number, id, seq, head FROM session",
            )
            .at(&self.path)?;
        let mut rows = statement.query([]).at(&self.path)?;
        while let Some(row) = rows.next().at(&self.path)? {
            let id: Option<String> = row.get(1).at(&self.path)?;
            let session = match id {
                None => Known::Pruned,
                Some(id) => Known::Kept {
                    id,
                    seq: row.get(2).at(&self.path)?,
                    head: row.get(3).ok(),
                },
            };
            known.insert(row.get(0).at(&self.path)?, session);
        }
        Ok(known)
    }

    /// Returns the number of events of one session, and the position of the first that is not as it was written.
    fn verify_session(
        &self,
        number: i64,
        id: &str,
        count: u64,
        head: Option<Hash>,
    ) -> Result<(u64, Option<u64>), JournalError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT place, at_ms, mono_ms, kind, body, hash FROM event
                 WHERE place >= ?1 AND place <= ?2 ORDER BY place",
            )
            .at(&self.path)?;
        let mut rows = statement
            .query(params![place(number, 0), place(number, u64::MAX)])
            .at(&self.path)?;
        let mut events = 0;
        let mut previous = GENESIS;
        let mut broken = None;
        while let Some(row) = rows.next().at(&self.path)? {
            events += 1;
            if broken.is_some() {
                continue;
            }
            let seq = seq_of(row.get(0).at(&self.path)?);
            if seq != events {
                broken = Some(seq.min(events));
                continue;
            }
            match stored_hash(row, id, seq, &previous) {
                Some(hash) => previous = hash,
                None => broken = Some(seq),
            }
        }
        if broken.is_none() {
            if events != count {
                broken = Some(events.min(count) + 1);
            } else if head != Some(previous) {
                broken = Some(events);
            }
        }
        Ok((events, broken))
    }

    /// Looks for sessions removed from the end, and for events that belong to none.
    fn verify_nothing_else(
        &self,
        expected: i64,
        verified: &mut Verified,
    ) -> Result<(), JournalError> {
        let last: i64 = self
            .connection
            .query_row(
                "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'session'",
                [],
                |row| row.get(0),
            )
            .at(&self.path)?;
        if last >= expected {
            verified.broken(format!("#{expected}"), 0);
        }
        let (all, stray): (u64, Option<i64>) = self
            .connection
            .query_row(
                "SELECT (SELECT count(*) FROM event),
                        (SELECT min(place) FROM event WHERE place >> 32 NOT IN (SELECT number FROM session))",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .at(&self.path)?;
        verified.events = all;
        if let Some(stray) = stray {
            verified.broken(format!("#{}", stray >> 32), seq_of(stray));
        }
        Ok(())
    }

    fn quick_check(&self) -> Result<(), JournalError> {
        let found: String = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .at(&self.path)?;
        if found == "ok" {
            return Ok(());
        }
        Err(JournalError::Corrupt {
            path: self.path.clone(),
            source: found.into(),
        })
    }
}

impl Verified {
    fn broken(&mut self, session: String, seq: u64) {
        self.intact = false;
        self.first_broken.get_or_insert(Broken { session, seq });
    }
}

/// Returns the stored hash of an event if it is the one its content and predecessor ask for.
fn stored_hash(row: &Row<'_>, session: &str, seq: u64, previous: &Hash) -> Option<Hash> {
    let link = Link {
        session,
        seq,
        at_ms: row.get(1).ok()?,
        mono_ms: row.get(2).ok()?,
        kind: bytes(row.get_ref(3).ok()?)?,
        body: bytes(row.get_ref(4).ok()?)?,
    };
    let stored: Hash = row.get(5).ok()?;
    (link.hash(previous) == stored).then_some(stored)
}

/// The bytes of a text, also of one that was changed into something that is not UTF-8.
fn bytes(value: ValueRef<'_>) -> Option<&[u8]> {
    match value {
        ValueRef::Text(bytes) => Some(bytes),
        _ => None,
    }
}
