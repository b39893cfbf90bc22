//! After a crash: what became of the steps that were in flight. Marks and probes answer; where they cannot, a person does.

use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Kind, Step, Undo};
use stopover_plan::session::{StepState, Status};
use stopover_plan::sql::{Statement, redact, split};
use stopover_plan::{Problem, RecordError};

use super::mark::Mark;
use super::sql_step::{index_state, text};
use super::step::{StepEnd, finish};
use super::{Run, RunError, bounded};
use crate::db::Db;

/// Settles every step that the journal shows in flight although no runner lived.
pub(super) async fn settle_interrupted(run: &Run) -> Result<(), RunError> {
    let in_flight: Vec<StepState> = run
        .session()
        .steps
        .iter()
        .filter(|step| matches!(step.status, Status::Running | Status::Paused))
        .cloned()
        .collect();
    for state in in_flight {
        let end = match run.plan.step(&state.id).cloned() {
            Some(step) => outcome_of(run, &step, &state).await?,
            None => interrupted("it is no longer in the plan"),
        };
        finish(run, state.id, state.direction, 0, end)?;
    }
    Ok(())
}

fn interrupted(reason: &str) -> StepEnd {
    StepEnd::Interrupted {
        reason: reason.to_owned(),
    }
}

async fn outcome_of(run: &Run, step: &Step, state: &StepState) -> Result<StepEnd, RunError> {
    if state.status == Status::Paused {
        return Ok(interrupted("it waited for people"));
    }
    let direction = state.direction;
    let sql = match (direction, &step.kind, &step.undo) {
        (Direction::Forward, Kind::Sql(sql), _) | (Direction::Back, _, Some(Undo::Sql(sql))) => {
            Some(text(run, sql).map(str::to_owned))
        }
        (_, Kind::Flag(flag), None | Some(Undo::Flag)) if flag.sql.is_some() => {
            Some(Ok(flag.sql.clone().unwrap_or_default()))
        }
        _ => None,
    };
    if let Some(sql) = sql {
        return match sql {
            Ok(sql) => outcome_of_sql(run, step, state, &sql).await,
            Err(problem) => Ok(StepEnd::failed(problem)),
        };
    }
    let command = match (direction, &step.kind, &step.undo) {
        (Direction::Back, _, Some(Undo::Command(command)))
        | (Direction::Forward, Kind::Command(command), _) => Some(command.run.join(" ")),
        _ => None,
    };
    Ok(match (command, &step.kind) {
        (Some(line), _) if !step.idempotent => StepEnd::Unknown {
            index: None,
            statement: bounded(&redact(&line), 4096),
            problem: Problem::new(
                "unknown",
                format!(
                    "The runner ended while the program of step {} was running; whether it took effect is not known.",
                    step.id
                ),
                "Look at what the program changes, then settle the step as applied or not applied.",
            ),
        },
        (Some(_), _) => interrupted("its program may be run again"),
        (None, Kind::Restore(restore)) if restore.swap => StepEnd::Unknown {
            index: None,
            statement: "restore and swap".to_owned(),
            problem: Problem::new(
                "unknown",
                format!("The runner ended during the restore of step {}.", step.id),
                "Look whether the databases were swapped, then settle the step.",
            ),
        },
        _ => interrupted("it changes nothing in the target, or the same again"),
    })
}

async fn outcome_of_sql(
    run: &Run,
    step: &Step,
    state: &StepState,
    sql: &str,
) -> Result<StepEnd, RunError> {
    let Some(access) = step.target.as_ref().and_then(|id| run.targets.get(id)) else {
        return Ok(interrupted("its target is not bound"));
    };
    let (statements, _) = split(access.engine(), sql);
    let mut db = match access.checkout().await {
        Ok(db) => db,
        Err(_) => access.reconnect().await.map_err(RunError::Target)?,
    };
    let end = if statements.iter().all(|statement| statement.transactional) {
        let set = mark_of(run, step, state.direction)
            .mark()
            .is_set(&mut db)
            .await
            .map_err(lost)?;
        match set {
            true => Ok(StepEnd::Succeeded {
                rows: None,
                exit: None,
                artifacts: Vec::new(),
                by_mark: true,
            }),
            false => Ok(interrupted(
                "its transaction carries no mark, so it was never committed",
            )),
        }
    } else {
        let end = after_loss(run, step, state.direction, &statements, &mut db).await?;
        Ok(end.unwrap_or_else(|| interrupted("it stands between two of its statements")))
    };
    access.checkin(db);
    end
}

struct Named {
    session: String,
    step: String,
    direction: Direction,
    run: u32,
}

impl Named {
    fn mark(&self) -> Mark<'_> {
        Mark {
            session: &self.session,
            step: &self.step,
            direction: self.direction,
            run: self.run,
            statement: None,
        }
    }
}

fn mark_of(run: &Run, step: &Step, direction: Direction) -> Named {
    let session = run.session();
    Named {
        session: session.id.clone(),
        step: step.id.clone(),
        direction,
        run: session.step(&step.id).map_or(1, |state| state.starts),
    }
}

fn lost(error: crate::db::DbError) -> RunError {
    RunError::Target(Problem::new(
        "target-lost",
        redact(&error.message),
        "Check the server, then resume the session.",
    ))
}

/// Brings the journal up to what is certain about a step that runs statement by statement.
///
/// Returns `None` when it may go on at its first statement that is not done, else how the step ended.
pub(super) async fn after_loss(
    run: &Run,
    step: &Step,
    direction: Direction,
    statements: &[Statement],
    db: &mut Db,
) -> Result<Option<StepEnd>, RunError> {
    let total = u32::try_from(statements.len()).unwrap_or(u32::MAX);
    let marked = mark_of(run, step, direction)
        .mark()
        .statements(db)
        .await
        .map_err(lost)?;
    let state = run.session().step(&step.id).cloned().unwrap_or_default();
    for index in marked {
        if !state.statements_done.contains(&index) {
            finished(run, step, direction, index, total)?;
        }
    }
    let Some((index, _)) = state.statement else {
        return Ok(all_done(run, step, total));
    };
    let Some(statement) = statements.get(index as usize) else {
        return Ok(None);
    };
    let done = run
        .session()
        .step(&step.id)
        .is_some_and(|state| state.statements_done.contains(&index));
    if done || statement.transactional {
        return Ok(all_done(run, step, total));
    }
    match probe(statement, db).await.map_err(lost)? {
        Probe::Applied => {
            finished(run, step, direction, index, total)?;
            Ok(all_done(run, step, total))
        }
        Probe::Repeatable => Ok(None),
        Probe::Silent => Ok(Some(StepEnd::Unknown {
            index: Some(index),
            statement: bounded(&redact(&statement.text), 4096),
            problem: Problem::new(
                "unknown",
                format!(
                    "Statement {} of {total} of step {} was in flight when the connection or the runner ended, and this engine does not tell whether it took effect: {}",
                    index + 1,
                    step.id,
                    bounded(&redact(&statement.text), 300)
                ),
                "Compare the target's schema with the statement, then settle the step as applied or not applied.",
            ),
        })),
    }
}

fn finished(
    run: &Run,
    step: &Step,
    direction: Direction,
    index: u32,
    total: u32,
) -> Result<(), RecordError> {
    run.record(Body::StatementFinished {
        step: step.id.clone(),
        direction,
        index,
        total,
        rows: 0,
        elapsed_ms: 0,
    })
}

fn all_done(run: &Run, step: &Step, total: u32) -> Option<StepEnd> {
    let done = run
        .session()
        .step(&step.id)
        .map_or(0, |state| state.statements_done.len());
    (done >= total as usize).then(|| StepEnd::Succeeded {
        rows: None,
        exit: None,
        artifacts: Vec::new(),
        by_mark: true,
    })
}

enum Probe {
    Applied,
    Repeatable,
    Silent,
}

/// Asks the target whether a statement without a mark took effect.
async fn probe(statement: &Statement, db: &mut Db) -> Result<Probe, crate::db::DbError> {
    if db.engine() != stopover_plan::model::Engine::Postgresql {
        return Ok(Probe::Silent);
    }
    if let Some(index) = &statement.index {
        return Ok(match index_state(db, index).await? {
            Some(true) => Probe::Applied,
            // Left invalid or never begun: the next attempt drops and builds it.
            Some(false) | None => Probe::Repeatable,
        });
    }
    let first = statement
        .text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    Ok(match first.as_str() {
        "VACUUM" | "ANALYZE" | "REINDEX" | "CLUSTER" | "CHECKPOINT" => Probe::Repeatable,
        _ => Probe::Silent,
    })
}

/// Carries out what a person said about a step of unknown outcome.
pub(super) fn settle(run: &Run, step: &str, applied: bool) -> Result<(), RecordError> {
    let state = run.session().step(step).cloned().unwrap_or_default();
    let direction = state.direction;
    let total = state.statements_total.unwrap_or(0);
    if !applied {
        return run.record(Body::StepInterrupted {
            step: step.to_owned(),
            direction,
            reason: "a person found that it was not applied".to_owned(),
        });
    }
    if let (Some((index, _)), true) = (&state.statement, total > 0) {
        run.record(Body::StatementFinished {
            step: step.to_owned(),
            direction,
            index: *index,
            total,
            rows: 0,
            elapsed_ms: 0,
        })?;
        let done = run
            .session()
            .step(step)
            .map_or(0, |state| state.statements_done.len());
        if done < total as usize {
            return run.record(Body::StepInterrupted {
                step: step.to_owned(),
                direction,
                reason: "a person found that the statement was applied; the next one follows"
                    .to_owned(),
            });
        }
    }
    run.record(Body::StepSucceeded {
        step: step.to_owned(),
        direction,
        rows: None,
        exit: None,
        elapsed_ms: 0,
        artifacts: Vec::new(),
        by_mark: false,
    })
}
