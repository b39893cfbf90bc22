//! Takes a picture of every view of the real window: light and dark, small and large, with nothing, with a dozen steps,
//! with five thousand, with names too long for any line, and with what fails. Run by `scripts/screenshots.sh`.

#[expect(dead_code, reason = "the tests of the window use the rest")]
#[path = "../tests/window/driver.rs"]
mod driver;
#[path = "plans/mod.rs"]
mod plans;
#[expect(dead_code, reason = "the tests of the window use the rest")]
#[path = "../tests/window/sight.rs"]
mod sight;

use driver::Driven;
use serde_json::json;
use stopover_tests::{Scratch, workspace};

const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];
const THEMES: [&str; 2] = ["light", "dark"];
const TABS: [&str; 5] = ["document", "graph", "timeline", "steps", "checklist"];

/// The window and the name of what it shows.
struct Album<'w> {
    window: &'w Driven,
    of: String,
}

impl Album<'_> {
    /// Keeps a picture in every size and theme.
    async fn shoot(&self, view: &str) {
        for (width, height) in SIZES {
            self.window.resize(width, height).await;
            for theme in THEMES {
                let name = format!("views/{}-{view}-{width}x{height}-{theme}", self.of);
                self.window.picture_in(theme, &name).await;
            }
        }
        println!("{} {view}", self.of);
    }

    /// Shoots each tab of a plan or a session that the window has.
    async fn tabs(&self, of: &str) {
        for tab in TABS.into_iter().chain(["record"]) {
            let script = "const tab = document.querySelector(`[data-testid=tab-${arguments[0]}]`); \
                tab?.click(); return !!tab;";
            if self.runs(script, json!(tab)).await == json!(true) {
                self.shoot(&format!("{of}-{tab}")).await;
            }
        }
    }

    async fn runs(&self, script: &str, argument: serde_json::Value) -> serde_json::Value {
        let ran = self.window.client.execute(script, vec![argument]).await;
        ran.expect("the window answers")
    }

    async fn key(&self, key: &str, control: bool) {
        let script = "const [key, ctrlKey] = arguments[0]; document.body.dispatchEvent( \
            new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }));";
        self.runs(script, json!([key, control])).await;
    }

    /// Shoots a dialog that a button opens, and closes it again.
    async fn dialog(&self, button: &str, dialog: &str) {
        let there = "return !!document.querySelector( \
            `[data-testid=\"${arguments[0]}\"]:not([disabled])`)";
        if self.runs(there, json!(button)).await != json!(true) {
            return;
        }
        self.window.click(button).await;
        self.window.see(dialog).await;
        self.shoot(dialog).await;
        self.close(dialog).await;
    }

    async fn close(&self, dialog: &str) {
        let close =
            "document.querySelector('dialog[open] header button[aria-label=Close]')?.click()";
        self.runs(close, json!(null)).await;
        self.window.gone(dialog).await;
    }
}

/// A plan in all its views, and the sheets that open over it.
async fn plan(scratch: &Scratch, named: &plans::Named) {
    let path = scratch.write(&format!("{}.plan.toml", named.of), &named.text);
    let window = Driven::open(scratch, &[&path.to_string_lossy()]).await;
    window.see("plan-name").await;
    let album = Album {
        window: &window,
        of: named.of.to_owned(),
    };
    album.tabs("plan").await;
    album.dialog("add-list", "list-sheet").await;
    album.dialog("run", "start-sheet").await;
    window.close().await;
}

/// A session that stands at a failure, in all its views; then its end, and the history.
async fn session(scratch: &Scratch, named: &plans::Named) {
    let file = scratch.join(&format!("{}.db", named.of));
    let database = rusqlite::Connection::open(&file).expect("a scratch folder takes a database");
    let table = "CREATE TABLE t (n integer); INSERT INTO t VALUES (1)";
    database.execute_batch(table).expect("the table is made");
    let path = scratch.write(&format!("{}-run.plan.toml", named.of), &named.text);
    let bind = format!("main=sqlite:{}", file.display());
    let window = Driven::open(scratch, &[&path.to_string_lossy(), "--bind", &bind]).await;
    let album = Album {
        window: &window,
        of: named.of.to_owned(),
    };
    window.click("run").await;
    window.click("trust").await;
    album.shoot("start-trusted").await;
    window.click("start").await;
    window.session("failed").await;
    album.tabs("session").await;
    album.dialog("skip", "ask").await;
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
    window.close().await;
}

/// What there is without a plan: the empty places, the palette, the shortcuts, connections.
async fn empty(scratch: &Scratch) {
    let window = Driven::open(scratch, &[]).await;
    let album = Album {
        window: &window,
        of: "empty".to_owned(),
    };
    for place in ["plans", "session", "history", "databases"] {
        window.click(&format!("place-{place}")).await;
        album.shoot(place).await;
    }
    window.click("new-connection").await;
    window.see("url").await;
    album.shoot("new-connection").await;
    album.key("k", true).await;
    window.see("palette").await;
    album.shoot("palette").await;
    album.close("palette").await;
    album.key("?", false).await;
    window.see("shortcuts").await;
    album.shoot("shortcuts").await;
    window.close().await;
}

#[tokio::main]
async fn main() {
    let folder = workspace().join("target/screenshots/views");
    std::fs::create_dir_all(&folder).expect("target takes folders");
    let only = std::env::args().nth(1);
    let wanted = |of: &str| only.as_deref().is_none_or(|only| only == of);
    if wanted("empty") {
        empty(&Scratch::new()).await;
    }
    for named in plans::all().iter().filter(|named| wanted(named.of)) {
        let scratch = Scratch::new();
        plan(&scratch, named).await;
        if named.fails {
            session(&scratch, named).await;
        }
    }
    println!("The pictures are in {}.", folder.display());
}
