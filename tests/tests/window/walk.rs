//! The whole job in one go on a real PostgreSQL: from no plan at all to two of its sessions side by side.

use std::path::PathBuf;

use stopover_plan::Session;
use stopover_plan::event::Outcome;
use stopover_plan::session::{State, Status};

use crate::cockpit_address::holding;
use crate::doors::status;
use crate::driver::Driven;
use crate::walk_plan::{Job, PASSWORD, connect, edit, make};

/// Opens the gate as ana.
async fn approve(window: &Driven) {
    window.session("waiting").await;
    window.reads("waits", "Is the shop closed?").await;
    window.click("approve").await;
    window.write("who", "ana").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
}

/// Waits until this step is the one that failed.
async fn fails(window: &Driven, step: &str) {
    window
        .wait(&format!("[data-testid=failed][data-step={step}]"))
        .await;
}

/// The first session: a gate, a page loaded again, a check that fails, a retry in vain and a good one, a skip, the way back.
async fn first(job: &Job, window: &Driven) {
    window.click("run").await;
    window.holds("bind-main", "shop").await;
    window.reads("what-runs", "DROP COLUMN note").await;
    window.click("trust").await;
    window.click("start").await;
    window.session("waiting").await;
    assert_eq!(job.columns(), "id,amount,note");
    window.client.refresh().await.expect("the page loads again");
    window.session("waiting").await;
    assert_eq!(job.sql("SELECT count(note) FROM orders"), "0");
    approve(window).await;

    fails(window, "count-the-orders").await;
    window.reads("failure", "499").await;
    window.click("retry").await;
    window.confirm().await;
    job.session(|session| {
        session.state == State::Failed && starts(session, "count-the-orders") == 2
    });
    assert_eq!(job.sql("SELECT count(note) FROM orders"), "499");
    job.sql("INSERT INTO orders VALUES (500, 3, 'late')");
    window.session("failed").await;
    window.click("retry").await;
    window.confirm().await;
    fails(window, "someone-looked").await;
    window.see_step("count-the-orders", "succeeded").await;
    window.picture("61-walk-failed").await;

    window.click("skip").await;
    assert!(!window.is_enabled("confirm-ask").await, "not without why");
    window.write("note", "nobody had to look").await;
    window.confirm().await;
    window.over("succeeded").await;
    let session = job.session(|session| session.state == State::Finished);
    assert_eq!(starts(&session, "count-the-orders"), 3);
    assert_eq!(status(&session, "someone-looked"), Some(Status::Skipped));

    window.click("rollback").await;
    window.reads("ask", "2 undos will run").await;
    window.confirm().await;
    window.over("rolled_back").await;
    assert_eq!(job.columns(), "id,amount", "the column is taken back");
    let session = job.session(|session| session.state == State::Finished);
    assert_eq!(session.outcome, Some(Outcome::RolledBack));
    export(job, window).await;
}

/// Returns how often a step was begun.
fn starts(session: &Session, step: &str) -> u32 {
    let found = session.steps.iter().find(|known| known.id == step);
    found.map_or(0, |step| step.starts)
}

/// Writes the report, and reads in it what was decided.
async fn export(job: &Job, window: &Driven) {
    let report = job.scratch.write("report.html", "of somebody else");
    window.click("export").await;
    window.write("report-file", &report.to_string_lossy()).await;
    window.click("write-report").await;
    window.reads("report-refusal", "already").await;
    let kept = std::fs::read_to_string(&report).expect("it is there");
    assert_eq!(kept, "of somebody else");
    window.reads("write-report", "Replace it").await;
    window.click("write-report").await;
    window.see("written").await;
    let text = std::fs::read_to_string(&report).expect("the report was written");
    for part in [
        "Notes for orders",
        "Is the shop closed?",
        "ana",
        "nobody had to look",
        "ALTER TABLE orders DROP COLUMN note",
        "Rolled back",
    ] {
        assert!(text.contains(part), "the report says {part:?}");
    }
    let session = job.session(|_| true);
    assert!(text.contains(&session.id), "it says which session it is of");
}

/// The second session, with what the first one missed in the database, and a window that is closed in its middle.
async fn second(job: &Job, window: Driven) -> Driven {
    job.sql("INSERT INTO seen VALUES ('bo')");
    window.click("place-plans").await;
    // It lies open still, although the page was loaded again.
    window.reads("plan-name", "Notes for orders").await;
    window.click("run").await;
    window.see("what-runs").await;
    window.click("start").await;
    window.gone("start-sheet").await;
    window.session("waiting").await;
    let window = window.open_again(&[]).await;
    window.click("place-history").await;
    window.lists(2).await;
    window.click("open-session").await;
    approve(&window).await;
    window.over("succeeded").await;
    assert_eq!(
        job.sql("SELECT count(*), count(*) FILTER (WHERE note = 'of ' || id) FROM orders"),
        "500|500"
    );
    window
}

/// Both sessions side by side, on screen and in a file.
async fn compare(job: &Job, window: &Driven) {
    window.click("place-history").await;
    window.lists(2).await;
    window.tick_line(1).await;
    window.tick_line(2).await;
    window.click("compare").await;
    window.reads("side-left", "rolled back").await;
    window.reads("side-right", "succeeded").await;
    window
        .reads("totals", "1 of 2 checks ended otherwise")
        .await;
    window.picture("62-walk-compare").await;
    let file = job.scratch.join("both.csv");
    window.click("export-compare").await;
    window.write("compare-file", &file.to_string_lossy()).await;
    window.click("write-compare").await;
    window.gone("compare-export").await;
    let text = std::fs::read_to_string(&file).expect("the comparison was written");
    for line in [
        "add-the-column,Add the column,undone,succeeded,",
        "count-the-orders,Count the orders,succeeded,succeeded,",
        "someone-looked,Someone looked,skipped,succeeded,",
    ] {
        assert!(text.contains(line), "{line} is in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_job_is_walked_from_no_plan_to_two_sessions_side_by_side() {
    let job = Job::new();
    let window = Driven::open(&job.scratch, &[]).await;
    window.resize(1500, 1000).await;
    make(&job, &window).await;
    connect(&job, &window).await;
    edit(&job, &window).await;
    first(&job, &window).await;
    let window = second(&job, window).await;
    compare(&job, &window).await;
    assert!(!window.everything().await.contains(PASSWORD));
    assert_eq!(holding(job.scratch.path(), PASSWORD), Vec::<PathBuf>::new());
    window.close().await;
}
