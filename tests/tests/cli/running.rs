//! `run`: a session in the foreground, its stream of events and what its exit code says.

use serde_json::{Value, json};
use stopover_tests::{Postgres, free_port};

use crate::door::Door;
use crate::plans::{THREE_STEPS, failing, missing_table, plan, three_steps};

/// Fails unless the lines are the whole of one session, in order.
fn is_a_stream(lines: &[Value], outcome: &str) {
    for (line, seq) in lines.iter().zip(1u64..) {
        assert_eq!(line["seq"], seq, "{line}");
        assert_eq!(line["session"], lines[0]["session"]);
        assert!(
            line["at"].as_str().is_some_and(|at| at.ends_with('Z')),
            "{line}"
        );
        assert!(line["at_ms"].is_i64());
        assert!(line["kind"].is_string());
    }
    assert_eq!(lines[0]["kind"], "session_started");
    let last = lines.last().expect("a session has events");
    assert_eq!(last["kind"], "session_finished");
    assert_eq!(last["outcome"], outcome);
}

#[test]
fn run_prints_an_object_a_line_and_exits_0() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let said = door
        .say(&["--json", "run", &file, "--bind", &bind, "--trust"])
        .exits(0);
    let lines = said.lines();
    is_a_stream(&lines, "succeeded");
    let steps: Vec<&str> = lines
        .iter()
        .filter(|line| line["kind"] == "step_succeeded")
        .filter_map(|line| line["step"].as_str())
        .collect();
    assert_eq!(steps, ["create", "fill", "count"]);
    assert_eq!(door.ask_sqlite("SELECT count(*) FROM orders"), 2);
    assert_eq!(
        door.ask_sqlite("SELECT count(*) FROM sqlite_master WHERE name LIKE 'stopover%'"),
        0,
        "nothing of ours stays in the target"
    );
}

#[test]
fn run_works_on_postgresql_and_leaves_nothing_of_its_own() {
    let door = Door::new();
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    let file = door.plan(plan("postgresql", THREE_STEPS));
    let said = door
        .say(&[
            "--json",
            "run",
            &file,
            "--bind",
            &format!("main={url}"),
            "--trust",
        ])
        .exits(0);
    is_a_stream(&said.lines(), "succeeded");
    assert_eq!(pg.run(&name, "SELECT count(*) FROM orders").trim(), "2");
    assert_eq!(
        pg.run(
            &name,
            "SELECT count(*) FROM pg_class WHERE relname LIKE 'stopover%'"
        )
        .trim(),
        "0"
    );
}

#[test]
fn a_failed_check_and_a_failed_statement_exit_1() {
    for (text, step) in [(failing(), "count"), (missing_table(), "fill")] {
        let door = Door::new();
        let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
        let said = door
            .say(&["--json", "run", &file, "--bind", &bind, "--trust"])
            .exits(1);
        let lines = said.lines();
        is_a_stream(&lines, "failed");
        let failed: Vec<&Value> = lines
            .iter()
            .filter(|line| line["kind"] == "step_failed")
            .collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0]["step"], step);
        for field in ["code", "message", "hint"] {
            assert!(failed[0]["problem"][field].is_string(), "{}", failed[0]);
        }
    }
}

#[test]
fn a_failed_check_stops_before_the_next_step_and_runs_what_is_owed() {
    let door = Door::new();
    let steps = r#"
[[step]]
id = "close"
sql = "CREATE TABLE closed (x INTEGER)"

[[step]]
id = "prove"
check = [{ sql = "SELECT 1", expect = 2 }]

[[step]]
id = "harm"
sql = "CREATE TABLE harmed (x INTEGER)"

[[step]]
id = "open"
finally_for = "close"
sql = "DROP TABLE closed"
"#;
    let (file, bind) = (
        door.plan(plan("sqlite", steps)),
        format!("main={}", door.sqlite()),
    );
    let said = door
        .say(&["--json", "run", &file, "--bind", &bind, "--trust"])
        .exits(1);
    let started: Vec<String> = said
        .lines()
        .iter()
        .filter(|line| line["kind"] == "step_started")
        .map(|line| line["step"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(started, ["close", "prove", "open"]);
    assert_eq!(
        door.ask_sqlite("SELECT count(*) FROM sqlite_master WHERE name IN ('closed', 'harmed')"),
        0
    );
}

#[test]
fn a_plan_with_problems_and_a_missing_binding_exit_2() {
    let door = Door::new();
    let bind = format!("main={}", door.sqlite());
    let broken = door.write(
        "broken.plan.toml",
        three_steps().replace("format = 1", "formt = 1"),
    );
    let said = door
        .say(&["--json", "run", &broken, "--bind", &bind, "--trust"])
        .exits(2);
    assert_eq!(said.codes(), ["unknown-key"]);
    assert!(said.err.contains("line 1, column 1"), "{}", said.err);

    let file = door.plan(three_steps());
    let unbound = door.say(&["--json", "run", &file, "--trust"]).exits(2);
    assert_eq!(unbound.codes(), ["target-unbound"]);
    let step = door
        .say(&[
            "--json", "run", &file, "--bind", &bind, "--trust", "--only", "nothing",
        ])
        .exits(2);
    assert_eq!(step.codes(), ["unknown-step"]);
    assert_eq!(door.json(&["sessions"]), json!([]), "no session began");
}

#[test]
fn a_database_that_is_not_there_exits_5() {
    let door = Door::new();
    let file = door.plan(plan("postgresql", THREE_STEPS));
    let bind = format!("main=postgres://postgres@127.0.0.1:{}/x", free_port());
    let said = door
        .say(&["--json", "run", &file, "--bind", &bind, "--trust"])
        .exits(5);
    assert!(said.err.starts_with("error: "), "{}", said.err);

    let file = door.write("sqlite.plan.toml", three_steps());
    let bind = format!("main=sqlite:{}", door.join("missing.db").display());
    door.say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(5);
    assert!(
        !door.join("missing.db").exists(),
        "a missing file is not made"
    );
}

#[test]
fn only_the_named_steps_run() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let said = door
        .say(&[
            "--json", "run", &file, "--bind", &bind, "--trust", "--only", "create",
        ])
        .exits(0);
    let lines = said.lines();
    is_a_stream(&lines, "succeeded");
    assert_eq!(lines[0]["only"], json!(["create"]));
    assert_eq!(door.ask_sqlite("SELECT count(*) FROM orders"), 0);
}

#[test]
fn a_detached_run_prints_its_id_and_goes_on_by_itself() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let said = door
        .say(&["run", &file, "--bind", &bind, "--trust", "--detach"])
        .exits(0);
    let id = said.out.trim();
    assert!(
        !id.is_empty() && !id.contains(char::is_whitespace),
        "{id:?}"
    );
    assert_eq!(door.outcome(id), "succeeded");
    assert_eq!(door.ask_sqlite("SELECT count(*) FROM orders"), 2);
}

#[test]
fn approvals_and_signatures_given_beforehand_count() {
    let door = Door::new();
    let steps = r#"
[[step]]
id = "go"
gate = { question = "Go on?", approvers = ["ada"] }

[[step]]
id = "look"
manual = "Look at it."

[[step]]
id = "done"
sql = "CREATE TABLE done (x INTEGER)"

[[checklist]]
id = "list"
before = "done"

[[checklist.item]]
id = "rows"
title = "The rows were looked at"
"#;
    let (file, bind) = (
        door.plan(plan("sqlite", steps)),
        format!("main={}", door.sqlite()),
    );
    let said = door
        .say(&[
            "--json",
            "run",
            &file,
            "--bind",
            &bind,
            "--trust",
            "--approve",
            "go=ada",
            "--sign",
            "look=ben",
            "--sign",
            "rows=eve",
        ])
        .exits(0);
    is_a_stream(&said.lines(), "succeeded");
    let report = door.json(&["show"]);
    assert_eq!(report["signatures"]["rows"][0]["by"], "eve");
}
