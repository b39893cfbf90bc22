//! Where in the text a database found the error, and what a person can do about it in a query.

use stopover_plan::model::Engine;

use crate::db::{DbClass, DbError};
use crate::error::EngineError;

/// Returns the error as a problem with line and column of `sql`, in which `statement` begins at byte `at`.
pub(super) fn placed(
    error: &DbError,
    engine: Engine,
    sql: &str,
    at: usize,
    statement: &str,
) -> EngineError {
    let mut problem = error.problem();
    match error.class {
        DbClass::ReadOnly => {
            problem.hint =
                "Put what writes into a step of a plan; a query here only reads.".to_owned();
        }
        DbClass::StatementTimeout => {
            problem.hint = "Raise the time limit of the query, or ask for less.".to_owned();
        }
        DbClass::Cancelled => problem.hint = "Run it again when you like.".to_owned(),
        DbClass::Lost => {
            problem.hint =
                "Check that the server runs and can be reached, then run it again.".to_owned();
        }
        DbClass::Constraint | DbClass::DiskFull => problem.hint = String::new(),
        _ => {}
    }
    let found = error
        .position
        .and_then(|position| byte_of(statement, position))
        .or_else(|| quoted(engine, &error.message, statement));
    if let Some(byte) = found {
        let (line, column) = line_and_column(sql, at + byte);
        problem.line = Some(line);
        problem.column = Some(column);
    } else if engine == Engine::Mysql
        && error.class == DbClass::Syntax
        && let Some(line) = line_named(&error.message)
    {
        let (first, _) = line_and_column(sql, at);
        problem.line = Some(first + line - 1);
    }
    EngineError::Problem(problem)
}

/// Returns the byte of a character counted from 1.
fn byte_of(text: &str, position: usize) -> Option<usize> {
    let ahead = position.checked_sub(1)?;
    text.char_indices()
        .map(|(byte, _)| byte)
        .chain([text.len()])
        .nth(ahead)
}

/// SQLite and MySQL name no position but quote the text near the error; it counts when it occurs once.
fn quoted(engine: Engine, message: &str, statement: &str) -> Option<usize> {
    let (begin, end) = match engine {
        Engine::Sqlite => ("near \"", "\""),
        Engine::Mysql => ("near '", "' at line "),
        Engine::Postgresql => return None,
    };
    let rest = &message[message.find(begin)? + begin.len()..];
    let text = &rest[..rest.rfind(end)?];
    let first = statement.find(text)?;
    let alone = statement[first + 1..].matches(text).next().is_none();
    (!text.is_empty() && alone).then_some(first)
}

/// Returns the line a message of MySQL ends with, from 1.
fn line_named(message: &str) -> Option<u32> {
    let (_, line) = message.rsplit_once("at line ")?;
    line.trim().parse().ok().filter(|line| *line > 0)
}

/// Returns line and column, both from 1, of a byte.
fn line_and_column(text: &str, byte: usize) -> (u32, u32) {
    let before = &text[..text.floor_char_boundary(byte)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    let number = |n| u32::try_from(n).unwrap_or(u32::MAX);
    (number(line), number(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: Engine, message: &str, position: Option<usize>, expect: Option<(u32, u32)>) {
        let sql = "SELECT 1;\nSELECT é,\n frm 2";
        let statement = "SELECT é,\n frm 2";
        let mut error = DbError::own("x", message, DbClass::Syntax);
        error.position = position;
        let at = sql.find(statement).expect("it is there");
        let problem = placed(&error, engine, sql, at, statement).problem();
        let found = problem.line.zip(problem.column);
        assert_eq!(found, expect, "{message}");
    }

    #[test]
    fn the_place_of_an_error_is_a_line_and_a_column_of_the_whole_text() {
        check(Engine::Postgresql, "x", Some(8), Some((2, 8)));
        check(Engine::Postgresql, "x", Some(12), Some((3, 2)));
        check(Engine::Postgresql, "x", Some(900), None);
        check(Engine::Postgresql, "x", None, None);
        check(
            Engine::Sqlite,
            "near \"frm\": syntax error",
            None,
            Some((3, 2)),
        );
        check(Engine::Sqlite, "near \"\": syntax error", None, None);
        check(
            Engine::Mysql,
            "You have an error near 'frm 2' at line 2",
            None,
            Some((3, 2)),
        );
    }

    #[test]
    fn a_line_alone_is_told_where_no_more_is_known() {
        assert_eq!(line_named("near '' at line 12"), Some(12));
        assert_eq!(line_named("near '' at line x"), None);
    }
}
