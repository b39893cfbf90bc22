//! What lies in a database, and what was found of connections elsewhere.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::connection::Connection;
use super::plan::{Engine, Environment};

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Holds rows.
    Table,
    /// Holds them in partitions.
    Partitioned,
    /// A query with a name.
    View,
    /// A view whose rows are kept.
    MaterializedView,
    /// Its rows are elsewhere.
    Foreign,
}

/// A table, or what can be read like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Relation {
    /// Schema; empty where the engine has none.
    pub schema: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
    /// Rows, where anything is known of them.
    pub rows: Option<u64>,
    /// True when they were counted rather than estimated.
    pub rows_counted: bool,
    /// Size with indexes.
    pub bytes: Option<u64>,
}

/// The relations of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Relations {
    /// In order of schema and name.
    pub relations: Vec<Relation>,
    /// True when there are more.
    pub cut: bool,
    /// True when sizes are those of the last analysis.
    pub sizes_estimated: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TableColumn {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: String,
    /// True when it may be NULL.
    pub nullable: bool,
    /// Default, as SQL.
    pub default: Option<String>,
    /// True when it is generated.
    pub generated: bool,
    /// Comment.
    pub comment: String,
    /// What keys it is part of: `primary`, `foreign`, `unique`.
    pub keys: Vec<ConstraintKind>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TableIndex {
    /// Name.
    pub name: String,
    /// Method.
    pub method: String,
    /// Columns.
    pub columns: Vec<String>,
    /// No two rows equal.
    pub unique: bool,
    /// The primary key's.
    pub primary: bool,
    /// Why queries do not use it.
    pub unusable: Option<String>,
    /// Condition of a partial one.
    pub condition: Option<String>,
    /// Size.
    pub bytes: Option<u64>,
}

/// What a constraint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TableConstraint {
    /// Name; may be empty.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
    /// What it says, as SQL.
    pub definition: String,
    /// False when rows that were there before were not checked.
    pub validated: bool,
}

/// One relation, looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TableDetail {
    /// Columns.
    pub columns: Vec<TableColumn>,
    /// Indexes.
    pub indexes: Vec<TableIndex>,
    /// Constraints.
    pub constraints: Vec<TableConstraint>,
    /// Tables that refer to it.
    pub referenced_by: Vec<String>,
    /// Query of a view, or the statement it was created with.
    pub definition: Option<String>,
}

/// A table that a plan names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Touched {
    /// Schema, where it is named.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
    /// Steps that name it, in plan order.
    pub steps: Vec<String>,
}

/// What the steps of a plan name on one of its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TouchedTarget {
    /// Target id.
    pub target: String,
    /// Engine.
    pub engine: Engine,
    /// Connection the plan names for it.
    pub connection: Option<String>,
    /// Database the plan names for it.
    pub database: Option<String>,
    /// Tables.
    pub tables: Vec<Touched>,
}

/// Where connections are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "path", rename_all = "snake_case")]
pub enum ImportSource {
    /// `DATABASE_URL` of the environment.
    Environment,
    /// A chosen file of assignments.
    EnvFile(String),
    /// `~/.pgpass`.
    PgPass,
    /// Service files of PostgreSQL.
    Services,
    /// `~/.my.cnf`.
    MyCnf,
}

/// A connection that was found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ImportProposal {
    /// What tells it from the others.
    pub key: String,
    /// The connection, as it would be reached.
    pub connection: Connection,
    /// Its address without password.
    pub url: String,
    /// Where it stands in its source.
    pub origin: String,
    /// True when the source holds a password that would go into the keychain, or stay in memory where there is none.
    pub holds_password: bool,
    /// Name of a saved connection to the same address.
    pub saved_as: Option<String>,
}

/// What a source holds.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ImportFound {
    /// What was read.
    pub places: Vec<String>,
    /// Connections.
    pub proposals: Vec<ImportProposal>,
    /// What cannot be a connection, and why.
    pub left_out: Vec<String>,
}

/// A proposal a person chose.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ImportChoice {
    /// Its key.
    pub key: String,
    /// Name to save it under.
    pub name: String,
    /// Database, where the source names none.
    pub database: String,
    /// Environment.
    pub environment: Environment,
}

/// What was saved.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Imported {
    /// All saved connections.
    pub saved: Vec<super::connection::SavedConnection>,
    /// Connections whose password is in memory only, since there is no keychain.
    pub in_memory: Vec<String>,
}
