//! A session in production: its states, its questions, its proof on paper, and the history it ends up in.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use stopover_journal::Journal;
use stopover_plan::event::Body;
use stopover_tests::stopover;

use super::judge::Judge;
use crate::driver::Driven;
use crate::opening::Desk;

const STEPS: &str = r#"
[[phase]]
id = "night"
title = "The night"
[[step]]
id = "add"
title = "Add a row"
phase = "night"
estimate = "5s"
sql = "INSERT INTO t VALUES (2)"
undo = { sql = "DELETE FROM t WHERE a = 2" }
[[step]]
id = "verify"
title = "Ninety rows are there"
phase = "night"
after = ["add"]
[[step.check]]
id = "ninety"
title = "Ninety rows"
sql = "SELECT count(*) FROM t"
expect = 90
[[step]]
id = "go"
title = "Go or no-go"
after = ["verify"]
gate = { question = "Is the application closed?", approvers = ["ana"] }
[[step]]
id = "open"
title = "Open the shop"
after = ["go"]
manual = "Open it."
[[checklist]]
id = "people"
title = "What people look at"
before = "open"
[[checklist.item]]
id = "first-page"
title = "The first page opens"
owner = "support"
[[card]]
id = "too-few"
issue = "Rows are missing."
symptoms = ["expected 90"]
solution = "Insert the missing rows, then retry."
"#;

/// Runs the plan in the terminal until its check fails.
fn run_once(desk: &Desk) {
    let ended = Command::new(stopover())
        .args(["run", &desk.plan().to_string_lossy()])
        .args(["--bind", &desk.bind(), "--trust", "--unattended"])
        .env("STOPOVER_JOURNAL", desk.journal())
        .output()
        .expect("stopover starts");
    assert!(!ended.status.success(), "the check fails: {ended:?}");
}

/// Kills the runner of the newest session.
fn kill_runner(desk: &Desk) {
    let journal = Journal::open(&desk.journal()).expect("the journal opens");
    let id = journal.resolve("last").expect("there is a session");
    let events = journal.events(&id, 0, 1000).expect("it is read");
    let runner = events.iter().find_map(|event| match event.body {
        Body::RunnerStarted { pid, .. } => i32::try_from(pid).ok(),
        _ => None,
    });
    let runner = Pid::from_raw(runner.expect("a runner began"));
    kill(runner, Signal::SIGKILL).expect("the runner is there");
}

impl Driven {
    /// Saves a connection to the desk's database as one of production.
    async fn saves_production(&self, desk: &Desk) {
        self.click("place-databases").await;
        self.click("new-connection").await;
        self.write("name", "shop").await;
        self.choose("engine", "sqlite").await;
        self.write("database", &desk.database().to_string_lossy())
            .await;
        self.click("environment-production").await;
        self.click("save").await;
        self.see("connection-shop").await;
        self.click("place-plans").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_a_session_its_questions_and_the_history() {
    let desk = Desk::new(STEPS);
    run_once(&desk);
    let mut judge = Judge::new();
    let window = Driven::open(&desk.scratch, &[&desk.plan().to_string_lossy()]).await;
    window.see("plan-name").await;
    window.click("place-session").await;
    judge.look(&window, "no session").await;
    window.saves_production(&desk).await;
    window.click("run").await;
    window.see("confirm-production").await;
    judge.look(&window, "starting in production").await;
    window.write("confirm", "Small").await;
    window.write("reason", "the copy is of yesterday").await;
    window.click("start").await;

    window.session("failed").await;
    for (tab, there) in [
        ("graph", "node-verify"),
        ("timeline", "bar-verify"),
        ("steps", "step-verify"),
        ("checklist", "checklist-people"),
        ("record", "record-checks"),
    ] {
        window.click(&format!("tab-{tab}")).await;
        window.see(there).await;
        let view = format!("a failed session, {tab}");
        judge.look(&window, &view).await;
    }
    for (button, what) in [
        ("retry", "retrying"),
        ("rollback", "rolling back"),
        ("abort", "aborting"),
        ("skip", "skipping"),
    ] {
        window.click(button).await;
        window.see("ask").await;
        judge.look(&window, what).await;
        window.close_dialog("ask").await;
    }
    window.click("export").await;
    window.see("export-sheet").await;
    judge.look(&window, "exporting").await;
    window.close_dialog("export-sheet").await;

    window.click("skip").await;
    window.write("note", "there are fewer today").await;
    window.confirm().await;
    window.session("waiting").await;
    judge.look(&window, "a gate").await;
    window.click("approve").await;
    window.see("ask").await;
    judge.look(&window, "approving").await;
    window.close_dialog("ask").await;
    window.click("tab-checklist").await;
    window.click("sign-first-page").await;
    window.see("ask").await;
    let opened = "document.querySelector('dialog[open] details').open = true;";
    let opened = window.client.execute(opened, Vec::new()).await;
    opened.expect("evidence may come from a query");
    judge.look(&window, "signing with evidence").await;
    window.write("who", "Maria").await;
    window.write("evidence", "https://example.org/seen").await;
    window.confirm().await;
    window
        .wait("[data-testid=item-first-page][data-signed=true]")
        .await;
    judge.look(&window, "a signed item").await;

    kill_runner(&desk);
    window.session("interrupted").await;
    judge.look(&window, "an interrupted session").await;
    window.click("resume-session").await;
    window.see("resume-sheet").await;
    judge.look(&window, "going on").await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.session("waiting").await;
    window.click("abort").await;
    window.confirm().await;
    window.over("aborted").await;
    judge.look(&window, "a session that is over").await;
    window.on_paper().await;
    window.picture("62-session-on-paper").await;
    judge.look(&window, "a session on paper").await;
    window.off_paper().await;

    window.click("place-history").await;
    window.lists(2).await;
    judge.look(&window, "the history").await;
    window.tick_line(1).await;
    window.tick_line(2).await;
    window.click("compare").await;
    window.see("compared-checks").await;
    judge.look(&window, "two sessions side by side").await;
    window.click("export-compare").await;
    window.see("compare-export").await;
    judge.look(&window, "exporting a comparison").await;
    window.close_dialog("compare-export").await;
    window.click("close-compare").await;
    window.choose("history-end", "rolled_back").await;
    window.see("history-none").await;
    judge.look(&window, "no session is like that").await;
    judge.says_nothing();
    window.close().await;
}
