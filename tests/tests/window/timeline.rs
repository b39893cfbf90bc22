//! The timeline, worked on as a person would: bars moved and resized with mouse and keyboard, undone, exported.

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use stopover_tests::Scratch;

use crate::driver::{Driven, css};

const PLAN: &str = r#"# Kept as it is.
format = 1
name = "A night in December"
timezone = "Europe/Berlin"
start = 2026-12-05T22:00:00 # on a Saturday

[[window]]
id = "night"
title = "The night"
opens = 2026-12-05T22:00:00
length = "4h"
steps = ["prepare", "copy", "look"]

[[step]]
id = "prepare"
title = "Prepare"
after = []
manual = "Tell everyone."   # all of them
estimate = "30m"

[[step]]
id = "copy" # the long one
title = "Copy the rows"
after = ["prepare"]
manual = "Copy."
estimate = "50m"    # measured in June

[[step]]
id = "look"
title = "Look at the copy"
after = ["copy"]
manual = "Look."
estimate = "10m"
"#;

const MINUTE: f64 = 60_000.0;
const ALT: char = '\u{e00a}';
const SHIFT: char = '\u{e008}';
const LEFT: char = '\u{e012}';
const RIGHT: char = '\u{e014}';
const ESCAPE: char = '\u{e00c}';

impl Driven {
    pub(crate) async fn act(&self, actions: impl Into<fantoccini::actions::Actions>) {
        let done = self.client.perform_actions(actions).await;
        done.expect("the window takes mouse and keys");
    }

    /// Takes hold of an element with the mouse and pulls it this many pixels to the right.
    pub(crate) async fn pull(&self, testid: &str, pixels: f64) {
        let element = self.wait(&css(testid)).await;
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement {
                element,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::MoveBy {
                duration: None,
                x: (pixels / 2.0).round(),
                y: 0.0,
            })
            .then(PointerAction::MoveBy {
                duration: None,
                x: pixels.round() - (pixels / 2.0).round(),
                y: 3.0,
            });
        self.act(mouse).await;
    }

    /// Lets go of what the mouse holds.
    pub(crate) async fn let_go(&self) {
        let up = MouseActions::new("mouse".to_owned()).then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
        self.act(up).await;
    }

    /// Presses keys while others are held.
    pub(crate) async fn chord(&self, held: &[char], keys: &[char]) {
        let mut actions = KeyActions::new("keys".to_owned());
        for value in held {
            actions = actions.then(KeyAction::Down { value: *value });
        }
        for value in keys {
            actions = actions
                .then(KeyAction::Down { value: *value })
                .then(KeyAction::Up { value: *value });
        }
        for value in held.iter().rev() {
            actions = actions.then(KeyAction::Up { value: *value });
        }
        self.act(actions).await;
    }

    /// Returns how much time a pixel of the timeline is, in milliseconds.
    pub(crate) async fn per_pixel(&self) -> f64 {
        self.number_of("timeline-lines", "data-per-px").await
    }

    async fn number_of(&self, testid: &str, attribute: &str) -> f64 {
        let element = self.wait(&css(testid)).await;
        let text = element.attr(attribute).await.expect("the element is there");
        let text = text.expect("it has the attribute");
        text.parse().expect("it is a number")
    }

    /// Waits until a bar lies there, in minutes from the start.
    async fn lies(&self, step: &str, start: f64, finish: f64) {
        let bar = css(&format!("bar-{step}"));
        let [start, finish] = [start * MINUTE, finish * MINUTE];
        self.wait(&format!(
            "{bar}[data-start=\"{start}\"][data-finish=\"{finish}\"]"
        ))
        .await;
    }
}

async fn timeline(scratch: &Scratch, text: &str) -> (std::path::PathBuf, Driven) {
    let file = scratch.write("night.plan.toml", text);
    let window = Driven::open_at(scratch, &file, "timeline", "bar-look").await;
    (file, window)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_is_moved_and_resized_with_the_mouse_and_only_its_lines_change() {
    let scratch = Scratch::new();
    let (file, window) = timeline(&scratch, PLAN).await;
    window.lies("copy", 30.0, 80.0).await;
    window.picture("timeline-1").await;

    // Half an hour later: the steps behind it follow while it is still held.
    let pixels = 30.0 * MINUTE / window.per_pixel().await;
    window.pull("grip-copy", pixels).await;
    window.reads("drag-tip", "1 step follows").await;
    window.lies("copy", 60.0, 110.0).await;
    window.lies("look", 110.0, 120.0).await;
    window.picture("timeline-2-moving").await;
    window.writes(&file, PLAN).await;
    window.let_go().await;
    let copy = "estimate = \"50m\"    # measured in June\n";
    let moved = PLAN.replace(copy, &format!("{copy}start = 2026-12-05T23:00:00\n"));
    window.writes(&file, &moved).await;
    window.gone("drag-tip").await;
    window.lies("look", 110.0, 120.0).await;

    // A quarter of an hour shorter.
    let pixels = -15.0 * MINUTE / window.per_pixel().await;
    window.pull("end-copy", pixels).await;
    window.lies("copy", 60.0, 95.0).await;
    window.let_go().await;
    let shorter = moved.replace("\"50m\"    #", "\"35m\"    #");
    window.writes(&file, &shorter).await;
    window.gone("drag-tip").await;

    // Escape puts it back while it is held.
    window.pull("grip-copy", 60.0).await;
    window.see("drag-tip").await;
    window.chord(&[], &[ESCAPE]).await;
    window.gone("drag-tip").await;
    window.let_go().await;
    window.lies("copy", 60.0, 95.0).await;
    window.writes(&file, &shorter).await;

    // Undone twice, the file is what it was, to the byte.
    window.press("timeline-lines", "\u{e009}z").await;
    window.writes(&file, &moved).await;
    window.press("timeline-lines", "\u{e009}z").await;
    window.writes(&file, PLAN).await;
    window.lies("copy", 30.0, 80.0).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_is_moved_resized_and_freed_with_the_keyboard_alone() {
    let scratch = Scratch::new();
    let (file, window) = timeline(&scratch, PLAN).await;
    // The third step, by the arrows; then two steps of five minutes later in all, dropped when Alt is let go.
    window
        .press("timeline-lines", "\u{e011}\u{e015}\u{e015}")
        .await;
    window
        .wait(&format!("{}[aria-selected=\"true\"]", css("bar-look")))
        .await;
    window.chord(&[ALT], &[RIGHT, RIGHT, RIGHT, LEFT]).await;
    let look = "manual = \"Look.\"\nestimate = \"10m\"\n";
    let moved = PLAN.replace(look, &format!("{look}start = 2026-12-05T23:30:00\n"));
    window.writes(&file, &moved).await;
    window.lies("look", 90.0, 100.0).await;
    window.gone("drag-tip").await;
    window.chord(&[ALT, SHIFT], &[RIGHT, RIGHT]).await;
    let longer = moved.replace("estimate = \"10m\"", "estimate = \"20m\"");
    window.writes(&file, &longer).await;
    window.lies("look", 90.0, 110.0).await;
    window.gone("drag-tip").await;
    // Delete takes its own start away again.
    window.press("timeline-lines", "\u{e017}").await;
    window
        .writes(
            &file,
            &PLAN.replace(look, "manual = \"Look.\"\nestimate = \"20m\"\n"),
        )
        .await;
    window.lies("look", 80.0, 100.0).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_start_of_the_plan_a_bar_is_resized_and_not_moved() {
    let scratch = Scratch::new();
    let text = PLAN.replace("start = 2026-12-05T22:00:00 # on a Saturday\n", "");
    let (file, window) = timeline(&scratch, &text).await;
    window.press("timeline-lines", "\u{e011}").await;
    window.chord(&[ALT], &[RIGHT]).await;
    window
        .reads("timeline-hint", "Without a start of the plan")
        .await;
    window.writes(&file, &text).await;
    window.chord(&[ALT, SHIFT], &[RIGHT]).await;
    window
        .writes(&file, &text.replace("\"30m\"", "\"31m\""))
        .await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_is_exported_in_every_format_and_over_no_file_unasked() {
    let scratch = Scratch::new();
    let (_, window) = timeline(&scratch, PLAN).await;
    for (suffix, head) in [
        (
            "svg",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg".as_bytes(),
        ),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("mmd", b"gantt\n"),
        ("csv", b"position,phase,step,title"),
        ("ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
    ] {
        let file = scratch.join(&format!("night.{suffix}"));
        window.click("export-timeline").await;
        window.write("timeline-file", &file.to_string_lossy()).await;
        if suffix == "svg" {
            window.picture("timeline-3-export").await;
        }
        window.click("write-timeline").await;
        window.gone("timeline-sheet").await;
        let written = std::fs::read(&file).expect("the file was written");
        assert!(written.starts_with(head), "{suffix}");
        assert!(written.len() > 300, "{suffix}: {}", written.len());
        if suffix == "png" {
            let kept = stopover_tests::workspace().join("target/screenshots/timeline-4-png.png");
            std::fs::write(kept, written).expect("target takes files");
        }
    }
    let file = scratch.write("mine.svg", "mine");
    window.click("export-timeline").await;
    window.write("timeline-file", &file.to_string_lossy()).await;
    window.click("write-timeline").await;
    window.reads("timeline-refusal", "already").await;
    let kept = std::fs::read_to_string(&file).expect("it is there");
    assert_eq!(kept, "mine");
    window.reads("write-timeline", "Replace it").await;
    window.click("write-timeline").await;
    window.gone("timeline-sheet").await;
    let replaced = std::fs::read_to_string(&file).expect("it is there");
    assert!(replaced.contains("<svg"));
    window.close().await;
}
