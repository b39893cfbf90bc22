//! The real window, driven as a person would: it opens a plan, runs it, is told of failures, signs, rolls back, exports.

#[path = "window/acts.rs"]
mod acts;
#[path = "window/axe.rs"]
mod axe;
#[path = "window/cockpit.rs"]
mod cockpit;
#[path = "window/cockpit_address.rs"]
mod cockpit_address;
#[path = "window/cockpit_log.rs"]
mod cockpit_log;
#[path = "window/cockpit_notices.rs"]
mod cockpit_notices;
#[path = "window/cockpit_time.rs"]
mod cockpit_time;
#[path = "window/damage.rs"]
mod damage;
#[path = "window/databases.rs"]
mod databases;
#[path = "window/document.rs"]
mod document;
#[path = "window/document_keys.rs"]
mod document_keys;
#[path = "window/doors.rs"]
mod doors;
#[path = "window/driver.rs"]
mod driver;
#[path = "window/editing.rs"]
mod editing;
#[path = "window/graph.rs"]
mod graph;
#[path = "window/history.rs"]
mod history;
#[path = "window/keyboard.rs"]
mod keyboard;
#[path = "window/moments.rs"]
mod moments;
#[path = "window/opening.rs"]
mod opening;
#[path = "window/paper.rs"]
mod paper;
#[path = "window/production.rs"]
mod production;
#[path = "window/schema.rs"]
mod schema;
#[path = "window/servers.rs"]
mod servers;
#[path = "window/shifting.rs"]
mod shifting;
#[path = "window/sight.rs"]
mod sight;
#[path = "window/timeline.rs"]
mod timeline;
#[path = "window/walk.rs"]
mod walk;
#[path = "window/walk_plan.rs"]
mod walk_plan;

use driver::Driven;
use rusqlite::Connection;
use stopover_tests::Scratch;

/// Makes the example and its database in a scratch folder.
fn example(scratch: &Scratch) -> (std::path::PathBuf, std::path::PathBuf) {
    let folder = scratch.example("audit-fields");
    let file = folder.join("app.db");
    let database = Connection::open(&file).expect("a scratch folder takes a database");
    let setup =
        std::fs::read_to_string(folder.join("setup.sqlite.sql")).expect("is in the example");
    database.execute_batch(&setup).expect("the setup runs");
    (folder.join("sqlite.plan.toml"), file)
}

fn change(file: &std::path::Path, sql: &str) {
    let database = Connection::open(file).expect("the database opens");
    database
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}"))
        .expect("the change runs");
}

fn number(file: &std::path::Path, sql: &str) -> i64 {
    let database = Connection::open(file).expect("the database opens");
    database
        .query_row(sql, [], |row| row.get(0))
        .expect("the query answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_seen_run_mended_signed_exported_and_rolled_back() {
    let scratch = Scratch::new();
    let (plan, file) = example(&scratch);
    // A character nobody owns: the plan's first check is to find it.
    let owner = number(&file, "SELECT player_owner_id FROM characters WHERE id = 1");
    change(
        &file,
        "UPDATE characters SET player_owner_id = 99999999 WHERE id = 1",
    );
    let bind = format!("main=sqlite:{}", file.display());
    let window = Driven::open(&scratch, &[&plan.to_string_lossy(), "--bind", &bind]).await;

    window.see("plan-name").await;
    window.see("node-maintenance-on").await;
    window.picture("1-graph").await;
    window.dress("dark").await;
    window.picture("1-graph-dark").await;
    window.dress("light").await;
    window.click("tab-timeline").await;
    window.see("bar-maintenance-on").await;
    window.picture("2-timeline").await;
    window.click("tab-steps").await;
    window.click("step-columns-items").await;
    window.reads("does", "ALTER TABLE items").await;
    window.picture("3-steps").await;

    window.click("run").await;
    window.see("what-runs").await;
    assert!(
        !window.is_enabled("start").await,
        "an untrusted plan must not start"
    );
    window.click("trust").await;
    window.picture("4-start-sheet").await;
    window.click("start").await;

    window.session("failed").await;
    window.reads("failure", "player").await;
    window.log_shows("failed after").await;
    window.picture("5-failed-check").await;
    window.dress("dark").await;
    window.picture("5-failed-check-dark").await;
    window.dress("light").await;
    // Retried without a mend it fails again; mended it goes on.
    window.click("retry").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.session("failed").await;
    change(
        &file,
        &format!("UPDATE characters SET player_owner_id = {owner} WHERE id = 1"),
    );
    window.click("retry").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;

    window.session("waiting").await;
    window.picture("6-waits-for-signatures").await;
    let owed = window.owed().await;
    assert_eq!(owed.len(), 4, "the example asks for four signatures");
    for item in owed {
        window.click(&item).await;
        window.write("who", "Maria").await;
        window.write("note", "seen in the application").await;
        window.click("confirm-ask").await;
        window.gone("ask").await;
        window.gone(&item).await;
    }
    window.over("succeeded").await;
    assert_eq!(
        number(
            &file,
            "SELECT count(*) FROM characters WHERE created_by_id IS NULL"
        ),
        0
    );
    window.click("tab-timeline").await;
    window.picture("7-succeeded").await;

    let report = scratch.join("report.html");
    window.click("export").await;
    window.write("report-file", &report.to_string_lossy()).await;
    window.click("write-report").await;
    window.see("written").await;
    let text = std::fs::read_to_string(&report).expect("the report was written");
    assert!(text.contains("Maria"), "the report names who signed");

    window.click("rollback").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    // Taking it back closed the application again; opening it is owed on this way out too.
    window.see("finally").await;
    window.picture("8-still-owed").await;
    window.click("finally-yes").await;
    window.over("rolled_back").await;
    window.click("tab-graph").await;
    window.picture("9-rolled-back").await;
    let left = "SELECT count(*) FROM pragma_table_info('items') WHERE name = 'created_by_id'";
    assert_eq!(number(&file, left), 0, "the columns are taken back");

    window.click("place-history").await;
    window.see("open-session").await;
    window.picture("10-history").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_its_window_and_is_found_again() {
    let scratch = Scratch::new();
    let file = scratch.join("small.db");
    change(&file, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    let plan = scratch.write(
        "small.plan.toml",
        r#"
format = 1
name = "Small"
[target.main]
engine = "sqlite"
[[step]]
id = "count"
title = "There are two rows"
[[step.check]]
id = "two"
title = "Two rows"
sql = "SELECT count(*) FROM t"
expect = 2
[[step]]
id = "look"
title = "Look at the application"
manual = "Open the first page."
[[step]]
id = "add"
title = "Add a row"
sql = "INSERT INTO t VALUES (2)"
"#,
    );
    let bind = format!("main=sqlite:{}", file.display());
    let arguments = [
        plan.to_string_lossy().into_owned(),
        "--bind".to_owned(),
        bind,
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let window = Driven::open(&scratch, &arguments).await;
    window.start().await;
    window.session("failed").await;
    window.click("skip").await;
    assert!(
        !window.is_enabled("confirm-ask").await,
        "a step is skipped with a reason or not at all"
    );
    window.write("note", "one row is fine today").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.session("waiting").await;

    let window = window.open_again(&[]).await;
    window.click("place-history").await;
    window.click("open-session").await;
    window.session("waiting").await;
    window.click("sign").await;
    window.write("who", "Jo").await;
    window.click("confirm-ask").await;
    window.over("succeeded").await;
    assert_eq!(number(&file, "SELECT count(*) FROM t"), 2);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_plan_shows_its_problems_with_their_places() {
    let scratch = Scratch::new();
    let plan = scratch.write(
        "broken.plan.toml",
        "format = 1\nname = \"<script>alert(1)</script>\"\n[[step]]\nid = \"a\"\nafter = [\"nowhere\"]\nmanual = \"x\"\n",
    );
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.reads("plan-name", "<script>alert(1)</script>").await;
    window.reads("plan-problems", "nowhere").await;
    assert!(!window.is_enabled("run").await, "a broken plan cannot run");
    window.picture("11-broken-plan").await;
    window.close().await;
}
