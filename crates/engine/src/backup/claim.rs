//! Whose a scratch database is: its name says the session, and a lock on the server says that its runner lives.

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

/// Returns what the names of a session's scratch databases begin with.
fn prefix(session: &str) -> String {
    let digest = hex::encode(Sha256::digest(session.as_bytes()));
    format!("stopover_check_{}_", &digest[..16])
}

/// Returns a name that nothing else has; at most 63 bytes, as PostgreSQL allows.
pub(super) fn name(session: &str) -> String {
    let now = chrono::Utc::now().format("%Y%m%d%H%M%S%6f");
    format!("{}{now}_{}", prefix(session), std::process::id())
}

/// Returns true for names that [`name`] gives for this session, and for no other.
fn is_of(session: &str, name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix(&prefix(session))
        .and_then(|rest| rest.split_once('_'))
        .is_some_and(|(time, pid)| digits(time) && digits(pid))
}

/// Claims a scratch database, created or about to be, for as long as this connection lives; PostgreSQL's is to be one
/// to the maintenance database. Returns false when a living runner has claimed it.
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
    let admin = match login.engine() {
        Engine::Sqlite => return Ok(Vec::new()),
        _ if login.connection().read_only => return Ok(Vec::new()),
        Engine::Postgresql => maintenance(login),
        Engine::Mysql => login.clone(),
    };
    let mut db = Db::open(&admin, &settings(session, "sweep")).await?;
    let swept = sweep_on(&mut db, session).await;
    db.close().await;
    swept
}

async fn sweep_on(db: &mut Db, session: &str) -> Result<Vec<String>, BackupError> {
    let sql = match db.engine() {
        Engine::Mysql => "SELECT schema_name FROM information_schema.schemata",
        _ => "SELECT datname FROM pg_catalog.pg_database",
    };
    let rows = db.rows(sql, 1_000_000).await?.rows;
    let mut swept = Vec::new();
    for name in rows.into_iter().flatten().flatten() {
        if is_of(session, &name) && claim(db, &name).await? {
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
