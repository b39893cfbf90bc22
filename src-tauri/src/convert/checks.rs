//! The checks of a step: what each evaluates, in parts that can be edited, and what must come out.

use std::collections::BTreeMap;

use stopover_plan::model::{Check, Expect, Kind, Severity, Step, Test};
use stopover_plan::sql::redact;

use super::details;
use super::passages::{Passages, Source, command_line};
use crate::view::{self, Language};

/// Returns the step's checks.
pub(super) fn checks(step: &Step) -> Vec<view::Check> {
    let Kind::Check(checks) = &step.kind else {
        return Vec::new();
    };
    checks.iter().map(view_of_check).collect()
}

fn view_of_check(check: &Check) -> view::Check {
    let (test, expected) = match &check.test {
        Test::Sql { sql, expect } => (sql.clone(), expected(expect)),
        Test::Equal { left, right, .. } => (format!("{left}\n{right}"), "the same rows".to_owned()),
        Test::Snapshot { name, sql } => (sql.clone(), format!("the rows of snapshot {name}")),
        Test::NotNull { table, column } => (format!("{table}.{column}"), "no NULL".to_owned()),
        Test::Unique { table, columns } => (
            format!("{table}({})", columns.join(", ")),
            "no value twice".to_owned(),
        ),
        Test::NoOrphans { child, parent } => (
            format!("{}.{} → {}.{}", child.0, child.1, parent.0, parent.1),
            "no orphans".to_owned(),
        ),
        Test::IndexValid { index } => (index.clone(), "exists and is valid".to_owned()),
        Test::Command(command) => {
            let mut expected = format!("exit code {}", command.exit);
            if let Some(output) = &command.output {
                expected.push_str(&format!(", output with “{output}”"));
            }
            (command_line(command), expected)
        }
    };
    let (key, written) = as_written(&check.test);
    let id = format!("id:{}", check.id);
    let path = ["check", id.as_str()];
    // A check is sent whole, so nothing of its parts is left out either.
    let none = BTreeMap::new();
    let mut passages = Passages::whole(&none);
    let parts = match &check.test {
        Test::Equal { left, right, .. } => {
            [("0", "First query", left), ("1", "Second query", right)]
                .map(|(place, label, query)| {
                    let path = [&path[..], &["equal", place]].concat();
                    passages.passage(label, query, Language::Sql, Source::Key(&path))
                })
                .into()
        }
        Test::Command(command) => {
            let path = [&path[..], &["command", "run"]].concat();
            vec![passages.command(command, &path)]
        }
        _ => Vec::new(),
    };
    view::Check {
        id: check.id.clone(),
        title: check.title.clone(),
        warning: check.severity == Severity::Warning,
        target: check.target.clone(),
        command: matches!(check.test, Test::Command(_)),
        test: redact(&test),
        expected,
        key: key.to_owned(),
        written: written.filter(|text| redact(text) == *text),
        details: details::check(&check.test, &path),
        parts,
        path: path.iter().map(ToString::to_string).collect(),
    }
}

/// Returns the key of what a check evaluates, and the text there when it is one.
fn as_written(test: &Test) -> (&'static str, Option<String>) {
    match test {
        Test::Sql { sql, .. } => ("sql", Some(sql.clone())),
        Test::Equal { .. } => ("equal", None),
        Test::Snapshot { sql, .. } => ("sql", Some(sql.clone())),
        Test::NotNull { table, column } => ("not_null", Some(format!("{table}.{column}"))),
        Test::Unique { table, columns } => {
            ("unique", Some(format!("{table}({})", columns.join(", "))))
        }
        Test::NoOrphans { child, parent } => (
            "no_orphans",
            Some(format!(
                "{}.{} -> {}.{}",
                child.0, child.1, parent.0, parent.1
            )),
        ),
        Test::IndexValid { index } => ("index_valid", Some(index.clone())),
        Test::Command(_) => ("command", None),
    }
}

fn expected(expect: &Expect) -> String {
    match expect {
        Expect::Value(value) => value.clone(),
        Expect::Range { min, max } => match (min, max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "a number".to_owned(),
        },
        Expect::Rows(rows) => format!("{rows} rows"),
        Expect::Table(rows) => format!("exactly these {} rows", rows.len()),
    }
}
