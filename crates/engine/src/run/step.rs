//! One step from start to end: what every kind has in common.

use std::time::Instant;

use stopover_plan::Problem;
use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Environment, Kind, Step, Undo};
use stopover_plan::session::Status;

use super::end::{StepEnd, finish};
use super::{
    Run, RunError, backup_step, check, command_step, flag, ms, people, sql_step, statements, wait,
};

/// Carries out one step, or its undo, and records how it ended.
pub(super) async fn carry_out(run: &Run, id: &str, direction: Direction) -> Result<(), RunError> {
    let Some(step) = run.step(id).cloned() else {
        run.record(Body::StepSkipped {
            step: id.to_owned(),
            reason: "it is no longer in the plan".to_owned(),
            by: "automatic".to_owned(),
        })?;
        return Ok(());
    };
    if direction == Direction::Forward {
        match people::signatures_before(run, &step).await? {
            None => {}
            Some(StepEnd::Skipped { reason, by }) => {
                run.record(Body::StepSkipped {
                    step: step.id,
                    reason,
                    by,
                })?;
                return Ok(());
            }
            Some(_) => {
                run.record(Body::StepInterrupted {
                    step: step.id,
                    direction,
                    reason: "it had not started".to_owned(),
                })?;
                return Ok(());
            }
        }
    }
    run.record(Body::StepStarted {
        step: step.id.clone(),
        attempt: 1,
        direction,
    })?;
    let started = Instant::now();
    let end = match refused(run, &step, direction) {
        Some(problem) => StepEnd::failed(problem),
        None => match direction {
            Direction::Forward => forward(run, &step).await?,
            Direction::Back => back(run, &step).await?,
        },
    };
    let elapsed_ms = ms(started.elapsed());
    finish(run, step.id, direction, elapsed_ms, end)?;
    Ok(())
}

/// Returns why the step must not run here, if so.
fn refused(run: &Run, step: &Step, direction: Direction) -> Option<Problem> {
    let access = run.targets.get(step.target.as_deref()?)?;
    let destroys = step.destructive == Some(true)
        || matches!(&step.kind, Kind::Sql(sql) if statements::destroys(run, access.engine(), sql));
    if direction == Direction::Forward
        && access.environment() == Environment::Production
        && destroys
        && !has_verified_backup(run, step)
    {
        return Some(Problem::new(
            "backup-unverified",
            format!(
                "Step {} destroys data in production and no verified backup of its target was made in this session.",
                step.id
            ),
            "Add a backup step with restore_check = true before it.",
        ));
    }
    None
}

fn has_verified_backup(run: &Run, step: &Step) -> bool {
    let session = run.session();
    run.plan
        .steps
        .iter()
        .filter(|backup| matches!(backup.kind, Kind::Backup(_)) && backup.target == step.target)
        .filter_map(|backup| session.step(&backup.id))
        .any(|state| {
            state.status == Status::Succeeded
                && state
                    .artifacts
                    .iter()
                    .any(|artifact| artifact.restored.is_some_and(|restored| restored.equal))
        })
}

async fn forward(run: &Run, step: &Step) -> Result<StepEnd, RunError> {
    let direction = Direction::Forward;
    match &step.kind {
        Kind::Sql(sql) => sql_step::run_sql(run, step, sql, direction).await,
        Kind::Check(checks) => check::run_checks(run, step, checks).await,
        Kind::Command(command) => Ok(command_step::run_command(run, step, command).await?),
        Kind::Backup(backup) => backup_step::back_up(run, step, backup).await,
        Kind::Restore(restore) => backup_step::restore(run, step, restore).await,
        Kind::Manual(manual) => {
            Ok(people::manual(run, step, &manual.instructions, direction).await?)
        }
        Kind::Gate(gate) => Ok(people::gate(run, step, gate).await?),
        Kind::Wait(wait) => wait::wait(run, step, wait).await,
        Kind::Flag(flag) => flag::set(run, step, flag, &flag.stage, direction).await,
        Kind::Later(word) => Ok(StepEnd::failed(Problem::new(
            "kind-not-runnable",
            format!("Step {} is of kind {word}, which cannot run yet.", step.id),
            "Skip the step with a reason, or carry it out by hand.",
        ))),
    }
}

async fn back(run: &Run, step: &Step) -> Result<StepEnd, RunError> {
    let direction = Direction::Back;
    match (&step.undo, &step.kind) {
        (Some(Undo::Sql(sql)), _) => sql_step::run_sql(run, step, sql, direction).await,
        (Some(Undo::Command(command)), _) => {
            Ok(command_step::run_command(run, step, command).await?)
        }
        (Some(Undo::Manual(manual)), _) => {
            Ok(people::manual(run, step, &manual.instructions, direction).await?)
        }
        (_, Kind::Flag(flag)) => match &flag.from {
            Some(stage) => flag::set(run, step, flag, stage, direction).await,
            None => Ok(no_undo(step)),
        },
        _ => Ok(no_undo(step)),
    }
}

fn no_undo(step: &Step) -> StepEnd {
    StepEnd::failed(Problem::new(
        "no-undo",
        format!("Step {} has no undo.", step.id),
        "Take it back by hand, then skip its undo with a reason.",
    ))
}
