//! The format of the file: which one it is in, and bringing it up to date. Forward only.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::{At, JournalError};

/// `Stov`, in the header of every journal; the first migration writes it.
const APPLICATION_ID: i64 = 0x5374_6F76;

const STEPS: &[M<'static>] = &[M::up(include_str!("../../../migrations/0001_journal.sql"))];

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Empty, or of an older program.
    Behind,
    /// Of this program.
    Current,
}

/// Returns the format of a file without changing it.
///
/// # Errors
/// `Newer`, `Foreign`, `Corrupt`, and whatever hinders reading.
pub(crate) fn inspect(connection: &Connection, path: &Path) -> Result<Format, JournalError> {
    let number = |pragma: &str| -> Result<i64, JournalError> {
        connection
            .pragma_query_value(None, pragma, |row| row.get(0))
            .at(path)
    };
    let application = number("application_id")?;
    let found = number("user_version")?;
    let known = STEPS.len() as i64;
    if application != APPLICATION_ID {
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .at(path)?;
        if application != 0 || found != 0 || tables != 0 {
            return Err(JournalError::Foreign {
                path: path.to_owned(),
            });
        }
    }
    match found {
        _ if found > known => Err(JournalError::Newer {
            path: path.to_owned(),
            found,
            known,
        }),
        _ if found == known => Ok(Format::Current),
        _ => Ok(Format::Behind),
    }
}

/// Brings the file to the format of this program.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), JournalError> {
    Migrations::from_slice(STEPS)
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => JournalError::sqlite(path, err),
            source => JournalError::Migration {
                path: path.to_owned(),
                source,
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_run_and_leave_a_journal_of_this_program() {
        let mut connection = Connection::open_in_memory().expect("memory is there");
        let path = Path::new("memory");
        assert_eq!(inspect(&connection, path).expect("empty"), Format::Behind);
        migrate(&mut connection, path).expect("migrates");
        assert_eq!(inspect(&connection, path).expect("read"), Format::Current);
    }
}
