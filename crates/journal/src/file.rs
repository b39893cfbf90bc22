//! The journal as a file: its folder, its permissions, its connection settings, and setting a damaged one aside.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{At, JournalError};

/// How long a process waits for another one's transaction; ours last milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the path as an absolute one, which SQLite takes for a file whatever it is called.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, JournalError> {
    std::path::absolute(path).at(path)
}

/// Opens the existing file. Nothing in it is changed, neither now nor when the connection closes,
/// until [`checkpoint_on_close`] allows it.
///
/// On a disk that cannot be written it falls back to reading the file alone, if no log lies beside it.
pub(crate) fn connect(path: &Path) -> Result<Connection, JournalError> {
    let connection = configured(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    match first_read(&connection) {
        Err(error) if needs_a_writable_folder(&error) => connect_read_only(path),
        other => other.at(path).map(|()| connection),
    }
}

/// Opens the existing file for reading.
pub(crate) fn connect_read_only(path: &Path) -> Result<Connection, JournalError> {
    let connection = configured(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match first_read(&connection) {
        Err(error) if needs_a_writable_folder(&error) && !beside(path, "-wal").exists() => {
            // Without a log beside it the file is complete and, on a disk nobody can write, stays as it is.
            let connection = Connection::open_with_flags(
                immutable_uri(path),
                OpenFlags::SQLITE_OPEN_READ_ONLY
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX
                    | OpenFlags::SQLITE_OPEN_URI,
            )
            .at(path)?;
            first_read(&connection).at(path)?;
            Ok(connection)
        }
        other => other.at(path).map(|()| connection),
    }
}

fn configured(path: &Path, access: OpenFlags) -> Result<Connection, JournalError> {
    let connection =
        Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).at(path)?;
    connection.busy_timeout(PATIENCE).at(path)?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .at(path)?;
    Ok(connection)
}

fn first_read(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn needs_a_writable_folder(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            other => uri.push(other),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Sets a connection up for durable writing.
pub(crate) fn prepare_for_writing(
    connection: &Connection,
    path: &Path,
) -> Result<(), JournalError> {
    // The names of pragmas are ours; a power cut is survived on macOS only with `fullfsync`.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
             PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
        )
        .at(path)?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .at(path)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// The right to create, migrate or set aside the file; ends when dropped, also by a crash.
pub(crate) struct Turn {
    _lock: File,
}

/// What the file whose lock is the turn is called, after the journal's name.
const TURNS: &str = ".stopover-lock";

/// Returns whether a process ever took its turn with this file; whoever changes the file itself has.
pub(crate) fn has_turns(path: &Path) -> bool {
    beside(path, TURNS).exists()
}

/// Waits until no other process creates, migrates or sets aside this file; creates the folder.
pub(crate) fn take_turn(path: &Path) -> Result<Turn, JournalError> {
    if let Some(folder) = path.parent() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).at(folder)?;
    }
    // The lock is a file of its own: closing any other handle of the journal would end SQLite's locks on it.
    let lock_path = beside(path, TURNS);
    let lock = private()
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .at(path)?;
    lock.lock().at(&lock_path)?;
    Ok(Turn { _lock: lock })
}

/// Creates an empty file that only its owner may read, if there is none.
pub(crate) fn create(path: &Path, _turn: &Turn) -> Result<(), JournalError> {
    match private().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(JournalError::io(path, error)),
    }
}

/// Returns options for writing a file that only its owner may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Renames the file and its companions; returns the new name.
pub(crate) fn set_aside(path: &Path, at_s: i64, _turn: &Turn) -> Result<PathBuf, JournalError> {
    let mut aside = beside(path, &format!(".corrupt-{at_s}"));
    let mut again = 1;
    while aside.exists() {
        again += 1;
        aside = beside(path, &format!(".corrupt-{at_s}-{again}"));
    }
    for companion in ["-wal", "-shm"] {
        let from = beside(path, companion);
        if from.exists() {
            std::fs::rename(&from, beside(&aside, companion)).at(&from)?;
        }
    }
    std::fs::rename(path, &aside).at(path)?;
    Ok(aside)
}

/// Returns the path with `suffix` added to its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_immutable_uri_keeps_question_marks_in_the_path() {
        assert_eq!(
            immutable_uri(Path::new("/a?b#c%d/e f")),
            "file:/a%3fb%23c%25d/e f?immutable=1"
        );
    }
}
