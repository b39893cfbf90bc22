//! The handle on one journal file: opening it, and the pieces the other modules share.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use stopover_plan::Session;

use crate::chain::Hash;
use crate::error::{At, JournalError};
use crate::file;
use crate::schema::{self, Format};

/// Folds kept between calls; more than a process works on at once.
const FOLDS: usize = 8;

/// A journal file, open in this process. Cheap to open several times; to be used by one thread at a time.
#[derive(Debug)]
pub struct Journal {
    pub(crate) path: PathBuf,
    pub(crate) connection: Connection,
    folds: RefCell<HashMap<String, Session>>,
}

/// Where a session's chain stands.
pub(crate) struct Standing {
    pub(crate) number: i64,
    pub(crate) seq: u64,
    pub(crate) head: Hash,
}

impl Journal {
    /// Opens the journal at `path`, creates it (and its folder) if it is missing, brings an older one up to date.
    ///
    /// On a disk that cannot be written a journal of this program's format opens for reading, and appending fails.
    ///
    /// # Errors
    /// `Newer` for a file of a newer program, `Foreign` for another program's database (both unchanged),
    /// `Corrupt`, `ReadOnly`, `Full`, `Busy`, or what the system said.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let path = file::absolute(path)?;
        let unturned = if path.exists() {
            Self::open_current(&path)
        } else {
            Ok(None)
        };
        let turn = match unturned {
            Ok(Some(journal)) => return Ok(journal),
            Ok(None) => file::take_turn(&path)?,
            // Another process may be making it or setting it aside this moment: whose turn it is sees what is true.
            Err(error) if file::has_turns(&path) => file::take_turn(&path).map_err(|_| error)?,
            Err(error) => return Err(error),
        };
        file::create(&path, &turn)?;
        let mut connection = file::connect(&path)?;
        if schema::inspect(&connection, &path)? == Format::Behind {
            file::prepare_for_writing(&connection, &path)?;
            schema::migrate(&mut connection, &path)?;
        }
        Self::ready(path, connection)
    }

    /// Opens the journal like [`Journal::open`]; a damaged file is renamed to `….corrupt-<unix seconds>` beside it
    /// and a new one begun. Returns the new name of the damaged file, if there was one.
    ///
    /// # Errors
    /// As [`Journal::open`], and when the file cannot be renamed.
    pub fn open_or_set_aside(path: &Path) -> Result<(Self, Option<PathBuf>), JournalError> {
        match Self::open(path) {
            Err(JournalError::Corrupt { .. }) => {}
            other => return other.map(|journal| (journal, None)),
        }
        let path = file::absolute(path)?;
        let turn = file::take_turn(&path)?;
        // Another process may have set it aside while this one waited for its turn.
        let aside = match Self::open_current(&path) {
            Err(JournalError::Corrupt { .. }) if path.exists() => {
                Some(file::set_aside(&path, now_ms() / 1000, &turn)?)
            }
            _ => None,
        };
        drop(turn);
        Self::open(&path).map(|journal| (journal, aside))
    }

    /// Opens an existing journal for reading only.
    ///
    /// # Errors
    /// As [`Journal::open`]; `ReadOnly` when the file is of an older program and would have to be brought up to date.
    pub fn open_read_only(path: &Path) -> Result<Self, JournalError> {
        let path = file::absolute(path)?;
        let connection = file::connect_read_only(&path)?;
        match schema::inspect(&connection, &path)? {
            Format::Current => Self::ready(path, connection),
            Format::Behind => Err(behind_and_read_only(path)),
        }
    }

    /// Returns the file's absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn open_current(path: &Path) -> Result<Option<Self>, JournalError> {
        let connection = file::connect(path)?;
        match schema::inspect(&connection, path)? {
            Format::Current => Self::ready(path.to_owned(), connection).map(Some),
            Format::Behind if connection.is_readonly(rusqlite::MAIN_DB).at(path)? => {
                Err(behind_and_read_only(path.to_owned()))
            }
            Format::Behind => Ok(None),
        }
    }

    fn ready(path: PathBuf, connection: Connection) -> Result<Self, JournalError> {
        if !connection.is_readonly(rusqlite::MAIN_DB).at(&path)? {
            file::prepare_for_writing(&connection, &path)?;
        }
        let journal = Self {
            path,
            connection,
            folds: RefCell::default(),
        };
        journal.probe()?;
        Ok(journal)
    }

    /// Reads where the next writes go, so that damage there shows at once; [`Journal::verify`] reads everything.
    fn probe(&self) -> Result<(), JournalError> {
        self.connection
            .query_row(
                "SELECT (SELECT hash FROM event ORDER BY place DESC LIMIT 1),
                        (SELECT head FROM session ORDER BY number DESC LIMIT 1),
                        (SELECT id FROM session ORDER BY id DESC LIMIT 1)",
                [],
                |_| Ok(()),
            )
            .at(&self.path)
    }

    /// Begins a transaction that holds the right to write from its start, so that what it reads stays true.
    pub(crate) fn begin(&self) -> Result<Transaction<'_>, JournalError> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).at(&self.path)
    }

    /// Begins a transaction that reads one state of the file.
    pub(crate) fn snapshot(&self) -> Result<Transaction<'_>, JournalError> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred).at(&self.path)
    }

    /// Returns where the chain of `session` stands.
    pub(crate) fn standing(&self, session: &str) -> Result<Standing, JournalError> {
        self.connection
            .prepare_cached("SELECT number, seq, head FROM session WHERE id = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([session], |row| {
                        Ok(Standing {
                            number: row.get(0)?,
                            seq: row.get(1)?,
                            head: row.get(2)?,
                        })
                    })
                    .optional()
            })
            .at(&self.path)?
            .ok_or_else(|| JournalError::NotFound {
                session: session.to_owned(),
            })
    }

    /// Takes the fold this handle has kept of `session`; an empty one if it has none.
    pub(crate) fn take_fold(&self, session: &str) -> Session {
        self.folds.borrow_mut().remove(session).unwrap_or_default()
    }

    /// Keeps a fold for the next call.
    pub(crate) fn keep_fold(&self, session: &str, fold: Session) {
        let mut folds = self.folds.borrow_mut();
        if folds.len() >= FOLDS {
            folds.clear();
        }
        folds.insert(session.to_owned(), fold);
    }
}

fn behind_and_read_only(path: PathBuf) -> JournalError {
    JournalError::ReadOnly {
        path,
        source: "the file is of an older version of Stopover and must be brought up to date".into(),
    }
}

/// Returns the wall clock.
pub(crate) fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// Returns the key of an event; positions beyond the range stand behind every real one.
pub(crate) fn place(number: i64, seq: u64) -> i64 {
    (number << 32) | i64::from(u32::try_from(seq).unwrap_or(u32::MAX))
}

/// Returns the position within its session of the event with this key.
pub(crate) fn seq_of(place: i64) -> u64 {
    place.cast_unsigned() & u64::from(u32::MAX)
}
