//! Rows as they are collected, and what is looked at in a statement's text before and after it runs.

use stopover_plan::model::Engine;
use stopover_plan::sql::{StatementKind, redact, split};

use super::{cut, text};

/// One value as the server sent it.
pub(crate) enum Raw<'r> {
    /// NULL, or what the driver cannot give.
    Null,
    /// Text, as far as the bytes are.
    Text(&'r [u8]),
    /// Bytes that are not meant as text.
    Blob(&'r [u8]),
    /// A value this side wrote as text.
    Written(String),
}

/// A column of a result.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as the engine calls it; empty where it does not say.
    pub kind: String,
}

/// Returns names and types of columns as a driver tells them.
pub(super) fn columns_of(columns: &[impl sqlx::Column]) -> Vec<Column> {
    columns
        .iter()
        .map(|column| Column {
            name: text::of_bytes(column.name().as_bytes()),
            // An expression of SQLite has no type of its own.
            kind: match sqlx::TypeInfo::name(column.type_info()) {
                "NULL" => String::new(),
                kind => kind.to_owned(),
            },
        })
        .collect()
}

/// A row of any engine, while the driver holds it.
pub(crate) trait Source {
    /// Returns the columns.
    fn columns(&self) -> Vec<Column>;
    /// Returns how many there are.
    fn width(&self) -> usize;
    /// Returns one value.
    fn value(&self, at: usize) -> Raw<'_>;
}

/// Takes rows as they come.
pub(crate) trait Sink: Send {
    /// Takes one row, or notes that it is too much.
    fn take(&mut self, row: &dyn Source);
    /// Returns true when no further row is of use.
    fn is_full(&self) -> bool;
    /// Returns true when the columns are of use although no row came that tells them.
    fn wants_columns(&self) -> bool;
    /// Takes the columns of a result without a row.
    fn name(&mut self, columns: Vec<Column>);
}

/// Names a sink's columns as the server describes a statement that returned no row. What it cannot describe has none.
pub(super) fn name(
    sink: &mut dyn Sink,
    described: Result<Vec<Column>, sqlx::Error>,
) -> Result<(), sqlx::Error> {
    match described {
        Ok(columns) => sink.name(columns),
        // The statement itself has succeeded, and some kinds of it cannot be prepared.
        Err(error @ sqlx::Error::Database(_)) => {
            tracing::debug!(%error, "an empty result is shown without its columns");
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// What a query returned.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rows {
    /// Column names; empty when no row came.
    pub columns: Vec<String>,
    /// Rows in order; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// True when there were more rows than were asked for.
    pub truncated: bool,
}

/// Collects rows up to a limit, so that memory is bounded by it.
pub(super) struct Collector {
    limit: usize,
    rows: Rows,
}

impl Collector {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            rows: Rows::default(),
        }
    }

    pub(super) fn into_rows(self) -> Rows {
        self.rows
    }
}

impl Sink for Collector {
    fn take(&mut self, row: &dyn Source) {
        if self.rows.columns.is_empty() {
            self.rows.columns = row
                .columns()
                .into_iter()
                .map(|column| column.name)
                .collect();
        }
        if self.rows.rows.len() < self.limit {
            let values = (0..row.width()).map(|at| match row.value(at) {
                Raw::Null => None,
                Raw::Text(bytes) => Some(text::of_bytes(bytes)),
                Raw::Blob(bytes) => Some(text::of_blob(bytes)),
                Raw::Written(text) => Some(text),
            });
            self.rows.rows.push(values.collect());
        } else {
            self.rows.truncated = true;
        }
    }

    fn is_full(&self) -> bool {
        self.rows.truncated
    }

    // Who collects reads values; asking the server once more would tell it nothing.
    fn wants_columns(&self) -> bool {
        false
    }

    fn name(&mut self, columns: Vec<Column>) {
        self.rows.columns = columns.into_iter().map(|column| column.name).collect();
    }
}

/// Returns the beginning of the first statement in `sql` that is not known to read only. Transactions may be begun and
/// ended, unless they ask for writing.
pub(super) fn first_write(engine: Engine, sql: &str) -> Option<String> {
    let (statements, _) = split(engine, sql);
    let refused = statements.iter().find(|statement| {
        let words = statement.text.to_ascii_uppercase();
        let frames = statement.kind == StatementKind::Transaction
            && ["BEGIN", "START", "COMMIT", "ROLLBACK", "END"]
                .iter()
                .any(|word| words.starts_with(word))
            && !words.contains("WRITE");
        // This function changes settings, that which refuses writes among them, in the middle of a query.
        let unlocks = engine == Engine::Postgresql && words.contains("SET_CONFIG");
        !(statement.reads_only || frames) || unlocks
    })?;
    Some(redact(cut(&refused.text, 200)))
}

/// Hides in a server's message what `sql` held as a password: servers quote the text near an error.
pub(super) fn without_secrets(message: &str, sql: &str) -> String {
    let mut message = message.to_owned();
    for secret in passwords(sql) {
        // The server may quote only the beginning, so the longest beginning that occurs is hidden.
        let found = secret
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .rev()
            .map(|end| &secret[..end])
            .take_while(|head| head.chars().count() >= 3)
            .find(|head| message.contains(*head));
        if let Some(head) = found {
            message = message.replace(head, "***");
        }
    }
    message
}

/// Returns the contents of string literals that follow `PASSWORD` or `IDENTIFIED …`, as written.
fn passwords(sql: &str) -> Vec<&str> {
    let upper = sql.to_ascii_uppercase();
    let mut found = Vec::new();
    for key in ["PASSWORD", "IDENTIFIED"] {
        for (at, _) in upper.match_indices(key) {
            let rest = &sql[at + key.len()..];
            let Some(open) = rest.find(['\'', '"', ';']) else {
                continue;
            };
            let mark = rest.as_bytes()[open];
            if mark == b';' {
                continue;
            }
            let inner = &rest[open + 1..];
            let end = inner.find(char::from(mark)).unwrap_or(inner.len());
            if end > 0 {
                found.push(&inner[..end]);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_keeps_no_more_than_its_limit() {
        struct One(&'static str);
        impl Source for One {
            fn columns(&self) -> Vec<Column> {
                vec![Column::default()]
            }
            fn width(&self) -> usize {
                1
            }
            fn value(&self, _: usize) -> Raw<'_> {
                Raw::Text(self.0.as_bytes())
            }
        }
        let mut collector = Collector::new(2);
        for value in ["a", "b", "c", "d"] {
            collector.take(&One(value));
        }
        assert!(collector.is_full());
        let rows = collector.into_rows();
        assert_eq!(rows.rows.len(), 2);
        assert!(rows.truncated);
    }

    #[test]
    fn a_read_only_connection_knows_reads_from_writes() {
        let check = |engine, sql: &str, passes: bool| {
            assert_eq!(first_write(engine, sql).is_none(), passes, "{sql}");
        };
        for engine in [Engine::Postgresql, Engine::Mysql, Engine::Sqlite] {
            check(engine, "SELECT 1; -- done", true);
            check(engine, "BEGIN; SELECT 1; COMMIT", true);
            check(engine, "/* a */ WITH a AS (SELECT 1) SELECT * FROM a", true);
            check(engine, "SELECT 1; DROP TABLE a", false);
            check(engine, "SELECT ';'; DELETE FROM a", false);
            check(engine, "INSERT INTO a VALUES (1)", false);
            check(engine, "CREATE TABLE a (b int)", false);
        }
        check(
            Engine::Postgresql,
            "SET default_transaction_read_only = off",
            false,
        );
        check(Engine::Postgresql, "BEGIN READ WRITE", false);
        check(Engine::Postgresql, "SET TRANSACTION READ WRITE", false);
        check(
            Engine::Postgresql,
            "SELECT set_config('transaction_read_only', 'off', false)",
            false,
        );
        check(
            Engine::Postgresql,
            "SELECT current_setting('transaction_read_only')",
            true,
        );
        check(
            Engine::Postgresql,
            "WITH a AS (DELETE FROM b RETURNING c) SELECT * FROM a",
            false,
        );
        check(Engine::Mysql, "SET SESSION TRANSACTION READ WRITE", false);
        check(Engine::Mysql, "SHOW TABLES", true);
        check(Engine::Sqlite, "PRAGMA query_only", true);
        check(Engine::Sqlite, "PRAGMA query_only = 0", false);
    }

    #[test]
    fn a_refused_write_is_shown_without_its_password() {
        let shown = first_write(Engine::Postgresql, "ALTER ROLE a PASSWORD 'hunter2'");
        assert!(!shown.expect("refused").contains("hunter2"));
    }

    #[test]
    fn a_password_is_hidden_in_an_error_that_quotes_it() {
        let check = |sql: &str, message: &str, expect: &str| {
            assert_eq!(without_secrets(message, sql), expect);
        };
        check(
            "ALTER ROLE a PASSWORD 'hunter2' oops",
            "syntax error at or near \"hunter2\"",
            "syntax error at or near \"***\"",
        );
        check(
            "CREATE USER a IDENTIFIED BY 'hunter2-and-more",
            "near 'hunter2-an'",
            "near '***'",
        );
        check("SELECT 'hunter2'", "near 'hunter2'", "near 'hunter2'");
        check("SET PASSWORD = ", "near ''", "near ''");
    }
}
