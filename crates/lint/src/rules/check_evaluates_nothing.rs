//! A check looks at something: one that cannot fail passes for proof.

use std::collections::BTreeMap;

use stopover_plan::model::{Check, Engine, Expect, Kind, Severity, Step, Test};
use stopover_plan::sql::split;

use crate::Finding;
use crate::context::{Context, on};

const RULE: &str = "check_evaluates_nothing";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let mut snapshots: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, check) in checks(context) {
        if let Test::Snapshot { name, .. } = &check.test {
            *snapshots.entry(name).or_default() += 1;
        }
    }
    let mut findings: Vec<Finding> = context
        .plan
        .steps
        .iter()
        .filter(|step| matches!(&step.kind, Kind::Check(checks) if checks.is_empty()))
        .map(|step| {
            on(
                step,
                RULE,
                Severity::Error,
                format!("Step {} checks nothing, so it always passes.", step.id),
                "Add a check to it.",
            )
        })
        .collect();
    for (step, check) in checks(context) {
        if let Some((why, fix)) = nothing(check, &snapshots) {
            findings.push(on(
                step,
                RULE,
                Severity::Error,
                format!("Check {}/{} {why}.", step.id, check.id),
                fix,
            ));
        }
    }
    findings
}

fn checks<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Step, &'a Check)> {
    context.plan.steps.iter().flat_map(|step| {
        let checks = match &step.kind {
            Kind::Check(checks) => checks.as_slice(),
            _ => &[],
        };
        checks.iter().map(move |check| (step, check))
    })
}

fn nothing(
    check: &Check,
    snapshots: &BTreeMap<&str, usize>,
) -> Option<(&'static str, &'static str)> {
    const EMPTY: (&str, &str) = ("has no statement", "Write the query it evaluates.");
    match &check.test {
        Test::Sql { sql, .. } if is_empty(sql) => Some(EMPTY),
        Test::Sql {
            expect:
                Expect::Range {
                    min: None,
                    max: None,
                },
            ..
        } => Some(("accepts every number", "Give it a min or a max.")),
        Test::Equal { left, right, .. } if is_empty(left) || is_empty(right) => Some(EMPTY),
        Test::Equal {
            left,
            right,
            right_target,
        } if left.trim() == right.trim()
            && right_target
                .as_ref()
                .is_none_or(|right| Some(right) == check.target.as_ref()) =>
        {
            Some((
                "compares a query with itself",
                "Compare two queries, or two targets.",
            ))
        }
        Test::Snapshot { sql, .. } if is_empty(sql) => Some(EMPTY),
        Test::Snapshot { name, .. } if snapshots.get(name.as_str()) == Some(&1) => Some((
            "takes a snapshot that no other check is compared with",
            "Add a check with the same snapshot after the change.",
        )),
        Test::Command(command) if command.run.is_empty() => {
            Some(("runs no program", "Write the program it runs."))
        }
        _ => None,
    }
}

/// Returns true for a text of blanks and comments; the engines agree on what those are, but for `#`.
fn is_empty(sql: &str) -> bool {
    split(Engine::Mysql, sql).0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, check};

    fn query(sql: &str, expect: Expect) -> Test {
        let sql = sql.to_owned();
        Test::Sql { sql, expect }
    }

    #[test]
    fn what_cannot_fail_is_found() {
        let equal = Test::Equal {
            left: "SELECT 1".into(),
            right: " SELECT 1".into(),
            right_target: None,
        };
        let snapshot = Test::Snapshot {
            name: "rows".into(),
            sql: "SELECT count(*) FROM t".into(),
        };
        let range = Expect::Range {
            min: None,
            max: None,
        };
        let plan = sample::plan(vec![
            sample::checks("a", vec![]),
            sample::checks(
                "b",
                vec![
                    query("-- later", Expect::Rows(0)),
                    query("SELECT 1", range),
                    equal,
                    snapshot,
                    query("SELECT count(*) FROM t", Expect::Value("0".into())),
                ],
            ),
        ]);
        check(
            find,
            &plan,
            &[
                "Step a checks nothing, so it always passes.",
                "Check b/1 has no statement.",
                "Check b/2 accepts every number.",
                "Check b/3 compares a query with itself.",
                "Check b/4 takes a snapshot that no other check is compared with.",
            ],
        );
    }

    #[test]
    fn the_same_query_on_two_targets_and_a_snapshot_taken_twice_are_fine() {
        let snapshot = || Test::Snapshot {
            name: "rows".into(),
            sql: "SELECT count(*) FROM t".into(),
        };
        let equal = Test::Equal {
            left: "SELECT 1".into(),
            right: "SELECT 1".into(),
            right_target: Some("other".into()),
        };
        let plan = sample::plan(vec![sample::checks(
            "a",
            vec![snapshot(), snapshot(), equal],
        )]);
        check(find, &plan, &[]);
    }
}
