//! After a crash: what became of the steps that were in flight. Marks and probes answer; where they cannot, a person does.

use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Kind, Step, Undo};
use stopover_plan::session::{Status, StepState};
use stopover_plan::sql::split;
use stopover_plan::{Problem, RecordError};

use super::end::{StepEnd, finish};
use super::in_flight::{after_loss, lost, mark_of};
use super::mark::Proof;
use super::statements::{shown, text};
use super::{Run, RunError};

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
        let end = match run.step(&state.id).cloned() {
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
            statement: shown(&line),
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
            .mark(Proof::Step)
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
