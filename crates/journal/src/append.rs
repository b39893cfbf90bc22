//! Writing events: position, hash and summary in one durable transaction.

use rusqlite::{OptionalExtension, params};
use stopover_plan::event::Mode;
use stopover_plan::{Body, Event, Session};

use crate::chain::{GENESIS, Link};
use crate::error::{At, JournalError};
use crate::journal::{Journal, Standing, now_ms, place};
use crate::summary::word;

/// Largest event, as JSON.
const LIMIT: usize = 1 << 20;
/// Largest event that lists the steps of a plan.
const PLAN_LIMIT: usize = 64 << 20;

impl Journal {
    /// Begins a session with its first event, which is a `session_started`.
    ///
    /// # Errors
    /// `Exists` when the id is or was in use, and as [`Journal::append`].
    pub fn create_session(&self, id: &str, first: Body) -> Result<Event, JournalError> {
        if !matches!(first, Body::SessionStarted { .. }) || id.is_empty() || id == "last" {
            return Err(JournalError::NotAStart {
                session: id.to_owned(),
                kind: first.word(),
            });
        }
        let first = Sheet::new(id, first)?;
        let transaction = self.begin()?;
        let taken = transaction
            .prepare_cached(
                "SELECT 1 FROM session WHERE id = ?1 UNION ALL SELECT 1 FROM pruned WHERE session = ?1",
            )
            .and_then(|mut statement| statement.query_row([id], |_| Ok(())).optional())
            .at(&self.path)?;
        if taken.is_some() {
            return Err(JournalError::Exists {
                session: id.to_owned(),
            });
        }
        transaction
            .prepare_cached(
                "INSERT INTO session (id, plan, plan_path, plan_hash, mode, environment, started_by, host, state,
                                      started_at_ms, duration_ms, seq, head)
                 VALUES (?1, '', '', '', ?2, '', '', '', '', 0, 0, 0, ?3)",
            )
            .and_then(|mut statement| statement.execute(params![id, word(&Mode::Live), GENESIS]))
            .at(&self.path)?;
        let mut standing = Standing {
            number: transaction.last_insert_rowid(),
            seq: 0,
            head: GENESIS,
        };
        let mut fold = Session::default();
        let event = self.write(&mut standing, &mut fold, first, id, None)?;
        self.describe(&standing, &fold)?;
        self.summarise(&standing, &fold)?;
        transaction.commit().at(&self.path)?;
        self.keep_fold(id, fold);
        Ok(event)
    }

    /// Appends one event to a session; when it returns the event survives a power cut.
    ///
    /// `mono_ms` is the recording runner's monotonic clock, `None` for a door.
    ///
    /// # Errors
    /// `NotFound`, `TooLarge`, `Broken` when earlier events are gone, `Full`, `ReadOnly`, `Busy`; nothing is written then.
    pub fn append(
        &self,
        session: &str,
        body: Body,
        mono_ms: Option<u64>,
    ) -> Result<Event, JournalError> {
        let mut events = self.append_many(session, vec![body], mono_ms)?;
        Ok(events.pop().expect("one body makes one event"))
    }

    /// Appends one event whose fact is proven elsewhere: it survives the death of this process, and a power cut with the
    /// next event of any session, or once [`Journal::settle`] returned.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn append_proven(
        &self,
        session: &str,
        body: Body,
        mono_ms: Option<u64>,
    ) -> Result<Event, JournalError> {
        // In WAL mode a commit under NORMAL is written and not synced; the next one under FULL syncs the file, and so
        // everything before it.
        self.synchronous("NORMAL")?;
        let appended = self.append(session, body, mono_ms);
        self.synchronous("FULL")?;
        appended
    }

    fn synchronous(&self, degree: &str) -> Result<(), JournalError> {
        self.connection
            .pragma_update(None, "synchronous", degree)
            .at(&self.path)
    }

    /// Returns when everything appended so far survives a power cut.
    ///
    /// # Errors
    /// `File` when the disk refuses.
    pub fn settle(&self) -> Result<(), JournalError> {
        let mut wal = self.path.clone().into_os_string();
        wal.push("-wal");
        let path = std::path::PathBuf::from(wal);
        // Without the file everything is in the database, where a checkpoint syncs it.
        match std::fs::File::open(&path).and_then(|file| file.sync_data()) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(JournalError::File { path, source })
            }
            _ => Ok(()),
        }
    }

    /// Appends several events in one transaction: all are durable, or none is there.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn append_many(
        &self,
        session: &str,
        bodies: Vec<Body>,
        mono_ms: Option<u64>,
    ) -> Result<Vec<Event>, JournalError> {
        let sheets: Vec<Sheet> = bodies
            .into_iter()
            .map(|body| Sheet::new(session, body))
            .collect::<Result<_, _>>()?;
        // A long session is folded before the right to write is taken, so that nobody waits for it.
        let mut fold = self.take_fold(session);
        if fold.seq == 0 {
            self.catch_up(session, &self.standing(session)?, &mut fold)?;
        }

        let transaction = self.begin()?;
        let mut standing = self.standing(session)?;
        self.catch_up(session, &standing, &mut fold)?;
        if fold.seq != standing.seq {
            return Err(JournalError::Broken {
                session: session.to_owned(),
                seq: fold.seq.min(standing.seq) + 1,
            });
        }
        let mut events = Vec::with_capacity(sheets.len());
        let plan_hash = fold.plan_hash.clone();
        for sheet in sheets {
            events.push(self.write(&mut standing, &mut fold, sheet, session, mono_ms)?);
        }
        if fold.plan_hash != plan_hash {
            self.describe(&standing, &fold)?;
        }
        self.summarise(&standing, &fold)?;
        transaction.commit().at(&self.path)?;
        // Kept only now: a fold of events that were rolled back would be a second truth.
        self.keep_fold(session, fold);
        Ok(events)
    }

    fn write(
        &self,
        standing: &mut Standing,
        fold: &mut Session,
        sheet: Sheet,
        session: &str,
        mono_ms: Option<u64>,
    ) -> Result<Event, JournalError> {
        let event = Event {
            seq: standing.seq + 1,
            at_ms: now_ms(),
            mono_ms: mono_ms.map(|mono_ms| mono_ms.min(i64::MAX.cast_unsigned())),
            session: session.to_owned(),
            body: sheet.body,
        };
        let hash = Link {
            session,
            seq: event.seq,
            at_ms: event.at_ms,
            mono_ms: event.mono_ms,
            kind: sheet.kind.as_bytes(),
            body: sheet.json.as_bytes(),
        }
        .hash(&standing.head);
        self.connection
            .prepare_cached(
                "INSERT INTO event (place, at_ms, mono_ms, kind, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    place(standing.number, event.seq),
                    event.at_ms,
                    event.mono_ms,
                    sheet.kind,
                    sheet.json,
                    hash
                ])
            })
            .at(&self.path)?;
        standing.seq = event.seq;
        standing.head = hash;
        fold.apply(&event);
        Ok(event)
    }

    /// Writes what the start of a session, or a changed plan, says of it.
    fn describe(&self, standing: &Standing, fold: &Session) -> Result<(), JournalError> {
        self.connection
            .prepare_cached(
                "UPDATE session SET plan = ?2, plan_path = ?3, plan_hash = ?4, mode = ?5, environment = ?6,
                                    started_by = ?7, host = ?8, started_at_ms = ?9
                 WHERE number = ?1",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    standing.number,
                    fold.plan,
                    fold.plan_path,
                    fold.plan_hash,
                    word(&fold.mode),
                    fold.environment.word(),
                    fold.by,
                    fold.host,
                    fold.started_at_ms,
                ])
            })
            .at(&self.path)
            .map(|_| ())
    }

    /// Writes what every event may change in a session's summary.
    fn summarise(&self, standing: &Standing, fold: &Session) -> Result<(), JournalError> {
        let (pid, host) = fold.runner.as_ref().map(|(pid, host)| (pid, host)).unzip();
        self.connection
            .prepare_cached(
                "UPDATE session SET state = ?2, outcome = ?3, finished_at_ms = ?4, duration_ms = ?5,
                                    runner_pid = ?6, runner_host = ?7, seq = ?8, head = ?9
                 WHERE number = ?1",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    standing.number,
                    word(&fold.state),
                    fold.outcome.map(|outcome| outcome.word()),
                    fold.finished_at_ms,
                    fold.duration_ms.min(i64::MAX.cast_unsigned()),
                    pid,
                    host,
                    standing.seq,
                    standing.head,
                ])
            })
            .at(&self.path)
            .map(|_| ())
    }
}

/// A body beside the text it is stored as.
struct Sheet {
    body: Body,
    json: String,
    kind: String,
}

impl Sheet {
    fn new(session: &str, body: Body) -> Result<Self, JournalError> {
        let json = serde_json::to_string(&body).map_err(|source| JournalError::Unreadable {
            what: format!("a new event of session `{session}`"),
            source,
        })?;
        // The tag comes first in the text, which spares a second serialisation.
        let kind = json
            .strip_prefix(r#"{"kind":""#)
            .and_then(|rest| rest.split_once('"'))
            .map_or_else(|| body.word(), |(kind, _)| kind.to_owned());
        let limit = match body {
            Body::SessionStarted { .. } | Body::PlanChanged { .. } => PLAN_LIMIT,
            _ => LIMIT,
        };
        if json.len() > limit {
            return Err(JournalError::TooLarge {
                session: session.to_owned(),
                kind,
                bytes: json.len(),
                limit,
            });
        }
        Ok(Self { body, json, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::event::Stream;

    #[test]
    fn a_full_disk_refuses_the_event_and_loses_nothing() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let journal = Journal::open(&folder.path().join("journal.db")).expect("opens");
        let start = r#"{"kind":"session_started","plan":"","plan_path":"","plan_hash":"","mode":"live",
            "environment":"staging","bindings":[],"steps":[],"by":"","host":"","program":""}"#;
        journal
            .create_session("s", serde_json::from_str(start).expect("a start"))
            .expect("starts");
        let output = |text: &str| Body::StepOutput {
            step: "a".into(),
            stream: Stream::Out,
            text: text.into(),
            dropped_bytes: 0,
        };
        let limit = |pages: u32| {
            journal
                .connection
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
                .expect("sets the limit");
        };
        limit(40);
        let large = "x".repeat(10_000);
        let mut acknowledged = 1;
        let error = loop {
            match journal.append("s", output(&large), None) {
                Ok(event) => acknowledged = event.seq,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, JournalError::Full { .. }), "{error:?}");
        assert!(error.to_string().contains("nothing was written"), "{error}");
        let batch = vec![output("fits"), output(&large)];
        assert!(journal.append_many("s", batch, None).is_err());
        assert_eq!(journal.head("s").expect("reads").seq, acknowledged);
        assert!(journal.verify().expect("reads").intact);

        limit(1_000_000);
        let event = journal
            .append("s", output(&large), None)
            .expect("room again");
        assert_eq!(event.seq, acknowledged + 1);
        assert!(journal.verify().expect("reads").intact);
    }
}
