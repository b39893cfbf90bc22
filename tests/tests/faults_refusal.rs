//! What is refused before anything runs: held, pooled, wrong, read-only or changed targets and plans.

use stopover_plan::event::{Body, Outcome};
use stopover_plan::session::Status;
use stopover_tests::scenario::{Scenario, count, plan_head};
use stopover_tests::{MariaDb, PgBouncer, Postgres, Scratch};

/// Returns a plan of one manual step, which waits until it is signed, and one that writes.
fn waiting_plan(engine: &str) -> String {
    format!(
        "{}\n[[step]]\nid = \"look\"\nmanual = \"Look around.\"\n\n\
         [[step]]\nid = \"write\"\nsql = \"INSERT INTO log VALUES ('a')\"\n",
        plan_head(engine)
    )
}

/// A database of each engine with a table to write to.
struct Three {
    folder: Scratch,
}

impl Three {
    fn start() -> Self {
        Self {
            folder: Scratch::new(),
        }
    }

    /// Returns engine word and URL of a fresh database of each engine.
    fn fresh(&self) -> [(&'static str, String); 3] {
        let create = "CREATE TABLE log (who varchar(50))";
        let (postgresql, postgresql_url) = Postgres::shared().fresh();
        Postgres::shared().run(&postgresql, create);
        let (mariadb, mariadb_url) = MariaDb::shared().fresh();
        MariaDb::shared().run(&mariadb, create);
        let file = self.folder.join(&format!("{postgresql}.db"));
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection.execute_batch(create).unwrap();
        [
            ("postgresql", postgresql_url),
            ("mysql", mariadb_url),
            ("sqlite", format!("sqlite:{}", file.display())),
        ]
    }
}

fn waits(body: &Body) -> bool {
    matches!(body, Body::SignatureAwaited { .. })
}

fn started(body: &Body) -> bool {
    matches!(body, Body::StepStarted { .. })
}

#[test]
fn a_second_run_on_the_same_target_is_refused_and_told_who_holds_it() {
    for (engine, url) in Three::start().fresh() {
        let first = Scenario::new(&waiting_plan(engine), &url);
        let _runner = first.begin(&[]);
        first.wait_for("signature_awaited", waits);
        let second = Scenario::new(&waiting_plan(engine), &url);
        second.run(&[]).expect(3).says(&first.session().id);
        assert_eq!(second.events(), []);
    }
}

#[test]
fn the_lock_of_a_killed_runner_is_gone_with_it() {
    for (engine, url) in Three::start().fresh() {
        let scenario = Scenario::new(&waiting_plan(engine), &url);
        let runner = scenario.begin(&[]);
        scenario.wait_for("signature_awaited", waits);
        runner.kill();
        scenario.ask(&["show"]).expect(0).says("interrupted");
        scenario.ask(&["sign", "look", "--as", "eve"]).expect(0);
        scenario.ask(&["resume", "last"]).expect(0);
        assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    }
}

#[test]
fn a_running_session_is_not_taken_up_a_second_time() {
    for (engine, url) in Three::start().fresh() {
        let scenario = Scenario::new(&waiting_plan(engine), &url);
        let runner = scenario.begin(&[]);
        scenario.wait_for("signature_awaited", waits);
        // The runner lives, so this is a request to it and no second runner.
        scenario.ask(&["resume", "last"]).expect(0).says("waiting");
        let runners = |body: &Body| matches!(body, Body::RunnerStarted { .. });
        assert_eq!(count(&scenario.events(), runners), 1);
        scenario.ask(&["sign", "look", "--as", "eve"]).expect(0);
        runner.end().expect(0);
    }
}

#[test]
fn a_transaction_pooling_proxy_is_refused() {
    let server = Postgres::shared();
    let (name, _) = server.fresh();
    let pool = PgBouncer::start(server);
    let scenario = Scenario::new(&waiting_plan("postgresql"), &pool.url(&name));
    scenario.run(&[]).expect(3).says("pool");
    assert_eq!(scenario.events(), []);
}

#[test]
fn a_read_only_replica_is_refused_before_the_first_step() {
    let server = Postgres::start();
    let (name, _) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    let standby = server.standby();
    let scenario = Scenario::new(&waiting_plan("postgresql"), &standby.url(&name));
    scenario.run(&[]).expect(3).says("follows another server");
    assert_eq!(scenario.events(), []);
    assert_eq!(server.run(&name, "SELECT count(*) FROM log"), "0");
}

#[test]
fn another_database_under_the_address_of_a_session_is_refused_on_resume() {
    let three = Three::start();
    for ((engine, url), (_, other)) in three.fresh().into_iter().zip(three.fresh()) {
        let scenario = Scenario::new(&waiting_plan(engine), &url);
        let runner = scenario.begin(&[]);
        scenario.wait_for("signature_awaited", waits);
        runner.kill();
        let bind = format!("main={other}");
        scenario
            .ask(&["resume", "last", "--bind", &bind])
            .expect(3)
            .says("another database");
        assert_eq!(count(&scenario.events(), started), 1);
        scenario.ask(&["sign", "look", "--as", "eve"]).expect(0);
        scenario.ask(&["resume", "last"]).expect(0);
    }
}

#[test]
fn a_database_made_anew_under_its_old_name_is_refused_on_resume() {
    let server = Postgres::start();
    let (name, url) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    let scenario = Scenario::new(&waiting_plan("postgresql"), &url);
    let runner = scenario.begin(&[]);
    scenario.wait_for("signature_awaited", waits);
    runner.kill();
    server.run("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
    server.run("postgres", &format!("CREATE DATABASE {name}"));
    scenario
        .ask(&["resume", "last"])
        .expect(3)
        .says("another database");
}

#[test]
fn a_target_of_another_name_than_the_plan_demands_is_refused() {
    let (name, url) = Postgres::shared().fresh();
    let plan = waiting_plan("postgresql").replace(
        "engine = \"postgresql\"",
        "engine = \"postgresql\"\ndatabase = \"shop\"",
    );
    let scenario = Scenario::new(&plan, &url);
    scenario.run(&[]).expect(3).says(&name).says("shop");
    assert_eq!(scenario.events(), []);
}

#[test]
fn a_plan_changed_since_its_run_is_refused_with_the_difference_until_it_is_accepted() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    let scenario = Scenario::new(&waiting_plan("postgresql"), &url);
    let runner = scenario.begin(&[]);
    scenario.wait_for("signature_awaited", waits);
    runner.kill();
    scenario.ask(&["sign", "look", "--as", "eve"]).expect(0);
    scenario.rewrite(&waiting_plan("postgresql").replace("('a')", "('b')"));
    scenario
        .ask(&["resume", "last"])
        .expect(3)
        .says("-sql = \"INSERT INTO log VALUES ('a')\"")
        .says("+sql = \"INSERT INTO log VALUES ('b')\"");
    assert_eq!(server.run(&name, "SELECT count(*) FROM log"), "0");
    scenario
        .ask(&["resume", "last", "--accept-change"])
        .expect(0);
    assert_eq!(server.run(&name, "SELECT who FROM log"), "b");
    let changed = |body: &Body| matches!(body, Body::PlanChanged { .. });
    assert_eq!(count(&scenario.events(), changed), 1);
}

#[test]
fn a_plan_runs_nothing_until_it_is_trusted_and_trust_ends_with_its_content() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    let plan = format!(
        "{}\n[[step]]\nid = \"touch\"\ncommand = [\"touch\", \"touched\"]\n\n\
         [[step]]\nid = \"write\"\nsql = {{ file = \"write.sql\" }}\n",
        plan_head("postgresql")
    );
    let scenario = Scenario::new(&plan, &url);
    let file = scenario
        .scratch
        .write("write.sql", "INSERT INTO log VALUES ('a');");
    let path = scenario.plan.display().to_string();
    let bind = format!("main={url}");
    let touched = scenario.scratch.join("touched");
    let untrusted = ["run", &path, "--bind", &bind];
    scenario.ask(&["check", &path, "--bind", &bind]).expect(0);
    scenario.ask(&["schedule", &path]).expect(0);
    scenario.ask(&untrusted).expect(3).says("not trusted");
    assert!(!touched.exists());
    assert_eq!(server.run(&name, "SELECT count(*) FROM log"), "0");
    assert_eq!(scenario.events(), []);

    scenario.run(&[]).expect(0);
    assert!(touched.exists());
    // The same content again needs no second consent; a changed file of it does.
    scenario.ask(&untrusted).expect(0);
    std::fs::write(&file, "DELETE FROM log;").unwrap();
    scenario.ask(&untrusted).expect(3).says("not trusted");
    assert_eq!(server.run(&name, "SELECT count(*) FROM log"), "2");
}

#[test]
fn client_commands_and_programs_of_the_server_are_refused_before_anything_runs() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    let hazards = [
        (r"SELECT 1; \\! touch touched", "psql"),
        (
            "COPY log FROM PROGRAM 'echo a'",
            "runs a program on the database server",
        ),
        (
            "copy (SELECT 1) /* x */ to program 'cat'",
            "runs a program on the database server",
        ),
    ];
    for (hazard, why) in hazards {
        let plan = format!(
            "{}\n[[step]]\nid = \"first\"\nsql = \"INSERT INTO log VALUES ('a')\"\n\n\
             [[step]]\nid = \"hazard\"\nsql = \"{hazard}\"\n",
            plan_head("postgresql")
        );
        let scenario = Scenario::new(&plan, &url);
        let path = scenario.plan.display().to_string();
        scenario.ask(&["check", &path]).expect(2).says(why);
        scenario.run(&[]).expect(2).says("Step hazard").says(why);
        assert_eq!(scenario.events(), []);
        assert!(!scenario.scratch.join("touched").exists());
    }
    assert_eq!(server.run(&name, "SELECT count(*) FROM log"), "0");
}

#[test]
fn an_interrupted_step_shows_as_such_and_not_as_running() {
    let (name, url) = Postgres::shared().fresh();
    Postgres::shared().run(&name, "CREATE TABLE log (who text)");
    let scenario = Scenario::new(&waiting_plan("postgresql"), &url);
    let runner = scenario.begin(&[]);
    scenario.wait_for("signature_awaited", waits);
    assert_eq!(
        scenario.session().step("look").unwrap().status,
        Status::Paused
    );
    scenario.ask(&["sessions"]).expect(0).says("waiting");
    runner.kill();
    scenario.ask(&["sessions"]).expect(0).says("interrupted");
}
