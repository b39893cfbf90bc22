//! Steps that wait for people: gates, manual steps, and the signatures a step needs before it starts.

use stopover_plan::RecordError;
use stopover_plan::event::{Body, Direction};
use stopover_plan::model::{Gate, Item, Step};
use stopover_plan::session::Session;

use super::end::StepEnd;
use super::{Halt, Run};

/// Returns the approvals of a gate that count: by someone who may, each person once.
pub(super) fn counted_approvals(session: &Session, step: &str, gate: &Gate) -> usize {
    session.step(step).map_or(0, |state| {
        state
            .approvals
            .iter()
            .filter(|signature| may_approve(session, gate, &signature.by))
            .count()
    })
}

/// Returns true when `who` may approve this gate in this session.
pub fn may_approve(session: &Session, gate: &Gate, who: &str) -> bool {
    (gate.approvers.is_empty() || gate.approvers.iter().any(|name| name == who))
        && (gate.runner_may_approve || who != session.by)
}

impl Run {
    /// Waits until `is_met`, a skip, or a halt.
    async fn until(
        &self,
        step: &str,
        is_met: impl Fn(&Session) -> bool,
    ) -> Result<Option<StepEnd>, RecordError> {
        loop {
            let changed = self.changed.notified();
            if self.halt.get() != Halt::Go {
                return Ok(Some(StepEnd::Interrupted {
                    reason: "nothing was done while it waited".to_owned(),
                }));
            }
            {
                let session = self.session();
                if let Some((reason, by)) = session.skips_requested.get(step) {
                    return Ok(Some(StepEnd::Skipped {
                        reason: reason.clone(),
                        by: by.clone(),
                    }));
                }
                if is_met(&session) {
                    return Ok(None);
                }
            }
            changed.await;
        }
    }
}

/// Waits for the approvals of a gate.
pub(super) async fn gate(run: &Run, step: &Step, gate: &Gate) -> Result<StepEnd, RecordError> {
    let needed = gate.approvals.max(1) as usize;
    run.record(Body::GateOpened {
        step: step.id.clone(),
        question: gate.question.clone(),
        approvers: gate.approvers.clone(),
        approvals: gate.approvals.max(1),
    })?;
    let end = run
        .until(&step.id, |session| {
            counted_approvals(session, &step.id, gate) >= needed
        })
        .await?;
    Ok(end.unwrap_or_else(StepEnd::succeeded))
}

/// Waits for the signature under instructions.
pub(super) async fn manual(
    run: &Run,
    step: &Step,
    instructions: &str,
    direction: Direction,
) -> Result<StepEnd, RecordError> {
    // An undo is signed under its own name, so that the step's signature does not stand for it.
    let item = signed_as(&step.id, direction);
    run.record(Body::SignatureAwaited {
        step: step.id.clone(),
        items: vec![item.clone()],
        instructions: instructions.to_owned(),
        direction,
    })?;
    let end = run
        .until(&step.id, |session| session.is_signed(&item))
        .await?;
    Ok(end.unwrap_or_else(StepEnd::succeeded))
}

/// Returns the name under which a manual step, or its undo, is signed.
pub fn signed_as(step: &str, direction: Direction) -> String {
    match direction {
        Direction::Forward => step.to_owned(),
        Direction::Back => format!("{step}/undo"),
    }
}

/// Waits for the signatures that checklists demand before `step`; `None` when all are there.
pub(super) async fn signatures_before(
    run: &Run,
    step: &Step,
) -> Result<Option<StepEnd>, RecordError> {
    let items: Vec<Item> = run
        .plan
        .checklists
        .iter()
        .filter(|checklist| checklist.before.as_deref() == Some(&step.id))
        .flat_map(|checklist| &checklist.items)
        .cloned()
        .collect();
    let missing = |session: &Session| -> Vec<String> {
        items
            .iter()
            .filter(|item| !session.is_ticked(item))
            .map(|item| item.id.clone())
            .collect()
    };
    let open = missing(&run.session());
    if open.is_empty() {
        return Ok(None);
    }
    run.record(Body::SignatureAwaited {
        step: step.id.clone(),
        items: open,
        instructions: "Sign the checklist before this step.".to_owned(),
        direction: Direction::Forward,
    })?;
    run.until(&step.id, |session| missing(session).is_empty())
        .await
}
