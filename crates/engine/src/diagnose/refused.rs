//! What a server that answers, and refuses, means by its code.

use stopover_plan::model::Engine;

use super::{connect_error, whereabouts};
use crate::connect::Login;
use crate::db::DbError;
use crate::error::{EngineError, Place};

/// Returns the error of a database that was met and refused, by its code.
pub(super) fn by_database(login: &Login, error: DbError) -> EngineError {
    match login.engine() {
        Engine::Postgresql => by_postgresql(login, error),
        Engine::Mysql => by_mysql(login, error),
        Engine::Sqlite => by_sqlite(login, error),
    }
}

fn by_postgresql(login: &Login, error: DbError) -> EngineError {
    let at = whereabouts(login);
    let connection = login.connection();
    let user = login.user();
    // Poolers answer every complaint of their own with this one code, which a server does not use at log-in.
    if error.code == "08P01" {
        return EngineError::PoolingProxy {
            address: at,
            evidence: format!("it refused to log in: {}", error.message),
        };
    }
    let (place, word, hint) = match error.code.as_str() {
        "28P01" => (Place::Authentication, "password", password_hint(login)),
        "28000" => (
            Place::Authentication,
            "authentication",
            format!(
                "Check the user {user}, and the rules for it in pg_hba.conf, which also say whether TLS is needed."
            ),
        ),
        "3D000" => (
            Place::Database,
            "unknown-database",
            format!(
                "Correct the database's name, or create {}.",
                connection.database
            ),
        ),
        "42501" => (
            Place::Privilege,
            "privilege",
            format!(
                "Grant CONNECT on the database {} to {user}.",
                connection.database
            ),
        ),
        "53300" => (
            Place::Host,
            "too-many-connections",
            "Close other connections, or raise max_connections.".to_owned(),
        ),
        "57P03" => (
            Place::Host,
            "starting",
            "Wait until the server has started, then try again.".to_owned(),
        ),
        _ => (
            Place::Authentication,
            "refused",
            "Check the connection's settings.".to_owned(),
        ),
    };
    connect_error(
        place,
        Some(error.code.clone()),
        word,
        format!("{at} refused: {error}"),
        hint,
    )
}

fn by_mysql(login: &Login, error: DbError) -> EngineError {
    let at = whereabouts(login);
    let connection = login.connection();
    let user = login.user();
    let (place, word, hint) = match error.code.as_str() {
        "1045" => (Place::Authentication, "password", password_hint(login)),
        "1698" => (
            Place::Authentication,
            "authentication",
            format!(
                "Let {user} log in by password, or connect through the server's socket as that user."
            ),
        ),
        "1130" | "1129" => (
            Place::Authentication,
            "host-not-allowed",
            format!("Allow {user} to connect from this machine."),
        ),
        "1049" => (
            Place::Database,
            "unknown-database",
            format!(
                "Correct the database's name, or create {}.",
                connection.database
            ),
        ),
        "1044" => (
            Place::Privilege,
            "privilege",
            format!(
                "Grant privileges on the database {} to {user}.",
                connection.database
            ),
        ),
        "3159" => (
            Place::Tls,
            "tls",
            "Set this connection's TLS to require: the server takes no other.".to_owned(),
        ),
        "1040" | "1203" | "1226" => (
            Place::Host,
            "too-many-connections",
            "Close other connections, or raise max_connections.".to_owned(),
        ),
        _ => (
            Place::Authentication,
            "refused",
            "Check the connection's settings.".to_owned(),
        ),
    };
    connect_error(
        place,
        Some(error.code.clone()),
        word,
        format!("{at} refused: {error}"),
        hint,
    )
}

fn by_sqlite(login: &Login, error: DbError) -> EngineError {
    let file = &login.connection().database;
    let (word, hint) = match error.code.parse::<i32>().unwrap_or(0) & 0xff {
        26 => ("not-a-database", "Name an SQLite database file."),
        11 => ("corrupt", "Restore the file from a backup."),
        14 => (
            "file",
            "Check the permissions of the file and of its folder.",
        ),
        5 | 6 => (
            "locked",
            "Wait until the other program lets go of the file.",
        ),
        _ => ("file", "Check the file and its folder."),
    };
    connect_error(
        Place::File,
        Some(error.code.clone()),
        word,
        format!("{file} could not be opened: {error}"),
        hint,
    )
}

fn password_hint(login: &Login) -> String {
    if login.secret().is_some() {
        format!("Correct the password of {}.", login.user())
    } else {
        format!("Give the password of {}; none was found.", login.user())
    }
}
