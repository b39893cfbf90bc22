//! Check steps: each check is evaluated, its expected and found values recorded; an error stops the session.

use std::time::Instant;

use stopover_plan::Problem;
use stopover_plan::event::{Body, CheckResult};
use stopover_plan::model::{Check, Engine, Expect, Kind, Severity, Step, Test};
use stopover_plan::sql::redact;

use super::adopt::known_by_marks_only;
use super::end::StepEnd;
use super::expect::{brief, expect_text, fingerprint, meets};
use super::{Halt, Run, RunError, bounded, command_step, ms};
use crate::db::{Db, DbClass, DbError, Rows};

/// Longest found value kept, in bytes.
const FOUND_BYTES: usize = 4096;
/// Most rows a query of a check may return.
const ROWS: usize = 1_000_000;

/// Why a query gave no answer, in words for the check's result.
struct NotTested(String);

/// What evaluating a check brought.
enum Verdict {
    Pass(String),
    Fail(String),
    NotTested(String),
}

/// Evaluates the checks of a step in order.
pub(super) async fn run_checks(
    run: &Run,
    step: &Step,
    checks: &[Check],
) -> Result<StepEnd, RunError> {
    let mut failed = Vec::new();
    if checks.is_empty() {
        return Ok(StepEnd::failed(Problem::new(
            "check-empty",
            format!("Step {} evaluates nothing.", step.id),
            "Add a check to it, or remove the step.",
        )));
    }
    for check in checks {
        let started = Instant::now();
        let verdict = tokio::select! {
            verdict = evaluate(run, step, check) => verdict?,
            halt = run.halted() => {
                debug_assert!(halt != Halt::Go);
                return Ok(StepEnd::Interrupted { reason: "a check changes nothing".to_owned() });
            }
        };
        let result = |found: &str| CheckResult {
            step: step.id.clone(),
            check: check.id.clone(),
            title: check.title.clone(),
            severity: check.severity,
            expected: expected_text(&check.test),
            found: bounded(&redact(found), FOUND_BYTES),
            elapsed_ms: ms(started.elapsed()),
        };
        match verdict {
            Verdict::Pass(found) => {
                run.record(Body::CheckPassed {
                    result: result(&found),
                })?;
                tick(run, step, check, &found)?;
            }
            Verdict::Fail(found) => {
                let result = result(&found);
                if check.severity == Severity::Error {
                    failed.push(format!(
                        "{}: expected {}, found {}",
                        check.title,
                        result.expected,
                        bounded(&result.found, 200)
                    ));
                }
                run.record(Body::CheckFailed { result })?;
            }
            Verdict::NotTested(why) => {
                let result = result(&why);
                if check.severity == Severity::Error {
                    failed.push(format!("{} could not be tested: {why}", check.title));
                }
                run.record(Body::CheckNotTested { result })?;
            }
        }
    }
    if failed.is_empty() {
        return Ok(StepEnd::succeeded());
    }
    Ok(StepEnd::failed(Problem::new(
        "check-failed",
        failed.join("; "),
        "Find out why, then retry the step, skip it with a reason, or roll back.",
    )))
}

/// Signs the items that this check ticks.
fn tick(run: &Run, step: &Step, check: &Check, found: &str) -> Result<(), RunError> {
    let items: Vec<String> = run
        .plan
        .checklists
        .iter()
        .flat_map(|checklist| &checklist.items)
        .filter(|item| {
            item.check
                .as_deref()
                .is_some_and(|name| stopover_plan::Plan::names_check(name, &step.id, &check.id))
        })
        .map(|item| item.id.clone())
        .filter(|item| !run.session().is_signed(item))
        .collect();
    for item in items {
        run.record(Body::ItemSigned {
            item,
            by: format!("check {}/{}", step.id, check.id),
            note: format!("found {}", bounded(found, 200)),
            evidence: None,
        })?;
    }
    Ok(())
}

async fn evaluate(run: &Run, step: &Step, check: &Check) -> Result<Verdict, RunError> {
    let target = check.target.as_ref().or(step.target.as_ref());
    match &check.test {
        Test::Sql { sql, expect } => Ok(match query(run, target, sql).await? {
            Ok(rows) => judge(expect, &rows),
            Err(NotTested(why)) => Verdict::NotTested(why),
        }),
        Test::Equal {
            left,
            right,
            right_target,
        } => {
            let left = query(run, target, left).await?;
            let right = query(run, right_target.as_ref().or(target), right).await?;
            Ok(match (left, right) {
                (Ok(left), Ok(right)) if left.truncated || right.truncated => {
                    Verdict::NotTested(format!("a query returned more than {ROWS} rows"))
                }
                (Ok(left), Ok(right)) => {
                    let found = format!("{} and {}", brief(&left), brief(&right));
                    match left.rows == right.rows {
                        true => Verdict::Pass(found),
                        false => Verdict::Fail(found),
                    }
                }
                (Err(NotTested(why)), _) | (_, Err(NotTested(why))) => Verdict::NotTested(why),
            })
        }
        Test::Snapshot { name, sql } => snapshot(run, step, target, name, sql).await,
        Test::NotNull { table, column } => {
            let sql = format!("SELECT count(*) FROM {table} WHERE {column} IS NULL");
            zero(run, target, &sql).await
        }
        Test::Unique { table, columns } => {
            let columns = columns.join(", ");
            let sql = format!(
                "SELECT count(*) FROM (SELECT {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1) doubled"
            );
            zero(run, target, &sql).await
        }
        Test::NoOrphans { child, parent } => {
            let sql = format!(
                "SELECT count(*) FROM {ct} c WHERE c.{cc} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {pt} p WHERE p.{pc} = c.{cc})",
                ct = child.0,
                cc = child.1,
                pt = parent.0,
                pc = parent.1
            );
            zero(run, target, &sql).await
        }
        Test::IndexValid { index } => index_valid(run, target, index).await,
        Test::Command(command) => {
            let (end, tail) = command_step::run_quiet(run, step, command).await?;
            Ok(match end {
                StepEnd::Succeeded { exit, .. } => {
                    Verdict::Pass(format!("exit {}: {tail}", exit.unwrap_or_default()))
                }
                StepEnd::Failed { problem, .. } => {
                    Verdict::Fail(format!("{} {tail}", problem.message))
                }
                _ => Verdict::NotTested("the program was cancelled".to_owned()),
            })
        }
    }
}

async fn zero(run: &Run, target: Option<&String>, sql: &str) -> Result<Verdict, RunError> {
    Ok(match query(run, target, sql).await? {
        Ok(rows) => judge(&Expect::Value("0".to_owned()), &rows),
        Err(NotTested(why)) => Verdict::NotTested(why),
    })
}

async fn index_valid(run: &Run, target: Option<&String>, index: &str) -> Result<Verdict, RunError> {
    let engine = target
        .and_then(|id| run.targets.get(id))
        .map(super::Access::engine);
    let name = index.replace('\'', "''");
    let sql = match engine {
        Some(Engine::Postgresql) => format!(
            "SELECT CASE WHEN indisvalid AND indisready THEN 'valid' ELSE 'invalid' END FROM pg_index WHERE indexrelid = to_regclass('{name}')"
        ),
        Some(Engine::Mysql) => format!(
            "SELECT 'valid' FROM information_schema.statistics WHERE table_schema = database() AND index_name = '{name}' LIMIT 1"
        ),
        _ => format!("SELECT 'valid' FROM sqlite_master WHERE type = 'index' AND name = '{name}'"),
    };
    Ok(match query(run, target, &sql).await? {
        Ok(rows) if rows.rows.is_empty() => Verdict::Fail("missing".to_owned()),
        Ok(rows) => judge(&Expect::Value("valid".to_owned()), &rows),
        Err(NotTested(why)) => Verdict::NotTested(why),
    })
}

async fn snapshot(
    run: &Run,
    step: &Step,
    target: Option<&String>,
    name: &str,
    sql: &str,
) -> Result<Verdict, RunError> {
    let rows = match query(run, target, sql).await? {
        Ok(rows) if rows.truncated => {
            return Ok(Verdict::NotTested(format!(
                "the query returned more than {ROWS} rows"
            )));
        }
        Ok(rows) => rows,
        Err(NotTested(why)) => return Ok(Verdict::NotTested(why)),
    };
    if let Some(lost) = lost_with(run, step, name) {
        return Ok(Verdict::NotTested(format!(
            "snapshot {name} was stored by step {lost} in a journal that is lost, so there is nothing to compare with"
        )));
    }
    let sha256 = fingerprint(&rows);
    let count = rows.rows.len() as u64;
    let earlier = run.session().snapshots.get(name).cloned();
    let found = format!("{} sha256 {}", brief(&rows), &sha256[..16]);
    match earlier {
        Some((earlier, _)) if earlier == sha256 => Ok(Verdict::Pass(format!("{found}, as before"))),
        Some((earlier, rows)) => Ok(Verdict::Fail(format!(
            "{found}; before: {rows} rows, sha256 {}",
            &earlier[..16.min(earlier.len())]
        ))),
        None => {
            run.record(Body::SnapshotTaken {
                name: name.to_owned(),
                step: step.id.clone(),
                sha256,
                rows: count,
            })?;
            Ok(Verdict::Pass(format!("{found}, stored")))
        }
    }
}

/// Returns the step that stored a snapshot under a journal that is lost, unless it was stored again since.
fn lost_with<'a>(run: &'a Run, step: &Step, name: &str) -> Option<&'a str> {
    let session = run.session();
    if session.snapshots.contains_key(name) {
        return None;
    }
    run.plan
        .steps
        .iter()
        .filter(|other| other.id != step.id)
        .filter(|other| session.step(&other.id).is_some_and(known_by_marks_only))
        .find(|other| stores(other, name))
        .map(|other| other.id.as_str())
}

/// Returns true when a check of the step stores, or compares with, this snapshot.
fn stores(step: &Step, name: &str) -> bool {
    let is_it =
        |check: &Check| matches!(&check.test, Test::Snapshot { name: other, .. } if other == name);
    matches!(&step.kind, Kind::Check(checks) if checks.iter().any(is_it))
}

/// Runs a query of a check; a lost connection is made again once, since a query changes nothing.
async fn query(
    run: &Run,
    target: Option<&String>,
    sql: &str,
) -> Result<Result<Rows, NotTested>, RunError> {
    let Some((id, access)) = target.and_then(|id| Some((id, run.targets.get(id)?))) else {
        return Ok(Err(NotTested("its target is not bound".to_owned())));
    };
    let _turn = run.turn(id).await;
    let mut db = match access.checkout().await {
        Ok(db) => db,
        Err(_) => access.reconnect().await.map_err(RunError::Target)?,
    };
    for attempt in 0..3 {
        match read(&mut db, sql).await {
            Ok(rows) => {
                access.checkin(db);
                return Ok(Ok(rows));
            }
            Err(error) if error.class == DbClass::Lost && attempt < 2 => {
                run.record(Body::ConnectionLost {
                    target: id.clone(),
                    message: redact(&error.message),
                })?;
                db = access.reconnect().await.map_err(RunError::Target)?;
            }
            Err(error) => {
                if error.class != DbClass::Lost {
                    access.checkin(db);
                }
                return Ok(Err(NotTested(format!(
                    "{} ({})",
                    error.message, error.code
                ))));
            }
        }
    }
    Ok(Err(NotTested(
        "the connection was lost again and again".to_owned(),
    )))
}

/// Reads inside a transaction that is rolled back, so that a check that writes leaves nothing behind.
async fn read(db: &mut Db, sql: &str) -> Result<Rows, DbError> {
    let begin = match db.engine() {
        Engine::Postgresql => "BEGIN READ ONLY",
        Engine::Mysql => "START TRANSACTION READ ONLY",
        Engine::Sqlite => "BEGIN",
    };
    db.run(begin).await?;
    let rows = db.rows(sql, ROWS).await;
    let back = db.run("ROLLBACK").await;
    let rows = rows?;
    back?;
    Ok(rows)
}

/// Returns what a test expects, in words.
fn expected_text(test: &Test) -> String {
    match test {
        Test::Sql { expect, .. } => expect_text(expect),
        Test::Equal { .. } => "both queries return the same rows".to_owned(),
        Test::Snapshot { name, .. } => format!("the same as snapshot {name}"),
        Test::NotNull { .. } | Test::Unique { .. } | Test::NoOrphans { .. } => "0".to_owned(),
        Test::IndexValid { .. } => "valid".to_owned(),
        Test::Command(command) => match &command.output {
            Some(output) => format!("exit {} and output with {output:?}", command.exit),
            None => format!("exit {}", command.exit),
        },
    }
}

/// One sample of a wait step.
pub(super) enum Sample {
    Holds,
    Broken(String),
}

/// Takes one sample of the step's target.
pub(super) async fn sample(
    run: &Run,
    step: &Step,
    sql: &str,
    expect: &Expect,
) -> Result<Sample, RunError> {
    Ok(match query(run, step.target.as_ref(), sql).await? {
        Ok(rows) if meets(expect, &rows) => Sample::Holds,
        Ok(rows) => Sample::Broken(bounded(&brief(&rows), 200)),
        Err(NotTested(why)) => Sample::Broken(why),
    })
}

fn judge(expect: &Expect, rows: &Rows) -> Verdict {
    match meets(expect, rows) {
        true => Verdict::Pass(brief(rows)),
        false => Verdict::Fail(brief(rows)),
    }
}
