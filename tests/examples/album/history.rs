//! Sessions that are over: their list, one as it was, two side by side, and what is written of them.

use std::path::Path;
use std::process::Command;

use stopover_tests::{Scratch, stopover};

use crate::album::Album;
use crate::plans;

/// Runs a plan in the terminal to an end, whichever it is.
fn run_once(scratch: &Scratch, plan: &Path, bind: &str) {
    let ended = Command::new(stopover())
        .args(["run", &plan.to_string_lossy(), "--bind", bind])
        .args(["--trust", "--unattended"])
        .env("STOPOVER_JOURNAL", scratch.join("journal/journal.db"))
        .output()
        .expect("stopover starts");
    assert!(ended.status.code().is_some(), "{ended:?}");
}

/// Seven sessions of three plans, one of them with a name as long as names get.
pub(crate) async fn shoot() {
    let scratch = Scratch::new();
    let file = scratch.join("shop.db");
    let database = rusqlite::Connection::open(&file).expect("a scratch folder takes a database");
    let reset =
        "DROP TABLE IF EXISTS t; CREATE TABLE t (n integer); INSERT INTO t VALUES (1), (2), (3)";
    database.execute_batch(reset).expect("the table is made");
    let bind = format!("main=sqlite:{}", file.display());
    let long = plans::long();
    let hostile = "<img src=x onerror=alert(1)> \u{202e}desrever\u{202c}";
    for (name, times) in [("Audit fields", 3), (&*long, 2), (hostile, 1)] {
        let text = plans::small(name, plans::COUNTED);
        let plan = scratch.write(&format!("{}.plan.toml", name.len()), text);
        for _ in 0..times {
            // Every run leaves a row more, so that the check of the second fails.
            run_once(&scratch, &plan, &bind);
        }
        database.execute_batch(reset).expect("the table is made");
    }
    let album = Album::open("history", &scratch, &[]).await;
    let window = &album.window;
    window.click("place-history").await;
    window.see("open-session").await;
    album.shoot("list").await;
    window.write("history-search", "nobody has this name").await;
    window.see("history-none").await;
    album.shoot("none").await;
    window.click("history-all").await;
    window.see("open-session").await;
    // The last two of the first plan: the one that failed and the one before it.
    for line in ["nth-last-child(1)", "nth-last-child(2)"] {
        let choose = format!("[data-testid=session-line]:{line} [data-testid=choose]");
        window
            .wait(&choose)
            .await
            .click()
            .await
            .expect("the line can be chosen");
    }
    album.shoot("chosen").await;
    window.click("compare").await;
    window.see("totals").await;
    album.shoot("compare").await;
    album.dialog("export-compare", "compare-export").await;
    window.click("close-compare").await;
    window.see("open-session").await;
    let failed = "[data-testid=session-line]:nth-last-child(2) [data-testid=open-session]";
    window
        .wait(failed)
        .await
        .click()
        .await
        .expect("a session can be opened");
    window.see("session").await;
    album.tabs("old").await;
    album.window.close().await;
}
