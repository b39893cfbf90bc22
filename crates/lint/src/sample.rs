//! Plans for the tests of the rules.

use std::collections::BTreeMap;
use std::time::Duration;

use stopover_plan::Plan;
use stopover_plan::model::{
    Backup, Card, Check, Command, Engine, Kind, Severity, Sql, Step, Target, Test, Undo,
};

use crate::Finding;
use crate::context::Context;
use crate::rules::Rule;

/// Returns what `rule` finds.
pub(crate) fn found(rule: Rule, plan: &Plan) -> Vec<Finding> {
    rule(&Context::of(plan, &BTreeMap::new()))
}

/// Asserts the messages of what `rule` finds.
pub(crate) fn check(rule: Rule, plan: &Plan, expect: &[&str]) {
    let messages: Vec<String> = found(rule, plan).into_iter().map(|f| f.message).collect();
    assert_eq!(messages, expect);
}

/// Returns a plan of these steps, one after the other, on one PostgreSQL target `shop`.
pub(crate) fn plan(mut steps: Vec<Step>) -> Plan {
    for position in 0..steps.len() {
        steps[position].line = u32::try_from(position * 10 + 10).expect("samples are short");
        if position > 0 {
            steps[position].after = vec![steps[position - 1].id.clone()];
        }
    }
    Plan {
        targets: vec![Target {
            id: "shop".into(),
            engine: Engine::Postgresql,
            summary: String::new(),
            database: None,
            connection: None,
        }],
        steps,
        ..Plan::default()
    }
}

fn step(id: &str, kind: Kind) -> Step {
    Step {
        id: id.into(),
        title: id.into(),
        phase: None,
        after: vec![],
        after_written: false,
        target: Some("shop".into()),
        project: None,
        estimate: None,
        timeout: None,
        start: None,
        owner: None,
        notes: String::new(),
        downtime: false,
        point_of_no_return: false,
        destructive: None,
        idempotent: false,
        finally_for: None,
        kind,
        undo: None,
        line: 1,
    }
}

pub(crate) fn sql(id: &str, text: &str) -> Step {
    let text = Some(text.to_owned());
    step(
        id,
        Kind::Sql(Sql {
            text,
            ..Sql::default()
        }),
    )
}

pub(crate) fn with_undo(mut step: Step, text: &str) -> Step {
    step.undo = Some(Undo::Sql(Sql {
        text: Some(text.to_owned()),
        ..Sql::default()
    }));
    step
}

pub(crate) fn backup(id: &str, restore_check: bool) -> Step {
    step(
        id,
        Kind::Backup(Backup {
            restore_check,
            ..Backup::default()
        }),
    )
}

pub(crate) fn command(id: &str, run: &[&str]) -> Step {
    let run = run.iter().map(|&word| word.to_owned()).collect();
    step(
        id,
        Kind::Command(Command {
            run,
            ..Command::default()
        }),
    )
}

pub(crate) fn checks(id: &str, tests: Vec<Test>) -> Step {
    let checks = tests.into_iter().enumerate().map(|(position, test)| Check {
        id: (position + 1).to_string(),
        title: String::new(),
        severity: Severity::Error,
        target: None,
        test,
    });
    step(id, Kind::Check(checks.collect()))
}

/// Returns a plan on which every rule finds something.
pub(crate) fn everything_wrong() -> Plan {
    let mut drop = sql("drop", "DROP TABLE users; VACUUM items;");
    drop.point_of_no_return = true;
    let mut add = sql("add", "ALTER TABLE items ADD x int");
    if let Kind::Sql(sql) = &mut add.kind {
        sql.lock_timeout = Some(Duration::ZERO);
    }
    let mut plan = plan(vec![
        backup("backup", false),
        command("dump", &["pg_dump", "shop"]),
        sql("set", "SET work_mem = '1GB'"),
        add,
        drop,
        checks("verify", vec![]),
    ]);
    plan.cards = vec![Card {
        id: "c".into(),
        ..Card::default()
    }];
    plan
}
