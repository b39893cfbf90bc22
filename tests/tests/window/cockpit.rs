//! The cockpit: what a failure offers, what each choice says before it acts, a page loaded again, a session in the way.

use std::process::Command;

use stopover_plan::session::Status;
use stopover_tests::{run, stopover};

use crate::change;
use crate::doors::{status, until};
use crate::driver::Driven;
use crate::opening::Desk;

const CLOSED: &str = r#"
[[step]]
id = "close"
title = "Close the shop"
command = ["true"]
[[step]]
id = "fill"
title = "Fill the table"
after = ["close"]
sql = "INSERT INTO t VALUES (2)"
undo = { sql = "DELETE FROM t WHERE a = 2" }
[[step]]
id = "drop"
title = "Drop what is old"
after = ["fill"]
sql = "CREATE TABLE old (a); DROP TABLE old"
[[step]]
id = "verify"
title = "Three rows are there"
after = ["drop"]
[[step.check]]
id = "three"
title = "Three rows"
sql = "SELECT count(*) FROM t"
expect = 3
[[step]]
id = "open"
title = "Open the shop"
after = ["verify"]
command = ["true"]
finally_for = "close"
[[card]]
id = "too-few"
issue = "Rows are missing."
symptoms = ["expected 3"]
solution = "Insert the missing row, then retry."
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_check_shows_its_card_and_every_choice_says_what_it_will_do() {
    let desk = Desk::new(CLOSED);
    let window = desk.start().await;
    window.session("failed").await;
    window.reads("card-matched", "Rows are missing.").await;
    window.reads("card-matched", "Insert the missing row").await;
    window.reads("finally", "Open the shop").await;
    let order = "const all = [...document.querySelectorAll('[data-testid=finally], [data-testid=failed]')]; \
        return all.map((block) => block.dataset.testid).join();";
    let order = window.client.execute(order, Vec::new()).await;
    assert_eq!(order.expect("the window answers"), "failed,finally");
    window.picture("40-failed-with-card").await;
    window.picture_in("dark", "40-failed-with-card-dark").await;

    window.click("retry").await;
    window.reads("ask", "“Open the shop” starts").await;
    window.picture("41-retry").await;
    window.leave("ask").await;
    window.click("skip").await;
    window.reads("ask", "“Open the shop” starts at once").await;
    window
        .reads("ask", "1 check that did not pass is not looked at again")
        .await;
    assert!(!window.is_enabled("confirm-ask").await);
    window.leave("ask").await;
    window.click("abort").await;
    window.reads("ask", "3 steps that succeeded stay").await;
    window.reads("ask", "“Open the shop”").await;
    window.picture("42-abort").await;
    window.leave("ask").await;
    window.click("rollback").await;
    window.reads("ask", "1 undo will run").await;
    window
        .reads("ask", "left as it is: “Drop what is old”")
        .await;
    window.picture("43-roll-back").await;
    window.picture_in("dark", "43-roll-back-dark").await;
    window.leave("ask").await;
    assert_eq!(desk.rows(), 2, "asking does nothing");

    change(&desk.database(), "INSERT INTO t VALUES (3)");
    window.click("retry").await;
    window.confirm().await;
    window.over("succeeded").await;
    window.click("tab-record").await;
    window.reads("record-checks", "Three rows").await;
    window.picture("44-record").await;
    window.picture_in("dark", "44-record-dark").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_loaded_again_goes_on_with_the_session_it_followed() {
    let desk = Desk::new(
        r#"
[[step]]
id = "go"
title = "Go or no-go"
gate = { question = "Go?", approvers = ["ana"] }
[[step]]
id = "add"
title = "Add a row"
after = ["go"]
sql = "INSERT INTO t VALUES (2)"
"#,
    );
    let window = desk.start().await;
    window.session("waiting").await;
    window
        .client
        .refresh()
        .await
        .expect("the page is loaded again");
    window.session("waiting").await;
    window.see_step("go", "paused").await;
    window.log_shows("gate waits").await;
    run(Command::new(stopover())
        .args(["approve", "go", "--as", "ana"])
        .env("STOPOVER_JOURNAL", desk.journal()));
    window.over("succeeded").await;
    assert_eq!(desk.rows(), 2);
    let session = until(&desk.journal(), |session| session.outcome.is_some());
    assert_eq!(status(&session, "add"), Some(Status::Succeeded));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aborted_session_says_what_is_left_to_do_by_hand_and_offers_nothing_that_is_over() {
    let desk = Desk::new(CLOSED);
    let window = desk.start().await;
    window.session("failed").await;
    window.reads("inspector", "SELECT count(*) FROM t").await;
    window.reads("failed", "retry").await;
    window.click("abort").await;
    window.confirm().await;
    window.click("finally-no").await;
    window.over("aborted").await;
    window.reads("over-owed", "Open the shop").await;
    window.log_shows("session finished").await;
    let text = window.everything().await;
    assert!(!text.contains("retry the step"), "{text}");
    window.picture("48-aborted").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_on_a_target_with_an_unfinished_session_leads_to_that_session() {
    let desk = Desk::new(
        r#"
[[step]]
id = "add"
title = "Add a row"
sql = "INSERT INTO t VALUES (2)"
[[step]]
id = "verify"
title = "Three rows are there"
after = ["add"]
[[step.check]]
id = "three"
title = "Three rows"
sql = "SELECT count(*) FROM t"
expect = 3
"#,
    );
    let window = desk.start().await;
    window.session("failed").await;
    let journal = desk.journal();
    let session = until(&journal, |session| session.failed_steps() == 1);
    let (runner, _) = session.runner.expect("a runner began it");
    let runner = nix::unistd::Pid::from_raw(i32::try_from(runner).expect("a process id is small"));
    nix::sys::signal::kill(runner, nix::sys::signal::Signal::SIGKILL).expect("it lives");
    window.session("interrupted").await;
    window.reads("interrupted", "The runner is gone").await;
    window.picture("46-interrupted").await;

    window.click("place-plans").await;
    window.click("run").await;
    window.click("start").await;
    window
        .reads("start-problem", "Open that session here")
        .await;
    let said = window.everything().await;
    assert!(
        !said.contains("`stopover"),
        "no terminal's command is named"
    );
    window.picture("47-unfinished").await;
    window.click("open-unfinished").await;
    window.session("interrupted").await;
    window.close().await;
}

impl Driven {
    /// Leaves a sheet by its key, and waits until it is gone.
    async fn leave(&self, testid: &str) {
        let body = self.client.active_element().await;
        let body = body.expect("something has the focus");
        body.send_keys("\u{E00C}")
            .await
            .expect("the key is pressed");
        self.gone(testid).await;
    }
}
