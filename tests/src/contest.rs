//! Databases in which a session and another client fight for a row, and the plans that make them.

use stopover_plan::event::Body;

use crate::scenario::{Client, eventually, plan_head};
use crate::{MariaDb, Postgres};

/// Returns a plan of one step `work` with a long patience for locks.
pub fn patient_plan(engine: &str, sql: &str) -> String {
    format!(
        "{}\n[[step]]\nid = \"work\"\nsql = {{ text = \"{sql}\", lock_timeout = \"60s\" }}\n",
        plan_head(engine)
    )
}

/// Returns a plan of one step `work` with the timeouts of the house.
pub fn plain_plan(engine: &str, sql: &str) -> String {
    format!(
        "{}\n[[step]]\nid = \"work\"\nsql = \"{sql}\"\n",
        plan_head(engine)
    )
}

/// A PostgreSQL database with a row to fight for and a log of who wrote.
#[derive(Debug)]
pub struct Pg {
    /// The server, which the test may harm.
    pub server: Postgres,
    /// Database name.
    pub name: String,
    /// Database URL.
    pub url: String,
}

impl Pg {
    /// Starts a server with the database.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with settings of `postgresql.conf`.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let server = Postgres::start_with(settings);
        let (name, url) = server.fresh();
        server.run(
            &name,
            "CREATE TABLE t (i int PRIMARY KEY, n int NOT NULL); INSERT INTO t VALUES (1, 0); \
             CREATE TABLE log (who text)",
        );
        Self { server, name, url }
    }

    /// Runs statements and returns the rows.
    pub fn run(&self, sql: &str) -> String {
        self.server.run(&self.name, sql)
    }

    /// Returns a client with a connection that stays open.
    pub fn client(&self) -> Client {
        Client::psql(&self.server, &self.name)
    }

    /// Waits until a statement of a session waits for a lock.
    pub fn await_lock_wait(&self) {
        eventually(
            || {
                let sql = "SELECT count(*) FROM pg_stat_activity \
                           WHERE wait_event_type = 'Lock' AND application_name LIKE 'stopover %'";
                self.run(sql) == "1"
            },
            || "a statement that waits for a lock".to_owned(),
        );
    }

    /// Waits until no backend works for a session.
    pub fn await_no_backend(&self) {
        eventually(
            || {
                let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'stopover %'";
                self.run(sql) == "0"
            },
            || "the end of every backend of the session".to_owned(),
        );
    }
}

/// A MariaDB database with the same.
#[derive(Debug)]
pub struct My {
    /// The server, which the test may harm.
    pub server: MariaDb,
    /// Database name.
    pub name: String,
    /// Database URL.
    pub url: String,
}

impl My {
    /// Starts a server with the database.
    pub fn start() -> Self {
        let server = MariaDb::start();
        let (name, url) = server.fresh();
        server.run(
            &name,
            "CREATE TABLE t (i int PRIMARY KEY, n int NOT NULL); INSERT INTO t VALUES (1, 0); \
             CREATE TABLE log (who varchar(50))",
        );
        Self { server, name, url }
    }

    /// Runs statements and returns the rows.
    pub fn run(&self, sql: &str) -> String {
        self.server.run(&self.name, sql)
    }

    /// Returns a client with a connection that stays open.
    pub fn client(&self) -> Client {
        Client::mariadb(&self.server, &self.name)
    }

    /// Waits until one statement is in this state.
    pub fn await_state(&self, state: &str) {
        eventually(
            || {
                let sql = format!(
                    "SELECT count(*) FROM information_schema.processlist WHERE state LIKE '{state}%'"
                );
                self.run(&sql) == "1"
            },
            || format!("a statement in state {state}"),
        );
    }

    /// Returns whether `t` has the column `c`.
    pub fn has_column(&self) -> bool {
        let sql = "SELECT count(*) FROM information_schema.columns \
                   WHERE table_schema = database() AND table_name = 't' AND column_name = 'c'";
        self.run(sql) == "1"
    }
}

/// Returns whether a step began.
pub fn started(body: &Body) -> bool {
    matches!(body, Body::StepStarted { .. })
}

/// Returns whether an attempt failed that another one follows.
pub fn retried(body: &Body) -> bool {
    matches!(body, Body::StepRetried { .. })
}

/// Returns whether a step ended well.
pub fn succeeded(body: &Body) -> bool {
    matches!(body, Body::StepSucceeded { .. })
}
