//! Waiting for what the window, or a plan's file, will show.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::elements::Element;

use super::{Driven, PATIENCE, css};

/// Pause between two looks: short beside what a person notices, long enough to leave the window the machine.
const PAUSE: Duration = Duration::from_millis(20);

impl Driven {
    /// Asks until there is an answer; out of patience, takes a picture of this name and says why there is none.
    pub(crate) async fn until<T>(
        &self,
        picture: &str,
        mut ask: impl AsyncFnMut() -> Result<T, String>,
    ) -> T {
        let began = Instant::now();
        loop {
            // A driver that does not answer at all is waited for no longer than a window that shows something else.
            let answer = tokio::time::timeout(2 * PATIENCE, ask()).await;
            match answer.unwrap_or_else(|_| panic!("the driver does not answer: {picture}")) {
                Ok(answer) => return answer,
                Err(why) if began.elapsed() > PATIENCE => {
                    self.picture(picture).await;
                    panic!("{why}\nThe window shows:\n{}", self.everything().await);
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Waits until something that the selector names is there.
    pub(crate) async fn wait(&self, selector: &str) -> Element {
        self.until("missing", async || {
            let found = self.client.find(Locator::Css(selector)).await;
            found.map_err(|error| format!("{selector} did not appear: {error}"))
        })
        .await
    }

    /// Waits until an element is there.
    pub(crate) async fn see(&self, testid: &str) {
        self.wait(&css(testid)).await;
    }

    /// Waits until an element is gone.
    pub(crate) async fn gone(&self, testid: &str) {
        self.until("still-there", async || {
            match self.client.find(Locator::Css(&css(testid))).await {
                Ok(_) => Err(format!("{testid} stays")),
                Err(_) => Ok(()),
            }
        })
        .await;
    }

    /// Waits until an element's text contains `part`.
    pub(crate) async fn reads(&self, testid: &str, part: &str) {
        self.see(testid).await;
        self.until("reads-otherwise", async || {
            let text = self.text(&css(testid)).await;
            if text.contains(part) {
                return Ok(());
            }
            Err(format!("{testid} should read {part:?} and reads {text:?}"))
        })
        .await;
    }

    /// Waits until a field holds this text.
    pub(crate) async fn holds(&self, testid: &str, text: &str) {
        let field = self.wait(&css(testid)).await;
        self.until("holds-otherwise", async || {
            let held = field.prop("value").await.expect("the field is there");
            if held.as_deref() == Some(text) {
                return Ok(());
            }
            Err(format!("{testid} should hold {text:?} and holds {held:?}"))
        })
        .await;
    }

    /// Waits until the graph shows a step in this status.
    pub(crate) async fn see_step(&self, step: &str, status: &str) {
        let node = css(&format!("node-{step}"));
        self.wait(&format!("{node}[data-status=\"{status}\"]"))
            .await;
    }

    /// Waits until the session is in this state.
    pub(crate) async fn session(&self, state: &str) {
        self.wait(&format!("{}[data-state=\"{state}\"]", css("session")))
            .await;
    }

    /// Waits until the session is over with this outcome.
    pub(crate) async fn over(&self, outcome: &str) {
        let session = css("session");
        self.wait(&format!(
            "{session}[data-state=\"finished\"][data-outcome=\"{outcome}\"]"
        ))
        .await;
    }

    /// Waits until the plan's file has this text.
    pub(crate) async fn writes(&self, plan: &Path, text: &str) {
        self.until("not-written", async || {
            let found = std::fs::read_to_string(plan).expect("the plan is there");
            if found == text {
                return Ok(());
            }
            Err(format!("the plan should read\n{text}\nand reads\n{found}"))
        })
        .await;
    }
}
