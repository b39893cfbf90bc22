//! The document of a plan, edited in the window: what is changed is in the file, and every other byte is as it was.

use serde_json::json;
use stopover_tests::Scratch;

use crate::driver::{Driven, css};

const CONTROL: &str = "\u{E009}";
const RELEASE: &str = "\u{E000}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

const PLAN: &str = r#"# Kept: a comment above everything.
format   =  1
name = "Small"     # odd spaces stay

[target.main]
engine = "sqlite"

# Kept: about the first step.
[[step]]
id = "fill"
title = "Fill the table"   # why it is called so
estimate = "5m"
sql = "INSERT INTO t VALUES (1)"
undo = { sql = 'DELETE FROM t' }

[[step]]
id = "count"
title = 'Count <img src=x onerror=alert(1)>'
check = { sql = "SELECT count(*) FROM t", expect = 1 } # inline

[[step]]
id = "from-file"
sql = { file = "more.sql" }

[[risk]]
id = "full"
title = "The disk is full"
# the end
"#;

/// Puts a text in the place of what an open field holds, as pasting does.
pub(crate) async fn paste(window: &Driven, testid: &str, text: &str) {
    let script = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; \
        field.dispatchEvent(new Event('input', { bubbles: true }));";
    let field = css(&format!("{testid}-field"));
    window.wait(&field).await;
    let pasted = window
        .client
        .execute(script, vec![json!(field), json!(text)])
        .await;
    pasted.expect("the field takes text");
}

/// Opens a field and replaces its text; the key `end` ends the edit.
pub(crate) async fn retype(window: &Driven, testid: &str, text: &str, end: &str) {
    window.click(testid).await;
    paste(window, testid, text).await;
    window.press(&format!("{testid}-field"), end).await;
}

/// Opens the editor of a code block, writes after its text and saves.
pub(crate) async fn append(window: &Driven, testid: &str, text: &str) {
    window.click(testid).await;
    let field = format!("{testid}-field");
    window.press(&field, text).await;
    window
        .press(&field, &format!("{CONTROL}{ENTER}{RELEASE}"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_changes_only_what_is_edited_and_takes_it_back() {
    let scratch = Scratch::new();
    scratch.write("more.sql", "UPDATE t SET a = 2;\n");
    let plan = scratch.write("small.plan.toml", PLAN);
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.click("tab-document").await;
    window.see("block-step:fill").await;
    window.picture("20-document").await;
    window.picture_in("dark", "20-document-dark").await;

    retype(&window, "title-fill", "Never written", ESCAPE).await;
    window.reads("title-fill", "Fill the table").await;
    retype(&window, "title-fill", "Fill it", ENTER).await;
    let titled = PLAN.replace("\"Fill the table\"", "\"Fill it\"");
    window.writes(&plan, &titled).await;
    retype(&window, "estimate-fill", "soon", ENTER).await;
    window.reads("estimate-fill-problem", "no duration").await;
    paste(&window, "estimate-fill", "1h 30m").await;
    window.press("estimate-fill-field", ENTER).await;
    let estimated = titled.replace("estimate = \"5m\"", "estimate = \"1h30m\"");
    window.writes(&plan, &estimated).await;

    append(&window, "does-fill", ", (2)").await;
    let filled = estimated.replace("VALUES (1)", "VALUES (1), (2)");
    window.writes(&plan, &filled).await;
    append(&window, "undo-fill", " WHERE a = 2").await;
    let undone = filled.replace("'DELETE FROM t'", "\"DELETE FROM t WHERE a = 2\"");
    window.writes(&plan, &undone).await;
    append(&window, "check-count-1-query", " WHERE a = 1").await;
    let asked = undone.replace("count(*) FROM t", "count(*) FROM t WHERE a = 1");
    window.writes(&plan, &asked).await;
    window.reads("does-from-file", "UPDATE t SET a = 2").await;
    window.picture("21-document-edited").await;

    for text in [&undone, &filled, &estimated, &titled, PLAN] {
        window
            .press("title-fill", &format!("{CONTROL}z{RELEASE}"))
            .await;
        window.writes(&plan, text).await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_and_a_check_come_and_go_and_move_in_the_document() {
    let scratch = Scratch::new();
    scratch.write("more.sql", "UPDATE t SET a = 2;\n");
    let plan = scratch.write("small.plan.toml", PLAN);
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.click("tab-document").await;
    window.click("title-fill").await;
    window.press("title-fill-field", ESCAPE).await;
    window.click("below-fill").await;
    window.write("add-title", "Fill more").await;
    window.write("add-text", "INSERT INTO t VALUES (3)").await;
    window.picture("22-document-add").await;
    window.click("add-confirm").await;
    window.see("block-step:fill-more").await;
    let read = || std::fs::read_to_string(&plan).expect("the plan is there");
    let added = read();
    let above = PLAN.find("[[step]]\nid = \"count\"").expect("it is there");
    assert!(added.starts_with(&PLAN[..above]), "{added}");
    assert!(added.ends_with(&PLAN[above..]), "{added}");
    assert!(
        added.contains("sql = \"INSERT INTO t VALUES (3)\""),
        "{added}"
    );

    window.click("title-fill-more").await;
    window.press("title-fill-more-field", ESCAPE).await;
    window.click("up-fill-more").await;
    window
        .wait("[data-testid=\"block-step:fill-more\"][aria-label^=\"Step 1\"]")
        .await;
    let moved = read();
    assert!(
        moved.find("fill-more") < moved.find("id = \"fill\""),
        "{moved}"
    );
    window.click("remove-fill-more").await;
    window.gone("block-step:fill-more").await;
    window.writes(&plan, PLAN).await;

    window.click("add-check-count").await;
    window.write("add-title", "Not empty").await;
    window.write("add-text", "SELECT count(*) FROM t").await;
    window.write("add-expect", "at least 1").await;
    window.click("add-confirm").await;
    window.see("check-count-not-empty").await;
    assert!(read().contains("expect.min = 1"), "{}", read());
    window.click("check-count-not-empty-remove").await;
    window.gone("check-count-not-empty").await;
    window.close().await;
}
