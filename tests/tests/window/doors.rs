//! A session and its windows: one that is killed, and two that watch the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use stopover_journal::Journal;
use stopover_plan::event::{Body, Outcome};
use stopover_plan::session::{Session, State, Status};
use stopover_tests::scenario::eventually;
use stopover_tests::{Scratch, run, stopover};

use crate::driver::Driven;
use crate::{change, number};

const PLAN: &str = r#"
format = 1
name = "Approved by another"
[target.main]
engine = "sqlite"
[[step]]
id = "breathe"
title = "Breathe"
wait = "3s"
[[step]]
id = "go"
title = "Go or no-go"
after = ["breathe"]
gate = { question = "Go?", approvers = ["ana"] }
[[step]]
id = "add"
title = "Add a row"
after = ["go"]
sql = "INSERT INTO t VALUES (2)"
"#;

/// A plan with a gate, its database, and the journal its session is written to.
struct Gated {
    scratch: Scratch,
    database: PathBuf,
    journal: PathBuf,
}

impl Gated {
    fn new() -> Self {
        let scratch = Scratch::new();
        let database = scratch.join("small.db");
        change(&database, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
        scratch.write("gated.plan.toml", PLAN);
        let journal = scratch.join("journal/journal.db");
        Self {
            scratch,
            database,
            journal,
        }
    }

    /// Opens a window and starts the session in it.
    async fn start(&self) -> Driven {
        let plan = self.scratch.join("gated.plan.toml");
        let bind = format!("main=sqlite:{}", self.database.display());
        let window = Driven::open(&self.scratch, &[&plan.to_string_lossy(), "--bind", &bind]).await;
        window.start().await;
        window.see("session").await;
        window
    }

    /// Opens a window and in it the session, as History has it.
    async fn found_again(&self) -> Driven {
        let window = Driven::open(&self.scratch, &[]).await;
        window.click("place-history").await;
        window.click("open-session").await;
        window.see("session").await;
        window
    }

    /// Approves the gate as someone else, at a terminal.
    fn approve(&self) {
        run(Command::new(stopover())
            .args(["approve", "go", "--as", "ana"])
            .env("STOPOVER_JOURNAL", &self.journal));
    }

    fn rows(&self) -> i64 {
        number(&self.database, "SELECT count(*) FROM t")
    }
}

/// Waits until the newest session in the journal is as wanted.
pub(crate) fn until(journal: &Path, wanted: impl Fn(&Session) -> bool) -> Session {
    let journal = Journal::open(journal).expect("the window made a journal");
    let newest = || {
        let id = journal.resolve("last").expect("there is a session");
        journal.session(&id).expect("the journal can be read")
    };
    eventually(
        || wanted(&newest()),
        || format!("the session stays {:?}", newest().state),
    );
    newest()
}

/// Returns the status of a step.
pub(crate) fn status(session: &Session, step: &str) -> Option<Status> {
    let step = session.steps.iter().find(|known| known.id == step)?;
    Some(step.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_and_ends_when_its_window_is_killed() {
    let gated = Gated::new();
    let window = gated.start().await;
    until(&gated.journal, |session| {
        status(session, "breathe") == Some(Status::Running)
    });
    window.kill();

    let session = until(&gated.journal, |session| session.state == State::Waiting);
    assert!(stopover_runner::is_alive(&gated.journal, &session.id));
    assert_eq!(status(&session, "breathe"), Some(Status::Succeeded));
    assert_eq!(gated.rows(), 1, "nothing runs past a gate");

    // It is there again in a new window while it lives, and the same runner ends it.
    let window = gated.found_again().await;
    window.session("waiting").await;
    gated.approve();
    let session = until(&gated.journal, |session| session.state == State::Finished);
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    assert_eq!(gated.rows(), 2);
    window.over("succeeded").await;
    window.kill();

    let window = gated.found_again().await;
    window.over("succeeded").await;
    window.close().await;
    let journal = Journal::open(&gated.journal).expect("the journal opens");
    let events = journal.events(&session.id, 0, 1000).expect("it is read");
    let runners = events
        .iter()
        .filter(|event| matches!(event.body, Body::RunnerStarted { .. }));
    assert_eq!(runners.count(), 1, "no second runner was needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_show_the_same_session_and_an_approval_given_elsewhere() {
    let gated = Gated::new();
    let first = gated.start().await;
    let second = gated.found_again().await;
    for window in [&first, &second] {
        window.session("waiting").await;
        window.see("approve").await;
    }
    gated.approve();
    for window in [&first, &second] {
        window.over("succeeded").await;
        window.gone("approve").await;
        window.log_shows("ana").await;
        window.see_step("go", "succeeded").await;
        window.see_step("add", "succeeded").await;
    }
    assert_eq!(gated.rows(), 2, "two windows are not two runs");
    first.close().await;
    second.close().await;
}
