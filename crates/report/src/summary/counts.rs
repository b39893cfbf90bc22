//! The numbers of a report's first page.

use serde::Serialize;
use stopover_plan::session::{Session, Status};

use super::chart::{Planned, downtime, downtime_planned};
use super::history::History;
use super::{CheckRow, ItemRow, StepRow};

/// Numbers of the first page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Steps of the session.
    pub(crate) steps: usize,
    /// Ended well.
    pub(crate) succeeded: usize,
    /// Left out.
    pub(crate) skipped: usize,
    /// Ended badly, or with unknown outcome.
    pub(crate) failed: usize,
    /// Taken back.
    pub(crate) undone: usize,
    /// Never ended: waiting, running, paused, interrupted.
    pub(crate) not_run: usize,
    /// Checks that held.
    pub(crate) checks_pass: usize,
    /// Checks that did not.
    pub(crate) checks_fail: usize,
    /// Checks that were not evaluated.
    pub(crate) checks_not_tested: usize,
    /// Items signed, by people or by a check.
    pub(crate) items_signed: usize,
    /// Items still open.
    pub(crate) items_open: usize,
    /// Planned duration along the predecessors; `None` when no step has an estimate.
    pub(crate) planned_ms: Option<u64>,
    /// Steps that had no estimate.
    pub(crate) without_estimate: usize,
    /// Time in which a runner worked.
    pub(crate) actual_ms: u64,
    /// Planned downtime.
    pub(crate) downtime_planned_ms: Option<u64>,
    /// Downtime as it was.
    pub(crate) downtime_ms: Option<u64>,
}

impl Counts {
    pub(super) fn of(
        steps: &[StepRow],
        checks: &[CheckRow],
        checklist: &[ItemRow],
        planned: &Planned,
        history: &History,
        session: &Session,
    ) -> Self {
        let mut counts = Self {
            steps: steps.len(),
            planned_ms: planned.total_ms,
            without_estimate: steps.iter().filter(|s| s.planned_ms.is_none()).count(),
            actual_ms: match session.duration_ms {
                0 => history.end_ms,
                worked => worked,
            },
            downtime_planned_ms: downtime_planned(steps, planned),
            downtime_ms: downtime(steps, history),
            ..Self::default()
        };
        for step in steps {
            *match step.state {
                Status::Succeeded => &mut counts.succeeded,
                Status::Skipped => &mut counts.skipped,
                Status::Failed | Status::Unknown => &mut counts.failed,
                Status::Undone => &mut counts.undone,
                _ => &mut counts.not_run,
            } += 1;
        }
        for check in checks {
            *match check.result {
                "pass" => &mut counts.checks_pass,
                "fail" => &mut counts.checks_fail,
                _ => &mut counts.checks_not_tested,
            } += 1;
        }
        for item in checklist {
            *match item.result {
                "open" => &mut counts.items_open,
                _ => &mut counts.items_signed,
            } += 1;
        }
        counts
    }
}
