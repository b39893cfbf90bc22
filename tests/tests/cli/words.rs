//! The words people read, whole: of a check, a schedule, a failed run, a session shown, and the help.

use crate::door::Door;
use crate::plans::{failing, plan, three_steps};

/// Compares what was printed, with everything replaced that differs from run to run.
macro_rules! reads {
    ($text:expr, @$expected:literal) => {
        insta::with_settings!({
            filters => vec![
                (r"/tmp/so-scratch-\w+", "[folder]"),
                (r"\d{8}-\d{6}-[0-9a-f]{6}", "[session]"),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "[instant]"),
                (r"(?m)^\d\d:\d\d:\d\d", "[time]"),
                (r"by \S+ on \S+,", "by [who] on [host],"),
                (r"SQLite \d[\d.]*", "SQLite [version]"),
                (r" +[\d.]+(ms|s)  ", " [took]  "),
                (r"in [\d.]+(ms|s)\b", "in [took]"),
                (r", [\d.]+(ms|s)(\n|$)", ", [took]$2"),
            ],
        }, {
            insta::assert_snapshot!($text, @$expected);
        });
    };
}

#[test]
fn a_check_with_problems_names_file_line_and_column_and_the_mend() {
    let door = Door::new();
    let text = three_steps()
        .replace("undo = { sql = \"DELETE FROM orders\" }", "")
        .replace("check = [{ id", "check = [{ ide");
    let file = door.plan(text);
    let said = door.say(&["check", &file]).exits(2);
    assert_eq!(said.err, "");
    reads!(said.out, @r#"
    [folder]/orders.plan.toml:19:12: problem [unknown-key] Step "count", check 1: unknown key `ide`
        Write `id`, if that is meant, or remove the key.
    [folder]/orders.plan.toml:12: finding [change_without_undo] Step fill has no undo: a rollback leaves the effect of INSERT INTO orders (id, total) VALUES (1, 10), (2, 20) in place.
        Add an undo, or set point_of_no_return = true.
    1 problem, 1 finding
    "#);
}

#[test]
fn a_check_without_problems_says_so() {
    let door = Door::new();
    let file = door.plan(three_steps());
    reads!(door.say(&["check", &file]).exits(0).out, @"0 problems, 0 findings");
}

#[test]
fn a_schedule_is_a_line_a_step() {
    let door = Door::new();
    let text = plan(
        "sqlite",
        r#"
[[window]]
id = "night"
length = "10m"
steps = ["long"]

[[step]]
id = "begin"
sql = "SELECT 1"
estimate = "5m"

[[step]]
id = "short"
sql = "SELECT 1"
estimate = "90s"
after = ["begin"]

[[step]]
id = "long"
sql = "SELECT 1"
estimate = "11m"
after = ["begin"]
downtime = true
"#,
    );
    let file = door.plan(text);
    let out = door.say(&["schedule", &file]).out;
    insta::assert_snapshot!(out, @r"
    *       0s to       5m  slack       0s  begin
            5m to    6m30s  slack    9m30s  short
    *       5m to      16m  slack       0s  long
    window night: 11m of 10m needed, DOES NOT FIT
    problem: The steps of window `night` need 11m of its 10m: 1m too much (Lengthen the window, start the plan earlier or move steps out of it)
    16m in all, 11m downtime (* critical path)
    ");
}

#[test]
fn a_failed_run_says_what_was_expected_what_was_found_and_what_to_do() {
    let door = Door::new();
    let (file, bind) = (door.plan(failing()), format!("main={}", door.sqlite()));
    let said = door
        .say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(1);
    assert_eq!(said.err, "");
    reads!(said.out, @r"
    [time]  session [session] of Orders (live, development)
              main = sqlite:[folder]/orders.db (SQLite [version])
    [time]  > create
    [time]    create done in [took]
    [time]  > fill
    [time]    fill done in [took], 2 rows
    [time]  > count
    [time]    FAIL  Two orders: expected 3, found 2
    [time]    count FAILED: Two orders: expected 3, found 2
                Find out why, then retry the step, skip it with a reason, or roll back.
    [time]  session failed
    ");
    reads!(door.say(&["show"]).exits(0).out, @r"
    [session]  failed
    Orders by [who] on [host], development, started [instant], [took]
      main = sqlite:[folder]/orders.db
      succeeded [took]  create
      succeeded [took]  fill
      failed [took]  count
                             Two orders: expected 3, found 2
                             Find out why, then retry the step, skip it with a reason, or roll back.
    ");
}

#[test]
fn a_refusal_is_a_sentence_and_the_next_move() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let said = door.say(&["run", &file, "--bind", &bind]).exits(3);
    assert_eq!(said.out, "");
    reads!(said.err, @r"
    error: The plan [folder]/orders.plan.toml was not trusted in its present form, so nothing of it runs.
      Read its steps, then run it with --trust.
    ");
}

#[test]
fn help_lists_every_command_and_the_exit_codes() {
    let door = Door::new();
    let said = door.say(&["--help"]).exits(0);
    for command in [
        "init", "check", "schedule", "run", "resume", "pause", "abort", "rollback", "retry",
        "skip", "settle", "approve", "sign", "finally", "sessions", "show", "events", "report",
        "backup", "restore", "inspect", "journal", "demo",
    ] {
        assert!(
            said.out.contains(&format!("\n  {command} ")),
            "{command}: {}",
            said.out
        );
        let own = door.say(&[command, "--help"]).exits(0);
        for global in ["--journal", "--json", "--quiet"] {
            assert!(own.out.contains(global), "{command} {global}");
        }
    }
    for word in [
        "Exit codes: 0 done",
        "--version",
        "--journal",
        "--json",
        "--quiet",
    ] {
        assert!(said.out.contains(word), "{word}");
    }
    for verb in ["verify", "export", "prune"] {
        door.say(&["journal", verb, "--help"]).exits(0);
    }
    let version = door.say(&["--version"]).exits(0);
    assert_eq!(
        version.out.trim(),
        concat!("stopover ", env!("CARGO_PKG_VERSION"))
    );
}
