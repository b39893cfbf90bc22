//! What people ask of a living session: pause, go on, approve, sign, skip, retry, abort, answer.

use serde_json::json;

use crate::door::Door;
use crate::plans::{GATE, THREE_STEPS, failing, missing_table, plan};

fn gated() -> String {
    plan("sqlite", &format!("{GATE}{THREE_STEPS}"))
}

/// Starts a session that stands at a gate; returns its id.
fn at_the_gate(door: &Door) -> String {
    let (file, bind) = (door.plan(gated()), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "gate_opened");
    id
}

#[test]
fn a_gate_opens_for_those_who_may_and_for_nobody_else() {
    let door = Door::new();
    let id = at_the_gate(&door);
    let said = door
        .say(&["--json", "approve", "go", "--as", "mallory"])
        .exits(3);
    assert_eq!(said.codes(), ["not-approved"]);
    assert!(said.err.contains("ada"), "{said:?}");
    let wrong = door
        .say(&["--json", "approve", "create", "--as", "ada"])
        .exits(2);
    assert_eq!(wrong.codes(), ["not-a-gate"]);
    let after = door.json(&[
        "approve",
        "go",
        "--as",
        "ada",
        "--note",
        "seen",
        "--session",
        &id,
    ]);
    assert_eq!(after["id"], id.as_str());
    assert_eq!(after["steps"][0]["approvals"][0]["by"], "ada");
    assert_eq!(after["steps"][0]["approvals"][0]["note"], "seen");
    assert_eq!(door.outcome(&id), "succeeded");
}

#[test]
fn a_session_pauses_before_its_next_step_and_goes_on_when_asked() {
    let door = Door::new();
    let id = at_the_gate(&door);
    let after = door.json(&["pause", &id]);
    assert_eq!(after["pause_requested"], true);
    door.json(&["approve", "go", "--as", "ada"]);
    door.until_kind(&id, "session_paused");
    let paused = door.json(&["show", &id]);
    assert_eq!(paused["state"], "paused");
    assert_eq!(
        paused["steps"][1]["status"], "waiting",
        "nothing runs while it is paused"
    );
    let after = door.json(&["resume", &id]);
    assert_eq!(after["id"], id.as_str());
    assert_eq!(door.outcome(&id), "succeeded");
}

#[test]
fn an_aborted_session_ends_and_takes_no_more_wishes() {
    let door = Door::new();
    let id = at_the_gate(&door);
    let after = door.json(&["abort", &id]);
    assert_eq!(after["abort_requested"], true);
    assert_eq!(door.outcome(&id), "aborted");
    for wish in ["pause", "abort", "resume"] {
        let said = door.say(&["--json", wish, &id]).exits(3);
        assert_eq!(said.codes(), ["session-finished"], "{wish}");
    }
    assert_eq!(
        door.ask_sqlite("SELECT count(*) FROM sqlite_master WHERE name = 'orders'"),
        0
    );
}

#[test]
fn a_signature_keeps_who_what_and_the_fingerprint_of_the_evidence() {
    let door = Door::new();
    let steps = "\n[[step]]\nid = \"look\"\nmanual = \"Look at it.\"\n";
    let (file, bind) = (
        door.plan(plan("sqlite", steps)),
        format!("main={}", door.sqlite()),
    );
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "signature_awaited");
    let evidence = door.write("seen.txt", "abc");
    let unknown = door
        .say(&["--json", "sign", "other", "--as", "ben"])
        .exits(2);
    assert_eq!(unknown.codes(), ["unknown-item"]);
    let missing = door
        .say(&[
            "--json",
            "sign",
            "look",
            "--as",
            "ben",
            "--evidence",
            "gone.txt",
        ])
        .exits(5);
    assert_eq!(missing.codes(), ["evidence-unreadable"]);
    let after = door.json(&[
        "sign",
        "look",
        "--as",
        "ben",
        "--note",
        "all there",
        "--evidence",
        &evidence,
    ]);
    assert_eq!(
        after["signatures"]["look"][0]["evidence"],
        json!({
            "name": "seen.txt",
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        })
    );
    assert_eq!(after["signatures"]["look"][0]["by"], "ben");
    assert_eq!(after["signatures"]["look"][0]["note"], "all there");
    assert_eq!(door.outcome(&id), "succeeded");
}

#[test]
fn a_failed_step_is_retried_until_it_succeeds() {
    let door = Door::new();
    let (file, bind) = (
        door.plan(missing_table()),
        format!("main={}", door.sqlite()),
    );
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "step_failed");
    assert_eq!(door.json(&["show"])["state"], "failed");
    let wrong = door.say(&["--json", "retry", "create"]).exits(3);
    assert_eq!(wrong.codes(), ["not-failed"]);
    door.in_sqlite("CREATE TABLE elsewhere (id INTEGER, total INTEGER)");
    door.in_sqlite("INSERT INTO orders VALUES (1, 1), (2, 2)");
    let after = door.json(&["retry", "fill", "--session", &id]);
    assert_eq!(after["id"], id.as_str());
    assert_eq!(door.outcome(&id), "succeeded");
    assert_eq!(door.ask_sqlite("SELECT count(*) FROM elsewhere"), 2);
}

#[test]
fn a_failed_step_is_skipped_with_a_reason_and_never_without() {
    let door = Door::new();
    let (file, bind) = (door.plan(failing()), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "step_failed");
    door.say(&["skip", "count"]).exits(2);
    let empty = door
        .say(&["--json", "skip", "count", "--reason", " "])
        .exits(3);
    assert_eq!(empty.codes(), ["reason-missing"]);
    let unknown = door
        .say(&["--json", "skip", "nothing", "--reason", "x"])
        .exits(2);
    assert_eq!(unknown.codes(), ["unknown-step"]);
    door.json(&["skip", "count", "--reason", "counted by hand"]);
    assert_eq!(door.outcome(&id), "succeeded");
    let shown = door.json(&["show", &id]);
    assert_eq!(shown["steps"][2]["status"], "skipped");
    assert_eq!(shown["steps"][2]["skipped"][0], "counted by hand");
}

#[test]
fn what_is_owed_on_the_way_out_runs_when_it_is_accepted() {
    let door = Door::new();
    let steps = r#"
[[step]]
id = "close"
sql = "CREATE TABLE closed (x INTEGER)"

[[step]]
id = "prove"
check = [{ sql = "SELECT 1", expect = 2 }]

[[step]]
id = "open"
finally_for = "close"
sql = "DROP TABLE closed"
"#;
    for (answer, left) in [("run", 0), ("leave", 1)] {
        let door_of_its_own = Door::new();
        let door = if answer == "run" {
            &door
        } else {
            &door_of_its_own
        };
        let (file, bind) = (
            door.plan(plan("sqlite", steps)),
            format!("main={}", door.sqlite()),
        );
        let id = door.detached(&file, &bind);
        let offered = door.until_kind(&id, "finally_offered");
        assert_eq!(offered["steps"], json!(["open"]));
        door.json(&["finally", answer]);
        if answer == "run" {
            door.until(&id, |event| {
                event["kind"] == "step_succeeded" && event["step"] == "open"
            });
        }
        door.json(&["abort", &id]);
        assert_eq!(door.outcome(&id), "aborted");
        assert_eq!(
            door.ask_sqlite("SELECT count(*) FROM sqlite_master WHERE name = 'closed'"),
            left,
            "{answer}"
        );
    }
    let nothing = door.say(&["--json", "finally", "run"]).exits(3);
    assert_eq!(nothing.codes(), ["nothing-offered"]);
}

#[test]
fn a_living_session_is_rolled_back_by_its_own_runner() {
    let door = Door::new();
    let (file, bind) = (door.plan(failing()), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "step_failed");
    door.json(&["rollback", &id]);
    assert_eq!(door.outcome(&id), "rolled_back");
    assert_eq!(
        door.ask_sqlite("SELECT count(*) FROM sqlite_master WHERE name = 'orders'"),
        0
    );
}
