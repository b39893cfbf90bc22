//! Locks held by others, deadlocks and serialization failures.

use stopover_plan::event::Body;
use stopover_tests::contest::{My, Pg, patient_plan, plain_plan, retried, succeeded};
use stopover_tests::scenario::{Background, Scenario, count, eventually, plan_head};

#[test]
fn a_schema_change_that_waits_for_a_lock_lets_others_through_between_its_attempts() {
    let pg = Pg::start();
    let plan = plain_plan("postgresql", "ALTER TABLE t ADD COLUMN c int");
    let scenario = Scenario::new(&plan, &pg.url);
    let mut reader = pg.client();
    reader.run("BEGIN; SELECT * FROM t");
    let runner = scenario.begin(&[]);
    // As long as the reader reads, the change cannot be made; whoever comes meanwhile queues behind it, and these
    // queries end only because it stops waiting each time.
    for attempts in 1..=3 {
        scenario.wait("another attempt", |events| {
            count(events, retried) >= attempts
        });
        pg.await_lock_wait();
        assert_eq!(pg.run("SELECT n FROM t"), "0");
    }
    assert_eq!(count(&scenario.events(), succeeded), 0);
    reader.run("COMMIT");
    runner.end().expect(0);
    let mut expected = 100;
    for event in scenario.events() {
        if let Body::StepRetried {
            code, backoff_ms, ..
        } = event.body
        {
            assert_eq!(code, "55P03");
            assert!(
                (expected / 2..=expected).contains(&backoff_ms),
                "{backoff_ms} of {expected}"
            );
            expected *= 2;
        }
    }
}

#[test]
fn a_lock_that_stays_held_fails_the_step_after_its_last_attempt() {
    let pg = Pg::start();
    let plan = format!(
        "{}\n[[step]]\nid = \"work\"\nsql = {{ text = \"ALTER TABLE t ADD COLUMN c int\", attempts = 3 }}\n",
        plan_head("postgresql")
    );
    let scenario = Scenario::new(&plan, &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
    scenario.run(&[]).expect(1).says("Tried 3 times");
    assert_eq!(count(&scenario.events(), retried), 2);
    holder.run("COMMIT");
    scenario.ask(&["retry", "work"]).expect(0);
}

#[test]
fn the_victim_of_a_deadlock_repeats_its_step() {
    // Whoever looks first gives way: the runner after two seconds, the other client never.
    let pg = Pg::start_with(&[("deadlock_timeout", "2s")]);
    pg.run("INSERT INTO t VALUES (2, 0)");
    let sql = "UPDATE t SET n = n + 1 WHERE i = 1; UPDATE t SET n = n + 1 WHERE i = 2";
    let scenario = Scenario::new(&patient_plan("postgresql", sql), &pg.url);
    let mut other = pg.client();
    other.run("SET deadlock_timeout = '10min'; BEGIN; UPDATE t SET n = n WHERE i = 2");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    other.run("UPDATE t SET n = n WHERE i = 1; COMMIT");
    runner.end().expect(0);
    let retry = scenario.wait_for("step_retried", retried);
    assert!(
        matches!(&retry.body, Body::StepRetried { code, .. } if code == "40P01"),
        "{retry:?}"
    );
    assert_eq!(pg.run("SELECT min(n), max(n) FROM t"), "1|1");
}

#[test]
fn a_serialization_failure_repeats_the_step() {
    let pg = Pg::start();
    pg.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L', \
         current_database(), 'repeatable read'); END $$",
    );
    let sql = "SELECT n FROM t; UPDATE t SET n = n + 1";
    let scenario = Scenario::new(&patient_plan("postgresql", sql), &pg.url);
    let mut other = pg.client();
    other.run("BEGIN; UPDATE t SET n = n + 10");
    let runner = scenario.begin(&[]);
    pg.await_lock_wait();
    other.run("COMMIT");
    runner.end().expect(0);
    let retry = scenario.wait_for("step_retried", retried);
    assert!(
        matches!(&retry.body, Body::StepRetried { code, .. } if code == "40001"),
        "{retry:?}"
    );
    assert_eq!(pg.run("SELECT n FROM t"), "11");
}

#[test]
fn a_target_on_mariadb_is_refused_with_the_session_that_holds_it() {
    let my = My::start();
    let mut holder = my.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let first = Scenario::new(&patient_plan("mysql", "UPDATE t SET n = n + 1"), &my.url);
    let runner = first.begin(&[]);
    let waits =
        "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'UPDATE t SET%'";
    eventually(
        || my.run(waits) == "1",
        || "a statement that waits".to_owned(),
    );
    let second = Scenario::new(&plain_plan("mysql", "UPDATE t SET n = 0"), &my.url);
    let session = first.session();
    second
        .run(&[])
        .expect(3)
        .says(&format!("session {} of {}@", session.id, session.by));
    holder.run("COMMIT");
    runner.end().expect(0);
    // Nothing of the name outlives the session.
    second.run(&[]).expect(0);
    assert_eq!(my.run("SELECT n FROM t"), "0");
}

#[test]
fn a_target_on_mariadb_that_a_stranger_holds_is_refused_with_what_the_stranger_does() {
    let my = My::start();
    let mut stranger = my.client();
    stranger.run(&format!("SELECT GET_LOCK('stopover:{}', 0)", my.name));
    let scenario = Scenario::new(&plain_plan("mysql", "UPDATE t SET n = 1"), &my.url);
    scenario
        .run(&[])
        .expect(3)
        .says("database user root from localhost")
        .says("idle for ");

    let mut command = my.server.client("mariadb");
    command.args([
        "-e",
        &format!("SELECT GET_LOCK('stopover:{}', 60), SLEEP(600)", my.name),
        &my.name,
    ]);
    let _busy = Background::of(command);
    stranger.run("SELECT RELEASE_ALL_LOCKS()");
    let sleeps = "SELECT count(*) FROM information_schema.processlist WHERE state = 'User sleep'";
    eventually(
        || my.run(sleeps) == "1",
        || "a lock that is held in a statement".to_owned(),
    );
    scenario
        .run(&[])
        .expect(3)
        .says(" s in: SELECT GET_LOCK(")
        .says("SLEEP(600)");
    assert_eq!(my.run("SELECT n FROM t"), "0");
}

#[test]
fn a_step_on_mariadb_that_waited_for_a_lock_in_vain_names_the_transactions_that_are_open() {
    let my = My::start();
    let mut holder = my.client();
    holder.run("BEGIN; UPDATE t SET n = n");
    let number = holder.run("SELECT CONNECTION_ID()");
    let plan = format!(
        "{}\n[[step]]\nid = \"work\"\nsql = {{ text = \"UPDATE t SET n = n + 1\", lock_timeout = \"1s\", attempts = 2 }}\n",
        plan_head("mysql")
    );
    let scenario = Scenario::new(&plan, &my.url);
    scenario
        .run(&[])
        .expect(1)
        .says("Tried 2 times. Open transactions: root from localhost")
        .says(&format!("(connection {number}), open for "))
        .says("idle for ");
    holder.run("COMMIT");
    scenario.ask(&["retry", "work"]).expect(0);
    assert_eq!(my.run("SELECT n FROM t"), "1");
}
