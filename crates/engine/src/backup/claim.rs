//! Whose a scratch database is: its name says the session, and a lock on the server says that its maker lives.

use sha2::{Digest, Sha256};
use stopover_plan::model::Engine;

use super::BackupError;
use super::scratch::{drop_on, settings};
use super::server::maintenance;
use crate::connect::Login;
use crate::db::Db;
use crate::quote::literal;

/// First half of the advisory lock's key in PostgreSQL; "Scra" in ASCII.
const CLASS: i32 = 0x5363_7261;

/// Returns the owner of the scratch databases of backups by themselves: the database user, who may drop what it made and
/// nothing of others. No session has such an id.
pub(super) fn by_itself(login: &Login) -> String {
    format!("by itself, as {}", login.user())
}

/// Returns what the names of an owner's scratch databases begin with.
fn prefix(owner: &str) -> String {
    let digest = hex::encode(Sha256::digest(owner.as_bytes()));
    format!("stopover_check_{}_", &digest[..16])
}

/// Returns a name that nothing else has; at most 63 bytes, as PostgreSQL allows.
pub(super) fn name(owner: &str) -> String {
    let now = chrono::Utc::now().format("%Y%m%d%H%M%S%6f");
    format!("{}{now}_{}", prefix(owner), std::process::id())
}

/// Returns true for names that [`name`] gives for this owner, and for no other.
fn is_of(owner: &str, name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix(&prefix(owner))
        .and_then(|rest| rest.split_once('_'))
        .is_some_and(|(time, pid)| digits(time) && digits(pid))
}

/// Claims a scratch database, created or about to be, for as long as this connection lives; PostgreSQL's is to be one
/// to the maintenance database. Returns false when a living maker has claimed it.
pub(super) async fn claim(db: &mut Db, name: &str) -> Result<bool, BackupError> {
    // It idles while a tool restores, which may take hours.
    let (patient, sql, taken) = match db.engine() {
        Engine::Mysql => (
            "SET SESSION wait_timeout = 2147483".to_owned(),
            // The name has no more characters than a lock's may have.
            format!("SELECT GET_LOCK({}, 0)", literal(Engine::Mysql, name)),
            "1",
        ),
        _ => (
            "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'idle_session_timeout'"
                .to_owned(),
            format!("SELECT pg_try_advisory_lock({CLASS}, {})", key(name)),
            "t",
        ),
    };
    db.run(&patient).await?;
    Ok(db.scalar(&sql).await?.as_deref() == Some(taken))
}

fn key(name: &str) -> i32 {
    let digest = Sha256::digest(name.as_bytes());
    i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Drops the scratch databases that a killed runner of this session left on the server, and ends what still works in
/// them; one that a living runner has claimed stays. Returns the names of those dropped.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn sweep(login: &Login, session: &str) -> Result<Vec<String>, BackupError> {
    sweep_of(login, session, session).await
}

/// As [`sweep`], of those that killed backups by themselves left there as the same database user.
///
/// # Errors
/// As [`sweep`].
pub async fn sweep_by_itself(login: &Login) -> Result<Vec<String>, BackupError> {
    sweep_of(login, &by_itself(login), "").await
}

async fn sweep_of(login: &Login, owner: &str, session: &str) -> Result<Vec<String>, BackupError> {
    let admin = match login.engine() {
        Engine::Sqlite => return Ok(Vec::new()),
        _ if login.connection().read_only => return Ok(Vec::new()),
        Engine::Postgresql => maintenance(login),
        Engine::Mysql => login.clone(),
    };
    let mut db = Db::open(&admin, &settings(session, "sweep")).await?;
    let swept = sweep_on(&mut db, owner).await;
    db.close().await;
    swept
}

async fn sweep_on(db: &mut Db, owner: &str) -> Result<Vec<String>, BackupError> {
    let sql = match db.engine() {
        Engine::Mysql => "SELECT schema_name FROM information_schema.schemata",
        _ => "SELECT datname FROM pg_catalog.pg_database",
    };
    let rows = db.rows(sql, 1_000_000).await?.rows;
    let mut swept = Vec::new();
    for name in rows.into_iter().flatten().flatten() {
        if is_of(owner, &name) && claim(db, &name).await? {
            drop_on(db, &name).await?;
            swept.push(name);
        }
    }
    Ok(swept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_and_says_whose_it_is() {
        let given = name("20261121-080000-abcdef");
        assert!(given.len() <= 63, "{given}");
        assert!(is_of("20261121-080000-abcdef", &given));
        assert!(!is_of("20261121-080000-abcdee", &given));
    }

    #[test]
    fn a_name_that_was_not_given_is_nobodys() {
        let own = prefix("s");
        for rest in ["", "1", "1_", "_1", "1_1x", "backup_1", "1_2_3"] {
            assert!(!is_of("s", &format!("{own}{rest}")), "{rest}");
        }
        assert!(!is_of("s", "stopover_check_1_1"));
    }
}
