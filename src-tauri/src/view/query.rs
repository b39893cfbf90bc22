//! Queries and their results, a page at a time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ResultColumn {
    /// Name.
    pub name: String,
    /// Type as the engine calls it; may be empty.
    pub kind: String,
}

/// What a query returned; its rows are fetched by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QueryResult {
    /// Number of the run; pages of an older one are refused.
    pub run: u32,
    /// Columns; none when no row came.
    pub columns: Vec<ResultColumn>,
    /// Rows that are kept.
    pub rows: u64,
    /// True when there were more than are kept.
    pub cut: bool,
    /// True when rows and values are all there.
    pub whole: bool,
    /// Memory they take.
    pub bytes: u64,
    /// Statements that returned rows, or might have; the result is the last one's.
    pub result_sets: u32,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// How far a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct QueryProgress {
    /// Rows so far.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Statement that runs, from 1; 0 while connecting.
    pub statement: u32,
}

/// A value that is shown cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct CutValue {
    /// Row in the page.
    pub row: u32,
    /// Column.
    pub column: u32,
    /// True length in bytes.
    pub bytes: u64,
}

/// Some rows of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QueryPage {
    /// First row.
    pub first: u64,
    /// Rows; `null` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// Values that are shown cut.
    pub cut: Vec<CutValue>,
}

/// One value as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QueryValue {
    /// Text; `null` is NULL.
    pub text: Option<String>,
    /// True length in bytes.
    pub bytes: u64,
    /// True when that is all of it.
    pub whole: bool,
}

/// A part of a result: rows and columns from first to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
pub struct CellSpan {
    /// First row.
    pub first_row: u64,
    /// Last row, included.
    pub last_row: u64,
    /// First column.
    pub first_column: u32,
    /// Last column, included.
    pub last_column: u32,
    /// True: names of the columns above.
    pub names: bool,
}

/// Rows as text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Copied {
    /// Fields between tabs, or the one value.
    pub text: String,
    /// False when it was too much, or a value was cut.
    pub whole: bool,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Exported {
    /// Where.
    pub file: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}
