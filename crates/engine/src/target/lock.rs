//! One runner per target: an advisory lock of PostgreSQL or MySQL, a locked file beside an SQLite database. Either
//! vanishes with the process that holds it.

mod file;
mod spelled;

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use stopover_plan::model::Engine;

use crate::connect::Login;
use crate::db::{Db, Settings, cut};
use crate::error::EngineError;
use crate::quote::literal;
use crate::target::doing::{DOING, doing};

/// How long a lock of this session's own earlier runner is waited for.
const LAST_BREATH: Duration = Duration::from_secs(4);
/// First half of the advisory lock's key in PostgreSQL; "Stop" in ASCII.
const CLASS: i32 = 0x5374_6f70;

/// The right to change a target, held until it is dropped or the process ends.
pub struct TargetLock(Held);

enum Held {
    Server {
        db: Box<Db>,
        target: String,
    },
    File(file::LockFile),
    /// Nothing to lock: a connection that only reads, in a folder that takes no file.
    Nothing,
}

/// Who holds the lock.
struct Holder {
    /// The session whose runner it is, when it is one of ours.
    session: Option<String>,
    /// Everything the server tells.
    text: String,
}

/// Why a lock was not taken.
enum Refused {
    Held { target: String, holder: Holder },
    Error(EngineError),
}

impl<E: Into<EngineError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused::Error(error.into())
    }
}

impl TargetLock {
    /// Takes the lock on a connection of its own. `by` is `who@host`. A holder is not waited for, unless it is this very
    /// session: a runner that was killed holds the lock until the server sees that its connection is gone.
    ///
    /// # Errors
    /// [`EngineError::Held`], which names the holder; else what hinders the connection or the lock file.
    pub async fn take(login: &Login, session: &str, by: &str) -> Result<TargetLock, EngineError> {
        if login.engine() == Engine::Sqlite {
            return match file::LockFile::take(login, session, by) {
                Ok(file) => Ok(Self(Held::File(file))),
                Err(error) if login.connection().read_only && takes_no_file(&error) => {
                    Ok(Self(Held::Nothing))
                }
                Err(error) => Err(error),
            };
        }
        let deadline = Instant::now() + LAST_BREATH;
        loop {
            match Self::take_on_server(login, session, by).await {
                Err(Refused::Held { holder, .. })
                    if holder.session.as_deref() == Some(session) && Instant::now() < deadline =>
                {
                    tokio::time::sleep(LAST_BREATH / 40).await;
                }
                Err(Refused::Held { target, holder }) => {
                    return Err(EngineError::Held {
                        target,
                        holder: holder.text,
                    });
                }
                Err(Refused::Error(error)) => return Err(error),
                Ok(lock) => return Ok(lock),
            }
        }
    }

    async fn take_on_server(login: &Login, session: &str, by: &str) -> Result<TargetLock, Refused> {
        let settings = Settings {
            // Another word than that of the session's working connections: this one is never an orphan.
            application: cut(&format!("stopover-lock {session} {by}"), 63).to_owned(),
            ..Settings::default()
        };
        let mut db = Db::open(login, &settings).await?;
        let database = database(&mut db).await?;
        let (question, taken) = match db.engine() {
            Engine::Mysql => {
                let name = literal(Engine::Mysql, &lock_name(&database));
                (format!("SELECT GET_LOCK({name}, 0)"), "1")
            }
            _ => {
                let key = key(&database);
                (format!("SELECT pg_try_advisory_lock({CLASS}, {key})"), "t")
            }
        };
        let mut ours = db.scalar(&question).await?.as_deref() == Some(taken);
        if ours && db.engine() == Engine::Mysql {
            spelled::spell(&mut db, &database, &format!("{session} {by}")).await?;
            // Servers before MySQL 5.7 let go of one named lock with the next; the one that counts comes last.
            ours = db.scalar(&question).await?.as_deref() == Some(taken);
        }
        if ours {
            return Ok(Self(Held::Server {
                db: Box::new(db),
                target: database,
            }));
        }
        let holder = holder(&mut db, &database).await?;
        db.close().await;
        Err(Refused::Held {
            target: database,
            holder,
        })
    }

    /// Returns true when the lock is still ours; false when its connection was lost and with it the lock.
    pub async fn still_held(&mut self) -> bool {
        match &mut self.0 {
            Held::File(file) => file.still_held(),
            Held::Nothing => true,
            Held::Server { db, target } => {
                let sql = match db.engine() {
                    Engine::Mysql => {
                        let name = literal(Engine::Mysql, &lock_name(target));
                        format!("SELECT IS_USED_LOCK({name}) = CONNECTION_ID()")
                    }
                    _ => format!(
                        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE {} AND pid = pg_backend_pid())",
                        is_ours(target)
                    ),
                };
                let answer = db.scalar(&sql).await.ok().flatten();
                matches!(answer.as_deref(), Some("1" | "t"))
            }
        }
    }

    /// Gives the lock back, so that the next one can have it as soon as this returns.
    pub async fn release(self) {
        match self.0 {
            Held::Server { db, .. } => db.close().await,
            Held::File(file) => drop(file),
            Held::Nothing => {}
        }
    }
}

/// Returns true when the reason is a folder or disk that cannot be written.
fn takes_no_file(error: &EngineError) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error, EngineError::File { source, .. }
        if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem))
}

async fn database(db: &mut Db) -> Result<String, EngineError> {
    let sql = match db.engine() {
        Engine::Mysql => "SELECT COALESCE(DATABASE(), '')",
        _ => "SELECT current_database()",
    };
    Ok(db.scalar(sql).await?.unwrap_or_default())
}

/// Returns the second half of the key. Advisory locks belong to their database already; the hash keeps this one away
/// from other users of the class.
fn key(database: &str) -> i32 {
    let digest = Sha256::digest(database.as_bytes());
    i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Returns the name of the lock in MySQL, where locks belong to the server and names end at 64 characters.
fn lock_name(database: &str) -> String {
    let name = format!("stopover:{database}");
    if name.chars().count() <= 64 && name.is_ascii() {
        name
    } else {
        format!(
            "stopover:{}",
            &hex::encode(Sha256::digest(database.as_bytes()))[..48]
        )
    }
}

/// Returns the condition on `pg_locks` that finds the lock of this database.
fn is_ours(database: &str) -> String {
    format!(
        "locktype = 'advisory' AND classid::bigint = {} AND objid::bigint = {} AND objsubid = 2 AND granted \
         AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
        CLASS.cast_unsigned(),
        key(database).cast_unsigned()
    )
}

/// Returns who holds the lock, as far as the server tells.
async fn holder(db: &mut Db, database: &str) -> Result<Holder, EngineError> {
    let sql = match db.engine() {
        Engine::Mysql => {
            let name = literal(Engine::Mysql, &lock_name(database));
            format!(
                "SELECT id, user, host, NULL, DATE_FORMAT(NOW() - INTERVAL time SECOND, '%Y-%m-%d %H:%i:%s'), {DOING} \
                 FROM information_schema.processlist WHERE id = IS_USED_LOCK({name})"
            )
        }
        _ => format!(
            "SELECT a.pid, a.usename, COALESCE(host(a.client_addr), 'local socket'), a.application_name, \
             to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), NULL, NULL \
             FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid) WHERE {}",
            is_ours(database)
        ),
    };
    let rows = db.rows(&sql, 1).await?;
    let Some(row) = rows.rows.into_iter().next() else {
        return Ok(Holder {
            session: None,
            text: "another connection, which the server does not show to this user".to_owned(),
        });
    };
    let [backend, user, host, application, since, seconds, statement]: [Option<String>; 7] =
        row.try_into().unwrap_or_default();
    let name = match (db.engine(), &backend) {
        (Engine::Mysql, Some(backend)) => spelled::read(db, database, backend).await?,
        _ => application
            .as_deref()
            .and_then(|name| name.strip_prefix("stopover-lock "))
            .map(str::to_owned),
    };
    let parts = name.as_deref().and_then(|name| name.split_once(' '));
    let runner = parts.map(|(session, by)| format!("session {session} of {by}, "));
    let session = parts.map(|(session, _)| session.to_owned());
    let or_unknown = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
    let (user, host, backend) = (or_unknown(user), or_unknown(host), or_unknown(backend));
    let text = match (runner, db.engine()) {
        // None of ours: what it does may tell who it is.
        (None, Engine::Mysql) => format!(
            "database user {user} from {host}, backend {backend}, {}",
            doing(seconds.as_deref(), statement.as_deref())
        ),
        (runner, _) => format!(
            "{}database user {user} from {host}, backend {backend}, since {} UTC",
            runner.unwrap_or_default(),
            or_unknown(since)
        ),
    };
    Ok(Holder { session, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_name_fits_and_tells_databases_apart() {
        assert_eq!(lock_name("shop"), "stopover:shop");
        let long = lock_name(&"d".repeat(64));
        assert!(long.chars().count() <= 64);
        assert_ne!(long, lock_name(&"d".repeat(63)));
        assert!(lock_name("größe").is_ascii());
    }
}
