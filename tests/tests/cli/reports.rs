//! `report`: a file, and what is said about it.

use sha2::{Digest, Sha256};

use crate::door::Door;
use crate::plans::three_steps;

fn finished() -> Door {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    door.say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(0);
    door
}

#[test]
fn a_report_is_written_in_the_format_of_its_suffix_and_described_truly() {
    let door = finished();
    for (suffix, sign) in [
        ("html", "<!DOCTYPE html>"),
        ("md", "# "),
        ("json", "{"),
        ("csv", ","),
    ] {
        let name = format!("report.{suffix}");
        let answer = door.json(&["report", "-o", &name]);
        let path = door.join(&name).canonicalize().expect("it is there");
        let bytes = std::fs::read(&path).expect("it can be read");
        assert_eq!(answer["file"], path.display().to_string());
        assert_eq!(answer["bytes"], bytes.len());
        assert_eq!(answer["sha256"], hex::encode(Sha256::digest(&bytes)));
        let text = String::from_utf8(bytes).expect("it is UTF-8");
        assert!(text.contains(sign), "{suffix}: {text}");
        assert!(text.contains("fill"), "{suffix} names the steps");
        assert!(!door.join(&format!("{name}.part")).exists());
    }
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(door.join("report.json")).expect("it is there"))
            .expect("the JSON report is JSON");
    assert!(json.is_object());
}

#[test]
fn a_format_that_is_not_written_exits_2_with_a_hint() {
    let door = finished();
    for name in ["report.pdf", "report.docx", "report"] {
        let said = door.say(&["--json", "report", "-o", name]).exits(2);
        let problem = &said.document()["problems"][0];
        assert!(
            problem["hint"]
                .as_str()
                .is_some_and(|hint| hint.contains(".html")),
            "{problem}"
        );
        assert!(!door.join(name).exists());
    }
}

#[test]
fn a_report_that_cannot_be_written_exits_5_and_an_unknown_session_2() {
    let door = finished();
    let said = door
        .say(&["--json", "report", "-o", "no/folder/report.md"])
        .exits(5);
    assert_eq!(said.codes(), ["file-not-written"]);
    door.say(&["report", "nobody", "-o", "report.md"]).exits(2);
    assert!(!door.join("report.md").exists());
}
