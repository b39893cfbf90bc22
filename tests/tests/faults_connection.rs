//! Connections that break in the middle of a step or of its commit, and servers that go and come back.

use std::time::Duration;

use stopover_plan::event::{Body, Event};
use stopover_tests::contest::{My, Pg, patient_plan, plain_plan, retried, succeeded};
use stopover_tests::scenario::{Scenario, assert_nothing_ran_twice, count, words};
use stopover_tests::{Cut, Proxy};

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
    let second = Scenario::new(&plain_plan("postgresql", "SELECT 1"), &pg.url);
    second.run(&[]).expect(3).says(&scenario.session().id);
    holder.run("COMMIT");
    runner.end().expect(0);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
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
