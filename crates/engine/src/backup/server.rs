//! What a PostgreSQL server says of itself, and the database from which its others are managed.

use super::BackupError;
use crate::connect::Login;
use crate::db::Db;

/// Database every cluster has, from which others are created, renamed and dropped.
const MAINTENANCE: &str = "postgres";

/// Version of a server.
pub(super) struct Server {
    pub(super) version: String,
    pub(super) major: u32,
}

/// Asks a server for its version.
pub(super) async fn server(db: &mut Db) -> Result<Server, BackupError> {
    let version = db.scalar("SHOW server_version").await?.unwrap_or_default();
    let number = db
        .scalar("SHOW server_version_num")
        .await?
        .unwrap_or_default();
    Ok(Server {
        major: number.parse::<u32>().map_or(0, |number| number / 10_000),
        version,
    })
}

/// Returns a login to the database from which others are managed.
pub(super) fn maintenance(login: &Login) -> Login {
    login.to_database(MAINTENANCE)
}
