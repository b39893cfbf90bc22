//! The plan on paper: all of it and nothing of the window around it. A window that is driven prints nothing, so what is
//! meant for paper is shown on the screen.

use stopover_tests::Scratch;

use crate::driver::Driven;
use crate::example;

/// Shows on the screen what is meant for paper, and the other way round; a second call takes that back.
const TURN_TO_PAPER: &str = "for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) \
    if (rule instanceof CSSMediaRule) { \
      const other = { print: 'screen', screen: 'print' }[rule.media.mediaText]; \
      if (other) rule.media.mediaText = other; \
    }";

impl Driven {
    /// Asks for the plan on paper and shows the sheet where the window was.
    pub(crate) async fn on_paper(&self) {
        let asked = "document.body.dispatchEvent(new KeyboardEvent('keydown', \
            { key: 'p', ctrlKey: true, bubbles: true, cancelable: true }));";
        let asked = self.client.execute(asked, Vec::new()).await;
        asked.expect("the window takes the key");
        self.see("print-view").await;
        self.turn_paper().await;
    }

    /// Ends what [`Self::on_paper`] began, as the end of printing does.
    pub(crate) async fn off_paper(&self) {
        self.turn_paper().await;
        let done = "window.dispatchEvent(new Event('afterprint'));";
        let done = self.client.execute(done, Vec::new()).await;
        done.expect("the window answers");
        self.gone("print-view").await;
    }

    async fn turn_paper(&self) {
        let turned = self.client.execute(TURN_TO_PAPER, Vec::new()).await;
        turned.expect("the window answers");
    }

    /// Returns how many pixels of this the page shows.
    async fn height(&self, selector: &str) -> u64 {
        let script = format!("return document.querySelector('{selector}').offsetHeight;");
        let height = self.client.execute(&script, Vec::new()).await;
        let height = height.expect("the window answers");
        height.as_u64().expect("it is a number")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_on_paper_is_whole_and_has_no_navigation() {
    let scratch = Scratch::new();
    let (plan, _) = example(&scratch);
    let window = Driven::open_at(&scratch, &plan, "checklist", "checklist-progress").await;
    assert!(window.height(".window").await > 0);
    window.on_paper().await;
    assert_eq!(window.height(".window").await, 0, "no navigation, no tabs");
    // More than one screen of it: a page that could not grow would cut it there.
    assert!(window.height(".printed").await > 900);
    for part in [
        "Audit fields (SQLite)",
        "Announced downtime: 15m",
        // An item, a phase, the first step and the last, a criterion, a risk and a card.
        "Existing records can be edited",
        "The application is in maintenance.",
        "Back up the database and restore it once",
        "Prove that the application is open and still whole",
        "No character was lost or added",
        "The database is damaged: A backup that was restored and compared.",
        "Rows refer to a user who does not exist",
    ] {
        window.reads("print-view", part).await;
    }
    window.picture("60-plan-on-paper").await;
    window.picture_in("dark", "60-plan-on-paper-dark").await;
    window.off_paper().await;
    assert!(window.height(".window").await > 0, "the window is back");
    window.close().await;
}
