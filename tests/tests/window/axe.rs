//! Every view and every dialog under axe-core, in the real window and in each of its four looks.

#[path = "axe/databases.rs"]
mod databases;
#[path = "axe/judge.rs"]
mod judge;
#[path = "axe/plans.rs"]
mod plans;
#[path = "axe/session.rs"]
mod session;

use serde_json::json;

use crate::driver::Driven;

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
