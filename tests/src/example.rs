//! The example on every engine, for runs that are killed and taken up again.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use stopover_plan::event::{Direction, Outcome};
use stopover_plan::session::{State, Status};
use stopover_runner::{Request, request};

use crate::programs::built;
use crate::scenario::{Ended, Scenario, assert_nothing_ran_twice, words};
use crate::{MariaDb, Postgres, workspace};

/// Rows in each table of the example.
pub const ROWS: u32 = 60;
/// Items that must be signed before the last step.
pub const ITEMS: [&str; 4] = [
    "create-records",
    "edit-records",
    "audit-trail",
    "admin-shows-fields",
];
/// Tables whose columns the example adds, and so the schema in which to look for what is unknown.
pub const TABLES: [&str; 3] = ["characters", "items", "locations"];

/// Where a database of the example is made.
#[derive(Debug, Clone, Copy)]
pub enum Ground {
    /// On a PostgreSQL server.
    Postgres(&'static Postgres),
    /// On a MariaDB server.
    MariaDb(&'static MariaDb),
    /// In a file.
    Sqlite,
}

/// A scenario and its database.
#[derive(Debug)]
pub struct Trial {
    /// Plan, journal and address.
    pub scenario: Scenario,
    /// Database name, or file.
    pub database: String,
}

impl Ground {
    /// Returns the engine's word in file names of the example.
    pub fn word(self) -> &'static str {
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
    pub fn trial(self, plan: &str) -> Trial {
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
    pub fn dump(self, database: &str, tables: &[&str]) -> String {
        match self {
            Ground::Postgres(server) => server.dump_except(database, tables),
            Ground::MariaDb(server) => server.dump_except(database, tables),
            Ground::Sqlite => dump_sqlite(database, tables),
        }
    }

    /// Returns what else lies where databases lie: scratch databases that a crash must not leave for ever.
    pub fn databases(self) -> Vec<String> {
        match self {
            Ground::Postgres(server) => server.run(
                "postgres",
                "SELECT datname FROM pg_database ORDER BY datname",
            ),
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
pub fn logged_plan(ground: Ground) -> String {
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
pub struct Point {
    /// `before`, `inside` or `after` the event is recorded.
    pub moment: &'static str,
    /// Event the runner records, from 1.
    pub at: usize,
}

impl Point {
    /// Returns every moment of every event.
    pub fn all(events: usize, moments: &[&'static str]) -> Vec<Point> {
        (1..=events)
            .flat_map(|at| moments.iter().map(move |moment| Point { moment, at }))
            .collect()
    }
}

impl Trial {
    /// Returns what tells the crashing runner to start the plan, or only some of its steps, with every item signed.
    pub fn start_job(&self, only: &[&str]) -> Value {
        let mut start = self.scenario.start();
        start.only = only.iter().map(|&step| step.to_owned()).collect();
        start.signatures = ITEMS
            .map(|item| (item.to_owned(), "eve".to_owned()))
            .to_vec();
        json!({ "journal": self.scenario.journal, "start": start })
    }

    /// Returns what tells it to resume the newest session.
    pub fn resume_job(&self) -> Value {
        json!({ "journal": self.scenario.journal, "resume": self.scenario.resume() })
    }

    /// Runs the crashing runner; without a point to its end.
    pub fn host(&self, mut job: Value, point: Option<Point>) -> Ended {
        job["moment"] = json!(point.map_or("after", |point| point.moment));
        job["at"] = json!(point.map_or(0, |point| point.at));
        // Spread over the time one durable write takes.
        job["delay_us"] = json!(point.map_or(0, |point| point.at * 37 % 300));
        let program = built().join("crashing_runner");
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
    pub fn recover(&self, ground: Ground) -> Vec<bool> {
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

    /// Asserts how the session ended, that nothing ran twice, and that the journal is whole.
    pub fn assert_history(&self, outcome: Outcome) {
        let events = self.scenario.events();
        let session = self.scenario.session();
        assert_eq!(session.outcome, Some(outcome), "{}", words(&events));
        assert_nothing_ran_twice(&events);
        let verified = self.scenario.log().verify().unwrap();
        assert!(verified.intact, "{verified:?}");
        assert_eq!(verified.events, events.len() as u64);
    }
}

/// The steps of the example but its backup, which takes longer than all the others.
pub const WORK: [&str; 11] = [
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
