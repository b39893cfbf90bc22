//! The window, held in front of a camera: pictures in every size and look, and the ways to what is to be seen.

use serde_json::{Value, json};
use stopover_tests::Scratch;

use crate::driver::Driven;

const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];
const THEMES: [&str; 2] = ["light", "dark"];
const TABS: [&str; 6] = [
    "document",
    "graph",
    "timeline",
    "steps",
    "checklist",
    "record",
];

/// The window and the name of what it shows.
pub(crate) struct Album {
    pub(crate) window: Driven,
    of: String,
}

impl Album {
    /// Opens the window; its pictures are named after `of`.
    pub(crate) async fn open(of: &str, scratch: &Scratch, arguments: &[&str]) -> Self {
        Self::open_in(of, scratch, arguments, &[]).await
    }

    /// Does as [`Self::open`], with these variables in the window's environment.
    pub(crate) async fn open_in(
        of: &str,
        scratch: &Scratch,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        Self {
            window: Driven::open_in(scratch, arguments, environment).await,
            of: of.to_owned(),
        }
    }

    /// Keeps a picture in every size and theme.
    pub(crate) async fn shoot(&self, view: &str) {
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
    pub(crate) async fn tabs(&self, of: &str) {
        for tab in TABS {
            if self.tab(tab).await {
                // The graph of many steps is laid out aside.
                if tab == "graph" && self.press("[data-testid=graph-stage]").await {
                    let laid = "[data-testid=graph-stage]:not([data-places=\"0\"])";
                    self.window.wait(laid).await;
                }
                self.shoot(&format!("{of}-{tab}")).await;
            }
        }
    }

    /// Goes to a tab; returns whether there is one of this name.
    pub(crate) async fn tab(&self, tab: &str) -> bool {
        let script = "const tab = document.querySelector(`[data-testid=tab-${arguments[0]}]`); \
            tab?.click(); return !!tab;";
        self.runs(script, json!(tab)).await == json!(true)
    }

    /// Returns what a script returns.
    pub(crate) async fn runs(&self, script: &str, argument: Value) -> Value {
        let ran = self.window.client.execute(script, vec![argument]).await;
        ran.expect("the window answers")
    }

    /// Presses a key on the page.
    pub(crate) async fn key(&self, key: &str, control: &str) {
        let script = "const [key, held] = arguments[0]; document.body.dispatchEvent( \
            new KeyboardEvent('keydown', { key, ctrlKey: held === 'ctrl', bubbles: true, cancelable: true }));";
        self.runs(script, json!([key, control])).await;
    }

    /// Clicks what a selector names; returns whether it is there and enabled.
    pub(crate) async fn press(&self, selector: &str) -> bool {
        let script = "const one = document.querySelector(arguments[0]); \
            if (!one || one.disabled) return false; \
            one.scrollIntoView?.({ block: 'center' }); one.click(); return true;";
        self.runs(script, json!(selector)).await == json!(true)
    }

    /// Makes the window as small as the first pictures are.
    pub(crate) async fn small(&self) {
        self.window.resize(SIZES[0].0, SIZES[0].1).await;
    }

    /// Shoots a dialog that a button opens, and closes it again.
    pub(crate) async fn dialog(&self, button: &str, dialog: &str) {
        if self.open_dialog(button, dialog).await {
            self.shoot(dialog).await;
            self.close(dialog).await;
        }
    }

    /// Opens a dialog where its button is there and enabled.
    pub(crate) async fn open_dialog(&self, button: &str, dialog: &str) -> bool {
        let there = self.press(&format!("[data-testid=\"{button}\"]")).await;
        if there {
            self.window.see(dialog).await;
        }
        there
    }

    /// Closes the dialog that lies on top.
    pub(crate) async fn close(&self, dialog: &str) {
        let close = "[...document.querySelectorAll('dialog[open] header button[aria-label=Close]')].at(-1)?.click()";
        self.runs(close, json!(null)).await;
        self.window.gone(dialog).await;
    }

    /// Shoots what would be printed: the style of paper is put on the screen, and stays there.
    pub(crate) async fn print(&self) {
        let print = "window.print = () => {}; document.body.dispatchEvent( \
            new KeyboardEvent('keydown', { key: 'p', ctrlKey: true, bubbles: true, cancelable: true }));";
        self.runs(print, json!(null)).await;
        self.window.see("print-view").await;
        let swap = "const walk = (rules) => [...rules].forEach((rule) => { \
              const said = rule.media?.mediaText; \
              if (said === arguments[0][0]) rule.media.mediaText = 'all'; \
              else if (said === arguments[0][1]) rule.media.mediaText = 'not all'; \
            }); [...document.styleSheets].forEach((sheet) => walk(sheet.cssRules));";
        // Paper is white, whatever the look; a picture in one is enough.
        let paper = "document.documentElement.style.background = arguments[0];";
        self.runs(swap, json!(["print", "screen"])).await;
        self.runs(paper, json!("white")).await;
        for (width, height) in SIZES {
            self.window.resize(width, height).await;
            let name = format!("views/{}-print-{width}x{height}", self.of);
            self.window.picture_in("light", &name).await;
        }
        println!("{} print", self.of);
    }
}
