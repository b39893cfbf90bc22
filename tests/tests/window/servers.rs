//! Sessions on real servers from the window: PostgreSQL there and back, and an outcome on MariaDB that nobody knows.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use stopover_journal::Journal;
use stopover_plan::event::Body;
use stopover_tests::scenario::{Client, eventually};
use stopover_tests::{MariaDb, Postgres, Scratch};

use crate::driver::Driven;

const SHOP: &str = r#"
format = 1
name = "Notes for orders"
[target.main]
engine = "postgresql"
[[step]]
id = "column"
title = "Add the column"
sql = "ALTER TABLE orders ADD COLUMN note text"
undo = { sql = "ALTER TABLE orders DROP COLUMN note" }
[[step]]
id = "fill"
title = "Fill it"
after = ["column"]
sql = "UPDATE orders SET note = 'of ' || id; CREATE TABLE notes AS SELECT id, note FROM orders"
undo = { sql = "DROP TABLE notes" }
[[step]]
id = "verify"
title = "Verify"
after = ["fill"]
[[step.check]]
id = "none"
title = "No order is without a note"
sql = "SELECT count(*) FROM orders WHERE note IS NULL"
expect = 0
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_runs_on_postgresql_and_is_rolled_back_with_the_password_of_the_environment() {
    let scratch = Scratch::new();
    let server = Postgres::shared();
    let (database, _) = server.fresh();
    server.run(
        &database,
        "CREATE TABLE orders AS SELECT id, id % 7 AS amount FROM generate_series(1, 500) id",
    );
    let before = server.dump(&database);
    let url = server
        .url_with_password(&database, "letters1")
        .replace(":letters1@", "@");
    let plan = scratch.write("shop.plan.toml", SHOP);
    let bind = format!("main={url}");
    let window = Driven::open_in(
        &scratch,
        &[&plan.to_string_lossy(), "--bind", &bind],
        &[("MAIN_PASSWORD", "letters1")],
    )
    .await;
    window.start().await;
    window.over("succeeded").await;
    let count = "SELECT count(*) FROM notes JOIN orders USING (id, note)";
    assert_eq!(server.run(&database, count), "500");
    window.picture("22-postgresql").await;

    window.click("rollback").await;
    window.reads("ask", "Add the column").await;
    window.picture("23-roll-back").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("rolled_back").await;
    window.see_step("column", "undone").await;
    window.see_step("fill", "undone").await;
    window.picture("24-rolled-back-postgresql").await;
    assert_eq!(server.dump(&database), before, "all is as it was");
    assert!(
        !window.everything().await.contains("letters1"),
        "a password is shown nowhere"
    );
    window.close().await;
}

const CHANGE: &str = r#"
format = 1
name = "A column more"
[target.main]
engine = "mysql"
[[step]]
id = "column"
title = "Add the column"
sql = { lock_timeout = "300s", text = "ALTER TABLE t ADD COLUMN note varchar(20)" }
[[step]]
id = "fill"
title = "Fill it"
after = ["column"]
sql = "UPDATE t SET note = 'seen'"
"#;

/// A session whose schema change stands at a lock, so that its runner can be killed amid the statement.
struct Unknown {
    scratch: Scratch,
    server: &'static MariaDb,
    database: String,
    /// Holds the lock.
    reader: Client,
}

impl Unknown {
    fn new() -> Self {
        let server = MariaDb::shared();
        let (database, _) = server.fresh();
        server.run(
            &database,
            "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1)",
        );
        let mut reader = Client::mariadb(server, &database);
        reader.run("BEGIN; SELECT * FROM t");
        let scratch = Scratch::new();
        scratch.write("column.plan.toml", CHANGE);
        Self {
            scratch,
            server,
            database,
            reader,
        }
    }

    /// Starts the session in a window; returns it and the runner once the statement stands at the lock.
    async fn in_flight(&self) -> (Driven, Pid) {
        let plan = self.scratch.join("column.plan.toml");
        let bind = format!("main={}", self.server.url(&self.database));
        let window = Driven::open(&self.scratch, &[&plan.to_string_lossy(), "--bind", &bind]).await;
        window.start().await;
        eventually(
            || self.altering() == "1",
            || "the statement in flight".to_owned(),
        );
        let journal =
            Journal::open(&self.scratch.join("journal/journal.db")).expect("the journal opens");
        let id = journal.resolve("last").expect("there is a session");
        let events = journal.events(&id, 0, 1000).expect("it is read");
        let runner = events.iter().find_map(|event| match event.body {
            Body::RunnerStarted { pid, .. } => i32::try_from(pid).ok(),
            _ => None,
        });
        let runner = Pid::from_raw(runner.expect("a runner began"));
        (window, runner)
    }

    /// Returns how many statements change the table.
    fn altering(&self) -> String {
        self.server.run(
            "",
            "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE t %'",
        )
    }

    fn columns(&self) -> String {
        let sql = format!(
            "SELECT group_concat(column_name ORDER BY ordinal_position) FROM information_schema.columns \
             WHERE table_schema = '{}' AND table_name = 't'",
            self.database
        );
        self.server.run("", &sql)
    }

    fn assert_done(&self) {
        assert_eq!(self.columns(), "a,note");
        let rows = self.server.run(&self.database, "SELECT a, note FROM t");
        assert_eq!(rows, "1\tseen");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_statement_that_was_applied_is_settled_in_the_window_and_not_sent_again() {
    let mut unknown = Unknown::new();
    let (window, runner) = unknown.in_flight().await;
    // It stands still while the change comes about, and dies before it hears of it. Killed earlier it would break the
    // connection, and a server that sees that in its wait for the lock gives the statement up.
    kill(runner, Signal::SIGSTOP).expect("the runner is there");
    unknown.reader.run("COMMIT");
    eventually(
        || unknown.columns() == "a,note",
        || "the end of the statement".to_owned(),
    );
    kill(runner, Signal::SIGKILL).expect("the runner is there");
    window.session("interrupted").await;
    window.see_step("column", "interrupted").await;
    window.picture("25-interrupted").await;
    window.click("resume-session").await;
    window.picture("26-go-on").await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.session("unknown").await;
    window
        .reads("unknown", "ALTER TABLE t ADD COLUMN note")
        .await;
    window.see_step("fill", "waiting").await;
    window.picture("27-unknown").await;
    window.dress("dark").await;
    window.picture("27-unknown-dark").await;
    window.dress("light").await;
    window.click("applied").await;
    window.write("note", "the column is there").await;
    window.picture("28-settle").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("succeeded").await;
    unknown.assert_done();
    window.click("tab-record").await;
    window.reads("record-settled", "the column is there").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_statement_that_was_not_applied_is_sent_again_once_a_person_says_so() {
    let mut unknown = Unknown::new();
    let (window, runner) = unknown.in_flight().await;
    kill(runner, Signal::SIGKILL).expect("the runner is there");
    window.session("interrupted").await;
    window.click("resume-session").await;
    window.click("end-orphans").await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.session("unknown").await;
    unknown.reader.run("COMMIT");
    assert_eq!(unknown.columns(), "a", "nobody changes the table any more");
    window.click("not-applied").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("succeeded").await;
    unknown.assert_done();
    window.close().await;
}
