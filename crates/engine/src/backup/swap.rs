//! A restored database takes the live one's name; the live one is kept under another.

use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use rusqlite::OpenFlags;
use stopover_plan::model::Engine;

use super::files::{beside, flush, folder_of};
use super::stop::Stop;
use super::{BackupError, mysql as my, sqlite as lite};
use crate::db::{Db, DbClass, DbError};
use crate::quote::{literal, quote};
use crate::target::doing::{DOING, doing};

/// Attempts to rename a database whose last connections are just ending.
const ATTEMPTS: u32 = 5;
/// Most objects or sessions that are named.
const NAMED: usize = 20;
/// Every connection of this program calls itself something that begins so.
const OURS: &str = "stopover";

/// The two databases that change places.
pub(super) struct Names<'a> {
    pub(super) live: &'a str,
    pub(super) fresh: &'a str,
}

/// Returns the name under which a live database is kept, within the engine's longest.
fn name_aside(live: &str) -> String {
    let time = chrono::Utc::now().format("%Y%m%dT%H%M%SZ");
    format!("{}_before_{time}", &live[..live.floor_char_boundary(38)])
}

/// Refuses when others than this program are connected to a PostgreSQL database.
pub(super) async fn refuse_users(db: &mut Db, database: &str) -> Result<(), BackupError> {
    let sql = format!(
        "SELECT format('%s (%s, %s, process %s)', usename, coalesce(nullif(application_name, ''), 'unnamed'), \
         coalesce(host(client_addr), 'local'), pid) FROM pg_catalog.pg_stat_activity \
         WHERE datname = {} AND backend_type = 'client backend' AND pid <> pg_backend_pid() \
         AND NOT (application_name LIKE '{OURS}%' AND state <> 'active') ORDER BY pid",
        literal(Engine::Postgresql, database)
    );
    let who: Vec<String> = db
        .rows(&sql, NAMED)
        .await?
        .rows
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    match who.is_empty() {
        true => Ok(()),
        false => Err(BackupError::InUse {
            database: database.to_owned(),
            who: who.join(", "),
        }),
    }
}

/// Renames both PostgreSQL databases in one transaction. Our own idle connections to the live one are ended.
pub(super) async fn postgres(
    db: &mut Db,
    names: &Names<'_>,
    stop: &Stop,
) -> Result<String, BackupError> {
    let Names { live, fresh } = *names;
    let aside = name_aside(live);
    dress(db, live, fresh).await?;
    let name = |name: &str| quote(Engine::Postgresql, name);
    let swap = format!(
        "BEGIN; ALTER DATABASE {old} RENAME TO {aside}; ALTER DATABASE {new} RENAME TO {old}; COMMIT",
        old = name(live),
        aside = name(&aside),
        new = name(fresh),
    );
    let end_ours = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity \
         WHERE datname IN ({}, {}) AND application_name LIKE '{OURS}%' AND state <> 'active' \
         AND pid <> pg_backend_pid()",
        literal(Engine::Postgresql, live),
        literal(Engine::Postgresql, fresh)
    );
    let mut attempt = 1;
    loop {
        stop.check()?;
        refuse_users(db, live).await?;
        db.scalar(&end_ours).await?;
        match db.run(&swap).await {
            Ok(_) => return Ok(aside),
            Err(error) => {
                db.run("ROLLBACK").await?;
                // object_in_use: someone came, or one of ours is not gone yet.
                if error.code != "55006" || attempt == ATTEMPTS {
                    return Err(error.into());
                }
                attempt += 1;
            }
        }
    }
}

/// Gives the fresh PostgreSQL database what a dump leaves out: owner, privileges, settings, connection limit.
async fn dress(db: &mut Db, live: &str, fresh: &str) -> Result<(), BackupError> {
    let (old, new) = (
        literal(Engine::Postgresql, live),
        literal(Engine::Postgresql, fresh),
    );
    // The server writes the statements, so that every name and value is quoted by its own rules. The settings whose
    // values are lists of names are stored quoted and are set as they are stored.
    let sql = format!(
        "SELECT format('ALTER DATABASE %I OWNER TO %I', {new}, pg_get_userbyid(datdba)) \
           FROM pg_catalog.pg_database WHERE datname = {old} AND datdba <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user) \
         UNION ALL SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', {new}, datconnlimit) \
           FROM pg_catalog.pg_database WHERE datname = {old} AND datconnlimit >= 0 \
         UNION ALL SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', {new}) \
           FROM pg_catalog.pg_database WHERE datname = {old} AND datacl IS NOT NULL \
         UNION ALL SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, {new}, \
             CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, \
             CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) \
           FROM pg_catalog.pg_database d, aclexplode(d.datacl) a WHERE d.datname = {old} \
         UNION ALL SELECT format('ALTER %s SET %I TO %s', \
             CASE s.setrole WHEN 0 THEN format('DATABASE %I', {new}) \
               ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(s.setrole), {new}) END, \
             split_part(c, '=', 1), \
             CASE WHEN split_part(c, '=', 1) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries', \
               'local_preload_libraries', 'DateStyle') THEN substr(c, strpos(c, '=') + 1) \
               ELSE quote_literal(substr(c, strpos(c, '=') + 1)) END) \
           FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) c \
           WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = {old})"
    );
    let statements = db.rows(&sql, 10_000).await?.rows;
    for statement in statements.into_iter().flatten().flatten() {
        db.run(&statement).await?;
    }
    Ok(())
}

/// Refuses when a MySQL database has what does not move with its tables.
pub(super) async fn refuse_left_behind(db: &mut Db, database: &str) -> Result<(), BackupError> {
    let name = literal(Engine::Mysql, database);
    let sql = format!(
        "SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers WHERE trigger_schema = {name} \
         UNION ALL SELECT CONCAT('view ', table_name) FROM information_schema.views WHERE table_schema = {name} \
         UNION ALL SELECT CONCAT(LOWER(routine_type), ' ', routine_name) FROM information_schema.routines \
           WHERE routine_schema = {name} \
         UNION ALL SELECT CONCAT('event ', event_name) FROM information_schema.events WHERE event_schema = {name} \
         UNION ALL SELECT CONCAT('sequence ', table_name) FROM information_schema.tables \
           WHERE table_schema = {name} AND table_type = 'SEQUENCE'"
    );
    let objects: Vec<String> = db
        .rows(&sql, NAMED)
        .await?
        .rows
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    match objects.is_empty() {
        true => Ok(()),
        false => Err(BackupError::NotSwappable {
            database: database.to_owned(),
            objects,
        }),
    }
}

/// Moves the tables of both MySQL databases in one statement, which the server does wholly or not at all.
pub(super) async fn mysql(
    db: &mut Db,
    names: &Names<'_>,
    stop: &Stop,
) -> Result<String, BackupError> {
    let Names { live, fresh } = *names;
    let aside = name_aside(live);
    refuse_left_behind(db, live).await?;
    refuse_left_behind(db, fresh).await?;
    let mut moves = Vec::new();
    for (from, to) in [(live, aside.as_str()), (fresh, live)] {
        let (name, from, to) = (
            literal(Engine::Mysql, from),
            quote(Engine::Mysql, from),
            quote(Engine::Mysql, to),
        );
        let sql = format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = {name} ORDER BY table_name"
        );
        for table in db
            .rows(&sql, 1_000_000)
            .await?
            .rows
            .into_iter()
            .flatten()
            .flatten()
        {
            let table = quote(Engine::Mysql, &table);
            moves.push(format!("{from}.{table} TO {to}.{table}"));
        }
    }
    stop.check()?;
    let create = my::create_statement(db, &aside).await?;
    db.run(&create).await?;
    db.run("SET SESSION lock_wait_timeout = 10").await?;
    if !moves.is_empty()
        && let Err(error) = db.run(&format!("RENAME TABLE {}", moves.join(", "))).await
    {
        db.run(&format!("DROP DATABASE {}", quote(Engine::Mysql, &aside)))
            .await?;
        return Err(match error.class {
            DbClass::LockTimeout => in_use(db, live).await?,
            _ => error.into(),
        });
    }
    db.run(&format!("DROP DATABASE {}", quote(Engine::Mysql, fresh)))
        .await?;
    Ok(aside)
}

/// Says who holds the tables that could not be moved.
async fn in_use(db: &mut Db, database: &str) -> Result<BackupError, DbError> {
    let sql = format!(
        "SELECT user, host, id, {DOING} FROM information_schema.processlist \
         WHERE db = {} AND id <> CONNECTION_ID() ORDER BY time DESC",
        literal(Engine::Mysql, database)
    );
    let who: Vec<String> = db
        .rows(&sql, NAMED)
        .await?
        .rows
        .into_iter()
        .map(|row| {
            let [user, host, id, seconds, statement]: [Option<String>; 5] =
                row.try_into().unwrap_or_default();
            format!(
                "{} ({}, connection {}, {})",
                user.unwrap_or_default(),
                host.unwrap_or_default(),
                id.unwrap_or_default(),
                doing(seconds.as_deref(), statement.as_deref())
            )
        })
        .collect();
    Ok(BackupError::InUse {
        database: database.to_owned(),
        who: match who.is_empty() {
            true => "a session this user may not see".to_owned(),
            false => who.join(", "),
        },
    })
}

/// Exchanges two SQLite files while nobody else has the live one open; returns where the live one is kept.
pub(super) fn sqlite(live: &Path, fresh: &Path) -> Result<PathBuf, BackupError> {
    // A link is followed: it is the file that is exchanged, not the link.
    let live = live
        .canonicalize()
        .map_err(BackupError::file(live, "read"))?;
    let time = chrono::Utc::now().format("%Y%m%dT%H%M%SZ");
    let aside = beside(&live, &format!(".before_{time}"));
    if aside.symlink_metadata().is_ok() {
        return Err(BackupError::Exists { path: aside });
    }
    let in_use = |who: String| BackupError::InUse {
        database: live.display().to_string(),
        who,
    };
    let holders = holders(&live);
    if !holders.is_empty() {
        return Err(in_use(holders.join(", ")));
    }
    let file = lite::open(&live, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let of_live = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            in_use("another connection".to_owned())
        }
        _ => BackupError::sqlite(&live)(error),
    };
    let mode: String = file
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .map_err(of_live)?;
    let was_wal = mode.eq_ignore_ascii_case("wal");
    if was_wal {
        // Leaving this mode needs the file alone, writes the log back into it, and removes `-wal` and `-shm`, which
        // would otherwise be taken for the restored file's.
        file.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
            .map_err(of_live)?;
    }
    file.execute_batch("BEGIN EXCLUSIVE").map_err(of_live)?;
    renameat2(
        AT_FDCWD,
        fresh,
        AT_FDCWD,
        &live,
        RenameFlags::RENAME_EXCHANGE,
    )
    .map_err(std::io::Error::from)
    .map_err(BackupError::file(&live, "exchanged"))?;
    // Under the fresh name stands now what was live.
    std::fs::rename(fresh, &aside).map_err(BackupError::file(&aside, "renamed"))?;
    file.execute_batch("ROLLBACK").map_err(of_live)?;
    file.close().map_err(|(_, error)| of_live(error))?;
    if was_wal {
        let file = lite::open(&aside, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        file.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
            .map_err(BackupError::sqlite(&aside))?;
    }
    flush(&folder_of(&live))?;
    Ok(aside)
}

/// Returns the other processes that have a file open, where the system lets us see them: a connection that is idle
/// holds no lock, and would go on writing into the file set aside.
fn holders(path: &Path) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let mut holders = Vec::new();
    for process in processes.flatten() {
        let name = process.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let mut files = files.flatten();
        let holds =
            |link: std::fs::DirEntry| std::fs::read_link(link.path()).is_ok_and(|to| to == path);
        if id != std::process::id() && files.any(holds) {
            let program = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            holders.push(format!("process {id} ({})", program.trim()));
        }
    }
    holders
}
