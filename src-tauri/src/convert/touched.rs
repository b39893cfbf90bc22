//! Which tables the steps of a plan name.

use std::collections::BTreeMap;

use stopover_plan::Plan;
use stopover_plan::model::{Check, Kind, Sql, Step, Test, Undo};
use stopover_plan::sql::tables;

use crate::view::{Touched, TouchedTarget};

/// Returns, for every target of the plan, the tables its steps name; `files` are the texts of its SQL files.
pub(crate) fn touched(plan: &Plan, files: &BTreeMap<String, String>) -> Vec<TouchedTarget> {
    plan.targets
        .iter()
        .map(|target| {
            let mut found: Vec<Touched> = Vec::new();
            for step in &plan.steps {
                for text in texts(step, &target.id, files) {
                    for table in tables(target.engine, text) {
                        let known = found
                            .iter_mut()
                            .find(|one| one.schema == table.schema && one.name == table.name);
                        match known {
                            Some(known) if known.steps.last() != Some(&step.id) => {
                                known.steps.push(step.id.clone());
                            }
                            Some(_) => {}
                            None => found.push(Touched {
                                schema: table.schema,
                                name: table.name,
                                steps: vec![step.id.clone()],
                            }),
                        }
                    }
                }
            }
            TouchedTarget {
                target: target.id.clone(),
                engine: target.engine.into(),
                connection: target.connection.clone(),
                database: target.database.clone(),
                tables: found,
            }
        })
        .collect()
}

/// Returns the SQL of a step that is for this target: what it runs, checks and takes back with.
fn texts<'a>(step: &'a Step, target: &str, files: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let mine = step.target.as_deref() == Some(target);
    let mut found = Vec::new();
    let of = |sql: &'a Sql| match (&sql.text, &sql.file) {
        (Some(text), _) => Some(text.as_str()),
        (None, Some(file)) => files.get(file).map(String::as_str),
        (None, None) => None,
    };
    if mine {
        match &step.kind {
            Kind::Sql(sql) => found.extend(of(sql)),
            Kind::Flag(flag) => found.extend(flag.sql.as_deref()),
            _ => {}
        }
        if let Some(Undo::Sql(sql)) = &step.undo {
            found.extend(of(sql));
        }
    }
    if let Kind::Check(checks) = &step.kind {
        for check in checks {
            found.extend(of_check(check, step, target));
        }
    }
    found
}

fn of_check<'a>(check: &'a Check, step: &Step, target: &str) -> Vec<&'a str> {
    let own = check.target.as_deref().or(step.target.as_deref());
    match &check.test {
        Test::Sql { sql, .. } if own == Some(target) => vec![sql],
        Test::Equal {
            left,
            right,
            right_target,
            ..
        } => {
            let mut found: Vec<&str> = Vec::new();
            if own == Some(target) {
                found.push(left);
            }
            if right_target.as_deref().or(own) == Some(target) {
                found.push(right);
            }
            found
        }
        _ => Vec::new(),
    }
}
