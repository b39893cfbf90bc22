//! Why the journal could not do what it was asked, as data and as a problem for people.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi;
use stopover_plan::Problem;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Everything that can go wrong with a journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A newer program wrote the file; it was not changed.
    #[error("the journal {path} was written by a newer version of Stopover (its format is {found}, this program knows {known})", path = path.display())]
    Newer {
        /// The journal.
        path: PathBuf,
        /// Format of the file.
        found: i64,
        /// Newest format this program knows.
        known: i64,
    },
    /// The file is damaged or no database.
    #[error("the journal {path} is damaged or not a journal: {source}", path = path.display())]
    Corrupt {
        /// The journal.
        path: PathBuf,
        /// What SQLite found.
        #[source]
        source: Cause,
    },
    /// The file is a sound database of another program; it was not changed.
    #[error("{path} is a database of another program, not a journal of Stopover", path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// No room is left; nothing was written.
    #[error("the journal {path} cannot grow, its disk or quota is full; nothing was written", path = path.display())]
    Full {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Cause,
    },
    /// The file or its folder cannot be written; nothing was.
    #[error("the journal {path} cannot be written, the file or its disk is read-only; nothing was written", path = path.display())]
    ReadOnly {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Cause,
    },
    /// Another process wrote for longer than this one would wait.
    #[error("the journal {path} was kept locked by another process for too long", path = path.display())]
    Busy {
        /// The journal.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// SQLite failed in another way.
    #[error("the journal {path} could not be used: {source}", path = path.display())]
    Sql {
        /// The journal.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The format of the file could not be brought up to date.
    #[error("the journal {path} could not be brought up to date: {source}", path = path.display())]
    Migration {
        /// The journal.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite_migration::Error,
    },
    /// A file beside the journal, or an export, could not be handled.
    #[error("{path} could not be used: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An export would overwrite a file.
    #[error("{path} exists already and is not overwritten", path = path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// No session has this id.
    #[error("no session is named `{session}`")]
    NotFound {
        /// What was asked for.
        session: String,
    },
    /// Several sessions begin with this.
    #[error("several sessions begin with `{prefix}`: {}", sessions.join(", "))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// Some of those that match.
        sessions: Vec<String>,
    },
    /// A session of this id exists or was pruned.
    #[error("a session named `{session}` exists already")]
    Exists {
        /// The id.
        session: String,
    },
    /// A session was to begin with another event than its start.
    #[error("session `{session}` cannot begin with `{kind}`")]
    NotAStart {
        /// The session.
        session: String,
        /// Kind of the event.
        kind: String,
    },
    /// An event is larger than the journal takes.
    #[error(
        "an event `{kind}` of session `{session}` has {bytes} bytes, more than the {limit} the journal takes"
    )]
    TooLarge {
        /// The session.
        session: String,
        /// Kind of the event.
        kind: String,
        /// Its size as JSON.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Events are missing from a session, so that nothing may be added to it.
    #[error(
        "the events of session `{session}` were changed from position {seq} on; nothing is added to it"
    )]
    Broken {
        /// The session.
        session: String,
        /// First position that is not as it was written.
        seq: u64,
    },
    /// Something stored is not of the form it was stored in.
    #[error("{what} in the journal cannot be read: {source}")]
    Unreadable {
        /// What, e.g. `event 3 of session x`.
        what: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl JournalError {
    /// Returns the error as a person is shown it.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self {
            Self::Newer { .. } => (
                "newer-journal",
                "Update Stopover, or name another journal with --journal.",
            ),
            Self::Corrupt { .. } => (
                "corrupt-journal",
                "Restore it from an export, or list the sessions: `stopover sessions` sets the file aside and begins a new one.",
            ),
            Self::Foreign { .. } => (
                "foreign-journal",
                "Name another journal with --journal; this file was not changed.",
            ),
            Self::Full { .. } => (
                "journal-full",
                "Free space on its disk, then resume; nothing runs that is not in the journal.",
            ),
            Self::ReadOnly { .. } => (
                "journal-read-only",
                "Make the file and its folder writable, or name another journal with --journal.",
            ),
            Self::Busy { .. } => (
                "journal-busy",
                "Try again; if it stays so, look for a stuck process that uses the journal.",
            ),
            Self::Sql { .. } | Self::Migration { .. } | Self::File { .. } => (
                "journal-failed",
                "Check that the file and its disk are sound and may be read and written.",
            ),
            Self::FileExists { .. } => ("file-exists", "Choose a name that is not taken."),
            Self::NotFound { .. } => (
                "session-not-found",
                "List the sessions with `stopover sessions`.",
            ),
            Self::Ambiguous { .. } => ("session-ambiguous", "Write more of the id."),
            Self::Exists { .. } => ("session-exists", "Start the session again under a new id."),
            Self::NotAStart { .. } => ("session-not-started", "Start the session first."),
            Self::TooLarge { .. } => (
                "event-too-large",
                "Split the step, or shorten what it prints.",
            ),
            Self::Broken { .. } => (
                "broken-chain",
                "Run `stopover journal verify`; keep the file as it is and start a new session.",
            ),
            Self::Unreadable { .. } => (
                "unreadable-journal",
                "Run `stopover journal verify` to see whether the file was changed.",
            ),
        };
        Problem::new(code, self.to_string(), hint)
    }

    /// Returns what an error of SQLite means for the journal at `path`.
    pub(crate) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        let Some(error) = source.sqlite_error().copied() else {
            return Self::Sql { path, source };
        };
        match error.code {
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::Corrupt {
                path,
                source: source.into(),
            },
            ErrorCode::DiskFull => Self::Full {
                path,
                source: source.into(),
            },
            // A quota or a limit on file sizes shows as a failed write, and so does a full disk under the shared index.
            ErrorCode::SystemIoFailure
                if matches!(
                    error.extended_code,
                    ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE
                ) =>
            {
                Self::Full {
                    path,
                    source: source.into(),
                }
            }
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly {
                path,
                source: source.into(),
            },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy { path, source },
            _ => Self::Sql { path, source },
        }
    }

    /// Returns what an error of the file system means for the file at `path`.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::Full {
                    path,
                    source: source.into(),
                }
            }
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::ReadOnly {
                path,
                source: source.into(),
            },
            _ => Self::File { path, source },
        }
    }
}

/// Names the file an error is about.
pub(crate) trait At<T> {
    /// Returns the value, or the error as one of the journal at `path`.
    fn at(self, path: &Path) -> Result<T, JournalError>;
}

impl<T> At<T> for Result<T, rusqlite::Error> {
    fn at(self, path: &Path) -> Result<T, JournalError> {
        self.map_err(|source| JournalError::sqlite(path, source))
    }
}

impl<T> At<T> for Result<T, std::io::Error> {
    fn at(self, path: &Path) -> Result<T, JournalError> {
        self.map_err(|source| JournalError::io(path, source))
    }
}
