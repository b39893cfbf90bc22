//! Plans: none, a new one, its views, what is edited in them, and what is asked about it.

use serde_json::{Value, json};
use stopover_tests::Scratch;

use super::judge::Judge;
use crate::driver::Driven;
use crate::editing::{retitle, undo};
use crate::example;

/// A plan in which a reference leads nowhere, so that it cannot run.
const BROKEN: &str = r#"
format = 1
name = "Broken"
[target.main]
engine = "sqlite"
[[step]]
id = "fill"
title = "Fill the table"
after = ["nowhere"]
sql = "UPDATE t SET a = 1"
"#;

impl Driven {
    /// Clicks the first control whose name begins so.
    async fn click_first(&self, name: &str) {
        let script = "return document.querySelector(`[data-testid^=${arguments[0]}]`)?.dataset.testid ?? null;";
        let found = self.client.execute(script, vec![json!(name)]).await;
        match found.expect("the window answers") {
            Value::String(testid) => self.click(&testid).await,
            none => panic!("no control is called {name}…: {none}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_plans_their_views_and_their_dialogs() {
    let scratch = Scratch::new();
    let (plan, _) = example(&scratch);
    let mut judge = Judge::new();
    let window = Driven::open(&scratch, &[]).await;
    window.see("plan-path").await;
    judge.look(&window, "no plan").await;
    window.click("make-first-plan").await;
    window.see("new-plan").await;
    judge.look(&window, "a new plan").await;
    window.close_dialog("new-plan").await;

    window.write("plan-path", &plan.to_string_lossy()).await;
    window.click("open-path").await;
    window.see("plan-name").await;
    for (tab, there) in [
        ("graph", "node-maintenance-on"),
        ("steps", "step-columns-items"),
        ("timeline", "bar-maintenance-on"),
    ] {
        window.click(&format!("tab-{tab}")).await;
        window.see(there).await;
        judge.look(&window, tab).await;
    }
    window.click("export-timeline").await;
    window.see("timeline-sheet").await;
    judge.look(&window, "exporting the timeline").await;
    window.close_dialog("timeline-sheet").await;

    window.click("tab-checklist").await;
    window.see("checklist-progress").await;
    judge.look(&window, "checklists").await;
    window.click("add-list").await;
    window.see("list-sheet").await;
    judge.look(&window, "a new checklist").await;
    window.close_dialog("list-sheet").await;
    window.click_first("edit-item-").await;
    window.see("item-sheet").await;
    judge.look(&window, "an item").await;
    window.close_dialog("item-sheet").await;
    window.on_paper().await;
    judge.look(&window, "the plan on paper").await;
    window.off_paper().await;

    window.key("k", "ctrl").await;
    window.see("palette").await;
    judge.look(&window, "the palette").await;
    window.close_dialog("palette").await;
    window.key("?", "").await;
    window.see("shortcuts").await;
    judge.look(&window, "the shortcuts").await;
    window.picture("61-shortcuts").await;
    window.close_dialog("shortcuts").await;
    window.click("run").await;
    window.see("what-runs").await;
    judge.look(&window, "the start sheet").await;
    window.close_dialog("start-sheet").await;

    window.key("w", "ctrl").await;
    window.see("recent-plans").await;
    judge.look(&window, "plans that were open").await;
    judge.says_nothing();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_the_document_its_editors_and_what_it_asks() {
    let scratch = Scratch::new();
    let (plan, _) = example(&scratch);
    let text = std::fs::read_to_string(&plan).expect("the example is there");
    let broken = scratch.write("broken.plan.toml", BROKEN);
    let mut judge = Judge::new();
    let window = Driven::open_at(&scratch, &plan, "steps", "step-maintenance-on").await;
    window.click("step-maintenance-on").await;
    window.click("tab-document").await;
    window.see("block-step:maintenance-on").await;
    judge.look(&window, "the document").await;
    window.click("title-maintenance-on").await;
    window.see("title-maintenance-on-field").await;
    judge.look(&window, "a title being changed").await;
    window.press("title-maintenance-on-field", "\u{E00C}").await;
    window.gone("title-maintenance-on-field").await;
    window.click("does-maintenance-on").await;
    window.see("does-maintenance-on-field").await;
    judge.look(&window, "SQL being changed").await;
    window.press("does-maintenance-on-field", "\u{E00C}").await;
    window.gone("does-maintenance-on-field").await;
    window.click("after-maintenance-on-add").await;
    window.see("after-maintenance-on-search").await;
    judge.look(&window, "a predecessor being chosen").await;
    window
        .press("after-maintenance-on-search", "\u{E00C}")
        .await;
    window.click("add-step").await;
    window.see("add-sheet").await;
    judge.look(&window, "a new step").await;
    window.close_dialog("add-sheet").await;

    retitle(&window, "maintenance-on", "Close it").await;
    let titled = |title: &str| text.replace("Close the application", title);
    window.writes(&plan, &titled("Close it")).await;
    std::fs::write(&plan, titled("Theirs")).expect("the example can be written");
    window.reads("title-maintenance-on", "Theirs").await;
    undo(&window, "tab-document").await;
    window.see("clash").await;
    judge.look(&window, "two changes of one place").await;
    window.click("clash-theirs-keep").await;
    window.gone("clash").await;
    // The last blocks of the outline: checklists, risks, criteria and cards.
    window.press("block-step:maintenance-on", "\u{E010}").await;
    window.wait("[data-testid^=risk-title-]").await;
    judge.look(&window, "the end of the document").await;
    std::fs::remove_file(&plan).expect("the example is there");
    window.see("plan-gone").await;
    judge.look(&window, "a plan that is gone").await;

    window.key("w", "ctrl").await;
    window.write("plan-path", &broken.to_string_lossy()).await;
    window.click("open-path").await;
    window.see("plan-problems").await;
    window.see("problems-here").await;
    judge.look(&window, "a plan with problems").await;
    judge.says_nothing();
    window.close().await;
}
