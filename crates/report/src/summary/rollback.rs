//! The rollback, once there was one.

use serde::Serialize;
use stopover_plan::Event;
use stopover_plan::event::Body;
use stopover_plan::session::{Session, Status};

use super::Written;
use super::steps::undo;
use crate::guard::clean;
use crate::text::{self, Moment, Zone};

/// One step of a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RollbackStep {
    /// Step id.
    pub(crate) step: String,
    /// Heading.
    pub(crate) title: String,
    /// Status word.
    pub(crate) status: &'static str,
    #[serde(skip)]
    pub(crate) state: Status,
    /// Duration of the undo.
    pub(crate) undo_ms: Option<u64>,
    /// What took it back.
    pub(crate) undo: Option<String>,
}

/// A rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Rollback {
    /// Who asked for it.
    pub(crate) by: Option<String>,
    /// When it began.
    pub(crate) started_at: Option<Moment>,
    /// Steps in the order of their undos.
    pub(crate) steps: Vec<RollbackStep>,
    /// Steps that ran and have no undo.
    pub(crate) without_undo: Vec<String>,
    /// Steps that ran again first, because their effect had been ended.
    pub(crate) rearmed: Vec<String>,
}

/// Returns the rollback, once one was started.
pub(super) fn rollback(
    written: &Written<'_>,
    session: &Session,
    events: &[Event],
    zone: Zone,
) -> Option<Rollback> {
    if !session.rolling_back {
        return None;
    }
    let by = events.iter().rev().find_map(|event| match &event.body {
        Body::RollbackRequested { by } => Some(clean(by)),
        _ => None,
    });
    let started_at = events.iter().find_map(|event| match &event.body {
        Body::RollbackStarted { .. } => Some(zone.moment(event.at_ms)),
        _ => None,
    });
    let steps = session
        .rollback_steps
        .iter()
        .map(|id| {
            let step = session.step(id);
            let state = step.map_or(Status::Waiting, |step| step.status);
            RollbackStep {
                step: clean(id),
                title: clean(step.map_or(id, |step| &step.title)),
                status: text::status(state),
                state,
                undo_ms: step.and_then(|step| step.undo_elapsed_ms),
                undo: written
                    .get(id.as_str())
                    .and_then(|step| step.undo.as_ref())
                    .map(undo),
            }
        })
        .collect();
    Some(Rollback {
        by,
        started_at,
        steps,
        without_undo: session.without_undo.iter().map(|id| clean(id)).collect(),
        rearmed: session.rearmed.iter().map(|id| clean(id)).collect(),
    })
}
