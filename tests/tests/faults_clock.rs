//! A wall clock that jumps by a day under a running session, forwards and backwards.

use std::path::PathBuf;

use serde_json::Value;
use stopover_plan::event::{Body, Event, Outcome};
use stopover_plan::session::State;
use stopover_tests::contest::{Pg, patient_plan, succeeded};
use stopover_tests::scenario::{
    Scenario, assert_nothing_ran_twice, count, eventually, plan_head, words,
};

const HOUR_MS: i64 = 3_600_000;

/// Returns the library that lies to a program about the time of day.
fn faketime() -> PathBuf {
    std::fs::read_dir("/usr/lib")
        .expect("a system has libraries")
        .map(|entry| entry.unwrap().path())
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .expect(
            "faketime is not installed; run scripts/install.sh, which installs what the tests need",
        )
}

/// Lets every program of the scenario read its wall clock from the file `clock`; the monotonic one stays true.
fn with_clock(scenario: &mut Scenario, offset: &str) {
    set_clock(scenario, offset);
    let file = scenario.scratch.join("clock").display().to_string();
    for (name, value) in [
        ("LD_PRELOAD", faketime().to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", &file),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ] {
        scenario.set(name, value);
    }
}

/// Sets the wall clock, in one move: whoever reads meanwhile finds the old offset or the new one.
fn set_clock(scenario: &Scenario, offset: &str) {
    let fresh = scenario.scratch.write("clock.new", offset);
    std::fs::rename(fresh, scenario.scratch.join("clock")).unwrap();
}

/// Returns how many events lie more than twelve hours after, and before, the one they follow.
fn jumps(events: &[Event]) -> (usize, usize) {
    let steps: Vec<i64> = events
        .windows(2)
        .map(|pair| pair[1].at_ms - pair[0].at_ms)
        .collect();
    let counted = |is_it: &dyn Fn(i64) -> bool| steps.iter().filter(|step| is_it(**step)).count();
    (
        counted(&|step| step > 12 * HOUR_MS),
        counted(&|step| step < -12 * HOUR_MS),
    )
}

/// Asserts that positions have no gap, and that the clock of every runner only goes forwards, by less than an hour.
fn assert_order(events: &[Event]) {
    let mut runner = None;
    for (event, seq) in events.iter().zip(1..) {
        assert_eq!(event.seq, seq, "{}", words(events));
        let Some(mono_ms) = event.mono_ms else {
            continue;
        };
        if matches!(event.body, Body::RunnerStarted { .. }) {
            runner = None;
        }
        assert!(mono_ms < HOUR_MS.cast_unsigned(), "{event:?}");
        assert!(runner <= Some(mono_ms), "{event:?} after {runner:?}");
        runner = Some(mono_ms);
    }
}

/// Asserts that no duration anywhere in a document is negative or an hour long, and returns how many there are.
fn durations(value: &Value, path: &str) -> usize {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| {
                let path = format!("{path}.{key}");
                let is_duration =
                    key.ends_with("_ms") && !key.ends_with("at_ms") && key != "unix_ms";
                match inner.as_f64().filter(|_| is_duration) {
                    Some(ms) => {
                        assert!((0.0..HOUR_MS as f64).contains(&ms), "{path} is {ms}");
                        1
                    }
                    None => durations(inner, &path),
                }
            })
            .sum(),
        Value::Array(list) => list.iter().map(|inner| durations(inner, path)).sum(),
        _ => 0,
    }
}

/// Asserts that what people are shown of the newest session has true durations, and that its chain is intact.
fn assert_shown(scenario: &Scenario) {
    let read = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    for verb in ["show", "sessions"] {
        let shown = read(&scenario.ask(&[verb, "--json"]).expect(0).out);
        assert!(durations(&shown, verb) > 0, "{shown}");
    }
    let file = scenario.scratch.join("report.json");
    let path = file.to_str().unwrap();
    scenario.ask(&["report", "-o", path]).expect(0);
    let report = read(&std::fs::read_to_string(&file).unwrap());
    assert!(durations(&report, "report") > 0, "{report}");
    scenario.ask(&["journal", "verify"]).expect(0);
}

/// A wait whose first sample lasts until the test gives back advisory lock `key`.
fn soak(id: &str, key: u32) -> String {
    let sample = format!(
        "SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock_shared({key})"
    );
    format!(
        "\n[[step]]\nid = \"{id}\"\ntimeout = \"1h\"\n\
         wait = {{ for = \"1s\", every = \"100ms\", sql = \"{sample}\", expect = {{ rows = 1 }} }}\n"
    )
}

#[test]
fn a_clock_that_jumps_a_day_either_way_changes_no_order_no_duration_and_no_patience() {
    let pg = Pg::start();
    let plan = format!(
        "{}\n[[step]]\nid = \"ahead\"\ntimeout = \"1h\"\n\
         command = [\"sh\", \"-c\", \"printf +1d > clock.new && mv clock.new clock\"]\n\
         \n[[step]]\nid = \"write\"\ntimeout = \"1h\"\nsql = \"UPDATE t SET n = n + 1\"\n\
         \n[[step]]\nid = \"look\"\nmanual = \"Look at it.\"\n{}{}\
         \n[[step]]\nid = \"last\"\nsql = \"UPDATE t SET n = n + 1\"\n",
        plan_head("postgresql"),
        soak("forwards", 1),
        soak("backwards", 2),
    );
    let mut scenario = Scenario::new(&plan, &pg.url);
    with_clock(&mut scenario, "+0");
    let mut holder = pg.client();
    holder.run("SELECT pg_advisory_lock(1), pg_advisory_lock(2)");
    scenario.detach();

    scenario.wait_for("signature_awaited", |body| {
        matches!(body, Body::SignatureAwaited { .. })
    });
    set_clock(&scenario, "-1d");
    scenario.ask(&["sign", "look", "--as", "ada"]).expect(0);
    for (key, offset) in [(1, "+1d"), (2, "-1d")] {
        let waits = format!(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {key} AND NOT granted"
        );
        eventually(
            || pg.run(&waits) == "1",
            || "a sample that waits".to_owned(),
        );
        set_clock(&scenario, offset);
        holder.run(&format!("SELECT pg_advisory_unlock({key})"));
    }
    let events = scenario.wait("the end", |events| {
        events
            .iter()
            .any(|event| matches!(event.body, Body::SessionFinished { .. }))
    });

    assert_eq!(
        jumps(&events),
        (2, 2),
        "the clock did jump under the runner"
    );
    assert_order(&events);
    let started: Vec<&str> = events
        .iter()
        .filter(|event| matches!(event.body, Body::StepStarted { .. }))
        .filter_map(|event| event.body.step())
        .collect();
    assert_eq!(
        started,
        ["ahead", "write", "look", "forwards", "backwards", "last"]
    );
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    for wait in ["forwards", "backwards"] {
        // A day forwards does not end the wait, and a day backwards does not prolong it.
        let elapsed = session.step(wait).unwrap().elapsed_ms.unwrap();
        assert!(elapsed >= 1_000, "{wait} took {elapsed} ms");
    }
    assert!(session.duration_ms >= 2_000, "{}", session.duration_ms);
    assert_eq!(pg.run("SELECT n FROM t"), "2");
    assert_shown(&scenario);
}

/// Stops a session in mid-step, lets the clock jump while no runner lives, and resumes it.
fn resumed_after(before: &str, after: &str) -> (Pg, Scenario) {
    let pg = Pg::start();
    let plan = patient_plan("postgresql", "UPDATE t SET n = n + 1");
    let mut scenario = Scenario::new(&plan, &pg.url);
    with_clock(&mut scenario, before);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    runner.signal(nix::sys::signal::Signal::SIGTERM);
    runner.end().expect(4);
    assert_eq!(scenario.session().state, State::Interrupted);
    holder.run("COMMIT");
    set_clock(&scenario, after);
    scenario.ask(&["resume", "last"]).expect(0);

    let events = scenario.events();
    assert_eq!(jumps(&events).0 + jumps(&events).1, 1, "the clock did jump");
    assert_order(&events);
    assert_nothing_ran_twice(&events);
    assert_eq!(count(&events, succeeded), 1);
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    assert!(session.duration_ms < HOUR_MS.cast_unsigned());
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    scenario.ask(&["journal", "verify"]).expect(0);
    (pg, scenario)
}

#[test]
fn a_session_whose_clock_went_back_a_day_before_its_resume_ends_as_if_nothing_happened() {
    let (_pg, scenario) = resumed_after("+1d", "+0");
    assert_shown(&scenario);
}

#[test]
fn a_session_begun_after_the_clock_went_back_a_day_is_the_newest() {
    let (pg, scenario) = resumed_after("+0", "+1d");
    let first = scenario.session().id;
    set_clock(&scenario, "+0");
    scenario.run(&[]).expect(0);
    let second = scenario.session().id;
    assert_ne!(second, first);
    let listed = scenario.ask(&["sessions"]).expect(0).out;
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].starts_with(&second), "{listed}");
    assert!(lines[1].starts_with(&first), "{listed}");
    assert_eq!(pg.run("SELECT n FROM t"), "2");
    assert_shown(&scenario);
}
