//! Notices of the system: what a person must know while another program is in front.

use notify_rust::Notification;

use crate::problem::aside;
use crate::view::Problem;

/// Shows a notice; returns whether the system took it. Nothing depends on that.
#[tauri::command]
pub(crate) async fn notify(title: String, body: String) -> Result<bool, Problem> {
    aside(move || {
        let shown = Notification::new()
            .appname("Stopover")
            .summary(&title)
            .body(&inert(&body))
            .show();
        Ok(shown.is_ok())
    })
    .await
}

/// Returns the text with what a notice server would take for markup written out.
fn inert(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_has_no_markup() {
        assert_eq!(inert("<b>a</b> & b"), "&lt;b&gt;a&lt;/b&gt; &amp; b");
    }
}
