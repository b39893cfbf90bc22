//! The steps as they went, by phase; what was left out and why; the rollback.

use serde::Serialize;
use stopover_plan::Problem;
use stopover_plan::event::{Artifact, Direction};
use stopover_plan::model::{Phase, Plan, Step, Undo};
use stopover_plan::session::{Session, Status, StepState};

use super::Written;
use super::history::{History, Run};
use crate::guard::{clean, clean_cut};
use crate::text::{self, Moment, Zone};

/// A card that matched a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CardText {
    /// Id.
    pub(crate) id: String,
    /// What goes wrong.
    pub(crate) issue: String,
    /// What to do.
    pub(crate) solution: String,
}

/// One step as it went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct StepRow {
    /// Position in the plan, from 1.
    pub(crate) position: usize,
    /// Id.
    pub(crate) id: String,
    /// Heading.
    pub(crate) title: String,
    /// Kind key.
    pub(crate) kind: String,
    /// Phase.
    pub(crate) phase: Option<String>,
    /// Predecessors.
    pub(crate) after: Vec<String>,
    /// Step whose effect it ends.
    pub(crate) finally_for: Option<String>,
    /// Status word.
    pub(crate) status: &'static str,
    #[serde(skip)]
    pub(crate) state: Status,
    /// Planned duration.
    pub(crate) planned_ms: Option<u64>,
    /// Duration of the last forward run.
    pub(crate) actual_ms: Option<u64>,
    /// Duration of the undo.
    pub(crate) undo_ms: Option<u64>,
    /// Forward attempts.
    pub(crate) attempts: u32,
    /// Rows changed.
    pub(crate) rows: Option<u64>,
    /// Exit code.
    pub(crate) exit: Option<i32>,
    /// First forward start.
    pub(crate) started_at: Option<Moment>,
    /// Last forward end.
    pub(crate) finished_at: Option<Moment>,
    /// What it did, redacted.
    pub(crate) detail: String,
    /// What takes it back, redacted.
    pub(crate) undo: Option<String>,
    /// Person who answers for it.
    pub(crate) owner: Option<String>,
    /// True when the application is down while it runs.
    pub(crate) downtime: bool,
    /// True when no rollback is possible once it ran.
    pub(crate) point_of_no_return: bool,
    /// True when a mark in the target proved that it ended well before a crash hid it.
    pub(crate) by_mark: bool,
    /// Reason of a skip.
    pub(crate) skip_reason: Option<String>,
    /// Who skipped it.
    pub(crate) skipped_by: Option<String>,
    /// Why it failed.
    pub(crate) problem: Option<Problem>,
    /// Card that matches.
    pub(crate) card: Option<CardText>,
    /// What it left behind.
    pub(crate) artifacts: Vec<Artifact>,
}

/// A phase and the positions of its steps in the list of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PhaseRow {
    /// Id; empty for the steps outside every phase.
    pub(crate) id: String,
    /// Heading; empty when the plan has no phases.
    pub(crate) title: String,
    /// Prose.
    pub(crate) summary: String,
    /// Indices into the list of steps.
    pub(crate) steps: Vec<usize>,
}

/// A step that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SkipRow {
    /// Step id.
    pub(crate) step: String,
    /// Heading.
    pub(crate) title: String,
    /// Why.
    pub(crate) reason: String,
    /// Who.
    pub(crate) by: String,
}

/// Returns true when the step is part of the session: not left aside by a session limited to some steps.
pub(super) fn is_part(session: &Session, step: &StepState) -> bool {
    session.only.is_empty() || session.only.contains(&step.id) || step.status != Status::Waiting
}

/// Returns the steps of the session in plan order.
pub(super) fn rows(
    plan: &Plan,
    written: &Written<'_>,
    session: &Session,
    history: &History,
    zone: Zone,
) -> Vec<StepRow> {
    session
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| is_part(session, step))
        .map(|(index, step)| {
            let planned = written.get(step.id.as_str()).copied();
            row(
                index + 1,
                plan,
                planned,
                step,
                history.of_step(&step.id),
                zone,
            )
        })
        .collect()
}

fn row(
    position: usize,
    plan: &Plan,
    written: Option<&Step>,
    step: &StepState,
    runs: &[Run],
    zone: Zone,
) -> StepRow {
    let forward = || {
        runs.iter()
            .filter(|run| run.direction == Direction::Forward)
    };
    let tried = u32::try_from(forward().count()).unwrap_or(u32::MAX);
    let attempts = forward().map(|run| run.attempts).max().unwrap_or(0);
    StepRow {
        position,
        id: clean(&step.id),
        title: clean(if step.title.is_empty() {
            &step.id
        } else {
            &step.title
        }),
        kind: clean(&step.step_kind),
        phase: step.phase.as_deref().map(clean),
        after: step.after.iter().map(|id| clean(id)).collect(),
        finally_for: step.finally_for.as_deref().map(clean),
        status: text::status(step.status),
        state: step.status,
        planned_ms: step.estimate_ms,
        // The fold keeps the last duration in either direction; a failed undo must not pass for the step's own.
        actual_ms: forward()
            .filter_map(|run| run.elapsed_ms)
            .next_back()
            .or(step.elapsed_ms),
        undo_ms: step.undo_elapsed_ms,
        attempts: if tried == 0 {
            step.attempts
        } else {
            attempts.max(tried)
        },
        rows: step.rows,
        exit: step.exit,
        started_at: forward().next().map(|run| zone.moment(run.started_at_ms)),
        finished_at: forward()
            .filter_map(|run| run.ended_at_ms)
            .next_back()
            .map(|at| zone.moment(at)),
        detail: clean_cut(&step.detail),
        undo: written.and_then(|step| step.undo.as_ref()).map(undo),
        owner: written.and_then(|step| step.owner.as_deref()).map(clean),
        downtime: written.is_some_and(|step| step.downtime),
        point_of_no_return: written.is_some_and(|step| step.point_of_no_return),
        by_mark: runs.iter().any(|run| run.by_mark),
        skip_reason: step.skipped.as_ref().map(|(reason, _)| clean(reason)),
        skipped_by: step.skipped.as_ref().map(|(_, by)| clean(by)),
        problem: step.problem.as_ref().map(problem),
        card: step.card.as_deref().and_then(|id| card(plan, id)),
        artifacts: step.artifacts.iter().map(artifact).collect(),
    }
}

/// Returns the card with this id.
pub(super) fn card(plan: &Plan, id: &str) -> Option<CardText> {
    let card = plan.cards.iter().find(|card| card.id == id)?;
    Some(CardText {
        id: clean(&card.id),
        issue: clean_cut(&card.issue),
        solution: clean_cut(&card.solution),
    })
}

/// Returns the problem with its texts guarded.
pub(super) fn problem(problem: &Problem) -> Problem {
    Problem {
        code: clean(&problem.code),
        message: clean_cut(&problem.message),
        hint: clean_cut(&problem.hint),
        line: problem.line,
        column: problem.column,
    }
}

fn artifact(artifact: &Artifact) -> Artifact {
    Artifact {
        what: clean(&artifact.what),
        path: clean(&artifact.path),
        bytes: artifact.bytes,
        sha256: clean(&artifact.sha256),
        format: clean(&artifact.format),
        engine_version: clean(&artifact.engine_version),
        tool_version: clean(&artifact.tool_version),
        restored: artifact.restored,
    }
}

/// Returns what takes a step back, guarded.
pub(super) fn undo(undo: &Undo) -> String {
    match undo {
        Undo::Sql(sql) => match (&sql.text, &sql.file) {
            (Some(text), _) => clean_cut(text),
            (None, Some(file)) => format!("file {}", clean(file)),
            (None, None) => String::new(),
        },
        Undo::Command(command) => clean_cut(&command.run.join(" ")),
        Undo::Manual(manual) => clean_cut(&manual.instructions),
        Undo::Flag => "the flag's stage before".to_owned(),
    }
}

/// Returns the phases that have steps, in plan order, then the steps outside every phase.
pub(super) fn phases(plan: &Plan, steps: &[StepRow]) -> Vec<PhaseRow> {
    let mut of: std::collections::BTreeMap<&str, Vec<usize>> = Default::default();
    for (index, step) in steps.iter().enumerate() {
        of.entry(step.phase.as_deref().unwrap_or_default())
            .or_default()
            .push(index);
    }
    let mut rows = Vec::new();
    for phase in &plan.phases {
        if let Some(steps) = of.remove(clean(&phase.id).as_str()) {
            rows.push(phase_row(phase, steps));
        }
    }
    // What is left belongs to no phase, or to one that a later version of the plan no longer has.
    let mut rest: Vec<usize> = of.into_values().flatten().collect();
    rest.sort_unstable();
    if !rest.is_empty() {
        let title = if rows.is_empty() {
            ""
        } else {
            "Steps outside every phase"
        };
        rows.push(PhaseRow {
            id: String::new(),
            title: title.to_owned(),
            summary: String::new(),
            steps: rest,
        });
    }
    rows
}

fn phase_row(phase: &Phase, steps: Vec<usize>) -> PhaseRow {
    PhaseRow {
        id: clean(&phase.id),
        title: clean(if phase.title.is_empty() {
            &phase.id
        } else {
            &phase.title
        }),
        summary: clean_cut(&phase.summary),
        steps,
    }
}

/// Returns the steps that were left out.
pub(super) fn skips(steps: &[StepRow]) -> Vec<SkipRow> {
    steps
        .iter()
        .filter(|step| step.state == Status::Skipped)
        .map(|step| SkipRow {
            step: step.id.clone(),
            title: step.title.clone(),
            reason: step.skip_reason.clone().unwrap_or_default(),
            by: step.skipped_by.clone().unwrap_or_default(),
        })
        .collect()
}
