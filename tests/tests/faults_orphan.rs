//! What a killed runner leaves on the server: statements at work, changes without a mark, invalid indexes.

use stopover_plan::event::{Body, Event, Outcome};
use stopover_plan::session::State;
use stopover_tests::contest::{My, Pg, patient_plan, plain_plan, started};
use stopover_tests::scenario::{Scenario, assert_nothing_ran_twice, count, words};

fn orphan_found(body: &Body) -> bool {
    matches!(body, Body::OrphanFound { .. })
}

/// Returns whether orphans were ended by Stopover, one entry an orphan.
fn orphans_ended(events: &[Event]) -> Vec<bool> {
    events
        .iter()
        .filter_map(|event| match event.body {
            Body::OrphanEnded { terminated, .. } => Some(terminated),
            _ => None,
        })
        .collect()
}

/// The setting keeps the server from noticing that its client is gone, as a network that went dark would.
const UNWATCHED: &str = "SET client_connection_check_interval = 0; INSERT INTO log VALUES ('a'); UPDATE t SET n = n + 1";

#[test]
fn a_resume_waits_for_the_statement_a_killed_runner_left_at_work() {
    let pg = Pg::start();
    let scenario = Scenario::new(&patient_plan("postgresql", UNWATCHED), &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    runner.kill();

    let resumed = scenario.beside(&["resume", "last"]);
    let found = scenario.wait_for("orphan_found", orphan_found);
    assert!(
        matches!(&found.body, Body::OrphanFound { query, .. } if query.contains("UPDATE t")),
        "{found:?}"
    );
    assert_eq!(count(&scenario.events(), started), 1);
    holder.run("COMMIT");
    resumed.end().expect(0);
    assert_eq!(orphans_ended(&scenario.events()), [false]);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
}

#[test]
fn a_resume_that_may_ends_the_statement_a_killed_runner_left_at_work() {
    let pg = Pg::start();
    let scenario = Scenario::new(&patient_plan("postgresql", UNWATCHED), &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    runner.kill();

    let resumed = scenario.beside(&["resume", "last", "--end-orphans"]);
    // The lock is still held: only because the orphan was ended can the step begin again.
    scenario.wait("a second start", |events| count(events, started) == 2);
    assert_eq!(orphans_ended(&scenario.events()), [true]);
    holder.run("COMMIT");
    resumed.end().expect(0);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
}

#[test]
fn what_an_orphan_on_mariadb_committed_is_unknown_until_a_person_looked() {
    let my = My::start();
    let plan = patient_plan("mysql", "ALTER TABLE t ADD COLUMN c int");
    let scenario = Scenario::new(&plan, &my.url);
    let mut holder = my.client();
    holder.run("BEGIN; SELECT * FROM t");
    let runner = scenario.begin(&[]);
    my.await_state("Waiting for table metadata lock");
    runner.kill();

    let resumed = scenario.beside(&["resume", "last"]);
    scenario.wait_for("orphan_found", orphan_found);
    holder.run("COMMIT");
    resumed
        .end()
        .expect(4)
        .says("ALTER TABLE t ADD COLUMN c int");
    assert_eq!(orphans_ended(&scenario.events()), [false]);
    assert!(
        my.has_column(),
        "the orphan did its work when it got the lock"
    );
    assert_eq!(scenario.session().state, State::Unknown);
    scenario.ask(&["rollback"]).expect(4).says("unknown");
    scenario.ask(&["settle", "work", "--applied"]).expect(0);
    assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    assert_nothing_ran_twice(&scenario.events());
}

#[test]
fn an_ended_orphan_on_mariadb_is_unknown_and_runs_again_once_found_not_applied() {
    let my = My::start();
    let plan = patient_plan("mysql", "ALTER TABLE t ADD COLUMN c int");
    let scenario = Scenario::new(&plan, &my.url);
    let mut holder = my.client();
    holder.run("BEGIN; SELECT * FROM t");
    let runner = scenario.begin(&[]);
    my.await_state("Waiting for table metadata lock");
    runner.kill();

    scenario
        .ask(&["resume", "last", "--end-orphans"])
        .expect(4)
        .says("ALTER TABLE t ADD COLUMN c int");
    assert_eq!(orphans_ended(&scenario.events()), [true]);
    holder.run("COMMIT");
    assert!(!my.has_column());
    scenario.ask(&["settle", "work", "--not-applied"]).expect(0);
    assert!(my.has_column());
    assert_nothing_ran_twice(&scenario.events());
}

#[test]
fn a_schema_change_killed_before_its_mark_is_not_there() {
    let pg = Pg::start();
    pg.run("CREATE TABLE held (n int); INSERT INTO held VALUES (0)");
    let sql = "ALTER TABLE t ADD COLUMN c int; UPDATE held SET n = n + 1";
    let scenario = Scenario::new(&patient_plan("postgresql", sql), &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE held SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    runner.kill();
    pg.await_no_backend();
    let column =
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'";
    assert_eq!(pg.run(column), "0");
    holder.run("COMMIT");
    scenario.ask(&["resume", "last"]).expect(0);
    assert_eq!(pg.run(column), "1");
    assert_eq!(pg.run("SELECT n FROM held"), "1");
    let events = scenario.events();
    let interrupted = |body: &Body| matches!(body, Body::StepInterrupted { .. });
    assert_eq!(count(&events, interrupted), 1, "{}", words(&events));
}

/// Returns whether the index `t_n` is valid: `t`, `f`, or nothing when there is none.
fn validity(pg: &Pg) -> String {
    pg.run("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('t_n')")
}

#[test]
fn a_concurrent_index_whose_build_was_killed_is_dropped_and_built_again() {
    let pg = Pg::start();
    let plan = patient_plan("postgresql", "CREATE INDEX CONCURRENTLY t_n ON t (n)");
    let scenario = Scenario::new(&plan, &pg.url);
    let mut writer = pg.client();
    writer.run("BEGIN; INSERT INTO t VALUES (2, 0)");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    runner.kill();
    pg.await_no_backend();
    assert_eq!(validity(&pg), "f");
    writer.run("COMMIT");
    scenario.ask(&["resume", "last"]).expect(0);
    assert_eq!(validity(&pg), "t");
    assert_nothing_ran_twice(&scenario.events());
}

#[test]
fn a_concurrent_index_that_failed_is_named_as_invalid_and_built_again_on_retry() {
    let pg = Pg::start();
    pg.run("INSERT INTO t VALUES (2, 0)");
    let plan = plain_plan(
        "postgresql",
        "CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n)",
    );
    let scenario = Scenario::new(&plan, &pg.url);
    scenario
        .run(&[])
        .expect(1)
        .says("Index t_n was left invalid");
    assert_eq!(validity(&pg), "f");
    pg.run("UPDATE t SET n = i");
    scenario.ask(&["retry", "work"]).expect(0);
    assert_eq!(validity(&pg), "t");
    assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
}
