//! The chain of a session: whatever is changed behind the journal's back is found and named.

mod support;

use std::process::{Command, Stdio};

use proptest::prelude::*;
use stopover_journal::{Broken, Journal, JournalError};
use stopover_plan::{Body, Session};
use support::{Place, finished, output, runner, started, step_started};

/// Three sessions: `first` with 4 events, `second` with 6, `third` with 1.
fn three_sessions() -> Place {
    let place = Place::new();
    let journal = place.open();
    for (id, events) in [("first", 3), ("second", 5), ("third", 0)] {
        journal.create_session(id, started(&["a"])).expect("starts");
        for number in 0..events {
            let body = output(format!("line {number}"));
            journal.append(id, body, Some(number)).expect("appends");
        }
    }
    place
}

/// Changes the file by SQL and expects `verify` to name a session and position.
fn check(sql: &str, session: &str, seq: u64) {
    let place = three_sessions();
    assert!(place.open().verify().expect("reads").intact);
    place.sql().execute_batch(sql).expect("the change is made");
    let verified = place.open().verify().expect("reads");
    assert!(!verified.intact, "{sql}");
    let broken = Broken {
        session: session.into(),
        seq,
    };
    assert_eq!(verified.first_broken, Some(broken), "{sql}");
}

#[test]
fn one_changed_byte_of_an_event_is_named() {
    check(
        "UPDATE event SET body = replace(body, 'line 2', 'line 3') WHERE session = 2 AND seq = 4",
        "second",
        4,
    );
    check(
        "UPDATE event SET body = replace(body, 'line', X'ff') WHERE session = 2 AND seq = 4",
        "second",
        4,
    );
}

#[test]
fn every_part_of_an_event_is_covered() {
    for change in [
        "at_ms = at_ms + 1",
        "mono_ms = mono_ms + 1",
        "mono_ms = NULL",
        "kind = 'step_progressed'",
        "body = body || ' '",
        "hash = zeroblob(32)",
        "hash = x'00'",
    ] {
        check(
            &format!("UPDATE event SET {change} WHERE session = 1 AND seq = 3"),
            "first",
            3,
        );
    }
}

#[test]
fn missing_events_are_found_wherever_they_stood() {
    check(
        "DELETE FROM event WHERE session = 1 AND seq = 1",
        "first",
        1,
    );
    check(
        "DELETE FROM event WHERE session = 2 AND seq = 3",
        "second",
        3,
    );
    check(
        "DELETE FROM event WHERE session = 2 AND seq = 6",
        "second",
        6,
    );
    check(
        "DELETE FROM event WHERE session = 2 AND seq > 3",
        "second",
        4,
    );
    check("DELETE FROM event WHERE session = 3", "third", 1);
}

#[test]
fn events_that_changed_places_are_found() {
    check(
        "UPDATE event SET place = -1 WHERE session = 2 AND seq = 3;
         UPDATE event SET place = place - 1 WHERE session = 2 AND seq = 4;
         UPDATE event SET place = (2 << 32) + 4 WHERE place = -1;",
        "second",
        3,
    );
}

#[test]
fn a_summary_that_disagrees_with_the_events_is_found() {
    check(
        "UPDATE session SET seq = 5 WHERE id = 'second'",
        "second",
        6,
    );
    check(
        "UPDATE session SET seq = 7 WHERE id = 'second'",
        "second",
        7,
    );
    check(
        "UPDATE session SET head = zeroblob(32) WHERE id = 'second'",
        "second",
        6,
    );
    check(
        "UPDATE session SET head = x'' WHERE id = 'second'",
        "second",
        6,
    );
    check(
        "UPDATE session SET id = 'renamed' WHERE id = 'second'",
        "renamed",
        1,
    );
}

#[test]
fn a_removed_session_is_found() {
    check(
        "DELETE FROM event WHERE session = 2; DELETE FROM session WHERE number = 2",
        "#2",
        0,
    );
    check(
        "DELETE FROM event WHERE session = 3; DELETE FROM session WHERE number = 3",
        "#3",
        0,
    );
    check("DELETE FROM session WHERE number = 2", "#2", 0);
    check(
        "INSERT INTO event (place, at_ms, kind, body, hash) VALUES ((9 << 32) + 2, 0, 'x', '{}', x'00')",
        "#9",
        2,
    );
}

#[test]
fn nothing_is_added_to_a_session_whose_end_was_removed() {
    let place = three_sessions();
    place
        .sql()
        .execute("DELETE FROM event WHERE session = 2 AND seq = 6", [])
        .expect("the change is made");
    let journal = place.open();
    let error = journal
        .append("second", runner(true), None)
        .expect_err("is refused");
    assert!(
        matches!(error, JournalError::Broken { seq: 6, .. }),
        "{error:?}"
    );
    assert_eq!(error.problem().code, "broken-chain");
    journal
        .append("first", runner(true), None)
        .expect("others go on");
}

#[test]
fn an_event_that_cannot_be_read_is_named() {
    for seq in [1, 2] {
        let place = three_sessions();
        let broken = format!("UPDATE event SET body = '{{' WHERE session = 1 AND seq = {seq}");
        place
            .sql()
            .execute(&broken, [])
            .expect("the change is made");
        let journal = place.open();
        let error = journal
            .events("first", 0, usize::MAX)
            .expect_err("cannot be read");
        let named = format!("event {seq} of session `first`");
        assert!(error.to_string().contains(&named), "{error}");
        assert_eq!(error.problem().code, "unreadable-journal");
        // The text of an output is not looked at where it changes nothing.
        let folded = journal.session("first").map_err(|error| error.to_string());
        match seq {
            1 => assert!(folded.is_err_and(|error| error.contains(&named))),
            _ => assert_eq!(folded.map(|session| session.seq), Ok(4)),
        }
    }
}

const CHILD: &str = "STOPOVER_TEST_APPEND_TO";

/// Appends fifty events when started by the test below, else has nothing to do.
#[test]
fn a_child_appends_fifty_events() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    append_fifty(&Journal::open(path.as_ref()).expect("opens"));
}

fn append_fifty(journal: &Journal) {
    for _ in 0..50 {
        journal.append("s", output("x"), None).expect("appends");
    }
}

#[test]
fn threads_and_processes_that_append_to_one_session_leave_one_chain_without_gaps() {
    let place = Place::new();
    place
        .open()
        .create_session("s", started(&["a"]))
        .expect("starts");
    let this = std::env::current_exe().expect("the test binary");
    let mut children: Vec<_> = (0..3)
        .map(|_| {
            Command::new(&this)
                .args(["a_child_appends_fifty_events", "--exact"])
                .env(CHILD, &place.path)
                .stdout(Stdio::null())
                .spawn()
                .expect("starts")
        })
        .collect();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| append_fifty(&place.open()));
        }
        // A reader sees a growing beginning of the chain and never waits for the writers to end.
        let journal = place.open();
        let mut seen = 0;
        while seen < 150 {
            let events = journal.events("s", seen, 1000).expect("reads");
            for event in events {
                seen += 1;
                assert_eq!(event.seq, seen);
            }
        }
    });
    for child in &mut children {
        assert!(child.wait().expect("ends").success());
    }
    let journal = place.open();
    let verified = journal.verify().expect("reads");
    assert!(verified.intact, "{verified:?}");
    assert_eq!(verified.events, 301);
    assert_eq!(journal.session("s").expect("folds").seq, 301);
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        any::<bool>().prop_map(runner),
        Just(Body::SessionPaused {}),
        Just(Body::PauseRequested { by: "ada".into() }),
        Just(Body::ResumeRequested { by: "ada".into() }),
        Just(Body::RunnerStopped { reason: "x".into() }),
        Just(finished()),
        "[ab]".prop_map(|step| step_started(&step)),
        "[ab]".prop_map(|step| Body::RetryRequested {
            step,
            by: "ada".into()
        }),
        "[ab]".prop_map(|step| Body::StepSkipped {
            step,
            reason: "x".into(),
            by: "ada".into()
        }),
        "\\PC{0,20}".prop_map(output),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_summary_equals_the_fold_whoever_appends(
        bodies in proptest::collection::vec((body(), 0_usize..2, proptest::option::of(0_u64..1000)), 1..25)
    ) {
        let place = Place::new();
        let handles = [place.open(), place.open()];
        handles[0].create_session("s", started(&["a", "b"])).expect("starts");
        for (body, handle, mono_ms) in bodies {
            handles[handle].append("s", body, mono_ms).expect("appends");
        }
        let events = handles[0].events("s", 0, usize::MAX).expect("reads");
        let fold = Session::fold(&events);
        let summary = handles[1].summary("s").expect("reads");
        prop_assert_eq!(summary.state, fold.state);
        prop_assert_eq!(summary.outcome, fold.outcome);
        prop_assert_eq!(summary.finished_at_ms, fold.finished_at_ms);
        prop_assert_eq!(summary.duration_ms, fold.duration_ms);
        prop_assert_eq!(summary.seq, fold.seq);
        prop_assert_eq!(&handles[0].session("s").expect("folds"), &fold);
        prop_assert_eq!(place.open().into_session("s").expect("folds"), fold);
        prop_assert!(handles[1].verify().expect("reads").intact);
    }
}
