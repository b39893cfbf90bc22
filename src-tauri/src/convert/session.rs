//! A session: its head, its steps, its line in History.

use std::path::Path;

use stopover_journal::{Journal, SessionSummary};
use stopover_plan::Session;
use stopover_plan::event::{Binding, Direction};
use stopover_plan::model::Severity;
use stopover_plan::session::{
    CheckState, Ending, EndingKind, Settlement, Signature, State, StepState,
};

use crate::view;

/// Returns a session as the journal has it now, without its plan.
pub(crate) fn session_view(
    path: &Path,
    journal: &Journal,
    id: &str,
) -> Result<view::Session, view::Problem> {
    let id = journal.resolve(id)?;
    let session = journal.session(&id)?;
    let state = stopover_runner::state_of(path, &session);
    Ok(view::Session {
        head: head_view(&session, state),
        steps: session.steps.iter().map(step_view).collect(),
        plan: None,
        age_ms: age_ms(&session),
    })
}

/// Returns the line of History; a session whose runner is gone is interrupted, whatever its events say.
pub(crate) fn line_view(path: &Path, summary: &SessionSummary) -> view::SessionLine {
    let settled = matches!(
        summary.state,
        State::Finished | State::Interrupted | State::Unknown
    );
    let state = if settled || stopover_runner::is_alive(path, &summary.id) {
        summary.state
    } else {
        State::Interrupted
    };
    view::SessionLine {
        id: summary.id.clone(),
        plan: summary.plan.clone(),
        plan_path: summary.plan_path.clone(),
        mode: summary.mode.into(),
        environment: summary.environment.into(),
        by: summary.by.clone(),
        state: state.into(),
        outcome: summary.outcome.map(Into::into),
        started_at_ms: summary.started_at_ms,
        finished_at_ms: summary.finished_at_ms,
        duration_ms: summary.duration_ms,
    }
}

/// Returns how long ago the last event of a runner was recorded. Between two processes only the wall clock tells; who
/// goes on to follow the session counts further with a clock of its own.
pub(crate) fn age_ms(session: &Session) -> u64 {
    let now_ms = chrono::Utc::now().timestamp_millis();
    u64::try_from(now_ms - session.as_of_at_ms).unwrap_or(0)
}

/// Returns the session without its steps.
pub(crate) fn head_view(session: &Session, state: State) -> view::SessionHead {
    let mut signatures: Vec<view::Signature> = session
        .signatures
        .iter()
        .flat_map(|(item, list)| list.iter().map(|one| signature(item, one)))
        .collect();
    signatures.sort_by_key(|signature| signature.at_ms);
    view::SessionHead {
        id: session.id.clone(),
        plan: session.plan.clone(),
        plan_path: session.plan_path.clone(),
        plan_hash: session.plan_hash.clone(),
        mode: session.mode.into(),
        environment: session.environment.into(),
        bindings: session.bindings.iter().map(binding).collect(),
        by: session.by.clone(),
        host: session.host.clone(),
        program: session.program.clone(),
        reason: session.reason.clone(),
        state: state.into(),
        outcome: session.outcome.map(Into::into),
        started_at_ms: session.started_at_ms,
        finished_at_ms: session.finished_at_ms,
        duration_ms: session.duration_ms,
        as_of_at_ms: session.as_of_at_ms,
        signatures,
        finally_offered: match session.finally_answer {
            None => session.finally_offered.clone(),
            Some(_) => Vec::new(),
        },
        rolling_back: session.rolling_back,
        without_undo: session.without_undo.clone(),
        pause_requested: session.pause_requested,
        abort_requested: session.abort_requested,
        rollback_requested: session.rollback_requested,
        endings: session.endings.iter().map(ending).collect(),
        seq: session.seq,
    }
}

fn binding(binding: &Binding) -> view::Binding {
    view::Binding {
        target: binding.target.clone(),
        engine: binding.engine.into(),
        url: binding.url.clone(),
        connection: binding.connection.clone(),
        environment: binding.environment.into(),
        server_version: binding.server_version.clone(),
        database: binding.database.clone(),
        database_user: binding.database_user.clone(),
    }
}

fn signature(item: &str, signature: &Signature) -> view::Signature {
    view::Signature {
        item: item.to_owned(),
        by: signature.by.clone(),
        at_ms: signature.at_ms,
        note: signature.note.clone(),
        evidence: signature
            .evidence
            .as_ref()
            .map(|evidence| evidence.name.clone()),
    }
}

/// Returns a step as the session has it.
pub(crate) fn step_view(step: &StepState) -> view::SessionStep {
    let (statement_index, statement) = match &step.statement {
        Some((index, text)) => (Some(*index), Some(text.clone())),
        None => (None, None),
    };
    view::SessionStep {
        id: step.id.clone(),
        title: if step.title.is_empty() {
            step.id.clone()
        } else {
            step.title.clone()
        },
        kind: step.step_kind.clone(),
        phase: step.phase.clone(),
        after: step.after.clone(),
        estimate_ms: step.estimate_ms,
        finally_for: step.finally_for.clone(),
        detail: step.detail.clone(),
        has_undo: step.has_undo,
        status: step.status.into(),
        back: step.direction == Direction::Back,
        attempts: step.attempts,
        started_at_ms: step.started_at_ms,
        started_ms: step.started_ms,
        finished_at_ms: step.finished_at_ms,
        ended_seq: step.ended_seq,
        elapsed_ms: step.elapsed_ms,
        undo_elapsed_ms: step.undo_elapsed_ms,
        other_run: step.other_run.map(|run| view::OtherRun {
            status: run.status.into(),
            started_at_ms: run.started_at_ms,
            finished_at_ms: run.finished_at_ms,
            elapsed_ms: run.elapsed_ms,
        }),
        rows: step.rows,
        exit: step.exit,
        skip_reason: step.skipped.as_ref().map(|(reason, _)| reason.clone()),
        skipped_by: step.skipped.as_ref().map(|(_, by)| by.clone()),
        problem: step.problem.clone().map(Into::into),
        card: step.card.clone(),
        settlements: step.settlements.iter().map(settlement).collect(),
        told_by: step.told_by.clone(),
        statement,
        statement_index,
        statements_total: step.statements_total,
        statements_done: u32::try_from(step.statements_done.len()).unwrap_or(u32::MAX),
        progress: step
            .progress
            .as_ref()
            .map(|(done, total, unit)| view::Progress {
                done: *done,
                total: *total,
                unit: unit.clone(),
            }),
        checks: step.checks.iter().map(check).collect(),
        artifacts: step
            .artifacts
            .iter()
            .map(|artifact| view::Artifact {
                what: artifact.what.clone(),
                path: artifact.path.clone(),
                bytes: artifact.bytes,
                sha256: artifact.sha256.clone(),
            })
            .collect(),
        approvals: step
            .approvals
            .iter()
            .map(|approval| signature(&step.id, approval))
            .collect(),
        approvals_needed: step.approvals_needed,
        waits_for: step.waits_for.clone(),
    }
}

fn ending(ending: &Ending) -> view::Ending {
    view::Ending {
        kind: match ending.kind {
            EndingKind::Abort => view::EndingKind::Abort,
            EndingKind::Rollback => view::EndingKind::Rollback,
            EndingKind::Close => view::EndingKind::Close,
            EndingKind::Leave => view::EndingKind::Leave,
        },
        by: ending.by.clone(),
        at_ms: ending.at_ms,
    }
}

fn settlement(settlement: &Settlement) -> view::Settlement {
    view::Settlement {
        applied: settlement.applied,
        by: settlement.by.clone(),
        at_ms: settlement.at_ms,
        note: settlement.note.clone(),
        back: settlement.direction == Direction::Back,
    }
}

fn check(check: &CheckState) -> view::CheckResult {
    view::CheckResult {
        id: check.detail.check.clone(),
        title: check.detail.title.clone(),
        result: check.result.to_owned(),
        warning: check.detail.severity == Severity::Warning,
        expected: check.detail.expected.clone(),
        found: check.detail.found.clone(),
        elapsed_ms: check.detail.elapsed_ms,
    }
}
