//! `sessions`, `show` and `events`: what the journal knows afterwards.

use serde_json::{Value, json};

use crate::door::Door;
use crate::plans::{GATE, failing, plan, three_steps};

/// A journal with one session that succeeded and, newer, one that failed.
fn two_sessions(door: &Door) -> [String; 2] {
    let bind = format!("main={}", door.sqlite());
    let good = door.plan(three_steps());
    door.say(&["run", &good, "--bind", &bind, "--trust"])
        .exits(0);
    door.in_sqlite("DROP TABLE orders");
    let bad = door.write("bad.plan.toml", failing().replace("Orders", "Bad orders"));
    door.say(&["run", &bad, "--bind", &bind, "--trust"])
        .exits(1);
    let list = door.json(&["sessions"]);
    [1, 0].map(|at: usize| list[at]["id"].as_str().expect("an id").to_owned())
}

#[test]
fn sessions_are_listed_newest_first() {
    let door = Door::new();
    assert_eq!(door.json(&["sessions"]), json!([]));
    let [good, bad] = two_sessions(&door);
    let list = door.json(&["sessions"]);
    let rows: Vec<Value> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| {
            assert!(
                row["started_at"]
                    .as_str()
                    .is_some_and(|at| at.ends_with('Z'))
            );
            assert!(row["duration_ms"].is_u64());
            json!([
                row["id"],
                row["plan"],
                row["mode"],
                row["environment"],
                row["state"],
                row["outcome"]
            ])
        })
        .collect();
    assert_eq!(
        rows,
        [
            json!([
                bad,
                "Bad orders",
                "live",
                "development",
                "finished",
                "failed"
            ]),
            json!([
                good,
                "Orders",
                "live",
                "development",
                "finished",
                "succeeded"
            ]),
        ]
    );
    let one = door.json(&["sessions", "--limit", "1"]);
    assert_eq!(one.as_array().map(Vec::len), Some(1));
}

#[test]
fn show_is_the_fold_of_a_session() {
    let door = Door::new();
    let [good, bad] = two_sessions(&door);
    let last = door.json(&["show"]);
    assert_eq!(last["id"], bad.as_str());
    assert_eq!(last["outcome"], "failed");
    let count = &last["steps"][2];
    assert_eq!(count["status"], "failed");
    assert_eq!(count["checks"][0]["result"], "fail");
    assert_eq!(count["checks"][0]["expected"], "3");
    assert_eq!(count["checks"][0]["found"], "2");

    let first = door.json(&["show", &good]);
    assert_eq!(first["outcome"], "succeeded");
    assert_eq!(first["steps"][1]["rows"], 2);
    assert_eq!(first["bindings"][0]["target"], "main");
    for field in ["started_at", "finished_at"] {
        assert!(
            first[field].as_str().is_some_and(|at| at.ends_with('Z')),
            "{field}"
        );
    }
}

#[test]
fn a_session_is_named_by_its_beginning_or_as_the_last() {
    let door = Door::new();
    let [_, bad] = two_sessions(&door);
    assert_eq!(door.json(&["show", "last"])["id"], bad.as_str());
    // Ids begin with the time; the whole of it less its last letter still names only one.
    assert_eq!(
        door.json(&["show", &bad[..bad.len() - 1]])["id"],
        bad.as_str()
    );
    let ambiguous = door.say(&["--json", "show", &bad[..2]]).exits(2);
    assert!(ambiguous.err.contains(&bad), "{ambiguous:?}");
    let unknown = door.say(&["--json", "show", "nobody"]).exits(2);
    assert!(unknown.err.contains("nobody"), "{unknown:?}");
}

#[test]
fn events_after_a_position_are_those_and_no_others() {
    let door = Door::new();
    let [good, _] = two_sessions(&door);
    let all = door.say(&["--json", "events", &good]).exits(0).lines();
    let rest = door
        .say(&["--json", "events", &good, "--after", "3"])
        .exits(0)
        .lines();
    assert_eq!(rest, all[3..]);
    assert_eq!(rest[0]["seq"], 4);
    let none = door
        .say(&["--json", "events", &good, "--after", "999"])
        .exits(0);
    assert_eq!(none.out, "");
}

#[test]
fn following_a_session_ends_with_it_and_misses_nothing() {
    let door = Door::new();
    let text = plan("sqlite", &format!("{GATE}{}", crate::plans::THREE_STEPS));
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    let followed = std::thread::scope(|scope| {
        let follower = scope.spawn(|| {
            door.say(&["--json", "events", &id, "--follow"])
                .exits(0)
                .lines()
        });
        door.until_kind(&id, "gate_opened");
        door.json(&["approve", "go", "--as", "ada"]);
        follower.join().expect("the follower ends")
    });
    assert_eq!(followed, door.say(&["--json", "events", &id]).lines());
    assert_eq!(
        followed.last().map(|event| &event["kind"]),
        Some(&json!("session_finished"))
    );
}
