//! Checks with what was expected and what was found, also those that nobody evaluated.

use std::collections::BTreeSet;

use serde::Serialize;
use stopover_plan::model::{Check, Expect, Kind, Severity, Test};
use stopover_plan::session::{Session, Status};

use super::Written;
use super::history::History;
use super::steps::is_part;
use crate::guard::{clean, clean_cut};
use crate::text::{Moment, Zone};

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CheckRow {
    /// Step.
    pub(crate) step: String,
    /// Check id within the step.
    pub(crate) check: String,
    /// What it asserts.
    pub(crate) title: String,
    /// How bad a failure is.
    pub(crate) severity: Severity,
    /// `pass`, `fail` or `not_tested`.
    pub(crate) result: &'static str,
    /// What was expected.
    pub(crate) expected: String,
    /// What was found, or why nothing was.
    pub(crate) found: String,
    /// How long it took.
    pub(crate) elapsed_ms: Option<u64>,
    /// When it was last evaluated.
    pub(crate) at: Option<Moment>,
    /// How often it had failed before this result.
    pub(crate) failed_before: u32,
    #[serde(skip)]
    pub(crate) raw: (String, String),
}

/// Returns every check of the session in plan order.
pub(super) fn rows(
    written: &Written<'_>,
    session: &Session,
    history: &History,
    zone: Zone,
) -> Vec<CheckRow> {
    let mut rows = Vec::new();
    for step in session.steps.iter().filter(|step| is_part(session, step)) {
        let mut seen = BTreeSet::new();
        for check in &step.checks {
            let detail = &check.detail;
            let past = history
                .checks
                .get(&(detail.step.clone(), detail.check.clone()));
            let failures = past.map_or(0, |past| past.failures);
            seen.insert(detail.check.as_str());
            rows.push(CheckRow {
                step: clean(&step.id),
                check: clean(&detail.check),
                title: clean(&detail.title),
                severity: detail.severity,
                result: check.result,
                expected: clean_cut(&detail.expected),
                found: clean_cut(&detail.found),
                elapsed_ms: Some(detail.elapsed_ms),
                at: past.and_then(|past| past.at_ms).map(|at| zone.moment(at)),
                failed_before: failures.saturating_sub(u32::from(check.result == "fail")),
                raw: (step.id.clone(), detail.check.clone()),
            });
        }
        if step.step_kind == "check"
            && let Some(Kind::Check(checks)) = written.get(step.id.as_str()).map(|step| &step.kind)
        {
            let why = match step.status {
                Status::Skipped => "the step was skipped",
                _ => "the session did not reach it",
            };
            let missing = checks.iter().filter(|c| !seen.contains(c.id.as_str()));
            rows.extend(missing.map(|check| unreached(&step.id, check, why)));
        }
    }
    rows
}

fn unreached(step: &str, check: &Check, why: &str) -> CheckRow {
    CheckRow {
        step: clean(step),
        check: clean(&check.id),
        title: clean(&check.title),
        severity: check.severity,
        result: "not_tested",
        expected: clean_cut(&expected(&check.test)),
        found: why.to_owned(),
        elapsed_ms: None,
        at: None,
        failed_before: 0,
        raw: (step.to_owned(), check.id.clone()),
    }
}

fn expected(test: &Test) -> String {
    match test {
        Test::Sql { expect, .. } => words(expect),
        Test::Equal { .. } => "both queries return the same rows".to_owned(),
        Test::Snapshot { name, .. } => format!("the same rows as snapshot {name}"),
        Test::NotNull { table, column } => format!("no NULL in {table}.{column}"),
        Test::Unique { table, columns } => {
            format!("no duplicates in {table}({})", columns.join(", "))
        }
        Test::NoOrphans { child, parent } => format!(
            "every {}.{} occurs in {}.{}",
            child.0, child.1, parent.0, parent.1
        ),
        Test::IndexValid { index } => format!("index {index} exists and is valid"),
        Test::Command(command) => match &command.output {
            Some(output) => format!("exit {} and output with {output}", command.exit),
            None => format!("exit {}", command.exit),
        },
    }
}

fn words(expect: &Expect) -> String {
    match expect {
        Expect::Value(value) => value.clone(),
        Expect::Range { min, max } => match (min, max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "any number".to_owned(),
        },
        Expect::Rows(rows) => format!("{rows} rows"),
        Expect::Table(rows) => rows
            .iter()
            .map(|row| {
                let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
                cells.collect::<Vec<_>>().join(" | ")
            })
            .collect::<Vec<_>>()
            .join("\n"),
    }
}
