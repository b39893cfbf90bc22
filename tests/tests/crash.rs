//! The crash matrix: the runner is killed around every event of the example on every engine, and what comes out in the
//! end is what comes out of a run that nothing disturbed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use stopover_plan::event::{Body, Direction, Outcome};
use stopover_plan::session::{State, Status};
use stopover_runner::{Request, request};
use stopover_tests::scenario::{
    Background, Client, Ended, Scenario, assert_nothing_ran_twice, count, eventually, plan_head,
    words,
};
use stopover_tests::{MariaDb, Postgres, workspace};

/// Rows in each table of the example.
const ROWS: u32 = 60;
/// Items that must be signed before the last step.
const ITEMS: [&str; 4] = [
    "create-records",
    "edit-records",
    "audit-trail",
    "admin-shows-fields",
];
/// Tables whose columns the example adds, and so the schema in which to look for what is unknown.
const TABLES: [&str; 3] = ["characters", "items", "locations"];

/// Where a database of the example is made.
#[derive(Clone, Copy)]
enum Ground {
    Postgres(&'static Postgres),
    MariaDb(&'static MariaDb),
    Sqlite,
}

/// A scenario and its database.
struct Trial {
    scenario: Scenario,
    database: String,
}

impl Ground {
    fn word(self) -> &'static str {
        match self {
            Ground::Postgres(_) => "postgresql",
            Ground::MariaDb(_) => "mariadb",
            Ground::Sqlite => "sqlite",
        }
    }

    fn setup(self) -> PathBuf {
        workspace().join(format!("examples/audit-fields/setup.{}.sql", self.word()))
    }

    /// Makes the example's database and the table in which its steps log that they ran.
    fn trial(self, plan: &str) -> Trial {
        let size = format!(
            "CREATE TABLE example_size (size integer NOT NULL); INSERT INTO example_size VALUES ({ROWS})"
        );
        let log = "CREATE TABLE step_log (step varchar(64) NOT NULL)";
        let mut scenario = Scenario::new(plan, "");
        let database;
        (database, scenario.url) = match self {
            Ground::Postgres(server) => {
                static PREPARED: Mutex<bool> = Mutex::new(false);
                let mut prepared = PREPARED.lock().unwrap();
                if !*prepared {
                    server.database("prepared");
                    server.run("prepared", &size);
                    server.run_file("prepared", &self.setup());
                    server.run("prepared", log);
                    *prepared = true;
                }
                drop(prepared);
                static NEXT: AtomicUsize = AtomicUsize::new(0);
                let name = format!("trial_{}", NEXT.fetch_add(1, Ordering::SeqCst));
                server.run(
                    "postgres",
                    &format!("CREATE DATABASE {name} TEMPLATE prepared"),
                );
                let url = server.url(&name);
                (name, url)
            }
            Ground::MariaDb(server) => {
                let (name, url) = server.fresh();
                server.run(&name, &size);
                server.run_file(&name, &self.setup());
                server.run(&name, log);
                (name, url)
            }
            Ground::Sqlite => {
                let file = scenario.scratch.join("game.db");
                let connection = rusqlite::Connection::open(&file).unwrap();
                connection
                    .execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
                    .unwrap();
                connection.execute_batch(&size).unwrap();
                let setup = std::fs::read_to_string(self.setup()).unwrap();
                connection.execute_batch(&setup).unwrap();
                connection.execute_batch(log).unwrap();
                let url = format!("sqlite:{}", file.display());
                (file.display().to_string(), url)
            }
        };
        Trial { scenario, database }
    }

    /// Returns schema and contents of the database but for `tables`.
    fn dump(self, database: &str, tables: &[&str]) -> String {
        match self {
            Ground::Postgres(server) => server.dump_except(database, tables),
            Ground::MariaDb(server) => server.dump_except(database, tables),
            Ground::Sqlite => dump_sqlite(database, tables),
        }
    }

    /// Returns what else lies where databases lie: scratch databases that a crash must not leave for ever.
    fn databases(self) -> Vec<String> {
        match self {
            Ground::Postgres(server) => server.run("postgres", "SELECT datname FROM pg_database"),
            Ground::MariaDb(server) => server.run("", "SHOW DATABASES"),
            Ground::Sqlite => String::new(),
        }
        .lines()
        .filter(|name| !name.starts_with("trial_") && !name.starts_with("fresh_"))
        .map(str::to_owned)
        .collect()
    }

    /// Looks at the schema itself: whether the example's columns are in `table`.
    fn has_columns(self, database: &str, table: &str) -> bool {
        let Ground::MariaDb(server) = self else {
            panic!("only MariaDB leaves anything unknown");
        };
        let found = server.run(
            "",
            &format!(
                "SELECT count(*) FROM information_schema.columns WHERE table_schema = '{database}' \
                 AND table_name = '{table}' AND column_name = 'created_at'"
            ),
        );
        found == "1"
    }
}

fn dump_sqlite(file: &str, except: &[&str]) -> String {
    let connection = rusqlite::Connection::open(file).unwrap();
    let strings = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let mut rows: Vec<String> = statement
            .query_map([], |row| {
                (0..columns)
                    .map(|at| row.get::<_, rusqlite::types::Value>(at))
                    .map(|value| value.map(|value| format!("{value:?}")))
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap()
            .map(|row| row.unwrap().join("|"))
            .collect();
        rows.sort();
        rows
    };
    let mut text = strings("SELECT type, name, sql FROM sqlite_master").join("\n");
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .unwrap();
    let tables: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for table in tables
        .iter()
        .filter(|name| !except.contains(&name.as_str()))
    {
        text.push_str(&format!("\n-- {table}\n"));
        text.push_str(&strings(&format!("SELECT * FROM \"{table}\"")).join("\n"));
    }
    text
}

/// Returns the example's plan, in which every step logs in its own transaction that it ran. On MariaDB the steps that
/// change the schema stay what they are: one statement each.
fn logged_plan(ground: Ground) -> String {
    let path = workspace().join(format!("examples/audit-fields/{}.plan.toml", ground.word()));
    let text = std::fs::read_to_string(path).unwrap();
    let mut plan: toml_edit::DocumentMut = text.parse().unwrap();
    let log = |item: Option<&mut toml_edit::Item>, name: &str| {
        let Some(item) = item.filter(|item| item.is_str()) else {
            return;
        };
        let sql = item.as_str().unwrap().trim_end().trim_end_matches(';');
        if matches!(ground, Ground::MariaDb(_)) && sql.contains("ALTER TABLE") {
            return;
        }
        *item = toml_edit::value(format!(
            "{sql};\nINSERT INTO step_log (step) VALUES ('{name}');"
        ));
    };
    for step in plan["step"].as_array_of_tables_mut().unwrap().iter_mut() {
        let id = step["id"].as_str().unwrap().to_owned();
        log(step.get_mut("sql"), &id);
        let undo = step
            .get_mut("undo")
            .and_then(|undo| undo.as_table_like_mut());
        log(
            undo.and_then(|undo| undo.get_mut("sql")),
            &format!("{id}/undo"),
        );
    }
    plan.to_string()
}

/// Where in the life of an event the runner is killed.
#[derive(Debug, Clone, Copy)]
struct Point {
    moment: &'static str,
    /// Event the runner records, from 1.
    at: usize,
}

impl Point {
    fn all(events: usize, moments: &[&'static str]) -> Vec<Point> {
        (1..=events)
            .flat_map(|at| moments.iter().map(move |moment| Point { moment, at }))
            .collect()
    }
}

impl Trial {
    fn start_job(&self, only: &[&str]) -> Value {
        let mut start = self.scenario.start();
        start.only = only.iter().map(|&step| step.to_owned()).collect();
        start.signatures = ITEMS
            .map(|item| (item.to_owned(), "eve".to_owned()))
            .to_vec();
        json!({ "journal": self.scenario.journal, "start": start })
    }

    fn resume_job(&self) -> Value {
        json!({ "journal": self.scenario.journal, "resume": self.scenario.resume() })
    }

    /// Runs the crashing runner; without a point to its end.
    fn host(&self, mut job: Value, point: Option<Point>) -> Ended {
        job["moment"] = json!(point.map_or("after", |point| point.moment));
        job["at"] = json!(point.map_or(0, |point| point.at));
        // Spread over the time one durable write takes.
        job["delay_us"] = json!(point.map_or(0, |point| point.at * 37 % 300));
        let program = PathBuf::from(env!("CARGO_BIN_EXE_crashing_runner"));
        let mut child = self
            .scenario
            .program(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(job.to_string().as_bytes()).unwrap();
        drop(pipe);
        Ended::of(child.wait_with_output().unwrap())
    }

    /// Brings the session to its end as a person would, who reads what it says and looks at the schema. Returns
    /// whether each statement of unknown outcome was found applied.
    fn recover(&self, ground: Ground) -> Vec<bool> {
        let mut settled = Vec::new();
        let session = self.scenario.session();
        if session.state == State::Finished && !session.rollback_requested {
            return settled;
        }
        for item in ITEMS.iter().filter(|item| !session.is_signed(item)) {
            let wish = Request::Sign {
                item: (*item).to_owned(),
                note: String::new(),
                evidence: None,
            };
            request(&self.scenario.journal, "last", "eve", &wish).unwrap();
        }
        let mut ended = self.scenario.ask(&["resume", "last", "--unattended"]);
        while ended.code == Some(4) {
            let session = self.scenario.session();
            assert_eq!(session.state, State::Unknown, "{ended:?}");
            let step = session
                .steps
                .iter()
                .find(|step| step.status == Status::Unknown)
                .unwrap();
            let table = TABLES
                .iter()
                .find(|table| step.id == format!("columns-{table}"))
                .unwrap();
            // The session names the statement, and the terminal says it.
            let (_, statement) = step.statement.clone().unwrap();
            let named = format!("ALTER TABLE {table}");
            assert!(statement.contains(&named), "{statement}");
            assert!(ended.err.contains(&named), "{ended:?}");

            let there = ground.has_columns(&self.database, table);
            let applied = there == (step.direction == Direction::Forward);
            settled.push(applied);
            assert!(settled.len() < 3, "it stays unknown: {ended:?}");
            let finding = if applied {
                "--applied"
            } else {
                "--not-applied"
            };
            ended = self
                .scenario
                .ask(&["settle", &step.id, finding, "--unattended"]);
        }
        assert_eq!(ended.code, Some(0), "{ended:?}");
        settled
    }

    fn assert_history(&self, outcome: Outcome) {
        let events = self.scenario.events();
        let session = self.scenario.session();
        assert_eq!(session.outcome, Some(outcome), "{}", words(&events));
        assert_nothing_ran_twice(&events);
        let verified = self.scenario.log().verify().unwrap();
        assert!(verified.intact, "{verified:?}");
        assert_eq!(verified.events, events.len() as u64);
    }
}

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
    let databases = ground.databases();
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
            assert!(point.at + 10 > events.len(), "{point:?} was never reached");
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
    assert_eq!(ground.databases(), databases, "something was left behind");
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

/// The steps of the example but its backup, which takes longer than all the others.
const WORK: [&str; 11] = [
    "before",
    "maintenance-on",
    "columns-characters",
    "columns-items",
    "columns-locations",
    "fill-characters",
    "fill-items",
    "fill-locations",
    "verify",
    "maintenance-off",
    "closing-check",
];

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
    kill_forward(ground, &["backup"], &EVERY_MOMENT);
}

#[test]
fn killed_around_every_event_on_mariadb_the_end_is_that_of_an_undisturbed_run() {
    let ground = Ground::MariaDb(MariaDb::shared());
    let unknown = kill_forward(ground, &WORK, &EVERY_MOMENT);
    // Each statement is marked before it goes out and when it is done: only in between nothing can tell, see below.
    assert!(unknown.is_empty(), "{unknown:?}");
    kill_forward(ground, &["backup"], &EVERY_MOMENT);
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

/// A plan of one step that adds one to every row, slowly.
fn slow_plan(engine: &str, slowly: &str) -> String {
    format!(
        "{}\n[[step]]\nid = \"count-up\"\nsql = \"UPDATE t SET n = n + 1 WHERE {slowly}\"\n",
        plan_head(engine)
    )
}

/// Kills a run once `in_flight`, resumes it, and returns the session's events.
fn kill_in_flight(scenario: &Scenario, in_flight: impl Fn() -> bool) {
    let runner = scenario.begin(&[]);
    eventually(in_flight, || "the statement in flight".to_owned());
    runner.signal(Signal::SIGKILL);
    assert_eq!(runner.end().signal, Some(9));
    scenario.ask(&["resume", "last", "--unattended"]).expect(0);
    let events = scenario.events();
    let interrupted = |body: &Body| matches!(body, Body::StepInterrupted { .. });
    assert_eq!(count(&events, interrupted), 1, "{}", words(&events));
    assert_nothing_ran_twice(&events);
}

#[test]
fn killed_in_the_middle_of_an_update_on_postgresql_every_row_is_changed_once() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(
        &name,
        "CREATE TABLE t AS SELECT i, 0 AS n FROM generate_series(1, 60) i",
    );
    let plan = slow_plan("postgresql", "pg_sleep(0.02) IS NOT NULL");
    kill_in_flight(&Scenario::new(&plan, &url), || {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'UPDATE t%'";
        server.run(&name, sql) == "1"
    });
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
    let plan = slow_plan("mysql", "SLEEP(0.02) = 0");
    kill_in_flight(&Scenario::new(&plan, &url), || {
        let sql = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'UPDATE t%'";
        server.run("", sql) == "1"
    });
    assert_eq!(server.run(&name, "SELECT min(n), max(n) FROM t"), "1\t1");
}

#[test]
fn killed_in_the_middle_of_an_update_on_sqlite_every_row_is_changed_once() {
    let slowly = "(WITH RECURSIVE c (x) AS (SELECT i UNION ALL SELECT x + 1 FROM c WHERE x < 40000) \
                  SELECT count(*) FROM c) > 0";
    let mut scenario = Scenario::new(&slow_plan("sqlite", slowly), "");
    let file = scenario.scratch.join("t.db");
    scenario.url = format!("sqlite:{}", file.display());
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t (i integer PRIMARY KEY, n integer NOT NULL);
             WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)
             INSERT INTO t SELECT i, 0 FROM c",
        )
        .unwrap();
    let started = |body: &Body| matches!(body, Body::StepStarted { .. });
    kill_in_flight(&scenario, || {
        // The marks' table is made before; whoever holds the right to write after that is the step's transaction.
        count(&scenario.events(), started) == 1
            && connection.prepare("SELECT 1 FROM stopover_mark").is_ok()
            && connection
                .execute_batch("BEGIN IMMEDIATE; ROLLBACK")
                .is_err()
    });
    let ends: (i64, i64) = connection
        .query_row("SELECT min(n), max(n) FROM t", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(ends, (1, 1));
}
