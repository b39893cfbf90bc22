//! A step whose connection or runner ended in the middle: what its marks and the target itself say about it.

use stopover_plan::event::{Body, Direction};
use stopover_plan::model::Step;
use stopover_plan::sql::Statement;
use stopover_plan::{Problem, RecordError};

use super::end::StepEnd;
use super::index::index_state;
use super::mark::{Mark, Proof};
use super::statements::shown;
use super::{Run, RunError, bounded};
use crate::db::{Db, DbError};

pub(super) struct Named {
    session: String,
    step: String,
    direction: Direction,
    run: u32,
}

impl Named {
    pub(super) fn mark(&self, proof: Proof) -> Mark<'_> {
        Mark {
            session: &self.session,
            step: &self.step,
            direction: self.direction,
            run: self.run,
            proof,
        }
    }
}

pub(super) fn mark_of(run: &Run, step: &Step, direction: Direction) -> Named {
    let session = run.session();
    Named {
        session: session.id.clone(),
        step: step.id.clone(),
        direction,
        run: session.step(&step.id).map_or(1, |state| state.starts),
    }
}

pub(super) fn lost(error: DbError) -> RunError {
    RunError::Target(Problem::new(
        "target-lost",
        stopover_plan::sql::redact(&error.message),
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
    let named = mark_of(run, step, direction);
    let marked = named.mark(Proof::Step).statements(db).await.map_err(lost)?;
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
    let begun = named.mark(Proof::Begun(index));
    if !begun.is_set(db).await.map_err(lost)? {
        // It is marked before it goes out: it never did, or the server refused it.
        return Ok(None);
    }
    match probe(statement, db).await.map_err(lost)? {
        Probe::Applied => {
            finished(run, step, direction, index, total)?;
            Ok(all_done(run, step, total))
        }
        Probe::Repeatable => Ok(None),
        Probe::Silent => Ok(Some(StepEnd::Unknown {
            index: Some(index),
            statement: shown(&statement.text),
            problem: Problem::new(
                "unknown",
                format!(
                    "Statement {} of {total} of step {} was in flight when the connection or the runner ended, and this engine does not tell whether it took effect: {}",
                    index + 1,
                    step.id,
                    bounded(&shown(&statement.text), 300)
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
async fn probe(statement: &Statement, db: &mut Db) -> Result<Probe, DbError> {
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
