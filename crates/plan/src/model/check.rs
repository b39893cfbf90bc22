//! Checks: what is evaluated and what is expected of it.

use serde::{Deserialize, Serialize};

use super::command::Command;

/// How bad a check's failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Stops the session.
    #[default]
    Error,
    /// Is reported and lets the session go on.
    Warning,
}

/// One assertion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Slug, unique within its step; `1`, `2`, … when absent in the file.
    pub id: String,
    /// What it asserts, in words.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// Target; the step's when absent.
    pub target: Option<String>,
    /// What is evaluated.
    pub test: Test,
}

/// What a check evaluates.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// `sql = "SELECT …"` with `expect`.
    Sql {
        /// A query.
        sql: String,
        /// What it must return.
        expect: Expect,
    },
    /// `equal = ["SELECT …", "SELECT …"]`: both return the same rows.
    Equal {
        /// First query.
        left: String,
        /// Second query.
        right: String,
        /// Target of the second query; the check's when absent.
        right_target: Option<String>,
    },
    /// `snapshot = "name"` with `sql`: the first evaluation stores the result, later ones must return the same.
    Snapshot {
        /// Name shared by the checks to be compared.
        name: String,
        /// A query.
        sql: String,
    },
    /// `not_null = "table.column"`.
    NotNull {
        /// Table, as written in SQL.
        table: String,
        /// Column.
        column: String,
    },
    /// `unique = "table(column, …)"`.
    Unique {
        /// Table, as written in SQL.
        table: String,
        /// Columns.
        columns: Vec<String>,
    },
    /// `no_orphans = "child.column -> parent.column"`.
    NoOrphans {
        /// Referencing table and column.
        child: (String, String),
        /// Referenced table and column.
        parent: (String, String),
    },
    /// `index_valid = "name"`: the index exists and is valid.
    IndexValid {
        /// Index name.
        index: String,
    },
    /// `command = { … }`: exit code and output.
    Command(Command),
}

/// What a query must return.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// One row of one column with this value, compared as text; numbers compared as numbers.
    Value(String),
    /// One number from `min` to `max`, both inclusive.
    Range {
        /// Smallest allowed.
        min: Option<f64>,
        /// Largest allowed.
        max: Option<f64>,
    },
    /// This many rows.
    Rows(u64),
    /// Exactly these rows, in order, as text; `None` is NULL.
    Table(Vec<Vec<Option<String>>>),
}
