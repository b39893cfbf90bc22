//! Command lines that cannot be meant: exit 2, a sentence, the next move.

use crate::door::Door;
use crate::plans::three_steps;

#[test]
fn a_binding_without_an_address_is_refused_and_its_value_not_repeated() {
    let door = Door::new();
    let file = door.plan(three_steps());
    for bind in ["main", "main=", "=sqlite:x.db", ""] {
        let said = door
            .say(&["--json", "run", &file, "--bind", bind, "--trust"])
            .exits(2);
        assert_eq!(said.codes(), ["usage"], "{bind:?}");
        assert!(said.err.contains("NAME=URL"), "{said:?}");
    }
    let said = door
        .say(&[
            "run",
            &file,
            "--bind",
            "main=postgres://ada:hunter2@[broken/x",
            "--trust",
        ])
        .exits(2);
    assert!(
        !said.err.contains("hunter2") && !said.out.contains("hunter2"),
        "{said:?}"
    );
}

#[test]
fn approvals_and_signatures_without_a_name_are_refused() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    for word in ["--approve", "--sign"] {
        let said = door
            .say(&[
                "--json", "run", &file, "--bind", &bind, "--trust", word, "go",
            ])
            .exits(2);
        assert_eq!(said.codes(), ["usage"]);
    }
    let gate = door
        .say(&[
            "--json",
            "run",
            &file,
            "--bind",
            &bind,
            "--trust",
            "--approve",
            "nothing=ada",
        ])
        .exits(2);
    assert!(gate.err.contains("nothing"), "{gate:?}");
    assert_eq!(
        door.ask_sqlite("SELECT count(*) FROM sqlite_master"),
        0,
        "nothing was run"
    );
}

#[test]
fn unknown_words_exit_2_and_point_at_the_help() {
    let door = Door::new();
    for words in [
        &["nonsense"][..],
        &["run"],
        &["check", "--nonsense", "x"],
        &["journal"],
        &[],
    ] {
        let said = door.say(words).exits(2);
        assert!(
            said.err.contains("--help") || said.err.contains("Usage"),
            "{said:?}"
        );
    }
}

#[test]
fn sessions_nobody_knows_exit_2_whatever_is_asked_of_them() {
    let door = Door::new();
    for words in [
        &["show", "nobody"][..],
        &["show"],
        &["events", "nobody"],
        &["report", "nobody", "-o", "x.md"],
        &["pause", "nobody"],
        &["resume", "nobody"],
        &["abort", "nobody"],
        &["rollback", "nobody"],
        &["retry", "step", "--session", "nobody"],
        &["skip", "step", "--reason", "x", "--session", "nobody"],
        &["approve", "gate", "--as", "ada"],
        &["sign", "item", "--as", "ada"],
        &["finally", "run"],
    ] {
        let said = door.say(words).exits(2);
        assert!(said.err.starts_with("error: "), "{words:?}: {said:?}");
    }
}

#[test]
fn a_beginning_that_fits_several_sessions_names_them() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    for _ in 0..2 {
        door.say(&["run", &file, "--bind", &bind, "--trust"])
            .exits(0);
        door.in_sqlite("DROP TABLE orders");
    }
    let list = door.json(&["sessions"]);
    let said = door.say(&["show", "2"]).exits(2);
    for at in 0..2 {
        let id = list[at]["id"].as_str().expect("an id");
        assert!(said.err.contains(id), "{said:?}");
    }
}

#[test]
fn a_folder_is_no_journal() {
    let door = Door::new();
    let folder = door.folder().display().to_string();
    let said = door.say(&["--journal", &folder, "sessions"]).exits(5);
    assert!(said.err.contains(&folder), "{said:?}");
}
