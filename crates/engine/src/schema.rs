//! What lies in a database, for looking at: schemas, tables, views, and of one of them columns, indexes and constraints.
//!
//! Reads the catalogues only, changes nothing, and waits for no lock longer than the connection allows. Sizes and counts
//! are the server's own estimates unless said otherwise; [`count`] counts.

mod checks;
mod mysql;
mod postgres;
mod sqlite;

use serde::Serialize;
use stopover_plan::model::Engine;

use crate::db::{Db, DbClass};
use crate::error::EngineError;
use crate::quote::quote_name;

/// Most relations listed.
const MOST: usize = 50_000;
/// Most columns, indexes or constraints of one relation.
const PARTS: usize = 10_000;

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Holds rows.
    Table,
    /// Holds its rows in partitions.
    Partitioned,
    /// A query with a name.
    View,
    /// A view whose rows are kept.
    MaterializedView,
    /// Its rows are elsewhere, or made by a module.
    Foreign,
}

/// A table, or what can be read like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Schema; empty where the engine has none.
    pub schema: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
    /// Rows, where anything is known of them.
    pub rows: Option<u64>,
    /// True when `rows` were counted just now rather than estimated.
    pub rows_counted: bool,
    /// Size with indexes, where the engine tells.
    pub bytes: Option<u64>,
}

/// A list of relations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Relations {
    /// In order of schema and name.
    pub relations: Vec<Relation>,
    /// True when there are more than are listed.
    pub cut: bool,
    /// True when a lock kept the sizes from being measured, so that they are those of the last analysis.
    pub sizes_estimated: bool,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnOf {
    /// Name.
    pub name: String,
    /// Type as the engine writes it.
    pub kind: String,
    /// True when it may be NULL.
    pub nullable: bool,
    /// Default, or how it is generated, as SQL.
    pub default: Option<String>,
    /// True when it is generated from other columns or by a sequence of its own.
    pub generated: bool,
    /// Comment.
    pub comment: String,
}

/// An index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Name.
    pub name: String,
    /// Method, e.g. `btree`.
    pub method: String,
    /// Columns or expressions.
    pub columns: Vec<String>,
    /// True when no two rows may be equal in it.
    pub unique: bool,
    /// True when it is the primary key's.
    pub primary: bool,
    /// Why queries do not use it: `invalid`, `not ready`, `invisible`; `None` when they may.
    pub unusable: Option<String>,
    /// Condition of a partial index.
    pub condition: Option<String>,
    /// Size.
    pub bytes: Option<u64>,
}

/// What a constraint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// Primary key.
    Primary,
    /// No two rows equal.
    Unique,
    /// A row of another table.
    Foreign,
    /// A condition.
    Check,
    /// No two rows that overlap.
    Exclusion,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Constraint {
    /// Name; empty where it has none.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
    /// Columns of this relation, where it has any.
    pub columns: Vec<String>,
    /// What it says, as SQL.
    pub definition: String,
    /// Schema of the table a foreign key refers to; empty: the same.
    pub other_schema: String,
    /// That table.
    pub other: Option<String>,
    /// False when rows that were there before were not checked.
    pub validated: bool,
}

/// One relation, looked into.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Columns in order.
    pub columns: Vec<ColumnOf>,
    /// Indexes by name.
    pub indexes: Vec<Index>,
    /// Constraints: primary key first.
    pub constraints: Vec<Constraint>,
    /// Foreign keys of other tables that refer to this one.
    pub referenced_by: Vec<String>,
    /// Query of a view, or the statement an SQLite object was created with.
    pub definition: Option<String>,
}

/// Lists the relations of the database.
///
/// # Errors
/// The database's.
pub async fn relations(db: &mut Db) -> Result<Relations, EngineError> {
    Ok(match db.engine() {
        Engine::Postgresql => postgres::relations(db).await?,
        Engine::Mysql => mysql::relations(db).await?,
        Engine::Sqlite => sqlite::relations(db).await?,
    })
}

/// Looks into one relation.
///
/// # Errors
/// The database's; a problem `no-relation` when it is gone.
pub async fn detail(db: &mut Db, schema: &str, name: &str) -> Result<Detail, EngineError> {
    let mut detail = match db.engine() {
        Engine::Postgresql => postgres::detail(db, schema, name).await?,
        Engine::Mysql => mysql::detail(db, schema, name).await?,
        Engine::Sqlite => sqlite::detail(db, name).await?,
    };
    if detail.columns.is_empty() {
        return Err(EngineError::Problem(stopover_plan::Problem::new(
            "no-relation",
            format!("There is no {name} any more that this database user may see"),
            "Read the schema again.",
        )));
    }
    detail.constraints.sort_by_key(|one| one.kind as u8);
    Ok(detail)
}

/// Counts the rows of one relation.
///
/// # Errors
/// The database's.
pub async fn count(db: &mut Db, schema: &str, name: &str) -> Result<u64, EngineError> {
    let engine = db.engine();
    let table = quote_name(engine, name)?;
    let table = match schema.is_empty() {
        true => table,
        false => format!("{}.{table}", quote_name(engine, schema)?),
    };
    let rows = db.scalar(&format!("SELECT count(*) FROM {table}")).await?;
    Ok(rows.and_then(|rows| rows.parse().ok()).unwrap_or(0))
}

/// A row of a catalogue, read from left to right.
struct Fields(std::vec::IntoIter<Option<String>>);

impl Fields {
    fn of(row: Vec<Option<String>>) -> Self {
        Self(row.into_iter())
    }

    fn maybe(&mut self) -> Option<String> {
        self.0.next().flatten()
    }

    fn text(&mut self) -> String {
        self.maybe().unwrap_or_default()
    }

    fn number(&mut self) -> Option<u64> {
        self.maybe().and_then(|text| text.parse().ok())
    }

    /// PostgreSQL says `t`, the others `1`.
    fn truth(&mut self) -> bool {
        matches!(self.text().as_str(), "t" | "1" | "true" | "YES")
    }

    /// A list written as JSON.
    fn list(&mut self) -> Vec<String> {
        serde_json::from_str(&self.text()).unwrap_or_default()
    }
}

/// Returns true for what a lock kept from being read.
fn is_locked(error: &EngineError) -> bool {
    error
        .db()
        .is_some_and(|error| error.class == DbClass::LockTimeout)
}
