//! Why a backup was not made, or not restored.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use stopover_plan::Problem;
use stopover_plan::model::Engine;

use super::difference::Difference;
use crate::db::{DbClass, DbError};
use crate::error::EngineError;

/// Why a backup was not made, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something stands under the name to be written.
    #[error("{} exists already", path.display())]
    Exists {
        /// File or folder.
        path: PathBuf,
    },
    /// Another process writes the same backup.
    #[error("{} is being written by another process", path.display())]
    Busy {
        /// The part.
        path: PathBuf,
    },
    /// A file could not be used.
    #[error("{} could not be {doing}: {source}", path.display())]
    File {
        /// File or folder.
        path: PathBuf,
        /// `read`, `written`, …
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gave no thread.
    #[error("the work was lost: {source}")]
    Thread {
        /// What the system says.
        source: std::io::Error,
    },
    /// The engine has no such format.
    #[error("{} has no {format} backups", engine.word())]
    Format {
        /// Engine.
        engine: Engine,
        /// Format.
        format: &'static str,
    },
    /// A tool is not installed.
    #[error("{tool} is not installed")]
    ToolMissing {
        /// Tool.
        tool: String,
        /// How to get it.
        remedy: String,
    },
    /// Every installed tool is older than the server, and would leave things out.
    #[error("{tool} {tool_version} is older than the server, which is {server_version}")]
    ToolTooOld {
        /// Tool.
        tool: String,
        /// Its version.
        tool_version: String,
        /// The server's version.
        server_version: String,
        /// How to get a newer one.
        remedy: String,
    },
    /// A tool would have to take a server's certificate on trust.
    #[error(
        "{tool} cannot check that the certificate is that of {host}: through an SSH tunnel it meets 127.0.0.1"
    )]
    Unchecked {
        /// Tool.
        tool: String,
        /// Host as the connection names it.
        host: String,
    },
    /// A tool ended badly.
    #[error("{tool} {ended}{}", said_of(said))]
    Tool {
        /// Tool.
        tool: String,
        /// How it ended: `ended with exit 1`, `was ended by signal 9`.
        ended: String,
        /// Its last lines, escaped, without secrets.
        said: String,
    },
    /// A dump has no proof of its completeness.
    #[error("{} is not a complete backup: {why}", path.display())]
    Incomplete {
        /// File or folder.
        path: PathBuf,
        /// What is missing, as a clause.
        why: String,
    },
    /// A file is not what was recorded when it was made.
    #[error("{} is not the file that was made: its {what} is {found}, {recorded} was recorded", path.display())]
    Changed {
        /// File or folder.
        path: PathBuf,
        /// `size` or `SHA-256`.
        what: &'static str,
        /// What was recorded.
        recorded: String,
        /// What it is.
        found: String,
    },
    /// A backup was restored and its tables differ from those dumped.
    #[error("the restored tables differ from the dumped ones: {}", list_of(tables))]
    Different {
        /// The tables that differ.
        tables: Vec<Difference>,
    },
    /// Tables changed while they were dumped, so that nothing can be said of their equality.
    #[error("tables changed while they were dumped, so the restored ones could not be compared: {}", tables.join(", "))]
    Moved {
        /// The tables.
        tables: Vec<String>,
    },
    /// A script would do more than restore a database.
    #[error("line {line} of {} is refused: {what}", path.display())]
    Hazard {
        /// The script.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What it does, as a clause.
        what: String,
    },
    /// The fresh database is not fresh.
    #[error("the database {name} exists already")]
    DatabaseExists {
        /// Name, or file.
        name: String,
    },
    /// Others are connected to a database that is to be renamed.
    #[error("{database} is in use by {who}")]
    InUse {
        /// Database, or file.
        database: String,
        /// Who, as far as the server tells.
        who: String,
    },
    /// A database has objects that a swap would leave behind.
    #[error("{database} cannot be swapped: renaming its tables leaves behind {}", objects.join(", "))]
    NotSwappable {
        /// Database.
        database: String,
        /// The objects.
        objects: Vec<String>,
    },
    /// A database refused a statement, or was lost.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A database could not be reached.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An SQLite file could not be read or written.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// File.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Someone cancelled it; nothing is left of it.
    #[error("the work was cancelled")]
    Cancelled,
}

fn said_of(said: &str) -> String {
    match said {
        "" => String::new(),
        said => format!(": {said}"),
    }
}

fn list_of(tables: &[Difference]) -> String {
    let mut list: Vec<String> = tables.iter().take(10).map(ToString::to_string).collect();
    if tables.len() > list.len() {
        list.push(format!("and {} more", tables.len() - list.len()));
    }
    list.join(", ")
}

impl BackupError {
    /// Returns what makes an error of the system one about `path`.
    pub(super) fn file(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            path,
            doing,
            source,
        }
    }

    /// Returns what makes an error of SQLite one about `path`.
    pub(super) fn sqlite(path: &Path) -> impl FnOnce(rusqlite::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Sqlite { path, source }
    }

    /// Returns an error about a dump without proof.
    pub(super) fn incomplete(path: &Path, why: impl Into<String>) -> Self {
        Self::Incomplete {
            path: path.to_owned(),
            why: why.into(),
        }
    }

    /// Returns true when someone cancelled it.
    pub fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled => true,
            Self::Db(error) => error.class == DbClass::Cancelled,
            _ => false,
        }
    }

    /// Returns true when a disk is full: this machine's, or the server's.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::File { source, .. } => matches!(
                source.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
            ),
            Self::Db(error) => error.class == DbClass::DiskFull,
            Self::Sqlite { source, .. } => {
                source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            // The tools run with LC_ALL=C, so these are the C library's own words.
            Self::Tool { said, .. } => [
                "No space left on device",
                "File too large",
                "Disk quota exceeded",
                // MariaDB's tools say the number: too large, no space, quota.
                "Got errno 27 ",
                "Got errno 28 ",
                "Got errno 122 ",
            ]
            .iter()
            .any(|words| said.contains(words)),
            _ => false,
        }
    }

    /// Returns the error as a person is shown it.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self {
            _ if self.is_disk_full() => (
                "disk-full",
                "Free space, or write the backup to another disk; the database is unchanged.",
            ),
            Self::Db(error) => return error.problem(),
            Self::Engine(error) => return error.problem(),
            Self::ToolMissing { remedy, .. } => ("tool-missing", remedy.as_str()),
            Self::ToolTooOld { remedy, .. } => ("tool-too-old", remedy.as_str()),
            Self::Exists { .. } => (
                "backup-exists",
                "Choose another name; `{time}` in it makes every name new.",
            ),
            Self::Busy { .. } => (
                "backup-busy",
                "Wait until the other process ends, or choose another name.",
            ),
            Self::File { .. } => ("file", "Check the path, its disk and its permissions."),
            Self::Thread { .. } => ("lost", "Try again."),
            Self::Format { .. } => (
                "backup-format",
                "Leave out `format`; `directory` is for PostgreSQL.",
            ),
            Self::Unchecked { .. } => (
                "certificate-unchecked",
                "Use sslmode=require with the tunnel, whose own host key is checked, or reach the server without it.",
            ),
            Self::Tool { .. } => ("tool-failed", "Mend what the tool names, then retry."),
            Self::Incomplete { .. } => (
                "backup-incomplete",
                "Make the backup again, or use another one; the database is unchanged.",
            ),
            Self::Changed { .. } => (
                "backup-changed",
                "Fetch the file again, or use another backup; the database is unchanged.",
            ),
            Self::Different { .. } => (
                "backup-different",
                "Look for what differs between dump and restore (extensions, collations, triggers) before relying on this backup.",
            ),
            Self::Moved { .. } => (
                "backup-moved",
                "Stop the writers during the backup, or leave out `restore_check`.",
            ),
            Self::Hazard { .. } => (
                "dump-hazard",
                "Find out where the file comes from; no tool writes such a line into the dump of one database.",
            ),
            Self::DatabaseExists { .. } => (
                "database-exists",
                "Choose another name with `into`, or drop that database yourself.",
            ),
            Self::InUse { .. } => (
                "in-use",
                "Stop the application, or end these sessions, then retry.",
            ),
            Self::NotSwappable { .. } => (
                "not-swappable",
                "Restore without `swap`, and point the application at the restored database.",
            ),
            Self::Sqlite { .. } => (
                "sqlite",
                "Check the file, its disk, and who else has it open.",
            ),
            Self::Cancelled => ("cancelled", "Retry when you are ready."),
        };
        Problem::new(code, self.to_string(), hint)
    }
}
