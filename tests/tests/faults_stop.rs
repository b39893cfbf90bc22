//! A runner that is told to stop in the middle of a step.

use nix::sys::signal::Signal;
use stopover_plan::event::{Body, Outcome};
use stopover_plan::session::{State, Status};
use stopover_tests::contest::{My, Pg, patient_plan};
use stopover_tests::scenario::{Scenario, eventually, plan_head, words};

/// Returns a plan whose statement waits for a lock for longer than any test may last.
fn stubborn_plan(engine: &str, sql: &str) -> String {
    let plan = patient_plan(engine, sql);
    let stubborn = plan.replace("\"60s\"", "\"2h\"");
    assert_ne!(stubborn, plan);
    stubborn
}

/// Tells a runner to stop while its step is in flight; it leaves nothing half done and can be resumed.
fn stop_in_mid_step(scenario: &Scenario, in_flight: impl FnOnce()) {
    let runner = scenario.begin(&[]);
    in_flight();
    runner.signal(Signal::SIGTERM);
    // What the statement waits for is still held, and it would wait longer than any test may last.
    runner.end().expect(4);
    let events = scenario.events();
    let [.., interrupted, stopped] = events.as_slice() else {
        panic!("{}", words(&events));
    };
    assert!(
        matches!(&interrupted.body, Body::StepInterrupted { .. }),
        "{}",
        words(&events)
    );
    assert!(
        matches!(&stopped.body, Body::RunnerStopped { reason } if reason == "SIGTERM"),
        "{}",
        words(&events)
    );
    assert_eq!(scenario.session().state, State::Interrupted);
}

#[test]
fn a_runner_told_to_stop_in_mid_step_on_postgresql_leaves_nothing_half_done() {
    let pg = Pg::start();
    let sql =
        "ALTER TABLE t ADD COLUMN c int; INSERT INTO log VALUES ('a'); UPDATE held SET n = n + 1";
    pg.run("CREATE TABLE held (n int); INSERT INTO held VALUES (0)");
    let scenario = Scenario::new(&stubborn_plan("postgresql", sql), &pg.url);
    let mut holder = pg.client();
    holder.run("BEGIN; UPDATE held SET n = n");
    let before = pg.server.dump_except(&pg.name, &["stopover_mark"]);
    stop_in_mid_step(&scenario, || pg.await_lock_wait());
    assert_eq!(pg.server.dump_except(&pg.name, &["stopover_mark"]), before);
    holder.run("COMMIT");
    scenario.ask(&["resume", "last"]).expect(0);
    assert_eq!(pg.run("SELECT count(*) FROM log"), "1");
}

#[test]
fn a_runner_told_to_stop_in_mid_step_on_mariadb_leaves_nothing_half_done() {
    let my = My::start();
    let sql = "INSERT INTO log VALUES ('a'); UPDATE t SET n = n + 1";
    let scenario = Scenario::new(&stubborn_plan("mysql", sql), &my.url);
    let mut holder = my.client();
    holder.run("BEGIN; SELECT * FROM t FOR UPDATE");
    stop_in_mid_step(&scenario, || {
        // What InnoDB tells of lock waits is stale for as long as it is asked often; the row is held for sure.
        let sql =
            "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'UPDATE t SET%'";
        eventually(
            || my.run(sql) == "1",
            || "a statement that waits for a row".to_owned(),
        );
    });
    assert_eq!(my.run("SELECT count(*) FROM log"), "0");
    holder.run("COMMIT");
    scenario.ask(&["resume", "last"]).expect(0);
    assert_eq!(my.run("SELECT count(*) FROM log"), "1");
    assert_eq!(my.run("SELECT n FROM t"), "1");
}

#[test]
fn a_program_cut_short_by_a_stop_is_unknown_and_one_that_may_repeat_runs_again() {
    let pg = Pg::start();
    let plan = |idempotent: bool| {
        format!(
            "{}\n[[step]]\nid = \"work\"\nidempotent = {idempotent}\ncommand = [\"sh\", \"-c\", \
             \"echo ran >> ran; test -e go || exec sleep 600\"]\n",
            plan_head("postgresql")
        )
    };
    for (idempotent, status, runs) in [(false, Status::Unknown, 1), (true, Status::Interrupted, 2)]
    {
        let scenario = Scenario::new(&plan(idempotent), &pg.url);
        let runner = scenario.begin(&[]);
        eventually(
            // The shell makes the file before it writes the line.
            || {
                std::fs::read_to_string(scenario.scratch.join("ran"))
                    .is_ok_and(|text| text.ends_with('\n'))
            },
            || "the program".to_owned(),
        );
        runner.signal(Signal::SIGTERM);
        runner.end().expect(4);
        assert_eq!(scenario.session().step("work").unwrap().status, status);
        scenario.scratch.write("go", "");
        match status {
            Status::Unknown => scenario.ask(&["settle", "work", "--applied"]),
            _ => scenario.ask(&["resume", "last"]),
        }
        .expect(0);
        let ran = std::fs::read_to_string(scenario.scratch.join("ran")).unwrap();
        assert_eq!(ran.lines().count(), runs);
        assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    }
}
