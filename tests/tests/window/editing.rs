//! A plan made from nothing in the window, edited, taken back, and changed outside meanwhile: nothing is ever lost.

use std::path::Path;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use stopover_tests::Scratch;

use crate::driver::Driven;

const CONTROL: &str = "\u{E009}";
const SHIFT: &str = "\u{E008}";
const RELEASE: &str = "\u{E000}";
const ENTER: &str = "\u{E007}";
/// A place of the document where no field has the keys.
const DOCUMENT: &str = "tab-document";

fn read(plan: &Path) -> String {
    std::fs::read_to_string(plan).expect("the plan is there")
}

/// Writes the file as another program would; returns what it is then.
pub(crate) fn outside(plan: &Path, from: &str, to: &str) -> String {
    let before = read(plan);
    assert!(before.contains(from), "{from} is not in {before}");
    let after = before.replace(from, to);
    std::fs::write(plan, &after).expect("the file can be written");
    after
}

/// Takes the last change back, by its keys and from this place.
pub(crate) async fn undo(window: &Driven, place: &str) {
    let keys = format!("{CONTROL}z{RELEASE}");
    window.press(place, &keys).await;
}

/// Makes again what was undone, by its keys and from this place.
pub(crate) async fn redo(window: &Driven, place: &str) {
    let keys = format!("{CONTROL}{SHIFT}z{RELEASE}");
    window.press(place, &keys).await;
}

/// Takes back, makes again and takes back once more, each key pressed as soon as the one before is up.
async fn in_one_breath(window: &Driven) {
    let mut keys = KeyActions::new("keys".to_owned());
    for held in [&['\u{E009}'][..], &['\u{E009}', '\u{E008}'], &['\u{E009}']] {
        for value in held {
            keys = keys.then(KeyAction::Down { value: *value });
        }
        keys = keys.then(KeyAction::Down { value: 'z' });
        keys = keys.then(KeyAction::Up { value: 'z' });
        for value in held {
            keys = keys.then(KeyAction::Up { value: *value });
        }
    }
    let pressed = window.client.perform_actions(keys).await;
    pressed.expect("the window takes keys");
}

/// Makes again what was undone, by the name the palette has for it.
async fn redo_by_name(window: &Driven, what: &str) {
    let keys = format!("{CONTROL}k{RELEASE}");
    window.press("tab-document", &keys).await;
    let field = window.wait("[data-testid=palette] input").await;
    let keys = format!("Redo: {what}{ENTER}");
    field.send_keys(&keys).await.expect("the field takes keys");
    window.gone("palette").await;
}

pub(crate) async fn retitle(window: &Driven, step: &str, title: &str) {
    window.click(&format!("title-{step}")).await;
    let field = format!("title-{step}-field");
    window.see(&field).await;
    let all = format!("{CONTROL}a{RELEASE}");
    window.press(&field, &all).await;
    window.press(&field, title).await;
    window.holds(&field, title).await;
    window.press(&field, ENTER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_made_from_nothing_and_no_change_of_it_is_ever_lost() {
    let scratch = Scratch::new();
    let plan = scratch.join("night.plan.toml");
    let window = Driven::open(&scratch, &[]).await;
    window.see("no-plans").await;
    window.picture("30-no-plans").await;
    window.click("make-first-plan").await;
    window.write("new-name", "Night").await;
    window.click("new-sqlite").await;
    window.click("new-empty").await;
    window.write("new-path", &plan.to_string_lossy()).await;
    window.picture("31-new-plan").await;
    window.click("new-make").await;
    window.reads("plan-name", "Night").await;
    window.gone("new-plan").await;

    window.click("tab-document").await;
    window.click("add-first-step").await;
    window.write("add-title", "Fill the table").await;
    window.write("add-text", "UPDATE t SET a = 1").await;
    window.click("add-confirm").await;
    window.gone("add-sheet").await;
    window.see("block-step:fill-the-table").await;
    window.click("tab-graph").await;
    window.see("node-fill-the-table").await;
    window.click("tab-document").await;
    window.see("block-step:fill-the-table").await;
    let made = read(&plan);
    let step = "fill-the-table";

    // Edited, taken back and made again.
    retitle(&window, step, "Fill").await;
    let filled = made.replace("\"Fill the table\"", "\"Fill\"");
    window.writes(&plan, &filled).await;
    undo(&window, DOCUMENT).await;
    window.writes(&plan, &made).await;
    // Pressed as soon as the file is written, when the window may not know yet; and then all in one breath.
    redo(&window, DOCUMENT).await;
    window.writes(&plan, &filled).await;
    window.reads("notice", "Done again: Change the title").await;
    in_one_breath(&window).await;
    window.writes(&plan, &made).await;
    window.reads("notice", "Undone: Change the title").await;
    redo(&window, DOCUMENT).await;
    window.writes(&plan, &filled).await;

    // Changed outside at another place: shown at once, and an undo keeps it.
    let both = outside(&plan, "\"Night\"", "\"Long night\"");
    window.reads("plan-name", "Long night").await;
    undo(&window, DOCUMENT).await;
    let merged = both.replace("\"Fill\"", "\"Fill the table\"");
    window.writes(&plan, &merged).await;
    window.reads("title-fill-the-table", "Fill the table").await;
    redo_by_name(&window, "Change the title").await;
    window.writes(&plan, &both).await;

    // Changed outside at the same place: asked, and nothing is written before the answer.
    let theirs = outside(&plan, "\"Fill\"", "\"Theirs\"");
    window.reads("title-fill-the-table", "Theirs").await;
    undo(&window, DOCUMENT).await;
    window.see("clash").await;
    window.reads("clash-mine", "Fill the table").await;
    window.reads("clash-theirs", "Theirs").await;
    assert_eq!(read(&plan), theirs);
    // Put off, the question stays open, and nothing is written either.
    window.click("clash-later").await;
    window.gone("clash").await;
    window.see("clash-open").await;
    assert_eq!(read(&plan), theirs);
    window.click("clash-decide").await;
    window.see("clash").await;
    window.picture("32-clash").await;
    window.picture_in("dark", "32-clash-dark").await;
    window.click("clash-theirs-keep").await;
    window.gone("clash").await;
    assert_eq!(read(&plan), theirs);

    // Mine is kept, and theirs comes back with an undo.
    undo(&window, DOCUMENT).await;
    window.click("clash-mine-keep").await;
    window.gone("clash").await;
    let mine = read(&plan);
    assert!(mine.contains("\"Fill the table\""), "{mine}");
    undo(&window, DOCUMENT).await;
    window.writes(&plan, &theirs).await;

    // Mine is saved beside.
    undo(&window, DOCUMENT).await;
    window.click("clash-beside").await;
    window.gone("clash").await;
    assert_eq!(read(&plan), theirs);
    let beside = read(&scratch.join("night.mine.plan.toml"));
    assert!(beside.contains("\"Fill the table\""), "{beside}");

    // The file goes away and is written again as it was shown.
    std::fs::remove_file(&plan).expect("is removed");
    window.see("plan-gone").await;
    window.picture("33-plan-gone").await;
    window.click("rewrite").await;
    window.gone("plan-gone").await;
    assert_eq!(read(&plan), theirs);

    // A page that is loaded again goes on with the plan it had, which no command line named.
    let again = window.client.refresh().await;
    again.expect("the page is loaded again");
    window.see("plan-name").await;
    window.close().await;
}
