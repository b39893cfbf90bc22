//! The journal as the engine sees it: the log of one session.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use stopover_plan::{Body, Event, RecordError, Recorder};

use crate::error::JournalError;
use crate::journal::Journal;

/// Records the events of one session over a connection of its own.
#[derive(Debug)]
pub struct SessionLog {
    journal: Mutex<Journal>,
    session: String,
    start: Instant,
}

impl SessionLog {
    /// Opens the log of a session that exists. `start` is when its runner started; events carry the time since.
    ///
    /// # Errors
    /// As [`Journal::open`]; `NotFound` when there is no such session.
    pub fn new(
        journal_path: &Path,
        session: impl Into<String>,
        start: Instant,
    ) -> Result<Self, JournalError> {
        let session = session.into();
        let journal = Journal::open(journal_path)?;
        journal.head(&session)?;
        Ok(Self {
            journal: Mutex::new(journal),
            session,
            start,
        })
    }

    /// Returns the session's id.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Appends several events in one transaction: all are durable, or none is there.
    ///
    /// # Errors
    /// When they are not durable.
    pub fn record_many(&self, bodies: Vec<Body>) -> Result<Vec<Event>, RecordError> {
        self.journal()
            .append_many(&self.session, bodies, Some(self.mono_ms()))
            .map_err(|error| record_error("written", error))
    }

    fn mono_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A thread that panicked in here left no transaction open, so its poison means nothing.
    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionLog {
    /// Refuses to go on with a journal whose file was removed or renamed: SQLite would write on into a file that nobody
    /// can open any more, and call it durable.
    fn still_there(&self) -> Result<MutexGuard<'_, Journal>, JournalError> {
        let journal = self.journal();
        match std::fs::metadata(journal.path()) {
            Ok(_) => Ok(journal),
            Err(source) => Err(JournalError::File {
                path: journal.path().to_path_buf(),
                source,
            }),
        }
    }
}

impl Recorder for SessionLog {
    fn record(&self, body: Body) -> Result<Event, RecordError> {
        self.still_there()
            .map_err(|error| record_error("written", error))?
            .append(&self.session, body, Some(self.mono_ms()))
            .map_err(|error| record_error("written", error))
    }

    fn record_proven(&self, body: Body) -> Result<Event, RecordError> {
        self.still_there()
            .map_err(|error| record_error("written", error))?
            .append_proven(&self.session, body, Some(self.mono_ms()))
            .map_err(|error| record_error("written", error))
    }

    fn settle(&self) -> Result<(), RecordError> {
        self.still_there()
            .and_then(|journal| journal.settle())
            .map_err(|error| record_error("written", error))
    }

    fn since(&self, after_seq: u64) -> Result<Vec<Event>, RecordError> {
        self.still_there()
            .map_err(|error| record_error("read", error))?
            .events(&self.session, after_seq, usize::MAX)
            .map_err(|error| record_error("read", error))
    }
}

fn record_error(doing: &'static str, error: JournalError) -> RecordError {
    RecordError {
        doing,
        source: Box::new(error),
    }
}
