//! Connections that break in the middle of a step or of its commit, and servers that go and come back.

use std::time::Duration;

use stopover_plan::event::{Body, Event};
use stopover_tests::contest::{My, Pg, patient_plan, plain_plan, retried, succeeded};
use stopover_tests::scenario::{
    Background, Scenario, assert_nothing_ran_twice, count, eventually, words,
};
use stopover_tests::{Cut, Proxy};

/// How many connections hold the lock of the target.
const LOCKED: &str =
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted";
/// The backend that holds it.
const HOLDER: &str =
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted";

#[test]
fn a_terminated_backend_is_replaced_the_lock_taken_again_and_the_step_repeated() {
    let pg = Pg::start();
    let sql = "INSERT INTO log VALUES ('a'); UPDATE t SET n = n + 1";
    let scenario = Scenario::new(&patient_plan("postgresql", sql), &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    // Also the connection that holds the target's lock.
    pg.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'stopover%'",
    );
    let events = scenario.wait("step_retried", |events| count(events, retried) == 1);
    let lost = |body: &Body| matches!(body, Body::ConnectionLost { .. });
    assert_eq!(count(&events, lost), 1, "{}", words(&events));
    pg.await_lock_wait();
    // The lock's own connection may have gone a moment after the step's; it is missed, and taken again.
    eventually(|| pg.run(LOCKED) == "1", || "the target's lock".to_owned());
    let second = Scenario::new(&plain_plan("postgresql", "SELECT 1"), &pg.url);
    second.run(&[]).expect(3).says(&scenario.session().id);
    holder.run("COMMIT");
    runner.end().expect(0);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
}

#[test]
fn a_lock_whose_connection_was_ended_is_taken_again_while_the_step_runs() {
    let pg = Pg::start();
    let scenario = Scenario::new(
        &patient_plan("postgresql", "UPDATE t SET n = n + 1"),
        &pg.url,
    );
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    let before = pg.run(HOLDER);
    pg.run(&format!("SELECT pg_terminate_backend({before})"));
    eventually(
        || pg.run(LOCKED) == "1" && pg.run(HOLDER) != before,
        || "the target's lock".to_owned(),
    );
    let second = Scenario::new(&plain_plan("postgresql", "SELECT 1"), &pg.url);
    second.run(&[]).expect(3).says(&scenario.session().id);
    holder.run("COMMIT");
    runner.end().expect(0);
    let lost = |body: &Body| matches!(body, Body::ConnectionLost { .. });
    assert_eq!(count(&scenario.events(), lost), 0, "the step went on");
    assert_eq!(pg.run("SELECT n FROM t"), "1");
}

#[test]
fn a_runner_whose_lock_another_one_took_stops_and_its_step_is_not_applied() {
    let pg = Pg::start();
    let scenario = Scenario::new(
        &patient_plan("postgresql", "UPDATE t SET n = n + 1"),
        &pg.url,
    );
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    let lock =
        "SELECT classid || ',' || objid FROM pg_locks WHERE locktype = 'advisory' AND granted";
    let [class, key] = [0, 1].map(|part| {
        let (text, number) = (pg.run(lock), |text: &str| text.parse::<u32>().unwrap());
        number(text.split(',').nth(part).unwrap()).cast_signed()
    });
    // It stands in line, so the lock is its own as soon as the runner's connection is gone.
    let mut command = pg.server.client("psql");
    let take = format!("SELECT pg_advisory_lock({class}, {key}), pg_sleep(600)");
    command.args(["-qX", "-d", &pg.name, "-c", &take]);
    let rival = Background::of(command);
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    eventually(|| pg.run(waits) == "1", || "the rival in line".to_owned());
    pg.run(&format!("SELECT pg_terminate_backend({})", pg.run(HOLDER)));
    runner.end().expect(5).says("held");
    holder.run("COMMIT");
    assert_eq!(pg.run("SELECT n FROM t"), "0");
    rival.kill();
    let gone = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
    pg.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()");
    eventually(|| pg.run(gone) == "0", || "the rival's end".to_owned());
    scenario.ask(&["resume", "last"]).expect(0);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
}

#[test]
fn a_restarted_server_is_connected_again_and_the_step_repeated() {
    let pg = Pg::start();
    let sql = "INSERT INTO log VALUES ('a'); UPDATE t SET n = n + 1";
    let scenario = Scenario::new(&patient_plan("postgresql", sql), &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    // The holder is disconnected too, so nothing is in the way afterwards.
    pg.server.restart();
    runner.end().expect(0);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
    assert_nothing_ran_twice(&scenario.events());
}

/// Runs one insert through a proxy that cuts at COMMIT; returns the events.
fn cut_at_commit(scenario: &Scenario, proxy: &Proxy, cut: Cut) -> Vec<Event> {
    proxy.cut_on("COMMIT", cut);
    scenario.run(&[]).expect(0);
    assert!(proxy.wait_for_cuts(1, Duration::ZERO), "nothing was cut");
    let events = scenario.events();
    assert_eq!(count(&events, succeeded), 1, "{}", words(&events));
    events
}

fn by_mark(body: &Body) -> bool {
    matches!(body, Body::StepSucceeded { by_mark: true, .. })
}

#[test]
fn a_commit_whose_answer_is_lost_on_postgresql_is_read_from_its_mark() {
    let pg = Pg::start();
    let proxy = Proxy::before(pg.server.port());
    let url = format!(
        "{}?sslmode=disable",
        pg.server.url_on(proxy.port(), &pg.name)
    );
    let plan = plain_plan("postgresql", "INSERT INTO log VALUES ('a')");
    let scenario = Scenario::new(&plan, &url);
    let events = cut_at_commit(&scenario, &proxy, Cut::Answer);
    assert_eq!(count(&events, by_mark), 1, "{}", words(&events));
    assert_eq!(count(&events, retried), 0, "{}", words(&events));
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
}

#[test]
fn a_commit_that_never_arrives_on_postgresql_is_repeated_with_its_step() {
    let pg = Pg::start();
    let proxy = Proxy::before(pg.server.port());
    let url = format!(
        "{}?sslmode=disable",
        pg.server.url_on(proxy.port(), &pg.name)
    );
    let plan = plain_plan("postgresql", "INSERT INTO log VALUES ('a')");
    let scenario = Scenario::new(&plan, &url);
    let events = cut_at_commit(&scenario, &proxy, Cut::Request);
    assert_eq!(count(&events, by_mark), 0, "{}", words(&events));
    assert_eq!(count(&events, retried), 1, "{}", words(&events));
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
}

#[test]
fn a_lost_commit_on_mariadb_takes_effect_once_whichever_way_it_is_lost() {
    let my = My::start();
    for (cut, marked) in [(Cut::Answer, 1), (Cut::Request, 0)] {
        my.run("DELETE FROM log");
        let proxy = Proxy::before(my.server.port());
        let url = format!(
            "{}?sslmode=disable",
            my.server.url_on(proxy.port(), &my.name)
        );
        let plan = plain_plan("mysql", "INSERT INTO log VALUES ('a')");
        let scenario = Scenario::new(&plan, &url);
        let events = cut_at_commit(&scenario, &proxy, cut);
        assert_eq!(count(&events, by_mark), marked, "{}", words(&events));
        assert_eq!(count(&events, retried), 1 - marked, "{}", words(&events));
        assert_eq!(my.run("SELECT count(*) FROM log"), "1");
    }
}
