//! The latest start of a rollback, as the cockpit warns of it: far, near, passed.

use std::path::PathBuf;
use std::process::Command;

use stopover_plan::session::State;
use stopover_tests::{run, stopover};

use crate::driver::Driven;
use crate::opening::Desk;

/// What was done can be taken back in 5 minutes, so a rollback has to begin 55 minutes after the start.
const NIGHT: &str = r#"
[[window]]
id = "night"
title = "The night"
length = "1h"
steps = ["fill", "look"]
[[step]]
id = "fill"
title = "Fill the table"
sql = "INSERT INTO t VALUES (2)"
undo = { sql = "DELETE FROM t WHERE a = 2" }
estimate = "5m"
[[step]]
id = "look"
title = "Look at it"
after = ["fill"]
manual = "Look."
estimate = "30m"
"#;

/// Returns the library that lies to a program about the time of day.
fn faketime() -> PathBuf {
    std::fs::read_dir("/usr/lib")
        .expect("a system has libraries")
        .map(|entry| entry.expect("it can be listed").path())
        .map(|folder| folder.join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .expect("faketime is not installed; run scripts/install.sh test")
}

/// A session that the journal says began so long ago and that waits for a person, and the window on it.
async fn begun(ago: &str) -> (Desk, Driven) {
    let desk = Desk::new(NIGHT);
    run(Command::new(stopover())
        .args(["run", &desk.plan().to_string_lossy()])
        .args(["--bind", &desk.bind(), "--trust", "--detach"])
        .env("STOPOVER_JOURNAL", desk.journal())
        .env("LD_PRELOAD", faketime())
        .env("FAKETIME", format!("-{ago}"))
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1"));
    desk.session(|session| session.state == State::Waiting);
    let window = Driven::open(&desk.scratch, &[]).await;
    window.click("place-history").await;
    window.click("open-session").await;
    window.session("waiting").await;
    (desk, window)
}

impl Driven {
    /// Waits until the cockpit says that the latest start of a rollback is this near, and how.
    async fn warns(&self, near: &str, words: &str) {
        let part = format!("[data-testid=rollback-by][data-near={near}]");
        self.wait(&part).await;
        self.reads("rollback-by", words).await;
        self.in_sight("rollback-by").await;
    }

    /// Returns whether a screen reader is told of it unasked.
    async fn is_told(&self) -> bool {
        let part = self.wait("[data-testid=rollback-by]").await;
        let role = part.attr("role").await.expect("it is there");
        role.as_deref() == Some("status")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cockpit_warns_when_the_latest_start_of_a_rollback_is_near_and_no_more_once_it_runs() {
    let (_desk, window) = begun("20m").await;
    window.warns("far", "start a rollback by").await;
    assert!(!window.is_told().await);
    window.close().await;

    let (desk, window) = begun("50m").await;
    window.warns("near", "start a rollback by").await;
    assert!(window.is_told().await);
    window.picture("48-rollback-near").await;
    window.picture_in("dark", "48-rollback-near-dark").await;
    assert_eq!(desk.rows(), 2);
    window.click("rollback").await;
    window.confirm().await;
    window.over("rolled_back").await;
    window.gone("rollback-by").await;
    assert_eq!(desk.rows(), 1);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cockpit_says_when_it_is_too_late_to_roll_back_within_the_window() {
    let (desk, window) = begun("70m").await;
    window
        .warns("passed", "Too late to roll back within the window")
        .await;
    window.reads("rollback-by", " ago").await;
    assert!(window.is_told().await);
    window.picture("49-rollback-passed").await;
    window.picture_in("dark", "49-rollback-passed-dark").await;
    // It is a warning; whoever rolls back all the same may.
    window.click("rollback").await;
    window.confirm().await;
    window.over("rolled_back").await;
    assert_eq!(desk.rows(), 1);
    window.close().await;
}
