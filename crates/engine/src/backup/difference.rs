//! What is in tables, as row counts and checksums, and where two sides differ.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The table of our own marks, which differs from session to session.
const MARKS: &str = "stopover_mark";

/// The contents of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableContents {
    /// Table; in PostgreSQL `schema.table`.
    pub table: String,
    /// Number of rows.
    pub rows: u64,
    /// Checksum over all rows in any order; comparable within one engine only.
    pub checksum: String,
}

/// A table that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Table.
    pub table: String,
    /// Rows of the dumped one; `None`: no such table.
    pub live: Option<u64>,
    /// Rows of the restored one; `None`: no such table.
    pub restored: Option<u64>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table;
        match (self.live, self.restored) {
            (Some(_), None) => write!(f, "{table} (not restored)"),
            (None, _) => write!(f, "{table} (was not dumped)"),
            (Some(live), Some(restored)) if live == restored => {
                write!(f, "{table} ({live} rows each, other values)")
            }
            (Some(live), Some(restored)) => {
                write!(f, "{table} ({live} rows dumped, {restored} restored)")
            }
        }
    }
}

/// Returns the tables that differ, by name.
pub fn compare(live: &[TableContents], restored: &[TableContents]) -> Vec<Difference> {
    let mut both: BTreeMap<&str, [Option<&TableContents>; 2]> = BTreeMap::new();
    for (side, tables) in [live, restored].into_iter().enumerate() {
        for table in tables {
            both.entry(&table.table).or_default()[side] = Some(table);
        }
    }
    both.into_iter()
        .filter(|(_, [live, restored])| live != restored)
        .map(|(table, [live, restored])| Difference {
            table: table.to_owned(),
            live: live.map(|table| table.rows),
            restored: restored.map(|table| table.rows),
        })
        .collect()
}

/// Returns true for tables that no comparison looks at.
pub(super) fn is_ours(table: &str) -> bool {
    table == MARKS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, rows: u64, checksum: &str) -> TableContents {
        TableContents {
            table: name.to_owned(),
            rows,
            checksum: checksum.to_owned(),
        }
    }

    #[test]
    fn every_kind_of_difference_is_named() {
        let live = [
            table("a", 1, "x"),
            table("b", 2, "y"),
            table("c", 3, "z"),
            table("e", 5, "v"),
        ];
        let restored = [
            table("a", 1, "x"),
            table("b", 2, "w"),
            table("c", 2, "z"),
            table("d", 1, "u"),
        ];
        let differences: Vec<String> = compare(&live, &restored)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            differences,
            [
                "b (2 rows each, other values)",
                "c (3 rows dumped, 2 restored)",
                "d (was not dumped)",
                "e (not restored)",
            ]
        );
        assert!(compare(&live, &live).is_empty());
    }
}
