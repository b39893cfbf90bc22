//! What went wrong in a database, classified by SQLSTATE, error number or result code, never by the text.

use stopover_plan::Problem;
use stopover_plan::model::Engine;

/// What an error of a database means for the one who sent the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DbClass {
    /// A lock was not granted in time; the statement had no effect.
    LockTimeout,
    /// Chosen as the victim of a deadlock.
    Deadlock,
    /// The transaction could not be serialised with another; repeat it whole.
    Serialization,
    /// One statement ran longer than it was allowed to.
    StatementTimeout,
    /// Cancelled by a person or by this program.
    Cancelled,
    /// The connection is gone; what was in flight may or may not have happened.
    Lost,
    /// A write was refused because session, database or server only reads.
    ReadOnly,
    /// The rows violate a constraint.
    Constraint,
    /// The database user may not do this.
    Privilege,
    /// The statement itself is wrong: its syntax, or an object it names.
    Syntax,
    /// The server has no space left.
    DiskFull,
    /// Anything else.
    Other,
}

impl DbClass {
    /// Returns true when repeating the same work may succeed: lock timeout, deadlock, serialization failure.
    pub fn is_retriable(self) -> bool {
        matches!(
            self,
            DbClass::LockTimeout | DbClass::Deadlock | DbClass::Serialization
        )
    }
}

/// An error of a database, or of the way to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} [{code}]")]
pub struct DbError {
    /// SQLSTATE of PostgreSQL, error number of MySQL, extended result code of SQLite; a word such as `io` when
    /// no server spoke.
    pub code: String,
    /// What the server says, with its detail; secrets of the statement are hidden.
    pub message: String,
    /// What it means.
    pub class: DbClass,
    /// Character of the statement it is about, from 1, where the server says so.
    pub position: Option<usize>,
}

impl DbError {
    /// Returns what sqlx reports, as an error of this engine.
    pub(crate) fn of(engine: Engine, error: &sqlx::Error) -> Self {
        from_sqlx(engine, error)
    }

    /// Returns an error that no server spoke.
    pub(crate) fn own(code: &str, message: impl Into<String>, class: DbClass) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            class,
            position: None,
        }
    }

    /// Returns the error as a person is shown it.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self.class {
            DbClass::LockTimeout => (
                "lock-timeout",
                "Find the session that holds the lock, or try again at a quieter time.",
            ),
            DbClass::Deadlock => ("deadlock", "Try again; the other transaction has ended."),
            DbClass::Serialization => (
                "serialization-failure",
                "Try again; the other transaction has ended.",
            ),
            DbClass::StatementTimeout => (
                "statement-timeout",
                "Raise statement_timeout of the step, or make the statement smaller.",
            ),
            DbClass::Cancelled => ("cancelled", "Retry the step when you are ready."),
            DbClass::Lost => (
                "connection-lost",
                "Check that the server runs and can be reached, then resume.",
            ),
            DbClass::ReadOnly => (
                "read-only",
                "Connect to the primary with a connection that may write.",
            ),
            DbClass::Constraint => (
                "constraint",
                "Correct the rows that violate the constraint, then retry.",
            ),
            DbClass::Privilege => (
                "privilege",
                "Grant the privilege to the database user, or connect as another one.",
            ),
            DbClass::Syntax => ("sql", ""),
            DbClass::DiskFull => ("disk-full", "Free space on the server, then retry."),
            DbClass::Other => ("database", ""),
        };
        Problem::new(code, self.to_string(), hint)
    }
}

/// Returns what sqlx reports as a database error of this engine.
fn from_sqlx(engine: Engine, error: &sqlx::Error) -> DbError {
    match error {
        sqlx::Error::Database(error) => match engine {
            Engine::Postgresql => postgresql(error.as_ref()),
            Engine::Mysql => mysql(error.as_ref()),
            Engine::Sqlite => sqlite(error.as_ref()),
        },
        sqlx::Error::Io(error) => DbError::own(
            "io",
            format!("the connection broke: {error}"),
            DbClass::Lost,
        ),
        sqlx::Error::Tls(error) => {
            DbError::own("tls", format!("TLS failed: {error}"), DbClass::Lost)
        }
        sqlx::Error::WorkerCrashed => DbError::own(
            "worker",
            "the connection's thread ended unexpectedly",
            DbClass::Lost,
        ),
        // The driver lost its place in the conversation, so nothing more can be asked on this connection.
        sqlx::Error::Protocol(message) => DbError::own(
            "protocol",
            format!("the server answered something the client cannot follow: {message}"),
            DbClass::Lost,
        ),
        other => DbError::own("client", other.to_string(), DbClass::Other),
    }
}

fn postgresql(error: &dyn sqlx::error::DatabaseError) -> DbError {
    let code = error.code().unwrap_or_default().into_owned();
    let mut message = error.message().to_owned();
    let mut position = None;
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        if let Some(detail) = error.detail() {
            message = format!("{message} ({detail})");
        }
        if let Some(sqlx::postgres::PgErrorPosition::Original(at)) = error.position() {
            position = Some(at);
        }
    }
    DbError {
        class: class_of_sqlstate(&code),
        code,
        message,
        position,
    }
}

/// Classifies a SQLSTATE of PostgreSQL (its appendix A). 57014 stands for both a timeout and a cancellation;
/// it is returned as `Cancelled`, and the caller, who knows the timeout and the time, refines it.
fn class_of_sqlstate(code: &str) -> DbClass {
    match code {
        "55P03" => DbClass::LockTimeout,
        "40P01" => DbClass::Deadlock,
        "40001" => DbClass::Serialization,
        "57014" => DbClass::Cancelled,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => DbClass::Lost,
        "25006" => DbClass::ReadOnly,
        "53100" => DbClass::DiskFull,
        "42501" => DbClass::Privilege,
        _ if code.starts_with("08") => DbClass::Lost,
        _ if code.starts_with("23") => DbClass::Constraint,
        _ if code.starts_with("28") => DbClass::Privilege,
        _ if code.starts_with("42") || code.starts_with("3F") => DbClass::Syntax,
        _ => DbClass::Other,
    }
}

fn mysql(error: &dyn sqlx::error::DatabaseError) -> DbError {
    let number = error
        .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
        .map_or(0, sqlx::mysql::MySqlDatabaseError::number);
    let state = error.code().unwrap_or_default();
    DbError {
        code: number.to_string(),
        message: error.message().to_owned(),
        class: class_of_errno(number, &state),
        position: None,
    }
}

/// Classifies an error number of MySQL or MariaDB; where both use one number for two things, SQLSTATE decides.
fn class_of_errno(number: u16, state: &str) -> DbClass {
    match number {
        1205 | 3572 => DbClass::LockTimeout,
        1213 => DbClass::Deadlock,
        1020 => DbClass::Serialization,
        3024 | 1969 => DbClass::StatementTimeout,
        1317 => DbClass::Cancelled,
        1053 | 1077..=1080 | 1152..=1161 | 1184 | 1927 | 2006 | 2013 | 2055 | 4031 => DbClass::Lost,
        1223 | 1290 | 1792 | 1836 => DbClass::ReadOnly,
        1022 | 1048 | 1062 | 1169 | 1216 | 1217 | 1364 | 1451 | 1452 | 1557 | 1586 | 1761
        | 1762 | 3819 => DbClass::Constraint,
        1044 | 1045 | 1095 | 1130 | 1142 | 1143 | 1227 | 1370 | 1410 | 1698 => DbClass::Privilege,
        1021 | 1114 => DbClass::DiskFull,
        _ if state == "40001" => DbClass::Deadlock,
        _ if state.starts_with("23") => DbClass::Constraint,
        _ if state.starts_with("08") => DbClass::Lost,
        _ if state.starts_with("42") => DbClass::Syntax,
        _ => DbClass::Other,
    }
}

fn sqlite(error: &dyn sqlx::error::DatabaseError) -> DbError {
    let code = error.code().unwrap_or_default().into_owned();
    DbError {
        class: code.parse().map_or(DbClass::Other, class_of_result_code),
        code,
        message: error.message().to_owned(),
        position: None,
    }
}

/// Classifies an extended result code of SQLite (<https://www.sqlite.org/rescode.html>).
fn class_of_result_code(code: i32) -> DbClass {
    // SQLITE_BUSY_SNAPSHOT: waiting does not help, only beginning the transaction again does.
    if code == 517 {
        return DbClass::Serialization;
    }
    match code & 0xff {
        1 | 21 | 25 => DbClass::Syntax,
        3 | 23 => DbClass::Privilege,
        5 | 6 => DbClass::LockTimeout,
        8 => DbClass::ReadOnly,
        9 => DbClass::Cancelled,
        13 => DbClass::DiskFull,
        19 => DbClass::Constraint,
        _ => DbClass::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlstate_has_one_class() {
        for (code, class) in [
            ("55P03", DbClass::LockTimeout),
            ("40P01", DbClass::Deadlock),
            ("40001", DbClass::Serialization),
            ("57014", DbClass::Cancelled),
            ("57P01", DbClass::Lost),
            ("08006", DbClass::Lost),
            ("25006", DbClass::ReadOnly),
            ("23505", DbClass::Constraint),
            ("42501", DbClass::Privilege),
            ("42601", DbClass::Syntax),
            ("42P01", DbClass::Syntax),
            ("53100", DbClass::DiskFull),
            ("22012", DbClass::Other),
            ("", DbClass::Other),
        ] {
            assert_eq!(class_of_sqlstate(code), class, "{code}");
        }
    }

    #[test]
    fn an_error_number_has_one_class() {
        for (number, state, class) in [
            (1205, "HY000", DbClass::LockTimeout),
            (1213, "40001", DbClass::Deadlock),
            (3024, "HY000", DbClass::StatementTimeout),
            (1969, "70100", DbClass::StatementTimeout),
            (1317, "70100", DbClass::Cancelled),
            (2006, "HY000", DbClass::Lost),
            (1927, "70100", DbClass::Lost),
            (1053, "08S01", DbClass::Lost),
            (1290, "HY000", DbClass::ReadOnly),
            (1792, "25006", DbClass::ReadOnly),
            (1045, "28000", DbClass::Privilege),
            (1142, "42000", DbClass::Privilege),
            (1451, "23000", DbClass::Constraint),
            (4025, "23000", DbClass::Constraint),
            (1064, "42000", DbClass::Syntax),
            (1146, "42S02", DbClass::Syntax),
            (1114, "HY000", DbClass::DiskFull),
            (1365, "22012", DbClass::Other),
        ] {
            assert_eq!(class_of_errno(number, state), class, "{number}");
        }
    }

    #[test]
    fn a_result_code_of_sqlite_has_one_class() {
        for (code, class) in [
            (5, DbClass::LockTimeout),
            (261, DbClass::LockTimeout),
            (517, DbClass::Serialization),
            (6, DbClass::LockTimeout),
            (8, DbClass::ReadOnly),
            (264, DbClass::ReadOnly),
            (9, DbClass::Cancelled),
            (13, DbClass::DiskFull),
            (2067, DbClass::Constraint),
            (1, DbClass::Syntax),
            (11, DbClass::Other),
        ] {
            assert_eq!(class_of_result_code(code), class, "{code}");
        }
    }
}
