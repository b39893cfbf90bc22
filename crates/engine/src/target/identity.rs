//! Which database this is, and whether it takes writes.

use std::path::Path;

use stopover_plan::model::Engine;

use crate::db::{Db, DbClass, DbError};
use crate::error::EngineError;

/// A database as it names itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Identity {
    /// What makes it this database and no other; compared when a session is resumed. A database that was swapped in
    /// under the same name has another identity.
    pub identity: String,
    /// Version as the server names itself.
    pub server_version: String,
    /// Database name, or the file's canonical path.
    pub database: String,
    /// Database user; of SQLite the one of the operating system.
    pub user: String,
    /// True when the server follows another one.
    pub is_replica: bool,
    /// True when it refuses writes: replica, read-only server, database or session, or an SQLite file or folder
    /// that cannot be written.
    pub read_only: bool,
}

/// Asks a database who it is. Changes nothing.
///
/// # Errors
/// The database's.
pub async fn inspect_identity(db: &mut Db) -> Result<Identity, EngineError> {
    match db.engine() {
        Engine::Postgresql => postgresql(db).await,
        Engine::Mysql => mysql(db).await,
        Engine::Sqlite => sqlite(db).await,
    }
}

async fn row(db: &mut Db, sql: &str) -> Result<Vec<String>, DbError> {
    let rows = db.rows(sql, 1).await?;
    let row = rows.rows.into_iter().next().unwrap_or_default();
    Ok(row.into_iter().map(Option::unwrap_or_default).collect())
}

/// Returns what the server says, or `None` where it does not know the question or may not answer it.
async fn perhaps(db: &mut Db, sql: &str) -> Result<Option<String>, DbError> {
    match db.scalar(sql).await {
        Ok(value) => Ok(value),
        Err(error)
            if matches!(
                error.class,
                DbClass::Privilege | DbClass::Syntax | DbClass::Other
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn postgresql(db: &mut Db) -> Result<Identity, EngineError> {
    let sql = "SELECT version(), current_database(), current_user, d.oid, pg_is_in_recovery(), \
         current_setting('transaction_read_only') \
         FROM pg_catalog.pg_database d WHERE d.datname = current_database()";
    let row: [String; 6] = row(db, sql).await?.try_into().unwrap_or_default();
    let [server_version, database, user, oid, recovery, read_only] = row;
    // Not granted to everybody everywhere; without it the database is told by its number and name alone.
    let system = perhaps(
        db,
        "SELECT system_identifier FROM pg_catalog.pg_control_system()",
    )
    .await?;
    let is_replica = recovery == "t";
    // `PostgreSQL 15.8 (Debian …) on x86_64-pc-linux-gnu, compiled by …`
    let server_version = server_version
        .split(" on ")
        .next()
        .unwrap_or_default()
        .to_owned();
    Ok(Identity {
        identity: format!("postgresql:{}:{oid}:{database}", system.unwrap_or_default()),
        server_version,
        database,
        user,
        is_replica,
        read_only: is_replica || read_only == "on",
    })
}

async fn mysql(db: &mut Db) -> Result<Identity, EngineError> {
    let sql = "SELECT VERSION(), COALESCE(DATABASE(), ''), CURRENT_USER(), @@hostname, @@port, \
         @@datadir, @@global.read_only";
    let row: [String; 7] = row(db, sql).await?.try_into().unwrap_or_default();
    let [version, database, user, host, port, folder, read_only] = row;
    let mariadb = db.is_mariadb();
    let unique = if mariadb {
        perhaps(db, "SELECT @@server_uid").await?
    } else {
        perhaps(db, "SELECT @@server_uuid").await?
    };
    // MariaDB names itself in its version; MySQL does not.
    let server_version = if mariadb {
        version
    } else {
        format!("MySQL {version}")
    };
    let super_read_only = perhaps(db, "SELECT @@global.super_read_only").await?;
    let session = if mariadb {
        "@@tx_read_only"
    } else {
        "@@transaction_read_only"
    };
    let session_read_only = perhaps(db, &format!("SELECT {session}")).await?;
    let status = if mariadb {
        "SHOW ALL SLAVES STATUS"
    } else {
        "SHOW REPLICA STATUS"
    };
    let is_replica = match db.rows(status, 1).await {
        Ok(rows) => !rows.rows.is_empty(),
        Err(error) if error.class == DbClass::Lost => return Err(error.into()),
        // Needs a privilege of its own; a replica is then told by its read_only.
        Err(_) => false,
    };
    let is_on = |value: &str| matches!(value, "1" | "ON");
    Ok(Identity {
        identity: format!(
            "mysql:{}:{host}:{port}:{folder}:{database}",
            unique.unwrap_or_default()
        ),
        server_version,
        database,
        user,
        is_replica,
        read_only: is_on(&read_only)
            || super_read_only.as_deref().is_some_and(is_on)
            || session_read_only.as_deref().is_some_and(is_on),
    })
}

async fn sqlite(db: &mut Db) -> Result<Identity, EngineError> {
    let version = db
        .scalar("SELECT sqlite_version()")
        .await?
        .unwrap_or_default();
    let application = db
        .scalar("PRAGMA application_id")
        .await?
        .unwrap_or_default();
    let query_only = db.scalar("PRAGMA query_only").await?.unwrap_or_default();
    let path = Path::new(&db.login().connection().database);
    let canonical = path.canonicalize().map_err(|source| EngineError::File {
        path: path.to_owned(),
        doing: "found",
        source,
    })?;
    Ok(Identity {
        identity: format!(
            "sqlite:{}:{application}:{}",
            file_number(&canonical),
            canonical.display()
        ),
        server_version: format!("SQLite {version}"),
        database: canonical.display().to_string(),
        user: db.login().user(),
        is_replica: false,
        read_only: query_only == "1" || !is_writable(&canonical),
    })
}

#[cfg(unix)]
fn file_number(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map_or_else(
        |_| String::new(),
        |metadata| format!("{}-{}", metadata.dev(), metadata.ino()),
    )
}

#[cfg(not(unix))]
fn file_number(_: &Path) -> String {
    String::new()
}

/// Returns true when the file and its folder, where SQLite keeps its journal, can be written.
#[cfg(unix)]
fn is_writable(path: &Path) -> bool {
    use nix::unistd::{AccessFlags, access};
    let folder = path.parent().unwrap_or(Path::new("."));
    access(path, AccessFlags::W_OK).is_ok()
        && access(folder, AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.permissions().readonly())
}
