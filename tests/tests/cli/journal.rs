//! `journal verify`, `export` and `prune`: the chain, a copy, retention.

use serde_json::json;

use crate::door::Door;
use crate::plans::{GATE, plan, three_steps};

fn finished() -> Door {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    door.say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(0);
    door
}

#[test]
fn an_untouched_journal_is_intact() {
    let door = finished();
    let answer = door.json(&["journal", "verify"]);
    assert_eq!(answer["intact"], true);
    assert_eq!(answer["sessions"], 1);
    assert_eq!(answer["events"], door.kinds("last").len());
    assert_eq!(answer["first_broken"], json!(null));
}

#[test]
fn one_byte_of_an_event_changed_is_found_and_named() {
    let door = finished();
    let id = door.json(&["show"])["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let file = rusqlite::Connection::open(door.journal()).expect("it opens");
    let changed = file
        .execute(
            "UPDATE event SET body = replace(body, 'fill', 'fall') WHERE seq = 5",
            [],
        )
        .expect("the file can be written");
    assert_eq!(changed, 1);
    let body: String = file
        .query_row("SELECT body FROM event WHERE seq = 5", [], |row| row.get(0))
        .expect("it is there");
    drop(file);
    // Which event is fifth may change with the engine; what counts is that a byte of it did.
    if !body.contains("fall") {
        let file = rusqlite::Connection::open(door.journal()).expect("it opens");
        file.execute("UPDATE event SET body = body || ' ' WHERE seq = 5", [])
            .expect("the file can be written");
    }
    let said = door.say(&["--json", "journal", "verify"]).exits(1);
    let answer = said.document();
    assert_eq!(answer["intact"], false);
    assert_eq!(answer["first_broken"], json!({ "session": id, "seq": 5 }));
    let words = door.say(&["journal", "verify"]).exits(1);
    assert!(words.out.contains("BROKEN at event 5"), "{words:?}");
    assert!(words.out.contains(&id), "{words:?}");
}

#[test]
fn an_exported_journal_is_one_and_no_file_is_overwritten() {
    let door = finished();
    let answer = door.json(&["journal", "export", "copy.db"]);
    assert_eq!(answer["file"], "copy.db");
    let copy = door.join("copy.db").display().to_string();
    let shown = door.json(&["--journal", &copy, "show"]);
    assert_eq!(shown, door.json(&["show"]));
    assert_eq!(
        door.json(&["--journal", &copy, "journal", "verify"])["intact"],
        true
    );
    let before = std::fs::read(&copy).expect("it is there");
    let said = door.say(&["journal", "export", "copy.db"]);
    assert_ne!(said.code, 0);
    assert_eq!(std::fs::read(&copy).expect("it is there"), before);
}

#[test]
fn pruning_removes_what_is_over_and_leaves_what_is_not() {
    let door = Door::new();
    let bind = format!("main={}", door.sqlite());
    let file = door.plan(three_steps());
    door.say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(0);
    door.in_sqlite("DROP TABLE orders");
    let gate = door.write("gate.plan.toml", plan("sqlite", GATE));
    let id = door.detached(&gate, &bind);
    door.until_kind(&id, "gate_opened");

    let none = door.json(&["journal", "prune", "--older-than", "90d"]);
    assert_eq!(none["sessions"], 0);
    let wrong = door
        .say(&["--json", "journal", "prune", "--older-than", "long"])
        .exits(2);
    assert_eq!(wrong.codes(), ["usage"]);
    let one = door.json(&["journal", "prune", "--older-than", "0s"]);
    assert_eq!(one["sessions"], 1);
    let left = door.json(&["sessions"]);
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    assert_eq!(left[0]["id"], id.as_str());
    assert_eq!(door.json(&["journal", "verify"])["intact"], true);
    door.json(&["approve", "go", "--as", "ada"]);
    assert_eq!(door.outcome(&id), "succeeded");
}

#[test]
fn what_is_no_journal_is_left_as_it_is_until_a_list_of_sessions_sets_it_aside() {
    const NOTES: &str = "these are notes, and no journal, however much one asks for it";
    let door = Door::new();
    let file = door.write("note.txt", NOTES);
    for wish in [&["journal", "verify"][..], &["show"], &["events"]] {
        let said = door.say(&[&["--journal", &file], wish].concat()).exits(5);
        assert!(said.err.contains("note.txt"), "{said:?}");
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), NOTES);
    }
    let said = door.say(&["--journal", &file, "sessions"]).exits(0);
    let kept = std::fs::read_dir(door.folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .find(|path| std::fs::read_to_string(path).is_ok_and(|text| text == NOTES))
        .expect("what was in the file is kept");
    assert!(said.err.contains(&kept.display().to_string()), "{said:?}");
}
