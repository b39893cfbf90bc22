//! The state of a session is what the statuses of its steps say, after any events in any order.

use proptest::prelude::*;
use stopover_plan::event::{Body, CheckResult, Direction, Mode, StepHead};
use stopover_plan::model::{Environment, Severity};
use stopover_plan::session::{State, Status};
use stopover_plan::{Event, Problem, Session};

const STEPS: [&str; 4] = ["a", "b", "c", "not-in-the-plan"];

fn heads(count: usize) -> Vec<StepHead> {
    STEPS[..count]
        .iter()
        .map(|id| StepHead {
            id: (*id).to_owned(),
            title: String::new(),
            step_kind: "sql".to_owned(),
            phase: None,
            after: Vec::new(),
            estimate_ms: None,
            finally_for: None,
            detail: String::new(),
            has_undo: true,
        })
        .collect()
}

fn started() -> Body {
    Body::SessionStarted {
        plan: "P".to_owned(),
        plan_path: "/p".to_owned(),
        plan_hash: String::new(),
        mode: Mode::Live,
        environment: Environment::Development,
        bindings: Vec::new(),
        steps: heads(3),
        only: Vec::new(),
        by: "ada".to_owned(),
        host: "here".to_owned(),
        program: String::new(),
        reason: None,
    }
}

/// Returns the event numbered `kind` about a step.
fn body(kind: u8, step: &str, direction: Direction, count: usize) -> Body {
    let step = step.to_owned();
    let by = "ada".to_owned();
    let problem = Problem::new("x", "It failed.", "Mend it.");
    match kind {
        0 => Body::StepStarted {
            step,
            attempt: 1,
            direction,
        },
        1 => Body::StepSucceeded {
            step,
            direction,
            rows: None,
            exit: None,
            elapsed_ms: 1,
            artifacts: Vec::new(),
            by_mark: false,
        },
        2 => Body::StepFailed {
            step,
            direction,
            problem,
            exit: None,
            elapsed_ms: 1,
            card: None,
        },
        3 => Body::StepUnknown {
            step,
            direction,
            index: None,
            statement: String::new(),
            problem,
        },
        4 => Body::StepInterrupted {
            step,
            direction,
            reason: String::new(),
        },
        5 => Body::StepSkipped {
            step,
            reason: "x".to_owned(),
            by,
        },
        6 => Body::StepReset {
            step,
            reason: "x".to_owned(),
        },
        7 => Body::GateOpened {
            step,
            question: String::new(),
            approvers: Vec::new(),
            approvals: 1,
        },
        8 => Body::SignatureAwaited {
            step,
            items: Vec::new(),
            instructions: String::new(),
            direction,
        },
        9 => Body::RetryRequested { step, by },
        10 => Body::RollbackRequested { by },
        11 => Body::RollbackStarted {
            steps: vec![step.clone()],
            without_undo: Vec::new(),
            rearmed: vec![step],
        },
        12 => Body::PlanChanged {
            from: String::new(),
            to: String::new(),
            by,
            steps: heads(count),
        },
        13 => Body::RunnerStarted {
            pid: 1,
            host: String::new(),
            resumed: true,
        },
        14 => Body::CheckFailed {
            result: CheckResult {
                step,
                check: "1".to_owned(),
                title: String::new(),
                severity: Severity::Error,
                expected: String::new(),
                found: String::new(),
                elapsed_ms: 1,
            },
        },
        _ => Body::SettleRequested {
            step,
            applied: true,
            by,
            note: String::new(),
        },
    }
}

/// Says the state in the words of its definition, with a look at every step.
fn defined(session: &Session) -> State {
    let any = |status: Status| session.steps.iter().any(|step| step.status == status);
    let running = any(Status::Running);
    if any(Status::Unknown) {
        State::Unknown
    } else if any(Status::Failed) && !running {
        State::Failed
    } else if session.rolling_back {
        State::RollingBack
    } else if any(Status::Paused) && !running {
        State::Waiting
    } else {
        State::Running
    }
}

proptest! {
    #[test]
    fn the_state_is_what_the_statuses_say_after_every_event(
        events in prop::collection::vec((0u8..16, 0usize..4, any::<bool>(), 1usize..4), 1..60)
    ) {
        let mut session = Session::default();
        let bodies = events.iter().map(|(kind, step, back, count)| {
            let direction = if *back { Direction::Back } else { Direction::Forward };
            body(*kind, STEPS[*step], direction, *count)
        });
        for (seq, body) in (1..).zip(std::iter::once(started()).chain(bodies)) {
            let event = Event { seq, at_ms: 0, mono_ms: None, session: "s".to_owned(), body };
            session.apply(&event);
            prop_assert_eq!(session.state, defined(&session), "after {:?}", event);
        }
    }
}
