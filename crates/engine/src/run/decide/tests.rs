//! The decisions, driven by hand-made events: each test says what happened and what must come next.

use std::collections::BTreeSet;

use stopover_plan::event::{Body, Direction, Event, Mode, Outcome, StepHead};
use stopover_plan::model::Environment;
use stopover_plan::session::Session;
use stopover_plan::{Plan, Problem};

use super::{Attendance, Course, Next};

const PLAN: &str = r#"
format = 1
name = "Decisions"
[target.main]
engine = "sqlite"
[[step]]
id = "on"
sql = "UPDATE s SET v = 1"
[[step]]
id = "a"
sql = "UPDATE t SET v = 1"
undo.sql = "UPDATE t SET v = 0"
[[step]]
id = "b"
sql = "UPDATE u SET v = 1"
[[step]]
id = "off"
finally_for = "on"
sql = "UPDATE s SET v = 0"
"#;

fn plan() -> Plan {
    let (plan, problems) = stopover_plan::parse::open(PLAN);
    assert_eq!(problems, Vec::new());
    plan
}

fn session(plan: &Plan, bodies: Vec<Body>) -> Session {
    let steps = plan
        .steps
        .iter()
        .map(|step| StepHead {
            id: step.id.clone(),
            title: step.title.clone(),
            step_kind: step.kind.word().into(),
            phase: None,
            after: step.after.clone(),
            estimate_ms: None,
            finally_for: step.finally_for.clone(),
            detail: String::new(),
            has_undo: step.undo.is_some(),
        })
        .collect();
    let first = Body::SessionStarted {
        plan: plan.name.clone(),
        plan_path: String::new(),
        plan_hash: String::new(),
        mode: Mode::Live,
        environment: Environment::Development,
        bindings: Vec::new(),
        steps,
        only: Vec::new(),
        by: "ana".into(),
        host: String::new(),
        program: String::new(),
        reason: None,
    };
    let events: Vec<Event> = (1..)
        .zip(std::iter::once(first).chain(bodies))
        .map(|(seq, body)| Event {
            seq,
            at_ms: 0,
            mono_ms: None,
            session: "s".into(),
            body,
        })
        .collect();
    Session::fold(&events)
}

fn started(step: &str) -> Body {
    Body::StepStarted {
        step: step.into(),
        attempt: 1,
        direction: Direction::Forward,
    }
}

fn ended(step: &str, direction: Direction) -> Body {
    Body::StepSucceeded {
        step: step.into(),
        direction,
        rows: None,
        exit: None,
        elapsed_ms: 1,
        artifacts: Vec::new(),
        by_mark: false,
    }
}

fn done(step: &str) -> Body {
    ended(step, Direction::Forward)
}

fn failed(step: &str) -> Body {
    Body::StepFailed {
        step: step.into(),
        direction: Direction::Forward,
        problem: Problem::new("x", "x", "x"),
        exit: None,
        elapsed_ms: 1,
        card: None,
    }
}

fn by() -> String {
    "ana".into()
}

fn start(step: &str, direction: Direction) -> Next {
    Next::Start(vec![(step.into(), direction)])
}

fn check(bodies: Vec<Body>, attendance: Attendance, expect: Next) {
    let plan = plan();
    let session = session(&plan, bodies);
    let next = Course::new(&plan, &session).next(&session, &BTreeSet::new(), attendance);
    assert_eq!(next, expect);
}

use Attendance::{Attended, Unattended};

#[test]
fn steps_start_in_order() {
    check(vec![], Unattended, start("on", Direction::Forward));
    check(
        vec![done("on"), done("a")],
        Unattended,
        start("b", Direction::Forward),
    );
}

#[test]
fn a_finished_step_never_starts_again() {
    let all = vec![done("on"), done("a"), done("b"), done("off")];
    check(all, Unattended, Next::Finish(Outcome::Succeeded));
}

#[test]
fn a_failed_step_leaves_later_steps_waiting_and_owes_what_ends_its_partner() {
    let offer = Next::Offer {
        steps: vec!["off".into()],
        because: "failed",
    };
    check(vec![done("on"), failed("a")], Unattended, offer.clone());
    check(vec![done("on"), failed("a")], Attended, offer);
}

#[test]
fn nobody_there_the_offer_is_accepted_and_the_session_ends_as_failed() {
    let mut happened = vec![
        done("on"),
        failed("a"),
        Body::FinallyOffered {
            steps: vec!["off".into()],
            because: "failed".into(),
        },
    ];
    check(happened.clone(), Unattended, Next::AcceptOffer);
    check(happened.clone(), Attended, Next::Wait);
    happened.push(Body::FinallyAnswered {
        accepted: true,
        by: by(),
    });
    check(
        happened.clone(),
        Unattended,
        start("off", Direction::Forward),
    );
    happened.push(done("off"));
    check(happened.clone(), Unattended, Next::Finish(Outcome::Failed));
    check(happened, Attended, Next::Wait);
}

#[test]
fn a_declined_offer_is_not_made_again() {
    let happened = vec![
        done("on"),
        failed("a"),
        Body::FinallyOffered {
            steps: vec!["off".into()],
            because: "failed".into(),
        },
        Body::FinallyAnswered {
            accepted: false,
            by: by(),
        },
    ];
    check(happened.clone(), Attended, Next::Wait);
    check(happened, Unattended, Next::Finish(Outcome::Failed));
}

#[test]
fn going_on_after_a_way_out_runs_both_partners_again() {
    let happened = vec![
        done("on"),
        failed("a"),
        Body::FinallyOffered {
            steps: vec!["off".into()],
            because: "failed".into(),
        },
        Body::FinallyAnswered {
            accepted: true,
            by: by(),
        },
        done("off"),
        Body::RetryRequested {
            step: "a".into(),
            by: by(),
        },
    ];
    check(
        happened,
        Attended,
        Next::Reset(vec!["on".into(), "off".into()]),
    );
}

#[test]
fn a_failure_before_the_partner_ran_owes_nothing() {
    check(
        vec![failed("on")],
        Unattended,
        Next::Finish(Outcome::Failed),
    );
}

#[test]
fn a_skip_is_carried_out_and_the_next_step_follows() {
    let mut happened = vec![
        done("on"),
        failed("a"),
        Body::SkipRequested {
            step: "a".into(),
            reason: "done by hand".into(),
            by: by(),
        },
    ];
    check(
        happened.clone(),
        Attended,
        Next::Skip {
            step: "a".into(),
            reason: "done by hand".into(),
            by: by(),
        },
    );
    happened.push(Body::StepSkipped {
        step: "a".into(),
        reason: "done by hand".into(),
        by: by(),
    });
    check(happened, Attended, start("b", Direction::Forward));
}

#[test]
fn a_pause_stands_between_steps_until_someone_goes_on() {
    let mut happened = vec![done("on"), Body::PauseRequested { by: by() }];
    check(happened.clone(), Attended, Next::Pause);
    happened.push(Body::SessionPaused {});
    check(happened.clone(), Attended, Next::Wait);
    happened.push(Body::ResumeRequested { by: by() });
    check(happened, Attended, start("a", Direction::Forward));
}

#[test]
fn an_abort_cancels_what_runs_then_offers_what_is_owed() {
    let plan = plan();
    let happened = vec![done("on"), started("a"), Body::AbortRequested { by: by() }];
    let session = session(&plan, happened);
    let running = BTreeSet::from(["a".to_owned()]);
    let course = Course::new(&plan, &session);
    assert_eq!(course.next(&session, &running, Attended), Next::Cancel);
    check(
        vec![done("on"), Body::AbortRequested { by: by() }],
        Attended,
        Next::Offer {
            steps: vec!["off".into()],
            because: "aborted",
        },
    );
}

#[test]
fn an_unknown_outcome_stops_everything_until_it_is_settled() {
    let mut happened = vec![
        done("on"),
        started("a"),
        Body::StepUnknown {
            step: "a".into(),
            direction: Direction::Forward,
            index: Some(0),
            statement: "ALTER".into(),
            problem: Problem::new("unknown", "x", "x"),
        },
    ];
    check(happened.clone(), Attended, Next::Wait);
    check(happened.clone(), Unattended, Next::Leave);
    happened.push(Body::SettleRequested {
        step: "a".into(),
        applied: true,
        by: by(),
        note: String::new(),
    });
    check(
        happened,
        Unattended,
        Next::Settle {
            step: "a".into(),
            applied: true,
        },
    );
}

#[test]
fn a_rollback_runs_the_partner_again_then_undoes_in_reverse_then_ends_the_partner() {
    let mut happened = vec![
        done("on"),
        done("a"),
        done("b"),
        done("off"),
        Body::SessionFinished {
            outcome: Outcome::Succeeded,
        },
        Body::RollbackRequested { by: by() },
        Body::RunnerStarted {
            pid: 1,
            host: String::new(),
            resumed: true,
        },
    ];
    check(
        happened.clone(),
        Unattended,
        Next::BeginRollback {
            steps: vec!["a".into()],
            without_undo: vec!["b".into()],
            rearmed: vec!["on".into(), "off".into()],
        },
    );
    happened.push(Body::RollbackStarted {
        steps: vec!["a".into()],
        without_undo: vec!["b".into()],
        rearmed: vec!["on".into(), "off".into()],
    });
    check(
        happened.clone(),
        Unattended,
        start("on", Direction::Forward),
    );
    happened.push(done("on"));
    check(happened.clone(), Unattended, start("a", Direction::Back));
    happened.push(ended("a", Direction::Back));
    check(
        happened.clone(),
        Unattended,
        Next::Offer {
            steps: vec!["off".into()],
            because: "rolled_back",
        },
    );
    happened.push(Body::FinallyOffered {
        steps: vec!["off".into()],
        because: "rolled_back".into(),
    });
    happened.push(Body::FinallyAnswered {
        accepted: true,
        by: by(),
    });
    happened.push(done("off"));
    // Step b has no undo, so this is no whole rollback.
    check(
        happened,
        Unattended,
        Next::Finish(Outcome::PartlyRolledBack),
    );
}

#[test]
fn steps_outside_the_selection_are_neither_run_nor_awaited() {
    let plan = plan();
    let mut session = session(&plan, vec![]);
    session.only = vec!["b".to_owned()];
    let next =
        Course::new(&plan, &session).next(&session, &BTreeSet::new(), Attendance::Unattended);
    assert_eq!(next, start("b", Direction::Forward));
}
