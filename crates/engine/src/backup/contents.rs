//! Asks a database what is in its tables: row counts and checksums that do not depend on the order of rows.

use std::collections::BTreeMap;

use stopover_plan::model::Engine;

use super::difference::{TableContents, is_ours};
use super::{BackupError, sqlite};
use crate::db::Db;
use crate::quote::quote;

/// Most tables, or columns, of one database.
const MOST: usize = 1_000_000;
/// Returns row count and checksum of every table but that of our own marks, as the connection's transaction sees them;
/// of an SQLite file as it is now.
///
/// # Errors
/// The database's.
pub async fn contents(db: &mut Db) -> Result<Vec<TableContents>, BackupError> {
    match db.engine() {
        Engine::Postgresql => postgres(db).await,
        Engine::Mysql => mysql(db).await,
        Engine::Sqlite => sqlite::contents_of_file(&db.login().connection().database).await,
    }
}

/// Condition on `pg_class c` and `pg_namespace n` for the tables whose rows a dump has.
pub(super) const POSTGRES_TABLES: &str = "c.relkind = 'r' AND n.nspname !~ '^pg_' \
     AND n.nspname <> 'information_schema' \
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass \
     AND d.objid = c.oid AND d.deptype = 'e')";

async fn postgres(db: &mut Db) -> Result<Vec<TableContents>, BackupError> {
    let list = format!(
        "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE {POSTGRES_TABLES} ORDER BY 1, 2"
    );
    let mut tables = Vec::new();
    for row in db.rows(&list, MOST).await?.rows {
        let [Some(schema), Some(table)] = row.as_slice() else {
            continue;
        };
        if is_ours(table) {
            continue;
        }
        let (of, name) = (
            quote(Engine::Postgresql, schema),
            quote(Engine::Postgresql, table),
        );
        // The sum of 64-bit hashes cannot cancel equal rows as an exclusive or would; the text of a row is the same on
        // both sides of one server and exists for every type.
        let sql = format!(
            "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM ONLY {of}.{name} t"
        );
        tables.push(one(db, &sql, format!("{schema}.{table}")).await?);
    }
    Ok(tables)
}

async fn mysql(db: &mut Db) -> Result<Vec<TableContents>, BackupError> {
    let list = "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c \
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
         WHERE c.table_schema = DATABASE() AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') \
         ORDER BY c.table_name, c.ordinal_position";
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in db.rows(list, MOST).await?.rows {
        let [Some(table), Some(column), Some(kind)] = row.as_slice() else {
            continue;
        };
        if is_ours(table) {
            continue;
        }
        let column = format!("CAST({} AS BINARY)", quote(Engine::Mysql, column));
        // A long value is hashed by itself: the concatenation must stay below max_allowed_packet.
        let value = match kind.to_ascii_lowercase().as_str() {
            "blob" | "mediumblob" | "longblob" | "text" | "mediumtext" | "longtext" | "json" => {
                format!("MD5({column})")
            }
            _ => column,
        };
        columns.entry(table.clone()).or_default().push(format!(
            "IFNULL(CONCAT(LENGTH({value}), ':', {value}), '-')"
        ));
    }
    let mut tables = Vec::new();
    for (table, values) in columns {
        let name = quote(Engine::Mysql, &table);
        let values = values.join(", ");
        let sql = format!(
            "SELECT COUNT(*), CONCAT(COUNT(h), '/', \
             COALESCE(SUM(CAST(CONV(LEFT(h, 16), 16, 10) AS UNSIGNED)), 0)) \
             FROM (SELECT MD5(CONCAT({values})) AS h FROM {name}) AS hashed"
        );
        tables.push(one(db, &sql, table).await?);
    }
    Ok(tables)
}

async fn one(db: &mut Db, sql: &str, table: String) -> Result<TableContents, BackupError> {
    let mut row = db.rows(sql, 1).await?.rows.into_iter().flatten();
    let (rows, checksum) = (row.next().flatten(), row.next().flatten());
    Ok(TableContents {
        table,
        rows: rows.and_then(|rows| rows.parse().ok()).unwrap_or(0),
        checksum: checksum.unwrap_or_default(),
    })
}
