//! The statements of a step: where their text lies, what it destroys, and how the journal shows one.

use stopover_plan::Problem;
use stopover_plan::model::{Engine, Sql};
use stopover_plan::sql::{redact, split};

use super::{Run, bounded};

/// Longest statement text kept in the journal, in bytes.
const STATEMENT_BYTES: usize = 4096;

/// Returns a statement or command line as the journal keeps it: without secrets, bounded.
pub(super) fn shown(statement: &str) -> String {
    bounded(&redact(statement), STATEMENT_BYTES)
}

/// Returns the text of the statements: inline, or of the file they lie in.
pub(super) fn text<'a>(run: &'a Run, sql: &'a Sql) -> Result<&'a str, Problem> {
    match (&sql.text, &sql.file) {
        (Some(text), _) => Ok(text),
        (None, Some(file)) => run.files.get(file).map(String::as_str).ok_or_else(|| {
            Problem::new(
                "file-missing",
                format!("The SQL file {file} was not read."),
                "Put the file beside the plan.",
            )
        }),
        (None, None) => Ok(""),
    }
}

/// Returns true when one of the statements destroys data.
pub(super) fn destroys(run: &Run, engine: Engine, sql: &Sql) -> bool {
    text(run, sql).is_ok_and(|text| {
        split(engine, text)
            .0
            .iter()
            .any(|statement| statement.destructive.is_some())
    })
}
