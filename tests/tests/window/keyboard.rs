//! The main job with the keyboard alone: not one click, and no key that is not pressed where the focus is.

use serde_json::{Value, json};
use stopover_tests::Scratch;

use crate::driver::Driven;
use crate::{example, number};

const CONTROL: char = '\u{E009}';
const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';
const DOWN: char = '\u{E015}';
const SPACE: char = ' ';

/// More places than any view has.
const PLACES: usize = 120;

impl Driven {
    /// Presses these keys one after the other, wherever the focus is.
    async fn keys(&self, keys: &str) {
        let keys: Vec<char> = keys.chars().collect();
        self.chord(&[], &keys).await;
    }

    /// Replaces what the field with the focus holds.
    async fn retype(&self, text: &str) {
        self.chord(&[CONTROL], &['a']).await;
        self.keys(text).await;
    }

    /// Returns what has the focus, by the name tests know it by.
    async fn focus(&self) -> String {
        let script = "const here = document.activeElement; \
            return here === document.body ? 'the page' : here?.dataset.testid ?? here?.getAttribute('aria-label') ?? here?.textContent.trim() ?? '';";
        match self.client.execute(script, Vec::new()).await {
            Ok(Value::String(name)) => name,
            other => panic!("the window says what has the focus: {other:?}"),
        }
    }

    /// Goes on with Tab until this element has the focus.
    async fn tab_to(&self, testid: &str) {
        self.wait(&format!("{}:not([disabled])", crate::driver::css(testid)))
            .await;
        let mut passed = Vec::new();
        for _ in 0..PLACES {
            let here = self.focus().await;
            if here == testid {
                return;
            }
            passed.push(here);
            self.chord(&[], &[TAB]).await;
        }
        self.picture("not-reached").await;
        panic!("{testid} cannot be reached with Tab; on the way were {passed:?}");
    }

    /// Goes to a button and presses it.
    async fn push(&self, testid: &str) {
        self.tab_to(testid).await;
        self.chord(&[], &[ENTER]).await;
    }

    /// Finds something in the palette and does it.
    async fn find(&self, words: &str) {
        self.chord(&[CONTROL], &['k']).await;
        self.see("palette").await;
        assert_eq!(self.focus().await, "palette-text");
        self.keys(words).await;
        self.holds("palette-text", words).await;
        self.chord(&[], &[ENTER]).await;
        self.gone("palette").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_opened_run_signed_exported_and_rolled_back_with_the_keyboard_alone() {
    let scratch = Scratch::new();
    let (plan, file) = example(&scratch);
    let window = Driven::untouched(&scratch, &[], &[]).await;
    window.see("no-plans").await;
    // Every click would be told here.
    let watch = "window.clicks = 0; addEventListener('pointerdown', () => window.clicks++, true);";
    let watched = window.client.execute(watch, Vec::new()).await;
    watched.expect("the window answers");

    // By its path the first time, and from then on by its name.
    window.tab_to("plan-path").await;
    window.keys(&plan.to_string_lossy()).await;
    window.chord(&[], &[ENTER]).await;
    window.reads("plan-name", "Audit fields").await;
    window.chord(&[CONTROL], &['w']).await;
    window.see("recent-plans").await;
    window.find("Open sqlite.plan.toml").await;
    window.reads("plan-name", "Audit fields").await;

    window.keys("g").await;
    window.see("node-maintenance-on").await;
    window.tab_to("graph-stage").await;
    window.chord(&[], &[DOWN]).await;
    window
        .reads("graph-said", "Prove what must hold before")
        .await;
    window.picture("70-keyboard-graph").await;

    // The start sheet: an address instead of a saved connection, then trust.
    window.chord(&[CONTROL], &['r']).await;
    window.see("start-sheet").await;
    window.tab_to("bind-main").await;
    window.keys("An").await;
    window.tab_to("address-main").await;
    window.keys(&format!("sqlite:{}", file.display())).await;
    assert!(
        !window.is_enabled("start").await,
        "not before it is trusted"
    );
    window.tab_to("trust").await;
    window.chord(&[], &[SPACE]).await;
    window.picture("71-keyboard-start").await;
    window.push("start").await;
    window.gone("start-sheet").await;

    window.session("waiting").await;
    let owed = window.owed().await;
    assert_eq!(owed.len(), 4, "the example asks for four signatures");
    for item in owed {
        window.push(&item).await;
        window.see("ask").await;
        assert_eq!(window.focus().await, "who");
        window.retype("Maria").await;
        window.tab_to("note").await;
        window.keys("seen in the application").await;
        window.push("confirm-ask").await;
        window.gone("ask").await;
        window.gone(&item).await;
    }
    window.over("succeeded").await;
    let filled = "SELECT count(*) FROM characters WHERE created_by_id IS NULL";
    assert_eq!(number(&file, filled), 0);

    let report = scratch.join("report.md");
    window.chord(&[CONTROL], &['e']).await;
    window.see("export-sheet").await;
    assert_eq!(window.focus().await, "report-file");
    window.retype(&report.to_string_lossy()).await;
    window.chord(&[], &[ENTER]).await;
    window.see("written").await;
    let text = std::fs::read_to_string(&report).expect("the report was written");
    assert!(text.contains("Maria"), "{text}");

    window.find("Roll back").await;
    window.see("ask").await;
    // A key by mistake takes nothing back: what has the focus first is the way out.
    assert_eq!(window.focus().await, "Cancel");
    window.push("confirm-ask").await;
    window.gone("ask").await;
    window.push("finally-yes").await;
    window.over("rolled_back").await;
    let left = "SELECT count(*) FROM pragma_table_info('items') WHERE name = 'created_by_id'";
    assert_eq!(number(&file, left), 0, "the columns are taken back");

    let clicks = window.client.execute("return window.clicks", Vec::new());
    assert_eq!(clicks.await.expect("the window answers"), json!(0));
    window.close().await;
}
