//! Sessions as doors and the engine use them: writing, folding, listing, naming.

mod support;

use std::time::Instant;

use stopover_journal::{End, JournalError, Page, PastStep, SessionLog};
use stopover_plan::event::{Direction, Mode, Outcome};
use stopover_plan::model::Environment;
use stopover_plan::session::{State, Status};
use stopover_plan::{Body, Problem, Recorder, Session};
use support::{Place, finished, output, runner, started, step_started};

#[test]
fn appended_events_read_back_in_order_without_gaps() {
    let place = Place::new();
    let journal = place.open();
    let mut written = vec![
        journal
            .create_session("s1", started(&["a", "b"]))
            .expect("starts"),
        journal
            .append("s1", runner(false), Some(0))
            .expect("appends"),
        journal
            .append("s1", step_started("a"), Some(3))
            .expect("appends"),
    ];
    written.extend(
        journal
            .append_many("s1", vec![output("one"), output("zwei\n")], Some(9))
            .expect("appends"),
    );
    assert_eq!(
        written.iter().map(|e| e.seq).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );

    let elsewhere = place.open();
    assert_eq!(
        elsewhere.events("s1", 0, usize::MAX).expect("reads"),
        written
    );
    assert_eq!(elsewhere.events("s1", 2, 2).expect("reads"), written[2..4]);
    assert_eq!(elsewhere.events("s1", 5, 10).expect("reads"), []);
    assert_eq!(elsewhere.events("s1", u64::MAX, 10).expect("reads"), []);
    assert_eq!(
        elsewhere.session("s1").expect("folds"),
        Session::fold(&written)
    );
    assert_eq!(elsewhere.head("s1").expect("reads").seq, 5);
    let verified = elsewhere.verify().expect("reads");
    assert!(verified.intact, "{verified:?}");
    assert_eq!((verified.events, verified.sessions), (5, 1));
}

#[test]
fn the_summary_follows_every_event() {
    let place = Place::new();
    let journal = place.open();
    let door = place.open();
    let summary = || door.summary("s1").expect("reads");
    journal
        .create_session("s1", started(&["a", "b"]))
        .expect("starts");
    let now = summary();
    assert_eq!(now.plan, "Audit fields");
    assert_eq!(now.plan_path, "/plans/audit.plan.toml");
    assert_eq!(
        (now.mode, now.environment),
        (Mode::Rehearsal, Environment::Staging)
    );
    assert_eq!(
        (now.state, now.outcome, now.runner),
        (State::Running, None, None)
    );
    assert!(now.started_at_ms > 0);

    journal
        .append("s1", runner(false), Some(0))
        .expect("appends");
    journal
        .append("s1", step_started("a"), Some(10))
        .expect("appends");
    journal
        .append(
            "s1",
            Body::StepFailed {
                step: "a".into(),
                direction: Default::default(),
                problem: Problem::new("x", "y", "z"),
                exit: None,
                elapsed_ms: 5,
                card: None,
            },
            Some(15),
        )
        .expect("appends");
    let now = summary();
    assert_eq!((now.state, now.duration_ms), (State::Failed, 15));
    assert_eq!(now.runner, Some((7, "engine".into())));

    // The door has never folded this session, and its request changes the state all the same.
    let retry = Body::RetryRequested {
        step: "a".into(),
        by: "ada".into(),
    };
    door.append("s1", retry, None).expect("appends");
    assert_eq!(summary().state, State::Running);

    journal
        .append(
            "s1",
            Body::PlanChanged {
                from: "abc".into(),
                to: "def".into(),
                by: "ada".into(),
                steps: vec![support::head("a")],
            },
            Some(20),
        )
        .expect("appends");
    assert_eq!(summary().plan_hash, "def");

    journal.append("s1", finished(), Some(30)).expect("appends");
    let now = summary();
    assert_eq!(
        (now.state, now.outcome),
        (State::Finished, Some(Outcome::Succeeded))
    );
    assert!(now.finished_at_ms.is_some());
    let fold = door.session("s1").expect("folds");
    assert_eq!(
        fold.step("a").map(|step| step.status),
        Some(Status::Waiting)
    );
    assert_eq!((now.seq, now.duration_ms), (fold.seq, fold.duration_ms));
    assert_eq!(now.head_hash, door.head("s1").expect("reads").hash_hex);
}

#[test]
fn sessions_are_listed_newest_first_page_by_page() {
    let place = Place::new();
    let journal = place.open();
    for number in 1..=7 {
        let id = format!("s{number}");
        journal.create_session(&id, started(&[])).expect("starts");
        if number % 2 == 0 {
            journal.append(&id, finished(), None).expect("appends");
        }
    }
    let ids = |page: Page| -> Vec<String> {
        let sessions = journal.sessions(&page).expect("lists");
        sessions.into_iter().map(|session| session.id).collect()
    };
    let three = Page {
        limit: 3,
        ..Page::default()
    };
    assert_eq!(ids(three.clone()), ["s7", "s6", "s5"]);
    assert_eq!(
        ids(Page {
            before: Some("s5".into()),
            ..three.clone()
        }),
        ["s4", "s3", "s2"]
    );
    assert_eq!(
        ids(Page {
            before: Some("s2".into()),
            ..three.clone()
        }),
        ["s1"]
    );
    assert_eq!(
        ids(Page {
            state: Some(State::Finished),
            ..three.clone()
        }),
        ["s6", "s4", "s2"]
    );
    assert_eq!(
        ids(Page {
            plan_hash: Some("abc".into()),
            mode: Some(Mode::Rehearsal),
            ..Page::default()
        })
        .len(),
        7
    );
    assert_eq!(
        ids(Page {
            mode: Some(Mode::Live),
            ..Page::default()
        })
        .len(),
        0
    );
    assert_eq!(
        ids(Page {
            plan_path: Some("/elsewhere".into()),
            ..Page::default()
        })
        .len(),
        0
    );
    let page = Page {
        before: Some("nobody".into()),
        ..three
    };
    assert!(matches!(
        journal.sessions(&page),
        Err(JournalError::NotFound { .. })
    ));
}

/// A session of another plan, environment and person.
fn elsewhere() -> Body {
    let Body::SessionStarted {
        mode,
        bindings,
        steps,
        ..
    } = started(&["a"])
    else {
        unreachable!("it is the start of a session");
    };
    Body::SessionStarted {
        plan: "Copy the ÄRCHIVE".into(),
        plan_path: "/plans/archive.plan.toml".into(),
        plan_hash: "def".into(),
        mode,
        environment: Environment::Production,
        bindings,
        steps,
        only: Vec::new(),
        by: "grace".into(),
        host: "bastion".into(),
        program: "0.1.0".into(),
        reason: None,
    }
}

#[test]
fn sessions_are_found_by_environment_end_time_and_text() {
    let place = Place::new();
    let journal = place.open();
    let first = journal
        .create_session("s1", started(&["a"]))
        .expect("starts");
    journal.append("s1", finished(), None).expect("appends");
    journal
        .create_session("s2", started(&["a"]))
        .expect("starts");
    journal.create_session("s3", elsewhere()).expect("starts");
    let ids = |page: Page| -> Vec<String> {
        let sessions = journal.sessions(&page).expect("lists");
        sessions.into_iter().map(|session| session.id).collect()
    };
    let all = Page::default;
    let environment = Some(Environment::Production);
    assert_eq!(
        ids(Page {
            environment,
            ..all()
        }),
        ["s3"]
    );
    let end = Some(End::Unfinished);
    assert_eq!(ids(Page { end, ..all() }), ["s3", "s2"]);
    let end = Some(End::With(Outcome::Succeeded));
    assert_eq!(ids(Page { end, ..all() }), ["s1"]);
    let from_at_ms = Some(first.at_ms + 86_400_000);
    assert_eq!(
        ids(Page {
            from_at_ms,
            ..all()
        }),
        [""; 0]
    );
    let until_at_ms = Some(first.at_ms);
    assert_eq!(
        ids(Page {
            until_at_ms,
            ..all()
        }),
        [""; 0]
    );
    for (search, expect) in [
        ("GRACE", vec!["s3"]),
        ("archive.plan", vec!["s3"]),
        (" audit ", vec!["s2", "s1"]),
        ("100%", vec![]),
        ("' OR 1=1 --", vec![]),
    ] {
        let search = search.to_owned();
        assert_eq!(ids(Page { search, ..all() }), expect);
    }
    let runs: Vec<_> = journal
        .plans_run()
        .expect("lists")
        .into_iter()
        .map(|plan| (plan.name, plan.sessions))
        .collect();
    let expect = [
        ("Copy the ÄRCHIVE".to_owned(), 1),
        ("Audit fields".to_owned(), 2),
    ];
    assert_eq!(runs, expect);
}

#[test]
fn past_steps_are_those_of_earlier_sessions_of_the_same_plan_and_environment() {
    let place = Place::new();
    let journal = place.open();
    let ended = |step: &str, elapsed_ms, direction, by_mark| Body::StepSucceeded {
        step: step.into(),
        direction,
        rows: None,
        exit: None,
        elapsed_ms,
        artifacts: Vec::new(),
        by_mark,
    };
    for (id, first, elapsed_ms) in [
        ("s1", started(&["a"]), 10),
        ("s2", elsewhere(), 20),
        ("s3", started(&["a"]), 30),
        ("s4", started(&["a"]), 40),
    ] {
        journal.create_session(id, first).expect("starts");
        let bodies = vec![
            ended("a", elapsed_ms, Direction::Forward, false),
            ended("a", 1, Direction::Back, false),
            ended("a", 0, Direction::Forward, true),
        ];
        journal.append_many(id, bodies, Some(1)).expect("appends");
    }
    let past = |id: &str| journal.past_steps(id).expect("reads");
    let of = |elapsed_ms| PastStep {
        step: "a".into(),
        elapsed_ms,
    };
    assert_eq!(past("s4"), [of(30), of(10)]);
    assert_eq!(past("s1"), []);
    assert_eq!(past("nobody"), []);
}

#[test]
fn a_unique_beginning_of_an_id_names_the_session() {
    let place = Place::new();
    let journal = place.open();
    assert!(matches!(
        journal.resolve("last"),
        Err(JournalError::NotFound { .. })
    ));
    for id in ["abc", "abcd", "b%x", "bax", "Ünal"] {
        journal.create_session(id, started(&[])).expect("starts");
    }
    for (prefix, id) in [
        ("abc", "abc"),
        ("abcd", "abcd"),
        ("b%", "b%x"),
        ("ba", "bax"),
        ("Ü", "Ünal"),
        ("last", "Ünal"),
    ] {
        assert_eq!(journal.resolve(prefix).expect(prefix), id);
    }
    assert_eq!(journal.session("ba").expect("folds").id, "bax");
    let error = journal.resolve("a").expect_err("two match");
    assert_eq!(error.problem().code, "session-ambiguous");
    assert!(error.to_string().contains("abc, abcd"), "{error}");
    for nobody in ["", "x", "abcde", "_"] {
        assert_eq!(
            journal.resolve(nobody).expect_err(nobody).problem().code,
            "session-not-found"
        );
    }
}

#[test]
fn a_session_begins_once_and_with_its_start() {
    let place = Place::new();
    let journal = place.open();
    assert!(matches!(
        journal.create_session("s", runner(false)),
        Err(JournalError::NotAStart { .. })
    ));
    assert!(matches!(
        journal.create_session("", started(&[])),
        Err(JournalError::NotAStart { .. })
    ));
    assert!(matches!(
        journal.append("s", runner(false), None),
        Err(JournalError::NotFound { .. })
    ));
    journal.create_session("s", started(&[])).expect("starts");
    assert!(matches!(
        journal.create_session("s", started(&[])),
        Err(JournalError::Exists { .. })
    ));
    assert_eq!(journal.verify().expect("reads").events, 1);
}

#[test]
fn an_event_larger_than_the_limit_is_refused_and_nothing_of_its_batch_is_written() {
    let place = Place::new();
    let journal = place.open();
    journal.create_session("s", started(&[])).expect("starts");
    let batch = vec![output("small"), output("x".repeat(1 << 20))];
    let error = journal
        .append_many("s", batch, None)
        .expect_err("too large");
    assert_eq!(error.problem().code, "event-too-large");
    assert_eq!(journal.head("s").expect("reads").seq, 1);
    journal
        .append("s", output("x".repeat(1 << 19)), None)
        .expect("half of it fits");
    assert!(
        journal
            .append_many("s", Vec::new(), None)
            .expect("nothing to do")
            .is_empty()
    );
}

#[test]
fn the_log_of_a_session_records_for_the_engine_and_sees_what_others_wrote() {
    let place = Place::new();
    let door = place.open();
    let version = door.data_version().expect("reads");
    assert!(
        SessionLog::new(&place.path, "s", Instant::now()).is_err(),
        "no session yet"
    );
    door.create_session("s", started(&["a"])).expect("starts");
    assert_eq!(
        door.data_version().expect("reads"),
        version,
        "own writes do not count"
    );

    let log = SessionLog::new(&place.path, "s", Instant::now()).expect("opens");
    let log: &dyn Recorder = &log;
    let first = log.record(runner(false)).expect("records");
    assert!(first.mono_ms.is_some());
    assert_ne!(door.data_version().expect("reads"), version);
    let pause = Body::PauseRequested { by: "ada".into() };
    let request = door.append("s", pause, None).expect("appends");
    assert_eq!(request.mono_ms, None);
    assert_eq!(log.since(first.seq).expect("reads"), [request]);
    assert_eq!(log.record(Body::SessionPaused {}).expect("records").seq, 4);
    assert_eq!(door.summary("s").expect("reads").state, State::Paused);
}
