//! What lies in a database and who waits for whom: tables, rows, sizes, blocking sessions. Changes nothing.

use serde::Serialize;
use stopover_plan::model::Engine;

use crate::db::{Db, DbError};
use crate::error::EngineError;
use crate::quote::{literal, quote_name};

/// Tables up to this size are counted; of larger ones the server's estimate is told.
const COUNTED_BYTES: u64 = 64 * 1024 * 1024;
/// Most tables listed.
const TABLES: usize = 10_000;

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Schema; empty where the engine has none.
    pub schema: String,
    /// Name.
    pub table: String,
    /// Rows: counted, or the server's estimate.
    pub rows: u64,
    /// True when `rows` is an estimate.
    pub rows_estimated: bool,
    /// Size with indexes; `None` where the engine does not tell.
    pub bytes: Option<u64>,
}

/// A session that waits for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// Session that waits.
    pub blocked: String,
    /// What it waits with.
    pub blocked_query: String,
    /// Session it waits for.
    pub blocking: String,
    /// What that one runs, or ran last.
    pub blocking_query: String,
    /// How long it has waited.
    pub waited_ms: u64,
}

/// Lists the tables of the database.
///
/// # Errors
/// The database's.
pub async fn tables(db: &mut Db) -> Result<Vec<Table>, EngineError> {
    let sql = match db.engine() {
        Engine::Postgresql => {
            "SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid) \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
             AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%' ORDER BY 1, 2"
        }
        Engine::Mysql => {
            "SELECT table_schema, table_name, COALESCE(table_rows, 0), data_length + index_length \
             FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY 2"
        }
        Engine::Sqlite => {
            "SELECT '', name, 0, NULL FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 2"
        }
    };
    let mut found = Vec::new();
    for row in db.rows(sql, TABLES).await?.rows {
        let [schema, table, rows, bytes]: [Option<String>; 4] = row.try_into().unwrap_or_default();
        let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok());
        found.push(Table {
            schema: schema.unwrap_or_default(),
            table: table.unwrap_or_default(),
            rows: number(rows).unwrap_or(0),
            rows_estimated: true,
            bytes: number(bytes),
        });
    }
    for table in &mut found {
        if table.bytes.is_none_or(|bytes| bytes <= COUNTED_BYTES) {
            count(db, table).await?;
        }
        if db.engine() == Engine::Sqlite {
            table.bytes = sqlite_bytes(db, &table.table).await?;
        }
    }
    Ok(found)
}

async fn count(db: &mut Db, table: &mut Table) -> Result<(), EngineError> {
    let engine = db.engine();
    let name = match engine {
        Engine::Postgresql => format!(
            "{}.{}",
            quote_name(engine, &table.schema)?,
            quote_name(engine, &table.table)?
        ),
        _ => quote_name(engine, &table.table)?,
    };
    match db.scalar(&format!("SELECT count(*) FROM {name}")).await {
        Ok(rows) => {
            table.rows = rows.and_then(|rows| rows.parse().ok()).unwrap_or(0);
            table.rows_estimated = false;
            Ok(())
        }
        // A table that may not be read keeps its estimate.
        Err(error) if error.class == crate::db::DbClass::Privilege => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn sqlite_bytes(db: &mut Db, table: &str) -> Result<Option<u64>, DbError> {
    let sql = format!(
        "SELECT sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name WHERE m.tbl_name = {}",
        literal(Engine::Sqlite, table)
    );
    // The table dbstat is there only where SQLite was built with it.
    Ok(db
        .scalar(&sql)
        .await
        .ok()
        .flatten()
        .and_then(|bytes| bytes.parse().ok()))
}

/// Lists the sessions that wait for another one's lock.
///
/// # Errors
/// The database's.
pub async fn blockers(db: &mut Db) -> Result<Vec<Blocker>, EngineError> {
    let sql = match db.engine() {
        Engine::Sqlite => return Ok(Vec::new()),
        Engine::Postgresql => {
            "SELECT w.pid, left(w.query, 1024), b.pid, left(b.query, 1024), \
             (extract(epoch FROM clock_timestamp() - w.query_start) * 1000)::bigint \
             FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) blocking \
             JOIN pg_stat_activity b ON b.pid = blocking ORDER BY w.query_start"
        }
        Engine::Mysql => {
            "SELECT r.trx_mysql_thread_id, COALESCE(LEFT(r.trx_query, 1024), ''), b.trx_mysql_thread_id, \
             COALESCE(LEFT(b.trx_query, 1024), ''), \
             TIMESTAMPDIFF(MICROSECOND, r.trx_wait_started, NOW(6)) DIV 1000 \
             FROM information_schema.innodb_lock_waits w \
             JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id \
             JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id"
        }
    };
    let rows = match db.rows(sql, 1000).await {
        Ok(rows) => rows,
        // Seeing other sessions needs a privilege that a migration does not.
        Err(error) if error.class == crate::db::DbClass::Privilege => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    Ok(rows
        .rows
        .into_iter()
        .map(|row| {
            let [blocked, blocked_query, blocking, blocking_query, waited]: [Option<String>; 5] =
                row.try_into().unwrap_or_default();
            Blocker {
                blocked: blocked.unwrap_or_default(),
                blocked_query: blocked_query.unwrap_or_default(),
                blocking: blocking.unwrap_or_default(),
                blocking_query: blocking_query.unwrap_or_default(),
                waited_ms: waited.and_then(|ms| ms.parse().ok()).unwrap_or(0),
            }
        })
        .collect())
}
