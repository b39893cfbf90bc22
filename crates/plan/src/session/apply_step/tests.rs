//! How single events change a step.

use super::*;
use crate::event::StepHead;
use crate::session::Settlement;

fn start(direction: Direction) -> Body {
    Body::StepStarted {
        step: "a".to_owned(),
        attempt: 1,
        direction,
    }
}

fn success(direction: Direction, elapsed_ms: u64) -> Body {
    Body::StepSucceeded {
        step: "a".to_owned(),
        direction,
        rows: None,
        exit: None,
        elapsed_ms,
        artifacts: Vec::new(),
        by_mark: false,
    }
}

fn after(bodies: Vec<Body>) -> StepState {
    let mut session = Session::default();
    session.apply(&Event {
        seq: 1,
        at_ms: 0,
        mono_ms: None,
        session: "s".to_owned(),
        body: Body::PlanChanged {
            from: String::new(),
            to: String::new(),
            by: "ada".to_owned(),
            steps: vec![StepHead {
                id: "a".to_owned(),
                title: String::new(),
                step_kind: "sql".to_owned(),
                phase: None,
                after: Vec::new(),
                estimate_ms: None,
                finally_for: None,
                detail: String::new(),
                has_undo: true,
            }],
        },
    });
    for (seq, body) in (2..).zip(bodies) {
        session.apply(&Event {
            seq,
            at_ms: i64::try_from(seq).unwrap() * 100,
            mono_ms: None,
            session: "s".to_owned(),
            body,
        });
    }
    session.step("a").unwrap().clone()
}

fn check(bodies: Vec<Body>, expect: Option<OtherRun>) {
    assert_eq!(after(bodies).other_run, expect);
}

#[test]
fn the_undo_of_a_step_leaves_its_run_forward_known() {
    let forward = Some(OtherRun {
        status: Status::Succeeded,
        started_at_ms: 200,
        finished_at_ms: Some(300),
        elapsed_ms: Some(93),
    });
    let (ran, back) = (Direction::Forward, Direction::Back);
    check(vec![start(ran), success(ran, 93), start(back)], forward);
    let undone = vec![start(ran), success(ran, 93), start(back), success(back, 8)];
    check(undone, forward);
}

#[test]
fn a_run_nobody_saw_the_end_of_stays_without_one() {
    let interrupted = Body::StepInterrupted {
        step: "a".to_owned(),
        direction: Direction::Forward,
        reason: String::new(),
    };
    check(
        vec![
            start(Direction::Forward),
            interrupted,
            start(Direction::Back),
        ],
        Some(OtherRun {
            status: Status::Interrupted,
            started_at_ms: 200,
            finished_at_ms: None,
            elapsed_ms: None,
        }),
    );
}

#[test]
fn a_step_tried_again_has_no_run_in_the_other_direction() {
    let ran = Direction::Forward;
    check(vec![start(ran), success(ran, 1), start(ran)], None);
}
#[test]
fn an_undo_that_fails_leaves_the_time_of_the_step_as_it_was() {
    let (ran, back) = (Direction::Forward, Direction::Back);
    let failed = Body::StepFailed {
        step: "a".to_owned(),
        direction: back,
        problem: crate::Problem::new("x", "boom", ""),
        exit: None,
        elapsed_ms: 7,
        card: None,
    };
    let step = after(vec![start(ran), success(ran, 93), start(back), failed]);
    assert_eq!((step.elapsed_ms, step.undo_elapsed_ms), (Some(93), Some(7)));
}

#[test]
fn a_settled_outcome_keeps_who_said_what_when_and_how_they_know() {
    let unknown = |direction| Body::StepUnknown {
        step: "a".to_owned(),
        direction,
        index: Some(0),
        statement: "ALTER".to_owned(),
        problem: crate::Problem::new("unknown", "x", "x"),
    };
    let settled = |applied, note: &str| Body::SettleRequested {
        step: "a".to_owned(),
        applied,
        by: "ada".to_owned(),
        note: note.to_owned(),
    };
    let (ran, back) = (Direction::Forward, Direction::Back);
    let step = after(vec![
        start(ran),
        unknown(ran),
        settled(true, "the column is there"),
        success(ran, 0),
        start(back),
        unknown(back),
        settled(false, ""),
    ]);
    let one = |applied, at_ms, note: &str, direction| Settlement {
        applied,
        by: "ada".to_owned(),
        at_ms,
        note: note.to_owned(),
        direction,
    };
    let expect = [
        one(true, 400, "the column is there", ran),
        one(false, 800, "", back),
    ];
    assert_eq!(step.settlements, expect);
}

#[test]
fn a_success_by_a_persons_word_has_no_duration_and_says_whose_word_it_is() {
    let ran = Direction::Forward;
    let unknown = Body::StepUnknown {
        step: "a".to_owned(),
        direction: ran,
        index: None,
        statement: "ALTER".to_owned(),
        problem: crate::Problem::new("unknown", "x", "x"),
    };
    let settled = Body::SettleRequested {
        step: "a".to_owned(),
        applied: true,
        by: "ada".to_owned(),
        note: String::new(),
    };
    let mut events = vec![start(ran), unknown, settled, success(ran, 0)];
    let step = after(events.clone());
    assert_eq!(step.told_by.as_deref(), Some("ada"));
    assert_eq!((step.status, step.elapsed_ms), (Status::Succeeded, None));
    events.extend([start(ran), success(ran, 0)]);
    let step = after(events);
    assert_eq!((step.told_by, step.elapsed_ms), (None, Some(0)));
}
