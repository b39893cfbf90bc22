//! Every view and every dialog under axe-core, in the real window and in each of its four looks.

use serde_json::{Value, json};
use stopover_tests::{Scratch, workspace};

use crate::driver::Driven;
use crate::{change, example};

/// Theme and contrast, as the window writes them at its root.
const LOOKS: [(&str, &str); 4] = [
    ("light", "usual"),
    ("dark", "usual"),
    ("light", "more"),
    ("dark", "more"),
];

/// What axe-core found, view by view.
struct Judge {
    source: String,
    found: Vec<String>,
    rules: usize,
}

impl Judge {
    fn new() -> Self {
        let file = workspace().join("ui/node_modules/axe-core/axe.min.js");
        Self {
            source: std::fs::read_to_string(file).expect("npm ci has installed axe-core"),
            found: Vec::new(),
            rules: 0,
        }
    }

    /// Looks at what the window shows now, in all its looks.
    async fn look(&mut self, window: &Driven, view: &str) {
        let there = window.client.execute("return !!window.axe", Vec::new());
        if there.await.expect("the window answers") != json!(true) {
            let source = format!("{}; window.axe = axe;", self.source);
            let put = window.client.execute(&source, Vec::new()).await;
            put.expect("axe-core is put into the window");
        }
        let before =
            "const look = document.documentElement.dataset; return [look.theme, look.contrast]";
        let before = window.client.execute(before, Vec::new()).await;
        let before = before.expect("the window answers");
        for (index, (theme, contrast)) in LOOKS.iter().enumerate() {
            // Names, roles and order are the same in every look; colours are not.
            let rules = match index {
                0 => json!({ "resultTypes": ["violations"] }),
                _ => json!({ "resultTypes": ["violations"], "runOnly": ["color-contrast"] }),
            };
            let script = "const [theme, contrast, rules, done] = arguments; \
                const look = document.documentElement.dataset; \
                look.theme = theme; look.contrast = contrast; \
                const ending = document.getAnimations().filter( \
                  (one) => one.effect.getComputedTiming().endTime !== Infinity); \
                Promise.allSettled(ending.map((one) => one.finished)) \
                  .then(() => window.axe.run(document, rules)) \
                  .then((result) => done({ ran: result.passes.length, violations: result.violations.map( \
                    (one) => ({ id: one.id, impact: one.impact, help: one.help, \
                      nodes: one.nodes.map((node) => node.html.slice(0, 200) + ' ' + \
                        node.any.map((check) => check.message).join('; ').slice(0, 240)) })) }), \
                    (error) => done({ failed: String(error) }));";
            let arguments = vec![json!(theme), json!(contrast), rules];
            let judged = window.client.execute_async(script, arguments).await;
            let judged = judged.expect("axe-core runs in the window");
            assert_eq!(judged["failed"], Value::Null, "axe-core failed on {view}");
            self.take(&judged, &format!("{view}, {theme}, contrast {contrast}"));
        }
        let back = "const look = document.documentElement.dataset; \
            [look.theme, look.contrast] = arguments[0];";
        let back = window.client.execute(back, vec![before]).await;
        back.expect("the window answers");
    }

    fn take(&mut self, judged: &Value, where_: &str) {
        self.rules += judged["ran"].as_u64().map_or(0, |ran| ran as usize);
        for violation in judged["violations"].as_array().into_iter().flatten() {
            let impact = violation["impact"].as_str().unwrap_or_default();
            if !["serious", "critical"].contains(&impact) {
                continue;
            }
            let nodes = violation["nodes"].as_array().map_or(&[][..], Vec::as_slice);
            let places: Vec<&str> = nodes.iter().take(4).filter_map(Value::as_str).collect();
            self.found.push(format!(
                "{where_}: {impact}: {} ({}), {} times\n    {}",
                violation["help"].as_str().unwrap_or_default(),
                violation["id"].as_str().unwrap_or_default(),
                nodes.len(),
                places.join("\n    ")
            ));
        }
    }

    fn says_nothing(self) {
        assert!(self.rules > 20, "axe-core has looked at something");
        assert!(self.found.is_empty(), "{}", self.found.join("\n"));
    }
}

impl Driven {
    /// Presses a key with Ctrl, or without, wherever the focus is.
    async fn key(&self, key: &str, control: &str) {
        let script = "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', \
            { key: arguments[0], ctrlKey: arguments[1] === 'ctrl', bubbles: true, cancelable: true }));";
        let pressed = self
            .client
            .execute(script, vec![json!(key), json!(control)]);
        pressed.await.expect("the window takes the key");
    }

    /// Closes the dialog that lies on top, by its own button.
    async fn close_dialog(&self, testid: &str) {
        let script =
            "document.querySelector('dialog[open] header button[aria-label=Close]').click();";
        self.client
            .execute(script, Vec::new())
            .await
            .expect("the dialog has a button that closes it");
        self.gone(testid).await;
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
    window.write("plan-path", &plan.to_string_lossy()).await;
    window.click("open-path").await;
    window.see("plan-name").await;
    for (tab, there) in [
        ("graph", "node-maintenance-on"),
        ("timeline", "bar-maintenance-on"),
        ("steps", "step-columns-items"),
        ("checklist", "checklist-progress"),
    ] {
        window.click(&format!("tab-{tab}")).await;
        window.see(there).await;
        judge.look(&window, tab).await;
    }
    window.click("add-list").await;
    window.see("list-sheet").await;
    judge.look(&window, "new checklist").await;
    window.close_dialog("list-sheet").await;
    let first = "return document.querySelector('[data-testid^=edit-item-]').dataset.testid";
    let first = window.client.execute(first, Vec::new()).await;
    let first = first.expect("the example has a checklist");
    window.click(first.as_str().expect("it has a name")).await;
    window.see("item-sheet").await;
    judge.look(&window, "an item").await;
    window.close_dialog("item-sheet").await;
    window.key("k", "ctrl").await;
    window.see("palette").await;
    judge.look(&window, "the palette").await;
    window.close_dialog("palette").await;
    window.key("?", "").await;
    window.see("shortcuts").await;
    judge.look(&window, "the shortcuts").await;
    window.close_dialog("shortcuts").await;
    window.click("run").await;
    window.see("what-runs").await;
    judge.look(&window, "the start sheet").await;
    judge.says_nothing();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_a_session_its_questions_and_the_history() {
    let scratch = Scratch::new();
    let (plan, file) = example(&scratch);
    change(
        &file,
        "UPDATE characters SET player_owner_id = 99999999 WHERE id = 1",
    );
    let bind = format!("main=sqlite:{}", file.display());
    let mut judge = Judge::new();
    let window = Driven::open(&scratch, &[&plan.to_string_lossy(), "--bind", &bind]).await;
    window.click("place-session").await;
    judge.look(&window, "no session").await;
    window.click("place-plans").await;
    window.see("plan-name").await;
    window.click("run").await;
    window.click("trust").await;
    window.click("start").await;
    window.session("failed").await;
    for (tab, there) in [
        ("graph", "node-maintenance-on"),
        ("timeline", "bar-maintenance-on"),
        ("steps", "step-columns-items"),
        ("checklist", "checklist-progress"),
    ] {
        window.click(&format!("tab-{tab}")).await;
        window.see(there).await;
        judge
            .look(&window, &format!("a failed session, {tab}"))
            .await;
    }
    for (button, what) in [("skip", "skipping"), ("rollback", "rolling back")] {
        window.click(button).await;
        window.see("ask").await;
        judge.look(&window, what).await;
        window.close_dialog("ask").await;
    }
    window.click("export").await;
    window.see("export-sheet").await;
    judge.look(&window, "exporting").await;
    window.close_dialog("export-sheet").await;
    window.click("abort").await;
    window.click("confirm-ask").await;
    window.over("aborted").await;
    judge.look(&window, "a session that is over").await;
    window.click("place-history").await;
    window.see("history").await;
    judge.look(&window, "the history").await;
    judge.says_nothing();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_the_databases() {
    let scratch = Scratch::new();
    let mut judge = Judge::new();
    let window = Driven::open(&scratch, &[]).await;
    window.click("place-databases").await;
    window.see("new-connection").await;
    judge.look(&window, "no connection").await;
    window.click("new-connection").await;
    window.see("url").await;
    judge.look(&window, "a new connection").await;
    judge.says_nothing();
    window.close().await;
}
