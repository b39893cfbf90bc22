//! What a person does to a session in the window: a gate is approved, a pause asked for and ended.

use std::fs::OpenOptions;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stopover_journal::Journal;
use stopover_plan::event::Outcome;
use stopover_plan::session::{State, Status};
use stopover_tests::Scratch;

use crate::doors::status;
use crate::opening::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_is_approved_by_one_of_its_approvers_and_the_step_after_it_runs() {
    let desk = Desk::new(
        r#"
[[step]]
id = "go"
title = "Go or no-go"
gate = { question = "Is the application closed?", approvers = ["ana"] }
[[step]]
id = "add"
title = "Add a row"
after = ["go"]
sql = "INSERT INTO t VALUES (2)"
"#,
    );
    let window = desk.start().await;
    window.session("waiting").await;
    window.reads("waits", "Is the application closed?").await;
    window.picture("15-gate").await;
    window.click("approve").await;
    assert!(
        !window.is_enabled("confirm-ask").await,
        "an approval has a name"
    );
    window.write("who", "bob").await;
    window.click("confirm-ask").await;
    window.reads("ask-problem", "bob").await;
    window.picture("16-not-an-approver").await;
    window.picture_in("dark", "16-not-an-approver-dark").await;
    assert_eq!(desk.rows(), 1, "nothing runs past a gate");

    window.write("who", "ana").await;
    window.write("note", "closed since nine").await;
    window.confirm().await;
    window.over("succeeded").await;
    window.see_step("go", "succeeded").await;
    window.see_step("add", "succeeded").await;
    window.log_shows("ana").await;
    assert_eq!(desk.rows(), 2);
    let session = desk.session(|session| session.state == State::Finished);
    let gate = session.steps.iter().find(|step| step.id == "go");
    let approvals: Vec<_> = gate
        .expect("the gate is a step")
        .approvals
        .iter()
        .map(|approval| (approval.by.as_str(), approval.note.as_str()))
        .collect();
    assert_eq!(approvals, [("ana", "closed since nine")]);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_session_pauses_after_its_step_and_goes_on_when_asked() {
    let pipe = Scratch::new();
    let pipe = pipe.join("pipe");
    mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).expect("a scratch folder takes a pipe");
    // The step lasts until something opens the other end of its pipe.
    let desk = Desk::new(&format!(
        r#"
[[step]]
id = "hold"
title = "Wait for the other end"
command = ["cat", "{}"]
[[step]]
id = "add"
title = "Add a row"
after = ["hold"]
sql = "INSERT INTO t VALUES (2)"
"#,
        pipe.display()
    ));
    let window = desk.start().await;
    window.session("running").await;
    window.reads("running", "Wait for the other end").await;
    window.click("pause").await;
    window.picture("17-pause").await;
    window.confirm().await;
    // Asked for while a step runs: the step is not disturbed, and the wish can be taken back.
    let session = desk.session(|session| session.pause_requested);
    assert_eq!(status(&session, "hold"), Some(Status::Running));
    window.see("resume").await;
    window.see("pausing").await;
    window.picture("18-pausing").await;

    drop(
        OpenOptions::new()
            .write(true)
            .open(&pipe)
            .expect("the step reads the pipe"),
    );
    window.session("paused").await;
    window.see_step("hold", "succeeded").await;
    window.picture("19-paused").await;
    window.dress("dark").await;
    window.picture("19-paused-dark").await;
    assert_eq!(desk.rows(), 1, "nothing starts while it is paused");

    window.click("resume").await;
    window.over("succeeded").await;
    assert_eq!(desk.rows(), 2);
    let session = desk.session(|session| session.state == State::Finished);
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    let journal = Journal::open(&desk.journal()).expect("it opens");
    let events = journal.events(&session.id, 0, 1000).expect("it is read");
    let starts = events.iter().filter(
        |event| matches!(&event.body, stopover_plan::event::Body::StepStarted { step, .. } if step == "hold"),
    );
    assert_eq!(starts.count(), 1, "a pause runs nothing again");
    window.close().await;
}
