//! `init`, `check` and `schedule`: what is known before anything runs.

use serde_json::{Value, json};
use stopover_tests::{Postgres, free_port};

use crate::door::Door;
use crate::plans::{plan, three_steps};

#[test]
fn init_writes_a_plan_that_opens_without_problems_for_every_engine() {
    let door = Door::new();
    for engine in ["postgresql", "mysql", "mariadb", "sqlite"] {
        let answer = door.json(&[
            "init",
            engine,
            "--engine",
            engine,
            "--name",
            "Move the orders",
        ]);
        let file = answer["plan"].as_str().expect("the plan's path").to_owned();
        assert!(file.ends_with("move-the-orders.plan.toml"), "{file}");
        let checked = door.json(&["check", &file]);
        assert_eq!(checked["problems"], json!([]), "{engine}");
        door.say(&["schedule", &file]).exits(0);
    }
}

#[test]
fn init_does_not_overwrite_a_plan() {
    let door = Door::new();
    let file = door.write("orders.plan.toml", "mine");
    let said = door
        .say(&["--json", "init", ".", "--name", "Orders"])
        .exits(3);
    assert_eq!(said.codes(), ["plan-exists"]);
    assert_eq!(std::fs::read_to_string(file).expect("it is there"), "mine");
}

#[test]
fn init_into_a_folder_that_cannot_be_made_says_so() {
    let door = Door::new();
    door.write("file", "");
    let said = door.say(&["--json", "init", "file/below"]).exits(5);
    assert_eq!(said.codes(), ["plan-not-written"]);
}

#[test]
fn check_names_every_problem_with_its_place_and_exits_2() {
    let door = Door::new();
    let text = plan(
        "sqlite",
        "\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\nestimte = \"3m\"\n\n[[step]]\nid = \"a\"\nmanual = 3\n",
    );
    let file = door.plan(text);
    let said = door.say(&["--json", "check", &file]).exits(2);
    let document = said.document();
    let places: Vec<String> = document["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| {
            for field in ["message", "hint"] {
                assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()));
            }
            format!(
                "{}:{} {}",
                problem["line"], problem["column"], problem["code"]
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "10:1 \"unknown-key\"",
            "13:6 \"duplicate-id\"",
            "14:10 \"wrong-type\""
        ]
    );
    let said = door.say(&["check", &file]).exits(2);
    assert!(
        said.out
            .contains(&format!("{file}:10:1: problem [unknown-key]")),
        "{said:?}"
    );
}

#[test]
fn check_tells_findings_and_still_exits_0() {
    let door = Door::new();
    let file = door.plan(plan(
        "postgresql",
        "\n[[step]]\nid = \"gone\"\nsql = \"DROP TABLE orders\"\n",
    ));
    let document = door.json(&["check", &file]);
    assert_eq!(document["problems"], json!([]));
    let findings = document["findings"].as_array().expect("findings");
    assert!(!findings.is_empty());
    for finding in findings {
        for field in ["rule", "severity", "message", "fix"] {
            assert!(finding[field].is_string(), "{finding}");
        }
        assert_eq!(finding["step"], "gone");
        assert_eq!(finding["line"], 7);
    }
}

#[test]
fn check_tries_the_targets_that_are_bound() {
    let door = Door::new();
    let pg = Postgres::shared();
    let (_, url) = pg.fresh();
    let file = door.plan(plan(
        "postgresql",
        "\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\n",
    ));
    let bind = format!("main={url}");
    assert_eq!(
        door.json(&["check", &file, "--bind", &bind])["problems"],
        json!([])
    );

    let nobody = format!("main=postgres://postgres@127.0.0.1:{}/x", free_port());
    let said = door
        .say(&["--json", "check", &file, "--bind", &nobody])
        .exits(5);
    let problem = &said.document()["problems"][0];
    assert!(
        problem["message"]
            .as_str()
            .is_some_and(|text| text.contains("127.0.0.1")),
        "{problem}"
    );

    let no_database = format!("main={}", pg.url("nowhere"));
    let said = door
        .say(&["--json", "check", &file, "--bind", &no_database])
        .exits(5);
    assert!(said.out.contains("nowhere"), "{said:?}");
}

#[test]
fn check_refuses_a_binding_the_plan_does_not_fit() {
    let door = Door::new();
    let url = door.sqlite();
    let file = door.plan(plan(
        "postgresql",
        "\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\n",
    ));
    let wrong = door
        .say(&["--json", "check", &file, "--bind", &format!("main={url}")])
        .exits(2);
    assert_eq!(wrong.codes(), ["wrong-engine"]);
    let unknown = door
        .say(&["--json", "check", &file, "--bind", &format!("other={url}")])
        .exits(2);
    assert_eq!(unknown.codes(), ["unknown-target"]);
}

const NETWORK: &str = r#"
[[window]]
id = "night"
length = "15m"
steps = ["short", "long", "join"]

[[step]]
id = "begin"
sql = "SELECT 1"
estimate = "5m"

[[step]]
id = "short"
sql = "SELECT 1"
estimate = "2m"
after = ["begin"]

[[step]]
id = "long"
sql = "SELECT 1"
estimate = "10m"
after = ["begin"]
downtime = true

[[step]]
id = "join"
sql = "SELECT 1"
estimate = "1m"
after = ["short", "long"]
point_of_no_return = true
"#;

#[test]
fn schedule_tells_the_critical_path_the_slack_and_the_windows() {
    let door = Door::new();
    let file = door.plan(plan("sqlite", NETWORK));
    let document = door.json(&["schedule", &file]);
    const MINUTE: u64 = 60_000;
    assert_eq!(document["duration_ms"], 16 * MINUTE);
    assert_eq!(document["critical_path"], json!(["begin", "long", "join"]));
    let steps: Vec<Value> = document["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| {
            json!([
                step["id"],
                step["start_ms"],
                step["finish_ms"],
                step["slack_ms"],
                step["source"]
            ])
        })
        .collect();
    assert_eq!(
        steps,
        [
            json!(["begin", 0, 5 * MINUTE, 0, "estimate"]),
            json!(["short", 5 * MINUTE, 7 * MINUTE, 8 * MINUTE, "estimate"]),
            json!(["long", 5 * MINUTE, 15 * MINUTE, 0, "estimate"]),
            json!(["join", 15 * MINUTE, 16 * MINUTE, 0, "estimate"]),
        ]
    );
    let window = &document["windows"][0];
    assert_eq!(window["id"], "night");
    assert_eq!(window["length_ms"], 15 * MINUTE);
    assert_eq!(window["needed_ms"], 11 * MINUTE);
    assert_eq!(window["fits"], true);
    assert!(window.get("start_rollback_by_ms").is_some());
    assert_eq!(document["downtime_ms"], 10 * MINUTE);
    assert_eq!(document["point_of_no_return"]["step"], "join");
    assert_eq!(document["point_of_no_return"]["at_ms"], 15 * MINUTE);
}

#[test]
fn schedule_takes_a_start_and_refuses_what_is_no_time() {
    let door = Door::new();
    let file = door.plan(three_steps());
    let document = door.json(&["schedule", &file, "--start", "2026-12-05T02:00:00+01:00"]);
    assert_eq!(document["start"], "2026-12-05T01:00:00+00:00");
    let said = door
        .say(&["--json", "schedule", &file, "--start", "tomorrow"])
        .exits(2);
    assert_eq!(said.codes(), ["usage"]);
}

#[test]
fn schedule_prints_the_timeline_in_formats_of_files() {
    let door = Door::new();
    let file = door.plan(plan("sqlite", NETWORK));
    let start = ["--start", "2026-12-05T02:00:00+01:00"];
    let print = |format: &str| {
        let verb = ["schedule", &file, "--format", format];
        let said = door.say(&[&verb[..], &start[..]].concat()).exits(0);
        said.out.clone()
    };
    assert!(print("csv").starts_with("position,phase,step,title,"));
    assert!(print("csv").contains("2026-12-05T01:00:00Z"));
    assert!(print("ics").ends_with("END:VCALENDAR\r\n"));
    assert!(print("mermaid").starts_with("gantt\n"));
    assert!(print("svg").ends_with("</svg>\n"));
    // A calendar needs a start, and says so.
    let said = door
        .say(&["--json", "schedule", &file, "--format", "ics"])
        .exits(2);
    assert_eq!(said.codes(), ["timeline-without-start"]);
}
