//! A plan in all its views, and the sheets that open over it; then a session of it that stands at a failure.

use serde_json::json;
use stopover_tests::Scratch;

use crate::album::Album;
use crate::plans::Named;

/// Shoots a plan, and where it comes to a failing check a session of it.
pub(crate) async fn shoot(named: &Named) {
    let scratch = Scratch::new();
    plan(&scratch, named).await;
    if named.fails {
        session(&scratch, named).await;
    }
}

async fn plan(scratch: &Scratch, named: &Named) {
    let path = scratch.write(&format!("{}.plan.toml", named.of), &named.text);
    let album = Album::open(named.of, scratch, &[&path.to_string_lossy()]).await;
    album.window.see("plan-name").await;
    album.tabs("plan").await;
    if named.text.contains("[[step]]") {
        document(&album).await;
        graph(&album, named).await;
    }
    album.tab("timeline").await;
    album.dialog("export-timeline", "timeline-sheet").await;
    album.tab("checklist").await;
    album.dialog("add-list", "list-sheet").await;
    album.dialog("edit-item-told", "item-sheet").await;
    album.dialog("run", "start-sheet").await;
    if named.text.contains("[[checklist]]") {
        album.key("k", "ctrl").await;
        album.window.see("palette").await;
        album.window.press("palette-text", "col").await;
        album.shoot("palette").await;
        album.close("palette").await;
        if named.fails {
            exported(&album, scratch, named).await;
        }
        album.print().await;
    } else if named.of == "5000-steps" {
        exported(&album, scratch, named).await;
    }
    album.window.close().await;
}

/// The document to its end, a field and a statement amid an edit, and the sheet that adds a step.
async fn document(album: &Album) {
    album.tab("document").await;
    album.small().await;
    let go = "const here = document.querySelector('[data-testid=document] article[aria-current]') \
          ?? document.querySelector('[data-testid=document] article'); \
        here.focus(); here.dispatchEvent( \
          new KeyboardEvent('keydown', { key: arguments[0], bubbles: true, cancelable: true }));";
    album.runs(go, json!("End")).await;
    let last = "[data-testid=document] article:last-child[aria-current]";
    album.window.wait(last).await;
    album.shoot("plan-document-end").await;
    album.runs(go, json!("Home")).await;
    album
        .window
        .wait("[data-testid=document] article:first-child[aria-current]")
        .await;
    album.small().await;
    if album.press("[data-testid=title-maintenance-on]").await {
        album.window.see("title-maintenance-on-field").await;
        album.shoot("plan-document-title").await;
        album
            .window
            .press("title-maintenance-on-field", "\u{E00C}")
            .await;
        album.small().await;
        if album.press("[data-testid=does-maintenance-on]").await {
            album.window.see("does-maintenance-on-field").await;
            album.shoot("plan-document-edit").await;
            album
                .window
                .press("does-maintenance-on-field", "\u{E00C}")
                .await;
        }
        album.small().await;
        if album.press("[data-testid=after-maintenance-on-add]").await {
            album.shoot("plan-document-after").await;
            album.key("Escape", "").await;
        }
    }
    album.dialog("add-step", "add-sheet").await;
}

/// The graph with a step opened to its statements, and the whole of it.
async fn graph(album: &Album, named: &Named) {
    album.tab("graph").await;
    album.small().await;
    album.press("[data-testid=graph-stage]").await;
    let laid = "[data-testid=graph-stage]:not([data-places=\"0\"])";
    album.window.wait(laid).await;
    if named.text.contains("maintenance-on") {
        album.window.see("expand-maintenance-on").await;
    }
    let opened = "const one = document.querySelector('[data-testid=expand-maintenance-on]'); \
        one?.click(); return !!one;";
    if album.runs(opened, json!(null)).await == json!(true) {
        album.window.see("details-maintenance-on").await;
        album.shoot("plan-graph-opened").await;
        album.runs(opened, json!(null)).await;
        album.window.gone("details-maintenance-on").await;
    }
    album.small().await;
    album.press("[data-testid=graph-fit]").await;
    album.shoot("plan-graph-whole").await;
}

/// The timeline as a picture of its own.
async fn exported(album: &Album, scratch: &Scratch, named: &Named) {
    let file = scratch.join("timeline.png");
    album.tab("timeline").await;
    album.open_dialog("export-timeline", "timeline-sheet").await;
    let window = &album.window;
    window.write("timeline-file", &file.to_string_lossy()).await;
    window.click("write-timeline").await;
    // A picture of so many lines could not be read, and is refused.
    if named.of == "5000-steps" {
        window.see("timeline-refusal").await;
        album.shoot("timeline-refused").await;
        album.close("timeline-sheet").await;
        return;
    }
    window.gone("timeline-sheet").await;
    let folder = stopover_tests::workspace().join("target/screenshots/views");
    let kept = folder.join(format!("{}-timeline-export.png", named.of));
    std::fs::copy(&file, kept).expect("target takes files");
}

/// A session that stands at a failure, in all its views; then its end, and the history.
async fn session(scratch: &Scratch, named: &Named) {
    let file = scratch.join(&format!("{}.db", named.of));
    let database = rusqlite::Connection::open(&file).expect("a scratch folder takes a database");
    let table = "CREATE TABLE t (n integer); INSERT INTO t VALUES (1)";
    database.execute_batch(table).expect("the table is made");
    let path = scratch.write(&format!("{}-run.plan.toml", named.of), &named.text);
    let bind = format!("main=sqlite:{}", file.display());
    let arguments = [&*path.to_string_lossy(), "--bind", &bind];
    let album = Album::open(named.of, scratch, &arguments).await;
    let window = &album.window;
    window.click("run").await;
    window.click("trust").await;
    album.shoot("start-trusted").await;
    window.click("start").await;
    window.session("failed").await;
    album.tabs("session").await;
    for (button, of) in [
        ("retry", "ask-retry"),
        ("skip", "ask-skip"),
        ("rollback", "ask-rollback"),
        ("abort", "ask-abort"),
    ] {
        if album.open_dialog(button, "ask").await {
            album.shoot(of).await;
            album.close("ask").await;
        }
    }
    album.dialog("export", "export-sheet").await;
    window.click("abort").await;
    window.click("confirm-ask").await;
    if named.text.contains("finally_for") {
        window.click("finally-no").await;
    }
    window.over("aborted").await;
    album.shoot("session-over").await;
    window.click("place-history").await;
    window.see("history").await;
    album.shoot("history").await;
    album.window.close().await;
}
