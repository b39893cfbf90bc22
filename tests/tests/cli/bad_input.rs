//! Plan files no one would write on purpose: a problem with its place, exit 2, in bounded time and memory.

use std::fmt::Write;

use crate::door::{Door, NET, Said, finish};
use crate::plans::{plan, three_steps};

/// Opens a plan with `check`, `schedule` and `run`: all three have to refuse it with the same problems.
fn refused(content: impl AsRef<[u8]>) -> Said {
    let door = Door::new();
    let file = door.plan(content);
    let bind = format!("main={}", door.sqlite());
    let checked = finish(&mut door.command(&["--json", "check", &file]), NET).exits(2);
    let codes = checked.codes();
    assert!(!codes.is_empty());
    for words in [
        &["--json", "schedule", &file][..],
        &["--json", "run", &file, "--bind", &bind, "--trust"],
    ] {
        let said = finish(&mut door.command(words), NET).exits(2);
        assert_eq!(said.codes(), codes, "{words:?}");
        assert!(said.err.starts_with("error: line "), "{}", said.err);
    }
    checked
}

/// Fails unless the first problem is this one, at this place.
fn is_refused(content: impl AsRef<[u8]>, line: u64, column: u64, code: &str) {
    let said = refused(content);
    let problem = &said.document()["problems"][0];
    assert_eq!(
        (
            problem["line"].as_u64(),
            problem["column"].as_u64(),
            problem["code"].as_str()
        ),
        (Some(line), Some(column), Some(code)),
        "{problem}"
    );
    for words in ["message", "hint"] {
        assert!(
            problem[words].as_str().is_some_and(|text| !text.is_empty()),
            "{problem}"
        );
    }
}

#[test]
fn an_unknown_key() {
    is_refused(
        three_steps().replace("undo =", "undoo ="),
        10,
        1,
        "unknown-key",
    );
}

#[test]
fn a_duplicate_id() {
    is_refused(
        three_steps().replace("\"fill\"", "\"create\""),
        13,
        6,
        "duplicate-id",
    );
}

#[test]
fn a_cycle_in_after() {
    is_refused(
        plan(
            "sqlite",
            "\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\nafter = [\"b\"]\n\n[[step]]\nid = \"b\"\nsql = \"SELECT 1\"\nafter = [\"a\"]\n",
        ),
        10,
        9,
        "cycle",
    );
}

#[test]
fn a_target_that_is_missing() {
    is_refused(
        plan(
            "sqlite",
            "\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\ntarget = \"other\"\n",
        ),
        10,
        10,
        "missing-target",
    );
    is_refused(
        "format = 1\nname = \"x\"\n\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\n",
        4,
        1,
        "missing-target",
    );
}

#[test]
fn a_wrong_type() {
    is_refused(
        three_steps().replace("name = \"Orders\"", "name = 3"),
        2,
        8,
        "wrong-type",
    );
}

#[test]
fn bytes_that_are_no_utf_8() {
    let mut bytes = three_steps().into_bytes();
    let at = bytes
        .iter()
        .position(|byte| *byte == b'O')
        .expect("the name");
    bytes[at] = 0xff;
    is_refused(bytes, 2, 9, "invalid-utf8");
}

#[test]
fn a_nul() {
    is_refused(
        three_steps().replace("Orders", "Or\0ders"),
        2,
        11,
        "toml-syntax",
    );
}

#[test]
fn brackets_in_brackets() {
    let text = format!("format = 1\nname = {}", "[".repeat(200_000));
    let said = refused(text);
    assert_eq!(said.codes(), ["toml-syntax"]);
    let text = format!("format = 1\nname = {}", "{a=".repeat(200_000));
    assert_eq!(refused(text).codes(), ["toml-syntax"]);
}

#[test]
fn an_empty_file() {
    is_refused("", 1, 1, "missing-key");
}

#[test]
fn fifty_megabytes() {
    let mut text = three_steps();
    while text.len() < 50 * 1024 * 1024 {
        text.push_str(
            "# A comment that goes on and on, and says nothing that any step would need.\n",
        );
    }
    is_refused(text, 1, 1, "too-large");
}

#[test]
fn fifty_megabytes_of_sql_in_a_file_beside_the_plan() {
    let door = Door::new();
    let mut sql = String::new();
    while sql.len() < 65 * 1024 * 1024 {
        sql.push_str("INSERT INTO orders (id, total) VALUES (1, 10), (2, 20), (3, 30);\n");
    }
    door.write("big.sql", sql);
    let file = door.plan(plan(
        "sqlite",
        "\n[[step]]\nid = \"a\"\nsql = { file = \"big.sql\" }\n",
    ));
    let said = finish(&mut door.command(&["--json", "check", &file]), NET).exits(2);
    assert_eq!(said.codes(), ["file-unreadable"]);
}

/// Twenty thousand steps, each after the one before it; `first` is what the first one waits for.
fn twenty_thousand(first: &str) -> String {
    let mut steps = String::new();
    for number in 0..20_000u32 {
        let after = match number.checked_sub(1) {
            None => first.to_owned(),
            Some(before) => format!("\"s{before}\""),
        };
        let _ = write!(
            steps,
            "\n[[step]]\nid = \"s{number}\"\nsql = \"SELECT {number}\"\nestimate = \"1s\"\nafter = [{after}]\n"
        );
    }
    plan("sqlite", &steps)
}

#[test]
fn twenty_thousand_steps_open_and_are_scheduled() {
    let door = Door::new();
    let file = door.plan(twenty_thousand(""));
    let checked = finish(&mut door.command(&["--json", "check", &file]), NET).exits(0);
    assert_eq!(checked.document()["problems"], serde_json::json!([]));
    let planned = finish(&mut door.command(&["--json", "schedule", &file]), NET).exits(0);
    assert_eq!(planned.document()["duration_ms"], 20_000_000);
}

#[test]
fn twenty_thousand_steps_in_a_circle() {
    let said = refused(twenty_thousand("\"s19999\""));
    assert!(
        said.codes().contains(&"cycle".to_owned()),
        "{:?}",
        said.codes()
    );
    assert!(
        said.out.len() < 1_000_000,
        "a problem is a sentence, not a list of everything"
    );
}

#[test]
fn a_folder_and_a_file_that_is_not_there_are_not_reached() {
    let door = Door::new();
    std::fs::create_dir(door.join("folder.plan.toml")).expect("it can be made");
    for file in ["folder.plan.toml", "missing.plan.toml"] {
        for verb in ["check", "schedule"] {
            let said = finish(&mut door.command(&["--json", verb, file]), NET).exits(5);
            assert_eq!(said.codes(), ["plan-unreadable"]);
            assert!(said.err.contains(file), "{said:?}");
        }
    }
    let said = finish(
        &mut door.command(&[
            "run",
            "folder.plan.toml",
            "--bind",
            "main=sqlite:x",
            "--trust",
        ]),
        NET,
    )
    .exits(5);
    assert!(said.err.contains("folder"), "{said:?}");
}
