//! `demo`: the whole job on the built-in example.

use serde_json::{Value, json};

use crate::door::Door;

#[test]
fn the_demo_does_the_whole_job_on_ten_thousand_rows_and_leaves_a_report() {
    let door = Door::new();
    let said = door.say(&["--json", "demo", "here"]).exits(0);
    let lines = said.lines();
    assert_eq!(lines[0]["kind"], "session_started");
    let finished = &lines[lines.len() - 2];
    assert_eq!(finished["kind"], "session_finished");
    assert_eq!(finished["outcome"], "succeeded");
    let report = lines.last().expect("the report's line")["report"]
        .as_str()
        .expect("the report's path")
        .to_owned();
    let text = std::fs::read_to_string(report).expect("the report is there");
    assert!(text.contains("maintenance-off"));
    let base = rusqlite::Connection::open(door.join("here/audit-fields.db")).expect("it opens");
    for table in ["characters", "items", "locations"] {
        let (rows, owned): (i64, i64) = base
            .query_row(
                &format!("SELECT count(*), count(created_by_id) FROM {table}"),
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .expect("the table is there");
        assert_eq!((rows, owned), (10_000, 10_000), "{table}");
    }
    let again = door.say(&["--json", "demo", "here"]).exits(3);
    assert_eq!(again.codes(), ["demo-exists"]);
}

#[test]
fn the_demo_of_another_size_runs_and_is_rolled_back() {
    let door = Door::new();
    door.say(&["demo", "here", "--rows", "50"]).exits(0);
    let after = door.json(&["rollback"]);
    assert_eq!(after["outcome"], "rolled_back");
    let base = rusqlite::Connection::open(door.join("here/audit-fields.db")).expect("it opens");
    let columns: i64 = base
        .query_row(
            "SELECT count(*) FROM pragma_table_info('characters') WHERE name LIKE 'created%'",
            [],
            |row| row.get(0),
        )
        .expect("the table is there");
    assert_eq!(columns, 0);
}

#[test]
fn a_prepared_demo_runs_nothing_and_is_ready_to_be_run_by_its_saved_connection() {
    let door = Door::new();
    let answer = door.json(&["demo", "here", "--rows", "20", "--prepare-only"]);
    let plan = answer["plan"].as_str().expect("the plan's path").to_owned();
    assert!(
        answer["database"]
            .as_str()
            .is_some_and(|path| path.ends_with("audit-fields.db"))
    );
    assert_eq!(door.json(&["sessions"]), json!([]));
    assert_eq!(door.json(&["check", &plan])["problems"], json!([]));
    let said = door
        .say(&[
            "--json",
            "run",
            &plan,
            "--bind",
            "main=example",
            "--only",
            "maintenance-on",
        ])
        .exits(0);
    assert_eq!(said.lines()[0]["bindings"][0]["connection"], "example");
    // An address is no saved connection, whatever its database is called.
    let address = answer["database"].as_str().expect("it is a path");
    let bind = format!("main=sqlite:{address}");
    let said = door.say(&[
        "--json",
        "run",
        &plan,
        "--bind",
        &bind,
        "--only",
        "maintenance-on",
    ]);
    let said = said.exits(0);
    assert_eq!(said.lines()[0]["bindings"][0]["connection"], Value::Null);
}
