//! What can be seen of the window: its size and look, what of it lies in sight, and pictures of it.

use std::path::PathBuf;

use fantoccini::Locator;
use serde_json::json;
use stopover_tests::workspace;

use crate::driver::{Driven, css};

impl Driven {
    /// Waits until a line of the log with `part` lies in sight, not only in the document.
    pub(crate) async fn log_shows(&self, part: &str) {
        let script = "const log = document.querySelector('[data-testid=log]').getBoundingClientRect(); \
            return [...document.querySelectorAll('[data-testid=log] .line')].filter((line) => { \
              const box = line.getBoundingClientRect(); \
              const at = document.elementFromPoint(box.left + 2, box.top + box.height / 2); \
              return box.top >= log.top - 1 && box.bottom <= log.bottom + 1 && line.contains(at); \
            }).map((line) => line.textContent);";
        self.until("log-otherwise", async || {
            let seen = self.client.execute(script, Vec::new()).await;
            let seen = seen.expect("the window answers");
            let lines = seen.as_array().expect("it is a list");
            let shows =
                |line: &serde_json::Value| line.as_str().is_some_and(|line| line.contains(part));
            if lines.iter().any(shows) {
                return Ok(());
            }
            Err(format!("the log should show {part:?} and shows {seen}"))
        })
        .await;
    }

    /// Makes the window this large and waits until it is.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let resized = self.client.set_window_size(width, height).await;
        resized.expect("the window takes another size");
        let script = "return [window.innerWidth, window.innerHeight];";
        self.until("resized-otherwise", async || {
            let size = self.client.execute(script, Vec::new()).await;
            let size = size.expect("the window answers");
            if size == json!([width, height]) {
                return Ok(());
            }
            Err(format!(
                "the window should be {width} by {height} and is {size}"
            ))
        })
        .await;
    }

    /// Waits until all of an element lies in sight, not only in the document: in the window, and nothing over it.
    pub(crate) async fn in_sight(&self, testid: &str) {
        self.see(testid).await;
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); \
            const over = (x, y) => document.elementFromPoint(x, y)?.closest(arguments[0]); \
            const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2]; \
            return box.height > 0 && [[box.left + 2, y], [box.right - 2, y], [x, box.top + 2], [x, box.bottom - 2]] \
              .every(([x, y]) => !!over(x, y));";
        self.until("out-of-sight", async || {
            let seen = self.client.execute(script, vec![json!(css(testid))]).await;
            if seen.expect("the window answers") == json!(true) {
                return Ok(());
            }
            Err(format!("{testid} is out of sight"))
        })
        .await;
    }

    /// Changes to the dark or the light look by the button for it.
    pub(crate) async fn dress(&self, theme: &str) {
        let label = format!("{}[aria-label=\"Theme: {theme}\"]", css("theme"));
        for _ in 0..3 {
            if self.client.find(Locator::Css(&label)).await.is_ok() {
                break;
            }
            self.click("theme").await;
        }
        self.wait(&format!("[data-theme=\"{theme}\"] {label}"))
            .await;
    }

    /// Keeps a picture in another look where a dialog lies over the button for it.
    pub(crate) async fn picture_in(&self, theme: &str, name: &str) {
        let script = "const look = document.documentElement.dataset, before = look.theme; \
            look.theme = arguments[0]; return before;";
        let dressed = self.client.execute(script, vec![json!(theme)]).await;
        let before = dressed.expect("the window answers");
        self.picture(name).await;
        let dressed = self.client.execute(script, vec![before]).await;
        dressed.expect("the window answers");
    }

    /// Returns what a script says of an element.
    pub(crate) async fn measure(&self, script: &str, testid: &str) -> serde_json::Value {
        self.see(testid).await;
        let measured = self.client.execute(script, vec![json!(css(testid))]).await;
        measured.expect("the window answers")
    }

    /// Keeps a picture of the window in `target/screenshots`.
    pub(crate) async fn picture(&self, name: &str) {
        let folder: PathBuf = workspace().join("target/screenshots");
        std::fs::create_dir_all(&folder).expect("target takes folders");
        // The driver may hand out the frame before; two more make it this one.
        // What fades or slides has done so; what turns without end is not waited for.
        let drawn = "const done = arguments[0]; \
             const ending = document.getAnimations().filter( \
               (one) => one.effect.getComputedTiming().endTime !== Infinity); \
             Promise.allSettled(ending.map((one) => one.finished)).then(() => \
               requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))));";
        let waited = self.client.execute_async(drawn, Vec::new()).await;
        waited.expect("the window draws");
        let picture = self.client.screenshot().await.expect("the window is drawn");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("target takes files");
    }
}
