//! The places of the window: with nothing in them, and with what people leave there.

use stopover_tests::Scratch;

use crate::album::Album;
use crate::plans;

/// What there is without a plan: the empty places, the palette, the shortcuts, the sheets that open there.
pub(crate) async fn empty() {
    let scratch = Scratch::new();
    let album = Album::open_in("empty", &scratch, &[], &[("HOME", "/nonexistent")]).await;
    let window = &album.window;
    for place in ["plans", "session", "history", "databases"] {
        window.click(&format!("place-{place}")).await;
        album.shoot(place).await;
    }
    album.open_dialog("import", "import-sheet").await;
    album.shoot("import-sheet").await;
    window.click("source-environment").await;
    window.see("nothing-found").await;
    album.shoot("import-nothing").await;
    album.close("import-sheet").await;
    window.click("new-connection").await;
    window.see("url").await;
    album.shoot("new-connection").await;
    album.key("k", "ctrl").await;
    window.see("palette").await;
    album.shoot("palette").await;
    album.close("palette").await;
    album.key("?", "").await;
    window.see("shortcuts").await;
    album.shoot("shortcuts").await;
    album.close("shortcuts").await;
    window.click("place-plans").await;
    window.click("make-plan").await;
    window.see("new-plan").await;
    album.shoot("new-plan").await;
    let there = scratch.write("there.plan.toml", "format = 1\n");
    window.write("new-name", &plans::long()).await;
    window.write("new-path", &there.to_string_lossy()).await;
    window.click("new-make").await;
    window.see("new-problem").await;
    album.shoot("new-plan-refused").await;
    album.close("new-plan").await;
    album.window.close().await;
}

/// Plans that were opened before, one that is not there, and a change that meets another.
pub(crate) async fn filled() {
    let scratch = Scratch::new();
    let album = Album::open("places", &scratch, &[]).await;
    let window = &album.window;
    let text = |name: &str| plans::small(name, "");
    let mut plan = None;
    for (file, name) in [
        ("gone.plan.toml".to_owned(), "Gone"),
        (format!("{}.plan.toml", "long-".repeat(38)), "Long"),
        (
            "<img src=x onerror=alert(1)> \u{202e}sdrawkcab\u{202c} \u{2603}.plan.toml".to_owned(),
            "Hostile",
        ),
        ("audit-fields.plan.toml".to_owned(), "Audit fields"),
    ] {
        let path = scratch.write(&file, text(name));
        window.write("plan-path", &path.to_string_lossy()).await;
        window.click("open-path").await;
        window.reads("plan-name", name).await;
        album.press("[aria-label=\"Back to all plans\"]").await;
        window.see("plan-path").await;
        plan = Some(path);
    }
    std::fs::remove_file(scratch.join("gone.plan.toml")).expect("it is there");
    window.click("place-history").await;
    window.click("place-plans").await;
    window.reads("recent-plans", "file is gone").await;
    album.shoot("plans").await;
    window.write("plan-path", "/nowhere/at-all.plan.toml").await;
    window.click("open-path").await;
    window.see("plan-problem").await;
    album.shoot("not-found").await;

    // A step is named anew here and then elsewhere; taking the first back meets the second.
    let plan = plan.expect("there are plans");
    window.write("plan-path", &plan.to_string_lossy()).await;
    window.click("open-path").await;
    window.reads("plan-name", "Audit fields").await;
    album.tab("document").await;
    window.click("title-add").await;
    window
        .press("title-add-field", "\u{E009}a\u{E009}Mine\u{E007}")
        .await;
    window.reads("title-add", "Mine").await;
    let mine = std::fs::read_to_string(&plan).expect("it is there");
    std::fs::write(&plan, mine.replace("\"Mine\"", "\"Theirs\"")).expect("it can be written");
    window.reads("title-add", "Theirs").await;
    window.press("tab-document", "\u{E009}z\u{E000}").await;
    window.see("clash").await;
    album.shoot("clash").await;
    window.click("clash-theirs-keep").await;
    window.gone("clash").await;
    std::fs::remove_file(&plan).expect("it is there");
    window.see("plan-gone").await;
    album.shoot("plan-gone").await;
    album.window.close().await;
}
