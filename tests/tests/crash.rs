//! The crash matrix: the runner is killed around every event of the example on every engine, and what comes out in the
//! end is what comes out of a run that nothing disturbed.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use stopover_plan::event::{Body, Event, Outcome};
use stopover_runner::{Request, request};
use stopover_tests::contest::{patient_plan, started};
use stopover_tests::example::{Ground, ITEMS, Point, TABLES, Trial, WORK, logged_plan};
use stopover_tests::scenario::{
    Background, Client, Scenario, assert_nothing_ran_twice, count, eventually, plan_head, words,
};
use stopover_tests::{MariaDb, Postgres};

/// Runs `check` on every point, two at a time.
fn for_each(points: &[Point], check: impl Fn(Point) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(point) = points.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        check(*point);
                    }));
                    if let Err(panic) = outcome {
                        eprintln!("killed {} event {}", point.moment, point.at);
                        next.store(points.len(), Ordering::SeqCst);
                        std::panic::resume_unwind(panic);
                    }
                }
            });
        }
    });
}

/// Returns kinds and steps of the events but for those that tell how far a step is, whose number is a matter of time.
fn but_progress(events: &[Event]) -> Vec<(String, Option<&str>)> {
    let told = |body: &Body| matches!(body, Body::StepProgressed { .. });
    let lasting = events.iter().filter(|event| !told(&event.body));
    lasting
        .map(|event| (event.body.word(), event.body.step()))
        .collect()
}

/// Kills the first run at every point of the steps in `only`, all steps when it is empty, and compares the ends.
/// Returns how often a statement of unknown outcome was found applied and not applied.
fn kill_forward(ground: Ground, only: &[&str], moments: &[&'static str]) -> BTreeMap<bool, usize> {
    let plan = logged_plan(ground);
    let undisturbed = ground.trial(&plan);
    let ended = undisturbed.host(undisturbed.start_job(only), None);
    ended.expect(0);
    undisturbed.assert_history(Outcome::Succeeded);
    let expected = ground.dump(&undisturbed.database, &[]);
    assert!(!expected.contains("stopover"), "marks are left behind");
    let events = undisturbed.scenario.events();
    // Another test on the same server may have a scratch database of its own for a while.
    let ours = |name: &String| !name.starts_with("stopover_");
    let mut databases = ground.databases();
    databases.retain(ours);
    let seen = Mutex::new(BTreeMap::new());

    // The first event is written before the runner has its log: to be killed after it is to be killed before the next.
    for_each(&Point::all(events.len() - 1, moments), |point| {
        let trial = ground.trial(&plan);
        let ended = trial.host(trial.start_job(only), Some(point));
        if ended.code == Some(0) {
            // How often a backup tells its progress is a matter of time, so its last points may lie past the end.
            assert!(
                only.is_empty() || only == ["backup"],
                "{point:?} was never reached"
            );
            let own = trial.scenario.events();
            assert!(own.len() <= point.at, "{point:?} was never reached");
            assert_eq!(but_progress(&own), but_progress(&events), "{point:?}");
            return;
        }
        assert_eq!(ended.signal, Some(9), "{ended:?}");
        for applied in trial.recover(ground) {
            *seen.lock().unwrap().entry(applied).or_default() += 1;
        }
        trial.assert_history(Outcome::Succeeded);
        assert_eq!(
            ground.dump(&trial.database, &[]),
            expected,
            "killed {point:?}"
        );
    });
    eventually(
        || ground.databases() == databases,
        || format!("{databases:?} and no more; {:?}", ground.databases()),
    );
    seen.into_inner().unwrap()
}

/// Kills the rollback of a finished run at every point and compares the ends with an undisturbed one.
fn kill_rollback(ground: Ground, only: &[&str], moments: &[&'static str]) -> BTreeMap<bool, usize> {
    let plan = logged_plan(ground);
    let finished = || {
        let trial = ground.trial(&plan);
        let before = ground.dump(&trial.database, &["step_log"]);
        trial.host(trial.start_job(only), None).expect(0);
        request(&trial.scenario.journal, "last", "eve", &Request::Rollback).unwrap();
        (trial, before)
    };
    let (undisturbed, before) = finished();
    let until = undisturbed.scenario.events().len();
    undisturbed.host(undisturbed.resume_job(), None).expect(0);
    undisturbed.assert_history(Outcome::RolledBack);
    let expected = ground.dump(&undisturbed.database, &[]);
    assert_eq!(ground.dump(&undisturbed.database, &["step_log"]), before);
    let events = undisturbed.scenario.events().len() - until;
    assert!(events > 20, "the rollback has {events} events");
    let seen = Mutex::new(BTreeMap::new());

    for_each(&Point::all(events, moments), |point| {
        let (trial, _) = finished();
        let ended = trial.host(trial.resume_job(), Some(point));
        assert_eq!(ended.signal, Some(9), "{ended:?}");
        for applied in trial.recover(ground) {
            *seen.lock().unwrap().entry(applied).or_default() += 1;
        }
        trial.assert_history(Outcome::RolledBack);
        assert_eq!(
            ground.dump(&trial.database, &[]),
            expected,
            "killed {point:?}"
        );
    });
    seen.into_inner().unwrap()
}

const EVERY_MOMENT: [&str; 3] = ["before", "inside", "after"];

#[test]
fn killed_around_every_event_on_sqlite_the_end_is_that_of_an_undisturbed_run() {
    let unknown = kill_forward(Ground::Sqlite, &[], &EVERY_MOMENT);
    assert!(unknown.is_empty(), "SQLite can always tell: {unknown:?}");
}

#[test]
fn killed_around_every_event_on_postgresql_the_end_is_that_of_an_undisturbed_run() {
    let ground = Ground::Postgres(Postgres::shared());
    let unknown = kill_forward(ground, &WORK, &EVERY_MOMENT);
    assert!(
        unknown.is_empty(),
        "PostgreSQL can always tell: {unknown:?}"
    );
}

#[test]
fn killed_around_every_event_on_mariadb_the_end_is_that_of_an_undisturbed_run() {
    let ground = Ground::MariaDb(MariaDb::shared());
    let unknown = kill_forward(ground, &WORK, &EVERY_MOMENT);
    // Each statement is marked before it goes out and when it is done: only in between nothing can tell, see below.
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_power_cut_before_any_event_on_sqlite_leaves_what_a_mark_can_tell() {
    let unknown = kill_forward(Ground::Sqlite, &[], &["power_cut"]);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_power_cut_before_any_event_on_postgresql_leaves_what_a_mark_can_tell() {
    let ground = Ground::Postgres(Postgres::shared());
    let unknown = kill_forward(ground, &WORK, &["power_cut"]);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_power_cut_before_any_event_on_mariadb_leaves_what_a_mark_can_tell() {
    let ground = Ground::MariaDb(MariaDb::shared());
    let unknown = kill_forward(ground, &WORK, &["power_cut"]);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_power_cut_before_the_end_of_a_session_finds_its_marks_or_its_last_step() {
    // Nothing is recorded between this step and the end of the session, at which the marks go.
    for ground in [Ground::Sqlite, Ground::Postgres(Postgres::shared())] {
        let unknown = kill_forward(ground, &["maintenance-on"], &["power_cut"]);
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

#[test]
fn a_backup_on_postgresql_killed_around_every_event_ends_as_an_undisturbed_one() {
    let ground = Ground::Postgres(Postgres::shared());
    let unknown = kill_forward(ground, &["backup"], &EVERY_MOMENT);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_backup_on_mariadb_killed_around_every_event_ends_as_an_undisturbed_one() {
    let ground = Ground::MariaDb(MariaDb::shared());
    let unknown = kill_forward(ground, &["backup"], &EVERY_MOMENT);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_rollback_killed_around_every_event_on_sqlite_ends_where_an_undisturbed_one_does() {
    let unknown = kill_rollback(Ground::Sqlite, &WORK, &["before", "after"]);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_rollback_killed_after_every_event_on_postgresql_ends_where_an_undisturbed_one_does() {
    let ground = Ground::Postgres(Postgres::shared());
    let unknown = kill_rollback(ground, &WORK, &["after"]);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_rollback_killed_after_every_event_on_mariadb_ends_where_an_undisturbed_one_does() {
    let ground = Ground::MariaDb(MariaDb::shared());
    let unknown = kill_rollback(ground, &WORK, &["after"]);
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn killed_with_a_schema_change_in_flight_on_mariadb_the_session_names_it_and_a_person_settles_it() {
    let server = MariaDb::shared();
    let ground = Ground::MariaDb(server);
    let plan = logged_plan(ground);
    let undisturbed = ground.trial(&plan);
    undisturbed
        .host(undisturbed.start_job(&WORK), None)
        .expect(0);
    let expected = ground.dump(&undisturbed.database, &[]);
    for (table, orphan) in TABLES.iter().flat_map(|t| [(t, "lives"), (t, "is ended")]) {
        let trial = ground.trial(&plan);
        let mut reader = Client::mariadb(server, &trial.database);
        reader.run(&format!("BEGIN; SELECT * FROM {table} LIMIT 1"));
        let mut command = trial.scenario.run_command(&["--only"]);
        command.args(WORK);
        for item in ITEMS {
            command.args(["--sign", &format!("{item}=eve")]);
        }
        let runner = Background::of(command);
        let in_flight = format!(
            "SELECT count(*) FROM information_schema.processlist \
             WHERE state LIKE 'Waiting for table metadata lock' AND info LIKE 'ALTER TABLE {table}%'"
        );
        eventually(
            || server.run("", &in_flight) == "1",
            || "the statement in flight".to_owned(),
        );
        runner.kill();
        if orphan == "is ended" {
            trial
                .scenario
                .ask(&["resume", "last", "--end-orphans"])
                .expect(4);
        }
        reader.run("COMMIT");
        assert_eq!(
            trial.recover(ground).len(),
            1,
            "{table}, the orphan {orphan}"
        );
        trial.assert_history(Outcome::Succeeded);
        assert_eq!(
            ground.dump(&trial.database, &[]),
            expected,
            "{table}, the orphan {orphan}"
        );
    }
}

/// A plan whose check fails between a step and the one that is owed for it.
const FAILING: &str = r#"
[[step]]
id = "close"
sql = "INSERT INTO step_log VALUES ('close')"

[[step]]
id = "verify"
[[step.check]]
id = "none"
title = "No users"
sql = "SELECT count(*) FROM users"
expect = 0

[[step]]
id = "change"
sql = "INSERT INTO step_log VALUES ('change')"

[[step]]
id = "open"
sql = "INSERT INTO step_log VALUES ('open')"
finally_for = "close"
"#;

#[test]
fn a_way_out_killed_around_every_event_still_runs_what_is_owed_once() {
    let ground = Ground::Sqlite;
    let plan = format!("{}{FAILING}", plan_head("sqlite"));
    let job = |trial: &Trial| serde_json::json!({ "journal": trial.scenario.journal, "start": trial.scenario.start() });
    let undisturbed = ground.trial(&plan);
    undisturbed.host(job(&undisturbed), None).expect(0);
    undisturbed.assert_history(Outcome::Failed);
    let expected = ground.dump(&undisturbed.database, &[]);
    let events = undisturbed.scenario.events().len();
    for_each(&Point::all(events - 1, &EVERY_MOMENT), |point| {
        let trial = ground.trial(&plan);
        assert_eq!(trial.host(job(&trial), Some(point)).signal, Some(9));
        if trial.scenario.session().outcome.is_none() {
            trial.scenario.ask(&["resume", "last"]).expect(1);
        }
        trial.assert_history(Outcome::Failed);
        assert_eq!(ground.dump(&trial.database, &[]), expected, "{point:?}");
    });
}

/// Kills a run once `in_flight`, lets go what its statement stood at, resumes it, and checks the session's events.
fn kill_in_flight(scenario: &Scenario, in_flight: impl Fn() -> bool, let_go: impl FnOnce()) {
    let runner = scenario.begin(&[]);
    eventually(in_flight, || "the statement in flight".to_owned());
    runner.kill();
    let_go();
    scenario.ask(&["resume", "last", "--unattended"]).expect(0);
    let events = scenario.events();
    let interrupted = |body: &Body| matches!(body, Body::StepInterrupted { .. });
    assert_eq!(count(&events, interrupted), 1, "{}", words(&events));
    assert_nothing_ran_twice(&events);
}

/// The half of the rows before the thirtieth is changed when the statement stands at that one, which another holds.
const HOLD_THE_THIRTIETH: &str = "BEGIN; SELECT * FROM t WHERE i = 30 FOR UPDATE";

#[test]
fn killed_in_the_middle_of_an_update_on_postgresql_every_row_is_changed_once() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(
        &name,
        "CREATE TABLE t AS SELECT i, 0 AS n FROM generate_series(1, 60) i",
    );
    let mut holder = Client::psql(server, &name);
    holder.run(HOLD_THE_THIRTIETH);
    let plan = patient_plan("postgresql", "UPDATE t SET n = n + 1");
    kill_in_flight(
        &Scenario::new(&plan, &url),
        || {
            let sql = "SELECT count(*) FROM pg_stat_activity \
                       WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE t%'";
            server.run(&name, sql) == "1"
        },
        || {
            holder.run("COMMIT");
        },
    );
    assert_eq!(server.run(&name, "SELECT min(n), max(n) FROM t"), "1|1");
}

#[test]
fn killed_in_the_middle_of_an_update_on_mariadb_every_row_is_changed_once() {
    let server = MariaDb::shared();
    let (name, url) = server.fresh();
    server.run(
        &name,
        "CREATE TABLE t (i int PRIMARY KEY, n int NOT NULL) SELECT seq AS i, 0 AS n FROM seq_1_to_60",
    );
    let mut holder = Client::mariadb(server, &name);
    holder.run(HOLD_THE_THIRTIETH);
    let plan = patient_plan("mysql", "UPDATE t SET n = n + 1");
    kill_in_flight(
        &Scenario::new(&plan, &url),
        || {
            let sql = "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; \
                       SELECT count(*) FROM t WHERE n = 1";
            server.run(&name, sql) == "29"
        },
        || {
            holder.run("COMMIT");
        },
    );
    assert_eq!(server.run(&name, "SELECT min(n), max(n) FROM t"), "1\t1");
}

#[test]
fn killed_in_the_middle_of_an_update_on_sqlite_every_row_is_changed_once() {
    // At the thirtieth row it counts as far as `pace` says.
    let sql = "UPDATE t SET n = n + CASE WHEN i < 30 THEN 1 ELSE (WITH RECURSIVE c (x) AS (SELECT i UNION ALL \
               SELECT x + 1 FROM c WHERE x < (SELECT far FROM pace)) SELECT count(*) FROM c) > 0 END";
    let mut scenario = Scenario::new(&patient_plan("sqlite", sql), "");
    let file = scenario.scratch.join("t.db");
    scenario.url = format!("sqlite:{}", file.display());
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t (i integer PRIMARY KEY, n integer NOT NULL);
             WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)
             INSERT INTO t SELECT i, 0 FROM c;
             CREATE TABLE pace (far integer NOT NULL);
             INSERT INTO pace VALUES (1000000000000)",
        )
        .unwrap();
    kill_in_flight(
        &scenario,
        || {
            // The marks' table is made before; whoever holds the right to write after that is the step's transaction.
            count(&scenario.events(), started) == 1
                && connection.prepare("SELECT 1 FROM stopover_mark").is_ok()
                && connection
                    .execute_batch("BEGIN IMMEDIATE; ROLLBACK")
                    .is_err()
        },
        || {
            connection
                .execute_batch("UPDATE pace SET far = 0")
                .expect("the dead hold no lock");
        },
    );
    let ends: (i64, i64) = connection
        .query_row("SELECT min(n), max(n) FROM t", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(ends, (1, 1));
}
