//! The cockpit in every state of a session: running, paused, at a gate, interrupted, unknown, over, taken back.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};
use serde_json::json;
use stopover_journal::Journal;
use stopover_plan::event::Body;
use stopover_tests::scenario::{Client, eventually};
use stopover_tests::{MariaDb, Scratch};

use crate::album::Album;
use crate::plans;

/// Returns the process of the last runner of the last session.
fn runner(scratch: &Scratch) -> Pid {
    let journal = Journal::open(&scratch.join("journal/journal.db")).expect("the journal opens");
    let id = journal.resolve("last").expect("there is a session");
    let events = journal.events(&id, 0, 1000).expect("it is read");
    let runner = events.iter().rev().find_map(|event| match event.body {
        Body::RunnerStarted { pid, .. } => i32::try_from(pid).ok(),
        _ => None,
    });
    Pid::from_raw(runner.expect("a runner began"))
}

/// Makes a pipe that nobody writes to yet.
fn pipe(scratch: &Scratch, name: &str) -> PathBuf {
    let pipe = scratch.join(name);
    mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).expect("a scratch folder takes a pipe");
    pipe
}

/// Ends the step that reads a pipe.
fn end(pipe: &Path) {
    drop(
        OpenOptions::new()
            .write(true)
            .open(pipe)
            .expect("a step reads the pipe"),
    );
}

/// Opens a plan and starts its session in the window.
async fn start(of: &str, scratch: &Scratch, plan: &Path, bind: &str) -> Album {
    let arguments = [&*plan.to_string_lossy(), "--bind", bind];
    let album = Album::open(of, scratch, &arguments).await;
    album.window.see("plan-name").await;
    album.window.click("run").await;
    album.window.click("trust").await;
    album.window.click("start").await;
    album.window.see("session").await;
    album
}

/// A session from its first step to its end, and back.
pub(crate) async fn shoot() {
    let scratch = Scratch::new();
    let [first, second] = [pipe(&scratch, "first"), pipe(&scratch, "second")];
    let file = scratch.join("shop.db");
    let database = rusqlite::Connection::open(&file).expect("a scratch folder takes a database");
    let table = "CREATE TABLE t (n integer); INSERT INTO t VALUES (1)";
    database.execute_batch(table).expect("the table is made");
    let plan = scratch.write("cockpit.plan.toml", plans::held(&first, &second));
    let bind = format!("main=sqlite:{}", file.display());
    let album = start("cockpit", &scratch, &plan, &bind).await;
    let window = &album.window;
    window.reads("running", "Copy the pictures").await;
    album.tabs("running").await;
    album.tab("graph").await;
    for (button, of) in [("pause", "ask-pause"), ("abort", "ask-abort")] {
        album.open_dialog(button, "ask").await;
        album.shoot(of).await;
        album.close("ask").await;
    }
    window.click("pause").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.see("pausing").await;
    album.shoot("pausing").await;
    end(&first);
    window.session("paused").await;
    album.shoot("paused").await;
    window.click("resume").await;
    window.session("waiting").await;
    window.see("approve").await;
    album.shoot("gate").await;
    album.open_dialog("approve", "ask").await;
    window.write("who", "bob").await;
    window.click("confirm-ask").await;
    window.see("ask-problem").await;
    album.shoot("gate-refused").await;
    window.write("who", "ana").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;

    // The next step is running when its runner goes.
    window.reads("running", "Copy the rest").await;
    kill(runner(&scratch), Signal::SIGKILL).expect("it lives");
    window.session("interrupted").await;
    album.shoot("interrupted").await;
    window.click("place-plans").await;
    window.click("run").await;
    window.click("start").await;
    window.see("start-problem").await;
    album.shoot("start-unfinished").await;
    window.click("open-unfinished").await;
    window.session("interrupted").await;
    album.open_dialog("resume-session", "resume-sheet").await;
    album.shoot("resume-sheet").await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.reads("running", "Copy the rest").await;
    end(&second);
    window.session("waiting").await;
    album.tabs("waiting").await;
    let owed = window.owed().await;
    for item in owed {
        album.open_dialog(&item, "ask").await;
        window.write("who", "Maria").await;
        window.write("note", "seen in the application").await;
        window.click("confirm-ask").await;
        window.gone("ask").await;
        window.gone(&item).await;
    }
    window.click("sign").await;
    window.write("who", "Maria").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("succeeded").await;
    album.tabs("over").await;
    album.dialog("export", "export-sheet").await;
    album.open_dialog("export", "export-sheet").await;
    let report = scratch.join("report.html");
    window.write("report-file", &report.to_string_lossy()).await;
    window.click("write-report").await;
    window.see("written").await;
    album.shoot("written").await;
    album.open_dialog("rollback", "ask").await;
    album.shoot("ask-rollback").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    album.runs("return window.scrollY", json!(null)).await;
    window
        .wait("[data-testid=session][data-state=finished][data-outcome$=rolled_back]")
        .await;
    album.tabs("back").await;
    album.window.close().await;
}

/// A change of which nobody knows whether the server made it.
pub(crate) async fn unknown() {
    let scratch = Scratch::new();
    let server = MariaDb::shared();
    let (database, url) = server.fresh();
    server.run(
        &database,
        "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1)",
    );
    let mut reader = Client::mariadb(server, &database);
    reader.run("BEGIN; SELECT * FROM t");
    let plan = scratch.write("column.plan.toml", plans::COLUMN);
    let album = start("unknown", &scratch, &plan, &format!("main={url}")).await;
    let window = &album.window;
    let stands =
        "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE t %'";
    eventually(
        || server.run("", stands) == "1",
        || "the statement in flight".to_owned(),
    );
    album.shoot("blocked").await;
    let runner = runner(&scratch);
    // It stands still while the change comes about, and dies before it hears of it.
    kill(runner, Signal::SIGSTOP).expect("the runner is there");
    reader.run("COMMIT");
    eventually(
        || server.run("", stands) == "0",
        || "the end of the statement".to_owned(),
    );
    kill(runner, Signal::SIGKILL).expect("the runner is there");
    window.session("interrupted").await;
    window.click("resume-session").await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.session("unknown").await;
    album.tabs("asked").await;
    album.open_dialog("applied", "ask").await;
    album.shoot("settle").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("succeeded").await;
    album.shoot("settled").await;
    album.window.close().await;
}
