//! What a step is made of, edited in its place: its kind, paths, formats, programs with folder and environment, pairs
//! of queries. And what is typed while the file changes, or faster than a field opens.

use fantoccini::actions::{
    Actions, InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use stopover_tests::Scratch;

use crate::document::{append, paste, retype};
use crate::driver::{Driven, css};
use crate::editing::outside;

const CONTROL: &str = "\u{E009}";
const RELEASE: &str = "\u{E000}";
const ENTER: &str = "\u{E007}";

const PLAN: &str = r#"# Kept: above everything.
name = "Keys"     # odd

[target.main]
engine = "sqlite"

[target.copy]
engine = "sqlite"

[[step]]
id = "dump"
target = "main"
backup = "before.db"   # short

[[step]]
id = "back"
target = "copy"
restore = "dump"

[[step]]
id = "program"
notes = """
Why it runs.

"""
command = { run = ["./m", 'a b'], dir = "../game", env = { MODE = "dry" } } # long

[[step]]
id = "same"
target = "main"
check = { equal = ["SELECT 1", 'SELECT 2'], right_target = "copy" }

[[step]]
id = "ask"
manual = 'Go?' # word
owner = "ana"
# the end
"#;

async fn open(scratch: &Scratch, text: &str) -> (Driven, std::path::PathBuf) {
    let plan = scratch.write("keys.plan.toml", text);
    let window = Driven::open(scratch, &[&plan.to_string_lossy()]).await;
    window.click("tab-document").await;
    window.see("block-plan").await;
    (window, plan)
}

/// Brings a step into sight: it is chosen in the list of steps, and the document shows what is chosen.
async fn go_to(window: &Driven, step: &str) {
    window.click("tab-steps").await;
    window.click(&format!("step-{step}")).await;
    window.click("tab-document").await;
    window.see(&format!("block-step:{step}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_formats_programs_and_pairs_of_queries_are_edited_in_their_place() {
    let scratch = Scratch::new();
    let (window, plan) = open(&scratch, PLAN).await;
    let mut text = PLAN.to_owned();
    let mut now = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} is not in {text}");
        text = text.replace(from, to);
        text.clone()
    };

    go_to(&window, "dump").await;
    retype(&window, "does-dump-file", "backups/{time}", ENTER).await;
    let expect = now("\"before.db\"", "\"backups/{time}\"");
    window.writes(&plan, &expect).await;
    window.click("does-dump-keys").await;
    window.choose("does-dump-format", "plain").await;
    let expect = now(
        "backup = \"backups/{time}\"",
        "backup = { file = \"backups/{time}\", format = \"plain\" }",
    );
    window.writes(&plan, &expect).await;
    window.click("does-dump-restore_check").await;
    let expect = now(
        "format = \"plain\" }",
        "format = \"plain\", restore_check = true }",
    );
    window.writes(&plan, &expect).await;

    go_to(&window, "back").await;
    window.click("does-back-keys").await;
    retype(&window, "does-back-file", "last.db", ENTER).await;
    let expect = now("restore = \"dump\"", "restore = { file = \"last.db\" }");
    window.writes(&plan, &expect).await;
    window.picture("23-document-keys").await;

    go_to(&window, "program").await;
    append(&window, "does-program", " --now").await;
    let expect = now("[\"./m\", 'a b']", "[\"./m\", \"a b\", \"--now\"]");
    window.writes(&plan, &expect).await;
    retype(&window, "does-program-dir", "../shop", ENTER).await;
    let expect = now("\"../game\"", "\"../shop\"");
    window.writes(&plan, &expect).await;
    retype(&window, "does-program-env-MODE", "MODE=live", ENTER).await;
    let expect = now("MODE = \"dry\"", "MODE = \"live\"");
    window.writes(&plan, &expect).await;
    retype(&window, "does-program-env-add", "API_TOKEN=hunter2", ENTER).await;
    let refusal = "does-program-env-add-problem";
    window
        .reads(
            refusal,
            "keep the secret in the keychain or in the environment",
        )
        .await;
    window.picture("24-document-secret").await;
    paste(&window, "does-program-env-add", "LEVEL=2").await;
    window.press("does-program-env-add-field", ENTER).await;
    let expect = now("MODE = \"live\"", "MODE = \"live\", LEVEL = \"2\"");
    window.writes(&plan, &expect).await;

    go_to(&window, "same").await;
    append(&window, "check-same-1-part-1", " + 1").await;
    let expect = now("'SELECT 2'", "\"SELECT 2 + 1\"");
    window.writes(&plan, &expect).await;
    window.choose("check-same-1-right_target", "main").await;
    let expect = now("right_target = \"copy\"", "right_target = \"main\"");
    window.writes(&plan, &expect).await;

    for _ in 0..10 {
        window
            .press("tab-document", &format!("{CONTROL}z{RELEASE}"))
            .await;
    }
    window.writes(&plan, PLAN).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_gets_another_kind_after_it_was_said_what_goes() {
    let scratch = Scratch::new();
    let (window, plan) = open(&scratch, PLAN).await;
    go_to(&window, "ask").await;
    window.click("kind-ask").await;
    window.choose("kind-to", "gate").await;
    window.reads("kind-said", "question").await;
    window.reads("kind-said", "Nothing goes").await;
    window.choose("kind-to", "wait").await;
    window.reads("kind-said", "manual.instructions").await;
    assert!(!window.is_enabled("kind-confirm").await);
    window.picture("25-document-kind").await;
    window.write("kind-for", "10m").await;
    window.writes(&plan, PLAN).await;
    window.click("kind-confirm").await;
    let waits = PLAN.replace("manual = 'Go?' # word", "wait = \"10m\" # word");
    window.writes(&plan, &waits).await;
    window.gone("kind-sheet").await;
    window
        .press("tab-document", &format!("{CONTROL}z{RELEASE}"))
        .await;
    window.writes(&plan, PLAN).await;

    // A backup that a restore names stays one, and it is said why.
    go_to(&window, "dump").await;
    window.click("kind-dump").await;
    window.reads("kind-problem", "names its backup").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_while_the_place_changes_outside_is_asked_about() {
    let scratch = Scratch::new();
    let (window, plan) = open(&scratch, PLAN).await;
    go_to(&window, "ask").await;

    window.click("owner-ask").await;
    paste(&window, "owner-ask", "mine").await;
    let theirs = outside(&plan, "\"ana\"", "\"theirs\"");
    window.reads("owner-ask-meanwhile", "theirs").await;
    let apart = "const [note, field] = ['[data-testid=notice]', arguments[0]] \
         .map((one) => document.querySelector(one).getBoundingClientRect()); \
         return note.height > 0 && (note.bottom <= field.top || note.top >= field.bottom);";
    let apart = window.measure(apart, "owner-ask-meanwhile").await;
    assert_eq!(apart, true, "the notice lies over what is asked");
    window.picture("26-document-meanwhile").await;
    window.press("owner-ask-field", ENTER).await;
    window.holds("owner-ask-field", "mine").await;
    window.writes(&plan, &theirs).await;
    window.click("owner-ask-meanwhile-mine").await;
    window
        .writes(&plan, &theirs.replace("\"theirs\"", "\"mine\""))
        .await;
    window
        .press("tab-document", &format!("{CONTROL}z{RELEASE}"))
        .await;
    window.writes(&plan, &theirs).await;

    window.click("owner-ask").await;
    paste(&window, "owner-ask", "mine again").await;
    let later = outside(&plan, "\"theirs\"", "\"later\"");
    window.click("owner-ask-meanwhile-theirs").await;
    window.reads("owner-ask", "later").await;
    window.writes(&plan, &later).await;

    // The same for code.
    go_to(&window, "same").await;
    window.click("check-same-1-part-0").await;
    window.press("check-same-1-part-0-field", " + 5").await;
    let other = outside(&plan, "\"SELECT 1\"", "\"SELECT 7\"");
    window
        .reads("check-same-1-part-0-meanwhile", "SELECT 7")
        .await;
    window.click("check-same-1-part-0-meanwhile-mine").await;
    let mine = other.replace("\"SELECT 7\"", "\"SELECT 1 + 5\"");
    window.writes(&plan, &mine).await;

    // A step that goes takes nothing along that was typed.
    go_to(&window, "ask").await;
    window.click("owner-ask").await;
    paste(&window, "owner-ask", "nobody shall lose this").await;
    let start = mine.find("[[step]]\nid = \"ask\"").expect("it is there");
    std::fs::write(&plan, &mine[..start]).expect("the file can be written");
    window.reads("edit-refused", "nobody shall lose this").await;
    window.writes(&plan, &mine[..start]).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_right_after_the_click_and_blank_lines_at_the_end_are_kept() {
    let scratch = Scratch::new();
    let (window, plan) = open(&scratch, PLAN).await;
    go_to(&window, "ask").await;
    let title = window.wait(&css("title-ask")).await;
    let (x, y, width, height) = title.rectangle().await.expect("it is drawn");
    // One chain: no look at the page lies between the click and the keys.
    let mouse = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveTo {
            duration: None,
            x: x + width / 2.0,
            y: y + height / 2.0,
        })
        .then(PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        })
        .then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
    let pause = || KeyAction::Pause {
        duration: std::time::Duration::ZERO,
    };
    let mut keys = KeyActions::new("keys".to_owned())
        .then(pause())
        .then(pause())
        .then(pause());
    for value in "Quick".chars().chain(ENTER.chars()) {
        keys = keys
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
    }
    window.act(Actions::from(mouse).and(keys)).await;
    let titled = PLAN.replace("owner = \"ana\"\n", "owner = \"ana\"\ntitle = \"Quick\"\n");
    window.writes(&plan, &titled).await;

    go_to(&window, "program").await;
    window.click("notes-program").await;
    window
        .holds("notes-program-field", "Why it runs.\n\n")
        .await;
    paste(&window, "notes-program", "Why it runs now.\n\n").await;
    let save = format!("{CONTROL}{ENTER}{RELEASE}");
    window.press("notes-program-field", &save).await;
    let noted = titled.replace("Why it runs.\n\n", "Why it runs now.\n\n");
    window.writes(&plan, &noted).await;
    window.close().await;
}
