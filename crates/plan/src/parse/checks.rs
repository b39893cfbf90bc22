//! Checks: each evaluates exactly one thing, and has something to compare it with.

use std::collections::HashSet;

use super::fields::{Fields, Kin, Reading};
use super::short::short;
use super::{expect, forms, keys, names};
use crate::model::{Check, Expect, Severity, Test};

/// Keys of which a check has exactly one; `sql` stands alone or beside `snapshot`.
const TESTS: &[&str] = &[
    "equal",
    "snapshot",
    "not_null",
    "unique",
    "no_orphans",
    "index_valid",
    "command",
    "sql",
];

/// Reads the checks of a step.
pub(crate) fn read_all(step: &Fields, reading: &mut Reading) -> Vec<Check> {
    let tables = step.tables(reading, "check", &format!("{}, check", step.what));
    if tables.is_empty() && step.item("check").is_some_and(|item| item.is_array()) {
        step.bad(reading, "check", "empty-check", || {
            (
                "`check` is empty, so nothing is checked".to_owned(),
                "Add a check, or remove the step.".to_owned(),
            )
        });
    }
    let mut ids = HashSet::new();
    let mut checks = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        table.only_known(reading, keys::CHECK);
        let id = table.id(reading).unwrap_or_else(|| (index + 1).to_string());
        if !ids.insert(id.clone()) {
            table.bad(reading, "id", "duplicate-id", || {
                (
                    format!("an earlier check of the step has the id \"{}\"", short(&id)),
                    "Give one of them another id.".to_owned(),
                )
            });
        }
        let severity = severity(table, reading);
        let target = table.reference(reading, "target", Kin::Target);
        let title = table.word(reading, "title");
        if let Some(test) = test(table, reading) {
            checks.push(Check {
                id,
                title: title.unwrap_or_else(|| in_words(&test)),
                severity,
                target,
                test,
            });
        }
    }
    checks
}

fn severity(table: &Fields, reading: &mut Reading) -> Severity {
    match table.word(reading, "severity").as_deref() {
        None | Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        Some(other) => {
            table.bad(reading, "severity", "unknown-word", || {
                (
                    format!("`severity` is \"{}\"", short(other)),
                    "Write \"error\" or \"warning\".".to_owned(),
                )
            });
            Severity::Error
        }
    }
}

fn test(table: &Fields, reading: &mut Reading) -> Option<Test> {
    let mut choice = TESTS.to_vec();
    if table.has("snapshot") {
        choice.retain(|key| *key != "sql");
    }
    let key = forms::one_of(table, reading, &choice)?;
    for (stray, of) in [("expect", "sql"), ("right_target", "equal")] {
        if table.has(stray) && key != of {
            table.bad(reading, stray, "stray-key", || {
                (
                    format!("`{stray}` belongs to `{of}` and means nothing beside `{key}`"),
                    format!("Remove `{stray}`."),
                )
            });
        }
    }
    match key {
        "sql" => {
            if !table.has("expect") {
                let what = &table.what;
                reading.found.add(table.value_at("sql"), "no-expectation", || {
                    (
                        format!("{what} has no `expect`, so it would pass whatever the query returns"),
                        "Add `expect = …`: a value, a range, a number of rows or a table.".to_owned(),
                    )
                });
            }
            let sql = table.word(reading, "sql");
            let expect = expect::read(table, reading);
            Some(Test::Sql {
                sql: sql?,
                expect: expect?,
            })
        }
        "equal" => equal(table, reading),
        "snapshot" => {
            if !table.has("sql") {
                table.missing(reading, "sql", "\"SELECT …\"");
            }
            let name = table.word(reading, "snapshot");
            let sql = table.word(reading, "sql");
            Some(Test::Snapshot {
                name: name?,
                sql: sql?,
            })
        }
        "command" => forms::command(table, reading, "command").map(Test::Command),
        named => {
            let text = table.word(reading, named)?;
            let test = named_test(named, &text);
            if test.is_none() {
                table.bad(reading, named, "bad-name", || {
                    (
                        format!("`{named}` is \"{}\", which cannot be read", short(&text)),
                        format!("Write `{named} = \"{}\"`.", form(named)),
                    )
                });
            }
            test
        }
    }
}

fn equal(table: &Fields, reading: &mut Reading) -> Option<Test> {
    let right_target = table.reference(reading, "right_target", Kin::Target);
    let queries = table.list(reading, "equal");
    match <[String; 2]>::try_from(queries) {
        Ok([left, right]) if !left.trim().is_empty() && !right.trim().is_empty() => {
            Some(Test::Equal {
                left,
                right,
                right_target,
            })
        }
        _ => {
            table.bad(reading, "equal", "bad-equal", || {
                (
                    "`equal` needs exactly two queries".to_owned(),
                    "Write `equal = [\"SELECT …\", \"SELECT …\"]`.".to_owned(),
                )
            });
            None
        }
    }
}

fn form(key: &str) -> &'static str {
    match key {
        "not_null" => "table.column",
        "unique" => "table(column, column)",
        "no_orphans" => "child.column -> parent.column",
        _ => "index_name",
    }
}

fn named_test(key: &str, text: &str) -> Option<Test> {
    match key {
        "not_null" => names::column(text).map(|(table, column)| Test::NotNull { table, column }),
        "unique" => names::columns(text).map(|(table, columns)| Test::Unique { table, columns }),
        "no_orphans" => {
            let (child, parent) = text.split_once("->")?;
            Some(Test::NoOrphans {
                child: names::column(child)?,
                parent: names::column(parent)?,
            })
        }
        _ => names::name(text).map(|index| Test::IndexValid { index }),
    }
}

/// Says what a check without a title asserts.
fn in_words(test: &Test) -> String {
    match test {
        Test::Sql { sql, expect } => match expect {
            Expect::Value(value) => format!("{} returns {}", short(sql.trim()), short(value)),
            Expect::Range { .. } => format!("{} is in its range", short(sql.trim())),
            Expect::Rows(rows) => format!("{} returns {rows} rows", short(sql.trim())),
            Expect::Table(_) => format!("{} returns the expected rows", short(sql.trim())),
        },
        Test::Equal { left, right, .. } => {
            format!("{} equals {}", short(left.trim()), short(right.trim()))
        }
        Test::Snapshot { name, .. } => format!("{} is unchanged", short(name)),
        Test::NotNull { table, column } => format!("{table}.{column} has no NULL"),
        Test::Unique { table, columns } => format!("{table}({}) is unique", columns.join(", ")),
        Test::NoOrphans { child, parent } => {
            format!(
                "every {}.{} is in {}.{}",
                child.0, child.1, parent.0, parent.1
            )
        }
        Test::IndexValid { index } => format!("index {index} exists and is valid"),
        Test::Command(command) => format!("{} ends as expected", short(&command.run.join(" "))),
    }
}
