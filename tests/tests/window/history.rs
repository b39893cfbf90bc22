//! History: sessions found by filter and search, one as it was, two of them side by side, and what is written of them.

use std::process::Command;

use stopover_tests::stopover;

use crate::change;
use crate::driver::Driven;
use crate::opening::Desk;

const STEPS: &str = r#"
[[step]]
id = "add"
title = "Add <b>a row</b>"
sql = "INSERT INTO t VALUES (2)"
[[step]]
id = "verify"
title = "Two rows are there"
after = ["add"]
[[step.check]]
id = "two"
title = "Two rows"
sql = "SELECT count(*) FROM t"
expect = 2
"#;

/// Runs the plan in the terminal to an end, whichever it is.
fn run_once(desk: &Desk) {
    let ended = Command::new(stopover())
        .args([
            "run",
            &desk.plan().to_string_lossy(),
            "--bind",
            &desk.bind(),
        ])
        .args(["--trust", "--unattended"])
        .env("STOPOVER_JOURNAL", desk.journal())
        .output()
        .expect("stopover starts");
    assert!(ended.status.code().is_some(), "{ended:?}");
}

impl Driven {
    /// Waits until the list has so many lines.
    pub(crate) async fn lists(&self, count: usize) {
        let script = "return document.querySelectorAll('[data-testid=session-line]').length;";
        self.until("lists-otherwise", async || {
            let found = self.client.execute(script, Vec::new()).await;
            let found = found.expect("the window answers");
            if found.as_u64() == Some(count as u64) {
                return Ok(());
            }
            Err(format!("{count} sessions should be listed, {found} are"))
        })
        .await;
    }

    /// Ticks the line of the list at this place, from 1.
    pub(crate) async fn tick_line(&self, place: usize) {
        let line = format!("[data-testid=session-line]:nth-child({place}) [data-testid=choose]");
        let field = self.wait(&line).await;
        field.click().await.expect("the line can be chosen");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_filtered_searched_and_two_of_them_held_side_by_side_and_exported() {
    let desk = Desk::new(STEPS);
    let file = desk.scratch.join("small.db");
    run_once(&desk);
    // A second run finds three rows: its check fails.
    run_once(&desk);
    change(&file, "DELETE FROM t; INSERT INTO t VALUES (1)");
    run_once(&desk);

    let window = Driven::open(&desk.scratch, &[]).await;
    window.click("place-history").await;
    window.lists(3).await;
    window.picture("50-history").await;
    window.picture_in("dark", "50-history-dark").await;
    window.choose("history-end", "failed").await;
    window.lists(1).await;
    window.choose("history-end", "succeeded").await;
    window.lists(2).await;
    window.write("history-search", "nobody has this name").await;
    window.see("history-none").await;
    window.picture("51-history-none").await;
    window.click("history-all").await;
    window.lists(3).await;
    assert!(!window.is_enabled("compare").await, "two are chosen first");

    window.tick_line(2).await;
    window.tick_line(3).await;
    window.click("compare").await;
    window.see("comparison").await;
    window.reads("side-left", "succeeded").await;
    window.reads("side-right", "failed").await;
    window.reads("compared-checks", "fail, found 3").await;
    window.reads("totals", "1 of 1 check ended otherwise").await;
    window.picture("52-compare").await;
    window.picture_in("dark", "52-compare-dark").await;
    window.resize(900, 600).await;
    window.picture("52-compare-small").await;
    window.click("swap").await;
    window.reads("side-left", "failed").await;

    for (name, part) in [
        ("both.md", "fail, found 3"),
        ("both.csv", "verify,Two rows are there,failed,succeeded,"),
    ] {
        let to = desk.scratch.join(name);
        window.click("export-compare").await;
        window.write("compare-file", &to.to_string_lossy()).await;
        window.click("write-compare").await;
        window.gone("compare-export").await;
        window.reads("compare-written", name).await;
        let text = std::fs::read_to_string(&to).expect("the comparison was written");
        assert!(text.contains(part), "{text}");
        assert!(name.ends_with("csv") || !text.contains("<b>"), "{text}");
    }
    let taken = desk.scratch.write("taken.md", "mine");
    window.click("export-compare").await;
    window.write("compare-file", &taken.to_string_lossy()).await;
    window.click("write-compare").await;
    window.reads("compare-refusal", "already").await;
    let kept = std::fs::read_to_string(&taken).expect("it is there");
    assert_eq!(kept, "mine");
    window.press("compare-file", "\u{e00c}").await;
    window.gone("compare-export").await;
    window.click("close-compare").await;
    window.lists(3).await;
    window.click("open-session").await;
    window.over("succeeded").await;
    window.click("tab-record").await;
    window.reads("record-checks", "Two rows").await;
    window.log_shows("session finished: succeeded").await;
    window.close().await;
}
