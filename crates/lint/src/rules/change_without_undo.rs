//! A step that changes rows or schema says how it is taken back.

use stopover_plan::model::Severity;
use stopover_plan::sql::{Statement, StatementKind};

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "change_without_undo";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    context
        .forward()
        .filter(|sql| sql.step.undo.is_none() && !sql.step.point_of_no_return)
        .filter_map(|sql| {
            let first = sql.statements.iter().find(|statement| changes(statement))?;
            Some(on(
                sql.step,
                RULE,
                Severity::Warning,
                format!(
                    "Step {} has no undo: a rollback leaves the effect of {} in place.",
                    sql.step.id,
                    sql.shown(first)
                ),
                "Add an undo, or set point_of_no_return = true.",
            ))
        })
        .collect()
}

fn changes(statement: &Statement) -> bool {
    !statement.reads_only
        && matches!(
            statement.kind,
            StatementKind::Change | StatementKind::Define | StatementKind::Call
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn a_change_without_undo_is_found() {
        let plan = sample::plan(vec![sample::sql(
            "a",
            "SELECT 1;\nUPDATE items\nSET x = 1;",
        )]);
        check(
            find,
            &plan,
            &[
                "Step a has no undo: a rollback leaves the effect of UPDATE items SET x = 1 in place.",
            ],
        );
    }

    #[test]
    fn reading_maintaining_and_the_point_of_no_return_need_none() {
        let mut plan = sample::plan(vec![
            sample::sql("a", "SELECT 1"),
            sample::sql("b", "VACUUM items"),
            sample::sql("c", "DROP TABLE old"),
            sample::with_undo(
                sample::sql("d", "UPDATE items SET x = 1"),
                "UPDATE items SET x = 0",
            ),
        ]);
        plan.steps[2].point_of_no_return = true;
        check(find, &plan, &[]);
    }
}
