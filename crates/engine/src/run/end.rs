//! How a step ended, and the event that says so.

use stopover_plan::event::{Artifact, Body, Direction};
use stopover_plan::{Problem, RecordError};

use super::Run;

/// How a step ended.
#[derive(Debug)]
pub(super) enum StepEnd {
    Succeeded {
        rows: Option<u64>,
        exit: Option<i32>,
        artifacts: Vec<Artifact>,
        by_mark: bool,
    },
    /// Succeeded, and the mark that was committed with it says so.
    Proven {
        rows: u64,
    },
    Failed {
        problem: Problem,
        exit: Option<i32>,
    },
    Unknown {
        index: Option<u32>,
        statement: String,
        problem: Problem,
    },
    Interrupted {
        reason: String,
    },
    Skipped {
        reason: String,
        by: String,
    },
}

impl StepEnd {
    /// Returns success without figures.
    pub(super) fn succeeded() -> Self {
        Self::Succeeded {
            rows: None,
            exit: None,
            artifacts: Vec::new(),
            by_mark: false,
        }
    }

    /// Returns failure without an exit code.
    pub(super) fn failed(problem: Problem) -> Self {
        Self::Failed {
            problem,
            exit: None,
        }
    }
}

/// Records the end of a step.
pub(super) fn finish(
    run: &Run,
    step: String,
    direction: Direction,
    elapsed_ms: u64,
    end: StepEnd,
) -> Result<(), RecordError> {
    let proven = matches!(end, StepEnd::Proven { .. });
    let body = match end {
        StepEnd::Succeeded {
            rows,
            exit,
            artifacts,
            by_mark,
        } => Body::StepSucceeded {
            step,
            direction,
            rows,
            exit,
            elapsed_ms,
            artifacts,
            by_mark,
        },
        StepEnd::Proven { rows } => Body::StepSucceeded {
            step,
            direction,
            rows: Some(rows),
            exit: None,
            elapsed_ms,
            artifacts: Vec::new(),
            by_mark: false,
        },
        StepEnd::Failed { problem, exit } => {
            let card = run
                .plan
                .card_for(&step, &problem.message)
                .map(|card| card.id.clone());
            Body::StepFailed {
                step,
                direction,
                problem,
                exit,
                elapsed_ms,
                card,
            }
        }
        StepEnd::Unknown {
            index,
            statement,
            problem,
        } => Body::StepUnknown {
            step,
            direction,
            index,
            statement,
            problem,
        },
        StepEnd::Interrupted { reason } => Body::StepInterrupted {
            step,
            direction,
            reason,
        },
        StepEnd::Skipped { reason, by } => Body::StepSkipped { step, reason, by },
    };
    match proven {
        true => run.record_proven(body),
        false => run.record(body),
    }
}
