//! What cannot be part of a transaction stands alone in its step: beside others, a failure leaves the step half done.

use stopover_plan::model::{Engine, Severity};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "statement_needs_its_own_step";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for sql in &context.sql {
        let Some(first) = sql
            .statements
            .iter()
            .find(|statement| !statement.transactional)
        else {
            continue;
        };
        let others = sql.statements.len() - 1;
        if others == 0 {
            continue;
        }
        let why = match sql.engine {
            Engine::Mysql => "commits by itself",
            Engine::Postgresql | Engine::Sqlite => "cannot run in a transaction",
        };
        let plural = if others == 1 { "" } else { "s" };
        findings.push(on(
            sql.step,
            RULE,
            Severity::Warning,
            format!(
                "{} runs {} with {others} other statement{plural}: it {why}, so a failure leaves the step half done.",
                sql.name(),
                sql.shown(first)
            ),
            "Put the statement into a step of its own.",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn an_index_built_concurrently_beside_others_is_found() {
        let plan = sample::plan(vec![
            sample::sql(
                "a",
                "CREATE INDEX CONCURRENTLY i ON items (x); ANALYZE items;",
            ),
            sample::sql("b", "CREATE INDEX CONCURRENTLY j ON items (x);"),
            sample::sql("c", "CREATE INDEX k ON items (x); ANALYZE items;"),
        ]);
        check(
            find,
            &plan,
            &[
                "Step a runs CREATE INDEX CONCURRENTLY i ON items (x) with 1 other statement: it cannot run in a transaction, so a failure leaves the step half done.",
            ],
        );
    }

    #[test]
    fn on_mysql_every_definition_commits() {
        let two = "ALTER TABLE a ADD x int; ALTER TABLE b ADD x int;";
        let step = sample::with_undo(
            sample::sql("a", two),
            "ALTER TABLE a DROP x; SELECT 1; SELECT 2;",
        );
        let mut plan = sample::plan(vec![step]);
        plan.targets[0].engine = Engine::Mysql;
        check(
            find,
            &plan,
            &[
                "Step a runs ALTER TABLE a ADD x int with 1 other statement: it commits by itself, so a failure leaves the step half done.",
                "The undo of step a runs ALTER TABLE a DROP x with 2 other statements: it commits by itself, so a failure leaves the step half done.",
            ],
        );
    }
}
