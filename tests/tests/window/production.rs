//! Production: nothing runs there before its name is typed and a reason given.

use stopover_journal::Journal;
use stopover_plan::model::Environment;
use stopover_tests::Scratch;

use crate::driver::Driven;
use crate::{change, number};

const PLAN: &str = r#"
format = 1
name = "Close the month"
[target.main]
engine = "sqlite"
[[step]]
id = "add"
title = "Add a row"
sql = "INSERT INTO t VALUES (2)"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn production_is_confirmed_by_name_and_reason_before_anything_runs() {
    let scratch = Scratch::new();
    let file = scratch.join("shop.db");
    change(&file, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    let plan = scratch.write("month.plan.toml", PLAN);
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.see("plan-name").await;
    window.click("place-databases").await;
    window.click("new-connection").await;
    window.write("name", "shop").await;
    window
        .write("url", &format!("sqlite:{}", file.display()))
        .await;
    window.click("fill").await;
    window.holds("database", &file.to_string_lossy()).await;
    window.click("environment-production").await;
    window.click("save").await;
    window.see("connection-shop").await;

    window.click("place-plans").await;
    window.click("run").await;
    window.holds("bind-main", "shop").await;
    window.see("confirm-production").await;
    window.click("trust").await;
    window.reads("missing", "Type the name of the plan").await;
    assert!(!window.is_enabled("start").await);
    window.write("confirm", "close the month").await;
    window.write("reason", "the copy is of yesterday").await;
    window.reads("missing", "Type the name of the plan").await;
    assert!(!window.is_enabled("start").await, "letter by letter");
    window.write("confirm", "Close the month").await;
    window.write("reason", " ").await;
    window.reads("missing", "Say why").await;
    assert!(!window.is_enabled("start").await, "no reason, no run");
    window.picture("20-production").await;
    // A form is sent by a key, too.
    window.press("confirm", "\u{E007}").await;
    window.reads("missing", "Say why").await;
    assert_eq!(number(&file, "SELECT count(*) FROM t"), 1);

    window.write("reason", "the copy is of yesterday").await;
    assert!(window.is_enabled("start").await);
    window.picture_in("dark", "20-production-dark").await;
    window.click("start").await;
    window.over("succeeded").await;
    window.picture("21-production-session").await;
    window.dress("dark").await;
    window.picture("21-production-session-dark").await;
    assert_eq!(number(&file, "SELECT count(*) FROM t"), 2);
    let journal = Journal::open(&scratch.join("journal/journal.db")).expect("it opens");
    let id = journal.resolve("last").expect("there is a session");
    let session = journal.session(&id).expect("it is read");
    assert_eq!(session.environment, Environment::Production);
    assert_eq!(session.reason.as_deref(), Some("the copy is of yesterday"));
    window.close().await;
}
