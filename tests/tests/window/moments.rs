//! The moments of a plan on the timeline: the point of no return, and until when a rollback can start.

use stopover_tests::Scratch;

use crate::driver::Driven;

const PLAN: &str = r#"
format = 1
name = "A night in December"
timezone = "UTC"
start = 2026-12-05T22:00:00Z
[target.main]
engine = "sqlite"
[[window]]
id = "night"
title = "Saturday night"
opens = 2026-12-05T22:30:00Z
length = "LENGTH"
steps = ["copy", "switch"]
[[step]]
id = "prepare"
title = "Prepare"
manual = "Tell everyone."
estimate = "30m"
[[step]]
id = "copy"
title = "Copy the rows"
after = ["prepare"]
sql = "INSERT INTO b SELECT * FROM a"
undo = { sql = "DELETE FROM b" }
estimate = "50m"
[[step]]
id = "switch"
title = "Switch to the copy"
after = ["copy"]
sql = "DROP TABLE a"
destructive = true
point_of_no_return = true
estimate = "10m"
"#;

/// Returns the left and right edges of both names, and of their rows, in pixels.
async fn edges(window: &Driven, testid: &str) -> [f64; 4] {
    let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); \
        return [box.left, box.right, box.top, box.bottom];";
    let found = window.measure(script, testid).await;
    serde_json::from_value(found).expect("it is four numbers")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_names_when_to_start_the_rollback_beside_the_point_of_no_return() {
    for (length, size, name) in [
        // Copying back takes 50 minutes: a long window has time for it until there is no way back.
        ("2h", (1280, 800), "together"),
        ("90m", (1280, 800), "near"),
        ("1h", (1280, 800), "apart"),
        ("90m", (900, 600), "small"),
    ] {
        let scratch = Scratch::new();
        let plan = scratch.write("night.plan.toml", PLAN.replace("LENGTH", length));
        let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
        window.resize(size.0, size.1).await;
        window.click("tab-timeline").await;
        window.see("bar-switch").await;
        window.reads("moment-return", "no return").await;
        if name == "together" {
            // At the same time they are one line with both names.
            let both = "no return, roll back by";
            window.reads("moment-return", both).await;
        } else {
            window.reads("moment-rollback", "start rollback by").await;
            let [left, right, top, bottom] = edges(&window, "moment-return").await;
            let [other_left, other_right, other_top, other_bottom] =
                edges(&window, "moment-rollback").await;
            assert!(
                right <= other_left
                    || other_right <= left
                    || bottom <= other_top
                    || other_bottom <= top,
                "the names lie over each other"
            );
            window.in_sight("moment-rollback").await;
        }
        window.in_sight("moment-return").await;
        window.picture(&format!("32-moments-{name}")).await;
        window.dress("dark").await;
        window.picture(&format!("32-moments-{name}-dark")).await;
        window.close().await;
    }
}
