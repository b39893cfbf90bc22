//! A wait for a lock ends: without an end everyone who comes later waits behind it.

use stopover_plan::model::{Engine, Severity};
use stopover_plan::sql::{Statement, StatementKind};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "lock_timeout_off";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for sql in &context.sql {
        let by_key = sql
            .sql
            .lock_timeout
            .is_some_and(|timeout| timeout.is_zero());
        let by_statement = sql.statements.iter().find(|statement| turns_off(statement));
        let how = match (by_key, by_statement) {
            (true, _) => "sets lock_timeout to 0".to_owned(),
            (false, Some(statement)) => format!("runs {}", sql.shown(statement)),
            (false, None) => continue,
        };
        let waits = sql
            .statements
            .iter()
            .find(|statement| statement.kind == StatementKind::Define)
            .or_else(|| {
                sql.statements
                    .iter()
                    .find(|statement| !statement.reads_only)
            })
            .filter(|statement| statement.kind != StatementKind::Session)
            .map_or("a statement of it".to_owned(), |statement| {
                sql.shown(statement)
            });
        let lock = match sql.engine {
            Engine::Postgresql => "its table lock",
            Engine::Mysql => "its metadata lock",
            Engine::Sqlite => "the write lock of the file",
        };
        findings.push(on(
            sql.step,
            RULE,
            Severity::Warning,
            format!(
                "{} {how}: while {waits} waits for {lock}, every later reader and writer waits behind it without end.",
                sql.name()
            ),
            "Set a lock_timeout such as \"100ms\"; the step is tried again.",
        ));
    }
    findings
}

/// Returns true for `SET [SESSION|LOCAL] lock_timeout = 0` in its spellings.
fn turns_off(statement: &Statement) -> bool {
    if statement.kind != StatementKind::Session {
        return false;
    }
    let text = statement.text.to_ascii_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|word| *word == "lock_timeout");
    let value = at.and_then(|at| words[at + 1..].iter().find(|word| **word != "to"));
    value.is_some_and(|value| matches!(*value, "0" | "0s" | "0ms" | "0min"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use stopover_plan::model::Kind;

    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn a_wait_without_end_is_found() {
        let mut plan = sample::plan(vec![
            sample::sql("a", "ALTER TABLE items ADD x int"),
            sample::sql("b", "SET LOCAL lock_timeout TO '0'; DROP INDEX i;"),
            sample::sql("c", "SET lock_timeout = '10s'; DROP INDEX j;"),
        ]);
        if let Kind::Sql(sql) = &mut plan.steps[0].kind {
            sql.lock_timeout = Some(Duration::ZERO);
        }
        check(
            find,
            &plan,
            &[
                "Step a sets lock_timeout to 0: while ALTER TABLE items ADD x int waits for its table lock, every later reader and writer waits behind it without end.",
                "Step b runs SET LOCAL lock_timeout TO '0': while DROP INDEX i waits for its table lock, every later reader and writer waits behind it without end.",
            ],
        );
    }
}
